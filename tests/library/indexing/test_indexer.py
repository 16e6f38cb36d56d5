"""The indexer: every photo once, in order, whatever is wrong with some of them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library.catalog import Catalog, PhotoRecord
from desktop_app.library.decoding.pool import DecoderPool
from desktop_app.library.folders.comparing import FoundPhoto
from desktop_app.library.indexing.indexer import Indexer, _with_vectors
from desktop_app.library.indexing.photo_reader import ReadPhoto, Why
from desktop_app.library.media.identity import hash_of
from desktop_app.library.models.embedder import Prepared, Vectors
from desktop_app.library.thumbnails import ThumbnailStore
from tests.fakes import ColorEmbedder
from tests.library.catalog.test_videos import video
from tests.library.folders.listed import scan
from tests.pictures import save_colour, save_many


class Bench:
    """A catalogue, thumbnails and an embedder on a folder of photos."""

    def __init__(self, base: Path) -> None:
        self.photos = base / "photos"
        self.photos.mkdir()
        self.catalog = Catalog(base / "catalog.db")
        self.catalog.folders.add(self.photos)
        self.thumbnails = ThumbnailStore(base / "thumbnails")
        self.embedder = ColorEmbedder()
        self.decoders = DecoderPool(2, background=True)

    def found(self) -> list[FoundPhoto]:
        return sorted(scan(self.photos, report=lambda _: None), key=lambda one: one.path)

    def run(self, *, with_model: bool = True, go_on=lambda: True, lanes: int = 1) -> list[PhotoRecord]:
        embedder = self.embedder if with_model else None
        indexer = Indexer(self.catalog, self.thumbnails, embedder, self.decoders, lanes=lanes)
        return [record for step in indexer.run(wanted(self.found()), go_on) for record in step.records]


def wanted(found: list[FoundPhoto]) -> list[tuple[FoundPhoto, Why]]:
    return [(photo, Why.CHANGED) for photo in found]


@pytest.fixture
def bench(tmp_path: Path):
    bench = Bench(tmp_path)
    yield bench
    bench.decoders.close()
    bench.catalog.close()


def test_photos_come_back_in_order_with_vectors_and_thumbnails(bench: Bench) -> None:
    paths = save_many(bench.photos, 23)
    records = bench.run()
    assert [record.found.path for record in records] == paths
    assert all(record.vector is not None for record in records)
    assert all(bench.thumbnails.has(str(record.content_hash)) for record in records)
    assert bench.catalog.photos.counts("color-1").indexed == 23


def test_two_lanes_give_every_photo_its_own_vector(bench: Bench) -> None:
    for name, colour in (("a", "red"), ("b", "blue"), ("c", "green"), ("d", "yellow"), ("e", "white")):
        save_colour(bench.photos / f"{name}.png", colour)
    alone = {record.found.path: record.vector for record in bench.run()}
    bench.embedder = ColorEmbedder(model_id="color-2")
    for record in bench.run(lanes=2):
        assert record.vector is not None
        assert record.vector.tolist() == pytest.approx(alone[record.found.path])


def test_equal_photos_are_embedded_once(bench: Bench) -> None:
    for n in range(9):
        save_colour(bench.photos / f"copy_{n}.png", "red")
    bench.run()
    assert bench.embedder.embedded == 1
    assert bench.catalog.photos.counts("color-1").indexed == 9


def test_a_known_photo_is_not_embedded_again(bench: Bench) -> None:
    save_many(bench.photos, 5)
    bench.run()
    bench.run()
    assert bench.embedder.embedded == 5


def test_broken_photos_are_named_and_the_others_go_on(bench: Bench) -> None:
    save_many(bench.photos, 6)
    (bench.photos / "empty.jpg").write_bytes(b"")
    (bench.photos / "text.jpg").write_text("this is no photo")
    whole = save_colour(bench.photos / "cut.jpg", "blue", (640, 480)).read_bytes()
    (bench.photos / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    failed = {record.found.path.name: record.problem for record in bench.run() if record.problem}
    assert set(failed) == {"empty.jpg", "text.jpg", "cut.jpg"}
    assert all(failed.values())
    assert bench.catalog.photos.counts("color-1").indexed == 6


class ClumsyEmbedder(ColorEmbedder):
    """Makes no sense of what is red."""

    def __init__(self, nonsense: float) -> None:
        super().__init__()
        self._nonsense = nonsense

    def embed_photos(self, batch: Sequence[Prepared]) -> Vectors:
        rows = super().embed_photos(batch)
        rows[rows[:, 0] > 0.3, -1] = self._nonsense
        return rows


@pytest.mark.parametrize("nonsense", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("batch_size", [1, 4])
def test_a_photo_that_the_model_makes_no_sense_of_is_named_and_the_others_go_on(
    bench: Bench, nonsense: float, batch_size: int
) -> None:
    for colour in ("blue", "green", "red", "black"):
        save_colour(bench.photos / f"{colour}.png", colour)
    bench.embedder = ClumsyEmbedder(nonsense)
    bench.embedder.batch_size = batch_size
    problems = {record.found.path.stem: record.problem for record in bench.run()}
    assert problems == {
        "blue": None,
        "green": None,
        "black": None,
        "red": "the model could not make sense of it",
    }
    assert bench.catalog.photos.counts("color-1").indexed == 3
    for _, vectors in bench.catalog.vectors.blocks("color-1"):
        assert np.isfinite(vectors).all()


def test_a_photo_that_vanishes_before_it_is_read_is_one_failure(bench: Bench) -> None:
    paths = save_many(bench.photos, 3)
    found = bench.found()
    paths[1].unlink()
    indexer = Indexer(bench.catalog, bench.thumbnails, bench.embedder, bench.decoders)
    records = [record for step in indexer.run(wanted(found), lambda: True) for record in step.records]
    assert [record.problem is None for record in records] == [True, False, True]


def test_without_a_model_photos_are_catalogued_and_a_later_run_embeds_them(bench: Bench) -> None:
    save_many(bench.photos, 4)
    assert all(record.vector is None and record.width_px == 32 for record in bench.run(with_model=False))
    assert bench.catalog.photos.counts("color-1").pending == 4
    bench.run()
    assert bench.catalog.photos.counts("color-1").indexed == 4


def test_stopping_keeps_what_was_written_and_only_that(bench: Bench) -> None:
    save_many(bench.photos, 60)
    calls = iter(range(1000))
    records = bench.run(go_on=lambda: next(calls) < 30)
    assert 0 < len(records) < 60
    assert bench.catalog.photos.counts("color-1").indexed == len(records)


def test_the_hash_is_of_the_bytes_alone() -> None:
    assert hash_of(b"a photo") == hash_of(b"a photo")
    assert hash_of(b"a photo") != hash_of(b"another")
    assert len(hash_of(b"")) == 32


def test_a_moment_that_the_model_makes_no_sense_of_costs_that_moment_only() -> None:
    film = video(Path("/photos/film.mp4"), at_ms=(1000, 2000, 3000))
    good = np.zeros(8, dtype=np.float32)
    good[0] = 1
    odd = good * np.nan
    there = ReadPhoto(film, (good,) * 4, known=False)
    seen = _with_vectors(there, [good, good, odd, good]).record
    assert seen.problem is None
    assert [frame.at_ms for frame in seen.frames] == [1000, 3000]
    assert _with_vectors(there, [odd, good, good, good]).record.problem
