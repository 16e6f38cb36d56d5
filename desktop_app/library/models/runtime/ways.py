"""The ways in which a model can be run: engine, precision, and whether they are true to float32."""

import importlib.util
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from desktop_app.library.errors import ModelError, WayUnknownError
from desktop_app.library.models.runtime.cards import why_no_card, why_no_provider
from desktop_app.printable import did_you_mean

_CPU_FLAGS_OF_BFLOAT16 = frozenset({"avx512_bf16", "amx_bf16", "bf16"})
ISA_LIMITS = ("ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA")
"""Names in the environment by which oneDNN, which calculates for OpenVINO and torch, is told to use fewer instructions."""

# Of what it may be told, those that have bfloat16.
_ISAS_WITH_BFLOAT16 = (
    "",
    "ALL",
    "DEFAULT",
    "AVX512_CORE_BF16",
    "AVX512_CORE_FP16",
    "AVX512_CORE_AMX",
    "AVX10_",
)
# How Linux names processors of the one family and the other.
_X86_64 = frozenset({"x86_64", "amd64"})


@dataclass(frozen=True, slots=True)
class Way:
    """One way to run a model.

    Attributes:
        name: As it is written on the command line and in the names of spaces.
        engine: Runs it: "openvino", "onnxruntime" or "torch".
        precision: What it calculates with: "float32", "float16", "bfloat16" or "int8".
        title: For a person.
        device: What calculates, as torch names it, or the provider of ONNX Runtime; empty for the processor.
    """

    name: str
    engine: str
    precision: str
    title: str
    device: str = ""

    @property
    def is_exact(self) -> bool:
        """Whether its vectors are those of open_clip in float32, but for rounding (cosine of 0.9999 and more).

        Exact ways share one space; each other way has a space of its own.
        """
        return self.precision == "float32"

    def space_of(self, model_id: str) -> str:
        """Return the name of the space of a model that is run this way; see `model_id_of`."""
        return model_id if self.is_exact else f"{model_id}-{self.name}"


OPENVINO: Final = Way("openvino", "openvino", "float32", "OpenVINO, float32")
OPENVINO_BFLOAT16: Final = Way("openvino-bf16", "openvino", "bfloat16", "OpenVINO, bfloat16")
OPENVINO_INT8: Final = Way("openvino-int8", "openvino", "int8", "OpenVINO, int8")
ONNXRUNTIME: Final = Way("onnxruntime", "onnxruntime", "float32", "ONNX Runtime, float32")
ONNXRUNTIME_INT8: Final = Way("onnxruntime-int8", "onnxruntime", "int8", "ONNX Runtime, int8")
# Apple's neural engine knows no more than float16.
ONNXRUNTIME_COREML: Final = Way(
    "onnxruntime-coreml", "onnxruntime", "float16", "ONNX Runtime on Apple silicon", "CoreMLExecutionProvider"
)
ONNXRUNTIME_CUDA: Final = Way(
    "onnxruntime-cuda", "onnxruntime", "float32", "ONNX Runtime on an NVIDIA card", "CUDAExecutionProvider"
)
ONNXRUNTIME_DIRECTML: Final = Way(
    "onnxruntime-directml", "onnxruntime", "float32", "ONNX Runtime through DirectX", "DmlExecutionProvider"
)
TORCH: Final = Way("torch", "torch", "float32", "PyTorch, float32")
TORCH_BFLOAT16: Final = Way("torch-bf16", "torch", "bfloat16", "PyTorch, bfloat16")
# ROCm shows itself as CUDA.
TORCH_CUDA: Final = Way("torch-cuda", "torch", "float32", "PyTorch on an NVIDIA or AMD card", "cuda")
TORCH_MPS: Final = Way("torch-mps", "torch", "float32", "PyTorch on Apple silicon", "mps")
TORCH_XPU: Final = Way("torch-xpu", "torch", "float32", "PyTorch on an Intel card", "xpu")

