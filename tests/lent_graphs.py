"""Graphs of tiny models, exported by the first command that needs one and lent to the libraries of all that follow.

To export one takes four seconds in a process that imports torch, and a hundred tests begin a library of their own with the
same tiny model. What is exported, and that it is right, is tested in `tests/library/models/export`.
"""

import atexit
import functools
import shutil
import tempfile
from pathlib import Path

from desktop_app.library.models.runtime.graphs import EXPORTED
from desktop_app.paths import AppPaths
from desktop_app.trust import OwnLibraries


def lend(data: Path) -> None:
    """Put what was kept into the data folder of a library that has none of its own."""
    exported = data / "models" / EXPORTED
    if any(_kept().iterdir()) and not exported.exists():
        shutil.copytree(_kept(), exported)


def lend_as_own(library: Path) -> None:
    """Do so for a library that is not made yet, and counts as made here from then on: what another made is refused."""
    if any(_kept().iterdir()) and not library.exists():
        OwnLibraries.of_person().admit(AppPaths.below(library), "", trusted=False)
        lend(library / "data")


def keep(data: Path) -> None:
    """Keep what a library has exported into its data folder."""
    exported = data / "models" / EXPORTED
    for graph in exported.iterdir() if exported.is_dir() else ():
        # Under its name only when it is whole: the exporter works in a folder beside it.
        if not graph.name.startswith(".") and not (_kept() / graph.name).exists():
            shutil.copytree(graph, _kept() / graph.name)


@functools.cache
def _kept() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="graphs-of-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
