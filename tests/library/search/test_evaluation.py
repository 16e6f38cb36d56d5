"""Every figure of an evaluation against a second, slow way to get it, and the line on real photos."""

import csv
import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.library.catalog import Catalog
from desktop_app.library.media.pictures.decode import decode, read_bytes
from desktop_app.library.models.embedder import Embedder
from desktop_app.library.models.reference.clip import ClipEmbedder
from desktop_app.library.search.calibration import load
from desktop_app.library.search.evaluation import (
    Evaluation,
    FixedCosine,
    LabelledText,
    average_precision,
    evaluate,
)
from desktop_app.library.search.line_figures import f1
from desktop_app.library.search.relevance import Calibration
from desktop_app.library.vectors.found import Among
from tests.library.catalog.records import MODEL, record, unit
from tests.library.search.placed_texts import PlacedTexts

SIZE = 8


class CountingStore:
    """Counts searches; the ranking does not come from here."""

    dimension = SIZE
    description = "counts"

    def __init__(self) -> None:
        self.limits: list[int] = []

    def search(
        self, vector: NDArray[np.float32], limit: int, among: Among | None = None
    ) -> list[tuple[int, float]]:
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
        self.limits.append(limit)
        return []


@pytest.fixture
def catalog(tmp_path: Path):
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(tmp_path)
        yield catalog


def measure(
    texts: list[LabelledText],
    catalog: Catalog,
    embedder: Embedder,
    calibration: Calibration | None = None,
    *,
    distractors: Sequence[Path] = (),
    absent: Sequence[str] = (),
) -> Evaluation:
    store = CountingStore()
    figures = evaluate(texts, catalog, embedder, store, calibration, distractors=distractors, absent=absent)
    assert figures is not None
    assert store.limits == [10] * (1 + figures.texts)
    assert figures.queries_per_second > 0
    return figures


def slow_average_precision(order: list[int], right: set[int], depth: int | None = None) -> float:
    precisions = [
        len(right & set(order[: place + 1])) / (place + 1)
        for place in range(len(order[:depth]))
        if order[place] in right
    ]
    return sum(precisions) / len(precisions) if precisions else 0.0


def test_every_figure_is_what_its_definition_says(tmp_path: Path, catalog: Catalog) -> None:
    photos = [tmp_path / f"{n}.jpg" for n in range(30)]
    catalog.photos.save([record(path, path.stem, vector=unit(n)) for n, path in enumerate(photos)], MODEL)
    random = np.random.default_rng(7)
    names = [f"word{n}" for n in range(12)]
    embedder = PlacedTexts({name: unit(500 + n) for n, name in enumerate(names)}, unit(1), MODEL)
    rights = {
        name: set(random.choice(30, size=1 + n % 4, replace=False).tolist()) for n, name in enumerate(names)
    }
    texts = [LabelledText(name, tuple(photos[n] for n in sorted(right))) for name, right in rights.items()]

    figures = measure(texts, catalog, embedder, distractors=photos)

    vectors = np.array([catalog.vectors.of_photo(n + 1, MODEL) for n in range(30)])
    orders, cosines = {}, {}
    for n, name in enumerate(names):
        cosines[name] = vectors @ unit(500 + n)
        orders[name] = np.argsort(-cosines[name], kind="stable").tolist()
    firsts = [next(place for place, n in enumerate(orders[name], 1) if n in rights[name]) for name in names]
    assert (figures.photos, figures.texts) == (30, 12)
    for depth in (1, 5, 10):
        assert figures.recall_at[depth] == pytest.approx(np.mean([first <= depth for first in firsts]))
    assert figures.mrr == pytest.approx(np.mean([1 / first for first in firsts]))
    assert figures.mhr_at_10 == pytest.approx(
        np.mean([len(rights[name] & set(orders[name][:10])) / len(rights[name]) for name in names])
    )
    assert figures.mean_average_precision == pytest.approx(
        np.mean([slow_average_precision(orders[name], rights[name]) for name in names])
    )
    assert figures.map_over_found == pytest.approx(
        np.mean([slow_average_precision(orders[name], rights[name], 10) for name in names])
    )
    top_k = [
        np.mean([f1(len(rights[name] & set(orders[name][:k])), k, len(rights[name])) for name in names])
        for k in range(1, 31)
    ]
    assert figures.best_top_k_f1 == pytest.approx(max(top_k))
    everything = np.unique(np.concatenate(list(cosines.values())))
    fixed = [
        np.mean([_f1_from(cosines[name], rights[name], cosine) for name in names]) for cosine in everything
    ]
    assert figures.best_fixed_cosine_f1 == pytest.approx(max(fixed), abs=0.01)
    # Without a calibration every photo is found, and there is nothing to compare.
    assert figures.line.f1 == pytest.approx(
        np.mean([f1(len(right), 30, len(right)) for right in rights.values()])
    )
    cuts = {
        name: [f1(len(rights[name] & set(orders[name][:k])), k, len(rights[name])) for k in range(1, 31)]
        for name in names
    }
    assert figures.line.ceiling == pytest.approx(np.mean([max(cuts[name]) for name in names]))
    # Of 30 photos, one is 3.3 %, two to four are 6.7 to 13.3 %.
    assert [some.texts for some in figures.line.by_share.values()] == [0, 3, 9, 0]
    assert figures.comparison.texts == 0
    assert figures.comparison.with_correction is None


