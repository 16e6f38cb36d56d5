"""Photos that are not named like ones: tells by a few names and by first bytes, and opens as few files as it can."""

import logging
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from desktop_app.library.folders.comparing import FoundPhoto, Stamp

_log = logging.getLogger(__name__)

# What programs and sites make of the end of a name: "photo.jpg_large", "photo.png~orig", "photo.jpe_". Not exiftool's
# "photo.jpg_original" nor an editor's "photo.jpg~", which are copies of what lies beside them.
_ALMOST = re.compile(
    r"[^.].*\.(?:insp|jif|jfi|pjpe?g?|(?:jpe?g?|jfif|png|webp|gif|hei[cf]|avif|bmp|tiff?)"
    r"(?:_|[-_~:](?:large|medium|small|thumb|orig|\d+x\d+)))",
    re.IGNORECASE,
)
_HEAD_BYTES = 16
# Each is a question to the drive; a folder of a million nameless files is looked at over several listings.
_MOST_OPENED = 2_000

_HEADS = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"GIF87a",
    b"GIF89a",
    b"II*\0",
    b"MM\0*",
    b"\0\0\0\x0cJXL \r\n\x87\n",
)
_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis"})


def is_almost_photo_name(name: str) -> bool:
    """Tell whether a file's name ends nearly like a photo's."""
    return _ALMOST.fullmatch(name) is not None


def is_photo_head(head: bytes) -> bool:
    """Tell by the first 16 bytes of a file whether it is a picture."""
    if head[:4] == b"RIFF":
        return head[8:12] == b"WEBP"
    if head[4:8] == b"ftyp":
        return head[8:12] in _BRANDS
    return head.startswith(_HEADS)


@dataclass(slots=True)
class Unlisted:
    """Files of a listing that may be photos, though they are not named so; belongs to the listing's thread.

    Attributes:
        known: What was found out before, by path: the stamp then, and whether it is a photo.
        learned: What was found out by this listing.
        photos: How many of the files are photos that are not taken in.
        seen: All that were asked about.
    """

    known: Mapping[Path, tuple[Stamp, bool]] = field(default_factory=dict)
    learned: dict[Path, tuple[FoundPhoto, bool]] = field(default_factory=dict)
    photos: int = 0
    seen: set[Path] = field(default_factory=set)

    def may_be(self, name: str) -> bool:
        """Tell by its name whether a file is looked at: one that has no end, or nearly a photo's."""
        return "." not in name or is_almost_photo_name(name)

    def is_photo(self, found: FoundPhoto) -> bool:
        """Tell whether a file is a photo, opening it when that is not known; no when nobody can tell now."""
        self.seen.add(found.path)
        known = self.known.get(found.path)
        if known is not None and known[0].fits(found) and not known[0].doubts(found):
            return known[1]
        if len(self.learned) >= _MOST_OPENED or found.away:
            return False
        head = _head_of(found.path)
        if head is None:
            return False
        self.learned[found.path] = found, is_photo_head(head)
        return self.learned[found.path][1]


def _head_of(path: Path) -> bytes | None:
    """Return how a file begins; None where it cannot be read, or is none."""
    try:
        # Not waiting: another thing may have come in its place, and a named pipe lasts until somebody writes.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        try:
            is_file = stat.S_ISREG(os.fstat(handle).st_mode)
            return os.read(handle, _HEAD_BYTES) if is_file else None
        finally:
            os.close(handle)
    except OSError as error:
        _log.debug("%r cannot be looked at: %s", path, error)
        return None
