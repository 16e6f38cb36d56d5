"""Which photos are there: list folders, and compare what was found with what is known."""

import logging
import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop_app.library.errors import FolderMissingError

log = logging.getLogger(__name__)

SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp", ".dib", ".tif", ".tiff"}
    | {".heic", ".heif", ".hif", ".avif", ".jxl", ".jp2"}
)
"""Ends of names that make a file a photo, lower-case, with the dot."""

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

_Identity = tuple[int, int]
_Report = Callable[["UnreadableFolder"], None]


@dataclass(frozen=True, slots=True)
class FoundPhoto:
    """A photo file as a listing shows it; nobody has looked inside.

    Attributes:
        path: Below the folder that was listed, never resolved: a link keeps its own name.
        size_bytes: Of the file, or of what a link leads to.
        mtime_ns: Time of modification in nanoseconds since 1970.
        beside: Changes whenever a file beside it that says something of it does; 0 without one.
    """

    path: Path
    size_bytes: int
    mtime_ns: int
    beside: int = 0


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
    return _is_photo_name(path.name)


def is_skipped_folder(name: str) -> bool:
    """Tell by its name alone whether a folder is hidden or the system's, so that it is never listed."""
    if name.startswith("."):
        return True
    folded = name.lower()
    return folded in _SYSTEM_FOLDERS or folded.endswith(_SYSTEM_SUFFIXES)


def scan(
    folder: Path,
    *,
    report: Callable[[UnreadableFolder], None],
    excluded: Collection[Path] = (),
    chosen: Collection[Path] = (),
) -> Iterator[FoundPhoto]:
    """List the photos in a folder and below it.

    Hidden and system folders are left out, unless `folder` itself is one. A link to a photo counts as a photo. A
    link to a folder is followed, once, unless it leads into a folder that is listed anyway.

    Args:
        folder: Where to look: a chosen folder or any folder below one.
        report: Told of each folder that could not be listed; their photos must not be taken for gone.
        excluded: Folders to leave out, such as the application's own.
        chosen: All chosen folders, so that a link into one is not followed, whichever part is listed.

    Yields:
        Photos in no promised order, each path once.

    Raises:
        FolderMissingError: `folder` is not there or cannot be read, from the start or since half-way.
    """
    for _, photos in list_folders(folder, report=report, excluded=excluded, chosen=chosen):
        yield from photos


def list_folders(
    folder: Path,
    *,
    report: Callable[[UnreadableFolder], None],
    excluded: Collection[Path] = (),
    chosen: Collection[Path] = (),
) -> Iterator[tuple[Path, list[FoundPhoto]]]:
    """List as `scan` does, but folder by folder, so that the caller can stop between any two.

    Yields:
        Each folder, in the order of their names, with the photos directly in it.

    Raises:
        FolderMissingError: As `scan` does.
    """
    return _Walk(folder, report, excluded, chosen).folders()


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
        if not covered.get(parent):
            yield path


