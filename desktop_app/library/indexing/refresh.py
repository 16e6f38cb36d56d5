"""Makes the library equal to some folders: lists, compares, indexes. The one way in which the index changes."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from desktop_app.library.catalog import Catalog
from desktop_app.library.concurrency.control import Control
from desktop_app.library.concurrency.courtesy import Courtesy
from desktop_app.library.concurrency.deadlines import NO_ANSWER
from desktop_app.library.concurrency.pace import Pace
from desktop_app.library.decoding.pool import DecoderPool
from desktop_app.library.drives.unreachable import Unreachable
from desktop_app.library.errors import FolderMissingError
from desktop_app.library.events import (
    FolderMissing,
    Listener,
    Phase,
    PhotoFailed,
    Progress,
    RefreshFinished,
)
from desktop_app.library.folders.comparing import Comparison, FoundPhoto, UnreadableFolder, compare
from desktop_app.library.folders.listing import Beat, list_folders
from desktop_app.library.folders.patient_listing import Listed, PatientListing, SilentDriveError
from desktop_app.library.indexing.change_teller import ChangeTeller
from desktop_app.library.indexing.indexer import Indexer, Step
from desktop_app.library.indexing.left_out import LeftOut
from desktop_app.library.models.embedder import Embedder
from desktop_app.library.photo import NOT_THERE, FailedPhoto, IndexReport
from desktop_app.library.thumbnails import ThumbnailStore
from desktop_app.library.vectors.sync import VectorSync

logger = logging.getLogger(__name__)

# Listeners repaint and count on these; more often than this nobody can see.
_TELL_S = 0.25
_CHANGED_S = 0.5


@dataclass(slots=True)
class _Tally:
    """What a refresh has counted so far."""

    found: int = 0
    indexed: int = 0
    unchanged: int = 0
    moved: int = 0
    pending: int = 0
    removed: int = 0
    left_out: int = 0
    videos_left_out: int = 0
    ignore_problems: list[FailedPhoto] = field(default_factory=list)
    failed: list[FailedPhoto] = field(default_factory=list)
    unreadable: list[UnreadableFolder] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    def report(self) -> IndexReport:
        return IndexReport(
            found=self.found,
            indexed=self.indexed,
            unchanged=self.unchanged,
            moved=self.moved,
            pending=self.pending,
            failed=tuple(sorted(self.failed, key=lambda photo: photo.path)),
            removed=self.removed,
            unreadable_folders=tuple(FailedPhoto(folder.path, folder.reason) for folder in self.unreadable),
            seconds=time.monotonic() - self.started,
            left_out=self.left_out,
            videos_left_out=self.videos_left_out,
            ignore_problems=tuple(self.ignore_problems),
        )


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be done after comparing: everything is known but the content of the photos to index."""

    to_index: tuple[FoundPhoto, ...]
    gone_hashes: Counter[str]


