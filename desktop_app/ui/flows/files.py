"""Opens files and shows them in their folders: what waits for a drive or for the desktop is off the window's thread."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from desktop_app.ui.background.runner import Background
from desktop_app.ui.system import file_actions


def open_file(background: Background, path: Path, refuse: Callable[[], None]) -> None:
    """Open a file in the application the system has for it, or call `refuse`. GUI thread."""

    def go_on(is_there: bool) -> None:
        if not (is_there and file_actions.open_path(path)):
            refuse()

    background.run(partial(os.path.exists, path), go_on, may_hang=True)


def reveal_file(background: Background, path: Path, refuse: Callable[[], None]) -> None:
    """Show a file in the system's file manager, or call `refuse`. GUI thread."""

    def go_on(said: Path | bool) -> None:
        if not (file_actions.open_path(said) if isinstance(said, Path) else said):
            refuse()

    background.run(partial(file_actions.reveal, path), go_on, may_hang=True)
