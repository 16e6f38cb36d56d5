"""Which models there are, where their files lie, and how one gets there: fetched, or from files a person has."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app import own_files
from desktop_app.library.connections import NO_LOG, ConnectionLog
from desktop_app.library.errors import ModelError, ModelMissingError
from desktop_app.library.events import DownloadProgress
from desktop_app.library.models.architectures import Architectures
from desktop_app.library.models.files import (
    CONFIG_NAME,
    TOKENIZER_NAME,
    WEIGHTS_NAME,
    asks_for_tokenizer,
    check_model,
)
from desktop_app.library.models.from_files.importing import KnownWeights, import_model
from desktop_app.library.models.from_files.names import titles_of
from desktop_app.library.models.from_hub.source_note import read_note
from desktop_app.library.models.manifest import Entry, Figure, read_manifest
from desktop_app.library.models.runtime.graphs import Graphs
from desktop_app.library.models.unknown import no_model, none_to_fetch
from desktop_app.printable import size_of

if TYPE_CHECKING:
    from desktop_app.library.models.from_hub.offers import Offers

_log = logging.getLogger(__name__)

BUILT_IN = "built-in"
RECOMMENDED = "ViT-B-32-256/datacomp_s34b_b86k"
_HUB = "hf-hub:"
_OWN = "own"


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model a person can choose.

    Attributes:
        key: What `find` takes: a name of ours, or the path of its folder.
        title: For a person.
        sentence: What it is good for.
        licence: SPDX name; empty when not known.
        size_bytes: Of its weights.
        folder: Where its files are or will be; None when it cannot be had.
        ready: Whether they are there.
        built_in: Whether it ships inside the application.
        recommended: Whether it is the one to fetch.
        file_names: What its folder must hold; for one of the catalogue, without the configuration, which is known.
        languages: The ISO 639-1 codes of all languages it reads; empty when not known.
        tier: "built-in", "fast", "balanced", "best", "languages" (many), or "own".
        dimension: Length of its vectors; None when not known.
        figures: How good it is, as others measured and published it.
        page: Address of its page, for a person; empty when there is none.
        can_fetch: Whether it can be downloaded; if not, and it is not here, a person brings its files.
        open_clip_name: Its name and its weights' tag in open_clip, with a slash between; empty when not known.
    """

    key: str
    title: str
    sentence: str
    licence: str
    size_bytes: int
    folder: Path | None
    ready: bool
    built_in: bool = False
    recommended: bool = False
    file_names: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    tier: str = _OWN
    dimension: int | None = None
    figures: tuple[Figure, ...] = ()
    page: str = ""
    can_fetch: bool = False
    open_clip_name: str = ""


