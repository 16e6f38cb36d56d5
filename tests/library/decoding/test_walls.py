"""A decoder that was taken over gets nowhere: it tries, in the process that decodes, and the system refuses."""

import contextlib
import ctypes
import json
import os
import re
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop_app.library.catalog import Catalog
from desktop_app.library.confinement import landlock, seccomp, syscalls
from desktop_app.library.confinement.walls import build_walls, walls_here
from desktop_app.library.decoding import start
from desktop_app.library.decoding.pool import DecoderPool, Decoding
from desktop_app.library.decoding.wire import WireError
from tests.library.decoding.escaping_decoder import DONE, ESCAPING, escaping
from tests.pictures import save_colour
from tests.processes import decoders_of_this_process

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="these walls are Linux's")

ROOT = Path(__file__).resolve().parents[3]
REFUSED = {"EPERM", "EACCES"}
SECRETS = {
    "VISLUMBRE_STORE_TOKEN": "a-secret",
    "HF_TOKEN": "a-secret",
    "AWS_SECRET_ACCESS_KEY": "a-secret",
    "SSH_AUTH_SOCK": "/run/agent",
    "DBUS_SESSION_BUS_ADDRESS": "unix:path=/run/bus",
    "DISPLAY": ":77",
    "HTTPS_PROXY": "http://person:a-secret@proxy:3128",
    "LD_PRELOAD": "",
    "PYTHONSTARTUP": "/nowhere.py",
}

with_landlock = pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")
with_seccomp = pytest.mark.skipif(
    not seccomp.is_known(), reason="no seccomp here, or a processor whose calls are not known"
)


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[DecoderPool]:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    made = DecoderPool(1, background=True, how=Decoding(decoder=ESCAPING))
    yield made
    made.close()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return save_colour(tmp_path / "photos" / "red.jpg", "red", (64, 48))


def tried(pool: DecoderPool, photo: Path, *tries: tuple[str, Any]) -> dict[str, str]:
    """Have the decoder of a photo try things, and return what came of each."""
    photo.write_bytes(escaping(photo.read_bytes().partition(b"<escape>")[0], *tries))
    reading = pool.read(photo, 16)
    assert reading.problem is None
    assert reading.decoded is not None
    said = json.loads(reading.decoded.metadata.camera or "")
    return dict(zip([f"{name} {argument or ''}".strip() for name, argument in tries], said, strict=True))


@with_seccomp
def test_it_writes_nowhere(pool: DecoderPool, photo: Path, tmp_path: Path) -> None:
    there = tmp_path / "there.txt"
    there.write_text("mine")
    before = (photo.stat().st_mode, there.stat().st_mtime_ns)
    places = [tmp_path, Path.home(), Path("/tmp"), Path("/dev/shm"), Path("/var/tmp"), photo.parent]
    tries: list[tuple[str, Any]] = [("write", str(place / "escaped.txt")) for place in places]
    tries += [("append", str(there)), ("remove", str(there)), ("rename", str(there)), ("write", str(there))]
    tries += [("make_folder", str(tmp_path / "new")), ("link", str(tmp_path / "link"))]
    tries += [(name, None) for name in ("write_photo", "date_photo", "bare_photo", "lock_photo")]
    came = tried(pool, photo, *tries)
    assert not {what: how for what, how in came.items() if how not in REFUSED}
    assert not [place for place in places if (place / "escaped.txt").exists()]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["photos", "there.txt"]
    assert there.read_text() == "mine"
    assert (photo.stat().st_mode, there.stat().st_mtime_ns) == before


@with_seccomp
def test_it_reaches_nobody(pool: DecoderPool, photo: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(tmp_path / "s"))
        unix.listen()
        came = tried(
            pool,
            photo,
            ("connect", list(tcp.getsockname())),
            ("connect", str(tmp_path / "s")),
            ("connect", "\0an abstract one"),
            ("connect_by_other_numbers", None),
        )
        for one in (tcp, unix):
            one.setblocking(False)
            with pytest.raises(BlockingIOError):
                one.accept()
    assert [*came.values()] == ["EPERM", "EPERM", "EPERM", "ENOSYS"]


@with_seccomp
def test_it_starts_nothing(pool: DecoderPool, photo: Path) -> None:
    came = tried(pool, photo, ("fork", None), ("run", "/bin/true"), ("execute", "/bin/true"))
    assert set(came.values()) <= REFUSED


