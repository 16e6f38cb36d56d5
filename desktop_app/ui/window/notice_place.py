"""Where messages stand: above the pages, or over the photo that is shown large."""

from typing import Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QVBoxLayout

from desktop_app.ui.photo.view import PhotoView
from desktop_app.ui.window.notices import NoticeBar

MOST_WIDTH_PX: Final = 720
"""Over a photo nobody reads lines longer than this, and they would hide more of it."""

_MOVES: Final = {QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.LayoutRequest}


class NoticePlace(QObject):
    """Moves the one stack of messages to where the person looks; over a photo it moves nothing else."""

    def __init__(self, notices: NoticeBar, column: QVBoxLayout, view: PhotoView) -> None:
        """Put the messages at the top of the pages.

        Args:
            notices: The messages.
            column: What stands above the pages, from its top.
            view: One photo, large.
        """
        super().__init__(notices)
        self._notices, self._column, self._view = notices, column, view
        self._is_over = False
        column.insertWidget(0, notices)
        for widget in (notices, view, view.canvas()):
            widget.installEventFilter(self)

    def lay_over(self, *, photo: bool) -> None:
        """Lay the messages over the photo, or put them back above the pages."""
        if photo == self._is_over:
            return
        self._is_over = photo
        if photo:
            self._column.removeWidget(self._notices)
            self._notices.setParent(self._view)
        else:
            self._column.insertWidget(0, self._notices)
        # What gets another parent is hidden.
        self._notices.setVisible(bool(self._notices.notices()))
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the place while messages come and go, and while window and details change their size."""
        if self._is_over and event.type() in _MOVES:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        if not self._is_over:
            return
        photo = self._view.canvas().geometry()
        width = min(photo.width(), MOST_WIDTH_PX)
        height = max(self._notices.heightForWidth(width), self._notices.minimumSizeHint().height())
        # In full screen the bar lies over the photo.
        top = max(photo.top(), self._view.full_screen.bar_px())
        self._notices.setGeometry(photo.left() + (photo.width() - width) // 2, top, width, height)
        self._notices.raise_()
