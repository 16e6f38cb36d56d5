"""Which models there are, where their files lie, and how one gets there: fetched, or from files a person has."""

import errno
import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from desktop_app import own_files
from desktop_app.library.errors import (
    DiskFullError,
    DownloadError,
    LibraryError,
    ModelError,
    ModelMissingError,
)
from desktop_app.library.events import DownloadProgress
from desktop_app.library.models.download import download
from desktop_app.library.models.files import (
    CONFIG_NAME,
    WEIGHTS_NAME,
    Config,
    check_model,
)
from desktop_app.library.models.importing import KnownWeights, import_model
from desktop_app.library.outside.addresses import has_credentials, is_web_address, shown_address

_log = logging.getLogger(__name__)

BUILT_IN = "built-in"
RECOMMENDED = "ViT-B-32-256/datacomp_s34b_b86k"
_HUB = "hf-hub:"
_HUB_ADDRESS = "https://huggingface.co"
# What other programs that fetch from this hub also read; a company's or a country's copy of it.
_MIRROR_VARIABLE = "HF_ENDPOINT"


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
        languages: The ISO 639-1 codes of all languages it reads; empty when not known.
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
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    """One model of the manifest `models.json`."""

    key: str
    title: str
    sentence: str
    licence: str
    size_bytes: int
    sha256: str | None = None
    folder: str = ""
    recommended: bool = False
    languages: tuple[str, ...] = ()
    repository: str = ""
    revision: str = ""
    addresses: tuple[str, ...] = ()
    config: Config = field(default_factory=dict)
    tensors: int = 0
    shapes: Config = field(default_factory=dict)


class ModelShelf:
    """All models of this library: the one inside the application, those to fetch, those brought along.

    Only `import_` and `fetch` write. Any thread, one at a time for these two.
    """

    def __init__(self, models: Path, resources: Path) -> None:
        """Name the folders.

        Args:
            models: Where fetched and imported models go; made when needed.
            resources: The application's `models` folder, with `models.json` and the built-in model.
        """
        self._models = models
        self._resources = resources
        self._entries = _read_manifest(resources / "models.json")

    def choices(self) -> list[ModelChoice]:
        """Return every model, the built-in one first, then those of the manifest, then imported ones."""
        known = [self._choice(entry) for entry in self._entries]
        taken = {choice.folder for choice in known}
        is_ours = own_files.is_folder(self._models, below=self._models.parent)
        folders = sorted(self._models.iterdir()) if is_ours else []
        return known + [
            _choice_of_folder(folder)
            for folder in folders
            if folder not in taken and not folder.name.startswith(".") and self._is_complete(folder)
        ]

    def find(self, reference: str) -> ModelChoice:
        """Return a model that is ready to be loaded.

        Args:
            reference: A key, `hf-hub:owner/name` of one that was fetched, a folder, or its weights file.

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
        return self._at(Path(reference).expanduser().absolute())

    def best(self) -> ModelChoice | None:
        """Return the recommended model if it is here, else the built-in one, else None."""
        ready = [choice for choice in map(self._choice, self._entries) if choice.ready]
        return next((choice for choice in ready if choice.recommended), ready[0] if ready else None)

    def import_(self, source: Path, *, is_wanted: Callable[[], bool] = lambda: True) -> ModelChoice:
        """Copy a model that the person has into the library and check it, without loading it.

        Args:
            source: A folder with the two files, a .zip of one, or the .safetensors file beside its configuration;
                the recommended model's weights may come alone.
            is_wanted: Asked again and again; at the first no, nothing is left of it.

        Raises:
            ModelError: It is not a model, is damaged, is a pickle, or needs a hub.
            DiskFullError: Too little room.
            LibraryError: It is no longer wanted.
        """
        known = [_known(entry) for entry in self._entries if entry.config]
        folder = import_model(source.expanduser().absolute(), self._models, known, is_wanted)
        return next(choice for choice in self.choices() if choice.folder == folder)

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
        if entry is None or not (entry.addresses or entry.folder):
            raise ModelMissingError(
                f"There is no model called {reference} to download.",
                f"Those to download: {', '.join(entry.key for entry in self._entries if entry.addresses)}.",
            )
        if not self._choice(entry).ready:
            if entry.folder:
                raise ModelMissingError(f"{entry.title} is not on this computer.", _how_to_get(entry))
            self._fetch(entry, progress=progress, cancelled=cancelled, network=network)
        return self._choice(entry)

    def _fetch(
        self,
        entry: _Entry,
        *,
        progress: Callable[[DownloadProgress], None],
        cancelled: Callable[[], bool],
        network: bool,
    ) -> None:
        """Fill a hidden folder first, so that a model's folder is either complete or not there."""
        folder = self._folder(entry)
        arriving = folder.with_name(f".{folder.name}.arriving")
        weights = arriving / WEIGHTS_NAME
        try:
            own_files.make_folder(arriving, below=self._models.parent)
            is_here = own_files.status_of(weights, below=self._models.parent) is not None
        except OSError as error:
            raise _not_written(entry, error) from error
        if not is_here:
            download(
                _with_mirror(entry.addresses),
                weights,
                size_bytes=entry.size_bytes or None,
                sha256=entry.sha256,
                progress=progress,
                cancelled=cancelled,
                name=entry.title,
                network=network,
            )
        try:
            self._place(entry, arriving, folder)
        except OSError as error:
            raise _not_written(entry, error) from error
        _log.info("fetched %s into %s", entry.key, folder)

    def _place(self, entry: _Entry, arriving: Path, folder: Path) -> None:
        """Give the weights their configuration, check both and put them where the model is looked for."""
        config = json.dumps(entry.config, indent=2).encode()
        own_files.write(arriving / CONFIG_NAME, config, below=self._models.parent)
        try:
            check_model(arriving)
        except ModelError:
            own_files.remove(arriving)
            raise
        own_files.remove(folder)
        arriving.replace(folder)

    def _is_complete(self, folder: Path) -> bool:
        """Tell whether a model's two files are there; those in the library's own folder must be files of ours."""
        if folder.parent != self._models:
            return (folder / CONFIG_NAME).is_file() and (folder / WEIGHTS_NAME).is_file()
        return all(
            own_files.is_there(folder / name, below=self._models.parent)
            for name in (CONFIG_NAME, WEIGHTS_NAME)
        )

    def _entry(self, reference: str) -> _Entry | None:
        hub_name = reference.removeprefix(_HUB) if reference.startswith(_HUB) else None
        return next(
            (
                entry
                for entry in self._entries
                if reference == entry.key or (hub_name == entry.repository != "")
            ),
            None,
        )

    def _folder(self, entry: _Entry) -> Path:
        if entry.folder:
            return self._resources / entry.folder
        return self._models / folder_name(entry.key)

    def _choice(self, entry: _Entry) -> ModelChoice:
        folder = self._folder(entry)
        return ModelChoice(
            key=entry.key,
            title=entry.title,
            sentence=entry.sentence,
            licence=entry.licence,
            size_bytes=entry.size_bytes,
            folder=folder,
            ready=self._is_complete(folder),
            built_in=entry.key == BUILT_IN,
            recommended=entry.recommended,
            languages=entry.languages,
        )

    def _at(self, path: Path) -> ModelChoice:
        folder = path.parent if path.is_file() else path
        if path.is_file() and path.name != WEIGHTS_NAME:
            raise ModelError(
                f"{path} is not a model's folder, nor an {WEIGHTS_NAME}.",
                "Import the file; it is then checked and kept.",
            )
        if not self._is_complete(folder):
            raise ModelMissingError(
                f"There is no model at {path}.",
                f"A model's folder holds {CONFIG_NAME} and {WEIGHTS_NAME}. "
                f"Known names: {', '.join(entry.key for entry in self._entries)}.",
            )
        known = next((choice for choice in self.choices() if choice.folder == folder), None)
        return known or _choice_of_folder(folder)


def folder_name(key: str) -> str:
    """Return the folder's name of a model of the manifest."""
    return key.replace("/", "--")


def _not_written(entry: _Entry, error: OSError) -> LibraryError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFullError(f"There is too little room for {entry.title}.", "Make room and try again.")
    return DownloadError(f"{entry.title} cannot be written: {error}.", "Look at this folder, then try again.")


def _choice_of_folder(folder: Path) -> ModelChoice:
    return ModelChoice(
        key=str(folder),
        title=folder.name,
        sentence=f"A model of your own, in {folder}.",
        licence="",
        size_bytes=(folder / WEIGHTS_NAME).stat().st_size,
        folder=folder,
        ready=True,
    )


def _how_to_get(entry: _Entry) -> str:
    if entry.folder:
        return "Install Vislumbre again, or choose another model."
    return f"Download it in the settings or with `model fetch {entry.key}` ({entry.size_bytes / 1e6:,.0f} MB), or import it."


def _with_mirror(addresses: tuple[str, ...]) -> list[str]:
    """Put a mirror of the hub that the environment names before the hub itself.

    Raises:
        DownloadError: What is named is no address, or has a name or a password in it. Nothing is asked in its place.
    """
    mirror = os.environ.get(_MIRROR_VARIABLE, "").strip().rstrip("/")
    if mirror and (has_credentials(mirror) or not is_web_address(mirror)):
        raise DownloadError(
            f"{_MIRROR_VARIABLE} is not an address that can be asked ({shown_address(mirror)}); nothing was downloaded.",
            "Write it like https://mirror.example.org, without a name or a password, or unset it.",
        )
    mirrored = [
        mirror + address.removeprefix(_HUB_ADDRESS)
        for address in addresses
        if mirror and mirror != _HUB_ADDRESS and address.startswith(_HUB_ADDRESS)
    ]
    return [*mirrored, *addresses]


def _known(entry: _Entry) -> KnownWeights:
    shapes = {name: tuple(sides) for name, sides in entry.shapes.items() if isinstance(sides, list)}
    return KnownWeights(folder_name(entry.key), entry.sha256, entry.config, entry.tensors, shapes)


def _read_manifest(path: Path) -> list[_Entry]:
    """Read `models.json`; without it there are only models that the person brings along."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        _log.warning("there is no %s: only imported models can be used", path)
        return []
    fields = set(_Entry.__slots__)
    entries = []
    for listed in content["models"]:
        values = {key: value for key, value in listed.items() if key in fields}
        lists = {key: tuple(listed.get(key, ())) for key in ("addresses", "languages")}
        entries.append(_Entry(**(values | lists)))
    return entries
