"""Leaves out the films of live photos: telephones write one beside a photo, and the photo stands for both.

By its name alone a film only may be such a half: cameras count from 1 again, and a name comes twice in a life. So a
listing notes the photo of the same name (`stills_of`), and a look into the film decides (`is_moving_half`).
"""

import logging
import os
import re
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

from desktop_app.library.media.videos.length import length_s
from desktop_app.library.outside.files import open_file

_log = logging.getLogger(__name__)

LONGEST_S = 5.0
"""A film of this length or less that has a photo's name is its moving half; iPhones film 3 seconds."""

# A longer one is, if both were written at the same time, as far as file systems keep it; or by its identifier.
_LONGEST_TOGETHER_S, _TOGETHER_S = 10.0, 3.0
# Apple writes one UUID into both, which players and editors keep.
_IDENTIFIER_KEY = b"com.apple.quicktime.content.identifier"
_IDENTIFIER = re.compile(rb"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}")
# Where it stands in files of any size: near the beginning or the end.
_READ_BYTES = 2**20

# iPhones write IMG_1234.MOV beside IMG_1234.HEIC or .JPG; the exports of Google Photos and of other programs .MP4.
_MOVIES = frozenset({".mov", ".mp4"})
_STILLS = frozenset({".heic", ".heif", ".jpg", ".jpeg"})


def stills_of(names: Collection[str]) -> dict[str, str]:
    """Return the photo whose moving half a film may be, by the film's name, for the names of all photos of a folder.

    It may when it is a .mov or .mp4, the photo is a HEIC or JPEG that is listed too, and their names are the same up to
    the last dot in any letter case. Its own photo may be left out, or in another folder: then it is a video like any
    other, so that nothing is missed.
    """
    # All of them have four letters, and nothing else is asked of the 100,000 others.
    movies = [name for name in names if name[-4:].lower() in _MOVIES]
    stills = {_stem(name): name for name in names if _ends(name) in _STILLS} if movies else {}
    return {name: still for name in movies if (still := stills.get(_stem(name))) is not None}


def is_moving_half(film: Path, still: Path) -> bool:
    """Tell whether a film of a photo's name is the moving half of it; no, where the film cannot be read.

    It is when it takes 5 seconds at most, or 10 where both were written at one time, or both have one identifier. Reads
    a few hundred bytes of the film, and up to 2 MB of both where it is longer; waits for a drive as long as that takes.
    """
    length = length_s(film)
    if length is None:
        return False
    if length <= LONGEST_S:
        return True
    try:
        apart_s = abs(film.stat().st_mtime - still.stat().st_mtime)
        together = length <= _LONGEST_TOGETHER_S and apart_s <= _TOGETHER_S
        return together or _have_one_identifier(film, still)
    except OSError as error:
        _log.debug("%r cannot be held against %r: %s", film, still, error)
        return False


def _have_one_identifier(film: Path, still: Path) -> bool:
    of_film = _ends_of(film)
    if _IDENTIFIER_KEY not in of_film:
        return False
    return not set(_IDENTIFIER.findall(of_film)).isdisjoint(_IDENTIFIER.findall(_ends_of(still)))


def _ends_of(path: Path) -> bytes:
    """Return the beginning and the end of a file."""
    with open_file(path) as file:
        return file.read(_READ_BYTES) + _end_of(file)


def _end_of(file: BinaryIO) -> bytes:
    begun = file.tell()
    file.seek(0, os.SEEK_END)
    file.seek(max(begun, file.tell() - _READ_BYTES))
    return file.read()


def _stem(name: str) -> str:
    return os.path.splitext(name.lower())[0]  # noqa: PTH122  # of names, in folders of 100,000


def _ends(name: str) -> str:
    return os.path.splitext(name.lower())[1]  # noqa: PTH122
