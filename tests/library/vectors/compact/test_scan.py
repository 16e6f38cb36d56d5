"""The nearest rows by their codes are the nearest of all, whatever the vectors are like."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from desktop_app.library.vectors.compact import codes, scan
from tests.benchmarks.vectors import Drawing

Vectors = NDArray[np.float32]

ROWS = 20_000
DIMENSION = 512


def unit(rows: Vectors) -> Vectors:
    made: Vectors = (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)
    return made


@dataclass
class Library:
    """Vectors with their table, and what was read of them."""

    vectors: Vectors
    table: scan.Table
    read: list[NDArray[np.int64]]

    @classmethod
    def of(cls, vectors: Vectors, centre: Vectors | None = None) -> "Library":
        if centre is None:
            centre = codes.centre_of(vectors[:1_000])
        return cls(vectors, scan.Table(codes.encode(vectors, centre), centre, len(vectors)), [])

    def exact(self, places: NDArray[np.int64]) -> Vectors:
        self.read.append(places)
        found: Vectors = self.vectors[places]
        return found

    def nearest(
        self, query: Vectors, limit: int, places: NDArray[np.int64] | None = None
    ) -> tuple[list[int], Vectors]:
        found, cosines = scan.nearest(self.table, query, limit, places, self.exact)
        return found.tolist(), cosines

    def recall(self, query: Vectors, limit: int, places: NDArray[np.int64] | None = None) -> float:
        """Return the share of the nearest that is found; one as near as the last of them counts as found."""
        among = np.arange(len(self.vectors)) if places is None else places
        true = self.vectors[among] @ query
        wanted = min(limit, len(among))
        least = np.partition(true, len(true) - wanted)[len(true) - wanted]
        found, cosines = self.nearest(query, limit, places)
        assert len(set(found)) == wanted
        assert set(found) <= set(among.tolist())
        assert np.allclose(cosines, self.vectors[found] @ query, atol=2e-6)
        assert (np.diff(cosines) <= 0).all()
        return float(np.mean(cosines >= least - 2e-6))


@pytest.fixture(scope="module")
def drawing() -> Drawing:
    return Drawing(DIMENSION, seed=3)


@pytest.fixture(scope="module")
def photos(drawing: Drawing) -> Vectors:
    return drawing.photos(ROWS)


@pytest.fixture(scope="module")
def library(photos: Vectors) -> Library:
    return Library.of(photos)


@pytest.mark.parametrize("limit", [1, 100, 1_000])
def test_words_find_the_nearest_photos(library: Library, drawing: Drawing, limit: int) -> None:
    assert np.mean([library.recall(word, limit) for word in drawing.words(8)]) >= 0.99


@pytest.mark.parametrize("share", [0.001, 0.01, 0.1, 0.25, 0.5, 1.0])
def test_words_find_the_nearest_of_some_photos(library: Library, drawing: Drawing, share: float) -> None:
    drawn = np.random.default_rng(5).choice(ROWS, int(ROWS * share), replace=False)
    recalls = [library.recall(word, 100, drawn.astype(np.int64)) for word in drawing.words(4)]
    assert np.mean(recalls) >= 0.99


def test_a_photo_finds_itself_first_and_then_its_neighbours(library: Library, photos: Vectors) -> None:
    for place in (0, 7_000, ROWS - 1):
        assert library.nearest(photos[place], 10)[0][0] == place
        assert library.recall(photos[place], 100) >= 0.99


def test_words_less_what_a_photo_shows_find_the_nearest(
    library: Library, drawing: Drawing, photos: Vectors
) -> None:
    queries = unit(drawing.words(8) - np.float32(0.8) * photos[:8])
    assert np.mean([library.recall(query, 100) for query in queries]) >= 0.99


def test_what_is_farthest_is_found_as_well(library: Library, drawing: Drawing) -> None:
    assert np.mean([library.recall(-word, 100) for word in drawing.words(8)]) >= 0.99


def _series(photos: Vectors, draw: np.random.Generator) -> Vectors:
    """100 photos of each of 200 moments, which hardly differ."""
    noise = draw.standard_normal((ROWS, DIMENSION), dtype=np.float32) * np.float32(0.002)
    return unit(np.repeat(photos[:200], 100, axis=0) + noise)


def _a_long_series(photos: Vectors, draw: np.random.Generator) -> Vectors:
    """5,000 photos of one moment among others."""
    noise = draw.standard_normal((5_000, DIMENSION), dtype=np.float32) * np.float32(0.004)
    series = unit(photos[ROWS // 2] + noise)
    return np.concatenate((photos[: ROWS // 2], series, photos[ROWS // 2 + 5_000 :]))


def _one_moment(photos: Vectors, draw: np.random.Generator) -> Vectors:
    """A library of nothing but one moment."""
    return unit(photos[0] + draw.standard_normal((ROWS, DIMENSION), dtype=np.float32) * np.float32(0.004))


def _large_numbers(photos: Vectors, draw: np.random.Generator) -> Vectors:
    """As of models in which two numbers are far larger than all others, in every vector."""
    spread = photos.copy()
    spread[:, 133] += draw.normal(0.6, 0.1, ROWS)
    spread[:, 92] -= draw.normal(0.3, 0.1, ROWS)
    return unit(spread)


def _few_directions(_photos: Vectors, draw: np.random.Generator) -> Vectors:
    """All in a space of eight dimensions."""
    made = draw.standard_normal((ROWS, 8), dtype=np.float32)
    return unit(made @ draw.standard_normal((8, DIMENSION), dtype=np.float32))


def _all_around(_photos: Vectors, draw: np.random.Generator) -> Vectors:
    """In any direction, all as far from each other."""
    return unit(draw.standard_normal((ROWS, DIMENSION), dtype=np.float32))


@pytest.mark.parametrize(
    "kind", [_series, _a_long_series, _one_moment, _large_numbers, _few_directions, _all_around]
)
def test_vectors_of_any_kind_are_found(
    photos: Vectors, drawing: Drawing, kind: Callable[[Vectors, np.random.Generator], Vectors]
) -> None:
    odd = Library.of(kind(photos, np.random.default_rng(11)))
    words = drawing.words(4)
    words[::2, 300] += np.float32(0.8)
    for limit in (100, 1_000):
        recalls = [odd.recall(query, limit) for query in (*unit(words), odd.vectors[ROWS // 2])]
        assert np.mean(recalls) >= 0.99


@pytest.mark.parametrize("centre", ["nowhere", "a photo", "opposite"])
def test_a_centre_that_fits_badly_makes_nothing_be_missed(
    photos: Vectors, drawing: Drawing, centre: str
) -> None:
    mean = photos.mean(axis=0)
    centres = {"nowhere": np.zeros_like(mean), "a photo": photos[4], "opposite": -mean}
    odd = Library.of(photos, centres[centre])
    assert np.mean([odd.recall(word, 100) for word in drawing.words(6)]) >= 0.99


@pytest.mark.parametrize("dimension", [1, 7, 100, 260, 384, 768, 1_152])
def test_vectors_of_any_length_are_found(dimension: int) -> None:
    draw = np.random.default_rng(dimension)
    odd = Library.of(unit(draw.standard_normal((6_000, dimension), dtype=np.float32) + np.float32(0.3)))
    query = unit(draw.standard_normal(dimension, dtype=np.float32))
    assert odd.recall(query, 100) >= 0.99


def test_of_equal_photos_the_first_rows_come_first(photos: Vectors, drawing: Drawing) -> None:
    equal = Library.of(np.repeat(photos[:1], 9_000, axis=0), photos[1])
    word = drawing.words(1)[0]
    assert equal.nearest(word, 300)[0] == list(range(300))
    some = np.arange(8_999, 0, -2)
    assert equal.nearest(word, 300, some)[0] == list(range(1, 600, 2))


def test_a_photo_at_the_centre_and_a_query_of_nothing_are_no_trouble(photos: Vectors) -> None:
    central = Library.of(photos[:6_000], photos[17])
    assert central.nearest(photos[17], 1)[0] == [17]
    assert len(central.nearest(np.zeros(DIMENSION, dtype=np.float32), 10)[0]) == 10


def test_nothing_is_found_where_nothing_is(photos: Vectors) -> None:
    empty, none = Library.of(photos[:0], photos[0]), np.empty(0, dtype=np.int64)
    for limit, places in ((10, None), (10, none), (0, None)):
        assert empty.nearest(photos[0], limit, places)[0] == []
    full = Library.of(photos[:5_000])
    assert full.nearest(photos[0], 0)[0] == []
    assert full.nearest(photos[0], 10, none)[0] == []
    assert scan.cosines(full.table, photos[0], none).shape == (0,)
    assert full.read == []


@pytest.mark.parametrize("rows", [1, 99, 5_000])
def test_a_limit_above_all_rows_returns_all(photos: Vectors, drawing: Drawing, rows: int) -> None:
    few = Library.of(photos[:rows])
    assert few.recall(drawing.words(1)[0], 1_000_000) == 1


def test_all_rows_of_a_large_table_come_in_order_and_few_are_read(library: Library, drawing: Drawing) -> None:
    library.read.clear()
    word = drawing.words(1)[0]
    found, cosines = library.nearest(word, ROWS)
    true = library.vectors @ word
    assert sorted(found) == list(range(ROWS))
    assert np.abs(cosines - true[found]).max() < 0.02
    assert np.abs(cosines[:5_000] - true[found[:5_000]]).max() < 2e-6
    assert sum(map(len, library.read)) == 8_192


def test_few_true_vectors_are_read_once_and_in_order(library: Library, drawing: Drawing) -> None:
    for word in drawing.words(4):
        library.read.clear()
        library.nearest(word, 200)
        assert all((np.diff(read) > 0).all() for read in library.read)
        together = np.concatenate(library.read)
        assert 200 <= len(together) <= 450
        assert len(together) == len(set(together.tolist()))


def test_cosines_of_all_and_of_some_are_near(library: Library, drawing: Drawing) -> None:
    word = drawing.words(1)[0]
    true = library.vectors @ word
    near = scan.cosines(library.table, word, None)
    assert np.std(near - true) < 0.005
    assert np.abs(near - true).max() < 0.02
    centre = unit(library.table.centre)
    across = np.linalg.norm(word - (word @ centre) * centre)
    said = library.table.arrays["steps"][:, 1].astype(np.float32) * across
    assert np.std((near - true) / said) == pytest.approx(1, abs=0.1)
    some = np.array([5, 3, 19_999, 3])
    assert np.allclose(scan.cosines(library.table, word, some), near[some], atol=1e-6)


def test_rows_beyond_the_count_are_not_seen(library: Library, drawing: Drawing) -> None:
    word = drawing.words(1)[0]
    best = library.nearest(word, 1)[0][0]
    shorter = scan.Table(library.table.arrays, library.table.centre, best)
    assert max(scan.nearest(shorter, word, 100, None, library.exact)[0]) < best
    assert len(scan.cosines(shorter, word, None)) == best


@pytest.mark.parametrize("spoil", [lambda a: a[:-1], lambda a: a[:, :-1], lambda a: a.astype(np.float64)])
@pytest.mark.parametrize("name", ["signs", "reaches", "codes", "steps"])
def test_arrays_of_another_shape_are_refused(library: Library, name: str, spoil) -> None:
    spoiled = {**library.table.arrays, name: spoil(library.table.arrays[name])}
    with pytest.raises(ValueError, match=name):
        scan.Table(spoiled, library.table.centre, ROWS)


def test_mapped_files_are_read_where_they_lie(library: Library, drawing: Drawing, tmp_path: Path) -> None:
    mapped: dict[str, NDArray[np.generic]] = {}
    for name, array in library.table.arrays.items():
        array.tofile(tmp_path / name)
        mapped[name] = np.memmap(tmp_path / name, dtype=array.dtype, mode="r", shape=array.shape)
    word = drawing.words(1)[0]
    table = scan.Table(mapped, library.table.centre, ROWS)
    places, cosines = scan.nearest(table, word, 100, None, library.exact)
    expected, as_near = library.nearest(word, 100)
    assert places.tolist() == expected
    assert np.array_equal(cosines, as_near)


@settings(max_examples=60)
@given(
    rows=st.integers(0, 60),
    dimension=st.integers(1, 40),
    limit=st.integers(0, 70),
    seed=st.integers(0, 1_000_000),
    some=st.booleans(),
)
def test_small_tables_answer_as_comparing_all_does(
    rows: int, dimension: int, limit: int, seed: int, some: bool
) -> None:
    draw = np.random.default_rng(seed)
    # Few different numbers, so that many rows are as near as others.
    vectors = draw.integers(-1, 2, (rows, dimension)).astype(np.float32)
    query = draw.integers(-1, 2, dimension).astype(np.float32)
    places = np.flatnonzero(draw.random(rows) < 0.5) if some else np.arange(rows)
    small = Library.of(vectors, np.full(dimension, 0.25, dtype=np.float32))

    found, cosines = small.nearest(query, limit, places if some else None)

    true = vectors[places] @ query
    order = np.lexsort((places, -true))[:limit]
    assert found == places[order].tolist()
    assert np.array_equal(cosines, true[order])
