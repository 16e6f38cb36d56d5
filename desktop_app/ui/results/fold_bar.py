"""The quiet row below the photos that says how many more there are, less sure ones."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop_app.ui.look import icons, theme, wording


class FoldBar(QWidget):
    """One button that shows what is below the line, or hides it again; hidden where there is nothing.

    Signals:
        toggled(bool): What is below the line shall be shown.
    """

    toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._open = False
        self._button = QPushButton()
        self._button.setFlat(True)
        self._button.clicked.connect(self._toggle)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE.large, theme.SPACE.tiny, theme.SPACE.large, theme.SPACE.tiny)
        row.addStretch(1)
        row.addWidget(self._button)
        row.addStretch(1)
        self.hide()

    def show_count(self, count: int, *, shown: bool, here: int | None = None) -> None:
        """Say how many photos are below the line, and whether they are shown now.

        Args:
            count: All of them.
            shown: Whether they are shown.
            here: How many of them are shown then; None for all.
        """
        self._open = shown
        more = wording.number(count)
        text = f"Hide the {more} below the line" if shown else f"{more} more below the line"
        if shown and here is not None and here < count:
            text = f"Hide what is below the line (the nearest {wording.number(here)} of {more})"
        self._button.setText(text)
        icons.set_icon(self._button, "up" if shown else "down", "accent")
        self.setVisible(count > 0)

    def text(self) -> str:
        """Return what is said; empty while hidden."""
        return "" if self.isHidden() else self._button.text()

    def press(self) -> None:
        """Do what a click does."""
        self._button.click()

    def _toggle(self) -> None:
        self.toggled.emit(not self._open)
