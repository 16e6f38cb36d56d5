"""The command `space`: what the library takes on the disk, and dropping what is not wanted."""

from collections.abc import Sequence
from pathlib import Path

from desktop_app.cli.output import complain, print_error, print_json, say
from desktop_app.cli.session import DONE, WRONG_USE, Session, wait
from desktop_app.library import (
    CATALOG_NAME,
    DISK_FULL,
    DiskFullError,
    LibraryError,
    NotDroppableError,
    SpaceUse,
    reading_copy,
    why_not_written,
)
from desktop_app.printable import counted, shown, size_of


def space(session: Session) -> int:
    """List what takes space, or drop some of it and say how much that gave back."""
    keys = session.arguments.drop or []
    freed = None
    if keys:
        try:
            freed, uses = _dropped_though_full(session, keys)
        except NotDroppableError as error:
            print_error(error, as_json=session.as_json)
            return WRONG_USE
    else:
        uses = session.answer(lambda library: library.space.uses())
    if session.as_json:
        said: dict[str, object] = {"bytes": sum(use.size_bytes for use in uses), "space": space_json(uses)}
        print_json(said if freed is None else {**said, "dropped": list(keys), "freed_bytes": freed})
        return DONE
    if freed is not None:
        say(f"{size_of(freed)} given back.")
    _print(uses)
    return DONE


def _dropped_though_full(session: Session, keys: Sequence[str]) -> tuple[int, list[SpaceUse]]:
    """Drop things, and return what that gave back and what there is; on a full disk first what are files alone.

    To open a catalogue takes room, which a disk that is full gets by that.
    """
    try:
        return _dropped(session, keys)
    except (LibraryError, OSError) as error:
        if why_not_written(error) != DISK_FULL:
            raise
        with reading_copy(session.paths.data / CATALOG_NAME) as folder:
            with session.library(folder) as (library, _):
                uses = library.space.uses()
            known = {use.key: use for use in uses}
            # What cannot be dropped is refused before anything goes.
            is_refused = any(key not in known or not known[key].droppable for key in keys)
            first = [key for key in keys if is_refused or known[key].is_files_alone]
            if not first:
                raise DiskFullError(
                    f"The disk of {shown(session.paths.data)} is full, and to drop that takes room.",
                    "Drop thumbnails or logs first, or with it.",
                ) from error
            complain(
                f"The disk of {shown(session.paths.data)} is full: what can be dropped without room goes first."
            )
            freed, uses = _dropped(session, first, folder)
    rest = [key for key in keys if key not in first]
    if rest:
        more, uses = _dropped(session, rest)
        freed += more
    return freed, uses


def _dropped(
    session: Session, keys: Sequence[str], copied_to: Path | None = None
) -> tuple[int, list[SpaceUse]]:
    with session.library(copied_to) as (library, _):
        return wait(library.space.drop(keys)), library.space.uses()


def space_json(uses: Sequence[SpaceUse]) -> list[dict[str, object]]:
    """Return what takes space as JSON; the fields are described in help, json.md."""
    return [
        {
            "key": use.key,
            "title": use.title,
            "items": use.items,
            "bytes": use.size_bytes,
            "droppable": use.droppable,
            "cost": use.cost,
        }
        for use in uses
    ]


def space_line(uses: Sequence[SpaceUse]) -> str:
    """Return in a sentence what the library takes, and what of it could be given back."""
    droppable = sum(use.size_bytes for use in uses if use.droppable)
    whole = f"The library takes {size_of(sum(use.size_bytes for use in uses))}"
    if not droppable:
        return f"{whole}."
    return f"{whole}; {size_of(droppable)} could be given back: `vislumbre space` says what that costs."


def _print(uses: Sequence[SpaceUse]) -> None:
    for use in uses:
        say(f"{size_of(use.size_bytes):>9}  {use.title} ({counted(use.items, use.noun)})")
        say(f"{'':11}{use.says}")
        if use.droppable:
            say(f"{'':11}--drop {use.key}: {use.cost}")
    say(f"{size_of(sum(use.size_bytes for use in uses)):>9}  in all")
