"""Starts the window: reads the arguments, refuses without a screen, and imports what needs Qt only then."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from desktop_app.importing import nothing_dies
from desktop_app.paths import AppPaths, absolute, typed_path
from desktop_app.printable import SafeParser, safe

DONE, CANNOT_WORK = 0, 3

NO_SCREEN = """\
Vislumbre's window needs a screen, and there is none here (neither DISPLAY nor WAYLAND_DISPLAY is set).
"""

WITHOUT_WINDOW = """\
Without a window, in a checkout:    make run PHOTOS=folder QUERY="a dog on the beach"
Without a window, once installed:   vislumbre index folder
                                    vislumbre search "a dog on the beach"
"""


def window_main(arguments: Sequence[str] | None = None) -> int:
    """Open the window, or bring that of a running Vislumbre to the front, and return the exit code.

    Args:
        arguments: What was typed after the program's name; None for that of this process.
    """
    parsed = window_parser().parse_args(arguments)
    if not has_screen(os.environ, sys.platform):
        say(NO_SCREEN + WITHOUT_WINDOW)
        return CANNOT_WORK
    paths = AppPaths.below(parsed.base_dir) if parsed.base_dir else AppPaths.for_person()
    try:
        paths.check()
    except OSError as error:
        say(f"{safe(str(error.filename))}: {error.strerror}.\n")
        return CANNOT_WORK
    try:
        # Late, because on a server Qt's own libraries are often missing, and the words above need none of them.
        with nothing_dies():
            from desktop_app.ui.app.application import run
    except ImportError as error:
        say(f"{why_no_window(error)}\n{WITHOUT_WINDOW}")
        return CANNOT_WORK
    return run(
        paths, folders=[absolute(path_of(text, sys.platform)) for text in parsed.folders], query=parsed.search
    )


def has_screen(environment: Mapping[str, str], platform: str) -> bool:
    """Whether a window can be shown: always assumed but on Unix without a display server."""
    if platform in {"win32", "darwin"}:
        return True
    return any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def path_of(text: str, platform: str) -> Path:
    r"""Return the folder that was typed or handed over.

    Where a command on Windows puts quotes around a drive, the backslash of `"C:\"` takes the closing quote with it, and
    what comes here is `C:"`. No name there has a quote in it.
    """
    return Path(text.removesuffix('"') + "\\" if platform == "win32" and text.endswith('"') else text)


def why_no_window(error: ImportError) -> str:
    """Put into words what of Qt cannot be loaded.

    Raises:
        ImportError: It is a part of ours.
    """
    if (error.name or "").startswith("desktop_app"):
        raise error
    return f"Vislumbre's window cannot start: {safe(str(error))}."


def say(text: str) -> None:
    """Write on the error stream, where there is one."""
    # A program without a console, as on Windows, has no error stream.
    if sys.stderr is not None:
        sys.stderr.write(text)


def window_parser() -> argparse.ArgumentParser:
    """Return the parser of what opens the window."""
    parser = SafeParser(prog="vislumbre", description="Find your own photos by describing them: the window.")
    parser.add_argument(
        "--base-dir", type=typed_path, metavar="DIR", help="keep everything of the library in this folder"
    )
    parser.add_argument(
        "--search", metavar="WORDS", help="search for this at once; with “” go to the search field"
    )
    parser.add_argument(
        "folders",
        nargs="*",
        metavar="FOLDER",
        help="search in this folder; one that is not in the library is asked about",
    )
    return parser
