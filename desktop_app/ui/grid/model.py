"""The photos of an answer or of the whole library as rows; everything is known by photo id, never by row."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage

from desktop_app.library import Hit, Photo
from desktop_app.ui.grid.arranging import seconds_of
from desktop_app.ui.grid.roles import CellState, Role
from desktop_app.ui.grid.row_changes import MOST_RUNS, Changes, changes
from desktop_app.ui.grid.rows import Dates, Parts, ShownRows, dates_of
from desktop_app.ui.grid.sections import Grouping, Sections
from desktop_app.ui.grid.stacking import StackedCell, StackOf
from desktop_app.ui.grid.words import pointed_at, spoken
from desktop_app.ui.look.video_words import moment_of, video_cell
from desktop_app.ui.system import file_actions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Index = QModelIndex | QPersistentModelIndex
Peek = Callable[[int, float | None], QImage | None]
"""Returns the picture in memory of a photo id, and of a video's moment in seconds; None for not yet."""

# Photo rows asked of the catalogue at once; enough for a screen of the smallest cells on a large display.
PAGE: Final = 500
# More photos than that come or go by making the list anew.
_MOST_FOLLOWED: Final = 1000


class PhotosModel(QAbstractListModel):
    """The list model of the grid: holds ids and hits, and asks for photos when they are to be seen, never for pictures.

    A row is a photo that is shown; photos that are alike are one row until their stack is spread.

    Roles: see `Role`; `DisplayRole` is the file's name, `AccessibleTextRole` what a screen reader says.

    Signals:
        page_wanted(list[int]): Ids whose photos are to be seen but not known; answer with `take_photos`.
        photos_taken(): Photo rows have arrived.
        renewing(): The rows or sections of a list that goes on are about to change.
        renewed(bool): The list goes on, and its photos may have changed; True when rows were reset, False when
            those that stayed were not touched.
    """

    page_wanted = Signal(object)
    photos_taken = Signal()
    renewing = Signal()
    renewed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows = ShownRows()
        self._hits: dict[int, Hit] = {}
        self._photos: dict[int, Photo] = {}
        self._asked: set[int] = set()
        self._peek: Peek = _no_thumbnail

    def read_thumbnails_with(self, peek: Peek) -> None:
        """Say where pictures in memory are found by photo id and moment; a null image means that none can be made."""
        self._peek = peek

    def show_hits(
        self,
        hits: Sequence[Hit],
        *,
        goes_on: bool = False,
        by_date: bool = False,
        parts: Parts = (),
    ) -> None:
        """Show an answer in its order. A photo that comes twice is shown once.

        Args:
            hits: The answer.
            goes_on: It is that of the question shown already, asked again: place and selection stay.
            by_date: It is sorted by date, each part by itself, so that it can be divided by days or months.
            parts: Where every part after the first begins, and what it is called.
        """
        once = {hit.photo.id: hit for hit in reversed(hits)}
        ids = list(dict.fromkeys(hit.photo.id for hit in hits))
        dates = {photo_id: seconds_of(once[photo_id]) for photo_id in ids} if by_date else {}
        if goes_on:
            self.renewing.emit()
        self._rows.parts = parts
        self._photos = {photo_id: hit.photo for photo_id, hit in once.items()}
        self._asked = set()
        self._start_with(ids, dates, once, goes_on=goes_on)
        if goes_on:
            self.renewed.emit(True)

    def show_ids(self, ids: Sequence[int], seconds: "NDArray[np.int64] | None" = None) -> None:
        """Show photos in this order; their rows are asked for when they come into view.

        Called again with nearly the same ids, it moves as little as can be, so that place and selection stay;
        photos known from before are shown until `take_photos` brings them anew.

        Args:
            ids: The photos.
            seconds: The date of each, where they are sorted by date and can be divided by days or months.
        """
        dates = dates_of(ids, seconds)
        ids = list(dict.fromkeys(ids))
        self._asked = set()
        if self._rows.listed and not self._hits:
            self._go_on_with(ids, dates)
        else:
            self._rows.parts = ()
            self._start_with(ids, dates, {})
        listed = set(ids)
        self._photos = {photo_id: photo for photo_id, photo in self._photos.items() if photo_id in listed}

    def update_ids(self, named: Collection[int], ids: Sequence[int], seconds: "NDArray[np.int64]") -> None:
        """Bring a list by date up to date where photos came, went or changed; all else stays as it is.

        Args:
            named: All photos of which something is known now that was not.
            ids: Those of them, and of their equals, that are in the list now.
            seconds: The date of each.
        """
        now = dates_of(ids, seconds)
        before = {
            photo_id: date
            for photo_id in {*named, *now}
            if (date := self._rows.dates.get(photo_id)) is not None
        }
        self._asked.difference_update(named)
        gone = [photo_id for photo_id, date in before.items() if now.get(photo_id) != date]
        came = {photo_id: date for photo_id, date in now.items() if before.get(photo_id) != date}
        few = len(gone) + len(came) <= _MOST_FOLLOWED and self._rows.can_follow({*gone, *came})
        if few and self._rows.count_runs(gone, came) <= MOST_RUNS:
            self._follow(gone, came)
        else:
            self._go_on_with(*self._rows.with_changes(gone, came))
        for photo_id in gone:
            if photo_id not in came:
                self._photos.pop(photo_id, None)

    def take_stacks(self, stack_of: StackOf) -> None:
        """Take which photos are alike; what is shown moves as little as can be."""
        if self._rows.stacking.take(stack_of):
            self._go_on_with(self._rows.listed, self._rows.dates)

    def show_as_one(self, as_one: bool) -> None:
        """Show photos that are alike as one, or each by itself."""
        if self._rows.stacking.show_as_one(as_one):
            self._go_on_with(self._rows.listed, self._rows.dates)

    def stack_of(self) -> StackOf:
        """Return which photos are alike; nothing where each is shown by itself."""
        return self._rows.stacking.stack_of()

    def turn_stack(self, photo_id: int) -> None:
        """Show the photos like this one after the one that stands for them, or that one alone again."""
        stacking = self._rows.stacking
        stack = stacking.stack(photo_id)
        row = self._rows.row_of(stack[0]) if stack else None
        if row is None:
            return
        self.renewing.emit()
        self._rows.begin()
        stacking.turn(photo_id)
        if stacking.is_spread(photo_id):
            self._insert(row + 1, stack[1:])
        else:
            self._remove(row + 1, row + len(stack) - 1)
        self._rows.number()
        self._repaint(row)
        self.renewed.emit(False)

    def group_by(self, grouping: Grouping) -> None:
        """Divide the photos by days or months, where they are sorted by date."""
        self.renewing.emit()
        self._rows.group_by(grouping)
        self.renewed.emit(False)

    def is_by_date(self) -> bool:
        """Return whether the photos are sorted by date, so that they can be divided by it."""
        return bool(self._rows.dates)

    def sections(self) -> Sections:
        """Return the days or months of the rows."""
        return self._rows.sections()

    def take_photos(self, photos: Iterable[Photo]) -> None:
        """Take the rows that were asked for; those of photos no longer shown are dropped."""
        for photo in photos:
            row = self._rows.row_of(photo.id)
            if row is not None and self._photos.get(photo.id) != photo:
                self._photos[photo.id] = photo
                self._repaint(row)
        self.photos_taken.emit()

    def thumbnail_ready(self, photo_id: int, image: QImage | None = None) -> None:  # noqa: ARG002
        """Repaint the one row of this photo, if it is shown; the picture is read where thumbnails are kept."""
        row = self._rows.row_of(photo_id)
        if row is not None:
            self._repaint(row, [Role.THUMBNAIL, Role.STATE])

    def want_rows(self, first: int, last: int) -> None:
        """Ask for the photos of these rows, both ends included, as far as they are not known or asked for."""
        self.want_ids(self._rows.ids[max(0, first) : last + 1])

    def want_ids(self, ids: Iterable[int]) -> None:
        """Ask for these photos, as far as they are not known or asked for."""
        # A hit carries its photo; an id's photo is asked anew after each `show_ids`, for it may have changed.
        missing = [photo_id for photo_id in ids if photo_id not in self._asked and photo_id not in self._hits]
        self._asked.update(missing)
        for start in range(0, len(missing), PAGE):
            self.page_wanted.emit(missing[start : start + PAGE])

    def id_at_row(self, row: int) -> int | None:
        """Return the id of the photo in this row; None beyond the end."""
        ids = self._rows.ids
        return ids[row] if 0 <= row < len(ids) else None

    def row_of(self, photo_id: int) -> int | None:
        """Return where this photo is shown; None when it is not, or lies below another."""
        return self._rows.row_of(photo_id)

    def front_row_of(self, photo_id: int) -> int | None:
        """Return where this photo, or the one that stands for it, is shown; None when neither is."""
        return self._rows.front_row_of(photo_id)

    def front(self, photo_id: int) -> int:
        """Return the photo that stands for this one: itself, unless it is like one further up."""
        return self._rows.stacking.front(photo_id)

    def stack_at_row(self, row: int) -> StackedCell | None:
        """Return what the cell of this row shows of photos like its own; None without any."""
        photo_id = self.id_at_row(row)
        return None if photo_id is None else self._rows.stacking.cell(photo_id)

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

    def stands_for(self) -> list[int]:
        """Return for how many photos of the list each row stands."""
        return self._rows.stands_for()

    def ids_of(self, rows: range) -> list[int]:
        """Return the ids of a run of rows."""
        return self._rows.ids[rows.start : rows.stop]

    def ids(self) -> list[int]:
        """Return all ids in the order shown."""
        return list(self._rows.ids)

    def count(self) -> int:
        """Return how many photos the list has, those below others included."""
        return len(self._rows.listed)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """Return how many photos are shown."""
        return 0 if parent.isValid() else len(self._rows.ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Answer from memory, at once; None for what is not known yet."""
        photo_id = self.id_at_row(index.row())
        if photo_id is None:
            return None
        if role == Role.THUMBNAIL:
            return self._thumbnail(photo_id)
        if role == Role.STATE:
            return self._state(photo_id)
        if role == Role.STACK:
            return self._rows.stacking.cell(photo_id)
        if role == Role.VIDEO:
            return video_cell(self._photos.get(photo_id), self._hits.get(photo_id))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            stack = self._rows.stacking.cell(photo_id)
            return spoken(self._photos.get(photo_id), self._hits.get(photo_id), stack)
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

    def _start_with(
        self, ids: list[int], dates: Dates, hits: dict[int, Hit], *, goes_on: bool = False
    ) -> None:
        self.beginResetModel()
        if not goes_on:
            self._rows.stacking.forget_spread()
        self._hits = hits
        self._rows.ids = self._rows.take(ids, dates)
        self._rows.number()
        self.endResetModel()

    def _go_on_with(self, ids: list[int], dates: Dates) -> None:
        """Show nearly the same photos; what is known of each stays."""
        self.renewing.emit()
        shown = self._rows.take(ids, dates)
        steps = changes(self._rows.ids, shown)
        if steps is None:
            self._start_with(ids, dates, self._hits, goes_on=True)
        else:
            self._take_steps(steps, shown)
        self.renewed.emit(steps is None)

    def _follow(self, gone: Sequence[int], came: Mapping[int, int]) -> None:
        """Take rows out and put rows in, without a look at the rest of the list."""
        self.renewing.emit()
        self._rows.begin()
        for first, last in self._rows.leave(gone):
            self._remove(first, last)
        self._rows.forget_dates(gone)
        for first, ids in self._rows.enter(came):
            self._insert(first, ids)
        self._rows.number()
        self.renewed.emit(False)

    def _take_steps(self, steps: Changes, ids: list[int]) -> None:
        for first, last in steps.removed:
            self._remove(first, last)
        for first, last in steps.inserted:
            self._insert(first, ids[first : last + 1])
        self._rows.number()

    def _remove(self, first: int, last: int) -> None:
        self.beginRemoveRows(QModelIndex(), first, last)
        self._rows.remove(first, last)
        self.endRemoveRows()

    def _insert(self, first: int, ids: Sequence[int]) -> None:
        self.beginInsertRows(QModelIndex(), first, first + len(ids) - 1)
        self._rows.insert(first, ids)
        self.endInsertRows()

    def _described(self, role: int, photo: Photo | None, hit: Hit | None) -> object:
        if role == Role.PHOTO:
            return photo
        if role == Role.SCORE:
            return hit.score if hit else None
        if role == Role.BY_NAME:
            return hit is not None and hit.by_name
        if role == Role.BAND:
            return str(hit.band) if hit else ""
        if role == Role.OFFLINE:
            return photo is not None and photo.offline
        if role == Qt.ItemDataRole.DisplayRole:
            return photo.name if photo else ""
        if role == Qt.ItemDataRole.ToolTipRole:
            return pointed_at(photo, hit) if photo else None
        return None

    def _thumbnail(self, photo_id: int) -> QImage | None:
        image = self._picture(photo_id)
        return None if image is None or image.isNull() else image

    def _picture(self, photo_id: int) -> QImage | None:
        return self._peek(photo_id, moment_of(self._hits.get(photo_id)))

    def _state(self, photo_id: int) -> CellState:
        image = self._picture(photo_id)
        if image is None:
            return CellState.LOADING
        return CellState.BROKEN if image.isNull() else CellState.SHOWN

    def _repaint(self, row: int, roles: Sequence[int] = ()) -> None:
        index = self.index(row)
        self.dataChanged.emit(index, index, list(roles))


def _no_thumbnail(_photo_id: int, _at_s: float | None) -> QImage | None:
    return None
