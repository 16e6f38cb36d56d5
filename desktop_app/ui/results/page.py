"""The photos with a line above them that says which these are."""

from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from desktop_app.ui.background.thumbnail_loader import ThumbnailLoader
from desktop_app.ui.grid.model import PhotosModel
from desktop_app.ui.grid.photos_view import PhotosView
from desktop_app.ui.look import icons, theme, wording
from desktop_app.ui.look.labels import ElidingLabel, IconLabel, tool_button
from desktop_app.ui.results.fold_bar import FoldBar
from desktop_app.ui.results.header import WIDE_PX, ResultsHeader
from desktop_app.ui.results.looser_bar import LooserBar
from desktop_app.ui.search.example_tokens import readable

_LONGEST_NAME = 48
_LONGEST_WORDS = 24


class ResultsPage(QWidget):
    """Heading, grid, and the row that unfolds what is below the line.

    Attributes:
        model: Which photos are shown.
        view: The grid.
        example: The chip that names the photo others are like.
        header: The line above the grid.
        looser: The row below it, where nothing fits well.
        fold: The row below it.
    """

    def __init__(self, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = PhotosModel(self)
        self.view = PhotosView(self.model, loader)
        self.example = ExampleChip()
        self.header = ResultsHeader(self.example)
        self.looser = LooserBar()
        self.fold = FoldBar()
        self.view.selection_described.connect(self.header.show_selection)
        # One ground with the grid, so that the line belongs to the photos.
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.looser)
        column.addWidget(self.view, 1)
        column.addWidget(self.fold)
        self._order_tab()

    def _order_tab(self) -> None:
        """Let Tab go from the example along the tools to the photos, as they are seen."""
        # The page has no focus proxy: Qt would leave everything in it out but that.
        header = self.header
        tools = [header.strictness, header.order, header.group, header.keep]
        stations = [*_buttons(self.example), *tools, *_buttons(self.looser), self.view, *_buttons(self.fold)]
        for before, after in pairwise(stations):
            self.setTabOrder(before, after)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the heading its room: in a narrow window the example's offer is a drawing only."""
        super().resizeEvent(event)
        self.example.set_narrow(narrow=self.width() < WIDE_PX)

    def show_heading(self, text: str) -> None:
        """Say what is shown: how many photos, and in which order."""
        self.header.show_heading(text)

    def heading(self) -> str:
        """Return what is said above the photos."""
        return self.header.heading()


class ExampleChip(QFrame):
    """Says "Photos like IMG_1.jpg" and offers the way back; hidden while there is no example.

    Signals:
        closed(): The person wants back to what was shown before.
        together_wanted(): The example shall be searched for together with the words of before.
    """

    closed = Signal()
    together_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_card(self)
        # Cut where there is too little room: what is found says more than what it is like.
        self._text = ElidingLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._together = QToolButton()
        self._together.setToolTip("Search for photos that fit both, the example and the words")
        icons.set_icon(self._together, "add", "accent")
        self._together.setIconSize(QSize(14, 14))
        self._together.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._together.clicked.connect(self.together_wanted)
        back = tool_button("close", "Back to what was shown before (Esc)", side_px=14)
        back.clicked.connect(self.closed)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE.small, 0, 0, 0)
        row.setSpacing(theme.SPACE.small)
        row.addWidget(IconLabel("sparkles", 16, "accent"))
        row.addWidget(self._text)
        row.addWidget(self._together)
        row.addWidget(back)
        self.setVisible(False)

    def show_example(self, path: Path | None, name: str = "", words: str = "") -> None:
        """Name the example; None hides the chip.

        Args:
            path: The example.
            name: Said in place of the file's own name.
            words: What was searched for before, to be offered together with the example.
        """
        if path is not None:
            shown = name or wording.shown(path.name)
            self._text.setText(f"Photos like {_short(shown, _LONGEST_NAME)}")
            self.setToolTip(wording.shown(path))
        offer = f"with “{_short(wording.shown(readable(words)), _LONGEST_WORDS)}”"
        self._together.setText(wording.on_button(offer))
        self._together.setAccessibleName(f"Search for both: the example, {offer}")
        self._together.setVisible(bool(words))
        self.setVisible(path is not None)

    def set_narrow(self, *, narrow: bool) -> None:
        """Say the offer in words, or by its drawing alone."""
        style = Qt.ToolButtonStyle
        self._together.setToolButtonStyle(
            style.ToolButtonIconOnly if narrow else style.ToolButtonTextBesideIcon
        )

    def combine(self) -> None:
        """Do what a click on the offer does; nothing while there is none."""
        if not self._together.isHidden():
            self._together.click()

    def text(self) -> str:
        """Return what is said; empty while hidden."""
        return "" if self.isHidden() else self._text.text()


def _buttons(part: QWidget) -> list[QAbstractButton]:
    return part.findChildren(QAbstractButton)


def _short(text: str, most: int) -> str:
    half = most // 2
    return text if len(text) <= most else f"{text[:half]}…{text[-half:]}"
