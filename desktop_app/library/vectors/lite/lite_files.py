"""What the vector store reads and secures in Milvus Lite's own files, beside the database itself."""

import hashlib
import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from desktop_app import own_files
from desktop_app.library.errors import DiskFullError
from desktop_app.library.outside.files import read_file
from desktop_app.library.outside.json_text import MOST_CHARACTERS, read_json
from desktop_app.library.vectors.sorted_ids import Ids, united

# Lite rewrites up to the whole database when it merges files in the background.
_LEAST_FREE_BYTES = 200_000_000
_MOST_FREE_BYTES = 2_000_000_000
# Rows, their index and the manifest, and what others write meanwhile.
_FLUSH_FACTOR = 3
_FLUSH_EXTRA_BYTES = 16_000_000
_ATTEMPTS = 5
_ID_COLUMNS = ("id", "_seq")


def size_bytes(database: Path) -> int:
    """Return how much room a database takes on disk."""
    return sum(
        status.st_size
        for _, status in own_files.everything_in(database, skip=True)
        if not stat.S_ISDIR(status.st_mode)
    )


def need_room_to_write(database: Path, least_free_bytes: int | None, part: Path | None = None) -> None:
    """Refuse to write rows on a disk that is nearly full, where Milvus Lite 3.2.2 can lose what it took.

    Args:
        database: Its folder.
        least_free_bytes: How much must be free; None for as much as `part` takes, 200 MB to 2 GB.
        part: What may be rewritten; None for the whole database.

    Raises:
        DiskFullError: There is less.
    """
    wanted = least_free_bytes
    if wanted is None:
        wanted = min(max(size_bytes(part or database), _LEAST_FREE_BYTES), _MOST_FREE_BYTES)
    if shutil.disk_usage(database).free < wanted:
        raise disk_full(database)


def need_room_to_flush(database: Path, unflushed_bytes: int) -> None:
    """Refuse a flush that would fail for lack of room, because a failed flush costs a restart.

    Raises:
        DiskFullError: There is too little room.
    """
    if shutil.disk_usage(database).free < _FLUSH_FACTOR * unflushed_bytes + _FLUSH_EXTRA_BYTES:
        raise disk_full(database)


def disk_full(database: Path) -> DiskFullError:
    """Return the error for a disk without room."""
    free_mb = shutil.disk_usage(database).free // 1_000_000
    return DiskFullError(
        f"Only {free_mb} MB are free on the disk that holds the search index ({database.parent}).",
        "Make room; adding photos then goes on.",
    )


def log_bytes(database: Path, collection: str) -> int:
    """Return the size of the log of rows that were not flushed."""
    return sum(_size(file) for file in (database / "collections" / collection / "wal").glob("*.arrow"))


def secure(database: Path, collection: str) -> None:
    """Bring a collection's files and their folders to disk; Milvus Lite 3.2.2 leaves that to the system.

    Without it a power cut can leave a manifest that names an empty file. 24 ms after a flush of 512 rows.

    Raises:
        OSError: The disk refuses.
    """
    root = database / "collections" / collection
    everything = [root, *(path for path, _ in own_files.everything_in(root))]
    for path in everything:
        # Windows flushes no folders.
        if os.name == "posix" or not path.is_dir():
            _secure(path)


def secure_folder(folder: Path) -> None:
    """Bring to disk which names a folder holds.

    Raises:
        OSError: The disk refuses.
    """
    if os.name == "posix":
        _secure(folder)


def live_ids(database: Path, collection: str) -> NDArray[np.int64]:
    """Return the ids of all flushed rows that are not deleted, from the id columns of the Parquet files.

    Asking the database itself would load every vector: 3.9 GB for 100,000 rows.

    Returns:
        ``(n,)`` int64, ascending, each once.

    Raises:
        OSError: The files cannot be read.
        ValueError: They are damaged.
    """
    root = database / "collections" / collection
    for attempt in range(_ATTEMPTS):
        try:
            return _read_live_ids(root)
        except FileNotFoundError:
            # A compaction in the background has replaced files since the manifest was read.
            if attempt + 1 == _ATTEMPTS:
                raise
    raise AssertionError


