"""Thumbs up and down: the arithmetic, the answer, and whether it helps on labelled photos."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.library import Band, PhotoLibrary
from desktop_app.library.media.pictures.decode import decode, read_bytes
from desktop_app.library.models.reference.clip import ClipEmbedder
from desktop_app.library.query.parse import Thumb, example_text
from desktop_app.library.search.calibration import SHIPPED_NAME, load
from desktop_app.library.search.query_vector import BETA, GAMMA, combined, refined
from desktop_app.library.search.relevance import embed_texts
from desktop_app.paths import resources
from tests.fakes import ColorEmbedder
from tests.library.catalog.records import unit
from tests.library.search.asked import ask, library_of, names
from tests.pictures import save_colour

COLOURS = ("red", "green", "blue", "yellow", "white", "black", "orange", "purple")
# Names that say nothing, or the colours' words would find them too.
NAMES = {colour: f"{number}.png" for number, colour in enumerate(COLOURS)}


# The arithmetic.


def test_without_thumbs_the_query_is_what_it_was() -> None:
    asked = [(2.0, unit(1)), (-1.0, unit(2))]
    assert np.array_equal(refined(asked, [], []), combined(asked))  # type: ignore[arg-type]  # neither is None


def test_the_query_moves_by_rocchios_formula() -> None:
    asked = [(1.0, unit(1)), (1.0, unit(2))]
    vector = refined(asked, [unit(3), unit(4)], [unit(5)])
    query = unit(1) + unit(2)
    query /= np.linalg.norm(query)
    by_hand = query + BETA * (unit(3) + unit(4)) / 2 - GAMMA * unit(5)
    assert vector is not None
    assert np.allclose(vector, by_hand / np.linalg.norm(by_hand), atol=1e-6)


def test_the_weight_of_the_query_is_one_however_its_parts_are_weighted() -> None:
    light, heavy = ([(weight, unit(1)), (weight, unit(2))] for weight in (1.0, 50.0))
    assert np.allclose(refined(light, [unit(3)], []), refined(heavy, [unit(3)], []), atol=1e-6)  # type: ignore[arg-type]  # neither is None


def test_thumbs_alone_look_for_their_mean() -> None:
    vector = refined([], [unit(1), unit(2)], [])
    both = unit(1) + unit(2)
    assert vector is not None
    assert np.allclose(vector, both / np.linalg.norm(both), atol=1e-6)
    assert float(np.linalg.norm(vector)) == pytest.approx(1, abs=1e-6)


def test_nothing_is_looked_for_where_everything_is_only_left_out() -> None:
    assert refined([], [], [unit(1)]) is None
    assert refined([(-1.0, unit(2))], [], [unit(1)]) is None
    assert refined([(1.0, unit(1)), (-1.0, unit(1))], [unit(2)], []) is None


# The answer.


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos") / "photos"
    for colour in COLOURS:
        save_colour(folder / NAMES[colour], colour)
    return folder


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Iterator[PhotoLibrary]:
    with library_of(folder, tmp_path_factory.mktemp("library")) as library:
        yield library


def thumb(folder: Path, colour: str, which: Thumb) -> str:
    return example_text(folder / NAMES.get(colour, "nowhere.png"), thumb=which)


def expected(words: str, up: Sequence[str], down: Sequence[str]) -> list[str]:
    """Rank all colours by a look at each."""
    embedder = ColorEmbedder()
    rows = dict(zip(COLOURS, embedder.embed_text(list(COLOURS)), strict=True))
    query = embedder.embed_text([words])[0]
    for share, colours in ((BETA, up), (-GAMMA, down)):
        if colours:
            query = query + share * np.mean([rows[one] for one in colours], axis=0)
    scores = {one: float(row @ query) for one, row in rows.items() if one not in down}
    return [NAMES[one] for one in sorted(scores, key=lambda one: -scores[one])]


@pytest.mark.parametrize(
    ("words", "up", "down"),
    [
        ("red", ("yellow",), ()),
        ("red", (), ("orange",)),
        ("red", ("purple",), ("orange",)),
        ("green", ("white", "yellow"), ("black", "blue")),
        ("black", ("green",), ("purple",)),
    ],
)
def test_the_answer_is_that_of_a_look_at_each_photo(
    library: PhotoLibrary, folder: Path, words: str, up: tuple[str, ...], down: tuple[str, ...]
) -> None:
    thumbs = [thumb(folder, one, Thumb.UP) for one in up] + [thumb(folder, one, Thumb.DOWN) for one in down]
    answer = ask(library, " ".join((words, *thumbs)))
    assert answer.problems == ()
    assert names(answer) == expected(words, up, down)


def test_the_liked_stay_and_the_disliked_go(library: PhotoLibrary, folder: Path) -> None:
    text = f"red {thumb(folder, 'blue', Thumb.UP)} {thumb(folder, 'orange', Thumb.DOWN)}"
    answer = ask(library, text)
    assert NAMES["orange"] not in names(answer)
    liked = next(hit for hit in answer.hits if hit.photo.name == NAMES["blue"])
    # A person has said that it fits.
    assert liked.band is Band.FOUND
    assert [part.kind for part in answer.parts] == ["words", "like", "unlike"]
    assert len(ask(library, text, 3).hits) == 3


def test_filters_hold_for_the_liked_too(library: PhotoLibrary, folder: Path) -> None:
    answer = ask(library, f"red {thumb(folder, 'blue', Thumb.UP)} -name:{NAMES['blue']}")
    assert NAMES["blue"] not in names(answer)
    assert len(answer.hits) == len(COLOURS) - 1


def test_a_disliked_photo_is_not_found_by_its_name_either(library: PhotoLibrary, folder: Path) -> None:
    name = NAMES["orange"]
    assert names(ask(library, name))[0] == name
    assert name not in names(ask(library, f"{name} {thumb(folder, 'orange', Thumb.DOWN)}"))


def test_a_thumb_for_a_file_that_is_not_there_is_said(library: PhotoLibrary, folder: Path) -> None:
    answer = ask(library, f"red {thumb(folder, 'pink', Thumb.UP)}")
    assert names(answer) == names(ask(library, "red"))
    (problem,) = answer.problems
    assert "cannot be used as an example: the file is gone" in problem.sentence


def test_only_dislikes_are_explained(library: PhotoLibrary, folder: Path) -> None:
    answer = ask(library, thumb(folder, "red", Thumb.DOWN))
    assert answer.hits == ()
    assert "only what to leave out" in answer.problems[0].sentence


# Whether it helps.


def _precision(order: Sequence[int], right: set[int]) -> float:
    places = [place for place, one in enumerate(order, 1) if one in right]
    return float(np.mean([number / place for number, place in enumerate(places, 1)]))


def _gain(
    query: NDArray[np.float32], photos: NDArray[np.float32], right: set[int], weights: tuple[float, float]
) -> tuple[float, float] | None:
    """Return the average precision before and after one thumb up and one down, of the photos not judged.

    The first right photo is liked and the first wrong one is not; None where no right one is left to be found.
    """
    before = np.argsort(-(photos @ query), kind="stable").tolist()
    up = next(one for one in before if one in right)
    down = next(one for one in before if one not in right)
    rest = right - {up}
    if not rest:
        return None
    vector = refined([(1.0, query)], [photos[up]], [photos[down]], beta=weights[0], gamma=weights[1])
    assert vector is not None
    after = np.argsort(-(photos @ vector), kind="stable").tolist()
    judged = {up, down}
    orders = ([one for one in order if one not in judged] for order in (before, after))
    first, second = (_precision(order, rest) for order in orders)
    return first, second


def _labelled(csv_file: Path) -> tuple[list[Path], list[str], list[set[int]]]:
    """Return the photos, the labels, and for each label the numbers of its photos."""
    labels: dict[str, set[str]] = {}
    with csv_file.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            labels.setdefault(row["label"], set()).add(row["path"])
    names = sorted(set().union(*labels.values()))
    right = [{names.index(name) for name in shown} for shown in labels.values()]
    return [csv_file.parent / name for name in names], list(labels), right


@pytest.mark.model
def test_thumbs_help_on_labelled_photos_and_the_books_weights_do_not(shared_photos: Path) -> None:
    """The first line of the table in `feedback`, with the built-in model itself."""
    files, labels, right = _labelled(shared_photos / "coco" / "labels.csv")
    starter = resources() / "models" / "starter"
    embedder = ClipEmbedder.load(starter, name="built-in")
    try:
        looks = [decode(read_bytes(path), least_px=embedder.least_px).stored for path in files]
        photos = np.concatenate([embedder.embed_photos([embedder.prepare(one)]) for one in looks])
        calibration = load(starter / SHIPPED_NAME, embedder.model_id, embedder.dimension)
        assert calibration is not None
        queries = embed_texts(labels, embedder, calibration)
    finally:
        embedder.close()

    def gains(beta: float, gamma: float) -> tuple[float, float]:
        each = [
            _gain(query, photos, shown, (beta, gamma)) for query, shown in zip(queries, right, strict=True)
        ]
        before, after = np.mean([one for one in each if one is not None], axis=0).tolist()
        return before, after

    before, ours = gains(BETA, GAMMA)
    _, textbook = gains(0.75, 0.15)
    print(
        f"mean average precision: {before:.3f} before, {ours:.3f} after, {textbook:.3f} with the book's weights"
    )
    assert textbook < before < ours
