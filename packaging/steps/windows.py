"""What the installer and the zip for Windows share: the files of the frozen program, and what signs them."""

import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from steps import project
from steps.errors import CannotBuildError

PROGRAM = f"{project.NAME}.exe"
"""Started in a terminal."""

WINDOW = f"{project.NAME}-window.exe"
"""The same without a console: started by the Start menu and by Explorer."""

SIGN = "VISLUMBRE_SIGN"
"""Name of the environment's variable with the command that signs the file whose path comes after it.

makensis calls it for the uninstaller, which nobody else ever sees before it is packed, and for the installer. It does so
in the folder of the script, so that the command names its own files from the root on.
"""

GENERATED = project.BUILD / "windows"
"""Where what is made on the way lies."""

VERSION = project.BUILD / "version.txt"
"""What PyInstaller writes into the executables."""

# Windows itself takes 260, of which C:\\Users\\somebody\\AppData\\Local\\Programs\\Vislumbre\\ is a part.
_LONGEST_PATH = 180
_FORBIDDEN = frozenset('<>:"|?*\\') | {chr(number) for number in range(32)}


def files_of(tree: Path) -> list[PurePosixPath]:
    """Return every file of a frozen program below its folder, sorted, after a look whether Windows can have them.

    Raises:
        CannotBuildError: The tree is not that of a program for Windows, or Windows cannot have one of its names.
    """
    if not tree.is_dir():
        raise CannotBuildError(f"{tree} is not there. Build it first: python packaging/build.py freeze")
    for executable in (PROGRAM, WINDOW):
        if not (tree / executable).is_file():
            raise CannotBuildError(f"{tree} has no {executable}. Freeze the program on Windows.")
    files = sorted(
        PurePosixPath(path.relative_to(tree).as_posix()) for path in tree.rglob("*") if not path.is_dir()
    )
    seen: dict[str, PurePosixPath] = {}
    for file in files:
        if reason := _trouble(file):
            raise CannotBuildError(f"Windows cannot have {file}: {reason}.")
        other = seen.setdefault(str(file).casefold(), file)
        if other != file:
            raise CannotBuildError(f"Windows cannot have both {other} and {file}: they differ in case only.")
    return files


def _trouble(file: PurePosixPath) -> str:
    if len(str(file)) > _LONGEST_PATH:
        return f"it is longer than {_LONGEST_PATH} letters"
    for part in file.parts:
        if _FORBIDDEN & set(part):
            return "a letter of it is forbidden there"
        if part.endswith((".", " ")):
            return "it ends with a dot or a space"
    return ""


def size_kb(tree: Path, files: Sequence[PurePosixPath]) -> int:
    """Return what the files take, in KiB, rounded up."""
    return -(-sum((tree / file).stat().st_size for file in files) // 1024)


def signing() -> str:
    """Return the command that signs a file, as the environment has it; empty where nothing is signed."""
    return os.environ.get(SIGN, "").strip()


def write_version() -> Path:
    """Write what Windows shows of the executables, in the form that PyInstaller reads, and return the file."""
    VERSION.parent.mkdir(parents=True, exist_ok=True)
    numbers = tuple(map(int, project.version_numbers()))
    words = {
        "CompanyName": project.MAKER,
        "FileDescription": project.TITLE,
        "FileVersion": project.VERSION,
        "LegalCopyright": project.LICENCE,
        "ProductName": project.TITLE,
        "ProductVersion": project.VERSION,
    }
    strings = ", ".join(f"StringStruct({name!r}, {text!r})" for name, text in words.items())
    # 0409 is English, 1200 UTF-16.
    text = (
        f"VSVersionInfo(ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}), kids=["
        f"StringFileInfo([StringTable('040904B0', [{strings}])]), VarFileInfo([VarStruct('Translation', [1033, 1200])])])"
    )
    VERSION.write_text(text + "\n", encoding="utf-8")
    return VERSION
