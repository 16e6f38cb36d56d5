"""Tests of matrices in int8, with the graphs that ship and the built-in model's own weights."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.library.models.runtime.graph import Graph
from desktop_app.library.models.runtime.onnx_tower import OnnxTower
from desktop_app.library.models.runtime.openvino_tower import OpenVinoTower
from desktop_app.library.models.runtime.quantised import gains, matrices, rounded
from desktop_app.library.models.runtime.tower import Tower
from desktop_app.library.models.runtime.weights import Weights
from desktop_app.paths import resources

_MODELS = resources() / "models"
_BUILT_IN = _MODELS / "graphs" / "d7ac1bfa2644ad81"
_VIT = _MODELS / "graphs" / "70f2e0ad070c43d7"
# "a photo of a dog", "a red car": CLIP's tokens, with start and end.
_WORDS = ((49406, 320, 1125, 539, 320, 1929, 49407), (49406, 320, 736, 1615, 49407))


def test_each_output_is_rounded_for_itself() -> None:
    outputs_first = np.array([[1.27, -0.5, 0.004], [0.0, 0.0, 0.0]], dtype=np.float32)
    matrix = rounded(outputs_first, outputs_first=True)
    assert matrix.values.tolist() == [[127, -50, 0], [0, 0, 0]]
    assert matrix.scales == pytest.approx([0.01, 1.0])
    inputs_first = rounded(outputs_first.T, outputs_first=False)
    assert inputs_first.values.tolist() == matrix.values.T.tolist()
    assert inputs_first.scales.tolist() == matrix.scales.tolist()


def test_the_matrices_are_found_and_nothing_else() -> None:
    found = matrices(Graph.read(_BUILT_IN / "text.onnx"))
    assert found["transformer.resblocks.0.attn.in_proj_weight"]
    assert found["transformer.resblocks.2.mlp.c_proj.weight"]
    assert not found["text_projection"]
    assert len(found) == 3 * 4 + 1
    assert "token_embedding.weight" not in found


def test_int8_is_for_transformers() -> None:
    assert gains(Graph.read(_VIT / "image.onnx"))
    assert not gains(Graph.read(_BUILT_IN / "image.onnx"))


def _openvino(graph: Graph, weights: Weights, precision: str) -> Tower:
    return OpenVinoTower(graph, weights, precision=precision, calls=1, threads=1)


def _onnx(graph: Graph, weights: Weights, precision: str) -> Tower:
    return OnnxTower(graph, weights, precision=precision, provider="", calls=1, threads=1)


@pytest.mark.model
@pytest.mark.parametrize("make", [_openvino, _onnx])
def test_words_in_int8_mean_the_same(make: Callable[[Graph, Weights, str], Tower]) -> None:
    graph, file = Graph.read(_BUILT_IN / "text.onnx"), _MODELS / "starter" / "open_clip_model.safetensors"
    tokens = np.zeros((2, 32), dtype=np.int64)
    for row, words in zip(tokens, _WORDS, strict=True):
        row[: len(words)] = words
    exact, small = (
        _unit(make(graph, Weights(file), precision).run(tokens)) for precision in ("float32", "int8")
    )
    alike = (exact * small).sum(axis=1)
    assert (alike > 0.998).all()
    assert (alike < 1 - 1e-6).all()


def _unit(rows: NDArray[Any]) -> NDArray[Any]:
    unit: NDArray[Any] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit
