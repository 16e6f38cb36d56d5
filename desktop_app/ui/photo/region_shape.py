"""The geometry of a rectangle that is drawn and moved by hand."""

from enum import Enum
from typing import Final

from PySide6.QtCore import QPointF, QRectF

# How near a corner must be to be taken hold of, in device-independent pixels.
_REACH_PX: Final = 12


class Grip(Enum):
    """What of a rectangle is below the pointer."""

    NONE = "none"
    INSIDE = "inside"
    FALLING = "a corner at an end of the falling diagonal"
    RISING = "a corner at an end of the rising diagonal"


def grip_at(point: QPointF, drawn: QRectF) -> tuple[Grip, QPointF | None]:
    """Return what is below a point, and for a corner the opposite one, which stays where it is."""
    if drawn.isEmpty():
        return Grip.NONE, None
    pairs = (
        (Grip.FALLING, drawn.topLeft(), drawn.bottomRight()),
        (Grip.FALLING, drawn.bottomRight(), drawn.topLeft()),
        (Grip.RISING, drawn.topRight(), drawn.bottomLeft()),
        (Grip.RISING, drawn.bottomLeft(), drawn.topRight()),
    )
    for grip, corner, opposite in pairs:
        if (corner - point).manhattanLength() <= _REACH_PX:
            return grip, opposite
    return (Grip.INSIDE if drawn.contains(point) else Grip.NONE), None


def spanned(corner: QPointF, opposite: QPointF) -> QRectF:
    """Return the rectangle between two corners, whichever way it was drawn."""
    return QRectF(corner, opposite).normalized()


def moved(shape: QRectF, step: QPointF) -> QRectF:
    """Return a rectangle moved by a step, kept within the square from 0 to 1."""
    shape = shape.translated(step)
    shape.moveLeft(min(max(0.0, shape.left()), 1 - shape.width()))
    shape.moveTop(min(max(0.0, shape.top()), 1 - shape.height()))
    return shape
