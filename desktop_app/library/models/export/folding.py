"""Computes at export time what a graph would compute anew for every photo: shapes, and what is made of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Attributes = Mapping[str, Any]

# ONNX' numbers of types, as in `TensorProto.DataType`.
_TYPES: Mapping[int, Any] = {
    1: np.float32,
    6: np.int32,
    7: np.int64,
    9: np.bool_,
    10: np.float16,
    11: np.float64,
}
MOST_VALUES = 1 << 20
"""Larger results are left to the graph."""


def fold(operator: str, attributes: Attributes, inputs: Sequence[Array | None]) -> Array | None:
    """Return what a node gives for inputs that are known; None where this operator is left to the graph.

    Args:
        operator: Its name, of the standard domain, opset 17.
        attributes: Its attributes; tensors as arrays.
        inputs: In order; None for one that is left out.
    """
    compute = _OPERATORS.get(operator)
    if compute is None:
        return None
    result = np.asarray(compute(attributes, *inputs))
    return result if result.size <= MOST_VALUES else None


def _cast(attributes: Attributes, value: Array) -> Array:
    return value.astype(_TYPES[attributes["to"]])


def _clip(_: Attributes, value: Array, least: Array | None = None, most: Array | None = None) -> Array:
    low = value if least is None else np.maximum(value, least)
    return low if most is None else np.minimum(low, most)


def _divide(_: Attributes, one: Array, other: Array) -> Array:
    if one.dtype.kind == "f":
        return np.asarray(one / other, dtype=one.dtype)
    return (np.sign(one) * np.sign(other) * (abs(one) // abs(other))).astype(one.dtype)


def _gather(attributes: Attributes, value: Array, indices: Array) -> Array:
    return np.take(value, indices, axis=attributes.get("axis", 0))


def _slice(
    _: Attributes,
    value: Array,
    starts: Array,
    ends: Array,
    axes: Array | None = None,
    steps: Array | None = None,
) -> Array:
    chosen = [slice(None)] * value.ndim
    along = range(len(starts)) if axes is None else axes
    strides = [1] * len(starts) if steps is None else steps
    for axis, first, last, step in zip(along, starts, ends, strides, strict=True):
        # Beyond the beginning, which Python would count from the end: the smallest 64-bit number says so.
        stop = None if step < 0 and last < -value.shape[axis] else int(last)
        chosen[axis] = slice(int(first), stop, int(step))
    return value[tuple(chosen)]


def _reshape(_: Attributes, value: Array, shape: Array) -> Array:
    sides = [value.shape[at] if side == 0 else int(side) for at, side in enumerate(shape)]
    return value.reshape(sides)


def _unsqueeze(_: Attributes, value: Array, axes: Array) -> Array:
    return np.expand_dims(value, tuple(int(axis) for axis in axes))


def _squeeze(_: Attributes, value: Array, axes: Array | None = None) -> Array:
    return np.squeeze(value, None if axes is None else tuple(int(axis) for axis in axes))


def _constant_of_shape(attributes: Attributes, shape: Array) -> Array:
    value = np.asarray(attributes.get("value", np.zeros(1, dtype=np.float32)))
    if np.prod(shape, dtype=np.float64) > MOST_VALUES:
        return np.zeros(MOST_VALUES + 1, dtype=np.bool_)  # `fold` leaves it
    return np.full(tuple(int(side) for side in shape), value.reshape(-1)[0], dtype=value.dtype)


_OPERATORS: Mapping[str, Callable[..., Any]] = {
    "Add": lambda _, one, other: one + other,
    "Cast": _cast,
    "Ceil": lambda _, value: np.ceil(value),
    "Clip": _clip,
    "Concat": lambda attributes, *values: np.concatenate(values, axis=attributes["axis"]),
    "ConstantOfShape": _constant_of_shape,
    "Cos": lambda _, value: np.cos(value),
    "Div": _divide,
    "Equal": lambda _, one, other: one == other,
    "Expand": lambda _, value, shape: value * np.ones(shape, dtype=value.dtype),
    "Floor": lambda _, value: np.floor(value),
    "Gather": _gather,
    "Greater": lambda _, one, other: one > other,
    "Identity": lambda _, value: value,
    "Less": lambda _, one, other: one < other,
    "Max": lambda _, *values: np.maximum.reduce(values),
    "Min": lambda _, *values: np.minimum.reduce(values),
    "Mod": lambda _, one, other: np.mod(one, other),
    "Mul": lambda _, one, other: one * other,
    "Neg": lambda _, value: -value,
    "Not": lambda _, value: ~value,
    "Pow": lambda _, one, other: np.power(one, other).astype(one.dtype),
    "Range": lambda _, first, last, step: np.arange(first, last, step, dtype=first.dtype),
    "Reshape": _reshape,
    "Sin": lambda _, value: np.sin(value),
    "Slice": _slice,
    "Sqrt": lambda _, value: np.sqrt(value),
    "Squeeze": _squeeze,
    "Sub": lambda _, one, other: one - other,
    "Tile": lambda _, value, repeats: np.tile(value, repeats),
    "Transpose": lambda attributes, value: np.transpose(value, attributes.get("perm")),
    "Trilu": lambda attributes, value, k=None: (np.triu if attributes.get("upper", 1) else np.tril)(
        value, 0 if k is None else int(k)
    ),
    "Unsqueeze": _unsqueeze,
    "Where": lambda _, condition, one, other: np.where(condition, one, other),
}
