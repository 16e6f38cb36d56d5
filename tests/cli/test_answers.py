"""What people read below the photos of an answer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from desktop_app.cli.answers import answer_lines
from desktop_app.library import Answer, Band, Hit, Photo, PhotoState

PHOTO = Photo(1, Path("/photos/a.jpg"), 1, 1, PhotoState.INDEXED, dated_at=datetime(2019, 7, 14, 12))
ANSWER = Answer("dog", "Model", (), 1.0)


def hits(*bands: Band) -> tuple[Hit, ...]:
    return tuple(Hit(rank, PHOTO, 0.25, band=band) for rank, band in enumerate(bands, 1))


@pytest.mark.parametrize(
    ("bands", "looser", "said"),
    [
        ([Band.FOUND, Band.FOUND], None, []),
        ([Band.FOUND, Band.MAYBE], None, ["Of these, found: 1, maybe: 1."]),
        ([Band.FOUND, Band.FOUND, Band.REST], None, ["Of these, found: 2, only nearest: 1."]),
        ([Band.MAYBE, Band.REST], 7, ["Nothing fits well. These come nearest."]),
    ],
)  # fmt: skip
def test_an_answer_says_where_found_ends(bands: Sequence[Band], looser: int | None, said: list[str]) -> None:
    lines = list(answer_lines(replace(ANSWER, hits=hits(*bands), looser=looser)))
    assert lines[0] == "   1  0.250  /photos/a.jpg"
    assert lines[len(bands) :] == said


def test_a_list_by_date_says_the_dates_and_how_much_of_it_this_is() -> None:
    (listed,) = (replace(hit, score=None) for hit in hits(Band.FOUND))
    assert list(answer_lines(replace(ANSWER, hits=(listed,), filtered=3))) == [
        "   1 2019-07-14  /photos/a.jpg",
        "These are the newest 1 of 3; --limit N prints more.",
    ]
    named = replace(listed, by_name=True)
    assert list(answer_lines(replace(ANSWER, hits=(named,)))) == ["   1   name  /photos/a.jpg"]


def test_what_filters_keep_of_nothing_is_said() -> None:
    assert list(answer_lines(replace(ANSWER, filtered=0))) == ["No photo passes these filters."]
