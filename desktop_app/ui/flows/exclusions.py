"""Leaves folders and photos out and takes them back: by the settings, a photo's menu, the panel of folders."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QMenu

from desktop_app.library import (
    NEEDS_FOR_VIDEOS,
    Event,
    Exclusions,
    FailedPhoto,
    LibraryError,
    Photo,
    RefreshFinished,
)
from desktop_app.ui.flows.desk import Desk
from desktop_app.ui.flows.library import LibraryFlow
from desktop_app.ui.look import icons, wording
from desktop_app.ui.look.late import Late

if TYPE_CHECKING:
    from desktop_app.ui.folders.exclusions_panel import ExclusionsPanel

_IGNORE_FILE = "ignore file"
_VIDEOS = "videos left out"
_TOLD = "told"


class ExclusionsFlow(QObject):
    """Carries out what the person wants left out."""

    def __init__(self, desk: Desk, panel: "Late[ExclusionsPanel]", work: LibraryFlow) -> None:
        """Connect the panel, once it is made, and the photos' menu; `work` follows the work that begins."""
        window = desk.window
        super().__init__(window)
        self._library = desk.library
        self._background = desk.background
        self._window = window
        self._panel = panel
        self._work = work
        self._told: tuple[FailedPhoto, ...] = ()
        self._settings = desk.settings
        panel.when_made(self._meet)
        window.folders.leave_out_wanted.connect(self.ask)
        window.pages.photos.view.menu_asked.connect(self._add_line)

    def hear(self, event: Event) -> None:
        """Take one event of the engine: afterwards other folders may be left out, and ignore files may be wrong."""
        if isinstance(event, RefreshFinished):
            if (panel := self._panel.made()) is not None:
                panel.show_exclusions(self._library.folders.left_out.exclusions())
            self._tell_problems(event.report.ignore_problems)
            self._tell_videos(event.report.videos_left_out)

    def leave_out(self, exclusions: Exclusions) -> None:
        """Replace what is left out, and follow the refresh that begins."""
        self._work.follow(self._library.folders.left_out.replace(exclusions))

    def ask(self, start: Path | None = None) -> None:
        """Let the person choose a folder to leave out, beginning in one of their folders."""
        dialog = QFileDialog(self._window, "Choose a folder to leave out", str(start or ""))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.exclude(Path(name)))
        dialog.open()

    def exclude(self, folder: Path) -> None:
        """Leave a folder out; the notice's button takes it back."""
        self._background.run(
            partial(self._library.folders.left_out.exclude, folder), self._work.follow, self._refuse
        )
        self._window.notices.show_notice(
            f"{wording.shown(folder)} is left out. Its photos stay where they are.",
            action="Take back",
            run=partial(self._include, folder),
            key="left out",
        )

    def _meet(self, panel: "ExclusionsPanel") -> None:
        panel.show_exclusions(self._library.folders.left_out.exclusions())
        panel.wanted.connect(self.leave_out)
        panel.folder_wanted.connect(self.ask)

    def _include(self, folder: Path) -> None:
        self._work.follow(self._library.folders.left_out.include(folder))

    def _add_line(self, menu: QMenu, photo: Photo) -> None:
        menu.addSeparator()
        action = menu.addAction("Leave its folder out")
        icons.set_icon(action, "folder-off")
        action.triggered.connect(lambda _checked: self.exclude(photo.path.parent))

    def _refuse(self, error: LibraryError) -> None:
        self._window.notices.show_notice(
            f"{error.sentence} {error.hint}".strip(), kind="warning", key="left out"
        )

    def _tell_problems(self, problems: tuple[FailedPhoto, ...]) -> None:
        """Tell of ignore files that are wrong, once for as long as they are the same."""
        if not problems:
            self._window.notices.dismiss(_IGNORE_FILE)
        elif problems != self._told:
            first = problems[0]
            more = f" ({wording.counted(len(problems) - 1, 'more problem')})" if len(problems) > 1 else ""
            self._window.notices.show_notice(
                f"{wording.shown(first.path)}: {first.reason}{more}.",
                kind="warning",
                key=_IGNORE_FILE,
            )
        self._told = problems

    def _tell_videos(self, count: int) -> None:
        """Tell that videos need an extra, once for good; the settings go on saying it."""
        if count and self._settings.state(_VIDEOS) != _TOLD:
            self._settings.remember_state(_VIDEOS, _TOLD)
            self._window.notices.show_notice(
                f"{wording.counted(count, 'video')} left out; each {NEEDS_FOR_VIDEOS}.", key=_VIDEOS
            )
