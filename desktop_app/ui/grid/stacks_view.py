"""The grid with stacks: photos that are alike are one cell, whose badge spreads and gathers them."""

from functools import partial
from typing import Final

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from desktop_app.library import Photo
from desktop_app.ui.grid.badges import stack_badge
from desktop_app.ui.grid.date_hint import DateHint
from desktop_app.ui.grid.delegate import picture_place
from desktop_app.ui.grid.inks import inks
from desktop_app.ui.grid.model import PhotosModel
from desktop_app.ui.grid.photo_menu import MenuLine
from desktop_app.ui.grid.sectioned_view import SectionedView, Spot
from desktop_app.ui.grid.sections import NO_SECTIONS, Sections, month_of
from desktop_app.ui.grid.stacking import StackedCell
from desktop_app.ui.look import theme, wording

_KEYS: Final = ("e", "E", "+")
# Around the badge, so that it need not be hit to the pixel.
_NEAR_PX: Final = 4


class StacksView(SectionedView):
    """Shows a `PhotosModel` in sections; spreads and gathers stacks."""

    def __init__(self, model: PhotosModel, parent: QWidget | None = None) -> None:
        """Take the model; it stays its maker's own."""
        super().__init__(parent)
        self._photos = model
        DateHint(self, self._date_in_sight)
        model.renewed.connect(self._show_renewed)

    def sections(self) -> Sections:
        """Return the days or months of the photos."""
        # Qt asks before there is a model.
        return NO_SECTIONS if self.model() is None else self._photos.sections()

    def turn_stack(self, row: int) -> None:
        """Show all photos that are like the one in this row, or one for all again; nothing happens without any."""
        photo_id = self._photos.id_at_row(row)
        if photo_id is not None:
            self._photos.turn_stack(photo_id)

    def spot_at(self, point: QPoint) -> Spot | None:
        """Return what can be pressed at a point of the viewport: a heading, or the badge of a stack."""
        spot = super().spot_at(point)
        index = self.indexAt(point)
        stack = self._photos.stack_at_row(index.row())
        if spot is not None or stack is None or not stack.is_front:
            return spot
        picture = picture_place(self.visualRect(index), index, self.font(), self.devicePixelRatioF())
        badge = stack_badge(picture, stack, self.font()).toAlignedRect()
        row = index.row()
        if not badge.adjusted(-_NEAR_PX, -_NEAR_PX, _NEAR_PX, _NEAR_PX).contains(point):
            return None
        return Spot(badge, f"{_offer(stack)} (E)", lambda _held: self.turn_stack(row))

    def paint_below(self, painter: QPainter, rows: range) -> None:
        """Tie the photos of a spread stack together by a ground of their own."""
        row = rows.start if self._photos.has_spread() else rows.stop
        while row < rows.stop:
            run = self._spread_run(row)
            for line in self._geometry.lines_of(range(max(run.start, rows.start), min(run.stop, rows.stop))):
                self._paint_tie(painter, line)
            row = max(row + 1, run.stop)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """E and + spread the stack of the current photo or gather it."""
        held = event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
        if not held and event.text() in _KEYS:
            self.turn_stack(self.currentIndex().row())
            event.accept()
        else:
            super().keyPressEvent(event)

    def lines_for(self, photo: Photo) -> list[MenuLine]:
        """Return what the menu of a photo offers here beside what every photo has."""
        lines: list[MenuLine] = []
        row = self._photos.row_of(photo.id)
        if row is None:
            return lines
        stack = self._photos.stack_at_row(row)
        if stack is not None:
            lines.append(MenuLine(_offer(stack), "stack", partial(self.turn_stack, row), "E"))
        if self.sections().starts:
            section = self._geometry.section_at_row(row)
            title = self.sections().title(section)
            lines.append(
                MenuLine(f"Select all of {title}", "calendar", partial(self.select_section, section))
            )
        return lines

    def _spread_run(self, row: int) -> range:
        """Return the rows of the spread stack this row belongs to; none where there is none."""
        stack = self._photos.stack_at_row(row)
        photo_id = self._photos.id_at_row(row)
        if stack is None or photo_id is None or not stack.is_spread:
            return range(row, row)
        front = self._photos.front_row_of(self._photos.front(photo_id))
        return range(row, row) if front is None else range(front, front + stack.count)

    def _paint_tie(self, painter: QPainter, line: range) -> None:
        model = self._photos
        ends = [self.visualRect(model.index(row)) for row in (line.start, line.stop - 1)]
        ground: QRect = ends[0].united(ends[1]).adjusted(-2, -2, 2, 2)
        painter.setBrush(inks().tie)
        painter.setPen(inks().tie_edge)
        painter.drawRoundedRect(ground, theme.RADIUS + 2, theme.RADIUS + 2)

    def _date_in_sight(self) -> str:
        """Return what the photos at the top are of: their section, or their month; nothing in another order."""
        row, sections = self.rows_in_sight().start, self.sections()
        if sections.starts:
            return sections.title(self._geometry.section_at_row(row))
        seconds = self._photos.date_at_row(row)
        return "" if seconds is None else month_of(seconds)

    def _show_renewed(self) -> None:
        self.updateGeometries()
        self.viewport().update()


def _offer(stack: StackedCell) -> str:
    return "Show as one" if stack.is_spread else f"Show all {wording.number(stack.count)}"
