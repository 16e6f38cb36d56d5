"""Opens what writes into the search field: the filters and the query language by examples; brings pictures to chips."""

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from desktop_app.library import Facets
from desktop_app.ui.flows.desk import Desk
from desktop_app.ui.search.chip_picture import chip_picture
from desktop_app.ui.search.chips import Pictured
from desktop_app.ui.search.filter_panel import FilterPanel
from desktop_app.ui.search.help import QueryHelp
from desktop_app.ui.window.main_window import MainWindow


class QueryFlow(QObject):
    """Opens the two panels of the search field and puts what is chosen there into it.

    Attributes:
        panel: The filters.
        help: The language by examples.
    """

    def __init__(self, desk: Desk) -> None:
        """Connect the buttons beside the field, and their keys."""
        window: MainWindow = desk.window
        super().__init__(window)
        self._window = window
        self._bar = window.top.search
        self._library = desk.library
        self._background = desk.background
        self.panel = FilterPanel(window)
        self.help = QueryHelp(window)
        self._bar.filters.clicked.connect(self.open_filters)
        self._bar.help.clicked.connect(self.open_help)
        window.menus.filters.triggered.connect(self.open_filters)
        window.menus.language.triggered.connect(self.open_help)
        self.panel.query_wanted.connect(self._bar.ask)
        self.help.example_chosen.connect(self._try)
        self._bar.strip.pictures_wanted.connect(self._bring_pictures)
        self._bring_pictures(self._bar.strip.waiting())

    def open_filters(self) -> None:
        """Open the filters with what the field says now."""
        if not self._bar.isVisible():
            return
        self._background.run(self._library.browsing.facets, self._show_filters, channel="filters")

    def open_help(self) -> None:
        """Explain what can be typed."""
        if self._bar.isVisible():
            self.help.show_below(self._bar.help)

    def _show_filters(self, facets: Facets) -> None:
        self.panel.show_query(self._bar.text(), facets)
        self.panel.show_below(self._bar.filters)

    def _bring_pictures(self, wanted: Sequence[Pictured]) -> None:
        """Bring the small pictures of example photos to their chips."""
        for example in wanted:
            self._bring_picture(example)

    def _bring_picture(self, wanted: Pictured) -> None:
        def show(image: QImage) -> None:
            self._bar.strip.show_picture(wanted, image)

        self._background.run(lambda: chip_picture(self._library.browsing, *wanted), show)

    def _try(self, example: str) -> None:
        self._bar.ask(example)
        self._bar.focus()
