"""Paths as they are typed, or as this program printed them."""

import os
from collections.abc import Callable
from pathlib import Path

from desktop_app.paths import absolute
from desktop_app.printable import meant


def path_of(word: str | Path, is_known: Callable[[Path], bool] = lambda _: False) -> Path:
    """Return the photo or folder that a word of the command line names, from the root on.

    That is the path as typed. Where there is none, it may be one that this program printed with an escape (a backslash, x and
    two digits): one that is on the disk or in the library, or whose folder is there.

    Args:
        word: What was typed.
        is_known: Whether the library knows a path that is not on the disk now.
    """
    typed, escaped = Path(word), meant(str(Path(word)))
    if escaped is None:
        return absolute(typed)
    paths = absolute(typed), absolute(escaped)
    there = [path for path in paths if os.path.lexists(path) or is_known(path)]
    return next(iter(there or [path for path in paths if os.path.lexists(path.parent)]), paths[0])


def chosen_folder(word: str | Path) -> Path:
    """Return the folder that a word names, looked at before anything is opened, so that a slip of the keyboard costs nothing.

    Raises:
        FolderMissingError: It cannot be chosen.
    """
    # Late: a question needs none of what indexes.
    from desktop_app.library import why_no_folder

    chosen = path_of(word)
    if (refusal := why_no_folder(chosen)) is not None:
        raise refusal
    return chosen
