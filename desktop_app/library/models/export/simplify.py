"""Makes a traced graph small: all shapes but the number of photos become constants, and what does nothing goes.

A graph that torch traced computes every shape anew (two thousand nodes for a ViT-B, of which 700 remain). The values of
its nodes are followed for two numbers of photos: what comes out alike is constant, and a Reshape that differs in one side
takes what is left there.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper

from desktop_app.library.models.export.folding import MOST_VALUES, Array, fold

_COUNTS = (5, 7)
_SHAPES_ONLY = ("Shape", "Size")


def simplify(graph: onnx.GraphProto, opset: int) -> None:
    """Fold, shorten and tidy a graph in place.

    Args:
        graph: Its first input's first side is the number of photos; the other inputs are weights.
        opset: Of the standard domain, the only one in it.
    """
    first, second = (_Followed(graph, count, opset) for count in _COUNTS)
    constants: dict[str, Array] = {}
    for node in graph.node:
        for name in node.output:
            value, other = first.values.get(name), second.values.get(name)
            if value is not None and other is not None and _equal(value, other):
                constants[name] = value
    nodes = [node for node in graph.node if not all(name in constants for name in node.output)]
    constants |= _fixed_reshapes(nodes, first, second)
    nodes = _short_expands(graph, nodes, first.values, second.values, constants)
    _skip_what_does_nothing(graph, nodes, first)
    nodes = _needed(nodes, graph.output)
    del graph.node[:]
    graph.node.extend(nodes)
    _write_constants(graph, constants)


class _Followed:
    """The types of all values of a graph for one number of photos, and those values that can be known.

    Attributes:
        values: Of what is made of shapes and constants alone.
        types: Of everything, as far as ONNX can tell.
    """

    def __init__(self, graph: onnx.GraphProto, count: int, opset: int) -> None:
        self.values: dict[str, Array] = {
            tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer
        }
        self.types: dict[str, onnx.TypeProto] = {}
        self._opset = onnx.helper.make_opsetid("", opset)
        for tensor in graph.initializer:
            self.types[tensor.name] = onnx.helper.make_tensor_type_proto(tensor.data_type, tensor.dims)
        for at, given in enumerate(graph.input):
            kind = onnx.TypeProto()
            kind.CopyFrom(given.type)
            if at == 0:
                kind.tensor_type.shape.dim[0].dim_value = count
            self.types[given.name] = kind
        for node in graph.node:
            self._follow(node)

    def shape_of(self, name: str) -> tuple[int, ...] | None:
        kind = self.types.get(name)
        if kind is None or not kind.tensor_type.HasField("shape"):
            return None
        sides = kind.tensor_type.shape.dim
        return (
            tuple(side.dim_value for side in sides)
            if all(side.HasField("dim_value") for side in sides)
            else None
        )

    def _follow(self, node: onnx.NodeProto) -> None:
        value = self._value_of(node)
        if value is not None:
            name = node.output[0]
            self.values[name] = value
            kind = onnx.helper.np_dtype_to_tensor_dtype(value.dtype)
            self.types[name] = onnx.helper.make_tensor_type_proto(kind, value.shape)
            return
        known = {name: self.types[name] for name in node.input if name in self.types}
        if len(known) < len(set(node.input) - {""}):
            return
        small = {
            name: numpy_helper.from_array(self.values[name], name)
            for name in node.input
            if name in self.values
        }
        schema = onnx.defs.get_schema(node.op_type, self._opset.version)
        self.types |= onnx.shape_inference.infer_node_outputs(
            schema, node, known, small, opset_imports=[self._opset]
        )

    def _value_of(self, node: onnx.NodeProto) -> Array | None:
        attributes = attributes_of(node)
        if node.op_type == "Constant":
            return np.asarray(attributes["value"])
        if node.op_type in _SHAPES_ONLY:
            shape = self.shape_of(node.input[0])
            if shape is None:
                return None
            sides = np.asarray(shape, dtype=np.int64)
            part = sides[attributes.get("start", 0) : attributes.get("end")]
            return np.asarray(np.prod(sides)) if node.op_type == "Size" else part
        if len(node.output) != 1 or any(name and name not in self.values for name in node.input):
            return None
        return fold(node.op_type, attributes, [self.values.get(name) for name in node.input])


def attributes_of(node: onnx.NodeProto) -> Mapping[str, Any]:
    """Return a node's attributes by name; tensors as arrays."""
    values = {given.name: onnx.helper.get_attribute_value(given) for given in node.attribute}
    return {
        name: numpy_helper.to_array(value) if isinstance(value, onnx.TensorProto) else value
        for name, value in values.items()
    }


def _equal(one: Array, other: Array) -> bool:
    return (
        one.dtype == other.dtype
        and one.shape == other.shape
        and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    )


def _fixed_reshapes(
    nodes: Iterable[onnx.NodeProto], first: "_Followed", second: "_Followed"
) -> dict[str, Array]:
    """Point each Reshape whose result differs in one side to a constant with -1 there; return those constants."""
    made: dict[str, Array] = {}
    for node in nodes:
        one, other = (followed.shape_of(node.output[0]) for followed in (first, second))
        if node.op_type != "Reshape" or one is None or other is None or len(one) != len(other):
            continue
        if sum(side != its for side, its in zip(one, other, strict=True)) == 1:
            name = f"{node.output[0]}_shape"
            sides = [side if side == its else -1 for side, its in zip(one, other, strict=True)]
            made[name] = np.asarray(sides, dtype=np.int64)
            node.input[1] = name
    return made


def _short_expands(
    graph: onnx.GraphProto,
    nodes: list[onnx.NodeProto],
    first: Mapping[str, Array],
    second: Mapping[str, Array],
    constants: dict[str, Array],
) -> list[onnx.NodeProto]:
    """Give each Expand to as many as there are photos its target from the input's shape; return all nodes."""
    made: list[onnx.NodeProto] = []
    for node in nodes:
        target = node.input[1] if node.op_type == "Expand" else ""
        if target not in first or target not in second:
            continue
        one, other = first[target], second[target]
        if one.shape != other.shape or (one[0], other[0]) != _COUNTS or any(one[1:] != other[1:]):
            continue
        if not made:
            made.append(onnx.helper.make_node("Shape", [graph.input[0].name], ["count"], start=0, end=1))
        rest = f"{node.output[0]}_rest"
        constants[rest] = one[1:]
        node.input[1] = f"{node.output[0]}_shape"
        made.append(onnx.helper.make_node("Concat", ["count", rest], [node.input[1]], axis=0))
    return made + nodes


def _skip_what_does_nothing(
    graph: onnx.GraphProto, nodes: Sequence[onnx.NodeProto], followed: _Followed
) -> None:
    """Lead readers of a node that gives what it got past that node."""
    ends = {output.name for output in graph.output}
    instead: dict[str, str] = {}
    for node in nodes:
        for at, name in enumerate(node.input):
            node.input[at] = instead.get(name, name)
        if node.output[0] not in ends and _does_nothing(node, followed):
            instead[node.output[0]] = node.input[0]


def _does_nothing(node: onnx.NodeProto, followed: _Followed) -> bool:
    if node.op_type == "Identity":
        return True
    if node.op_type == "Cast":
        kind = followed.types.get(node.input[0])
        return kind is not None and kind.tensor_type.elem_type == attributes_of(node)["to"]
    return False


def _needed(nodes: Sequence[onnx.NodeProto], outputs: Iterable[onnx.ValueInfoProto]) -> list[onnx.NodeProto]:
    """Return the nodes that the outputs are made of, in their order."""
    wanted = {output.name for output in outputs}
    kept = []
    for node in reversed(nodes):
        if wanted.intersection(node.output):
            wanted.update(node.input)
            kept.append(node)
    return kept[::-1]


def _write_constants(graph: onnx.GraphProto, constants: Mapping[str, Array]) -> None:
    """Put what the nodes still read of the constants into the graph, each value once."""
    given = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    values = given | dict(constants)
    names: dict[str, str] = {}
    del graph.initializer[:]
    for node in graph.node:
        for at, name in enumerate(node.input):
            if name in values:
                node.input[at] = _constant(graph, names, values[name])


def _constant(graph: onnx.GraphProto, names: dict[str, str], value: Array) -> str:
    """Return the name under which a value stands in the graph; it is added when it does not yet."""
    content = np.ascontiguousarray(value).tobytes()
    key = hashlib.sha256(f"{value.dtype}{value.shape}".encode() + content).hexdigest()
    if key not in names:
        assert value.size <= MOST_VALUES
        names[key] = f"constant_{len(names)}"
        graph.initializer.append(numpy_helper.from_array(value, names[key]))
    return names[key]
