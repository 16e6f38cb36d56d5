"""What the engine says while it works: frozen values, sent on the engine's threads."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from desktop_app.library.errors import LibraryError
from desktop_app.library.photo import FailedPhoto, IndexReport


class Phase(StrEnum):
    """What the writer is doing."""

    SCANNING = "scanning"
    INDEXING = "indexing"
    SAVING = "saving"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a refresh is.

    Attributes:
        phase: What is being done.
        done: Photos dealt with in this refresh.
        total: Photos to deal with; 0 while scanning, when nobody knows.
        rate_per_s: Photos a second over the last seconds; 0 when not known.
        seconds_left: Estimate of the time left; None when not known.
        paused: Whether the person has paused the work.
        held: What indexing waits for, in the words given to `Folders.hold`; empty while it goes on.
    """

    phase: Phase
    done: int
    total: int
    rate_per_s: float = 0.0
    seconds_left: float | None = None
    paused: bool = False
    held: str = ""


@dataclass(frozen=True, slots=True)
class RefreshFinished:
    """A refresh ended.

    Attributes:
        report: What it found and did.
        cancelled: Whether it was stopped before its end.
    """

    report: IndexReport
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class PhotosChanged:
    """Photos came, went or changed; at most two a second. What is not named is as it was.

    Of equal files one is shown, and it may be another when one of them came or went; so those count as changed too.
    `Browsing.listed_again` says what became of the photos that are named.

    Attributes:
        added: Numbers of photos that came.
        removed: Numbers of photos that went.
        changed: Numbers of photos of which something else is known now: their state, date, tags, size.
        everything: More changed than can be named, as when a folder or a drive came or went; the three are empty.
    """

    added: frozenset[int] = frozenset()
    removed: frozenset[int] = frozenset()
    changed: frozenset[int] = frozenset()
    everything: bool = False


@dataclass(frozen=True, slots=True)
class PhotoFailed:
    """One photo could not be used.

    Attributes:
        photo: Which one and why.
    """

    photo: FailedPhoto


@dataclass(frozen=True, slots=True)
class FoldersChanged:
    """The chosen folders, their counts or their state changed."""


@dataclass(frozen=True, slots=True)
class FolderMissing:
    """A chosen folder is not there now; its photos are kept.

    Attributes:
        folder: Which one.
        forbidden: Whether it is there, but Vislumbre may not read it.
    """

    folder: Path
    forbidden: bool = False


@dataclass(frozen=True, slots=True)
class FolderMoved:
    """A chosen folder was followed to where its drive is connected, or somebody put it; no photo was read again.

    Attributes:
        old: Where it was.
        new: Where it is. Where this folder was chosen too, both are one from now on.
        drive: The drive's name, for a person; empty where it has none, and where the folder itself was moved.
    """

    old: Path
    new: Path
    drive: str


@dataclass(frozen=True, slots=True)
class ModelLoading:
    """A model is being loaded; searching by meaning waits for it.

    Attributes:
        name: For a person.
    """

    name: str


@dataclass(frozen=True, slots=True)
class ModelReady:
    """A model is loaded.

    Attributes:
        name: For a person.
        built_in: Whether it is the small one that ships inside the application.
        switching: Whether photos still have to be embedded before it is searched with.
    """

    name: str
    built_in: bool
    switching: bool = False


@dataclass(frozen=True, slots=True)
class ModelUnavailable:
    """There is no usable model; everything but search by meaning works.

    Attributes:
        error: Why, and what to do.
    """

    error: LibraryError


@dataclass(frozen=True, slots=True)
class FasterWayFound:
    """A measurement found a faster way to run the model in use; taking it is up to the person.

    Attributes:
        key: The model, as it is chosen.
        name: The model, for a person.
        way: The way, as `Models.use` takes it.
        title: The way, for a person.
        photos_per_s: Its speed here.
        times: That speed as a multiple of the present one.
        exact: Whether the vectors stay as they are; otherwise the photos are embedded again, in the background.
    """

    key: str
    name: str
    way: str
    title: str
    photos_per_s: float
    times: float
    exact: bool


@dataclass(frozen=True, slots=True)
class CalibrationReady:
    """A model that had none has a calibration now: answers asked for again have a line where "found" ends.

    Attributes:
        name: The model, for a person.
    """

    name: str


@dataclass(frozen=True, slots=True)
class StacksChanged:
    """Other photos than before are shown as one; `Browsing.stacks` should be asked again."""


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """How far a model's download is.

    Attributes:
        name: The model, for a person.
        done_bytes: Bytes that have arrived.
        total_bytes: Bytes in all; 0 when not known.
        bytes_per_s: Rate over the last seconds.
        seconds_left: Estimate; None when not known.
    """

    name: str
    done_bytes: int
    total_bytes: int
    bytes_per_s: float = 0.0
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class DownloadFinished:
    """A model's download ended.

    Attributes:
        name: The model, for a person.
        error: Why it did not arrive; None when it is there.
    """

    name: str
    error: LibraryError | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """The engine met something the person should know and can act on.

    Attributes:
        error: What happened and what to do.
    """

    error: LibraryError


Event = (
    Progress
    | RefreshFinished
    | PhotosChanged
    | PhotoFailed
    | FoldersChanged
    | FolderMissing
    | FolderMoved
    | ModelLoading
    | ModelReady
    | ModelUnavailable
    | FasterWayFound
    | CalibrationReady
    | StacksChanged
    | DownloadProgress
    | DownloadFinished
    | Trouble
)

Listener = Callable[[Event], None]


class Listeners:
    """The listeners to the engine's events. Any thread."""

    def __init__(self) -> None:
        self._all: list[Listener] = []

    def add(self, listener: Listener) -> Callable[[], None]:
        """Let a listener hear events from now on; returns what ends that."""
        self._all.append(listener)
        return lambda: self._all.remove(listener)

    def tell(self, event: Event) -> None:
        """Tell every listener, on this thread."""
        for listener in tuple(self._all):
            listener(event)