class ModelShelf:
    """All models of this library: the one inside the application, those to fetch, those brought along.

    Only `import_`, `export` and `fetch` write here. Any thread, one at a time for these three.

    Attributes:
        problems: What is wrong with the application's list of models, in sentences; nothing, usually.
    """

    def __init__(self, models: Path, resources: Path, connections: ConnectionLog = NO_LOG) -> None:
        """Name the folders.

        Args:
            models: Where fetched and imported models go; made when needed.
            resources: The application's `models` folder, with `models.json` and the built-in model.
            connections: Every connection is noted there.
        """
        self._connections = connections
        self._models = models
        self._resources = resources
        self._entries, self.problems = read_manifest(resources / "models.json")
        for problem in self.problems:
            _log.warning("%s", problem)

    @property
    def graphs(self) -> Graphs:
        """The graphs of architectures that models here are run by."""
        return Graphs(self._resources, self._models)

    @property
    def offers(self) -> "Offers":
        """The models of repositories."""
        # Late, with what speaks HTTPS.
        from desktop_app.library.models.from_hub.offers import Offers

        def take_over(source: Path, *, name: str, is_wanted: Callable[[], bool]) -> Path:
            folder = self.import_(source, name=name, is_wanted=is_wanted).folder
            assert folder is not None
            return folder

        return Offers(self._models, self._resources, take_over, self._connections)

    def export(self, folder: Path) -> Path:
        """Make the graphs of the model in a folder, in a process that ends before this returns, and return theirs.

        Raises:
            ModelError: They cannot be made; the hint says what is missing.
            DiskFullError: Too little room.
        """
        from desktop_app.library.models.export.exporting import export_graphs

        return export_graphs(folder, self._models)

    def choices(self) -> list[ModelChoice]:
        """Return every model, the built-in one first, then those of the manifest, then imported ones."""
        known = [
            choice for entry in self._entries if (choice := self._choice(entry)).ready or entry.for_everyone
        ]
        taken = {choice.folder for choice in known}
        is_ours = own_files.is_folder(self._models, below=self._models.parent)
        folders = sorted(self._models.iterdir()) if is_ours else []
        own = [
            folder
            for folder in folders
            if folder not in taken and not folder.name.startswith(".") and self._is_complete(folder)
        ]
        return known + list(map(_choice_of_folder, own, titles_of(own, (one.title for one in known))))

    def find(self, reference: str) -> ModelChoice:
        """Return a model that is ready to be loaded.

        Args:
            reference: A key, `hf-hub:owner/name` of one that was fetched, a folder, its weights file, or an own one's title.

        Raises:
            ModelMissingError: There is no such model here; the hint says how to get it.
            ModelError: The path is of a file that is not opened.
        """
        entry = self._entry(reference)
        if entry is not None:
            choice = self._choice(entry)
            if not choice.ready:
                raise ModelMissingError(f"{choice.title} is not on this computer.", _how_to_get(entry))
            return choice
        if reference.startswith(_HUB):
            raise ModelMissingError(
                f"The model {reference} is not on this computer.",
                "Download its open_clip_config.json and open_clip_model.safetensors and import their folder.",
            )
        return self._at(reference, Path(reference).expanduser().absolute())

    def best(self) -> ModelChoice | None:
        """Return the recommended model if it is here, else the built-in one, else None."""
        ready = [choice for choice in map(self._choice, self._entries) if choice.ready]
        return next((choice for choice in ready if choice.recommended), ready[0] if ready else None)

    def import_(
        self,
        source: Path,
        *,
        architecture: str = "",
        name: str = "",
        is_wanted: Callable[[], bool] = lambda: True,
    ) -> ModelChoice:
        """Copy a model that the person has into the library and check it, without loading it.

        Args:
            source: A folder with a model's files, a .zip of one, or the .safetensors file beside its others. One copied
                out of another library is such a folder. Weights of the catalogue, known by their SHA-256, may come
                without their configuration, and so may those of an architecture that is known.
            architecture: What open_clip calls that of the weights; empty to tell it by the configuration beside them,
                or by the weights themselves.
            name: What it is called; empty to call it as its source is called.
            is_wanted: Asked again and again; at the first no, nothing is left of it.

        Raises:
            ModelError: It is not a model, is damaged, is a pickle, or needs a hub.
            DiskFullError: Too little room.
            LibraryError: It is no longer wanted.
        """
        known = [_known(entry) for entry in self._entries if entry.config]
        folder = import_model(
            source.expanduser().absolute(),
            self._models,
            known,
            Architectures(self._resources, self.graphs),
            architecture=architecture,
            name=name,
            is_wanted=is_wanted,
        )
        return next(choice for choice in self.choices() if choice.folder == folder)

    def write_out(
        self, reference: str, target: Path, *, is_wanted: Callable[[], bool] = lambda: True
    ) -> ModelChoice:
        """Write a model as ordinary ONNX files into a folder of the person's, for other programs.

        Args:
            reference: As for `find`.
            target: Not there yet, or empty.
            is_wanted: Asked again and again; at the first no, nothing is left of it.

        Raises:
            ModelError: There is no such model, it cannot be exported, or the folder cannot be written.
            DiskFullError: Too little room.
            LibraryError: It is no longer wanted.
        """
        from desktop_app.library.models.export.complete import export_complete
        from desktop_app.library.models.export.exporting import export_graphs

        choice = self.find(reference)
        assert choice.folder is not None
        graphs = self.graphs.of_model(choice.folder, check_model(choice.folder))
        export_complete(
            choice.folder,
            graphs or export_graphs(choice.folder, self._models, is_wanted=is_wanted),
            target.expanduser().absolute(),
            title=choice.title,
            licence=choice.licence,
            is_wanted=is_wanted,
        )
        return choice

    def fetch(
        self,
        reference: str,
        *,
        progress: Callable[[DownloadProgress], None],
        cancelled: Callable[[], bool],
        network: bool = True,
    ) -> ModelChoice:
        """Download a model of the manifest and check it, without loading it; returns at once if it is here.

        Args:
            reference: A key or `hf-hub:owner/name`.
            progress: Called on this thread, a few times a second.
            cancelled: Asked between chunks.
            network: False: raise in place of opening a connection.

        Raises:
            ModelMissingError: There is no such model to fetch.
            DownloadError: It did not arrive; what did is kept for the next time.
            DownloadCancelledError: `cancelled` returned True.
            DiskFullError: Too little room.
            ModelDamagedError: What arrived is no model, and was deleted.
        """
        entry = self._entry(reference)
        if entry is None:
            raise none_to_fetch(reference, [entry.key for entry in self._entries if entry.can_fetch])
        if not self._choice(entry).ready:
            if not entry.can_fetch:
                raise ModelMissingError(f"{entry.title} is not on this computer.", _how_to_get(entry))
            # Late, with what speaks HTTPS: seldom is anything fetched.
            from desktop_app.library.models.from_hub.fetching import fetch_model

            fetch_model(
                entry,
                self._folder(entry),
                progress=progress,
                cancelled=cancelled,
                network=network,
                connections=self._connections,
            )
        return self._choice(entry)

    def _is_complete(self, folder: Path, names: Sequence[str] = (WEIGHTS_NAME,)) -> bool:
        """Tell whether a model's files are there; those in the library's own folder must be files of ours.

        Args:
            folder: The model's.
            names: What it must hold beside its configuration, and beside the tokenizer where that asks for one.
        """

        def is_there(name: str) -> bool:
            if folder.parent != self._models:
                return (folder / name).is_file()
            return own_files.is_there(folder / name, below=self._models.parent)

        return all(map(is_there, (CONFIG_NAME, *names))) and (
            is_there(TOKENIZER_NAME) or not asks_for_tokenizer(folder / CONFIG_NAME)
        )

    def _entry(self, reference: str) -> Entry | None:
        hub_name = reference.removeprefix(_HUB) if reference.startswith(_HUB) else None
        return next(
            (
                entry
                for entry in self._entries
                if reference == entry.key or (hub_name == entry.repository != "")
            ),
            None,
        )

    @property
    def _damage(self) -> str:
        return f" {self.problems[0]} Install Vislumbre again." if self.problems else ""

    def _folder(self, entry: Entry) -> Path:
        if entry.folder:
            return self._resources / entry.folder
        return self._models / folder_name(entry.key)

    def _choice(self, entry: Entry) -> ModelChoice:
        folder = self._folder(entry)
        return ModelChoice(
            key=entry.key,
            title=entry.title,
            sentence=entry.sentence,
            licence=entry.licence,
            size_bytes=entry.size_bytes,
            folder=folder,
            ready=self._is_complete(folder, [file.name for file in entry.files]),
            built_in=entry.key == BUILT_IN,
            recommended=entry.recommended,
            file_names=tuple(file.name for file in entry.files),
            languages=entry.languages,
            tier=entry.tier,
            dimension=entry.dimension,
            figures=entry.figures,
            page=entry.page,
            can_fetch=entry.can_fetch,
            open_clip_name=entry.name_in_open_clip,
        )

    def _at(self, reference: str, path: Path) -> ModelChoice:
        folder = path.parent if path.is_file() else path
        if path.is_file() and path.name != WEIGHTS_NAME:
            raise ModelError(
                f"{path} is not a model's folder, nor an {WEIGHTS_NAME}.",
                "Import the file; it is then checked and kept.",
            )
        choices = self.choices()
        if self._is_complete(folder):
            return next((one for one in choices if one.folder == folder), None) or _choice_of_folder(folder)
        named = next((one for one in choices if one.tier == _OWN and one.title == reference), None)
        if named is None:
            raise no_model(reference, path, [entry.key for entry in self._entries], self._damage)
        return named


