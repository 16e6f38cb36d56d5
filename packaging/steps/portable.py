"""The program for Windows as a zip that is unpacked anywhere, a stick too, and keeps its library beside itself."""

import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from steps import project, windows
from steps.errors import CannotBuildError

OUTPUT = project.DIST / f"{project.TITLE}-{project.VERSION}-windows-x64-portable.zip"
TEXT = project.PACKAGING / "windows" / "portable.txt"
"""Lies beside the program; `desktop_app.paths` knows it by its name."""


def run() -> None:
    """Write the zip of the frozen program."""
    write_zip(project.FROZEN, windows.files_of(project.FROZEN), OUTPUT)
    print(f"{OUTPUT.relative_to(project.ROOT)}: {OUTPUT.stat().st_size / 1e6:.0f} MB")


def write_zip(tree: Path, files: Sequence[PurePosixPath], output: Path) -> None:
    """Write the files of a tree into one folder of a zip, with the text that makes the program portable.

    Raises:
        CannotBuildError: The tree has a file of that name already.
    """
    if PurePosixPath(TEXT.name) in files:
        raise CannotBuildError(f"{tree} has a {TEXT.name} already.")
    output.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(
        output, "w", zipfile.ZIP_DEFLATED, compresslevel=9, strict_timestamps=False
    ) as packed:
        for file in files:
            packed.write(tree / file, f"{project.TITLE}/{file}")
        # Notepad shows it, so it has the ends of lines of Windows.
        text = TEXT.read_text(encoding="utf-8").replace("\n", "\r\n")
        packed.writestr(f"{project.TITLE}/{TEXT.name}", text)
