"""Guards every test runs under: no leaked thread, no Qt warning, no unexpected error in the log."""

import compileall
import gc
import logging
import os
import sys
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.remote import Producer

from tests import configuration, lent_graphs, workers
from tests.drives import Drive
from tests.durable import Synced
from tests.processes import decoders_of_this_process

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("PYTHON_DOTENV_DISABLED", "1")
# Where tests load ONNX Runtime without us, it tells nobody either.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

# Threads that wait for each other's share of a sum do so asleep: awake they take the cores from the other workers, and torch took
# two to three times as much of the processor.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")
# Where the environment keeps Python from writing bytecode, as in many containers, each worker would spend 15 s of every run on
# the assertions of nearly 400 files, which pytest writes anew. `pytest_configure` does the same for child processes.
sys.dont_write_bytecode = False

# An example may take as long as it takes: a busy machine is no fault of what is tested.
settings.register_profile("vislumbre", deadline=None)
settings.load_profile("vislumbre")

# Threads that belong to libraries and live as long as the process.
_LIBRARY_THREADS = ("pymilvus", "grpc", "asyncio_", "pytest_timeout", "tqdm", "QThread", "Dummy")
# A library keeps its decoders for half a minute after a test that shares it with others; `_no_leaked_decoder` looks.
_KEPT_THREADS = ("decoder-",)

# What the platform without a screen says of every window that is shown; nothing of ours causes it.
_OFFSCREEN_NOISE = "This plugin does not support"


def pytest_configure(config: pytest.Config) -> None:
    """Compile what has changed, once: hundreds of child processes import it, and each would take half a second for that."""
    if not hasattr(config, "workerinput"):
        for folder in ("desktop_app", "tests"):
            compileall.compile_dir(Path(__file__).resolve().parents[1] / folder, quiet=2)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return how many processes share the tests."""
    return workers.fitting(config.args)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> workers.ByFile:
    """Return who says which of them runs what."""
    return workers.ByFile(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, object, object]:
    """Make a report such that a worker can send it."""
    return workers.sendable((yield))


def _our_threads() -> set[threading.Thread]:
    return {
        thread
        for thread in threading.enumerate()
        if thread.is_alive() and not thread.name.startswith(_LIBRARY_THREADS + _KEPT_THREADS)
    }


@pytest.fixture(scope="session", autouse=True)
def _no_circles_end_elsewhere() -> Iterator[None]:
    """Keep Python's own collector off the threads that tests start, as the window does (`ui/app/interpreter.py`).

    It would end windows and models of earlier tests on whichever thread makes the next object.
    """
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _configuration_of_nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what tests make out of the configuration of whoever runs them: each library made here is noted there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(configuration.VARIABLE, str(tmp_path_factory.mktemp("configuration")))
        yield


@pytest.fixture(scope="session", autouse=True)
def _graphs_are_lent(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Have what one worker exported lent to all: each has its own folder in that of the run."""
    own = tmp_path_factory.getbasetemp()
    lent_graphs.keep_in((own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "graphs")


@pytest.fixture(scope="module", autouse=True)
def _free_old_circles(_no_circles_end_elsewhere: None) -> Iterator[None]:
    """Free what the module left behind, on this thread.

    What was there before it is left out: 10,000 tests, libraries and all that earlier modules keep. To walk through these took
    a third of a second for each of 330 files.
    """
    gc.freeze()
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def _free_young_circles(_free_old_circles: None) -> Iterator[None]:
    """Free what the test left behind, on this thread."""
    yield
    gc.collect(1)


@pytest.fixture(scope="session", autouse=True)
def _lock_goes_round() -> Iterator[None]:
    """Have some thread take Python's lock twice a second, even where all that a test started wait.

    Who gives the lock away waits until another has it, with a condition of the C library that loses a signal once in a
    great while before glibc 2.41 (its bug 25847). Where every other thread sleeps, nothing wakes it, alarms included.
    """
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(0.5):
            continue

    thread = threading.Thread(target=beat, name="beat", daemon=True)
    thread.start()
    yield
    ended.set()
    thread.join()


@pytest.fixture(autouse=True)
def _no_leaked_thread() -> Iterator[None]:
    """Fail the test that leaves a thread behind: whatever has one has `close()`."""
    before = _our_threads()
    yield
    deadline = time.monotonic() + 3
    while (left := _our_threads() - before) and time.monotonic() < deadline:
        gc.collect()
        threading.Event().wait(0.02)
    assert not left, f"threads left running: {sorted(thread.name for thread in left)}"


@pytest.fixture(scope="module", autouse=True)
def _no_leaked_decoder() -> Iterator[None]:
    """Fail the module that leaves a decoder's process or thread behind: they end with their library."""
    yield
    threads = [thread.name for thread in threading.enumerate() if thread.name.startswith(_KEPT_THREADS)]
    assert not threads, f"threads left running: {threads}"
    assert not decoders_of_this_process()


@pytest.fixture(autouse=True)
def _no_unexpected_error_log(
    caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> Iterator[None]:
    """Fail the test that logs an error of ours without saying so with `@pytest.mark.expects_errors`."""
    yield
    if request.node.get_closest_marker("expects_errors"):
        return
    ours = [
        record
        for when in ("setup", "call")
        for record in caplog.get_records(when)
        if record.levelno >= logging.ERROR and record.name.startswith("desktop_app")
    ]
    assert not ours, f"unexpected errors in the log: {[record.getMessage() for record in ours]}"


@pytest.fixture(autouse=True)
def _no_qt_warning(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail the test that makes Qt complain. Costs nothing where Qt was never imported."""
    if "PySide6.QtCore" not in sys.modules and "qtbot" not in request.fixturenames:
        yield
        return
    from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

    said: list[str] = []

    def hear(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        serious = kind in {QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg}
        if serious and not message.startswith(_OFFSCREEN_NOISE):
            said.append(message)

    previous = qInstallMessageHandler(hear)
    yield
    qInstallMessageHandler(previous)
    assert not said, f"Qt complained: {said}"


@pytest.fixture(scope="session", autouse=True)
def _nothing_on_the_clipboard_at_the_end() -> Iterator[None]:
    """Empty the clipboard: without a screen, Qt frees what lies there when the interpreter is gone, and crashes."""
    yield
    if "PySide6.QtGui" in sys.modules:
        from PySide6.QtGui import QGuiApplication

        if QGuiApplication.instance() is not None:
            QGuiApplication.clipboard().clear()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real photos, models and notes that lies beside the project; skips where it is absent."""
    named = os.environ.get("VISLUMBRE_SHARED")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared"
    if not (folder / "photos").is_dir():
        pytest.skip("the folder of shared test photos is not on this machine")
    return folder


@pytest.fixture(scope="session")
def shared_photos(shared: Path) -> Path:
    """Real photos of many formats."""
    return shared / "photos"


@pytest.fixture
def drive(tmp_path: Path) -> Drive:
    """A drive with a file system of its own, not mounted yet; skips where none can be made."""
    return Drive(tmp_path / "drive.img")


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> Synced:
    """What was brought to disk since the test began."""
    return Synced(monkeypatch)
