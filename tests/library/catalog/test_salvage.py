"""What is taken over from a damaged catalogue: all that can be read, and nothing that belongs to another."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.library.catalog import Catalog
from desktop_app.library.catalog import salvage as salvaging
from desktop_app.library.catalog.salvage import Salvaged, salvage
from tests.library.catalog.records import MODEL, OTHER_MODEL, batch, lead_in_circles, record, unit
from tests.library.catalog.test_videos import video

PAGE_BYTES = 8192


def made(path: Path, *names: str, notes: tuple[str, ...] = ()) -> Path:
    with Catalog(path) as catalog:
        catalog.folders.add(path.parent)
        for note in notes:
            catalog.notes.set(note, path.stem)
        catalog.photos.save(
            [record(path.parent / f"{name}.jpg", name, vector=unit(ord(name))) for name in names], MODEL
        )
    return path


def names_in(path: Path) -> list[str]:
    with Catalog(path) as catalog:
        return sorted(photo.name for photo in catalog.photos.of_ids(catalog.photos.ids_by_date(), MODEL))


def test_nothing_of_another_catalogue_is_taken_over(tmp_path: Path) -> None:
    """Whose numbers mean other photos, also where this one has none of that number."""
    own = made(tmp_path / "own.db", "a", notes=("store state m", "kept"))
    other = made(tmp_path / "other.db", "b", "c", "d", notes=("only there",))
    assert salvage(own, tmp_path / "new.db", [other]) == Salvaged(photos=1, vectors=1)
    assert names_in(tmp_path / "new.db") == ["a.jpg"]
    with Catalog(own) as before, Catalog(tmp_path / "new.db") as after:
        assert after.notes.get("catalog id") == before.notes.get("catalog id")
        assert after.notes.get("only there") is None
        assert before.notes.get("kept") == after.notes.get("kept") is not None
        assert before.notes.get("store state m") is not None
        assert after.notes.get("store state m") is None, "the store may have what could not be read"


def test_where_the_damaged_one_says_nothing_the_first_copy_says_whose_it_is(tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"x" * 4000)
    copy, other = made(tmp_path / "copy.db", "a", "b"), made(tmp_path / "other.db", "c", "d", "e")
    salvage(broken, tmp_path / "new.db", [copy, other])
    assert names_in(tmp_path / "new.db") == ["a.jpg", "b.jpg"]


@pytest.mark.parametrize("vec", ["substr(vec, 1, 7)", "substr(vec, 1, 8)", "x''", "zeroblob(32)"])
def test_vectors_of_another_length_are_made_again(tmp_path: Path, vec: str) -> None:
    path = made(tmp_path / "catalog.db", *"abcd")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"UPDATE vector SET vec = {vec} WHERE content_id = 2")
        connection.commit()
    assert salvage(path, tmp_path / "new.db") == Salvaged(photos=4, vectors=3)
    with Catalog(tmp_path / "new.db") as catalog:
        assert catalog.vectors.live_ids(MODEL).tolist() == [1, 3, 4]
        assert catalog.photos.counts(MODEL).pending == 1
        assert [row.content_id for row in catalog.vectors.outbox(MODEL, 9)] == [1, 3, 4]


def test_the_usual_length_is_each_model_s_own(tmp_path: Path) -> None:
    path = made(tmp_path / "catalog.db", "a", "b", "c")
    with Catalog(path) as catalog:
        long = [record(tmp_path / f"{n}.jpg", n, vector=unit(ord(n), 16)) for n in "ab"]
        catalog.photos.save(long, OTHER_MODEL)
    salvage(path, tmp_path / "new.db")
    with Catalog(tmp_path / "new.db") as catalog:
        assert catalog.vectors.models() == {MODEL: 3, OTHER_MODEL: 2}


def test_damage_at_many_places_does_not_end_the_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many tries may fail at each of them."""
    path = tmp_path / "catalog.db"
    with Catalog(path) as catalog:
        catalog.folders.add(tmp_path)
        for number in range(100):
            catalog.photos.save(batch(tmp_path / f"Summer {number}", number), MODEL)
    whole = salvage(path, tmp_path / "whole.db").vectors
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        leaves = connection.execute(
            "SELECT pageno, ncell FROM dbstat WHERE name = 'vector' AND pagetype = 'leaf' ORDER BY pageno"
        ).fetchall()
    content = bytearray(path.read_bytes())
    # Every other one, with whole ones between them.
    broken = leaves[1:-1:2]
    for page, _ in broken:
        content[(page - 1) * PAGE_BYTES : page * PAGE_BYTES] = b"\xff" * PAGE_BYTES
    path.write_bytes(content)
    lost = sum(cells for _, cells in broken)
    assert len(broken) > 1
    # More than one page costs, less than all of them do.
    monkeypatch.setattr(salvaging, "_MOST_FAILURES", 3 * max(cells for _, cells in broken))
    got = salvage(path, tmp_path / "new.db")
    assert got.photos == 1600
    # The last row before a broken page goes with it.
    assert whole - lost - len(broken) <= got.vectors <= whole - lost


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 5])
def test_rows_are_read_in_pieces_of_any_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(salvaging, "_ROWS_AT_ONCE", rows)
    path = made(tmp_path / "catalog.db", *"abcd")
    assert salvage(path, tmp_path / "new.db") == Salvaged(photos=4, vectors=4)


@pytest.mark.parametrize("table", ["file", "content", "vector"])
def test_rows_that_come_again_and_again_are_taken_over_once(tmp_path: Path, table: str) -> None:
    path = made(tmp_path / "catalog.db", *"abc")
    lead_in_circles(path, table)
    assert salvage(path, tmp_path / "new.db") == Salvaged(photos=3, vectors=3)
    assert names_in(tmp_path / "new.db") == ["a.jpg", "b.jpg", "c.jpg"]


def test_contents_whose_names_are_none_leave_nothing_behind(tmp_path: Path) -> None:
    path = made(tmp_path / "catalog.db", *"abc")
    with Catalog(path) as catalog:
        catalog.photos.remove([tmp_path / "b.jpg"])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE content SET hash = '../' || hash WHERE hash IN ('a', 'b')")
        connection.commit()
    assert salvage(path, tmp_path / "new.db") == Salvaged(photos=2, vectors=1)
    with Catalog(tmp_path / "new.db") as catalog:
        assert catalog.check() == []
        assert catalog.orphans.count() == 0


@pytest.mark.parametrize("lost", ["a moment's vector", "all moments"])
def test_a_film_that_lost_a_part_of_its_moments_is_read_again(tmp_path: Path, lost: str) -> None:
    """Or it would be found by what is left of them, and never whole again."""
    path, film, photo = tmp_path / "own.db", tmp_path / "film.mp4", tmp_path / "photo.jpg"
    with Catalog(path) as catalog:
        catalog.folders.add(tmp_path)
        catalog.photos.save([video(film), record(photo, "photo", vector=unit(9))], MODEL)
        assert catalog.known.waiting(tmp_path, MODEL) == []
    with closing(sqlite3.connect(path)) as connection:
        if lost == "all moments":
            connection.execute("DELETE FROM frame")
        else:
            connection.execute("DELETE FROM vector WHERE content_id = (SELECT MAX(content_id) FROM frame)")
        connection.commit()
    salvage(path, tmp_path / "new.db")
    with Catalog(tmp_path / "new.db") as catalog:
        assert [found.path for found in catalog.known.waiting(tmp_path, MODEL)] == [film]
