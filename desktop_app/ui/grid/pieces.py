"""Rows while some of them come and go: pieces of arrays one after the other, so that no step copies a million ids."""

from bisect import bisect_right

import numpy as np

from desktop_app.ui.grid.places import Ids


class Pieces:
    """The ids of rows, of which runs are taken out and put in; each step costs what there were steps before it."""

    def __init__(self, ids: Ids) -> None:
        self._pieces: list[Ids] = []
        self._starts: list[int] = []
        self._join([ids])

    def __len__(self) -> int:
        return self._starts[-1] + len(self._pieces[-1]) if self._pieces else 0

    def __getitem__(self, row: int) -> int:
        piece = bisect_right(self._starts, row) - 1
        return int(self._pieces[piece][row - self._starts[piece]])

    def between(self, first: int, after: int) -> Ids:
        """Return the ids of a run of rows."""
        found = [
            piece[max(0, first - start) : max(0, after - start)]
            for piece, start in zip(self._pieces, self._starts, strict=True)
        ]
        return np.concatenate([np.empty(0, dtype=np.int64), *found])

    def row_of(self, photo_id: int) -> int | None:
        """Return where a photo is shown, after a look at all of them."""
        for piece, start in zip(self._pieces, self._starts, strict=True):
            rows = np.flatnonzero(piece == photo_id)
            if len(rows):
                return start + int(rows[0])
        return None

    def remove(self, first: int, last: int) -> None:
        """Take rows out, both ends included."""
        self._join([*self._before(first), *self._from(last + 1)])

    def insert(self, first: int, ids: Ids) -> None:
        """Put photos in before a row."""
        self._join([*self._before(first), ids, *self._from(first)])

    def _before(self, row: int) -> list[Ids]:
        ends = zip(self._pieces, self._starts, strict=True)
        return [piece[: row - start] for piece, start in ends if start < row]

    def _from(self, row: int) -> list[Ids]:
        ends = zip(self._pieces, self._starts, strict=True)
        return [piece[max(0, row - start) :] for piece, start in ends if start + len(piece) > row]

    def _join(self, pieces: list[Ids]) -> None:
        self._pieces = [piece for piece in pieces if len(piece)]
        starts, count = [], 0
        for piece in self._pieces:
            starts.append(count)
            count += len(piece)
        self._starts = starts
