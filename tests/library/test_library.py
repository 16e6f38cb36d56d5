"""The library as a whole: real files, real SQLite, real Milvus Lite, real threads; only the model knows colours alone."""

import contextlib
import errno
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from desktop_app.library import (
    Event,
    FolderMissingError,
    LibraryError,
    LibraryInUseError,
    ModelUnavailable,
    PhotoLibrary,
    PhotosChanged,
    Progress,
    RefreshFinished,
    StoreError,
    Trouble,
)
from desktop_app.library.vectors.sync import VectorSync
from desktop_app.paths import resources
from tests.fakes import ColorEmbedder
from tests.pictures import save_colour, save_many
from tests.processes import kill_vector_processes
from tests.waiting import wait_until

WAIT_S = 60


class Ears:
    """Collects events and waits for one."""

    def __init__(self) -> None:
        self.heard: list[Event] = []
        self._news = threading.Condition()

    def __call__(self, event: Event) -> None:
        with self._news:
            self.heard.append(event)
            self._news.notify_all()

    def wait_for(self, fits: Callable[[Event], bool]) -> Event:
        with self._news:
            assert self._news.wait_for(lambda: any(fits(event) for event in self.heard), WAIT_S), self.heard
            return next(event for event in self.heard if fits(event))

    def forget(self) -> None:
        with self._news:
            self.heard.clear()


@contextmanager
def opened(base: Path, embedder: ColorEmbedder | None = None, **options: Any) -> Iterator[PhotoLibrary]:
    library = PhotoLibrary(
        base / "data",
        base / "cache",
        resources=resources(),
        embedder=embedder or ColorEmbedder(),
        **options,
    )
    try:
        yield library
    finally:
        library.close()


def names(library: PhotoLibrary, text: str, limit: int = 10) -> list[str]:
    return [hit.photo.name for hit in library.searching.search(text, limit).result(WAIT_S).hits]


def rows_in_store(library: PhotoLibrary) -> int:
    library.models.open_vectors().result(WAIT_S)
    model = library._switch.searching
    assert model is not None
    assert model.vectors.sync is not None
    return model.vectors.sync.store.count()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    for colour in ("red", "green", "blue", "yellow", "white", "black"):
        save_colour(folder / f"{colour[0].upper()}{colour}.png", colour)
    return folder


def test_words_find_the_photos_they_describe(tmp_path: Path, photos: Path) -> None:
    with opened(tmp_path) as library:
        report = library.folders.add(photos).result(WAIT_S)
        assert (report.found, report.indexed) == (6, 6)
        answer = library.searching.search("a red thing", 6).result(WAIT_S)
        assert answer.hits[0].photo.name == "Rred.png"
        scores = [hit.score for hit in answer.hits if hit.score is not None]
        assert scores == sorted(scores, reverse=True)
        assert all(-1.001 <= score <= 1.001 for score in scores)
        assert [hit.rank for hit in answer.hits] == [1, 2, 3, 4, 5, 6]
        assert answer.milliseconds > 0


def test_a_library_opened_again_knows_everything_without_embedding(tmp_path: Path, photos: Path) -> None:
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
    again = ColorEmbedder()
    with opened(tmp_path, again) as library:
        assert names(library, "blue", 1) == ["Bblue.png"]
        assert library.folders.refresh().result(WAIT_S).unchanged == 6
    assert again.embedded == 0


def test_identical_files_are_one_hit_and_one_place_by_date(tmp_path: Path, photos: Path) -> None:
    (photos / "copy.png").write_bytes((photos / "Rred.png").read_bytes())
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
        assert len(names(library, "red", 10)) == 6
        alone = library.searching.search("type:png").result(WAIT_S)
        assert len(alone.hits) == alone.filtered == 6
        ids = library.browsing.ids_by_date()
        assert len(ids) == 7
        stack_of = library.browsing.stacks()
        together = library.browsing.photos([number for number in ids if number in stack_of])
        assert {photo.name for photo in together} == {"Rred.png", "copy.png"}
        assert len(set(stack_of.values())) == 1
        assert library.browsing.status().photos == library.browsing.facets().folders[0].photos == 7


def test_a_similar_photo_is_found_and_the_photo_itself_is_not(tmp_path: Path, photos: Path) -> None:
    save_colour(photos / "also_red.png", (200, 40, 40))
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
        hits = library.searching.similar(photos / "Rred.png", 3).result(WAIT_S).hits
        assert hits[0].photo.name == "also_red.png"
        assert "Rred.png" not in [hit.photo.name for hit in hits]


def test_a_picture_outside_the_library_can_be_the_example(tmp_path: Path, photos: Path) -> None:
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
        example = save_colour(tmp_path / "elsewhere.png", "green")
        assert library.searching.similar(example, 1).result(WAIT_S).hits[0].photo.name == "Ggreen.png"
        (tmp_path / "no.png").write_bytes(b"nothing")
        with pytest.raises(LibraryError, match="cannot be used as an example"):
            library.searching.similar(tmp_path / "no.png").result(WAIT_S)


def test_a_photo_that_cannot_be_embedded_is_found_by_its_name(tmp_path: Path, photos: Path) -> None:
    (photos / "grandmother.jpg").write_bytes(b"broken")
    with opened(tmp_path) as library:
        report = library.folders.add(photos).result(WAIT_S)
        assert [one.path.name for one in report.failed] == ["grandmother.jpg"]
        hits = library.searching.search("grandmother", 10).result(WAIT_S).hits
        assert hits[-1].photo.name == "grandmother.jpg"
        assert hits[-1].score is None
        assert hits[-1].by_name
        assert library.browsing.failures() == list(report.failed)


def test_a_name_that_is_typed_comes_first(tmp_path: Path, photos: Path) -> None:
    save_colour(photos / "IMG_2682.png", "purple")
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
        first = library.searching.search("IMG_2682", 5).result(WAIT_S).hits[0]
        assert (first.photo.name, first.by_name) == ("IMG_2682.png", True)


def test_a_query_that_is_too_long_says_what_was_left_out(tmp_path: Path, photos: Path) -> None:
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
        answer = library.searching.search("red " * 30 + "and blue", 3).result(WAIT_S)
        assert "and blue" in answer.note
        assert answer.hits


def test_a_second_process_is_told_that_the_library_is_open(tmp_path: Path) -> None:
    with opened(tmp_path), pytest.raises(LibraryInUseError, match="is open"):
        PhotoLibrary(tmp_path / "data", tmp_path / "cache", resources=resources())


def test_what_is_no_folder_that_can_be_read_is_refused_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    file = save_colour(tmp_path / "red.png", "red")
    really = os.scandir

    def refuses(folder: Path) -> object:
        if Path(folder) == closed:
            raise PermissionError(errno.EACCES, "Permission denied")
        return really(folder)

    monkeypatch.setattr(os, "scandir", refuses)
    reasons = {tmp_path / "nowhere": "is not there", file: "is a file", closed: "has no permission to read"}
    with opened(tmp_path) as library:
        for path, reason in reasons.items():
            with pytest.raises(FolderMissingError, match=reason):
                library.folders.add(path).result(WAIT_S)
        assert not library.browsing.folders()


def test_search_works_while_photos_are_indexed(tmp_path: Path, photos: Path) -> None:
    save_many(photos / "many", 300)
    ears = Ears()
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
        library.subscribe(ears)
        save_many(photos / "more", 300, (40, 40))
        work = library.folders.refresh()
        ears.wait_for(lambda event: isinstance(event, Progress) and event.total > 0)
        library.folders.pause()
        assert names(library, "red", 1) == ["Rred.png"]
        assert not work.done()
        library.folders.resume()
        assert work.result(WAIT_S).indexed == 300


def test_cancelled_work_is_taken_up_again(tmp_path: Path, photos: Path) -> None:
    save_many(photos / "many", 400)
    ears = Ears()
    with opened(tmp_path) as library:
        library.subscribe(ears)
        work = library.folders.add(photos)
        ears.wait_for(lambda event: isinstance(event, Progress) and event.done > 0)
        library.folders.cancel()
        report = work.result(WAIT_S)
        assert 0 < report.indexed < 406
        # Whoever stops it does not wait for the store to be opened; the outbox keeps what was done.
        stopped = library._switch.indexing
        assert stopped is not None
        assert stopped.vectors.sync is None
        rest = library.folders.refresh().result(WAIT_S)
        assert rest.indexed + rest.unchanged == 406
        assert library.browsing.status().indexed == 406
        assert rows_in_store(library) == 406


def test_a_folder_that_is_left_out_while_it_is_indexed_is_not_indexed_to_its_end(
    tmp_path: Path, photos: Path
) -> None:
    save_many(photos / "many", 400, (40, 40))
    ears, embedder = Ears(), ColorEmbedder()
    with opened(tmp_path, embedder) as library:
        library.subscribe(ears)
        library.folders.hold("until it is left out")
        work = library.folders.add(photos)
        ears.wait_for(lambda event: isinstance(event, Progress) and event.total > 0)
        left_out = library.folders.left_out.exclude(photos / "many")
        assert work.result(WAIT_S).pending == 406
        library.folders.hold("")
        assert left_out.result(WAIT_S).indexed == 6
        assert library.browsing.status().indexed == 6
        assert embedder.embedded == 6


