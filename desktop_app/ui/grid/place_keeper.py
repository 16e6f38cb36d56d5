"""Keeps scroll position and selection at the same photos while the rows of the list change."""

from dataclasses import dataclass

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QObject

from desktop_app.ui.grid.grid_view import GridView
from desktop_app.ui.grid.model import PhotosModel


@dataclass(frozen=True, slots=True)
class _Place:
    """A place by photo: rows move, photos do not."""

    anchor: int | None
    top_px: int
    current: int | None
    chosen: frozenset[int]


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
        runs = view.selectionModel().selection().toList()
        chosen = [photo_id for run in runs for photo_id in photos.ids_of(range(run.top(), run.bottom() + 1))]
        current = photos.id_at_row(view.currentIndex().row())
        self._place = _Place(anchor, top_px, current, frozenset(chosen))

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

    def _is_covered(self, place: _Place) -> bool:
        known = place.chosen if place.current is None else {*place.chosen, place.current}
        rows = self._photos
        return any(
            rows.row_of(photo_id) is None and rows.front_row_of(photo_id) is not None for photo_id in known
        )

    def _choose_again(self, place: _Place) -> None:
        command = QItemSelectionModel.SelectionFlag
        found = (self._photos.front_row_of(photo_id) for photo_id in place.chosen)
        rows = sorted({row for row in found if row is not None})
        chosen = QItemSelection()
        for first, last in _runs(rows):
            chosen.select(self._photos.index(first), self._photos.index(last))
        self._view.selectionModel().select(chosen, command.ClearAndSelect)
        row = None if place.current is None else self._photos.front_row_of(place.current)
        if row is not None:
            self._view.selectionModel().setCurrentIndex(self._photos.index(row), command.NoUpdate)


def _runs(rows: list[int]) -> list[tuple[int, int]]:
    """Return sorted rows as runs of neighbours, so that a selection of all is one range and not 100,000."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs
