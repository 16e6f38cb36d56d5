"""All benchmarks by name."""

from collections.abc import Callable
from pathlib import Path

from tests.benchmarks import (
    changing,
    filtering,
    indexing,
    judging,
    large_photo,
    memory,
    moving,
    opening,
    peers,
    runtimes,
    scanning,
    searching,
    window,
    words,
)
from tests.benchmarks.figures import Result
from tests.benchmarks.machine import Others
from tests.benchmarks.sizes import Sizes

Measure = Callable[[Sizes, Path], Result]

# Those that share the made library stand together; the first of them makes it.
BENCHMARKS: dict[str, Measure] = {
    "window": window.measure,
    "large photo": large_photo.measure,
    "indexing": indexing.measure,
    "memory": memory.measure,
    "moving": moving.measure,
    "words": words.measure,
    "search": searching.measure,
    "judging": judging.measure,
    "filters": filtering.measure,
    "opening": opening.measure,
    "scanning": scanning.measure,
    "changing": changing.measure,
    "peers": peers.measure,
    "runtimes": runtimes.measure,
}


def measured(name: str, sizes: Sizes, work: Path) -> Result:
    """Run one benchmark in this process and add how busy the machine was with other things."""
    others = Others()
    result = BENCHMARKS[name](sizes, work)
    result.others_share = others.share()
    return result
