"""The row below the heading that offers looser matches where nothing fits well, and the way back from them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop_app.ui.look import icons, theme, wording


class LooserBar(QWidget):
    """One button; hidden where there is nothing looser to show.

    Signals:
        toggled(bool): Looser matches shall be shown, or only the nearest few again.
    """

    toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = False
        self._button = QPushButton()
        self._button.setCursor(Qt.CursorShape.PointingHandCursor)
        self._button.clicked.connect(self._toggle)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE.large, theme.SPACE.tiny, theme.SPACE.large, theme.SPACE.small)
        row.addWidget(self._button)
        row.addStretch(1)
        self.hide()

    def show_count(self, count: int, *, shown: bool) -> None:
        """Offer looser matches, or the way back.

        Args:
            count: How many a click brings; 0 hides the row while none are shown.
            shown: Whether they are shown now.
        """
        self._shown = shown
        found = wording.counted(count, "looser match", "looser matches")
        self._button.setText("Only the nearest few again" if shown else f"Show {found}")
        icons.set_icon(self._button, "up" if shown else "down", "accent")
        self.setVisible(shown or count > 0)

    def text(self) -> str:
        """Return what is offered; empty while hidden."""
        return "" if self.isHidden() else self._button.text()

    def press(self) -> None:
        """Do what a click does."""
        self._button.click()

    def _toggle(self) -> None:
        self.toggled.emit(not self._shown)
