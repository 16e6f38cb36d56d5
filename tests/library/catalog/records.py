"""Makes records for the catalogue's tests, and saves them for ever in a process that will be killed."""

import sqlite3
import struct
import sys
from contextlib import closing
from datetime import datetime
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog import Catalog, PhotoRecord
from desktop_app.library.folders.comparing import FoundPhoto
from desktop_app.library.media.metadata.metadata import Metadata

MODEL = "model-a"
OTHER_MODEL = "model-b"


def unit(seed: int, dimension: int = 8) -> NDArray[np.float32]:
    """A vector of length 1 that differs from those of other seeds."""
    vector = np.random.default_rng(seed).standard_normal(dimension).astype(np.float32)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def record(
    path: Path,
    content: str | None = "c1",
    *,
    vector: NDArray[np.float32] | None = None,
    taken_at: datetime | None = None,
    problem: str | None = None,
    size_bytes: int = 100,
    mtime_ns: int = 1_700_000_000_000_000_000,
    metadata: Metadata | None = None,
    decoded: bool = True,
) -> PhotoRecord:
    """What the indexer would say of a file; without `decoded`, of a copy of something decoded before."""
    decoded = decoded and problem is None
    if decoded and metadata is None:
        metadata = Metadata(taken_at=taken_at)
    return PhotoRecord(
        found=FoundPhoto(path, size_bytes, mtime_ns),
        content_hash=content,
        metadata=metadata,
        width_px=40 if decoded else None,
        height_px=30 if decoded else None,
        vector=vector,
        problem=problem,
    )


def batch(folder: Path, number: int, size: int = 16) -> list[PhotoRecord]:
    """The photos of one save: all of them or none must be there afterwards."""
    names = [f"{number:04d}_{n:02d}" for n in range(size)]
    return [
        record(folder / f"{name}.jpg", name, vector=unit(number * size + n)) for n, name in enumerate(names)
    ]


def save_for_ever(database: Path, folder: Path, first: int) -> None:
    """Save batch after batch, saying the number of each once `save` has returned for it."""
    catalog = Catalog(database)
    catalog.folders.add(folder)
    for number in count(first):
        catalog.photos.save(batch(folder, number), MODEL)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


def lead_in_circles(path: Path, table: str, *, levels: int = 10, children: int = 100) -> None:
    """Let the pages of a table lead to its rows again and again: more than can be counted, in a few pages.

    Args:
        path: A catalogue that nobody has open.
        table: Whose rows fit on one page, and have numbers.
        levels: How many pages lie above each other.
        children: How often each leads to the next.
    """
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        (root,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    content = bytearray(path.read_bytes())
    (size,) = struct.unpack(">H", content[16:18])
    start = (root - 1) * size
    leaf = content[start : start + size]
    assert leaf[0] == 0x0D
    content += leaf
    for level in range(levels):
        below = len(content) // size
        # https://sqlite.org/fileformat.html: a page above others, with its cells at its end, each of five bytes.
        page = bytearray(size)
        page[0] = 5
        page[3:7] = struct.pack(">HH", children, size - 5 * children)
        page[8:12] = struct.pack(">I", below)
        for child in range(children):
            place = size - 5 * (child + 1)
            page[place : place + 5] = struct.pack(">IB", below, 1)
            page[12 + 2 * child : 14 + 2 * child] = struct.pack(">H", place)
        if level == levels - 1:
            content[start : start + size] = page
        else:
            content += page
    content[28:32] = struct.pack(">I", len(content) // size)
    content[92:96] = content[24:28]
    path.write_bytes(content)
