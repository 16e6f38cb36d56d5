"""Looks at the files that SQLite opens beside a database, by their names and without asking."""

import os
from pathlib import Path

from desktop_app import own_files
from desktop_app.library.catalog.errors import damaged, not_ours

COMPANIONS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database and finds by the name, so that all are renamed together."""

# https://sqlite.org/fileformat.html: what a journal begins with, and ends with where it names another journal.
_MAGIC = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"


def look_beside(path: Path) -> None:
    """Refuse a database where SQLite would be led to a file elsewhere.

    SQLite 3.40 itself opens a log or journal that is a link neither for reading nor for writing; a database that is one it
    follows, and looks for the other three beside what that leads to. There is no way to forbid it by the name that Python
    gives it. So all four are looked at just before, and nobody but the owner can change them in between.

    A journal may name another one, of several databases that were written at once. After undoing what it holds, SQLite
    deletes the file of that name, wherever it lies and whatever it is. Our catalogue is one database: none of its
    journals names another.

    Raises:
        CatalogDamagedError: Its journal names another file.
        CatalogError: One of the four is a link, or no file of this user.
    """
    try:
        for name in ("", *COMPANIONS):
            own_files.status_of(path.with_name(path.name + name), below=path.parent)
        ending = _ending_of(path.with_name(path.name + "-journal"))
    except own_files.NotOurFileError as error:
        raise not_ours(path, error) from error
    if ending == _MAGIC:
        raise damaged(path, "its journal names another file")


def _ending_of(journal: Path) -> bytes:
    """Return the last eight bytes of a file; fewer where there are not so many."""
    try:
        handle = own_files.opened(journal, below=journal.parent)
    except FileNotFoundError:
        return b""
    with os.fdopen(handle, "rb") as file:
        size_bytes = os.fstat(file.fileno()).st_size
        file.seek(max(0, size_bytes - len(_MAGIC)))
        return file.read(len(_MAGIC))
