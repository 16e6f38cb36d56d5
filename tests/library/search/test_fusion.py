"""Two rankings become one: what the words in names are worth, and what follows from it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.library.catalog import NamedWord
from desktop_app.library.photo import Photo, PhotoState
from desktop_app.library.search.answer import Band, Hit
from desktop_app.library.search.fusion import WEIGHT, WEIGHT_OF_A_NAME, Names, fused, names_of, placed
from desktop_app.library.search.relevance import Line
from desktop_app.library.search.rows import Row


def word(text: str, *files: int, of: int = 100, count: int | None = None, without: int = 0) -> NamedWord:
    """A word of these files; file n has content n + 1000, but for the first `without`, which have no vector."""
    contents = [0 if place < without else number + 1000 for place, number in enumerate(files)]
    return NamedWord(
        text,
        len(files) if count is None else count,
        of,
        np.array(files, dtype=np.int64),
        np.array(contents, dtype=np.int64),
    )


def names(*words: NamedWord) -> Names:
    made = names_of(words)
    assert made is not None
    return made


def test_a_photo_with_all_words_has_the_whole_share() -> None:
    made = names(word("lisbon", 1, 2, 3), word("2019", 2, 3, 4))
    assert [made.share_of(one) for one in (1, 2, 3, 4)] == pytest.approx([0.5, 1, 1, 0.5])
    assert (made.share_of(5), made.words_of(5)) == (0.0, "")
    assert [made.words_of(one) for one in (1, 2, 4)] == ["lisbon", "lisbon 2019", "2019"]


@pytest.mark.parametrize("first", [1, 2**48])
def test_how_high_the_numbers_of_photos_are_changes_nothing(first: int) -> None:
    """After years of photos that came and went they are high, and nothing is as large as the highest."""
    made = names(word("lisbon", first, first + 2), word("2019", first + 2, first + 3), word("sunset"))
    assert made.file_ids.tolist() == [first, first + 2, first + 3]
    assert made.content_ids.tolist() == [first + 1000, first + 1002, first + 1003]
    assert [made.words_of(one) for one in made.file_ids] == ["lisbon", "lisbon 2019", "2019"]


def test_rare_words_count_more() -> None:
    made = names(word("lisbon", 1), word("holiday", 2, *range(10, 50)))
    assert made.share_of(1) > 3 * made.share_of(2)


def test_a_word_of_half_the_library_tells_nothing() -> None:
    assert names_of([word("photos", count=51)]) is None
    made = names(word("photos", count=80), word("lisbon", 4))
    assert made.share_of(4) == 1.0
    assert made.words == ("lisbon",)


def test_a_word_that_no_name_has_still_belongs_to_the_query() -> None:
    made = names(word("sunset"), word("lisbon", 4, 5))
    assert 0 < made.share_of(4) < 0.5
    assert names_of([word("sunset")]) is None
    assert names_of([]) is None


def test_of_equal_files_the_one_with_most_of_the_words_stands_for_them() -> None:
    copies = NamedWord(
        "trip", 3, 100, np.array([3, 5, 8], dtype=np.int64), np.array([70, 70, 71], dtype=np.int64)
    )
    rare = NamedWord("lisbon", 1, 100, np.array([5], dtype=np.int64), np.array([70], dtype=np.int64))
    kept = names(copies, rare).comparable()
    assert kept.content_ids.tolist() == [70, 71]
    assert kept.file_ids.tolist() == [5, 8]
    assert kept.count == 2


def test_photos_without_a_vector_are_listed_when_they_have_all_words() -> None:
    made = names(word("lisbon", 1, 2, 3, 4, without=3), word("2019", 2, 3, 4, without=2))
    assert made.incomparable(9) == [3, 2]
    assert made.comparable().content_ids.tolist() == [1004]


def test_names_alone_follow_the_pictures_formula() -> None:
    values = fused([0.9, 0.8, None], [0.0, 0.5, 1.0], 0.75)
    assert values == pytest.approx([1 / 61, 1 / 62 + 0.75 * 0.5 / 62, 0.75 / 61])


def test_equal_shares_are_in_the_order_of_the_pictures() -> None:
    values = fused([0.1, 0.3, 0.2], [1.0, 1.0, 1.0], WEIGHT)
    assert np.argsort(values)[::-1].tolist() == [1, 2, 0]


def test_a_name_beats_the_first_picture_only_while_it_is_likely_or_typed() -> None:
    scores = [1 - rank / 1000 for rank in range(400)]
    shares = [0.0] * 400
    shares[40] = shares[399] = 1.0
    described = fused(scores, shares, WEIGHT)
    assert described[40] > described[0]
    assert described[5] > described[399]
    typed = fused(scores, shares, WEIGHT_OF_A_NAME)
    assert min(typed[40], typed[399]) > typed[0]


@given(st.lists(st.tuples(st.none() | st.floats(-1, 1), st.floats(0, 1)), max_size=30))
def test_without_names_the_order_is_that_of_the_cosines(rows: list[tuple[float | None, float]]) -> None:
    scores = [score for score, _ in rows]
    alone = fused(scores, [0.0] * len(rows), WEIGHT)
    known = [(score, value) for score, value in zip(scores, alone, strict=True) if score is not None]
    assert all((a[0] < b[0]) == (a[1] < b[1]) for a in known for b in known)
    assert all(value == 0 for score, value in zip(scores, alone, strict=True) if score is None)
    with_names = fused(scores, [share for _, share in rows], WEIGHT)
    assert all(more >= less for more, less in zip(with_names, alone, strict=True))


PHOTO = Photo(1, Path("/photos/lisbon.jpg"), 1000, 0, PhotoState.INDEXED)
LINE = Line(found_from=0.3, maybe_from=0.2, middle=0.3, spread=0.05)
NO_LINE = Line(-np.inf, -np.inf, -np.inf, 1.0)
FITS, MAY_FIT, ELSE = (Hit(1, PHOTO, score) for score in (0.4, 0.25, 0.1))


def figure(hit: Hit) -> tuple[Band, int | None]:
    return hit.band, None if hit.confidence is None else round(hit.confidence)


def test_the_figure_beside_a_photo_is_that_of_its_cosine() -> None:
    assert figure(placed(FITS, LINE)) == (Band.FOUND, round(LINE.confidence(0.4) or 0))
    assert figure(placed(MAY_FIT, LINE)) == (Band.MAYBE, round(LINE.confidence(0.25) or 0))
    assert figure(placed(ELSE, LINE)) == (Band.REST, round(LINE.confidence(0.1) or 0))
    assert figure(placed(Hit(1, PHOTO, 0.3), LINE)) == (Band.FOUND, 50)


def test_where_no_line_was_drawn_there_is_no_figure() -> None:
    for hit in (FITS, ELSE, replace(ELSE, by_name=True)):
        assert figure(placed(hit, NO_LINE)) == (Band.FOUND, None)
        assert figure(placed(hit, None)) == (Band.FOUND, None)
    assert figure(placed(ELSE, NO_LINE, is_liked=True)) == (Band.FOUND, None)


def test_a_photo_found_by_its_name_has_a_figure_only_when_it_is_seen_too() -> None:
    """Or it would say 0 % on what is found."""
    assert figure(placed(replace(ELSE, by_name=True), LINE)) == (Band.FOUND, None)
    assert figure(placed(replace(MAY_FIT, by_name=True), LINE)) == (Band.FOUND, None)
    seen = placed(replace(FITS, by_name=True), LINE)
    assert figure(seen) == figure(placed(FITS, LINE))
    assert figure(placed(Hit(1, PHOTO, None, by_name=True), LINE)) == (Band.FOUND, None)


def test_a_liked_photo_stands_on_the_line_at_least() -> None:
    assert figure(placed(ELSE, LINE, is_liked=True)) == (Band.FOUND, 50)
    assert figure(placed(FITS, LINE, is_liked=True)) == figure(placed(FITS, LINE))


def test_a_photo_with_something_that_is_not_wanted_stands_on_the_line_at_most() -> None:
    row = Row(PHOTO, 0.4, unwanted=True)
    assert figure(placed(FITS, LINE, row)) == (Band.MAYBE, 50)
    assert figure(placed(MAY_FIT, LINE, row._replace(score=0.25))) == figure(placed(MAY_FIT, LINE))


def test_the_figure_is_that_of_where_a_photo_stands_on_the_line() -> None:
    """Which is another scale than its cosine's where words are judged from both sides."""
    row = Row(PHOTO, 0.1, standing=0.4)
    assert figure(placed(ELSE, LINE, row)) == figure(placed(FITS, LINE))
