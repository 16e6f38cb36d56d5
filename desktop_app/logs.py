"""Where messages and uncaught errors go: a rotating file, the console, and a listener that tells the person."""

import faulthandler
import logging
import logging.handlers
import os
import platform
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING

import desktop_app
from desktop_app import own_files
from desktop_app.printable import LogFormatter

if TYPE_CHECKING:
    from PySide6.QtCore import QMessageLogContext, QtMsgType

log = logging.getLogger(__name__)

FILE_LIMIT_BYTES = 1_000_000
OLD_FILES = 3
# A fault in a paint event comes sixty times a second; the first few tell everything.
SAME_BUG_LIMIT = 5

# Third parties write names of files they open at DEBUG and INFO, and PIL even warns of a photo's small flaws.
QUIET: Mapping[str, int] = MappingProxyType(
    {
        "PIL": logging.ERROR,
        "asyncio": logging.WARNING,
        "filelock": logging.WARNING,
        "grpc": logging.WARNING,
        "milvus_lite": logging.ERROR,
        "open_clip": logging.WARNING,
        "pymilvus": logging.ERROR,
        "timm": logging.WARNING,
        "torch": logging.WARNING,
        "urllib3": logging.WARNING,
        "watchdog": logging.WARNING,
    }
)


@dataclass(frozen=True, slots=True)
class Bug:
    """An error nobody caught.

    Attributes:
        summary: One line: kind and message.
        details: Versions and traceback, for copying into a report; the home folder reads ``~``.
    """

    summary: str
    details: str


BugListener = Callable[[Bug], None]


class Logs:
    """The application's log, from `start` to `uninstall`. Only one at a time.

    Attributes:
        file: The log file; None when the folder cannot be written.
        problem: A sentence for the person where a file of the log cannot be written; else empty.
        crash_report: What the last run left when it ended by a fault below Python; None when it ended well.
    """

    def __init__(self) -> None:
        self.file: Path | None = None
        self.problem = ""
        self.crash_report: Path | None = None
        self._handlers: list[logging.Handler] = []
        self._levels: dict[str, int] = {}
        self._undo: list[Callable[[], None]] = []
        self._listener: BugListener | None = None
        self._kept: list[Bug] = []
        self._seen: dict[str, int] = {}
        self._lock = threading.Lock()

    @classmethod
    def start(
        cls, folder: Path, *, name: str = "vislumbre", verbose: bool = False, console: bool = True
    ) -> "Logs":
        """Send messages to a file and the console, and take over the hooks for errors nobody caught.

        Never raises for the folder's sake: where it cannot be written, the console has to do.

        Args:
            folder: Where the files go; it is made.
            name: First part of the files' names. Two processes must not rotate one file, so the command line
                has another name than the window.
            verbose: Also what only a developer wants to know, of our own code alone.
            console: Warnings and worse on the error stream too.
        """
        logs = cls()
        logs._set_levels(logging.DEBUG if verbose else logging.INFO)
        if console and sys.stderr is not None:
            logs._add(
                logging.StreamHandler(),
                "%(levelname)s: %(message)s",
                logging.DEBUG if verbose else logging.WARNING,
            )
        try:
            own_files.make_folder(folder)
            own_files.check_owner(folder)
            logs._open_file(folder / f"{name}.log")
            logs._open_crash_file(folder / f"{name}-crash.log")
        except OSError as error:
            logs.problem = f"The log {error.filename or folder} cannot be written: {error.strerror or error}."
            log.warning("%s", logs.problem)
        logs._take_hooks()
        log.info("Vislumbre %s, %s", desktop_app.__version__, _machine())
        return logs

    def listen(self, listener: BugListener | None) -> None:
        """Call `listener` with every new bug, on the thread it happened on; those from before come at once.

        The same bug (same error at the same line) is told once.
        """
        with self._lock:
            self._listener = listener
            kept, self._kept = (self._kept, []) if listener else ([], self._kept)
        for bug in kept:
            self._tell(bug)

    def hear_qt(self) -> None:
        """Send Qt's own messages to the log too. Imports Qt, so only the window calls it."""
        from PySide6.QtCore import qInstallMessageHandler

        previous = qInstallMessageHandler(_log_qt)
        self._undo.append(lambda: _put_back_qt(previous))

    def report(
        self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None, where: str
    ) -> None:
        """Log an error nobody caught and tell the listener, once for each place it comes from. Any thread."""
        error = error if error is not None else kind()
        key = _place(kind, trace)
        with self._lock:
            count = self._seen[key] = self._seen.get(key, 0) + 1
        if count <= SAME_BUG_LIMIT:
            log.error("uncaught in %s", where, exc_info=(kind, error, trace))
        if count == SAME_BUG_LIMIT:
            log.error("the same error is not logged again")
        if count == 1:
            self._tell(_described(kind, error, trace))

    def uninstall(self) -> None:
        """Put every hook, level and handler back as it was and close the files."""
        for undo in reversed(self._undo):
            undo()
        self._undo.clear()
        for handler in self._handlers:
            logging.getLogger().removeHandler(handler)
            handler.close()
        self._handlers.clear()
        for name, level in self._levels.items():
            logging.getLogger(name).setLevel(level)

    def _set_levels(self, ours: int) -> None:
        for name, level in {"": logging.WARNING, "desktop_app": ours, **QUIET}.items():
            logger = logging.getLogger(name)
            self._levels[name] = logger.level
            logger.setLevel(level)

    def _add(self, handler: logging.Handler, form: str, level: int) -> None:
        handler.setFormatter(LogFormatter(form))
        handler.setLevel(level)
        logging.getLogger().addHandler(handler)
        self._handlers.append(handler)

    def _open_file(self, file: Path) -> None:
        form = "%(asctime)s %(levelname)-7s %(threadName)s %(name)s: %(message)s"
        self._add(_PrivateFile(file), form, logging.DEBUG)
        self.file = file

    def _open_crash_file(self, file: Path) -> None:
        """Let faults below Python write their stacks; what the last run wrote is kept beside it."""
        found = own_files.status_of(file, below=file.parent)
        if found is not None and found.st_size:
            self.crash_report = file.with_name(f"{file.stem}-last.log")
            file.replace(self.crash_report)
        stream = _private(file, "w")
        was_on = faulthandler.is_enabled()
        faulthandler.enable(stream)
        self._undo.append(lambda: _end_crash_file(stream, was_on=was_on))

    def _take_hooks(self) -> None:
        before = (sys.excepthook, threading.excepthook, sys.unraisablehook)

        def put_back() -> None:
            sys.excepthook, threading.excepthook, sys.unraisablehook = before
            logging.captureWarnings(False)

        sys.excepthook = self._hear_main
        threading.excepthook = self._hear_thread
        sys.unraisablehook = self._hear_unraisable
        logging.captureWarnings(True)
        self._undo.append(put_back)

    def _hear_main(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self.report(kind, error, trace, "the main thread")

    def _hear_thread(self, what: threading.ExceptHookArgs) -> None:
        if issubclass(what.exc_type, SystemExit):
            return
        name = what.thread.name if what.thread is not None else "a thread"
        self.report(what.exc_type, what.exc_value, what.exc_traceback, name)

    def _hear_unraisable(self, what: "sys.UnraisableHookArgs") -> None:
        place = what.err_msg or "a place that cannot raise"
        self.report(what.exc_type, what.exc_value, what.exc_traceback, place)

    def _tell(self, bug: Bug) -> None:
        with self._lock:
            listener = self._listener
            if listener is None:
                self._kept.append(bug)
        if listener is None:
            return
        try:
            listener(bug)
        except RuntimeError:
            # Qt's word for a window that is already gone, as at the very end of a session.
            log.warning("nobody was there to hear of a bug", exc_info=True)


class _PrivateFile(logging.handlers.RotatingFileHandler):
    """A rotating log file for its owner only, that goes on writing when it cannot be rotated."""

    def __init__(self, file: Path) -> None:
        # Paths may hold what is no UTF-8; a log line must never fail for that.
        super().__init__(
            file,
            maxBytes=FILE_LIMIT_BYTES,
            backupCount=OLD_FILES,
            encoding="utf-8",
            errors="backslashreplace",
        )

    def _open(self) -> TextIOWrapper:
        return _private(Path(self.baseFilename), "a")

    def doRollover(self) -> None:  # noqa: N802  # the name is the standard library's
        try:
            super().doRollover()
        except OSError:
            # Windows refuses to rename a file that another process has open: go on with this one.
            self.maxBytes = 0
            self.stream = self._open()


def _private(file: Path, mode: str) -> TextIOWrapper:
    """Open a text file readable by its owner only."""
    flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if mode == "a" else os.O_TRUNC)
    descriptor = own_files.opened(file, flags, below=file.parent, alone=True)
    stream = os.fdopen(descriptor, mode, encoding="utf-8", errors="backslashreplace")
    assert isinstance(stream, TextIOWrapper)
    return stream


