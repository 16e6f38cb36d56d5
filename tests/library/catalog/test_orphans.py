"""Contents that no file has any more: which they are, since when, and how they are forgotten."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library.catalog import Catalog, FrameRecord, PhotoRecord
from desktop_app.library.catalog.orphans import AT_ONCE
from desktop_app.library.catalog.salvage import salvage
from desktop_app.library.folders.comparing import FoundPhoto
from desktop_app.library.media.metadata.metadata import Metadata
from tests.library.catalog.records import MODEL, OTHER_MODEL, record, unit

HOME = Path("/photos") if os.name == "posix" else Path("C:/photos")
LATER = int(time.time()) + 1000


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(HOME)
        yield catalog


def save(catalog: Catalog, *names: str, model_id: str = MODEL) -> None:
    """Save photos that are named like their contents."""
    records = [
        record(HOME / f"{name}.jpg", name, vector=unit(number), metadata=Metadata(tags=("beach",)))
        for number, name in enumerate(names)
    ]
    catalog.photos.save(records, model_id)


def video(name: str) -> PhotoRecord:
    """A video with two moments, and one that it is known by."""
    moments = tuple(FrameRecord(at_ms, unit(at_ms)) for at_ms in (2000, 3000))
    return replace(record(HOME / f"{name}.mp4", name, vector=unit(7)), poster_ms=1000, frames=moments)


def orphans(catalog: Catalog, until: int = LATER) -> dict[str, tuple[str, ...]]:
    return {orphan.hashes[0]: orphan.hashes[1:] for orphan in catalog.orphans.due(until, 100)}


def rows(catalog: Catalog, table: str) -> int:
    with closing(sqlite3.connect(catalog.path)) as connection:
        return int(connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])


def test_a_content_is_an_orphan_while_no_file_has_it(catalog: Catalog) -> None:
    save(catalog, "one", "two")
    catalog.photos.save([record(HOME / "copy.jpg", "one", decoded=False)], MODEL)
    assert orphans(catalog) == {}
    catalog.photos.remove([HOME / "one.jpg"])
    assert orphans(catalog) == {}
    catalog.photos.remove([HOME / "copy.jpg"])
    assert orphans(catalog) == {"one": ()}
    catalog.photos.save([record(HOME / "again.jpg", "one", decoded=False)], MODEL)
    assert orphans(catalog) == {}


def test_a_file_that_changed_leaves_its_content_an_orphan(catalog: Catalog) -> None:
    save(catalog, "one")
    catalog.photos.save([record(HOME / "one.jpg", "other")], MODEL)
    assert orphans(catalog) == {"one": ()}


def test_its_time_begins_when_its_last_file_goes(catalog: Catalog) -> None:
    save(catalog, "one")
    before = int(time.time())
    catalog.photos.remove([HOME / "one.jpg"])
    assert orphans(catalog, before - 1) == {}
    assert orphans(catalog, int(time.time())) == {"one": ()}


def test_those_that_were_gone_first_are_due_first(catalog: Catalog) -> None:
    save(catalog, "one", "two", "three")
    catalog.photos.remove([HOME / f"{name}.jpg" for name in ("one", "two", "three")])
    with catalog._database.writing() as connection:
        for name, since in (("one", 300), ("two", 100), ("three", 200)):
            connection.execute(
                "UPDATE orphan SET since = ? WHERE content_id = (SELECT id FROM content WHERE hash = ?)",
                (since, name),
            )
    assert [orphan.hashes[0] for orphan in catalog.orphans.due(LATER, 2)] == ["two", "three"]


def test_what_was_read_and_left_out_is_an_orphan(catalog: Catalog) -> None:
    catalog.photos.save([replace(record(HOME / "icon.png", "icon"), left_out=True)], MODEL)
    assert orphans(catalog) == {"icon": ()}


def test_photos_on_a_drive_that_is_away_are_none(catalog: Catalog) -> None:
    save(catalog, "one")
    catalog.drives.set_offline(HOME, 1)
    assert orphans(catalog) == {}


def test_the_moments_of_a_video_go_with_it(catalog: Catalog) -> None:
    catalog.photos.save([video("film")], MODEL)
    assert orphans(catalog) == {}
    catalog.photos.remove([HOME / "film.mp4"])
    assert orphans(catalog) == {"film": ("film-2000", "film-3000")}
    assert catalog.orphans.count() == 1
    (film,) = catalog.orphans.due(LATER, 10)
    catalog.orphans.forget([film.id])
    assert [rows(catalog, table) for table in ("content", "frame", "vector", "orphan")] == [0, 0, 0, 0]
    assert catalog.check() == []


def test_a_photo_that_passes_for_a_moment_of_what_is_gone_stays(catalog: Catalog) -> None:
    save(catalog, "one")
    catalog.photos.save([video("film")], MODEL)
    with closing(sqlite3.connect(catalog.path)) as connection:
        connection.execute(
            """INSERT INTO frame SELECT one.id, film.id, 9000 FROM content AS one JOIN content AS film
            ON one.hash = 'one' AND film.hash = 'film'"""
        )
        connection.commit()
    catalog.photos.remove([HOME / "film.mp4"])
    (film,) = catalog.orphans.due(LATER, 10)
    assert film.hashes == ("film", "film-2000", "film-3000")
    catalog.orphans.forget([film.id])
    assert catalog.vectors.has("one", MODEL)
    assert [rows(catalog, table) for table in ("content", "frame", "vector", "orphan")] == [1, 0, 1, 0]
    assert catalog.check() == []


def test_what_is_forgotten_is_not_known_any_more(catalog: Catalog) -> None:
    save(catalog, "one", "two")
    numbers = dict(zip(("one", "two"), catalog.photos.content_ids(["one"]).tolist(), strict=False))
    catalog.stacks.save(
        {int(number): 1 for number in catalog.photos.content_ids(["one", "two"])}, "stacks", "x"
    )
    catalog.photos.remove([HOME / "one.jpg"])
    catalog.orphans.forget([numbers["one"]])
    assert not catalog.vectors.has("one", MODEL)
    assert not catalog.photos.has_content("one")
    assert catalog.orphans.hashes() == {"two"}
    assert catalog.vectors.has("two", MODEL)
    assert (rows(catalog, "stack"), rows(catalog, "orphan")) == (1, 0)
    assert catalog.check() == []


def test_one_that_has_a_file_by_now_stays(catalog: Catalog) -> None:
    save(catalog, "one")
    catalog.photos.remove([HOME / "one.jpg"])
    (orphan,) = catalog.orphans.due(LATER, 10)
    save(catalog, "one")
    catalog.orphans.forget([orphan.id])
    assert catalog.vectors.has("one", MODEL)


def test_the_vector_store_is_told_of_what_was_forgotten(catalog: Catalog) -> None:
    save(catalog, "one", "two")
    catalog.vectors.outbox_done(MODEL, up_to=catalog.vectors.outbox_last())
    catalog.photos.remove([HOME / "one.jpg"])
    (orphan,) = catalog.orphans.due(LATER, 10)
    catalog.orphans.forget([orphan.id])
    assert [(row.content_id, row.vector) for row in catalog.vectors.outbox(MODEL, 10)] == [(orphan.id, None)]


GIVE_UP: dict[str, Callable[[Catalog, bool], object]] = {
    "removed": lambda catalog, at_once: catalog.folders.remove(HOME, at_once=at_once),
    "forgotten": lambda catalog, at_once: catalog.folders.forget(HOME, at_once=at_once),
}


@pytest.mark.parametrize("way", GIVE_UP)
def test_a_folder_is_forgotten_at_once_only_when_asked(catalog: Catalog, way: str) -> None:
    save(catalog, "one")
    GIVE_UP[way](catalog, False)
    assert orphans(catalog, AT_ONCE) == {}
    catalog.folders.add(HOME)
    save(catalog, "one")
    GIVE_UP[way](catalog, True)
    assert orphans(catalog, AT_ONCE) == {"one": ()}


def test_a_photo_that_is_elsewhere_too_is_not_forgotten_with_a_folder(catalog: Catalog) -> None:
    elsewhere = HOME.parent / "elsewhere"
    catalog.folders.add(elsewhere)
    save(catalog, "one")
    catalog.photos.save([record(elsewhere / "copy.jpg", "one", decoded=False)], MODEL)
    catalog.folders.remove(HOME, at_once=True)
    assert orphans(catalog) == {}


def test_what_was_left_out_of_folders_goes_with_them_in_time(catalog: Catalog) -> None:
    inner, other = HOME / "inner", HOME.parent / "photos other"
    for folder in (inner, other):
        catalog.folders.add(folder)
    icons = [folder / "icon.png" for folder in (HOME, inner, other)]
    catalog.photos.save([replace(record(icon, f"icon {icon}"), left_out=True) for icon in icons], MODEL)
    catalog.notes.set(f"device of {other}", "1")
    catalog.notes.set(f"device of {HOME}", "1")
    catalog.folders.remove(other)
    assert not catalog.orphans.forget_places(int(time.time()) - 10)
    assert set(catalog.known.left_out(HOME.parent)) == set(icons)
    assert catalog.orphans.forget_places(LATER)
    # Those of the folder around it, which is chosen still, stay.
    assert set(catalog.known.left_out(HOME.parent)) == {icons[0], icons[1]}
    assert (catalog.notes.get(f"device of {other}"), catalog.notes.get(f"device of {HOME}")) == (None, "1")
    assert not catalog.orphans.forget_places(LATER)
    catalog.folders.remove(HOME, at_once=True)
    catalog.folders.remove(inner)
    assert catalog.orphans.forget_places(AT_ONCE)
    assert catalog.known.left_out(HOME.parent) == {}
    # A process that ends now has more to do: only then it is done.
    assert catalog.orphans.goes_at_once()
    catalog.orphans.end_at_once()
    assert not catalog.orphans.forget_places(LATER)


def test_a_time_of_removal_that_is_none_says_nothing(catalog: Catalog) -> None:
    for text in ("", "soon", "9" * 400):
        catalog.notes.set("folders removed", text)
        assert not catalog.orphans.forget_places(LATER)
    catalog.folders.remove(HOME)
    assert catalog.orphans.forget_places(LATER)


def test_vectors_are_counted_by_model_and_by_whether_their_photos_are_there(catalog: Catalog) -> None:
    save(catalog, "one", "two")
    save(catalog, "one", model_id=OTHER_MODEL)
    catalog.photos.save([video("film")], MODEL)
    catalog.photos.remove([HOME / "two.jpg", HOME / "film.mp4"])
    kept = catalog.orphans.vectors()
    assert {model_id: (one.live, one.orphaned) for model_id, one in kept.items()} == {
        MODEL: (1, 4),
        OTHER_MODEL: (1, 0),
    }
    assert all(16 < one.row_bytes < 200 for one in kept.values())


def test_the_vectors_of_one_model_are_dropped_in_steps(catalog: Catalog) -> None:
    save(catalog, "one", "two", "three")
    save(catalog, "one", "two", "three", model_id=OTHER_MODEL)
    assert [catalog.vectors.drop(MODEL, 2) for _ in range(3)] == [2, 1, 0]
    assert catalog.vectors.models() == {OTHER_MODEL: 3}
    assert catalog.vectors.outbox(MODEL, 10) == []
    assert len(catalog.vectors.outbox(OTHER_MODEL, 10)) == 3


def test_what_a_repair_took_over_begins_its_time_anew(catalog: Catalog, tmp_path: Path) -> None:
    save(catalog, "one", "two")
    catalog.photos.save([video("film")], MODEL)
    catalog.photos.remove([HOME / "one.jpg"])
    catalog.close()
    salvage(catalog.path, tmp_path / "new.db")
    with Catalog(tmp_path / "new.db") as new:
        assert orphans(new) == {"one": ()}
        assert new.check() == []


def test_what_is_free_is_given_back_and_nothing_else(catalog: Catalog) -> None:
    found = [FoundPhoto(HOME / f"{number}.jpg", 1, 1) for number in range(800)]
    catalog.photos.save(
        [
            replace(record(one.path, f"c{number}", vector=unit(number, 512)), found=one)
            for number, one in enumerate(found)
        ],
        MODEL,
    )
    catalog.vectors.drop(MODEL, 10_000)
    with closing(sqlite3.connect(catalog.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before, free = catalog.path.stat().st_size, catalog.free_bytes()
    assert free > before / 2
    ids = catalog.photos.ids_by_date()
    assert not catalog.compact(lambda: True)
    assert (catalog.path.stat().st_size, catalog.free_bytes()) == (before, free)
    assert catalog.compact(lambda: False)
    assert catalog.path.stat().st_size <= before - free
    assert catalog.path.with_name("catalog.db-wal").stat().st_size == 0
    assert catalog.free_bytes() == 0
    assert catalog.photos.ids_by_date() == ids
    assert catalog.check() == []
    # The writer goes on, and what it writes is told.
    changes = catalog.changes
    save(catalog, "one")
    assert len(catalog.changed_since(changes).added) == 1
    assert np.array_equal(catalog.vectors.live_ids(MODEL), catalog.photos.content_ids(["one"]))


def test_words_that_are_gone_leave_nothing_in_the_file(catalog: Catalog) -> None:
    catalog.photos.save(
        [record(HOME / "one.jpg", "one", metadata=Metadata(tags=("zanzibarium",), caption="quixotry"))], None
    )
    catalog.folders.remove(HOME, at_once=True)
    (orphan,) = catalog.orphans.due(AT_ONCE, 10)
    catalog.orphans.forget([orphan.id])
    catalog.orphans.forget_words()
    assert catalog.compact(lambda: False)
    catalog.close()
    content = catalog.path.read_bytes()
    assert b"zanzibarium" not in content
    assert b"quixotry" not in content
    assert b"one.jpg" not in content
