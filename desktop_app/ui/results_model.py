"""The photos of an answer or of the whole library as rows; everything is known by photo id, never by row."""

from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum, StrEnum
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QDate,
    QLocale,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage

from desktop_app.library import Band, Hit, Photo
from desktop_app.ui import file_actions
from desktop_app.ui.row_changes import Changes, changes

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What `ResultsModel.data` answers beside Qt's own roles."""

    PHOTO = Qt.ItemDataRole.UserRole + 1
    SCORE = Qt.ItemDataRole.UserRole + 2
    BY_NAME = Qt.ItemDataRole.UserRole + 3
    THUMBNAIL = Qt.ItemDataRole.UserRole + 4
    STATE = Qt.ItemDataRole.UserRole + 5
    BAND = Qt.ItemDataRole.UserRole + 6


class CellState(StrEnum):
    """What a cell can show."""

    LOADING = "loading"
    SHOWN = "shown"
    BROKEN = "broken"


_SPOKEN_BANDS: Final = {Band.MAYBE: "perhaps", Band.REST: "below the line"}

# Photo rows asked of the catalogue at once; enough for a screen of the smallest cells on a large display.
PAGE: Final = 500


class ResultsModel(QAbstractListModel):
    """Holds ids and hits, asks for photo rows when they are to be seen, and for pictures not at all.

    Roles: see `Role`; `DisplayRole` is the file's name, `AccessibleTextRole` what a screen reader says.

    Signals:
        page_wanted(list[int]): Ids whose photos are to be seen but not known; answer with `take_photos`.
        photos_taken(): Photo rows have arrived.
        renewing(): The rows of a list that goes on are about to change.
        renewed(bool): The list goes on, and its photos may have changed; True when rows were reset, False when
            those that stayed were not touched.
    """

    page_wanted = Signal(object)
    photos_taken = Signal()
    renewing = Signal()
    renewed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: list[int] = []
        self._row_of: dict[int, int] = {}
        self._hits: dict[int, Hit] = {}
        self._photos: dict[int, Photo] = {}
        self._asked: set[int] = set()
        self._peek: Callable[[int], QImage | None] = _no_thumbnail

    def read_thumbnails_with(self, peek: Callable[[int], QImage | None]) -> None:
        """Say where pictures in memory are found by photo id; a null image means that none can be made."""
        self._peek = peek

    def show_hits(self, hits: Sequence[Hit], *, goes_on: bool = False) -> None:
        """Show an answer, best first. A photo that comes twice is shown once.

        Args:
            hits: The answer.
            goes_on: It is that of the question shown already, asked again: place and selection stay.
        """
        once = {hit.photo.id: hit for hit in reversed(hits)}
        if goes_on:
            self.renewing.emit()
        self.beginResetModel()
        self._ids = list(dict.fromkeys(hit.photo.id for hit in hits))
        self._hits = once
        self._photos = {photo_id: hit.photo for photo_id, hit in once.items()}
        self._asked = set()
        self._number_rows()
        self.endResetModel()
        if goes_on:
            self.renewed.emit(True)

    def show_ids(self, ids: Sequence[int]) -> None:
        """Show photos in this order; their rows are asked for when they come into view.

        Called again with nearly the same ids, it moves as little as can be, so that place and selection stay;
        photos known from before are shown until `take_photos` brings them anew.
        """
        ids = list(dict.fromkeys(ids))
        goes_on = bool(self._ids) and not self._hits
        self._asked = set()
        if goes_on and ids == self._ids:
            self.renewed.emit(False)
            return
        if goes_on:
            self.renewing.emit()
        steps = changes(self._ids, ids) if goes_on else None
        if steps is None:
            self._start_with(ids)
        else:
            self._take_steps(steps, ids)
        self._photos = {one: photo for one, photo in self._photos.items() if one in self._row_of}
        if goes_on:
            self.renewed.emit(steps is None)

    def take_photos(self, photos: Iterable[Photo]) -> None:
        """Take the rows that were asked for; those of photos no longer shown are dropped."""
        for photo in photos:
            row = self._row_of.get(photo.id)
            if row is not None and self._photos.get(photo.id) != photo:
                self._photos[photo.id] = photo
                self._repaint(row)
        self.photos_taken.emit()

    def thumbnail_ready(self, photo_id: int, image: QImage | None = None) -> None:  # noqa: ARG002
        """Repaint the one row of this photo, if it is shown; the picture is read where thumbnails are kept."""
        row = self._row_of.get(photo_id)
        if row is not None:
            self._repaint(row, [Role.THUMBNAIL, Role.STATE])

    def want_rows(self, first: int, last: int) -> None:
        """Ask for the photos of these rows, both ends included, as far as they are not known or asked for."""
        self.want_ids(self._ids[max(0, first) : last + 1])

    def want_ids(self, ids: Iterable[int]) -> None:
        """Ask for these photos, as far as they are not known or asked for."""
        # A hit carries its photo; an id's photo is asked anew after each `show_ids`, for it may have changed.
        missing = [one for one in ids if one not in self._asked and one not in self._hits]
        self._asked.update(missing)
        for start in range(0, len(missing), PAGE):
            self.page_wanted.emit(missing[start : start + PAGE])

    def id_at_row(self, row: int) -> int | None:
        """Return the id of the photo in this row; None beyond the end."""
        return self._ids[row] if 0 <= row < len(self._ids) else None

    def row_of(self, photo_id: int) -> int | None:
        """Return where this photo is shown; None when it is not."""
        return self._row_of.get(photo_id)

    def photo_at_row(self, row: int) -> Photo | None:
        """Return the photo of this row; None beyond the end or while it is not known."""
        photo_id = self.id_at_row(row)
        return None if photo_id is None else self._photos.get(photo_id)

    def photo_of(self, photo_id: int) -> Photo | None:
        """Return the photo with this id; None when it is not shown or not known."""
        return self._photos.get(photo_id)

    def hit_at_row(self, row: int) -> Hit | None:
        """Return the hit of this row; None where no answer is shown."""
        photo_id = self.id_at_row(row)
        return None if photo_id is None else self._hits.get(photo_id)

    def ids_of(self, rows: range) -> list[int]:
        """Return the ids of a run of rows."""
        return self._ids[rows.start : rows.stop]

    def ids(self) -> list[int]:
        """Return all ids in the order shown."""
        return list(self._ids)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """Return how many photos are shown."""
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Answer from memory, at once; None for what is not known yet."""
        photo_id = self.id_at_row(index.row())
        if photo_id is None:
            return None
        if role == Role.THUMBNAIL:
            return self._thumbnail(photo_id)
        if role == Role.STATE:
            return self._state(photo_id)
        return self._described(role, self._photos.get(photo_id), self._hits.get(photo_id))

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let every photo be chosen and dragged."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flag = Qt.ItemFlag
        return flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsDragEnabled | flag.ItemNeverHasChildren

    def supportedDragActions(self) -> Qt.DropAction:
        """Allow copies only."""
        # Never a move: a drop in a file manager would take the photo out of its folder.
        return Qt.DropAction.CopyAction

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return the files of these rows, as far as they are known, to be dragged or copied."""
        found = (self.photo_at_row(index.row()) for index in indexes)
        return file_actions.mime_of([photo.path for photo in found if photo is not None])

    def _start_with(self, ids: list[int]) -> None:
        self.beginResetModel()
        self._ids, self._hits = ids, {}
        self._number_rows()
        self.endResetModel()

    def _take_steps(self, steps: Changes, ids: list[int]) -> None:
        for first, last in steps.removed:
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._ids[first : last + 1]
            self.endRemoveRows()
        for first, last in steps.inserted:
            self.beginInsertRows(QModelIndex(), first, last)
            self._ids[first:first] = ids[first : last + 1]
            self.endInsertRows()
        self._number_rows()

    def _described(self, role: int, photo: Photo | None, hit: Hit | None) -> object:
        if role == Role.PHOTO:
            return photo
        if role == Role.SCORE:
            return hit.score if hit else None
        if role == Role.BY_NAME:
            return hit is not None and hit.by_name
        if role == Role.BAND:
            return str(hit.band) if hit else ""
        if role == Qt.ItemDataRole.DisplayRole:
            return photo.name if photo else ""
        if role == Qt.ItemDataRole.ToolTipRole:
            return _plain(str(photo.path)) if photo else None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(photo, hit)
        return None

    def _thumbnail(self, photo_id: int) -> QImage | None:
        image = self._peek(photo_id)
        return None if image is None or image.isNull() else image

    def _state(self, photo_id: int) -> CellState:
        image = self._peek(photo_id)
        if image is None:
            return CellState.LOADING
        return CellState.BROKEN if image.isNull() else CellState.SHOWN

    def _number_rows(self) -> None:
        self._row_of = {photo_id: row for row, photo_id in enumerate(self._ids)}

    def _repaint(self, row: int, roles: Sequence[int] = ()) -> None:
        index = self.index(row)
        self.dataChanged.emit(index, index, list(roles))


def spoken(photo: Photo | None, hit: Hit | None = None) -> str:
    """Return what a screen reader says of a photo: its name, its day, and why it was found."""
    if photo is None:
        return "Photo, loading"
    parts = [_plain(photo.name)]
    if (day := photo.taken_at) is not None:
        parts.append(QLocale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.LongFormat))
    if hit is not None and hit.by_name:
        parts.append("found by its name")
    if hit is not None and hit.band in _SPOKEN_BANDS:
        parts.append(_SPOKEN_BANDS[hit.band])
    if photo.reason:
        parts.append(f"cannot be used: {photo.reason}")
    return ", ".join(parts)


def _plain(name: str) -> str:
    """Return a name that can be shown: bytes that are not UTF-8 become question marks."""
    return name.encode(errors="replace").decode()


def _no_thumbnail(_photo_id: int) -> QImage | None:
    return None
