"""A catalogue of small vectors with its compact copy, for the tests; and a process that follows for ever."""

import sys
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog import Catalog
from desktop_app.library.vectors.compact.copies import FOLDER_NAME, VectorCopies
from desktop_app.library.vectors.compact.room import Limits
from desktop_app.library.vectors.compact.sessions import begin_session
from desktop_app.library.vectors.found import Found, best_of
from tests.library.catalog.records import MODEL, record, unit

FILED = Limits(least_filed=1)
"""Lets every copy be on disk, however small."""

HELD = Limits(least_filed=10**9)
"""Lets every copy be in memory."""


class Bench:
    """One session after the other with a library's catalogue and its copies."""

    def __init__(self, base: Path, limits: Limits = FILED) -> None:
        self.base = base
        self.limits = limits
        self.open()

    def open(self) -> None:
        self.catalog = Catalog(self.base / "catalog.db")
        begin_session(self.catalog)
        self.catalog.folders.add(self.base / "photos")
        self.copies = VectorCopies(self.catalog, self.base, self.limits)

    def close(self) -> None:
        self.copies.close()
        self.catalog.close()

    def again(self) -> None:
        """End in good order and begin the next session."""
        self.close()
        self.open()

    def crashed(self) -> None:
        """End as a killed process does, and begin the next session."""
        self.catalog.close()
        self.open()

    def save(self, *numbers: int, seed: int = 0, model: str = MODEL) -> None:
        photos = [record(self.path(one), f"c{one}", vector=unit(one + seed)) for one in numbers]
        self.catalog.photos.save(photos, model)

    def remove(self, *numbers: int) -> None:
        self.catalog.photos.remove([self.path(one) for one in numbers])

    def carry(self, model: str = MODEL) -> None:
        """Do what carries vectors into the store: tell of the changes, then drop them."""
        while changes := self.catalog.vectors.outbox(model, 256):
            self.copies.hear(model, changes)
            self.catalog.vectors.outbox_done(model, up_to=changes[-1].seq)

    def path(self, number: int) -> Path:
        return self.base / "photos" / f"{number:05d}.jpg"

    @property
    def folder(self) -> Path:
        (folder,) = (self.base / FOLDER_NAME).glob(f"*{MODEL}")
        return folder

    def is_on_disk(self) -> bool:
        return self.copies.extent(MODEL).vectors > 0

    def by_hand(self, query: NDArray[np.float32], limit: int, among: set[int] | None = None) -> Found:
        numbers, scores = [], []
        for some, vectors in self.catalog.vectors.blocks(MODEL):
            keep = np.ones(len(some), dtype=bool) if among is None else np.isin(some, list(among))
            numbers.append(some[keep])
            scores.append((vectors @ query)[keep])
        if not numbers:
            return []
        return best_of(np.concatenate(numbers), np.concatenate(scores), limit)

    def agrees(self, among: set[int] | None = None) -> None:
        """Check a few questions against a look at every vector of the catalogue."""
        ids = None if among is None else np.array(sorted(among), dtype=np.int64)
        for seed in (1_000_001, 1_000_002):
            for limit in (1, 5, 10_000):
                found = self.copies.nearest(MODEL, unit(seed), limit, ids)
                right = self.by_hand(unit(seed), limit, among)
                assert found is not None
                assert [number for number, _ in found] == [number for number, _ in right]
                np.testing.assert_allclose([one for _, one in found], [one for _, one in right], atol=1e-5)


def follow_for_ever(base: Path) -> None:
    """Write photos and let the copy follow, saying the number of each round once it has; for a process that is killed."""
    bench = Bench(base)
    bench.copies.load(MODEL)
    for number in count():
        first = 1_000 + 64 * number
        bench.save(*range(first, first + 64))
        bench.remove(*range(first, first + 5))
        bench.carry()
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    follow_for_ever(Path(sys.argv[1]))
