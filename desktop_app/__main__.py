"""``python -m desktop_app``: a command when one is named, else the window."""

import os
import sys
import threading

from desktop_app.children import forget_own_libraries, named_child, run
from desktop_app.importing import nothing_dies

# Options before a command, or of the window, whose next word is their value.
_WITH_VALUE = frozenset({"--base-dir", "--model", "--runtime", "--search", "--store"})


def main() -> int:
    """Run what the command line asks for and return the exit code."""
    forget_own_libraries()
    arguments = sys.argv[1:]
    if child := named_child(arguments):
        return run(child, arguments[1:])
    if _names_a_command(arguments):
        from desktop_app.streams import prepare_streams

        prepare_streams()
        with nothing_dies():
            from desktop_app.cli.main import main as run_command
            from desktop_app.printable import say_bug

        sys.excepthook = say_bug
        threading.excepthook = lambda what: say_bug(what.exc_type, what.exc_value, what.exc_traceback)
        return run_command(arguments)
    return window()


def window() -> int:
    """Open the window and return the exit code."""
    from desktop_app.main import window_main

    return window_main(sys.argv[1:])


def _names_a_command(arguments: list[str]) -> bool:
    """Tell `vislumbre index …` from `vislumbre --base-dir D` and `vislumbre /photos`; help belongs to the command line.

    A file manager gives a folder as a whole path, and no command has a separator in its name.
    """
    if any(word in {"-h", "--help", "--version"} for word in arguments):
        return True
    words = iter(arguments)
    for word in words:
        if word in _WITH_VALUE:
            next(words, None)
        elif not word.startswith("-"):
            return not any(separator in word for separator in (os.sep, os.altsep) if separator)
    return False


if __name__ == "__main__":
    sys.exit(main())
