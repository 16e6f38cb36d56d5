"""The commands about models: list, use, measure, fetch, import, export."""

from concurrent.futures import Future

from desktop_app.cli.bench_output import bench_json, print_bench
from desktop_app.cli.output import complain, model_json, print_json, say
from desktop_app.cli.session import CANNOT_WORK, DONE, Session, until_done, wait
from desktop_app.library import RECOMMENDED, DownloadFinished, Event, ModelChoice

_TIERS = {
    "built-in": "Built in",
    "fast": "Fast",
    "balanced": "Balanced",
    "best": "Best",
    "languages": "Many languages",
}


def model_list(session: Session) -> int:
    """Print the models that can be chosen."""
    with session.library() as (library, _):
        choices, in_use = library.models.choices(), library.browsing.status().model
    if session.as_json:
        print_json([model_json(choice, in_use) for choice in choices])
        return DONE
    for choice in choices:
        state = (
            "in use"
            if choice.title == in_use
            else "ready"
            if choice.ready
            else f"{choice.size_bytes / 1e6:,.0f} MB to fetch"
            if choice.can_fetch
            else f"to be brought from {choice.page}"
        )
        say(f"{choice.key}  ({state}; {choice.licence})")
        say(f"    {choice.sentence}")
        if choice.tier in _TIERS:
            languages = f"; reads {', '.join(choice.languages)}" if choice.languages else ""
            say(f"    {_TIERS[choice.tier]}{' (recommended)' if choice.recommended else ''}{languages}")
    return DONE


def model_use(session: Session) -> int:
    """Choose a model and embed every photo with it."""
    with session.library() as (library, line):
        report = until_done(library, library.models.use(session.arguments.model_key, session.arguments.way))
        line.end()
        title = library.browsing.status().model
    if session.as_json:
        print_json({"model": title, "indexed": report.indexed, "pending": report.pending})
    else:
        say(f"{title} is in use; {report.indexed:,} photos were embedded with it.")
    return DONE


def model_bench(session: Session) -> int:
    """Measure in which way a model runs fastest here, and say which is the fastest that is true."""

    def show(title: str, done: int, total: int) -> None:
        if title:
            complain(f"{done + 1} of {total}: {title} …")

    with session.library() as (library, line):
        measuring = library.models.measure(session.arguments.model_key, show)
        try:
            report = wait(measuring)
        except KeyboardInterrupt:
            library.models.cancel_measuring()
            raise
        line.end()
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
        library.subscribe(hear)
        library.models.fetch(session.arguments.model_key or RECOMMENDED)
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


def model_import(session: Session) -> int:
    """Copy a model from a folder or a file."""
    with session.library() as (library, _):
        source = session.arguments.checkpoint or session.arguments.source
        choice: ModelChoice = library.models.bring_in(source, session.arguments.architecture).result()
    return _said_model(session, choice.key, "was imported; choose it with “vislumbre model use”")


def model_export(session: Session) -> int:
    """Write a model as ordinary ONNX files for other programs."""
    target = session.arguments.target
    with session.library() as (library, _):
        choice: ModelChoice = library.models.write_out(session.arguments.model_key, target).result()
    return _said_model(session, choice.key, f"was written into {target}; its README.md says how to use it")


def _said_model(session: Session, name: str, what: str) -> int:
    if session.as_json:
        print_json({"model": name})
    else:
        say(f"{name} {what}.")
    return DONE
