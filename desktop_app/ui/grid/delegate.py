"""Paints one photo of the grid: picture, name, badges, selection, focus; says where in its cell each of them lies."""

import math
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QImage, QPainter, QPen, QTransform
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_app.library import Band
from desktop_app.ui.grid import badges
from desktop_app.ui.grid.roles import CellState, Role
from desktop_app.ui.grid.stacking import StackedCell
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.video_words import VideoCell

Index = QModelIndex | QPersistentModelIndex

PADDING: Final = 8
"""Between the edge of a cell and its picture: room for the selection ring."""

LEAST_CAPTION_CELL: Final = 140
"""Cells narrower than this show no name; the tool tip does."""

_RING = 2.5
_CAPTION_GAP = 6
# What is below the line steps back, and can still be looked at.
_FADED = 0.6
# What cannot be opened just now, for its drive is elsewhere.
_AWAY = 0.7


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


def picture_place(cell: QRect, index: Index, font: QFont, scale: float) -> QRectF:
    """Return where the picture of a cell is painted, or what stands for it, on a screen of that scale."""
    room = picture_room(cell, caption_height(font, cell.width()))
    image = index.data(Role.THUMBNAIL)
    return _placed(image.size(), room, scale) if isinstance(image, QImage) else QRectF(room)


class PhotosDelegate(QStyledItemDelegate):
    """Paints what the model has in memory: the picture, a quiet placeholder, or a sign that there is none."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> None:
        """Paint one cell. The painter is set to smooth edges and pictures."""
        cell = option.rect
        state = option.state
        caption = caption_height(option.font, cell.width())
        room = picture_room(cell, caption)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        self._paint_ground(painter, cell, state)
        stack = index.data(Role.STACK)
        place = picture_place(cell, index, option.font, painter.device().devicePixelRatioF())
        painter.setOpacity(_opacity(index))
        if isinstance(stack, StackedCell) and not stack.is_spread:
            badges.paint_cards(painter, place)
        self._paint_picture(painter, place, index)
        painter.setOpacity(1.0)
        if chosen:
            _ring(painter, place, theme.accent())
        self._paint_badges(painter, place, option, index)
        if caption:
            self._paint_name(painter, option, room, index)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
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

    def _paint_picture(self, painter: QPainter, place: QRectF, index: Index) -> None:
        """Paint the picture, or what stands for it."""
        image = index.data(Role.THUMBNAIL)
        painter.setPen(Qt.PenStyle.NoPen)
        if isinstance(image, QImage):
            brush = QBrush(image)
            factor = place.width() / image.width(), place.height() / image.height()
            brush.setTransform(QTransform.fromTranslate(place.x(), place.y()).scale(*factor))
            painter.setBrush(brush)
            painter.drawRoundedRect(place, theme.RADIUS, theme.RADIUS)
            return
        painter.setBrush(QColor(theme.colours().hover))
        painter.drawRoundedRect(place, theme.RADIUS, theme.RADIUS)
        if index.data(Role.STATE) == CellState.BROKEN:
            side = max(20, min(40, round(place.width()) // 4))
            sign = icons.pixmap("image-off", side, "subtle", painter.device().devicePixelRatioF())
            painter.drawPixmap(place.center() - QPointF(side // 2, side // 2), sign)

    def _paint_badges(
        self, painter: QPainter, place: QRectF, option: QStyleOptionViewItem, index: Index
    ) -> None:
        if index.data(Role.BY_NAME):
            badges.paint_name_badge(painter, place)
        is_offline = bool(index.data(Role.OFFLINE))
        if is_offline:
            badges.paint_offline_badge(painter, place)
        if index.data(Role.BAND) == Band.MAYBE:
            badges.paint_maybe_badge(painter, place, option.font, is_offline=is_offline)
        stack = index.data(Role.STACK)
        if isinstance(stack, StackedCell) and stack.is_front:
            badges.paint_stack_badge(painter, place, stack, option.font)
        video = index.data(Role.VIDEO)
        if isinstance(video, VideoCell):
            beside_px = badges.left_badge_px(
                place, is_by_name=bool(index.data(Role.BY_NAME)), is_offline=is_offline
            )
            badges.paint_video_badge(painter, place, video, option.font, beside_px=beside_px)

    def _paint_name(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        room: QRect,
        index: Index,
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
        name = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, name)


def _opacity(index: Index) -> float:
    faded = _FADED if index.data(Role.BAND) == Band.REST else 1.0
    return faded * _AWAY if index.data(Role.OFFLINE) else faded


def _placed(picture: QSize, room: QRect, scale: float) -> QRectF:
    """Return where a picture of that size lies whole and centred; pixel by pixel where its size fits the screen."""
    fitted = picture.scaled(room.size() * scale, Qt.AspectRatioMode.KeepAspectRatio)
    if max(fitted.width() - picture.width(), fitted.height() - picture.height()) in {-1, 0, 1}:
        fitted = picture
    size = QSizeF(fitted) / scale
    # On whole pixels of the screen, or the picture is smeared over two; halves always to one side, for `round` takes them to
    # the even one, and a picture would lie elsewhere in its cell after a step of scrolling.
    x = math.floor((room.left() + (room.width() - size.width()) / 2) * scale + 0.5) / scale
    y = math.floor((room.top() + (room.height() - size.height()) / 2) * scale + 0.5) / scale
    return QRectF(x, y, size.width(), size.height())


def _ring(painter: QPainter, picture: QRectF, colour: QColor) -> None:
    painter.setPen(QPen(colour, _RING))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    out = _RING / 2 + 1
    painter.drawRoundedRect(picture.adjusted(-out, -out, out, out), theme.RADIUS + out, theme.RADIUS + out)
