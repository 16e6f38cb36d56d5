"""Draws the tokens of the search field: a small picture, a sign, and a name where there is room."""

from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPen,
    QPyTextObject,
    QTextFormat,
)

from desktop_app.ui.look import icons, theme
from desktop_app.ui.search.example_tokens import ExampleToken
from desktop_app.ui.search.field_text import FieldText
from desktop_app.ui.search.one_line import OneLine
from desktop_app.ui.search.token_pictures import TokenPictures

HIGHER_PX: Final = 8
"""By so much a token is higher than a line of letters."""

_INSET: Final = 3
_GAP: Final = 5
_BESIDE: Final = 2
_ROUND: Final = 6
_WIDEST_LABEL_PX: Final = 130


class TokenPainter(QPyTextObject):
    """Says how wide a token is, and draws it.

    Attributes:
        has_labels: Whether names are shown; not where the tokens would not fit then.
        hovered: The place of the token below the pointer, which offers to be taken out; None for no one.
    """

    def __init__(self, field: OneLine, text: FieldText, pictures: TokenPictures) -> None:
        super().__init__(field)
        self._field, self._text, self._pictures = field, text, pictures
        self._drawn: dict[int, QRectF] = {}
        self.has_labels = True
        self.hovered: int | None = None

    def intrinsicSize(self, _document: object, _place: int, look: QTextFormat) -> QSizeF:
        """Return the width, and the height of letters above the line: a line of tokens alone is as high as one of words."""
        token = self._text.token_of(look)
        width = self.width_of(token, labelled=self.has_labels) if token is not None else 0
        return QSizeF(width, QFontMetricsF(self._field.font()).ascent())

    def drawObject(
        self,
        _painter: QPainter,
        rect: QRectF | QRect,
        _document: object,
        place: int,
        look: QTextFormat,
    ) -> None:
        """Note where a token stands; Qt would cut it off at the height of the letters where it is chosen."""
        if self._text.token_of(look) is not None:
            self._drawn[place] = QRectF(rect)

    def paint(self, painter: QPainter) -> None:
        """Draw the tokens over the line, in the viewport."""
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        for place, token in self._text.tokens():
            if place in self._drawn:
                self._draw(painter, self.chip_at(place), token, place)

    def chip(self, left: float, width: float, baseline: float) -> QRectF:
        """Return the outline of a token.

        Args:
            left: Where its room begins.
            width: How wide that is.
            baseline: Where letters beside it stand.
        """
        letters = QFontMetricsF(self._field.font())
        middle = baseline - letters.ascent() + letters.height() / 2
        height = self._height()
        return QRectF(left + _BESIDE, round(middle - height / 2), width - 2 * _BESIDE, height)

    def chip_at(self, place: int) -> QRectF:
        """Return the outline of the token at a place of the document, in the viewport; empty before it was drawn."""
        rect = self._drawn.get(place)
        if rect is None:
            return QRectF()
        return self.chip(rect.left() - self._field.scrolled_px()[0], rect.width(), rect.bottom())

    def forget_places(self) -> None:
        """Forget where tokens were drawn: they may be elsewhere now."""
        self._drawn.clear()

    def cross(self, chip: QRectF) -> QRectF:
        """Return where the cross of the token below the pointer is."""
        side = self._sign_px() + 4
        rtl = self._field.isRightToLeft()
        middle = chip.center().y()
        x = chip.left() + _INSET if rtl else chip.right() - _INSET - side
        return QRectF(x, middle - side / 2, side, side)

    def width_of(self, token: ExampleToken, *, labelled: bool) -> float:
        """Return how much room a token takes in the line."""
        width = _BESIDE + _INSET + self._picture_px() + _GAP + self._sign_px() + _GAP + _BESIDE
        return width + (self._label_width(token) + _GAP if labelled else 0)

    def _draw(self, painter: QPainter, chip: QRectF, token: ExampleToken, place: int) -> None:
        cursor = self._field.textCursor()
        selected = cursor.selectionStart() <= place < cursor.selectionEnd()
        if selected:
            self._round_ends(
                painter, chip, first=place == cursor.selectionStart(), last=place + 1 == cursor.selectionEnd()
            )
        self._draw_ground(painter, chip, token, selected=selected)
        x = chip.left() + _INSET
        side = self._picture_px()
        place_for = QRectF(x, chip.top() + _INSET, side, side)
        self._draw_picture(painter, self._turned(place_for, chip), token)
        x += side + _GAP
        tone: icons.Tone = "on_accent" if selected else ("error" if token.is_against else "accent")
        sign = QRectF(x, chip.center().y() - self._sign_px() / 2, self._sign_px(), self._sign_px())
        self._draw_icon(painter, self._turned(sign, chip), token.icon, tone)
        if self.has_labels:
            x = sign.right() + _GAP
            room = QRectF(x, chip.top(), chip.right() - _GAP - x, chip.height())
            self._draw_label(painter, self._turned(room, chip), token, selected=selected)
        if place == self.hovered:
            self._draw_cross(painter, self.cross(chip))

    def _round_ends(self, painter: QPainter, chip: QRectF, *, first: bool, last: bool) -> None:
        """Take away what Qt has painted beside the first and the last thing that is chosen: it has corners."""
        ground = QColor(theme.colours().raised)
        at_left, at_right = (last, first) if self._field.isRightToLeft() else (first, last)
        if at_left:
            painter.fillRect(
                QRectF(chip.left() - _BESIDE - 1, chip.top(), _BESIDE + 5, chip.height()), ground
            )
        if at_right:
            painter.fillRect(QRectF(chip.right() - 4, chip.top(), _BESIDE + 5, chip.height()), ground)

    def _draw_ground(self, painter: QPainter, chip: QRectF, token: ExampleToken, *, selected: bool) -> None:
        colours = theme.colours()
        ink, ground = QColor(colours.error if token.is_against else colours.accent), QColor(colours.raised)
        painter.setPen(QPen(QColor(colours.accent) if selected else _mixed(ground, ink, 0.35), 1))
        painter.setBrush(QColor(colours.accent) if selected else _mixed(ground, ink, 0.12))
        painter.drawRoundedRect(chip.adjusted(0.5, 0.5, -0.5, -0.5), _ROUND, _ROUND)

    def _draw_picture(self, painter: QPainter, place: QRectF, token: ExampleToken) -> None:
        scale = self._field.devicePixelRatioF()
        picture = self._pictures.square(token.pictured, round(place.width() * scale))
        outline = QPainterPath()
        outline.addRoundedRect(place, _ROUND - 2, _ROUND - 2)
        if picture is not None and not picture.isNull():
            painter.save()
            painter.setClipPath(outline, Qt.ClipOperation.IntersectClip)
            painter.drawImage(place, picture)
            painter.restore()
            return
        painter.fillPath(outline, QColor(theme.colours().hover))
        if picture is not None:
            side = place.width() * 0.7
            inner = QRectF(0, 0, side, side)
            inner.moveCenter(place.center())
            self._draw_icon(painter, inner, "image-off", "subtle")

    def _draw_label(self, painter: QPainter, room: QRectF, token: ExampleToken, *, selected: bool) -> None:
        colours = theme.colours()
        painter.setPen(QColor(colours.on_accent if selected else colours.text))
        painter.setFont(self._field.font())
        text = self._metrics().elidedText(token.label, Qt.TextElideMode.ElideMiddle, room.width() + 1)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading), text)

    def _draw_cross(self, painter: QPainter, place: QRectF) -> None:
        colours = theme.colours()
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.setBrush(QColor(colours.raised))
        painter.drawEllipse(place)
        self._draw_icon(painter, place.adjusted(3, 3, -3, -3), "close", "text")

    def _draw_icon(self, painter: QPainter, place: QRectF, name: str, tone: icons.Tone) -> None:
        drawing = icons.pixmap(name, round(place.width()), tone, self._field.devicePixelRatioF())
        painter.drawPixmap(QPointF(place.topLeft()), drawing)

    def _turned(self, place: QRectF, chip: QRectF) -> QRectF:
        """Return a place as it is where one reads from right to left."""
        if not self._field.isRightToLeft():
            return place
        return QRectF(chip.left() + chip.right() - place.right(), place.top(), place.width(), place.height())

    def _label_width(self, token: ExampleToken) -> float:
        return min(_WIDEST_LABEL_PX, self._metrics().horizontalAdvance(token.label) + 1)

    def _metrics(self) -> QFontMetricsF:
        return QFontMetricsF(self._field.font())

    def _height(self) -> float:
        return round(self._metrics().height()) + HIGHER_PX

    def _picture_px(self) -> float:
        return self._height() - 2 * _INSET

    def _sign_px(self) -> int:
        return max(14, round(self._metrics().height() * 0.85))


def _mixed(below: QColor, above: QColor, share: float) -> QColor:
    """Return a colour with a share of another in it."""
    first, second = below.getRgbF(), above.getRgbF()
    return QColor.fromRgbF(*[a + (b - a) * share for a, b in zip(first[:3], second[:3], strict=True)])  # type: ignore[index]  # stub says object
