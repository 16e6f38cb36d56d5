"""A sign that an answer is on its way, on the lower edge of a field."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop_app.ui.look import theme

# A search that takes less shows no sign of being busy: it would only flicker.
_BUSY_AFTER_MS: Final = 200


class BusyLine(QWidget):
    """A short accent line that runs along the lower edge of its parent while something is under way."""

    _STEP_MS = 33
    _STEPS = 40

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._step = 0
        self._busy = False
        self._late = QTimer(self, singleShot=True, interval=_BUSY_AFTER_MS)
        self._late.timeout.connect(self._begin)
        self._beat = QTimer(self, interval=self._STEP_MS)
        self._beat.timeout.connect(self._advance)
        parent.installEventFilter(self)
        self.hide()

    def set_busy(self, busy: bool) -> None:
        """Begin after a moment, or end at once."""
        if busy and not self._busy:
            self._late.start()
        if not busy:
            self._late.stop()
            self._beat.stop()
            self.hide()
        self._busy = busy

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the lower edge."""
        if isinstance(event, QResizeEvent):
            size = event.size()
            self.setGeometry(theme.RADIUS, size.height() - 4, size.width() - 2 * theme.RADIUS, 3)
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the line where it is now."""
        length = self.width() // 4
        x = round((self.width() + length) * self._step / self._STEPS) - length
        painter = QPainter(self)
        painter.fillRect(x, 0, length, self.height(), theme.accent())
        painter.end()

    def _begin(self) -> None:
        self._step = 0
        self.show()
        self._beat.start()

    def _advance(self) -> None:
        self._step = (self._step + 1) % self._STEPS
        self.update()
