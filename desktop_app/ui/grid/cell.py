"""What a cell shows of its photo, asked for in one piece, and what is to be painted of it."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QStyleOptionViewItem

from desktop_app.library import Hit, Photo
from desktop_app.ui.grid.roles import CellState
from desktop_app.ui.grid.stacking import StackedCell
from desktop_app.ui.grid.whereabouts import Whereabouts
from desktop_app.ui.look.video_words import VideoCell, video_cell


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """All that is painted of a photo: asked for one by one, these took a quarter of the time of painting.

    Attributes:
        name: The file's name; empty while it is not known.
        picture: Its picture; None while there is none.
        state: Whether there is one, or will be.
        stack: What is shown of its stack; None without one.
        video: What is shown of a video; None for a photo.
        is_by_name: Whether it was found by its name.
        band: Where in the answer it is, as `Band`; empty without an answer.
        away: The sign that says why it is out of reach; empty for one that is not.
    """

    name: str = ""
    picture: QImage | None = None
    state: CellState = CellState.LOADING
    stack: StackedCell | None = None
    video: VideoCell | None = None
    is_by_name: bool = False
    band: str = ""
    away: str = ""

    @property
    def is_offline(self) -> bool:
        """Whether it is out of reach."""
        return bool(self.away)


NOTHING_KNOWN: Final = Cell()


class CellOption(QStyleOptionViewItem):
    """Says also which part of the cell is painted now: all else is cut off, and need not be painted.

    Attributes:
        part: In the coordinates of `rect`.
    """

    part: QRect


def cell_of(
    photo: Photo | None,
    hit: Hit | None,
    image: QImage | None,
    stack: StackedCell | None,
    whereabouts: Whereabouts,
) -> Cell:
    """Return what a cell shows.

    Args:
        photo: Its photo; None while it is not known.
        hit: Why it was found; None without an answer.
        image: Its picture in memory; null where none can be made, None for not yet.
        stack: What is shown of its stack.
        whereabouts: Knows why it is out of reach.
    """
    away = whereabouts.of(photo) if photo is not None else None
    if image is None:
        state = CellState.LOADING
    elif image.isNull():
        image, state = None, CellState.BROKEN
    else:
        state = CellState.SHOWN
    return Cell(
        photo.name if photo else "",
        image,
        state,
        stack,
        video_cell(photo, hit),
        hit is not None and hit.by_name,
        str(hit.band) if hit else "",
        away.sign if away is not None else "",
    )
