"""A margin around a widget that is there only while the widget is."""

from PySide6.QtCore import QEvent, QMargins, QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget


class Inset(QWidget):
    """Holds one widget with a margin around it; takes no room while the widget is hidden."""

    def __init__(self, content: QWidget, margins: QMargins) -> None:
        super().__init__()
        self._content = content
        self._margins = margins
        self._column = QVBoxLayout(self)
        self._column.addWidget(content)
        content.installEventFilter(self)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the widget as it comes and goes."""
        if event.type() in {QEvent.Type.ShowToParent, QEvent.Type.HideToParent}:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        self._column.setContentsMargins(QMargins() if self._content.isHidden() else self._margins)
