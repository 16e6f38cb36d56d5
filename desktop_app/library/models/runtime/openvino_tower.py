"""Runs one half of a model with OpenVINO, the default on x86-64."""

import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from queue import SimpleQueue
from types import ModuleType
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.errors import ModelRunError
from desktop_app.library.models.runtime.graph import Graph
from desktop_app.library.models.runtime.quantised import matrices, rounded
from desktop_app.library.models.runtime.weights import Weights

_log = logging.getLogger(__name__)

_DEVICE = "CPU"
_CONVERTER = "openvino.tools.ovc"
# So many numbers that flow share one scale. Measured for ViT-B-32-256 with AVX-512 VNNI, in photos for a second of one
# core at batch 1, 4 and 16: float32 7.9, 8.3, 7.8; bfloat16 12.6, 15.3, 15.7; int8 in groups of 64 19.2, 20.8, 20.0; of
# 256 21.2, 22.8, 20.0; of 768 19.0, 17.9, 22.4, all with a cosine of 0.99995. A group that is larger than every row is
# taken as none, and then nothing is rounded: as slow as float32.
_GROUP = 256
_HINTS = {"float32": "f32", "bfloat16": "bf16", "int8": "f32"}


class OpenVinoTower:
    """One half of a model on the processor; see `Tower`."""

    def __init__(self, graph: Graph, weights: Weights, *, precision: str, calls: int, threads: int) -> None:
        """Compile a graph with its weights, which takes 0.1 to 1 s; the file of the weights stays mapped.

        Args:
            graph: Without weights.
            weights: Theirs.
            precision: What is calculated with; see `Way`.
            calls: How many run at once, each on its share of the threads.
            threads: Of all calls together.

        Raises:
            ModelRunError: OpenVINO cannot run this graph here.
            ModelDamagedError: A weight is missing.
        """
        if precision == "bfloat16" and not has_bfloat16():
            raise ModelRunError("OpenVINO does not calculate with bfloat16 on this processor.")
        tensors = weights.tensors(graph.shapes)
        chosen = matrices(graph) if precision == "int8" else {}
        try:
            with weights.sparingly():
                self._compiled: Any = _core().compile_model(
                    _bound(graph, tensors, chosen),
                    _DEVICE,
                    {
                        "PERFORMANCE_HINT": "LATENCY",
                        # Photos for a second of a core: 8.5 of ViT-B-32-256 with two streams and two calls, 8.3 with
                        # one stream of two threads, whose threads wait for each other beside decoders.
                        "NUM_STREAMS": calls,
                        "INFERENCE_NUM_THREADS": max(threads, calls),
                        "INFERENCE_PRECISION_HINT": _HINTS[precision],
                        "DYNAMIC_QUANTIZATION_GROUP_SIZE": _GROUP if chosen else 0,
                        # Threads that are bound to a core wait there while a decoder has it.
                        "ENABLE_CPU_PINNING": False,
                    },
                )
            self._free: SimpleQueue[Any] = SimpleQueue()
            for _ in range(calls):
                self._free.put(self._compiled.create_infer_request())
        except RuntimeError as error:
            raise _cannot_run(error) from error

    def run(self, batch: NDArray[Any]) -> NDArray[np.float32]:
        """See `Tower.run`."""
        request = self._free.get()
        try:
            # The result lies in the request's own memory, which the next call writes over.
            result: NDArray[np.float32] = np.array(
                request.infer([batch], share_inputs=True)[0], dtype=np.float32
            )
        except RuntimeError as error:
            raise _cannot_run(error) from error
        finally:
            self._free.put(request)
        return result


def has_bfloat16() -> bool:
    """Whether OpenVINO would calculate with bfloat16 here, after what the environment hides from it.

    Raises:
        ModelRunError: OpenVINO cannot be used.
    """
    return "BF16" in _core().get_property(_DEVICE, "OPTIMIZATION_CAPABILITIES")


def _bound(graph: Graph, tensors: Mapping[str, NDArray[Any]], chosen: Mapping[str, bool]) -> Any:
    """Return a model of OpenVINO in which the graph's weights are constants that share the tensors' memory.

    Args:
        graph: Without weights.
        tensors: Its weights.
        chosen: Those that are rounded to int8, in memory of their own; see `matrices`.
    """
    core = _core()
    from openvino import opset13

    model = core.read_model(graph.with_weights_as_inputs())
    for parameter in list(model.get_parameters()):
        name = parameter.friendly_name
        tensor = tensors.get(name)
        if tensor is None:
            continue
        if name in chosen:
            # Symmetric int8 and a scale for each output is the form that the plugin calculates with as it is.
            matrix = rounded(tensor, outputs_first=chosen[name])
            scales = matrix.scales.reshape((-1, 1) if chosen[name] else (1, -1))
            constant = opset13.multiply(opset13.convert(opset13.constant(matrix.values), "f32"), scales)
        else:
            constant = opset13.constant(tensor, shared_memory=True)
            if tensor.dtype != np.float32:
                constant = opset13.convert(constant, "f32")
        parameter.output(0).replace(constant.output(0))
        model.remove_parameter(parameter)
    return model


@cache
def _core() -> Any:
    """Return OpenVINO's one object that knows the devices; made at the first use."""
    try:
        with _without_converter():
            import openvino
    except (ImportError, OSError) as error:
        raise ModelRunError(
            f"OpenVINO cannot be used here: {error}", "Choose another way with “vislumbre model bench”."
        ) from error
    _log.debug("OpenVINO %s", openvino.__version__)
    return openvino.Core()


@contextmanager
def _without_converter() -> Iterator[None]:
    """Import OpenVINO without its converter of models, which is a third of the time and the only part that knows telemetry.

    OpenVINO goes on without what cannot be imported, and None in place of a module says that it cannot be.
    """
    modules = cast("dict[str, ModuleType | None]", sys.modules)
    is_missing = _CONVERTER not in modules
    if is_missing:
        modules[_CONVERTER] = None
    try:
        yield
    finally:
        if is_missing:
            modules.pop(_CONVERTER, None)


def _cannot_run(error: Exception) -> ModelRunError:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return ModelRunError(
        f"OpenVINO cannot run the model here: {lines[-1][:200] if lines else type(error).__name__}"
    )
