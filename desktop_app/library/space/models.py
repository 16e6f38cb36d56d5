"""What models take: their own files, and the vectors that were made with them."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path, PurePath
from typing import Final

from desktop_app.library.catalog import Catalog
from desktop_app.library.catalog.orphans import VectorsKept
from desktop_app.library.errors import LibraryError
from desktop_app.library.models.facts import InUse, folder_name_of
from desktop_app.library.models.shelf import ModelShelf
from desktop_app.library.space.disk import OwnFolder, extent_of, own_folder_of
from desktop_app.library.space.uses import SpaceUse
from desktop_app.library.vectors.lite import guard
from desktop_app.library.vectors.sync import clean_note

logger = logging.getLogger(__name__)

_VECTORS: Final = "vectors:"
_EARLIER: Final = "vectors-of-earlier-catalogues"
_MODEL: Final = "model:"
_DOWNLOAD: Final = "download:"
_ARRIVING: Final = ".arriving"
_SET_ASIDE: Final = ".broken-"
# In one transaction: some 20 ms.
_VECTORS_AT_ONCE: Final = 2000
_NO_VECTORS: Final = VectorsKept(0, 0, 0)


class VectorsKind:
    """The vectors of each model: in the catalogue, in the vector database, and the calibration made of them."""

    def __init__(
        self,
        catalog: Catalog,
        in_use: Callable[[], InUse],
        name_of: Callable[[str], str | None],
        data: Path,
        vectors: Path,
        *,
        forget_copy: Callable[[str], None] = lambda _model_id: None,
    ) -> None:
        """Name where they are.

        Args:
            catalog: Has them.
            in_use: Says which models must stay.
            name_of: Says a model's name for people.
            data: The library's folder.
            vectors: Folder of the vector databases, one below it for each catalogue and model.
            forget_copy: Removes the compact copy of a model's vectors; raises OSError where it cannot.
        """
        self._catalog = catalog
        self._forget_copy = forget_copy
        self._in_use = in_use
        self._name_of = name_of
        self._calibrations = OwnFolder(data)
        self._vectors = own_folder_of(vectors, data)
        self._databases = vectors

    def uses(self) -> Sequence[SpaceUse]:
        """Measure them, model by model."""
        kept, staying = self._catalog.orphans.vectors(), self._in_use().model_ids
        mine, others = self._folders()
        found = []
        for model_id in sorted({*kept, *mine}, key=lambda one: (one not in staying, one)):
            vectors = kept.get(model_id, _NO_VECTORS)
            on_disk = extent_of([*_whole(mine.get(model_id)), *self._calibration(model_id)]).size_bytes
            size = vectors.live * vectors.row_bytes + on_disk
            found.append(
                self._use(model_id, vectors.live, size, is_known=bool(staying), stays=model_id in staying)
            )
        if others:
            found.append(_earlier(len(others), extent_of(others).size_bytes))
        return found

    def drop(self, use: SpaceUse, stopped: Callable[[], bool]) -> None:
        """Drop a model's vectors: first in the catalogue, which says what is true, then its database."""
        if use.key != _EARLIER:
            self._drop(use.key.removeprefix(_VECTORS), stopped)
            return
        for folder in self._folders()[1]:
            self._vectors.remove(folder)

    def _drop(self, model_id: str, stopped: Callable[[], bool]) -> None:
        folder = self._folders()[0].get(model_id)
        if folder is not None:
            self._vectors.refuse_links(folder)
            if guard.is_locked(folder / "vectors.db"):
                raise LibraryError(f"Another process uses the database {folder}.", "Close it and try again.")
        try:
            self._forget_copy(model_id)
        except OSError as error:
            raise LibraryError(f"{error.filename} cannot be removed: {error.strerror or error}.") from error
        # Should the model be used again before the end, what is missing on either side is found by comparing.
        self._catalog.notes.set(clean_note(model_id), None)
        while self._catalog.vectors.drop(model_id, _VECTORS_AT_ONCE) == _VECTORS_AT_ONCE:
            if stopped():
                return
        if folder is not None:
            self._vectors.remove(folder)
        for calibration in self._calibration(model_id):
            self._calibrations.remove(calibration)

    def _use(self, model_id: str, items: int, size: int, *, is_known: bool, stays: bool) -> SpaceUse:
        name = self._name_of(model_id)
        title = f"Vectors of “{name}”" if name else f"Vectors of another model ({model_id})"
        key = f"{_VECTORS}{model_id}"
        if stays:
            return SpaceUse(key, title, "Made with the model in use: photos are found by them.", items, size)
        if not is_known:
            return SpaceUse(
                key, title, "Which model is in use is not known before it was opened.", items, size
            )
        return SpaceUse(
            key,
            title,
            "Kept for the day you go back to this model, which is not in use.",
            items,
            size,
            "All photos must be embedded again when you go back to this model.",
        )

    def _calibration(self, model_id: str) -> list[Path]:
        """Return the file of a model's calibration; none for a model that has a path for a name.

        What models there are says the catalogue, and it may come from somebody else.
        """
        name = f"{model_id}.safetensors"
        return [self._calibrations.path / "calibrations" / name] if PurePath(name).name == name else []

    def _folders(self) -> tuple[dict[str, Path], list[Path]]:
        """Return the folders of databases of this catalogue by their models, and those of other catalogues."""
        prefix = folder_name_of("", str(self._catalog.notes.get("catalog id")))
        mine, others = {}, []
        for folder in _folders_in(self._databases):
            if folder.name.startswith(prefix):
                mine[folder.name.removeprefix(prefix)] = folder
            elif not folder.name.startswith("."):
                others.append(folder)
        return mine, others


