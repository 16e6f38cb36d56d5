"""The small pictures of tokens: asked for, remembered, and cut to their square."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from desktop_app.ui.search.example_tokens import Pictured

_KEPT: Final = 128


class TokenPictures(QObject):
    """Keeps the pictures of the tokens that were shown last.

    Signals:
        wanted(list[Pictured]): These are to be shown; answer each with `take`.
        came(): There is another picture.
    """

    wanted = Signal(object)
    came = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._images: OrderedDict[Pictured, QImage] = OrderedDict()
        self._cut: dict[tuple[Pictured, int], QImage] = {}
        self._shown: list[Pictured] = []

    def show_only(self, shown: Iterable[Pictured]) -> None:
        """Ask for what is to be shown now and is not there yet; once more for what could not be had earlier."""
        before = set(self._shown)
        self._shown = list(dict.fromkeys(shown))
        new = [one for one in self._shown if one not in before]
        if wanted := [one for one in new if one not in self._images or self._images[one].isNull()]:
            self.wanted.emit(wanted)

    def waiting(self) -> list[Pictured]:
        """Return what is to be shown and is not there yet, each once."""
        return [one for one in self._shown if one not in self._images]

    def take(self, pictured: Pictured, image: QImage) -> None:
        """Take a picture; a null one says that there is none."""
        self._images[pictured] = image
        self._forget_cut(pictured)
        while len(self._images) > _KEPT:
            gone, _image = self._images.popitem(last=False)
            self._forget_cut(gone)
        self.came.emit()

    def square(self, pictured: Pictured, side_px: int) -> QImage | None:
        """Return the middle of a picture.

        Args:
            pictured: Of what.
            side_px: The side of the square, in physical pixels.

        Returns:
            The square; a null image where there is no picture, None where it has not come yet.
        """
        image = self._images.get(pictured)
        if image is None or image.isNull():
            return image
        self._images.move_to_end(pictured)
        key = pictured, side_px
        if key not in self._cut:
            self._cut[key] = _middle(image, side_px)
        return self._cut[key]

    def _forget_cut(self, pictured: Pictured) -> None:
        for key in [key for key in self._cut if key[0] == pictured]:
            del self._cut[key]


def _middle(image: QImage, side_px: int) -> QImage:
    fitted = image.scaled(
        side_px,
        side_px,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    left, upper = (fitted.width() - side_px) // 2, (fitted.height() - side_px) // 2
    return fitted.copy(left, upper, side_px, side_px)
