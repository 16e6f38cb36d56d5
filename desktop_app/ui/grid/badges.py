"""Paints the badges on a photo in the grid: found by name, offline, stack, video; each on a ground of its own."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QFont, QPainter

from desktop_app.ui.grid.inks import NO_PEN, inks
from desktop_app.ui.grid.letters import badge_letters
from desktop_app.ui.grid.stacking import StackedCell
from desktop_app.ui.look import icons, theme, wording
from desktop_app.ui.look.icons import Tone
from desktop_app.ui.look.video_words import VideoCell

_SIDE: Final = 22
_SIGN: Final = 16
_ROUND: Final = 6
# From the edges of the picture.
_INSET: Final = 6
# Between a badge's sign and its words, and after them.
_WORDS_LEFT: Final = 5
_WORDS_RIGHT: Final = 7
_MAYBE: Final = "Maybe"
_CARD_STEP: Final = 3.0
_MIDDLE: Final = (Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter).value
_CENTRE: Final = Qt.AlignmentFlag.AlignCenter.value

# Lower pictures have no room for one badge above another.
_TWO_ROWS_PX: Final = 2 * _SIDE + 3 * _INSET


def paint_name_badge(painter: QPainter, picture: QRectF) -> None:
    """Mark a photo that was found by its name, bottom left."""
    place = QRectF(picture.left() + _INSET, picture.bottom() - _SIDE - _INSET, _SIDE, _SIDE)
    _paint_sign(painter, place, "text", "accent")


def paint_offline_badge(painter: QPainter, picture: QRectF, sign: str) -> None:
    """Mark a photo that is out of reach by the sign that says why, top left."""
    place = QRectF(picture.left() + _INSET, picture.top() + _INSET, _SIDE, _SIDE)
    _paint_sign(painter, place, sign, "warning")


def paint_maybe_badge(painter: QPainter, picture: QRectF, font: QFont, *, is_offline: bool) -> None:
    """Mark a photo that may be what was looked for, top left: by a word, for a colour would not be seen by everybody."""
    letters = badge_letters(font)
    left = picture.left() + _INSET + (_SIDE + _INSET if is_offline else 0)
    width = letters.exact_px(_MAYBE) + 2 * _WORDS_RIGHT
    place = QRectF(left, picture.top() + _INSET, width, _SIDE)
    _paint_ground(painter, place, inks().badge)
    painter.setFont(letters.font)
    painter.setPen(inks().text)
    painter.drawText(place, _CENTRE, _MAYBE)


def stack_badge(picture: QRectF, stack: StackedCell, font: QFont) -> QRectF:
    """Return where the number of a stack is painted: top right."""
    width = _SIGN + badge_letters(font).exact_px(wording.number(stack.count)) + 14
    return QRectF(picture.right() - width - _INSET, picture.top() + _INSET, width, _SIDE)


def paint_stack_badge(painter: QPainter, picture: QRectF, stack: StackedCell, font: QFont) -> None:
    """Paint how many photos a stack has; in the accent while all of them are shown."""
    place = stack_badge(picture, stack, font)
    lit = stack.is_spread
    _paint_ground(painter, place, inks().lit if lit else inks().badge)
    tone: Tone = "on_accent" if lit else "text"
    sign = icons.pixmap("stack", _SIGN, tone, painter.device().devicePixelRatioF())
    painter.drawPixmap(QPointF(place.left() + 5, place.top() + 3), sign)
    painter.setFont(badge_letters(font).font)
    painter.setPen(inks().on_accent if lit else inks().text)
    words = place.adjusted(_SIGN + 8, 0, 0, 0)
    painter.drawText(words, _MIDDLE, wording.number(stack.count))


def left_badge_px(picture: QRectF, *, is_by_name: bool, is_offline: bool) -> float:
    """Return how much of the lower edge of a picture the badges at its left take, with what is left free beside them."""
    is_beside = is_by_name or (is_offline and picture.height() < _TWO_ROWS_PX)
    return _SIDE + _INSET if is_beside else 0


def video_badge(picture: QRectF, video: VideoCell, font: QFont, beside_px: float = 0) -> tuple[QRectF, str]:
    """Return where the badge of a video is painted, bottom right, and what it says: the most that there is room for.

    Args:
        picture: Where the picture is painted.
        video: What is known of it.
        font: The grid's.
        beside_px: How much of the lower edge is taken by another badge.
    """
    px = badge_letters(font).exact_px
    room = picture.width() - 2 * _INSET - beside_px
    around = _SIGN + _WORDS_LEFT + _WORDS_RIGHT
    wide = ((words, around + px(words)) for words in video.badges())
    words, width = next(((words, width) for words, width in wide if width <= room), ("", float(_SIDE)))
    return QRectF(picture.right() - width - _INSET, picture.bottom() - _SIDE - _INSET, width, _SIDE), words


def paint_video_badge(
    painter: QPainter, picture: QRectF, video: VideoCell, font: QFont, *, beside_px: float = 0
) -> None:
    """Mark a video, and say how long it is and where in it what was looked for is."""
    place, words = video_badge(picture, video, font, beside_px)
    _paint_ground(painter, place, inks().badge)
    sign = icons.pixmap("play-solid", _SIGN, "text", painter.device().devicePixelRatioF())
    painter.drawPixmap(place.topLeft() + QPointF(3, 3), sign)
    painter.setFont(badge_letters(font).font)
    painter.setPen(inks().text)
    painter.drawText(place.adjusted(_SIGN + _WORDS_LEFT, 0, 0, 0), _MIDDLE, words)


def paint_cards(painter: QPainter, picture: QRectF) -> None:
    """Paint the edges of more photos behind a picture, above it, for a stack."""
    painter.setPen(inks().card_edge)
    shades = inks().cards
    for card in range(len(shades), 0, -1):
        painter.setBrush(shades[card - 1])
        narrower, higher = card * 2 * _CARD_STEP, card * _CARD_STEP
        edge = QRectF(picture.left() + narrower, picture.top() - higher, 0, 0)
        edge.setRight(picture.right() - narrower)
        edge.setBottom(picture.top() + theme.RADIUS)
        painter.drawRoundedRect(edge, theme.RADIUS - 2, theme.RADIUS - 2)


def _paint_sign(painter: QPainter, place: QRectF, name: str, tone: Tone) -> None:
    _paint_ground(painter, place, inks().badge)
    sign = icons.pixmap(name, _SIGN, tone, painter.device().devicePixelRatioF())
    painter.drawPixmap(place.topLeft() + QPointF(3, 3), sign)


def _paint_ground(painter: QPainter, place: QRectF, ground: QBrush) -> None:
    painter.setPen(NO_PEN)
    painter.setBrush(ground)
    painter.drawRoundedRect(place, _ROUND, _ROUND)
