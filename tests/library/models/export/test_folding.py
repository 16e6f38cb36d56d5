"""What is computed at export time is what ONNX' own reference computes."""

from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

from desktop_app.library.models.export.folding import MOST_VALUES, fold


def I(value: Any) -> Any:  # noqa: E743, N802
    return np.asarray(value, dtype=np.int64)


def F(value: Any) -> Any:  # noqa: N802
    return np.asarray(value, dtype=np.float32)


SMALLEST = np.iinfo(np.int64).min + 1

CASES: list[tuple[str, dict[str, Any], list[Any]]] = [
    ("Add", {}, [I([1, 2]), I([3, 4])]),
    ("Cast", {"to": TensorProto.INT64}, [F([1.7, -1.7])]),
    ("Ceil", {}, [F([1.2, -1.2])]),
    ("Clip", {}, [F([-1.0, 5.0]), F(0.0), F(2.0)]),
    ("Concat", {"axis": 0}, [I([1]), I([2, 3])]),
    ("Div", {}, [I([7, -7, 7, -7]), I([2, 2, -2, -2])]),
    ("Div", {}, [F([7.0]), F([2.0])]),
    ("Equal", {}, [I([1, 2]), I([1, 3])]),
    ("Expand", {}, [F([[1.0], [2.0]]), I([2, 3])]),
    ("Floor", {}, [F([1.2, -1.2])]),
    ("Gather", {"axis": 0}, [I([5, 6, 7]), I([-1, 0])]),
    ("Gather", {"axis": 1}, [I([[5, 6], [7, 8]]), I(1)]),
    ("Greater", {}, [I([1, 2]), I([0, 3])]),
    ("Less", {}, [I([1, 2]), I([0, 3])]),
    ("Max", {}, [I([1, 5]), I([2, 3])]),
    ("Min", {}, [I([1, 5]), I([2, 3])]),
    ("Mod", {}, [I([7, -7]), I([3, 3])]),
    ("Mul", {}, [F([2.0]), F([3.0, 4.0])]),
    ("Neg", {}, [F([2.0])]),
    ("Not", {}, [np.array([True, False])]),
    ("Pow", {}, [F([2.0, 3.0]), F(2.0)]),
    ("Range", {}, [I(0), I(7), I(2)]),
    ("Reshape", {}, [I([[1, 2, 3], [4, 5, 6]]), I([0, -1])]),
    ("Slice", {}, [I([0, 1, 2, 3]), I([-1]), I([SMALLEST]), I([0]), I([-1])]),
    ("Slice", {}, [I([[0, 1, 2], [3, 4, 5]]), I([1]), I([-1]), I([1])]),
    ("Sqrt", {}, [F([9.0])]),
    ("Squeeze", {}, [I([[[1, 2]]]), I([0])]),
    ("Sub", {}, [I([5]), I([7])]),
    ("Tile", {}, [I([[1, 2]]), I([2, 2])]),
    ("Transpose", {"perm": [1, 0]}, [I([[1, 2], [3, 4]])]),
    ("Trilu", {"upper": 1}, [F(np.ones((3, 3))), I(1)]),
    ("Unsqueeze", {}, [I([1, 2]), I([0, 2])]),
    ("Where", {}, [np.array([True, False]), I([1, 2]), I([3, 4])]),
]


@pytest.mark.parametrize(
    ("operator", "attributes", "values"), CASES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_an_operator_gives_what_the_reference_gives(operator: str, attributes: Any, values: Any) -> None:
    arrays: list[Any] = [np.asarray(value) for value in values]
    names = [f"given{at}" for at in range(len(arrays))]
    graph = helper.make_graph(
        [helper.make_node(operator, names, ["made"], **attributes)],
        "one",
        [
            helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
            for name, array in zip(names, arrays, strict=True)
        ],
        [helper.make_tensor_value_info("made", TensorProto.UNDEFINED, None)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    expected = ReferenceEvaluator(model).run(None, dict(zip(names, arrays, strict=True)))[0]
    made = fold(operator, attributes, arrays)
    assert made is not None
    assert made.dtype == expected.dtype
    np.testing.assert_array_equal(made, expected)


def test_what_is_not_known_or_too_large_is_left_to_the_graph() -> None:
    assert fold("Resize", {}, [F([1.0])]) is None
    assert fold("ConstantOfShape", {"value": F([1.0])}, [I([MOST_VALUES, 9])]) is None
    made = fold("ConstantOfShape", {"value": I([1])}, [I([2, 2])])
    assert made is not None
    np.testing.assert_array_equal(made, [[1, 1], [1, 1]])