def state_of(database: Path) -> str:
    """Return what the files of a database are known by, as long as none is written; empty where that cannot be told.

    The manifests name the files of rows, the logs have what is in no file yet; and a file of rows that somebody or a failing
    disk's repair wrote has another time.

    Args:
        database: Its folder; nobody may have it open.
    """
    state = hashlib.blake2b(digest_size=16)
    try:
        for collection in sorted(path for path in (database / "collections").iterdir() if path.is_dir()):
            logs = {file.name: _size(file) for file in sorted((collection / "wal").glob("*.arrow"))}
            rows = [
                (file.name, *_written(file)) for file in sorted(collection.glob("partitions/*/d*/*.parquet"))
            ]
            manifest = read_file(collection / "manifest.json", MOST_CHARACTERS)
            state.update(os.fsencode(f"{collection.name} {logs} {rows} {len(manifest)} ") + manifest)
    except OSError:
        return ""
    return state.hexdigest()


def has_index(database: Path, collection: str) -> bool:
    """Tell whether a collection was told how its vectors are indexed.

    Asking the database itself would read every row, for it answers with their number too.

    Raises:
        OSError: Its files cannot be read.
    """
    return bool(_manifest(database / "collections" / collection).get("index_specs"))


def _manifest(root: Path) -> dict[str, Any]:
    try:
        return cast("dict[str, Any]", read_json(read_file(root / "manifest.json", MOST_CHARACTERS)))
    except FileNotFoundError:
        return {}


def _read_live_ids(root: Path) -> NDArray[np.int64]:
    live: list[Ids] = []
    for partition, files in _manifest(root).get("partitions", {}).items():
        folder = root / "partitions" / partition
        written = _newest(folder / name for name in files["data_files"])
        deleted = _newest(folder / name for name in files["delta_files"])
        live.append(_surviving(written, deleted))
    return united(*live)


def _surviving(
    written: tuple[NDArray[np.int64], NDArray[np.int64]], deleted: tuple[NDArray[np.int64], NDArray[np.int64]]
) -> NDArray[np.int64]:
    """Return the ids whose newest row is not older than their newest deletion, ascending."""
    ids, sequences = written
    gone, gone_sequences = deleted
    if not len(gone) or not len(ids):
        return ids
    place = np.minimum(np.searchsorted(gone, ids), len(gone) - 1)
    dead = (gone[place] == ids) & (gone_sequences[place] > sequences)
    living: NDArray[np.int64] = ids[~dead]
    return living


def _newest(files: Iterator[Path]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct ids in the files, ascending, and the highest sequence number of each."""
    tables = [_id_columns(file) for file in files]
    if not tables:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    ids, sequences = (np.concatenate([table[name] for table in tables]) for name in _ID_COLUMNS)
    order = np.lexsort((sequences, ids))
    ids, sequences = ids[order], sequences[order]
    last = np.append(ids[1:] != ids[:-1], True) if len(ids) else np.empty(0, bool)
    return ids[last], sequences[last]


def _id_columns(file: Path) -> dict[str, NDArray[np.int64]]:
    """Return the columns of a Parquet file that say which rows it has.

    Not by `read_table` and `to_numpy`, which import pandas: 0.3 s of processor time before the first row is written.

    Raises:
        ValueError: They are not whole numbers.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(file) as opened:
        table = opened.read(columns=list(_ID_COLUMNS), use_threads=False)
    return {name: _numbers(table[name].chunks) for name in _ID_COLUMNS}


def _numbers(chunks: Sequence[Any]) -> NDArray[np.int64]:
    """Return a column of Arrow as one array."""
    try:
        parts = [np.from_dlpack(chunk) for chunk in chunks]
    except (TypeError, BufferError) as error:
        raise ValueError(f"a column is not of whole numbers: {error}") from error
    return np.concatenate([np.empty(0, np.int64), *parts], dtype=np.int64, casting="unsafe")


def _secure(path: Path) -> None:
    try:
        # Windows flushes only what was opened for writing; folders can be opened for reading only.
        flags = os.O_RDONLY if path.is_dir() else os.O_RDWR
        descriptor = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        return  # replaced by a compaction since it was listed
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _written(file: Path) -> tuple[int, int]:
    status = file.lstat()
    return status.st_size, status.st_mtime_ns


def _size(file: Path) -> int:
    try:
        return file.lstat().st_size
    except FileNotFoundError:
        return 0
