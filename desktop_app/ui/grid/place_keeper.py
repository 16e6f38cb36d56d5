"""Keeps scroll position and selection at the same photos while the rows of the list change."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QObject

from desktop_app.ui.grid.grid_view import GridView
from desktop_app.ui.grid.model import PhotosModel

if TYPE_CHECKING:
    from desktop_app.ui.grid.places import Ids
    from desktop_app.ui.grid.shown import Shown

# Qt compares each run with each: a selection of every other photo of many is given up, which holds up nobody.
_MOST_RUNS: Final = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """A place by photo: rows move, photos do not."""

    anchor: int | None
    top_px: int
    current: int | None
    chosen: "Ids | None"


class PlaceKeeper(QObject):
    """Brings view and selection back to the same photos each time the model has changed its rows.

    A view that is at its top stays there, so that new photos come into sight.
    """

    def __init__(self, view: GridView, model: PhotosModel) -> None:
        super().__init__(view)
        self._view = view
        self._photos = model
        self._place: _Place | None = None
        model.renewing.connect(self.note)
        model.renewed.connect(self.bring_back)

    def note(self) -> None:
        """Remember what is in sight, where the keyboard is and what is selected."""
        view, photos = self._view, self._photos
        seen = view.rows_in_sight()
        # What the person looks at is the current photo, if it is in sight.
        row = view.currentIndex().row() if view.currentIndex().row() in seen else seen.start
        anchor = photos.id_at_row(row) if seen and view.verticalOffset() > 0 else None
        top_px = view.visualRect(photos.index(row)).top() if seen else 0
        current = photos.id_at_row(view.currentIndex().row())
        self._place = _Place(anchor, top_px, current, self._chosen())

    def bring_back(self, afresh: bool) -> None:
        """Scroll to what was in sight; `afresh` says that the selection was lost and is to be made again.

        Where a photo lies below another now, that one takes its place.
        """
        place, self._place = self._place, None
        if place is None:
            return
        self._view.updateGeometries()
        if afresh or self._is_covered(place):
            self._choose_again(place)
        row = None if place.anchor is None else self._photos.front_row_of(place.anchor)
        if row is not None:
            moved = self._view.visualRect(self._photos.index(row)).top() - place.top_px
            self._view.verticalScrollBar().setValue(self._view.verticalOffset() + moved)

    def _chosen(self) -> "Ids | None":
        runs = self._view.selectionModel().selection().toList()
        if not runs:
            return None
        import numpy as np

        return np.concatenate([self._photos.array_of(range(run.top(), run.bottom() + 1)) for run in runs])

    def _is_covered(self, place: _Place) -> bool:
        shown = self._photos.shown()
        if shown is None:
            return False
        if place.current is not None and _lies_below(shown, place.current):
            return True
        if place.chosen is None:
            return False
        below = place.chosen[shown.rows_of(place.chosen) < 0]
        return bool((shown.front_rows_of(below) >= 0).any())

    def _choose_again(self, place: _Place) -> None:
        command = QItemSelectionModel.SelectionFlag
        chosen, shown = QItemSelection(), self._photos.shown()
        runs = [] if place.chosen is None or shown is None else _runs(shown.front_rows_of(place.chosen))
        if len(runs) <= _MOST_RUNS:
            for first, last in runs:
                chosen.select(self._photos.index(first), self._photos.index(last))
        self._view.selectionModel().select(chosen, command.ClearAndSelect)
        row = None if place.current is None else self._photos.front_row_of(place.current)
        if row is not None:
            self._view.selectionModel().setCurrentIndex(self._photos.index(row), command.NoUpdate)


def _lies_below(shown: "Shown", photo_id: int) -> bool:
    return shown.row_of(photo_id) is None and shown.front_row_of(photo_id) is not None


def _runs(rows: "Ids") -> list[tuple[int, int]]:
    """Return rows as runs of neighbours, so that a selection of all is one range and not 100,000; -1 is no row."""
    import numpy as np

    rows = np.unique(rows[rows >= 0])
    if not len(rows):
        return []
    ends = np.flatnonzero(np.diff(rows) > 1)
    firsts, lasts = rows[np.append(0, ends + 1)], rows[np.append(ends, len(rows) - 1)]
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))
