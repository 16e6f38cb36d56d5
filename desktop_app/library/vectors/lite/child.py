"""The child process that runs Milvus Lite: one owner, one writer, and no way back after a failed flush.

It imports next to nothing else of ours, so that it is up soon.
It takes its orders as one line of JSON on standard input, answers with one line on standard output, and ends
when standard input ends, which the operating system sees to when the parent dies.
"""

import base64
import contextlib
import ctypes
import hmac
import importlib.util
import json
import logging
import os
import queue
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

from desktop_app.importing import nothing_dies
from desktop_app.library.vectors.lite.segments import read_rows_late

FLUSH_FAILED = "vislumbre: a flush has failed"
"""Status text of every write after a failed flush; the parent looks for it."""

WRITES = ("Insert", "Upsert", "Delete", "CreateCollection", "CreateIndex", "DropIndex")
READS = ("Search", "HybridSearch", "Query")
ALONE = ("Flush", "DropCollection", "TruncateCollection", "ReleaseCollection")

_MESSAGE_BYTES = 256 << 20
_LOOK_S = 2.0
_CLOSE_S = 120.0
# linux/prctl.h.
_PR_SET_NO_NEW_PRIVS = 38


class Gate:
    """Lets reads run together, writes one at a time, and a flush alone.

    Milvus Lite 3.2.2 mixes up its log when two threads write (50 of 207,050 rows came back), also when the
    first of them is a call its caller gave up on; and it shows rows to no reader while it flushes them.

    Attributes:
        flush_failed: Whether a flush has failed. From then on the rows it held are only in the log, which the
            next flush, or a clean close, would delete.
    """

    def __init__(self) -> None:
        self.flush_failed = False
        self._writer = threading.Lock()
        self._turn = threading.Condition()
        self._readers = 0
        self._flushing = False

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Wait for the other writer to end."""
        with self._writer:
            yield

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Wait for a flush to end."""
        with self._turn:
            self._turn.wait_for(lambda: not self._flushing)
            self._readers += 1
        try:
            yield
        finally:
            with self._turn:
                self._readers -= 1
                self._turn.notify_all()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Wait for the writer and all readers to end, and hold back new ones."""
        with self._writer:
            with self._turn:
                self._flushing = True
                self._turn.wait_for(lambda: not self._readers)
            try:
                yield
            finally:
                with self._turn:
                    self._flushing = False
                    self._turn.notify_all()


class TokenAuth:
    """Turns away whoever does not send the token; a gRPC server interceptor.

    pymilvus sends a token as base64 in the `authorization` header.
    """

    def __init__(self, token: str) -> None:
        import grpc

        self._wanted = base64.b64encode(token.encode())
        self._refuse = grpc.unary_unary_rpc_method_handler(
            lambda _request, context: context.abort(grpc.StatusCode.UNAUTHENTICATED, "wrong token")
        )

    def intercept_service(self, proceed: Callable[[Any], Any], call: Any) -> Any:
        """Return the handler of the call, or one that refuses."""
        for name, value in call.invocation_metadata:
            sent = value if isinstance(value, bytes) else value.encode()
            if name == "authorization" and hmac.compare_digest(sent, self._wanted):
                return proceed(call)
        return self._refuse


def guard_servicer(servicer: Any, gate: Gate) -> None:
    """Make the servicer's calls pass the gate, and its writes fail once a flush has failed."""
    for names, passing in ((WRITES, gate.writing), (ALONE, gate.alone)):
        for name in names:
            setattr(servicer, name, _refusing(getattr(servicer, name), gate, passing))
    for name in READS:
        setattr(servicer, name, _passing(getattr(servicer, name), gate.reading))
    servicer.AllocTimestamp = _unimplemented


def _unimplemented(_request: Any, context: Any) -> None:
    """Say in one word what Lite 3.2.2 says in a traceback, each time a collection is made."""
    import grpc

    context.abort(grpc.StatusCode.UNIMPLEMENTED, "not in Milvus Lite")


