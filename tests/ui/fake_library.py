"""A library that answers what a test tells it to, when it is told to."""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.library import (
    Answer,
    Band,
    BenchReport,
    Connection,
    Event,
    Exclusions,
    Facets,
    FailedPhoto,
    Filter,
    Folder,
    FolderState,
    Hit,
    IndexReport,
    LibraryError,
    LibraryStatus,
    Listener,
    ModelChoice,
    ModelError,
    ModelOffer,
    Photo,
    PhotoContext,
    PhotoState,
    Release,
    SpaceUse,
    UnreadablePhotoError,
    Way,
    WayFigures,
)


def a_photo(number: int, name: str = "") -> Photo:
    """A photo that was indexed."""
    return Photo(number, Path("/photos") / (name or f"IMG_{number}.jpg"), 1000, 0, PhotoState.INDEXED)


def a_video(number: int, duration_s: float = 34.0, name: str = "") -> Photo:
    """A video that was indexed."""
    return replace(a_photo(number, name or f"MOV_{number}.mp4"), duration_s=duration_s)


def an_answer(query: str, *numbers: int, model: str | None = "Colours", note: str = "") -> Answer:
    """An answer with these photos, best first."""
    hits = tuple(
        Hit(rank, a_photo(number), 0.5 if model else None, by_name=model is None)
        for rank, number in enumerate(numbers, 1)
    )
    return Answer(query, model, hits, 1.0, note)


def a_lined_answer(
    query: str, *, found: Sequence[int] = (), maybe: Sequence[int] = (), rest: Sequence[int] = ()
) -> Answer:
    """An answer with these photos above and below the line, best first."""
    bands = (
        [(one, "found") for one in found]
        + [(one, "maybe") for one in maybe]
        + [(one, "rest") for one in rest]
    )
    hits = tuple(
        Hit(rank, a_photo(number), 0.5, band=Band(band), confidence=50.0)
        for rank, (number, band) in enumerate(bands, 1)
    )
    return Answer(query, "Colours", hits, 1.0)


class FakeLibrary:
    """Has photos by number; searches are futures that the test finishes.

    Attributes:
        ids: All photos, newest first.
        chosen: The folders.
        asked: What was searched for, with the future of each answer.
        did: Other things that were asked for.
        shelf: The models there are.
        in_use: The one in use.
        answering: The one that is searched with; None for the one in use.
        speeds: How fast models are, by their keys.
        measured: What was measured of them, by their keys.
        measuring: The measurement that runs.
        using: What choosing a model waits for; None where that is done at once.
        strictness: How strictly was searched the last time.
        limit: For how many photos was asked then.
        thumbnails_asked: Of which photos the small copies were asked for.
        looks: How often its figures were asked for.
        dates: When photos were taken, in seconds since 1970; 0 for others.
        also_at: Where every photo is too.
        alike: The stack of each photo that has its like.
        held: Each reason for which indexing was to wait.
        moments: The small copies there are, by photo and moment.
        taken: What takes space.
        connected: What was connected to, the newest last.
        drops: What was to be dropped, with the future of each.
    """

    def __init__(self, ids: Sequence[int] = (), folders: Sequence[str] = ("/photos",)) -> None:
        self.browsing, self.searching = _Browsing(self), _Searching(self)
        self.models, self.folders = _Models(self), _Folders(self)
        self.space = _Space(self)
        self.taken: list[SpaceUse] = []
        self.connected: list[Connection] = []
        self.drops: list[tuple[list[str], Future[int]]] = []
        self.ids = list(ids)
        self.chosen = [Folder(Path(one), len(ids), len(ids), 0, FolderState.PRESENT) for one in folders]
        self.asked: list[tuple[str, Future[Answer]]] = []
        self.did: list[tuple[str, object]] = []
        self.shelf: list[ModelChoice] = []
        self.in_use: ModelChoice | None = None
        self.answering: ModelChoice | None = None
        self.speeds: dict[str, WayFigures] = {}
        self.measured: dict[str, BenchReport] = {}
        self.measuring: Future[BenchReport] = Future()
        self.using: Future[IndexReport] | None = None
        self.ways: tuple[Way | None, Way | None] = (None, None)
        self.fetching = False
        self.looking_up: Future[ModelOffer] = Future()
        self.failed: list[FailedPhoto] = []
        self.listeners: list[Listener] = []
        self.closed = False
        self.left_out = Exclusions()
        self.looks = 0
        self.strictness = 0.5
        self.limit = 0
        self.thumbnails_asked: list[int] = []
        self.choices = Facets()
        self.dates: dict[int, int] = {}
        self.expects_questions = False
        self.also_at: tuple[Path, ...] = ()
        self.alike: dict[int, int] = {}
        self.held: list[str] = []
        self.moments: dict[tuple[int, float | None], Path] = {}

    def tell(self, event: Event) -> None:
        for listener in tuple(self.listeners):
            listener(event)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def close(self) -> None:
        self.closed = True

    def question(self, query: str) -> "Future[Answer]":
        future: Future[Answer] = Future()
        self.asked.append((query, future))
        return future

    def work(self, what: str, on: object) -> "Future[IndexReport]":
        self.did.append((what, on))
        future: Future[IndexReport] = Future()
        future.set_result(IndexReport())
        return future


