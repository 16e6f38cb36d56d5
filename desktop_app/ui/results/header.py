"""The line above the photos: what they are, how sure that is, their order, and whether the search is kept."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from desktop_app.ui.grid.arranging import Order, forth, sorted_how, turned
from desktop_app.ui.look import icons, theme, wording
from desktop_app.ui.look.labels import ElidingLabel
from desktop_app.ui.results.group_tool import GroupTool
from desktop_app.ui.results.strictness import Strictness, StrictnessCard

_ORDERS: Final = {
    Order.RELEVANCE: "Relevance",
    Order.TAKEN: "Date taken",
    Order.NAME: "Name",
    Order.SIZE: "Size of the file",
}
# What an order is called beside its opposite.
_TURNED: Final = {
    Order.TAKEN: "Newest first",
    Order.OLDEST: "Oldest first",
    Order.NAME: "Name, A to Z",
    Order.LAST_NAME: "Name, Z to A",
    Order.SIZE: "Largest first",
    Order.SMALLEST: "Smallest first",
}

WIDE_PX: Final = 760
_MOST_COUNT_PX: Final = 140


class ResultsHeader(QWidget):
    """Heading and tools; what makes no sense for what is shown is hidden.

    Attributes:
        strictness: Opens the card below.
        card: Where the line is moved.
        order: Opens the list of orders.
        group: Opens the list of groupings.
        keep: Checked while this search is among the saved ones.

    Signals:
        order_chosen(Order): The photos shall be in this order.
        keep_wanted(bool): This search shall be kept, or no longer.
    """

    order_chosen = Signal(object)
    keep_wanted = Signal(bool)

    def __init__(self, beginning: QWidget, parent: QWidget | None = None) -> None:
        """Lay the line out.

        Args:
            beginning: What stands before the heading.
            parent: Owner, as for any widget.
        """
        super().__init__(parent)
        self._heading = ElidingLabel()
        self._heading.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_subtle(self._heading)
        self._selection = theme.set_subtle(QLabel())
        self.card = StrictnessCard(self)
        self.strictness = _tool("settings", "Strictness", "How sure to be before a photo counts as found")
        self.strictness.clicked.connect(self._open_card)
        self.order = _tool("sort", "Sorted by relevance", "The order of the photos")
        self.order.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._order = Order.RELEVANCE
        self._orders = self._made_orders()
        self.group = GroupTool()
        self.keep = _tool("bookmark", "Save", "Keep this search in the panel at the left")
        self.keep.setCheckable(True)
        self.keep.clicked.connect(self.keep_wanted)
        self._lay_out(beginning)
        self.show_tools(line=False, order=False)
        self.show_kept(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the heading its room: in a narrow window the tools are drawings only."""
        super().resizeEvent(event)
        style = Qt.ToolButtonStyle
        looks = style.ToolButtonTextBesideIcon if self.width() >= WIDE_PX else style.ToolButtonIconOnly
        for tool in (self.strictness, self.order, self.group, self.keep):
            tool.setToolButtonStyle(looks)

    def heading(self) -> str:
        """Return what is said above the photos."""
        return self._heading.text()

    def show_heading(self, text: str) -> None:
        """Say what is shown."""
        self._heading.setText(text)
        # How many there are is always to be read, however much is said before it.
        count = f"{text.partition(', ')[0]}…"
        self._heading.setMinimumWidth(
            min(_MOST_COUNT_PX, self._heading.fontMetrics().horizontalAdvance(count))
        )

    def show_selection(self, count: int) -> None:
        """Say how many photos are selected, from two on."""
        self._selection.setText(f"{wording.number(count)} selected" if count > 1 else "")

    def show_tools(self, *, line: bool, order: bool) -> None:
        """Show what can be done with what is shown: move the line, sort."""
        self.strictness.setVisible(line)
        self.order.setVisible(order)

    def show_strictness(self, step: Strictness) -> None:
        """Say where the line is."""
        self.card.show_step(step)
        self.strictness.setText(f"Strictness: {step}")
        self.strictness.setAccessibleName(self.strictness.text())

    def show_order(self, order: Order) -> None:
        """Say in which order the photos are."""
        self._order = order
        self._orders[forth(order)].setChecked(True)
        self.order.setText(_ORDERS.get(order) or _TURNED[order])
        how = f", {sorted_how(order)}" if order not in _ORDERS else ""
        self.order.setAccessibleName(f"Sorted by {_ORDERS[forth(order)].lower()}{how}")
        other = turned(order)
        self._turn.setVisible(other is not order)
        self._turn.setText(_TURNED.get(other, ""))

    def show_kept(self, kept: bool | None) -> None:
        """Say whether this search is among the saved ones; None where there is nothing to save."""
        self.keep.setVisible(kept is not None)
        self.keep.setChecked(bool(kept))
        self.keep.setText("Saved" if kept else "Save")
        icons.set_icon(self.keep, "bookmark", "accent" if kept else "subtle")

    def choose_order(self, order: Order) -> None:
        """Sort by this."""
        self.show_order(order)
        self.order_chosen.emit(order)

    def order_menu(self) -> QMenu:
        """Return the list of orders; what is chosen there a second time is turned."""
        return self.order.menu()

    def _made_orders(self) -> dict[Order, QAction]:
        menu = QMenu(self.order)
        group = QActionGroup(menu)
        actions = {}
        for order, name in _ORDERS.items():
            action = menu.addAction(name)
            action.setCheckable(True)
            action.setData(order)
            group.addAction(action)
            actions[order] = action
        group.triggered.connect(self._choose_order)
        menu.addSeparator()
        self._turn = menu.addAction("")
        self._turn.triggered.connect(lambda: self.choose_order(turned(self._order)))
        self.order.setMenu(menu)
        return actions

    def _choose_order(self, action: QAction) -> None:
        order = Order(action.data())
        self.choose_order(turned(self._order) if order is forth(self._order) else order)

    def _open_card(self) -> None:
        self.card.show_below(self.strictness)

    def _lay_out(self, beginning: QWidget) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE.large, theme.SPACE.small, theme.SPACE.large, theme.SPACE.tiny)
        row.setSpacing(theme.SPACE.small)
        row.addWidget(beginning)
        row.addWidget(self._heading, 1)
        row.addWidget(self._selection)
        row.addSpacing(theme.SPACE.small)
        for tool in (self.strictness, self.order, self.group, self.keep):
            row.addWidget(tool)


def _tool(icon: str, text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setIconSize(QSize(16, 16))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(text)
    button.setAccessibleDescription(tip)
    icons.set_icon(button, icon, "subtle")
    return button
