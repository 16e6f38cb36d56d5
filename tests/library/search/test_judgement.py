"""The line from both sides: what is rare and what is common, what fits nothing, what is not wanted."""

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from desktop_app.library.models.reference.clip import ClipEmbedder
from desktop_app.library.search.calibration import load
from desktop_app.library.search.judgement import Asked, Compared, Judgement, judge, line_share
from desktop_app.library.search.relevance import Calibration, embed_texts, plain_texts, words_in

Vectors = NDArray[np.float32]
SIZE = 64


def flat() -> Calibration:
    """Of a model for which photos and words lie around nothing, as wide in every direction."""
    nothing, even = np.zeros(SIZE, dtype=np.float32), np.diag(np.full(SIZE, 1 / SIZE, dtype=np.float32))
    return Calibration("drawn", ("{}",), nothing, nothing, even, text_covariance=even)


def drawn(photos: int, showing: int, likeness: float, seed: int = 1) -> tuple[Vectors, Vectors]:
    """Draw photos of which the first show a thing, and that thing's vector."""
    random = np.random.default_rng(seed)
    rows = random.normal(size=(photos, SIZE))
    thing = random.normal(size=SIZE)
    thing /= np.linalg.norm(thing)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows[:showing] += likeness * thing
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float32), thing.astype(np.float32)


def judged(photos: Vectors, thing: Vectors, calibration: Calibration, words: int = 1) -> Judgement:
    everything = Compared.of(photos, calibration)
    best = everything.some(np.argsort(-(photos @ thing))[:50])
    return judge(Asked(thing, thing, words), best, everything, len(photos), calibration)


def found(judgement: Judgement, photos: Vectors, strictness: float = 0.5) -> NDArray[np.bool_]:
    values = judgement.values(Compared.of(photos, judgement.calibration))
    return np.asarray(values >= judgement.line(strictness).found_from)


def f1(chosen: NDArray[np.bool_], right: NDArray[np.bool_]) -> float:
    return float(2 * (chosen & right).sum() / (chosen.sum() + right.sum()))


@pytest.mark.parametrize("showing", [1, 4, 20, 100, 200])
def test_what_is_rare_and_what_is_common_is_found(showing: int) -> None:
    photos, thing = drawn(400, showing, likeness=1.2)
    chosen = found(judged(photos, thing, flat()), photos)
    assert f1(chosen, np.arange(400) < showing) > 0.9


@pytest.mark.parametrize("seed", range(12))
def test_of_a_thing_that_none_shows_nothing_is_found_and_the_nearest_five_may_fit(seed: int) -> None:
    photos, _ = drawn(400, 0, likeness=0.0, seed=seed)
    _, other = drawn(1, 0, likeness=0.0, seed=seed + 1000)
    judgement = judged(photos, other, flat())
    line = judgement.line(0.8)
    values = judgement.values(Compared.of(photos, judgement.calibration))
    assert line.found_from == math.inf
    assert (values >= line.maybe_from).sum() == 5
    assert line.middle > float(values.max())


