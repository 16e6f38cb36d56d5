"""What stacks are made from is read a column at a time, and is what a look at each row says."""

import random
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library.catalog import Catalog, PhotoRecord, facts
from desktop_app.library.catalog.facts import UNKNOWN, Facts, Numbers
from desktop_app.library.media.metadata.metadata import Metadata
from desktop_app.library.photo import Precision
from tests.library.catalog.records import MODEL, record

_CAMERAS = [None, "Canon", "Nikon", "", "Größe, 3", "z\udcff"]


_HASH = "ab" * 16
_PICTURES = {
    f"{_HASH}x12": 12,
    f"{_HASH}-6x3": 3,
    f"{_HASH}x1,2": 1,
    f"{_HASH}xyz": 0,
    f"{_HASH}x{'9' * 40}": 2**63 - 1,
}
_PIXELS = [
    None,
    "",
    "0f" * 16,
    _HASH,
    f"{_HASH}-6",
    "AB" * 16,
    "1,2" * 11,
    "\u0661" * 32,
    "7" * 14,
    *_PICTURES,
]


def _record(dice: random.Random, path: Path) -> PhotoRecord:
    """A file whose bytes are one of a few, said something of by each file."""
    metadata = Metadata(
        taken_at=dice.choice([None, datetime(1931, 5, 1), datetime(2022, 5, 1, 12, dice.randrange(60))]),
        precision=dice.choice([Precision.SECOND, Precision.DAY]),
        camera=dice.choice(_CAMERAS),
    )
    made = record(path, dice.choice([None, *"abcdefgh"]), metadata=metadata)
    return replace(
        made,
        pixels=dice.choice(_PIXELS),
        look=dice.choice([None, 0, 5, -(2**63), 2**63 - 1]),
        is_flat=dice.choice([None, True, False]),
        duration_ms=dice.choice([None, None, 0, 3000]),
    )


def _row_by_row(catalog: Catalog) -> list[tuple[object, ...]]:
    with catalog._database.reading() as connection:
        rows = connection.execute(
            """SELECT content.id, look, pixels, MAX(CASE WHEN precision = 'second' THEN taken_at END),
            MAX(camera), is_flat, duration_ms FROM content JOIN file ON file.content_id = content.id GROUP BY content.id"""
        ).fetchall()
    return [
        (
            number,
            look or 0,
            int(pixels[:15], 16) if pixels and re.match("[0-9a-f]{32}", pixels) else 0,
            UNKNOWN if taken_at is None else taken_at,
            camera,
            UNKNOWN if is_flat is None else is_flat,
            UNKNOWN if length_ms is None else length_ms,
            _PICTURES.get(pixels, 1),
        )
        for number, look, pixels, taken_at, camera, is_flat, length_ms in rows
    ]


def _columns(found: Facts) -> tuple[Numbers, ...]:
    of_photos = (found.looks, found.pixels, found.taken_at, found.cameras, found.flats, found.lengths_ms)
    return (found.ids, *of_photos, found.pictures)


def _with_cameras(found: Facts, cameras: dict[int, object]) -> list[tuple[object, ...]]:
    """Its rows, with the names of cameras in place of their numbers, which are to be equal for equal ones."""
    rows = list(zip(*(column.tolist() for column in _columns(found)), strict=True))
    return [(*row[:4], cameras[row[4]], *row[5:]) for row in rows]


@pytest.mark.parametrize("seed", range(8))
def test_columns_say_what_rows_say(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(tmp_path)
        for _ in range(12):
            paths = [tmp_path / f"{dice.randrange(20)}.jpg" for _ in range(3)]
            catalog.photos.save([_record(dice, path) for path in dict.fromkeys(paths)], MODEL)
            catalog.photos.remove([tmp_path / f"{dice.randrange(20)}.jpg"])
            rows, found = _row_by_row(catalog), catalog.stacks.facts()
            names = dict(zip(found.cameras.tolist(), (row[4] for row in rows), strict=True))
            assert len(set(names.values())) == len(names)
            assert _with_cameras(found, names) == rows
            assert all(column.dtype == np.int64 for column in _columns(found))
            some = found.ids[::2].tolist()
            of_some = catalog.stacks.facts([*some, 10**6])
            names = dict(zip(of_some.cameras.tolist(), (row[4] for row in rows[::2]), strict=True))
            assert _with_cameras(of_some, names) == rows[::2]


def test_of_nothing_nothing_is_known(tmp_path: Path) -> None:
    with Catalog(tmp_path / "catalog.db") as catalog:
        for asked in (None, [], [5]):
            assert [column.tolist() for column in _columns(catalog.stacks.facts(asked))] == [[]] * 8


def test_the_facts_of_a_few_are_read_without_a_look_at_any_other(tmp_path: Path) -> None:
    few = facts._AMONG_SOME
    with Catalog(tmp_path / "catalog.db") as catalog, catalog._database.reading() as connection:
        for words in (f"{facts._OF_CONTENTS} WHERE id {few}", facts._OF_FILES.format(among=few)):
            plan = [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {words}", ("[1]",))]
            assert plan
            assert not [step for step in plan if step.startswith(("SCAN file", "SCAN content"))]
