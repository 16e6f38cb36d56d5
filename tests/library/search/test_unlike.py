"""Photos that are not wanted: their copies stand below, and words are still judged as words."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.library.catalog import Catalog
from desktop_app.library.decoding.pool import DecoderPool
from desktop_app.library.query.parse import Thumb, example_text, parse
from desktop_app.library.search.answer import Answer, Band, Hit
from desktop_app.library.search.query_vector import combined
from desktop_app.library.search.ranking import Ranker
from desktop_app.library.search.relevance import Calibration, Judging
from desktop_app.library.search.rows import Row
from desktop_app.library.search.searcher import Searcher
from desktop_app.library.search.unlike import Unlike
from tests.fakes import ColorEmbedder
from tests.library.catalog.records import MODEL, record, unit
from tests.library.search.placed_texts import PlacedTexts
from tests.library.search.test_judge import SIZE, axis, calibration, photos_of
from tests.library.search.test_searcher import CountingStore

Vector = NDArray[np.float32]
SHOWING, BURST, OTHERS = 200, 8, 300
# Five words: a sentence is judged by its cosines.
SENTENCE = "dog that runs very fast"
EVEN = np.diag(np.full(SIZE, 1 / SIZE, dtype=np.float32))


def near(vector: Vector, cosine: float, random: np.random.Generator) -> Vector:
    """Draw a vector of length 1 with that cosine to another."""
    aside = random.normal(size=len(vector))
    aside -= float(aside @ vector) * vector
    drawn: Vector = (cosine * vector + (1 - cosine**2) ** 0.5 * aside / np.linalg.norm(aside)).astype(
        np.float32
    )
    return drawn


@dataclass(frozen=True)
class Library:
    folder: Path
    catalog: Catalog
    searcher: Searcher
    embedder: PlacedTexts

    def ask(self, text: str, limit: int = 1_000, known: Calibration | None = None) -> Answer:
        store = CountingStore(self.catalog)
        return self.searcher.by_text(text, limit, self.embedder, store, Judging(known or calibration()))

    def thumb(self, name: str, which: Thumb) -> str:
        return example_text(self.folder / f"{name}.jpg", thumb=which)

    def down(self, name: str) -> str:
        return self.thumb(name, Thumb.DOWN)

    def without(self, name: str) -> str:
        return f"-{example_text(self.folder / f'{name}.jpg')}"


@contextmanager
def library_of(rows: Mapping[str, Vector], folder: Path, decoders: DecoderPool) -> Iterator[Library]:
    """Make a library of photos with these names and vectors."""
    with Catalog(folder / "catalog.db") as catalog:
        catalog.folders.add(folder)
        catalog.photos.save(
            [record(folder / f"{name}.jpg", name, vector=row) for name, row in rows.items()], MODEL
        )
        embedder = PlacedTexts({"dog": axis(1), "fish": axis(9)}, axis(7), MODEL)
        yield Library(folder, catalog, Searcher(catalog, None, decoders), embedder)


@pytest.fixture
def library(tmp_path: Path, decoders: DecoderPool) -> Iterator[Library]:
    """Dogs (k1), others (k4), and a burst of one dog (k2) that fits better than every other."""
    random = np.random.default_rng(6)
    shown = photos_of(random, 1, noise=0.6, dog=1.0)[0]
    rows = {f"k1_{at}": row for at, row in enumerate(photos_of(random, SHOWING, dog=0.9))}
    rows |= {f"k4_{at}": row for at, row in enumerate(photos_of(random, OTHERS))}
    rows |= {f"k2_{at}": near(shown, 0.98, random) for at in range(BURST)}
    with library_of(rows, tmp_path, decoders) as library:
        yield library


def kind(hit: Hit) -> str:
    return hit.photo.name[:2]


def found(answer: Answer) -> list[str]:
    return [kind(hit) for hit in answer.hits if hit.band is Band.FOUND]


# How like an unwanted photo another is.


def test_likeness_is_0_for_an_ordinary_photo_and_1_for_the_photo_itself(tmp_path: Path) -> None:
    mean = 0.5 * unit(1)
    known = replace(
        calibration(), photo_mean=mean, text_mean=mean, text_covariance=np.eye(8, dtype=np.float32)
    )
    with Catalog(tmp_path / "catalog.db") as catalog:
        unlike = Unlike.of([unit(2)], known, catalog)
        assert unlike is not None
        assert unlike.likeness(np.stack([mean, unit(2)])) == pytest.approx([0, 1], abs=1e-6)
        half = 0.5 * (mean + unit(2))
        assert unlike.likeness(half[None]) == pytest.approx([0.5], abs=1e-6)
        both = Unlike.of([unit(2), unit(3)], known, catalog)
        assert both is not None
        assert both.likeness(np.stack([unit(3)])) == pytest.approx([1], abs=1e-6)


@pytest.mark.parametrize(
    ("likeness", "fitting", "shown"),
    [
        (0.86, 1.0, True),
        (0.84, 0.85, False),
        (0.84, 0.83, True),
        (0.51, 0.5, True),
        (0.51, 0.52, False),
        (0.49, 0.0, False),
    ],
)
def test_a_copy_shows_what_is_not_wanted_and_so_does_what_is_more_like_it_than_wanted(
    tmp_path: Path, *, likeness: float, fitting: float, shown: bool
) -> None:
    photo = near(axis(3), likeness, np.random.default_rng(1))
    with Catalog(tmp_path / "catalog.db") as catalog:
        unlike = Unlike.of([axis(3)], calibration(), catalog)
        assert unlike is not None
        said = unlike.shown(photo[None], np.array([fitting], dtype=np.float32))
    assert said.tolist() == [shown]


def test_nothing_is_told_without_photos_or_by_a_calibration_that_knows_no_words(tmp_path: Path) -> None:
    old = replace(calibration(), text_covariance=None)
    with Catalog(tmp_path / "catalog.db") as catalog:
        assert Unlike.of([], calibration(), catalog) is None
        assert Unlike.of([axis(3)], None, catalog) is None
        assert Unlike.of([axis(3)], old, catalog) is None


def test_a_photo_whose_vector_went_meanwhile_is_not_called_a_copy(library: Library) -> None:
    photo = library.ask("dog", 1).hits[0].photo
    unlike = Unlike.of([axis(3)], calibration(), library.catalog)
    assert unlike is not None
    rows = [Row(photo, 0.5, compared_id=123_456)]
    assert unlike.placed(rows) == rows


# The answer.


def test_words_are_judged_as_words_whatever_photos_are_judged(library: Library) -> None:
    """Two fifths are dogs, which by cosines alone stand above nothing: one thumb must not end what is found."""
    for judged in (
        library.down("k4_0"),
        library.without("k4_0"),
        library.thumb("k1_0", Thumb.UP),
        f"{library.thumb('k1_0', Thumb.UP)} {library.down('k4_0')}",
    ):
        there = found(library.ask(f"dog {judged}"))
        assert there.count("k1") > 0.9 * SHOWING
        assert there.count("k4") < 0.05 * OTHERS


def test_copies_of_an_unwanted_photo_stand_below_all_others_that_fit(library: Library) -> None:
    plain = [kind(hit) for hit in library.ask("dog").hits]
    assert plain[:BURST] == ["k2"] * BURST
    for unwanted in (library.down("k2_0"), library.without("k2_0")):
        answer = library.ask(f"dog {unwanted}")
        there = found(answer)
        assert there.count("k2") == 0
        assert there.count("k1") > 0.8 * SHOWING
        bands = {hit.band for hit in answer.hits if kind(hit) == "k2"}
        assert bands <= {Band.MAYBE}
        may_fit = [kind(hit) for hit in answer.hits if hit.band is Band.MAYBE]
        assert may_fit[-(BURST - 1) :] == ["k2"] * (BURST - 1)


def test_copies_stand_below_for_a_sentence_too(library: Library) -> None:
    # All ordinary photos are alike, so that a sentence finds something by cosines.
    narrow = replace(calibration(), photo_covariance=EVEN)
    assert found(library.ask(SENTENCE, known=narrow))[:BURST] == ["k2"] * BURST
    answer = library.ask(f"{SENTENCE} {library.down('k2_0')}", known=narrow)
    assert "k2" not in found(answer)
    may_fit = [kind(hit) for hit in answer.hits if hit.band is Band.MAYBE]
    assert may_fit[-(BURST - 1) :] == ["k2"] * (BURST - 1)


def test_a_calibration_that_knows_no_words_orders_by_cosines(library: Library) -> None:
    old = replace(calibration(), text_covariance=None)
    answer = library.ask(f"dog {library.down('k2_0')}", known=old)
    scores = [hit.score for hit in answer.hits if hit.score is not None]
    assert scores == sorted(scores, reverse=True)
    assert [kind(hit) for hit in answer.hits[: BURST - 1]] == ["k2"] * (BURST - 1)


@pytest.mark.parametrize("limit", [1, 5, 60, 150])
def test_as_many_are_found_as_are_asked_for_though_the_best_are_left_out(
    library: Library, limit: int
) -> None:
    """The best of all are disliked, and neither count as found nor take a place."""
    unwanted = " ".join(library.down(f"k2_{at}") for at in range(BURST))
    assert found(library.ask(f"dog {unwanted}", limit)) == ["k1"] * limit


def test_a_disliked_photo_does_not_come_back_where_more_are_looked_at(
    tmp_path: Path, decoders: DecoderPool
) -> None:
    """Its copies fill all that is asked for at first, so that the photos that fit must be looked for behind them."""
    random = np.random.default_rng(3)
    shown = photos_of(random, 1, noise=0.6, dog=1.0)[0]
    rows = {f"k2_{at}": near(shown, 0.98, random) for at in range(50)}
    rows |= {f"k1_{at}": row for at, row in enumerate(photos_of(random, 120, dog=0.9))}
    rows |= {f"k4_{at}": row for at, row in enumerate(photos_of(random, 300))}
    with library_of(rows, tmp_path, decoders) as library:
        answer = library.ask(f"dog {library.down('k2_0')}", 175)
    assert found(answer).count("k1") > 100
    assert len(answer.hits) == 175
    assert "k2_0.jpg" not in [hit.photo.name for hit in answer.hits]


def test_the_line_is_drawn_by_photos_that_nobody_judged(tmp_path: Path, decoders: DecoderPool) -> None:
    """One photo of nothing but a dog stands so high that no other reaches its share: judged, it is no measure."""
    random = np.random.default_rng(2)
    known = replace(calibration(), photo_covariance=EVEN, text_covariance=EVEN)
    rows = {"k1_0": axis(1)} | {f"k2_{at}": near(axis(1), 0.6, random) for at in range(2)}
    rows |= {f"k4_{at}": row for at, row in enumerate(photos_of(random, 80))}
    with library_of(rows, tmp_path, decoders) as library:
        assert found(library.ask("dog", known=known)) == ["k1"]
        assert found(library.ask(f"dog {library.down('k4_0')}", known=known)) == ["k1"]
        liked = library.ask(f"dog {library.thumb('k1_0', Thumb.UP)}", known=known)
        assert found(liked)[:3] == ["k1", "k2", "k2"]
        # They fit better than they are like the disliked photo, which is a matter of taste.
        disliked = library.ask(f"dog {library.down('k1_0')}", known=known)
        assert found(disliked)[:2] == ["k2", "k2"]


def test_a_photo_that_is_not_wanted_counts_less_than_words(tmp_path: Path, decoders: DecoderPool) -> None:
    embedder = ColorEmbedder(model_id=MODEL)
    red = embedder.embed_text(["red"])[0]
    blue, example = unit(4), tmp_path / "example.jpg"
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(tmp_path)
        catalog.photos.save([record(example, "example", vector=blue)], MODEL)
        ranker = Ranker(catalog, None, decoders)
        query = ranker.ranked(
            parse(f"red -{example_text(example)}"), 5, embedder, CountingStore(catalog)
        ).query
    assert query is not None
    by_hand = red - 0.2 * (blue - (red @ blue) * red)
    assert query.vector == pytest.approx(by_hand / np.linalg.norm(by_hand), abs=1e-3)
    words = combined([(1.0, red), (-1.0, blue)])
    assert words is not None
    assert float(words @ blue) < float(query.vector @ blue)
