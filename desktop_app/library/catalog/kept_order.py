"""The order of all photos by date, kept in a file beside the catalogue from one start to the next.

The file bears a random word, and is believed where the catalogue notes the same. What changes any photo in the catalogue
takes the note away in the same transaction, so after a crash there is none, and an older state of the catalogue has another.
"""

import logging
import sqlite3
from pathlib import Path
from typing import Final

import numpy as np
import xxhash

from desktop_app import own_files
from desktop_app.library.catalog.columns import Dated

logger = logging.getLogger(__name__)

_NOTE: Final = "order by date"
_MAGIC: Final = b"VslbDate"
_SUM_BYTES, _WORD_BYTES = 8, 32
_HEAD_BYTES: Final = len(_MAGIC) + _SUM_BYTES + _WORD_BYTES
_NUMBER_BYTES: Final = 8
# A hundred million photos.
_MOST_BYTES: Final = 2 * _NUMBER_BYTES * 100_000_000 + _HEAD_BYTES


def order_file(catalog: Path) -> Path:
    """Return where the order of a catalogue is kept; it need not be there."""
    return catalog.with_name(catalog.name + ".by-date")


def noted_word(connection: sqlite3.Connection) -> str | None:
    """Return the word of the order that is true; None where none is kept."""
    row = connection.execute("SELECT value FROM note WHERE key = ?", (_NOTE,)).fetchone()
    return row[0] if row else None


def note_word(connection: sqlite3.Connection, word: str) -> None:
    """Note that the file with a word is true. Inside a transaction that changes no photo."""
    connection.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (_NOTE, word))


def forget_order(connection: sqlite3.Connection) -> None:
    """Let what is kept be true no more. Inside the transaction that changes photos."""
    connection.execute("DELETE FROM note WHERE key = ?", (_NOTE,))


def write_order(catalog: Path, word: str, listed: Dated) -> None:
    """Keep the order of a catalogue, under a word of 32 letters that was never used before.

    Raises:
        OSError: It cannot be written.
    """
    rest = word.encode("ascii") + b"".join(numbers.astype("<i8").tobytes() for numbers in listed)
    # Not brought to disk: what a loss of power leaves of it has another checksum.
    own_files.write(
        order_file(catalog),
        _MAGIC + xxhash.xxh3_64_digest(rest) + rest,
        below=catalog.parent,
        durable=False,
    )


def read_order(catalog: Path, word: str) -> Dated | None:
    """Return the order that was kept under a word; None where it is not there, or not as it was written."""
    try:
        content = own_files.read(order_file(catalog), _MOST_BYTES, below=catalog.parent)
    except FileNotFoundError:
        return None
    except OSError as error:
        logger.info("the order by date cannot be read: %s", error)
        return None
    size_bytes = len(content) - _HEAD_BYTES
    if size_bytes < 0 or size_bytes % (2 * _NUMBER_BYTES) or not _is_sound(content, word):
        logger.info("the order by date is not as it was kept")
        return None
    ids, seconds = np.frombuffer(content, dtype="<i8", offset=_HEAD_BYTES).reshape(2, -1)
    return ids, seconds


def _is_sound(content: bytes, word: str) -> bool:
    rest = memoryview(content)[len(_MAGIC) + _SUM_BYTES :]
    is_whole = xxhash.xxh3_64_digest(rest) == content[len(_MAGIC) :][:_SUM_BYTES]
    return content.startswith(_MAGIC) and bytes(rest[:_WORD_BYTES]) == word.encode() and is_whole
