"""What others made of this program, and under which terms: as the packages say here, or as a release lists it."""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import Any, Final

FOLDER: Final = "licences"
LIST: Final = "licences.json"
_REQUIREMENT = re.compile(r"[A-Za-z0-9._-]+")
_TEXT_NAMES: Final = ("licen", "copying", "notice", "copyright", "third")


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that somebody else made.

    Attributes:
        name: As people know it.
        version: May be empty.
        licence: In the words of SPDX, or in those of its makers.
        home: Where it comes from; may be empty.
        remarks: Sentences about it, like how it is replaced; may be empty.
        texts: The files that have its terms in full.
    """

    name: str
    version: str
    licence: str
    home: str
    remarks: str
    texts: tuple[Path, ...]


def third_parties() -> list[Part]:
    """Return what others made of this program, by name; reads some hundred files, so not on the window's thread."""
    listed = _list_of_release()
    parts = _of_list(listed) if listed is not None else _of_packages()
    return sorted(parts, key=lambda part: part.name.lower())


def terms(part: Part) -> str:
    """Return all that a part's makers say of its terms; a sentence where nothing is here."""
    texts = [
        path.read_text(encoding="utf-8", errors="replace").strip("\n")
        for path in part.texts
        if path.is_file()
    ]
    if not texts:
        return (
            f"Its package brings no text of its terms, which are those of {part.licence}. {part.home}".strip()
        )
    return "\n\n\n".join(texts) + "\n"


def _list_of_release() -> Path | None:
    """Return the list that a release was made with; None in a checkout."""
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is None:
        return None
    # On macOS files that are no program lie in the bundle's resources.
    folders = (Path(frozen), Path(frozen).parent / "Resources")
    return next((path for folder in folders if (path := folder / FOLDER / LIST).is_file()), None)


def _of_list(path: Path) -> Iterator[Part]:
    for row in json.loads(path.read_text(encoding="utf-8"))["parts"]:
        remarks = "\n".join(line for line in (row["note"], row["replace"]) if line)
        texts = tuple(path.parent / name for name in row["texts"])
        yield Part(row["name"], row["version"], row["licence"], row["home"], remarks, texts)


def _of_packages() -> Iterator[Part]:
    for package in _needed("vislumbre").values():
        said = package.metadata
        remarks = "Its libraries lie where its package is installed, and can be replaced by your own build."
        licence = _licence(said)
        yield Part(
            name=package.name,
            version=package.version,
            licence=licence,
            home=_home(said),
            remarks=remarks if "LGPL" in licence else "",
            texts=tuple(_texts(package)),
        )


def _needed(name: str) -> dict[str, metadata.Distribution]:
    """Return the packages that a package needs, directly or not, as far as they are installed; itself is not among them."""
    needed: dict[str, metadata.Distribution] = {}
    asked, seen = [name], {name}
    while asked:
        try:
            package = metadata.distribution(asked.pop())
        except metadata.PackageNotFoundError:
            continue
        needed[package.name.lower()] = package
        for requirement in package.requires or ():
            named = _REQUIREMENT.match(requirement)
            key = re.sub(r"[-_.]+", "-", named[0]).lower() if named else ""
            # What only somebody who asked for an extra has.
            if key and "extra ==" not in requirement and key not in seen:
                seen.add(key)
                asked.append(key)
    needed.pop(name, None)
    return needed


def _licence(said: Any) -> str:
    """Return what metadata calls the licence: the newest field that says it."""
    written = str(said.get("License-Expression") or said.get("License") or "").strip()
    if written and "\n" not in written:
        return written
    names = [
        line.split(" :: ")[-1] for line in said.get_all("Classifier") or () if line.startswith("License :: ")
    ]
    return ", ".join(names) or "not said"


def _home(said: Any) -> str:
    named = dict(line.split(", ", 1) for line in said.get_all("Project-URL") or () if ", " in line)
    urls = {label.lower(): url for label, url in named.items()}
    return next(
        (urls[label] for label in ("homepage", "source", "repository") if label in urls),
        str(said.get("Home-page") or ""),
    )


def _texts(package: metadata.Distribution) -> Iterator[Path]:
    for file in package.files or ():
        place = PurePosixPath(file)
        near = place.parts[0].endswith(".dist-info") or len(place.parts) == 2
        if (
            near
            and place.suffix not in (".py", ".pyc")
            and any(word in place.name.lower() for word in _TEXT_NAMES)
        ):
            yield Path(str(file.locate()))
