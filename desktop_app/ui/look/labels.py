"""Small widgets used everywhere: a drawing, a line of text that is cut to fit, a button with a drawing.

Drawings are tinted for light and dark and crisp on every screen. What is only drawn is not read aloud by a screen
reader; what is cut is read whole, and a button has words of its own.
"""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QStyle, QStyleOption, QToolButton, QWidget

from desktop_app.ui.look import icons


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


class ElidingLabel(QLabel):
    """Shows one line of plain text, cut with "…" where there is too little room; all of it is read aloud.

    Args:
        text: What it says at first.
        parent: Owner, as for any widget.
        cut: Where it is cut.
    """

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self._cut = cut

    def minimumSizeHint(self) -> QSize:
        """Return room for nothing but the sign that there is more."""
        return QSize(self.fontMetrics().horizontalAdvance("…"), super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint what fits, in the colour that the style sheet gives."""
        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        text = self.fontMetrics().elidedText(self.text(), self._cut, self.width())
        place = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        enabled = bool(option.state & QStyle.StateFlag.State_Enabled)
        self.style().drawItemText(
            painter, self.rect(), place, self.palette(), enabled, text, self.foregroundRole()
        )
        painter.end()


def tool_button(icon: str, says: str, *, side_px: int = 20, tone: icons.Tone = "subtle") -> QToolButton:
    """Return a button with a drawing, and words for the pointer and for a screen reader.

    Args:
        icon: Name of the drawing.
        says: What a press does, with its key in brackets at the end; a screen reader leaves the key out.
        side_px: Side of the drawing.
        tone: Its colour.
    """
    button = QToolButton()
    button.setIconSize(QSize(side_px, side_px))
    button.setToolTip(says)
    button.setAccessibleName(says.partition(" (")[0])
    icons.set_icon(button, icon, tone)
    return button
