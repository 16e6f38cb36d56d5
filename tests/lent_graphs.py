"""Graphs of tiny models, exported by the first library that needs one and lent to all that follow, in every worker.

To export one takes four seconds in a process that imports torch, and a hundred tests begin a library of their own with the
same tiny model. What is exported, and that it is right, is tested in `tests/library/models/export`.
"""

import contextlib
import shutil
import tempfile
from pathlib import Path

from desktop_app.library.models.runtime.graphs import EXPORTED
from desktop_app.paths import AppPaths
from desktop_app.trust import OwnLibraries

_kept: list[Path] = []


def keep_in(folder: Path) -> None:
    """Keep them in a folder, which all workers of a run share. It is made before the first test."""
    folder.mkdir(exist_ok=True)
    _kept[:] = [folder]


def lend(data: Path) -> None:
    """Put what was kept into the data folder of a library that has none of its own."""
    exported = data / "models" / EXPORTED
    if not exported.exists():
        for graph in _graphs():
            shutil.copytree(graph, exported / graph.name)


def lend_as_own(library: Path) -> None:
    """Do so for a library that is not made yet, and counts as made here from then on: what another made is refused."""
    if _graphs() and not library.exists():
        OwnLibraries.of_person().admit(AppPaths.below(library), "", trusted=False)
        lend(library / "data")


def keep(data: Path) -> None:
    """Keep what a library has exported into its data folder."""
    lent = {graph.name for graph in _graphs()}
    for graph in _whole(data / "models" / EXPORTED):
        if graph.name not in lent:
            # Under its name only when it is whole. Another worker may have been faster.
            beside = Path(tempfile.mkdtemp(prefix=".", dir=_kept[0]))
            shutil.copytree(graph, beside / graph.name)
            with contextlib.suppress(OSError):
                (beside / graph.name).rename(_kept[0] / graph.name)
            shutil.rmtree(beside)


def _graphs() -> list[Path]:
    return _whole(_kept[0])


def _whole(folder: Path) -> list[Path]:
    """Return the graphs in a folder: what is not whole yet, ours or the exporter's, has a name with a dot."""
    return [one for one in folder.iterdir() if not one.name.startswith(".")] if folder.is_dir() else []
