"""How sure the library must be before it says "found": three steps, in a small card."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from desktop_app.ui.look import theme
from desktop_app.ui.look.popover import Popover

_WIDTH_PX: Final = 260


class Strictness(StrEnum):
    """Where the line is drawn."""

    LOOSE = "loose"
    NORMAL = "normal"
    STRICT = "strict"


SHARES: Final[Mapping[Strictness, float]] = {
    Strictness.LOOSE: 0.0,
    Strictness.NORMAL: 0.5,
    Strictness.STRICT: 1.0,
}
"""What the engine is told: 0 lets much through, 1 little."""

_STEPS: Final = tuple(Strictness)
_MEANS: Final = {
    Strictness.LOOSE: "More photos count as found, and more of them wrongly.",
    Strictness.NORMAL: "As it was measured to be best.",
    Strictness.STRICT: "Only what fits clearly counts as found.",
}


def strictness_of(text: str) -> Strictness:
    """Return the step that was remembered; the middle one for anything else."""
    return Strictness(text) if text in set(_STEPS) else Strictness.NORMAL


class StrictnessCard(Popover):
    """A slider with three steps.

    Signals:
        chosen(Strictness): The line shall be drawn here.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("How strictly to search", parent)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, len(_STEPS) - 1)
        self.slider.setPageStep(1)
        self.slider.setAccessibleName("Strictness: loose, normal or strict")
        self._means = theme.set_subtle(QLabel())
        self._means.setWordWrap(True)
        names = QHBoxLayout()
        for place, step in enumerate(_STEPS):
            names.addWidget(QLabel(step.capitalize()))
            if place < len(_STEPS) - 1:
                names.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(
            theme.SPACE.large, theme.SPACE.medium, theme.SPACE.large, theme.SPACE.medium
        )
        column.setSpacing(theme.SPACE.small)
        column.addWidget(theme.set_title(QLabel("Where “found” ends"), 1.0))
        column.addWidget(self.slider)
        column.addLayout(names)
        column.addWidget(self._means)
        self.setFixedWidth(_WIDTH_PX)
        self.slider.valueChanged.connect(self._choose)
        self.show_step(Strictness.NORMAL)

    def showEvent(self, event: QShowEvent) -> None:
        """Let the arrow keys move the slider at once."""
        super().showEvent(event)
        self.slider.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_step(self, step: Strictness) -> None:
        """Put the slider on a step, without a signal."""
        blocked = self.slider.blockSignals(True)
        self.slider.setValue(_STEPS.index(step))
        self.slider.blockSignals(blocked)
        self._means.setText(_MEANS[step])

    def _choose(self, place: int) -> None:
        self._means.setText(_MEANS[_STEPS[place]])
        self.chosen.emit(_STEPS[place])
