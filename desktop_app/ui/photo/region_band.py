"""A rectangle drawn on a photo to say what of it to search for."""

from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton

from desktop_app.library import Region, drawn_region
from desktop_app.ui.look import icons, theme
from desktop_app.ui.photo.canvas import PhotoCanvas, PhotoOverlay
from desktop_app.ui.photo.region_shape import Grip, grip_at, moved, spanned

# Smaller than this on the screen was a slip of the hand.
LEAST_PX: Final = 12
_SHADE: Final = QColor(0, 0, 0, 120)
_GRIP_PX: Final = 9
_HINT: Final = "Draw a rectangle around what to find"
_TOO_SMALL: Final = "That was too small: draw a larger rectangle"
_CURSORS: Final = {
    Grip.NONE: Qt.CursorShape.CrossCursor,
    Grip.INSIDE: Qt.CursorShape.SizeAllCursor,
    Grip.FALLING: Qt.CursorShape.SizeFDiagCursor,
    Grip.RISING: Qt.CursorShape.SizeBDiagCursor,
}


class RegionBand(PhotoOverlay):
    """Lies over a `PhotoCanvas` while a rectangle is drawn; the wheel still zooms, the middle button still pans.

    The rectangle belongs to the photo: zoomed or moved, it stays on what it surrounds. Its corners and its inside can be
    taken hold of; pressed anywhere else, another one begins.

    Signals:
        chosen(Region): This part of the upright photo shall be searched for.
        turned(bool): Drawing has begun, or is over.
    """

    chosen = Signal(object)
    turned = Signal(bool)

    def __init__(self, canvas: PhotoCanvas) -> None:
        """Lie over a canvas, hidden."""
        super().__init__(canvas)
        self._shape = QRectF()
        self._anchor: QPointF | None = None
        self._held: QPointF | None = None
        self._hint = QLabel(_HINT, self)
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._hint.setContentsMargins(
            theme.SPACE.medium, theme.SPACE.small, theme.SPACE.medium, theme.SPACE.small
        )
        theme.set_card(self._hint)
        self._find = theme.set_primary(QPushButton("Find this part", self))
        icons.set_icon(self._find, "search", "on_accent")
        self._find.setToolTip("Search for photos that show what is in the rectangle (Enter)")
        self._find.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._find.setCursor(Qt.CursorShape.ArrowCursor)
        self._find.clicked.connect(self.choose)
        self.setMouseTracking(True)
        self.setAccessibleName("Part of the photo to search for")
        self.hide()

    def is_on(self) -> bool:
        """Whether a rectangle is being drawn, or waits to be chosen."""
        return not self.isHidden()

    def start(self) -> None:
        """Begin; nothing happens while there is no picture."""
        if self.is_on() or self.canvas.picture_rect().isEmpty():
            return
        self._shape = QRectF()
        self._say(_HINT)
        self.cover()
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.show()
        self.raise_()
        self.turned.emit(True)

    def end(self) -> None:
        """Give up what was drawn."""
        if self.is_on():
            self._anchor = self._held = None
            self.hide()
            self.turned.emit(False)

    def toggle(self) -> None:
        """Begin, or give up."""
        if self.is_on():
            self.end()
        else:
            self.start()

    def choose(self) -> None:
        """Search for what is in the rectangle; nothing happens before one is drawn."""
        region = self.region()
        if self.is_on() and region is not None:
            self.end()
            self.chosen.emit(region)

    def hint(self) -> str:
        """Return what is said to the person; empty once there is a rectangle."""
        return self._hint.text()

    def region(self) -> Region | None:
        """Return what is drawn; None for nothing yet."""
        shape = self._shape
        return drawn_region(shape.x(), shape.y(), shape.width(), shape.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the rectangle, or begin another one."""
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        grip, opposite = grip_at(event.position(), self._on_screen())
        if grip is Grip.INSIDE:
            self._held = event.position()
        else:
            self._anchor = self._share(event.position() if opposite is None else opposite)
            if opposite is None:
                self._shape = QRectF()
        self._find.hide()
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw or move the rectangle."""
        if self._anchor is not None:
            self._shape = spanned(self._anchor, self._share(event.position()))
        elif self._held is not None:
            self._shape = moved(self._shape, self._share_of_step(event.position() - self._held))
            self._held = event.position()
        elif event.buttons() == Qt.MouseButton.NoButton:
            self.setCursor(_CURSORS[grip_at(event.position(), self._on_screen())[0]])
        else:
            super().mouseMoveEvent(event)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Offer to search; what is too small is no rectangle."""
        if event.button() != Qt.MouseButton.LeftButton:
            super().mouseReleaseEvent(event)
            return
        self._anchor = self._held = None
        drawn = self._on_screen()
        if min(drawn.width(), drawn.height()) < LEAST_PX or self.region() is None:
            self._say(_HINT if max(drawn.width(), drawn.height()) < 2 else _TOO_SMALL)
            self._shape = QRectF()
        else:
            self._say("")
        self._place()
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Draw, as a single press does; the photo's zoom stays."""
        self.mousePressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep hint and button in their places."""
        super().resizeEvent(event)
        self._place()

    def follow(self) -> None:
        """Go with the photo, which was zoomed or moved."""
        super().follow()
        self._place()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Darken the photo around the rectangle."""
        painter = QPainter(self)
        photo = self.canvas.picture_rect()
        drawn = self._on_screen()
        if not drawn.isEmpty():
            painter.save()
            painter.setClipRect(photo)
            for shaded in _around(QRectF(self.rect()), drawn):
                painter.fillRect(shaded, _SHADE)
            painter.restore()
            _paint_frame(painter, drawn)
        painter.end()

    def _say(self, hint: str) -> None:
        self._hint.setText(f"{hint}  ·  Esc to leave" if hint else "")
        self._hint.setVisible(bool(hint))
        self._hint.adjustSize()
        self._place()

    def _place(self) -> None:
        self._hint.move((self.width() - self._hint.width()) // 2, theme.SPACE.large)
        drawn = self._on_screen()
        waits = not drawn.isEmpty() and self._anchor is None and self._held is None
        self._find.setVisible(waits)
        if waits:
            self._find.adjustSize()
            self._find.move(_place_beside(drawn.toRect(), self._find.rect(), self.rect()).topLeft())

    def _on_screen(self) -> QRectF:
        photo = self.canvas.picture_rect()
        shape = self._shape
        return QRectF(
            photo.x() + shape.x() * photo.width(),
            photo.y() + shape.y() * photo.height(),
            shape.width() * photo.width(),
            shape.height() * photo.height(),
        )

    def _share(self, point: QPointF) -> QPointF:
        """Return a point of the screen as shares of the photo's sides, within the photo."""
        photo = self.canvas.picture_rect()
        x = (point.x() - photo.x()) / photo.width()
        y = (point.y() - photo.y()) / photo.height()
        return QPointF(min(1.0, max(0.0, x)), min(1.0, max(0.0, y)))

    def _share_of_step(self, step: QPointF) -> QPointF:
        photo = self.canvas.picture_rect()
        return QPointF(step.x() / photo.width(), step.y() / photo.height())


def _around(whole: QRectF, hole: QRectF) -> tuple[QRectF, QRectF, QRectF, QRectF]:
    """Return what of a rectangle lies above, below, left and right of a hole in it."""
    return (
        QRectF(whole.topLeft(), QPointF(whole.right(), hole.top())),
        QRectF(QPointF(whole.left(), hole.bottom()), whole.bottomRight()),
        QRectF(QPointF(whole.left(), hole.top()), hole.bottomLeft()),
        QRectF(hole.topRight(), QPointF(whole.right(), hole.bottom())),
    )


def _paint_frame(painter: QPainter, drawn: QRectF) -> None:
    """Paint a line that can be seen on any photo: the accent between two hairs of white, with corners to hold."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((QColor("white"), 4.0), (theme.accent(), 2.0)):
        painter.setPen(
            QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin)
        )
        painter.drawRect(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.accent(), 2))
    painter.setBrush(QColor("white"))
    for corner in (drawn.topLeft(), drawn.topRight(), drawn.bottomLeft(), drawn.bottomRight()):
        painter.drawEllipse(corner, _GRIP_PX / 2, _GRIP_PX / 2)


def _place_beside(drawn: QRect, card: QRect, room: QRect) -> QRect:
    """Return where a card goes: below the rectangle, else above it, else inside at the lower edge; always in sight."""
    gap = theme.SPACE.medium
    room = room.adjusted(theme.SPACE.small, theme.SPACE.small, -theme.SPACE.small, -theme.SPACE.small)
    card = QRect(card)
    card.moveTop(drawn.bottom() + gap)
    if card.bottom() > room.bottom():
        card.moveBottom(drawn.top() - gap)
    if card.top() < room.top():
        card.moveBottom(min(drawn.bottom(), room.bottom()) - gap)
    card.moveLeft(max(room.left(), min(drawn.center().x() - card.width() // 2, room.right() - card.width())))
    return card
