"""The line above one photo: its buttons always fit, and where there is little room, figures give way to its name."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_app.ui.look import theme

# So much of a name tells one photo from another.
_LEAST_NAME: Final = "IMG_…0.jpg"


class Bar(QWidget):
    """A line of buttons and words, of which some are hidden where all of them would not fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(
            theme.SPACE.small, theme.SPACE.small, theme.SPACE.small, theme.SPACE.small
        )
        self.line.setSpacing(theme.SPACE.tiny)
        self._name: QWidget | None = None
        self._least: Sequence[QWidget] = ()

    def give_way(self, name: QWidget, to_it: Sequence[QWidget]) -> None:
        """Keep room for a name: where there is none, the first of these goes, then the next."""
        self._name, self._least = name, to_it
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit what is shown to the new width."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Fit it again where words became longer or shorter."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        if self._name is None:
            return
        metrics = self._name.fontMetrics()
        wanted = min(metrics.horizontalAdvance(_LEAST_NAME), self._name.sizeHint().width())
        needed = self._fixed_px() + wanted
        shown = []
        for one in reversed(self._least):
            needed += max(one.minimumSizeHint().width(), one.minimumWidth()) + self.line.spacing()
            shown.append((one, needed <= self.width()))
        for one, fits in shown:
            if one.isVisibleTo(self) is not fits:
                one.setVisible(fits)

    def _fixed_px(self) -> int:
        """Return what everything takes that never gives way, the gaps between them included."""
        margins = self.line.contentsMargins()
        taken = margins.left() + margins.right()
        for place in range(self.line.count()):
            item = self.line.itemAt(place)
            widget = None if item is None else item.widget()
            if item is None or widget is self._name or widget in self._least:
                continue
            taken += item.minimumSize().width() + self.line.spacing()
        return taken
