"""A library that answers what a test tells it to, when it is told to."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

from desktop_app.library import (
    Answer,
    Band,
    Event,
    FailedPhoto,
    Filter,
    Folder,
    FolderState,
    Hit,
    IndexReport,
    LibraryStatus,
    Listener,
    ModelChoice,
    Photo,
    PhotoState,
)


def a_photo(number: int, name: str = "") -> Photo:
    """A photo that was indexed."""
    return Photo(number, Path("/photos") / (name or f"IMG_{number}.jpg"), 1000, 0, PhotoState.INDEXED)


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
        did: Other things that were asked for, by the name of the method.
        shelf: The models there are.
        in_use: The one in use.
        strictness: How strictly was searched the last time.
        limit: For how many photos was asked then.
        thumbnails_asked: Of which photos the small copies were asked for.
        looks: How often its figures were asked for.
    """

    def __init__(self, ids: Sequence[int] = (), folders: Sequence[str] = ("/photos",)) -> None:
        self.ids = list(ids)
        self.chosen = [Folder(Path(one), len(ids), len(ids), 0, FolderState.PRESENT) for one in folders]
        self.asked: list[tuple[str, Future[Answer]]] = []
        self.did: list[tuple[str, object]] = []
        self.shelf: list[ModelChoice] = []
        self.in_use: ModelChoice | None = None
        self.failed: list[FailedPhoto] = []
        self.listeners: list[Listener] = []
        self.closed = False
        self.looks = 0
        self.strictness = 0.5
        self.limit = 0
        self.thumbnails_asked: list[int] = []

    def tell(self, event: Event) -> None:
        for listener in tuple(self.listeners):
            listener(event)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def close(self) -> None:
        self.closed = True

    def status(self) -> LibraryStatus:
        self.looks += 1
        count = len(self.ids)
        return LibraryStatus(
            count, count, len(self.failed), 0, tuple(self.chosen), "Colours", 8, "milvus-lite"
        )

    def folders(self) -> list[Folder]:
        return list(self.chosen)

    def ids_by_date(self, _filters: Sequence[Filter] = ()) -> list[int]:
        return list(self.ids)

    def photos(self, ids: Sequence[int]) -> list[Photo]:
        return [a_photo(one) for one in ids if one in self.ids]

    def failures(self) -> list[FailedPhoto]:
        return list(self.failed)

    def thumbnail(self, photo: Photo) -> Path | None:
        self.thumbnails_asked.append(photo.id)
        return None

    def search(self, text: str, limit: int = 200, strictness: float = 0.5) -> "Future[Answer]":
        self.strictness = strictness
        self.limit = limit
        return self._question(text)

    def similar(self, photo: Path, _limit: int = 200, strictness: float = 0.5) -> "Future[Answer]":
        self.strictness = strictness
        return self._question(str(photo))

    def models(self) -> list[ModelChoice]:
        return list(self.shelf)

    def model_in_use(self) -> ModelChoice | None:
        return self.in_use

    def fetch_model(self, reference: str) -> None:
        self.did.append(("fetch_model", reference))

    def cancel_fetch(self) -> None:
        self.did.append(("cancel_fetch", None))

    def use_model(self, reference: str) -> "Future[IndexReport]":
        return self._work("use_model", reference)

    def add_folder(self, folder: Path) -> "Future[IndexReport]":
        return self._work("add_folder", folder)

    def remove_folder(self, folder: Path) -> "Future[IndexReport]":
        return self._work("remove_folder", folder)

    def refresh(self, folders: Sequence[Path] = ()) -> "Future[IndexReport]":
        return self._work("refresh", list(folders))

    def retry(self, photos: Sequence[Path] = ()) -> "Future[IndexReport]":
        return self._work("retry", list(photos))

    def watch(self) -> None:
        self.did.append(("watch", None))

    def unwatch(self) -> None:
        self.did.append(("unwatch", None))

    def pause(self) -> None:
        self.did.append(("pause", None))

    def resume(self) -> None:
        self.did.append(("resume", None))

    def cancel(self) -> None:
        self.did.append(("cancel", None))

    def _question(self, query: str) -> "Future[Answer]":
        future: Future[Answer] = Future()
        self.asked.append((query, future))
        return future

    def _work(self, what: str, on: object) -> "Future[IndexReport]":
        self.did.append((what, on))
        future: Future[IndexReport] = Future()
        future.set_result(IndexReport())
        return future
