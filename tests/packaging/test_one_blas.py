"""numpy's OpenBLAS under the names that faiss calls gives what numpy itself gives."""

import ctypes
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from steps.slimming import share_blas

_PACKAGES = Path(np.__file__).parents[1]
_NUMPYS = list(_PACKAGES.glob("numpy.libs/libscipy_openblas64_*.so"))
_THEIRS = list(_PACKAGES.glob("faiss_cpu.libs/libopenblas*.so*"))

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not _NUMPYS or not _THEIRS or not shutil.which("cc"),
    reason="numpy and faiss as they come for Linux, and a C compiler",
)
FLOAT = "f4"


@pytest.fixture(scope="module")
def blas(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    """The library as it is put into the program."""
    inside = tmp_path_factory.mktemp("inside")
    (inside / "numpy.libs").symlink_to(_PACKAGES / "numpy.libs")
    (inside / "faiss_cpu.libs").mkdir()
    shutil.copy(_THEIRS[0], inside / "faiss_cpu.libs")
    share_blas(inside)
    made = inside / "faiss_cpu.libs" / _THEIRS[0].name
    assert made.stat().st_size < 100_000
    return ctypes.CDLL(str(made))


def _call(function: Callable[..., object], *words: object) -> None:
    """Call it as C++ does: everything by its address, numbers as 32 bits."""
    sent: list[object] = []
    for word in words:
        if isinstance(word, np.ndarray):
            sent.append(ctypes.c_void_p(word.ctypes.data))
        elif isinstance(word, str):
            sent.append(ctypes.c_char_p(word.encode()))
        elif isinstance(word, int):
            sent.append(ctypes.byref(ctypes.c_int(word)))
        else:
            sent.append(word)
    function(*sent)


def _some(*shape: int, kind: str = FLOAT) -> np.ndarray:
    """Random numbers as Fortran keeps them, column by column."""
    return np.asfortranarray(np.random.default_rng(5).standard_normal(shape).astype(kind))


def _one(value: float, kind: str = FLOAT) -> np.ndarray:
    return np.array([value], dtype=kind)


@pytest.mark.parametrize(("name", "kind"), [("sgemm_", "f4"), ("dgemm_", "f8")])
def test_matrices_are_multiplied(blas: ctypes.CDLL, name: str, kind: str) -> None:
    a, b = _some(7, 5, kind=kind), _some(5, 3, kind=kind)
    c = np.zeros((7, 3), kind, order="F")
    _call(blas[name], "N", "N", 7, 3, 5, _one(2, kind), a, 7, b, 5, _one(0, kind), c, 7)
    assert np.allclose(c, 2 * a @ b, atol=1e-5)


def test_a_matrix_is_multiplied_by_a_vector_and_by_itself(blas: ctypes.CDLL) -> None:
    a, x, y, c = _some(7, 5), _some(5), np.zeros(7, FLOAT), np.zeros((7, 7), FLOAT, order="F")
    _call(blas.sgemv_, "N", 7, 5, _one(1), a, 7, x, 1, _one(0), y, 1)
    assert np.allclose(y, a @ x, atol=1e-5)
    _call(blas.ssyrk_, "U", "N", 7, 5, _one(1), a, 7, _one(0), c, 7)
    assert np.allclose(np.triu(c), np.triu(a @ a.T), atol=1e-5)


def test_a_matrix_is_made_of_a_rotation_and_a_triangle(blas: ctypes.CDLL) -> None:
    a = _some(6, 4)
    q, tau, work, info = a.copy(order="F"), np.zeros(4, FLOAT), np.zeros(512, FLOAT), ctypes.c_int(9)
    _call(blas.sgeqrf_, 6, 4, q, 6, tau, work, 512, ctypes.byref(info))
    assert info.value == 0
    r = np.triu(q[:4])
    _call(blas.sorgqr_, 6, 4, 4, q, 6, tau, work, 512, ctypes.byref(info))
    assert info.value == 0
    assert np.allclose(q @ r, a, atol=1e-5)


@pytest.mark.parametrize(("name", "kind"), [("sgesvd_", "f4"), ("dgesvd_", "f8")])
def test_a_matrix_has_its_singular_values(blas: ctypes.CDLL, name: str, kind: str) -> None:
    a = _some(6, 4, kind=kind)
    s, u, vt = np.zeros(4, kind), np.zeros((6, 6), kind, order="F"), np.zeros((4, 4), kind, order="F")
    work, info = np.zeros(512, kind), ctypes.c_int(9)
    _call(blas[name], "A", "A", 6, 4, a.copy(order="F"), 6, s, u, 6, vt, 4, work, 512, ctypes.byref(info))
    assert info.value == 0
    assert np.allclose(u[:, :4] * s @ vt, a, atol=1e-5)


def test_a_symmetric_matrix_has_its_eigenvalues(blas: ctypes.CDLL) -> None:
    a = _some(5, 5, kind="f8")
    a = np.asfortranarray(a + a.T)
    values, work, info = np.zeros(5), np.zeros(512), ctypes.c_int(9)
    _call(blas.dsyev_, "V", "U", 5, a.copy(order="F"), 5, values, work, 512, ctypes.byref(info))
    assert info.value == 0
    assert np.allclose(values, np.linalg.eigvalsh(a))


def test_the_nearest_solution_is_found_in_the_room_that_was_asked_for(blas: ctypes.CDLL) -> None:
    a, b, s = _some(8, 3), _some(8, 2), np.zeros(3, FLOAT)
    rank, info, room = ctypes.c_int(9), ctypes.c_int(9), ctypes.c_int(0)
    by, asked = ctypes.byref, np.zeros(1, FLOAT)
    words = (8, 3, 2, a.copy(order="F"), 8, solved := b.copy(order="F"), 8, s, _one(-1), by(rank))
    _call(blas.sgelsd_, *words, asked, -1, by(room), by(info))
    assert info.value == 0
    assert room.value > 0
    work, numbers = np.zeros(int(asked[0]), FLOAT), np.zeros(room.value, "i4")
    _call(blas.sgelsd_, *words, work, len(work), numbers, by(info))
    assert (info.value, rank.value) == (0, 3)
    assert np.allclose(solved[:3], np.linalg.lstsq(a, b, rcond=None)[0], atol=1e-5)


@pytest.mark.parametrize(("letter", "kind"), [("s", "f4"), ("d", "f8")])
def test_a_matrix_is_inverted_with_pivots_of_32_bits(blas: ctypes.CDLL, letter: str, kind: str) -> None:
    a = _some(5, 5, kind=kind)
    done, pivots, work, info = a.copy(order="F"), np.zeros(5, "i4"), np.zeros(512, kind), ctypes.c_int(9)
    _call(blas[f"{letter}getrf_"], 5, 5, done, 5, pivots, ctypes.byref(info))
    assert info.value == 0
    assert set(pivots) <= set(range(1, 6))
    _call(blas[f"{letter}getri_"], 5, done, 5, pivots, work, 512, ctypes.byref(info))
    assert info.value == 0
    assert np.allclose(done @ a, np.eye(5), atol=1e-4)
