"""Imports open_clip without the parts that are slow, large or, on some machines, broken."""

import contextlib
import importlib
import importlib.machinery
import importlib.util
import logging
import os
import sys
import threading
import types
from collections.abc import Callable, Iterator
from typing import Any

from desktop_app.library.errors import ModelError

_log = logging.getLogger(__name__)
_lock = threading.Lock()

# What a broken or unexpected torch, torchvision or timm raises while it is imported.
_IMPORT_ERRORS = (ImportError, OSError, RuntimeError, AttributeError, TypeError, ValueError, KeyError)
NETWORK_ERRORS = (
    RuntimeError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    MemoryError,
)
"""What open_clip, timm and torch raise for a network that they cannot make, fill or run."""

# The initialisers that fill a new network with random numbers; those that write constants cost nothing.
_RANDOM_STARTS = (
    "uniform_",
    "normal_",
    "trunc_normal_",
    "xavier_uniform_",
    "xavier_normal_",
    "kaiming_uniform_",
    "kaiming_normal_",
)


def import_open_clip() -> Any:
    """Return the module `open_clip`, the lean way where that works, else the ordinary way. Safe on any thread.

    Raises:
        ModelError: Neither way works on this machine.
    """
    # Nothing is ever fetched from a hub here; read by huggingface_hub when it is imported, so before it is.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    with _lock:
        if "open_clip" in sys.modules:
            return sys.modules["open_clip"]
        try:
            return _import_lean()
        except _IMPORT_ERRORS:
            _log.warning("open_clip was not imported the lean way; trying the ordinary one", exc_info=True)
            forget_half_imported()
        try:
            return _import_ordinary()
        except _IMPORT_ERRORS as error:
            forget_half_imported()
            raise ModelError(
                f"The part that runs models cannot be started on this machine: {error}.",
                "Install Vislumbre again; searching by name works meanwhile.",
            ) from error


def _import_lean() -> Any:
    """Import open_clip without torchvision's C extension and without torch._dynamo.

    torchvision from the package index is built for CUDA on Linux and cannot be imported beside a CPU torch
    (pytorch/vision #9085), and open_clip needs only its transforms. timm asks for `torch.compiler.disable`, which
    drags in torch._dynamo, inductor and sympy. Together this spares 1.5 s of every start.
    """
    import torch.compiler

    if "torchvision" not in sys.modules:
        _stand_in_for_torchvision()
    real = torch.compiler.disable
    torch.compiler.disable = _leave_as_is  # only while timm and open_clip are imported
    try:
        return importlib.import_module("open_clip")
    finally:
        torch.compiler.disable = real


def _import_ordinary() -> Any:
    return importlib.import_module("open_clip")


def _stand_in_for_torchvision() -> None:
    """Put bare packages in place of `torchvision` and `torchvision.ops`; their submodules are the real ones."""
    spec = importlib.util.find_spec("torchvision")
    if spec is None or spec.submodule_search_locations is None:
        raise ImportError("torchvision is not installed")
    base = list(spec.submodule_search_locations)
    places = {"torchvision": base, "torchvision.ops": [os.path.join(path, "ops") for path in base]}  # noqa: PTH118
    for name, path in places.items():
        module = types.ModuleType(name)
        module.__path__ = path
        module.__spec__ = importlib.machinery.ModuleSpec(name, None, is_package=True)
        module.__spec__.submodule_search_locations = path
        sys.modules[name] = module
    package: Any = sys.modules["torchvision"]
    package.ops = sys.modules["torchvision.ops"]
    package.__version__ = "0"


def _leave_as_is(fn: Any = None, *_: Any, **__: Any) -> Any:
    """Stand in for `torch.compiler.disable`, as a decorator with or without arguments."""
    return fn if fn is not None else _leave_as_is


def forget_half_imported() -> None:
    """Drop modules that a failed import left behind, so that the next attempt starts afresh."""
    for name in list(sys.modules):
        if name.split(".", 1)[0] in {"open_clip", "timm", "torchvision"}:
            del sys.modules[name]


@contextlib.contextmanager
def without_random_start() -> Iterator[None]:
    """Leave new networks' weights as they lie in memory: all are overwritten, and 0.6 s are spared.

    For the process as a whole; the caller sees to it that nobody else makes a network meanwhile.
    """
    import torch.nn.init

    real: dict[str, Callable[..., Any]] = {name: getattr(torch.nn.init, name) for name in _RANDOM_STARTS}
    for name in real:
        setattr(torch.nn.init, name, _same_tensor)
    try:
        yield
    finally:
        for name, function in real.items():
            setattr(torch.nn.init, name, function)


def _same_tensor(tensor: Any, *_: Any, **__: Any) -> Any:
    return tensor
