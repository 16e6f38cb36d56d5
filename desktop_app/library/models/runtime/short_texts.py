"""Lets the half for words read a text no further than to its end, where nothing behind the end counts.

CLIP looks back only: a mask hides from each token all later ones, and the vector is taken where the text ends. What fills
the row behind it changes nothing, and is most of it: a query has 4 to 12 tokens of 77. Graphs are written for whole rows,
so those of such a model are changed to take any length. Measured for ViT-B-32-256, the time of one core for a query of 7
tokens in float32, bfloat16 and int8 with OpenVINO and in float32 with ONNX Runtime: 68, 39, 26 and 72 ms with whole rows, 12,
10, 6 and 13 so. Models that see the whole row at once, as SigLIP, stay as they are.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.models.runtime.graph import Graph
from desktop_app.library.models.runtime.tower import Tower

_EXTERNAL = 1
_FLOAT, _INT64 = 1, 7
_INT_ATTRIBUTE = 2
# Each new length costs an engine some milliseconds once, each token behind the end a seventieth of a whole row for ever.
_STEP = 8
# Where no token sees another one, but for products of two things that both come from tokens, which are counted.
_KNOWN = frozenset([
    "Add", "ArgMax", "Div", "Erf", "Flatten", "Gather", "Gemm", "LayerNormalization", "MatMul", "Mul", "Range",
    "Reshape", "Shape", "Sigmoid", "Slice", "Softmax", "Split", "Squeeze", "Tanh", "Transpose", "Unsqueeze",
])  # fmt: skip
_LENGTH = "length of the texts"


class AsFarAsItGoes:
    """A half for words that reads rows of any length, each batch only to the end of its longest text; see `Tower`."""

    def __init__(self, tower: Tower) -> None:
        """Take one that was made of a graph of `for_any_length`."""
        self._tower = tower

    def run(self, batch: NDArray[Any]) -> NDArray[np.float32]:
        """See `Tower.run`."""
        # The end has the highest number of all tokens: that is how these graphs find it too.
        ends = int(batch.argmax(axis=1).max()) + 1 if len(batch) else 0
        return self._tower.run(np.ascontiguousarray(batch[:, : -(-ends // _STEP) * _STEP]))


def for_any_length(graph: Graph) -> Graph | None:
    """Return a graph that takes rows of any length up to that of the one given; None where that would change vectors."""
    model = graph.model()
    length = _row_length(model)
    if length is None or not _looks_back_only(model, length):
        return None
    places = _Places(model, length)
    if not places.are_clear:
        return None
    places.put_length()
    return Graph(model.SerializeToString(), "a graph for short texts")


def _row_length(model: Any) -> int | None:
    """Return how many tokens a row has; None where the input is no row of tokens of one length."""
    kind = model.graph.input[0].type.tensor_type
    sides = kind.shape.dim
    return sides[1].dim_value or None if kind.elem_type == _INT64 and len(sides) == 2 else None


def _looks_back_only(model: Any, length: int) -> bool:
    """Whether no token sees a later one, and the vector is taken at the token of the highest number."""
    nodes = model.graph.node
    makers = {name: node for node in nodes for name in node.output}
    weights = {tensor.name for tensor in model.graph.initializer if tensor.data_location == _EXTERNAL}
    masks = {tensor.name for tensor in model.graph.initializer if _is_mask(tensor, length)}
    tokens = model.graph.input[0].name
    if {node.op_type for node in nodes} - _KNOWN or not all(map(_keeps_rows_whole, nodes)):
        return False
    # Numbers may be kept in other forms, which the exporter does not use.
    if not all(tensor.raw_data or tensor.name in weights for tensor in model.graph.initializer):
        return False
    if sorted(node.op_type for node in nodes if tokens in node.input) != ["ArgMax", "Gather"]:
        return False

    def is_weight(name: str) -> bool:
        maker = makers.get(name)
        return name in weights or (
            maker is not None and maker.op_type == "Transpose" and maker.input[0] in weights
        )

    def is_masked(node: Any) -> bool:
        maker = makers.get(node.input[0])
        return maker is not None and maker.op_type == "Add" and not masks.isdisjoint(maker.input)

    products = [node for node in nodes if node.op_type in {"MatMul", "Gemm"} and not is_weight(node.input[1])]
    softmaxes = [node for node in nodes if node.op_type == "Softmax"]
    # Attention is two products: what a token looks for by what the others have, and that by what they say.
    return len(products) == 2 * len(softmaxes) > 0 and all(map(is_masked, softmaxes))


def _keeps_rows_whole(node: Any) -> bool:
    """Whether this cuts apart what each token has, if it cuts anything apart, and not a row of tokens."""
    return node.op_type != "Split" or any(each.name == "axis" and each.i == -1 for each in node.attribute)


def _is_mask(tensor: Any, length: int) -> bool:
    """Whether this is added to hide later tokens: 0 up to the diagonal, without end below zero above it."""
    if tensor.data_type != _FLOAT or list(tensor.dims[-2:]) != [length] * 2 or not tensor.raw_data:
        return False
    values = np.frombuffer(tensor.raw_data, dtype="<f4").reshape(-1, length, length)
    hidden = np.triu(np.full((length, length), -np.inf, dtype=np.float32), 1)
    return bool((values == hidden).all())


class _Places:
    """Where a graph says how long a row is.

    Attributes:
        are_clear: Whether it can be told in each of these places that the row is meant.
    """

    def __init__(self, model: Any, length: int) -> None:
        """Look for them.

        Args:
            model: Changed by `put_length` alone.
            length: Tokens of a row.
        """
        self._graph = model.graph
        self._length = length
        self._new: list[Any] = []
        self._numbers: dict[int, str] = {}
        self._users = _users(model.graph)
        # Masks and tables with a row for each token; shapes and other numbers that are reckoned with.
        self._cut = [tensor for tensor in model.graph.initializer if length in tensor.dims]
        self._sized = [
            tensor
            for tensor in model.graph.initializer
            if tensor.data_type == _INT64 and length not in tensor.dims and length in _numbers_of(tensor)
        ]
        self.are_clear = all(map(self._is_clear, self._sized)) and all(map(self._can_be_cut, self._cut))

    def put_length(self) -> None:
        """Put there how long the rows are that are given."""
        graph = self._graph
        self._add("Shape", [graph.input[0].name], _LENGTH, start=1, end=2)
        instead = {tensor.name: self._resized(tensor) for tensor in self._sized}
        # What is cut already, is cut at a number that has just been replaced.
        uncut = [tensor for tensor in self._cut if self._users[tensor.name] == {"Add"}]
        instead |= {tensor.name: self._shortened(tensor) for tensor in uncut}
        nodes = [type(node).FromString(node.SerializeToString()) for node in graph.node]
        for node in nodes:
            for at, name in enumerate(node.input):
                node.input[at] = instead.get(name, name)
        del graph.node[:]
        for node in (*self._new, *nodes):
            graph.node.add().CopyFrom(node)
        side = graph.input[0].type.tensor_type.shape.dim[1]
        side.ClearField("dim_value")
        side.dim_param = "length"

    def _is_clear(self, tensor: Any) -> bool:
        is_known = self._users.get(tensor.name, set()) <= {"Reshape", "Slice", "Mul"}
        return is_known and _numbers_of(tensor).count(self._length) == 1

    def _can_be_cut(self, tensor: Any) -> bool:
        is_table = tensor.data_location == _EXTERNAL and list(tensor.dims).count(self._length) == 1
        is_table = is_table and len(tensor.dims) == 2 and tensor.dims[0] == self._length
        users = self._users.get(tensor.name, set())
        return (users == {"Add"} and (is_table or _is_mask(tensor, self._length))) or (
            users == {"Slice"} and is_table
        )

    def _resized(self, tensor: Any) -> str:
        """Return the name of these numbers with the length of what is read in place of the whole row's."""
        parts = [
            _LENGTH if number == self._length else self._number(number) for number in _numbers_of(tensor)
        ]
        return parts[0] if len(parts) == 1 else self._add("Concat", parts, f"short {tensor.name}", axis=0)

    def _shortened(self, tensor: Any) -> str:
        """Return the name of as much of a mask or table as is wanted."""
        name = tensor.name
        for axis, side in enumerate(tensor.dims):
            if side == self._length:
                places = [name, self._number(0), _LENGTH, self._number(axis)]
                name = self._add("Slice", places, f"{tensor.name}, short by {axis}")
        return str(name)

    def _number(self, value: int) -> str:
        """Return the name of a constant of one number, added to the graph when it is first wanted."""
        if value not in self._numbers:
            name = self._numbers[value] = f"number {value}"
            tensor = self._graph.initializer.add(name=name, data_type=_INT64)
            tensor.dims.append(1)
            tensor.raw_data = np.array([value], dtype="<i8").tobytes()
        return self._numbers[value]

    def _add(self, operator: str, inputs: Sequence[str], output: str, **attributes: int) -> str:
        """Add an operator before all others, and return what it makes."""
        node = type(self._graph.node[0])(op_type=operator, input=inputs, output=[output])
        for name, value in attributes.items():
            node.attribute.add(name=name, i=value, type=_INT_ATTRIBUTE)
        self._new.append(node)
        return output


def _numbers_of(tensor: Any) -> list[int]:
    """Return the whole numbers of a small constant."""
    return [int(number) for number in np.frombuffer(tensor.raw_data, dtype="<i8")]


def _users(graph: Any) -> Mapping[str, set[str]]:
    """Return which operators read each value."""
    users: dict[str, set[str]] = {}
    for node in graph.node:
        for name in node.input:
            users.setdefault(name, set()).add(node.op_type)
    return users
