"""A photo that has the whole screen: on black, with a bar that goes by itself and comes back with the pointer."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPropertyAnimation, Qt, QTimer
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QGraphicsOpacityEffect, QVBoxLayout, QWidget

from desktop_app.ui.photo.canvas import PhotoCanvas

REST_MS: Final = 2000
"""So long after the last movement the bar goes."""
_FADE_MS: Final = 200
_MOVEMENTS: Final = {QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel}


class FullScreen(QObject):
    """Lays the bar of a view over its canvas while that has the whole screen, so that the photo does not move."""

    def __init__(self, view: QWidget, column: QVBoxLayout, bar: QWidget, canvas: PhotoCanvas) -> None:
        """Take what it changes.

        Args:
            view: Where all of it is.
            column: Its layout, whose first part is the bar.
            bar: What goes and comes.
            canvas: What is painted on black.
        """
        super().__init__(view)
        self._view, self._column, self._bar, self._canvas = view, column, bar, canvas
        self._on = self._has_blank_cursor = False
        self._effect = QGraphicsOpacityEffect(bar)
        self._effect.setEnabled(False)
        bar.setGraphicsEffect(self._effect)
        self._fade = QPropertyAnimation(self._effect, b"opacity", self)
        self._fade.setDuration(_FADE_MS)
        self._fade.setStartValue(1.0)
        self._fade.setEndValue(0.0)
        self._fade.finished.connect(self._end_fade)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._begin_fade)
        for widget in (view, bar, canvas):
            widget.installEventFilter(self)

    def is_on(self) -> bool:
        """Return whether the photo has the whole screen."""
        return self._on

    def bar_px(self) -> int:
        """Return how high the bar is, there or not."""
        return self._bar.sizeHint().height()

    def turn(self, *, on: bool) -> None:
        """Give the photo the whole screen, or its place between bar and details again."""
        if on == self._on:
            return
        self._on = on
        self._canvas.set_black(on)
        self._canvas.setMouseTracking(on)
        self._bar.setAutoFillBackground(on)
        if on:
            self._column.removeWidget(self._bar)
            self._place_bar()
        else:
            self._column.insertWidget(0, self._bar)
        self._show_bar()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hear when the pointer moves, and when there is another size to fill."""
        if self._on and event.type() in _MOVEMENTS:
            self._show_bar()
        elif watched is self._view and event.type() == QEvent.Type.Resize and self._on:
            self._place_bar()
        elif watched is self._view and event.type() == QEvent.Type.Hide:
            self._rest.stop()
            self._blank_cursor(blank=False)
        elif watched is self._view and event.type() == QEvent.Type.Show and self._on:
            self._show_bar()
        return False

    def _place_bar(self) -> None:
        self._bar.setGeometry(0, 0, self._view.width(), self._bar.sizeHint().height())
        self._bar.raise_()

    def _show_bar(self) -> None:
        self._fade.stop()
        self._effect.setEnabled(False)
        self._bar.show()
        self._blank_cursor(blank=False)
        if self._on and self._view.isVisible():
            self._rest.start()
        else:
            self._rest.stop()

    def _begin_fade(self) -> None:
        # Whoever is at a button, by pointer or keyboard, still needs it.
        focus = self._view.window().focusWidget()
        is_over = self._bar.rect().contains(self._bar.mapFromGlobal(QCursor.pos()))
        if is_over or (focus is not None and self._bar.isAncestorOf(focus)):
            self._rest.start()
            return
        self._effect.setEnabled(True)
        self._fade.start()

    def _end_fade(self) -> None:
        self._bar.hide()
        self._effect.setEnabled(False)
        self._blank_cursor(blank=True)

    def _blank_cursor(self, *, blank: bool) -> None:
        if blank == self._has_blank_cursor:
            return
        self._has_blank_cursor = blank
        if blank:
            QApplication.setOverrideCursor(Qt.CursorShape.BlankCursor)
        else:
            QApplication.restoreOverrideCursor()
