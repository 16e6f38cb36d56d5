"""One photo large, with its details beside it and its neighbours one key away."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QImage, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from desktop_app.library import Hit, Photo, PhotoContext, Region, Thumb
from desktop_app.ui.background.picture_loader import Decode, Picture, PictureLoader
from desktop_app.ui.background.thumbnail_loader import FindThumbnail
from desktop_app.ui.grid.model import Peek
from desktop_app.ui.grid.whereabouts import Whereabouts
from desktop_app.ui.grid.words import plain, said_of_copy
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import ElidingLabel, tool_button
from desktop_app.ui.look.thumb_buttons import ThumbButtons
from desktop_app.ui.look.video_words import moment_of, photo_of, spoken_video
from desktop_app.ui.photo.actions import SIGNALS, PhotoActions
from desktop_app.ui.photo.bar import Bar
from desktop_app.ui.photo.canvas import PhotoCanvas
from desktop_app.ui.photo.details import PhotoDetails
from desktop_app.ui.photo.full_screen import FullScreen
from desktop_app.ui.photo.position import Position
from desktop_app.ui.photo.region_band import RegionBand
from desktop_app.ui.photo.stand_in import is_stand_in
from desktop_app.ui.photo.video_bar import VideoBar

Shown = Hit | Photo

GONE: Final = "This photo is no longer there: it was deleted or taken out of the library."

# Narrower than this, the details would leave too little for the photo.
_LEAST_WIDTH_WITH_DETAILS: Final = 720


class PhotoView(QWidget):
    """Fills its place with one photo of a list; arrows lead to the others, Esc or Space back.

    `full_screen` is what gives the photo the whole screen.

    Signals:
        closed(): The person is done.
        moved_to(Photo): Another photo of the list is shown now.
        similar_wanted(Photo): Look for photos like it.
        part_wanted(Photo, Region): Look for photos that show what this part of it shows.
        judged(list[Photo], Thumb): The person gave it thumbs up or down.
        opened(Photo): Open it in the system's application for it.
        copied(int): How many files, or paths, were put on the clipboard.
        reveal_wanted(Photo): Show it in its folder.
        menu_asked(QMenu, Photo): The menu of the photo is about to be shown; who hears it may add lines.
        delete_wanted(Photo): The person pressed the key that deletes elsewhere.
        full_screen_wanted(): The photo shall have the whole screen, or no longer.
    """

    closed = Signal()
    moved_to = Signal(object)
    similar_wanted = Signal(object)
    part_wanted = Signal(object, object)
    judged = Signal(object, object)
    opened = Signal(object)
    copied = Signal(int)
    reveal_wanted = Signal(object)
    menu_asked = Signal(object, object)
    delete_wanted = Signal(object)
    full_screen_wanted = Signal()

    def __init__(
        self,
        decode: Decode,
        peek: Peek,
        parent: QWidget | None = None,
        *,
        find_thumbnail: FindThumbnail | None = None,
        whereabouts: Whereabouts | None = None,
    ) -> None:
        """Make the view.

        Args:
            decode: See `PictureLoader`.
            peek: Returns the thumbnail in memory of a photo id and a video's moment, or None.
            parent: Owner, as for any widget.
            find_thumbnail: Finds the small copy of a photo out of reach, and of a video's moment, on any thread.
            whereabouts: Knows why a photo is out of reach.
        """
        super().__init__(parent)
        self._items: Sequence[Shown] = ()
        self._at, self._position = 0, Position(0)
        self._details_wanted = True
        self._peek, self._whereabouts = peek, whereabouts or Whereabouts()
        self._loader = PictureLoader(decode, self, find_thumbnail=find_thumbnail)
        self._loader.ready.connect(self._take_picture)
        self._canvas = PhotoCanvas()
        self._band = RegionBand(self._canvas)
        self._video = VideoBar(self._canvas)
        self._thumbs = ThumbButtons()
        self._actions = PhotoActions(self.photo, self._thumbs, self)
        self._details = PhotoDetails()
        # The middle is left out: names of cameras differ at their end.
        self._name = ElidingLabel(cut=Qt.TextElideMode.ElideMiddle)
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._place, self._percent = theme.set_subtle(QLabel()), theme.set_subtle(QLabel())
        self._buttons: dict[str, QToolButton] = {}
        self._assemble()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Photo view")
        self._connect()

    def show_photo(self, items: Sequence[Shown], index: int, position: Position | None = None) -> None:
        """Show one item of a list that may be lazy: only items near it are asked for. Some may stand for several."""
        self._items = items
        self._position = position or Position(len(items))
        self._at = -1
        self.go_to(index)
        self.setFocus()

    def photo(self) -> Photo | None:
        """Return the photo that is shown now; None where none is, or a stand-in."""
        item = self._items[self._at] if 0 <= self._at < len(self._items) else None
        return None if item is None or is_stand_in(item) else photo_of(item)

    def show_arrived(self) -> None:
        """Show the photo for which another stood in; the list has it now."""
        at, self._at = self._at, -1
        self.go_to(at)

    def take_context(self, context: PhotoContext) -> None:
        """Say what has to do with a photo, if it is still the one that is shown."""
        self._details.take_context(context)

    def say_gone(self) -> None:
        """Say that the photo is no longer there; what is in memory of it stays in sight."""
        self._canvas.say(GONE)

    def go_to(self, index: int) -> None:
        """Show the item at this place of the list; nothing happens beyond the ends or where it is shown."""
        if not 0 <= index < len(self._items) or index == self._at:
            return
        forward = index > self._at
        self._at = index
        self._band.end()
        item = self._items[index]
        photo = photo_of(item)
        hit = item if isinstance(item, Hit) else None
        self._show_names(photo)
        self._details.show_photo(photo, hit)
        size = QSize(photo.width_px or 0, photo.height_px or 0)
        self._canvas.show_stand_in(self._peek(photo.id, moment_of(item)), size)
        self._canvas.setAccessibleDescription(", ".join([photo.name, *spoken_video(photo, hit)]))
        if (picture := self._loader.peek(photo.id, moment_of(item))) is not None:
            self._show_picture(item, picture)
        elif photo.offline:
            self._show_picture(item, Picture((), is_copy=True))
        self._video.show_video(item)
        self._load_around(forward)
        self.moved_to.emit(photo)

    def next(self) -> None:
        """Show the next photo of the list; the last one stays."""
        self.go_to(self._at + 1)

    def previous(self) -> None:
        """Show the photo before in the list; the first one stays."""
        self.go_to(self._at - 1)

    def leave(self) -> None:
        """Say that the person is done, and give the pictures' memory back."""
        self._band.end()
        self.closed.emit()
        self.forget_pictures()

    def forget_pictures(self) -> None:
        """Give the memory of whole pictures back; the next photo is decoded anew."""
        self._canvas.forget_picture()
        self._loader.forget()

    def set_details_shown(self, shown: bool) -> None:
        """Show or hide what is known of the photo; in a narrow window it stays hidden."""
        self._details_wanted = shown
        self._place_details()

    def show_thumb(self, given: Thumb | None, *, usable: bool) -> None:
        """Show which thumb the photo has; `usable` is whether there is a search to refine."""
        self._thumbs.show_thumb(given, usable=usable)

    def thumbs(self) -> ThumbButtons:
        """Return the buttons that judge the photo."""
        return self._thumbs

    def band(self) -> RegionBand:
        """Return what draws a rectangle on the photo."""
        return self._band

    def video(self) -> VideoBar:
        """Return what plays a video."""
        return self._video

    def canvas(self) -> PhotoCanvas:
        """Return the part that paints the photo."""
        return self._canvas

    def details(self) -> PhotoDetails:
        """Return the part that says what is known of the photo."""
        return self._details

    def set_full_screen(self, on: bool) -> None:
        """Fit what is around the photo for the whole screen, or for a window."""
        self.full_screen.turn(on=on)
        self._place_details()

    def close_threads(self) -> None:
        """End the threads that decode; no photo is shown after this."""
        self._loader.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hear the keys of the view; others go on to the window."""
        action = self._action_of(event)
        if action is None:
            super().keyPressEvent(event)
        else:
            action()
            event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the details where they leave too little room."""
        super().resizeEvent(event)
        self._place_details()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the photo, as its cell in the grid does."""
        if (menu := self._actions.menu()) is not None:
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(event.globalPos())

    def changeEvent(self, event: QEvent) -> None:
        """Paint again in other colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._canvas.update()

    def _assemble(self) -> None:
        stage = QHBoxLayout()
        stage.setSpacing(0)
        stage.addWidget(self._canvas, 1)
        stage.addWidget(self._details)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        bar = self._bar()
        whole.addWidget(bar)
        whole.addLayout(stage, 1)
        self.full_screen = FullScreen(self, whole, bar, self._canvas)
        # Said here, or the details' width would keep the window from growing narrow enough to hide them.
        self.setMinimumSize(400, 300)

    def _bar(self) -> QWidget:
        bar = Bar()
        line = bar.line
        line.addWidget(self._button("close", "Back to all photos (Esc)", self.leave))
        line.addSpacing(theme.SPACE.small)
        line.addWidget(self._name)
        line.addSpacing(theme.SPACE.small)
        line.addWidget(self._place)
        line.addStretch(1)
        self._percent.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._percent.setMinimumWidth(self._percent.fontMetrics().horizontalAdvance("1600 %  "))
        self._percent.setAccessibleName("Zoom")
        for button in (
            self._button("previous", "Previous photo (←)", self.previous),
            self._button("next", "Next photo (→)", self.next),
            self._button("zoom-out", "Zoom out (−)", self._canvas.zoom_out),
            self._percent,
            self._button("zoom-in", "Zoom in (+)", self._canvas.zoom_in),
            self._button("fit", "Whole photo (0)", self._canvas.fit),
            self._button("region", "Find a part of this photo (R)", self._toggle_band),
            self._thumbs,
            self._button("copy", "Copy the file (Ctrl+C)", self._actions.copy_file),
            self._button("external", "Open in another application (Enter)", self._actions.open),
            self._button("panel", "Details (I)", self._toggle_details),
        ):
            line.addWidget(button)
        bar.give_way(self._name, (self._percent, self._place))
        return bar

    def _button(self, icon: str, text: str, run: Callable[[], None]) -> QToolButton:
        button = tool_button(icon, text, tone="text")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(run)
        self._buttons[icon] = button
        return button

    def _connect(self) -> None:
        self._canvas.zoom_changed.connect(self._show_zoom)
        self._show_zoom(self._canvas.zoom())
        self._buttons["region"].setCheckable(True)
        self._band.turned.connect(self._buttons["region"].setChecked)
        self._band.chosen.connect(self._look_for_part)
        actions = self._actions
        for ours in SIGNALS:
            getattr(actions, ours).connect(getattr(self, ours))
        self._details.reveal_wanted.connect(actions.reveal)
        self._details.similar_wanted.connect(actions.look_for_similar)
        self._video.play_wanted.connect(actions.open)

    def _action_of(self, event: QKeyEvent) -> Callable[[], None] | None:
        if event.matches(QKeySequence.StandardKey.Copy):
            return self._actions.copy_file
        control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if held == control | shift and event.key() == Qt.Key.Key_C:
            return self._actions.copy_path
        # Plus needs Shift on many keyboards; with Ctrl it zooms as in a browser.
        if held & ~(control | shift) or (held & control and event.key() not in _ZOOM_KEYS):
            return None
        return self._keys().get(Qt.Key(event.key()))

    def _keys(self) -> dict[Qt.Key, Callable[[], None]]:
        key, canvas = Qt.Key, self._canvas
        return {
            key.Key_Escape: self._step_back, key.Key_Space: self.leave,
            key.Key_R: self._toggle_band, key.Key_M: self._actions.look_for_similar,
            key.Key_U: self._actions.like, key.Key_D: self._actions.dislike,
            key.Key_F: self.full_screen_wanted.emit, key.Key_Delete: self._actions.refuse_to_delete,
            key.Key_Right: self.next, key.Key_Down: self.next, key.Key_PageDown: self.next,
            key.Key_Left: self.previous, key.Key_Up: self.previous, key.Key_PageUp: self.previous,
            key.Key_Home: lambda: self.go_to(0), key.Key_End: lambda: self.go_to(len(self._items) - 1),
            key.Key_Plus: canvas.zoom_in, key.Key_Equal: canvas.zoom_in, key.Key_Minus: canvas.zoom_out,
            key.Key_0: canvas.fit, key.Key_1: lambda: canvas.zoom_to(1.0), key.Key_I: self._toggle_details,
            key.Key_Return: self._enter, key.Key_Enter: self._enter,
        }  # fmt: skip

    def _show_names(self, photo: Photo) -> None:
        self._name.setMaximumWidth(max(120, self.width() // 3))
        self._name.setText(plain(photo.name))
        self._place.setText(self._position.words(self._at))
        for icon, more in (("previous", self._at > 0), ("next", self._at < len(self._items) - 1)):
            self._buttons[icon].setEnabled(more)
        self._buttons["region"].setEnabled(photo.duration_s is None and not photo.reason)

    def _show_zoom(self, zoom: float) -> None:
        self._percent.setText(f"{zoom * 100:.0f} %")

    def _load_around(self, forward: bool) -> None:
        """Load the shown photo, then the one the person is likely to go to, then the one they came from."""
        step = 1 if forward else -1
        places = [self._at, self._at + step, self._at - step]
        items = [self._items[place] for place in places if 0 <= place < len(self._items)]
        self._loader.want([item for item in items if not is_stand_in(item)])

    def _take_picture(self, photo_id: int) -> None:
        item = self._items[self._at] if 0 <= self._at < len(self._items) else None
        if item is None or photo_of(item).id != photo_id:
            return
        # Asked for again: it may be that of another moment, which was wanted for an earlier answer.
        if (picture := self._loader.peek(photo_id, moment_of(item))) is not None:
            self._show_picture(item, picture)

    def _show_picture(self, item: Shown, picture: Picture) -> None:
        photo = photo_of(item)
        if picture.is_copy:
            image = picture.levels[0] if picture.levels else self._peek(photo.id, moment_of(item))
            self._canvas.show_copy(image or QImage(), said_of_copy(photo, image, self._whereabouts))
        else:
            self._canvas.show_picture(picture)
        self._video.follow()

    def _place_details(self) -> None:
        wide = self.width() >= _LEAST_WIDTH_WITH_DETAILS and not self.full_screen.is_on()
        self._details.setVisible(self._details_wanted and wide)

    def _toggle_details(self) -> None:
        self.set_details_shown(not self._details_wanted)

    def _toggle_band(self) -> None:
        photo = self.photo()
        # A rectangle is looked for in the file, which has to be readable, and does not say which moment of a video is meant.
        if photo is not None and photo.duration_s is None and not photo.reason:
            self._band.toggle()

    def _step_back(self) -> None:
        if self._band.is_on():
            self._band.end()
        elif self.full_screen.is_on():
            self.full_screen_wanted.emit()
        else:
            self.leave()

    def _enter(self) -> None:
        if self._band.is_on():
            self._band.choose()
        else:
            self._actions.open()

    def _look_for_part(self, region: Region) -> None:
        if (photo := self.photo()) is not None:
            self.part_wanted.emit(photo, region)


_ZOOM_KEYS: Final = {Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus, Qt.Key.Key_0, Qt.Key.Key_1}
