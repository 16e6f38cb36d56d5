"""What is inside a frozen program: packages of Python, and libraries that are none. Nothing is believed that is not there."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path, PurePosixPath

from steps import project
from steps.errors import CannotBuildError

SYSTEM = {"linux": "linux", "darwin": "macos", "win32": "windows"}.get(sys.platform, sys.platform)
# Run by the Python that froze the program, for it alone has PyInstaller, and the packages the program was frozen from.
_ASK = """
import json, pathlib, platform, sys, sysconfig
from PyInstaller.archive.readers import CArchiveReader
archive = CArchiveReader(sys.argv[1])
names = [name for name, entry in archive.toc.items() if entry[-1] in "zZ"]
modules = sorted({module for name in names for module in archive.open_embedded_archive(name).toc})
texts = [pathlib.Path(folder) / "LICENSE.txt" for folder in (sysconfig.get_path("stdlib"), sys.base_prefix, sys.base_exec_prefix)]
print(json.dumps({
    "modules": modules,
    "packages": sysconfig.get_path("purelib"),
    "python": platform.python_version(),
    "text": next((str(path) for path in texts if path.is_file()), ""),
}))
"""
# ELF, PE, and Mach-O: thin and fat, of either order of bytes.
_NATIVE = (
    b"\x7fELF",
    b"MZ",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"\xbe\xba\xfe\xca",
)
# libshiboken6.abi3.so.6.11 is a library in spite of its name.
_MODULE = re.compile(r"\.pyd$|\.cpython-[^.]+\.so$|\.abi3\.so$")
_MODULE_ENDS = (".py", "/__init__.py")


@dataclass(frozen=True, slots=True)
class Inside:
    """What a frozen program consists of.

    Attributes:
        packages: The packages of which it has at least one file or module, by the name of each in small letters with dashes.
        known: All packages of the Python that froze it, whether inside or not.
        libraries: Places, in the program's folder, of native files that are no module of Python by a package inside.
        python: The version of Python.
        python_text: Where Python's licence is; None where that installation has none.
    """

    packages: Mapping[str, metadata.Distribution]
    known: Mapping[str, metadata.Distribution]
    libraries: tuple[PurePosixPath, ...]
    python: str
    python_text: Path | None


def look_into(frozen: Path, python: Path | None = None) -> Inside:
    """Return what a frozen program consists of.

    Args:
        frozen: The folder with the program and its `_internal`.
        python: The Python that froze it; looked for where the step `freeze` keeps it, if it is not named.

    Raises:
        CannotBuildError: There is no program, or it cannot be read.
    """
    program = next(
        (path for path in (frozen / project.NAME, frozen / f"{project.NAME}.exe") if path.is_file()), None
    )
    if program is None:
        raise CannotBuildError(
            f"There is no frozen program in {frozen}: `python packaging/build.py freeze` makes it."
        )
    asked = _ask(python or _freezer(), program)
    known = {spelled(found.name): found for found in metadata.distributions(path=[asked["packages"]])}
    owners = {str(file): name for name, found in known.items() for file in found.files or ()}
    files = list(_files(frozen))
    modules = {module.replace(".", "/") + end for module in asked["modules"] for end in _MODULE_ENDS}
    names = {owners[place] for place in (*modules, *map(str, files)) if place in owners} - {project.NAME}
    libraries = [place for place in files if _is_library(frozen, place, owned=str(place) in owners)]
    return Inside(
        packages={name: known[name] for name in sorted(names)},
        known=known,
        libraries=(*libraries, *_programs(frozen)),
        python=asked["python"],
        python_text=Path(asked["text"]) if asked["text"] else None,
    )


def spelled(name: str) -> str:
    """Return a package's name as an index compares it: small letters and dashes."""
    return "-".join(part for part in name.lower().replace("_", "-").replace(".", "-").split("-") if part)


def internal(frozen: Path) -> Path:
    """Return the folder of a frozen program that everything but the program itself lies in."""
    return frozen / "_internal" if (frozen / "_internal").is_dir() else frozen


def _freezer() -> Path:
    for place in ("bin/python", "Scripts/python.exe"):
        if (found := project.BUILD / "freeze-venv" / place).exists():
            return found
    return Path(sys.executable)


def _ask(python: Path, program: Path) -> dict[str, str]:
    ran = subprocess.run([python, "-c", _ASK, program], capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        reason = ran.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise CannotBuildError(f"{program} cannot be read with {python}: {reason[0]}")
    return dict(json.loads(ran.stdout))


def _files(frozen: Path) -> Iterator[PurePosixPath]:
    """Return the places of files below `_internal`; what is a link is a file only where it leads."""
    below = internal(frozen)
    for path in sorted(below.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield PurePosixPath(path.relative_to(below).as_posix())


def _programs(frozen: Path) -> list[PurePosixPath]:
    """Return the names of what is started: on Windows there is one for the console and one for the window."""
    return [
        PurePosixPath(path.name) for path in sorted(frozen.iterdir()) if path.is_file() and _is_native(path)
    ]


def _is_native(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4).startswith(_NATIVE)


def _is_library(frozen: Path, place: PurePosixPath, *, owned: bool) -> bool:
    """Whether a file is native, and no module of Python that a package has."""
    if owned and _MODULE.search(place.name):
        return False
    return _is_native(internal(frozen) / place)