class _Walk:
    """One listing of one folder.

    Folders are known by device and inode, which no link, mount or other spelling can disguise.
    """

    def __init__(
        self, root: Path, report: _Report, excluded: Collection[Path], chosen: Collection[Path]
    ) -> None:
        self._root = root
        self._report = report
        self._excluded = excluded
        self._chosen = chosen
        self._root_identity: _Identity | None = None
        self._visited: set[_Identity] = set()
        self._listed_anyway: list[Path] = []

    def folders(self) -> Iterator[tuple[Path, list[FoundPhoto]]]:
        self._enter_root()
        waiting = [self._root]
        while waiting:
            folder = waiting.pop()
            identity = _identity(folder)
            try:
                with os.scandir(folder) as listed:
                    entries = list(listed)
            except OSError as error:
                self._complain(folder, error)
                continue
            photos, below = self._part(folder, entries)
            # A drive unplugged meanwhile makes every file in it look deleted, or leaves an empty mount point.
            if _identity(folder) != identity:
                self._complain(folder, FileNotFoundError())
            yield folder, photos
            waiting.extend(sorted(below, reverse=True))

    def _enter_root(self) -> None:
        try:
            identity = _identity_of(self._root.stat())
        except OSError as error:
            raise FolderMissingError(self._root, forbidden=isinstance(error, PermissionError)) from error
        self._root_identity = identity
        self._visited = {known for path in self._excluded if (known := _identity(path)) is not None}
        self._visited.add(identity)
        self._listed_anyway = [_real(path) for path in (self._root, *self._chosen)]

    def _part(self, folder: Path, entries: list[os.DirEntry[str]]) -> tuple[list[FoundPhoto], list[Path]]:
        """Part a folder's entries into photos and folders to list next."""
        photos: list[FoundPhoto] = []
        below: list[Path] = []
        trouble: OSError | None = None
        for entry in entries:
            try:
                if entry.is_file():
                    photos.extend(_photo_of(entry))
                else:
                    below.extend(self._folder_of(entry))
            except OSError as error:
                # One file that vanished, or a link that leads in a circle or where nobody may look, is no photo now.
                # Anything else (may be listed but not entered, a failing disk) makes the whole listing doubtful.
                log.debug("%r was left out: %s", entry.path, error)
                if not isinstance(error, FileNotFoundError) and not _is_link(entry):
                    trouble = error
        if trouble is not None:
            self._complain(folder, trouble)
        return photos, below

    def _folder_of(self, entry: os.DirEntry[str]) -> Iterator[Path]:
        """Yield the folder that an entry is, if it is one to list and was not listed before."""
        if is_skipped_folder(entry.name):
            return
        path = Path(entry.path)
        if not entry.is_dir():
            if entry.is_symlink():
                self._note_dangling(path)
            return
        status = path.stat()
        identity = _identity_of(status)
        if identity in self._visited or _is_marked_hidden(status):
            return
        if entry.is_symlink() and self._leads_back(path):
            return
        if status.st_ino:  # Some network drives give every folder the number 0.
            self._visited.add(identity)
        yield path

    def _leads_back(self, link: Path) -> bool:
        """Tell whether a link leads into a folder that is listed anyway, or to one that holds this one.

        Asked of the target's place and not of what was visited, so that a listing of a part and of the whole agree.
        """
        target = _real(link)
        return self._listed_anyway[0].is_relative_to(target) or any(
            target.is_relative_to(place) for place in self._listed_anyway
        )

    def _note_dangling(self, link: Path) -> None:
        """Report a link to a folder on a drive that is not there, so that its photos are kept.

        Other programs keep words in links that lead nowhere (``lock → host:pid``): only paths are taken for places.
        """
        if not is_photo(link) and os.sep in str(link.readlink()):
            self._report(UnreadableFolder(link, "the folder it leads to is not there"))

    def _complain(self, folder: Path, error: OSError) -> None:
        """Report a folder below, or end the listing when the trouble is the root's."""
        if folder == self._root or _identity(self._root) != self._root_identity:
            raise FolderMissingError(self._root, forbidden=isinstance(error, PermissionError)) from error
        self._report(UnreadableFolder(folder, _reason(error)))


def _is_photo_name(name: str) -> bool:
    stem, dot, suffix = name.rpartition(".")
    return bool(stem) and stem[0] != "." and dot + suffix.lower() in SUFFIXES


def _photo_of(entry: os.DirEntry[str]) -> Iterator[FoundPhoto]:
    if not _is_photo_name(entry.name):
        return
    status = entry.stat()
    if not _is_marked_hidden(status):
        yield FoundPhoto(Path(entry.path), status.st_size, status.st_mtime_ns)


def _is_link(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_symlink()
    except OSError:  # Its folder may be listed but not entered, and the listing did not say what it is.
        return False


def _is_marked_hidden(status: os.stat_result) -> bool:
    """Tell whether Windows or macOS hides it by a mark instead of by its name.

    Windows' mark "system" does not count: every folder with an icon of its own carries it.
    """
    windows: int = getattr(status, "st_file_attributes", 0)
    macos: int = getattr(status, "st_flags", 0)
    return bool(windows & stat.FILE_ATTRIBUTE_HIDDEN or macos & stat.UF_HIDDEN)


def _identity_of(status: os.stat_result) -> _Identity:
    return status.st_dev, status.st_ino


def _identity(folder: Path) -> _Identity | None:
    try:
        return _identity_of(folder.stat())
    except OSError:
        return None


def _real(path: Path) -> Path:
    """Resolve links; unlike `Path.resolve`, a circle of links is no error."""
    return Path(os.path.realpath(path))


def _reason(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "no permission to read the folder"
    if isinstance(error, FileNotFoundError):
        return "the folder is no longer there"
    return f"the folder cannot be read ({error.strerror or error})"
