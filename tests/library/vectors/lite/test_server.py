"""The child process: who may talk to it, how it starts, and that it always ends."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from desktop_app.children import VECTOR_SERVER, command_of
from desktop_app.library.errors import LibraryInUseError, StoreDamagedError, StoreUnavailableError
from desktop_app.library.vectors.connection import MilvusConnection
from desktop_app.library.vectors.lite import guard
from desktop_app.library.vectors.lite import server as server_module
from desktop_app.library.vectors.lite.lite_store import LiteStore
from desktop_app.library.vectors.lite.server import LiteServer
from desktop_app.library.vectors.schema import collection_name
from tests.library.vectors.rows import DIMENSION, rows_of, unit_vectors
from tests.waiting import wait_until

ROOT = Path(server_module.__file__).parents[4]


@pytest.fixture(scope="module")
def store() -> Iterator[LiteStore]:
    """A store in a folder whose parents anyone may enter, unlike those of `tmp_path`."""
    outer = Path(tempfile.mkdtemp(prefix="everyone-"))
    outer.chmod(0o755)
    store = LiteStore.open(outer / "library", "m", DIMENSION)
    store.upsert(rows_of(unit_vectors(20)))
    store.flush()
    yield store
    store.close()
    shutil.rmtree(outer)


@pytest.fixture
def server(store: LiteStore) -> LiteServer:
    server = store._collections._server
    assert server is not None
    return server


def _child(server: LiteServer) -> psutil.Process:
    assert server.pid is not None
    return psutil.Process(server.pid)


posix_only = pytest.mark.skipif(
    os.name != "posix", reason="Windows has neither modes nor sockets in folders, nor signals that ask"
)


def _socket_of(server: LiteServer) -> Path:
    return Path(server.address.removeprefix("unix:"))


def _has_ended(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


@posix_only
def test_no_port_is_open_and_the_socket_is_private(server: LiteServer) -> None:
    connections = _child(server).net_connections(kind="inet")
    assert [connection for connection in connections if connection.status == psutil.CONN_LISTEN] == []
    runtime = _socket_of(server).parent
    assert stat.S_IMODE(runtime.stat().st_mode) == 0o700
    assert len(os.fsencode(_socket_of(server))) <= 100


@posix_only
def test_every_file_of_the_database_is_private(server: LiteServer) -> None:
    files = [server.folder, *server.folder.rglob("*")]
    assert len(files) > 5
    assert [file for file in files if stat.S_IMODE(file.stat().st_mode) & 0o077] == []


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root can become somebody else")
def test_another_person_can_neither_connect_nor_read(server: LiteServer) -> None:
    script = (
        "import os, socket, sys\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "assert os.listdir(sys.argv[3])  # the folder around it is open to everyone\n"
        "for attempt in (lambda: socket.socket(socket.AF_UNIX).connect(sys.argv[1]),\n"
        "                lambda: os.listdir(sys.argv[2]),\n"
        "                lambda: open(sys.argv[2] + '/vectors.db/LOCK')):\n"
        "    try: attempt(); print('allowed')\n"
        "    except PermissionError: print('refused')\n"
    )
    arguments = [str(_socket_of(server)), str(server.folder), str(server.folder.parent)]
    told = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["refused", "refused", "refused"]
    with socket.socket(socket.AF_UNIX) as own:
        own.connect(str(_socket_of(server)))


@pytest.mark.parametrize("token", ["", "wrong", "é"])
def test_a_wrong_token_is_refused(server: LiteServer, token: str) -> None:
    with pytest.raises(StoreUnavailableError, match="token"):
        MilvusConnection(server.address, token)


def test_a_token_works_for_one_start_only(tmp_path: Path) -> None:
    server = LiteServer(tmp_path)
    server.start()
    before = server.token
    assert len(before) >= 32
    server.kill()
    server.start()
    assert server.token != before
    with pytest.raises(StoreUnavailableError):
        MilvusConnection(server.address, before)
    server.close()


def test_the_token_is_not_among_the_arguments_nor_in_the_environment(server: LiteServer) -> None:
    child = _child(server)
    assert server.token not in " ".join(child.cmdline())
    assert server.token not in " ".join(child.environ().values())


def test_the_child_is_told_no_secret_and_gains_no_rights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "VISLUMBRE_STORE_TOKEN",
        "HF_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "HTTPS_PROXY",
        "SSH_AUTH_SOCK",
    ):
        monkeypatch.setenv(name, "a-secret")
    monkeypatch.setenv("MILVUS_LITE_WAL_SIZE_LIMIT_BYTES", "1000000")
    server = LiteServer(tmp_path / "vectors")
    server.start()
    try:
        child = _child(server)
        assert "a-secret" not in child.environ().values()
        assert child.environ()["MILVUS_LITE_WAL_SIZE_LIMIT_BYTES"] == "1000000"
        if sys.platform == "linux":
            assert "NoNewPrivs:\t1\n" in Path(f"/proc/{child.pid}/status").read_text()
    finally:
        server.close()


@posix_only
def test_the_child_is_alone_in_its_session_and_lean(store: LiteStore, server: LiteServer) -> None:
    child = _child(server)
    # For pyarrow looks for pandas when it first reads a file.
    assert store.search(unit_vectors(1)[0], 1)
    environment = child.environ()
    assert os.getsid(child.pid) == child.pid
    assert environment["PYTHON_DOTENV_DISABLED"] == "1"
    assert environment["GRPC_VERBOSITY"] == "NONE"
    assert environment["MILVUS_LITE_MEMTABLE_MEMORY_LIMIT_BYTES"] == "16000000"
    assert int(environment["OMP_NUM_THREADS"]) <= 2
    assert not {name for name in environment if name.lower().endswith("_proxy")}
    if sys.platform == "linux":
        mapped = {mapping.path for mapping in child.memory_maps()}
        assert not {path for path in mapped if any(name in path for name in ("torch", "Qt6", "/pandas/"))}


@posix_only
def test_an_interrupt_from_the_terminal_does_not_end_the_child(store: LiteStore, server: LiteServer) -> None:
    assert server.pid is not None
    os.kill(server.pid, signal.SIGINT)
    assert store.count() == 20


@posix_only
def test_a_polite_request_to_end_loses_nothing(tmp_path: Path) -> None:
    store = LiteStore.open(tmp_path, "m", DIMENSION)
    store.upsert(rows_of(unit_vectors(9)))
    server = store._collections._server
    assert server is not None
    assert server.pid is not None
    os.kill(server.pid, signal.SIGTERM)
    wait_until(lambda: _has_ended(server.pid or 0))
    store.restart()
    assert store.ids() == set(range(1, 10))
    store.close()


@posix_only
def test_close_ends_the_child_and_removes_its_socket(tmp_path: Path) -> None:
    server = LiteServer(tmp_path / "library")
    server.close()
    server.kill()  # neither minds that nothing runs
    server.start()
    child, runtime = _child(server), _socket_of(server).parent
    server.start()  # runs already
    assert _child(server) == child
    server.close()
    assert _has_ended(child.pid)
    assert not runtime.exists()
    assert (server.pid, server.address, server.token) == (None, "", "")


@posix_only
def test_a_child_that_does_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "_CLOSE_S", 0.2)
    server = LiteServer(tmp_path / "library")
    server.start()
    assert server.pid is not None
    os.kill(server.pid, signal.SIGSTOP)
    pid, runtime = server.pid, _socket_of(server).parent
    server.close()
    assert _has_ended(pid)
    assert not runtime.exists()


def test_a_child_that_is_too_slow_to_start_is_killed_and_told_in_words(tmp_path: Path) -> None:
    server = LiteServer(tmp_path / "library", start_timeout_s=0.01)
    with pytest.raises(
        StoreUnavailableError, match=r"could not be started: it does not answer within 0\.01 s\."
    ):
        server.start()
    assert server.pid is None


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("raise SystemExit(3)", "it ended with code 3 and without a word"),
        (
            "import os; os.close(0); raise RuntimeError('no \\x1b[31mroom.')",
            r"RuntimeError: no \\x1b\[31mroom",
        ),
    ],
)
def test_a_child_that_fails_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, why: str
) -> None:
    monkeypatch.setattr(server_module, "command_of", lambda _child: [sys.executable, "-c", script])
    server = LiteServer(tmp_path / "library")
    with pytest.raises(StoreUnavailableError, match=rf"could not be started: {why}\. Photos are found"):
        server.start()


def test_a_child_that_finds_the_database_taken_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = LiteServer(tmp_path / "library")
    first.start()
    monkeypatch.setattr("desktop_app.library.vectors.lite.guard.is_locked", lambda _database: False)
    with pytest.raises(LibraryInUseError, match="open in another process"):
        LiteServer(tmp_path / "library", lock_wait_s=0.5).start()
    first.close()


def test_a_database_that_is_taken_between_the_look_and_the_start_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the child of a program does that was killed just before: it opens the database, sees that it is alone, and ends."""
    first = LiteServer(tmp_path / "library")
    first.start()
    looks: list[Path] = []

    def wait_until_unlocked(database: Path, wait_s: float) -> bool:
        looks.append(database)
        if len(looks) == 2:
            first.close()
        return usual(database, wait_s) if len(looks) > 1 else True

    usual = guard.wait_until_unlocked
    monkeypatch.setattr(guard, "wait_until_unlocked", wait_until_unlocked)
    second = LiteServer(tmp_path / "library")
    second.start()
    assert second.address
    assert len(looks) == 2
    second.close()


