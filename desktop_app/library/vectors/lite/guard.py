"""Looks at a Milvus Lite database before it is opened, because opening a damaged one deletes data.

Milvus Lite 3.2.2 removes every Parquet file that its manifest does not name when it opens a collection, and it
takes an older manifest, or an empty one, where the newest is unreadable. So a database is opened only when its
manifest is sound and every file it names is whole. Nothing here deletes or changes a row.

It also follows links: it would empty whatever folder one of its own leads to. So nothing but files and folders of this
user may lie in a database, and a manifest may name nothing outside of it.
"""

import os
import stat
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from desktop_app import own_files
from desktop_app.library.outside.files import open_file, read_file
from desktop_app.library.outside.json_text import MOST_CHARACTERS, NotJsonError, read_json
from desktop_app.library.vectors.lite.names_inside import aliases_lead_out, leads_out, log_leads_out

_MAGIC = b"PAR1"
# Milvus Lite writes it into each manifest, and reads those of a later one as if they were its own.
_NEWEST_FORM = 2
# Magic, an empty footer's length and magic again.
_SMALLEST_PARQUET = 12
_LOCK_LOOK_S = 0.05
_BROKEN = ".broken-"


def check(database: Path) -> list[str]:
    """Return what is wrong with a database or its collections, in words for a log; empty when it may be opened.

    Files that a sound manifest does not name are no problem: they are left over from a flush that was cut
    short, and the rows are still in the log.

    Args:
        database: Its folder; one that is not there is sound.
    """
    whole, parts = check_parts(database)
    return [*whole, *(problem for problems in parts.values() for problem in problems)]


def check_parts(database: Path) -> tuple[list[str], dict[Path, list[str]]]:
    """Return what is wrong with a database as a whole, and with each collection that may not be opened.

    Args:
        database: Its folder; one that is not there is sound.
    """
    try:
        if (place := _stranger(database)) is not None:
            return [f"{place.name} {own_files.folder_fault(place.lstat())}"], {}
        found = own_files.strangers_in(database)
        if strangers := [f"{path.relative_to(database.parent)} {fault}" for path, fault in found]:
            return strangers, {}
        parts = {collection: _check_collection(collection) for collection in _collections(database)}
        return list(aliases_lead_out(database)), {path: found for path, found in parts.items() if found}
    except OSError as error:
        return [f"{database.name} cannot be read: {error}"], {}


def set_aside(database: Path) -> Path:
    """Rename a damaged database so that a new one can be made, and return its new path.

    Where it is a link, or lies behind one, that link gets the new name, and what it leads to stays as it is.

    Raises:
        OSError: It cannot be renamed.
    """
    database = _stranger(database) or database
    return database.rename(_free_name(database))


def set_part_aside(collection: Path, database: Path) -> Path:
    """Move one damaged collection out of a database, beside it, and return its new path.

    Raises:
        OSError: It cannot be moved.
    """
    target = _free_name(database, f"-{collection.name}")
    return collection.rename(target)


def databases_in(folder: Path) -> list[Path]:
    """Return the databases of all models in the folder of vectors, also where a link lies in the place of one.

    Raises:
        OSError: The folder cannot be listed.
    """
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    databases = [path / "vectors.db" for path in found if _BROKEN not in path.name]
    return [database for database in databases if os.path.lexists(database) or _stranger(database)]


def drop_indexes(collection: Path) -> int:
    """Remove the index files of one collection, which nothing may have loaded, and return how many."""
    removed = 0
    for path, status in own_files.everything_in(collection / "partitions"):
        if path.parent.name == "indexes" and not stat.S_ISDIR(status.st_mode):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def drop_unmade(collection: Path) -> None:
    """Remove what is left of a collection whose making was cut short: Milvus Lite makes none where a folder lies.

    It was never whole, so it never held a row.

    Raises:
        OSError: It cannot be removed.
    """
    if (
        collection.is_dir()
        and not (collection / "schema.json").exists()
        and not _check_collection(collection)
    ):
        own_files.remove(collection)


def drop_all_of_others(folder: Path) -> None:
    """Remove all databases in the folder of vectors, which come from somebody else; they are made again from the catalogue.

    What reads their files believes them: an index (faiss) what it says of places in memory, a table (Parquet) how many
    rows it has. One that a living process has open stays, for then the library is not opened.

    Raises:
        OSError: One cannot be removed.
    """
    if own_files.is_folder(folder, below=folder.parent):
        for database in databases_in(folder):
            if own_files.is_folder(database, below=folder.parent) and not is_locked(database):
                own_files.remove(database)


def is_locked(database: Path) -> bool:
    """Return whether a living process has the database open. Its lock file is never removed."""
    if _stranger(database) is not None:
        return False
    try:
        descriptor = own_files.opened(database / "LOCK", os.O_RDWR, below=database.parent)
    except OSError:
        return False
    try:
        return not _try_lock(descriptor)
    finally:
        os.close(descriptor)


