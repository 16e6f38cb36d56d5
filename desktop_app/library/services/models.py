"""What a person does with models: see which there are, choose one, download one, import one from a file."""

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from desktop_app.library.connections import Connection, ConnectionLog
from desktop_app.library.errors import LibraryError, ModelError
from desktop_app.library.events import Listener, ModelUnavailable, Trouble
from desktop_app.library.indexing.work import Work
from desktop_app.library.models.bench.bencher import ModelBencher
from desktop_app.library.models.bench.figures import BenchReport, WayFigures
from desktop_app.library.models.from_files.importer import ModelImporter
from desktop_app.library.models.from_hub.fetcher import ModelFetcher
from desktop_app.library.models.from_hub.offer import ModelOffer
from desktop_app.library.models.net.release import Release
from desktop_app.library.models.opener import ModelOpener
from desktop_app.library.models.runtime.ways import Way, way_here
from desktop_app.library.models.shelf import BUILT_IN, ModelChoice, ModelShelf
from desktop_app.library.models.switch import ModelSwitch
from desktop_app.library.photo import IndexReport


class Models:
    """The models of the library, and the one in use. Any thread; every method comes back at once."""

    def __init__(
        self,
        *,
        shelf: ModelShelf,
        switch: ModelSwitch,
        opener: ModelOpener,
        work: Work,
        tell: Listener,
        network: Callable[[], bool],
        connections: ConnectionLog,
        bencher: ModelBencher,
    ) -> None:
        """Connect the models with what opens and uses them.

        Args:
            shelf: Which models there are.
            switch: Which is in use.
            opener: Opens it.
            work: Embeds the photos with another one.
            tell: Hears of downloads.
            network: Whether the network may be used; asked on the download's thread.
            connections: Every connection of the library is noted there.
            bencher: Measures models.
        """
        self._shelf = shelf
        self._switch = switch
        self._opener = opener
        self._work = work
        self._tell = tell
        self._connections = connections
        self._network = network
        self._bencher = bencher
        self._importer = ModelImporter(shelf)
        self._fetcher = ModelFetcher(shelf, tell, self._use_fetched, network=network)

    def warm_up(self) -> "Future[None]":
        """Load the model now, in the background; the first search, or photo to embed, does it otherwise.

        The future raises as that of `ModelOpener.open`.
        """
        return self._work.load_model()

    def open_vectors(self) -> "Future[None]":
        """Open the vector database and make it equal to the catalogue, though nothing has to be written to it.

        The future raises StoreError or DiskFullError when that cannot be done.
        """
        return self._work.open_vectors()

    def choices(self) -> list[ModelChoice]:
        """Return the models that can be chosen."""
        return self._shelf.choices()

    def in_use(self) -> ModelChoice | None:
        """Return the chosen model; None without a usable one."""
        model = self._switch.indexing
        return model.choice if model else None

    def answering(self) -> ModelChoice | None:
        """Return the model that is searched with: the one before the chosen one until all photos have its vectors."""
        model = self._switch.searching
        return model.choice if model else None

    def is_switching(self) -> bool:
        """Return whether photos still have to be embedded before the chosen model, run as chosen, is searched with."""
        searching, indexing = self._switch.searching, self._switch.indexing
        return searching is not None and indexing is not None and searching is not indexing

    def ways(self) -> tuple[Way | None, Way | None]:
        """Return how the chosen model is run, and how the one that answers; None where that is not known."""
        return self._switch.ways_now()

    def measure(
        self, key: str | None = None, progress: Callable[[str, int, int], None] = lambda *_: None
    ) -> "Future[BenchReport]":
        """Measure in which way a model runs fastest on this computer; a minute or two.

        The future raises ModelError when the model is not there, photos are being indexed, another measurement runs, it
        was stopped, or the model does not run at all.

        Args:
            key: Which; None for the one in use.
            progress: Told before each way, on the measuring thread: its title, how many are done, how many there are.
        """
        return self._bencher.measure(key, progress)

    def cancel_measuring(self) -> None:
        """Stop the measurement; nothing of it is kept."""
        self._bencher.cancel()

    def measured(self, key: str | None = None) -> BenchReport | None:
        """Return what measurements before said of a model, the one in use if None; None when there was none here.

        Raises:
            ModelError: The model is not there.
        """
        return self._bencher.report(key)

    def speed_of(self, key: str) -> WayFigures | None:
        """Return how fast a model is here, in the way it is or would be run; None when it was never measured."""
        return self._bencher.speed_of(key)

    def use(self, reference: str, way: str | None = None) -> "Future[IndexReport]":
        """Choose a model and embed all photos with it; the old one answers until that is done.

        The future raises ModelError when the model cannot be used.

        Args:
            reference: Which model.
            way: Name of the way to run it; None for the one chosen before, or the usual one.

        Raises:
            ModelError: There is no such way, or not on this computer.
        """
        chosen = way_here(way) if way else None

        def switch() -> IndexReport:
            self._switch.open(reference, way=chosen)
            return self._work.refresh_all()

        self._work.stop()
        return self._work.queue(switch)

    def bring_in(self, source: Path, architecture: str = "") -> "Future[ModelChoice]":
        """Copy a model's folder or file into the library.

        The future raises ModelError when it is not a usable one, and DiskFullError without room.

        Args:
            source: Where it is.
            architecture: What open_clip calls that of weights that come alone; empty to tell it by them.
        """
        return self._importer.bring_in(source, architecture)

    def write_out(self, reference: str | None, target: Path) -> "Future[ModelChoice]":
        """Write a model as ordinary ONNX files for other programs.

        The future raises ModelError when there is no such model or it cannot be written, and DiskFullError without room.

        Args:
            reference: Names it; None for the one in use, or the best that is here.
            target: A folder that is not there yet, or empty.
        """
        chosen = self.in_use() or self._shelf.best()
        return self._importer.write_out(reference or (chosen.key if chosen else BUILT_IN), target)

    def look_up(self, reference: str) -> "Future[ModelOffer]":
        """Ask the hub what a repository offers: files, sums, licence; nothing of the model is fetched.

        The future raises ModelError where there is no model that can be used, DownloadError where nobody answers.

        Args:
            reference: `hf:owner/name`, with `@revision` or without, or a name and a tag of open_clip with a colon between.
        """
        return self._fetcher.look_up(reference)

    def fetch(self, wanted: str | ModelOffer) -> None:
        """Begin to download a model, or go on with it; it is used as soon as it is complete.

        Args:
            wanted: A key of the catalogue, or what `look_up` gave, whose licence the person has accepted.
        """
        self._fetcher.fetch(wanted)

    def is_fetching(self) -> bool:
        """Return whether a model is being downloaded."""
        return self._fetcher.is_running

    def cancel_fetch(self) -> None:
        """Stop the download; what has arrived is kept."""
        self._fetcher.cancel()

    def connections(self) -> tuple[Connection, ...]:
        """Return every connection that the library opened or refused to open, the newest last; reads 1 MB at most."""
        return self._connections.all()

    def look_for_release(self, known: Release | None) -> Release:
        """Ask which Vislumbre is the newest; see `new_version.look_for_release`. Any thread that may wait.

        Raises:
            DownloadError: The network may not be used, nobody answers, or the answer makes no sense.
        """
        # Late, for it brings the network's modules along.
        from desktop_app.library.models.net.new_version import look_for_release

        return look_for_release(self._connections, known, network=self._network())

    def close(self) -> None:
        """Stop download and import, and wait for their threads."""
        self._bencher.close()
        self._fetcher.close()
        self._importer.close()

    def _use_fetched(self, choice: ModelChoice) -> None:
        self.use(choice.key).add_done_callback(self._say_failed)

    def _say_failed(self, work: "Future[IndexReport]") -> None:
        """Tell the listeners of work that nobody waits for."""
        error = None if work.cancelled() else work.exception()
        if isinstance(error, ModelError):
            self._tell(ModelUnavailable(error))
        elif isinstance(error, LibraryError):
            self._tell(Trouble(error))
