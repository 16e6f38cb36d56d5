"""Opens what writes into the search field: the filters and the query language by examples; brings pictures to tokens."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from desktop_app.library import Facets
from desktop_app.ui.flows.desk import Desk
from desktop_app.ui.look.late import Late
from desktop_app.ui.search.example_picture import example_picture
from desktop_app.ui.search.example_tokens import Pictured
from desktop_app.ui.window.main_window import MainWindow

# The panels are imported and made when they are first opened: together they took half of the longest pause of a start.
if TYPE_CHECKING:
    from desktop_app.ui.search.filter_panel import FilterPanel
    from desktop_app.ui.search.help import QueryHelp

_AT_ONCE: Final = 3


class QueryFlow(QObject):
    """Opens the two panels of the search field and puts what is chosen there into it.

    Attributes:
        panel: The filters.
        help: The language by examples.

    Signals:
        more_wanted(): The person wants to read all about the language.
    """

    more_wanted = Signal()

    def __init__(self, desk: Desk) -> None:
        """Connect the buttons beside the field, and their keys."""
        window: MainWindow = desk.window
        super().__init__(window)
        self._window = window
        self._bar = window.top.search
        self._library = desk.library
        self._background = desk.background
        self.panel = Late(self._make_panel)
        self.help = Late(self._make_help)
        self._bar.filters.clicked.connect(self.open_filters)
        self._bar.help.clicked.connect(self.open_help)
        window.menus.filters.triggered.connect(self.open_filters)
        window.menus.language.triggered.connect(self.open_help)
        self._to_bring: list[Pictured] = []
        self._under_way = 0
        pictures = self._bar.field.pictures
        pictures.wanted.connect(self._bring_pictures)
        self._bring_pictures(pictures.waiting())

    def open_filters(self) -> None:
        """Open the filters with what the field says now."""
        if not self._bar.isVisible():
            return
        self._background.run(self._library.browsing.facets, self._show_filters, channel="filters")

    def open_help(self) -> None:
        """Explain what can be typed."""
        if self._bar.isVisible():
            self.help().show_below(self._bar.help)

    def _make_panel(self) -> "FilterPanel":
        from desktop_app.ui.search.filter_panel import FilterPanel

        panel = FilterPanel(self._window)
        panel.query_wanted.connect(self._bar.ask)
        return panel

    def _make_help(self) -> "QueryHelp":
        from desktop_app.ui.search.help import QueryHelp

        listed = QueryHelp(self._window)
        listed.example_chosen.connect(self._try)
        listed.more_wanted.connect(self.more_wanted)
        return listed

    def _show_filters(self, facets: Facets) -> None:
        panel = self.panel()
        panel.show_query(self._bar.text(), facets)
        panel.show_below(self._bar.filters)

    def _bring_pictures(self, wanted: Sequence[Pictured]) -> None:
        """Bring the small pictures of example photos to their tokens, a few at a time."""
        self._to_bring += wanted
        while self._to_bring and self._under_way < _AT_ONCE:
            self._under_way += 1
            self._bring_picture(self._to_bring.pop(0))

    def _bring_picture(self, wanted: Pictured) -> None:
        def show(image: QImage) -> None:
            self._bar.field.pictures.take(wanted, image)

        # Apart: a photo may be on a share that does not answer.
        self._background.run(
            lambda: example_picture(self._library.browsing, *wanted), show, ended=self._go_on, may_hang=True
        )

    def _go_on(self) -> None:
        self._under_way -= 1
        self._bring_pictures([])

    def _try(self, example: str) -> None:
        self._bar.ask(example)
        self._bar.focus()
