"""The date of a file itself, for photos that say nothing of when they were taken."""

from datetime import UTC, datetime, timedelta

from desktop_app.library.media.metadata.metadata import Meaning, Metadata
from desktop_app.library.media.metadata.values import on_this_clock

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def date_of_file(_name: str, mtime_ns: int, changed_ns: int = 0) -> Metadata:
    """Return the date of a file: when it was written, as this computer's clock showed it.

    Args:
        mtime_ns: Time of modification in nanoseconds since 1970.
        changed_ns: Time of the last change of its entry, taken where the other cannot be true; 0 where not known.
    """
    for nanoseconds in (mtime_ns, changed_ns):
        try:
            moment = on_this_clock(_EPOCH + timedelta(microseconds=nanoseconds // 1000))
        except OverflowError:
            continue
        if nanoseconds and moment:
            return Metadata(taken_at=moment, meaning=Meaning.FILE).said_by("file system")
    return Metadata()
