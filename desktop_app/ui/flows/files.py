"""Opens files and shows them in their folders: what waits for a drive or for the desktop is off the window's thread."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QWidget

from desktop_app.ui.background.runner import Background
from desktop_app.ui.look import wording
from desktop_app.ui.look.question import question
from desktop_app.ui.system import file_actions
from desktop_app.ui.system.programs import may_run

_HALF_NAME: Final = 30


def open_file(background: Background, window: QWidget, path: Path, refuse: Callable[[], None]) -> None:
    """Open a file in the application the system has for it, or call `refuse`. GUI thread.

    What may be a program is asked about first, over the window.
    """

    def go_on(found: tuple[bool, bool]) -> None:
        is_there, is_program = found
        if is_there and is_program:
            _ask(window, path, open_it)
        elif is_there:
            open_it()
        else:
            refuse()

    def open_it() -> None:
        if not file_actions.open_path(path):
            refuse()

    background.run(partial(_looked_at, path), go_on, may_hang=True)


def reveal_file(background: Background, path: Path, refuse: Callable[[], None]) -> None:
    """Show a file in the system's file manager, or call `refuse`. GUI thread."""

    def go_on(said: Path | bool) -> None:
        if not (file_actions.open_path(said) if isinstance(said, Path) else said):
            refuse()

    background.run(partial(file_actions.reveal, path), go_on, may_hang=True)


def _looked_at(path: Path) -> tuple[bool, bool]:
    return os.path.exists(path), may_run(path)


def _shortened(name: str) -> str:
    """Return a name that fits on a line; its end, which tells what it is, is never left out."""
    return name if len(name) <= 2 * _HALF_NAME else f"{name[:_HALF_NAME]}…{name[-_HALF_NAME:]}"


def _ask(window: QWidget, path: Path, open_it: Callable[[], None]) -> None:
    question(
        window,
        f"Open {_shortened(wording.shown(path.name))}?",
        "Your computer would not show this file as a picture: it may run a program, or follow a link. "
        "Open it only if you know where it comes from.",
        "Open anyway",
        open_it,
    ).open()
