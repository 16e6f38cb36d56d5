"""Numbers and rows read from the catalogue in pieces are those that were written, wherever a piece ends."""

import sqlite3
from contextlib import closing

import numpy as np
import pytest

from desktop_app.library.catalog import columns
from desktop_app.library.catalog.columns import numbers_of, rows_of


@pytest.mark.parametrize("text", [None, ""])
def test_no_numbers_are_none(text: str | None) -> None:
    numbers = numbers_of(text)
    assert numbers.dtype == np.int64
    assert numbers.tolist() == []


@pytest.mark.parametrize("at_once", [1, 2, 3, 7, 1 << 16])
def test_numbers_of_a_long_text_are_whole_wherever_a_piece_ends(
    monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(columns, "_TEXT_AT_ONCE", at_once)
    written = [7, -1, 0, 123_456_789, np.iinfo(np.int64).min, np.iinfo(np.int64).max, 12]
    assert numbers_of(",".join(map(str, written))).tolist() == written
    assert numbers_of("5").tolist() == [5]


def test_a_million_numbers_take_more_than_one_piece() -> None:
    written = np.arange(1_000_000, dtype=np.int64) * 37
    text = ",".join(map(str, written.tolist()))
    assert len(text) > 50 * columns._TEXT_AT_ONCE
    assert np.array_equal(numbers_of(text), written)


@pytest.mark.parametrize("count", [0, 1, 3, 4, 9])
def test_rows_are_read_piece_by_piece_into_one_array(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(columns, "_ROWS_AT_ONCE", 3)
    written = [(number, "even" if number % 2 == 0 else None) for number in range(count)]
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE thing (number, word)")
        connection.executemany("INSERT INTO thing VALUES (?, ?)", written)
        cursor = connection.execute("SELECT number, word FROM thing ORDER BY number")
        rows = rows_of(cursor, lambda row: (row[0], row[1] is None), 2)
    assert rows.dtype == np.int64
    assert rows.shape == (count, 2)
    assert rows.tolist() == [[number, number % 2] for number in range(count)]
