"""One photo, painted whole or in part: fit, zoom about the pointer, pan."""

from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from desktop_app.ui.background.picture_loader import Picture
from desktop_app.ui.look import theme

MOST_ZOOM: Final = 16.0
_STEP: Final = 1.25

SAID_PX: Final = 72
"""How high what is said of a photo reaches above the lower edge."""

# Left free around a whole photo, in device-independent pixels.
_MARGIN: Final = theme.SPACE.large


class PhotoCanvas(QWidget):
    """Paints a `Picture`, or a thumbnail in its place until it comes.

    Zoom is in physical pixels of the screen for one pixel of the photo: 1.0 is 100 %.

    Signals:
        zoom_changed(float): The zoom is another one now.
        placed(): The photo lies elsewhere in the widget now, or at another size.
    """

    zoom_changed = Signal(float)
    placed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: Picture | None = None
        self._stand_in: QImage | None = None
        self._size = QSizeF()
        self._zoom = 1.0
        self._fits = True
        self._centre = QPointF()
        self._grabbed: QPointF | None = None
        self._message = ""
        self._sentence = ""
        self._is_black = False
        self.setAccessibleName("Photo")
        self.setMinimumSize(200, 160)

    def show_stand_in(self, image: QImage | None, size: QSize) -> None:
        """Begin with another photo: its thumbnail if there is one, as large as the photo of `size` will be."""
        self._picture, self._stand_in, self._message, self._sentence = None, image, "", ""
        known = size if size.isValid() and not size.isEmpty() else (image.size() if image else QSize())
        self._size = QSizeF(known)
        self.fit()

    def show_picture(self, picture: Picture) -> None:
        """Put the photo itself where its thumbnail was; zoom and place stay."""
        if picture.reason:
            self.show_message(picture.reason)
            return
        fits, before = self._fits, self._size
        self._picture, self._message, self._sentence, self._size = picture, "", "", QSizeF(picture.size)
        if fits or before.isEmpty():
            self.fit()
        elif before != self._size:
            # The size that was known was wrong: the same part of the photo stays in the middle.
            self._centre = QPointF(
                self._centre.x() * self._size.width() / before.width(),
                self._centre.y() * self._size.height() / before.height(),
            )
        self._paint_anew()

    def forget_picture(self) -> None:
        """Keep the thumbnail alone in memory: the photo is no longer looked at."""
        self._picture = None

    def show_message(self, message: str) -> None:
        """Say below the thumbnail, if there is one, why there is nothing better."""
        self._message = message
        self.update()

    def say(self, sentence: str) -> None:
        """Say something of the photo over it, until another is shown."""
        self._sentence = sentence
        self.update()

    def show_copy(self, image: QImage, sentence: str) -> None:
        """Show a better thumbnail where the photo itself is out of reach, as large as the photo, and say why."""
        self._stand_in, self._sentence = image, sentence
        if self._size.isEmpty() and not image.isNull():
            self._size = QSizeF(image.size())
            self.fit()
        self.update()

    def said(self) -> str:
        """Return what is said below the photo; empty for nothing."""
        return self._sentence or (f"This photo cannot be shown: {self._message}." if self._message else "")

    def set_black(self, black: bool) -> None:
        """Paint the photo on black, or on the ground that everything has."""
        self._is_black = black
        self.update()

    def zoom(self) -> float:
        """Return the zoom; 1.0 is 100 %."""
        return self._zoom

    def fits(self) -> bool:
        """Whether the photo is kept as large as the window allows."""
        return self._fits

    def fit(self) -> None:
        """Show the whole photo, as large as it may be, and keep it so when the window changes."""
        self._fits = True
        self._centre = QPointF(self._size.width() / 2, self._size.height() / 2)
        self._set_zoom(self._fitting_zoom())

    def zoom_to(self, zoom: float, about: QPointF | None = None) -> None:
        """Set the zoom; the point of the photo that lies at `about` (by default the middle) stays there."""
        if self._size.isEmpty():
            return
        about = about if about is not None else QPointF(self.width() / 2, self.height() / 2)
        zoom = max(min(self._fitting_zoom(), 1.0) / 2, min(MOST_ZOOM, zoom))
        held = self._photo_point(about)
        self._fits = False
        before = self._zoom
        self._zoom = zoom
        self._centre += held - self._photo_point(about)
        self._keep_in_sight()
        if zoom != before:
            self.zoom_changed.emit(zoom)
        self._paint_anew()

    def zoom_in(self) -> None:
        """Zoom in by a quarter about the middle."""
        self.zoom_to(self._zoom * _STEP)

    def zoom_out(self) -> None:
        """Zoom out by a fifth about the middle."""
        self.zoom_to(self._zoom / _STEP)

    def picture_rect(self) -> QRectF:
        """Return where the photo lies in the widget."""
        scale = self._scale()
        size = self._size * scale
        corner = QPointF(self.width() / 2, self.height() / 2) - self._centre * scale
        return QRectF(corner, size)

    def is_sharp(self) -> bool:
        """Whether the photo itself is shown, not its thumbnail."""
        return self._picture is not None

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the photo, on whole pixels of the screen where nothing is scaled."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.black if self._is_black else self.palette().base())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._zoom < 4)
        image = self._image()
        if image is not None and not image.isNull():
            place = self.picture_rect()
            if self._zoom == 1.0:
                place.moveTo(place.topLeft().toPoint())
            painter.drawImage(place, image)
        if self.said():
            self._paint_said(painter)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Go on fitting, or keep the middle."""
        super().resizeEvent(event)
        if self._fits:
            self.fit()
        else:
            self._keep_in_sight()
        self._paint_anew()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer."""
        self.zoom_to(self._zoom * _STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the photo."""
        if event.button() in {Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton}:
            self._grabbed = event.position()
            self._show_cursor()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the photo with the pointer."""
        if self._grabbed is not None:
            self._centre -= (event.position() - self._grabbed) / self._scale()
            self._grabbed = event.position()
            self._keep_in_sight()
            self._paint_anew()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._grabbed = None
        self._show_cursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Change between the whole photo and 100 % about the pointer."""
        if self._fits:
            self.zoom_to(1.0, event.position())
        else:
            self.fit()

    def event(self, event: QEvent) -> bool:
        """Zoom as two fingers on a touch pad do."""
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        ):
            self.zoom_to(self._zoom * (1 + event.value()), event.position())
            return True
        return super().event(event)

    def _image(self) -> QImage | None:
        return self._picture.level_for(self._zoom) if self._picture is not None else self._stand_in

    def _scale(self) -> float:
        """Return device-independent pixels for one pixel of the photo."""
        return self._zoom / self.devicePixelRatioF()

    def _photo_point(self, point: QPointF) -> QPointF:
        return self._centre + (point - QPointF(self.width() / 2, self.height() / 2)) / self._scale()

    def _fitting_zoom(self) -> float:
        if self._size.isEmpty():
            return 1.0
        ratio = self.devicePixelRatioF()
        width, height = (max(1, side - 2 * _MARGIN) * ratio for side in (self.width(), self.height()))
        # A small photo is not blown up: at 100 % it is at its best.
        return min(1.0, width / self._size.width(), height / self._size.height())

    def _set_zoom(self, zoom: float) -> None:
        changed = zoom != self._zoom
        self._zoom = zoom
        if changed:
            self.zoom_changed.emit(zoom)
        self._show_cursor()
        self._paint_anew()

    def _paint_anew(self) -> None:
        """Paint the photo where it lies now, and let what lies over it follow."""
        self.update()
        self.placed.emit()

    def _keep_in_sight(self) -> None:
        """Leave no gap at an edge of the window where the photo could fill it; centre what is smaller."""
        scale = self._scale()
        half = QPointF(self.width() / 2 / scale, self.height() / 2 / scale)
        self._centre = QPointF(
            _held(self._centre.x(), half.x(), self._size.width()),
            _held(self._centre.y(), half.y(), self._size.height()),
        )
        self._show_cursor()

    def _show_cursor(self) -> None:
        place = self.picture_rect()
        if place.width() <= self.width() + 1 and place.height() <= self.height() + 1:
            self.unsetCursor()
        else:
            held = self._grabbed is not None
            self.setCursor(Qt.CursorShape.ClosedHandCursor if held else Qt.CursorShape.OpenHandCursor)

    def _paint_said(self, painter: QPainter) -> None:
        colours = theme.colours()
        text = self.said()
        width = min(self.width() - 2 * theme.SPACE.huge, painter.fontMetrics().horizontalAdvance(text) + 32)
        bubble = QRectF((self.width() - width) / 2, self.height() - SAID_PX, width, 40)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().button())
        painter.drawRoundedRect(bubble, theme.RADIUS, theme.RADIUS)
        # A drive that is elsewhere is no fault.
        painter.setPen(colours.text if self._sentence else colours.warning)
        painter.drawText(bubble, Qt.AlignmentFlag.AlignCenter, text)


class PhotoOverlay(QWidget):
    """Covers a canvas and moves with its photo; what it does not want of wheel and mouse goes to the canvas.

    Attributes:
        canvas: What lies below.
    """

    def __init__(self, canvas: PhotoCanvas) -> None:
        """Cover a canvas."""
        super().__init__(canvas)
        self.canvas = canvas
        canvas.placed.connect(self.follow)

    def cover(self) -> None:
        """Take the size of the canvas."""
        self.resize(self.canvas.size())

    def follow(self) -> None:
        """Hear that the photo lies elsewhere now."""
        self.cover()
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom the photo."""
        self.canvas.wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Leave to the canvas what its overlay has no use for."""
        self.canvas.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Leave to the canvas what its overlay has no use for."""
        self.canvas.mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Leave to the canvas what its overlay has no use for."""
        self.canvas.mouseReleaseEvent(event)


def _held(centre: float, half: float, length: float) -> float:
    """Return the middle of what is seen, so that a photo of this length leaves no gap it could fill."""
    if length <= 2 * half:
        return length / 2
    return max(half, min(length - half, centre))
