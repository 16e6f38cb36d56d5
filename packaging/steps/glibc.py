"""The oldest C library that the frozen program runs on: what its files ask for, and whether that is within the promise."""

from dataclasses import dataclass
from pathlib import Path

from steps import project
from steps.elf import elf_files, glibc_versions
from steps.errors import CannotBuildError

FLOOR = (2, 35)
"""What is promised: Ubuntu 22.04 and later, Debian 12, Fedora 36; the package's dependencies and its pages say the same.

PySide6 alone asks for 2.34. The interpreter and the system's libraries that come along are those of the build, which is
therefore made on Ubuntu 22.04.
"""
SHIPPED_BY = "Ubuntu 22.04, Debian 12 and Fedora 36"


@dataclass(frozen=True, slots=True)
class Need:
    """The newest version of the C library that files ask for.

    Attributes:
        version: As numbers.
        files: Which ask for just that one.
    """

    version: tuple[int, ...]
    files: tuple[Path, ...]

    def __str__(self) -> str:
        return ".".join(map(str, self.version))


def run() -> None:
    """Print what the program needs, and of which file.

    Raises:
        CannotBuildError: It was not frozen, or needs a newer C library than is promised.
    """
    need = need_of(project.FROZEN)
    names = [str(path.relative_to(project.FROZEN)) for path in need.files]
    print(
        f"needs glibc {need}, for {', '.join(names[:5])}{f' and {len(names) - 5} more' if len(names) > 5 else ''}"
    )
    check(need, FLOOR)


def need_of(folder: Path) -> Need:
    """Return what the programs and libraries of a folder need.

    Raises:
        CannotBuildError: None of them asks for a C library, so that nothing was frozen there.
    """
    asked = {path: versions[-1] for path in elf_files(folder) if (versions := glibc_versions(path))}
    if not asked:
        raise CannotBuildError(f"no program for Linux is in {folder}.")
    newest = max(asked.values())
    return Need(newest, tuple(path for path, version in asked.items() if version == newest))


def check(need: Need, floor: tuple[int, ...]) -> None:
    """Refuse a program that needs a newer C library.

    Raises:
        CannotBuildError: It does, and the message names a file.
    """
    if need.version > floor:
        raise CannotBuildError(
            f"{need.files[0].name} needs glibc {need}, and {'.'.join(map(str, floor))} is promised ({SHIPPED_BY}): "
            "build on Ubuntu 22.04, whose libraries and Python ask for no more."
        )
