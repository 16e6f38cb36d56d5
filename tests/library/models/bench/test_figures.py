"""Which way is taken for which figures, and what is believed of noted ones."""

from dataclasses import replace

import pytest

from desktop_app.library.models.bench.figures import (
    Fidelity,
    WayFigures,
    WayResult,
    as_json,
    fastest_of,
    fault_of,
    from_json,
    reason_for,
)
from desktop_app.library.models.bench.noted import NotedFigures
from desktop_app.library.models.runtime.ways import (
    ONNXRUNTIME,
    OPENVINO,
    OPENVINO_BFLOAT16,
    OPENVINO_INT8,
    Way,
)

TRUE = Fidelity(0.9995, 0.99, 0.97, (0.1, 0.2, 0.3), (0.1, 0.2, 0.3), 1000)


def figures(way: Way, speed: float, fidelity: Fidelity | None = TRUE) -> WayFigures:
    return WayFigures(way.name, speed, 4, 12.5, 0.8, 300_000_000, fidelity)


def result(way: Way, speed: float, fidelity: Fidelity = TRUE) -> WayResult:
    return WayResult(way, figures(way, speed, fidelity), fault_of(way, fidelity), was_tried=True)


@pytest.mark.parametrize(
    ("way", "changed", "begins"),
    [
        (OPENVINO_INT8, {}, ""),
        (OPENVINO_INT8, {"cosine_mean": 0.998}, ""),
        (OPENVINO_INT8, {"cosine_mean": 0.99799}, "gives other vectors"),
        (OPENVINO_INT8, {"cosine_mean": -1.0}, "gives other vectors"),
        (OPENVINO_INT8, {"neighbours_kept": 0.95}, ""),
        (OPENVINO_INT8, {"neighbours_kept": 0.949}, "keeps 94.9% of the nearest ten"),
        (OPENVINO_INT8, {"recall": (0.1, 0.2, 0.298)}, ""),
        (OPENVINO_INT8, {"recall": (0.1, 0.2, 0.297)}, "finds less"),
        (OPENVINO_INT8, {"recall": (0.1, 0.2, 0.29), "pairs": 100}, ""),
        (OPENVINO_INT8, {"recall": (0.1, 0.2, 0.4)}, ""),
        (ONNXRUNTIME, {"cosine_mean": 0.9989}, "gives other vectors"),
        (ONNXRUNTIME, {"neighbours_kept": 0.9, "recall": (0.0, 0.0, 0.0)}, ""),
    ],
)
def test_gates(way: Way, changed: dict[str, object], begins: str) -> None:
    fault = fault_of(way, replace(TRUE, **changed))  # type: ignore[arg-type]  # made of names and values above
    assert fault.startswith(begins)
    assert bool(fault) == bool(begins)


def test_the_fastest_that_is_true_is_taken() -> None:
    untrue = result(OPENVINO_INT8, 50.0, replace(TRUE, cosine_mean=0.9))
    results = [result(OPENVINO, 10.0), result(OPENVINO_BFLOAT16, 30.0), untrue]
    best = fastest_of(results)
    assert best is results[1]
    assert best is not None
    assert reason_for(best, results) == (
        "OpenVINO, bfloat16 is the fastest that is true here: 30.0 photos a second, 3.0 times OpenVINO, float32; "
        "OpenVINO, int8 is faster, but gives other vectors (cosine 0.9000, wanted 0.998)."
    )


def test_of_equally_fast_ways_the_exact_one_is_taken() -> None:
    results = [result(OPENVINO_BFLOAT16, 10.3), result(ONNXRUNTIME, 10.0)]
    assert fastest_of(results) is results[1]
    assert fastest_of([WayResult(OPENVINO, None, "crashes", was_tried=True)]) is None


def test_figures_that_were_noted_come_back() -> None:
    notes: dict[str, str] = {}
    noted = NotedFigures(notes.get, notes.__setitem__)
    crashed = WayResult(OPENVINO_INT8, None, "crashes", was_tried=True)
    unfit = WayResult(ONNXRUNTIME, None, "needs the package onnxruntime, which is not installed")
    noted.keep("vit", "clip-1", [result(OPENVINO, 10.0), crashed, unfit])
    assert noted.of("vit", "clip-1") == {"openvino": figures(OPENVINO, 10.0), "openvino-int8": None}
    assert noted.of("vit", "clip-2") == {}
    assert noted.of("other") == {}
    noted.keep("vit", "clip-1", [result(OPENVINO_BFLOAT16, 20.0)])
    assert set(noted.of("vit")) == {"openvino", "openvino-int8", "openvino-bf16"}


@pytest.mark.parametrize(
    "changed",
    [
        {"way": "rm -rf"},
        {"photos_per_s": 1e12},
        {"photos_per_s": "10"},
        {"photos_per_s": True},
        {"photos_per_s": -5},
        {"batch": 1 << 40},
        {"memory_bytes": None},
    ],
)
def test_figures_that_nobody_measured_are_not_believed(changed: dict[str, object]) -> None:
    said = as_json(figures(OPENVINO, 10.0))
    assert from_json(said) == figures(OPENVINO, 10.0)
    assert from_json(said | changed) is None


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"rules": 1, "ways": []}', '{"rules": 1, "ways": {"x": {}}}', "9" * 30000]
)
def test_a_note_that_is_something_else_says_nothing(text: str) -> None:
    assert NotedFigures(lambda _note: text, lambda _note, _text: None).of("vit") == {}


def test_half_a_fidelity_is_none() -> None:
    said = as_json(figures(OPENVINO, 10.0))
    told = from_json(said | {"fidelity": {"cosine_mean": 2, "cosine_least": 0.9}})
    assert told is not None
    assert told.fidelity is None
