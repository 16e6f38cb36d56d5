"""Which of several equal files is the photo: one that is there before one on a missing drive, then the oldest known."""

from desktop_app.library.catalog.offline import IS_OFFLINE

# Beyond every number of a file.
_OFFLINE = 1 << 61
_NUMBER = _OFFLINE - 1

RANKED = f"(file.id + {IS_OFFLINE} * {_OFFLINE})"
"""An SQL expression over `file` that is least for the file that is the photo."""

FIRST = f"(MIN({RANKED}) & {_NUMBER})"
"""An SQL expression for the number of the file that is the photo, of a group of equal ones."""

RANK_MASK = _NUMBER
"""What is left of `RANKED` through it, bit by bit, is the number of the file."""
