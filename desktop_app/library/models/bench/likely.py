"""Which way is most likely the fastest here, as the processor's instructions say, and a short look at whether it is true."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from desktop_app.library.concurrency.cores import lanes
from desktop_app.library.models.bench.bench import Child, Effort, judged
from desktop_app.library.models.bench.figures import WayResult
from desktop_app.library.models.bench.here import instructions
from desktop_app.library.models.bench.orders import Orders
from desktop_app.library.models.bench.process import measure_in_child
from desktop_app.library.models.runtime.ways import (
    ISA_LIMITS,
    OPENVINO,
    OPENVINO_BFLOAT16,
    OPENVINO_INT8,
    Way,
    default_way,
)

_MATRICES_OF_BFLOAT16 = "amx_bf16"
_MULTIPLIES_INT8 = frozenset({"avx512_vnni", "avx_vnni", "amx_int8"})
# With 18 pictures a look takes 7 s of processor time for ViT-B-32-256, 2 for the built-in model; what is measured
# thoroughly enough to choose among all ways takes 17 and 4.
_LOOK = Effort(6, 0.0, 60.0)


def likely_way(faults: Mapping[Way, str]) -> Way | None:
    """Return the inexact way that is likely the fastest here; None where the processor's instructions promise nothing.

    Measured on an AMD EPYC with AVX-512 VNNI and BF16, in photos for a second of a core: ViT-B-32-256 with float32,
    bfloat16 and int8 8.5, 16 and 23; the built-in model, whose convolutions int8 does nothing for, 45 and 85.

    Args:
        faults: Every way, and why it is none for the model here; see `bench.ways_here`.
    """
    if default_way() != OPENVINO or any(name in os.environ for name in ISA_LIMITS):
        return None
    there = instructions()
    order = [OPENVINO_BFLOAT16]
    if not _MULTIPLIES_INT8.isdisjoint(there):
        order.insert(1 if _MATRICES_OF_BFLOAT16 in there else 0, OPENVINO_INT8)
    return next((way for way in order if not faults[way]), None)


def look(
    folder: Path, graphs: Path, way: Way, *, is_wanted: Callable[[], bool], child: Child = measure_in_child
) -> list[WayResult]:
    """Return the usual way and another one, held against it with a few pictures; some seconds.

    One after the other, each in a process of its own: at the same time they take no less, and twice the memory. Their speeds
    may be compared with each other, and with nothing else.

    Args:
        folder: Of the model's weights and configuration.
        graphs: Of its graphs.
        way: Which.
        is_wanted: Asked ten times a second.
        child: Measures one way.

    Raises:
        BenchStoppedError: It is not wanted any more.
        ModelRunError: One of them does not work.
    """
    ways = (default_way(), way)
    orders = [Orders(folder, graphs, one, lanes(), _LOOK.subjects, _LOOK.speed_s) for one in ways]
    exact, other = (child(one, _LOOK.limit_s, is_wanted) for one in orders)
    return [judged(ways[0], exact, exact), judged(way, other, exact)]
