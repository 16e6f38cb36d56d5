"""Seconds from a closed library to its first answer, as a fresh process."""

from pathlib import Path

from tests.benchmarks.figures import Result
from tests.benchmarks.made_library import made_library
from tests.benchmarks.processes import answer_of
from tests.benchmarks.sizes import Sizes

_TARGET_S = 4.0

_DRIVER = """
import json, sys, time
started = time.perf_counter()
from pathlib import Path
from tests.benchmarks.made_library import MadeLibrary
imported = time.perf_counter()
library = MadeLibrary(Path(sys.argv[1]), int(sys.argv[2])).open()
opened = time.perf_counter()
first = library.searching.search("a dog on the beach").result()
answered = time.perf_counter()
library.searching.search("mountains in the snow").result()
again = time.perf_counter()
library.close()
assert first.hits and "torch" not in sys.modules
print(json.dumps([imported - started, opened - imported, answered - opened, again - answered]))
"""


def measure(sizes: Sizes, work: Path) -> Result:
    """Open the largest library a few times; the run with the median time to the first answer counts."""
    library = made_library(work, max(sizes.vectors))
    runs = [answer_of(_DRIVER, str(library.base), str(library.count)) for _ in range(sizes.openings)]
    imports, opening, first, again = sorted(runs, key=lambda run: sum(run[:3]))[len(runs) // 2]
    result = Result(f"Opening {library.count:,} photos")
    result.add("first answer, imports included", imports + opening + first, "s", at_most=_TARGET_S)
    result.add("imports", imports, "s")
    result.add("catalogue open", opening, "s")
    result.add("store open and first answer", first, "s")
    result.add("second answer", 1000 * again, "ms")
    result.notes.append(
        "fresh process, 200 hits, words of no weight instead of a model; torch is not imported"
    )
    return result
