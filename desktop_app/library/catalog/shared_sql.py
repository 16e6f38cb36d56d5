"""SQL that several tables share: which files are on missing drives, and which of equal files is shown."""

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
"""The name of the drive that a file is on, over `file` and its `folder`; that of the missing drive, if it is on one."""

# Beyond every number of a file.
_OFFLINE = 1 << 61
_NUMBER = _OFFLINE - 1

RANKED = f"(file.id + {IS_OFFLINE} * {_OFFLINE})"
"""The rank of each row of `file`: of equal files the least is shown, so one on a connected drive, if there is one."""

FIRST = f"(MIN({RANKED}) & {_NUMBER})"
"""The number of the file that is shown, of a group of equal ones."""

RANK_MASK = _NUMBER
"""The bits of `RANKED` that are the number of the file."""

IS_USABLE = "problem IS NULL"
"""True of a file that is a photo to look at; the others are listed by themselves, with their reasons."""

NEWEST_FIRST = "ORDER BY dated_at DESC, file.id DESC"
"""The order of photos by date."""
