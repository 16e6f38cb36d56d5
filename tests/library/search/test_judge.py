"""Words judged from both sides in a real search: what fits is found whatever the limit, and what is not wanted stands below."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.library.catalog import Catalog
from desktop_app.library.decoding.pool import DecoderPool
from desktop_app.library.search.answer import Answer, Band, Hit
from desktop_app.library.search.judge import Judge
from desktop_app.library.search.relevance import Calibration, Judging
from desktop_app.library.search.searcher import Searcher
from desktop_app.library.vectors.lite.lite_store import LiteStore
from desktop_app.library.vectors.store import StoredVector
from tests.library.catalog.records import MODEL, OTHER_MODEL, record
from tests.library.search.placed_texts import PlacedTexts

Vector = NDArray[np.float32]
SIZE = 64
SHOWING, MASKED, BOTH, OTHERS = 290, 25, 30, 400
# Words differ much along this one direction: for a photo that lies there, no word stands out.
BUSY = 0
KINDS = {"dog": "k1", "masked": "k2", "both": "k3", "other": "k4"}


def axis(number: int) -> Vector:
    row = np.zeros(SIZE, dtype=np.float32)
    row[number] = 1
    return row


def calibration() -> Calibration:
    """Ordinary photos differ so much that none of these stands above them: what is drawn here is common."""
    nothing, ordinary = np.zeros(SIZE, dtype=np.float32), np.full(SIZE, 0.2, dtype=np.float32)
    words = np.full(SIZE, 1 / SIZE, dtype=np.float32)
    words[BUSY] = 3
    return Calibration(MODEL, ("{}",), nothing, nothing, np.diag(ordinary), text_covariance=np.diag(words))


def photos_of(random: np.random.Generator, count: int, noise: float = 1.0, **along: float) -> Vector:
    """Draw photos that lie along "dog", "cat" or "busy" by so much, beside noise of about that length."""
    rows = noise * random.normal(size=(count, SIZE)) / SIZE**0.5
    rows[:, BUSY] = 0
    for name, much in along.items():
        rows += much * {"busy": axis(BUSY), "dog": axis(1), "cat": axis(2)}[name]
    unit: Vector = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


@dataclass(frozen=True)
class Library:
    searcher: Searcher
    store: LiteStore
    embedder: PlacedTexts

    def ask(self, text: str, limit: int, strictness: float = 0.5, known: Calibration | None = None) -> Answer:
        judging = Judging(known or calibration(), strictness)
        return self.searcher.by_text(text, limit, self.embedder, self.store, judging)


@pytest.fixture(scope="module")
def drawn() -> dict[str, Vector]:
    random = np.random.default_rng(4)
    return {
        "dog": photos_of(random, SHOWING, dog=0.9),
        # The best cosines of all with "dog", though many a word fits them as well.
        "masked": photos_of(random, MASKED, noise=0.5, dog=2.0, busy=2.0),
        "both": photos_of(random, BOTH, dog=0.9, cat=1.3),
        "other": photos_of(random, OTHERS),
    }


@pytest.fixture
def library(tmp_path: Path, decoders: DecoderPool, drawn: dict[str, Vector]) -> Iterator[Library]:
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(tmp_path)
        # By other names than their words, which would find them too.
        rows = [(f"{KINDS[kind]}_{at}", row) for kind, some in drawn.items() for at, row in enumerate(some)]
        catalog.photos.save([record(tmp_path / f"{name}.jpg", name, vector=row) for name, row in rows], MODEL)
        store = LiteStore.open(tmp_path / "vectors", MODEL, SIZE)
        try:
            changes = catalog.vectors.outbox(MODEL, 10_000)
            store.upsert(
                [StoredVector(row.content_id, row.vector) for row in changes if row.vector is not None]
            )
            embedder = PlacedTexts({"dog": axis(1), "cat": axis(2), "fish": axis(9)}, axis(7), MODEL)
            yield Library(Searcher(catalog, None, decoders), store, embedder)
        finally:
            store.close()


def kinds(answer: Answer) -> list[str]:
    """Of what is found."""
    return [kind_of(hit) for hit in answer.hits if hit.band is Band.FOUND]


def kind_of(hit: Hit) -> str:
    return next(kind for kind, name in KINDS.items() if hit.photo.name.startswith(name))


def test_what_a_third_shows_is_found_by_words_and_not_by_photos_alone(library: Library) -> None:
    found = kinds(library.ask("dog", 1_000))
    assert found.count("dog") > 0.95 * SHOWING
    assert found.count("other") < 0.02 * OTHERS
    assert kinds(library.ask("dog", 1_000, known=replace(calibration(), text_covariance=None))) == []


@pytest.mark.parametrize("limit", [1, 5, 20, 60, 200, 300])
def test_what_fits_fills_an_answer_of_any_length_before_what_does_not(library: Library, limit: int) -> None:
    """Some of the best cosines do not fit; neither they nor the limit may end what is found."""
    whole = library.ask("dog", 1_000)
    best = sorted(whole.hits, key=lambda hit: -(hit.score or 0))
    assert {kind_of(hit) for hit in best[:200] if hit.band is not Band.FOUND} == {"masked"}
    answer = library.ask("dog", limit)
    found = sum(hit.band is Band.FOUND for hit in answer.hits)
    assert len(answer.hits) == limit
    assert found == min(limit, len(kinds(whole)))
    levels = {hit.photo.id: hit.confidence for hit in whole.hits}
    assert all(hit.confidence == pytest.approx(levels[hit.photo.id]) for hit in answer.hits)


@pytest.mark.parametrize("limit", [50, 200, 1_000])
def test_where_nothing_is_found_the_looser_are_as_many_as_the_question_finds_loosely(
    library: Library, limit: int
) -> None:
    # "fish" fits none but by chance: the line is moved until it says so, and still is not the loosest.
    answer = next(
        answer
        for strictness in np.linspace(0, 1, 41)
        if not kinds(answer := library.ask("fish", limit, float(strictness)))
    )
    assert answer.looser == len(kinds(library.ask("fish", limit, 0.0)))


def test_photos_that_show_what_is_not_wanted_stand_below_those_that_do_not(library: Library) -> None:
    plain = library.ask("dog", 1_000)
    assert kinds(plain).count("both") > 0.9 * BOTH
    without = library.ask("dog -cat", 1_000)
    assert kinds(without).count("both") < 0.1 * BOTH
    assert kinds(without).count("dog") > 0.95 * SHOWING
    in_order = [kind_of(hit) for hit in without.hits]
    assert "both" not in in_order[: int(0.9 * SHOWING)]


def test_liked_photos_are_found_whatever_they_show_and_in_the_order_of_the_others(
    library: Library, tmp_path: Path
) -> None:
    """A thumb says more of a photo than the words for what is not wanted."""
    liked = [tmp_path / f"{KINDS[kind]}_3.jpg" for kind in ("both", "other")]
    answer = library.ask(f"dog -cat like:{liked[0]} like:{liked[1]}", 1_000)
    found = [hit for hit in answer.hits if hit.photo.path in liked]
    assert {hit.band for hit in found} == {Band.FOUND}
    scores = [hit.score or 0.0 for hit in found]
    assert scores == sorted(scores, reverse=True)
    assert [hit.photo.path for hit in found] == liked


def test_what_is_not_wanted_and_in_no_photo_changes_nothing_of_what_is_found(library: Library) -> None:
    assert sorted(kinds(library.ask("dog -fish", 1_000))).count("dog") > 0.95 * SHOWING


def test_filters_are_judged_among_what_they_keep(library: Library) -> None:
    answer = library.ask("dog name:k1_1", 1_000)
    assert answer.filtered == sum(str(at).startswith("1") for at in range(SHOWING))
    assert len(kinds(answer)) > 0.9 * answer.filtered


def test_photos_are_seen_by_each_model_with_its_own_vectors(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    drawn = {MODEL: photos_of(random, 5), OTHER_MODEL: photos_of(random, 5)}
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(tmp_path)
        for model, rows in drawn.items():
            records = [record(tmp_path / f"{n}.jpg", f"c{n}", vector=row) for n, row in enumerate(rows)]
            catalog.photos.save(records, model)
        judge = Judge(catalog)
        for _ in range(2):
            for model, rows in drawn.items():
                seen = judge._sample(np.arange(1, 6), replace(calibration(), model_id=model))
                assert seen.vectors == pytest.approx(rows, abs=1e-3)


def test_a_sample_is_made_anew_when_photos_came(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_app.library.search.judge._REMEMBERED_SAMPLES", 1)
    rows = photos_of(np.random.default_rng(3), 8)
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(tmp_path)
        judge = Judge(catalog)
        for count in (3, 8, 3):
            catalog.photos.save(
                [record(tmp_path / f"{n}.jpg", f"c{n}", vector=row) for n, row in enumerate(rows)], MODEL
            )
            assert len(judge._sample(np.arange(1, count + 1), calibration()).vectors) == count
