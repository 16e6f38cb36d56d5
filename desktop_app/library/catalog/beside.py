"""Looks at the files that SQLite opens beside a database, by their names and without asking."""

from pathlib import Path

from desktop_app import own_files
from desktop_app.library.catalog.errors import not_ours

COMPANIONS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database and finds by the name, so that all are renamed together."""


def look_beside(path: Path) -> None:
    """Refuse a database where SQLite would be led to a file elsewhere.

    SQLite 3.40 itself opens a log or journal that is a link neither for reading nor for writing; a database that is one it
    follows, and looks for the other three beside what that leads to. There is no way to forbid it by the name that Python
    gives it. So all four are looked at just before, and nobody but the owner can change them in between.

    Raises:
        CatalogError: One of the four is a link, or no file of this user.
    """
    try:
        for name in ("", *COMPANIONS):
            own_files.status_of(path.with_name(path.name + name), below=path.parent)
    except own_files.NotOurFileError as error:
        raise not_ours(path, error) from error
