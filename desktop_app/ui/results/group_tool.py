"""The button that divides the photos into days or months."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from desktop_app.ui.grid.sections import Grouping
from desktop_app.ui.look import icons

_NAMES: Final = {Grouping.NONE: "No groups", Grouping.DAY: "Days", Grouping.MONTH: "Months"}
_TIP: Final = "Divide the photos into days or months"
_TIP_UNSORTED: Final = f"{_TIP}; this sorts them by date"


class GroupTool(QToolButton):
    """Opens the list of groupings.

    Signals:
        chosen(Grouping): The photos shall be divided like this.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setIconSize(QSize(16, 16))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        icons.set_icon(self, "calendar", "subtle")
        self._menu = QMenu(self)
        group = QActionGroup(self._menu)
        self._actions: dict[Grouping, QAction] = {}
        for grouping, name in _NAMES.items():
            action = self._menu.addAction(name)
            action.setCheckable(True)
            action.setData(grouping)
            group.addAction(action)
            self._actions[grouping] = action
        group.triggered.connect(self._choose)
        self.setMenu(self._menu)
        self.show_grouping(Grouping.NONE, by_date=True)

    def add_choice(self, action: QAction) -> None:
        """Offer something beside the groupings, below them."""
        self._menu.addSeparator()
        self._menu.addAction(action)

    def show_grouping(self, grouping: Grouping, *, by_date: bool) -> None:
        """Say how the photos are divided, and whether they are sorted so that they can be."""
        self._actions[grouping].setChecked(True)
        self.setText(_NAMES[grouping])
        tip = _TIP if by_date else _TIP_UNSORTED
        self.setToolTip(tip)
        self.setAccessibleName(
            f"Grouped by {_NAMES[grouping].lower()}" if grouping != "none" else "No groups"
        )
        self.setAccessibleDescription(tip)

    def choose(self, grouping: Grouping) -> None:
        """Divide by this, as a click in the list does."""
        self._actions[grouping].trigger()

    def _choose(self, action: QAction) -> None:
        self.chosen.emit(Grouping(action.data()))
