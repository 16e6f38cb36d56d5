"""Tells by names, sizes and times whether photos at a place are those that are known; no photo is opened."""

import logging
import os
from collections.abc import Mapping
from pathlib import Path

from desktop_app.library.folders.comparing import FoundPhoto, Stamp

log = logging.getLogger(__name__)

# FAT keeps times to two seconds.
_CLOCK_NS = 2 * 10**9


def count_found(place: Path, sample: Mapping[Path, Stamp]) -> int:
    """Count the photos that are at a place with the size they had; −1 when the place is no folder."""
    if not os.path.isdir(place):
        return -1
    return sum(_size_of(place / inside) == stamp.size_bytes for inside, stamp in sample.items())


def is_same(photo: FoundPhoto, stamp: Stamp) -> bool:
    """Tell whether a photo of the same name is the same file: renaming and moving leave size and time as they are."""
    return photo.size_bytes == stamp.size_bytes and abs(photo.mtime_ns - stamp.mtime_ns) <= _CLOCK_NS


def start_of(photo: Path, inside: Path) -> Path | None:
    """Return the folder in which a photo lies at a place; None where it does not."""
    depth = len(inside.parts)
    return photo.parents[depth - 1] if photo.parts[-depth:] == inside.parts else None


def _size_of(photo: Path) -> int | None:
    try:
        return photo.stat().st_size
    except OSError as error:
        log.debug("%r is not there: %s", photo, error)
        return None
