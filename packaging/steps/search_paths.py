"""Takes the build machine's folders out of the libraries: what is installed looks for its parts beside itself only.

Python's own modules are linked with the folder of the Python that they were built for. On another computer that folder is not
there, or it is somebody else's, and a library in it would be loaded.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from steps.elf import elf_files
from steps.errors import CannotBuildError

_RUN_PATH = re.compile(r"\((?:RPATH|RUNPATH)\).*\[(.*)\]")


def make_own(tree: Path) -> int:
    """Leave in every library below a folder only places relative to itself; return how many were changed.

    Raises:
        CannotBuildError: readelf or patchelf is missing, or could not change a file.
    """
    changed = 0
    for file, places in _with_places(tree):
        own = [place for place in places if place.startswith("$ORIGIN")]
        if own != places:
            how = ["--set-rpath", ":".join(own)] if own else ["--remove-rpath"]
            _run("patchelf", *how, str(file))
            changed += 1
    return changed


def _with_places(tree: Path) -> Iterator[tuple[Path, list[str]]]:
    for file in elf_files(tree):
        if found := _RUN_PATH.search(_run("readelf", "--wide", "--dynamic", str(file))):
            yield file, found[1].split(":")


def _run(tool: str, *words: str) -> str:
    if shutil.which(tool) is None:
        raise CannotBuildError(f"{tool} is missing: on Debian, apt-get install patchelf binutils")
    done = subprocess.run([tool, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotBuildError(f"{tool} {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout
