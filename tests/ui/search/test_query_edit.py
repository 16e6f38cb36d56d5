"""Filters are put into a query's text and taken out of it; the rest stays as typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.library import parse
from desktop_app.ui.search import query_edit


@pytest.mark.parametrize(
    ("text", "piece", "left"),
    [
        ("a dog date:2023 beach", "date:2023", "a dog beach"),
        ("date:2023", "date:2023", ""),
        ("date:2023 dog", "date:2023", "dog"),
        ("dog + photo:/a.jpg", "photo:/a.jpg", "dog"),
        ("dog  date:2023  ", "date:2023", "dog"),
    ],
)
def test_a_piece_goes_with_the_space_around_it(text: str, piece: str, left: str) -> None:
    start = text.index(piece)
    assert query_edit.without(text, start, start + len(piece)) == left


def test_a_filter_takes_the_place_of_the_one_before_and_not_of_its_contrary() -> None:
    text = query_edit.with_filter("dog type:png -type:gif date:2023", "type", "jpg,heic")
    assert text == "dog -type:gif date:2023 type:jpg,heic"


def test_no_value_takes_the_filter_out() -> None:
    assert query_edit.with_filter("dog camera:canon", "camera", "") == "dog"


def test_a_value_with_spaces_is_quoted_and_read_back() -> None:
    text = query_edit.with_filter("dog", "in", "/photos/summer 2023")
    assert query_edit.filter_value(text, "in") == "/photos/summer 2023"


@given(st.text(max_size=40), st.text(min_size=1, max_size=20).filter(lambda one: "|" not in one))
def test_whatever_is_typed_a_camera_can_be_added_and_taken_out(text: str, camera: str) -> None:
    camera = query_edit.one_line(camera)
    before = [one.key for one in parse(text).filters if one.key != "camera"]
    added = query_edit.with_filter(text, "camera", camera)
    taken = query_edit.with_filter(added, "camera", "")
    assert [one.key for one in parse(taken).filters if one.key != "camera"][: len(before)] == before


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("date:", ""),
        ("dog date:", "dog"),
        ("dog date:20", "dog"),
        ("dog date:2019-", "dog"),
        ("dog date:Dec 201 ", "dog"),
        ("dog in: beach", "dog beach"),
        ("dog type:j is:por photo: near:52", "dog"),
        ("dog date:2019", "dog date:2019"),
        ("beach +date: waves", "beach +date: waves"),
        ("dog foo:bar", "dog foo:bar"),
        ("-people", "-people"),
        ('dog "golden retr', 'dog "golden retr'),
    ],
)
def test_what_is_meant_has_no_unfinished_filter(text: str, expected: str) -> None:
    assert query_edit.meant(text) == expected
