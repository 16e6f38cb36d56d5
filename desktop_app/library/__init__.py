"""The engine's front door: everything a window, a command or a script needs of the library."""

from desktop_app.library.catalog import Counted, Facets, FolderFacet, Glance, glance_at
from desktop_app.library.concurrency.freed_memory import give_back as give_memory_back
from desktop_app.library.concurrency.freed_memory import keep_few_heaps
from desktop_app.library.confinement.walls import walls_here
from desktop_app.library.connections import Connection, Outcome
from desktop_app.library.errors import (
    CatalogDamagedError,
    CatalogError,
    CatalogTooNewError,
    DiskFullError,
    DownloadCancelledError,
    DownloadError,
    FolderMissingError,
    FolderUnknownError,
    LibraryError,
    LibraryInUseError,
    ModelDamagedError,
    ModelError,
    ModelMissingError,
    NotDroppableError,
    StoreError,
    UnreadablePhotoError,
)
from desktop_app.library.events import (
    CalibrationReady,
    DownloadFinished,
    DownloadProgress,
    Event,
    FasterWayFound,
    FolderMissing,
    FolderMoved,
    FoldersChanged,
    Listener,
    ModelLoading,
    ModelReady,
    ModelUnavailable,
    Phase,
    PhotoFailed,
    PhotosChanged,
    Progress,
    RefreshFinished,
    StacksChanged,
    Trouble,
)
from desktop_app.library.folders.exclusions import MOST_PATTERNS, Exclusions
from desktop_app.library.folders.patterns import pattern_problem
from desktop_app.library.library import PhotoLibrary
from desktop_app.library.media.formats import SUFFIXES as PHOTO_SUFFIXES
from desktop_app.library.media.videos.extra import NEEDS_FOR_VIDEOS, videos_need
from desktop_app.library.models.bench.figures import BenchReport, WayFigures, WayResult
from desktop_app.library.models.manifest import TIERS as MODEL_TIERS
from desktop_app.library.models.manifest import Figure
from desktop_app.library.models.runtime.cards import card_advice
from desktop_app.library.models.runtime.ways import Way, way_here
from desktop_app.library.models.shelf import BUILT_IN, RECOMMENDED, ModelChoice, ModelShelf
from desktop_app.library.models.stores import StorePlace
from desktop_app.library.outside.addresses import is_same_place, shown_address
from desktop_app.library.outside.json_text import NotJsonError, read_json
from desktop_app.library.photo import (
    NOT_THERE,
    FailedPhoto,
    Folder,
    FolderState,
    IndexReport,
    LibraryStatus,
    Photo,
    PhotoContext,
    PhotoState,
    Precision,
)
from desktop_app.library.query.filters import KEYS as FILTER_KEYS
from desktop_app.library.query.filters import Filter, type_of
from desktop_app.library.query.parse import Part, Problem, Query, Thumb, example_text, filter_text, parse
from desktop_app.library.query.regions import Region, drawn_region
from desktop_app.library.query.tokens import quoted
from desktop_app.library.repair import Repaired, repair_library
from desktop_app.library.search.answer import Answer, Band, Hit, Reason
from desktop_app.library.search.evaluation import Evaluation, LabelledText
from desktop_app.library.search.line_figures import LineFigures
from desktop_app.library.services.browsing import Browsing
from desktop_app.library.services.folders import is_folder
from desktop_app.library.space.forgetter import KEPT_DAYS
from desktop_app.library.space.uses import SpaceUse
from desktop_app.library.vectors.guard import drop_all_of_others

__all__ = [
    "BUILT_IN",
    "FILTER_KEYS",
    "KEPT_DAYS",
    "MODEL_TIERS",
    "MOST_PATTERNS",
    "NEEDS_FOR_VIDEOS",
    "NOT_THERE",
    "PHOTO_SUFFIXES",
    "RECOMMENDED",
    "Answer",
    "Band",
    "BenchReport",
    "Browsing",
    "CalibrationReady",
    "CatalogDamagedError",
    "CatalogError",
    "CatalogTooNewError",
    "Connection",
    "Counted",
    "DiskFullError",
    "DownloadCancelledError",
    "DownloadError",
    "DownloadFinished",
    "DownloadProgress",
    "Evaluation",
    "Event",
    "Exclusions",
    "Facets",
    "FailedPhoto",
    "FasterWayFound",
    "Figure",
    "Filter",
    "Folder",
    "FolderFacet",
    "FolderMissing",
    "FolderMissingError",
    "FolderMoved",
    "FolderState",
    "FolderUnknownError",
    "FoldersChanged",
    "Glance",
    "Hit",
    "IndexReport",
    "LabelledText",
    "LibraryError",
    "LibraryInUseError",
    "LibraryStatus",
    "LineFigures",
    "Listener",
    "ModelChoice",
    "ModelDamagedError",
    "ModelError",
    "ModelLoading",
    "ModelMissingError",
    "ModelReady",
    "ModelShelf",
    "ModelUnavailable",
    "NotDroppableError",
    "NotJsonError",
    "Outcome",
    "Part",
    "Phase",
    "Photo",
    "PhotoContext",
    "PhotoFailed",
    "PhotoLibrary",
    "PhotoState",
    "PhotosChanged",
    "Precision",
    "Problem",
    "Progress",
    "Query",
    "Reason",
    "RefreshFinished",
    "Region",
    "Repaired",
    "SpaceUse",
    "StacksChanged",
    "StoreError",
    "StorePlace",
    "Thumb",
    "Trouble",
    "UnreadablePhotoError",
    "Way",
    "WayFigures",
    "WayResult",
    "card_advice",
    "drawn_region",
    "drop_all_of_others",
    "example_text",
    "filter_text",
    "give_memory_back",
    "glance_at",
    "is_folder",
    "is_same_place",
    "keep_few_heaps",
    "parse",
    "pattern_problem",
    "quoted",
    "read_json",
    "repair_library",
    "shown_address",
    "type_of",
    "videos_need",
    "walls_here",
    "way_here",
]
