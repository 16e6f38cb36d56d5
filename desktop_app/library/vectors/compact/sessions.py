"""Tells whether a copy was made of this very catalogue, or of one that was since replaced by an older state of itself.

The catalogue numbers every change of a vector, and a copy says up to which number it has followed. But a catalogue that
was put back from a safety copy gives the same numbers to other changes. So each time a library is opened it notes a random
word beside the number reached by then, and a copy notes the word under which it was last written: one that says a word the
catalogue does not know, or a number that was reached under that word only in what was lost, is of another catalogue.
"""

import json
import logging
import secrets

from desktop_app.library.catalog import Catalog
from desktop_app.library.errors import LibraryError
from desktop_app.library.outside.json_text import NotJsonError, read_json

logger = logging.getLogger(__name__)

_NOTE = "sessions"
# A copy that is not looked at for so many is made again.
_MOST = 100


def begin_session(catalog: Catalog) -> bool:
    """Note that a catalogue is open for writing, before anything is written to it.

    Returns:
        Whether that could be noted; if not, no copy on disk may be used or changed until the library is next opened.
    """
    try:
        sessions = [*_sessions(catalog), (secrets.token_hex(4), catalog.vectors.outbox_last())]
        catalog.notes.set(_NOTE, json.dumps(sessions[-_MOST:]))
    except LibraryError as error:
        logger.warning("compact copies of vectors are not used before the next start: %s", error)
        return False
    return True


def session_of(catalog: Catalog) -> str:
    """Return the word of the session that is open; empty where none was begun.

    Raises:
        CatalogError: The catalogue cannot be read.
    """
    sessions = _sessions(catalog)
    return sessions[-1][0] if sessions else ""


def knows_session(catalog: Catalog, word: str, followed: int) -> bool:
    """Return whether the catalogue's change of a number was made by the end of the session of a word.

    Raises:
        CatalogError: The catalogue cannot be read.
    """
    sessions = _sessions(catalog)
    last = catalog.vectors.outbox_last()
    if not sessions:
        return not word and followed <= last
    ends = [*(begun for _, begun in sessions[1:]), last]
    return any(known == word and followed <= end for (known, _), end in zip(sessions, ends, strict=True))


def _sessions(catalog: Catalog) -> list[tuple[str, int]]:
    try:
        noted = read_json(catalog.notes.get(_NOTE) or "[]")
    except NotJsonError:
        return []
    if not isinstance(noted, list):
        return []
    return [
        (one[0], one[1])
        for one in noted
        if isinstance(one, list) and len(one) == 2 and isinstance(one[0], str) and type(one[1]) is int
    ]
