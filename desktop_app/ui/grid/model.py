"""The photos of an answer or of the whole library as rows; everything is known by photo id, never by row."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from operator import attrgetter
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

from desktop_app.library import Folder, Hit, Photo
from desktop_app.ui.grid.arranging import seconds_of
from desktop_app.ui.grid.cell import Cell, cell_of
from desktop_app.ui.grid.known import KnownPhotos
from desktop_app.ui.grid.roles import Role
from desktop_app.ui.grid.row_changes import Changes
from desktop_app.ui.grid.rows import Basis, ShownRows
from desktop_app.ui.grid.sections import Grouping, Sections
from desktop_app.ui.grid.stacking import NO_STACKS, KnowsStacks, StackedCell
from desktop_app.ui.grid.whereabouts import Whereabouts
from desktop_app.ui.grid.words import pointed_at, spoken
from desktop_app.ui.look.video_words import moment_of
from desktop_app.ui.system import file_actions

# What needs numpy is imported where there are photos: that takes a seventh of the time to the first paint.
if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from desktop_app.ui.grid.ahead import Ahead, Plan
    from desktop_app.ui.grid.alike import Stacks
    from desktop_app.ui.grid.listing import Parts
    from desktop_app.ui.grid.places import Ids, Numbers
    from desktop_app.ui.grid.shown import Shown

Index = QModelIndex | QPersistentModelIndex
Peek = Callable[[int, float | None], QImage | None]
"""Returns the picture in memory of a photo id, and of a video's moment in seconds; None for not yet."""

_OF_CELL: Final[dict[int, Callable[[Cell], object]]] = {
    Role.CELL: lambda cell: cell,
    Role.BY_NAME: attrgetter("is_by_name"),
    Role.THUMBNAIL: attrgetter("picture"),
    Role.STATE: attrgetter("state"),
    Role.BAND: attrgetter("band"),
    Role.STACK: attrgetter("stack"),
    Role.OFFLINE: attrgetter("is_offline"),
    Role.VIDEO: attrgetter("video"),
}

# Photo rows asked of the catalogue at once; enough for a screen of the smallest cells on a large display.
PAGE: Final = 500


