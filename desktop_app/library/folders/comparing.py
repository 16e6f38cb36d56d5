"""What counts as a photo file, and how a listing differs from what is known."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

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


@dataclass(frozen=True, slots=True)
class FoundPhoto:
    """A photo file as a listing shows it; nobody has looked inside.

    Attributes:
        path: Below the folder that was listed, never resolved: a link keeps its own name.
        size_bytes: Of the file, or of what a link leads to.
        mtime_ns: Time of modification in nanoseconds since 1970.
        beside: Changes whenever a file beside it that says something of it does; 0 without one.
        changed_ns: Time of the last change of its entry in nanoseconds since 1970; 0 where that is not known.
        inode: The number of its entry; 0 where there is none.
    """

    path: Path
    size_bytes: int
    mtime_ns: int
    beside: int = 0
    changed_ns: int = 0
    inode: int = 0


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the catalogue remembers of a file, to see whether it has changed.

    Attributes:
        size_bytes: Its size.
        mtime_ns: Its time of modification in nanoseconds since 1970.
        beside: As `FoundPhoto.beside`.
    """

    size_bytes: int
    mtime_ns: int
    beside: int = 0


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
        unchanged: Known exactly so.
        gone: Known, but neither found nor below a folder that could not be listed.
    """

    new: tuple[FoundPhoto, ...]
    changed: tuple[FoundPhoto, ...]
    unchanged: tuple[Path, ...]
    gone: tuple[Path, ...]


def is_photo(path: Path) -> bool:
    """Tell by the name alone whether a file counts as a photo.

    Hidden files do not: AppleDouble (``._a.jpg``) is not a picture, and ``.trashed-1-a.jpg`` was thrown away.
    """
    return is_photo_name(path.name)


def is_photo_name(name: str) -> bool:
    """Tell by a file's name, without its folder, whether it counts as a photo."""
    stem, dot, suffix = name.rpartition(".")
    return bool(stem) and stem[0] != "." and dot + suffix.lower() in SUFFIXES


def is_skipped_folder(name: str) -> bool:
    """Tell by its name alone whether a folder is hidden or the system's, so that it is never listed."""
    if name.startswith("."):
        return True
    folded = name.lower()
    return folded in _SYSTEM_FOLDERS or folded.endswith(_SYSTEM_SUFFIXES)


def compare(
    found: Iterable[FoundPhoto], known: Mapping[Path, Stamp], unreadable: Collection[Path] = ()
) -> Comparison:
    """Tell what is new, changed, unchanged and gone.

    Args:
        found: A listing; a path that comes twice counts once.
        known: What the catalogue remembers of the same place.
        unreadable: Folders that could not be listed. Read after `found` has ended, so it may be a list that the
            scan's `report` is still filling.
    """
    new: list[FoundPhoto] = []
    changed: list[FoundPhoto] = []
    unchanged: list[Path] = []
    seen: set[Path] = set()
    for photo in found:
        if photo.path in seen:
            continue
        seen.add(photo.path)
        stamp = known.get(photo.path)
        if stamp is None:
            new.append(photo)
        elif stamp == Stamp(photo.size_bytes, photo.mtime_ns, photo.beside):
            unchanged.append(photo.path)
        else:
            changed.append(photo)
    gone = _not_below((path for path in known if path not in seen), frozenset(unreadable))
    return Comparison(tuple(new), tuple(changed), tuple(unchanged), tuple(gone))


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
