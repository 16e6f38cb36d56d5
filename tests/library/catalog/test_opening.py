"""Opening the catalogue: made, upgraded, or refused in words and left alone."""

import os
import random
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest

from desktop_app.library.catalog import Catalog, Counts, schema
from desktop_app.library.errors import (
    CatalogDamagedError,
    CatalogError,
    CatalogTooNewError,
)
from desktop_app.library.media.metadata.metadata import Metadata
from desktop_app.library.photo import FailedPhoto
from tests.library.catalog.records import MODEL, batch, record, unit

HOME = Path("/photos") if os.name == "posix" else Path("C:/photos")
FIXTURES = Path(__file__).parent / "fixtures"
posix_paths = pytest.mark.skipif(os.name != "posix", reason="the old catalogue holds POSIX paths")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "catalog.db"


@pytest.fixture(params=[1, 2, 3, 4, 5], ids=[f"version {number}" for number in range(1, 6)])
def old_database(database: Path, request: pytest.FixtureRequest) -> Path:
    """A catalogue as an earlier version left it."""
    return written_by(request.param, database)


def written_by(version: int, database: Path) -> Path:
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript((FIXTURES / f"catalog_v{version}.sql").read_text(encoding="utf-8"))
    return database


def schema_of(database: Path) -> dict[str, str]:
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall()
    return {name: " ".join(sql.split()) for name, sql in rows}


def everything_in(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()
        return [str(version), *(line for line in connection.iterdump() if "PRAGMA" not in line)]


def filled(database: Path) -> Path:
    with Catalog(database) as catalog:
        catalog.folders.add(HOME)
        for number in range(10):
            catalog.photos.save(batch(HOME / f"Summer {number}", number), MODEL)
    return database


# Making it.


def test_a_new_catalogue_is_empty_and_of_the_newest_version(database: Path) -> None:
    with Catalog(database) as catalog:
        assert catalog.photos.counts(MODEL) == Counts(0, 0, 0, 0)
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS),)
        assert connection.execute("PRAGMA application_id").fetchone() == (schema.APPLICATION_ID,)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")
def test_only_its_owner_may_read_it(database: Path) -> None:
    with Catalog(database) as catalog:
        catalog.folders.add(HOME)
        modes = {path.name: path.stat().st_mode & 0o777 for path in database.parent.iterdir()}
    assert modes == {"catalog.db": 0o600, "catalog.db-wal": 0o600, "catalog.db-shm": 0o600}


def test_a_closed_catalogue_is_one_file(database: Path) -> None:
    filled(database)
    assert [path.name for path in database.parent.iterdir()] == ["catalog.db"]


def test_an_empty_file_becomes_a_catalogue(database: Path) -> None:
    database.touch()
    with Catalog(database) as catalog:
        assert catalog.folders.paths() == []


# Versions.


@posix_paths
def test_a_catalogue_of_an_earlier_version_is_read_as_it_was(old_database: Path) -> None:
    home = Path("/photos")
    with Catalog(old_database) as catalog:
        assert catalog.folders.paths() == [home, home / "trips"]
        assert catalog.photos.counts("model-a") == Counts(photos=5, indexed=3, failed=2, pending=0)
        photo = catalog.photos.at(home / "a.jpg", "model-a")
        assert photo is not None
        assert (photo.camera, photo.taken_at) == ("Agfa", datetime(2020, 2, 3, 4, 5, 6))
        vector = catalog.vectors.of_photo(photo.id, "model-a")
        assert vector is not None
        assert float(vector @ unit(1)) > 0.9999
        assert FailedPhoto(home / "shut.jpg", "no permission") in catalog.known.failures()
        assert [one.name for one in catalog.words.find("2682", 5, None)] == ["IMG_2682.heic"]
        assert len(catalog.vectors.outbox("model-a", 5)) == 1
        assert catalog.notes.get("model") == "built-in"
        assert catalog.check() == []


