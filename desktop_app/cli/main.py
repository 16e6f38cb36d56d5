"""The same engine without a window: index, watch, retry, forget, search, similar, show, status, space and others.

The output and the exit codes are a contract, described in help (command-line.md, json.md): 0 done, 1 some photos failed, 2 wrong use,
3 cannot work.
"""

import argparse
import errno
import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from pathlib import Path

from desktop_app.cli.arguments import parser, protected, query_of
from desktop_app.cli.check_update import check_update
from desktop_app.cli.connections import connections
from desktop_app.cli.doctor import doctor
from desktop_app.cli.evaluate import evaluate_command
from desktop_app.cli.extras import extras_add, extras_list, extras_remove
from desktop_app.cli.folders import exclude, forget, include
from desktop_app.cli.help import help_command
from desktop_app.cli.models import (
    model_bench,
    model_export,
    model_fetch,
    model_import,
    model_list,
    model_use,
)
from desktop_app.cli.output import (
    OutputError,
    answer_json,
    complain,
    end_output,
    failed_json,
    print_answer,
    print_error,
    print_json,
    print_report,
    print_status,
    say,
    status_json,
)
from desktop_app.cli.paths import chosen_folder, path_of
from desktop_app.cli.progress import ProgressLine
from desktop_app.cli.self_test import self_test
from desktop_app.cli.session import (
    CANNOT_WORK,
    DONE,
    INTERRUPTED,
    SOME_FAILED,
    WRONG_USE,
    NotThereError,
    Session,
    until_done,
)
from desktop_app.cli.show import show
from desktop_app.cli.space import space, space_json, space_line
from desktop_app.cli.store import store
from desktop_app.cli.watch import watch
from desktop_app.library import (
    Answer,
    IndexReport,
    LibraryError,
    PhotoLibrary,
)
from desktop_app.named_store import refuse_misnamed
from desktop_app.own_files import NotOurFileError
from desktop_app.paths import AppPaths
from desktop_app.printable import LogFormatter, WrongUse, shown
from desktop_app.streams import is_reader_gone
from desktop_app.trust import OwnLibraries


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    typed = protected(sys.argv[1:] if arguments is None else arguments)
    try:
        parsed = parser(_HANDLERS).parse_args(typed)
    except WrongUse as wrong:
        if "--json" in typed:
            print_json({"error": wrong.why, "hint": "`vislumbre COMMAND --help` lists what it takes."})
        raise
    _log(verbose=bool(parsed.verbose))
    paths = AppPaths.below(parsed.base_dir) if parsed.base_dir else AppPaths.for_person()
    session = Session(parsed, paths)
    command: Callable[[Session], int] = parsed.run
    try:
        refuse_misnamed(session.named_store)
        paths.check()
        code = command(session)
        end_output()
        return code
    except OSError as error:
        if not is_reader_gone(error):
            return _cannot_use(session, error)
        # Whoever read the output has what they wanted, as `head` has.
        _drop_output()
        return DONE
    except LibraryError as error:
        print_error(error, as_json=session.as_json, told=session.told)
        return WRONG_USE if session.is_wrong_use(error) else CANNOT_WORK
    except KeyboardInterrupt:
        complain("Stopped; what was done is kept.")
        return INTERRUPTED


def _cannot_use(session: Session, error: OSError) -> int:
    why = error.strerror or error
    if isinstance(error, OutputError):
        complain(f"The output cannot be written: {why}.")
        _drop_output()
        return CANNOT_WORK
    place = error.filename or session.paths.data
    is_refused = error.errno in (errno.EROFS, errno.EACCES, errno.EPERM)
    if is_refused and not isinstance(error, NotOurFileError):
        what = LibraryError(
            f"{place} may not be used ({why}).",
            "Check its permissions, and whether its disk is read-only; a library needs a folder that it can write.",
        )
    else:
        what = LibraryError(f"{place}: {why}.", "Check the folder and try again.")
    print_error(what, as_json=session.as_json)
    return CANNOT_WORK


def _drop_output() -> None:
    """Say nothing more, at the end of Python neither."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def is_command(word: str) -> bool:
    """Whether the command line has a command of this name."""
    return any(name.split()[0] == word for name in _HANDLERS)


def _log(*, verbose: bool) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LogFormatter(logging.BASIC_FORMAT))
    logging.basicConfig(level=logging.DEBUG if verbose else logging.CRITICAL, handlers=[handler])


def _index(session: Session) -> int:
    folders = [chosen_folder(folder) for folder in session.arguments.folders]
    with session.library() as (library, line):
        # From the outside in: what the outer folder reports, those inside it would report again.
        reports = {
            folder: until_done(library, line, library.folders.add(folder)) for folder in sorted(set(folders))
        }
        outermost = [folder for folder in reports if reports.keys().isdisjoint(folder.parents)]
        report = _sum([reports[folder] for folder in outermost])
        line.end()
    return _told(session, report)


def _retry(session: Session) -> int:
    with session.library() as (library, line):

        def is_known(photo: Path) -> bool:
            return library.browsing.photo_at(photo) is not None

        photos = [path_of(photo, is_known) for photo in session.arguments.photos]
        unknown = next((photo for photo in photos if not is_known(photo)), None)
        if unknown is not None:
            error = LibraryError(
                f"{shown(unknown)} is not a photo of the library.", "Index its folder first."
            )
            print_error(error, as_json=session.as_json)
            return WRONG_USE
        report = until_done(library, line, library.folders.retry(photos))
        line.end()
    return _told(session, report)


def _told(session: Session, report: IndexReport) -> int:
    """Print what was done, and return the exit code."""
    print_report(report, as_json=session.as_json)
    return SOME_FAILED if report.failed else DONE


def _search(session: Session) -> int:
    words = query_of(session.arguments.words)
    if not words:
        error = LibraryError(
            "Say what to search for, for example: vislumbre search “a white dog in the snow”."
        )
        print_error(error, as_json=session.as_json)
        return WRONG_USE
    return _answer(
        session,
        lambda library: library.searching.search(
            words, session.arguments.limit, session.arguments.strictness / 100
        ),
    )


def _similar(session: Session) -> int:
    def ask(library: PhotoLibrary) -> "Future[Answer]":
        def is_known(photo: Path) -> bool:
            return library.browsing.photo_at(photo) is not None

        photos = [path_of(photo, is_known) for photo in session.arguments.photos]
        for photo in photos:
            if not is_known(photo) and not os.path.lexists(photo):
                raise NotThereError(
                    f"{shown(photo)} is not there.", "Name a photo of the library, or any picture."
                )
        return library.searching.similar(photos, session.arguments.limit)

    return _answer(session, ask)


def _answer(session: Session, ask: Callable[[PhotoLibrary], "Future[Answer]"]) -> int:
    answer = session.answer(lambda library: ask(library).result())
    if session.as_json:
        print_json(answer_json(answer))
    else:
        print_answer(answer)
    return DONE


def _status(session: Session) -> int:
    status, uses = session.answer(lambda library: (library.browsing.status(), library.space.uses()))
    if session.as_json:
        print_json({**status_json(status), "space": space_json(uses)})
    else:
        print_status(status)
        say(space_line(uses))
    return DONE


def _failures(session: Session) -> int:
    failures = session.answer(lambda library: library.browsing.failures())
    if session.as_json:
        print_json([failed_json(failure) for failure in failures])
    else:
        for failure in failures:
            say(f"{shown(failure.path)}: {failure.reason}")
        if not failures:
            say("No photo failed.")
    return DONE


def _doctor(session: Session) -> int:
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


def _evaluate(session: Session) -> int:
    def open_library(
        arguments: argparse.Namespace, paths: AppPaths
    ) -> AbstractContextManager[tuple[PhotoLibrary, ProgressLine]]:
        # One that is removed afterwards is noted in itself.
        own = OwnLibraries(paths.config / "libraries") if arguments.ephemeral else session.own
        return Session(arguments, paths, own).library()

    if session.arguments.ephemeral and not session.arguments.trust_library:
        # Its models are used.
        session.refuse_unknown()
    return evaluate_command(session.arguments, session.paths, open_library)


def _sum(reports: Sequence[IndexReport]) -> IndexReport:
    return IndexReport(
        found=sum(report.found for report in reports),
        indexed=sum(report.indexed for report in reports),
        embedded=sum(report.embedded for report in reports),
        unchanged=sum(report.unchanged for report in reports),
        moved=sum(report.moved for report in reports),
        pending=sum(report.pending for report in reports),
        failed=tuple(failed for report in reports for failed in report.failed),
        removed=sum(report.removed for report in reports),
        unreadable_folders=tuple(folder for report in reports for folder in report.unreadable_folders),
        seconds=sum(report.seconds for report in reports),
        unlisted=sum(report.unlisted for report in reports),
        left_out=sum(report.left_out for report in reports),
        videos_left_out=sum(report.videos_left_out for report in reports),
        ignore_problems=tuple(problem for report in reports for problem in report.ignore_problems),
    )


_HANDLERS: Mapping[str, Callable[[Session], int]] = {
    "index": _index,
    "watch": watch,
    "retry": _retry,
    "search": _search,
    "similar": _similar,
    "show": show,
    "forget": forget,
    "exclude": exclude,
    "include": include,
    "status": _status,
    "space": space,
    "store": store,
    "failures": _failures,
    "doctor": _doctor,
    "connections": connections,
    "check-update": check_update,
    "self-test": self_test,
    "extras list": extras_list,
    "extras add": extras_add,
    "extras remove": extras_remove,
    "evaluate": _evaluate,
    "help": help_command,
    "model list": model_list,
    "model use": model_use,
    "model bench": model_bench,
    "model fetch": model_fetch,
    "model import": model_import,
    "model export": model_export,
}
