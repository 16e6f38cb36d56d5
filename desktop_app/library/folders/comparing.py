"""What counts as a photo file, and how a listing differs from what is known."""

import os
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from desktop_app.library.media import formats

SUFFIXES = formats.SUFFIXES
"""Ends of names that make a file a photo, lower-case, with the dot; also where something must be installed first."""

# What systems, network storage and other programs keep beside photos: waste baskets, previews, packages.
_SYSTEM_FOLDERS = frozenset(
    {
        "#recycle",
        "#snapshot",
        "$recycle.bin",
        "@__thumb",
        "@eadir",
        "@recently-snapshot",
        "@recycle",
        "@tmp",
        "__macosx",
        "lost+found",
        "node_modules",
        "recycler",
        "system volume information",
    }
)
# Databases of photo programs that look like folders: their insides are previews and copies with made-up names.
_SYSTEM_SUFFIXES = (
    ".photoslibrary",
    ".photolibrary",
    ".aplibrary",
    ".migratedphotolibrary",
    ".lrdata",
    ".imovielibrary",
)


_IS_WINDOWS = os.name == "nt"


@dataclass(frozen=True, slots=True)
class FoundPhoto:
    """A photo file as a listing shows it; nobody has looked inside.

    Attributes:
        path: Below the folder that was listed, never resolved: a link keeps its own name.
        size_bytes: Of the file, or of what a link leads to.
        mtime_ns: Time of modification in nanoseconds since 1970.
        beside: Changes whenever a file beside it that says something of it does; 0 without one.
        changed_ns: Time of the last change of its entry, or of one beside it where that is later, in nanoseconds since
            1970; 0 where that is not known.
        inode: The number of its entry; 0 where there is none. Some drives number anew whenever they are connected.
        still: The photo whose moving half a film may be, by its name; see `live_photos`.
        away: Whether its bytes are in the cloud only, so that reading it would fetch it.
    """

    path: Path
    size_bytes: int
    mtime_ns: int
    beside: int = 0
    changed_ns: int = 0
    inode: int = 0
    still: Path | None = None
    away: bool = False


class Stamp(NamedTuple):
    """What the catalogue remembers of a file, to see whether it has changed.

    A tuple, for there are as many as photos, made of rows: a fifth of the time of other values.

    Attributes:
        size_bytes: Its size.
        mtime_ns: Its time of modification in nanoseconds since 1970.
        beside: As `FoundPhoto.beside`.
        changed_ns: As `FoundPhoto.changed_ns`; 0 also where an earlier version did not ask for it.
        inode: As `FoundPhoto.inode`; the same.
        passing: Whether it could not be read for a reason that may pass by itself, or a file beside it.
    """

    size_bytes: int
    mtime_ns: int
    beside: int = 0
    changed_ns: int = 0
    inode: int = 0
    passing: bool = False

    def fits(self, photo: FoundPhoto) -> bool:
        """Tell whether a photo has the size and the time of this, and what is beside it has."""
        return (
            self.size_bytes == photo.size_bytes
            and self.mtime_ns == photo.mtime_ns
            and self.beside == photo.beside
        )

    def doubts(self, photo: FoundPhoto) -> bool:
        """Tell whether a photo's entry was changed since, though it may have the same size and time.

        The number of the entry alone says nothing: a memory card's are others whenever it is connected.
        """
        return 0 != self.changed_ns != photo.changed_ns != 0


StampRow = tuple[int, int, int, int, int]
"""The fields of a `Stamp` but its inode, as a listing or the catalogue gives them by the hundred thousand.

Equal rows are those of a photo that is as it was. A tuple takes a sixth of the time of a value.
"""


@dataclass(frozen=True, slots=True)
class UnreadableFolder:
    """A folder that could not be listed, or not to its end.

    Attributes:
        path: Which one.
        reason: Why, in a few words that fit after its name.
    """

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a listing differs from the catalogue. Every photo is in exactly one of the four.

    Attributes:
        new: Not known before.
        changed: Known with another size or time.
        unchanged: Known with this size and time.
        gone: Known, but neither found nor below a folder that could not be listed.
        doubtful: Of the unchanged those whose entry was changed since, or of which somebody heard: somebody gave them
            other rights, moved or copied them, or wrote other bytes and put the time back. Only their bytes tell.
            Those that are most likely others come first.
        passing: Of the unchanged those that could not be read for a reason that may have passed.
        learned: Of the unchanged those of which an earlier version did not know when their entry was changed.
    """

    new: tuple[FoundPhoto, ...]
    changed: tuple[FoundPhoto, ...]
    unchanged: tuple[Path, ...]
    gone: tuple[Path, ...]
    doubtful: tuple[FoundPhoto, ...] = ()
    passing: tuple[FoundPhoto, ...] = ()
    learned: tuple[FoundPhoto, ...] = ()


def is_photo(path: Path) -> bool:
    """Tell by the name alone whether a file counts as a photo.

    Hidden files do not: AppleDouble (``._a.jpg``) is not a picture, and ``.trashed-1-a.jpg`` was thrown away.
    """
    return is_photo_name(path.name)


def is_photo_name(name: str) -> bool:
    """Tell by a file's name, without its folder, whether it counts as a photo."""
    return bool(photo_suffix(name))


