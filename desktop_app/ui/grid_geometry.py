"""Where the cells of a grid of equal cells lie: arithmetic only, so that 100,000 cells cost what one costs."""

from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import QPoint, QRect

# How far a cell may grow beyond the size that was asked for, so that a row fills the width.
_MOST_GROWTH: Final = 1.3


@dataclass(frozen=True, slots=True)
class GridGeometry:
    """The grid's content, from its own top left corner, in device-independent pixels.

    Attributes:
        count: Cells.
        width: Room for a row, margins included.
        side: The least width of a cell; cells grow to fill the row.
        ratio: Height of a cell's picture for a width of 1.
        caption: Height below the picture for its name.
        gap: Between cells.
        margin: Around the whole.
        columns: Cells in a row (computed).
        cell_width: Width of each cell (computed).
        cell_height: Height of each cell, caption included (computed).
        left: Where the first cell of a row begins (computed).
    """

    count: int
    width: int
    side: int
    ratio: float = 1.0
    caption: int = 0
    gap: int = 8
    margin: int = 12
    columns: int = field(init=False)
    cell_width: int = field(init=False)
    cell_height: int = field(init=False)
    left: int = field(init=False)

    def __post_init__(self) -> None:
        room = max(self.side, self.width - 2 * self.margin)
        columns = max(1, (room + self.gap) // (self.side + self.gap))
        grown = (room - self.gap * (columns - 1)) // columns
        cell_width = min(grown, round(self.side * _MOST_GROWTH))
        used = columns * cell_width + (columns - 1) * self.gap
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "cell_width", cell_width)
        object.__setattr__(self, "cell_height", round(cell_width * self.ratio) + self.caption)
        object.__setattr__(self, "left", max(0, (self.width - used) // 2))

    @property
    def lines(self) -> int:
        """How many rows of cells there are."""
        return -(-self.count // self.columns)

    @property
    def height(self) -> int:
        """Height of the whole content."""
        return 2 * self.margin + max(0, self.lines * self._line_step - self.gap) if self.count else 0

    def rect(self, row: int) -> QRect:
        """Return the cell of this row of the model."""
        line, column = divmod(row, self.columns)
        x = self.left + column * (self.cell_width + self.gap)
        return QRect(x, self.margin + line * self._line_step, self.cell_width, self.cell_height)

    def row_at(self, point: QPoint) -> int | None:
        """Return the row of the model whose cell is here; None between cells and beyond them."""
        column = (point.x() - self.left) // (self.cell_width + self.gap)
        line = (point.y() - self.margin) // self._line_step
        row = line * self.columns + column
        if not 0 <= column < self.columns or line < 0 or row >= self.count:
            return None
        return row if self.rect(row).contains(point) else None

    def rows_between(self, top: int, bottom: int) -> range:
        """Return the rows of the model whose lines touch these heights, both included."""
        first = max(0, (top - self.margin + self.gap) // self._line_step)
        last = max(-1, (bottom - self.margin) // self._line_step)
        return range(min(self.count, first * self.columns), min(self.count, (last + 1) * self.columns))

    def rows_touching(self, area: QRect) -> list[range]:
        """Return the rows of the model whose cells touch this area, as one run for each line."""
        step = self.cell_width + self.gap
        first = max(0, (area.left() - self.left + self.gap) // step)
        last = min(self.columns - 1, (area.right() - self.left) // step)
        if first > last:
            return []
        whole = self.rows_between(area.top(), area.bottom())
        starts = range(whole.start, whole.stop, self.columns)
        runs = [range(start + first, min(start + last + 1, self.count)) for start in starts]
        return [run for run in runs if run]

    @property
    def _line_step(self) -> int:
        return self.cell_height + self.gap
