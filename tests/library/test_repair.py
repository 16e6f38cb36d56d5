"""Mending a library: what is left is taken over, what is broken is kept, and the next refresh finds the rest."""

import os
import random
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from desktop_app.library import CatalogDamagedError, PhotoLibrary, Repaired, Trouble, repair_library
from desktop_app.library.catalog import Catalog, safety_copy
from desktop_app.library.catalog.safety_copy import SafetyCopy, copy_of
from desktop_app.library.catalog.salvage import salvage
from desktop_app.library.errors import LibraryInUseError
from desktop_app.library.media.metadata.metadata import Metadata
from desktop_app.library.repair import take_copy_if_gone
from desktop_app.paths import resources
from tests.durable import Synced
from tests.fakes import ColorEmbedder
from tests.library.catalog.records import MODEL, OTHER_MODEL, batch, lead_in_circles, record, unit
from tests.library.catalog.test_opening import posix_paths, written_by
from tests.pictures import save_many

PHOTOS = 24


def opened(base: Path, embedder: ColorEmbedder | None = None) -> PhotoLibrary:
    return PhotoLibrary(
        base / "data", base / "cache", resources=resources(), embedder=embedder or ColorEmbedder()
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that was closed in good order, and its photos; each test breaks a copy of the library."""
    home = tmp_path_factory.mktemp("made")
    save_many(home / "photos", PHOTOS)
    library = opened(home / "library")
    assert library.folders.add(home / "photos").result(60).indexed == PHOTOS
    library.close()
    return home


@pytest.fixture
def photos(made: Path) -> Path:
    return made / "photos"


@pytest.fixture
def base(made: Path, tmp_path: Path) -> Path:
    """A copy of that library, as old as it is."""
    return Path(shutil.copytree(made / "library", tmp_path / "library"))


def mended(base: Path) -> dict[str, Repaired]:
    return {one.name: one for one in repair_library(base / "data", base / "cache")}


def assert_complete_again(base: Path, photos: Path, *, embedded: int | None = None) -> None:
    """Catalogue = disk = vectors once the folder was refreshed."""
    embedder = ColorEmbedder()
    library = opened(base, embedder)
    try:
        library.folders.add(photos).result(60)
        status = library.browsing.status()
        assert (status.photos, status.indexed, status.failed) == (PHOTOS, PHOTOS, 0)
        assert len(library.searching.search("red", limit=100).result(60).hits) == PHOTOS
        assert library.browsing.check() == []
        if embedded is not None:
            assert embedder.embedded == embedded
    finally:
        library.close()


def damage(path: Path, seed: int, pages: int) -> None:
    """Overwrite pages in the middle of a file, as a dying disk does; the first page stays."""
    chance = random.Random(seed)
    content = bytearray(path.read_bytes())
    for page in chance.sample(range(1, len(content) // 8192), pages):
        content[page * 8192 : page * 8192 + 8192] = chance.randbytes(8192)
    path.write_bytes(content)


def break_a_leaf(path: Path) -> None:
    """Overwrite one page of vectors, the middle one."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        leaves = connection.execute(
            "SELECT pageno FROM dbstat WHERE name = 'vector' AND pagetype = 'leaf' ORDER BY pageno"
        ).fetchall()
    content = bytearray(path.read_bytes())
    start = (leaves[len(leaves) // 2][0] - 1) * 8192
    content[start : start + 8192] = b"\xff" * 8192
    path.write_bytes(content)


# A library without a fault.


def test_a_sound_library_is_left_as_it_is(base: Path) -> None:
    before = (base / "data" / "catalog.db").read_bytes()
    done = mended(base)
    assert not any(one.changed for one in done.values())
    assert f"{PHOTOS} photos" in done["catalogue"].detail
    assert f"{PHOTOS} are sound" in done["thumbnails"].detail
    assert (base / "data" / "catalog.db").read_bytes() == before


def test_where_no_library_is_nothing_is_made(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    done = {one.name: one.detail for one in repair_library(tmp_path / "data", tmp_path / "cache")}
    assert done["catalogue"] == "there is none yet"
    assert not (tmp_path / "data" / "catalog.db").exists()


def test_a_library_that_is_open_is_not_touched(base: Path) -> None:
    library = opened(base)
    try:
        with pytest.raises(LibraryInUseError):
            repair_library(base / "data", base / "cache")
    finally:
        library.close()


# The catalogue.


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A catalogue of 3,200 photos in one file, and their folder; each test damages a copy."""
    home = tmp_path_factory.mktemp("large") / "photos"
    path = home.with_name("catalog.db")
    with Catalog(path) as catalog:
        catalog.folders.add(home)
        catalog.notes.set("model", "built-in")
        for number in range(200):
            catalog.photos.save(batch(home / f"Summer {number}", number), MODEL)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return path, home


@pytest.mark.parametrize("seed", range(6))
def test_what_a_damaged_catalogue_still_says_is_taken_over(
    tmp_path: Path, large: tuple[Path, Path], seed: int
) -> None:
    whole, home = large
    path = Path(shutil.copy(whole, tmp_path / "catalog.db"))
    damage(path, seed, pages=8)
    before = path.read_bytes()
    got = salvage(path, tmp_path / "new.db")
    assert path.read_bytes() == before
    # Eight pages of some 200: most of it is readable, whichever they are, unless they are the roots of the tables.
    assert 0 <= got.photos <= 3200
    with Catalog(tmp_path / "new.db") as catalog:
        assert catalog.check() == []
        assert catalog.photos.counts(MODEL).photos == got.photos
        assert catalog.vectors.live_count(MODEL) <= got.vectors
        assert catalog.notes.get("catalog id")
        for photo in catalog.photos.of_ids(catalog.photos.ids_by_date()[:50], MODEL):
            assert photo.path.is_relative_to(home)


def test_one_damaged_leaf_costs_its_own_rows_only(tmp_path: Path) -> None:
    home = tmp_path / "photos"
    path = tmp_path / "catalog.db"
    with Catalog(path) as catalog:
        catalog.folders.add(home)
        for number in range(100):
            catalog.photos.save(batch(home / f"Summer {number}", number), MODEL)
    break_a_leaf(path)
    with pytest.raises(CatalogDamagedError), Catalog(path) as catalog:
        list(catalog.vectors.blocks(MODEL))
    got = salvage(path, tmp_path / "new.db")
    assert got.photos == 1600
    assert 1600 - 400 <= got.vectors < 1600
    with Catalog(tmp_path / "new.db") as catalog:
        assert catalog.check() == []
        assert len(catalog.vectors.outbox(MODEL, 5000)) == got.vectors


def test_the_copy_fills_what_cannot_be_read(tmp_path: Path) -> None:
    home = tmp_path / "photos"
    path = tmp_path / "catalog.db"
    with Catalog(path) as catalog:
        catalog.folders.add(home)
        for number in range(50):
            catalog.photos.save(batch(home / f"Summer {number}", number), MODEL)
        assert SafetyCopy(catalog).renew(lambda: False)
        catalog.photos.save([record(home / "new.jpg", "new", vector=unit(9999))], MODEL)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    damage(path, 3, pages=6)
    got = salvage(path, tmp_path / "new.db", [copy_of(path)])
    assert got.photos >= 800
    assert got.vectors >= 800


def test_a_copy_of_another_catalogue_is_left_out(tmp_path: Path) -> None:
    with Catalog(tmp_path / "one.db") as catalog:
        catalog.folders.add(tmp_path)
        catalog.photos.save([record(tmp_path / "a.jpg", "a", vector=unit(1))], MODEL)
    with Catalog(tmp_path / "other.db") as catalog:
        catalog.folders.add(tmp_path)
        catalog.photos.save([record(tmp_path / "b.jpg", "b", vector=unit(2))], MODEL)
    salvage(tmp_path / "one.db", tmp_path / "new.db", [tmp_path / "other.db"])
    with Catalog(tmp_path / "new.db") as catalog:
        assert [path.name for path in catalog.known.files(tmp_path)] == ["a.jpg"]


def test_everything_that_is_known_of_a_photo_is_taken_over(tmp_path: Path) -> None:
    said = Metadata(
        camera="Agfa", rating=4, tags=("beach", "grandma"), caption="A day out", latitude=1.0, longitude=2.0
    )
    with Catalog(tmp_path / "one.db") as catalog:
        catalog.folders.add(tmp_path)
        catalog.photos.save([record(tmp_path / "a.jpg", "a", vector=unit(1), metadata=said)], MODEL)
        catalog.photos.save([record(tmp_path / "a.jpg", "a", vector=unit(2), metadata=said)], OTHER_MODEL)
        catalog.photos.save([record(tmp_path / "bad.jpg", "bad", problem="cut short")], MODEL)
        before = catalog.photos.of_ids(catalog.photos.ids_by_date(), MODEL)
    salvage(tmp_path / "one.db", tmp_path / "new.db")
    with Catalog(tmp_path / "new.db") as catalog:
        assert catalog.photos.of_ids(catalog.photos.ids_by_date(), MODEL) == before
        assert [one.name for one in catalog.words.find("grandma", 5, None)] == ["a.jpg"]
        assert catalog.vectors.models() == {MODEL: 1, OTHER_MODEL: 1}
        assert catalog.check() == []


@pytest.mark.parametrize("harm", ["middle", "cut", "no database", "gone", "empty"])
def test_a_broken_catalogue_is_made_anew_and_the_library_is_complete_again(
    base: Path, photos: Path, harm: str
) -> None:
    path = base / "data" / "catalog.db"
    content = path.read_bytes()
    if harm == "middle":
        damage(path, 1, pages=5)
    elif harm == "cut":
        path.write_bytes(content[: len(content) // 2 + 100])
    elif harm == "no database":
        path.write_bytes(b"x" * 4000)
    elif harm == "empty":
        path.write_bytes(b"")
        path.with_name("catalog.db-wal").write_bytes(b"something")
    else:
        path.unlink()
    done = mended(base)["catalogue"]
    assert done.changed
    if harm != "gone":
        assert list(path.parent.glob("catalog.db.broken-*"))
    # The copy made at the end of the run had everything, so nothing is embedded again.
    assert_complete_again(base, photos, embedded=0)


def test_the_log_of_a_broken_catalogue_is_kept_aside_with_it(base: Path, photos: Path) -> None:
    """SQLite would play it into the one that was made anew."""
    path = base / "data" / "catalog.db"
    log = path.with_name("catalog.db-wal")
    with Catalog(path) as catalog:
        catalog.notes.set("something", "new")
        left = log.read_bytes()
    assert left
    path.write_bytes(b"x" * 8192 * 4)
    log.write_bytes(left)
    assert mended(base)["catalogue"].changed
    assert not log.exists()
    (kept,) = path.parent.glob("catalog.db.broken-*-wal")
    assert kept.read_bytes() == left
    assert_complete_again(base, photos, embedded=0)


def test_without_a_copy_the_photos_are_read_again(base: Path, photos: Path) -> None:
    path = base / "data" / "catalog.db"
    copy_of(path).unlink()
    path.write_bytes(b"x" * 4000)
    assert mended(base)["catalogue"].changed
    assert_complete_again(base, photos, embedded=PHOTOS)


# The copy.


def test_a_catalogue_that_is_gone_is_replaced_by_its_copy_at_the_next_start(base: Path, photos: Path) -> None:
    (base / "data" / "catalog.db").unlink()
    library = opened(base)
    heard: list[str] = []
    library.subscribe(lambda event: heard.append(str(event.error)) if isinstance(event, Trouble) else None)
    try:
        library.models.warm_up().result(60)
        assert library.browsing.status().photos == PHOTOS
    finally:
        library.close()
    assert "was gone" in heard[0]
    assert_complete_again(base, photos, embedded=0)


@pytest.mark.parametrize("companion", ["-wal", "-shm"])
def test_what_a_lost_catalogue_leaves_behind_is_kept_aside_from_its_copy(
    tmp_path: Path, synced: Synced, companion: str
) -> None:
    """SQLite would play an old log into the copy."""
    path = tmp_path / "catalog.db"
    with Catalog(path) as catalog:
        catalog.folders.add(tmp_path)
        catalog.photos.save([record(tmp_path / "a.jpg", "a", vector=unit(1))], MODEL)
        assert SafetyCopy(catalog).renew(lambda: False)
    with Catalog(path) as catalog:
        catalog.photos.save([record(tmp_path / "b.jpg", "b", vector=unit(2))], MODEL)
        left = path.with_name(path.name + companion).read_bytes()
    assert left
    path.unlink()
    leftover = path.with_name(path.name + companion)
    leftover.write_bytes(left)
    assert take_copy_if_gone(path) is not None
    assert synced.has(path)
    assert not leftover.exists()
    (kept,) = tmp_path.glob(f"catalog.db{companion}.broken-*")
    assert kept.read_bytes() == left
    with Catalog(path) as catalog:
        assert [photo.name for photo in catalog.photos.of_ids(catalog.photos.ids_by_date(), MODEL)] == [
            "a.jpg"
        ]
        assert catalog.check() == []


def test_the_copy_is_made_once_a_day_and_only_of_changes(tmp_path: Path) -> None:
    with Catalog(tmp_path / "catalog.db") as catalog:
        copy = SafetyCopy(catalog)
        assert not copy.renew(lambda: False)
        catalog.folders.add(tmp_path)
        assert copy.renew(lambda: False)
        catalog.folders.add(tmp_path / "more")
        assert not copy.renew(lambda: False)
        old = copy.path.stat().st_mtime - 25 * 3600
        os.utime(copy.path, (old, old))
        assert copy.renew(lambda: False)
        assert not copy.renew(lambda: False)
    with Catalog(copy.path) as catalog:
        assert len(catalog.folders.paths()) == 2


def test_copying_gives_way_to_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety_copy, "_PAGES", 4)
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(tmp_path)
        catalog.photos.save(batch(tmp_path / "many", 1, 500), MODEL)
        copy = SafetyCopy(catalog)
        assert not copy.renew(lambda: True)
        assert not copy.path.exists()
        assert list(tmp_path.glob("*.part")) == []
        assert copy.renew(lambda: False)


def test_a_damaged_catalogue_does_not_replace_a_sound_copy(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    with Catalog(path) as catalog:
        catalog.folders.add(tmp_path)
        for number in range(60):
            catalog.photos.save(batch(tmp_path / f"{number}", number), MODEL)
        assert SafetyCopy(catalog).renew(lambda: False)
    sound = copy_of(path).read_bytes()
    break_a_leaf(path)
    old = copy_of(path).stat().st_mtime - 25 * 3600
    os.utime(copy_of(path), (old, old))
    with Catalog(path) as catalog:
        assert not SafetyCopy(catalog).renew(lambda: False)
    assert copy_of(path).read_bytes() == sound


# Vectors, thumbnails, permissions.


def test_damaged_vectors_are_kept_aside_and_made_again_without_the_model(base: Path, photos: Path) -> None:
    (database,) = (base / "data" / "vectors").glob("*/vectors.db")
    for manifest in database.rglob("manifest.json"):
        manifest.write_bytes(b"{")
    assert mended(base)["vectors"].changed
    assert list(database.parent.glob("vectors.db.broken-*"))
    assert_complete_again(base, photos, embedded=0)


def test_vectors_that_were_deleted_are_made_again_without_the_model(base: Path, photos: Path) -> None:
    shutil.rmtree(base / "data" / "vectors")
    mended(base)
    assert_complete_again(base, photos, embedded=0)


def test_broken_thumbnails_are_removed_and_made_again(base: Path) -> None:
    thumbnails = sorted((base / "cache" / "thumbnails").glob("*/*.jpg"))
    thumbnails[0].write_bytes(b"")
    thumbnails[1].write_bytes(thumbnails[1].read_bytes()[:200])
    thumbnails[2].write_bytes(b"\xff\xd8" + os.urandom(300) + b"\xff\xd9")
    (thumbnails[3].parent / "left.part").write_bytes(b"x")
    done = mended(base)["thumbnails"]
    assert done.detail.startswith("4 of ")
    library = opened(base)
    try:
        for photo in library.browsing.photos(library.browsing.ids_by_date()):
            assert library.browsing.thumbnail(photo) is not None
    finally:
        library.close()


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")
def test_folders_that_others_may_enter_are_shut_and_files_are_opened_for_the_owner(base: Path) -> None:
    (base / "data" / "catalog.db").chmod(0o400)
    (base / "cache" / "thumbnails").chmod(0o755)
    assert mended(base)["permissions"].changed
    assert (base / "data" / "catalog.db").stat().st_mode & 0o777 == 0o600
    assert (base / "cache" / "thumbnails").stat().st_mode & 0o777 == 0o700


@posix_paths
@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_what_an_earlier_version_knew_of_photos_is_salvaged(tmp_path: Path, version: int) -> None:
    salvage(written_by(version, tmp_path / "old.db"), tmp_path / "new.db")
    with Catalog(tmp_path / "new.db") as catalog:
        photo = catalog.photos.at(Path("/photos/a.jpg"), None)
        assert photo is not None
        assert (photo.camera, photo.latitude) == ("Agfa", 38.5)
        assert photo.taken_at == photo.dated_at == datetime(2020, 2, 3, 4, 5, 6)
        assert photo.rating == (None if version == 1 else 4)
        undated = catalog.photos.at(Path("/photos/shut.jpg"), None)
        assert undated is not None
        assert undated.dated_at == datetime(2023, 11, 14, 22, 13, 20)


def test_a_copy_that_takes_the_place_is_looked_at_too(tmp_path: Path) -> None:
    """Where it came from elsewhere it may be anything."""
    data = tmp_path / "data"
    data.mkdir()
    copy = copy_of(data / "catalog.db")
    with Catalog(copy) as catalog:
        catalog.folders.add(tmp_path)
        catalog.photos.save([record(tmp_path / "a.jpg", "a")], MODEL)
    lead_in_circles(copy, "file", levels=3)
    _, catalogue, *_ = repair_library(data, tmp_path / "cache")
    assert "out of order" in catalogue.detail
    with Catalog(data / "catalog.db") as catalog:
        assert not catalog.check()
        assert catalog.photos.counts(None).photos == 1
