"""How many photos a looser line would find where nothing is found: the number is that of the question asked so."""

from collections.abc import Iterator

import numpy as np
import pytest

from desktop_app.library import Answer, Band, PhotoLibrary
from desktop_app.library.search.relevance import Calibration
from tests.library.search.asked import WAIT_S, ask, library_of
from tests.pictures import save_colour

SIZE = 8


class Unmeasured:
    """Stands in for a model of which nothing is known."""

    def of(self, _model: object) -> None:
        return None


class Ordinary:
    """Stands in for what is known of the model: ordinary photos lie around nothing in particular."""

    def __init__(self, spread: float) -> None:
        self._spread = spread

    def of(self, _model: object) -> Calibration:
        zero = np.zeros(SIZE, dtype=np.float32)
        return Calibration("color-1", (), zero, zero, np.eye(SIZE, dtype=np.float32) * self._spread**2)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PhotoLibrary]:
    """A library of thirty shades of red, some of them in a folder called after what they do not show."""
    folder = tmp_path_factory.mktemp("photos") / "photos"
    for shade in range(30):
        room = folder / ("blue hour" if shade % 7 == 0 else "others")
        save_colour(room / f"shade_{shade:02}.png", (220 - 4 * shade, 30 + 6 * shade, 30 + 3 * shade))
    with library_of(folder, tmp_path_factory.mktemp("library")) as library:
        yield library


def found(answer: Answer) -> int:
    return sum(hit.band is Band.FOUND for hit in answer.hits)


@pytest.mark.parametrize("spread", [0.2, 0.35, 0.38, 0.4, 0.45, 0.6, 0.9])
@pytest.mark.parametrize("limit", [4, 50])
def test_it_is_as_many_as_the_question_finds_when_asked_loosely(
    library: PhotoLibrary, monkeypatch: pytest.MonkeyPatch, spread: float, limit: int
) -> None:
    monkeypatch.setattr(library.searching, "_calibrations", Ordinary(spread))
    example = next(hit.photo.path for hit in ask(library, "red").hits)
    for text in ("red", "a red thing", "red in:others", "red sky blue", "red hour", f"photo:{example}"):
        answer = library.searching.search(text, limit).result(WAIT_S)
        loosely = library.searching.search(text, limit, 0.0).result(WAIT_S)
        assert answer.looser == (None if found(answer) else found(loosely)), text
    answer = library.searching.similar(example, limit).result(WAIT_S)
    loosely = library.searching.similar(example, limit, 0.0).result(WAIT_S)
    assert answer.looser == (None if found(answer) else found(loosely))


def test_between_the_two_lines_there_are_some_and_not_all(
    library: PhotoLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    for spread in np.linspace(0.2, 0.9, 15):
        monkeypatch.setattr(library.searching, "_calibrations", Ordinary(float(spread)))
        seen.append(ask(library, "red").looser)
    assert seen[0] is None
    assert seen[-1] == 0
    assert any(looser for looser in seen)


def test_there_is_none_where_no_line_was_drawn(
    library: PhotoLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library.searching, "_calibrations", Ordinary(0.9))
    assert ask(library, "in:others").looser is None
    monkeypatch.setattr(library.searching, "_calibrations", Unmeasured())
    assert ask(library, "red").looser is None
