"""The grid of photos: what keys, mouse and menu do there, and which pictures are loaded first."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QMimeData,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QMenu, QWidget

from desktop_app.library import Photo, PhotoState
from desktop_app.ui.background.thumbnail_loader import ThumbnailLoader
from desktop_app.ui.grid.delegate import PADDING, PhotosDelegate, caption_height
from desktop_app.ui.grid.grid_view import Index
from desktop_app.ui.grid.letters import measure_anew
from desktop_app.ui.grid.model import PhotosModel
from desktop_app.ui.grid.photo_menu import drag_picture, photo_menu
from desktop_app.ui.grid.place_keeper import PlaceKeeper
from desktop_app.ui.grid.roles import Role
from desktop_app.ui.grid.stacks_view import StacksView
from desktop_app.ui.look.video_words import moment_of, noun_for
from desktop_app.ui.system import file_actions

LEAST_CELL_PX: Final = 96
MOST_CELL_PX: Final = 512
START_CELL_PX: Final = 184
_ZOOM_STEP_PX = 16

# No desktop pastes more than that; every path is looked up first.
MOST_COPIED: Final = 100_000

# Height of the room for a picture, for a width of 1: most photos are 4:3 or 3:2 and lie on their side.
_RATIO = 0.84

# Scrolling and zooming are followed by one look at what is in sight, not by one for every step.
_LOOK_MS = 20
_ZOOM_LOOK_MS = 120


class PhotosView(StacksView):
    """Shows a `PhotosModel` and speaks of photos, never of rows.

    Signals:
        opened(Photo): Open it in the system's application for it.
        preview_wanted(Photo): Show it large.
        similar_wanted(Photo): Look for photos like it.
        selection_described(int): How many photos are selected now.
        copied(int): How many files, or paths, were put on the clipboard.
        copy_refused(int): So many are selected that they are not copied.
        zoom_changed(int): The cells' least width in device-independent pixels, 96 to 512.
        reveal_wanted(Photo): Show it in its folder.
        menu_asked(QMenu, Photo): The menu of a photo is about to be shown; who hears it may add lines.
        judged(list[Photo], Thumb): The person gave these photos thumbs up or down.
        delete_wanted(Photo): The person pressed the key that deletes elsewhere, on this photo.
    """

    opened = Signal(object)
    preview_wanted = Signal(object)
    similar_wanted = Signal(object)
    selection_described = Signal(int)
    copied = Signal(int)
    copy_refused = Signal(int)
    zoom_changed = Signal(int)
    reveal_wanted = Signal(object)
    menu_asked = Signal(object, object)
    judged = Signal(object, object)
    delete_wanted = Signal(object)

    def __init__(self, model: PhotosModel, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        """Connect model and loader; both stay their makers' own."""
        super().__init__(model, parent)
        self._loader = loader
        self._cell_px = START_CELL_PX
        self._when_known: Callable[[], None] | None = None
        self._awaited: list[int] = []
        self._look = QTimer(self, singleShot=True, interval=_LOOK_MS)
        self._look.timeout.connect(self.load_what_is_in_sight)
        self.setAccessibleName("Photos")
        self.setItemDelegate(PhotosDelegate(self))
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        # Folders are dropped on the window behind, which adds them.
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self._connect(model, loader)
        self._measure()

    def _connect(self, model: PhotosModel, loader: ThumbnailLoader) -> None:
        model.read_thumbnails_with(loader.peek)
        loader.ready.connect(model.thumbnail_ready)
        loader.failed.connect(model.thumbnail_ready)
        model.photos_taken.connect(self._meet_known_photos)
        self.setModel(model)
        PlaceKeeper(self, model)
        model.renewed.connect(self._look_soon)
        self.cells_moved.connect(self._look_soon)

    def cell_px(self) -> int:
        """Return the least width of a cell that was asked for."""
        return self._cell_px

    def set_cell_px(self, cell_px: int) -> None:
        """Set the least width of a cell, kept between 96 and 512."""
        cell_px = max(LEAST_CELL_PX, min(MOST_CELL_PX, cell_px))
        if cell_px == self._cell_px:
            return
        self._cell_px = cell_px
        self._measure()
        self._look.start(_ZOOM_LOOK_MS)
        self.zoom_changed.emit(cell_px)

    def chosen_count(self) -> int:
        """Return how many photos are selected."""
        return sum(len(run) for run in self._runs())

    def chosen_ids(self, most: int | None = None) -> list[int]:
        """Return the ids of the selected photos in the order shown, of very many the first `most`."""
        ids: list[int] = []
        for run in self._runs():
            room = len(run) if most is None else most - len(ids)
            ids += self._photos.ids_of(run[:room])
        return ids

    def is_chosen(self, photo_id: int) -> bool:
        """Return whether a photo is selected."""
        row = self._photos.row_of(photo_id)
        return row is not None and any(row in run for run in self._runs())

    def chosen_photos(self) -> list[Photo]:
        """Return the selected photos in the order shown, as far as they are known."""
        return self._photos.photos_in(self._runs())

    def current_photo(self) -> Photo | None:
        """Return the photo the keyboard is at; None when there is none or it is not known yet."""
        return self._photos.photo_at_row(self.currentIndex().row())

    def choose(self, photo_id: int) -> None:
        """Select this photo alone, or the one that stands for it, and scroll there; nothing where neither is shown."""
        row = self._photos.front_row_of(photo_id)
        if row is not None:
            self.setCurrentIndex(self._photos.index(row))

    def give_up_selection(self) -> bool:
        """Select nothing any more; False where nothing was selected, or nobody can see it."""
        had = self.isVisible() and self.selectionModel().hasSelection()
        if had:
            self.clearSelection()
        return had

    def copy_files(self) -> None:
        """Put the selected files on the clipboard; those not known yet are asked for first."""
        self._copy(file_actions.copy_files)

    def copy_paths(self) -> None:
        """Put the selected files' paths on the clipboard as text."""
        self._copy(file_actions.copy_path)

    def load_what_is_in_sight(self) -> None:
        """Ask for the photos and pictures of the cells in sight, then for those of the next screen."""
        seen = self.rows_in_sight()
        after = range(seen.stop, min(seen.stop + len(seen), self._photos.rowCount()))
        if not seen:
            return
        self._photos.want_rows(seen.start, after.stop - 1)
        self._loader.keep_only(set(self._photos.ids_of(range(seen.start, after.stop))))
        side_px = self._picture_px()
        # The loader takes the newest wish first: what is wanted first is said last.
        for row in (*reversed(after), *reversed(seen)):
            photo = self._photos.photo_at_row(row)
            if photo is not None:
                self._loader.want(photo, side_px, moment_of(self._photos.hit_at_row(row)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space shows the photo large, Enter opens it, the copy keys copy; the rest is as in every list."""
        action = self._action_of(event)
        if action is not None:
            action()
            event.accept()
        elif event.text() in {"/", "\x1b"}:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Do nothing: names of photos are found with the search field, letters are free for shortcuts."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the photo large."""
        if self._press_spot(event):
            return
        photo = self._photos.photo_at_row(self.indexAt(event.position().toPoint()).row())
        if event.button() == Qt.MouseButton.LeftButton and photo is not None:
            self.preview_wanted.emit(photo)
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl, change the size of the cells."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            steps = event.angleDelta().y() / 120
            self.set_cell_px(self._cell_px + round(steps * _ZOOM_STEP_PX))
            event.accept()
        else:
            super().wheelEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the photo, at the pointer or, by the menu key, at the current photo."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        photo = self._photos.photo_at_row(index.row())
        if photo is None:
            return
        menu = self.menu_for(photo)
        self.menu_asked.emit(menu, photo)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        spot = self.visualRect(index).center() if by_key else event.pos()
        menu.popup(self.viewport().mapToGlobal(spot))

    def menu_for(self, photo: Photo) -> QMenu:
        """Return the menu of this photo; the copies are of all that are selected."""
        count = max(1, self.chosen_count())
        return photo_menu(
            self,
            count=count,
            open_=lambda: self.opened.emit(photo),
            preview=lambda: self.preview_wanted.emit(photo),
            similar=None if photo.state is PhotoState.FAILED else lambda: self.similar_wanted.emit(photo),
            reveal=lambda: self.reveal_wanted.emit(photo),
            copy=self.copy_files,
            copy_path=self.copy_paths,
            more=self.lines_for(photo),
            noun=noun_for(self.chosen_photos() if count > 1 else [photo]),
            plays=photo.duration_s is not None,
        )

    def startDrag(self, _actions: Qt.DropAction) -> None:
        """Let the selected photos be dropped elsewhere as copies; the files never leave their folder."""
        drag = QDrag(self)
        drag.setMimeData(self.dragged())
        image = self.currentIndex().data(Role.THUMBNAIL)
        drag.setPixmap(drag_picture(image, self.chosen_count(), self.devicePixelRatioF()))
        drag.exec(Qt.DropAction.CopyAction)

    def dragged(self) -> QMimeData:
        """Return what a drag carries now: the selected files that are known."""
        return file_actions.mime_of([photo.path for photo in self.chosen_photos()])

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Say how many are selected, and have the photos of a small selection at hand for a drag."""
        super().selectionChanged(selected, deselected)
        count = self.chosen_count()
        if 1 < count <= 2000:
            self._photos.want_ids(self._unknown(self.chosen_ids()))
        self.selection_described.emit(count)

    def reset(self) -> None:
        """Begin at the top with nothing selected, and say so: Qt does not."""
        super().reset()
        self.selection_described.emit(0)

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Repaint the cells; a photo that has become known may want its picture."""
        super().dataChanged(first, last, roles)
        if not roles:
            self._look_soon()

    def changeEvent(self, event: QEvent) -> None:
        """Measure again for another font, and paint again in other colours."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange}:
            measure_anew()
            self._measure()
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self.viewport().update()

    def event(self, event: QEvent) -> bool:
        """Load pictures anew for a screen of another scale."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            measure_anew()
            self._measure()
            self._look_soon()
        return super().event(event)

    def _action_of(self, event: QKeyEvent) -> Callable[[], None] | None:
        control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() == Qt.Key.Key_C and held == control | shift:
            return self.copy_paths
        if event.matches(QKeySequence.StandardKey.Copy):
            return self.copy_files
        if held == Qt.KeyboardModifier.NoModifier and event.key() == Qt.Key.Key_Space:
            return self._preview
        if event.key() == Qt.Key.Key_Delete:
            return self._refuse_to_delete
        opens = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not held
        # On a Mac, where Enter renames in the Finder, people look for these.
        opens = opens or (event.key() == Qt.Key.Key_O and held == control)
        return self._open if opens else None

    def _preview(self) -> None:
        if (photo := self.current_photo()) is not None:
            self.preview_wanted.emit(photo)

    def _open(self) -> None:
        if (photo := self.current_photo()) is not None:
            self.opened.emit(photo)

    def _refuse_to_delete(self) -> None:
        if (photo := self.current_photo()) is not None:
            self.delete_wanted.emit(photo)

    def _copy(self, put: Callable[[Sequence[Path]], None]) -> None:
        """Copy now, or once the photos that are selected but not known have arrived."""
        count = self.chosen_count()
        self._when_known = None
        if count > MOST_COPIED:
            self.copy_refused.emit(count)
        elif unknown := self._unknown(self.chosen_ids()):
            self._when_known = lambda: self._copy(put)
            # The last first, for they are taken off at the end as they arrive.
            self._awaited = unknown[::-1]
            self._photos.want_ids(unknown)
        elif count:
            put([photo.path for photo in self.chosen_photos()])
            self.copied.emit(count)

    def _meet_known_photos(self) -> None:
        awaited, photos = self._awaited, self._photos
        while awaited and (photos.photo_of(awaited[-1]) is not None or photos.row_of(awaited[-1]) is None):
            awaited.pop()
        if self._when_known is not None and not awaited:
            self._when_known()

    def _unknown(self, ids: Sequence[int]) -> list[int]:
        return [photo_id for photo_id in ids if self._photos.photo_of(photo_id) is None]

    def _runs(self) -> list[range]:
        """Return the selected rows as runs, in their order."""
        chosen = self.selectionModel().selection().toList()
        return sorted((range(run.top(), run.bottom() + 1) for run in chosen), key=lambda run: run.start)

    def _look_soon(self) -> None:
        if not self._look.isActive():
            self._look.start(_LOOK_MS)

    def _measure(self) -> None:
        self.set_cell(self._cell_px, _RATIO, caption_height(self.font(), self._cell_px))

    def _picture_px(self) -> int:
        """Return the longest side a picture may have in physical pixels."""
        room = self.cell_width() - 2 * PADDING
        return round(room * self.devicePixelRatioF())
