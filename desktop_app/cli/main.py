"""The same engine without a window: index, watch, retry, forget, search, similar, show, status, space and others.

The output and the exit codes are a contract, described in help (command-line.md, json.md): 0 done, 1 some photos failed, 2 wrong use,
3 cannot work.
"""

import errno
import logging
import os
import sys
from collections.abc import Callable, Sequence

from desktop_app.cli.arguments import parser, protected
from desktop_app.cli.commands import COMMANDS
from desktop_app.cli.output import OutputError, complain, end_output, print_error, print_json
from desktop_app.cli.session import CANNOT_WORK, DONE, INTERRUPTED, WRONG_USE, Session
from desktop_app.library import LibraryError
from desktop_app.named_store import refuse_misnamed
from desktop_app.own_files import NotOurFileError
from desktop_app.paths import AppPaths
from desktop_app.printable import LogFormatter, WrongUse
from desktop_app.streams import is_reader_gone


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    typed = protected(sys.argv[1:] if arguments is None else arguments)
    try:
        parsed = parser(COMMANDS).parse_args(typed)
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


def _log(*, verbose: bool) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LogFormatter(logging.BASIC_FORMAT))
    logging.basicConfig(level=logging.DEBUG if verbose else logging.CRITICAL, handlers=[handler])
