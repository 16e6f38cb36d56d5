"""The catalogue: what is known of every photo, kept in one SQLite file. The only place that knows SQL."""

from desktop_app.library.catalog.catalog import Catalog
from desktop_app.library.catalog.changes import FileChanges
from desktop_app.library.catalog.drives import ChosenFolder, InnerDrive
from desktop_app.library.catalog.filters import Kept
from desktop_app.library.catalog.glance import Glance, glance_at
from desktop_app.library.catalog.named_words import NamedWord
from desktop_app.library.catalog.rows import Counts, FrameRecord, OutboxRow, PhotoRecord
from desktop_app.library.catalog.unwritable import DISK_FULL, reading_copy, why_not_written
from desktop_app.library.catalog.videos import Frames, frame_hash

__all__ = [
    "DISK_FULL",
    "Catalog",
    "ChosenFolder",
    "Counts",
    "FileChanges",
    "FrameRecord",
    "Frames",
    "Glance",
    "InnerDrive",
    "Kept",
    "NamedWord",
    "OutboxRow",
    "PhotoRecord",
    "frame_hash",
    "glance_at",
    "reading_copy",
    "why_not_written",
]
