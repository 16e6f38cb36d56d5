"""A list view of equal cells in rows, without QListView's layout pass over every row of the model.

QListView lays 100,000 rows out anew on every resize and zoom: 115 ms in one pass, and in batches the scroll bar
jumps to the top meanwhile. With equal cells all of that is arithmetic, so this view computes what it needs.
It stays a QListView because Qt gives screen readers the rows of its own views only. Where QListView's version of a
method speaks of its layout, which is empty here, that of QAbstractItemView is called in its place.
"""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyle, QWidget

from desktop_app.ui.grid.cell import CellOption
from desktop_app.ui.grid.geometry import GridGeometry

Index = QModelIndex | QPersistentModelIndex
_Move = QAbstractItemView.CursorAction
_ACROSS = {_Move.MoveLeft: -1, _Move.MovePrevious: -1, _Move.MoveRight: 1, _Move.MoveNext: 1}
_Hint = QAbstractItemView.ScrollHint
_MOST_PX: Final = 2**31 - 2**16
_SMOOTH: Final = QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform


class GridView(QListView):
    """Shows the first column of a model as equal cells that fill the width; scrolls by pixels.

    Signals:
        cells_moved(): Other cells may be in sight now: scrolled, resized, zoomed, or rows came or went.
    """

    cells_moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._geometry = GridGeometry(count=0, width=1, side=160)
        self._cell = (160, 1.0, 0)
        # A row, and the column somebody came from who went up or down to it, through shorter lines perhaps.
        self._kept_column = (-1, 0)
        self._hovered = QPersistentModelIndex()
        self._band = QRect()
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        # Whatever is painted is painted whole, so that Qt moves what is there when it scrolls. A style sheet of the program
        # takes that away from a view which leaves its ground to the style.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_cell(self, side: int, ratio: float, caption: int) -> None:
        """Set the least width of a cell, its picture's height for a width of 1, and its caption's height.

        The row that is in the middle of what is in sight stays there.
        """
        if self._cell == (side, ratio, caption):
            return
        middle = self._middle_row()
        self._cell = (side, ratio, caption)
        self.updateGeometries()
        if middle is not None and self.verticalScrollBar().value() > 0:
            self.scrollTo(self._index(middle), _Hint.PositionAtCenter)
        self.viewport().update()

    def cell_width(self) -> int:
        """Return the width of each cell as it is now, in device-independent pixels."""
        return self._geometry.cell_width

    def rows_in_sight(self) -> range:
        """Return the rows of the model that are in sight now, wholly or in part."""
        top = self.verticalOffset()
        return self._geometry.rows_between(top, top + self.viewport().height() - 1)

    def section_starts(self) -> Sequence[int]:
        """Return the first row of each section; none, unless a subclass knows of some."""
        return ()

    def heading_px(self) -> int:
        """Return the height of the room for a section's heading."""
        return 0

    def paint_below(self, painter: QPainter, rows: range) -> None:
        """Paint what lies below the cells of these rows; nothing, unless a subclass does."""

    def paint_above(self, painter: QPainter, area: QRect) -> None:
        """Paint what lies above the cells within this area; nothing, unless a subclass does."""

    def covered(self) -> QRect:
        """Return where `paint_above` paints over all that is below, in the viewport's coordinates; nothing by default."""
        return QRect()

    # What QAbstractItemView asks of every view follows.

    def doItemsLayout(self) -> None:
        """Compute the grid anew; called once after any number of changes."""
        QAbstractItemView.doItemsLayout(self)

    def visualRect(self, index: Index) -> QRect:
        """Return the cell in the viewport's coordinates; empty for no index."""
        if not index.isValid():
            return QRect()
        return self._geometry.rect(index.row()).translated(0, -self.verticalOffset())

    def indexAt(self, point: QPoint) -> QModelIndex:
        """Return what lies at this point of the viewport."""
        row = self._geometry.row_at(point + QPoint(0, self.verticalOffset()))
        return QModelIndex() if row is None else self._index(row)

    def scrollTo(self, index: Index, hint: _Hint = _Hint.EnsureVisible) -> None:
        """Scroll as little as the hint needs."""
        if not index.isValid():
            return
        bar, cell, height = (
            self.verticalScrollBar(),
            self._geometry.rect(index.row()),
            self.viewport().height(),
        )
        # A heading stays above what is scrolled below it.
        heading = self._geometry.heading if self._geometry.sections else self._geometry.gap
        above, below = cell.top() - heading, cell.bottom() + self._geometry.gap - height
        if hint == _Hint.PositionAtTop:
            bar.setValue(above)
        elif hint == _Hint.PositionAtBottom:
            bar.setValue(below)
        elif hint == _Hint.PositionAtCenter:
            bar.setValue(cell.center().y() - height // 2)
        elif above < bar.value() or cell.height() > height:
            bar.setValue(above)
        elif below > bar.value():
            bar.setValue(below)

    def moveCursor(self, action: _Move, _modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Return where a key leads; the column is kept from line to line, and the ends hold."""
        count = self._geometry.count
        if count == 0:
            return QModelIndex()
        row = self.currentIndex().row()
        if row < 0:
            return self._index(0)
        ends = {_Move.MoveHome: 0, _Move.MoveEnd: count - 1}
        if action in ends:
            return self._index(ends[action])
        if action in _ACROSS:
            return self._index(max(0, min(row + _ACROSS[action], count - 1)))
        return self._index(self._lines_away(row, action))

    def horizontalOffset(self) -> int:
        """Return 0: a row is never wider than the view."""
        return 0

    def verticalOffset(self) -> int:
        """Return how far the content is scrolled, in pixels."""
        return self.verticalScrollBar().value()

    def isIndexHidden(self, _index: Index) -> bool:
        """Return False: every row has its cell."""
        return False

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select from one cell to another, as Shift does; while a band is drawn, the cells it touches."""
        if self.state() == QAbstractItemView.State.DragSelectingState:
            self._draw_band(rect)
            runs = self._geometry.rows_touching(self._band)
        else:
            # Qt gives the two cells' points as the corners, not always top left first; a heading may lie over them.
            down = QPoint(0, self.verticalOffset())
            found = [self._geometry.row_at(corner + down) for corner in (rect.topLeft(), rect.bottomRight())]
            ends = sorted(row for row in found if row is not None)
            runs = [range(ends[0], ends[-1] + 1)] if ends else []
        chosen = QItemSelection()
        for run in runs:
            chosen.select(self._index(run.start), self._index(run.stop - 1))
        self.selectionModel().select(chosen, command)

    def selectAll(self) -> None:
        """Select all rows as one run; QListView asks for each row whether it is hidden, and for their number each time."""
        count = self.model().rowCount() if self.model() is not None else 0
        if count:
            everything = QItemSelection(self._index(0), self._index(count - 1))
            self.selectionModel().select(everything, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """Return the cells in sight that are selected."""
        region, seen = QRegion(), self.rows_in_sight()
        for chosen in selection.toList():
            for row in range(max(seen.start, chosen.top()), min(seen.stop, chosen.bottom() + 1)):
                region += self.visualRect(self._index(row))
        return region

    def updateGeometries(self) -> None:
        """Compute the grid anew and tell the scroll bar."""
        bar = self.verticalScrollBar()
        side, _, _ = self._cell
        self._geometry = self._laid_out(side)
        # Ten million of the largest cells in one column are higher than a coordinate of Qt's can say.
        while self._geometry.height > _MOST_PX and side > 1:
            side //= 2
            self._geometry = self._laid_out(side)
        height = self.viewport().height()
        bar.setPageStep(height)
        bar.setSingleStep(max(24, self._geometry.cell_height // 4))
        bar.setRange(0, max(0, self._geometry.height - height))
        self.cells_moved.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the new width; what was first in sight stays in sight."""
        first = self.rows_in_sight()[:1]
        super().resizeEvent(event)
        self.updateGeometries()
        if first and self.verticalScrollBar().value() > 0 and event.oldSize().width() != event.size().width():
            self.scrollTo(self._index(first.start), _Hint.PositionAtTop)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move what is painted already; only what comes into sight is painted."""
        self.viewport().scroll(dx, dy)
        self.cells_moved.emit()

    def reset(self) -> None:
        """Begin at the top."""
        super().reset()
        self._hovered = QPersistentModelIndex()
        self.updateGeometries()
        self.verticalScrollBar().setValue(0)
        self.viewport().update()

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Scroll to what the keys lead to, and tell a screen reader."""
        QAbstractItemView.currentChanged(self, current, previous)
        if QAccessible.isActive() and current.isValid() and self.hasFocus():
            event = QAccessibleEvent(self, QAccessible.Event.Focus)
            event.setChild(current.row())
            QAccessible.updateAccessibility(event)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Repaint what was and what is selected."""
        QAbstractItemView.selectionChanged(self, selected, deselected)

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Repaint these cells and no others."""
        QAbstractItemView.dataChanged(self, first, last, list(roles))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cells that have to be painted, then the band while one is drawn."""
        painter = QPainter(self.viewport())
        top = self.verticalOffset()
        area = event.rect()
        rows = self._geometry.rows_between(area.top() + top, area.bottom() + top)
        painter.fillRect(area, self.palette().base().color())
        painter.setRenderHints(_SMOOTH)
        self.paint_below(painter, rows)
        self._paint_cells(painter, rows, event.region() - self.covered())
        self.paint_above(painter, area)
        self._paint_band(painter)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the cell below the pointer."""
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take the band away."""
        super().mouseReleaseEvent(event)
        self._band = QRect()
        self.viewport().update()

    def leaveEvent(self, event: object) -> None:
        """Mark no cell any more."""
        super().leaveEvent(event)  # type: ignore[arg-type]  # a QEvent
        self._hover(QModelIndex())

    def _laid_out(self, side: int) -> GridGeometry:
        model = self.model()
        _, ratio, caption = self._cell
        return GridGeometry(
            count=model.rowCount() if model is not None else 0,
            # The bar's width is kept free even when it is hidden, or its coming would push cells to the next line.
            width=self.width() - self.verticalScrollBar().sizeHint().width(),
            side=side,
            ratio=ratio,
            caption=caption,
            starts=self.section_starts(),
            heading=self.heading_px(),
        )

    def _index(self, row: int) -> QModelIndex:
        return self.model().index(row, 0)

    def _middle_row(self) -> int | None:
        seen = self.rows_in_sight()
        current = self.currentIndex().row()
        if current in seen:
            return current
        return seen[len(seen) // 2] if seen else None

    def _lines_away(self, row: int, action: _Move) -> int:
        geometry = self._geometry
        room = self.viewport().height() - geometry.heading
        page = max(1, room // (geometry.cell_height + geometry.gap))
        step = {
            _Move.MoveUp: -1, _Move.MoveDown: 1, _Move.MovePageUp: -page, _Move.MovePageDown: page,
        }.get(action, 0)  # fmt: skip
        line, column = geometry.place_of(row)
        if self._kept_column[0] == row:
            column = self._kept_column[1]
        wanted = line + step
        if action in {_Move.MoveUp, _Move.MoveDown} and not 0 <= wanted < geometry.lines:
            return row
        target = geometry.row_in(wanted, column) if wanted < geometry.lines else geometry.count - 1
        self._kept_column = target, column
        return target

    def _paint_cells(self, painter: QPainter, rows: range, region: QRegion) -> None:
        """Paint what of these rows lies in a region of the viewport."""
        option = CellOption()
        self.initViewItemOption(option)
        plain = option.state & ~(QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_MouseOver)
        chosen = self.selectionModel()
        has_chosen = chosen.hasSelection()
        focus = self.currentIndex().row() if self.hasFocus() else -1
        hovered = self._hovered.row()
        top, paint, index_of = self.verticalOffset(), self.itemDelegate().paint, self.model().index
        for line, place in self._geometry.places_of(rows):
            # Between a heading on top and the line that came into sight below lies the whole grid, painted already.
            if not region.intersects(place.translated(0, -top)):
                continue
            for row in line:
                rect = self._geometry.rect(row).translated(0, -top)
                part = region.intersected(rect).boundingRect()
                if part.isEmpty():
                    continue
                index, state = index_of(row, 0), plain
                if has_chosen and chosen.isSelected(index):
                    state |= QStyle.StateFlag.State_Selected
                if row == focus:
                    state |= QStyle.StateFlag.State_HasFocus
                if row == hovered:
                    state |= QStyle.StateFlag.State_MouseOver
                option.rect, option.part, option.state = rect, part, state
                paint(painter, option, index)

    def _hover(self, index: QModelIndex) -> None:
        if self._hovered == index:
            return
        before = self._hovered
        self._hovered = QPersistentModelIndex(index)
        for changed in (before, index):
            if changed.isValid():
                self.viewport().update(self.visualRect(changed))

    def _draw_band(self, rect: QRect) -> None:
        self._band = rect.normalized().translated(0, self.verticalOffset())
        self.viewport().update()

    def _paint_band(self, painter: QPainter) -> None:
        if self._band.isNull():
            return
        colour = self.palette().highlight().color()
        painter.setPen(QPen(colour, 1))
        painter.setBrush(QColor(colour.red(), colour.green(), colour.blue(), 40))
        painter.drawRoundedRect(self._band.translated(0, -self.verticalOffset()), 3, 3)