class Refresher:
    """Makes catalogue, thumbnails and vectors equal to some folders, and tells listeners how far that is.

    Belongs to the writer thread.

    Attributes:
        left_out: What the person wants left out.
        changes: Tells listeners which photos changed.
        listing: Lists folders.
    """

    def __init__(
        self,
        catalog: Catalog,
        thumbnails: ThumbnailStore,
        tell: Listener,
        control: Control,
        decoders: DecoderPool,
        *,
        is_there: Callable[[Path], bool],
        missing_inside: Callable[[Path], Sequence[UnreadableFolder]] = lambda _folder: (),
        before_indexing: Callable[[int], None] = lambda _count: None,
        lanes: int = 1,
        excluded: Sequence[Path] = (),
        courtesy: Courtesy | None = None,
        shares: Callable[[], Iterable[Path]] = lambda: (),
    ) -> None:
        """Connect what is known with what works; nothing is listed yet.

        Args:
            catalog: What is known.
            thumbnails: Where small copies are written.
            tell: Hears progress.
            control: Pauses and stops the work.
            decoders: Reads and decodes photos.
            is_there: Answers whether a chosen folder is really there; see `drives.presence.Presence.is_there`.
            missing_inside: Returns the places of missing drives; see `drives.presence.Presence.missing_inside`.
            before_indexing: Called with the number of photos to index before the first one, when there are any.
            lanes: Batches embedded at the same time.
            excluded: Folders never scanned: the library's own.
            courtesy: Waits while a question is being answered; None does not.
            shares: Returns where network shares are mounted.
        """
        self._shares = shares
        self._courtesy = courtesy
        self._catalog = catalog
        self._thumbnails = thumbnails
        self._tell = tell
        self._control = control
        self._decoders = decoders
        self._is_there = is_there
        self._missing_inside_of = missing_inside
        self._before_indexing = before_indexing
        self._lanes = lanes
        self._excluded = excluded
        self.left_out = LeftOut(catalog)
        self.changes = ChangeTeller(catalog, tell)
        self.listing = PatientListing()
        # Re-entrant, for a listener may pause the work.
        self._saying = threading.RLock()
        self._said: Progress | None = None
        control.observe(self._say_again)

    def run(self, folders: Sequence[Path], embedder: Embedder | None, sync: VectorSync | None) -> IndexReport:
        """Refresh folders and return what was found and done.

        A folder that is not there is reported and its photos are kept.

        Args:
            folders: What to list again; chosen folders or folders below them.
            embedder: Makes vectors; None catalogues and makes thumbnails only.
            sync: Carries vectors into the store; None when there is none.

        Raises:
            LibraryError: The catalogue or the store cannot be written; what was written before stays.
        """
        try:
            return self._run(folders, embedder, sync)
        finally:
            self._say_no_more()

    def _run(
        self, folders: Sequence[Path], embedder: Embedder | None, sync: VectorSync | None
    ) -> IndexReport:
        tally = _Tally()
        self._say(Progress(Phase.SCANNING, 0, 0))
        plan = self._plan(folders, embedder, tally)
        if tally.removed and sync:
            sync.push()
        if tally.removed:
            self.changes.tell()
        self._index(plan, embedder, sync, tally)
        if sync:
            self._say(Progress(Phase.SAVING, len(plan.to_index), len(plan.to_index)))
            sync.push()
            sync.flush()
        report = tally.report()
        self._say_no_more()
        self.changes.tell()
        self._tell(RefreshFinished(report, cancelled=self._control.stopped))
        return report

    def _say(self, progress: Progress) -> None:
        """Tell how far the work is, and what it waits for."""
        # Under a lock, or what the writer is about to tell could undo what another thread has just told.
        with self._saying:
            self._said = progress
            held = self._control.held if progress.phase is Phase.INDEXING else ""
            self._tell(replace(progress, paused=self._control.paused, held=held))

    def _say_again(self) -> None:
        """Tell it anew, for work that waits or goes on; nothing when there is no work. Any thread."""
        with self._saying:
            if self._said is not None:
                self._say(self._said)

    def _say_no_more(self) -> None:
        with self._saying:
            self._said = None

    def _plan(self, folders: Sequence[Path], embedder: Embedder | None, tally: _Tally) -> _Plan:
        """Scan and compare every folder, remove what is gone, and say what has to be indexed."""
        to_index: dict[Path, FoundPhoto] = {}
        gone: list[Path] = []
        tally.removed = self.left_out.settle_small()
        to_list = list(folders)
        for folder in to_list:
            comparison = self._compared(folder, tally)
            if comparison is None:
                # A folder chosen inside one that is missing may be on another drive, which is there.
                to_list += self._catalog.folders.inside(folder)
                continue
            waiting = self._waiting(folder, embedder, comparison)
            self._count_known(folder, comparison, waiting, embedder, tally)
            for found in (*comparison.new, *comparison.changed, *waiting):
                to_index[found.path] = found
            gone += comparison.gone
        gone_hashes = self._catalog.photos.hashes_of(gone)
        self._catalog.photos.remove(gone)
        # A moved photo is gone at one path and new at another; those are taken out again as they turn up.
        tally.removed += len(gone)
        newest_first = sorted(to_index.values(), key=lambda found: found.mtime_ns, reverse=True)
        return _Plan(tuple(newest_first), Counter(gone_hashes))

    def _compared(self, folder: Path, tally: _Tally) -> Comparison | None:
        absent = [] if self._control.stopped else self._missing_inside(folder)
        listed = self._listed(folder, absent, tally)
        if listed is None or self._control.stopped:
            return None
        unreadable = [*absent, *listed.unreadable]
        tally.unreadable += unreadable
        not_listed = [place.path for place in unreadable]
        wanted = self.left_out.without_small(folder, listed.photos, not_listed)
        tally.left_out += listed.left_out.photos + len(listed.photos) - len(wanted)
        tally.videos_left_out += listed.left_out.videos
        tally.ignore_problems += [
            FailedPhoto(problem.path, problem.sentence) for problem in listed.left_out.problems
        ]
        tally.found += len(wanted)
        return compare(wanted, self._catalog.known.files(folder), not_listed)

    def _missing_inside(self, folder: Path) -> list[UnreadableFolder]:
        """Return places whose drive is not there, and tell of those that are chosen."""
        missing = list(self._missing_inside_of(folder))
        for place in missing:
            if place.reason == NOT_THERE:
                self._tell(FolderMissing(place.path))
        return missing

    def _listed(self, folder: Path, absent: Sequence[UnreadableFolder], tally: _Tally) -> Listed | None:
        """Return what is in a folder; None, and a word about it, when that cannot be told now."""
        if self._is_there(folder):
            away = [*(place.path for place in absent), *self._away_elsewhere(folder)]
            try:
                return self.listing.list(folder, partial(self._begin, folder), away, self._telling())
            except FolderMissingError:
                # It went while it was listed: what is remembered of it is brought up to date.
                self._is_there(folder)
            except SilentDriveError as error:
                if self._is_there(folder):
                    place = error.place if error.place.is_relative_to(folder) else folder
                    tally.unreadable.append(UnreadableFolder(place, NO_ANSWER))
                    return None
        self._tell(FolderMissing(folder))
        tally.unreadable.append(UnreadableFolder(folder, NOT_THERE))
        return None

    def _away_elsewhere(self, folder: Path) -> list[Path]:
        """Return the chosen folders whose drive is not there; a listing would look at where they were, or hang."""
        return [
            chosen.path
            for chosen in self._catalog.drives.chosen()
            if chosen.offline_since is not None and not folder.is_relative_to(chosen.path)
        ]

    def _begin(
        self, folder: Path, into: Listed, absent: Collection[Path], beat: Beat
    ) -> Iterator[tuple[Path, list[FoundPhoto]]]:
        """Begin to list; on the listing's own thread."""
        return list_folders(
            folder,
            report=into.unreadable.append,
            excluded=self._excluded,
            chosen=self._catalog.folders.paths(),
            absent=absent,
            exclusions=self.left_out.exclusions(),
            left_out=into.left_out,
            beat=beat,
        )

    def _telling(self) -> Callable[[int], bool]:
        """Return what waits while listing is paused, tells how far it is, and answers whether to go on."""
        last_told = time.monotonic()

        def goes_on(count: int) -> bool:
            nonlocal last_told
            if not self._control.wait(listing=True):
                return False
            if time.monotonic() - last_told > _TELL_S:
                last_told = time.monotonic()
                self._say(Progress(Phase.SCANNING, count, 0))
            return True

        return goes_on

    def _waiting(self, folder: Path, embedder: Embedder | None, comparison: Comparison) -> list[FoundPhoto]:
        """Return unchanged photos that still have no vector of this model."""
        if embedder is None:
            return []
        unchanged = set(comparison.unchanged)
        return [
            photo
            for photo in self._catalog.known.waiting(folder, embedder.model_id)
            if photo.path in unchanged
        ]

    def _count_known(
        self,
        folder: Path,
        comparison: Comparison,
        waiting: Sequence[FoundPhoto],
        embedder: Embedder | None,
        tally: _Tally,
    ) -> None:
        unchanged = set(comparison.unchanged)
        failed = [photo for photo in self._catalog.known.failures(folder) if photo.path in unchanged]
        tally.failed += failed
        known_well = len(unchanged) - len(failed) - len(waiting)
        if embedder is None:
            tally.pending += known_well
        else:
            tally.unchanged += known_well

    def _index(self, plan: _Plan, embedder: Embedder | None, sync: VectorSync | None, tally: _Tally) -> None:
        if not plan.to_index:
            return
        self._say(Progress(Phase.INDEXING, 0, len(plan.to_index)))
        self._before_indexing(len(plan.to_index))
        pace = Pace(len(plan.to_index))
        unreachable = Unreachable(self._shares)
        indexer = Indexer(
            self._catalog,
            self._thumbnails,
            embedder,
            self._decoders,
            lanes=self._lanes,
            exclusions=self.left_out.exclusions(),
            courtesy=self._courtesy,
            unreachable=unreachable,
        )
        last_told = last_changed = 0.0
        for step in indexer.run(plan.to_index, lambda: self._wait(pace)):
            self._count(step, plan.gone_hashes, embedder is not None, tally)
            if sync:
                sync.push()
            pace.add(len(step.records))
            now = time.monotonic()
            if now - last_told >= _TELL_S:
                last_told = now
                self._say(pace.progress())
            if now - last_changed >= _CHANGED_S:
                last_changed = now
                self.changes.tell()
        tally.pending += len(plan.to_index) - pace.done
        tally.unreadable += [UnreadableFolder(place, NO_ANSWER) for place in unreachable.lost()]

    def _wait(self, pace: Pace) -> bool:
        """Wait while work is paused or held, and answer whether to go on."""
        if not self._control.rests:
            return self._control.wait()
        goes_on = self._control.wait()
        pace.begin_anew()
        return goes_on

    def _count(self, step: Step, gone_hashes: Counter[str], has_model: bool, tally: _Tally) -> None:
        for record in step.records:
            if record.left_out:
                tally.found -= 1
                tally.left_out += 1
            elif record.problem is not None:
                failed = FailedPhoto(record.found.path, record.problem)
                tally.failed.append(failed)
                self._tell(PhotoFailed(failed))
            elif record.content_hash is not None and gone_hashes[record.content_hash] > 0:
                # One photo gone and its equal found elsewhere: a move. A second equal one is a copy.
                gone_hashes[record.content_hash] -= 1
                tally.moved += 1
                tally.removed -= 1
            elif has_model:
                tally.indexed += 1
            else:
                tally.pending += 1
