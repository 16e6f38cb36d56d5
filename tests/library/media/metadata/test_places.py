"""Places in every notation that programs write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.library.media.metadata.places import degrees_of_fractions, degrees_of_text

NORTH = [
    "38.72",
    "+38.72",
    "38.72N",
    "38.72 n",
    "N 38.72",
    "N38.72",
    "North 38.72",
    "38,72",
    "38,72N",
    "38,7200000N",
    "38,43.2N",
    "38,43,12N",
    "38,43,12.0N",
    "38 43 12",
    "38:43:12",
    "38 deg 43' 12.00\" N",
    "38°43'12\"N",
    "38° 43,2' N",
    "38º 43' 12'' N",
    "38d43m12s",
    "38d43m12sN",
    "38/1,4320/100,0/1",
    "38/1 43/1 12/1",
    "3872/100",
]


@pytest.mark.parametrize("said", NORTH)
def test_a_coordinate_is_read_however_it_is_written(said):
    assert degrees_of_text(said) == pytest.approx(38.72)


@pytest.mark.parametrize(
    ("said", "side", "degrees"),
    [
        ("9.14", "W", -9.14),
        ("9.14", "w", -9.14),
        ("9.14", "West", -9.14),
        ("9.14", "Ouest", -9.14),
        ("9.14", "E", 9.14),
        ("9,14", "W", -9.14),
        ("9,8.4", "W", -9.14),
        ("9,8.4W", "", -9.14),
        ("9,8.4W", "W", -9.14),
        ("9 deg 8' 24.00\" W", "West", -9.14),
        ("-9.14", "", -9.14),
        ("−9.14", "", -9.14),
        ("-9.14", "W", -9.14),
        ("-9,14", "", -9.14),
        ("9d8m24s W", "", -9.14),
        ("9d8.4mS", "", -9.14),
        ("-9.14e0", "", -9.14),
    ],
)
def test_west_and_south_are_negative_once(said, side, degrees):
    assert degrees_of_text(said, side) == pytest.approx(degrees)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "N",
        "here",
        "nan",
        "inf",
        "-inf",
        "38,61,0N",
        "38,43,61N",
        "1 2 3 4",
        "38/0",
        "38.72 9.14 km",
        "38..72",
    ],
)
def test_what_is_no_coordinate_is_none(said):
    assert degrees_of_text(said) is None


@given(st.text(max_size=40), st.text(max_size=10))
def test_no_text_is_too_odd(said, side):
    assert degrees_of_text(said, side) is None or abs(degrees_of_text(said, side) or 0) >= 0


@pytest.mark.parametrize(
    "value", [None, (), (None,), "x", b"\xff", ("a", "b"), [object()], (181, 0, 0), (0, 10801, 0)]
)
def test_what_is_no_number_is_no_coordinate(value):
    assert degrees_of_fractions(value, None) is None


@pytest.mark.parametrize(
    "value",
    [(0, 2323.2, 0), (0, 0, 139392), (38, 42, 72), (38, 43, 12, 0), (38, 43, 12, 99), [38.72], (38, 43.2)],
)
def test_all_may_stand_in_minutes_or_seconds_and_a_fourth_number_says_nothing(value):
    assert degrees_of_fractions(value, "N") == pytest.approx(38.72)
    assert degrees_of_fractions(value, "S") == pytest.approx(-38.72)
