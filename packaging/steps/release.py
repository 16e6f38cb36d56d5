"""What a release needs beside its packages: the right tag, the words for it, and the sums of its files."""

import hashlib
import re
from pathlib import Path

from steps import project
from steps.errors import CannotBuildError

SUMS = "SHA256SUMS"
_SECTION = re.compile(r"^## \[?([^\]\s]+)\]?.*$", re.MULTILINE)
_AT_ONCE_BYTES = 1 << 20


def check_tag(tag: str) -> None:
    """Refuse a tag that names another version than the one that is built.

    Raises:
        CannotBuildError: It does.
    """
    if tag != f"v{project.VERSION}":
        raise CannotBuildError(
            f"The tag is {tag}, but pyproject.toml says {project.VERSION}: the tag has to be v{project.VERSION}."
        )


def notes(changelog: str, version: str) -> str:
    """Return what the changelog says of a version, without its heading.

    Args:
        changelog: The text of CHANGELOG.md.
        version: The version, without "v".

    Raises:
        CannotBuildError: It says nothing of that version.
    """
    headings = list(_SECTION.finditer(changelog))
    ends = [*(heading.start() for heading in headings[1:]), len(changelog)]
    for heading, end in zip(headings, ends, strict=False):
        said = changelog[heading.end() : end].strip()
        if heading[1] == version and said:
            return said + "\n"
    raise CannotBuildError(f"CHANGELOG.md says nothing of {version}: it needs a heading “## {version}”.")


def write_sums(folder: Path) -> Path:
    """Write the SHA-256 of every file of a folder, as ``sha256sum --check`` reads them, and return the file.

    Raises:
        CannotBuildError: There is no file.
    """
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name != SUMS)
    if not files:
        raise CannotBuildError(f"{folder} has no files to sum up.")
    sums = folder / SUMS
    sums.write_text(
        "".join(f"{sha256(path)}  {path.name}\n" for path in files), encoding="utf-8", newline="\n"
    )
    return sums


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    sums = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_AT_ONCE_BYTES):
            sums.update(piece)
    return sums.hexdigest()