def test_closing_during_work_ends_soon_and_keeps_what_was_done(tmp_path: Path, photos: Path) -> None:
    save_many(photos / "many", 400)
    ears = Ears()
    with opened(tmp_path) as library:
        library.subscribe(ears)
        library.folders.add(photos)
        ears.wait_for(lambda event: isinstance(event, Progress) and event.done > 0)
    again = ColorEmbedder()
    with opened(tmp_path, again) as library:
        report = library.folders.refresh().result(WAIT_S)
        assert report.unchanged > 0
        assert report.indexed == again.embedded
        assert library.browsing.status().indexed == 406


def test_changes_are_followed(tmp_path: Path, photos: Path) -> None:
    ears = Ears()
    with opened(tmp_path) as library:
        library.subscribe(ears)
        library.folders.add(photos).result(WAIT_S)
        library.folders.watch()
        ears.wait_for(lambda event: isinstance(event, RefreshFinished) and event.report.unchanged == 6)
        ears.forget()
        save_colour(photos / "new" / "orange.png", "orange")
        ears.wait_for(lambda event: isinstance(event, RefreshFinished) and event.report.indexed == 1)
        assert names(library, "orange", 1) == ["orange.png"]
        ears.forget()
        library.folders.unwatch()
        save_colour(photos / "unseen.png", "purple")
        library.folders.watch()
        ears.wait_for(lambda event: isinstance(event, RefreshFinished) and event.report.indexed == 1)
        ears.forget()
        (photos / "new").rename(tmp_path / "moved away")
        ears.wait_for(lambda event: isinstance(event, RefreshFinished) and event.report.removed == 1)
        assert "orange.png" not in names(library, "orange", 10)


def test_a_folder_taken_out_is_no_longer_found_and_its_photos_stay(tmp_path: Path, photos: Path) -> None:
    other = save_colour(tmp_path / "other" / "purple.png", "purple").parent
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
        library.folders.add(other).result(WAIT_S)
        library.folders.remove(photos).result(WAIT_S)
        assert names(library, "red", 10) == ["purple.png"]
        assert [folder.path for folder in library.browsing.folders()] == [other]
        assert len(list(photos.iterdir())) == 6


