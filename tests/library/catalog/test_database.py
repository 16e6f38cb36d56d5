"""The settings of the connections, on which it rests that what was saved is there after a power cut."""

from pathlib import Path

import pytest

from desktop_app.library.catalog import Catalog, database
from desktop_app.library.catalog.database import open_reader, open_writer

# PRAGMA synchronous: 0 OFF, 1 NORMAL, 2 FULL.
_FULL = 2


@pytest.mark.parametrize("is_new", [True, False])
def test_what_is_written_is_on_the_disk_before_the_transaction_ends(tmp_path: Path, *, is_new: bool) -> None:
    path = tmp_path / "catalog.db"
    if not is_new:
        Catalog(path).close()
    path.touch()
    connection = open_writer(path)

    def said(name: str) -> object:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]

    try:
        assert said("journal_mode") == "wal"
        assert said("synchronous") == _FULL
        # Where a plain sync leaves it in the drive's own cache.
        assert (said("fullfsync"), said("checkpoint_fullfsync")) == (1, 1)
        assert said("foreign_keys") == 1
        assert said("page_size") == database._PAGE_BYTES
        assert said("journal_size_limit") == database._LONGEST_WAL_BYTES
        assert said("busy_timeout") == database._BUSY_S * 1000
    finally:
        connection.close()


def test_the_catalogue_itself_writes_with_these_settings(tmp_path: Path) -> None:
    with Catalog(tmp_path / "catalog.db") as catalog, catalog._database.writing() as connection:
        assert connection is catalog._database._writer
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == _FULL
        assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1


def test_who_reads_cannot_write(tmp_path: Path) -> None:
    Catalog(tmp_path / "catalog.db").close()
    connection = open_reader(tmp_path / "catalog.db")
    try:
        assert connection.execute("PRAGMA query_only").fetchone()[0] == 1
    finally:
        connection.close()