def _end_crash_file(stream: TextIOWrapper, *, was_on: bool) -> None:
    faulthandler.disable()
    stream.close()
    if was_on and sys.__stderr__ is not None:
        # A replaced error stream may have no file below it.
        with suppress(ValueError, OSError):
            faulthandler.enable(sys.__stderr__)


def _log_qt(kind: "QtMsgType", context: "QMessageLogContext", message: str) -> None:
    """Log one of Qt's messages under ``qt`` or its own category."""
    level = {
        "QtDebugMsg": logging.DEBUG,
        "QtInfoMsg": logging.INFO,
        "QtWarningMsg": logging.WARNING,
        "QtCriticalMsg": logging.ERROR,
        "QtFatalMsg": logging.CRITICAL,
    }.get(kind.name, logging.WARNING)
    category = context.category or "default"
    logging.getLogger("qt" if category == "default" else category).log(level, "%s", message)


def _put_back_qt(previous: "Callable[[QtMsgType, QMessageLogContext, str], object] | None") -> None:
    from PySide6.QtCore import qInstallMessageHandler

    qInstallMessageHandler(previous)


def _place(kind: type[BaseException], trace: TracebackType | None) -> str:
    """Name the line an error comes from."""
    frames = traceback.extract_tb(trace)
    last = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "nowhere"
    return f"{kind.__qualname__} {last}"


def _machine() -> str:
    return f"Python {platform.python_version()} on {_system()}"


def _system() -> str:
    """Say what `platform.platform` says, which starts a program on Linux to learn what no part of that name says."""
    if sys.platform == "linux":
        libc = "".join(platform.libc_ver())
        return "-".join((platform.system(), platform.release(), platform.machine(), "with", libc))
    else:  # noqa: RET505 - what another system never reaches must stand in a block of its own
        return platform.platform()


def _described(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> Bug:
    lines = "".join(traceback.format_exception(kind, error, trace))
    details = f"Vislumbre {desktop_app.__version__}, {_machine()}\n{lines}"
    summary = traceback.format_exception_only(kind, error)[-1].strip()
    return Bug(_without_home(summary), _without_home(details))


def _without_home(text: str) -> str:
    """Leave the person's name out of what may be pasted in public."""
    home = str(Path.home())
    return text.replace(home, "~") if len(home) > 1 else text