def test_failed_photos_can_be_tried_again(tmp_path: Path, photos: Path) -> None:
    broken = photos / "broken.png"
    broken.write_bytes(b"broken")
    stamp = broken.stat()
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
        good = save_colour(tmp_path / "good.png", "orange").read_bytes()
        broken.write_bytes(good)
        os.utime(broken, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        report = library.folders.retry().result(WAIT_S)
        assert (report.indexed, report.failed) == (1, ())


def test_a_dead_vector_process_comes_back_for_a_search(
    tmp_path: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # There is no room for a copy, so the store is asked.
    monkeypatch.setattr("desktop_app.library.vectors.compact.room._held_limit", lambda: 0)
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
        assert names(library, "red", 1) == ["Rred.png"]
        assert kill_vector_processes() == 1
        assert names(library, "blue", 6)[0] == "Bblue.png"
        assert len(names(library, "blue", 10)) == 6


@pytest.mark.parametrize("damage", ["deleted", "manifest", "parquet"])
def test_a_damaged_vector_database_is_kept_aside_and_built_again(
    tmp_path: Path, photos: Path, damage: str
) -> None:
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
    (database,) = (tmp_path / "data" / "vectors").glob("*/vectors.db")
    if damage == "deleted":
        database.rename(tmp_path / "gone")
    elif damage == "manifest":
        (manifest,) = database.glob("collections/*/manifest.json")
        manifest.unlink()
    else:
        for parquet in database.glob("collections/*/partitions/*/data/*.parquet"):
            parquet.write_bytes(parquet.read_bytes()[:40])
    ears = Ears()
    embedder = ColorEmbedder()
    with opened(tmp_path, embedder) as library:
        library.subscribe(ears)
        # Nobody has to know, until something has to be written.
        assert len(names(library, "red", 10)) == 6
        assert embedder.embedded == 0
        save_colour(photos / "orange.png", "orange")
        assert library.folders.refresh().result(WAIT_S).indexed == 1
        assert embedder.embedded == 1
        assert rows_in_store(library) == 7
    aside = list(database.parent.glob("vectors.db.broken-*"))
    assert len(aside) == (0 if damage == "deleted" else 1)
    assert any(isinstance(event, Trouble) for event in ears.heard) == bool(aside)


def test_thumbnails_are_there_and_come_back_when_they_are_gone(tmp_path: Path, photos: Path) -> None:
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
        photo = library.browsing.photo_at(photos / "Rred.png")
        assert photo is not None
        first = library.browsing.thumbnail(photo)
        assert first is not None
        first.unlink()
        assert library.browsing.thumbnail(photo) == first
        with Image.open(first) as picture:
            red, green, blue = picture.convert("RGB").getpixel((5, 5))  # type: ignore[misc]  # three bands
        assert red > 180
        assert max(green, blue) < 90


def test_without_a_usable_model_names_are_searched_and_the_reason_is_said(
    tmp_path: Path, photos: Path
) -> None:
    ears = Ears()
    library = PhotoLibrary(
        tmp_path / "data", tmp_path / "cache", resources=resources(), model=str(tmp_path / "no model")
    )
    try:
        library.subscribe(ears)
        report = library.folders.add(photos).result(WAIT_S)
        assert (report.pending, report.indexed) == (6, 0)
        ears.wait_for(lambda event: isinstance(event, ModelUnavailable))
        answer = library.searching.search("Rred", 5).result(WAIT_S)
        assert answer.model is None
        assert [hit.photo.name for hit in answer.hits] == ["Rred.png"]
        photo = library.browsing.photo_at(photos / "Rred.png")
        assert photo is not None
        assert library.browsing.thumbnail(photo) is not None
        with pytest.raises(LibraryError):
            library.searching.similar(photos / "Rred.png").result(WAIT_S)
    finally:
        library.close()
    embedder = ColorEmbedder()
    with opened(tmp_path, embedder) as library:
        assert library.folders.refresh().result(WAIT_S).indexed == 6
        assert embedder.embedded == 6


def test_listeners_hear_that_photos_changed_and_can_stop_listening(tmp_path: Path, photos: Path) -> None:
    ears = Ears()
    with opened(tmp_path) as library:
        stop = library.subscribe(ears)
        library.folders.add(photos).result(WAIT_S)
        ears.wait_for(lambda event: isinstance(event, PhotosChanged))
        stop()
        ears.forget()
        library.folders.refresh().result(WAIT_S)
        assert ears.heard == []


def test_what_was_written_before_an_error_is_told(
    tmp_path: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or a window would go on showing photos that are gone."""
    ears = Ears()
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
        library.subscribe(ears)

        def fail(_sync: object) -> None:
            raise StoreError("The search index could not be written.")

        with monkeypatch.context() as broken:
            broken.setattr(VectorSync, "push", fail)
            with pytest.raises(StoreError):
                library.folders.remove(photos).result(WAIT_S)
        told = [event for event in ears.heard if isinstance(event, PhotosChanged | Trouble)]
        assert [type(event) for event in told] == [PhotosChanged, Trouble]
        assert told[0] == PhotosChanged(everything=True)
        assert library.browsing.ids_by_date() == []


def test_one_photo_that_went_is_named(tmp_path: Path, photos: Path) -> None:
    ears = Ears()
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
        number = next(iter(library.browsing.ids_by_date()))
        (photo,) = library.browsing.photos([number])
        library.subscribe(ears)
        photo.path.unlink()
        library.folders.refresh([photo.path.parent]).result(WAIT_S)
        changes = [event for event in ears.heard if isinstance(event, PhotosChanged)]
        assert changes == [PhotosChanged(removed=frozenset({number}))]
        # Nothing more is said of it by a refresh that finds nothing new.
        ears.forget()
        library.folders.refresh().result(WAIT_S)
        assert not [event for event in ears.heard if isinstance(event, PhotosChanged)]


def test_names_that_an_earlier_version_cut_into_other_words_are_found(tmp_path: Path) -> None:
    save_colour(tmp_path / "Łódź" / "1.png", "red")
    with opened(tmp_path) as library:
        library.folders.add(tmp_path / "Łódź").result(WAIT_S)
    catalog = tmp_path / "data" / "catalog.db"
    with contextlib.closing(sqlite3.connect(catalog)) as connection, connection:
        connection.execute("UPDATE name SET words = 'łodz 1 png' WHERE rowid > 0")
        connection.execute("DELETE FROM note WHERE key = 'rules of words'")
    with opened(tmp_path) as library:
        wait_until(lambda: names(library, "lodz") == ["1.png"])


def test_the_status_counts_what_is_there(tmp_path: Path, photos: Path) -> None:
    (photos / "bad.gif").write_bytes(b"")
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
        status = library.browsing.status()
        assert (status.photos, status.indexed, status.failed, status.pending) == (7, 6, 1, 0)
        assert (status.model, status.dimension, status.store) == ("Colours", 8, "milvus-lite")
        assert [(folder.path, folder.photos) for folder in status.folders] == [(photos, 7)]
