"""Adds, removes and refreshes folders: by the panel, the first page, a dialog, a drop or a second start."""

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog

from desktop_app.library import KEPT_DAYS, Event, Folder, FolderMissingError
from desktop_app.ui.flows.desk import Desk
from desktop_app.ui.flows.library import LibraryFlow
from desktop_app.ui.flows.missing_folders import MissingFolders
from desktop_app.ui.look import wording
from desktop_app.ui.look.question import question
from desktop_app.ui.system.drops import Dropped, Offered, dropped
from desktop_app.ui.window.welcome_page import pictures_with_photos


class FoldersFlow(QObject):
    """Carries out what the person wants done with folders."""

    def __init__(self, desk: Desk, work: LibraryFlow) -> None:
        """Connect panel and first page; `work` follows the work that begins."""
        window = desk.window
        super().__init__(window)
        self._library = desk.library
        self._background = desk.background
        self._window = window
        self._work = work
        panel, welcome = window.folders, window.pages.welcome
        panel.add_wanted.connect(self.ask)
        panel.offered.connect(self._add_offered)
        welcome.offered.connect(self._add_offered)
        panel.remove_wanted.connect(self.remove)
        panel.remove_now_wanted.connect(self.ask_to_remove_now)
        panel.refresh_wanted.connect(self.refresh)
        panel.reveal_wanted.connect(work.reveal)
        welcome.add_wanted.connect(self.ask)
        welcome.folder_chosen.connect(self.add)
        window.menus.add_folder.triggered.connect(self.ask)
        window.menus.refresh.triggered.connect(self.refresh_all)
        self._missing = MissingFolders(desk)
        desk.background.run(pictures_with_photos, welcome.suggest, may_hang=True)

    def hear(self, event: Event) -> None:
        """Take one event of the engine; most are left to others."""
        self._missing.hear(event)

    def ask(self) -> None:
        """Let the person choose a folder."""
        dialog = QFileDialog(self._window, "Choose a folder of photos", str(_where_to_begin()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.add(Path(name)))
        dialog.open()

    def add(self, folder: Path) -> None:
        """Add a folder and have it indexed."""
        self._work.expect(folder)
        self._work.follow(self._library.folders.add(folder), self._refuse)

    def add_all(self, folders: Sequence[Path]) -> None:
        """Add several folders."""
        for folder in folders:
            self.add(folder)

    def _add_offered(self, what: Offered) -> None:
        def add(found: Dropped) -> None:
            self.add_all(found.folders)

        self._background.run(partial(dropped, what), add, may_hang=True)

    def ask_to_remove_now(self, folder: Folder) -> None:
        """Ask whether what is known of a folder's photos shall be forgotten with it, and do both when the answer is yes."""
        question(
            self._window,
            "Remove this folder and forget its photos now?",
            f"{wording.counted(folder.photos, 'photo')} of {wording.shown(folder.path)} will no longer be found, and what "
            "is known of them is forgotten at once. The files are not touched. Should you add the folder again, its "
            f"photos have to be looked at anew; “Remove from the search” keeps what is known for {KEPT_DAYS} days.",
            "Remove and forget",
            partial(self.remove, folder.path, at_once=True),
        ).open()

    def remove(self, folder: Path, *, at_once: bool = False) -> None:
        """Take a folder out of the library; it can be brought back with the notice's button."""
        self._work.follow(self._library.folders.remove(folder, at_once=at_once))
        self._window.notices.dismiss(f"missing {folder}")
        kept = (
            "What was known of them is forgotten."
            if at_once
            else f"What is known of them is kept for {KEPT_DAYS} days."
        )
        self._window.notices.show_notice(
            f"{wording.shown(folder)} is no longer searched. Its photos are where they were. {kept}",
            action="Add it again",
            run=partial(self.add, folder),
            key="removed",
        )

    def refresh(self, folder: Path) -> None:
        """Look through one folder again."""
        self._window.forget_thumbnails()
        self._work.follow(self._library.folders.refresh([folder]))

    def refresh_all(self) -> None:
        """Look through all folders again."""
        self._window.forget_thumbnails()
        self._work.follow(self._library.folders.refresh())

    def _refuse(self, error: FolderMissingError) -> None:
        self._work.end_expecting()
        self._window.notices.show_notice(
            f"{error.sentence} Choose another one.", kind="warning", action="Choose…", run=self.ask, key="add"
        )


def _where_to_begin() -> Path:
    """Return the person's Pictures folder, or the nearest folder around it that is there."""
    places = QStandardPaths.standardLocations(QStandardPaths.StandardLocation.PicturesLocation)
    pictures = Path(places[0]) if places else Path.home()
    # A dialog that begins in a folder that is not there begins anywhere, with that name typed already.
    return next((place for place in (pictures, *pictures.parents) if os.path.isdir(place)), Path.home())
