"""The library as a whole: opens it, offers its five services, and ends their threads."""

import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

from desktop_app import own_files
from desktop_app.library.catalog import Catalog
from desktop_app.library.catalog.safety_copy import SafetyCopy
from desktop_app.library.catalog.schema import CATALOG_NAME
from desktop_app.library.concurrency.control import Control
from desktop_app.library.concurrency.cores import cores, lanes
from desktop_app.library.concurrency.courtesy import Courtesy
from desktop_app.library.concurrency.freed_memory import FreedMemory
from desktop_app.library.concurrency.library_lock import lock, locked
from desktop_app.library.concurrency.search_thread import SearchThread
from desktop_app.library.concurrency.writer import Writer
from desktop_app.library.connections import ConnectionLog
from desktop_app.library.decoding.pool import Decoders, Decoding
from desktop_app.library.drives.following import DriveFollower
from desktop_app.library.drives.presence import Presence
from desktop_app.library.errors import LibraryError
from desktop_app.library.events import Event, Listener, Listeners, ModelLoading, Trouble
from desktop_app.library.idle import IdleMoments
from desktop_app.library.indexing.refresh import Refresher
from desktop_app.library.indexing.watching import Watching
from desktop_app.library.indexing.work import Work
from desktop_app.library.models.ahead import ModelAhead
from desktop_app.library.models.bench.bencher import ModelBencher
from desktop_app.library.models.bench.here import FiguresHere
from desktop_app.library.models.embedder import Embedder
from desktop_app.library.models.from_files.importing import left_by_killed
from desktop_app.library.models.loading import Loading
from desktop_app.library.models.opener import ModelOpener
from desktop_app.library.models.runtime.ways import Way
from desktop_app.library.models.shelf import ModelShelf
from desktop_app.library.models.stores import StorePlace, Stores
from desktop_app.library.models.switch import ModelSwitch
from desktop_app.library.repair import take_copy_if_gone
from desktop_app.library.search.calibration import Calibrations
from desktop_app.library.search.searcher import Searcher
from desktop_app.library.services.browsing import Browsing
from desktop_app.library.services.folders import Folders
from desktop_app.library.services.models import Models
from desktop_app.library.services.searching import Searching
from desktop_app.library.services.space import Space
from desktop_app.library.space.copies import CopiesKind
from desktop_app.library.space.disk import OwnFolder, own_folder_of
from desktop_app.library.space.forgetter import Forgetter
from desktop_app.library.space.leftovers import AsideKind, LogsKind
from desktop_app.library.space.models import ModelsKind, VectorsKind
from desktop_app.library.space.photos import PhotosKind
from desktop_app.library.space.uses import Kind
from desktop_app.library.stacks.keeper import StackKeeper
from desktop_app.library.thumbnails import THUMBNAIL_PX, ThumbnailStore
from desktop_app.library.vectors.compact.copies import VectorCopies
from desktop_app.library.volumes.connected import Volumes

_LAST_S = 2.0


