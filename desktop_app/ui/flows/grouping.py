"""Groups the grid by days, months and stacks, as the person chooses and the engine says what is alike."""

import logging

from PySide6.QtCore import QObject

from desktop_app.library import Event, LibraryError, StacksChanged
from desktop_app.settings import Value
from desktop_app.ui.flows.coming_rows import ComingRows
from desktop_app.ui.flows.desk import Desk
from desktop_app.ui.flows.search import SearchFlow
from desktop_app.ui.grid.ahead import Plan
from desktop_app.ui.grid.arranging import Order
from desktop_app.ui.grid.sections import Grouping

log = logging.getLogger(__name__)

_CHANNEL = "stacks"
_AS_ONE = "stacks as one"


class GroupingFlow(QObject):
    """Divides what is shown by date into days or months, and shows photos that are alike as one."""

    def __init__(self, desk: Desk, search: SearchFlow) -> None:
        """Connect the tool above the photos and the menu; both begin with what was chosen the last time."""
        window = desk.window
        super().__init__(window)
        self._library = desk.library
        self._background = desk.background
        self._settings = desk.settings
        self._search = search
        self._model = window.pages.photos.model
        self._rows = ComingRows(self._model, desk.background)
        self._header = window.pages.photos.header
        self._as_one = window.menus.as_one
        self._header.group.add_choice(self._as_one)
        self._as_one.setChecked(self._settings.values.as_one)
        self._model.show_as_one(self._settings.values.as_one)
        self._model.group_by(self._grouping())
        self._header.group.chosen.connect(self._choose)
        self._as_one.toggled.connect(self._choose_as_one)
        # After the answer was sorted anew, for that was connected before.
        self._header.order_chosen.connect(self._show_present)
        search.shown.connect(self._show_present)
        self._stop_observing = self._settings.observe(self._apply)
        self._show_present()

    def start(self) -> None:
        """Ask which photos are alike."""
        stacks = self._library.browsing.stacks
        self._rows.bring(
            lambda ahead: ahead.alike(stacks()), self._arrange_anew, self._give_up, channel=_CHANNEL
        )

    def hear(self, event: Event) -> None:
        """Take one event of the engine; after `StacksChanged` ask again."""
        if isinstance(event, StacksChanged):
            self.start()

    def close(self) -> None:
        """Ask nothing any more."""
        self._stop_observing()
        self._background.outdate(_CHANNEL)
        self._background.outdate(_AS_ONE)

    def _grouping(self) -> Grouping:
        return Grouping(self._settings.values.grouping)

    def _arrange_anew(self, plan: Plan) -> None:
        if plan.after is not plan.before:
            self._search.answer.arrange_anew()

    def _give_up(self, error: LibraryError) -> None:
        log.warning("each photo is shown by itself: %s", error)

    def _choose(self, grouping: Grouping) -> None:
        self._settings.change("grouping", grouping.value)
        if grouping is not Grouping.NONE and not self._model.is_by_date():
            self._header.choose_order(Order.TAKEN)
        self._show_present()

    def _choose_as_one(self, as_one: bool) -> None:
        self._settings.change("as_one", as_one)

    def _apply(self, name: str, value: Value) -> None:
        if name == "grouping":
            self._model.group_by(self._grouping())
            self._show_present()
        elif name == "as_one":
            self._as_one.setChecked(bool(value))
            as_one = bool(value)
            self._rows.bring(lambda ahead: ahead.as_one(as_one), self._arrange_anew, channel=_AS_ONE)

    def _show_present(self) -> None:
        """Say how the photos are divided; those that are not sorted by date are not."""
        by_date = self._model.is_by_date()
        self._header.group.show_grouping(self._grouping() if by_date else Grouping.NONE, by_date=by_date)
