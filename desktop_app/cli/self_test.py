"""The command `self-test`: everything once, for real, with pictures and a library of its own that are removed again."""

import argparse
import logging
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from desktop_app import __version__
from desktop_app.cli.output import complain, print_error, print_json, say, text_of
from desktop_app.cli.session import CANNOT_WORK, DONE, WRONG_USE, Session
from desktop_app.cli.trial import Trial
from desktop_app.library import LibraryError
from desktop_app.own_files.patience import patiently
from desktop_app.paths import AppPaths
from desktop_app.printable import shown
from desktop_app.trust import OwnLibraries

# Twenty times that is as long as a process takes to end at most.
_PAUSE_S = 0.25


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was tried.

    Attributes:
        name: What; a word.
        ok: Whether it went well.
        seconds: How long it took.
        detail: What was seen; what went wrong where it did.
    """

    name: str
    ok: bool
    seconds: float
    detail: str


def self_test(session: Session) -> int:
    """Try one thing after the other, each told on a line of its own, until all went well or the first did not."""
    arguments = session.arguments
    if arguments.base_dir or arguments.store:
        what = LibraryError(
            "A self-test makes a library of its own.", "Leave --base-dir and --store out; TMPDIR says where."
        )
        print_error(what, as_json=session.as_json)
        return WRONG_USE
    began, steps = time.monotonic(), list[Step]()
    with _folder(keep=arguments.keep) as folder, _errors() as errors:
        trial = Trial(_alone(arguments, folder), folder)
        try:
            fault = _try_all(_what_is_tried(trial, errors, window=not arguments.no_window), steps, session)
        finally:
            trial.end()
    seconds = time.monotonic() - began
    if session.as_json:
        said = {
            "ok": fault is None,
            "version": __version__,
            "model": trial.model,
            "seconds": round(seconds, 2),
        }
        error = {} if fault is None else {"error": fault.sentence, "hint": fault.hint}
        kept = text_of(folder) if arguments.keep else None
        print_json({**said, "steps": [_step_json(step) for step in steps], "folder": kept, **error})
    elif fault is None:
        say(f"Vislumbre {__version__} works here: {len(steps)} steps in {seconds:.1f} s.")
    if arguments.keep and not session.as_json:
        say(f"Kept: {shown(folder)}")
    if fault is not None:
        complain(str(fault))
        return CANNOT_WORK
    return DONE


def _what_is_tried(trial: Trial, errors: list[str], *, window: bool) -> Mapping[str, Callable[[], str]]:
    """Return what is tried, by name and in order; each returns what was seen, and raises LibraryError where it fails."""

    def log() -> str:
        if errors:
            raise LibraryError(f"The log has an error: {errors[0]}")
        return "without an error"

    return {
        "pictures": trial.draw,
        "open": trial.open,
        "index": trial.index,
        "vectors": trial.look_at_vectors,
        "search": trial.search,
        "watch": trial.watch,
        "close": trial.close,
        **({"window": trial.show} if window else {}),
        "connections": trial.look_at_connections,
        "log": log,
    }


def _try_all(
    tried: Mapping[str, Callable[[], str]], steps: list[Step], session: Session
) -> LibraryError | None:
    """Try one after the other, tell of each at once, and return what went wrong with the last."""
    for name, try_it in tried.items():
        began, fault = time.monotonic(), None
        try:
            detail = try_it()
        except LibraryError as error:
            detail, fault = error.sentence, error
        except OSError as error:
            fault = LibraryError(f"{error.filename or name}: {error.strerror or error}.")
            detail = fault.sentence
        steps.append(Step(name, fault is None, time.monotonic() - began, detail))
        if not session.as_json:
            say(_line(steps[-1]))
            # Each at once, also where a program reads them: it may be the next one that never ends.
            sys.stdout.flush()
        if fault is not None:
            return fault
    return None


def _line(step: Step) -> str:
    return f"{'ok' if step.ok else 'FAILED':<6}  {step.name:<11}  {step.seconds:6.2f} s  {step.detail}"


def _step_json(step: Step) -> dict[str, object]:
    return {"name": step.name, "ok": step.ok, "seconds": round(step.seconds, 3), "detail": step.detail}


def _alone(arguments: argparse.Namespace, folder: Path) -> Session:
    """Return a session on a library in a folder, of which nothing is noted anywhere else."""
    paths = AppPaths.below(folder / "library")
    return Session(arguments, paths, own=OwnLibraries(paths.config / "libraries"))


@contextmanager
def _folder(*, keep: bool) -> Iterator[Path]:
    """Make a folder that is removed at the end, unless it is to be kept.

    Raises:
        LibraryError: It cannot be made, or not be removed.
    """
    try:
        made = tempfile.mkdtemp(prefix="vislumbre-self-test-")
    except OSError as error:
        raise LibraryError(
            f"No folder can be made for the test: {error.strerror or error}.", "TMPDIR says where."
        ) from error
    # As the system itself names it: what is told of changes has no links and, on Windows, no short names.
    folder = Path(os.path.realpath(made))
    try:
        yield folder
    finally:
        if not keep:
            _remove(folder)


def _remove(folder: Path) -> None:
    """Remove a folder; on Windows a process that has just ended holds its files a moment longer."""
    try:
        patiently(lambda: shutil.rmtree(folder), pause_s=_PAUSE_S)
    except FileNotFoundError:
        return
    except OSError as error:
        raise LibraryError(
            f"The test’s folder {folder} could not be removed: {error.strerror or error}."
        ) from error


@contextmanager
def _errors() -> Iterator[list[str]]:
    """Collect what the log of ours has of errors."""
    found: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(f"{record.name}: {record.getMessage()}")

    ours, collector = logging.getLogger("desktop_app"), Collector(logging.ERROR)
    ours.addHandler(collector)
    try:
        yield found
    finally:
        ours.removeHandler(collector)
