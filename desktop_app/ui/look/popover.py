"""A card that opens below a button and closes at the next click elsewhere or with Esc."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_app.ui.look import theme
from desktop_app.ui.look.enter_key import press_with_enter


def settle(card: QWidget) -> None:
    """Have everything on a card know its size before it is shown: the padding that the style sheet gives, too."""
    parts = [card, *card.findChildren(QWidget)]
    for part in parts:
        part.ensurePolished()
    # What was measured before stays in memory, however deep it lies.
    for layout in card.findChildren(QLayout):
        layout.invalidate()
    for part in reversed(parts):
        if (whole := part.layout()) is not None:
            whole.activate()


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
        self._scrolled: QScrollArea | None = None

    def fill(self, content: QWidget) -> None:
        """Show this on the card; what of it the screen has no room for is scrolled to."""
        self._scrolled = area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setProperty("ground", "card")
        area.setWidget(content)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(area)

    def adjustSize(self) -> None:
        """Be as large as what is on the card, within the screen."""
        area = self._scrolled
        content = area.widget() if area is not None else None
        if area is None or content is None:
            super().adjustSize()
            return
        settle(self)
        room = self.screen().availableGeometry().size() - QSize(2 * theme.SPACE.small, 2 * theme.SPACE.small)
        content.setMinimumSize(content.sizeHint())
        # The hairline is in the style sheet and in the card's own margins.
        wanted = content.sizeHint() + QSize(4, 4)
        if wanted.height() > room.height():
            wanted.setWidth(wanted.width() + area.verticalScrollBar().sizeHint().width())
        if wanted.width() > room.width():
            wanted.setHeight(wanted.height() + area.horizontalScrollBar().sizeHint().height())
        fits = wanted.boundedTo(room) == wanted
        # So that the keys scroll.
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus if fits else Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(wanted.boundedTo(room))

    def show_below(self, button: QWidget) -> None:
        """Show the card below a button, its right edge at the button's, within the screen."""
        self.adjustSize()
        corner = button.mapToGlobal(QPoint(button.width(), button.height() + theme.SPACE.tiny))
        self._show_at(QPoint(corner.x() - self.width(), corner.y()), button.screen().availableGeometry())

    def show_in_middle_of(self, window: QWidget) -> None:
        """Show the card in the middle of a window, within the screen."""
        self.adjustSize()
        middle = window.mapToGlobal(window.rect().center())
        self._show_at(middle - self.rect().center(), window.screen().availableGeometry())

    def _show_at(self, place: QPoint, screen: QRect) -> None:
        x = max(screen.left(), min(place.x(), screen.right() - self.width()))
        y = max(screen.top(), min(place.y(), screen.bottom() - self.height()))
        self.move(x, y)
        self.show()
        if self._scrolled is not None and self._scrolled.focusPolicy() is not Qt.FocusPolicy.NoFocus:
            self._scrolled.setFocus()
