"""This program as a person runs it: each command a process of its own."""

import json
import shutil
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from tests.benchmarks.process_tree import Ran, ran
from tests.benchmarks.processes import ROOT

_RUNNING = """
import json, sys, time
from pathlib import Path
from typing import Protocol
from desktop_app import paths
from desktop_app.library import PhotoLibrary
base = Path(sys.argv[1])
library = PhotoLibrary(
    base / "data", base / "cache", resources=paths.resources(), model=sys.argv[2], network=lambda: False
)
library.models.warm_up().result()
library.searching.search("a dog on the beach", 10).result()
# How words lie in the model's space is found out once for a library, beside the first questions.
quiet = 0
for _ in range(600):
    before = time.process_time()
    time.sleep(0.1)
    quiet = quiet + 1 if time.process_time() - before < 0.02 else 0
    if quiet == 20:
        break
taken = []
for number in range(int(sys.argv[3])):
    started = time.perf_counter()
    library.searching.search(f"{number} dogs on the beach", 10).result()
    taken.append(time.perf_counter() - started)
library.close()
print(json.dumps(taken))
"""
# So many looks, a tenth of a second each, with hardly any processor time are rest: halves of a model that nobody needs are
# put away after 30 s.
_QUIET_LOOKS = 400
_QUIET_CPU_S = 2.0


class Vislumbre:
    """The program with one model and a library of its own.

    Attributes:
        name: For the table.
        base: Holds its library.
    """

    def __init__(self, name: str, model: Path, base: Path) -> None:
        """Name it.

        Args:
            name: For the table.
            model: The model's folder.
            base: Where its library is made.
        """
        self.name = name
        self._model = model
        self.base = base
        self._way = ""

    def run_by(self, way: str, name: str) -> "Vislumbre":
        """Return the same program with a library beside this one, whose model is run in another way."""
        other = Vislumbre(name, self._model, self.base.with_name(f"{self.base.name}, {way}"))
        other._way = way
        return other

    def renewed(self) -> None:
        """Forget all photos, and everything else."""
        shutil.rmtree(self.base, ignore_errors=True)

    def index(self, photos: Path) -> Ran:
        """Make the library equal to a folder."""
        return self._ran("index", str(photos))

    def search(self, _photos: Path, words: str, limit: int = 10) -> Ran:
        """Search in all that is indexed."""
        return self._ran("search", "--limit", str(limit), words)

    def neighbours(self, _photos: Path, example: Path, limit: int) -> list[str]:
        """Return the names of the photos nearest to an example, which is not among them."""
        said = self._ran("--json", "similar", "--limit", str(limit), str(example)).said
        return [Path(hit["path"]).name for hit in json.loads(said)["hits"]]

    def running(self, _photos: Path, searches: int) -> Ran:
        """Open it once and search again and again; says the seconds of each as JSON."""
        words: list[str | Path] = [sys.executable, "-c", _RUNNING, self.base, self._model, str(searches)]
        return ran(words, cwd=ROOT)

    def window(self, photos: int) -> tuple[Ran, "Rest"]:
        """Open the window until so many photos have vectors and it is at rest; it is ended then."""
        rest = Rest(lambda: self._embedded() >= photos)
        words: list[str | Path] = [sys.executable, "-m", "desktop_app", "--base-dir", self.base]
        return ran(words, cwd=ROOT, environment={"QT_QPA_PLATFORM": "offscreen"}, until=rest.reached), rest

    def _ran(self, *words: str) -> Ran:
        program = [sys.executable, "-m", "desktop_app", "--base-dir", self.base, "--model", self._model]
        way = ["--runtime", self._way] if self._way else []
        return ran([*map(str, program), *way, *words], cwd=ROOT)

    def _embedded(self) -> int:
        catalogue = self.base / "data" / "catalog.db"
        try:
            with sqlite3.connect(f"file:{catalogue}?mode=ro", uri=True) as opened:
                return int(opened.execute("SELECT count(*) FROM vector").fetchone()[0])
        except sqlite3.Error:
            return 0


class _Seen(Protocol):
    """What `Tree` tells at each look."""

    @property
    def cpu_s(self) -> float: ...

    root_mb: float
    now_mb: float


class Rest:
    """Tells when a program has done its work and rests.

    Attributes:
        app_mb: What its first process held then, in 10⁶ bytes.
        all_mb: What all its processes held then; shared pages count once.
    """

    def __init__(self, has_worked: Callable[[], bool]) -> None:
        """Wait for this first."""
        self.app_mb = self.all_mb = 0.0
        self._has_worked = has_worked
        self._cpu_s: list[float] = []

    def reached(self, tree: _Seen) -> bool:
        """Look once more, and say whether it rests now."""
        if not self._cpu_s and not self._has_worked():
            return False
        self._cpu_s.append(tree.cpu_s)
        self.app_mb, self.all_mb = tree.root_mb, tree.now_mb
        return (
            len(self._cpu_s) > _QUIET_LOOKS
            and self._cpu_s[-1] - self._cpu_s[-1 - _QUIET_LOOKS] <= _QUIET_CPU_S
        )
