"""One window a library: the second start is heard by the first, and nobody else can be."""

import os
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from desktop_app.ui.system import single_instance
from desktop_app.ui.system.single_instance import LONGEST_MESSAGE_BYTES, SingleInstance

CHECKOUT = Path(single_instance.__file__).parents[3]

posix = pytest.mark.skipif(os.name != "posix", reason="sockets as files are of POSIX")


def answer_to(first: SingleInstance, sent: bytes) -> bytes:
    """Send bytes as no application of ours would, and return what comes back until the end or the first line."""
    with socket.socket(socket.AF_UNIX) as other:
        other.settimeout(10)
        other.connect(first._name)
        try:
            other.sendall(sent)
            return other.recv(100)
        except (BrokenPipeError, ConnectionResetError):
            return b""


@pytest.fixture(autouse=True)
def _own_place(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("run")
    folder.chmod(0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "")


@pytest.fixture
def instances(qapp):
    made: list[SingleInstance] = []

    def make(data: Path) -> SingleInstance:
        made.append(SingleInstance(data))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def elsewhere(qtbot):
    """Run a function on another thread while this one keeps its event loop turning, as the first process does.

    Qt's own waiting functions must not be called there: they hold Python's lock while they wait for this thread.
    """

    def run(function: Callable[[], object]) -> object:
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(function)
            qtbot.waitUntil(future.done, timeout=20_000)
            return future.result()

    return run


@pytest.fixture
def start_second(elsewhere):
    """Start another process with a library; returns whether it was first and whether it was heard."""

    def start(data: Path, *args: str) -> tuple[bool, bool]:
        program = (
            "import sys\nfrom pathlib import Path\nfrom desktop_app.ui.system.single_instance import SingleInstance\n"
            "one = SingleInstance(Path(sys.argv[1]))\nprint(one.is_first(), one.send(sys.argv[2:]))\n"
        )
        command = [sys.executable, "-c", program, str(data), *args]
        done = elsewhere(
            lambda: subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
        )
        first, heard = done.stdout.split()
        return first == "True", heard == "True"

    return start


def test_the_first_hears_what_the_second_was_started_with(tmp_path, instances, start_second):
    first = instances(tmp_path)
    assert first.is_first()
    assert first.is_first(), "asking again changes nothing"
    heard: list[list[str]] = []
    first.raised.connect(heard.append)
    args = ["--search", "a dög\non the beach", "/p/\udcff.jpg"]
    assert start_second(tmp_path, *args) == (False, True)
    assert heard == [args]


def test_another_library_is_another_matter(tmp_path, instances):
    assert instances(tmp_path / "a").is_first()
    assert instances(tmp_path / "b").is_first()


@posix
def test_two_ways_to_the_same_library_meet(tmp_path, instances, elsewhere):
    (tmp_path / "data").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "data")
    assert instances(tmp_path / "data").is_first()
    assert elsewhere(lambda: SingleInstance(tmp_path / "link").is_first()) is False


def test_after_the_first_has_ended_the_next_is_first(tmp_path, instances):
    first = instances(tmp_path)
    assert first.is_first()
    first.close()
    assert instances(tmp_path).is_first()


@posix
def test_what_a_killed_process_left_is_in_nobodys_way(tmp_path, instances):
    program = (
        "import os, sys\nfrom pathlib import Path\nfrom PySide6.QtCore import QCoreApplication\n"
        "from desktop_app.ui.system.single_instance import SingleInstance\napp = QCoreApplication([])\n"
        "one = SingleInstance(Path(sys.argv[1]))\nassert one.is_first()\nos.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=CHECKOUT, check=False)
    folder = Path(os.environ["XDG_RUNTIME_DIR"]) / "vislumbre"
    assert any(one.is_socket() for one in folder.iterdir())
    assert instances(tmp_path).is_first()


def test_sending_to_nobody_says_so(tmp_path, qapp):
    assert SingleInstance(tmp_path).send(["x"]) is False


def test_too_much_is_not_sent(tmp_path, qapp):
    assert SingleInstance(tmp_path).send(["x" * LONGEST_MESSAGE_BYTES]) is False


@posix
@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\n",
        b"[1]\n",
        b'{"args": 5}\n',
        b'{"args": [], "activation": 5}\n',
        b"\xff\xfe\n",
        b"[" * 20_000 + b"\n",
    ],
)
def test_what_is_no_message_is_cut_off(tmp_path, instances, elsewhere, sent):
    first = instances(tmp_path)
    assert first.is_first()
    heard: list[list[str]] = []
    first.raised.connect(heard.append)
    assert elsewhere(lambda: answer_to(first, sent)) == b""
    assert heard == []
    elsewhere(lambda: answer_to(first, b'{"args": ["after"]}\n'))
    assert heard == [["after"]], "the next one is heard all the same"


