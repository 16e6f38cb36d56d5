"""A label that gives way in a narrow window instead of making the window wider."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QStyle, QStyleOption


class ElidingLabel(QLabel):
    """Shows one line of plain text, cut with "…" where there is too little room; all of it is read aloud."""

    def minimumSizeHint(self) -> QSize:
        """Return room for nothing but the sign that there is more."""
        return QSize(self.fontMetrics().horizontalAdvance("…"), super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint what fits, in the colour that the style sheet gives."""
        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        place = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        enabled = bool(option.state & QStyle.StateFlag.State_Enabled)
        self.style().drawItemText(
            painter, self.rect(), place, self.palette(), enabled, text, self.foregroundRole()
        )
        painter.end()
