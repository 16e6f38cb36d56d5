"""Writes the licences of everything inside the frozen program: a list for programs, a page for people, and every text."""

import html
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import Any

from steps import inside, project
from steps.errors import CannotBuildError
from steps.inside import Inside, spelled
from steps.policy import Entry, Policy

POLICY = project.PACKAGING / "licences" / "policy.toml"
_TEXTS = POLICY.parent / "texts"
# In the program's folder, beside its libraries: the window reads it from there.
FOLDER, LIST, PAGE = "licences", "licences.json", "index.html"
_NAMES = ("licen", "copying", "notice", "copyright", "third", "authors")


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that somebody else made, or that has terms of its own.

    Attributes:
        name: As people know it.
        version: May be empty, where nothing says it.
        licence: In the words of SPDX.
        kind: ``package`` of Python, ``library`` or ``data``.
        home: Where it comes from.
        note: A sentence for people; may be empty.
        replace: How it is replaced; not empty for parts under the LGPL.
        files: Its native files, as places in the program's folder; of a package none are listed.
        texts: Its licences in full: names, and what they say.
    """

    name: str
    version: str
    licence: str
    kind: str
    home: str
    note: str
    replace: str
    files: tuple[str, ...]
    texts: tuple[tuple[str, str], ...]


def run() -> None:
    """Write `licences` into the frozen program, and the list beside the finished files."""
    parts = collect(inside.look_into(project.FROZEN), Policy.read(POLICY), inside.internal(project.FROZEN))
    write(parts, inside.internal(project.FROZEN) / FOLDER)
    for bundle in sorted(project.FROZEN.parent.glob("*.app")):
        # On macOS files that are no program lie among the resources, which the bundle's signature covers.
        write(parts, bundle / "Contents" / "Resources" / FOLDER)
        subprocess.run(seal_command(bundle, os.environ.get("CODESIGN_IDENTITY", "").strip()), check=True)
    project.DIST.mkdir(parents=True, exist_ok=True)
    listed = project.DIST / f"{project.NAME}-{project.VERSION}-{inside.SYSTEM}.{LIST}"
    listed.write_text(_as_json(parts), encoding="utf-8")
    print(f"{len(parts)} parts, {sum(len(part.texts) for part in parts)} texts: {listed}")


def collect(found: Inside, policy: Policy, folder: Path) -> list[Part]:
    """Return every part with its licence and the full text of it, by name.

    Args:
        found: What is inside.
        policy: What may be.
        folder: Where the native files lie.

    Raises:
        CannotBuildError: Something has no licence, no text or none that is allowed; all of it is named at once.
    """
    faults: list[str] = []
    parts: list[Part] = []
    for make in _makers(found, policy, folder):
        try:
            parts.append(make())
        except CannotBuildError as error:
            faults.append(str(error))
    faults += [
        f"{place}: policy.toml does not say what this library is." for place in _strangers(found, policy)
    ]
    faults += [
        f"{part.name}: {why}."
        for part in parts
        if (why := policy.refusal(part.licence, replaceable=bool(part.replace)))
    ]
    if faults:
        raise CannotBuildError("Not everything inside may be passed on as it is.\n  " + "\n  ".join(faults))
    return sorted(parts, key=lambda part: part.name.lower())


def write(parts: Sequence[Part], folder: Path) -> None:
    """Write the list, the page and the texts into a folder, in place of what was there."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "texts").mkdir(parents=True)
    for part in parts:
        for name, text in part.texts:
            (folder / "texts" / name).write_text(text, encoding="utf-8", newline="\n")
    (folder / LIST).write_text(_as_json(parts), encoding="utf-8")
    (folder / PAGE).write_text(_as_page(parts), encoding="utf-8")


def seal_command(bundle: Path, signer: str) -> list[str]:
    """Return the command that signs a bundle again, but none of the libraries in it, after files came into it.

    Args:
        bundle: The application.
        signer: A name in the keychain; empty for a signature that names nobody.
    """
    kept = "--preserve-metadata=identifier,entitlements,flags,runtime"
    moment = ["--timestamp"] if signer else []
    return ["codesign", "--force", "--sign", signer or "-", kept, *moment, str(bundle)]


