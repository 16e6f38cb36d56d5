"""Shows what the engine says about photos and folders: in status line, panel, notices and pages."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from desktop_app.library import (
    NOT_ALLOWED,
    NOT_THERE,
    CalibrationReady,
    Event,
    FailedPhoto,
    Folder,
    FolderMissing,
    FolderMissingError,
    FoldersChanged,
    FolderState,
    IndexReport,
    LibraryError,
    LibraryStatus,
    ModelReady,
    Phase,
    PhotoFailed,
    PhotosChanged,
    Progress,
    RefreshFinished,
    Trouble,
)
from desktop_app.ui.flows.desk import Desk
from desktop_app.ui.flows.files import reveal_file
from desktop_app.ui.flows.search import SearchFlow
from desktop_app.ui.folders.failures_model import write_csv
from desktop_app.ui.folders.words import NEW_MODEL, NEW_WAY, missing
from desktop_app.ui.look import wording
from desktop_app.ui.window.pages import Page

if TYPE_CHECKING:
    from desktop_app.ui.folders.failures_page import FailuresPage

log = logging.getLogger(__name__)

# Counts of a large library take a moment; while it is being indexed they change all the time.
LOOK_MS: Final = 2000


class LibraryFlow(QObject):
    """Hears the engine's events and the wishes of status line and failures page."""

    def __init__(self, desk: Desk, search: SearchFlow) -> None:
        """Connect a library to the window; `search` is told when there are other photos."""
        window = desk.window
        super().__init__(window)
        self._library = desk.library
        self._background = desk.background
        self._window = window
        self._search = search
        self._situation = desk.situation
        self._looked_at = 0.0
        self._silenced: set[str] = set()
        window.notices.closed.connect(self._silenced.add)
        self._look = QTimer(self, singleShot=True)
        self._look.timeout.connect(self.look)
        window.status.pause_wanted.connect(self._pause)
        window.status.cancel_wanted.connect(desk.library.folders.cancel)
        window.status.failures_wanted.connect(self.show_failures)
        window.menus.failures.triggered.connect(self.show_failures)
        window.pages.failures.when_made(self._meet_failures)

    def hear(self, event: Event) -> None:
        """Take one event of the engine; of those about models only what changes counts."""
        match event:
            case Progress():
                self._begin_working()
                self._window.status.show_progress(event)
                self._take_held("" if event.paused else event.held)
            case CalibrationReady():
                # What is shown was answered without a line; the same question has one now.
                self._search.refresh()
            case PhotosChanged():
                self._search.take_changes(event)
                self._look_soon()
            case RefreshFinished():
                self._finish(event.report)
            case FoldersChanged() | FolderMissing():
                self._situation.expecting = max(0, self._situation.expecting - 1)
                self.look()
            case PhotoFailed() | ModelReady():
                # Each model has photos of its own that are ready; while indexing is paused nothing else would say so.
                self._look_soon()
            case Trouble():
                self._tell(event.error)
                # What was going on has usually ended by it; where it goes on, its next progress says so.
                self.end_expecting()

    def _begin_working(self) -> None:
        if not self._situation.working:
            self._situation.working = True
            if self._window.pages.below() is Page.MESSAGE:
                # A page that says why there are no photos says too much while they are being looked for.
                self._search.refresh()

    def _take_held(self, reason: str) -> None:
        if reason != self._situation.held:
            self._situation.held = reason
            # Where nothing is shown, the page says why; no photo will come by itself and change that.
            self._search.refresh()

    def expect(self, folder: Path) -> None:
        """Say at once that a folder is being added; the engine may be opening its model first."""
        self._situation.expecting += 1
        self._situation.working = True
        if not self._situation.folders:
            self._situation.folders = 1
            self._window.folders.show_folders([Folder(folder, 0, 0, 0, FolderState.PRESENT)])
            self._window.status.show_progress(Progress(Phase.SCANNING, 0, 0))
            self._search.refresh()

    def end_expecting(self) -> None:
        """Expect no folder any more: the work was refused or has ended early."""
        self._situation.expecting, self._situation.working = 0, False
        self._situation.looked = True
        self._situation.held = ""
        self.look()
        self._search.refresh()

    def follow(
        self,
        work: "Future[IndexReport]",
        refused: Callable[[FolderMissingError], None] | None = None,
    ) -> None:
        """See to it that a bug in the engine's work is heard of; what else stops it is told as an event.

        Args:
            work: The work.
            refused: Takes the one error that is not told so: the folder that shall be added is not there.
        """

        def stop(error: LibraryError) -> None:
            if refused is not None and isinstance(error, FolderMissingError):
                refused(error)
            else:
                self._stop(error)

        self._background.await_future(work, _noted, stop)

    def look(self) -> None:
        """Bring counts, folders and status up to date."""
        self._look.stop()
        self._looked_at = time.monotonic()
        self._background.run(self._library.browsing.status, self.show_status, self._tell, channel="status")

    def show_failures(self) -> None:
        """Show the photos that could not be used."""
        self._window.pages.open_failures()
        self._look_at_failures()

    def reveal(self, path: Path) -> None:
        """Show a file or folder in the system's file manager."""

        def refuse() -> None:
            self._window.notices.show_notice(
                f"{wording.shown(path.name)} could not be shown in its folder.", kind="warning", key="reveal"
            )

        reveal_file(self._background, path, refuse)

    def close(self) -> None:
        """Ask nothing any more."""
        self._look.stop()

    def _look_soon(self) -> None:
        if not self._look.isActive():
            waited_ms = round((time.monotonic() - self._looked_at) * 1000)
            self._look.start(max(0, LOOK_MS - waited_ms))

    def show_status(self, status: LibraryStatus) -> None:
        """Show counts, folders and what is missing."""
        if self._situation.expecting and not status.folders:
            return
        told = self._situation
        before = bool(told.usable), bool(told.failed)
        told.folders, told.failed = len(status.folders), status.failed
        told.usable = status.photos - status.failed
        built = self._built()
        self._window.folders.show_folders(status.folders, built)
        self._window.pages.photos.model.take_folders(status.folders)
        if self._situation.working:
            self._window.status.show_failed(status.failed)
        elif status.folders and not status.photos and not self._situation.looked:
            self._window.status.show_progress(Progress(Phase.SCANNING, 0, 0))
        else:
            self._window.status.show_idle(status, built)
        pages = self._window.pages
        if not status.folders:
            pages.show_page(Page.WELCOME)
        elif pages.shown() is Page.WELCOME or (
            pages.below() is Page.MESSAGE and before != (bool(told.usable), bool(told.failed))
        ):
            # The message says why there are no photos, as far as it was known.
            self._search.refresh()
        self._tell_missing(status)
        if pages.shown() is Page.FAILURES:
            self._look_at_failures()

    def _built(self) -> str:
        """Return what figures of indexed photos count for while another model, or another way of it, answers."""
        models = self._library.models
        chosen, answering = models.in_use(), models.answering()
        if not models.is_switching() or chosen is None or answering is None:
            return ""
        return NEW_WAY if chosen.key == answering.key else NEW_MODEL

    def _tell_missing(self, status: LibraryStatus) -> None:
        for folder in status.folders:
            key = f"missing {folder.path}"
            if folder.state is FolderState.PRESENT:
                self._silenced.discard(key)
                self._window.notices.dismiss(key)
            elif key not in self._silenced:
                self._window.notices.show_notice(
                    missing(folder),
                    kind="warning",
                    action="Look again",
                    run=partial(self._look_again, folder.path),
                    key=key,
                )

    def _look_again(self, folder: Path) -> None:
        self._window.forget_thumbnails()
        self.follow(self._library.folders.refresh([folder]))

    def _finish(self, report: IndexReport) -> None:
        # What ended may have been asked for before a folder that was added since.
        self._situation.working = bool(self._situation.expecting)
        self._situation.looked = True
        self._situation.held = ""
        self._search.refresh()
        self.look()
        notices = self._window.notices
        # Missing folders have notices of their own.
        unreadable = [
            folder for folder in report.unreadable_folders if folder.reason not in (NOT_THERE, NOT_ALLOWED)
        ]
        if unreadable and "unreadable" not in self._silenced:
            first = wording.shown(unreadable[0].path)
            more = (
                f" and {wording.counted(len(unreadable) - 1, 'other folder')}" if len(unreadable) > 1 else ""
            )
            notices.show_notice(
                f"{first}{more} could not be read ({unreadable[0].reason}). The photos known from there are kept.",
                kind="warning",
                key="unreadable",
            )
        elif not unreadable:
            self._silenced.discard("unreadable")
            notices.dismiss("unreadable")

    def _tell(self, error: LibraryError) -> None:
        """Tell of what the person can do something about; what was going on may have ended by it."""
        self._window.notices.show_notice(
            f"{error.sentence} {error.hint}".strip(),
            kind="error",
            action="Try again",
            run=self._work_again,
            key=error.sentence,
        )

    def _work_again(self) -> None:
        self.follow(self._library.folders.refresh())

    def _stop(self, error: LibraryError) -> None:
        log.info("work ended early: %s", error)
        self.end_expecting()

    def _pause(self, paused: bool) -> None:
        if paused:
            self._library.folders.pause()
        else:
            self._library.folders.resume()

    def _retry(self, paths: list[Path]) -> None:
        self.follow(self._library.folders.retry(paths))

    def _meet_failures(self, failures: "FailuresPage") -> None:
        failures.retry_wanted.connect(self._retry)
        failures.reveal_wanted.connect(self.reveal)
        failures.export_wanted.connect(self._export)

    def _look_at_failures(self) -> None:
        self._background.run(
            self._library.browsing.failures,
            self._window.pages.failures().show_failures,
            self._tell,
            channel="failures",
        )

    def _export(self, path: Path) -> None:
        def write(failures: list[FailedPhoto]) -> None:
            self._background.run(
                partial(_written, path, failures), self._say_written, self._tell, may_hang=True
            )

        self._background.run(self._library.browsing.failures, write, self._tell)

    def _say_written(self, path: Path) -> None:
        self._window.notices.show_notice(
            f"The list was saved as {wording.shown(path)}.",
            action="Show in folder",
            run=partial(self.reveal, path),
            key="export",
        )


def _written(path: Path, failures: list[FailedPhoto]) -> Path:
    """Write the list, off the GUI thread.

    Raises:
        LibraryError: The file cannot be written.
    """
    try:
        write_csv(path, failures)
    except OSError as error:
        raise LibraryError(
            f"The list could not be saved as {path}: {error.strerror or error}.", "Choose another place."
        ) from error
    return path


def _noted(report: IndexReport) -> None:
    log.debug("%d photos found, %d indexed", report.found, report.indexed)
