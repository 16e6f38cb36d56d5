"""Photos, folders, figures and reports, as the engine returns them: frozen values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path


class PhotoState(StrEnum):
    """How far a photo has come."""

    PENDING = "pending"
    INDEXED = "indexed"
    FAILED = "failed"


class FolderState(StrEnum):
    """Whether a chosen folder can be read now."""

    PRESENT = "present"
    MISSING = "missing"


class Precision(StrEnum):
    """How much of a date is known; what follows is that of the first moment of the year, month or day."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo file of the library.

    Attributes:
        id: The catalogue's number of this file; never reused.
        path: Absolute path.
        size_bytes: Size of the file when it was last looked at.
        mtime_ns: Its modification time in nanoseconds since 1970.
        state: Whether it can be found by meaning.
        content_hash: Hash of the file's bytes, also the thumbnail's key; None when it was never read.
        width_px: Upright width of the full picture; None when it was never decoded.
        height_px: Upright height of the full picture.
        taken_at: Wall-clock time when it was taken, without a zone; None when the file does not say.
        camera: Maker and model; None when the file does not say.
        latitude: Degrees north, or None.
        longitude: Degrees east, or None.
        reason: Why it could not be used, when `state` is FAILED.
        rating: Stars, 0 to 5, or −1 for a rejected one; None when the file does not say.
        tags: Words that people or programs gave it.
        caption: What somebody wrote about it.
        offline: Whether its folder is on a drive that is not there now; its thumbnail is.
        drive: The name of that drive, for a person; empty when nobody knows.
        duration_s: How long a video is, in seconds; None for a photo.
        dated_at: Where it stands among the others by date, as wall-clock time: `taken_at`, else the date of the file; None
            where neither is known.
        taken_precision: How much of `taken_at` is known.
        lens: The name of the lens; None when the file does not say.
        exposure: Time, aperture, sensitivity and focal length, in words; None when the file does not say.
        people: The names of people in it; they are among the tags too.
        remark: What is wrong with a picture that is shown all the same; None for nothing.
        sources: Where its words came from: pairs of a field's name and its source; see `Metadata.sources`.
    """

    id: int
    path: Path
    size_bytes: int
    mtime_ns: int
    state: PhotoState
    content_hash: str | None = None
    width_px: int | None = None
    height_px: int | None = None
    taken_at: datetime | None = None
    camera: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    reason: str | None = None
    rating: int | None = None
    tags: tuple[str, ...] = ()
    caption: str | None = None
    offline: bool = False
    drive: str = ""
    duration_s: float | None = None
    dated_at: datetime | None = None
    taken_precision: Precision = Precision.SECOND
    lens: str | None = None
    exposure: str | None = None
    people: tuple[str, ...] = ()
    remark: str | None = None
    sources: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.name


@dataclass(frozen=True, slots=True)
class PhotoContext:
    """A photo, and what has to do with it.

    Attributes:
        photo: What is known of it.
        also_at: Where the library has the same bytes too, by path.
        stack: The photos that are shown as one with it, those with the same bytes left out, by path.
        sidecars: The files beside it that say something of it, as they are there now.
    """

    photo: Photo
    also_at: tuple[Path, ...] = ()
    stack: tuple[Path, ...] = ()
    sidecars: tuple[Path, ...] = ()

    def dated(self) -> tuple[datetime | None, str]:
        """Return when the photo was taken, else the date of its file, and where that came from; None and nothing."""
        photo = self.photo
        if photo.taken_at is not None:
            return photo.taken_at, dict(photo.sources).get("taken_at", "")
        return (photo.dated_at, "file system") if photo.dated_at is not None else (None, "")


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder the person chose.

    Attributes:
        path: Absolute path.
        photos: How many photo files the catalogue knows below it.
        indexed: How many of them can be found by meaning.
        failed: How many could not be used.
        state: Whether it is there now. MISSING also where its place is empty or taken by another drive.
        drive: Name of the drive or share it is on; empty for the computer's own and where it is not known.
        offline_since: When it was found missing, in UTC; None while it is there.
        forbidden: Of one that is missing: whether it is there, but Vislumbre may not read it.
    """

    path: Path
    photos: int
    indexed: int
    failed: int
    state: FolderState
    drive: str = ""
    offline_since: datetime | None = None
    forbidden: bool = False


@dataclass(frozen=True, slots=True)
class WayInUse:
    """How a model is run.

    Attributes:
        name: As it is written on the command line.
        title: For a person: engine and precision.
        precision: What is calculated with, like "float32".
    """

    name: str
    title: str
    precision: str


