"""The command `connections`: every connection that the library opened, and those that it refused to open."""

from desktop_app.cli.output import print_json, say
from desktop_app.cli.session import DONE, Session
from desktop_app.library import Connection, Outcome


def connections(session: Session) -> int:
    """Print when, to whom and why each was opened, what went through it and how it ended; the newest last."""
    found = session.answer(lambda library: library.models.connections())
    if session.as_json:
        print_json([connection_json(one) for one in found])
        return DONE
    for one in found:
        say(_line(one))
    if not found:
        say("No connection was ever made.")
    return DONE


def connection_json(connection: Connection) -> dict[str, object]:
    """Return a connection as JSON; the fields are described in help, json.md."""
    return {
        "when": connection.when.isoformat(),
        "host": connection.host,
        "port": connection.port,
        "path": connection.path,
        "via": connection.via or None,
        "why": connection.why,
        "outcome": connection.outcome.value,
        "ended": connection.ended,
        "bytes_in": connection.bytes_in,
        "bytes_out": connection.bytes_out,
        "seconds": connection.seconds,
    }


def _line(one: Connection) -> str:
    """Return one line for a person, in the computer's own time."""
    whom = f"{one.host}:{one.port}{one.path}{f' (through {one.via})' if one.via else ''}"
    amounts = [
        f"{count:,} bytes {way}"
        for count, way in ((one.bytes_in, "in"), (one.bytes_out, "out"))
        if count is not None
    ]
    if one.seconds is not None:
        amounts.append(f"{one.seconds:,.1f} s")
    return "; ".join(
        [
            f"{one.when.astimezone():%Y-%m-%d %H:%M:%S}  {whom}",
            one.why,
            *([", ".join(amounts)] if amounts else []),
            one.ended if one.outcome is Outcome.UNKNOWN else f"{one.outcome}: {one.ended}",
        ]
    )