@posix_paths
def test_photos_of_version_1_have_no_rating_until_they_are_read_again(database: Path) -> None:
    photo = Path("/photos/a.jpg")
    with Catalog(written_by(1, database)) as catalog:
        before = catalog.photos.at(photo, None)
        assert before is not None
        assert (before.camera, before.rating) == ("Agfa", None)
        catalog.photos.save([record(photo, "hash-a", metadata=Metadata(camera="Agfa", rating=5))], None)
        after = catalog.photos.at(photo, None)
        assert after is not None
        assert (after.id, after.rating) == (before.id, 5)


@posix_paths
def test_ratings_of_version_2_are_kept(database: Path) -> None:
    with Catalog(written_by(2, database)) as catalog:
        photo = catalog.photos.at(Path("/photos/a.jpg"), None)
        assert photo is not None
        assert photo.rating == 4


@posix_paths
def test_what_version_3_knew_is_kept(database: Path) -> None:
    with Catalog(written_by(3, database)) as catalog:
        photo = catalog.photos.at(Path("/photos/a.jpg"), None)
        away = catalog.photos.at(Path("/photos/trips/IMG_2682.heic"), None)
        assert photo is not None
        assert away is not None
        assert (photo.rating, photo.tags, photo.caption) == (4, ("beach", "grandma"), "A day out")
        assert (away.offline, away.drive) == (True, "T7 Shield")
        assert [one.name for one in catalog.words.find("grandma", 5, None)] == ["a.jpg"]
        assert catalog.known.files(Path("/photos"))[photo.path].beside == 77
        assert catalog.vectors.has_pixels("pix-a", "model-a")


@posix_paths
def test_what_version_4_knew_is_kept(database: Path) -> None:
    film = Path("/photos/film.mp4")
    with Catalog(written_by(4, database)) as catalog:
        assert catalog.vectors.live_ids("model-a").tolist() == [1, 2]
        catalog.photos.save([record(film, "hash-film", decoded=False)], None)
        # The moments are live again with their video.
        assert catalog.vectors.live_ids("model-a").tolist() == [1, 2, 4, 5]
        assert catalog.videos.thumbnail_key("hash-film", 5000) == "hash-film-5000"
        photo = catalog.photos.at(film, "model-a")
        assert photo is not None
        assert photo.duration_s == 8.0


@posix_paths
def test_what_contents_of_version_4_said_is_said_by_their_files(database: Path) -> None:
    with Catalog(written_by(4, database)) as catalog:
        for name in ("a.jpg", "copy of a.jpg"):
            photo = catalog.photos.at(Path("/photos", name), None)
            assert photo is not None
            assert (photo.taken_at, photo.camera) == (datetime(2020, 2, 3, 4, 5, 6), "Agfa")
            assert (photo.latitude, photo.longitude, photo.rating) == (38.5, -9.25, 4)
            assert (photo.tags, photo.caption) == (("beach", "grandma"), "A day out")
            assert photo.dated_at == photo.taken_at
        silent = catalog.photos.at(Path("/photos/trips/IMG_2682.heic"), None)
        assert silent is not None
        assert (silent.taken_at, silent.dated_at) == (None, datetime(2023, 11, 14, 22, 13, 20))
        # A new copy of the same bytes is not read, and says what they say.
        catalog.photos.save([record(Path("/photos/new.jpg"), "hash-a", decoded=False)], None)
        new = catalog.photos.at(Path("/photos/new.jpg"), None)
        assert new is not None
        assert (new.taken_at, new.rating, new.tags) == (
            datetime(2020, 2, 3, 4, 5, 6),
            4,
            ("beach", "grandma"),
        )


@posix_paths
def test_of_photos_that_were_gone_in_version_5_the_time_runs_from_now_on(database: Path) -> None:
    before = int(time.time())
    with Catalog(written_by(5, database)) as catalog:
        assert catalog.orphans.count() == 1
        assert catalog.orphans.due(before - 1, 10) == []
        (film,) = catalog.orphans.due(int(time.time()) + 1, 10)
        assert (film.id, film.hashes) == (4, ("hash-film", "hash-film-5000"))


