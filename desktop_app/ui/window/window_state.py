"""What the window remembers from one day to the next: place, size, panel, zoom, searches."""

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QGuiApplication

from desktop_app.settings import Settings
from desktop_app.ui.window.main_window import START_SIZE_PX, MainWindow

_GEOMETRY = "window geometry"
_SPLITTER = "window splitter"
_PANEL = "folders panel"
_HIDDEN = "hidden"
# A window as large as the screen leaves no room for its frame.
_MOST_OF_SCREEN = 0.92


def restore(window: MainWindow, settings: Settings) -> None:
    """Make the window as it was when it was closed, or fit for this screen when it is new."""
    if not window.restoreGeometry(_bytes(settings.state(_GEOMETRY))):
        screen = QGuiApplication.primaryScreen().availableGeometry()
        window.resize(
            min(START_SIZE_PX[0], round(screen.width() * _MOST_OF_SCREEN)),
            min(START_SIZE_PX[1], round(screen.height() * _MOST_OF_SCREEN)),
        )
    window.splitter().restoreState(_bytes(settings.state(_SPLITTER)))
    window.show_panel(settings.state(_PANEL) != _HIDDEN)
    window.top.search.set_history(settings.history)


def remember(window: MainWindow, settings: Settings) -> None:
    """Write down how the window is now."""
    settings.remember_state(_GEOMETRY, _text(window.saveGeometry()))
    settings.remember_state(_SPLITTER, _text(window.splitter().saveState()))
    settings.remember_state(_PANEL, "" if window.panel_wanted() else _HIDDEN)
    settings.save()


def _text(content: QByteArray) -> str:
    return bytes(content.toBase64().data()).decode("ascii")


def _bytes(text: str) -> QByteArray:
    # What is no Base64 is skipped by Qt, and what then is no geometry is refused.
    return QByteArray.fromBase64(QByteArray(text.encode(errors="replace")))
