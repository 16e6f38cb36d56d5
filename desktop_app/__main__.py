"""``python -m desktop_app``: a command when one is named, else the window."""

import os
import sys
import threading
from pathlib import Path

from desktop_app.children import forget_own_libraries, named_child, run
from desktop_app.importing import nothing_dies, threads_fall_asleep

# Options before a command, or of the window, whose next word is their value.
_WITH_VALUE = frozenset(
    {
        "--base-dir",
        "--model",
        "--runtime",
        "--search",
        "--store",
        "--store-certificate",
        "--store-database",
    }
)

# As a shell counts a program that Ctrl+C ended.
_INTERRUPTED = 130


def main() -> int:
    """Run what the command line asks for and return the exit code."""
    forget_own_libraries()
    threads_fall_asleep()
    arguments = sys.argv[1:]
    if child := named_child(arguments):
        return run(child, arguments[1:])
    if not _is_window_program(sys.executable) and _names_a_command(arguments):
        try:
            return _run_command(arguments)
        except KeyboardInterrupt:
            # The command says this itself from its first line on: this one came while its modules were imported.
            sys.stderr.write("Stopped before anything was done.\n")
            return _INTERRUPTED
    return window()


def _run_command(arguments: list[str]) -> int:
    from desktop_app.streams import prepare_streams

    prepare_streams()
    with nothing_dies():
        from desktop_app.cli.main import main as run_command
        from desktop_app.printable import say_bug

    sys.excepthook = say_bug
    threading.excepthook = lambda what: say_bug(what.exc_type, what.exc_value, what.exc_traceback)
    return run_command(arguments)


def window() -> int:
    """Open the window and return the exit code."""
    from desktop_app.main import window_main

    return window_main(sys.argv[1:])


def _names_a_command(arguments: list[str]) -> bool:
    """Tell `vislumbre index …` from `vislumbre --base-dir D` and from `vislumbre ./FOLDER`, which open the window.

    Help and version belong to the command line, and so does a word that is neither, which is refused there.
    """
    if any(word in {"-h", "--help", "--version"} for word in arguments):
        return True
    words = iter(arguments)
    for word in words:
        if word in _WITH_VALUE:
            next(words, None)
        elif not word.startswith("-"):
            return not _is_path(word)
    return False


def _is_path(word: str) -> bool:
    """Whether a word is a folder or file rather than a command: it is written as one, or is there and no command's name."""
    if word in {os.curdir, os.pardir} or Path(word).name != word or os.path.splitdrive(word)[0]:
        return True
    if not os.path.exists(word):
        return False
    # Late and seldom.
    from desktop_app.cli.commands import is_command

    return not is_command(word)


def _is_window_program(program: str) -> bool:
    """Whether this is the executable without a console that a frozen program has on Windows for its window."""
    return bool(getattr(sys, "frozen", False)) and Path(program).stem == "vislumbre-window"


if __name__ == "__main__":
    sys.exit(main())