class PhotoLibrary:
    """The photos of some folders, findable in words. Any thread may use its services; its maker closes it.

    Attributes:
        folders: The chosen folders, and the work that keeps the library equal to them.
        models: Which models there are, and the one in use.
        browsing: What is known of photos, at any time and without a model.
        searching: Photos that fit words or other photos.
        space: What takes space on the disk, and giving it back.
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
        config: Path | None = None,
        log: Path | None = None,
        runtime: Way | None = None,
        thumbnails_bytes: int | None = None,
        speeds: Path | None = None,
        copied_to: Path | None = None,
        ahead: ModelAhead | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Open a library, or begin one. Model and vector database are opened when they are needed.

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
            config: Folder of the settings, None where there is none; it counts among what takes space.
            log: Folder of the log files, the same.
            runtime: Run models this way as long as the library is open; None for the way chosen for each.
            thumbnails_bytes: Thumbnails take no more; None for half of what is free for them.
            speeds: Folder of what was measured of models on this computer, whatever the library; None to remember nothing.
            copied_to: Folder with a copy of the catalogue, for questions where `data` takes nothing; None for that in `data`.
            ahead: A model that is being loaded already, closed with the library; None for none.
            clock: Tells the time in seconds since 1970: what is known of photos that are gone is forgotten in time.

        Raises:
            LibraryInUseError: Another process has it open.
            CatalogError: The catalogue cannot be opened.
        """
        own_files.make_folder(data)
        self._is_copy = copied_to is not None
        notice = self._open_catalogue(copied_to or data)
        self._connections = ConnectionLog(data)
        place = replace(store or StorePlace(data / "vectors"), connections=self._connections)
        self._runtime, self._ahead = runtime, ahead
        self._listeners = Listeners()
        self._listeners.add(self._expect_freed)
        self._control = Control()
        self._courtesy = Courtesy()
        self._freed = FreedMemory()
        self._thumbnails = ThumbnailStore(
            cache / "thumbnails",
            side_px=THUMBNAIL_PX,
            limit_bytes=thumbnails_bytes,
            precious=self._catalog.drives.hashes_offline,
        )
        self._decoders = Decoders(threads or cores(), decoding)
        self._safety_copy = SafetyCopy(self._catalog)
        self._forgetter = Forgetter(self._catalog, self._thumbnails, self._safety_copy, clock)
        shelf = ModelShelf(data / "models", resources / "models", self._connections)
        self._make_search(shelf, place, Calibrations(data, self._catalog, resources))
        self._make_indexing((data.absolute(), cache.absolute()), volumes, threads or lanes())
        self._writer = Writer()
        opener = self._made_opener(model, embedder, notice)
        self._make_services(shelf, opener, place.description, network, FiguresHere(speeds))
        self.space = self._made_space(shelf, (data, place.folder), config, log)
        if not self._is_copy:
            self._mind_what_is_here()

    def _open_catalogue(self, data: Path) -> LibraryError | None:
        """Open the catalogue of a folder that nobody else has open; return what to tell the person of it."""
        self._lock = lock(data)
        try:
            notice = take_copy_if_gone(data / CATALOG_NAME)
            self._catalog = Catalog(data / CATALOG_NAME)
            self._copies = VectorCopies.of_library(self._catalog, data)
        except BaseException:
            self._lock.release()
            raise
        return notice

    def _make_search(self, shelf: ModelShelf, place: StorePlace, calibrations: Calibrations) -> None:
        """Make what answers questions: models, their vectors, calibrations and stacks."""
        self._search_thread = SearchThread()
        self._calibrations = calibrations
        self._searcher = Searcher(self._catalog, self._thumbnails, self._decoders.shown, self._copies)
        stores = Stores(self._catalog, place, self._listeners.tell)
        stores.changed = self._copies.hear
        self._switch = switch = ModelSwitch(
            self._catalog,
            shelf,
            stores,
            self._listeners.tell,
            self._search_thread.finish,
            loading=self._made_loading(shelf),
            runtime=self._runtime,
        )
        self._stacks = StackKeeper(
            self._catalog, self._thumbnails, lambda: calibrations.yardstick(switch.searching)
        )

    def _made_loading(self, shelf: ModelShelf) -> Loading:
        loading = Loading(shelf.graphs, shelf.export, lambda error: self._listeners.tell(Trouble(error)))
        return loading if self._ahead is None else replace(loading, ahead=self._ahead.take)

    def _make_indexing(self, own_folders: tuple[Path, ...], volumes: Volumes | None, lanes: int) -> None:
        """Make what keeps the library equal to the chosen folders."""
        catalog, tell = self._catalog, self._listeners.tell
        self._presence = Presence(catalog, volumes)
        self._watching = Watching(catalog, own_folders)
        self._refresher = Refresher(
            catalog,
            self._thumbnails,
            tell,
            self._control,
            self._decoders.indexing,
            lanes=lanes,
            is_there=self._presence.is_there,
            missing_inside=self._presence.missing_inside,
            before_indexing=lambda photos: self._bencher.before_indexing(photos=photos),
            excluded=own_folders,
            courtesy=self._courtesy,
            shares=self._presence.shares,
        )
        self._drives = DriveFollower(
            catalog, self._presence, tell, self._watching.watch_chosen, self._refresher.changes.tell
        )
        self._refresher.looking.found_among = self._drives.found_among
        self._refresher.looking.was_listed = self._presence.returned.listed
        self._refresher.looking.is_closed = self._presence.is_closed

    def _make_services(
        self,
        shelf: ModelShelf,
        opener: ModelOpener,
        store: str,
        network: Callable[[], bool],
        here: FiguresHere,
    ) -> None:
        """Make the services about photos, each with just what it needs."""
        tell, work = self._listeners.tell, self._made_work(opener)
        self._work, self._bencher = work, self._made_bencher(work, shelf, here)
        self.folders = Folders(
            catalog=self._catalog,
            work=work,
            writer=self._writer,
            control=self._control,
            drives=self._drives,
            watching=self._watching,
            left_out=self._refresher.left_out,
            forgetter=self._forgetter,
            courtesy=self._courtesy,
            tell=tell,
        )
        self.models = Models(
            shelf=shelf,
            switch=self._switch,
            opener=opener,
            work=work,
            tell=tell,
            network=network,
            connections=self._connections,
            bencher=self._bencher,
        )
        self.browsing = self._made_browsing(store)
        self.searching = Searching(
            catalog=self._catalog,
            searcher=self._searcher,
            switch=self._switch,
            opener=opener,
            calibrations=self._calibrations,
            thread=self._search_thread,
            courtesy=self._courtesy,
            shelf=shelf,
        )

    def _made_browsing(self, store: str) -> Browsing:
        return Browsing(
            catalog=self._catalog,
            thumbnails=self._thumbnails,
            switch=self._switch,
            store=store,
            presence=self._presence,
            decoders=self._decoders,
            copies=self._copies,
        )

    def _made_opener(
        self, model: str | None, embedder: Embedder | None, notice: LibraryError | None
    ) -> ModelOpener:
        tell, freed = self._listeners.tell, self._freed
        return ModelOpener(
            self._writer, self._switch, tell, freed=freed, model=model, embedder=embedder, notice=notice
        )

    def _made_work(self, opener: ModelOpener) -> Work:
        return Work(
            writer=self._writer,
            control=self._control,
            opener=opener,
            switch=self._switch,
            catalog=self._catalog,
            drives=self._drives,
            refresher=self._refresher,
            stacks=self._stacks,
            thumbnails=self._thumbnails,
            tell=self._listeners.tell,
            freed=self._freed,
        )

    def _made_bencher(self, work: Work, shelf: ModelShelf, speeds: FiguresHere) -> ModelBencher:
        bencher = ModelBencher(
            shelf,
            self._switch,
            self._catalog,
            self._listeners.tell,
            on_writer=work.on_writer,
            is_indexing=lambda: work.is_under_way,
            is_stopped=lambda: self._control.stopped,
            here=speeds,
        )
        self._refresher.after_indexing = bencher.after_indexing
        return bencher

    def _mind_what_is_here(self) -> None:
        """Let the writer clean up, and use its idle moments; only now is there all that they need."""
        idle = IdleMoments(
            writer=self._writer,
            control=self._control,
            courtesy=self._courtesy,
            freed=self._freed,
            catalog=self._catalog,
            safety_copy=self._safety_copy,
            forgetter=self._forgetter,
            watching=self._watching,
            work=self._work,
            searching=self.searching,
            switch=self._switch,
            calibrations=self._calibrations,
            stacks=self._stacks,
            bencher=self._bencher,
            tell=self._listeners.tell,
        )
        self._writer.submit(self.space.sweep)
        self._writer.submit(lambda: idle.renew_words(lambda: self._control.stopped))
        self._writer.idle = idle.use

    def _made_space(
        self, shelf: ModelShelf, data: tuple[Path, Path], config: Path | None, log: Path | None
    ) -> Space:
        """Make the service about space; `data` is the library's folder and that of the vectors."""
        folder, vectors = data
        switch = self._switch
        kinds: list[Kind] = [
            PhotosKind(self._catalog, self._thumbnails, self._forgetter),
            VectorsKind(
                self._catalog, switch.in_use, switch.name_of, folder, vectors, forget_copy=self._copies.drop
            ),
            CopiesKind(VectorCopies(self._catalog, folder) if self._is_copy else self._copies),
            ModelsKind(shelf, switch.in_use, folder, self.models.is_fetching),
            AsideKind(folder, vectors, config),
        ]
        kinds += [LogsKind(log)] if log is not None else []
        return Space(
            kinds=kinds,
            catalog=self._catalog,
            forgetter=self._forgetter,
            work=self._work,
            control=self._control,
            own=[
                OwnFolder(folder),
                own_folder_of(vectors, folder),
                *(OwnFolder(place) for place in (config, log) if place is not None),
            ],
            left=left_by_killed(folder / "models"),
            hold=partial(locked, folder) if self._is_copy else nullcontext,
        )

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Let a listener hear events, on the engine's threads; returns what ends that. Any thread."""
        return self._listeners.add(listener)

    def close(self) -> None:
        """Stop the present work, flush, and end every thread and process of the library."""
        self.folders.unwatch()
        self.models.close()
        self._control.end()
        # What is being decoded is not waited for: one photo may take minutes.
        self._decoders.close()
        self._search_thread.close()
        if not self._is_copy:
            self._writer.submit(self._forget_before_the_end)
            self._writer.submit(self._safety_copy.renew_at_end)
        self._writer.submit(self._switch.close)
        self._writer.submit(self._copies.close)
        self._writer.close()
        if self._ahead is not None:
            self._ahead.close()
        self._catalog.close()
        self._lock.release()

    def _forget_before_the_end(self) -> None:
        """Forget what is due, for a few seconds: a command's process ends before it is ever idle."""
        until = time.monotonic() + _LAST_S
        self._forgetter.renew(lambda: time.monotonic() > until)

    def _expect_freed(self, event: Event) -> None:
        """Take down that loading a model uses memory which is free afterwards."""
        if isinstance(event, ModelLoading):
            self._freed.expect()