def photo_suffix(name: str) -> str:
    """Return the end of a photo's name, lower-case, with the dot; nothing where the name is not that of a photo."""
    suffix = name[name.rfind(".") :].lower()
    return suffix if suffix in SUFFIXES and name[0] != "." else ""


def is_skipped_folder(name: str) -> bool:
    """Tell by its name alone whether a folder is hidden or the system's, so that it is never listed."""
    if name.startswith("."):
        return True
    folded = name.lower()
    return folded in _SYSTEM_FOLDERS or folded.endswith(_SYSTEM_SUFFIXES)


def changed_ns_of(status: os.stat_result, now_ns: int, platform: str = sys.platform) -> int:
    """Return when an entry was changed last, in nanoseconds since 1970; 0 where the system does not tell.

    Args:
        status: Of the entry.
        now_ns: A time just before it was asked for. Some drives that are no disks answer with the time of the question,
            and would have all their photos read again and again.
        platform: As in `sys.platform`.
    """
    # On Windows it is the time when the file was made.
    if platform == "win32" or not 0 < status.st_ctime_ns <= now_ns:
        return 0
    return status.st_ctime_ns


def key_of(path: str) -> str:
    """Return a path as files are known by it: text is compared quicker than paths, and on Windows letters have no case."""
    return path.lower() if _IS_WINDOWS else path


def compare(
    found: Iterable[FoundPhoto],
    known: Mapping[str, tuple[str, Stamp]],
    unreadable: Collection[Path] = (),
    named: Collection[Path] = frozenset(),
) -> Comparison:
    """Tell what is new, changed, unchanged and gone.

    Args:
        found: A listing; a path that comes twice counts once.
        known: What the catalogue remembers of the same place: path and stamp of each file, by the path's `key_of`.
        unreadable: Folders that could not be listed. Read after `found` has ended, so it may be a list that the
            scan's `report` is still filling.
        named: Photos of which somebody heard that they were written; they are in doubt whatever their stamp says.
    """
    new: list[FoundPhoto] = []
    changed: list[FoundPhoto] = []
    unchanged: list[Path] = []
    # Of the unchanged ones, few: so that nothing more is asked of the 100,000 others.
    odd: list[tuple[FoundPhoto, Stamp]] = []
    seen: set[str] = set()
    for photo in found:
        key = key_of(str(photo.path))
        if key in seen:
            continue
        seen.add(key)
        remembered = known.get(key)
        if remembered is None:
            new.append(photo)
            continue
        stamp = remembered[1]
        if stamp.fits(photo):
            unchanged.append(photo.path)
            if stamp.changed_ns != photo.changed_ns or stamp.passing or (named and photo.path in named):
                odd.append((photo, stamp))
        else:
            changed.append(photo)
    missed = (Path(path) for key, (path, _) in known.items() if key not in seen)
    gone = _not_below(missed, frozenset(unreadable))
    return Comparison(
        tuple(new),
        tuple(changed),
        tuple(unchanged),
        tuple(gone),
        doubtful=_doubtful(odd, named),
        passing=tuple(photo for photo, stamp in odd if stamp.passing),
        learned=tuple(photo for photo, stamp in odd if photo.changed_ns and not stamp.changed_ns),
    )


def _doubtful(odd: Iterable[tuple[FoundPhoto, Stamp]], named: Collection[Path]) -> tuple[FoundPhoto, ...]:
    """Return the photos in doubt, those first that are most likely others: named, in another's place, changed last."""
    doubtful = [
        (photo.path not in named, stamp.inode == photo.inode, -photo.changed_ns, photo.path, photo)
        for photo, stamp in odd
        if stamp.doubts(photo) or photo.path in named
    ]
    return tuple(photo for *_, photo in sorted(doubtful))


def _not_below(paths: Iterable[Path], places: frozenset[Path]) -> Iterator[Path]:
    """Leave out what is in or below one of the places; thousands of photos share few parents."""
    covered: dict[Path, bool] = {}
    for path in paths:
        parent = path.parent
        if places and parent not in covered:
            covered[parent] = parent in places or not places.isdisjoint(parent.parents)
        # A place may be a photo: a link to one that does not answer.
        if not covered.get(parent) and path not in places:
            yield path
