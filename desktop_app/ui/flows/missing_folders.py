"""Lets the person forget a folder that is not there, or say where it is."""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox

from desktop_app.library import Event, Folder, FolderMoved, LibraryError
from desktop_app.ui.flows.desk import Desk
from desktop_app.ui.look import icons, wording
from desktop_app.ui.look.question import dress

_SIGN_PX: Final = 32


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
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sign = "drive-off" if folder.drive else "folder-off"
        box.setIconPixmap(icons.pixmap(sign, _SIGN_PX, "warning", self._window.devicePixelRatioF()))
        box.setTextFormat(Qt.TextFormat.PlainText)
        what = f"the drive {wording.shown(folder.drive)}" if folder.drive else "this folder"
        box.setText(f"Forget {what}?")
        box.setInformativeText(
            f"{wording.counted(folder.photos, 'photo')} of {wording.shown(folder.path)} will no longer be found. "
            "The files are not touched. If you add the folder again later, nothing has to be embedded again."
        )
        forget = box.addButton("Forget", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole))
        dress(box)
        forget.clicked.connect(partial(self.forget, folder.path))
        box.open()

    def forget(self, folder: Path) -> None:
        """Take a folder out of the library."""
        self._background.await_future(
            self._library.folders.forget(folder), partial(self._say_forgotten, folder), self._refuse
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
