"""The steps of the table, each in a process of its own, so that none finds another's memory."""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.machine import Others
from tests.benchmarks.process_tree import ran
from tests.benchmarks.processes import ROOT
from tests.benchmarks.scale import beside_faiss, engine, stacking
from tests.benchmarks.scale.amounts import Amounts
from tests.benchmarks.scale.making import ScaleLibrary
from tests.benchmarks.scale.measured import FAULTS, Measured
from tests.benchmarks.scale.wanted import WANTED

Step = Callable[[ScaleLibrary, Amounts], Measured]
JOURNEY_NAME = "journey.json"
SCREENSHOT_NAME = "window.png"


def measured(name: str, library: ScaleLibrary, amounts: Amounts) -> Measured:
    """Run one step in this process and add how busy the machine was with other things."""
    others = Others()
    try:
        found = STEPS[name](library, amounts)
    except FAULTS as error:
        said = " ".join(str(error).split())[:200] or type(error).__name__
        found = Measured(problems={row.key: f"the step “{name}” failed: {said}" for row in WANTED})
    found.others_share = others.share()
    return found


def measured_alone(name: str, library: ScaleLibrary, amounts: Amounts) -> Measured:
    """Run one step in a process that is there for it alone, and whose environment may be changed."""
    os.environ |= library.environment
    return measured(name, library, amounts)


def _first_answer(library: ScaleLibrary, amounts: Amounts) -> Measured:
    """Search from the command line, in fresh processes."""
    found = Measured()
    taken = [
        ran(
            [
                *(sys.executable, "-m", "desktop_app", "--base-dir", library.base),
                *("--json", "search", "--limit", "200", f"a dog on the beach {number}"),
            ],
            cwd=ROOT,
            environment=library.environment,
        )
        for number in range(amounts.starts)
    ]
    if not taken:
        found.problems["first_answer_s"] = "no process was started"
        return found
    if any(not json.loads(one.said)["hits"] for one in taken):
        found.problems["first_answer_s"] = "the command line found nothing"
        return found
    found.figures |= {
        "first_answer_s": statistics.median(one.wall_s for one in taken),
        "first_answer_cpu_s": statistics.median(one.cpu_s for one in taken),
        "first_answer_memory_mb": max(one.memory_mb for one in taken),
    }
    found.notes.append("first answer: a whole process of the command line, from its start to its end")
    return found


def _disk(library: ScaleLibrary, _amounts: Amounts) -> Measured:
    """Add up what the library's own files take."""
    found = Measured()
    sizes = {file: file.stat().st_blocks * 512 for file in library.paths.data.rglob("*") if file.is_file()}
    vectors = library.paths.data / "vectors"
    models = library.paths.data / "models"
    own = {file: size for file, size in sizes.items() if not file.is_relative_to(models)}
    found.figures |= {
        "disk_mb": sum(own.values()) / 1e6,
        "disk_vectors_mb": sum(size for file, size in own.items() if file.is_relative_to(vectors)) / 1e6,
    }
    return found


def _window(library: ScaleLibrary, amounts: Amounts) -> Measured:
    """Let the window be used in a process of its own, on a screen of its own where there is none."""
    from tests.benchmarks.scale.screen import a_screen

    found = Measured()
    said = library.base / JOURNEY_NAME
    said.unlink(missing_ok=True)
    with a_screen() as screen:
        ran(
            [
                *(
                    sys.executable,
                    "-m",
                    "tests.benchmarks.scale.journey",
                    str(library.base),
                    str(library.count),
                ),
                *(
                    str(amounts.frames),
                    str(amounts.settle_s),
                    str(amounts.idle_s),
                    str(amounts.quiet_s),
                    str(time.time()),
                ),
            ],
            cwd=ROOT,
            environment=library.environment | screen,
        )
    answer = json.loads(said.read_text("utf-8"))
    found.figures |= answer["figures"]
    found.problems |= answer["problems"]
    found.notes += answer["notes"]
    return found


STEPS: dict[str, Step] = {
    "vectors beside FAISS": beside_faiss.measure,
    "fresh process": _first_answer,
    "window": _window,
    "engine": engine.measure,
    "stacks": stacking.measure,
    "disk": _disk,
}
"""In their order: the window finds the library as it was made or left."""


def kept_in(library: ScaleLibrary) -> Path:
    """Return where the window's picture is after the step “window”."""
    return library.base / SCREENSHOT_NAME