def _makers(found: Inside, policy: Policy, folder: Path) -> Iterator[Callable[[], Part]]:
    for name, package in found.packages.items():
        yield partial(_package, package, policy.packages.get(name, Entry(name)), policy)
    owners = [(place, _first(policy, place)) for place in found.libraries]
    for entry in policy.parts:
        files = tuple(place for place, owner in owners if owner is entry)
        if files:
            yield partial(_part, entry, files, found, policy, folder)
    for entry in policy.data:
        yield partial(_data, entry, policy)


def _first(policy: Policy, place: PurePosixPath) -> Entry | None:
    return next((entry for entry in policy.parts if entry.has(place)), None)


def _strangers(found: Inside, policy: Policy) -> list[PurePosixPath]:
    return [place for place in found.libraries if _first(policy, place) is None]


def _package(package: metadata.Distribution, entry: Entry, policy: Policy) -> Part:
    name = package.name
    texts = [*_own_texts(package), *_kept(entry.texts)]
    if not texts:
        raise CannotBuildError(f"{name}: it brings no text of its licence, and policy.toml has none for it.")
    try:
        licence = policy.spdx(entry.licence or licence_of(package))
    except CannotBuildError as error:
        raise CannotBuildError(f"{name}: {error}") from error
    home = entry.home or home_of(package)
    return Part(name, package.version, licence, "package", home, entry.note, entry.replace, (), tuple(texts))


def _part(entry: Entry, files: Sequence[PurePosixPath], found: Inside, policy: Policy, folder: Path) -> Part:
    texts = [*_kept(entry.texts), *_texts_of(entry, found)]
    if not texts:
        texts = _texts_of_system([folder / place for place in files])
    if not texts:
        names = ", ".join(place.name for place in files)
        raise CannotBuildError(f"{entry.name} ({names}): there is no text of its licence.")
    version = found.python if entry.version_of == "python" else ""
    if entry.version_of and not version:
        package = found.known.get(spelled(entry.version_of))
        version = package.version if package else ""
    places = tuple(str(place) for place in files)
    licence = policy.spdx(entry.licence)
    return Part(
        entry.name, version, licence, "library", entry.home, entry.note, entry.replace, places, tuple(texts)
    )


def _data(entry: Entry, policy: Policy) -> Part:
    texts = [*_kept(entry.texts), *_copies(entry)]
    licence = policy.spdx(entry.licence)
    return Part(entry.name, "", licence, "data", entry.home, entry.note, entry.replace, (), tuple(texts))


def _copies(entry: Entry) -> Iterator[tuple[str, str]]:
    for source in entry.sources:
        path = project.ROOT / source
        yield f"{_word(entry.name)}-{path.name}", path.read_text(encoding="utf-8")


def licence_of(package: metadata.Distribution) -> str:
    """Return what a package's metadata calls its licence; empty if it does not say.

    Newest field first; the classifiers last, for they know no difference between two licences of BSD.
    """
    said: Any = package.metadata
    expression = said.get("License-Expression")
    if expression:
        return str(expression)
    written = (said.get("License") or "").strip()
    if written and "\n" not in written:
        return written
    names = [
        line.split(" :: ")[-1] for line in said.get_all("Classifier") or () if line.startswith("License :: ")
    ]
    return names[0] if len(names) == 1 else ""


def home_of(package: metadata.Distribution) -> str:
    """Return the address that a package's metadata gives for itself; empty if it does not say."""
    said: Any = package.metadata
    named = [line.split(", ", 1) for line in said.get_all("Project-URL") or ()]
    urls = {label.lower(): url for label, url in (pair for pair in named if len(pair) == 2)}
    ways = (urls.get(label) for label in ("homepage", "home", "source", "source code", "repository"))
    return next(
        (url for url in ways if url), said.get("Home-page") or f"https://pypi.org/project/{package.name}/"
    )


