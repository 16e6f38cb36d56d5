"""What a compact copy says of itself: whose it is, what it holds, and the checksum of each part."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray

from desktop_app import own_files
from desktop_app.library.outside.json_text import NotJsonError, read_json

HEAD_NAME = "head"
"""Its file, which alone makes the others a copy."""

_MAGIC = b"VslbCopy"
_SUM_BYTES = 8
_LENGTH_BYTES = 4
# 100 million rows.
_MOST_BYTES = 64 * 2**20


class StrangeHeadError(Exception):
    """A head is none that was written here, or is damaged."""


@dataclass(frozen=True, slots=True)
class Head:
    """A copy in figures.

    Attributes:
        form: Of the codes.
        catalog_id: Of the catalogue whose numbers it has.
        model_id: Whose vectors.
        dimension: Their length.
        files: Word in the names of the files that hold the rows.
        count: How many rows there are.
        followed: Number of the last change that is in them.
        session: Word of the session it was written in.
        generation: Grows whenever it is written.
        is_writing: Whether rows are being written just now.
        is_synced: Whether all rows were on disk before this was.
        centre: What the codes were made relative to, ``(dimension,)`` float32.
        sums: Checksum of each block of each strip, ``(strips, blocks)``.
    """

    form: int
    catalog_id: str
    model_id: str
    dimension: int
    files: str
    count: int
    followed: int
    session: str
    generation: int
    is_writing: bool
    is_synced: bool
    centre: NDArray[np.float32] = field(compare=False)
    sums: NDArray[np.uint64] = field(compare=False)


_FACTS = {
    "form": int, "catalog_id": str, "model_id": str, "dimension": int, "files": str, "count": int, "followed": int,
    "session": str, "generation": int, "is_writing": bool, "is_synced": bool
}  # fmt: skip


def to_bytes(head: Head) -> bytes:
    """Return what is written: a mark, the checksum of the rest, facts as JSON, centre and sums."""
    facts = {name: getattr(head, name) for name in _FACTS} | {"strips": len(head.sums)}
    text = json.dumps(facts).encode()
    rest = b"".join(
        (
            len(text).to_bytes(_LENGTH_BYTES, "little"),
            text,
            head.centre.astype("<f4").tobytes(),
            head.sums.astype("<u8").tobytes(),
        )
    )
    return _MAGIC + xxhash.xxh3_64_digest(rest) + rest


def from_bytes(content: bytes) -> Head:
    """Return the head that `to_bytes` wrote.

    Raises:
        StrangeHeadError: It did not.
    """
    rest = content[len(_MAGIC) + _SUM_BYTES :]
    if content[: len(_MAGIC)] != _MAGIC or content[len(_MAGIC) :][:_SUM_BYTES] != xxhash.xxh3_64_digest(rest):
        raise StrangeHeadError("its head is damaged")
    text_bytes = int.from_bytes(rest[:_LENGTH_BYTES], "little")
    try:
        facts = read_json(rest[_LENGTH_BYTES : _LENGTH_BYTES + text_bytes])
    except NotJsonError as error:
        raise StrangeHeadError(f"its head {error}") from error
    if not isinstance(facts, dict) or not _are_sound(facts):
        raise StrangeHeadError("its head says what no head does")
    strips, dimension = facts.pop("strips"), facts["dimension"]
    numbers = rest[_LENGTH_BYTES + text_bytes :]
    sums = numbers[4 * dimension :]
    if len(numbers) < 4 * dimension or len(sums) % (8 * strips):
        raise StrangeHeadError("its head is cut short")
    return Head(
        **facts,
        centre=np.frombuffer(numbers[: 4 * dimension], dtype="<f4"),
        sums=np.frombuffer(sums, dtype="<u8").reshape(strips, -1),
    )


def _are_sound(facts: dict[str, Any]) -> bool:
    if set(facts) != {*_FACTS, "strips"} or type(facts["strips"]) is not int:
        return False
    if any(type(facts[name]) is not kind for name, kind in _FACTS.items()):
        return False
    return facts["strips"] > 0 and facts["dimension"] > 0 and facts["count"] >= 0 and facts["files"].isalnum()


def read_head(folder: Path, *, below: Path) -> Head | None:
    """Return the head of the copy in a folder; None where there is none.

    Raises:
        StrangeHeadError: It cannot be used.
        OSError: It cannot be read, or is no file of ours.
    """
    try:
        return from_bytes(own_files.read(folder / HEAD_NAME, _MOST_BYTES, below=below))
    except (FileNotFoundError, NotADirectoryError):
        return None


def write_head(folder: Path, head: Head, *, below: Path, durable: bool) -> None:
    """Put a head in the place of the one before.

    Args:
        folder: The copy's.
        head: What to say.
        below: The folder the person named.
        durable: Whether it is on disk, with its name, when this returns.

    Raises:
        OSError: It cannot be written; the one before is as it was.
    """
    own_files.write(folder / HEAD_NAME, to_bytes(head), below=below, durable=durable)
    if durable and hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
