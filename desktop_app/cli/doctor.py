"""Checks what the application needs, each with a verdict, so that a person can see what to mend."""

import importlib.metadata
import os
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app import __version__, own_files
from desktop_app.cli.extras import extra_line
from desktop_app.cli.output import print_json, say
from desktop_app.cli.session import CANNOT_WORK, DONE, Session
from desktop_app.library import (
    HOW_TO_ALLOW,
    NOT_ALLOWED,
    LibraryError,
    ModelShelf,
    PhotoLibrary,
    Repaired,
    card_advice,
    repair_library,
    use_extras,
    walls_here,
)
from desktop_app.named_store import IN_SETTINGS, NamedStore, store_place
from desktop_app.opening import is_online
from desktop_app.paths import AppPaths, extras_folder, resources
from desktop_app.printable import counted
from desktop_app.settings import Settings

if TYPE_CHECKING:
    from desktop_app.library import StorePlace

_ON_THIS_PROCESSOR = "openvino" if platform.machine() in {"x86_64", "AMD64"} else "onnxruntime"
_PACKAGES = (
    _ON_THIS_PROCESSOR,
    "tokenizers",
    "pymilvus",
    "milvus-lite",
    "pillow",
    "PySide6_Essentials",
    "watchdog",
    "pi-heif",
    "rawpy",
)
# Without them photos of one kind cannot be opened, and all else goes on.
_OF_SOME_PHOTOS = {"pi-heif", "rawpy"}
_EXTRAS = {
    "torch": "only graphics cards and architectures that Vislumbre does not know need it",
    "open_clip_torch": "only architectures that Vislumbre does not know need it",
}
_LITTLE_BYTES = 2 * 10**9


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: What.
        verdict: "good", "warning" or "bad"; "repaired" for what was just mended.
        detail: What was seen, and what to do about it.
    """

    name: str
    verdict: str
    detail: str


def doctor(
    paths: AppPaths, model: str | None, *, store: NamedStore = IN_SETTINGS, mend: bool = False
) -> list[Finding]:
    """Look at everything the application needs.

    Args:
        paths: Where it is; the library's own folders are made when they are not there.
        model: Look at this model; None for the one in use.
        store: A Milvus server in place of the one in the settings; the one that is used is asked.
        mend: Repair what is broken in the library before looking at it; without, nothing is changed.
    """
    use_extras(extras_folder())
    findings = [
        *_versions(),
        *_extras(),
        _decoders(),
        *_graphics_card(),
        *_folders(paths),
        *_free_space(paths),
    ]
    if mend:
        findings += _repaired(paths)
    return [*findings, *_in_library(paths, model, store)]


def _repaired(paths: AppPaths) -> list[Finding]:
    try:
        done = repair_library(paths.data, paths.cache)
    except (LibraryError, OSError) as error:
        return [Finding("repair", "bad", str(error))]
    return [_of_repaired(part) for part in done]


def _of_repaired(repaired: Repaired) -> Finding:
    return Finding(f"repair: {repaired.name}", "repaired" if repaired.changed else "good", repaired.detail)


def _versions() -> Iterator[Finding]:
    system = f"Python {platform.python_version()}, {platform.system()} {platform.release()}"
    yield Finding("vislumbre", "good", f"{__version__}, {system}")
    for package in _PACKAGES:
        try:
            yield Finding(package, "good", importlib.metadata.version(package))
        except importlib.metadata.PackageNotFoundError:
            verdict = "warning" if package in _OF_SOME_PHOTOS else "bad"
            yield Finding(package, verdict, "is not installed; install Vislumbre again")
    for package, use in _EXTRAS.items():
        try:
            yield Finding(package, "good", importlib.metadata.version(package))
        except importlib.metadata.PackageNotFoundError:
            yield Finding(package, "good", f"is not installed; {use}")


def _extras() -> Iterator[Finding]:
    # Late: see `cli.extras`.
    from desktop_app.library import extras_in

    for state in extras_in(extras_folder()):
        detail = extra_line(state).partition(": ")[2]
        what = f"extra for {state.extra.opens}"
        yield Finding(what, "warning" if state.stale and not state.version else "good", detail)


def _decoders() -> Finding:
    walls = walls_here()
    return Finding("decoders", "warning" if walls.missing else "good", f"confined by {walls}")


def _graphics_card() -> Iterator[Finding]:
    if advice := card_advice():
        yield Finding("graphics card", "good", advice)


def _folders(paths: AppPaths) -> Iterator[Finding]:
    for name in ("config", "data", "cache", "log"):
        folder: Path = getattr(paths, name)
        try:
            own_files.make_folder(folder)
            own_files.check_owner(folder)
            writable = os.access(folder, os.W_OK)
        except OSError as error:
            yield Finding(
                f"{name} folder", "bad", f"{folder}: {error.strerror}; choose another with --base-dir"
            )
            continue
        detail = str(folder) if writable else f"{folder} cannot be written; check its permissions"
        yield Finding(f"{name} folder", "good" if writable else "bad", detail)
    yield _resources(paths)


def _resources(paths: AppPaths) -> Finding:
    if not (resources() / "models").is_dir():
        return Finding("resources", "bad", "are missing; install again")
    problems = ModelShelf(paths.data / "models", resources() / "models").problems
    if problems:
        return Finding("resources", "bad", f"{' '.join(problems)} Install Vislumbre again.")
    return Finding("resources", "good", str(resources()))


def _free_space(paths: AppPaths) -> Iterator[Finding]:
    if not paths.data.is_dir():
        return
    free = shutil.disk_usage(paths.data).free
    little = free < _LITTLE_BYTES
    advice = "; 2 GB or more let indexing work without care" if little else ""
    yield Finding(
        "free space", "warning" if little else "good", f"{free / 1e9:,.1f} GB where the library is{advice}"
    )


def _in_library(paths: AppPaths, model: str | None, store: NamedStore) -> Iterator[Finding]:
    values = Settings.load(paths.config).values
    place = store_place(paths, values, store, lambda: values.network and is_online())
    try:
        library = PhotoLibrary(
            paths.data, paths.cache, resources=resources(), model=model, store=place, network=lambda: False
        )
    except (LibraryError, OSError) as error:
        yield Finding("library", "bad", str(error))
        return
    try:
        yield from _library_findings(library, place)
    finally:
        library.close()


def _library_findings(library: PhotoLibrary, place: "StorePlace | None") -> Iterator[Finding]:
    status = library.browsing.status()
    counts = f"{counted(status.photos, 'photo')}, {status.indexed:,} indexed, {status.pending:,} pending, {status.failed:,} failed"
    problems = library.browsing.check()
    yield Finding("catalogue", "bad" if problems else "good", "; ".join(problems) or counts)
    for folder in status.folders:
        there = folder.state.value == "present"
        away = (
            f"{NOT_ALLOWED}; its photos are kept. {HOW_TO_ALLOW}"
            if folder.forbidden
            else "is not there now; its photos are kept"
        )
        detail = counted(folder.photos, "photo") if there else away
        yield Finding(str(folder.path), "good" if there else "warning", detail)
    yield _checked("model and vectors", lambda: _asked(library, opens_store=place is None))
    if place is not None:
        yield _checked("vector server", lambda: _answering(library, place))


def _asked(library: PhotoLibrary, *, opens_store: bool) -> str:
    answer = library.searching.search("a photo", 1).result()
    # The search does without the database, which is to be looked at all the same.
    if opens_store:
        library.models.open_vectors().result()
    status = library.browsing.status()
    if answer.model is None:
        raise LibraryError(
            "There is no usable model.", "Fetch one with “vislumbre model fetch”, or import a file."
        )
    return f"{answer.model}, {status.dimension} dimensions, {status.store}; a search took {answer.milliseconds:.0f} ms"


def _answering(library: PhotoLibrary, place: "StorePlace") -> str:
    library.models.open_vectors().result()
    database = f", database {place.database}" if place.database else ""
    return f"{place.description}{database} answers, and knows all that the catalogue has"


def _checked(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name, "good", look())
    except LibraryError as error:
        return Finding(name, "bad", str(error))


def doctor_command(session: Session) -> int:
    """Say what was found, and return the exit code."""
    if not session.arguments.trust_library:
        session.refuse_unknown()
    elif not session.arguments.repair:
        # One that is not sound is not opened, not even to be looked at.
        session.own.admit(session.paths, "", trusted=True)
    else:
        session.own.drop_what_is_believed(session.paths)
    typed = session.arguments
    findings = doctor(session.paths, typed.model, store=session.named_store, mend=typed.repair)
    if session.as_json:
        print_json(
            [
                {"name": finding.name, "verdict": finding.verdict, "detail": finding.detail}
                for finding in findings
            ]
        )
    else:
        for finding in findings:
            say(f"{finding.verdict:>8}  {finding.name}: {finding.detail}")
    if session.arguments.trust_library:
        session.own.admit(session.paths, "", trusted=True)
    return CANNOT_WORK if any(finding.verdict == "bad" for finding in findings) else DONE
