"""The child process in which a self-test has the window opened: a fault of Qt ends that one only."""

from collections.abc import Sequence
from pathlib import Path

from desktop_app.importing import nothing_dies
from desktop_app.main import CANNOT_WORK, DONE, say, why_no_window
from desktop_app.paths import AppPaths


def main(arguments: Sequence[str]) -> int:
    """Open the window on a library, look whether a search shows a photo first, close it, and return the exit code.

    Args:
        arguments: The library's folder, what to search for, and the name of the photo.
    """
    try:
        with nothing_dies():
            from desktop_app.ui.app.trial import trial
    except ImportError as error:
        say(f"{why_no_window(error)}\n")
        return CANNOT_WORK
    base, query, photo = arguments
    if problem := trial(AppPaths.below(Path(base)), query, photo):
        say(f"{problem}\n")
        return CANNOT_WORK
    return DONE
