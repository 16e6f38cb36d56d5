"""Paints one photo of the grid: picture, name, selection, focus; measures nothing and asks nobody to wait."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QImage, QPainter, QPen, QTransform
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_app.library import Band
from desktop_app.ui import icons, theme
from desktop_app.ui.results_model import CellState, Role

PADDING: Final = 8
"""Between the edge of a cell and its picture: room for the selection ring."""

LEAST_CAPTION_CELL: Final = 140
"""Cells narrower than this show no name; the tool tip does."""

_RING = 2.5
_CAPTION_GAP = 6
# What is below the line steps back, and can still be looked at.
_FADED = 0.6


def caption_height(font: QFont, side: int) -> int:
    """Return the room a name takes below the picture of a cell of this width; 0 where none is shown."""
    if side < LEAST_CAPTION_CELL:
        return 0
    return QFontMetrics(caption_font(font)).height() + _CAPTION_GAP


def caption_font(font: QFont) -> QFont:
    """Return the small font of the names."""
    small = QFont(font)
    small.setPointSizeF(max(7.5, font.pointSizeF() * 0.9))
    return small


def picture_room(cell: QRect, caption: int) -> QRect:
    """Return where the picture of a cell may be painted."""
    return cell.adjusted(PADDING, PADDING, -PADDING, -PADDING - caption)


class ResultsDelegate(QStyledItemDelegate):
    """Paints what the model has in memory: the picture, a quiet placeholder, or a sign that there is none."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one cell. The painter is set to smooth edges and pictures."""
        cell = option.rect
        state = option.state
        caption = caption_height(option.font, cell.width())
        room = picture_room(cell, caption)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        self._paint_ground(painter, cell, state)
        band = index.data(Role.BAND)
        painter.setOpacity(_FADED if band == Band.REST else 1.0)
        picture = self._paint_picture(painter, room, index)
        painter.setOpacity(1.0)
        if chosen:
            _ring(painter, picture, theme.accent())
        if index.data(Role.BY_NAME):
            _paint_badge(painter, picture)
        if caption:
            self._paint_name(painter, option, room, index)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the size of the cell that is being painted; the view decides it."""
        return option.rect.size()

    def _paint_ground(self, painter: QPainter, cell: QRect, state: QStyle.StateFlag) -> None:
        colours = theme.colours()
        painter.setPen(Qt.PenStyle.NoPen)
        ground = QRectF(cell).adjusted(1, 1, -1, -1)
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(QColor(colours.wash))
            painter.drawRoundedRect(ground, theme.RADIUS, theme.RADIUS)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(colours.hover))
            painter.drawRoundedRect(ground, theme.RADIUS, theme.RADIUS)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(colours.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(ground, theme.RADIUS, theme.RADIUS)

    def _paint_picture(
        self, painter: QPainter, room: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> QRectF:
        """Paint the picture, or what stands for it, and return where."""
        image = index.data(Role.THUMBNAIL)
        if isinstance(image, QImage):
            return _paint_rounded(painter, image, room)
        broken = index.data(Role.STATE) == CellState.BROKEN
        place = QRectF(room)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.colours().hover))
        painter.drawRoundedRect(place, theme.RADIUS, theme.RADIUS)
        if broken:
            side = max(20, min(40, room.width() // 4))
            scale = painter.device().devicePixelRatioF()
            sign = icons.pixmap("image-off", side, "subtle", scale)
            painter.drawPixmap(room.center().x() - side // 2, room.center().y() - side // 2, sign)
        return place

    def _paint_name(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        room: QRect,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        font = caption_font(option.font)
        metrics = QFontMetrics(font)
        line = QRect(room.left(), room.bottom() + 1 + _CAPTION_GAP, room.width(), metrics.height())
        chosen = option.state & QStyle.StateFlag.State_Selected
        colours = theme.colours()
        painter.setFont(font)
        painter.setPen(QColor(colours.text if chosen else colours.subtle))
        # The middle is left out: names of cameras differ at their end.
        name = str(index.data() or "")
        if index.data(Role.BAND) == Band.MAYBE:
            # A word, for a colour alone would not be seen by everybody.
            name = f"Maybe · {name}"
        name = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, name)


def _paint_rounded(painter: QPainter, image: QImage, room: QRect) -> QRectF:
    """Paint a picture whole and centred, with round corners; pixel by pixel where its size fits the screen."""
    scale = painter.device().devicePixelRatioF()
    fitted = image.size().scaled(room.size() * scale, Qt.AspectRatioMode.KeepAspectRatio)
    if max(fitted.width() - image.width(), fitted.height() - image.height()) in {-1, 0, 1}:
        fitted = image.size()
    size = QSizeF(fitted) / scale
    # On whole pixels of the screen, or the picture is smeared over two.
    x = round((room.left() + (room.width() - size.width()) / 2) * scale) / scale
    y = round((room.top() + (room.height() - size.height()) / 2) * scale) / scale
    place = QRectF(x, y, size.width(), size.height())
    brush = QBrush(image)
    factor = size.width() / image.width(), size.height() / image.height()
    brush.setTransform(QTransform.fromTranslate(x, y).scale(*factor))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush)
    painter.drawRoundedRect(place, theme.RADIUS, theme.RADIUS)
    return place


def _ring(painter: QPainter, picture: QRectF, colour: QColor) -> None:
    painter.setPen(QPen(colour, _RING))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    out = _RING / 2 + 1
    painter.drawRoundedRect(picture.adjusted(-out, -out, out, out), theme.RADIUS + out, theme.RADIUS + out)


def _paint_badge(painter: QPainter, picture: QRectF) -> None:
    """Mark a photo that was found by its name, bottom left, on a ground of its own so that any photo will do."""
    side = 22
    place = QRectF(picture.left() + 6, picture.bottom() - side - 6, side, side)
    ground = QColor(theme.colours().raised)
    ground.setAlphaF(0.92)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(place, 6, 6)
    sign = icons.pixmap("text", 16, "accent", painter.device().devicePixelRatioF())
    painter.drawPixmap(place.topLeft() + QRectF(3, 3, 0, 0).topLeft(), sign)
