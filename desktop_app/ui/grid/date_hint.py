"""Says beside the scroll bar which month is in sight while its handle is dragged."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QAbstractScrollArea, QLabel

from desktop_app.ui.look import theme

# So long it can still be read after the handle was let go.
_STAYS_MS: Final = 600


class DateHint(QLabel):
    """Lies over a scroll area, beside the handle of its scroll bar; takes no clicks.

    A million photos are 1,400 to a pixel of the scroll bar: without it nobody knows where the handle leads to.
    """

    def __init__(self, area: QAbstractScrollArea, words: Callable[[], str]) -> None:
        """Lie over an area; `words` says what is in sight, nothing where there is nothing to be said."""
        super().__init__(area)
        self._area = area
        self._words = words
        self._bar = area.verticalScrollBar()
        theme.set_card(self)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setContentsMargins(theme.SPACE.medium, theme.SPACE.tiny, theme.SPACE.medium, theme.SPACE.tiny)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        self._rest = QTimer(self, singleShot=True, interval=_STAYS_MS)
        self._rest.timeout.connect(self.hide)
        self._bar.sliderMoved.connect(self._follow)
        self._bar.valueChanged.connect(self._follow)
        self._bar.sliderReleased.connect(self._rest.start)

    def _follow(self) -> None:
        if not self._bar.isSliderDown():
            return
        words = self._words()
        self._rest.stop()
        self.setText(words)
        self.adjustSize()
        place = self._bar.mapTo(self._area, self._bar.rect().topLeft())
        room = self._bar.height() - self.height()
        share = self._bar.value() / max(1, self._bar.maximum())
        self.move(place.x() - self.width() - theme.SPACE.small, place.y() + round(share * room))
        self.setVisible(bool(words))
        self.raise_()