class ModelsKind:
    """Models that were downloaded or brought in, and what a download left."""

    def __init__(
        self, shelf: ModelShelf, in_use: Callable[[], InUse], data: Path, is_fetching: Callable[[], bool]
    ) -> None:
        """Name where they are.

        Args:
            shelf: Knows them.
            in_use: Says which must stay.
            data: The library's folder.
            is_fetching: Whether one is arriving just now.
        """
        self._shelf = shelf
        self._in_use = in_use
        self._own = OwnFolder(data)
        self._folder = data / "models"
        self._is_fetching = is_fetching

    def uses(self) -> Sequence[SpaceUse]:
        """Measure them, one by one; the model inside the application is none of them."""
        staying = self._in_use().keys
        choices = {choice.folder: choice for choice in self._shelf.choices()}
        found = []
        for folder in _folders_in(self._folder):
            extent = extent_of([folder])
            if folder.name.endswith(_ARRIVING):
                found.append(self._download(folder, extent.items, extent.size_bytes))
            elif not folder.name.startswith("."):
                choice = choices.get(folder)
                stays = choice is not None and choice.key in staying
                title = f"Model “{choice.title if choice else folder.name}”"
                found.append(_model(folder.name, title, extent.items, extent.size_bytes, stays=stays))
        return found

    def drop(self, use: SpaceUse, stopped: Callable[[], bool]) -> None:
        """Remove a model's folder."""
        del stopped  # Moving one folder away has no steps.
        if use.key.startswith(_DOWNLOAD):
            self._own.remove(self._folder / f".{use.key.removeprefix(_DOWNLOAD)}{_ARRIVING}")
        else:
            self._own.remove(self._folder / use.key.removeprefix(_MODEL))

    def _download(self, folder: Path, items: int, size: int) -> SpaceUse:
        name = folder.name.removeprefix(".").removesuffix(_ARRIVING)
        running = self._is_fetching()
        return SpaceUse(
            f"{_DOWNLOAD}{name}",
            f"Part of the model “{name.replace('--', '/')}”",
            "It is being downloaded." if running else "What arrived of a download that was stopped.",
            items,
            size,
            "" if running else "The download begins anew when you want this model.",
        )


def _earlier(count: int, size: int) -> SpaceUse:
    return SpaceUse(
        _EARLIER,
        "Vectors of earlier catalogues",
        "They belong to catalogues that were replaced, and nothing uses them.",
        count,
        size,
        "Should you put an earlier catalogue back, they are made again from it.",
    )


def _model(name: str, title: str, items: int, size: int, *, stays: bool) -> SpaceUse:
    if stays:
        return SpaceUse(f"{_MODEL}{name}", title, "In use: photos are found with it.", items, size)
    cost = "It must be downloaded or brought in again before you can use it."
    return SpaceUse(f"{_MODEL}{name}", title, "On this computer, and not in use.", items, size, cost)


def _whole(folder: Path | None) -> list[Path]:
    """Return what is in a folder of vectors, without what was set aside there."""
    if folder is None:
        return []
    try:
        return [path for path in folder.iterdir() if _SET_ASIDE not in path.name]
    except OSError as error:
        logger.info("%s cannot be listed: %s", folder, error)
        return []


def _folders_in(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink())
    except OSError as error:
        logger.debug("%s cannot be listed: %s", folder, error)
        return []
