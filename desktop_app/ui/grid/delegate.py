"""Paints one photo of the grid: picture, name, badges, selection, focus; says where in its cell each of them lies."""

import math
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QFont, QImage, QPainter, QTransform
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_app.library import Band
from desktop_app.ui.grid import badges
from desktop_app.ui.grid.cell import NOTHING_KNOWN, Cell, CellOption
from desktop_app.ui.grid.inks import NO_BRUSH, NO_PEN, RING_PX, inks
from desktop_app.ui.grid.letters import Letters, name_letters
from desktop_app.ui.grid.roles import CellState, Role
from desktop_app.ui.look import icons, theme

Index = QModelIndex | QPersistentModelIndex

PADDING: Final = 8
"""Between the edge of a cell and its picture: room for the selection ring."""

LEAST_CAPTION_CELL: Final = 140
"""Cells narrower than this show no name; the tool tip does."""

_CAPTION_GAP = 6
# What is below the line steps back, and can still be looked at.
_FADED = 0.6
# What cannot be opened just now.
_AWAY = 0.7
# Looked up once: in PySide6, to name a flag takes as long as to paint with it, and to join two of them longer.
_CENTRE: Final = (Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter).value
_CHOSEN: Final = QStyle.StateFlag.State_Selected
_POINTED_AT: Final = QStyle.StateFlag.State_MouseOver
_FOCUS: Final = QStyle.StateFlag.State_HasFocus


