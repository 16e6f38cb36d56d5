"""PhotoLibrary: owns the engine's parts and their threads."""

import logging
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

from desktop_app.library.catalog import Catalog
from desktop_app.library.catalog.safety_copy import SafetyCopy
from desktop_app.library.concurrency.control import Control
from desktop_app.library.concurrency.cores import cores
from desktop_app.library.concurrency.library_lock import lock
from desktop_app.library.concurrency.writer import Writer
from desktop_app.library.decoding.pool import Decoders, Decoding
from desktop_app.library.drives.following import Drives
from desktop_app.library.drives.presence import Roots, nearest_present
from desktop_app.library.errors import FolderMissingError, LibraryError, ModelError
from desktop_app.library.events import (
    CalibrationReady,
    Event,
    FoldersChanged,
    Listener,
    ModelUnavailable,
    Trouble,
)
from desktop_app.library.folders.watcher import FolderWatcher
from desktop_app.library.indexing.new_extras import forget_needs
from desktop_app.library.indexing.refresh import Refresher
from desktop_app.library.models.embedder import Embedder
from desktop_app.library.models.fetcher import ModelFetcher
from desktop_app.library.models.shelf import ModelChoice, ModelShelf
from desktop_app.library.models.switch import Spaces, StorePlace
from desktop_app.library.photo import IndexReport
from desktop_app.library.repair import CATALOG_NAME, take_copy_if_gone
from desktop_app.library.search.calibration import Calibrations
from desktop_app.library.services.excluding import Excluding
from desktop_app.library.services.folders import FolderWishes
from desktop_app.library.services.searching import Searches
from desktop_app.library.thumbnails import THUMBNAIL_PX, ThumbnailStore
from desktop_app.library.volumes.connected import Volumes

logger = logging.getLogger(__name__)

_LISTEN_S = 10.0


