"""A drawing beside a text: tinted for light and dark, crisp on every screen."""

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop_app.ui import icons


class IconLabel(QWidget):
    """Shows one of the application's drawings; means nothing to a screen reader, the text beside it does.

    Args:
        name: Of the drawing.
        side_px: Its side in device-independent pixels.
        tone: Its colour.
    """

    def __init__(
        self, name: str, side_px: int = 20, tone: icons.Tone = "subtle", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._side_px = side_px
        self._tone: icons.Tone = tone
        self.setFixedSize(side_px, side_px)

    def show_icon(self, name: str, tone: icons.Tone = "subtle") -> None:
        """Show another drawing."""
        self._name, self._tone = name, tone
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw anew from the theme of now, so that a change of scheme needs no signal."""
        painter = QPainter(self)
        painter.drawPixmap(
            0, 0, icons.pixmap(self._name, self._side_px, self._tone, self.devicePixelRatioF())
        )
        painter.end()
