"""Questions about photos that are in the catalogue."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library.catalog import Catalog, Counts
from desktop_app.library.catalog import vectors as outbox_module
from desktop_app.library.query.parse import parse
from tests.library.catalog.records import MODEL, OTHER_MODEL, record, unit

HOME = Path("/photos") if os.name == "posix" else Path("C:/photos")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(HOME)
        yield catalog


def id_of(catalog: Catalog, path: Path) -> int:
    photo = catalog.photos.at(path, None)
    assert photo is not None
    return photo.id


def test_photos_come_in_the_order_asked_and_unknown_ones_are_left_out(catalog: Catalog) -> None:
    catalog.photos.save([record(HOME / f"{n}.jpg", str(n)) for n in range(5)], None)
    ids = [id_of(catalog, HOME / f"{n}.jpg") for n in (4, 0, 2)]
    asked = [ids[0], 10**9, ids[1], ids[2], ids[0]]
    assert [photo.id for photo in catalog.photos.of_ids(asked, None)] == [*ids, ids[0]]
    assert catalog.photos.of_ids([], None) == []


def test_more_photos_than_sql_takes_parameters_can_be_asked_for(catalog: Catalog) -> None:
    catalog.photos.save([record(HOME / "a.jpg")], None)
    assert len(catalog.photos.of_ids(range(300_000), None)) == 1


def test_ids_by_date_are_newest_first_by_date_taken_else_modified(catalog: Catalog) -> None:
    catalog.photos.save(
        [
            record(HOME / "2001.jpg", "a", taken_at=datetime(2001, 1, 1)),
            record(HOME / "modified 2023.jpg", "b"),
            record(HOME / "2030.jpg", "c", taken_at=datetime(2030, 1, 1)),
            record(HOME / "1950.jpg", "d", taken_at=datetime(1950, 1, 1)),
        ],
        None,
    )
    names = [photo.name for photo in catalog.photos.of_ids(catalog.photos.ids_by_date(), None)]
    assert names == ["2030.jpg", "modified 2023.jpg", "2001.jpg", "1950.jpg"]


def test_ids_by_date_hold_each_of_equal_files_and_unread_ones(catalog: Catalog) -> None:
    catalog.photos.save([record(HOME / "a.jpg", "same"), record(HOME / "copy.jpg", "same")], None)
    catalog.photos.save(
        [record(HOME / f"shut{n}.jpg", None, problem="no permission") for n in range(3)], None
    )
    names = sorted(photo.name for photo in catalog.photos.of_ids(catalog.photos.ids_by_date(), None))
    assert names == ["a.jpg", "copy.jpg", "shut0.jpg", "shut1.jpg", "shut2.jpg"]


def test_a_content_is_shown_by_the_file_known_longest(catalog: Catalog) -> None:
    catalog.photos.save(
        [record(HOME / "z first.jpg", "same", vector=unit(1)), record(HOME / "a copy.jpg", "same")], MODEL
    )
    (number,) = (int(one) for one in catalog.vectors.live_ids(MODEL))
    assert catalog.photos.of_contents([number, 999], MODEL)[number].name == "z first.jpg"
    catalog.photos.remove([HOME / "z first.jpg"])
    assert catalog.photos.of_contents([number], MODEL)[number].name == "a copy.jpg"
    catalog.photos.remove([HOME / "a copy.jpg"])
    assert catalog.photos.of_contents([number], MODEL) == {}


def test_counts_add_up_whatever_the_photos_have(catalog: Catalog) -> None:
    catalog.photos.save(
        [
            record(HOME / "a.jpg", "a", vector=unit(1)),
            record(HOME / "copy of a.jpg", "a"),
            record(HOME / "b.jpg", "b"),
            record(HOME / "bad.jpg", "bad", problem="not a picture"),
            # Embedded elsewhere, but not usable here: it counts once, as failed.
            record(HOME / "bad copy.jpg", "a", problem="no room to open it"),
        ],
        MODEL,
    )
    assert catalog.photos.counts(MODEL) == Counts(photos=5, indexed=2, failed=2, pending=1)
    assert catalog.photos.counts(OTHER_MODEL) == Counts(photos=5, indexed=0, failed=2, pending=3)
    assert catalog.photos.counts(None) == Counts(photos=5, indexed=0, failed=2, pending=3)


def test_a_file_that_cannot_be_used_is_not_among_the_photos_to_look_at(catalog: Catalog) -> None:
    catalog.photos.save(
        [
            record(HOME / "a.jpg", "a"),
            record(HOME / "bad.jpg", "bad", problem="not a picture"),
            record(HOME / "shut.jpg", None, problem="no permission"),
        ],
        None,
    )
    of_type = parse("type:jpg").filters
    everything = range(1, 10)
    for ids in (
        catalog.filters.usable_dated()[0],
        catalog.filters.usable_dated(of_type)[0],
        catalog.filters.listed_again(everything)[0],
        catalog.filters.listed_again(everything, of_type)[0],
    ):
        assert [photo.name for photo in catalog.photos.of_ids(ids.tolist(), None)] == ["a.jpg"]
    catalog.photos.save([record(HOME / "shut.jpg", "b")], None)
    assert len(catalog.filters.usable_dated()[0]) == len(catalog.filters.listed_again(everything)[0]) == 2


def test_an_empty_catalogue_answers_everything(catalog: Catalog) -> None:
    assert catalog.photos.counts(MODEL) == Counts(0, 0, 0, 0)
    assert catalog.folders.counts(MODEL) == {HOME: Counts(0, 0, 0, 0)}
    assert catalog.photos.ids_by_date() == []
    assert catalog.known.files(HOME) == {}
    assert list(catalog.vectors.blocks(MODEL)) == []
    assert catalog.vectors.live_count(MODEL) == 0
    assert catalog.vectors.models() == {}


def test_vectors_of_two_models_are_kept_apart(catalog: Catalog) -> None:
    path = HOME / "a.jpg"
    catalog.photos.save([record(path, vector=unit(1, 8))], MODEL)
    catalog.photos.save([record(path, vector=unit(2, 16))], OTHER_MODEL)
    number = id_of(catalog, path)
    assert catalog.vectors.models() == {MODEL: 1, OTHER_MODEL: 1}
    for model_id, size in ((MODEL, 8), (OTHER_MODEL, 16)):
        vector = catalog.vectors.of_photo(number, model_id)
        assert vector is not None
        assert len(vector) == size
        assert len(catalog.vectors.outbox(model_id, 10)) == 1


def test_vectors_come_in_blocks_and_only_of_photos_that_are_there(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "_BLOCK_ROWS", 4)
    catalog.photos.save([record(HOME / f"{n}.jpg", str(n), vector=unit(n)) for n in range(11)], MODEL)
    catalog.photos.remove([HOME / "5.jpg"])
    blocks = list(catalog.vectors.blocks(MODEL))
    assert [len(ids) for ids, _ in blocks] == [4, 4, 2]
    ids = np.concatenate([ids for ids, _ in blocks])
    assert ids.dtype == np.int64
    assert ids.tolist() == catalog.vectors.live_ids(MODEL).tolist()
    assert catalog.vectors.live_count(MODEL) == 10
    rows = np.concatenate([rows for _, rows in blocks])
    assert rows.dtype == np.float32
    photos = catalog.photos.of_contents(ids.tolist(), MODEL)
    for number, row in zip(ids.tolist(), rows, strict=True):
        assert float(row @ unit(int(photos[number].content_hash or ""))) > 0.9999


def test_two_catalogues_can_be_told_apart(tmp_path: Path) -> None:
    with Catalog(tmp_path / "one.db") as one, Catalog(tmp_path / "two.db") as two:
        assert one.notes.get("catalog id") != two.notes.get("catalog id")


def test_every_listed_photo_has_the_date_it_is_sorted_by(catalog: Catalog) -> None:
    catalog.photos.save(
        [
            record(HOME / "taken.jpg", "a", taken_at=datetime(2001, 1, 1, 12)),
            record(HOME / "modified.jpg", "b", mtime_ns=1_700_000_000_999_999_999),
            record(HOME / "moon.jpg", "c", taken_at=datetime(1969, 7, 20)),
            # After 2262 its nanoseconds are no SQLite integer any more; and no file is of the future.
            record(HOME / "far.jpg", "d", mtime_ns=10_000_000_000 * 10**9),
        ],
        None,
    )
    ids, seconds = catalog.filters.usable_dated()
    assert ids.tolist() == catalog.photos.ids_by_date()
    assert [photo.name for photo in catalog.photos.of_ids(ids.tolist(), None)] == [
        "modified.jpg", "taken.jpg", "far.jpg", "moon.jpg",
    ]  # fmt: skip
    assert seconds.tolist() == [1_700_000_000, 978_350_400, 0, -14_256_000]
    filters = parse("before:2020").filters
    kept, kept_seconds = catalog.filters.usable_dated(filters)
    assert kept.tolist() == catalog.filters.kept_by_date(filters) == ids[1:].tolist()
    assert kept_seconds.tolist() == seconds[1:].tolist()


def test_no_photos_have_no_dates(catalog: Catalog) -> None:
    ids, seconds = catalog.filters.usable_dated()
    assert ids.shape == (0,)
    assert seconds.shape == (0,)
