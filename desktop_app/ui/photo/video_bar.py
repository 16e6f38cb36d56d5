"""What lies over a video in the photo view: a button that plays it, and which moment of it is shown."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from desktop_app.library import Hit, Photo
from desktop_app.ui.look import icons, theme, wording
from desktop_app.ui.look.video_words import moment_of, photo_of
from desktop_app.ui.photo.canvas import SAID_PX, PhotoCanvas


class VideoBar(QFrame):
    """Lies over the lower edge of a canvas's picture, in sight however that is zoomed; hidden for photos.

    Signals:
        play_wanted(): Open the video in the system's player.
    """

    play_wanted = Signal()

    def __init__(self, canvas: PhotoCanvas) -> None:
        """Lie over a canvas, hidden."""
        super().__init__(canvas)
        self._canvas = canvas
        self._play = theme.set_primary(QPushButton("Play"))
        icons.set_icon(self._play, "play-solid", "on_accent")
        self._play.setToolTip("Play the video in your usual program (Enter)")
        self._play.setAccessibleName("Play the video")
        self._play.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._play.clicked.connect(self.play_wanted)
        self._moment = QLabel()
        self._moment.setAccessibleName("Moment and length of the video")
        line = QHBoxLayout(self)
        # Around a button as much as above it, around words alone a little more.
        line.setContentsMargins(theme.SPACE.small, theme.SPACE.small, theme.SPACE.small, theme.SPACE.small)
        line.setSpacing(theme.SPACE.small)
        self._moment.setContentsMargins(theme.SPACE.tiny, 0, theme.SPACE.tiny, 0)
        line.addWidget(self._play)
        line.addWidget(self._moment)
        theme.set_card(self)
        # The hand that moves a zoomed photo belongs to the photo.
        self.setCursor(Qt.CursorShape.ArrowCursor)
        canvas.placed.connect(self.follow)
        self.hide()

    def show_video(self, item: Hit | Photo) -> None:
        """Say of a video how long it is and which moment is shown; of a photo nothing."""
        photo = photo_of(item)
        if photo.duration_s is not None:
            self._moment.setText(wording.moment_in(moment_of(item), photo.duration_s))
            # A drive that is not connected plays nothing.
            self._play.setVisible(not photo.offline)
        self.setVisible(photo.duration_s is not None)
        self.follow()

    def words(self) -> str:
        """Return what is said of the video that is shown; empty for a photo."""
        return "" if self.isHidden() else self._moment.text()

    def play_button(self) -> QPushButton:
        """Return the button that plays."""
        return self._play

    def follow(self) -> None:
        """Go with the picture, which was zoomed or moved; what the canvas says below it stays in sight."""
        if self.isHidden():
            return
        self.adjustSize()
        canvas, picture = self._canvas, self._canvas.picture_rect()
        lowest = canvas.height() - (SAID_PX if canvas.said() else 0)
        bottom = min(round(picture.bottom()), lowest) - theme.SPACE.large
        self.move((canvas.width() - self.width()) // 2, max(0, bottom - self.height()))
        self.raise_()
