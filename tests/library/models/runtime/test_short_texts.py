"""Texts are read to their end and no further, by models that look back only; all others read whole rows."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from desktop_app import paths
from desktop_app.library.models.files import CONFIG_NAME, WEIGHTS_NAME, read_config
from desktop_app.library.models.inputs.tokenizer import tokenizer_of
from desktop_app.library.models.runtime.compiled import make_tower
from desktop_app.library.models.runtime.graph import TEXT_NAME, Graph
from desktop_app.library.models.runtime.graphs import Graphs
from desktop_app.library.models.runtime.short_texts import AsFarAsItGoes, for_any_length
from desktop_app.library.models.runtime.ways import ONNXRUNTIME_INT8, OPENVINO_INT8, Way
from desktop_app.library.models.runtime.weights import Weights

GRAPHS = paths.resources() / "models" / "graphs"
TEXTS = [
    "",
    "a dog",
    "two people on a beach at sunset beside a boat",
    "a <end_of_text> in the midst",
    "a " * 99,
]


@pytest.fixture(scope="module")
def graph(starter: Path) -> Graph:
    folder = Graphs(starter.parent, starter / "none").folder_of(read_config(starter / CONFIG_NAME))
    assert folder is not None
    return Graph.read(folder / TEXT_NAME)


class Noting:
    """Takes down how long the rows are that a half for words is given."""

    def __init__(self) -> None:
        self.lengths: list[int] = []

    def run(self, batch: np.ndarray) -> np.ndarray:
        self.lengths.append(batch.shape[1])
        return np.zeros((len(batch), 2), dtype=np.float32)


def test_shipped_graphs_of_clip_are_shortened_and_those_that_see_whole_rows_are_not():
    for folder in sorted(GRAPHS.iterdir()):
        model = onnx.load(folder / TEXT_NAME, load_external_data=False)
        takes_end = any(node.op_type == "ArgMax" for node in model.graph.node)  # SigLIP takes the last token
        short = for_any_length(Graph.read(folder / TEXT_NAME))
        assert (short is not None) == takes_end, folder.name
        if short is not None:
            made = onnx.ModelProto.FromString(short.content)
            assert made.graph.input[0].type.tensor_type.shape.dim[1].dim_param == "length"


@pytest.mark.parametrize("way", [OPENVINO_INT8, ONNXRUNTIME_INT8], ids=lambda way: way.name)
def test_a_text_read_to_its_end_has_the_vector_of_its_whole_row(
    way: Way, graph: Graph, starter: Path, monkeypatch: pytest.MonkeyPatch
):
    weights = Weights(starter / WEIGHTS_NAME)
    tokens = tokenizer_of(read_config(starter / CONFIG_NAME), starter).tokens(TEXTS)
    short = make_tower(way, graph, weights, 1)
    assert isinstance(short, AsFarAsItGoes)
    monkeypatch.setattr("desktop_app.library.models.runtime.compiled.for_any_length", lambda _graph: None)
    usual = make_tower(way, graph, weights, 1)
    read, whole = (
        np.concatenate([half.run(tokens[at : at + 1]) for at in range(len(tokens))])
        for half in (short, usual)
    )
    lengths = np.linalg.norm(read, axis=1) * np.linalg.norm(whole, axis=1)
    # ONNX Runtime rounds a whole row by its largest number, which may stand behind the end.
    least = 0.99999 if way != ONNXRUNTIME_INT8 else 0.995
    assert ((read * whole).sum(axis=1) / lengths).min() > least


def test_no_more_is_read_than_the_longest_text_of_a_batch_has():
    noting = Noting()
    rows = np.zeros((2, 77), dtype=np.int64)
    rows[0, :3], rows[1, :12] = (49406, 320, 49407), (49406, *range(300, 310), 49407)
    half = AsFarAsItGoes(noting)
    for batch in (rows[:1], rows, np.full((1, 77), 49407), np.arange(77)[np.newaxis]):
        half.run(batch)
    assert noting.lengths == [8, 16, 8, 77]


def _look_forward(model: Any) -> None:
    for tensor in model.graph.initializer:
        if tensor.data_type == onnx.TensorProto.FLOAT and tensor.dims[-2:] == [32, 32]:
            mask = np.frombuffer(tensor.raw_data, dtype=np.float32).copy()
            mask[1] = 0  # the second token of a row is seen by the first
            tensor.raw_data = mask.tobytes()


def _see_all(model: Any) -> None:
    softmax = next(node for node in model.graph.node if node.op_type == "Softmax")
    masked = next(node for node in model.graph.node if softmax.input[0] in node.output)
    softmax.input[0] = masked.input[0]


def _take_all(model: Any) -> None:
    next(node for node in model.graph.node if node.op_type == "Flatten").op_type = "ReduceMean"


def _multiply(model: Any) -> None:
    node = next(node for node in model.graph.node if node.op_type == "Mul")
    node.op_type = "MatMul"


def _split_the_row(model: Any) -> None:
    next(node for node in model.graph.node if node.op_type == "Split").attribute[0].i = 1


def _say_it_twice(model: Any) -> None:
    for tensor in model.graph.initializer:
        if tensor.data_type == onnx.TensorProto.INT64 and list(tensor.dims) == [4]:
            tensor.raw_data = np.array([32, -1, 32, 256], dtype=np.int64).tobytes()


def _keep_numbers_elsewhere(model: Any) -> None:
    tensor = next(one for one in model.graph.initializer if one.data_type == onnx.TensorProto.INT64)
    tensor.ClearField("raw_data")


@pytest.mark.parametrize(
    "change",
    [
        _look_forward,
        _see_all,
        _take_all,
        _multiply,
        _split_the_row,
        _say_it_twice,
        _keep_numbers_elsewhere,
    ],
)
def test_a_graph_in_which_the_rest_of_a_row_might_count_stays_as_it_is(
    change: Callable[[Any], None], graph: Graph
):
    model = graph.model()
    change(model)
    assert for_any_length(Graph(model.SerializeToString(), "here")) is None
    assert for_any_length(graph) is not None
