"""Figures that are kept: the same as counted anew, whatever happens and whoever writes."""

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.library.catalog import Catalog
from desktop_app.library.catalog.facets import read_facets
from desktop_app.library.catalog.figures import Kind, figures_of
from desktop_app.library.catalog.salvage import salvage
from desktop_app.library.errors import CatalogError
from desktop_app.library.media.metadata.metadata import Metadata
from tests.library.catalog.random_folder import HOME, ROME, Folder
from tests.library.catalog.records import MODEL, OTHER_MODEL, record, unit

AWAY = Path("/media/eva/disk/Pictures")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(HOME)
        yield catalog


def counted(connection: sqlite3.Connection) -> dict[tuple[str, bytes], int]:
    """Return what the figures should be, from the rows themselves."""
    vectors: dict[int, list[str]] = {}
    for content_id, model in connection.execute("SELECT content_id, model_id FROM vector"):
        vectors.setdefault(content_id, []).append(model)
    found: Counter[tuple[str, bytes]] = Counter()
    for folder, path, problem, content_id, camera, latitude, rating in connection.execute(
        "SELECT folder_id, path, problem, content_id, camera, latitude, rating FROM file"
    ):
        found[Kind.FILES, str(folder).encode()] += 1
        if problem is not None:
            found[Kind.FAILED, str(folder).encode()] += 1
            continue
        for model in vectors.get(content_id, []):
            found[Kind.INDEXED, f"{folder} {model}".encode()] += 1
        found[Kind.PLACE, os.path.dirname(path)] += 1  # noqa: PTH120  # of bytes
        found[Kind.ENDING, os.path.basename(path).split(b".")[-1]] += 1  # noqa: PTH119  # of bytes
        found[Kind.CAMERA, (camera or "").encode()] += camera is not None
        found[Kind.LOCATED, b""] += latitude is not None
        found[Kind.RATED, b""] += (rating or 0) > 0
    return {key: count for key, count in found.items() if count}


def kept(connection: sqlite3.Connection) -> dict[tuple[str, bytes], int]:
    return {(kind, key): count for kind in Kind for key, count in figures_of(connection, kind).items()}


def check(catalog: Catalog) -> None:
    with catalog._database.reading() as connection:
        assert kept(connection) == counted(connection)


@pytest.mark.parametrize("seed", range(5))
def test_they_are_those_of_counting_anew_whatever_happens(catalog: Catalog, seed: int) -> None:
    folder = Folder(catalog, seed)
    home = HOME
    for _ in range(50):
        folder.step()
        what = folder.dice.random()
        if what < 0.05:
            catalog.folders.add(ROME)
        elif what < 0.1:
            catalog.folders.remove(ROME)
        elif what < 0.15:
            catalog.vectors.drop(folder.dice.choice([MODEL, OTHER_MODEL]), folder.dice.randrange(1, 4))
        elif what < 0.2:
            home, before = (AWAY, HOME) if home == HOME else (HOME, AWAY)
            catalog.folders.move(before, home)
            catalog.folders.move(home, before)
            home = before
        check(catalog)


def test_those_of_two_models_are_apart(catalog: Catalog) -> None:
    catalog.photos.save([record(HOME / "a.jpg", "a", vector=unit(1))], MODEL)
    catalog.photos.save([record(HOME / "a.jpg", "a", vector=unit(1))], OTHER_MODEL)
    catalog.photos.save([record(HOME / "b.jpg", "a"), record(HOME / "c.jpg", "c", vector=unit(2))], MODEL)
    assert [catalog.photos.counts(model).indexed for model in (MODEL, OTHER_MODEL, None)] == [3, 2, 0]
    catalog.vectors.drop(MODEL, 100)
    assert [catalog.photos.counts(model).indexed for model in (MODEL, OTHER_MODEL, None)] == [0, 2, 0]
    check(catalog)


def test_what_is_undone_is_not_counted(catalog: Catalog) -> None:
    catalog.photos.save([record(HOME / "a.jpg", "a", vector=unit(1))], MODEL)
    bad = record(HOME / "b.jpg", "b", vector=unit(1) * 0)
    with pytest.raises(ValueError, match="not a direction"):
        catalog.photos.save([record(HOME / "c.jpg", "c"), bad], MODEL)
    assert catalog.photos.counts(MODEL).photos == 1
    check(catalog)


def test_a_name_that_is_no_text_is_counted_with_its_folder(catalog: Catalog) -> None:
    strange = Path(os.fsdecode(os.fsencode(HOME) + b"/caf\xe9\xff/a.b\xfe"))
    catalog.photos.save([record(strange, "a"), record(HOME / "no ending", "b")], MODEL)
    check(catalog)


def test_a_catalogue_that_another_program_wrote_to_is_counted_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    with Catalog(path) as catalog:
        catalog.folders.add(HOME)
        catalog.photos.save([record(HOME / "a.jpg", "a", vector=unit(1))], MODEL)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DELETE FROM figure")
        connection.execute("UPDATE file SET camera = 'Leica'")
    with Catalog(path) as catalog:
        assert [camera.name for camera in catalog.filters.facets().cameras] == ["Leica"]
        check(catalog)


def test_those_of_a_salvaged_catalogue_are_those_of_what_was_saved(tmp_path: Path) -> None:
    broken, target = tmp_path / "catalog.db", tmp_path / "new.db"
    with Catalog(broken) as catalog:
        catalog.folders.add(HOME)
        catalog.photos.save(
            [
                record(HOME / "a.jpg", "a", vector=unit(1), metadata=Metadata(camera="Leica", rating=3)),
                record(HOME / "b.png", None, problem="broken"),
            ],
            MODEL,
        )
    salvage(broken, target)
    with Catalog(target) as catalog:
        counts = catalog.photos.counts(MODEL)
        assert (counts.photos, counts.indexed, counts.failed) == (2, 1, 1)
        check(catalog)


def test_figures_that_are_wrong_are_made_anew_by_asking_for_it(catalog: Catalog) -> None:
    catalog.photos.save([record(HOME / "a.jpg", "a", vector=unit(1))], MODEL)
    assert not catalog.count_anew()
    with catalog._database.writing() as connection:
        connection.execute("UPDATE figure SET count = count + 5 WHERE kind = 'files'")
    assert catalog.photos.counts(MODEL).photos == 6
    assert catalog.count_anew()
    assert catalog.photos.counts(MODEL).photos == 1


def test_facets_ask_no_photo(catalog: Catalog) -> None:
    """However many there are: the steps that SQLite takes are the same."""

    def steps() -> int:
        taken = 0

        def count() -> int:
            nonlocal taken
            taken += 1
            return 0

        with catalog._database.reading() as connection:
            connection.set_progress_handler(count, 10)
            read_facets(connection)
            connection.set_progress_handler(None, 0)
        return taken

    catalog.photos.save([record(HOME / f"{n}.jpg", f"c{n}") for n in range(5)], None)
    few = steps()
    catalog.photos.save([record(HOME / f"{n}.jpg", f"c{n}") for n in range(300)], None)
    assert steps() <= few + 5


def test_a_closed_catalogue_counts_nothing(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog.db")
    catalog.close()
    with pytest.raises(CatalogError):
        catalog.count_anew()