@posix
def test_an_endless_message_is_cut_off(qtbot, tmp_path, instances, elsewhere):
    first = instances(tmp_path)
    assert first.is_first()
    assert elsewhere(lambda: answer_to(first, b"x" * 20 * LONGEST_MESSAGE_BYTES)) == b""
    qtbot.waitUntil(lambda: not first._unread)


@posix
def test_a_message_in_pieces_is_put_together(qtbot, tmp_path, instances, elsewhere):
    first = instances(tmp_path)
    assert first.is_first()
    with qtbot.waitSignal(first.raised) as raised, socket.socket(socket.AF_UNIX) as other:
        other.connect(first._name)
        other.sendall(b'{"args": [')
        qtbot.waitUntil(lambda: any(first._unread.values()))
        other.sendall(b'"x"]}\n')
    assert raised.args == [["x"]]


@posix
def test_the_token_for_coming_to_the_front_is_handed_on(tmp_path, instances, elsewhere):
    first = instances(tmp_path)
    assert first.is_first()
    elsewhere(lambda: answer_to(first, b'{"args": [], "activation": "token-7"}\n'))
    assert os.environ["XDG_ACTIVATION_TOKEN"] == "token-7"


@posix
def test_only_this_user_can_reach_the_socket(tmp_path, instances):
    first = instances(tmp_path)
    assert first.is_first()
    place = Path(first._name)
    assert stat.S_IMODE(place.stat().st_mode) & 0o077 == 0
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert len(os.fsencode(place)) < 108


@posix
def test_without_a_runtime_folder_a_private_one_is_made(tmp_path, monkeypatch, instances):
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    assert instances(tmp_path / "data").is_first()
    (folder,) = tmp_path.glob("vislumbre-*")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@posix
def test_a_folder_that_somebody_else_could_have_made_is_not_used(tmp_path, monkeypatch, instances):
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    (tmp_path / f"vislumbre-{os.getuid()}").mkdir()
    (tmp_path / f"vislumbre-{os.getuid()}").chmod(0o777)
    one = instances(tmp_path / "data")
    assert one.is_first(), "the window opens all the same"
    assert list((tmp_path / f"vislumbre-{os.getuid()}").iterdir()) == []


@posix
def test_whoever_only_took_the_name_is_told_nothing(tmp_path, instances, elsewhere):
    first = instances(tmp_path)
    assert first.is_first()
    second = SingleInstance(tmp_path)
    first.close()
    heard: list[bytes] = []

    def pretend(answer: bytes) -> None:
        with socket.socket(socket.AF_UNIX) as impostor:
            Path(first._name).unlink(missing_ok=True)
            impostor.bind(first._name)
            impostor.listen(1)
            with ThreadPoolExecutor(1) as pool:
                sent = pool.submit(send)
                taken, _ = impostor.accept()
                with taken:
                    taken.settimeout(10)
                    heard.append(taken.recv(10_000))
                    taken.sendall(answer)
                    heard.append(taken.recv(10_000))
                assert sent.result() is False

    def send() -> bool:
        program = (
            "import sys\nfrom pathlib import Path\nfrom desktop_app.ui.system.single_instance import SingleInstance\n"
            "print(SingleInstance(Path(sys.argv[1])).send(['what nobody may know']))\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, str(tmp_path)],
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip() == "True"

    elsewhere(lambda: pretend(b"heard\n"))
    assert b"what nobody may know" not in b"".join(heard)
    assert b"prove" in heard[0]
    assert stat.S_IMODE(second._secret_file.stat().st_mode) == 0o600


@posix
def test_each_run_has_another_secret(tmp_path, instances):
    first = instances(tmp_path)
    assert first.is_first()
    before = first._secret_file.read_bytes()
    first.close()
    assert first.is_first()
    assert first._secret_file.read_bytes() != before