def test_a_child_whose_parent_is_gone_before_it_is_up_opens_nothing(tmp_path: Path) -> None:
    database = tmp_path / "vectors.db"
    child = subprocess.Popen(
        command_of(VECTOR_SERVER),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=tmp_path,
        env=server_module._environment(),
    )
    orders = {"database": str(database), "socket": str(tmp_path / "s"), "token": "t"}
    said, _ = child.communicate(json.dumps(orders).encode() + b"\n", timeout=60)
    assert (child.returncode, said) == (1, b"")
    assert not database.exists()


def test_a_damaged_database_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "vectors.db").write_bytes(b"an old database")
    with pytest.raises(StoreDamagedError, match="is not a folder"):
        LiteServer(tmp_path).start()
    assert (tmp_path / "vectors.db").read_bytes() == b"an old database"


def test_a_folder_that_cannot_be_made_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailableError, match="cannot be used"):
        LiteServer(tmp_path / "file" / "library").start()


def test_a_child_whose_parent_is_killed_ends_and_loses_nothing(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from desktop_app.library.vectors.lite.lite_store import LiteStore\n"
        "from tests.library.vectors.rows import rows_of, unit_vectors\n"
        f"store = LiteStore.open(Path(sys.argv[1]), 'm', {DIMENSION})\n"
        "store.upsert(rows_of(unit_vectors(12)))\n"
        "server = store._collections._server\n"
        "print(server.pid, server.address, flush=True)\n"
        "sys.stdin.read()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    assert parent.stdin is not None
    pid, address = parent.stdout.readline().decode().split()
    parent.kill()
    parent.wait()
    parent.stdin.close()
    parent.stdout.close()
    wait_until(lambda: _has_ended(int(pid)))
    assert not Path(address.removeprefix("unix:")).parent.exists()
    store = LiteStore.open(tmp_path, "m", DIMENSION)
    assert store.ids() == set(range(1, 13))
    store.close()


def test_loopback_with_a_token_serves_where_there_are_no_sockets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "_runtime_folder", lambda: None)
    server = LiteServer(tmp_path)
    server.start()
    assert server.address.startswith("http://127.0.0.1:")
    with pytest.raises(StoreUnavailableError):
        MilvusConnection(server.address, "wrong")
    [listening] = [
        connection
        for connection in _child(server).net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening.laddr.ip in {"127.0.0.1", "::ffff:127.0.0.1"}
    store = LiteStore(server, collection_name("m"), DIMENSION)
    store.upsert(rows_of(unit_vectors(3)))
    assert store.description == "milvus-lite"
    store.close()


@posix_only
def test_a_long_folder_for_sockets_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = tmp_path / ("x" * 120)
    long.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
    chosen = server_module._runtime_folder()
    assert chosen.parent != long
    assert stat.S_IMODE(chosen.stat().st_mode) == 0o700
    chosen.rmdir()
    assert not list(long.iterdir())


@posix_only
def test_the_folder_of_the_session_is_used_for_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory() as session:
        monkeypatch.setenv("XDG_RUNTIME_DIR", session)
        chosen = server_module._runtime_folder()
        assert chosen.parent == Path(session)


@posix_only
def test_without_any_folder_for_sockets_it_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "mkdtemp", fail)
    with pytest.raises(StoreUnavailableError, match="no folder for the search index's socket"):
        server_module._runtime_folder()


def test_the_application_is_the_child_when_it_is_told_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the frozen application is its own child."""
    command = [sys.executable, "-P", "-m", "desktop_app", VECTOR_SERVER.switch]
    monkeypatch.setattr(server_module, "command_of", lambda _child: command)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    server = LiteServer(tmp_path)
    server.start()
    assert server.address.startswith("unix:")
    server.close()
