"""A catalogue that somebody else may have written: nothing in it acts, and nothing in it names a place outside."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.library.catalog import Catalog, glance_at
from desktop_app.library.catalog.safety_copy import copy_of
from desktop_app.library.catalog.salvage import salvage
from desktop_app.library.errors import CatalogDamagedError
from tests.library.catalog.records import MODEL, lead_in_circles, record, unit

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT"


def made(path: Path) -> Path:
    with Catalog(path) as catalog:
        catalog.folders.add(path.parent)
        catalog.photos.save(
            [record(path.parent / f"{name}.jpg", name, vector=unit(ord(name))) for name in "abc"], MODEL
        )
    return path


def planted(path: Path, *statements: str) -> bytes:
    """Change the file as its enemy would, and return its bytes."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.read_bytes()


def rewritten(table: str, old: str, new: str) -> tuple[str, ...]:
    """Statements that change the words which made a table."""
    return (
        "PRAGMA writable_schema = ON",
        f"UPDATE sqlite_schema SET sql = replace(sql, '{old}', '{new}') WHERE name = '{table}'",
        "PRAGMA writable_schema = RESET",
    )


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (("CREATE TRIGGER t AFTER INSERT ON note BEGIN DELETE FROM file; END",), "“t”"),
        (
            (
                "DROP TRIGGER file_came",
                "CREATE TRIGGER file_came AFTER INSERT ON file BEGIN DELETE FROM vector; END",
            ),
            "“file_came”",
        ),
        (
            ("ALTER TABLE folder RENAME TO f", f"CREATE VIEW folder (id, path) AS {ENDLESS} i, x'2f' FROM n"),
            "“f",
        ),
        (("CREATE TABLE extra (a)",), "“extra”"),
        (("CREATE INDEX slow ON file (length(hex(path)))",), "“slow”"),
        (("CREATE VIRTUAL TABLE more USING fts5 (a)",), "“more"),
        (rewritten("file", "REFERENCES folder (id)", "REFERENCES folder (id) ON DELETE CASCADE"), "“file”"),
        (rewritten("file", "size_bytes INTEGER NOT NULL", "size_bytes INTEGER CHECK (size_bytes)"), "“file”"),
        (rewritten("name_config", "k PRIMARY KEY", "k DEFAULT (random()) PRIMARY KEY"), "“name_config”"),
    ],
)
def test_a_schema_that_is_not_ours_is_damage_and_nothing_of_it_acts(
    tmp_path: Path, statements: tuple[str, ...], said: str
) -> None:
    path = made(tmp_path / "catalog.db")
    before = planted(path, *statements)
    with pytest.raises(CatalogDamagedError, match=said):
        Catalog(path)
    assert path.read_bytes() == before


def test_what_can_be_read_of_it_is_taken_over_without_what_acts(tmp_path: Path) -> None:
    path = made(tmp_path / "catalog.db")
    planted(
        path,
        "CREATE TRIGGER t AFTER INSERT ON note BEGIN DELETE FROM file; END",
        "ALTER TABLE note RENAME TO n",
        f"CREATE VIEW note (key, value) AS {ENDLESS} i, i FROM n",
        "ALTER TABLE frame RENAME TO f",
        f"CREATE VIEW frame (content_id, video_id, at_ms) AS {ENDLESS} i, i, i FROM n",
    )
    got = salvage(path, tmp_path / "new.db")
    assert (got.photos, got.vectors) == (3, 3)
    with Catalog(tmp_path / "new.db") as catalog:
        assert catalog.check() == []
        catalog.notes.set("one", "more")
        assert catalog.photos.counts(MODEL).photos == 3


@pytest.mark.parametrize("name", ["/etc/x", "../../x", "", "A" * 20, "a" * 65])
def test_an_identity_that_could_name_another_place_is_damage(tmp_path: Path, name: str) -> None:
    """Folders of vectors are named by it."""
    path = made(tmp_path / "catalog.db")
    planted(path, f"UPDATE note SET value = '{name}' WHERE key = 'catalog id'")
    with pytest.raises(CatalogDamagedError, match="identity"):
        Catalog(path)
    salvage(path, tmp_path / "new.db")
    with Catalog(tmp_path / "new.db") as catalog:
        assert len(catalog.notes.get("catalog id") or "") == 32


@pytest.mark.parametrize("folder", [b"photos", b"", b"/photos/../etc", b"..", b"/photos\0/x", b"./photos"])
def test_a_folder_that_is_none_is_damage(tmp_path: Path, folder: bytes) -> None:
    path = made(tmp_path / "catalog.db")
    planted(path, f"INSERT INTO folder (path) VALUES (x'{folder.hex()}')")
    with pytest.raises(CatalogDamagedError, match="is no folder"):
        Catalog(path)
    salvage(path, tmp_path / "new.db")
    with Catalog(tmp_path / "new.db") as catalog:
        assert catalog.folders.paths() == [tmp_path]
        assert catalog.photos.counts(MODEL).photos == 3