def caption_height(font: QFont, side: int) -> int:
    """Return the room a name takes below the picture of a cell of this width; 0 where none is shown."""
    return 0 if side < LEAST_CAPTION_CELL else name_letters(font).height_px + _CAPTION_GAP


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
        """Paint one cell, or the part of it that a `CellOption` names. The painter is set to smooth edges and pictures."""
        rect, font, state = option.rect, option.font, option.state
        found = index.data(Role.CELL)
        cell = found if isinstance(found, Cell) else NOTHING_KNOWN
        part = option.part if isinstance(option, CellOption) else rect
        letters = name_letters(font) if rect.width() >= LEAST_CAPTION_CELL else None
        room = picture_room(rect, 0 if letters is None else letters.height_px + _CAPTION_GAP)
        line_top = room.bottom() + 1 + _CAPTION_GAP
        painter.save()
        _paint_ground(painter, rect, state)
        if part.top() < line_top:
            self._paint_picture(painter, room, font, cell, is_chosen=_CHOSEN in state)
        # Letters that are taken from another font may be higher than the line.
        if letters is not None and part.bottom() >= line_top - letters.height_px:
            line = QRect(room.left(), line_top, room.width(), letters.height_px)
            _paint_name(painter, line, letters, cell.name, is_chosen=_CHOSEN in state)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the size of the cell that is being painted; the view decides it."""
        return option.rect.size()

    def _paint_picture(
        self, painter: QPainter, room: QRect, font: QFont, cell: Cell, *, is_chosen: bool
    ) -> None:
        """Paint the picture with all that lies on it and around it."""
        image, scale = cell.picture, painter.device().devicePixelRatioF()
        place = QRectF(room) if image is None else _placed(image.size(), room, scale)
        opacity = _opacity(cell)
        if opacity < 1:
            painter.setOpacity(opacity)
        if cell.stack is not None and not cell.stack.is_spread:
            badges.paint_cards(painter, place)
        if image is None:
            _paint_no_picture(painter, place, cell, scale)
        else:
            _paint_image(painter, place, image)
        if opacity < 1:
            painter.setOpacity(1.0)
        if is_chosen:
            _paint_ring(painter, place)
        _paint_badges(painter, place, font, cell)


def _paint_ground(painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
    if not (_CHOSEN in state or _POINTED_AT in state or _FOCUS in state):
        return
    ground = QRectF(rect).adjusted(1, 1, -1, -1)
    painter.setPen(NO_PEN)
    if _CHOSEN in state or _POINTED_AT in state:
        painter.setBrush(inks().wash if _CHOSEN in state else inks().hover)
        painter.drawRoundedRect(ground, theme.RADIUS, theme.RADIUS)
    if _FOCUS in state:
        painter.setPen(inks().focus)
        painter.setBrush(NO_BRUSH)
        painter.drawRoundedRect(ground, theme.RADIUS, theme.RADIUS)


def _paint_image(painter: QPainter, place: QRectF, image: QImage) -> None:
    brush = QBrush(image)
    factor = place.width() / image.width(), place.height() / image.height()
    brush.setTransform(QTransform.fromTranslate(place.x(), place.y()).scale(*factor))
    painter.setPen(NO_PEN)
    painter.setBrush(brush)
    painter.drawRoundedRect(place, theme.RADIUS, theme.RADIUS)


def _paint_no_picture(painter: QPainter, place: QRectF, cell: Cell, scale: float) -> None:
    """Paint what stands for a picture."""
    painter.setPen(NO_PEN)
    painter.setBrush(inks().hover)
    painter.drawRoundedRect(place, theme.RADIUS, theme.RADIUS)
    if cell.state is CellState.BROKEN:
        side = max(20, min(40, round(place.width()) // 4))
        sign = icons.pixmap("image-off", side, "subtle", scale)
        painter.drawPixmap(place.center() - QPointF(side // 2, side // 2), sign)


def _paint_badges(painter: QPainter, place: QRectF, font: QFont, cell: Cell) -> None:
    if cell.is_by_name:
        badges.paint_name_badge(painter, place)
    if cell.is_offline:
        badges.paint_offline_badge(painter, place, cell.away)
    if cell.band == Band.MAYBE:
        badges.paint_maybe_badge(painter, place, font, is_offline=cell.is_offline)
    if cell.stack is not None and cell.stack.is_front:
        badges.paint_stack_badge(painter, place, cell.stack, font)
    if cell.video is not None:
        beside_px = badges.left_badge_px(place, is_by_name=cell.is_by_name, is_offline=cell.is_offline)
        badges.paint_video_badge(painter, place, cell.video, font, beside_px=beside_px)


def _paint_name(painter: QPainter, line: QRect, letters: Letters, name: str, *, is_chosen: bool) -> None:
    painter.setFont(letters.font)
    painter.setPen(inks().text if is_chosen else inks().subtle)
    # The middle is left out: names of cameras differ at their end.
    painter.drawText(line, _CENTRE, letters.without_middle(name, line.width()))


def _opacity(cell: Cell) -> float:
    faded = _FADED if cell.band == Band.REST else 1.0
    return faded * _AWAY if cell.is_offline else faded


def _placed(picture: QSize, room: QRect, scale: float) -> QRectF:
    """Return where a picture of that size lies whole and centred; pixel by pixel where its size fits the screen."""
    fitted = picture.scaled(room.size() * scale, Qt.AspectRatioMode.KeepAspectRatio)
    if max(fitted.width() - picture.width(), fitted.height() - picture.height()) in {-1, 0, 1}:
        fitted = picture
    width, height = fitted.width() / scale, fitted.height() / scale
    # On whole pixels of the screen, or the picture is smeared over two; halves always to one side, for `round` takes them to
    # the even one, and a picture would lie elsewhere in its cell after a step of scrolling.
    x = math.floor((room.left() + (room.width() - width) / 2) * scale + 0.5) / scale
    y = math.floor((room.top() + (room.height() - height) / 2) * scale + 0.5) / scale
    return QRectF(x, y, width, height)


def _paint_ring(painter: QPainter, picture: QRectF) -> None:
    painter.setPen(inks().ring)
    painter.setBrush(NO_BRUSH)
    out = RING_PX / 2 + 1
    painter.drawRoundedRect(picture.adjusted(-out, -out, out, out), theme.RADIUS + out, theme.RADIUS + out)
