"""A card that opens below a button and closes at the next click elsewhere or with Esc."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QWidget

from desktop_app.ui.look import theme
from desktop_app.ui.look.enter_key import press_with_enter


class Popover(QFrame):
    """The ground of small panels: made once, shown below whatever opened it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Make a hidden card.

        Args:
            name: What a screen reader calls it.
            parent: Owner; its window is kept below the card.
        """
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAccessibleName(name)
        theme.set_card(self)
        press_with_enter(self)

    def show_below(self, button: QWidget) -> None:
        """Show the card below a button, its right edge at the button's, within the screen."""
        self.adjustSize()
        corner = button.mapToGlobal(QPoint(button.width(), button.height() + theme.SPACE.tiny))
        screen = button.screen().availableGeometry()
        x = max(screen.left(), min(corner.x() - self.width(), screen.right() - self.width()))
        y = max(screen.top(), min(corner.y(), screen.bottom() - self.height()))
        self.move(x, y)
        self.show()
