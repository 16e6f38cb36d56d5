"""Lets Enter press the button that has the focus, as Space does."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


def press_with_enter(place: QWidget) -> None:
    """Let Enter press the buttons of a window, or of a part of one that has another use for that key."""
    # Qt does so in dialogs only, and there for one kind of button. A key that a button has no use for comes to
    # what it lies in, one after the other.
    place.installEventFilter(_EnterPresses(place))


class _EnterPresses(QObject):
    """Hears the keys that a widget's children left."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Press the button that has the focus, if it is Enter."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() not in _ENTER or held or event.isAutoRepeat() or not isinstance(watched, QWidget):
            return False
        button = watched.window().focusWidget()
        if not isinstance(button, (QPushButton, QToolButton)) or not watched.isAncestorOf(button):
            return False
        button.click()
        return True
