"""The engine's front door: everything a window, a command or a script needs of the library.

Each name is imported from its room when it is first asked for, so that a window can be painted before the engine is there,
and a command imports only what it uses.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop_app.library.catalog import DISK_FULL, Glance, glance_at, reading_copy, why_not_written
    from desktop_app.library.catalog.schema import CATALOG_NAME
    from desktop_app.library.concurrency.freed_memory import give_back as give_memory_back
    from desktop_app.library.concurrency.freed_memory import keep_few_heaps
    from desktop_app.library.confinement.walls import walls_here
    from desktop_app.library.connections import Connection, ConnectionLog, Outcome
    from desktop_app.library.errors import (
        HOW_TO_ALLOW,
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
        WrongNameError,
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
    from desktop_app.library.media.extra_wheels import ExtraState, add_extra, extras_in, remove_extra
    from desktop_app.library.media.extras import EXTRAS, use_extras
    from desktop_app.library.media.formats import SUFFIXES as PHOTO_SUFFIXES
    from desktop_app.library.media.videos.extra import NEEDS_FOR_VIDEOS, videos_need
    from desktop_app.library.models.ahead import ModelAhead, model_ahead
    from desktop_app.library.models.bench.example import drawn_example
    from desktop_app.library.models.bench.figures import BenchReport, WayFigures, WayResult
    from desktop_app.library.models.from_hub.offer import ModelOffer
    from desktop_app.library.models.manifest import TIERS as MODEL_TIERS
    from desktop_app.library.models.manifest import Figure
    from desktop_app.library.models.net.new_version import look_for_release
    from desktop_app.library.models.net.release import Release
    from desktop_app.library.models.runtime.cards import card_advice
    from desktop_app.library.models.runtime.ways import Way, way_here
    from desktop_app.library.models.shelf import BUILT_IN, RECOMMENDED, ModelChoice, ModelShelf
    from desktop_app.library.models.stores import StorePlace
    from desktop_app.library.moving_store import (
        ModelMoved,
        MoveStep,
        StoreState,
        is_kept_in,
        move_store,
        remove_from,
        store_states,
    )
    from desktop_app.library.outside.addresses import is_same_place, shown_address
    from desktop_app.library.outside.json_text import NotJsonError, read_json
    from desktop_app.library.photo import (
        NOT_ALLOWED,
        NOT_THERE,
        Counted,
        Facets,
        FailedPhoto,
        Folder,
        FolderFacet,
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
    from desktop_app.library.services.folders import is_folder, why_no_folder
    from desktop_app.library.space.uses import KEPT_DAYS, SpaceUse
    from desktop_app.library.vectors.access import Certificates
    from desktop_app.library.vectors.compact.copies import drop_copies
    from desktop_app.library.vectors.lite.guard import drop_all_of_others

__all__ = [
    "BUILT_IN",
    "CATALOG_NAME",
    "DISK_FULL",
    "EXTRAS",
    "FILTER_KEYS",
    "HOW_TO_ALLOW",
    "KEPT_DAYS",
    "MODEL_TIERS",
    "MOST_PATTERNS",
    "NEEDS_FOR_VIDEOS",
    "NOT_ALLOWED",
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
    "Certificates",
    "Connection",
    "ConnectionLog",
    "Counted",
    "DiskFullError",
    "DownloadCancelledError",
    "DownloadError",
    "DownloadFinished",
    "DownloadProgress",
    "Evaluation",
    "Event",
    "Exclusions",
    "ExtraState",
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
    "ModelAhead",
    "ModelChoice",
    "ModelDamagedError",
    "ModelError",
    "ModelLoading",
    "ModelMissingError",
    "ModelMoved",
    "ModelOffer",
    "ModelReady",
    "ModelShelf",
    "ModelUnavailable",
    "MoveStep",
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
    "Release",
    "Repaired",
    "SpaceUse",
    "StacksChanged",
    "StoreError",
    "StorePlace",
    "StoreState",
    "Thumb",
    "Trouble",
    "UnreadablePhotoError",
    "Way",
    "WayFigures",
    "WayResult",
    "WrongNameError",
    "add_extra",
    "card_advice",
    "drawn_example",
    "drawn_region",
    "drop_all_of_others",
    "drop_copies",
    "example_text",
    "extras_in",
    "filter_text",
    "give_memory_back",
    "glance_at",
    "is_folder",
    "is_kept_in",
    "is_same_place",
    "keep_few_heaps",
    "look_for_release",
    "model_ahead",
    "move_store",
    "parse",
    "pattern_problem",
    "quoted",
    "read_json",
    "reading_copy",
    "remove_extra",
    "remove_from",
    "repair_library",
    "shown_address",
    "store_states",
    "type_of",
    "use_extras",
    "videos_need",
    "walls_here",
    "way_here",
    "why_no_folder",
    "why_not_written",
]

# Where each name lives: what type checkers read above. "a:b" is what its room calls a and the front door b.
_ROOMS = {
    "models.net.new_version": "look_for_release",
    "models.net.release": "Release",
    "media.extras": "EXTRAS use_extras",
    "media.extra_wheels": "ExtraState add_extra extras_in remove_extra",
    "models.bench.example": "drawn_example",
    "catalog": "DISK_FULL Glance glance_at reading_copy why_not_written",
    "catalog.schema": "CATALOG_NAME",
    "concurrency.freed_memory": "give_back:give_memory_back keep_few_heaps",
    "confinement.walls": "walls_here",
    "connections": "Connection ConnectionLog Outcome",
    "errors": (
        "CatalogDamagedError CatalogError CatalogTooNewError DiskFullError DownloadCancelledError "
        "HOW_TO_ALLOW DownloadError FolderMissingError FolderUnknownError LibraryError LibraryInUseError "
        "ModelDamagedError ModelError ModelMissingError NotDroppableError StoreError "
        "UnreadablePhotoError WrongNameError"
    ),
    "events": (
        "CalibrationReady DownloadFinished DownloadProgress Event FasterWayFound FolderMissing "
        "FolderMoved FoldersChanged Listener ModelLoading ModelReady ModelUnavailable Phase "
        "PhotoFailed PhotosChanged Progress RefreshFinished StacksChanged Trouble"
    ),
    "folders.exclusions": "MOST_PATTERNS Exclusions",
    "folders.patterns": "pattern_problem",
    "library": "PhotoLibrary",
    "media.formats": "SUFFIXES:PHOTO_SUFFIXES",
    "media.videos.extra": "NEEDS_FOR_VIDEOS videos_need",
    "models.ahead": "ModelAhead model_ahead",
    "models.bench.figures": "BenchReport WayFigures WayResult",
    "models.manifest": "TIERS:MODEL_TIERS Figure",
    "models.from_hub.offer": "ModelOffer",
    "models.runtime.cards": "card_advice",
    "models.runtime.ways": "Way way_here",
    "models.shelf": "BUILT_IN RECOMMENDED ModelChoice ModelShelf",
    "models.stores": "StorePlace",
    "moving_store": "ModelMoved MoveStep StoreState is_kept_in move_store remove_from store_states",
    "outside.addresses": "is_same_place shown_address",
    "outside.json_text": "NotJsonError read_json",
    "photo": (
        "NOT_ALLOWED NOT_THERE Counted Facets FailedPhoto Folder FolderFacet FolderState IndexReport LibraryStatus Photo PhotoContext "
        "PhotoState Precision"
    ),
    "query.filters": "KEYS:FILTER_KEYS Filter type_of",
    "query.parse": "Part Problem Query Thumb example_text filter_text parse",
    "query.regions": "Region drawn_region",
    "query.tokens": "quoted",
    "repair": "Repaired repair_library",
    "search.answer": "Answer Band Hit Reason",
    "search.evaluation": "Evaluation LabelledText",
    "search.line_figures": "LineFigures",
    "services.browsing": "Browsing",
    "services.folders": "is_folder why_no_folder",
    "space.uses": "KEPT_DAYS SpaceUse",
    "vectors.compact.copies": "drop_copies",
    "vectors.access": "Certificates",
    "vectors.lite.guard": "drop_all_of_others",
}
_HOMES = {
    word.rpartition(":")[2]: (room, word.partition(":")[0])
    for room, words in _ROOMS.items()
    for word in words.split()
}


if not TYPE_CHECKING:  # A type checker knows the names above and no others.

    def __getattr__(name: str) -> object:
        """Import a name of the front door from its room; Python asks once for each."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        room, its_name = _HOMES[name]
        found: object = getattr(import_module(f"{__name__}.{room}"), its_name)
        globals()[name] = found
        return found
