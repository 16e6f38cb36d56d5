"""Our QApplication: what macOS sends to the application itself, and not to a window."""

from pathlib import Path

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication


class VislumbreApplication(QApplication):
    """Hears which folders and files Finder, the Dock and `open` hand over; also those that started the program.

    A class of its own, since a filter would see every event of every window.

    Signals:
        path_opened(Path): Something shall be opened.
    """

    path_opened = Signal(object)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent) and event.file():
            self.path_opened.emit(Path(event.file()))
            return True
        return super().event(event)
