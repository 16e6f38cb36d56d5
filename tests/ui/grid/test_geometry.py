"""The grid's arithmetic against a layout that puts down one cell after the other."""

import itertools
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect

from desktop_app.ui.grid.geometry import GridGeometry


@dataclass
class Layout:
    """Where every cell and heading lies, found by putting them down in order."""

    cells: list[QRect]
    headings: list[QRect]
    lines: list[list[int]]
    height: int


def laid_out(grid: GridGeometry) -> Layout:
    cells: list[QRect] = []
    headings: list[QRect] = []
    lines: list[list[int]] = []
    y = 0 if grid.starts else grid.margin
    starts = [*(grid.starts or [0]), grid.count]
    for start, stop in itertools.pairwise(starts):
        if grid.starts:
            headings.append(QRect(0, y, grid.width, grid.heading))
            y += grid.heading
        for first in range(start, stop, grid.columns):
            line = list(range(first, min(first + grid.columns, stop)))
            lines.append(line)
            for column in range(len(line)):
                x = grid.left + column * (grid.cell_width + grid.gap)
                cells.append(QRect(x, y, grid.cell_width, grid.cell_height))
            y += grid.cell_height + grid.gap
    return Layout(cells, headings, lines, y - grid.gap + grid.margin)


@st.composite
def grids(draw: st.DrawFn) -> GridGeometry:
    count = draw(st.integers(1, 60))
    later = draw(st.sets(st.integers(1, count - 1), max_size=12)) if count > 1 else set()
    starts = draw(st.sampled_from([(), (0, *sorted(later))]))
    return GridGeometry(
        count=count,
        width=draw(st.integers(60, 700)),
        side=draw(st.integers(60, 130)),
        ratio=draw(st.sampled_from([0.5, 0.84, 1.0])),
        caption=draw(st.sampled_from([0, 20])),
        starts=starts,
        heading=draw(st.sampled_from([20, 44, 200])),
    )


@given(grids())
def test_every_cell_and_heading_is_where_it_is_put_by_hand(grid: GridGeometry) -> None:
    layout = laid_out(grid)
    assert [grid.rect(row) for row in range(grid.count)] == layout.cells
    assert [grid.heading_rect(section) for section in range(grid.sections)] == layout.headings
    assert grid.height == layout.height
    assert grid.lines == len(layout.lines)


@given(grids(), st.integers(-50, 750), st.integers(-50, 3000))
def test_a_point_hits_the_cell_that_holds_it_and_no_other(grid: GridGeometry, x: int, y: int) -> None:
    point = QPoint(x, y)
    hit = [row for row, cell in enumerate(laid_out(grid).cells) if cell.contains(point)]
    assert grid.row_at(point) == (hit[0] if hit else None)


@given(grids())
def test_the_corners_of_every_cell_hit_it(grid: GridGeometry) -> None:
    for row in range(grid.count):
        cell = grid.rect(row)
        assert grid.row_at(cell.topLeft()) == grid.row_at(cell.bottomRight()) == row


@given(grids(), st.integers(-100, 3000), st.integers(0, 900))
def test_the_lines_within_heights_are_those_that_touch_them(grid: GridGeometry, top: int, high: int) -> None:
    bottom = top + high
    layout = laid_out(grid)
    touching = [
        row
        for line in layout.lines
        for row in line
        if layout.cells[row].top() <= bottom and layout.cells[row].bottom() >= top
    ]
    assert list(grid.rows_between(top, bottom)) == touching


@given(grids(), st.integers(-50, 750), st.integers(-50, 2500), st.integers(1, 600), st.integers(1, 900))
def test_an_area_touches_the_cells_that_meet_it(
    grid: GridGeometry, x: int, y: int, wide: int, high: int
) -> None:
    area = QRect(x, y, wide, high)
    runs = grid.rows_touching(area)
    assert all(run for run in runs)
    touching = [row for row, cell in enumerate(laid_out(grid).cells) if cell.intersects(area)]
    assert [row for run in runs for row in run] == touching


@given(grids(), st.data())
def test_rows_are_cut_where_lines_end(grid: GridGeometry, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, grid.count - 1))
    stop = data.draw(st.integers(first, grid.count))
    wanted = [[row for row in line if first <= row < stop] for line in laid_out(grid).lines]
    assert [list(run) for run in grid.lines_of(range(first, stop))] == [line for line in wanted if line]


@given(grids())
def test_line_and_column_lead_to_the_row_and_back(grid: GridGeometry) -> None:
    lines = laid_out(grid).lines
    for number, line in enumerate(lines):
        for column, row in enumerate(line):
            assert grid.place_of(row) == (number, column)
            assert grid.row_in(number, column) == row
        assert grid.row_in(number, grid.columns + 3) == line[-1]
    assert grid.row_in(-2, 0) == 0
    assert grid.row_in(len(lines) + 2, grid.columns) == grid.count - 1


@given(grids(), st.integers(-50, 3000), st.integers(0, 900))
def test_the_headings_within_heights_are_those_that_touch_them(
    grid: GridGeometry, top: int, high: int
) -> None:
    touching = [
        section
        for section, heading in enumerate(laid_out(grid).headings)
        if heading.top() <= top + high and heading.bottom() >= top
    ]
    assert list(grid.headings_between(top, top + high)) == touching


@given(grids(), st.integers(0, 3000))
def test_one_heading_stays_on_top_until_the_next_pushes_it_out(grid: GridGeometry, top: int) -> None:
    headings = laid_out(grid).headings
    found = grid.heading_on_top(top)
    if not headings:
        assert found is None
        return
    assert found is not None
    section, place = found
    assert section == max(number for number, one in enumerate(headings) if one.top() <= top or number == 0)
    later = headings[section + 1 :]
    assert all(not place.intersects(one) for one in later)
    pushed = bool(later) and later[0].top() < top + grid.heading
    assert place.top() <= top
    ends = top > grid.height - grid.margin + grid.gap - grid.heading
    assert pushed or ends or place.top() == top


@given(grids())
def test_every_row_belongs_to_the_section_that_holds_it(grid: GridGeometry) -> None:
    for section in range(grid.sections):
        rows = grid.rows_of_section(section)
        assert rows
        assert {grid.section_at_row(row) for row in rows} == {section}


@pytest.mark.parametrize("starts", [(), (0,)])
def test_an_empty_grid_has_neither_cells_nor_headings(starts: tuple[int, ...]) -> None:
    grid = GridGeometry(count=0, width=800, side=184, starts=starts, heading=40)
    assert grid.height == 0
    assert grid.row_at(QPoint(50, 50)) is None
    assert list(grid.rows_between(0, 500)) == []
    assert list(grid.headings_between(0, 500)) == []
    assert grid.heading_on_top(0) is None
    assert grid.rows_touching(QRect(0, 0, 500, 500)) == []


def test_what_is_kept_of_many_cells_grows_with_the_sections_only() -> None:
    grid = GridGeometry(count=1_000_000, width=1000, side=100, starts=(0, 10, 400_000), heading=40)
    assert [len(places) for places in (grid._rows, grid._lines, grid._tops)] == [4, 4, 4]
    assert grid.row_at(grid.rect(999_999).center()) == 999_999
