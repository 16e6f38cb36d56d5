"""The two graphs of a model that came as ONNX, made alike to those that Vislumbre exports itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_app.library.errors import ModelDamagedError
from desktop_app.library.models.runtime.graph import WEIGHTS_PLACE, Graph
from desktop_app.library.models.runtime.onnx_file import FLOAT, StoredTensor, take_apart
from desktop_app.library.outside.files import open_file

_UINT8, _INT32, _INT64 = 2, 6, 7
_EXTERNAL = 1
_INT_ATTRIBUTE, _INTS_ATTRIBUTE = 2, 7
_COLOURS = 3
_NHWC = (0, 2, 3, 1)
_OTHER_EXPORT = "Choose an export of open_clip's, as immich publishes them."


@dataclass(frozen=True, slots=True)
class Half:
    """One half of a model that came as ONNX.

    Attributes:
        graph: Takes `pictures` or `tokens` as every graph here; its weights are called by `prefix` and their names.
        prefix: Tells the weights of the two halves apart.
        weights: Where they lie.
        path: Of the ONNX file.
        sides: Of what it takes, ``(n, 3, side, side)`` or ``(n, length)``; n is 0 where any number may come.
        dimension: Of what it gives; 0 where the file does not say.
        takes_levels: Whether it wants pictures from 0 to 255, and normalises them itself.
    """

    graph: Graph
    prefix: str
    weights: tuple[StoredTensor, ...]
    path: Path
    sides: tuple[int, ...]
    dimension: int
    takes_levels: bool = False

    @property
    def side(self) -> int:
        """Of the square that it looks at, in pixels."""
        return self.sides[-1]

    def place_of(self, tensor: StoredTensor) -> Path:
        """Return the file that a weight lies in."""
        return self.path.with_name(tensor.file) if tensor.file else self.path


def halves_of(places: Mapping[str, Path]) -> tuple[Half, Half]:
    """Return the half for pictures and that for words.

    Args:
        places: Of their ONNX files, by "image" and "text".

    Raises:
        ModelDamagedError: A file is damaged, or no half of a model that can be used.
        OSError: One cannot be read.
    """
    return _picture_half(places["image"]), _word_half(places["text"])


def _picture_half(path: Path) -> Half:
    model, weights = _taken(path)
    given, kind, sides = _input(model, path, 4)
    takes_levels = kind == _UINT8
    if takes_levels and sides[3] == _COLOURS:
        sides = (sides[0], _COLOURS, sides[1], sides[2])
        given = _before(model, "Transpose", given, "perm", _NHWC)
    if kind not in {FLOAT, _UINT8} or sides[1] != _COLOURS or not 0 < sides[2] == sides[3]:
        raise _other(path, "takes no square colour pictures")
    _rename_input(model, given, "pictures", FLOAT, sides)
    return _half(model, "image/", weights, path, sides, takes_levels=takes_levels)


def _word_half(path: Path) -> Half:
    model, weights = _taken(path)
    given, kind, sides = _input(model, path, 2)
    if kind not in {_INT32, _INT64} or sides[1] <= 0:
        raise _other(path, "takes no tokens")
    if kind == _INT32:
        given = _before(model, "Cast", given, "to", _INT32)
    _rename_input(model, given, "tokens", _INT64, sides)
    return _half(model, "text/", weights, path, sides)


def _half(
    model: Any,
    prefix: str,
    weights: list[StoredTensor],
    path: Path,
    sides: tuple[int, ...],
    *,
    takes_levels: bool = False,
) -> Half:
    _rename_weights(model, prefix, {stored.name for stored in weights})
    given = model.graph.output[0].type.tensor_type
    result = [side.dim_value for side in given.shape.dim] or [0, 0]
    if len(result) != 2 or given.elem_type != FLOAT or result[1] < 0:
        raise _other(path, "does not give vectors of float32")
    graph = Graph(model.SerializeToString(deterministic=True), str(path))
    return Half(graph, prefix, tuple(weights), path, sides, result[1], takes_levels)


def _taken(path: Path) -> tuple[Any, list[StoredTensor]]:
    with open_file(path) as file:
        model, weights = take_apart(file, str(path))
    names = {stored.name for stored in weights}
    for stored in weights:
        if Path(stored.file).name != stored.file:
            raise ModelDamagedError(f"{path} names files that do not lie beside it.", _OTHER_EXPORT)
    # Files of before 2019 list weights among the inputs.
    kept = [given.SerializeToString() for given in model.graph.input if given.name not in names]
    del model.graph.input[:]
    for content in kept:
        model.graph.input.add().MergeFromString(content)
    return model, weights


def _input(model: Any, path: Path, count: int) -> tuple[str, int, tuple[int, ...]]:
    """Return name, kind and sides of the only thing that a graph takes."""
    if len(model.graph.input) != 1 or len(model.graph.output) != 1:
        names = ", ".join(given.name[:40] for given in model.graph.input) or "nothing"
        raise _other(
            path, f"takes {names} and gives {len(model.graph.output)} results, where one of each can be used"
        )
    given = model.graph.input[0]
    sides = tuple(side.dim_value for side in given.type.tensor_type.shape.dim)
    if len(sides) != count or sides[0] > 1:
        raise _other(path, f"takes something of the shape {list(sides)}")
    return given.name, given.type.tensor_type.elem_type, sides


def _before(model: Any, operator: str, given: str, attribute: str, value: int | tuple[int, ...]) -> str:
    """Put a node before all others that turns what will be given into what they take; return the name it will have."""
    outer = f"{given}/given"
    first = type(model.graph.node[0])(op_type=operator, input=[outer], output=[given])
    if isinstance(value, int):
        first.attribute.add(name=attribute, i=value, type=_INT_ATTRIBUTE)
    else:
        first.attribute.add(name=attribute, ints=value, type=_INTS_ATTRIBUTE)
    rest = [node.SerializeToString() for node in model.graph.node]
    del model.graph.node[:]
    model.graph.node.add().CopyFrom(first)
    for content in rest:
        model.graph.node.add().MergeFromString(content)
    return outer


def _rename_input(model: Any, given: str, name: str, kind: int, sides: tuple[int, ...]) -> None:
    for node in model.graph.node:
        for at, taken in enumerate(node.input):
            if taken == given:
                node.input[at] = name
    value = model.graph.input[0]
    value.name = name
    value.type.tensor_type.elem_type = kind
    del value.type.tensor_type.shape.dim[:]
    for side in sides:
        value.type.tensor_type.shape.dim.add(**({"dim_value": side} if side else {"dim_param": "n"}))


def _rename_weights(model: Any, prefix: str, names: set[str]) -> None:
    """Let the weights be known by names that the other half has not, and lie elsewhere."""
    for tensor in model.graph.initializer:
        if tensor.name in names:
            tensor.name = prefix + tensor.name
            tensor.data_location = _EXTERNAL
            tensor.external_data.add(key="location", value=WEIGHTS_PLACE)
    for node in model.graph.node:
        for at, name in enumerate(node.input):
            if name in names:
                node.input[at] = prefix + name


def _other(path: Path, what: str) -> ModelDamagedError:
    return ModelDamagedError(f"{path} is no half of a model that can be used here: it {what}.", _OTHER_EXPORT)