def wait_until_unlocked(database: Path, wait_s: float) -> bool:
    """Wait for another process to give the database up, and return whether it did.

    A child whose parent was killed needs a moment to write what it holds.
    """
    deadline = time.monotonic() + wait_s
    while is_locked(database):
        if time.monotonic() >= deadline:
            return False
        time.sleep(_LOCK_LOOK_S)
    return True


def _free_name(database: Path, part: str = "") -> Path:
    """Return a name beside a database, for what is set aside of it now."""
    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    target = database.with_name(f"{database.name}{_BROKEN}{stamp}{part}")
    number = 1
    while os.path.lexists(target):
        number += 1
        target = database.with_name(f"{database.name}{_BROKEN}{stamp}{part}-{number}")
    return target


def _stranger(database: Path) -> Path | None:
    """Return the folder a database is in, or the database, whichever is none of ours; None when both are, or not there."""
    for path in (database.parent, database):
        if not os.path.lexists(path):
            return None
        if own_files.folder_fault(path.lstat()):
            return path
    return None


def _try_lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
        else:
            import fcntl

            # Closing the descriptor gives the lock back.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _collections(database: Path) -> Iterator[Path]:
    """Yield the folders of all collections, those of other databases in the same folder too."""
    for root in (database / "collections", *sorted((database / "databases").glob("*/collections"))):
        if root.is_dir():
            yield from sorted(entry for entry in root.iterdir() if entry.is_dir())


def _check_collection(collection: Path) -> list[str]:
    rows = list((collection / "partitions").glob("*/d*/*.parquet"))
    logs = list((collection / "wal").glob("*.arrow"))
    schema = collection / "schema.json"
    if any(map(log_leads_out, logs)):
        return [f"{collection.name}: a log names a partition outside the database"]
    if _is_json_object(schema):
        problems = list(_check_manifest(collection, rows, logs))
    else:
        # Without rows it is a collection whose making or removal was cut short.
        problems = ["schema.json is missing or unreadable"] if rows or logs or schema.exists() else []
    return [f"{collection.name}: {problem}" for problem in problems]


def _check_manifest(collection: Path, rows: list[Path], logs: list[Path]) -> Iterator[str]:
    manifest = collection / "manifest.json"
    if not manifest.exists():
        if rows or (collection / "manifest.json.prev").exists():
            yield "manifest.json is missing"
        return
    read = _read_manifest(manifest)
    if read is None:
        yield "manifest.json is unreadable"
        return
    named, sequence, form = read
    if form > _NEWEST_FORM:
        yield "manifest.json is of a newer form"
    yield from _check_named(collection, named)
    # A flush that was cut short leaves its rows in the log. Newer rows without a log mean that the manifest is
    # an old one, and opening would delete them.
    if not logs and any(_first_sequence(file) > sequence for file in rows):
        yield "manifest.json is older than the rows"


def _check_named(collection: Path, named: list[str]) -> Iterator[str]:
    for file in named:
        if leads_out(file):
            yield "manifest.json names a file outside the database"
        elif problem := _parquet_problem(collection / "partitions" / file):
            yield f"{file} {problem}"


def _is_json_object(file: Path) -> bool:
    try:
        return isinstance(read_json(read_file(file, MOST_CHARACTERS)), dict)
    except (OSError, NotJsonError):
        return False


def _read_manifest(manifest: Path) -> tuple[list[str], int, int] | None:
    """Return the Parquet files a manifest names, relative to `partitions`, the last sequence number in them, and its form.

    Returns:
        None when the manifest is not sound.
    """
    try:
        content = cast("dict[str, Any]", read_json(read_file(manifest, MOST_CHARACTERS)))
        partitions = cast("dict[str, dict[str, list[str]]]", content["partitions"])
        named = [
            f"{partition}/{file}"
            for partition, files in partitions.items()
            for kind in ("data_files", "delta_files")
            for file in files[kind]
        ]
        # An empty one, too, is a folder that rows will be written to.
        named += [f"/{partition}" for partition in partitions if "/" in partition or leads_out(partition)]
        return named, int(content["current_seq"]), int(content.get("manifest_format_version", _NEWEST_FORM))
    except (OSError, ArithmeticError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _first_sequence(file: Path) -> int:
    """Return the first sequence number in `data_000001_000512.parquet`; 0 when the name is another."""
    number = file.stem.split("_")[1:2]
    return int(number[0]) if number and number[0].isdecimal() else 0


def _parquet_problem(file: Path) -> str:
    """Say what is wrong with a Parquet file; empty when both ends and the length of its footer are right."""
    try:
        with open_file(file) as opened:
            size = os.fstat(opened.fileno()).st_size
            if size < _SMALLEST_PARQUET:
                return "is cut short"
            start = opened.read(4)
            opened.seek(size - 8)
            end = opened.read(8)
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read: {error}"
    whole = start == _MAGIC and end[4:] == _MAGIC and int.from_bytes(end[:4], "little") <= size - 12
    return "" if whole else "is cut short or overwritten"