def test_stricter_finds_less() -> None:
    photos, thing = drawn(400, 40, likeness=0.8)
    judgement = judged(photos, thing, flat())
    counts = [int(found(judgement, photos, strictness).sum()) for strictness in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


@pytest.mark.parametrize(("lacking", "fits_up_to"), [(0.3, 0.25), (-0.3, 0.5), (-1.2, 1.0), (1.2, -1.0)])
def test_how_strict_the_line_is_decides_whether_anything_fits(lacking: float, fits_up_to: float) -> None:
    """What just misses fits for who wants to see much, and what just fits does not for who wants little."""
    photos, thing = drawn(400, 40, likeness=0.8)
    judgement = replace(judged(photos, thing, flat()), lacking=lacking)
    fitting = [
        strictness
        for strictness in (0.0, 0.25, 0.5, 0.75, 1.0)
        if math.isfinite(judgement.line(strictness).found_from)
    ]
    assert fitting == [one for one in (0.0, 0.25, 0.5, 0.75, 1.0) if one <= fits_up_to]


@pytest.mark.parametrize(
    ("words", "common", "share"),
    [(1, 0.0, 0.72), (2, 0.05, 0.72), (1, 0.25, 0.34), (1, 1.0, 0.34), (7, 0.0, 0.92), (7, 1.0, 0.92)],
)
def test_the_share_of_the_best_falls_with_how_common_a_thing_is(
    words: int, common: float, share: float
) -> None:
    assert line_share(words, common) == pytest.approx(share)


def test_between_rare_and_common_the_share_falls_evenly_by_powers() -> None:
    assert line_share(1, math.sqrt(0.05 * 0.25)) == pytest.approx(0.53)


def variations(path: Path, count: int) -> Iterator[Image.Image]:
    """Yield a photo cut a little differently each time, every other one turned around."""
    with Image.open(path) as opened:
        picture = opened.convert("RGB")
    width, height = picture.size
    for number in range(count):
        left, top = width * (number % 4) // 50, height * (number // 4 % 4) // 50
        cut = picture.crop((left, top, width - width * (number % 3) // 50, height - top // 2))
        yield cut.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if number % 2 else cut


@pytest.fixture(scope="module")
def pets(shared_photos: Path, built_in: ClipEmbedder) -> tuple[Vectors, NDArray[np.bool_]]:
    """A library of which a quarter shows a cat; and which photos do."""
    paths = sorted((shared_photos / "coco").glob("*.jpg"))
    labels = (shared_photos / "coco" / "labels.csv").read_text(encoding="utf-8-sig").splitlines()
    cats = {line.split(",")[1] for line in labels if line.endswith(",cat")}
    rows: list[NDArray[np.float32]] = []
    shows: list[bool] = []
    for path in paths:
        is_cat = path.name in cats
        for picture in variations(path, 8 if is_cat else 2):
            rows.append(built_in.embed_photos([built_in.prepare(picture)])[0])
            shows.append(is_cat)
    return np.array(rows), np.array(shows)


@pytest.fixture(scope="module")
def shipped(built_in: ClipEmbedder, starter: Path) -> Calibration:
    calibration = load(starter / "calibration.safetensors", built_in.model_id, 384)
    assert calibration is not None
    return calibration


def answer(text: str, photos: Vectors, built_in: ClipEmbedder, calibration: Calibration) -> NDArray[np.bool_]:
    assert calibration.judges(words_in(text))
    everything = Compared.of(photos, calibration)
    vector, plain = (embed([text], built_in, calibration)[0] for embed in (embed_texts, plain_texts))
    best = everything.some(np.argsort(-(photos @ vector))[:50])
    judgement = judge(Asked(vector, plain, words_in(text)), best, everything, len(photos), calibration)
    return found(judgement, photos)


@pytest.mark.model
def test_a_thing_in_a_quarter_of_the_photos_is_found(
    pets: tuple[Vectors, NDArray[np.bool_]], built_in: ClipEmbedder, shipped: Calibration
) -> None:
    photos, shows = pets
    assert shows.mean() == pytest.approx(0.25, abs=0.02)
    assert f1(answer("cat", photos, built_in, shipped), shows) > 0.75
    assert f1(answer("a cat", photos, built_in, shipped), shows) > 0.75


@pytest.mark.model
@pytest.mark.parametrize("text", ["volcano", "elephant", "skiing", "fireworks"])
def test_among_them_nothing_is_found_that_none_shows(
    text: str, pets: tuple[Vectors, NDArray[np.bool_]], built_in: ClipEmbedder, shipped: Calibration
) -> None:
    assert not answer(text, pets[0], built_in, shipped).any()


def test_how_words_see_a_photo_is_the_mean_and_spread_of_its_cosines_with_them() -> None:
    random = np.random.default_rng(3)
    words = random.normal(size=(30, 4)).astype(np.float32)
    words /= np.linalg.norm(words, axis=1, keepdims=True)
    calibration = Calibration(
        "tiny",
        ("{}",),
        words.mean(axis=0),
        np.zeros(4, dtype=np.float32),
        np.eye(4, dtype=np.float32),
        text_covariance=np.cov(words.T, bias=True).astype(np.float32),
    )
    photos = np.array([[1, 0, 0, 0], [0.6, 0.8, 0, 0]], dtype=np.float32)
    seen = Compared.of(photos, calibration)
    assert seen.mean == pytest.approx((photos @ words.T).mean(axis=1), abs=1e-6)
    assert seen.spread == pytest.approx((photos @ words.T).std(axis=1), abs=1e-5)