def _own_texts(package: metadata.Distribution) -> Iterator[tuple[str, str]]:
    for file in package.files or ():
        place = PurePosixPath(file)
        inside_info = place.parts[0].endswith(".dist-info")
        if not any(word in place.name.lower() for word in _NAMES) or not (
            inside_info or len(place.parts) == 2
        ):
            continue
        path = Path(str(file.locate()))
        if path.is_file() and path.suffix not in (".py", ".pyc"):
            below = [part for part in place.parts[1:] if part != "licenses"]
            yield f"{package.name}-{'-'.join(below)}", path.read_text(encoding="utf-8", errors="replace")


def _texts_of(entry: Entry, found: Inside) -> list[tuple[str, str]]:
    if entry.texts_of == "python":
        text = found.python_text
        return [("Python-LICENSE.txt", text.read_text(encoding="utf-8", errors="replace"))] if text else []
    package = found.known.get(spelled(entry.texts_of))
    return list(_own_texts(package)) if package else []


def _kept(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        yield name, (_TEXTS / name).read_text(encoding="utf-8")


def _texts_of_system(files: Sequence[Path]) -> list[tuple[str, str]]:
    """Return what the system's packages, which these libraries were copied from, say of their licences; Debian and Ubuntu."""
    if shutil.which("dpkg-query") is None:
        return []
    patterns = [f"*/{file.name}" for file in files]
    asked = subprocess.run(["dpkg-query", "--search", *patterns], capture_output=True, text=True, check=False)
    texts = {}
    # "libxau6:amd64: /usr/lib/x86_64-linux-gnu/libXau.so.6", a line for each package that has such a file.
    for owner in sorted({line.split(":", 1)[0] for line in asked.stdout.splitlines() if ".so" in line}):
        said = Path("/usr/share/doc") / owner / "copyright"
        if said.is_file():
            texts[f"{owner}-copyright.txt"] = said.read_text(encoding="utf-8", errors="replace")
    return sorted(texts.items())


def _word(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name).strip("-")


def _as_json(parts: Sequence[Part]) -> str:
    rows = [
        {
            "name": part.name,
            "version": part.version,
            "licence": part.licence,
            "kind": part.kind,
            "home": part.home,
            "note": part.note,
            "replace": part.replace,
            "files": list(part.files),
            "texts": [f"texts/{name}" for name, _text in part.texts],
        }
        for part in parts
    ]
    said = {"program": project.TITLE, "version": project.VERSION, "licence": project.LICENCE, "parts": rows}
    return json.dumps(said, indent=1, ensure_ascii=False) + "\n"


def _as_page(parts: Sequence[Part]) -> str:
    rows = "\n".join(_as_row(part) for part in parts)
    title = f"What is inside {project.TITLE} {project.VERSION}"
    return (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{title}</title>\n'
        "<style>body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}table{border-collapse:collapse}"
        "td,th{border-top:1px solid #ccc;padding:.4em .8em .4em 0;text-align:left;vertical-align:top}</style>\n"
        f"<h1>{title}</h1>\n<p>{project.TITLE} itself is free software under the Apache License 2.0. These parts were made by"
        " others, and come with terms of their own.</p>\n"
        f"<table><tr><th>Part<th>Licence<th>In full</tr>\n{rows}\n</table></html>\n"
    )


def _as_row(part: Part) -> str:
    texts = " ".join(
        f'<a href="texts/{html.escape(name)}">{html.escape(name)}</a>' for name, _text in part.texts
    )
    more = "".join(f"<br><small>{html.escape(line)}</small>" for line in (part.note, part.replace) if line)
    named = f'<a href="{html.escape(part.home)}">{html.escape(part.name)}</a> {html.escape(part.version)}'
    return f"<tr><td>{named}{more}<td>{html.escape(part.licence)}<td>{texts}</tr>"
