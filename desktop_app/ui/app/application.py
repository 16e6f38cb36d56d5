"""One run of the program with a window: makes its parts in order and closes them in reverse."""

import importlib
import logging
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QApplication

from desktop_app import __version__
from desktop_app.library import LibraryError, keep_few_heaps
from desktop_app.logs import Logs
from desktop_app.opening import open_library
from desktop_app.paths import APP_NAME, AppPaths
from desktop_app.settings import Settings
from desktop_app.trust import OwnLibraries
from desktop_app.ui.app.interpreter import tuned_for_a_window
from desktop_app.ui.app.qt_application import VislumbreApplication
from desktop_app.ui.app.session import Session
from desktop_app.ui.look import icons, theme
from desktop_app.ui.system.machine import this_machine
from desktop_app.ui.system.process_signals import EndSignals
from desktop_app.ui.system.single_instance import SingleInstance

if TYPE_CHECKING:
    from desktop_app.library import PhotoLibrary

log = logging.getLogger(__name__)

# The name of the desktop file, by which a desktop on Wayland finds icon and title of the windows.
APPLICATION_ID = "io.github.vislumbre.Vislumbre"


def run(
    paths: AppPaths,
    *,
    folders: Sequence[Path] = (),
    query: str | None = None,
    own: OwnLibraries | None = None,
    begun: Callable[[Session], None] = lambda _: None,
) -> int:
    """Show the window until it is closed, or hand the wishes to a window that is open already.

    Args:
        paths: Where everything is kept.
        folders: To be searched; the person is asked about those that are not in the library. A file is searched with.
        query: To be searched for, in the folders where there are any; "" only goes to the search field, None asks for nothing.
        own: The libraries that may be opened without a word; None for those of whoever runs this process.
        begun: Called with what is shown, before any of its events.

    Returns:
        The process's exit code.
    """
    keep_few_heaps()
    app = made_application()
    with tuned_for_a_window(), ExitStack() as ending:
        instance = SingleInstance(paths.data)
        ending.callback(instance.close)
        asked = [query or "", *map(str, folders)] if folders or query is not None else []
        if not instance.is_first() and instance.send(asked):
            return 0
        settings = Settings.load(paths.config)
        logs = Logs.start(paths.log)
        ending.callback(logs.uninstall)
        logs.hear_qt()
        own = own or OwnLibraries.of_person()
        theme.apply(app, cast("theme.Scheme", settings.values.scheme))
        with theme.dressed_when_made(app):
            session = Session(
                settings,
                lambda: opened(paths, settings, own),
                trust=lambda: own.admit(paths, settings.values.store_address, trusted=True),
                data=paths.data,
                cache=paths.cache,
                log=paths.log,
                machine=this_machine(),
            )
        ending.callback(session.close)
        signals = EndSignals()
        ending.callback(signals.close)
        _connect(app, session, instance, signals, logs)
        if isinstance(app, VislumbreApplication):
            app.path_opened.connect(session.open_path)
        ending.callback(logs.listen, None)
        session.take(query or "", folders)
        session.show()
        begun(session)
        return app.exec()


def made_application() -> QApplication:
    """Return the one QApplication, named so that the desktop finds its icon and its windows."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = VislumbreApplication([APP_NAME])
    app.setApplicationName(APP_NAME)
    app.setApplicationDisplayName(APP_NAME)
    app.setApplicationVersion(__version__)
    app.setDesktopFileName(APPLICATION_ID)
    app.setWindowIcon(icons.application_icon())
    return app


def opened(paths: AppPaths, settings: Settings, own: OwnLibraries) -> "PhotoLibrary":
    """Open the library as the person chose. On a pool thread.

    Args:
        paths: Where it is.
        settings: The person's choices.
        own: The libraries that may be opened without a word.

    Raises:
        LibraryError: It cannot be opened.
    """
    # The window's part that needs an open library, while this thread waits anyway.
    importlib.import_module("desktop_app.ui.app.library_session")
    try:
        return open_library(paths, lambda: settings.values, own=own)
    except OSError as error:
        raise LibraryError(
            f"{error.filename or paths.data}: {error.strerror or error}.", "Check the folder’s permissions."
        ) from error


def _connect(
    app: QApplication, session: Session, instance: SingleInstance, signals: EndSignals, logs: Logs
) -> None:
    def raise_window(arguments: list[str]) -> None:
        query, *folders = arguments or [""]
        session.take(query, [Path(folder) for folder in folders])
        session.window.come_to_front()
        if arguments == [""]:
            session.go_to_search()

    instance.raised.connect(raise_window)
    signals.asked_to_end.connect(session.window.close)
    # By the window itself: the settings may be open beside it.
    session.window.closing.connect(app.quit)
    logs.listen(session.hear_bug)
    if logs.problem:
        session.window.notices.show_notice(logs.problem, kind="warning", key="log")
    if logs.crash_report is not None:
        session.tell_of_crash(logs.crash_report)
    log.debug("window made by %s", sys.executable)