class _Browsing:
    """What is known of photos."""

    def __init__(self, library: "FakeLibrary") -> None:
        self._all = library

    def photo_count(self) -> int:
        return len(self._all.ids)

    def status(self) -> LibraryStatus:
        self._all.looks += 1
        count, failed = len(self._all.ids), len(self._all.failed)
        return LibraryStatus(
            count + failed, count, failed, 0, tuple(self._all.chosen), "Colours", 8, "milvus-lite"
        )

    def folders(self) -> list[Folder]:
        return list(self._all.chosen)

    def details(self, path: Path) -> PhotoContext | None:
        known = {photo.path: photo for photo in map(a_photo, self._all.ids)}
        return PhotoContext(known[path], self._all.also_at) if path in known else None

    def facets(self) -> Facets:
        return self._all.choices

    def ids_by_date(self, _filters: Sequence[Filter] = ()) -> list[int]:
        return list(self._all.ids)

    def dated_ids(self, filters: Sequence[Filter] = ()) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        ids = self.ids_by_date(filters)
        return np.array(ids, dtype=np.int64), np.array(
            [self._all.dates.get(one, 0) for one in ids], dtype=np.int64
        )

    def listed_again(
        self, ids: Collection[int], _filters: Sequence[Filter] = ()
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        dates = {one: self._all.dates.get(one, 0) for one in ids if one in self._all.ids}
        listed = sorted(dates, key=lambda one: (-dates[one], -one))
        return np.array(listed, dtype=np.int64), np.array([dates[one] for one in listed], dtype=np.int64)

    def stacks(self) -> dict[int, int]:
        return dict(self._all.alike)

    def photos(self, ids: Sequence[int]) -> list[Photo]:
        return [a_photo(one) for one in ids if one in self._all.ids]

    def photo_at(self, path: Path) -> Photo | None:
        return next((photo for photo in self.photos(self._all.ids) if photo.path == path), None)

    def failures(self) -> list[FailedPhoto]:
        return list(self._all.failed)

    def thumbnail(self, photo: Photo, at_s: float | None = None) -> Path | None:
        self._all.thumbnails_asked.append(photo.id)
        return self._all.moments.get((photo.id, at_s))

    def read_photo(self, _path: Path, _at_s: float | None = None) -> Image.Image:
        raise UnreadablePhotoError("the file is gone")

    def stop_showing(self) -> None:
        self._all.did.append(("stop_showing", None))


class _Searching:
    """Questions, which the test answers."""

    def __init__(self, library: "FakeLibrary") -> None:
        self._all = library

    def search(self, text: str, limit: int = 200, strictness: float = 0.5) -> "Future[Answer]":
        self._all.strictness = strictness
        self._all.limit = limit
        return self._all.question(text)

    def similar(
        self, photo: Path | Sequence[Path], _limit: int = 200, strictness: float = 0.5
    ) -> "Future[Answer]":
        self._all.strictness = strictness
        return self._all.question(str(photo) if isinstance(photo, Path) else " ".join(map(str, photo)))

    def expect_questions(self) -> None:
        self._all.expects_questions = True


class _Models:
    """The models on the shelf."""

    def __init__(self, library: "FakeLibrary") -> None:
        self._all = library
        self.release: Release | LibraryError | None = None
        self.asked_for_release: list[Release | None] = []

    def choices(self) -> list[ModelChoice]:
        return list(self._all.shelf)

    def in_use(self) -> ModelChoice | None:
        return self._all.in_use

    def answering(self) -> ModelChoice | None:
        return self._all.answering or self._all.in_use

    def look_for_release(self, known: Release | None) -> Release:
        self.asked_for_release.append(known)
        if isinstance(self.release, Exception):
            raise self.release
        assert self.release is not None
        return self.release

    def connections(self) -> tuple[Connection, ...]:
        return tuple(self._all.connected)

    def fetch(self, wanted: str | ModelOffer) -> None:
        self._all.did.append(("fetch_model", wanted))

    def look_up(self, reference: str) -> "Future[ModelOffer]":
        self._all.did.append(("look_up", reference))
        return self._all.looking_up

    def is_fetching(self) -> bool:
        return self._all.fetching

    def cancel_fetch(self) -> None:
        self._all.did.append(("cancel_fetch", None))

    def use(self, reference: str, way: str | None = None) -> "Future[IndexReport]":
        done = self._all.work("use_model", reference if way is None else (reference, way))
        return self._all.using or done

    def is_switching(self) -> bool:
        return self._all.answering is not None

    def ways(self) -> tuple[Way | None, Way | None]:
        return self._all.ways

    def speed_of(self, key: str) -> WayFigures | None:
        return self._all.speeds.get(key)

    def measured(self, key: str | None = None) -> BenchReport | None:
        return self._all.measured.get(key or "")

    def measure(self, key: str) -> "Future[BenchReport]":
        self._all.did.append(("measure", key))
        self._all.measuring = Future()
        return self._all.measuring

    def cancel_measuring(self) -> None:
        self._all.measuring.set_exception(ModelError("The measurement was stopped."))


class _Folders:
    """The chosen folders."""

    def __init__(self, library: "FakeLibrary") -> None:
        self._all = library
        self.left_out = _LeftOut(library)
        self.gave_way: list[float] = []

    def add(self, folder: Path) -> "Future[IndexReport]":
        return self._all.work("add_folder", folder)

    def remove(self, folder: Path, *, at_once: bool = False) -> "Future[IndexReport]":
        return self._all.work("remove_folder_now" if at_once else "remove_folder", folder)

    def forget(self, folder: Path, *, at_once: bool = False) -> "Future[int]":
        self._all.did.append(("forget_folder_now" if at_once else "forget_folder", folder))
        future: Future[int] = Future()
        future.set_result(3)
        return future

    def locate(self, folder: Path, place: Path) -> "Future[IndexReport]":
        return self._all.work("locate_folder", (folder, place))

    def refresh(self, folders: Sequence[Path] = ()) -> "Future[IndexReport]":
        return self._all.work("refresh", list(folders))

    def retry(self, photos: Sequence[Path] = ()) -> "Future[IndexReport]":
        return self._all.work("retry", list(photos))

    def watch(self) -> None:
        self._all.did.append(("watch", None))

    def unwatch(self) -> None:
        self._all.did.append(("unwatch", None))

    def pause(self) -> None:
        self._all.did.append(("pause", None))

    def resume(self) -> None:
        self._all.did.append(("resume", None))

    def give_way(self, for_s: float) -> None:
        self.gave_way.append(for_s)

    def hold(self, reason: str) -> None:
        self._all.held.append(reason)

    def cancel(self) -> None:
        self._all.did.append(("cancel", None))


class _Space:
    """What takes space."""

    def __init__(self, library: "FakeLibrary") -> None:
        self._all = library

    def uses(self) -> list[SpaceUse]:
        return list(self._all.taken)

    def drop(self, keys: Sequence[str]) -> "Future[int]":
        future: Future[int] = Future()
        self._all.drops.append((list(keys), future))
        return future


class _LeftOut:
    """What does not count."""

    def __init__(self, library: "FakeLibrary") -> None:
        self._all = library

    def exclusions(self) -> Exclusions:
        return self._all.left_out

    def replace(self, exclusions: Exclusions) -> "Future[IndexReport]":
        self._all.left_out = exclusions
        return self._all.work("leave_out", exclusions)

    def exclude(self, folder: Path) -> "Future[IndexReport]":
        if any(one.path == folder for one in self._all.chosen):
            raise LibraryError(f"{folder} is one of the folders you chose.", "Remove it.")
        self._all.left_out = self._all.left_out.with_folder(folder)
        return self._all.work("exclude", folder)

    def include(self, folder: Path) -> "Future[IndexReport]":
        self._all.left_out = self._all.left_out.without_folder(folder)
        return self._all.work("include", folder)