def test_an_upgraded_catalogue_has_the_tables_of_a_new_one(old_database: Path, tmp_path: Path) -> None:
    """Whoever changes the tables without a migration is told so here."""
    with Catalog(old_database), Catalog(tmp_path / "new.db"):
        pass
    assert schema_of(old_database) == schema_of(tmp_path / "new.db")


def add_likes(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE file ADD COLUMN likes INTEGER NOT NULL DEFAULT 0")


@posix_paths
def test_an_old_catalogue_takes_the_steps_it_lacks_and_keeps_its_rows(
    old_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, add_likes))
    with Catalog(old_database) as catalog:
        assert catalog.photos.counts("model-a").photos == 5
        catalog.photos.save([record(Path("/photos/new.jpg"), "new")], None)
    with closing(sqlite3.connect(old_database)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS),)
        assert connection.execute("SELECT SUM(likes), COUNT(*) FROM file").fetchone() == (0, 6)


def test_a_step_is_taken_once(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, add_likes))
    for _ in range(3):
        with Catalog(database) as catalog:
            assert catalog.check() == []


def loses_photos_then_fails(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM file")
    connection.execute("CREATE TABLE rating (file_id INTEGER)")
    connection.execute("INSERT INTO no_such_table VALUES (1)")


def leaves_rows_that_point_nowhere(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM folder")


@pytest.mark.parametrize("wrong", [loses_photos_then_fails, leaves_rows_that_point_nowhere])
def test_a_step_that_fails_leaves_the_catalogue_as_it_was(
    old_database: Path, monkeypatch: pytest.MonkeyPatch, wrong: schema.Migration
) -> None:
    before = everything_in(old_database)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, add_likes, wrong))
    with pytest.raises(CatalogError, match="could not be brought up to date"):
        Catalog(old_database)
    assert everything_in(old_database) == before
    monkeypatch.undo()
    with Catalog(old_database) as catalog:
        assert catalog.photos.counts("model-a").photos == 5


def test_a_catalogue_of_a_newer_version_is_refused_and_not_touched(database: Path) -> None:
    filled(database)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = sha256(database.read_bytes()).digest()
    with pytest.raises(CatalogTooNewError, match="newer Vislumbre") as raised:
        Catalog(database)
    assert "99" in raised.value.sentence
    assert "Update" in raised.value.hint
    assert sha256(database.read_bytes()).digest() == before


def test_the_database_of_another_program_is_refused_and_not_touched(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE bookmarks (address TEXT)")
        connection.commit()
    before = database.read_bytes()
    with pytest.raises(CatalogError, match="another program"):
        Catalog(database)
    assert database.read_bytes() == before


# Damage.


def refused_as_damaged(database: Path) -> None:
    """Assert that the file is refused in words, and that no byte of it changed."""
    before = database.read_bytes()
    with pytest.raises(CatalogDamagedError) as raised:
        Catalog(database)
    assert str(database) in raised.value.sentence
    assert "Nothing was deleted" in raised.value.hint
    assert database.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"garbage", b"\x00" * 100_000, b"SQLite format 3", b"SQLite format 3\x00 and on"]
)
def test_a_file_that_is_no_database_is_refused(database: Path, content: bytes) -> None:
    database.write_bytes(content)
    refused_as_damaged(database)


@pytest.mark.parametrize("part", [0.001, 0.1, 0.5, 0.9, 0.9999])
def test_a_file_that_is_cut_short_is_refused(database: Path, part: float) -> None:
    content = filled(database).read_bytes()
    database.write_bytes(content[: int(len(content) * part)])
    refused_as_damaged(database)


