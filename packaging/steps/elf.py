"""Reads ELF files, the programs and libraries of Linux, by binutils' `readelf`."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from steps.errors import CannotBuildError

_MAGIC = b"\x7fELF"
_LOAD = re.compile(r"^\s*LOAD\s+(0x[0-9a-f]+)\s+(0x[0-9a-f]+)\s+.*\s(0x[0-9a-f]+)$", re.MULTILINE)
_SONAME = re.compile(r"Library soname: \[([^\]]+)\]")
_OBJECT = re.compile(r"(0x[0-9a-f]+|\d+) OBJECT\s+GLOBAL\s+DEFAULT\s+\d+ (\S+)")
_NEEDED = re.compile(r"\(NEEDED\).*\[(.*)\]")
# Number, value, size, type, binding, visibility, section, name with its version.
_SYMBOL = re.compile(r"^\s*\d+:(?:\s+\S+){5}\s+(\S+)\s+([^\s@]+)", re.MULTILINE)
_VERSION = re.compile(r"Name: (GLIBC_[0-9.]+)\b")


def elf_files(folder: Path) -> Iterator[Path]:
    """Yield the ELF files in a folder and in those below it, links left out, by name."""
    for path in sorted(folder.rglob("*")):
        if not path.is_symlink() and path.is_file():
            with path.open("rb") as file:
                if file.read(len(_MAGIC)) == _MAGIC:
                    yield path


def can_be_loaded(path: Path) -> bool:
    """Whether every part that is loaded lies in the file as the kernel wants it.

    `strip` moves parts of libraries that patchelf has changed to where they cannot be mapped.
    """
    parts = [
        tuple(int(number, 16) for number in found) for found in _LOAD.findall(_readelf("--segments", path))
    ]
    return bool(parts) and all((place - address) % align == 0 for place, address, align in parts)


def glibc_versions(path: Path) -> list[tuple[int, ...]]:
    """Return the versions of the C library that a file asks for, in order; empty for none."""
    found = _VERSION.findall(_readelf("--version-info", path))
    return sorted({tuple(map(int, name.removeprefix("GLIBC_").split("."))) for name in found})


def soname(path: Path) -> str:
    """Return the name by which other files are linked with a library; its file's where it has none."""
    found = _SONAME.search(_readelf("--dynamic", path))
    return found.group(1) if found else path.name


def symbol(path: Path, beginning: str) -> tuple[str, int]:
    """Return the name and the size in bytes of the one thing that a library offers under a name that begins so.

    Raises:
        ValueError: There is none, or more than one.
    """
    found = {
        (name, int(size, 0))
        for size, name in _OBJECT.findall(_readelf("--dyn-syms", path))
        if name.startswith(beginning)
    }
    if len(found) != 1:
        raise ValueError(f"{len(found)} things are called {beginning}…")
    return found.pop()


def needed(path: Path) -> list[str]:
    """Return the names of the libraries that a file is linked with."""
    return _NEEDED.findall(_readelf("--dynamic", path))


def asked(path: Path) -> set[str]:
    """Return the names that a file wants of other libraries."""
    return {name for place, name in _SYMBOL.findall(_readelf("--dyn-syms", path)) if place == "UND"}


def offered(path: Path) -> set[str]:
    """Return the names that a library has for others."""
    return {name for place, name in _SYMBOL.findall(_readelf("--dyn-syms", path)) if place != "UND"}


def _readelf(what: str, path: Path) -> str:
    program = shutil.which("readelf")
    if program is None:
        raise CannotBuildError("readelf is not installed: on Debian, apt-get install binutils.")
    words = [program, "--wide", what, str(path)]
    return subprocess.run(words, capture_output=True, text=True, check=False, env={"LC_ALL": "C"}).stdout
