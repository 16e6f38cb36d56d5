"""Graphs without weights, and what is refused in one that somebody else made."""

from collections.abc import Callable
from pathlib import Path

import onnx
import pytest
from onnx import AttributeProto, TensorProto, helper

from desktop_app import paths
from desktop_app.library.errors import ModelDamagedError
from desktop_app.library.models.files import read_shapes
from desktop_app.library.models.runtime.graph import IMAGE_NAME, LONGEST_GRAPH, TEXT_NAME, Graph
from desktop_app.library.models.runtime.graphs import Graphs

Change = Callable[[onnx.ModelProto], object]


def a_graph() -> onnx.ModelProto:
    weight = TensorProto(name="visual.w", data_type=TensorProto.FLOAT, dims=[4, 2])
    weight.data_location = TensorProto.EXTERNAL
    weight.external_data.add(key="location", value="weights")
    nodes = [
        helper.make_node(
            "Constant", [], ["two"], value=helper.make_tensor("two", TensorProto.FLOAT, [], [2.0])
        ),
        helper.make_node("MatMul", ["pictures", "visual.w"], ["product"]),
        helper.make_node("Mul", ["product", "two"], ["vectors"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tower",
        [helper.make_tensor_value_info("pictures", TensorProto.FLOAT, ["n", 4])],
        [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["n", 2])],
        [weight, helper.make_tensor("bias", TensorProto.FLOAT, [2], [1.0, 2.0])],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])


def graph_of(model: onnx.ModelProto) -> Graph:
    return Graph(model.SerializeToString(), "here")


def test_it_knows_what_it_wants_of_a_checkpoint():
    assert graph_of(a_graph()).shapes == {"visual.w": (4, 2)}


def test_weights_become_inputs_and_all_else_stays():
    made = onnx.ModelProto.FromString(graph_of(a_graph()).with_weights_as_inputs())
    onnx.checker.check_model(made)
    assert [value.name for value in made.graph.input] == ["pictures", "visual.w"]
    assert [dim.dim_value for dim in made.graph.input[1].type.tensor_type.shape.dim] == [4, 2]
    assert [tensor.name for tensor in made.graph.initializer] == ["bias"]
    assert made.graph.node == a_graph().graph.node
    assert made.opset_import == a_graph().opset_import


def test_every_shipped_graph_is_one():
    shipped = sorted((paths.resources() / "models" / "graphs").iterdir())
    assert shipped
    for folder in shipped:
        for name in (IMAGE_NAME, TEXT_NAME):
            assert Graph.read(folder / name).shapes


def test_the_built_in_models_graphs_want_its_own_weights(starter: Path):
    from desktop_app.library.models.files import CONFIG_NAME, WEIGHTS_NAME, read_config

    folder = Graphs(starter.parent, starter / "none").folder_of(read_config(starter / CONFIG_NAME))
    assert folder is not None
    there = read_shapes(starter / WEIGHTS_NAME)
    for name in (IMAGE_NAME, TEXT_NAME):
        wanted = Graph.read(folder / name).shapes
        assert wanted == {tensor: there[tensor] for tensor in wanted}


def _loop(model: onnx.ModelProto) -> None:
    model.graph.node.append(helper.make_node("Loop", ["a", "b"], ["c"], body=a_graph().graph))


def _hidden_graph(model: onnx.ModelProto) -> None:
    attribute = model.graph.node[1].attribute.add(name="then", type=AttributeProto.GRAPH)
    attribute.g.CopyFrom(a_graph().graph)


def _constant_elsewhere(model: onnx.ModelProto) -> None:
    tensor = model.graph.node[0].attribute[0].t
    tensor.ClearField("float_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="/etc/passwd")


def _weights_elsewhere(model: onnx.ModelProto) -> None:
    model.graph.initializer[0].external_data[0].value = "../other"


def _weights_at_a_place(model: onnx.ModelProto) -> None:
    model.graph.initializer[0].external_data.add(key="offset", value="4096")


def _function(model: onnx.ModelProto) -> None:
    model.functions.add(name="MatMul", domain="")


def _negative(model: onnx.ModelProto) -> None:
    model.graph.initializer[0].dims[0] = -4


def _second_input(model: onnx.ModelProto) -> None:
    model.graph.input.append(helper.make_tensor_value_info("more", TensorProto.FLOAT, [1]))


def _other_domain(model: onnx.ModelProto) -> None:
    model.graph.node[1].domain = "com.microsoft"


def _other_opset(model: onnx.ModelProto) -> None:
    model.opset_import.append(helper.make_opsetid("custom", 1))


def _nothing(model: onnx.ModelProto) -> None:
    model.ClearField("graph")


HOSTILE: list[tuple[Change, str]] = [
    (_loop, "Loop"),
    (_hidden_graph, "graph inside"),
    (_constant_elsewhere, "other files"),
    (_weights_elsewhere, "other files"),
    (_weights_at_a_place, "other files"),
    (_function, "parts that no tower has"),
    (_negative, "of a kind that there is not"),
    (_second_input, "one way in"),
    (_other_domain, "no tower"),
    (_other_opset, "ONNX' own"),
    (_nothing, "one way in"),
]


@pytest.mark.parametrize(("change", "why"), HOSTILE, ids=lambda value: getattr(value, "__name__", ""))
def test_a_graph_that_could_do_more_than_multiply_is_refused(change: Change, why: str):
    model = a_graph()
    change(model)
    with pytest.raises(ModelDamagedError, match="here is not a model's graph") as caught:
        graph_of(model)
    assert why in caught.value.sentence


@pytest.mark.parametrize("content", [b"\xff\xff\xff", b"<html>", a_graph().SerializeToString()[:-9]])
def test_bytes_that_are_no_graph_are_refused(content: bytes):
    with pytest.raises(ModelDamagedError, match="here is not a model's graph"):
        Graph(content, "here")


def test_a_graph_without_bounds_is_not_parsed(tmp_path: Path):
    with pytest.raises(ModelDamagedError, match="too large"):
        Graph(b"\0" * (LONGEST_GRAPH + 1), "here")
    path = tmp_path / IMAGE_NAME
    path.write_bytes(b"\0" * (LONGEST_GRAPH + 1))
    with pytest.raises(ModelDamagedError, match="cannot be read"):
        Graph.read(path)


def test_a_graph_that_is_not_there_is_said_so(tmp_path: Path):
    with pytest.raises(ModelDamagedError, match="cannot be read: No such file"):
        Graph.read(tmp_path / IMAGE_NAME)
