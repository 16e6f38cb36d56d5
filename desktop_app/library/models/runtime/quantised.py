"""Rounds the matrices of a graph to int8 when it is loaded: a number of 8 bits for each weight, a scale for each output.

Only matrices that are multiplied with are rounded: transformers are made of them, convolutions stay as they are. What
flows through the graph is rounded by the engine, anew for each picture.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.models.runtime.graph import Graph

# Below this the work of rounding what flows is more than what is saved.
_LEAST_SIDE = 128
_FLOAT = 1
_INT8 = 3
_EXTERNAL = 1
_STEPS = 127


@dataclass(frozen=True, slots=True)
class Rounded:
    """One matrix in int8.

    Attributes:
        values: ``(inputs, outputs)`` or ``(outputs, inputs)`` int8, laid out as `outputs_first` says.
        scales: ``(outputs,)`` float32; times these, the values are about the weights.
    """

    values: NDArray[np.int8]
    scales: NDArray[np.float32]


def matrices(graph: Graph) -> Mapping[str, bool]:
    """Return the names of the matrices that are multiplied with, and whether their outputs come first.

    A matrix that is used in any other way as well, like a table of words that is also looked up, is left out.
    """
    model = graph.model()
    users: dict[str, list[tuple[Any, int]]] = {}
    for node in model.graph.node:
        for at, name in enumerate(node.input):
            users.setdefault(name, []).append((node, at))
    found = {}
    for name, shape in graph.shapes.items():
        if len(shape) == 2 and min(shape) >= _LEAST_SIDE:
            sides = {_outputs_first(node, at, users) for node, at in users.get(name, [])}
            if sides in ({True}, {False}):
                found[name] = sides == {True}
    return found


def rounded(tensor: NDArray[Any], *, outputs_first: bool) -> Rounded:
    """Round a matrix, each output for itself and alike on both sides of zero.

    Args:
        tensor: ``(outputs, inputs)``, or the other way round.
        outputs_first: Which.
    """
    axis = 1 if outputs_first else 0
    weights = tensor.astype(np.float32, copy=False)
    scales = np.abs(weights).max(axis=axis, keepdims=True) / np.float32(_STEPS)
    scales[scales == 0] = 1
    values = np.rint(weights / scales).astype(np.int8)
    return Rounded(values, scales.reshape(-1).astype(np.float32))


def with_rounded_matrices(graph: Graph, chosen: Mapping[str, bool]) -> bytes:
    """Return the graph for ONNX Runtime with each product by a chosen matrix in int8.

    The matrix keeps its name and becomes ``(inputs, outputs)`` int8; its scales are one more weight, `scales_of`.
    """
    model = graph.model()
    nodes = [type(node).FromString(node.SerializeToString()) for node in model.graph.node]
    turned = {
        node.output[0]: node.input[0]
        for node in nodes
        if node.op_type == "Transpose" and node.input[0] in chosen
    }
    del model.graph.node[:]
    for node in nodes:
        if node.op_type == "Transpose" and node.input[0] in chosen:
            continue
        name = turned.get(node.input[1], node.input[1]) if len(node.input) > 1 else ""
        if node.op_type in {"MatMul", "Gemm"} and name in chosen:
            _add_product(model.graph, node, name)
        else:
            model.graph.node.add().CopyFrom(node)
    _declare(model.graph, chosen)
    model.opset_import.add(domain="com.microsoft", version=1)
    content: bytes = model.SerializeToString()
    return content


def gains(graph: Graph) -> bool:
    """Whether int8 makes a graph faster: at least half of its weights are matrices that it multiplies with.

    Measured with ONNX Runtime for the built-in model's convolutions, of whose weights a seventh are such matrices: 55
    photos a second in float32, 56 in int8. ViT-B-32-256: 8 and 23.
    """
    weights = {name: int(np.prod(shape)) for name, shape in graph.shapes.items()}
    return 2 * sum(weights[name] for name in matrices(graph)) >= sum(weights.values())


def scales_of(name: str) -> str:
    """Return the name of a rounded matrix' scales."""
    return f"{name}/scales"


def _outputs_first(node: Any, at: int, users: Mapping[str, list[tuple[Any, int]]]) -> bool | None:
    """Return whether a matrix' outputs come first where a node takes it; None when it is not multiplied with."""
    if node.op_type == "Transpose":
        sides = {_outputs_first(user, place, users) for user, place in users.get(node.output[0], [])}
        return True if sides == {False} else None
    if at != 1 or node.op_type not in {"MatMul", "Gemm"}:
        return None
    if node.op_type == "MatMul":
        return False
    numbers = {part.name: part.i for part in node.attribute if part.name in {"transA", "transB"}}
    others = any(part.name in {"alpha", "beta"} and part.f != 1 for part in node.attribute)
    return None if numbers.get("transA") or others else bool(numbers.get("transB"))


def _add_product(graph: Any, node: Any, name: str) -> None:
    """Add a product with a rounded matrix: what flows in is rounded to 8 bits, what comes out is float32."""
    bias = node.input[2] if len(node.input) > 2 else ""
    inputs = [node.input[0], name, scales_of(name), "", bias]
    graph.node.add(
        op_type="DynamicQuantizeMatMul",
        domain="com.microsoft",
        input=inputs[: 5 if bias else 3],
        output=list(node.output),
    )


def _declare(graph: Any, chosen: Mapping[str, bool]) -> None:
    """Say of each chosen matrix that it is int8, and that it has scales."""
    declared = {}
    for tensor in graph.initializer:
        if tensor.name not in chosen:
            continue
        sides = list(tensor.dims)
        inputs, outputs = sides[::-1] if chosen[tensor.name] else sides
        del tensor.dims[:]
        tensor.dims.extend([inputs, outputs])
        tensor.data_type = _INT8
        scales = declared[tensor.name] = type(tensor)(
            name=scales_of(tensor.name), dims=[outputs], data_type=_FLOAT, data_location=_EXTERNAL
        )
        scales.external_data.extend(tensor.external_data)
    graph.initializer.extend(declared.values())
