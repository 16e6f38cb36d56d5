"""What a ranker remembers between two questions follows what is written in between."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library.catalog import Catalog
from desktop_app.library.decoding.pool import DecoderPool
from desktop_app.library.models.embedder import Vectors
from desktop_app.library.query.parse import parse
from desktop_app.library.search import followed, ranking
from desktop_app.library.search.followed import Followed
from desktop_app.library.search.ranking import Ranker
from tests.fakes import ColorEmbedder
from tests.library.catalog.records import MODEL, OTHER_MODEL, record, unit
from tests.library.catalog.test_videos import video
from tests.library.search.test_searcher import CountingStore


class Bench:
    """A ranker on a catalogue of photos whose vectors are drawn by their numbers."""

    def __init__(self, base: Path, decoders: DecoderPool) -> None:
        self.folder = base / "photos"
        self.catalog = Catalog(base / "catalog.db")
        self.catalog.folders.add(self.folder)
        self.embedder = CountingEmbedder(model_id=MODEL)
        self.store = CountingStore(self.catalog)
        self.ranker = Ranker(self.catalog, None, decoders)

    def save(self, *numbers: int, model: str = MODEL) -> None:
        photos = [record(self.path(number), f"c{number}", vector=unit(number)) for number in numbers]
        self.catalog.photos.save(photos, model)

    def remove(self, *numbers: int) -> None:
        self.catalog.photos.remove([self.path(number) for number in numbers])

    def path(self, number: int) -> Path:
        return self.folder / f"{number:03d}.jpg"

    def nearest(self, limit: int = 20) -> list[str]:
        rows = self.ranker.nearest(unit(1000), limit, self.embedder, self.store)
        return [row.photo.name for row in rows]

    def by_hand(self, *numbers: int) -> list[str]:
        # As exactly as the catalogue keeps them.
        scores = {number: float(unit(number).astype(np.float16) @ unit(1000)) for number in numbers}
        return [self.path(number).name for number in sorted(scores, key=lambda number: -scores[number])]

    def copy_vectors(self) -> None:
        while self.ranker.copies.load_more(MODEL):
            continue
        assert self.ranker.copies.has_all(MODEL)


class CountingEmbedder(ColorEmbedder):
    """Notes which texts it is asked for."""

    def __init__(self, model_id: str) -> None:
        super().__init__(model_id=model_id)
        self.texts: list[str] = []

    def embed_text(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return super().embed_text(texts)


@pytest.fixture
def bench(tmp_path: Path, decoders: DecoderPool) -> Iterator[Bench]:
    made = Bench(tmp_path, decoders)
    yield made
    made.catalog.close()


def test_what_is_found_in_the_copy_has_what_came_since(bench: Bench) -> None:
    bench.save(1, 2, 3)
    bench.copy_vectors()
    assert bench.nearest() == bench.by_hand(1, 2, 3)
    assert bench.store.asked == []
    bench.save(4, 5)
    bench.remove(2)
    assert bench.nearest() == bench.by_hand(1, 3, 4, 5)
    assert bench.store.asked == []


def test_the_store_is_asked_when_too_much_has_changed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_app.library.vectors.compact.copy._MOST_BEHIND", 2)
    bench.save(1, 2)
    bench.copy_vectors()
    bench.save(3, 4, 5)
    assert bench.nearest() == bench.by_hand(1, 2, 3, 4, 5)
    assert bench.store.asked == [20]


def test_a_film_that_comes_after_the_first_question_is_found_at_its_moments(bench: Bench) -> None:
    bench.save(1)
    bench.nearest()
    bench.catalog.photos.save([video(bench.folder / "film.mp4", at_ms=(1000, 3000), seed=7)], MODEL)
    for at_ms in (1000, 3000):
        first = bench.ranker.nearest(unit(7 + at_ms), 5, bench.embedder, bench.store)[0]
        assert (first.photo.name, first.at_s) == ("film.mp4", at_ms / 1000)
    # Other moments, once it was read again.
    bench.catalog.photos.save([video(bench.folder / "film.mp4", "cut", at_ms=(2000,), seed=7)], MODEL)
    first = bench.ranker.nearest(unit(2007), 5, bench.embedder, bench.store)[0]
    assert (first.photo.name, first.at_s) == ("film.mp4", 2.0)
    assert len(bench.ranker.searched(MODEL)) == 2


@pytest.mark.parametrize("most", [0, 2, 100], ids=["all anew", "some followed", "all followed"])
def test_what_is_counted_follows_every_change(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(followed, "_MOST_FOLLOWED", most)
    assert len(bench.ranker.searched(MODEL)) == 0
    bench.save(1, 2, 3)
    assert len(bench.ranker.searched(MODEL)) == 3
    bench.save(4, 5)
    bench.remove(1)
    assert len(bench.ranker.searched(MODEL)) == 4
    bench.catalog.photos.save([video(bench.folder / "film.mp4")], MODEL)
    assert len(bench.ranker.searched(MODEL)) == 5
    # A content whose bytes were known before.
    bench.save(1)
    assert len(bench.ranker.searched(MODEL)) == 6
    assert len(bench.ranker.searched(OTHER_MODEL)) == 0
    bench.save(2, model=OTHER_MODEL)
    assert (len(bench.ranker.searched(OTHER_MODEL)), len(bench.ranker.searched(MODEL))) == (1, 6)


@pytest.mark.parametrize("most", [0, 2, 100], ids=["all anew", "some followed", "all followed"])
def test_what_a_filter_keeps_follows_every_change(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(followed, "_MOST_FOLLOWED", most)
    query = parse("name:00")
    counts = []
    for come, go in (((1, 2, 103), ()), ((4,), ()), ((), (1, 2))):
        bench.save(*come)
        bench.remove(*go)
        kept = bench.ranker.kept(query)
        assert kept is not None
        counts.append(kept.count)
    assert counts == [2, 3, 1]


def test_filters_that_were_forgotten_are_read_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "_REMEMBERED_FILTERS", 2)
    bench.save(1, 2, 13)
    queries = [parse(text) for text in ("name:00", "name:01", "type:jpg", "name:00 type:jpg")]
    for number, expected in ((4, [3, 2, 4, 3]), (15, [3, 3, 5, 3])):
        bench.save(number)
        kept = [bench.ranker.kept(query) for query in queries]
        assert [one.count for one in kept if one is not None] == expected


def test_texts_are_embedded_once_and_only_so_many_are_remembered(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "_REMEMBERED_TEXTS", 2)
    bench.save(1)

    def ask(text: str) -> list[float]:
        found = bench.ranker.ranked(parse(text), 5, bench.embedder, bench.store).query
        assert found is not None
        return [float(number) for number in found.vector]

    first = {text: ask(text) for text in ("red", "green", "red", "blue")}
    assert bench.embedder.texts == ["red", "green", "blue"]
    # Red was asked for last of the first two, so it is still known.
    assert ask("red") == first["red"]
    assert bench.embedder.texts == ["red", "green", "blue"]
    assert ask("green") == first["green"]
    assert bench.embedder.texts == ["red", "green", "blue", "green"]


def test_another_model_s_texts_are_its_own(bench: Bench) -> None:
    bench.save(1)
    bench.ranker.ranked(parse("red"), 5, bench.embedder, bench.store)
    other = CountingEmbedder(OTHER_MODEL)
    bench.ranker.ranked(parse("red"), 5, other, bench.store)
    assert other.texts == ["red"]


def test_what_is_written_while_it_is_read_is_followed_the_next_time(bench: Bench) -> None:
    bench.save(1)
    live = bench.catalog.vectors.live_count

    def read() -> int:
        found = live(MODEL)
        if found == 1:
            bench.save(2)
        return found

    value = Followed(bench.catalog, read, lambda _before, _changes: live(MODEL))
    assert [value.now(), value.now()] == [1, 2]


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_the_moments_of_a_film_take_no_other_photo_s_place(bench: Bench, limit: int) -> None:
    """All of them are nearer than the first photo."""
    query = unit(1000)
    film = video(bench.folder / "film.mp4", at_ms=tuple(range(1000, 16_000, 1000)))
    frames = tuple(replace(frame, vector=query) for frame in film.frames)
    bench.catalog.photos.save([replace(film, vector=query, frames=frames)], MODEL)
    bench.save(1, 2, 3)
    assert bench.nearest(limit) == ["film.mp4", *bench.by_hand(1, 2, 3)][:limit]