def test_a_file_cut_between_two_pages_is_refused(database: Path) -> None:
    content = filled(database).read_bytes()
    database.write_bytes(content[: len(content) // 2 // 8192 * 8192])
    refused_as_damaged(database)


def test_a_catalogue_without_one_of_its_tables_is_refused(database: Path) -> None:
    filled(database)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DROP TABLE note")
        connection.commit()
    with pytest.raises(CatalogDamagedError, match="note"):
        Catalog(database)


def test_an_empty_file_beside_a_log_of_changes_is_refused_and_the_log_is_kept(database: Path) -> None:
    database.touch()
    log = database.with_name("catalog.db-wal")
    log.write_bytes(b"what was saved last")
    refused_as_damaged(database)
    assert log.read_bytes() == b"what was saved last"


def damages(content: bytes) -> Iterator[bytes]:
    """Copies of a file with single bits flipped, many bits flipped, and whole pages wiped."""
    for seed in range(40):
        chance = random.Random(seed)
        copy = bytearray(content)
        for _ in range(chance.choice([1, 1, 12])):
            copy[chance.randrange(len(copy))] ^= 1 << chance.randrange(8)
        if seed % 4 == 0:
            page = chance.randrange(len(copy) // 8192) * 8192
            copy[page : page + 8192] = bytes(8192)
        yield bytes(copy)


def test_a_damaged_catalogue_is_refused_or_says_so_in_words(database: Path) -> None:
    content = filled(database).read_bytes()
    refused, reported = 0, 0
    for copy in damages(content):
        database.write_bytes(copy)
        try:
            with Catalog(database) as catalog:
                reported += bool(catalog.check())
                catalog.known.files(HOME)
                catalog.photos.ids_by_date()
                catalog.photos.counts(MODEL)
                catalog.words.find("summer", 10, MODEL)
                list(catalog.vectors.blocks(MODEL))
                catalog.photos.save(batch(HOME / "Summer 3", 3), MODEL)
                catalog.folders.remove(HOME)
        except CatalogDamagedError:
            refused += 1
        for rest in database.parent.glob("catalog.db-*"):
            rest.unlink()
    assert refused > 10
    assert reported > 5


def test_photos_without_words_are_reported(database: Path) -> None:
    filled(database)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DELETE FROM name WHERE rowid < 5")
        connection.commit()
    with Catalog(database) as catalog:
        assert catalog.check() == ["4 photos cannot be found by their name"]


# The world around it.


@contextmanager
def without_root() -> Iterator[None]:
    """Permissions do not bind root; become somebody else for a while."""
    if sys.platform == "win32" or os.geteuid() != 0:
        yield
        return
    os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_missing_folder_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="is not there"):
        Catalog(tmp_path / "gone" / "catalog.db")
    assert not (tmp_path / "gone").exists()


def test_a_folder_in_its_place_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="cannot be opened"):
        Catalog(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
@pytest.mark.parametrize(("of_folder", "of_file"), [(0o755, 0o444), (0o755, 0o000), (0o555, 0o666)])
def test_a_catalogue_that_may_not_be_written_is_said_in_words(
    tmp_path_factory: pytest.TempPathFactory, of_folder: int, of_file: int
) -> None:
    folder = tmp_path_factory.mktemp("locked")
    database = filled(folder / "catalog.db")
    database.chmod(of_file)
    folder.chmod(of_folder)
    above = [one for one in folder.parents if one.owner() == folder.owner() and one != Path(folder.anchor)]
    modes = {one: one.stat().st_mode for one in above}
    if os.geteuid() == 0:
        # Theirs, or it would be refused for being root's.
        for one in (folder, *folder.iterdir()):
            os.chown(one, 65_534, 65_534)
    try:
        for one in above:
            one.chmod(0o755)
        with without_root(), pytest.raises(CatalogError, match=r"may not be|cannot be") as raised:
            Catalog(database)
        assert type(raised.value) is CatalogError
        assert "permission" in raised.value.hint.lower() or "may be written" in raised.value.hint
    finally:
        for one, mode in modes.items():
            one.chmod(mode)
        folder.chmod(0o755)