def _passing(
    method: Callable[[Any, Any], Any], passing: Callable[[], contextlib.AbstractContextManager[None]]
) -> Callable[[Any, Any], Any]:
    def handle(request: Any, context: Any) -> Any:
        with passing():
            return method(request, context)

    return handle


def _refusing(
    method: Callable[[Any, Any], Any],
    gate: Gate,
    passing: Callable[[], contextlib.AbstractContextManager[None]],
) -> Callable[[Any, Any], Any]:
    import grpc

    def refuse_if_broken(context: Any) -> None:
        if gate.flush_failed:
            # RESOURCE_EXHAUSTED is one of the codes that pymilvus does not try again for minutes.
            context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, FLUSH_FAILED)

    def handle(request: Any, context: Any) -> Any:
        with passing():
            refuse_if_broken(context)
            answer = method(request, context)
            refuse_if_broken(context)
            return answer

    return handle


def load_pymilvus_late() -> None:
    """Let `pymilvus.grpc_gen`, all that Lite's server needs of it, be imported without the rest.

    The rest is imported when something asks for it. Without it the child is up 0.25 s sooner and 45 MB lighter
    (pandas), and does not read `.env` files.
    """
    spec = importlib.util.find_spec("pymilvus")
    if "pymilvus" in sys.modules or spec is None or spec.loader is None:
        return
    loader = spec.loader
    module = importlib.util.module_from_spec(spec)

    def load_the_rest(name: str) -> Any:
        del module.__dict__["__getattr__"]
        loader.exec_module(module)
        return getattr(module, name)

    module.__dict__["__getattr__"] = load_the_rest
    sys.modules["pymilvus"] = module


class _NoPandas:
    """Says that pandas is not there, before anybody looks for it; a finder of modules."""

    @staticmethod
    def find_spec(name: str, _path: object = None, _target: object = None) -> None:
        """Refuse one name, and know none."""
        if name == "pandas":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def leave_out_pandas() -> None:
    """Let nothing in this process import pandas, for which pyarrow looks when it first reads a file.

    Nobody here hands tables of it to anybody, and the installed program comes without it. Without it the first write takes
    0.2 s less of a processor, and the process 45 MB less.
    """
    sys.meta_path.insert(0, _NoPandas)


def _note_failed_flushes(gate: Gate) -> None:
    """Learn of every failed flush, also of those that an insert or an opening starts by itself."""
    from milvus_lite.engine.collection import Collection

    flush = Collection._trigger_flush  # noqa: SLF001 — there is no public place where all flushes pass

    def trigger_flush(collection: Any) -> None:
        try:
            flush(collection)
        except BaseException:
            gate.flush_failed = True
            raise

    Collection._trigger_flush = trigger_flush  # noqa: SLF001


def _open_one_at_a_time(database: Any) -> None:
    """Serialise the opening of collections: two threads that open the same one would get two writers."""
    opening = threading.RLock()
    get_collection = database.get_collection

    def get(*args: Any, **kwargs: Any) -> Any:
        with opening:
            return get_collection(*args, **kwargs)

    database.get_collection = get


def _serve(database: Any, gate: Gate, socket: str, token: str) -> tuple[Any, str]:
    """Start answering calls, and return the server and its address."""
    import grpc
    from milvus_lite.adapter.grpc.servicer import MilvusServicer
    from pymilvus.grpc_gen import milvus_pb2_grpc

    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=4, thread_name_prefix="call"),
        interceptors=[TokenAuth(token)],
        options=[
            ("grpc.max_receive_message_length", _MESSAGE_BYTES),
            ("grpc.max_send_message_length", _MESSAGE_BYTES),
            ("grpc.so_reuseport", 0),
        ],
    )
    servicer = MilvusServicer(database)
    guard_servicer(servicer, gate)
    milvus_pb2_grpc.add_MilvusServiceServicer_to_server(servicer, server)
    if socket:
        server.add_insecure_port(f"unix:{socket}")
        address = f"unix:{socket}"
    else:
        address = f"http://127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    return server, address


