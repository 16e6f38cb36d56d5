"""Lets the person forget a folder that is not there, or say where it is."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QCheckBox, QFileDialog

from desktop_app.library import KEPT_DAYS, Event, Folder, FolderMoved, LibraryError
from desktop_app.ui.flows.desk import Desk
from desktop_app.ui.folders.words import sign_of_missing
from desktop_app.ui.look import wording
from desktop_app.ui.look.question import question


class MissingFolders(QObject):
    """Forgets or locates missing folders; asks first, for a forgotten one cannot be added while its drive is away."""

    def __init__(self, desk: Desk) -> None:
        """Connect the panel."""
        super().__init__(desk.window)
        self._library = desk.library
        self._background = desk.background
        self._window = desk.window
        panel = desk.window.folders
        panel.forget_wanted.connect(self.ask_to_forget)
        panel.locate_wanted.connect(self.ask_where)

    def hear(self, event: Event) -> None:
        """Tell of a folder that was followed to where its drive is; all else is left to others."""
        if not isinstance(event, FolderMoved):
            return
        what = f"The drive {wording.shown(event.drive)}" if event.drive else wording.shown(event.old)
        self._window.notices.dismiss(f"missing {event.old}")
        self._window.notices.show_notice(
            f"{what} was found at {wording.shown(event.new)}. Its photos are there; none had to be read again.",
            key="moved",
        )

    def ask_to_forget(self, folder: Folder) -> None:
        """Ask whether a folder shall be forgotten, and forget it when the answer is yes."""
        is_drive = bool(folder.drive) and not folder.forbidden
        what = f"the drive {wording.shown(folder.drive)}" if is_drive else "this folder"
        at_once = QCheckBox("Forget at once what is known of these photos")
        question(
            self._window,
            f"Forget {what}?",
            f"{wording.counted(folder.photos, 'photo')} of {wording.shown(folder.path)} will no longer be found. "
            f"The files are not touched. What is known of them is kept for {KEPT_DAYS} days: if you add the folder again "
            "until then, nothing has to be embedded again.",
            "Forget",
            lambda: self.forget(folder.path, at_once=at_once.isChecked()),
            sign=sign_of_missing(folder),
            choice=at_once,
        ).open()

    def forget(self, folder: Path, *, at_once: bool = False) -> None:
        """Take a folder out of the library."""
        self._background.await_future(
            self._library.folders.forget(folder, at_once=at_once),
            partial(self._say_forgotten, folder),
            self._refuse,
        )

    def ask_where(self, folder: Path) -> None:
        """Let the person show where a folder is now."""
        dialog = QFileDialog(self._window, f"Where is {wording.shown(folder.name or folder)} now?")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.locate(folder, Path(name)))
        dialog.open()

    def locate(self, folder: Path, place: Path) -> None:
        """Go on with a folder at another place."""
        self._background.await_future(
            self._library.folders.locate(folder, place),
            lambda _: self._window.notices.dismiss(f"missing {folder}"),
            self._refuse,
        )

    def _say_forgotten(self, folder: Path, photos: int) -> None:
        self._window.notices.dismiss(f"missing {folder}")
        self._window.notices.show_notice(
            f"{wording.shown(folder)} was forgotten with {wording.counted(photos, 'photo')}. The files were not touched.",
            key="removed",
        )

    def _refuse(self, error: LibraryError) -> None:
        self._window.notices.show_notice(
            f"{error.sentence} {error.hint}".strip(), kind="warning", key="locate"
        )
