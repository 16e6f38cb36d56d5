"""The command `extras`: packages for JPEG XL and videos, which are never shipped, added to an installed program."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.cli.output import print_json, say, text_of
from desktop_app.cli.session import DONE, NotThereError, Session
from desktop_app.paths import absolute, extras_folder
from desktop_app.printable import shown

# What looks into packages is imported where it is used: every other command would wait for it.
if TYPE_CHECKING:
    from desktop_app.library import ExtraState


def extras_list(session: Session) -> int:
    """Say of each extra whether it is there."""
    from desktop_app.library import extras_in

    return _told(session, extras_in(extras_folder()))


def extras_add(session: Session) -> int:
    """Take one or more packages in, as PyPI offers them."""
    from desktop_app.library import add_extra

    wheels = [absolute(wheel) for wheel in session.arguments.wheels]
    missing = next((wheel for wheel in wheels if not os.path.lexists(wheel)), None)
    if missing is not None:
        raise NotThereError(
            f"{shown(missing)} is not there.", "Name a .whl file that you have from pypi.org."
        )
    added = [add_extra(extras_folder(), wheel) for wheel in wheels]
    return _told(session, added)


def extras_remove(session: Session) -> int:
    """Take an extra out."""
    from desktop_app.library import remove_extra

    was_there = remove_extra(extras_folder(), session.arguments.name)
    if session.as_json:
        print_json({"name": session.arguments.name, "removed": was_there})
    else:
        say(f"{session.arguments.name} was {'removed' if was_there else 'not there'}.")
    return DONE


def _told(session: Session, states: "list[ExtraState]") -> int:
    if session.as_json:
        print_json([extra_json(state) for state in states])
    else:
        for state in states:
            say(extra_line(state))
    return DONE


def extra_json(state: "ExtraState") -> dict[str, object]:
    """Return an extra as JSON."""
    return {
        "name": state.extra.name,
        "opens": state.extra.opens,
        "version": state.version or None,
        "folder": text_of(state.folder) if state.folder else None,
        "stale": state.stale,
    }


def extra_line(state: "ExtraState") -> str:
    """Return in a line what there is of an extra."""
    name = f"{state.extra.name} (opens {state.extra.opens})"
    if state.version:
        return f"{name}: {state.version}, {_where(state.folder)}"
    if state.stale:
        return f"{name}: the one that was added is for another Python or system; add it anew"
    return f"{name}: not there; `vislumbre extras add FILE.whl` takes the file that pypi.org offers"


def _where(folder: Path | None) -> str:
    return f"in {shown(folder)}" if folder else "installed with Python"
