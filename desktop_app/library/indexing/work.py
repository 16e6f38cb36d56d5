"""The writer's work: refreshes of folders, one after the other."""

import logging
import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TypeVar

from desktop_app.library.catalog import Catalog
from desktop_app.library.concurrency.control import Control
from desktop_app.library.concurrency.freed_memory import FreedMemory
from desktop_app.library.concurrency.writer import Writer
from desktop_app.library.drives.following import DriveFollower
from desktop_app.library.drives.presence import nearest_present, outermost
from desktop_app.library.errors import LibraryError, ModelError
from desktop_app.library.events import Listener, Trouble
from desktop_app.library.folders.watcher import MOST_NAMED
from desktop_app.library.indexing.new_extras import forget_needs, forget_once
from desktop_app.library.indexing.refresh import Refresher
from desktop_app.library.indexing.together import together
from desktop_app.library.models.bench.bencher import AnotherWayError
from desktop_app.library.models.opener import ModelOpener
from desktop_app.library.models.switch import ModelSwitch
from desktop_app.library.photo import IndexReport
from desktop_app.library.stacks.keeper import StackKeeper
from desktop_app.library.thumbnails import ThumbnailStore

_log = logging.getLogger(__name__)

T = TypeVar("T")


class Work:
    """Queues jobs for the writer thread, and does the refresh that most of them end in."""

    def __init__(
        self,
        *,
        writer: Writer,
        control: Control,
        opener: ModelOpener,
        switch: ModelSwitch,
        catalog: Catalog,
        drives: DriveFollower,
        refresher: Refresher,
        stacks: StackKeeper,
        thumbnails: ThumbnailStore,
        tell: Listener,
        freed: FreedMemory,
    ) -> None:
        """Connect the writer with what a refresh needs.

        Args:
            writer: Runs the jobs.
            control: Pauses and stops them.
            opener: Opens models before the first job.
            switch: Which model photos are embedded with.
            catalog: Knows the chosen folders.
            drives: Follows folders that are elsewhere now.
            refresher: Scans, compares and indexes.
            stacks: Made anew behind a refresh.
            thumbnails: Trimmed behind the first refresh.
            tell: Hears what goes wrong.
            freed: Told of every refresh.
        """
        self._writer = writer
        self._control = control
        self._opener = opener
        self._switch = switch
        self._catalog = catalog
        self._drives = drives
        self._refresher = refresher
        self._stacks = stacks
        self._thumbnails = thumbnails
        self._tell = tell
        self._freed = freed
        self._is_first = True
        self._is_store_broken = False
        self._present: Callable[[], IndexReport] | None = None
        self._changed: set[Path] = set()
        self._named: set[Path] = set()
        self._is_behind = False
        self._queued: object | None = None
        self._lock = threading.Lock()

    def load_model(self) -> "Future[None]":
        """Load the chosen model, behind what is queued. Any thread; what goes wrong is told."""
        self._opener.open()

        def load() -> None:
            model = self._switch.indexing
            if model is not None:
                model.load()

        return self._writer.submit(load)

    def open_vectors(self) -> "Future[None]":
        """Open the store of the vectors that answer, behind what is queued. Any thread.

        The future raises StoreError or DiskFullError.
        """
        opened = self._opener.open()

        def open_store() -> None:
            opened.result()
            model = self._switch.searching
            if model is not None:
                model.vectors.open()

        return self._writer.submit(open_store)

    def mind_vectors(self, *, stays: bool, are_asked: bool) -> None:
        """Let stores be flushed, carried what they missed, and closed again; for idle moments, on the writer's thread.

        Args:
            stays: Whether the library stays open, so that idle moments are worth using.
            are_asked: Whether the store of the model that answers is needed for questions.
        """
        answering = self._switch.searching
        models = {id(model): model for model in (self._switch.indexing, answering) if model is not None}
        for model in models.values():
            is_needed = are_asked and model is answering
            try:
                if stays and not self._is_store_broken:
                    model.vectors.settle(is_needed=is_needed)
                model.vectors.rest(may_close=not is_needed)
            except LibraryError as error:
                # The next change meets it too, and tells. Questions are answered without it.
                self._is_store_broken = True
                _log.warning("the vector store cannot be used: %s", error)

    def queue(self, job: Callable[[], IndexReport]) -> "Future[IndexReport]":
        """Queue a job for the writer, behind the opening of the models. Any thread."""
        opened = self._opener.open()

        def after_opening() -> IndexReport:
            opened.result()
            return job()

        return self._writer.submit(after_opening)

    @property
    def is_under_way(self) -> bool:
        """Whether a refresh is under way. Any thread."""
        return self._present is not None

    def on_writer(self, job: Callable[[], T]) -> "Future[T]":
        """Queue a job for the writer that needs no model. Any thread."""
        return self._writer.submit(job)

    def stop(self) -> None:
        """End the present refresh at its next photo; what was done stays. Any thread."""
        self._control.stop()

    def between(self, job: Callable[[], T]) -> "Future[T]":
        """Queue a job that shall not wait for the refresh under way: that stops for it and goes on behind it. Any thread."""
        present = self._present
        if present is not None:
            self._control.stop()
        done = self._writer.submit(job)
        if present is not None:
            self.queue(present)
        return done

    def refresh_changed(self, folders: frozenset[Path], named: frozenset[Path] = frozenset()) -> None:
        """Queue a refresh for folders in which something happened. Any thread.

        Many calls while the writer is busy become one refresh. What could not be looked at, because the models could
        not be opened or an error ended the refresh, is looked at with the next call.

        Args:
            folders: As a `FolderWatcher` names them.
            named: Files in them, the same.
        """
        job = object()
        with self._lock:
            self._changed |= folders
            if len(self._named) < MOST_NAMED:
                self._named |= named
            if self._queued is not None:
                return
            self._queued = job
        self.queue(self._refresh_collected).add_done_callback(partial(self._forget_queued, job))

    def mind_drives(self) -> None:
        """Catch up where a drive came, went or answers again; for idle moments, on the writer's thread."""
        if self._drives.came_back() or self._refresher.looking.listing.answers_again():
            self.catch_up()

    def catch_up(self) -> None:
        """Queue a refresh of all chosen folders, in which anything may have happened unheard. Any thread.

        Nobody asks a second time. So where an error ends it, they are looked at with the next call of `refresh_changed`.
        """
        self.queue(self.refresh_all).add_done_callback(self._note_whether_behind)

    def refresh(self, folders: Sequence[Path], again: Collection[Path] = ()) -> IndexReport:
        """Make the library equal to some folders, below which others may lie. On the writer's thread.

        Args:
            folders: Which.
            again: Photos that are read again in any case.

        Raises:
            LibraryError: The catalogue or the vectors cannot be written; the listeners were told.
        """
        return self._refreshed(folders, again=again)

    def refresh_all(self, again: Collection[Path] = ()) -> IndexReport:
        """Make the library equal to all chosen folders. On the writer's thread; the rest as `refresh`."""
        return self.refresh(self._catalog.folders.paths(), again)

    def use_idle_moment(self) -> None:
        """Go on with photos that could not be read, or are in doubt. On the writer's thread, while nobody waits for it."""
        model = self._switch.indexing
        try:
            self._refresher.use_idle_moment(
                model.embedder if model else None,
                model.vectors if model else None,
                lambda: not (self._writer.is_wanted or self._control.rests or self._control.stopped),
            )
        except LibraryError as error:
            # The next refresh meets it too, and tells.
            _log.info("an idle moment could not be used: %s", error)

    def _refreshed(
        self,
        folders: Sequence[Path],
        *,
        again: Collection[Path] = (),
        named: Collection[Path] = (),
        is_asked: bool = True,
    ) -> IndexReport:
        self._control.renew()
        self._freed.expect()
        self._present = partial(self._refreshed, folders, again=again, named=named, is_asked=is_asked)
        try:
            return self._made_equal(folders, again, named, is_asked=is_asked)
        finally:
            self._present = None

    def _made_equal(
        self, folders: Sequence[Path], again: Collection[Path], named: Collection[Path], *, is_asked: bool
    ) -> IndexReport:
        present = self._drives.followed(folders)
        model = self._switch.indexing
        try:
            if self._is_first:
                forget_needs(self._catalog)
                forget_once(self._catalog)
            run = partial(self._refresher.run, present, named=named, again=again, is_asked=is_asked)
            try:
                return run(model.embedder if model else None, model.vectors if model else None)
            except AnotherWayError:
                # Nothing was embedded yet: from the beginning, in the way that was found to be the fastest.
                model = self._switch.indexing
                return run(model.embedder if model else None, model.vectors if model else None)
            except ModelError:
                if model is None or not model.failed:
                    raise
                # It was to be loaded only now, and cannot be; the listeners were told. What needs no model goes on.
                return run(None, None)
        except LibraryError as error:
            # What was written before stays, and is to be seen.
            self._refresher.changes.tell()
            self._tell(Trouble(error))
            raise
        finally:
            self._switch.promote()
            if self._is_first:
                self._is_first = False
                self._thumbnails.trim()
            self._stacks.renew_after_work(self._tell, lambda: self._control.stopped or self._writer.is_wanted)
            # Nothing, where the refresh has told it; what was written before an error is to be seen all the same.
            self._refresher.changes.tell()

    def _refresh_collected(self) -> IndexReport:
        with self._lock:
            folders, self._changed = self._changed, set()
            named, self._named = self._named, set()
            was_behind, self._is_behind = self._is_behind, False
            self._queued = None
        try:
            chosen = self._catalog.folders.paths()
            if was_behind:
                folders |= set(chosen)
            present = together(
                outermost(nearest_present(folders, chosen)), chosen, self._catalog.folders.photos_below
            )
            return self._refreshed(present, named=named, is_asked=False)
        except LibraryError:
            with self._lock:
                self._changed |= folders
                self._named |= named
                self._is_behind |= was_behind
            raise

    def _note_whether_behind(self, caught_up: "Future[IndexReport]") -> None:
        if not caught_up.cancelled() and caught_up.exception() is not None:
            with self._lock:
                self._is_behind = True

    def _forget_queued(self, job: object, _work: "Future[IndexReport]") -> None:
        """Let the next call queue again after a job that did not come so far as to take the folders."""
        with self._lock:
            if self._queued is job:
                self._queued = None