WAYS: Final = (
    OPENVINO,
    OPENVINO_BFLOAT16,
    OPENVINO_INT8,
    ONNXRUNTIME,
    ONNXRUNTIME_INT8,
    ONNXRUNTIME_COREML,
    ONNXRUNTIME_CUDA,
    ONNXRUNTIME_DIRECTML,
    TORCH,
    TORCH_BFLOAT16,
    TORCH_CUDA,
    TORCH_MPS,
    TORCH_XPU,
)


def way_named(name: str) -> Way | None:
    """Return the way of a name; None when there is none."""
    return next((way for way in WAYS if way.name == name), None)


def way_here(name: str) -> Way:
    """Return the way of a name, or the exact one of an engine.

    Raises:
        WayUnknownError: There is no such way.
        ModelError: It cannot be taken on this computer.
    """
    way = way_named(name)
    if way is None:
        names = ", ".join(way.name for way in WAYS)
        near = did_you_mean(name, [way.name for way in WAYS])
        raise WayUnknownError(
            f"There is no way “{name[:60]}” to run a model.", f"{near}There are: {names}.", name=name
        )
    if reason := why_not(way):
        raise ModelError(f"{way.title} {reason}.", "“vislumbre model bench” says what works here.")
    return way


def model_of_space(space: str) -> str:
    """Return the name of the exact space of the same model; see `Way.space_of`."""
    for way in WAYS:
        if not way.is_exact and space.endswith(f"-{way.name}"):
            return space.removesuffix(f"-{way.name}")
    return space


def way_of_space(space: str) -> Way | None:
    """Return the way that a space is embedded in; None for any exact one."""
    return next((way for way in WAYS if not way.is_exact and space.endswith(f"-{way.name}")), None)


def default_way() -> Way:
    """Return the exact way that is taken where nothing was measured."""
    best = (OPENVINO, ONNXRUNTIME) if platform.machine().lower() in _X86_64 else (ONNXRUNTIME, OPENVINO)
    return next((way for way in (*best, TORCH) if not why_not(way)), best[0])


def why_not(way: Way, has_bfloat16: Callable[[], bool] | None = None) -> str:
    """Return why a way cannot be taken on this computer, in words that fit after "it"; empty when it can.

    Nothing is imported for it.

    Args:
        way: Which.
        has_bfloat16: Whether the processor calculates with bfloat16; asked of the system if None.
    """
    package = {"openvino": "openvino", "onnxruntime": "onnxruntime", "torch": "open_clip"}[way.engine]
    if not _is_installed(package):
        return f"needs the package {package}, which is not installed"
    why_no_device = why_no_card if way.engine == "torch" else why_no_provider
    if way.device and (reason := why_no_device(way.device)):
        return reason
    if way.precision == "bfloat16" and not (has_bfloat16 or cpu_has_bfloat16)():
        return "needs a processor that calculates with bfloat16"
    return ""


@cache
def _is_installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


def cpu_has_bfloat16() -> bool:
    """Whether the processor has instructions for bfloat16 that may be used; no where the system does not say.

    Without them every number is converted there and back: torch then runs at 0.06 to 0.2 of float32's speed. Where the
    environment hides them, OpenVINO 2026.4 still offers bfloat16, and gives no vectors at all or takes 1.6 times as long
    as in float32; so its own word is not enough.
    """
    limit = next((os.environ[name] for name in ISA_LIMITS if name in os.environ), "").upper()
    allowed = any(limit == isa or (isa and limit.startswith(isa)) for isa in _ISAS_WITH_BFLOAT16)
    return allowed and _system_says_bfloat16()


@cache
def _system_says_bfloat16() -> bool:
    try:
        described = Path("/proc/cpuinfo").read_text("ascii", "replace")
    except OSError:
        return False
    lines = (line for line in described.splitlines() if line.startswith(("flags", "Features")))
    flags = next(lines, "").partition(":")[2].split()
    return not _CPU_FLAGS_OF_BFLOAT16.isdisjoint(flags)
