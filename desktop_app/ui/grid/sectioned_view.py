"""The grid with sections: cells below headings, of which the present one stays in sight while cells are scrolled."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QToolTip, QWidget

from desktop_app.ui.grid.grid_view import GridView
from desktop_app.ui.grid.inks import NO_PEN, inks
from desktop_app.ui.grid.letters import letters_of, title_letters
from desktop_app.ui.grid.sections import NO_SECTIONS, Sections
from desktop_app.ui.look import icons, theme, wording

_SIGN_PX: Final = 16
_MIDDLE: Final = (Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter).value


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the grid that can be pressed and is no cell.

    Attributes:
        rect: Where, in the viewport's coordinates.
        tip: What a press does.
        press: Does it; takes the keys that are held.
    """

    rect: QRect
    tip: str
    press: Callable[[Qt.KeyboardModifier], None]


class SectionedView(GridView):
    """Paints headings and lets them be pressed, which selects what stands below them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spot_below = QRect()
        self._is_spot_pressed = False

    def sections(self) -> Sections:
        """Return the sections of the rows; none, unless a subclass knows of some."""
        return NO_SECTIONS

    def section_starts(self) -> Sequence[int]:
        """Return the first row of each section."""
        return self.sections().starts

    def heading_px(self) -> int:
        """Return the height of a heading in the view's font."""
        return title_letters(self.font()).height_px + 2 * theme.SPACE.medium

    def spot_at(self, point: QPoint) -> Spot | None:
        """Return what can be pressed at a point of the viewport."""
        for section, heading in self._headings_in_sight():
            label = self._label(section, heading)
            if label.contains(point):
                tip = f"Select all of {self.sections().title(section)}"
                return Spot(label, tip, partial(self.select_section, section))
            if heading.contains(point):
                return None
        return None

    def select_section(
        self, section: int, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Select what stands below a heading; with Ctrl or Shift beside what is selected, with Ctrl off again too."""
        rows = self._geometry.rows_of_section(section)
        flag = QItemSelectionModel.SelectionFlag
        command = flag.ClearAndSelect
        if held & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier):
            off = held & Qt.KeyboardModifier.ControlModifier and self._is_selected(rows)
            command = flag.Deselect if off else flag.Select
        first, last = self.model().index(rows.start, 0), self.model().index(rows.stop - 1, 0)
        self.selectionModel().select(QItemSelection(first, last), command)
        if self.currentIndex().row() not in rows:
            # Where the keys go on from; scrolled to only by them.
            self.setAutoScroll(False)
            self.selectionModel().setCurrentIndex(first, flag.NoUpdate)
            self.setAutoScroll(True)

    def paint_above(self, painter: QPainter, area: QRect) -> None:
        """Paint the headings that this area touches."""
        for section, heading in reversed(list(self._headings_in_sight())):
            if heading.intersects(area):
                self._paint_heading(painter, section, heading)

    def covered(self) -> QRect:
        """Return the heading that stays in sight above cells, on a ground of its own."""
        on_top = self._geometry.heading_on_top(self.verticalOffset())
        if on_top is None:
            return QRect()
        section, heading = on_top
        stays = heading != self._geometry.heading_rect(section)
        return heading.translated(0, -self.verticalOffset()) if stays else QRect()

    # What Qt asks of every view follows.

    def indexAt(self, point: QPoint) -> QModelIndex:
        """Return what lies at this point of the viewport; nothing below the heading that stays in sight."""
        heading = self._geometry.heading_on_top(self.verticalOffset())
        if heading is not None and heading[1].translated(0, -self.verticalOffset()).contains(point):
            return QModelIndex()
        return super().indexAt(point)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Leave the heading on top where it is."""
        super().scrollContentsBy(dx, dy)
        if self._geometry.sections:
            self.viewport().update(0, 0, self.viewport().width(), self._geometry.heading + max(0, dy))

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Say at the headings too what is selected."""
        super().selectionChanged(selected, deselected)
        for _section, heading in self._headings_in_sight():
            self.viewport().update(heading)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Press what is at the pointer; the rest is as in every grid."""
        if not self._press_spot(event):
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Press once more."""
        if not self._press_spot(event):
            super().mouseDoubleClickEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what can be pressed; a press there is no beginning of a band."""
        if not self._is_spot_pressed:
            super().mouseMoveEvent(event)
        self._show_spot(self.spot_at(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the press."""
        if self._is_spot_pressed:
            self._is_spot_pressed = False
            event.accept()
        else:
            super().mouseReleaseEvent(event)

    def leaveEvent(self, event: object) -> None:
        """Mark nothing any more."""
        super().leaveEvent(event)
        self._show_spot(None)

    def viewportEvent(self, event: QEvent) -> bool:
        """Say what a press would do."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            spot = self.spot_at(event.pos())
            if spot is not None:
                QToolTip.showText(event.globalPos(), spot.tip, self.viewport(), spot.rect)
                return True
        return super().viewportEvent(event)

    def is_pointed_at(self, rect: QRect) -> bool:
        """Return whether this is the spot at the pointer."""
        return self._spot_below == rect

    def _press_spot(self, event: QMouseEvent) -> bool:
        spot = self.spot_at(event.position().toPoint())
        if spot is None or event.button() != Qt.MouseButton.LeftButton:
            return False
        self._is_spot_pressed = True
        spot.press(event.modifiers())
        event.accept()
        return True

    def _show_spot(self, spot: Spot | None) -> None:
        rect = QRect() if spot is None else spot.rect
        if rect == self._spot_below:
            return
        for changed in (self._spot_below, rect):
            self.viewport().update(changed)
        self._spot_below = rect
        if spot is None:
            self.viewport().unsetCursor()
        else:
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)

    def _headings_in_sight(self) -> Sequence[tuple[int, QRect]]:
        """Return sections with the places of their headings in the viewport, the one on top first."""
        top, height = self.verticalOffset(), self.viewport().height()
        on_top = self._geometry.heading_on_top(top)
        if on_top is None:
            return ()
        below = [
            (section, self._geometry.heading_rect(section))
            for section in self._geometry.headings_between(top, top + height)
            if section != on_top[0]
        ]
        return [(section, rect.translated(0, -top)) for section, rect in (on_top, *below)]

    def _label(self, section: int, heading: QRect) -> QRect:
        """Return the part of a heading that can be pressed: its words."""
        font = self.font()
        width = title_letters(font).px(self.sections().title(section))
        width += letters_of(font).px(self._count(section))
        width += _SIGN_PX + 4 * theme.SPACE.small
        height = heading.height() - theme.SPACE.small
        left = max(0, self._geometry.left - theme.SPACE.tiny)
        room = heading.width() - left - theme.SPACE.small
        return QRect(left, heading.bottom() - height - 3, min(width, room), height)

    def _count(self, section: int) -> str:
        return wording.counted(self.sections().photos[section], "photo")

    def _is_selected(self, rows: range) -> bool:
        found = sum(
            max(0, min(run.bottom() + 1, rows.stop) - max(run.top(), rows.start))
            for run in self.selectionModel().selection().toList()
        )
        return found == len(rows)

    def _paint_heading(self, painter: QPainter, section: int, heading: QRect) -> None:
        natural = self._geometry.heading_rect(section).translated(0, -self.verticalOffset())
        if heading != natural:
            # One row more: where a pixel of the screen is no whole one of ours, the first is half filled.
            painter.fillRect(heading.adjusted(0, -1, 0, 0), self.palette().base().color())
            painter.setPen(inks().border)
            painter.drawLine(heading.bottomLeft(), heading.bottomRight())
        label = self._label(section, heading)
        chosen = self._is_selected(self._geometry.rows_of_section(section))
        pointed = self.is_pointed_at(label)
        if pointed:
            painter.setPen(NO_PEN)
            painter.setBrush(inks().hover)
            painter.drawRoundedRect(label, theme.RADIUS, theme.RADIUS)
        self._paint_words(painter, section, label.adjusted(theme.SPACE.small, 0, -theme.SPACE.small, 0))
        if chosen or pointed:
            sign = icons.pixmap(
                "check", _SIGN_PX, "accent" if chosen else "subtle", painter.device().devicePixelRatioF()
            )
            painter.drawPixmap(
                label.right() - _SIGN_PX - theme.SPACE.tiny, label.center().y() - _SIGN_PX // 2, sign
            )

    def _paint_words(self, painter: QPainter, section: int, room: QRect) -> None:
        letters = title_letters(self.font())
        title = letters.without_end(self.sections().title(section), room.width() - _SIGN_PX)
        painter.setFont(letters.font)
        painter.setPen(inks().text)
        painter.drawText(room, _MIDDLE, title)
        painter.setFont(self.font())
        painter.setPen(inks().subtle)
        after = room.adjusted(letters.px(title) + theme.SPACE.small, 0, 0, 0)
        painter.drawText(after, _MIDDLE, self._count(section))
