"""A model's graph without weights: an ONNX file whose initialisers only name the tensors of a checkpoint.

The few messages of ONNX (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, IR version 3 and later) that must be
understood for that are described here to protobuf, which keeps what it does not know as it is. So the package `onnx`
is needed to make a graph, not to run one.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from desktop_app.library.errors import ModelDamagedError
from desktop_app.library.models.files import GRAPH_NAMES
from desktop_app.library.outside.files import read_file

IMAGE_NAME, TEXT_NAME = GRAPH_NAMES
LONGEST_GRAPH = 4 * 1024 * 1024
"""The graphs of all models of the catalogue together have less."""

_EXTERNAL = 1
_FLOAT = 1
WEIGHTS_PLACE = "weights"
"""Where graphs here say that their weights lie: nowhere in particular."""
_STANDARD_DOMAINS = frozenset({"", "ai.onnx"})
# What towers are made of. Nothing that loops, branches, runs other code or grows without bound.
_OPERATORS = frozenset([
    "Abs", "Add", "And", "ArgMax", "ArgMin", "Attention", "AveragePool", "BatchNormalization", "Cast",
    "CastLike", "Ceil", "Clip", "Concat", "Constant", "ConstantOfShape", "Conv", "Cos", "CumSum", "Div",
    "Einsum", "Elu", "Equal", "Erf", "Exp", "Expand", "Flatten", "Floor", "Gather", "GatherElements",
    "GatherND", "Gelu", "Gemm", "GlobalAveragePool", "Greater", "GreaterOrEqual", "GroupNormalization",
    "HardSigmoid", "HardSwish", "Identity", "InstanceNormalization", "IsInf", "IsNaN",
    "LayerNormalization", "LeakyRelu", "Less", "LessOrEqual", "Log", "LogSoftmax", "MatMul", "Max",
    "MaxPool", "Min", "Mish", "Mod", "Mul", "Neg", "Not", "OneHot", "Or", "Pad", "Pow", "PRelu", "Range",
    "Reciprocal", "ReduceL1", "ReduceL2", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd",
    "ReduceSum", "ReduceSumSquare", "Relu", "Reshape", "Resize", "RMSNormalization", "Round",
    "ScatterElements", "ScatterND", "Selu", "Shape", "Sigmoid", "Sign", "Sin", "Size", "Slice", "Softmax",
    "Softplus", "Split", "Sqrt", "Squeeze", "Sub", "Sum", "Tanh", "Tile", "Transpose", "Trilu",
    "Unsqueeze", "Where",
])  # fmt: skip
_FIELD_KINDS = {"float": 2, "int32": 5, "int64": 3, "string": 9, "bytes": 12}
_MESSAGES: Mapping[str, tuple[tuple[str, int, str, bool], ...]] = {
    "Entry": (("key", 1, "string", False), ("value", 2, "string", False)),
    "Tensor": (
        ("dims", 1, "int64", True),
        ("data_type", 2, "int32", False),
        ("name", 8, "string", False),
        ("raw_data", 9, "bytes", False),
        ("external_data", 13, "Entry", True),
        ("data_location", 14, "int32", False),
    ),
    "Dimension": (("dim_value", 1, "int64", False), ("dim_param", 2, "string", False)),
    "Shape": (("dim", 1, "Dimension", True),),
    "TensorType": (("elem_type", 1, "int32", False), ("shape", 2, "Shape", False)),
    "Type": (("tensor_type", 1, "TensorType", False),),
    "Value": (("name", 1, "string", False), ("type", 2, "Type", False)),
    "Attribute": (
        ("name", 1, "string", False),
        ("f", 2, "float", False),
        ("i", 3, "int64", False),
        ("t", 5, "Tensor", False),
        ("g", 6, "bytes", False),
        ("ints", 8, "int64", True),
        ("tensors", 10, "Tensor", True),
        ("graphs", 11, "bytes", True),
        ("type", 20, "int32", False),
        ("sparse_tensor", 22, "bytes", False),
        ("sparse_tensors", 23, "bytes", True),
    ),
    "Node": (
        ("input", 1, "string", True),
        ("output", 2, "string", True),
        ("op_type", 4, "string", False),
        ("attribute", 5, "Attribute", True),
        ("domain", 7, "string", False),
    ),
    "Graph": (
        ("node", 1, "Node", True),
        ("initializer", 5, "Tensor", True),
        ("input", 11, "Value", True),
        ("output", 12, "Value", True),
        ("sparse_initializer", 15, "bytes", True),
    ),
    "Opset": (("domain", 1, "string", False), ("version", 2, "int64", False)),
    "Model": (
        ("graph", 7, "Graph", False),
        ("opset_import", 8, "Opset", True),
        ("functions", 25, "bytes", True),
    ),
}


class Graph:
    """One tower of a model without its weights.

    Attributes:
        content: The ONNX file, as it was read.
        shapes: Names and shapes of the tensors that it wants of a checkpoint.
    """

    def __init__(self, content: bytes, name: str) -> None:
        """Read and check the bytes of a graph; `name` says in errors where they came from.

        Raises:
            ModelDamagedError: They are no such graph, or one that could do more than multiply.
        """
        self.content = content
        model = parse_model(content, name)
        if wrong := _wrong_with(model):
            raise ModelDamagedError(f"{name} is not a model's graph: it {wrong}.", "Export the model again.")
        self._model = model
        self.shapes: dict[str, tuple[int, ...]] = {
            tensor.name: tuple(tensor.dims)
            for tensor in model.graph.initializer
            if tensor.data_location == _EXTERNAL
        }

    @classmethod
    def read(cls, path: Path) -> "Graph":
        """Read a graph's file.

        Raises:
            ModelDamagedError: It cannot be read, is too large or no such graph.
        """
        try:
            content = read_file(path, LONGEST_GRAPH)
        except OSError as error:
            raise ModelDamagedError(
                f"The model's graph {path} cannot be read: {error.strerror or error}.",
                "Export the model again.",
            ) from error
        return cls(content, str(path))

    @property
    def takes_one(self) -> bool:
        """Whether it can only be run for one picture or text at a time, as graphs of some exporters."""
        sides = self._model.graph.input[0].type.tensor_type.shape.dim
        return bool(sides) and bool(sides[0].dim_value == 1)

    def model(self) -> Any:
        """Return ONNX' message Model of this graph, a copy of its own to change."""
        return type(self._model).FromString(self.content)

    def with_weights_as_inputs(self) -> bytes:
        """Return the graph as an ONNX file in which every tensor of the checkpoint is one more float32 input."""
        model = self.model()
        kept = []
        for tensor in model.graph.initializer:
            if tensor.data_location != _EXTERNAL:
                kept.append(tensor.SerializeToString())
                continue
            value = model.graph.input.add(name=tensor.name)
            value.type.tensor_type.elem_type = _FLOAT
            value.type.tensor_type.shape.SetInParent()
            for side in tensor.dims:
                value.type.tensor_type.shape.dim.add(dim_value=side)
        del model.graph.initializer[:]
        for one in kept:
            model.graph.initializer.add().MergeFromString(one)
        content: bytes = model.SerializeToString()
        return content

    def with_weights_in(self, file_name: str, places: Mapping[str, tuple[int, int]]) -> bytes:
        """Return the graph as an ordinary ONNX file whose weights lie in a file beside it.

        Args:
            file_name: Of that file.
            places: First byte and number of bytes of each tensor there, as float32.
        """
        model = type(self._model).FromString(self.content)
        for tensor in model.graph.initializer:
            if tensor.data_location == _EXTERNAL:
                start, length = places[tensor.name]
                del tensor.external_data[:]
                tensor.external_data.add(key="location", value=file_name)
                tensor.external_data.add(key="offset", value=str(start))
                tensor.external_data.add(key="length", value=str(length))
        content: bytes = model.SerializeToString()
        return content


def without_place(content: bytes, name: str) -> bytes:
    """Return a graph whose weights lie in a file of any name as one that only names them; see `Graph.with_weights_in`.

    Raises:
        ModelDamagedError: It is no graph.
    """
    model = parse_model(content, name)
    for tensor in model.graph.initializer:
        if tensor.data_location == _EXTERNAL:
            del tensor.external_data[:]
            tensor.external_data.add(key="location", value=WEIGHTS_PLACE)
    bare: bytes = model.SerializeToString(deterministic=True)
    return bare


def parse_model(content: bytes, name: str) -> Any:
    """Return the bytes of an ONNX file, which must be small, as ONNX' message Model; nothing else of it is checked.

    Raises:
        ModelDamagedError: They are too many, or no such message.
    """
    from google.protobuf.message import DecodeError

    if len(content) > LONGEST_GRAPH:
        raise ModelDamagedError(f"{name} is too large for a model's graph.", "Export the model again.")
    try:
        return _model_class().FromString(content)
    except DecodeError as error:
        raise ModelDamagedError(
            f"{name} is not a model's graph, or is cut short.", "Export the model again."
        ) from error


def _wrong_with(model: Any) -> str:
    """Return what a graph must not have, in words that fit after "it"; empty when all is well."""
    graph = model.graph
    if not (graph.node and len(graph.input) == 1 and len(graph.output) == 1):
        return "has not one way in and one way out"
    if model.functions or graph.sparse_initializer:
        return "has parts that no tower has"
    if not {opset.domain for opset in model.opset_import} <= _STANDARD_DOMAINS:
        return "needs operators that are not ONNX' own"
    checks = (*map(_wrong_with_node, graph.node), *map(_wrong_with_tensor, graph.initializer))
    return next(filter(None, checks), "")


def _wrong_with_node(node: Any) -> str:
    if node.op_type not in _OPERATORS or node.domain not in _STANDARD_DOMAINS:
        return f"uses the operator “{node.op_type[:40]}”, which no tower of a model needs"
    for part in node.attribute:
        if part.HasField("g") or part.graphs or part.HasField("sparse_tensor") or part.sparse_tensors:
            return "has a graph inside an operator"
        inner = [*part.tensors, *([part.t] if part.HasField("t") else [])]
        if any(tensor.data_location or tensor.external_data for tensor in inner):
            return "names other files"
    return ""


def _wrong_with_tensor(tensor: Any) -> str:
    if tensor.data_location != _EXTERNAL:
        return "names other files" if tensor.external_data else ""
    places = {entry.key: entry.value for entry in tensor.external_data}
    if places != {"location": WEIGHTS_PLACE}:
        return "names other files"
    if tensor.data_type != _FLOAT or any(side < 0 for side in tensor.dims):
        return "wants weights of a kind that there is not"
    return ""


@cache
def _model_class() -> Any:
    """Return protobuf's class for the message Model."""
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    package = "vislumbre.onnx"
    file = descriptor_pb2.FileDescriptorProto(name="vislumbre/onnx.proto", package=package, syntax="proto2")
    for message, fields in _MESSAGES.items():
        described = file.message_type.add(name=message)
        for name, number, kind, repeated in fields:
            field = described.field.add(name=name, number=number, label=3 if repeated else 1)
            if kind in _FIELD_KINDS:
                field.type = _FIELD_KINDS[kind]
            else:
                field.type, field.type_name = 11, f".{package}.{kind}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{package}.Model"))