def _end_of_orders(ends: "queue.SimpleQueue[str]") -> None:
    # os.read and not sys.stdin: a buffered reader that blocks in a daemon thread breaks the end of the process.
    while os.read(0, 4096):
        continue
    ends.put("the parent closed its end")


def _wait_for_the_end(ends: "queue.SimpleQueue[str]", parent: int) -> None:
    """Wait until the parent closes our input, dies, or the system asks us to end."""
    while os.getppid() == parent:
        try:
            ends.get(timeout=_LOOK_S)
        except queue.Empty:
            continue
        return


def _private_output() -> int:
    """Return a descriptor for our answer, and send whatever libraries print to standard error."""
    answer = os.dup(1)
    os.dup2(2, 1)
    return answer


def _read_orders() -> dict[str, str]:
    line = b""
    while not line.endswith(b"\n"):
        piece = os.read(0, 65536)
        if not piece:
            break
        line += piece
    orders: dict[str, str] = json.loads(line)
    return orders


def _answer(descriptor: int, **words: str) -> None:
    os.write(descriptor, json.dumps(words).encode() + b"\n")
    os.close(descriptor)


def _forbid_new_privileges() -> None:
    """Let neither this process nor any child of it gain rights by starting a program. Linux alone has such a promise."""
    if sys.platform == "linux" and ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        logging.getLogger(__name__).warning("new privileges cannot be forbidden: %d", ctypes.get_errno())


def _import_milvus(gate: Gate) -> None:
    load_pymilvus_late()
    leave_out_pandas()
    with nothing_dies():
        import milvus_lite.db

        _note_failed_flushes(gate)
        read_rows_late()
        # Needed in any case, further down.
        import milvus_lite.adapter.grpc.servicer  # noqa: F401


def main(_words: list[str]) -> int:
    """Run Milvus Lite until the parent is gone, and return the exit code, with which the process must end at once.

    Threads of libraries that still run must not hold it, nor may they flush what must stay unflushed.

    Args:
        _words: None; the orders come through standard input, where nobody else can see them.
    """
    parent = os.getppid()
    ends: queue.SimpleQueue[str] = queue.SimpleQueue()
    os.umask(0o077)
    if sys.stderr is None:  # a frozen application without a console
        sys.stderr = os.fdopen(2, "w")
    # Ctrl+C in a terminal is for the parent, which then ends us in an orderly way.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: ends.put("terminated"))
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(name)s: %(message)s")
    _forbid_new_privileges()
    answer = _private_output()
    orders = _read_orders()
    threading.Thread(target=_end_of_orders, args=(ends,), name="orders", daemon=True).start()

    gate = Gate()
    _import_milvus(gate)
    from milvus_lite.db import MilvusLite
    from milvus_lite.exceptions import DataDirLockedError

    if not ends.empty() or os.getppid() != parent:
        # Whoever asked was killed meanwhile; the next one may be waiting for the database already.
        return 1
    try:
        database = MilvusLite(orders["database"])
    except DataDirLockedError:
        _answer(answer, problem="locked")
        return 1
    _open_one_at_a_time(database)
    server, address = _serve(database, gate, orders["socket"], orders["token"])
    _answer(answer, address=address)
    _wait_for_the_end(ends, parent)
    _close(server, database, gate, orders["socket"])
    return 0


def _close(server: Any, database: Any, gate: Gate, socket: str) -> None:
    """Stop answering and close the database, unless closing it would lose rows."""
    # Nobody may be left to end us when a call or the flush hangs.
    last_resort = threading.Timer(_CLOSE_S, os._exit, args=(4,))
    last_resort.daemon = True
    last_resort.start()
    server.stop(grace=5).wait()
    if not gate.flush_failed:
        database.close()
    if socket:
        shutil.rmtree(Path(socket).parent, ignore_errors=True)