@with_landlock
def test_it_reads_nothing_of_the_person(pool: DecoderPool, photo: Path, tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    with Catalog(tmp_path / "library" / "catalog.db"):
        pass
    neighbour = save_colour(photo.with_name("blue.jpg"), "blue", (64, 48))
    tries = [("read", str(path)) for path in (tmp_path / "library" / "catalog.db", neighbour, photo)]
    tries += [("list", str(place)) for place in (photo.parent, Path.home(), "/", "/proc", "/run")]
    tries += [("read", path) for path in ("/etc/passwd", "/etc/machine-id", "/proc/self/environ")]
    came = tried(pool, photo, *tries)
    assert not {what: how for what, how in came.items() if how not in {*REFUSED, "ENOENT"}}
    # Nor does it hear where the photo lies.
    assert tried(pool, photo, ("folder", None)) == {"folder": "/"}


@with_landlock
@with_seccomp
def test_it_neither_sees_nor_disturbs_another_process(pool: DecoderPool, photo: Path) -> None:
    parent = os.getpid()
    tries: list[tuple[str, Any]] = [
        ("read", f"/proc/{parent}/{name}") for name in ("mem", "environ", "maps", "cmdline")
    ]
    deeds = ("ptrace", "peek", "kill", "hold", "signal_by_file", "limit", "slow_down")
    came = tried(pool, photo, *tries, *((name, parent) for name in deeds))
    assert not {what: how for what, how in came.items() if how not in REFUSED}


@with_seccomp
def test_it_meddles_with_no_queue_of_the_person(pool: DecoderPool, photo: Path) -> None:
    """Those of System V have numbers that can be guessed, and no file that Landlock could hold."""
    library = ctypes.CDLL(None, use_errno=True)
    # IPC_PRIVATE; for the owner alone. IPC_RMID.
    queue, semaphore = library.msgget(0, 0o600), library.semget(0, 1, 0o600)
    assert min(queue, semaphore) >= 0
    try:
        assert library.msgsnd(queue, b"\1" + bytes(8), 1, 0) == 0
        deeds = (("send_message", queue), ("take_message", queue), ("lower_semaphore", semaphore))
        came = tried(pool, photo, *deeds)
    finally:
        library.msgctl(queue, 0, None)
        library.semctl(semaphore, 0, 0)
    assert set(came.values()) == {"EPERM"}


@with_seccomp
def test_it_reads_no_attributes_of_files(pool: DecoderPool, photo: Path, tmp_path: Path) -> None:
    """Browsers note there where a file was fetched from; Landlock does not speak of them."""
    there = tmp_path / "there.txt"
    there.touch()
    came = tried(pool, photo, ("read_attribute", str(there)), ("list_attributes", str(there)))
    assert set(came.values()) == {"EPERM"}


@with_seccomp
def test_it_gets_no_shared_memory_and_no_hold_of_the_machine(pool: DecoderPool, photo: Path) -> None:
    names = ("share_memory", "memory_file", "mount", "unshare", "uring")
    came = tried(pool, photo, *((name, None) for name in names), ("own_memory", None))
    assert [*came.values()] == ["ENOMEM", "EPERM", "EPERM", "EPERM", "EPERM", DONE]


def test_it_is_told_no_secret(pool: DecoderPool, photo: Path) -> None:
    (said,) = tried(pool, photo, ("environment", None)).values()
    names = set(said.split())
    assert not names & set(SECRETS)
    assert {"PATH", "OMP_NUM_THREADS"} <= names
    (process,) = decoders_of_this_process()
    assert "a-secret" not in " ".join(process.environ().values())


def test_it_has_no_rights_and_gets_none(pool: DecoderPool, photo: Path) -> None:
    tried(pool, photo)
    (process,) = decoders_of_this_process()
    said = Path(f"/proc/{process.pid}/status").read_text()
    words = dict(re.findall(r"^(\w+):\s*(\S+)", said, re.MULTILINE))
    assert words["NoNewPrivs"] == "1"
    # Root keeps the right to read: 2, CAP_DAC_READ_SEARCH.
    left = f"{(1 << 2) if os.geteuid() == 0 else 0:016x}"
    assert [words[name] for name in ("CapEff", "CapPrm", "CapInh")] == [left, left, "0" * 16]
    limits = Path(f"/proc/{process.pid}/limits").read_text()
    for name in ("file size", "core file size", "msgqueue size"):
        assert re.search(rf"^Max {name}\s+0\s+0\s", limits, re.MULTILINE)


def test_the_walls_are_said_once(pool: DecoderPool, photo: Path, caplog: pytest.LogCaptureFixture) -> None:
    start._note.cache_clear()
    caplog.set_level("INFO", "desktop_app.library.decoding.start")
    tried(pool, photo)
    first = decoders_of_this_process()
    first[0].kill()
    tried(pool, photo)
    assert decoders_of_this_process() != first
    said = [line for line in caplog.messages if line.startswith("decoders:")]
    assert said == [f"decoders: no new privileges, none of root's rights, {', '.join(walls_here().held)}"]


@pytest.mark.parametrize("nonsense", [None, "seccomp", [5], ["a\nb"], ["x" * 500]])
def test_nonsense_about_walls_is_not_believed(nonsense: object) -> None:
    with pytest.raises(WireError):
        start.note_walls({"ready": 1, "walls": nonsense, "missing": []})


def _in_a_fork(do: Any) -> str:
    """Do something in a process of its own, and return what it says."""
    heard, said = os.pipe()
    pid = os.fork()
    if not pid:
        with contextlib.suppress(BaseException):
            os.write(said, str(do()).encode())
        os._exit(0)
    os.close(said)
    with os.fdopen(heard) as answer:
        words = answer.read()
    os.waitpid(pid, 0)
    return words


def test_walls_that_the_system_does_not_have_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a kernel without either: the calls are there, and are refused."""
    real = syscalls.call

    def call(name: str, *arguments: Any) -> int:
        if name.startswith(("landlock", "seccomp")):
            raise OSError(95, "Operation not supported")
        return real(name, *arguments)

    monkeypatch.setattr(syscalls, "call", call)
    assert (walls_here().held, walls_here().missing) == ((), ("landlock", "seccomp"))
    said = _in_a_fork(build_walls)
    reason = "(Operation not supported)"
    assert said == f"no new privileges, none of root's rights; without landlock {reason}, seccomp {reason}"


@with_landlock
@with_seccomp
def test_a_thread_that_stays_outside_is_named() -> None:
    ended = threading.Event()

    def build_beside_a_thread() -> object:
        threading.Thread(target=ended.wait, daemon=True).start()
        return build_walls()

    said = _in_a_fork(build_beside_a_thread)
    assert said.endswith("; without landlock around threads that had begun")


def test_an_unknown_processor_has_no_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syscalls, "processor", lambda: None)
    assert not seccomp.is_known()
    with pytest.raises(OSError, match="numbers of system calls"):
        seccomp.refuse_needless_calls()


@pytest.mark.parametrize(
    ("machine", "header"), [("x86_64", "asm/unistd_64.h"), ("aarch64", "asm-generic/unistd.h")]
)
def test_calls_have_the_numbers_that_the_systems_headers_say(machine: str, header: str) -> None:
    places = [Path("/usr/include"), *Path("/usr/include").glob("*-linux-gnu")]
    found = [place / header for place in places if (place / header).exists()]
    if not found:
        pytest.skip("the headers of Linux are not installed")
    said = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", found[0].read_text())
    numbers = {name: int(number) for name, number in said}
    known = {name: syscalls.number_of(name, machine) for name in syscalls.names()}
    wrong = {name: number for name, number in known.items() if name in numbers and numbers[name] != number}
    assert not wrong
    assert len(set(known) & set(numbers)) > 80
    # Those that all processors have in common are seldom in old headers.
    assert {name for name in known if known[name] is not None} - set(numbers) <= {"clone3", "memfd_secret"}


@pytest.mark.parametrize("machine", list(syscalls.AUDIT_ARCH))
def test_filters_are_no_longer_than_the_kernel_takes(machine: str) -> None:
    code = seccomp._filter(machine, 1234)
    assert len(code) < 4096
    assert all(max(yes, no) < 256 for _, yes, no, _ in code)
    assert code[-1] == (seccomp._RETURN, 0, 0, seccomp._ALLOW)


@with_landlock
def test_no_place_that_holds_the_home_folder_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desktop_app.library.confinement import linux

    home = tmp_path / "people" / "ada"
    (home / "packages").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path), str(home), str(home / "packages"), "/"])
    monkeypatch.setattr(sys, "prefix", str(home))
    places = linux.readable()
    assert home / "packages" in places
    assert ROOT / "desktop_app" / "library" in places
    assert ROOT not in places
    assert not {home, home.parent, tmp_path, Path("/")} & set(places)
