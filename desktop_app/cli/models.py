"""The commands about models: list, use, measure, fetch, import, export."""

import shlex
import sys
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

from desktop_app.cli.bench_output import bench_json, print_bench
from desktop_app.cli.output import complain, model_json, print_json, say
from desktop_app.cli.session import CANNOT_WORK, DONE, Session, until_done, wait
from desktop_app.library import (
    RECOMMENDED,
    BenchReport,
    DownloadFinished,
    Event,
    LibraryError,
    ModelChoice,
    ModelOffer,
    PhotoLibrary,
)
from desktop_app.printable import counted, safe, shown, size_of

_TIERS = {
    "built-in": "Built in",
    "fast": "Fast",
    "balanced": "Balanced",
    "best": "Best",
    "languages": "Many languages",
}


def model_list(session: Session) -> int:
    """Print the models that can be chosen."""
    choices, in_use = session.answer(
        lambda library: (library.models.choices(), library.browsing.status().model)
    )
    if session.as_json:
        print_json([model_json(choice, in_use) for choice in choices])
        return DONE
    for choice in choices:
        state = (
            "in use"
            if choice.title == in_use
            else "ready"
            if choice.ready
            else f"{size_of(choice.size_bytes)} to fetch"
            if choice.can_fetch
            else f"to be brought from {choice.page}"
        )
        say(f"{_name_of(choice)}  ({'; '.join(filter(None, (state, choice.licence)))})")
        say(f"    {choice.sentence}")
        if choice.tier == "own" and choice.folder is not None:
            say(f"    In {shown(choice.folder)}")
        if choice.tier in _TIERS:
            languages = f"; reads {', '.join(choice.languages)}" if choice.languages else ""
            say(f"    {_TIERS[choice.tier]}{' (recommended)' if choice.recommended else ''}{languages}")
    return DONE


def model_use(session: Session) -> int:
    """Choose a model and embed every photo with it."""
    with session.library() as (library, line):
        report = until_done(
            library, line, library.models.use(session.arguments.model_key, session.arguments.way)
        )
        line.end()
        title = library.browsing.status().model
    if session.as_json:
        print_json({"model": title, "indexed": report.indexed, "pending": report.pending})
    else:
        say(
            f"{title} is in use; {counted(report.indexed, 'photo')} {'was' if report.indexed == 1 else 'were'} embedded with it."
        )
    return DONE


def model_bench(session: Session) -> int:
    """Measure in which way a model runs fastest here, and say which is the fastest that is true."""

    def show(title: str, done: int, total: int) -> None:
        if title:
            complain(f"{done + 1} of {total}: {title} …")

    def measure(copied_to: Path | None) -> BenchReport:
        with session.library(copied_to) as (library, line):
            measuring = library.models.measure(session.arguments.model_key, show)
            try:
                report = wait(measuring)
            except KeyboardInterrupt:
                library.models.cancel_measuring()
                raise
            line.end()
            return report

    report = session.saving_nothing(measure)
    if session.as_json:
        print_json(bench_json(report))
    else:
        print_bench(report)
    return DONE if report.fastest else CANNOT_WORK


def model_fetch(session: Session) -> int:
    """Download a model; what arrives is kept when it is stopped."""
    finished: Future[DownloadFinished] = Future()

    def hear(event: Event) -> None:
        if isinstance(event, DownloadFinished) and not finished.done():
            finished.set_result(event)

    with session.library() as (library, line):
        key = _key_of(library.models.choices(), session.arguments.model_key or RECOMMENDED)
        offer = wait(library.models.look_up(key)) if ":" in key else None
        if offer is not None and not _is_accepted(offer, session):
            return CANNOT_WORK
        library.subscribe(hear)
        library.models.fetch(offer or key)
        try:
            event = wait(finished)
        except KeyboardInterrupt:
            library.models.cancel_fetch()
            raise
        line.end()
        if event.error is not None:
            raise event.error
    return _said_model(
        session, event.name, "is on this computer now and will be used from the next index or search on"
    )


def _key_of(choices: Sequence[ModelChoice], reference: str) -> str:
    """Return the key of a model of the catalogue that is called as open_clip calls it; else what was written."""
    known = (choice.key for choice in choices if choice.open_clip_name == reference.replace(":", "/"))
    return next(known, reference)


def _is_accepted(offer: ModelOffer, session: Session) -> bool:
    """Show what would be fetched and under which licence, and return whether the person wants that."""
    if not session.as_json:
        _show(offer)
    if session.arguments.accept_licence:
        return True
    if session.as_json:
        print_json(_offer_json(offer))
    elif sys.stdin is not None and sys.stdin.isatty():
        complain("Do you accept the licence, and fetch this? [y/N] ")
        return sys.stdin.readline().strip().lower() in {"y", "yes"}
    complain("Nothing was fetched. Read the licence on that page; if you accept it, add --accept-licence.")
    return False


def _show(offer: ModelOffer) -> None:
    say(f"{offer.title}, from {offer.page} at {offer.revision[:12]}")
    for file in offer.files:
        sum_ = f"SHA-256 {file.sha256}" if file.sha256 else "no SHA-256 known"
        say(f"    {file.name}  {file.size_bytes:,} bytes, {sum_}")
    say(f"    {size_of(offer.size_bytes)} in all")
    if offer.unknown_sums:
        say(
            "    The hub tells no SHA-256 of small files: that those arrive unchanged rests on the connection alone."
        )
    say(f"Licence: {offer.licence or 'none is named'}; see {offer.page}")


def _offer_json(offer: ModelOffer) -> dict[str, object]:
    return {
        "model": None,
        "title": offer.title,
        "repository": offer.repository,
        "revision": offer.revision,
        "licence": offer.licence,
        "page": offer.page,
        "size_bytes": offer.size_bytes,
        "files": [
            {"name": file.name, "size_bytes": file.size_bytes, "sha256": file.sha256} for file in offer.files
        ],
    }


def model_import(session: Session) -> int:
    """Copy a model from a folder or a file."""
    with session.library() as (library, _):
        source = session.arguments.checkpoint or session.arguments.source
        choice: ModelChoice = library.models.bring_in(source, session.arguments.architecture).result()
    what = f"was imported; choose it with “vislumbre model use {shlex.quote(_name_of(choice))}”"
    return _said_model(session, choice.key, what, choice)


def model_export(session: Session) -> int:
    """Write a model as ordinary ONNX files for other programs."""
    target = session.arguments.target

    def write_out(library: PhotoLibrary) -> ModelChoice | LibraryError:
        try:
            return library.models.write_out(session.arguments.model_key, target).result()
        except LibraryError as error:
            # Of the target's disk, which is no reason to ask a copy of the library.
            return error

    choice = session.answer(write_out)
    if isinstance(choice, LibraryError):
        raise choice
    what = f"was written into {shown(target)}; its README.md says how to use it"
    return _said_model(session, choice.key, what, choice)


def _said_model(session: Session, name: str, what: str, choice: ModelChoice | None = None) -> int:
    if session.as_json:
        print_json({"model": name})
    else:
        say(f"{_name_of(choice) if choice else name} {what}.")
    return DONE


def _name_of(choice: ModelChoice) -> str:
    """Return what a person calls a model on the command line: its key, or of an own one, whose key is a folder, its title."""
    return safe(choice.title) if choice.tier == "own" else choice.key
