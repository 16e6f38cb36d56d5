"""Measuring: what is drawn, what vectors are compared with, and children that work, fail and hang."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from desktop_app.library.errors import ModelRunError
from desktop_app.library.models.bench import likely, process
from desktop_app.library.models.bench.bench import QUICK, measure_ways, ways_here
from desktop_app.library.models.bench.check_set import pictures, subjects
from desktop_app.library.models.bench.fidelity import fidelity_of, neighbours_kept
from desktop_app.library.models.bench.figures import WayFigures
from desktop_app.library.models.bench.measured import best_batch, measure, measured_rates
from desktop_app.library.models.bench.orders import VARIANTS, Measured, Orders
from desktop_app.library.models.bench.process import BenchStoppedError, measure_in_child
from desktop_app.library.models.runtime import compiled
from desktop_app.library.models.runtime.ways import (
    ISA_LIMITS,
    OPENVINO,
    OPENVINO_BFLOAT16,
    OPENVINO_INT8,
    Way,
    default_way,
)
from desktop_app.paths import resources
from tests.fakes import ColorEmbedder

MODELS = resources() / "models"
GRAPHS = MODELS / "graphs" / "d7ac1bfa2644ad81"


def test_the_same_pictures_are_drawn_every_time_and_each_a_little_different() -> None:
    chosen = subjects(4)
    once, again = list(pictures(chosen)), list(pictures(chosen))
    assert len(once) == 4 * VARIANTS
    assert [one.tobytes() for one in once] == [other.tobytes() for other in again]
    assert len({one.tobytes() for one in once}) == len(once)
    captions = [subject.caption for subject in subjects()]
    assert len(set(captions)) == len(captions) > 80


def unit(rows: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / lengths, dtype=np.float32)


def test_equal_vectors_are_true_in_everything() -> None:
    words = unit(np.eye(20, dtype=np.float32))
    photos = np.repeat(words, VARIANTS, axis=0)
    same = fidelity_of(photos, words, photos, words)
    assert (same.cosine_mean, same.cosine_least, same.neighbours_kept) == (1.0, 1.0, 1.0)
    assert same.recall == same.recall_exact == (1.0, 1.0, 1.0)
    assert same.pairs == 120
    # Every picture stands where the next caption's should: none finds its own.
    turned = fidelity_of(np.roll(photos, VARIANTS, axis=0), words, photos, words)
    assert turned.cosine_mean == 0.0
    assert turned.recall[0] < 0.05


def test_a_neighbour_that_is_as_near_may_stand_in_its_place() -> None:
    angles = np.arange(12) * 0.02
    exact = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert neighbours_kept(exact, exact) == 1.0
    assert neighbours_kept(exact[::-1], exact) == 1.0
    rng = np.random.default_rng(0)
    other = unit(rng.normal(size=(12, 2)))
    assert neighbours_kept(other, unit(rng.normal(size=(12, 2)))) < 1.0


def test_the_smallest_batch_that_is_as_quick_is_best() -> None:
    assert best_batch({1: 10.0, 2: 19.2, 4: 20.0, 8: 12.0}) == 2
    rates = measured_rates(ColorEmbedder(), np.zeros((3, 8, 8), np.float32), 2, 0.05)
    assert 1 in rates
    assert all(rate > 0 for rate in rates.values())


def test_ways_that_are_none_say_why() -> None:
    faults = ways_here(GRAPHS)
    assert faults[OPENVINO] == ""
    assert faults[OPENVINO_INT8] == "gains nothing for a model of convolutions"
    assert "graph" in ways_here(None)[OPENVINO]


@pytest.mark.parametrize(
    ("instructions", "int8", "wanted"),
    [
        ({"avx2"}, True, OPENVINO_BFLOAT16),
        ({"avx512_vnni"}, True, OPENVINO_INT8),
        ({"avx_vnni"}, False, OPENVINO_BFLOAT16),
        ({"amx_bf16", "amx_int8"}, True, OPENVINO_BFLOAT16),
    ],
)
def test_the_likely_way_is_told_by_instructions(
    instructions: set[str], int8: bool, wanted: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(likely, "default_way", lambda: OPENVINO)
    monkeypatch.setattr(likely, "instructions", lambda: frozenset(instructions))
    for name in ISA_LIMITS:
        monkeypatch.delenv(name, raising=False)
    faults = {OPENVINO: "", OPENVINO_BFLOAT16: "", OPENVINO_INT8: "" if int8 else "gains nothing"}
    assert likely.likely_way(faults) == wanted
    none = dict.fromkeys(faults, "cannot")
    assert likely.likely_way(none) is None
    monkeypatch.setenv(ISA_LIMITS[0], "AVX2")
    assert likely.likely_way(faults) is None


def child_that(act: Callable[[Way], Measured]) -> Callable[[Orders, float, Callable[[], bool]], Measured]:
    return lambda orders, _limit, _wanted: act(orders.way)


def test_a_way_that_fails_is_no_way_and_the_others_are_measured() -> None:
    words = unit(np.random.default_rng(1).normal(size=(6, 16)))
    photos = np.repeat(words, VARIANTS, axis=0)

    def act(way: Way) -> Measured:
        if not way.is_exact:
            raise ModelRunError("crashes")
        return Measured(WayFigures(way.name, 10.0, 1, 5.0, 0.5, 1), photos, words)

    said: list[tuple[str, int, int]] = []
    found = measure_ways(
        MODELS / "starter",
        GRAPHS,
        child=child_that(act),
        say=lambda *what: said.append(what),
        only=[OPENVINO_BFLOAT16],
    )
    by_way = {one.way: one for one in found}
    assert by_way[default_way()].passes
    if OPENVINO_BFLOAT16 in by_way and by_way[OPENVINO_BFLOAT16].was_tried:
        assert by_way[OPENVINO_BFLOAT16].fault == "crashes"
    assert said[0] == (default_way().title, 0, said[-1][2])


def orders(way: Way = OPENVINO) -> Orders:
    return Orders(MODELS / "starter", GRAPHS, way, 1, 1, 0.0)


@pytest.mark.model
def test_a_child_measures_the_built_in_model() -> None:
    measured = measure_in_child(orders(), 120, lambda: True)
    assert measured.photos.shape == (VARIANTS, 384)
    assert measured.words.shape == (1, 384)
    assert np.allclose(np.linalg.norm(measured.photos, axis=1), 1, atol=1e-4)
    assert measured.figures.photos_per_s > 0
    assert measured.figures.memory_bytes > 10_000_000


class Tower:
    """Stands for either half of the built-in model."""

    def run(self, batch: np.ndarray) -> np.ndarray:
        return np.ones((len(batch), 384), dtype=np.float32)


def test_the_halves_of_a_model_are_never_measured_together(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    monkeypatch.setattr(compiled, "make_tower", lambda *_: Tower())
    assert measure(orders()).photos.shape == (VARIANTS, 384)
    said = [record.message for record in caplog.records if record.name == compiled.__name__]
    assert [line.split(" of ")[0] for line in said] == ["image.onnx", "the image half", "text.onnx"]


def test_a_child_says_why_it_cannot(tmp_path: Path) -> None:
    with pytest.raises(ModelRunError, match=r"does not work: .*open_clip_config"):
        measure_in_child(Orders(tmp_path, tmp_path, OPENVINO, 1, 1, 0.01), 120, lambda: True)


def test_a_child_that_is_killed_hangs_or_is_not_wanted_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeper = tmp_path / "sleeper.py"
    sleeper.write_text("import time\ntime.sleep(600)\n")
    monkeypatch.setattr(process, "command_of", lambda _child: [sys.executable, str(sleeper)])
    before = {child.pid for child in psutil.Process().children()}
    with pytest.raises(ModelRunError, match="takes longer"):
        measure_in_child(orders(), 0.3, lambda: True)
    with pytest.raises(BenchStoppedError):
        measure_in_child(orders(), 60, lambda: False)

    def kill() -> None:
        while not (new := [one for one in psutil.Process().children() if one.pid not in before]):
            continue
        os.kill(new[0].pid, signal.SIGSEGV)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(ModelRunError, match="crashes"):
        measure_in_child(orders(), 60, lambda: True)
    killer.join()
    assert {child.pid for child in psutil.Process().children()} <= before


def test_little_is_measured_for_a_new_library() -> None:
    assert QUICK.subjects * VARIANTS <= 40
