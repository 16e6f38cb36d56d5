"""Has one way measured in a process of its own, so that a crash is that way's alone and its memory is true."""

import contextlib
import json
import logging
import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable
from typing import IO

import numpy as np

from desktop_app.children import MODEL_BENCH, command_of, creation_flags
from desktop_app.library.confinement.environment import environment_of_a_child
from desktop_app.library.errors import ModelRunError
from desktop_app.library.models.bench.figures import from_json
from desktop_app.library.models.bench.orders import Measured, Orders
from desktop_app.library.outside.json_text import NotJsonError, read_json
from desktop_app.streams import reader_may_be_gone

_log = logging.getLogger(__name__)

_LOOK_S = 0.1
_MOST_BYTES = 64 << 20
_FLOAT_BYTES = 4
# What changes how engines calculate, and where the drivers of graphics cards are.
_HANDED_ON = (
    "ONEDNN_",
    "DNNL_",
    "CUDA_",
    "NVIDIA_",
    "HIP_",
    "ROCR_",
    "HSA_",
    "ONEAPI_",
    "ZE_",
    "SYCL_",
    "PYTORCH_",
)


class BenchStoppedError(Exception):
    """Nobody wants the result any more."""


def measure_in_child(orders: Orders, limit_s: float, is_wanted: Callable[[], bool]) -> Measured:
    """Measure one way; blocks until it is done.

    Args:
        orders: What to measure.
        limit_s: A way that takes longer fails.
        is_wanted: Asked ten times a second.

    Raises:
        ModelRunError: The way does not work here: it says so, crashes or takes too long.
        BenchStoppedError: It is not wanted any more.
    """
    process = subprocess.Popen(
        command_of(MODEL_BENCH),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment_of_a_child({"HF_HUB_OFFLINE": "1"}, _HANDED_ON),
        start_new_session=os.name == "posix",
        creationflags=creation_flags(own_group=True),
    )
    try:
        with reader_may_be_gone():  # it has ended already; its silence says so
            assert process.stdin is not None
            process.stdin.write(_line_of(orders))
            process.stdin.flush()
        return _read(_answer_of(process, limit_s, is_wanted), orders, process)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _line_of(orders: Orders) -> bytes:
    given = {
        "folder": str(orders.folder),
        "graphs": str(orders.graphs),
        "way": orders.way.name,
        "calls": orders.calls,
        "subjects": orders.subjects,
        "speed_s": orders.speed_s,
    }
    return json.dumps(given).encode() + b"\n"


def _answer_of(process: "subprocess.Popen[bytes]", limit_s: float, is_wanted: Callable[[], bool]) -> bytes:
    """Return all that the child says, once it has ended."""
    answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    reader = threading.Thread(
        target=_read_all, args=(process.stdout, answers), name="model-bench-answer", daemon=True
    )
    reader.start()
    ends = time.monotonic() + limit_s
    try:
        while True:
            if not is_wanted():
                raise BenchStoppedError
            if time.monotonic() > ends:
                raise ModelRunError(f"takes longer than {limit_s:.0f} s")
            with contextlib.suppress(queue.Empty):
                return answers.get(timeout=_LOOK_S)
    finally:
        process.kill()
        reader.join()


def _read(answer: bytes, orders: Orders, process: "subprocess.Popen[bytes]") -> Measured:
    line, _, numbers = answer.partition(b"\n")
    if not line:
        code = process.wait()
        raise ModelRunError("crashes" if code not in {0, 1} else "does not work")
    try:
        said = read_json(line)
    except NotJsonError as error:
        raise ModelRunError("gives no figures") from error
    found = said if isinstance(said, dict) else {}
    if isinstance(found.get("problem"), str):
        raise ModelRunError(f"does not work: {found['problem'][:300]}")
    figures = from_json(found.get("figures"))
    shapes = _shapes(found.get("shapes"), len(numbers))
    if figures is None or figures.way != orders.way.name or shapes is None:
        raise ModelRunError("gives no figures")
    photos, words, dimension = shapes
    rows = np.frombuffer(numbers, dtype="<f4").reshape(photos + words, dimension)
    return Measured(figures, rows[:photos], rows[photos:])


def _shapes(said: object, size: int) -> tuple[int, int, int] | None:
    """Return how many photos and words the child gives, and how long their vectors are; None for anything else."""
    match said:
        case [[int(photos), int(long)], [int(words), int(as_long)]]:
            is_right = min(photos, long, words) > 0 and long == as_long
            return (
                (photos, words, long) if is_right and (photos + words) * long * _FLOAT_BYTES == size else None
            )
        case _:
            return None


def _read_all(pipe: IO[bytes] | None, answers: "queue.SimpleQueue[bytes]") -> None:
    answers.put(pipe.read(_MOST_BYTES) if pipe else b"")