class PhotoLibrary(Excluding, FolderWishes, Searches):
    """The photos of some folders, findable in words.

    Every method may be called on any thread. Those that return a future or nothing come back at once; what
    they bring about is told to the subscribers, on the engine's threads.
    """

    def __init__(
        self,
        data: Path,
        cache: Path,
        *,
        resources: Path,
        model: str | None = None,
        store: StorePlace | None = None,
        embedder: Embedder | None = None,
        network: Callable[[], bool] = lambda: True,
        threads: int = 0,
        volumes: Volumes | None = None,
        decoding: Decoding | None = None,
    ) -> None:
        """Open a library, or begin one; the model and the vectors are opened in the background.

        Args:
            data: Folder of catalogue, vectors and models; made when it is not there.
            cache: Folder of thumbnails.
            resources: Folder of what ships with the application.
            model: Use this model from now on; None for the one in use before, or the best there is.
            store: Where vectors are kept; None for Milvus Lite below `data`.
            embedder: Use this in place of any model on the shelf.
            network: Whether a model may be downloaded; asked when one is wanted, on the download's thread.
            threads: Threads for decoding and embedding; 0 for the machine's cores.
            volumes: The drives there are; None for those of this computer.
            decoding: How photos are decoded; None for the usual way.

        Raises:
            LibraryInUseError: Another process has it open.
            CatalogError: The catalogue cannot be opened.
        """
        catalog = self._opened_catalog(data)
        allowed = cores()
        self._own_folders = (data.absolute(), cache.absolute())
        self._listeners: list[Listener] = []
        thumbnails = ThumbnailStore(cache / "thumbnails", side_px=THUMBNAIL_PX)
        self._shelf = ModelShelf(data / "models", resources / "models")
        place = store or StorePlace(data / "vectors")
        spaces = Spaces(catalog, self._shelf, place, self._tell, self._finish_searches)
        super().__init__(
            catalog,
            thumbnails,
            spaces,
            place.address or "milvus-lite",
            Roots(catalog, volumes),
            decoders=Decoders(threads or allowed, decoding),
            calibrations=Calibrations(data, catalog, resources),
        )
        self._control = Control()
        self._drives = Drives(catalog, self._roots, self._tell, self._watch_chosen)
        self._safety_copy = SafetyCopy(catalog)
        # All cores but one, which the decoders fill; of two cores both, or half the machine would look on.
        self._refresher = self._made_refresher(lanes=threads or max(allowed - 1, min(allowed, 2)))
        self._fetcher = ModelFetcher(self._shelf, self._tell, self._use_fetched, network=network)
        self._dirty: set[Path] = set()
        self._dirty_lock = threading.Lock()
        self._trimmed = False
        self._watcher: FolderWatcher | None = None
        self._writer = Writer(self._idle)
        self._opening_lock = threading.Lock()
        self._opened: Future[None] | None = None
        self._wanted = (model, embedder)

    @classmethod
    def open(cls, data: Path, cache: Path, **options: object) -> "PhotoLibrary":
        """Open a library; the same as calling the class."""
        return cls(data, cache, **options)  # type: ignore[arg-type]  # passed on as they are

    def close(self) -> None:
        """Stop the present work, flush, and end every thread and process of the library."""
        self.unwatch()
        self._fetcher.close()
        self._control.end()
        # What is being decoded is not waited for: one photo may take minutes.
        self._decoders.close()
        self._end_searches()
        self._writer.submit(lambda: self._safety_copy.renew(lambda: False))
        self._writer.submit(self._spaces.close)
        self._writer.close()
        self._catalog.close()
        self._lock.release()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Let a listener hear events, on the engine's threads; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def warm_up(self) -> "Future[None]":
        """Open the model and the vectors now, in the background; the first search or refresh does it otherwise.

        The future raises StoreError or DiskFullError when the vectors cannot be opened; the next call tries again. A
        model that cannot be used is no error here: everything but search by meaning works without.
        """
        with self._opening_lock:
            failed = self._opened is not None and self._opened.done() and self._opened.exception() is not None
            if self._opened is None or failed:
                model, embedder = self._wanted
                self._opened = self._writer.submit(lambda: self._open_models(model, embedder))
            return self._opened

    # Folders and work

    def add_folder(self, folder: Path) -> "Future[IndexReport]":
        """Choose a folder, and index it.

        Raises:
            FolderMissingError: It is not there, or not a folder.
        """
        folder = Path(os.path.abspath(folder.expanduser()))  # noqa: PTH100 - keeps links, unlike resolve
        if not folder.is_dir():
            raise FolderMissingError(folder)

        def add() -> IndexReport:
            place = self._refresher.leaving_out.chosen(folder)
            self._catalog.folders.add(place)
            self._watch_chosen()
            self._tell(FoldersChanged())
            return self._refresh(self._refresher.leaving_out.overlapping(place))

        return self._work(add)

    def refresh(self, folders: Sequence[Path] = ()) -> "Future[IndexReport]":
        """Make the library equal to some folders, or to all chosen ones."""
        return self._work(lambda: self._refresh(list(folders) or self._catalog.folders.paths()))

    def watch(self) -> None:
        """Follow what happens in the chosen folders from now on, and refresh them once."""
        if self._watcher is None:
            self._watcher = FolderWatcher(self._refresh_dirty, excluded=self._own_folders)
            self._writer.submit(self._watch_chosen)
            self.refresh()

    def unwatch(self) -> None:
        """Follow changes no longer; what happened until now is still taken up."""
        if self._watcher is not None:
            self._watcher.close()
            self._watcher = None

    def retry(self, photos: Sequence[Path] = ()) -> "Future[IndexReport]":
        """Try photos again that could not be used; all of them when none is named."""

        def again() -> IndexReport:
            self._catalog.known.forget_failures(photos or None)
            return self._refresh(self._catalog.folders.paths())

        return self._work(again)

    def pause(self) -> None:
        """Let the present and later work wait."""
        self._control.pause()

    def resume(self) -> None:
        """Let it go on."""
        self._control.resume()

    def hold(self, reason: str) -> None:
        """Let indexing wait at its next photo until the reason is empty; search and listing folders go on.

        Args:
            reason: What is waited for, to be told as `Progress.held`.
        """
        self._control.hold(reason)

    def cancel(self) -> None:
        """End the present work; what was done stays."""
        self._control.stop()

    @property
    def paused(self) -> bool:
        """Whether work waits."""
        return self._control.paused

    # Models

    def models(self) -> list[ModelChoice]:
        """Return the models that can be chosen."""
        return self._shelf.choices()

    def model_in_use(self) -> ModelChoice | None:
        """Return the chosen model; None without a usable one."""
        space = self._spaces.indexing
        return space.choice if space else None

    def use_model(self, reference: str) -> "Future[IndexReport]":
        """Choose a model and embed all photos with it; the old one answers until that is done.

        The future raises ModelError when the model cannot be used.
        """
        self._control.stop()
        return self._work(lambda: self._switch(reference))

    def import_model(self, source: Path) -> "Future[ModelChoice]":
        """Copy a model's folder or file into the library."""
        return self._writer.submit(lambda: self._shelf.import_(source))

    def fetch_model(self, reference: str) -> None:
        """Begin to download a model, or go on with it; it is used as soon as it is complete."""
        self._fetcher.fetch(reference)

    def cancel_fetch(self) -> None:
        """Stop the download; what has arrived is kept."""
        self._fetcher.cancel()

    # On the engine's own threads

    def _work(self, job: Callable[[], IndexReport]) -> "Future[IndexReport]":
        """Queue work for the writer, behind the opening of the models."""
        opened = self.warm_up()

        def after_opening() -> IndexReport:
            opened.result()
            return job()

        return self._writer.submit(after_opening)

    def _opened_catalog(self, data: Path) -> Catalog:
        """Take the library for this process and open its catalogue."""
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = lock(data)
        try:
            self._first_words = take_copy_if_gone(data / CATALOG_NAME)
            return Catalog(data / CATALOG_NAME)
        except BaseException:
            self._lock.release()
            raise

    def _made_refresher(self, lanes: int) -> Refresher:
        return Refresher(
            self._catalog,
            self._thumbnails,
            self._tell,
            self._control,
            self._decoders.indexing,
            lanes=lanes,
            is_there=self._roots.is_there,
            missing_inside=self._roots.missing_inside,
            before_indexing=self._spaces.tune,
            excluded=self._own_folders,
            courtesy=self._courtesy,
            shares=self._roots.shares,
        )

    def _tell(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)

    def _open_models(self, reference: str | None, embedder: Embedder | None) -> None:
        if self._first_words is not None:
            self._tell(Trouble(self._first_words))
            self._first_words = None
        try:
            self._spaces.open(reference, embedder)
        except ModelError as error:
            # No error of what was asked: everything but search by meaning works without.
            logger.info("no model: %s", error)
            self._tell(ModelUnavailable(error))
        except LibraryError as error:
            logger.warning("the vectors cannot be opened: %s", error)
            self._tell(Trouble(error))
            raise

    def _refresh(self, folders: Sequence[Path]) -> IndexReport:
        self._control.renew()
        present = self._drives.followed(folders)
        space = self._spaces.indexing
        try:
            if not self._trimmed:
                forget_needs(self._catalog)
            return self._refresher.run(
                present, space.embedder if space else None, space.sync if space else None
            )
        except LibraryError as error:
            self._tell(Trouble(error))
            raise
        finally:
            self._spaces.promote()
            if not self._trimmed:
                self._trimmed = True
                self._thumbnails.trim(self._catalog.drives.hashes_offline())
            self._stacks.renew_after_work(self._tell, lambda: self._control.stopped)

    def _refresh_dirty(self, folders: frozenset[Path]) -> None:
        """Queue a refresh of folders that changed; many calls while the writer is busy become one refresh."""
        with self._dirty_lock:
            queued = bool(self._dirty)
            self._dirty |= folders
        if not queued:
            self._work(self._refresh_collected)

    def _refresh_collected(self) -> IndexReport:
        with self._dirty_lock:
            folders, self._dirty = self._dirty, set()
        return self._refresh(nearest_present(folders, self._catalog.folders.paths()))

    def _watch_chosen(self) -> None:
        watcher = self._watcher
        if watcher is not None:
            watcher.watch(self._catalog.folders.paths())
            # What changes before the system listens would be noticed by nobody; the refresh that follows sees it.
            watcher.wait_until_watching(_LISTEN_S)

    def _switch(self, reference: str) -> IndexReport:
        self._spaces.open(reference)
        return self._refresh(self._catalog.folders.paths())

    def _use_fetched(self, choice: ModelChoice) -> None:
        self.use_model(choice.key).add_done_callback(self._say_failed)

    def _say_failed(self, work: "Future[IndexReport]") -> None:
        """Tell the listeners of work that nobody waits for."""
        error = None if work.cancelled() else work.exception()
        if isinstance(error, ModelError):
            self._tell(ModelUnavailable(error))
        elif isinstance(error, LibraryError):
            self._tell(Trouble(error))

    def _idle(self) -> None:
        space = self._spaces.indexing
        if space is not None:
            space.sync.flush_when_quiet()
        self._safety_copy.renew(lambda: self._writer.is_wanted)
        if self._watcher is not None and (
            self._drives.came_back() or self._refresher.listing.answers_again()
        ):
            self.refresh()
        # Takes seconds for a model that ships without a calibration, so only while nobody waits for the writer.
        calibrated = self._calibrations.renew(self._spaces.searching, lambda: self._writer.is_wanted)
        if calibrated is not None:
            self._tell(CalibrationReady(calibrated))
        self._stacks.renew(self._tell, lambda: self._writer.is_wanted)
        self._hold_vectors()