def folder_name(key: str) -> str:
    """Return the folder's name of a model of the manifest."""
    return key.replace("/", "--")


def _choice_of_folder(folder: Path, title: str = "") -> ModelChoice:
    origin = read_note(folder)
    return ModelChoice(
        key=str(folder),
        title=title or (origin.title if origin else folder.name),
        sentence=origin.sentence if origin else "A model that you brought.",
        licence=origin.licence if origin else "",
        size_bytes=(folder / WEIGHTS_NAME).stat().st_size,
        folder=folder,
        ready=True,
        page=origin.page if origin else "",
    )


def _how_to_get(entry: Entry) -> str:
    if entry.folder:
        return "Install Vislumbre again, or choose another model."
    if not entry.can_fetch:
        names = " and ".join(file.name for file in entry.files)
        return f"Vislumbre cannot download it by itself: get its {names} from {entry.page} and import their folder."
    return f"Download it in the settings or with `model fetch {entry.key}` ({size_of(entry.size_bytes)}), or import it."


def _known(entry: Entry) -> KnownWeights:
    sums = {file.name: file.sha256 for file in entry.files}
    return KnownWeights(
        folder_name=folder_name(entry.key),
        sha256=sums.pop(WEIGHTS_NAME) or None,
        others=sums,
        config=entry.config,
        tensors=entry.tensors,
        shapes=entry.shapes,
    )
