"""The photos with a line above them that says which these are."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from desktop_app.ui import icons, theme, wording
from desktop_app.ui.icon_label import IconLabel
from desktop_app.ui.results_model import ResultsModel
from desktop_app.ui.results_view import ResultsView
from desktop_app.ui.thumbnail_loader import ThumbnailLoader

_LONGEST_NAME = 48


class ResultsPage(QWidget):
    """Heading and grid.

    Attributes:
        model: Which photos are shown.
        view: The grid.
        example: The chip that names the photo others are like.
    """

    def __init__(self, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ResultsModel(self)
        self.view = ResultsView(self.model, loader)
        self.example = ExampleChip()
        self._heading = QLabel()
        self._heading.setTextFormat(Qt.TextFormat.PlainText)
        self._selection = theme.set_subtle(QLabel())
        self.setFocusProxy(self.view)
        self.view.selection_described.connect(self._show_selection)
        # One ground with the grid, so that the line belongs to the photos.
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        row = QHBoxLayout()
        row.setContentsMargins(theme.SPACE.large, theme.SPACE.small, theme.SPACE.large, theme.SPACE.tiny)
        row.setSpacing(theme.SPACE.medium)
        row.addWidget(self.example)
        row.addWidget(theme.set_subtle(self._heading))
        row.addStretch(1)
        row.addWidget(self._selection)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.view, 1)

    def show_heading(self, text: str) -> None:
        """Say what is shown: how many photos, and in which order."""
        self._heading.setText(text)

    def heading(self) -> str:
        """Return what is said above the photos."""
        return self._heading.text()

    def _show_selection(self, count: int) -> None:
        self._selection.setText(f"{wording.number(count)} selected" if count > 1 else "")


class ExampleChip(QFrame):
    """Says "Photos like IMG_1.jpg" and offers the way back; hidden while there is no example.

    Signals:
        closed(): The person wants back to what was shown before.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_card(self)
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        back = QToolButton()
        back.setIconSize(QSize(14, 14))
        back.setToolTip("Back to what was shown before (Esc)")
        back.setAccessibleName("Back to what was shown before")
        icons.set_icon(back, "close", "subtle")
        back.clicked.connect(self.closed)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE.small, 0, 0, 0)
        row.setSpacing(theme.SPACE.small)
        row.addWidget(IconLabel("sparkles", 16, "accent"))
        row.addWidget(self._text)
        row.addWidget(back)
        self.setVisible(False)

    def show_example(self, path: Path | None, name: str = "") -> None:
        """Name the example; None hides the chip. `name` is said in place of the file's own."""
        if path is not None:
            shown = name or wording.shown(path.name)
            if len(shown) > _LONGEST_NAME:
                half = _LONGEST_NAME // 2
                shown = f"{shown[:half]}…{shown[-half:]}"
            self._text.setText(f"Photos like {shown}")
            self.setToolTip(wording.shown(path))
        self.setVisible(path is not None)

    def text(self) -> str:
        """Return what is said; empty while hidden."""
        return "" if self.isHidden() else self._text.text()
