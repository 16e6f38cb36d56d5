"""Runs one half of a model with ONNX Runtime, where OpenVINO is not the best."""

import os
import threading
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.errors import ModelRunError
from desktop_app.library.models.runtime.graph import Graph
from desktop_app.library.models.runtime.quantised import matrices, rounded, scales_of, with_rounded_matrices
from desktop_app.library.models.runtime.weights import Weights

NO_TELEMETRY = ("ORT_DISABLE_TELEMETRY", "1")
"""Read by ONNX Runtime when it is loaded: no events, no number for this computer, no file of its own. From version 1.29 on
its official builds send both to Microsoft unless it is set (docs/Privacy.md of its repository)."""

_PROCESSOR = "CPUExecutionProvider"
# Products in 19 bits are NVIDIA's default, and another space.
_OPTIONS = {
    "CUDAExecutionProvider": {"use_tf32": "0"},
    "CoreMLExecutionProvider": {"ModelFormat": "MLProgram"},
}


class OnnxTower:
    """One half of a model in a session of ONNX Runtime; see `Tower`."""

    def __init__(
        self,
        graph: Graph,
        weights: Weights,
        *,
        precision: str,
        provider: str,
        calls: int,
        threads: int,
    ) -> None:
        """Make a session of a graph with its weights, which takes 0.1 to 1 s.

        Args:
            graph: Without weights.
            weights: Theirs.
            precision: What is calculated with: "float32" or "int8". Measured for ViT-B-32-256 with AVX-512 VNNI, in
                photos for a second of one core at batch 1, 4 and 16: 8.0, 8.3, 7.6 and 23.1, 23.0, 22.1 (cosine 0.9999).
            provider: What calculates; empty for the processor. Single operators that it has not, the processor computes.
            calls: How many run at once, each on its share of the threads.
            threads: Of all calls together.

        Raises:
            ModelRunError: ONNX Runtime is not installed, or cannot run this graph here.
            ModelDamagedError: A weight is missing.
        """
        onnxruntime = _engine()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = max(1, threads // calls)
        options.log_severity_level = 3
        # Threads that wait busily take the processor from the decoders.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.enable_cpu_mem_arena = False
        content, tensors = _filled(graph, weights, is_rounded=precision == "int8")
        self._calls = threading.BoundedSemaphore(calls)
        try:
            # The session refers to these arrays as long as it lives.
            self._values = [onnxruntime.OrtValue.ortvalue_from_numpy(tensor) for tensor in tensors.values()]
            options.add_external_initializers(list(tensors), self._values)
            self._session = onnxruntime.InferenceSession(content, options, providers=_providers(provider))
        except Exception as error:
            raise _cannot_run(error) from error
        # A provider that cannot be started is left out without an error, and the processor does its work.
        if provider and provider not in self._session.get_providers():
            raise ModelRunError(f"ONNX Runtime cannot start its {provider} here.")
        self._input = self._session.get_inputs()[0].name
        weights.rest()

    def run(self, batch: NDArray[Any]) -> NDArray[np.float32]:
        """See `Tower.run`."""
        with self._calls:
            try:
                result: NDArray[np.float32] = self._session.run(None, {self._input: batch})[0]
            except Exception as error:
                raise _cannot_run(error) from error
        return np.asarray(result, dtype=np.float32)


def _providers(provider: str) -> list[Any]:
    """Return what may calculate, the best first."""
    ways = [(provider, _OPTIONS.get(provider, {}))] if provider and provider != _PROCESSOR else []
    return [*ways, _PROCESSOR]


def _filled(graph: Graph, weights: Weights, *, is_rounded: bool) -> tuple[bytes, dict[str, NDArray[Any]]]:
    """Return the graph as the session wants it, and the tensors that it names."""
    chosen = matrices(graph) if is_rounded else {}
    tensors: dict[str, NDArray[Any]] = {}
    for name, tensor in weights.tensors(graph.shapes).items():
        if name not in chosen:
            tensors[name] = tensor.astype(np.float32, copy=False)
            continue
        matrix = rounded(tensor, outputs_first=chosen[name])
        tensors[name] = np.ascontiguousarray(matrix.values.T) if chosen[name] else matrix.values
        tensors[scales_of(name)] = matrix.scales
    return (with_rounded_matrices(graph, chosen) if chosen else graph.content), tensors


def _cannot_run(error: Exception) -> ModelRunError:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return ModelRunError(f"ONNX Runtime cannot run the model here: {lines[0][:200]}")


def _engine() -> ModuleType:
    """Return ONNX Runtime, loaded so that it tells nobody.

    Raises:
        ModelRunError: It cannot be used here.
    """
    name, value = NO_TELEMETRY
    os.environ[name] = value
    try:
        import onnxruntime
    except (ImportError, OSError) as error:
        raise ModelRunError(
            f"ONNX Runtime cannot be used here: {error}",
            "Choose another way with “vislumbre model bench”.",
        ) from error
    # For Windows' own telemetry, of which the variable knows nothing.
    onnxruntime.disable_telemetry_events()
    module: ModuleType = onnxruntime
    return module
