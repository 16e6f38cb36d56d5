"""The command `check-update`: whether there is a newer Vislumbre. Nothing is fetched, and nothing happens by itself."""

from datetime import UTC, datetime

from desktop_app import __version__
from desktop_app.cli.output import print_json, say
from desktop_app.cli.session import DONE, Session
from desktop_app.library import ConnectionLog, Release
from desktop_app.newer import Heard
from desktop_app.opening import is_online
from desktop_app.settings import Settings


def check_update(session: Session) -> int:
    """Ask, unless that was done within a day, and say what was heard."""
    settings = Settings.load(session.paths.config)
    heard, now = Heard.of(settings), datetime.now(UTC)
    if heard.release is None or heard.is_due(now):
        heard = heard.asked(now, _ask(session, settings, heard.release))
        heard.keep(settings)
    release = heard.release
    assert release is not None
    assert heard.asked_at is not None
    if session.as_json:
        print_json(
            {
                "version": __version__,
                "newest": release.version,
                "newer": release.is_newer,
                "page": release.page,
                "asked_at": heard.asked_at.isoformat(),
            }
        )
    elif release.is_newer:
        say(f"Vislumbre {release.version} is out; this is {__version__}. {release.page}")
    else:
        say(f"This is Vislumbre {__version__}, and there is no newer one.")
    return DONE


def _ask(session: Session, settings: Settings, known: Release | None) -> Release:
    # Late, for it brings the network's modules along, which no other command needs.
    from desktop_app.library import look_for_release

    # Before anything is written there: it may be the library of somebody else.
    session.own.admit(
        session.paths, settings.values.store_address, trusted=bool(session.arguments.trust_library)
    )
    session.paths.make()
    network = settings.values.network and is_online()
    return look_for_release(ConnectionLog(session.paths.data), known, network=network)
