"""What both stores keep to when they write: sizes of calls, and what is said of a flush that failed."""

from typing import Final

from desktop_app.library.errors import StoreFlushError

FLUSH_S: Final = 300.0
"""A flush may take so long."""

ROWS_PER_CALL: Final = 256
IDS_PER_CALL: Final = 10_000

UNFLUSHED_BYTES: Final = 8_000_000
"""Flushed beyond this: Lite flushes by itself at 16 MB, inside a write, where a failure could not be told from a failed
write."""

ROW_BYTES: Final = 64
"""An id and what Lite notes beside it."""


def flush_error() -> StoreFlushError:
    """Return the error of a flush that failed."""
    return StoreFlushError(
        "The search index could not bring its rows to disk.",
        "It is started again and the rows are written again; nothing is lost.",
    )
