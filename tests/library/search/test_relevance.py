"""Short queries lose the neutral word, and the line is where the rule says."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.library.search.answer import Band
from desktop_app.library.search.relevance import (
    Calibration,
    Line,
    chance,
    draw_line,
    embed_texts,
    line_share,
    neutral_share,
    unit,
    without_neutral_word,
    words_in,
)
from tests.library.search.placed_texts import PlacedTexts

TEMPLATES = ("a photo of a {}", "{}")
SIZE = 6


def axis(*parts: float) -> np.ndarray:
    return np.array([*parts, *[0.0] * (SIZE - len(parts))], dtype=np.float32)


def calibration(templates: tuple[str, ...] = TEMPLATES, spread: float = 0.1) -> Calibration:
    """Ordinary photos lie around (0.3, 0, …) with the same spread in all directions."""
    return Calibration("m", templates, axis(0, 0.5), axis(0.3), np.eye(SIZE, dtype=np.float32) * spread**2)


def cosine_at(z: float, query: np.ndarray, known: Calibration) -> float:
    spread = math.sqrt(float(query @ known.photo_covariance @ query))
    return float(query @ known.photo_mean) + z * spread


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("dog", 1),
        ("a dog", 2),
        ("The White Dog", 3),
        ("a", 1),
        ("  two   dogs – here ", 3),
        ("", 0),
        ("…", 0),
        ("a white dog in the snow", 6),
    ],
)
def test_words_are_counted(text: str, words: int) -> None:
    assert words_in(text) == words


def test_the_neutral_share_falls_with_the_words_and_is_nothing_for_sentences() -> None:
    assert [neutral_share(words) for words in (0, 1, 2, 3, 4, 5, 12)] == [0, 0.8, 0.8, 0.5, 0.25, 0, 0]


def test_a_short_text_is_the_mean_of_the_templates_without_the_neutral_word() -> None:
    embedder = PlacedTexts({"photo": axis(0, 0, 1), "dog": axis(1)}, axis(0, 1))
    known = calibration()
    row = embed_texts(["a dog"], embedder, known)[0]
    assert embedder.asked == ["a photo of a dog", "dog"]
    expected = unit(unit(axis(1) + axis(0, 0, 1)) - 0.8 * known.text_mean)
    assert row == pytest.approx(expected, abs=1e-6)
    assert row.dtype == np.float32


def test_a_sentence_is_embedded_as_it_is() -> None:
    embedder = PlacedTexts({"dog": axis(1)}, axis(0, 1))
    text = "a white dog runs through the snow"
    row = embed_texts([text], embedder, calibration())[0]
    assert embedder.asked == [text]
    assert row == pytest.approx(axis(1), abs=1e-6)


def test_without_calibration_every_text_is_embedded_as_it_is() -> None:
    embedder = PlacedTexts({"dog": axis(1)}, axis(0, 1))
    rows = embed_texts(["dog", "cat"], embedder, None)
    assert embedder.asked == ["dog", "cat"]
    assert rows == pytest.approx(np.array([axis(1), axis(0, 1)]), abs=1e-6)


def test_texts_of_all_lengths_keep_their_order() -> None:
    embedder = PlacedTexts({"dog": axis(1), "cat": axis(0, 0, 1)}, axis(0, 0, 0, 1))
    texts = ["dog", "one two three four cat six", "cat", "", "x {} y"]
    together = embed_texts(texts, embedder, calibration())
    alone = [embed_texts([text], embedder, calibration())[0] for text in texts]
    assert together == pytest.approx(np.array(alone), abs=1e-6)
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-6)


def test_a_calibration_without_words_corrects_nothing() -> None:
    embedder = PlacedTexts({"dog": axis(1)}, axis(0, 1))
    known = Calibration("m", (), axis(0), axis(0.3), np.eye(SIZE, dtype=np.float32))
    assert embed_texts(["dog"], embedder, known)[0] == pytest.approx(axis(1), abs=1e-6)


def test_hubs_stop_crowding_the_top() -> None:
    # The hub lies where all words lie; the fitting photo only where this word differs from all others.
    known = Calibration("m", TEMPLATES, axis(0.9), axis(0), np.eye(SIZE, dtype=np.float32))
    query = unit(axis(0.9, 0.4))
    hub, fitting = unit(axis(0.9, 0.1)), unit(axis(0.3, 0.9))
    assert query @ hub > query @ fitting
    corrected = without_neutral_word(query, 1, known)
    assert corrected @ fitting > corrected @ hub
    assert without_neutral_word(query, 9, known) @ hub > without_neutral_word(query, 9, known) @ fitting


def test_photos_are_found_by_their_share_of_the_best() -> None:
    known, query = calibration(), unit(axis(1, 1))
    best = [cosine_at(z, query, known) for z in (6.0, 5.0, 4.3, 4.1, 3.3, 3.1, 1.0)]
    line = draw_line(query, best, 100, known, words=1)
    # 0.7 of 6 is 4.2, and three quarters of that 3.15.
    assert [line.band(cosine) for cosine in best] == [Band.FOUND] * 3 + [Band.MAYBE] * 2 + [Band.REST] * 2
    assert [sure(line, cosine) > 50 for cosine in best] == [True] * 3 + [False] * 4
    sentence = draw_line(query, best, 100, known, words=12)
    assert [sentence.band(cosine) for cosine in best].count(Band.FOUND) == 1


def test_among_many_photos_the_best_three_count_for_a_word() -> None:
    known, query = calibration(), unit(axis(1, 1))
    best = [cosine_at(z, query, known) for z in (9.0, 6.0, 6.0, 4.95, 4.85)]
    bands = [draw_line(query, best, 5000, known, words=1).band(cosine) for cosine in best]
    assert bands.count(Band.FOUND) == 4
    # One photo alone is the measure for a sentence, and for a word in a small library.
    assert draw_line(query, best, 5000, known, words=9).band(best[1]) is not Band.FOUND
    few = draw_line(query, best, 300, known, words=1)
    assert [few.band(cosine) for cosine in best].count(Band.FOUND) == 1


def test_where_nothing_fits_the_nearest_few_are_maybe() -> None:
    known, query = calibration(), unit(axis(1, 1))
    best = [cosine_at(z, query, known) for z in (2.5, 2.4, 2.3, 2.2, 2.1, 2.0, 1.9)]
    line = draw_line(query, best, 400, known, words=1)
    assert [line.band(cosine) for cosine in best] == [Band.MAYBE] * 5 + [Band.REST] * 2
    assert all(sure(line, cosine) < 50 for cosine in best)


def test_the_larger_the_library_the_more_luck_there_is_to_beat() -> None:
    known, query = calibration(), unit(axis(1, 1))
    best = [cosine_at(3.0, query, known)]
    found = {photos: draw_line(query, best, photos, known, words=1).band(best[0]) for photos in (20, 100_000)}
    assert found == {20: Band.FOUND, 100_000: Band.MAYBE}


@pytest.mark.parametrize("photos", [1, 10, 105, 1000])
def test_chance_is_the_median_of_the_best_ordinary_photo(photos: int) -> None:
    exact = NormalDist().inv_cdf(0.5 ** (1 / photos)) if photos > 1 else 0.0
    assert chance(photos) == pytest.approx(exact, abs=0.02)
    assert chance(photos, 3) <= chance(photos)


def test_strictness_moves_the_line_both_ways() -> None:
    known, query = calibration(), unit(axis(1, 1))
    best = [cosine_at(z / 10, query, known) for z in range(60, 0, -1)]

    def found(strictness: float) -> int:
        line = draw_line(query, best, 60, known, words=1, strictness=strictness)
        return [line.band(cosine) for cosine in best].count(Band.FOUND)

    counts = [found(step / 10) for step in range(11)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[5] > counts[10] > 0
    assert found(-3) == counts[0]
    assert found(3) == counts[10]


@pytest.mark.parametrize("words", [None, 1, 3, 12, 40])
@pytest.mark.parametrize("photos", [1, 100, 5_000, 100_000])
def test_the_best_photo_that_stands_out_is_found_however_strict_one_is(
    words: int | None, photos: int
) -> None:
    known, query = calibration(), unit(axis(1, 1))
    best = [cosine_at(z, query, known) for z in (12.0, 11.9, 11.8)]
    line = draw_line(query, best, photos, known, words=words, strictness=1.0)
    assert line.band(best[0]) is Band.FOUND


def test_of_many_photos_like_an_example_the_best_alone_is_the_measure() -> None:
    """Three count for a word only: the photo next to an example is mostly another one of the same thing."""
    known, query = calibration(), unit(axis(1, 1))
    best = [cosine_at(z, query, known) for z in (9.0, 6.0, 6.0, 4.95, 4.85)]
    many = draw_line(query, best, 5000, known, words=None)
    few = draw_line(query, best, 300, known, words=None)
    assert [many.band(cosine) for cosine in best] == [few.band(cosine) for cosine in best]
    assert many.found_from == pytest.approx(few.found_from)


@pytest.mark.parametrize(("photos", "counted"), [(999, 1), (1000, 3)])
def test_from_so_many_photos_on_three_count_for_a_word(photos: int, counted: int) -> None:
    known, query = calibration(), unit(axis(1, 1))
    best = [cosine_at(z, query, known) for z in (9.0, 6.0, 6.0)]
    line = draw_line(query, best, photos, known, words=1)
    top = 9.0 if counted == 1 else 7.0
    assert line.found_from == pytest.approx(cosine_at(0.7 * top, query, known), abs=1e-6)


def test_what_is_like_an_example_reaches_further_down_than_what_a_word_finds() -> None:
    known, query = calibration(), unit(axis(1, 1))
    best = [cosine_at(z, query, known) for z in (6.0, 4.0, 3.8)]
    bands = [draw_line(query, best, 100, known, words=None).band(cosine) for cosine in best]
    assert bands == [Band.FOUND, Band.FOUND, Band.MAYBE]
    assert draw_line(query, best, 100, known, words=1).band(best[1]) is Band.MAYBE


@pytest.mark.parametrize(
    ("above", "words", "several", "found"),
    [
        (0.8, 1, False, True),
        (0.8, None, False, False),
        (1.1, None, False, True),
        (0.1, None, True, True),
        (-0.1, None, True, False),
    ],
)
def test_an_example_must_stand_further_above_luck_than_a_word_and_several_less(
    above: float, words: int | None, several: bool, found: bool
) -> None:
    known, query = calibration(), unit(axis(1, 1))
    best = [cosine_at(chance(100) + above, query, known)]
    line = draw_line(query, best, 100, known, words=words, several=several)
    assert (line.band(best[0]) is Band.FOUND) is found


def sure(line: Line, cosine: float) -> float:
    """The confidence of a line that has one."""
    confidence = line.confidence(cosine)
    assert confidence is not None
    return confidence


def test_without_calibration_everything_is_found() -> None:
    line = draw_line(unit(axis(1)), [0.2, -0.9], 2, None, words=1)
    assert {line.band(0.2), line.band(-0.9)} == {Band.FOUND}
    assert line.confidence(-0.9) is None


def test_an_empty_answer_has_a_line() -> None:
    line = draw_line(unit(axis(1)), [], 0, calibration(), words=1)
    assert line.band(1.0) is Band.REST
    assert sure(line, 1.0) == pytest.approx(0)


def test_photos_that_are_all_alike_do_not_divide_by_nothing() -> None:
    known = Calibration("m", TEMPLATES, axis(0, 0.5), axis(0.3), np.zeros((SIZE, SIZE), dtype=np.float32))
    line = draw_line(unit(axis(1)), [0.3, 0.3], 2, known, words=1)
    assert 0 <= sure(line, 0.3) <= 100


@given(
    zs=st.lists(st.floats(-5, 12), min_size=1, max_size=40),
    photos=st.integers(1, 10**6),
    words=st.one_of(st.none(), st.integers(0, 40)),
    strictness=st.floats(0, 1),
)
def test_bands_and_confidence_follow_the_order(
    zs: list[float], photos: int, words: int | None, strictness: float
) -> None:
    known, query = calibration(), unit(axis(1, 1))
    best = sorted((cosine_at(z, query, known) for z in zs), reverse=True)
    line = draw_line(query, best[:10], max(photos, len(zs)), known, words=words, strictness=strictness)
    order = [Band.FOUND, Band.MAYBE, Band.REST]
    places = [order.index(line.band(cosine)) for cosine in best]
    confidences = [sure(line, cosine) for cosine in best]
    assert places == sorted(places)
    assert places[0] < 2
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 <= confidence <= 100 for confidence in confidences)
    assert all(
        (confidence >= 49.99) == (place == 0) or abs(confidence - 50) < 0.01
        for confidence, place in zip(confidences, places, strict=True)
    )


def test_the_share_of_the_best_rises_with_the_words() -> None:
    shares = [line_share(words) for words in range(15)]
    assert shares == sorted(shares)
    assert [shares[1], shares[12]] == pytest.approx([0.70, 0.92])