def _f1_from(cosines: NDArray[np.float32], right: set[int], least: float) -> float:
    chosen = set(np.flatnonzero(cosines >= least).tolist())
    return f1(len(chosen & right), len(chosen), len(right))


@pytest.mark.parametrize(
    ("hits", "expected"),
    [
        ([True], 1.0),
        ([False, True], 0.5),
        ([True, False, True], (1 + 2 / 3) / 2),
        ([False, False], 0.0),
        ([], 0.0),
    ],
)
def test_average_precision(hits: list[bool], expected: float) -> None:
    assert average_precision(np.array(hits, dtype=np.bool_)) == pytest.approx(expected)


def test_the_best_fixed_cosine_is_the_best_of_all() -> None:
    fixed = FixedCosine()
    fixed.add(np.array([0.9, 0.5, 0.1], dtype=np.float32), np.array([True, False, False]))
    assert fixed.best_f1 == pytest.approx(1)
    # For the second text only a lower cosine would do, which spoils the first.
    fixed.add(np.array([0.6, 0.4, 0.2], dtype=np.float32), np.array([True, True, False]))
    assert fixed.best_f1 == pytest.approx((1 + 2 / 3) / 2, abs=0.07)


def test_copies_count_once_and_photos_without_vector_are_left_out(tmp_path: Path, catalog: Catalog) -> None:
    records = [
        record(tmp_path / "a.jpg", "same", vector=unit(1)),
        record(tmp_path / "b.jpg", "same", decoded=False),
        record(tmp_path / "c.jpg", "other", vector=unit(2)),
        record(tmp_path / "broken.jpg", None, problem="the file is empty"),
    ]
    catalog.photos.save(records, MODEL)
    embedder = PlacedTexts({"one": unit(1), "two": unit(2)}, unit(3), MODEL)
    texts = [
        LabelledText("one", (tmp_path / "a.jpg", tmp_path / "b.jpg")),
        LabelledText("two", (tmp_path / "c.jpg", tmp_path / "nowhere.jpg")),
        LabelledText("three", (tmp_path / "broken.jpg",)),
    ]
    figures = measure(texts, catalog, embedder)
    assert (figures.photos, figures.texts) == (2, 2)
    assert figures.mhr_at_10 == figures.recall_at[1] == 1


def test_nothing_usable_gives_no_figures(tmp_path: Path, catalog: Catalog) -> None:
    texts = [LabelledText("one", (tmp_path / "nowhere.jpg",))]
    store = CountingStore()
    embedder = PlacedTexts({}, unit(1), MODEL)
    assert evaluate(texts, catalog, embedder, store, None) is None
    assert evaluate([], catalog, embedder, store, None) is None


def test_the_correction_is_compared_on_short_texts_only(tmp_path: Path, catalog: Catalog) -> None:
    catalog.photos.save([record(tmp_path / f"{n}.jpg", f"c{n}", vector=unit(n)) for n in range(5)], MODEL)
    embedder = PlacedTexts({"dog": unit(50)}, unit(51), MODEL)
    eye = np.eye(SIZE, dtype=np.float32)
    calibration = Calibration(MODEL, ("{}", "a {}"), unit(60) * 0.5, unit(61) * 0.3, eye * 0.01)
    texts = [
        LabelledText("dog", (tmp_path / "1.jpg",)),
        LabelledText("a dog that runs over the wet grass", (tmp_path / "2.jpg",)),
    ]
    figures = measure(texts, catalog, embedder, calibration)
    assert figures.comparison.texts == 1
    assert figures.comparison.with_correction is not None
    only_long = measure(texts[1:], catalog, embedder, calibration)
    without = measure(texts[1:], catalog, embedder, None)
    assert only_long.comparison.texts == 0
    assert only_long.mrr == without.mrr


