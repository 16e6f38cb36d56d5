"""Which libraries the frozen files take from the system, and which packages those are in.

A program that lacks one does not start, or lacks a part that nobody misses in a test; so nothing is guessed: what the files ask
for, less what lies beside them, has to be in ``linux/libraries.toml``.
"""

import re
import subprocess
import tomllib
from collections.abc import Mapping
from pathlib import Path

from steps import glibc, project
from steps.elf import elf_files
from steps.errors import CannotBuildError

_FILE = re.compile(r"^File: (.*)$")
_ENTRY = re.compile(r"\((NEEDED|SONAME)\).*\[(.*)\]")
# More names than this in one command are too long for the system.
_AT_ONCE = 500

_LIST = tomllib.loads((project.PACKAGING / "linux" / "libraries.toml").read_text(encoding="utf-8"))
FLOOR = ".".join(map(str, glibc.FLOOR))
DEBIAN: Mapping[str, str] = _LIST["debian"]


def from_system(tree: Path) -> dict[str, list[Path]]:
    """Return what the files of a folder need and none of them is, with those that need it.

    Raises:
        CannotBuildError: There is no readelf here.
    """
    needs: dict[str, list[Path]] = {}
    inside = {file.name for file in tree.rglob("*.so*")}
    files = list(elf_files(tree))
    for start in range(0, len(files), _AT_ONCE):
        for file, kind, name in _dynamic(files[start : start + _AT_ONCE]):
            if kind == "SONAME":
                inside.add(name)
            else:
                needs.setdefault(name, []).append(file)
    return {name: by for name, by in sorted(needs.items()) if name not in inside}


def known_from_system(tree: Path) -> list[str]:
    """Return what has to come from the system, after a look into the list.

    Raises:
        CannotBuildError: Something is needed that the list has no package for.
    """
    needs = from_system(tree)
    unknown = [name for name in needs if name not in DEBIAN]
    if unknown:
        lines = "\n".join(f"  {name}, by {needs[name][0].relative_to(tree)}" for name in unknown)
        raise CannotBuildError(
            "libraries are needed that are neither inside nor in packaging/linux/libraries.toml. Ship them, leave out what "
            f"needs them, or name their package there:\n{lines}"
        )
    return list(needs)


def debian_packages(sonames: list[str]) -> str:
    """Return what a Debian package has to depend on for these libraries."""
    packages = {f"libc6 (>= {FLOOR})" if DEBIAN[name] == "libc6" else DEBIAN[name] for name in sonames}
    return ", ".join(sorted(packages))


def rpm_requires(sonames: list[str]) -> str:
    """Return the lines by which an rpm requires these libraries: by name, which Fedora and openSUSE both provide."""
    wanted = {f"{name}()(64bit)" for name in sonames if DEBIAN[name] != "libc6"}
    return "\n".join(f"Requires: {name}" for name in [f"libc.so.6(GLIBC_{FLOOR})(64bit)", *sorted(wanted)])


def _dynamic(files: list[Path]) -> list[tuple[Path, str, str]]:
    try:
        done = subprocess.run(["readelf", "-dW", *files], capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise CannotBuildError("readelf is missing: on Debian, apt-get install binutils") from error
    # The name of a file is said only where there are several.
    file, found = files[0], []
    for line in done.stdout.splitlines():
        if named := _FILE.match(line):
            file = Path(named[1])
        elif entry := _ENTRY.search(line):
            found.append((file, entry[1], entry[2]))
    return found
