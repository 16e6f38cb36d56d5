"""The log: uncaught errors of every kind arrive in the file and at the listener; nothing is left behind."""

import faulthandler
import logging
import os
import platform
import stat
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app import logs
from desktop_app.logs import Bug, Logs

expects_errors = pytest.mark.expects_errors


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Logs]:
    one = Logs.start(tmp_path / "log", console=False)
    yield one
    one.uninstall()


def text_of(started: Logs) -> str:
    assert started.file is not None
    return started.file.read_text(encoding="utf-8")


def raise_and_report(message: str = "boom") -> None:
    def fail() -> None:
        raise LookupError(message)

    try:
        fail()
    except LookupError as error:
        sys.excepthook(type(error), error, error.__traceback__)


def test_messages_of_ours_arrive_with_the_versions_first(started):
    logging.getLogger("desktop_app.library.folders.comparing").info("found 3")
    text = text_of(started)
    assert "Vislumbre 0." in text.splitlines()[0]
    assert "desktop_app.library.folders.comparing: found 3" in text


def test_what_third_parties_say_at_debug_stays_out(started):
    for name in ("PIL.TiffImagePlugin", "watchdog.observers", "pymilvus", "torch", "unheard.of"):
        logging.getLogger(name).debug("/home/eva/secret.jpg")
        logging.getLogger(name).info("/home/eva/secret.jpg")
    logging.getLogger("PIL.Image").warning("/home/eva/secret.jpg")
    logging.getLogger("desktop_app.x").debug("/home/eva/secret.jpg")
    assert "secret" not in text_of(started)


def test_a_verbose_log_has_our_own_debug_only(tmp_path):
    started = Logs.start(tmp_path, verbose=True, console=False)
    logging.getLogger("desktop_app.x").debug("ours")
    logging.getLogger("PIL.Image").debug("theirs")
    text = text_of(started)
    started.uninstall()
    assert "ours" in text
    assert "theirs" not in text


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_the_files_are_readable_by_their_owner_only(started):
    assert started.file is not None
    for file in started.file.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_file_is_rotated_and_old_ones_are_few(tmp_path, monkeypatch):
    monkeypatch.setattr(logs, "FILE_LIMIT_BYTES", 2_000)
    started = Logs.start(tmp_path, console=False)
    for _ in range(200):
        logging.getLogger("desktop_app").info("x" * 100)
    started.uninstall()
    assert len(list(tmp_path.glob("vislumbre.log*"))) == 1 + logs.OLD_FILES


def test_a_file_that_cannot_be_rotated_is_written_on(tmp_path, monkeypatch):
    monkeypatch.setattr(logs, "FILE_LIMIT_BYTES", 2_000)
    started = Logs.start(tmp_path, console=False)

    def refused(*_args: object) -> None:
        raise PermissionError("in use")

    monkeypatch.setattr(os, "rename", refused)
    for number in range(100):
        logging.getLogger("desktop_app").info("message %d %s", number, "x" * 50)
    monkeypatch.undo()
    text = text_of(started)
    started.uninstall()
    assert "message 0 " in text
    assert "message 99 " in text


@pytest.mark.skipif(os.name != "posix", reason="names of Windows have no bytes")
def test_a_path_that_is_no_utf_8_is_logged(started):
    logging.getLogger("desktop_app").info("%s", Path(os.fsdecode(b"/photos/\xff.jpg")))
    assert "/photos/\\xff.jpg" in text_of(started)


def test_a_folder_that_cannot_be_made_is_no_end(tmp_path, capsys):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    started = Logs.start(tmp_path / "file" / "log")
    logging.getLogger("desktop_app").warning("heard all the same")
    started.uninstall()
    assert started.file is None
    assert "heard all the same" in capsys.readouterr().err


def test_the_console_has_warnings_but_not_the_chatter(tmp_path, capsys):
    started = Logs.start(tmp_path)
    logging.getLogger("desktop_app").info("chatter")
    logging.getLogger("desktop_app").warning("trouble")
    started.uninstall()
    said = capsys.readouterr().err
    assert "WARNING: trouble" in said
    assert "chatter" not in said


@expects_errors
def test_an_uncaught_error_is_logged_and_told(started):
    told: list[Bug] = []
    started.listen(told.append)
    raise_and_report("boom in " + str(Path.home() / "x"))
    assert "Traceback" in text_of(started)
    (bug,) = told
    assert bug.summary.startswith("LookupError: boom in ~")
    assert "raise LookupError" in bug.details
    assert str(Path.home()) not in bug.details


@expects_errors
def test_an_uncaught_error_of_a_thread_is_logged_with_its_name(started):
    told: list[Bug] = []
    started.listen(told.append)

    def fail() -> None:
        raise ZeroDivisionError("in a thread")

    thread = threading.Thread(target=fail, name="doomed")
    thread.start()
    thread.join()
    assert "uncaught in doomed" in text_of(started)
    assert told[0].summary == "ZeroDivisionError: in a thread"


def test_a_thread_that_ends_by_exit_is_no_bug(started):
    thread = threading.Thread(target=sys.exit, name="leaving")
    thread.start()
    thread.join()
    assert "leaving" not in text_of(started)


@expects_errors
def test_an_error_nobody_could_raise_is_logged(started):
    class Closer:
        def __del__(self) -> None:
            raise OSError("cannot close")

    told: list[Bug] = []
    started.listen(told.append)
    Closer()
    assert told[0].summary == "OSError: cannot close"


@expects_errors
def test_the_same_bug_is_told_once_and_logged_a_few_times(started):
    told: list[Bug] = []
    started.listen(told.append)
    for _ in range(50):
        raise_and_report()
    assert len(told) == 1
    assert text_of(started).count("Traceback") == logs.SAME_BUG_LIMIT


@expects_errors
def test_a_bug_from_before_the_window_is_told_when_the_window_listens(started):
    raise_and_report()
    told: list[Bug] = []
    started.listen(told.append)
    assert len(told) == 1
    started.listen(None)
    started.listen(told.append)
    assert len(told) == 1


@expects_errors
def test_a_listener_that_is_gone_does_not_hide_the_bug(started):
    def gone(_bug: Bug) -> None:
        raise RuntimeError("Internal C++ object already deleted.")

    started.listen(gone)
    raise_and_report("the first one")
    assert "the first one" in text_of(started)


def test_stopping_by_the_keyboard_is_no_bug(started, capsys):
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert "uncaught" not in text_of(started)
    assert "KeyboardInterrupt" in capsys.readouterr().err


def test_warnings_of_libraries_go_to_the_log(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        started = Logs.start(tmp_path, console=False)
        warnings.warn("old ways", UserWarning, stacklevel=1)
        text = text_of(started)
        started.uninstall()
    assert "old ways" in text


def test_qts_own_messages_go_to_the_log(started):
    from PySide6.QtCore import qWarning

    started.hear_qt()
    qWarning("from the depths")
    assert "WARNING MainThread qt: from the depths" in " ".join(text_of(started).split())


def what_logs_change() -> tuple[object, ...]:
    root = logging.getLogger()
    return (
        sys.excepthook,
        threading.excepthook,
        sys.unraisablehook,
        list(root.handlers),
        root.level,
        logging.getLogger("PIL").level,
        faulthandler.is_enabled(),
    )


def test_uninstalling_puts_everything_back(tmp_path):
    before = what_logs_change()
    started = Logs.start(tmp_path)
    assert sys.excepthook is not before[0]
    started.uninstall()
    assert what_logs_change() == before


def test_a_fault_below_python_leaves_a_report_that_the_next_start_finds(tmp_path):
    program = (
        "import faulthandler, sys\nfrom pathlib import Path\nfrom desktop_app.logs import Logs\n"
        "Logs.start(Path(sys.argv[1]), console=False)\nfaulthandler._sigabrt()\n"
    )
    checkout = Path(logs.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=checkout, capture_output=True, check=False
    )
    assert done.returncode != 0
    started = Logs.start(tmp_path, console=False)
    report = started.crash_report
    started.uninstall()
    assert report is not None
    assert "Aborted" in report.read_text(encoding="utf-8")
    again = Logs.start(tmp_path, console=False)
    again.uninstall()
    assert again.crash_report is None


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere Python asks the system alone")
def test_no_program_is_started_to_name_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    named = platform.platform()
    started: list[object] = []

    def start(words: object, **_how: object) -> str:
        started.append(words)
        return ""

    monkeypatch.setattr(platform, "_platform_cache", {})
    monkeypatch.setattr(platform, "_uname_cache", None)
    monkeypatch.setattr(subprocess, "check_output", start)
    assert logs._system() == named
    assert not started