def test_texts_that_fit_nothing_count_only_in_how_often_nothing_is_found(
    tmp_path: Path, catalog: Catalog
) -> None:
    axes = np.eye(SIZE, dtype=np.float32)
    catalog.photos.save([record(tmp_path / f"{n}.jpg", f"c{n}", vector=axes[n]) for n in range(5)], MODEL)
    # What lies on a photo stands 10 standard deviations above ordinary ones; what lies elsewhere, none.
    nothing = np.zeros(SIZE, dtype=np.float32)
    calibration = Calibration(MODEL, ("{}",), nothing, nothing, axes * 0.01)
    embedder = PlacedTexts({"dog": axes[0], "hog": axes[1]}, axes[7], MODEL)
    texts = [
        LabelledText("dog", (tmp_path / "0.jpg",)),
        LabelledText("log", (tmp_path / "2.jpg", tmp_path / "3.jpg")),
    ]
    others = [tmp_path / "1.jpg", tmp_path / "4.jpg"]
    without = measure(texts, catalog, embedder, calibration, distractors=others)
    assert (without.photos, without.texts) == (5, 2)
    assert without.line.f1 == 0.5
    assert without.line.weighted_f1 == pytest.approx(1 / 3)
    assert without.line.empty_when_present == 0.5
    assert without.line.empty_when_absent is None
    absent = ["fog", "hog", "bog"]
    with_them = measure(texts, catalog, embedder, calibration, distractors=others, absent=absent)
    assert with_them.line.empty_when_absent == pytest.approx(2 / 3)
    assert with_them == dataclasses.replace(
        without,
        line=dataclasses.replace(without.line, empty_when_absent=with_them.line.empty_when_absent),
        queries_per_second=with_them.queries_per_second,
    )


@pytest.fixture(scope="module")
def coco(tmp_path_factory: pytest.TempPathFactory, shared_photos: Path, built_in: ClipEmbedder):
    """The shared COCO photos, embedded."""
    folder = shared_photos / "coco"
    with Catalog(tmp_path_factory.mktemp("coco") / "catalog.db") as catalog:
        catalog.folders.add(folder)
        for path in sorted(folder.glob("*.jpg")):
            picture = decode(read_bytes(path), least_px=built_in.least_px).picture
            vector = built_in.embed_photos([built_in.prepare(picture)])[0]
            catalog.photos.save([record(path, path.stem, vector=vector)], built_in.model_id)
        yield catalog


def labelled(table: Path, column: str) -> list[LabelledText]:
    photos: dict[str, list[Path]] = {}
    with table.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            photos.setdefault(row[column], []).append(table.parent / row["path"])
    return [LabelledText(text, tuple(paths)) for text, paths in photos.items()]


@pytest.mark.model
def test_on_captions_the_line_beats_the_best_fixed_cosine_and_the_best_top_k(
    coco: Catalog, built_in: ClipEmbedder, starter: Path, shared_photos: Path
) -> None:
    calibration = load(starter / "calibration.safetensors", built_in.model_id, 384)
    texts = labelled(shared_photos / "coco" / "captions.csv", "caption")
    figures = measure(texts, coco, built_in, calibration)
    assert (figures.photos, figures.texts) == (26, 130)
    assert figures.recall_at[1] == pytest.approx(0.715, abs=0.02)
    assert figures.recall_at[10] == pytest.approx(0.992, abs=0.01)
    assert figures.line.f1 > figures.best_fixed_cosine_f1
    assert figures.line.f1 > figures.best_top_k_f1
    assert figures.comparison.texts == 0


@pytest.mark.model
def test_on_words_the_correction_ranks_better_and_the_line_holds(
    coco: Catalog, built_in: ClipEmbedder, starter: Path, shared_photos: Path
) -> None:
    calibration = load(starter / "calibration.safetensors", built_in.model_id, 384)
    texts = labelled(shared_photos / "coco" / "labels.csv", "label")
    figures = measure(texts, coco, built_in, calibration)
    assert figures.comparison.with_correction is not None
    assert figures.comparison.without_correction is not None
    assert figures.comparison.with_correction > figures.comparison.without_correction
    assert figures.line.f1 > figures.best_fixed_cosine_f1
