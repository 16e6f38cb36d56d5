"""Where the cells and headings of a grid lie: arithmetic only, so that 100,000 cells cost what one costs.

The cells may stand in sections, each below the room for its heading. Then what has to be kept is where each section
begins, and everything else is a search among these.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import QPoint, QRect

# How far a cell may grow beyond the size that was asked for, so that a row fills the width.
_MOST_GROWTH: Final = 1.3


@dataclass(frozen=True, slots=True)
class GridGeometry:
    """The grid's content, from its own top left corner, in device-independent pixels.

    A *line* is a row of cells on the screen, for a row is one of the model here. Each section begins on a line of its
    own, below its heading. Without sections all cells are one, without a heading.

    Attributes:
        count: Cells.
        width: Room for a line, margins included.
        side: The least width of a cell; cells grow to fill the line.
        ratio: Height of a cell's picture for a width of 1.
        caption: Height below the picture for its name.
        gap: Between cells.
        margin: Around the whole; above headings there is none.
        starts: The first row of each section, ascending, the first of all 0; empty without sections.
        heading: Height of the room for a heading.
        columns: Cells in a line (computed).
        cell_width: Width of each cell (computed).
        cell_height: Height of each cell, caption included (computed).
        left: Where the first cell of a line begins (computed).
    """

    count: int
    width: int
    side: int
    ratio: float = 1.0
    caption: int = 0
    gap: int = 8
    margin: int = 12
    starts: Sequence[int] = ()
    heading: int = 0
    columns: int = field(init=False)
    cell_width: int = field(init=False)
    cell_height: int = field(init=False)
    left: int = field(init=False)
    # For each section its first row, its first line and its top; and once more what would come after the last.
    _rows: Sequence[int] = field(init=False, repr=False)
    _lines: Sequence[int] = field(init=False, repr=False)
    _tops: Sequence[int] = field(init=False, repr=False)

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
        self._place_sections()

    @property
    def height(self) -> int:
        """Height of the whole content."""
        return self._tops[-1] - self.gap + self.margin if self.count else 0

    @property
    def lines(self) -> int:
        """How many lines of cells there are."""
        return self._lines[-1]

    @property
    def sections(self) -> int:
        """How many headings there are."""
        return len(self.starts)

    def rect(self, row: int) -> QRect:
        """Return the cell of this row of the model."""
        section = self.section_at_row(row)
        line, column = divmod(row - self._rows[section], self.columns)
        x = self.left + column * (self.cell_width + self.gap)
        y = self._cells_top(section) + line * self._line_step
        return QRect(x, y, self.cell_width, self.cell_height)

    def row_at(self, point: QPoint) -> int | None:
        """Return the row of the model whose cell is here; None between cells and beyond them."""
        section = self._section_at(point.y())
        column = (point.x() - self.left) // (self.cell_width + self.gap)
        line = (point.y() - self._cells_top(section)) // self._line_step
        row = self._rows[section] + line * self.columns + column
        if not 0 <= column < self.columns or line < 0 or row >= self._rows[section + 1]:
            return None
        return row if self.rect(row).contains(point) else None

    def rows_between(self, top: int, bottom: int) -> range:
        """Return the rows of the model whose lines touch these heights, both included."""
        first = self._row_of_line(top + self.gap)
        after = self._row_of_line(bottom, following=True)
        return range(first, max(first, after))

    def rows_touching(self, area: QRect) -> list[range]:
        """Return the rows of the model whose cells touch this area, as one run for each line."""
        step = self.cell_width + self.gap
        first = max(0, (area.left() - self.left + self.gap) // step)
        last = min(self.columns - 1, (area.right() - self.left) // step)
        if first > last:
            return []
        lines = self.lines_of(self.rows_between(area.top(), area.bottom()))
        runs = [range(line.start + first, min(line.start + last + 1, line.stop)) for line in lines]
        return [run for run in runs if run]

    def lines_of(self, rows: range) -> Iterator[range]:
        """Cut a run of rows where lines end."""
        row = rows.start
        while row < rows.stop:
            section = self.section_at_row(row)
            in_line = (row - self._rows[section]) % self.columns
            end = min(row - in_line + self.columns, self._rows[section + 1], rows.stop)
            yield range(row, end)
            row = end

    def places_of(self, rows: range) -> Iterator[tuple[range, QRect]]:
        """Cut a run of rows where lines end, and say where each line lies from its first cell to its last."""
        for line in self.lines_of(rows):
            first = self.rect(line.start)
            width = (len(line) - 1) * (self.cell_width + self.gap) + self.cell_width
            yield line, QRect(first.x(), first.y(), width, self.cell_height)

    def place_of(self, row: int) -> tuple[int, int]:
        """Return line and column of a row of the model, both from 0."""
        section = self.section_at_row(row)
        line, column = divmod(row - self._rows[section], self.columns)
        return self._lines[section] + line, column

    def row_in(self, line: int, column: int) -> int:
        """Return the row of the model in this line and column, the nearest one where there is none."""
        line = max(0, min(line, self._lines[-1] - 1))
        section = bisect_right(self._lines, line) - 1
        first = self._rows[section] + (line - self._lines[section]) * self.columns
        return min(first + min(column, self.columns - 1), self._rows[section + 1] - 1)

    def section_at_row(self, row: int) -> int:
        """Return the section that this row of the model belongs to."""
        return max(0, min(bisect_right(self._rows, row) - 1, len(self._rows) - 2))

    def rows_of_section(self, section: int) -> range:
        """Return the rows of the model below a heading."""
        return range(self._rows[section], self._rows[section + 1])

    def heading_rect(self, section: int) -> QRect:
        """Return the heading above the cells of a section."""
        return QRect(0, self._tops[section], self.width, self.heading)

    def headings_between(self, top: int, bottom: int) -> range:
        """Return the sections whose headings touch these heights, both included."""
        if not self.starts or not self.count or bottom < 0:
            return range(0)
        first = self._section_at(top)
        if self._tops[first] + self.heading <= top:
            first += 1
        return range(first, max(first, self._section_at(bottom) + 1))

    def heading_on_top(self, top: int) -> tuple[int, QRect] | None:
        """Return the section whose heading stays in sight, and where it is; None without sections.

        Args:
            top: How far the content is scrolled.
        """
        if not self.starts or not self.count:
            return None
        section = self._section_at(top)
        # The next one pushes it out.
        y = min(top, self._tops[section + 1] - self.heading)
        return section, QRect(0, max(y, self._tops[section]), self.width, self.heading)

    @property
    def _line_step(self) -> int:
        return self.cell_height + self.gap

    def _place_sections(self) -> None:
        if not self.count:
            self._place((0, 0), (0, 0), (self.margin, self.margin))
            return
        # Not before there are photos: it takes a seventh of the time to the first paint of an empty window.
        import numpy as np

        starts = np.asarray(self.starts if len(self.starts) else (0,), dtype=np.int64)
        rows = np.append(starts, self.count)
        lines = np.concatenate(([0], np.cumsum(-(-np.diff(rows) // self.columns))))
        heading = self.heading if len(self.starts) else 0
        # After its last line a section has the gap that each line has.
        tops = lines * self._line_step + np.arange(len(rows)) * heading + (0 if heading else self.margin)
        # Lists, for a search among numpy's own numbers takes ten times as long.
        self._place(rows.tolist(), lines.tolist(), tops.tolist())

    def _place(self, rows: Sequence[int], lines: Sequence[int], tops: Sequence[int]) -> None:
        for name, places in (("_rows", rows), ("_lines", lines), ("_tops", tops)):
            object.__setattr__(self, name, places)

    def _cells_top(self, section: int) -> int:
        return self._tops[section] + (self.heading if self.starts else 0)

    def _section_at(self, y: int) -> int:
        """Return the section at a height; the first above all, the last below all."""
        return max(0, min(bisect_right(self._tops, y) - 1, len(self._tops) - 2))

    def _row_of_line(self, y: int, *, following: bool = False) -> int:
        """Return the first row of the line at a height, or of the line after it."""
        section = self._section_at(y)
        line = (y - self._cells_top(section)) // self._line_step + following
        row = self._rows[section] + max(0, line) * self.columns
        return min(row, self._rows[section + 1])
