"""What can be done with the photo that is shown large, by key, button and menu."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.library import Photo, PhotoState, Thumb
from desktop_app.ui.grid.photo_menu import photo_menu
from desktop_app.ui.look.thumb_buttons import ThumbButtons
from desktop_app.ui.look.video_words import noun_for
from desktop_app.ui.system import file_actions

SIGNALS: Final = (
    "similar_wanted", "judged", "opened", "copied", "reveal_wanted", "menu_asked", "delete_wanted",
)  # fmt: skip
"""Those of `PhotoActions`, which the view of the photo has too."""


class PhotoActions(QObject):
    """Acts on the present photo; nothing happens while there is none.

    Signals:
        similar_wanted(Photo): Look for photos like it.
        judged(list[Photo], Thumb): The person gave it thumbs up or down.
        opened(Photo): Open it in the system's application for it.
        copied(int): How many files, or paths, were put on the clipboard.
        reveal_wanted(Photo): Show it in its folder.
        menu_asked(QMenu, Photo): Its menu is about to be shown; who hears it may add lines.
        delete_wanted(Photo): The person pressed the key that deletes elsewhere.
    """

    similar_wanted = Signal(object)
    judged = Signal(object, object)
    opened = Signal(object)
    copied = Signal(int)
    reveal_wanted = Signal(object)
    menu_asked = Signal(object, object)
    delete_wanted = Signal(object)

    def __init__(self, photo: Callable[[], Photo | None], thumbs: ThumbButtons, parent: QWidget) -> None:
        """Act on what `photo` returns; `thumbs` knows whether there is a search to refine."""
        super().__init__(parent)
        self._photo = photo
        self._thumbs = thumbs
        self._place = parent
        thumbs.judged.connect(self.judge)

    def judge(self, thumb: Thumb) -> None:
        """Give it a thumb, where there is a search to refine."""
        photo = self._photo()
        if photo is not None and self._thumbs.is_usable():
            self.judged.emit([photo], thumb)

    def like(self) -> None:
        """Give it thumbs up."""
        self.judge(Thumb.UP)

    def dislike(self) -> None:
        """Give it thumbs down."""
        self.judge(Thumb.DOWN)

    def open(self) -> None:
        """Open it in the system's application."""
        if (photo := self._photo()) is not None:
            self.opened.emit(photo)

    def look_for_similar(self) -> None:
        """Look for photos like it."""
        if (photo := self._photo()) is not None:
            self.similar_wanted.emit(photo)

    def reveal(self) -> None:
        """Show it in its folder."""
        if (photo := self._photo()) is not None:
            self.reveal_wanted.emit(photo)

    def refuse_to_delete(self) -> None:
        """Hear the key that deletes elsewhere; nothing is ever deleted here."""
        if (photo := self._photo()) is not None:
            self.delete_wanted.emit(photo)

    def copy_file(self) -> None:
        """Put the file on the clipboard."""
        if (photo := self._photo()) is not None:
            file_actions.copy_files([photo.path])
            self.copied.emit(1)

    def copy_path(self) -> None:
        """Put the file's path on the clipboard as text."""
        if (photo := self._photo()) is not None:
            file_actions.copy_path([photo.path])
            self.copied.emit(1)

    def menu(self) -> QMenu | None:
        """Return the menu of the photo: that of its cell in the grid, without the preview; None without a photo."""
        photo = self._photo()
        if photo is None:
            return None
        menu = photo_menu(
            self._place,
            count=1,
            open_=self.open,
            preview=None,
            similar=None if photo.state is PhotoState.FAILED else self.look_for_similar,
            reveal=self.reveal,
            copy=self.copy_file,
            copy_path=self.copy_path,
            noun=noun_for([photo]),
            plays=photo.duration_s is not None,
        )
        self.menu_asked.emit(menu, photo)
        return menu
