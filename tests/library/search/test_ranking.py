"""What a query is compared with, and how many that are, asked of a real catalogue; the store only counts."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library.catalog import Catalog
from desktop_app.library.decoding.pool import DecoderPool
from desktop_app.library.query.parse import Thumb, example_text, parse
from desktop_app.library.search.fusion import names_of
from desktop_app.library.search.judgement import BEST_ROWS
from desktop_app.library.search.ranking import Ranker
from desktop_app.library.search.relevance import Calibration, Judging, draw_line
from tests.fakes import ColorEmbedder
from tests.library.catalog.records import MODEL, record, unit
from tests.library.catalog.test_videos import video
from tests.library.search.test_searcher import CountingStore

DIMENSION = 8


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(tmp_path)
        yield catalog


@pytest.fixture
def embedder() -> ColorEmbedder:
    return ColorEmbedder(model_id=MODEL)


@pytest.mark.parametrize(
    ("filters", "compared"), [("", BEST_ROWS + 10), (" name:shade", BEST_ROWS + 10), (" name:far", 0)]
)
@pytest.mark.parametrize("limit", [1, 500])
def test_photos_that_are_left_out_are_not_counted_however_few_are_asked_for(
    tmp_path: Path,
    catalog: Catalog,
    embedder: ColorEmbedder,
    decoders: DecoderPool,
    *,
    filters: str,
    compared: int,
    limit: int,
) -> None:
    red = embedder.embed_text(["red"])[0]
    shades = [
        record(tmp_path / f"shade {number}.jpg", f"s{number}", vector=red + 0.1 * unit(number))
        for number in range(BEST_ROWS + 10)
    ]
    far = tmp_path / "far.jpg"
    catalog.photos.save([*shades, record(far, "far", vector=-red)], MODEL)
    query = parse(f"red {example_text(far, thumb=Thumb.DOWN)}{filters}")
    ranking = Ranker(catalog, None, decoders).ranked(query, limit, embedder, CountingStore(catalog))
    assert ranking.compared == compared


def test_the_line_counts_photos_and_videos_with_a_vector_once_with_filters_and_without(
    tmp_path: Path, catalog: Catalog, embedder: ColorEmbedder, decoders: DecoderPool
) -> None:
    example = tmp_path / "example.jpg"
    catalog.photos.save(
        [
            record(example, "example", vector=unit(1)),
            *(record(tmp_path / f"{n}.jpg", f"c{n}", vector=unit(n + 2)) for n in range(8)),
            *(video(tmp_path / f"{n}.mp4", f"f{n}", at_ms=(1, 2, 3, 4), seed=50 * n) for n in range(3)),
            *(record(tmp_path / f"broken {n}.jpg", None, problem="it is damaged") for n in range(20)),
        ],
        MODEL,
    )
    known = Calibration(
        MODEL,
        (),
        np.zeros(DIMENSION, np.float32),
        np.zeros(DIMENSION, np.float32),
        9 * np.eye(DIMENSION, dtype=np.float32),
    )
    asked = f"photo:{example}"
    lines = [
        Ranker(catalog, None, decoders)
        .ranked(parse(text), 5, embedder, CountingStore(catalog), Judging(known))
        .line
        for text in (asked, f"{asked} after:1900")
    ]
    ranked = Ranker(catalog, None, decoders).ranked(parse(asked), 50, embedder, CountingStore(catalog))
    best = [row.score for row in ranked.rows[:10]]
    assert ranked.query is not None
    vector = ranked.query.vector
    assert lines == [draw_line(vector, best, 12, known, words=None)] * 2
    # That number is what these lines are drawn from.
    assert lines[0] != draw_line(vector, best, 13, known, words=None)


@pytest.mark.parametrize("films", [0, 10])
def test_as_many_rows_are_asked_for_as_the_share_of_those_that_are_kept_says(
    tmp_path: Path, catalog: Catalog, embedder: ColorEmbedder, decoders: DecoderPool, films: int
) -> None:
    """Half of the photos have the word: so of three wanted ones twice as many are asked for, a fifth more, and 30."""
    catalog.photos.save(
        [
            record(tmp_path / f"{'beach' if n % 2 else 'snow'} {n}.jpg", f"c{n}", vector=unit(n))
            for n in range(400)
        ]
        + [video(tmp_path / f"snow {n}.mp4", f"f{n}", at_ms=(1, 2, 3, 4), seed=9 * n) for n in range(films)],
        MODEL,
    )
    names = names_of(catalog.words.named("beach", (), catalog.vectors.live_ids(MODEL)))
    assert names is not None
    store = CountingStore(catalog)
    rows = Ranker(catalog, None, decoders).nearest(unit(1), 3, embedder, store, kept=names.comparable())
    assert [row.photo.name.split()[0] for row in rows] == ["beach"] * 3
    assert store.asked == [int(3 * (400 + 5 * films) / 200 * 1.2) + 30]
