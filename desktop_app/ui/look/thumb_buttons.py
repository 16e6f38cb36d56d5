"""Two buttons that say of a photo whether it is what was looked for."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from desktop_app.library import Thumb
from desktop_app.ui.look import icons

ICONS: Final = {Thumb.UP: "thumb-up", Thumb.DOWN: "thumb-down"}
WORDS: Final = {Thumb.UP: "More like this", Thumb.DOWN: "Less like this"}
KEYS: Final = {Thumb.UP: "U", Thumb.DOWN: "D"}


class ThumbButtons(QWidget):
    """Thumbs up and down; the one that is given already is lit.

    Signals:
        judged(Thumb): The person pressed one; pressed when lit, it is to be taken back.
    """

    judged = Signal(object)

    def __init__(self, side_px: int = 20, parent: QWidget | None = None) -> None:
        """Make them; `side_px` is the side of the drawings."""
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._buttons = {thumb: self._button(thumb, side_px) for thumb in Thumb}
        for button in self._buttons.values():
            row.addWidget(button)
        self.show_thumb(None)

    def show_thumb(self, given: Thumb | None, *, usable: bool = True) -> None:
        """Light the thumb that is given; `usable` is whether there is a search to refine."""
        for thumb, button in self._buttons.items():
            button.setChecked(thumb is given)
            icons.set_icon(button, ICONS[thumb], "accent" if thumb is given else "text")
            button.setEnabled(usable)
            asks = f"{WORDS[thumb]} ({KEYS[thumb]})"
            button.setToolTip(asks if usable else f"{asks}: thumbs refine a search, and nothing is searched")

    def is_usable(self) -> bool:
        """Whether there is a search to refine."""
        return all(button.isEnabled() for button in self._buttons.values())

    def lit(self) -> Thumb | None:
        """Return the thumb that is shown as given."""
        return next((thumb for thumb, button in self._buttons.items() if button.isChecked()), None)

    def button(self, thumb: Thumb) -> QToolButton:
        """Return one of the two."""
        return self._buttons[thumb]

    def _button(self, thumb: Thumb, side_px: int) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setIconSize(QSize(side_px, side_px))
        button.setAccessibleName(WORDS[thumb])
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(self._say)
        return button

    def _say(self) -> None:
        for thumb, button in self._buttons.items():
            if button is self.sender():
                # What is given is said by who keeps it, not by the click.
                button.setChecked(not button.isChecked())
                self.judged.emit(thumb)
