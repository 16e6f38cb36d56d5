"""Owns the child process that runs Milvus Lite: start, token, check before opening, end."""

import json
import logging
import os
import queue
import secrets
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import IO

from desktop_app import own_files
from desktop_app.children import VECTOR_SERVER, command_of, creation_flags
from desktop_app.library.confinement.environment import environment_of_a_child
from desktop_app.library.errors import LibraryInUseError, StoreDamagedError, StoreUnavailableError
from desktop_app.library.outside.json_text import NotJsonError, read_json
from desktop_app.library.vectors.lite import guard
from desktop_app.printable import last_line
from desktop_app.streams import reader_may_be_gone

logger = logging.getLogger(__name__)

# sockaddr_un holds 108 bytes on Linux and 104 on macOS, the closing zero included.
_SOCKET_PATH_BYTES = 100
_CLOSE_S = 60.0


class LiteServer:
    """The vector database of one folder, in a process of its own.

    A clash of native libraries, a failed flush or the database's memory never touch the application; and only
    a process can be killed without being closed. Belongs to one thread.

    Attributes:
        folder: Where the database lies, readable by its owner only.
        database: Its folder below.
        address: For a client; empty while it does not run.
        token: What a client has to send; new with every start.
    """

    def __init__(self, folder: Path, *, start_timeout_s: float = 60, lock_wait_s: float = 10) -> None:
        """Make it; nothing runs yet.

        Args:
            folder: Where the database lies or will lie.
            start_timeout_s: How long the child may take until it answers.
            lock_wait_s: How long to wait for another process to give the database up.
        """
        self.folder = folder
        self.database = folder / "vectors.db"
        self.address = ""
        self.token = ""
        self._start_timeout_s = start_timeout_s
        self._lock_wait_s = lock_wait_s
        self._process: subprocess.Popen[bytes] | None = None
        self._log: threading.Thread | None = None
        self._said = b""
        self._runtime: Path | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id; None when none was started."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Check the database and start the child.

        Raises:
            LibraryInUseError: Another process has the database open.
            StoreDamagedError: The database is damaged and was not opened.
            StoreUnavailableError: The child does not start.
        """
        if self._process is not None:
            return
        self._prepare_folder()
        deadline = time.monotonic() + self._lock_wait_s
        while not self._has_started(deadline):
            logger.info("%s was locked while the child started; it is tried again", self.database)

    def _has_started(self, deadline: float) -> bool:
        """Check the database and start the child, and return whether it has the database.

        Another child may have taken it meanwhile: that of a program that was killed while it started it. It ends by itself.
        """
        if not guard.wait_until_unlocked(self.database, max(0, deadline - time.monotonic())):
            raise _in_use(self.folder)
        whole, parts = guard.check_parts(self.database)
        if problems := [*whole, *(problem for found in parts.values() for problem in found)]:
            for problem in problems:
                logger.warning("damaged vector database: %s", problem)
            raise StoreDamagedError(
                f"The search index in {self.folder} is damaged: {problems[0]}.",
                "It can be built again from the catalogue; no photo has to be read again.",
                parts=() if whole else list(parts),
            )
        problem = self._spawn()
        if problem == "locked" and time.monotonic() >= deadline:
            raise _in_use(self.folder)
        return problem != "locked"

    def kill(self) -> None:
        """End the child at once. What it has not flushed is replayed from its log at the next start."""
        if self._process is not None:
            self._process.kill()
            self._release(self._process)

    def close(self) -> None:
        """Let the child flush and end, or kill it when it takes too long."""
        if self._process is None:
            return
        # The end of its input is the sign to end.
        _close_quietly(self._process.stdin)
        try:
            self._process.wait(_CLOSE_S)
        except subprocess.TimeoutExpired:
            logger.warning("the vector server did not end within %d s and is killed", _CLOSE_S)
            self._process.kill()
        self._release(self._process)

    def _prepare_folder(self) -> None:
        try:
            own_files.make_folder(self.folder.parent, below=self.folder.parent.parent)
            if not os.path.lexists(self.folder):
                own_files.make_folder(self.folder, below=self.folder.parent)
            elif os.name == "posix" and not own_files.folder_fault(self.folder.lstat()):
                self.folder.chmod(0o700)
        except OSError as error:
            where = error.filename if isinstance(error, own_files.NotOurFileError) else self.folder
            raise StoreUnavailableError(
                f"The folder {where} of the search index cannot be used: {error.strerror}."
            ) from error

    def _spawn(self) -> str:
        """Start the child; return what it has to say against that, "locked" or nothing."""
        self.token = secrets.token_urlsafe(32)
        self._runtime = _runtime_folder() if os.name == "posix" else None
        process = subprocess.Popen(
            command_of(VECTOR_SERVER),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.folder,
            env=_environment(),
            # Ctrl+C in the terminal is for us alone; on Windows no console window either.
            start_new_session=os.name == "posix",
            creationflags=creation_flags(own_group=True),
        )
        self._process = process
        self._log = threading.Thread(
            target=self._keep_lines, args=(process.stderr,), name="vector-server-log", daemon=True
        )
        self._log.start()
        answer = self._exchange(process)
        if "address" in answer:
            self.address = answer["address"]
            return ""
        self.kill()
        if answer.get("problem") == "locked":
            return "locked"
        raise StoreUnavailableError(
            f"The search index in {self.folder} could not be started: {self._why_silent(answer, process.returncode)}.",
            "Photos are found without it, and nothing is lost; it is tried again when photos change.",
        )

    def _why_silent(self, answer: dict[str, str], code: int) -> str:
        """Return why a child that has ended gave no address, in its last words if it had any."""
        if answer.get("problem") == "late":
            return f"it does not answer within {self._start_timeout_s:g} s"
        return last_line(self._said).rstrip(".") or f"it ended with code {code} and without a word"

    def _keep_lines(self, pipe: IO[bytes] | None) -> None:
        """Write what the child says to our log, until it ends, and keep the last of it."""
        for line in pipe or ():
            self._said = line if line.strip() else self._said
            logger.debug("vector server: %s", line.decode(errors="replace").rstrip())

    def _exchange(self, process: "subprocess.Popen[bytes]") -> dict[str, str]:
        """Send the orders and return the answer; empty when there is none in time."""
        orders = {
            "database": str(self.database),
            "socket": str(self._runtime / "s") if self._runtime else "",
            "token": self.token,
        }
        assert process.stdin is not None
        with reader_may_be_gone():  # it has ended already; its silence says so
            process.stdin.write(json.dumps(orders).encode() + b"\n")
            process.stdin.flush()
        answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        reader = threading.Thread(
            target=_read_answer, args=(process.stdout, answers), name="vector-server-answer", daemon=True
        )
        reader.start()
        try:
            line = answers.get(timeout=self._start_timeout_s)
        except queue.Empty:
            logger.warning("the vector server did not answer within %g s", self._start_timeout_s)
            process.kill()
            line = b'{"problem": "late"}'
        reader.join()
        try:
            answer = read_json(line) if line else {}
        except NotJsonError as error:
            logger.warning("what the vector server answered %s", error)
            answer = {}
        pairs = answer.items() if isinstance(answer, dict) else ()
        return {key: text for key, text in pairs if isinstance(text, str)}

    def _release(self, process: "subprocess.Popen[bytes]") -> None:
        """Wait for the child's end and give back what belonged to it."""
        process.wait()
        if self._log is not None:
            self._log.join()
        for pipe in (process.stdin, process.stdout, process.stderr):
            _close_quietly(pipe)
        if self._runtime is not None:
            shutil.rmtree(self._runtime, ignore_errors=True)
        self._process = self._log = self._runtime = None
        self.address = self.token = ""


