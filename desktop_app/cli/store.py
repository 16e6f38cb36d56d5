"""The command `store`: where the vectors are, and moving them elsewhere."""

from pathlib import Path

from desktop_app.cli.output import print_error, print_json, say
from desktop_app.cli.progress import ProgressLine
from desktop_app.cli.session import CANNOT_WORK, DONE, WRONG_USE, Session
from desktop_app.library import (
    LibraryError,
    ModelMoved,
    MoveStep,
    StorePlace,
    StoreState,
    is_kept_in,
    move_store,
    remove_from,
    store_states,
)
from desktop_app.named_store import NamedStore, store_place
from desktop_app.opening import is_online
from desktop_app.paths import absolute
from desktop_app.settings import Settings, declaration

EMBEDDED = "embedded"
"""What the database that is built in is called on the command line."""

_STEPS = {MoveStep.SENDING: "Sending", MoveStep.COMPARING: "Comparing"}


def store(session: Session) -> int:
    """Say where the vectors are, or move them."""
    settings = Settings.load(session.paths.config)
    if session.arguments.action == "move":
        _admit(session, settings)
        return _move(session, settings)
    if session.arguments.to or session.arguments.remove_old:
        return _refused(session, "Write `vislumbre store move --to ADDRESS`.")
    return _show(session, settings)


def _admit(session: Session, settings: Settings) -> None:
    """Let the library be opened, and make its folders.

    Raises:
        UnknownLibraryError: Somebody else made it.
        OSError: A folder cannot be made.
    """
    session.own.admit(
        session.paths, settings.values.store_address, trusted=bool(session.arguments.trust_library)
    )
    session.paths.make()


def _show(session: Session, settings: Settings) -> int:
    place = _place(session, settings, session.named_store)

    def looked(copied_to: Path | None) -> list[StoreState]:
        if copied_to is None:
            _admit(session, settings)
        return store_states(copied_to or session.paths.data, place)

    states = session.saving_nothing(looked)
    if session.as_json:
        print_json(
            {"store": place.description, "database": place.database or None, "models": _states_json(states)}
        )
    else:
        database = f", database {place.database}" if place.database else ""
        say(f"Vectors are in {place.description}{database}.")
        for state in states:
            say(f"  {_line(state, is_asked=bool(place.address))}")
    return CANNOT_WORK if any(state.problem for state in states) else DONE


def _refused(session: Session, sentence: str, hint: str = "") -> int:
    print_error(LibraryError(sentence, hint), as_json=session.as_json)
    return WRONG_USE


def _move(session: Session, settings: Settings) -> int:
    typed = session.arguments
    if not typed.to:
        return _refused(
            session,
            "Say where to: `vislumbre store move --to ADDRESS`, or `--to embedded` for the built-in one.",
        )
    for name, value in (("store_address", typed.to), ("store_database", typed.store_database or "")):
        setting = declaration(name)
        if typed.to != EMBEDDED and (complaint := setting.complaint(value)):
            return _refused(session, f"{setting.label} {complaint}.", "`--to embedded` is the built-in one.")
    target = _target(session, settings)
    source = _place(session, settings, NamedStore(typed.store or ""))
    # The one in the settings is not where they are while another was named in its stead.
    is_there = _is_same(_place(session, settings, NamedStore()), target) and is_kept_in(
        session.paths.data, target
    )
    line = ProgressLine()
    moved: list[ModelMoved] = []
    try:
        if not is_there:
            moved = move_store(
                session.paths.data,
                target,
                lambda step, done, rows: line.show(_STEPS[step], done, rows),
            )
            _remember(settings, target)
    finally:
        line.end()
    removed = None
    if typed.remove_old:
        # Where all was moved before, nobody noted from where: the built-in one, if no server is named.
        old = _or_embedded(session, None) if is_there and not typed.store else source
        if _is_same(old, target):
            return _refused(
                session, "Where the vectors were before is not known: name that server with --store."
            )
        removed = remove_from(session.paths.data, old)
    _say_moved(session, target, moved, removed, was_there=is_there)
    return DONE


def _place(session: Session, settings: Settings, named: NamedStore) -> StorePlace:
    return _or_embedded(
        session, store_place(session.paths, settings.values, named, lambda: _network(settings))
    )


def _target(session: Session, settings: Settings) -> StorePlace:
    typed = session.arguments
    if typed.to == EMBEDDED:
        return _or_embedded(session, None)
    authority = absolute(typed.store_certificate) if typed.store_certificate else None
    return _place(session, settings, NamedStore(typed.to, typed.store_database, authority))


def _or_embedded(session: Session, place: StorePlace | None) -> StorePlace:
    return place or StorePlace(session.paths.data / "vectors")


def _network(settings: Settings) -> bool:
    return settings.values.network and is_online()


def _is_same(one: StorePlace, other: StorePlace) -> bool:
    return (one.address, one.database) == (other.address, other.database)


def _remember(settings: Settings, target: StorePlace) -> None:
    """Change the settings to the store that is filled and verified now.

    Raises:
        LibraryError: They cannot be written.
    """
    problems = len(settings.problems)
    authority = target.certificates.authority
    settings.change("store_address", target.address, later=True)
    settings.change("store_database", target.database, later=True)
    settings.change("store_certificate", str(authority) if authority else "", later=True)
    settings.save()
    if len(settings.problems) > problems:
        raise LibraryError(
            f"The vectors are moved, but the settings cannot be changed: {settings.problems[-1]}",
            "Change the address of the vector database there yourself.",
        )


def _say_moved(
    session: Session, target: StorePlace, moved: list[ModelMoved], removed: int | None, *, was_there: bool
) -> None:
    if session.as_json:
        print_json(moved_json(target.description, moved, removed))
        return
    for one in moved:
        say(
            f"{one.rows:,} vectors are in {target.description} ({one.sent:,} sent now), counted and compared."
        )
    if not moved:
        say(
            f"Vectors are in {target.description} already."
            if was_there
            else f"There are no vectors yet; they will be in {target.description}."
        )
    if removed is None:
        say("The store of before is as it was; `--remove-old` gives its room back.")
    else:
        say("What the store of before held is removed.")


def moved_json(store: str, moved: list[ModelMoved], removed: int | None) -> dict[str, object]:
    """Return as JSON what was moved; the fields are described in help, json.md."""
    models = [{"model": one.model_id, "rows": one.rows, "sent": one.sent} for one in moved]
    return {"store": store, "models": models, "removed": removed}


def _states_json(states: list[StoreState]) -> list[dict[str, object]]:
    return [
        {
            "model": state.model_id,
            "vectors": state.vectors,
            "waiting": state.waiting,
            "rows": state.rows,
            "error": state.problem or None,
        }
        for state in states
    ]


def _line(state: StoreState, *, is_asked: bool) -> str:
    has = "" if state.rows is None else f", {state.rows:,} there"
    if is_asked and state.rows is None and not state.problem:
        has = ", none there yet"
    waits = f", {state.waiting:,} changes wait to be sent" if state.waiting else ""
    problem = f". {state.problem}" if state.problem else ""
    return f"{state.model_id}: {state.vectors:,} in the catalogue{has}{waits}{problem}"