class PhotosModel(QAbstractListModel):
    """The list model of the grid: holds ids and hits, and asks for photos when they are to be seen, never for pictures.

    A row is a photo that is shown; photos that are alike are one row until their stack is spread.

    Roles: see `Role`; `DisplayRole` is the file's name, `AccessibleTextRole` what a screen reader says.

    Attributes:
        whereabouts: Why photos are out of reach.

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
        self._photos = KnownPhotos()
        self._peek: Peek = _no_thumbnail
        self.whereabouts = Whereabouts()

    def read_thumbnails_with(self, peek: Peek) -> None:
        """Say where pictures in memory are found by photo id and moment; a null image means that none can be made."""
        self._peek = peek

    def take_folders(self, folders: Sequence[Folder]) -> None:
        """Say why photos are out of reach, as far as their folders know; see `whereabouts`."""
        if self.whereabouts.take_folders(folders) and self.rowCount():
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1), [Role.OFFLINE])

    def show_hits(
        self,
        hits: Sequence[Hit],
        *,
        goes_on: bool = False,
        by_date: bool = False,
        parts: "Parts" = (),
    ) -> None:
        """Show an answer in its order. A photo that comes twice is shown once.

        Args:
            hits: The answer.
            goes_on: It is that of the question shown already, asked again: place and selection stay.
            by_date: It is sorted by date, each part by itself, so that it can be divided by days or months.
            parts: Where every part after the first begins, and what it is called.
        """
        from desktop_app.ui.grid.listing import Listing
        from desktop_app.ui.grid.places import as_ids
        from desktop_app.ui.grid.shown import Shown

        once = {hit.photo.id: hit for hit in reversed(hits)}
        ids = list(dict.fromkeys(hit.photo.id for hit in hits))
        dates = as_ids([seconds_of(once[photo_id]) for photo_id in ids]) if by_date else None
        listing, before = Listing.of(ids, dates, parts), self._rows.basis
        spread = before.spread if goes_on else frozenset[int]()
        shown = Shown.of(listing, before.alike if before.as_one else None, spread)
        if goes_on:
            self.renewing.emit()
        self._photos.begin({photo_id: hit.photo for photo_id, hit in once.items()})
        self._start_with(replace(before, listing=listing, spread=spread, shown=shown), once)
        if goes_on:
            self.renewed.emit(True)

    def show_ids(self, ids: "Numbers", seconds: "NDArray[np.int64] | None" = None) -> None:
        """Show photos in this order; their rows are asked for when they come into view.

        Called again with nearly the same ids, it moves as little as can be, so that place and selection stay;
        photos known from before are shown until `take_photos` brings them anew.

        Args:
            ids: The photos.
            seconds: The date of each, where they are sorted by date and can be divided by days or months.
        """
        self.take(self.ahead().listed(ids, seconds))

    def update_ids(self, named: Collection[int], ids: "Numbers", seconds: "NDArray[np.int64]") -> None:
        """Bring a list by date up to date where photos came, went or changed; all else stays as it is.

        Args:
            named: All photos of which something is known now that was not.
            ids: Those of them, and of their equals, that are in the list now.
            seconds: The date of each.
        """
        self.take(self.ahead().changed(frozenset(named), ids, seconds))

    def take_stacks(self, stacks: "Stacks") -> None:
        """Take which photos are alike; what is shown moves as little as can be."""
        self.take(self.ahead().alike(stacks))

    def show_as_one(self, as_one: bool) -> None:
        """Show photos that are alike as one, or each by itself."""
        if self._rows.basis.listing is None:
            self._rows.settle(replace(self._rows.basis, as_one=as_one))
        else:
            self.take(self.ahead().as_one(as_one))

    def ahead(self) -> "Ahead":
        """Return what works out, on any thread, which rows come after the present ones; for `take`."""
        from desktop_app.ui.grid.ahead import Ahead

        return Ahead(self._rows.basis, self._rows.grouping, is_other=bool(self._hits) or not self.count())

    def take(self, plan: "Plan") -> bool:
        """Show what was worked out; False, and nothing is done, where the rows have become others meanwhile."""
        if plan.before is not self._rows.basis:
            return False
        self._photos.ask_anew(plan.stale)
        if plan.is_other:
            self._start_with(plan.after, {})
        elif plan.after is not plan.before or plan.stale:
            self._go_on_with(plan)
        listing = plan.after.listing
        if listing is not None:
            self._photos.keep_listed(listing.places)
        return True

    def stack_of(self) -> KnowsStacks:
        """Return which photos are alike; nothing where each is shown by itself."""
        basis = self._rows.basis
        return basis.alike if basis.as_one and basis.alike is not None else NO_STACKS

    def turn_stack(self, photo_id: int) -> None:
        """Show the photos like this one after the one that stands for them, or that one alone again."""
        plan = self.ahead().turned(photo_id)
        if plan is not None:
            self._go_on_with(plan)
            row = self._rows.front_row_of(photo_id)
            if row is not None:
                self._repaint(row)

    def has_spread(self) -> bool:
        """Return whether any stack may be spread."""
        return bool(self._rows.basis.spread)

    def group_by(self, grouping: Grouping) -> None:
        """Divide the photos by days or months, where they are sorted by date."""
        self.renewing.emit()
        self._rows.grouping = grouping
        self.renewed.emit(False)

    def is_by_date(self) -> bool:
        """Return whether the photos are sorted by date, so that they can be divided by it."""
        return self._rows.basis.listing is not None and self._rows.basis.listing.seconds is not None

    def sections(self) -> Sections:
        """Return the days or months of the rows."""
        return self._rows.sections()

    def take_photos(self, photos: Iterable[Photo]) -> None:
        """Take the rows that were asked for; those of photos no longer shown are dropped."""
        for photo in photos:
            row = self._rows.row_of(photo.id)
            if row is not None and self._photos.take(photo):
                self._repaint(row)
        self.photos_taken.emit()

    def thumbnail_ready(self, photo_id: int, image: QImage | None = None) -> None:  # noqa: ARG002
        """Repaint the one row of this photo, if it is shown; the picture is read where thumbnails are kept."""
        row = self._rows.row_of(photo_id)
        if row is not None:
            self._repaint(row, [Role.THUMBNAIL, Role.STATE])

    def want_rows(self, first: int, last: int) -> None:
        """Ask for the photos of these rows, both ends included, as far as they are not known or asked for."""
        if not self._hits:
            self._photos.keep_few()
        self.want_ids(self.ids_of(range(max(0, first), last + 1)))

    def want_ids(self, ids: Iterable[int]) -> None:
        """Ask for these photos, as far as they are not known or asked for."""
        # A hit carries its photo; an id's photo is asked anew after each `show_ids`, for it may have changed.
        missing = self._photos.missing(photo_id for photo_id in ids if photo_id not in self._hits)
        for start in range(0, len(missing), PAGE):
            self.page_wanted.emit(missing[start : start + PAGE])

    def id_at_row(self, row: int) -> int | None:
        """Return the id of the photo in this row; None beyond the end."""
        return self._rows.id_at(row)

    def row_of(self, photo_id: int) -> int | None:
        """Return where this photo is shown; None when it is not, or lies below another."""
        return self._rows.row_of(photo_id)

    def front_row_of(self, photo_id: int) -> int | None:
        """Return where this photo, or the one that stands for it, is shown; None when neither is."""
        return self._rows.front_row_of(photo_id)

    def front(self, photo_id: int) -> int:
        """Return the photo that stands for this one: itself, unless it is like one further up."""
        return self._rows.front(photo_id)

    def stack_at_row(self, row: int) -> StackedCell | None:
        """Return what the cell of this row shows of photos like its own; None without any."""
        photo_id = self.id_at_row(row)
        return None if photo_id is None else self._rows.cell(photo_id)

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

    def date_at_row(self, row: int) -> int | None:
        """Return the date of this row in wall-clock seconds since 1970; None where the photos are not sorted by it."""
        photo_id, listing = self.id_at_row(row), self._rows.basis.listing
        return None if photo_id is None or listing is None else listing.date_of(photo_id)

    def known(self) -> dict[int, Hit | Photo]:
        """Return the hits and photos that are known now, by id."""
        return {**self._photos.all(), **self._hits}

    def ids_of(self, rows: range) -> list[int]:
        """Return the ids of a run of rows, which is short."""
        ids: list[int] = self._rows.ids_of(rows).tolist()
        return ids

    def array_of(self, rows: range) -> "Ids":
        """Return the ids of a run of rows, however long; not to be changed."""
        return self._rows.ids_of(rows)

    def photos_in(self, runs: Iterable[range]) -> list[Photo]:
        """Return the photos of runs of rows in the order shown, as far as they are known."""
        return self._photos.in_rows(runs, self.row_of)

    def shown(self) -> "Shown | None":
        """Return the rows as they are now; None before there were any."""
        return self._rows.basis.shown

    def ids(self) -> list[int]:
        """Return all ids in the order shown, where these are few; `array_of` has any number."""
        return self.ids_of(range(self.rowCount()))

    def count(self) -> int:
        """Return how many photos the list has, those below others included."""
        listing = self._rows.basis.listing
        return 0 if listing is None else len(listing.ids)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """Return how many photos are shown."""
        return 0 if parent.isValid() else self._rows.count()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Answer from memory, at once; None for what is not known yet."""
        photo_id = self.id_at_row(index.row())
        if photo_id is None:
            return None
        photo, hit = self._photos.get(photo_id), self._hits.get(photo_id)
        if role in _OF_CELL:
            image = self._peek(photo_id, moment_of(hit))
            return _OF_CELL[role](cell_of(photo, hit, image, self._rows.cell(photo_id), self.whereabouts))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(photo, hit, self._rows.cell(photo_id), self.whereabouts)
        if role == Qt.ItemDataRole.ToolTipRole:
            return pointed_at(photo, hit, self.whereabouts) if photo else None
        return _described(role, photo, hit)

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

    def _start_with(self, basis: Basis, hits: dict[int, Hit]) -> None:
        self.beginResetModel()
        self._hits = hits
        self._rows.settle(basis)
        self.endResetModel()

    def _go_on_with(self, plan: "Plan") -> None:
        """Show nearly the same photos; what is known of each stays."""
        self.renewing.emit()
        if plan.steps is None:
            self._start_with(plan.after, self._hits)
        else:
            self._take_steps(plan.steps, plan.after)
        self.renewed.emit(plan.steps is None)

    def _take_steps(self, steps: Changes, basis: Basis) -> None:
        none = QModelIndex()
        self._rows.begin(basis)
        for first, last in steps.removed:
            self.beginRemoveRows(none, first, last)
            self._rows.remove(first, last)
            self.endRemoveRows()
        for first, last in steps.inserted:
            self.beginInsertRows(none, first, last)
            self._rows.insert(first, last)
            self.endInsertRows()
        self._rows.settle(basis)

    def _repaint(self, row: int, roles: Sequence[int] = ()) -> None:
        index = self.index(row)
        self.dataChanged.emit(index, index, list(roles))


def _described(role: int, photo: Photo | None, hit: Hit | None) -> object:
    if role == Role.PHOTO:
        return photo
    if role == Role.SCORE:
        return hit.score if hit else None
    if role == Qt.ItemDataRole.DisplayRole:
        return photo.name if photo else ""
    return None


def _no_thumbnail(_photo_id: int, _at_s: float | None) -> QImage | None:
    return None
