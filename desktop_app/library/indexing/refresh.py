"""Makes the library equal to some folders: lists, compares, indexes. The one way in which the index changes."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from desktop_app.library.catalog import Catalog
from desktop_app.library.concurrency.control import Control
from desktop_app.library.concurrency.courtesy import Courtesy
from desktop_app.library.concurrency.pace import Pace
from desktop_app.library.decoding.pool import DecoderPool
from desktop_app.library.drives.unreachable import Unreachable
from desktop_app.library.events import Listener, Phase, PhotoFailed, Progress, RefreshFinished
from desktop_app.library.folders.comparing import FoundPhoto, UnreadableFolder
from desktop_app.library.indexing.change_teller import ChangeTeller
from desktop_app.library.indexing.doubts import Doubts
from desktop_app.library.indexing.indexer import Indexer, Step
from desktop_app.library.indexing.left_out import LeftOut
from desktop_app.library.indexing.looking import Look, Looking, Wishes
from desktop_app.library.indexing.photo_reader import Why
from desktop_app.library.indexing.retries import Retries
from desktop_app.library.indexing.tally import Plan, Tally
from desktop_app.library.models.embedder import Embedder
from desktop_app.library.photo import FailedPhoto, IndexReport
from desktop_app.library.thumbnails import ThumbnailStore
from desktop_app.library.vectors.of_model import ModelVectors

logger = logging.getLogger(__name__)

# Listeners repaint and count on these; more often than this nobody can see.
_TELL_S = 0.25
_CHANGED_S = 0.5
# A second or two of work, after which somebody else may have come.
_IN_IDLE_MOMENT = 64


class Refresher:
    """Makes catalogue, thumbnails and vectors equal to some folders, and tells listeners how far that is.

    Belongs to the writer thread.

    Attributes:
        left_out: What the person wants left out.
        changes: Tells listeners which photos changed.
        looking: Lists folders and compares them with what is known.
        retries: When photos are tried again that could not be read.
        after_indexing: Called after the last photo, before the store is opened for what was asked for.
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
            courtesy: Waits while a question is being answered or the window is used; None does not.
            shares: Returns where network shares are mounted.
        """
        self._shares = shares
        self._courtesy = courtesy
        self._catalog = catalog
        self._thumbnails = thumbnails
        self._tell = tell
        self._control = control
        self._decoders = decoders
        self._before_indexing = before_indexing
        self.after_indexing: Callable[[], None] = lambda: None
        self._lanes = lanes
        self.left_out = LeftOut(catalog)
        self.changes = ChangeTeller(catalog, tell)
        self.looking = Looking(
            catalog,
            self.left_out,
            control,
            tell,
            is_there=is_there,
            missing_inside=missing_inside,
            excluded=excluded,
            courtesy=courtesy,
        )
        self.retries = Retries()
        self._left_in_doubt: list[FoundPhoto] = []
        # Re-entrant, for a listener may pause the work.
        self._saying = threading.RLock()
        self._said: Progress | None = None
        control.observe(self._say_again)

    def run(
        self,
        folders: Sequence[Path],
        embedder: Embedder | None,
        vectors: ModelVectors | None,
        *,
        named: Collection[Path] = (),
        again: Collection[Path] = (),
        is_asked: bool = True,
    ) -> IndexReport:
        """Refresh folders and return what was found and done.

        A folder that is not there is reported and its photos are kept.

        Args:
            folders: What to list again; chosen folders or folders below them.
            embedder: Makes vectors; None catalogues and makes thumbnails only.
            vectors: Told to carry what was written into their store; None without a model.
            named: Files of which somebody heard that they were written: they are read again though they look the same.
            again: Photos that are read and decoded again in any case.
            is_asked: Whether a person wants it; otherwise what could not be read for a reason that may pass is tried
                less and less often.

        Raises:
            LibraryError: The catalogue or the store cannot be written; what was written before stays.
        """
        wishes = Wishes(frozenset(named), frozenset(again), is_asked=is_asked)
        try:
            return self._run(folders, embedder, vectors, wishes)
        finally:
            self._say_no_more()

    def _run(
        self, folders: Sequence[Path], embedder: Embedder | None, vectors: ModelVectors | None, wishes: Wishes
    ) -> IndexReport:
        tally = Tally()
        self._say(Progress(Phase.SCANNING, 0, 0))
        plan = self._plan(folders, embedder, tally, wishes)
        if tally.removed and vectors:
            vectors.push()
        if tally.removed:
            self.changes.tell()
        self._index(plan, embedder, vectors, tally)
        self._left_in_doubt = plan.doubts.left()
        # Before the vectors are carried: photos are shown and found without their store, whose start takes a second.
        self.changes.tell()
        # Whoever stopped it waits for nothing: the outbox keeps what was written until the store is next open.
        if vectors and not self._control.stopped:
            self._carry(vectors, len(plan.to_index), is_asked=wishes.is_asked)
        report = tally.report()
        self._say_no_more()
        self._tell(RefreshFinished(report, cancelled=self._control.stopped))
        return report

    def _carry(self, vectors: ModelVectors, count: int, *, is_asked: bool) -> None:
        """Carry what was written into the store: all of it when somebody waits for that, else when it is worth it."""
        self._say(Progress(Phase.SAVING, count, count))
        if count and is_asked and vectors.sync is None:
            # The store's process takes 110 MB, and half a model that nobody needs any more 350.
            self.after_indexing()
        vectors.push()
        if is_asked:
            vectors.flush()

    def use_idle_moment(
        self, embedder: Embedder | None, vectors: ModelVectors | None, goes_on: Callable[[], bool]
    ) -> None:
        """Try some photos again that could not be read, and look at some that are in doubt; tells changes only.

        Args:
            embedder: As for `run`.
            vectors: As for `run`.
            goes_on: Asked between photos whether nobody else wants the thread.

        Raises:
            LibraryError: As `run`.
        """
        due = self.retries.due(_IN_IDLE_MOMENT)
        doubtful = self._left_in_doubt[: _IN_IDLE_MOMENT - len(due)]
        if not (due or doubtful) or self._control.rests or self._control.stopped:
            return
        failed = self._catalog.known.passing(due)
        self.retries.forget(set(due) - {photo.path for photo in failed})
        del self._left_in_doubt[: len(doubtful)]
        there = self.looking.there((*failed, *doubtful))
        for photo in failed:
            if photo.path not in there:
                self.retries.failed(photo.path)
        plan = Plan(
            tuple((photo, Why.CHANGED) for photo in failed if photo.path in there),
            Doubts(photo for photo in doubtful if photo.path in there),
            tried={photo.path: "" for photo in failed},
        )
        for _ in self._indexed(plan, embedder, vectors, goes_on):
            continue
        self._left_in_doubt[:0] = plan.doubts.left()
        self.changes.tell()

    def _say(self, progress: Progress) -> None:
        """Tell how far the work is, and what it waits for."""
        # Under a lock, or what the writer is about to tell could undo what another thread has just told.
        with self._saying:
            self._said = progress
            held = self._control.held if progress.phase is Phase.INDEXING else ""
            self._tell(replace(progress, paused=self._control.paused, held=held))

    def _say_found(self, count: int) -> None:
        self._say(Progress(Phase.SCANNING, count, 0))

    def _say_again(self) -> None:
        """Tell it anew, for work that waits or goes on; nothing when there is no work. Any thread."""
        with self._saying:
            if self._said is not None:
                self._say(self._said)

    def _say_no_more(self) -> None:
        with self._saying:
            self._said = None

    def _plan(self, folders: Sequence[Path], embedder: Embedder | None, tally: Tally, wishes: Wishes) -> Plan:
        """Scan and compare every folder, remove what is gone, and say what has to be indexed."""
        to_index: dict[Path, tuple[FoundPhoto, Why]] = {}
        doubtful: dict[Path, FoundPhoto] = {}
        tried: dict[Path, str] = {}
        gone: list[Path] = []
        tally.removed = self.left_out.settle_small()
        to_list = list(folders)
        for folder in to_list:
            if folder in tally.followed:
                continue
            look = self.looking.compared(folder, tally, wishes, self._say_found)
            if look is None:
                # A folder chosen inside one that is missing may be on another drive, which is there.
                to_list += self._catalog.folders.inside(folder)
                continue
            comparison = look.comparison
            self._catalog.known.learn(comparison.learned)
            failures = {one.path: one.reason for one in self._catalog.known.failures(folder)}
            wanted = self._wanted(folder, look, failures, embedder, wishes)
            self._count_known(look, wanted.keys(), failures, tally, has_model=embedder is not None)
            tried |= {photo.path: failures.get(photo.path, "") for photo in comparison.passing}
            doubtful |= {
                photo.path: photo
                for photo in comparison.doubtful
                if photo.path not in wanted and wishes.tries(photo, self.retries)
            }
            to_index |= wanted
            gone += comparison.gone
        gone_hashes = self._catalog.photos.hashes_of(gone)
        self._catalog.photos.remove(gone)
        # A moved photo is gone at one path and new at another; those are taken out again as they turn up.
        tally.removed += len(gone)
        newest_first = sorted(to_index.values(), key=lambda wanted: wanted[0].mtime_ns, reverse=True)
        return Plan(tuple(newest_first), Doubts(doubtful.values()), Counter(gone_hashes), tried)

    @staticmethod
    def _count_known(
        look: Look, wanted: Collection[Path], failures: Mapping[Path, str], tally: Tally, *, has_model: bool
    ) -> None:
        """Count the photos of a folder that are as they were and are not read again."""
        comparison, unchanged = look.comparison, set(look.comparison.unchanged) if failures else set()
        failed = [
            FailedPhoto(path, reason)
            for path, reason in failures.items()
            if path not in wanted and (path in unchanged or path in look.unchanged)
        ]
        read_again = len(wanted) - len(comparison.new) - len(comparison.changed)
        count = look.unchanged.count + len(comparison.unchanged) - read_again
        tally.count_known(count, failed, has_model=has_model)

    def _wanted(
        self,
        folder: Path,
        look: Look,
        failures: Mapping[Path, str],
        embedder: Embedder | None,
        wishes: Wishes,
    ) -> dict[Path, tuple[FoundPhoto, Why]]:
        """Return the photos of a folder that have to be read, whatever their bytes are."""
        comparison = look.comparison
        doubtful = {photo.path: photo for photo in comparison.doubtful}
        photos = [
            *self._waiting(folder, embedder, look),
            *(photo for photo in comparison.passing if self._is_tried(photo, wishes)),
            *(photo for photo in comparison.doubtful if photo.path in wishes.again or photo.path in failures),
            *comparison.changed,
            *comparison.new,
        ]
        return {
            photo.path: (
                doubtful.get(photo.path, photo),
                Why.ASKED if photo.path in wishes.again else Why.CHANGED,
            )
            for photo in photos
        }

    def _is_tried(self, photo: FoundPhoto, wishes: Wishes) -> bool:
        """Tell whether a photo that could not be read is read again now; one in the cloud is not, unless it was named."""
        return wishes.tries(photo, self.retries) and (not photo.away or photo.path in wishes.again)

    def _waiting(self, folder: Path, embedder: Embedder | None, look: Look) -> list[FoundPhoto]:
        """Return unchanged photos that still have no vector of this model."""
        if embedder is None:
            return []
        waiting = self._catalog.known.waiting(folder, embedder.model_id)
        # Mostly there are none, and then what was looked at closer needs no set.
        unchanged = set(look.comparison.unchanged) if waiting else set()
        return [photo for photo in waiting if photo.path in look.unchanged or photo.path in unchanged]

    def _index(
        self, plan: Plan, embedder: Embedder | None, vectors: ModelVectors | None, tally: Tally
    ) -> None:
        total = len(plan.to_index) + len(plan.doubts)
        if not total:
            return
        self._say(Progress(Phase.INDEXING, 0, total))
        if plan.to_index:
            self._before_indexing(len(plan.to_index))
        pace = Pace(total)
        unreachable = Unreachable(self._shares)
        last_told = last_changed = 0.0
        done = 0
        for step in self._indexed(plan, embedder, vectors, lambda: self._wait(pace), unreachable):
            tally.count(step, plan, self._tell_failed, has_model=embedder is not None)
            done += sum(record.found.path not in plan.doubts.given for record in step.records)
            pace.add(step.count)
            now = time.monotonic()
            if now - last_told >= _TELL_S:
                last_told = now
                self._say(pace.progress())
            if now - last_changed >= _CHANGED_S:
                last_changed = now
                self.changes.tell()
        tally.pending += len(plan.to_index) - done
        tally.unreadable += unreachable.lost()

    def _indexed(
        self,
        plan: Plan,
        embedder: Embedder | None,
        vectors: ModelVectors | None,
        goes_on: Callable[[], bool],
        unreachable: Unreachable | None = None,
    ) -> Iterator[Step]:
        """Index what is planned, yielding what was written."""
        indexer = Indexer(
            self._catalog,
            self._thumbnails,
            embedder,
            self._decoders,
            lanes=self._lanes,
            exclusions=self.left_out.exclusions(),
            courtesy=self._courtesy,
            unreachable=unreachable or Unreachable(self._shares),
        )
        doubtful = ((photo, Why.DOUBTED) for photo in plan.doubts.take())
        for step in indexer.run(chain(plan.to_index, doubtful), goes_on):
            plan.doubts.read_in_vain((*step.same, *step.closed))
            self._note_tries(step)
            if vectors:
                vectors.push()
            yield step

    def _note_tries(self, step: Step) -> None:
        """Remember what could not be read now, and forget what could."""
        closed = {photo.path for photo in step.closed}
        closed |= {record.found.path for record in step.records if record.passing}
        self.retries.forget({record.found.path for record in step.records} - closed)
        for path in closed:
            self.retries.failed(path)

    def _tell_failed(self, failed: FailedPhoto) -> None:
        self._tell(PhotoFailed(failed))

    def _wait(self, pace: Pace) -> bool:
        """Wait while work is paused or held, and answer whether to go on."""
        if not self._control.rests:
            return self._control.wait()
        goes_on = self._control.wait()
        pace.begin_anew()
        return goes_on