def _in_use(folder: Path) -> LibraryInUseError:
    return LibraryInUseError(
        f"The search index in {folder} is open in another process.",
        "Close the other Vislumbre that uses this folder, then try again.",
    )


def _environment() -> dict[str, str]:
    """Return the child's environment: no tokens or proxies, no `.env` files, few threads, a small memtable."""
    return environment_of_a_child(
        {
            "PYTHON_DOTENV_DISABLED": "1",
            "GRPC_VERBOSITY": "NONE",
            "OMP_NUM_THREADS": str(min(2, os.cpu_count() or 1)),
            # With the default of 128 MB a flush takes 10 s and holds up every search; with this at most 2 s.
            "MILVUS_LITE_MEMTABLE_MEMORY_LIMIT_BYTES": "16000000",
        },
        ("MILVUS_LITE_",),
    )


def _runtime_folder() -> Path:
    """Make a new folder for the socket that only this person can enter, with a path short enough."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    for base in (runtime, tempfile.gettempdir(), "/tmp"):  # noqa: S108 — mkdtemp makes it 0700
        # gRPC reads %-escapes in the address of a socket.
        if not Path(base).is_absolute() or "%" in base:
            continue
        is_usable = own_files.is_private if base == runtime else own_files.is_safe_for_scratch
        if not is_usable(Path(base)):
            logger.debug("no socket below %s: it is not this user's alone", base)
            continue
        try:
            folder = Path(tempfile.mkdtemp(prefix="vislumbre-", dir=base))
        except OSError as error:
            logger.debug("no socket below %s: %s", base, error)
            continue
        if own_files.is_private(folder) and len(os.fsencode(folder / "s")) <= _SOCKET_PATH_BYTES:
            return folder
        folder.rmdir()
    raise StoreUnavailableError(
        "There is no folder for the search index's socket.",
        "Make the system's folder for temporary files usable.",
    )


def _read_answer(pipe: IO[bytes] | None, answers: "queue.SimpleQueue[bytes]") -> None:
    answers.put(pipe.readline() if pipe else b"")


def _close_quietly(pipe: IO[bytes] | None) -> None:
    if pipe is not None:
        with reader_may_be_gone():  # the other end is gone, which is what closing says
            pipe.close()