@dataclass(frozen=True, slots=True)
class LibraryStatus:
    """The library in figures.

    Attributes:
        photos: Photo files known.
        indexed: Of these, findable by meaning with the present model.
        failed: Of these, not usable.
        pending: Of these, waiting for a model or for their turn.
        folders: The chosen folders.
        model: Name of the model searched with; None without one.
        dimension: Length of its vectors; None without a model.
        store: Where the vectors are searched ("milvus-lite" or a server's address).
        offline: Photos whose folder is not there now; they count in the other figures too.
        videos: How many of the photos are videos that can be used, as far as they were read.
        way: How the model is run; None without a model of the shelf.
        copied: How many vectors the compact copy on disk has; 0 where there is none.
        copied_bytes: What it takes.
    """

    photos: int
    indexed: int
    failed: int
    pending: int
    folders: tuple[Folder, ...]
    model: str | None
    dimension: int | None
    store: str
    offline: int = 0
    videos: int = 0
    way: WayInUse | None = None
    copied: int = 0
    copied_bytes: int = 0


NOT_THERE = "the folder is not there"
"""The reason of a chosen folder that is missing, in `IndexReport.unreadable_folders`."""

NOT_ALLOWED = "Vislumbre has no permission to read the folder"
"""The same of one that may not be read any more."""


@dataclass(frozen=True, slots=True)
class FailedPhoto:
    """A photo that could not be used.

    Attributes:
        path: Absolute path.
        reason: Why, in a few words.
    """

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What one refresh found and did. `found` is the sum of the next five.

    Attributes:
        found: Photo files seen.
        indexed: New or changed ones that can now be found by meaning.
        unchanged: Seen before and findable already.
        moved: Known photos at a new path, not embedded again.
        pending: Known, but without a vector (no model, or stopped early).
        failed: Not usable, with the reason, also those known to be so from before.
        removed: Photos of the catalogue that are gone from the folders, moved ones not counted.
        unreadable_folders: Folders that could not be listed; their photos are kept.
        seconds: Wall-clock time of the refresh.
        left_out: Photo files that are not wanted, beside `found`; those in folders left out whole are not counted.
        ignore_problems: Files ``.vislumbreignore`` that could not be used, or not in full, with the reason.
        videos_left_out: Of `left_out`, videos that need an extra which is not installed.
        embedded: Photos that went through the model, a video with all its moments once; the others had the vector of
            equal pixels.
        unlisted: Files beside `found` that look like photos and are not named like ones.
    """

    found: int = 0
    indexed: int = 0
    unchanged: int = 0
    moved: int = 0
    pending: int = 0
    failed: tuple[FailedPhoto, ...] = ()
    removed: int = 0
    unreadable_folders: tuple[FailedPhoto, ...] = ()
    seconds: float = 0.0
    left_out: int = 0
    ignore_problems: tuple[FailedPhoto, ...] = ()
    videos_left_out: int = 0
    embedded: int = 0
    unlisted: int = 0

    @property
    def photos_per_second(self) -> float:
        """Photos indexed in a second of the whole refresh."""
        return self.indexed / self.seconds if self.seconds > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Counted:
    """A name with the number of photos that the filter of its kind keeps for it.

    Attributes:
        name: As the filter takes it.
        photos: How many.
    """

    name: str
    photos: int


@dataclass(frozen=True, slots=True)
class FolderFacet:
    """A folder with photos in it or below.

    Attributes:
        path: Absolute path.
        photos: Photos in it and in all folders below.
        folders: Folders in it that have photos, by name.
    """

    path: Path
    photos: int
    folders: tuple["FolderFacet", ...] = ()


@dataclass(frozen=True, slots=True)
class Facets:
    """What a library can be filtered by.

    Attributes:
        cameras: Makers and models, most used first.
        types: Of photos, as `type:` names them, most frequent first.
        videos: Of videos, in the same way.
        folders: The chosen folders, in the order of their paths.
        oldest: Date of the oldest photo, by the date taken, else modified; None without photos.
        newest: Date of the newest, in the same way.
        has_places: Whether any photo knows where it was taken.
        has_ratings: Whether any photo was given a star.
    """

    cameras: tuple[Counted, ...] = ()
    types: tuple[Counted, ...] = ()
    videos: tuple[Counted, ...] = ()
    folders: tuple[FolderFacet, ...] = ()
    oldest: datetime | None = None
    newest: datetime | None = None
    has_places: bool = False
    has_ratings: bool = False
