"""The command `space`: what the library takes on the disk, and dropping what is not wanted."""

from collections.abc import Sequence

from desktop_app.cli.output import print_error, print_json, say
from desktop_app.cli.session import DONE, WRONG_USE, Session, wait
from desktop_app.library import NotDroppableError, SpaceUse
from desktop_app.printable import counted, size_of


def space(session: Session) -> int:
    """List what takes space, or drop some of it and say how much that gave back."""
    keys = session.arguments.drop or []
    freed = None
    if keys:
        with session.library() as (library, _):
            try:
                freed = wait(library.space.drop(keys))
            except NotDroppableError as error:
                print_error(error, as_json=session.as_json)
                return WRONG_USE
            uses = library.space.uses()
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
