"""What a release needs beside its packages: the right tag, the words for it, and the sums of its files."""

import hashlib
import re
from pathlib import Path

from steps import project
from steps.errors import CannotBuildError

SUMS = "SHA256SUMS"
_SECTION = re.compile(r"^## \[?([^\]\s]+)\]?.*$", re.MULTILINE)
_CANDIDATE = re.compile(r"(a|b|rc)\d+$")
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


def is_candidate(version: str) -> bool:
    """Whether a version is one to try: 0.2.0rc1, 0.2.0a3."""
    return bool(_CANDIDATE.search(version))


def notes(changelog: str, version: str) -> str:
    """Return what the changelog says of a version, without its heading; of a candidate, what it says of what is to come.

    Args:
        changelog: The text of CHANGELOG.md.
        version: The version, without "v".

    Raises:
        CannotBuildError: It says nothing of that version.
    """
    headings = list(_SECTION.finditer(changelog))
    ends = [*(heading.start() for heading in headings[1:]), len(changelog)]
    said = {
        heading[1]: changelog[heading.end() : end].strip()
        for heading, end in zip(headings, ends, strict=False)
    }
    of_candidate = [_CANDIDATE.sub("", version), "Unreleased"] if is_candidate(version) else []
    for name in (version, *of_candidate):
        if said.get(name):
            return said[name] + "\n"
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
