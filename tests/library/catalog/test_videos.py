"""Moments of videos in the catalogue: live while their video has a file, and never without it."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library.catalog import Catalog, FrameRecord, PhotoRecord, frame_hash
from desktop_app.library.catalog.salvage import salvage
from tests.library.catalog.records import MODEL, OTHER_MODEL, record, unit


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    catalog = Catalog(tmp_path / "catalog.db")
    catalog.folders.add(tmp_path)
    return catalog


def video(
    path: Path,
    content: str = "film",
    *,
    at_ms: tuple[int, ...] = (1000, 3000),
    seed: int = 1,
    pixels: str = "",
) -> PhotoRecord:
    """What the indexer would say of a video that is known by its second 0 and has some other moments."""
    return replace(
        record(path, content, vector=unit(seed)),
        duration_ms=4000,
        poster_ms=0,
        pixels=pixels or None,
        frames=tuple(FrameRecord(ms, unit(seed + ms)) for ms in at_ms),
    )


def without_vectors(film: PhotoRecord) -> PhotoRecord:
    return replace(film, vector=None, frames=tuple(FrameRecord(frame.at_ms) for frame in film.frames))


def sent(catalog: Catalog, model: str = MODEL) -> dict[int, bool]:
    """Which contents the store would be told of, and whether to keep (True) or to delete them."""
    return {row.content_id: row.vector is not None for row in catalog.vectors.outbox(model, 100)}


def all_sent(catalog: Catalog) -> None:
    for model in (MODEL, OTHER_MODEL):
        catalog.vectors.outbox_done(model, up_to=catalog.vectors.outbox_last())


def test_a_video_has_a_vector_for_each_of_its_moments(catalog: Catalog, tmp_path: Path) -> None:
    with catalog:
        catalog.photos.save(
            [video(tmp_path / "a.mp4"), record(tmp_path / "b.jpg", "b", vector=unit(9))], MODEL
        )
        frames = catalog.videos.frames()
        assert frames.at_ms.tolist() == [0, 1000, 3000]
        assert len(set(frames.video_ids.tolist())) == 1
        assert frames.content_ids[0] == frames.video_ids[0]
        assert len(catalog.vectors.live_ids(MODEL)) == 4
        assert catalog.photos.counts(MODEL).photos == 2
        assert catalog.photos.counts(MODEL).indexed == 2
        film, photo = catalog.photos.of_ids([1, 2], MODEL)
        assert (film.duration_s, photo.duration_s) == (4.0, None)


def test_the_store_is_told_of_every_moment(catalog: Catalog, tmp_path: Path) -> None:
    with catalog:
        catalog.photos.save([video(tmp_path / "a.mp4")], MODEL)
        rows = catalog.vectors.outbox(MODEL, 100)
        assert len(rows) == 3
        by_number = {row.content_id: row.vector for row in rows}
        frames = catalog.videos.frames()
        for number, ms in zip(frames.content_ids.tolist(), frames.at_ms.tolist(), strict=True):
            vector = by_number[number]
            assert vector is not None
            assert float(vector @ unit(1 + ms)) > 0.999


def test_moments_go_and_come_back_with_their_video(catalog: Catalog, tmp_path: Path) -> None:
    with catalog:
        film = video(tmp_path / "a.mp4")
        catalog.photos.save([film], MODEL)
        all_sent(catalog)
        catalog.photos.remove([tmp_path / "a.mp4"])
        assert sent(catalog) == {1: False, 2: False, 3: False}
        assert len(catalog.vectors.live_ids(MODEL)) == 0
        assert list(catalog.vectors.blocks(MODEL)) == []
        all_sent(catalog)
        catalog.photos.save([without_vectors(video(tmp_path / "moved.mp4"))], MODEL)
        assert sent(catalog) == {1: True, 2: True, 3: True}
        assert len(catalog.vectors.live_ids(MODEL)) == 3


def test_every_model_has_the_same_moments(catalog: Catalog, tmp_path: Path) -> None:
    with catalog:
        catalog.photos.save([video(tmp_path / "a.mp4")], MODEL)
        catalog.photos.save([video(tmp_path / "a.mp4", seed=50)], OTHER_MODEL)
        assert catalog.vectors.live_ids(MODEL).tolist() == catalog.vectors.live_ids(OTHER_MODEL).tolist()
        assert len(catalog.videos.frames().content_ids) == 3


def test_a_video_with_the_same_pixels_shares_the_vectors_of_all_moments(
    catalog: Catalog, tmp_path: Path
) -> None:
    with catalog:
        catalog.photos.save([video(tmp_path / "a.mp4", "film", pixels="same")], MODEL)
        catalog.photos.save([without_vectors(video(tmp_path / "b.mp4", "retagged", pixels="same"))], MODEL)
        numbers = catalog.vectors.live_ids(MODEL)
        assert len(numbers) == 6
        vectors = {
            int(number): row
            for block, rows in catalog.vectors.blocks(MODEL)
            for number, row in zip(block, rows, strict=True)
        }
        frames = catalog.videos.frames()
        for ms in (0, 1000, 3000):
            first, second = frames.content_ids[frames.at_ms == ms].tolist()
            assert np.array_equal(vectors[first], vectors[second])


def test_another_choice_of_moments_leaves_none_twice(catalog: Catalog, tmp_path: Path) -> None:
    with catalog:
        film = video(tmp_path / "a.mp4")
        catalog.photos.save([film], MODEL)
        # The moment it is known by became one of the others, and the other way round.
        other = replace(film, poster_ms=1000, frames=(FrameRecord(0, unit(5)), FrameRecord(3000, unit(6))))
        catalog.photos.save([other], MODEL)
        frames = catalog.videos.frames()
        assert sorted(frames.at_ms.tolist()) == [0, 1000, 3000]
        assert frames.at_ms[frames.content_ids == frames.video_ids].tolist() == [1000]
        assert catalog.check() == []


def test_thumbnails_of_moments_have_names_of_their_own(catalog: Catalog, tmp_path: Path) -> None:
    with catalog:
        catalog.photos.save([video(tmp_path / "a.mp4")], MODEL)
        assert catalog.videos.thumbnail_key("film", 1000) == frame_hash("film", 1000) != "film"
        assert catalog.videos.thumbnail_key("film", 0) == "film"
        assert catalog.videos.thumbnail_key("film", 77) == "film"
        assert catalog.videos.thumbnail_key("unknown", 0) == "unknown"


def test_photos_cost_no_frames(catalog: Catalog, tmp_path: Path) -> None:
    with catalog:
        catalog.photos.save([record(tmp_path / "b.jpg", "b", vector=unit(9))], MODEL)
        assert len(catalog.videos.frames().content_ids) == 0


def test_salvage_keeps_whole_videos_and_has_torn_ones_embedded_again(
    catalog: Catalog, tmp_path: Path
) -> None:
    with catalog:
        films = [video(tmp_path / f"{name}.mp4", name, seed=seed) for seed, name in enumerate("abc", 1)]
        catalog.photos.save(films, MODEL)
        whole, torn, headless = sorted(set(catalog.videos.frames().video_ids.tolist()))
    with closing(sqlite3.connect(tmp_path / "catalog.db")) as connection, connection:
        connection.execute(
            "DELETE FROM vector WHERE content_id = (SELECT MAX(content_id) FROM frame WHERE video_id = ?)",
            (torn,),
        )
        connection.execute("DELETE FROM frame WHERE content_id = ?", (headless,))
    salvage(tmp_path / "catalog.db", tmp_path / "new.db")
    with Catalog(tmp_path / "new.db") as mended:
        assert [one.path.name for one in mended.known.waiting(tmp_path, MODEL)] == ["b.mp4", "c.mp4"]
        assert mended.photos.of_ids([whole], MODEL)[0].duration_s == 4.0
        mended.photos.save(films, MODEL)
        assert mended.known.waiting(tmp_path, MODEL) == []
        assert len(mended.vectors.live_ids(MODEL)) == 9
        assert mended.check() == []


def test_thumbnails_of_moments_on_a_missing_drive_are_precious(catalog: Catalog, tmp_path: Path) -> None:
    with catalog:
        catalog.photos.save(
            [video(tmp_path / "a.mp4"), record(tmp_path / "b.jpg", "b", vector=unit(9))], MODEL
        )
        assert catalog.drives.hashes_offline() == set()
        catalog.drives.set_offline(tmp_path, 1_700_000_000)
        assert catalog.drives.hashes_offline() == {"film", "film-1000", "film-3000", "b"}