@pytest.mark.parametrize("folder", ["/photos/a..b", "/photos/...", "C:\\photos", "\\\\server\\photos"])
def test_unusual_names_of_folders_are_none(tmp_path: Path, folder: str) -> None:
    path = made(tmp_path / "catalog.db")
    planted(path, f"INSERT INTO folder (path) VALUES (CAST('{folder}' AS BLOB))")
    with Catalog(path) as catalog:
        assert len(catalog.folders.paths()) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE content SET hash = '../../../x' WHERE hash = 'a'",
        "UPDATE content SET hash = '' WHERE hash = 'a'",
        "UPDATE file SET path = x'2f6574632f706173737764' WHERE id = 1",
        "UPDATE file SET path = CAST(path || '/../../x' AS BLOB) WHERE id = 1",
    ],
)
def test_rows_that_name_something_outside_are_found_and_not_taken_over(
    tmp_path: Path, statement: str
) -> None:
    path = made(tmp_path / "catalog.db")
    with Catalog(path) as catalog:
        assert catalog.check() == []
    planted(path, statement)
    with Catalog(path) as catalog:
        assert catalog.check()
    salvage(path, tmp_path / "new.db")
    with Catalog(tmp_path / "new.db") as catalog:
        assert catalog.check() == []
        assert catalog.photos.counts(MODEL).photos in {2, 3}


def test_rows_without_end_are_damage_and_are_not_counted(tmp_path: Path) -> None:
    """Six pages can hold more rows than any limit of steps would end the counting of."""
    path = made(tmp_path / "catalog.db")
    lead_in_circles(path, "file", levels=3)
    seen = glance_at(path)
    assert seen.is_damaged
    assert "out of order" in seen.problem
    with Catalog(path) as catalog:
        (problem,) = catalog.check()
    assert "out of order" in problem


def test_a_value_that_is_longer_than_its_file_is_damage(tmp_path: Path) -> None:
    """A page of it that leads to itself would fill the memory."""
    path = made(tmp_path / "catalog.db")
    planted(
        path,
        "UPDATE folder SET path = CAST('/' || hex(zeroblob(10000)) AS BLOB)",
        "PRAGMA journal_mode = DELETE",
    )
    content = bytearray(path.read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (root,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'folder'").fetchone()
    starts = [
        number * size
        for number in range(len(content) // size)
        if content[number * size + 4 : number * size + 8] == b"0000" and number != root - 1
    ]
    assert starts
    for start in starts:
        content[start : start + 4] = (start // size + 1).to_bytes(4, "big")
    path.write_bytes(content)
    assert glance_at(path).is_damaged


def test_a_file_with_a_hole_of_terabytes_is_not_copied(tmp_path: Path) -> None:
    path = made(tmp_path / "catalog.db")
    path.with_name("catalog.db-wal").write_bytes(b"more")
    with path.open("r+b") as file:
        file.truncate(2**41)
    assert "too large" in glance_at(path).problem


def test_where_only_the_copy_is_left_that_is_looked_at(tmp_path: Path) -> None:
    """It would take the catalogue's place as soon as the library is opened."""
    path = tmp_path / "catalog.db"
    made(path).rename(copy_of(path))
    assert glance_at(path).folders == (tmp_path,)


@pytest.mark.parametrize(
    "value", ["'soon'", "x'00'", "1e300", "'-'", "''", "'\u0661\u0661'", f"'{'1' * 5000}'"]
)
def test_what_should_be_a_number_is_one_or_damage(tmp_path: Path, value: str) -> None:
    """Some columns have no type, since times may be longer than SQLite's numbers."""
    path = made(tmp_path / "catalog.db")
    planted(path, f"UPDATE file SET mtime_ns = {value}")
    assert glance_at(path).is_damaged
    salvage(path, tmp_path / "new.db")
    with Catalog(tmp_path / "new.db") as catalog:
        assert [photo.mtime_ns for photo in catalog.photos.of_ids(catalog.photos.ids_by_date(), MODEL)] == [
            0
        ] * 3


@pytest.mark.parametrize("value", [5, -5, 2**70, -(2**70)])
def test_numbers_of_any_size_are_sound(tmp_path: Path, value: int) -> None:
    path = made(tmp_path / "catalog.db")
    planted(path, f"UPDATE file SET mtime_ns = {value if abs(value) < 2**63 else repr(str(value))}")
    assert not glance_at(path).problem


@pytest.mark.parametrize(
    ("change", "vectors"),
    [
        ("UPDATE vector SET vec = x'00'", 0),
        ("UPDATE vector SET vec = x''", 0),
        ("UPDATE vector SET vec = zeroblob(70000)", 0),
        ("UPDATE vector SET vec = x'003c003c' WHERE content_id = 1", 2),
    ],
)
def test_vectors_that_are_none_are_damage(tmp_path: Path, change: str, vectors: int) -> None:
    path = made(tmp_path / "catalog.db")
    planted(path, change)
    assert glance_at(path).is_damaged
    assert salvage(path, tmp_path / "new.db").vectors == vectors
    with Catalog(tmp_path / "new.db") as catalog:
        assert not catalog.check()
