"""Codes say what they are made of."""

import numpy as np
import pytest

from desktop_app.library.vectors.compact import codes
from tests.benchmarks.vectors import Drawing


@pytest.mark.parametrize("dimension", [1, 8, 260, 384, 512, 1_152])
def test_the_rows_are_as_the_columns_say(dimension: int) -> None:
    draw = np.random.default_rng(1)
    vectors = draw.standard_normal((5, dimension), dtype=np.float32)
    made = codes.encode(vectors, codes.centre_of(vectors))
    columns = codes.columns(dimension)
    assert list(made) == [column.name for column in columns]
    for column in columns:
        assert made[column.name].shape == (5, column.width)
        assert made[column.name].dtype == column.dtype
        assert made[column.name].flags.c_contiguous


def test_a_row_is_the_same_alone_and_among_others() -> None:
    photos = Drawing(256, seed=2).photos(5_000)
    centre = codes.centre_of(photos[:500])
    together = codes.encode(photos, centre)
    alone = codes.encode(photos[4_500:4_501], centre)
    # Products of many rows and of one are not added up in the same order.
    assert (alone["codes"][0] != together["codes"][4_500]).sum() <= 1
    assert np.bitwise_xor(alone["signs"], together["signs"][4_500:4_501]).astype(bool).sum() <= 1
    assert np.allclose(alone["reaches"], together["reaches"][4_500])


@pytest.mark.parametrize("dimension", [1, 260, 512])
def test_turned_vectors_keep_their_products(dimension: int) -> None:
    vectors = np.random.default_rng(3).standard_normal((20, dimension), dtype=np.float32)
    turned = codes.turned(vectors)
    assert np.allclose(turned @ turned.T, vectors @ vectors.T, atol=1e-3)
    assert np.allclose(codes.turned(vectors[0]), turned[0], atol=1e-5)


def test_the_turn_is_the_same_for_ever() -> None:
    """Files hold what it made."""
    turned = codes.turned(np.eye(512, dtype=np.float32)[:24])
    assert "".join("+" if number > 0 else "-" for number in turned[:, 0]) == "---+--+-+++--++--++-++++"
    assert np.abs(turned[:, 0]) == pytest.approx(512**-0.5, abs=1e-6)
    assert turned[:3, 1].tolist() == pytest.approx([-0.0624997, -0.0624974, -0.0624927], abs=1e-6)


def test_no_vectors_make_no_rows() -> None:
    made = codes.encode(np.empty((0, 512), dtype=np.float32), np.zeros(512, dtype=np.float32))
    assert made["codes"].shape == (0, 256)


def test_the_centre_is_the_mean() -> None:
    assert codes.centre_of(np.array([[1, 0], [0, 1]], dtype=np.float32)).tolist() == [0.5, 0.5]
