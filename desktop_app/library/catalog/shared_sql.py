"""Which files are on drives that are not there, in SQL: those of a chosen folder's drive, and of one mounted inside it."""


# ruff: noqa: S608 - our own words

_ON_MISSING_INNER = "inner_drive.offline_since IS NOT NULL AND SUBSTR(file.path, 1, LENGTH(below)) = below"

IN_MISSING_FOLDER = "file.folder_id IN (SELECT id FROM folder WHERE offline_since IS NOT NULL)"
"""True of a file whose chosen folder is not there."""

# Every path is looked at only when there is such a drive at all: with one, the worst of our statements takes 120 ms in
# place of 80 for 100,000 files, and without, no longer than before.
ON_MISSING_INNER_DRIVE = f"""CASE WHEN EXISTS (SELECT 1 FROM inner_drive WHERE offline_since IS NOT NULL)
    THEN EXISTS (SELECT 1 FROM inner_drive WHERE {_ON_MISSING_INNER}) ELSE 0 END"""
"""True of a file that was on a drive inside a chosen folder, which is not there."""

IS_OFFLINE = f"({IN_MISSING_FOLDER} OR {ON_MISSING_INNER_DRIVE})"
"""True of a file that nobody can reach now; of each row of `file`."""

DRIVE = f"""COALESCE(
    (SELECT drive FROM inner_drive WHERE {_ON_MISSING_INNER} ORDER BY LENGTH(below) DESC), folder.drive, ''
)"""
"""The name of the drive that a file is on, over `file` and its `folder`: if it is missing, that of the missing one."""


# Beyond every number of a file.
_OFFLINE = 1 << 61
_NUMBER = _OFFLINE - 1

RANKED = f"(file.id + {IS_OFFLINE} * {_OFFLINE})"
"""An SQL expression over `file` that is least for the file that is the photo."""

FIRST = f"(MIN({RANKED}) & {_NUMBER})"
"""An SQL expression for the number of the file that is the photo, of a group of equal ones."""

RANK_MASK = _NUMBER
"""What is left of `RANKED` through it, bit by bit, is the number of the file."""
