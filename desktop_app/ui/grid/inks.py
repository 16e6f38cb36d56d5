"""Pens and brushes in the colours of now: made once, not for each cell that is painted."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QPen

from desktop_app.ui.look import theme

NO_PEN: Final = QPen(Qt.PenStyle.NoPen)
NO_BRUSH: Final = QBrush(Qt.BrushStyle.NoBrush)
RING_PX: Final = 2.5
_FOCUS_PX: Final = 1.5
_BADGE: Final = 0.92
_CARDS: Final = (0.75, 0.4)
_TIE_GROUND, _TIE_EDGE = 0.10, 0.35


@dataclass(frozen=True, slots=True)
class Inks:
    """What a scheme's cells and headings are painted with. Not to be changed.

    Attributes:
        text: Writes.
        subtle: Writes second text.
        on_accent: Writes on the accent.
        hover: Ground of what is below the pointer, and of what stands for a picture.
        wash: Ground of what is chosen.
        focus: Outlines the cell that the keys go to.
        ring: Outlines the picture of a chosen cell.
        badge: Ground of a badge, through which the picture can be seen a little.
        lit: Ground of a badge that says that something is open.
        card_edge: Outlines cards behind a picture.
        cards: Paint these, the nearest first.
        tie_edge: Outlines the ground of a stack that is spread.
        tie: That ground.
        border: Draws the line below a heading that covers cells.
    """

    text: QPen
    subtle: QPen
    on_accent: QPen
    hover: QBrush
    wash: QBrush
    focus: QPen
    ring: QPen
    badge: QBrush
    lit: QBrush
    card_edge: QPen
    cards: tuple[QBrush, ...]
    tie_edge: QPen
    tie: QBrush
    border: QPen


def inks() -> Inks:
    """Return the pens and brushes of the scheme in use now."""
    return _inks(theme.colours())


@lru_cache(maxsize=4)
def _inks(colours: theme.Colours) -> Inks:
    return Inks(
        text=QPen(QColor(colours.text)),
        subtle=QPen(QColor(colours.subtle)),
        on_accent=QPen(QColor(colours.on_accent)),
        hover=QBrush(QColor(colours.hover)),
        wash=QBrush(QColor(colours.wash)),
        focus=QPen(QColor(colours.accent), _FOCUS_PX),
        ring=QPen(QColor(colours.accent), RING_PX),
        badge=QBrush(_faded(colours.raised, _BADGE)),
        lit=QBrush(QColor(colours.accent)),
        card_edge=QPen(QColor(colours.base), 1),
        cards=tuple(QBrush(_faded(colours.subtle, opacity)) for opacity in _CARDS),
        tie_edge=QPen(_faded(colours.accent, _TIE_EDGE), 1),
        tie=QBrush(_faded(colours.accent, _TIE_GROUND)),
        border=QPen(QColor(colours.border), 1),
    )


def _faded(colour: str, opacity: float) -> QColor:
    faded = QColor(colour)
    faded.setAlphaF(opacity)
    return faded
