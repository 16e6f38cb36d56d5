"""The catalogue: what is known of every photo, kept in one SQLite file. The only place that knows SQL."""

from desktop_app.library.catalog.catalog import Catalog
from desktop_app.library.catalog.drives import ChosenFolder
from desktop_app.library.catalog.facets import Counted, Facets, FolderFacet
from desktop_app.library.catalog.filtering import Kept
from desktop_app.library.catalog.frames import Frames, frame_hash
from desktop_app.library.catalog.inner_drives import InnerDrive
from desktop_app.library.catalog.naming import NamedWord
from desktop_app.library.catalog.rows import Counts, FrameRecord, OutboxRow, PhotoRecord

__all__ = [
    "Catalog",
    "ChosenFolder",
    "Counted",
    "Counts",
    "Facets",
    "FolderFacet",
    "FrameRecord",
    "Frames",
    "InnerDrive",
    "Kept",
    "NamedWord",
    "OutboxRow",
    "PhotoRecord",
    "frame_hash",
]
