"""What people read below the photos of an answer, and that they read of an error once."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from desktop_app.cli.answers import answer_lines
from desktop_app.cli.main import main
from desktop_app.cli.session import CANNOT_WORK
from desktop_app.library import Answer, Band, Hit, LibraryError, Photo, PhotoState, Trouble
from desktop_app.library.events import Listener

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


class FullDisk:
    """A library that says of its disk what its work then ends with."""

    error = LibraryError("The disk is full.", "Make room.")

    def subscribe(self, listener: Listener) -> None:
        listener(Trouble(self.error))

    @property
    def browsing(self) -> None:
        raise self.error

    def close(self) -> None:
        return


def test_what_was_said_while_the_library_worked_is_not_said_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("desktop_app.cli.session.open_library", lambda *_args, **_named: FullDisk())
    assert main(["--base-dir", str(tmp_path), "--json", "status"]) == CANNOT_WORK
    said = capsys.readouterr()
    assert said.err == "The disk is full. Make room.\n"
    assert json.loads(said.out) == {"error": "The disk is full.", "hint": "Make room."}
