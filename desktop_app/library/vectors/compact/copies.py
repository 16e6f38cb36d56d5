"""The compact copies of a library, one for each model that is asked; what answers questions about vectors first."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

import numpy as np
from numpy.typing import NDArray

from desktop_app import own_files
from desktop_app.library.catalog import Catalog, OutboxRow
from desktop_app.library.vectors.compact.copy import CompactCopy
from desktop_app.library.vectors.compact.files import CopyFiles, head_if_sound
from desktop_app.library.vectors.compact.room import Limits
from desktop_app.library.vectors.compact.sessions import begin_session
from desktop_app.library.vectors.found import Found

logger = logging.getLogger(__name__)

FOLDER_NAME = "compact"
"""The folder of all copies, in the library's."""


@dataclass(frozen=True, slots=True)
class CopyExtent:
    """What there is of copies on disk.

    Attributes:
        vectors: How many they are of.
        size_bytes: What they take.
    """

    vectors: int = 0
    size_bytes: int = 0


class VectorCopies:
    """Opens, makes and follows the compact copies of one library. Any thread.

    Only the copy of the model that was asked last is open to be searched; those of others follow their changes.
    """

    def __init__(
        self,
        catalog: Catalog,
        data: Path | None = None,
        limits: Limits | None = None,
    ) -> None:
        """Make it; nothing is opened yet.

        Args:
            catalog: The truth.
            data: The library's folder; None to keep all in memory.
            limits: What may be kept where; None for the usual.
        """
        self._catalog = catalog
        self._data = data
        self._limits = limits or Limits()
        self._lock = threading.Lock()
        self._copies: dict[str, CompactCopy] = {}
        self._asked: str | None = None

    @classmethod
    def of_library(cls, catalog: Catalog, data: Path) -> "VectorCopies":
        """Return those of a library that was just opened, before anything is written to it: see `begin_session`."""
        return cls(catalog, data if begin_session(catalog) else None)

    @property
    def is_whole(self) -> bool:
        """Whether all vectors of the model that was asked last are here."""
        asked = self._asked
        return asked is not None and self._of(asked).is_whole

    def is_too_much(self, model_id: str) -> bool:
        """Return whether there was no room for a model's copy, on disk or in memory, when it was last wanted."""
        return self._of(model_id).is_too_much

    def load(self, model_id: str, most_steps: int | None = None) -> bool:
        """Open or make a model's copy now, if there is room for it, and return whether all vectors are here.

        Args:
            model_id: Whose vectors.
            most_steps: Do no more of it than so many steps of `load_more`; None for all.

        Raises:
            CatalogError: The catalogue cannot be read.
        """
        return self._to_be_asked(model_id).load(most_steps)

    def load_more(self, model_id: str) -> bool:
        """Do the next step of opening, making, following and checking it, and return whether more are to come.

        A step takes less than a tenth of a second, but for the last after opening, which reads the numbers of all photos.

        Raises:
            CatalogError: The catalogue cannot be read.
        """
        return self._to_be_asked(model_id).load_more()

    def has_all(self, model_id: str) -> bool:
        """Return whether all vectors of a model are here; brings them up to date.

        Raises:
            CatalogError: The catalogue cannot be read.
        """
        return model_id == self._asked and self._of(model_id).has_all()

    def nearest(
        self,
        model_id: str,
        vector: NDArray[np.float32],
        limit: int,
        content_ids: NDArray[np.int64] | None = None,
    ) -> Found | None:
        """Return the contents nearest to a vector and their exact cosines, best first; None unless `has_all` says yes.

        Args:
            model_id: Whose vectors.
            vector: ``(dimension,)`` float32 of length 1.
            limit: At most so many.
            content_ids: Among these, each once; those without a vector are left out. None for all.

        Raises:
            CatalogError: The catalogue cannot be read.
        """
        return self._of(model_id).nearest(vector, limit, content_ids) if model_id == self._asked else None

    def hear(self, model_id: str, changes: Sequence[OutboxRow]) -> None:
        """Take changes of a model's vectors, in their order and at least one, before they leave the outbox."""
        self._of(model_id).hear(changes)

    def extent(self, model_id: str | None = None) -> CopyExtent:
        """Return what there is on disk of this catalogue's copies; of one model, where one is named. Opens nothing."""
        vectors = size_bytes = 0
        for folder in self._folders():
            files = self._files_in(folder)
            head = head_if_sound(files)
            if model_id is None or (head is not None and head.model_id == model_id):
                vectors += head.count if head is not None else 0
                size_bytes += files.size_bytes()
        return CopyExtent(vectors, size_bytes)

    def drop(self, model_id: str) -> None:
        """Remove the copy of a model.

        Raises:
            OSError: Not all of it can be removed.
        """
        self._of(model_id).drop()

    def drop_all(self) -> None:
        """Remove every copy, those of other catalogues too; they are made again when they are next wanted.

        Raises:
            OSError: Not all of it can be removed.
        """
        for copy in self._known():
            copy.drop()
        if self._data is not None:
            drop_copies(self._data)

    def close(self) -> None:
        """Bring the copies to disk and give everything up."""
        for copy in self._known():
            copy.close()

    def _to_be_asked(self, model_id: str) -> CompactCopy:
        if self._asked != model_id:
            for copy in self._known():
                if copy.model_id != model_id:
                    copy.close()
            self._asked = model_id
        return self._of(model_id)

    def _known(self) -> list[CompactCopy]:
        with self._lock:
            return list(self._copies.values())

    def _of(self, model_id: str) -> CompactCopy:
        with self._lock:
            if model_id not in self._copies:
                files = self._files_of(model_id)
                self._copies[model_id] = CompactCopy(self._catalog, model_id, files, self._limits)
            return self._copies[model_id]

    def _files_of(self, model_id: str) -> CopyFiles | None:
        """Return where a model's copy is kept; nowhere for a model that has a path for a name.

        What models there are says the catalogue, and it may come from somebody else.
        """
        name = f"{str(self._catalog.notes.get('catalog id'))[:8]}-{model_id}"
        if self._data is None or PurePath(name).name != name:
            return None
        return self._files_in(self._data / FOLDER_NAME / name)

    def _files_in(self, folder: Path) -> CopyFiles:
        assert self._data is not None
        return CopyFiles(folder, self._data)

    def _folders(self) -> list[Path]:
        if self._data is None:
            return []
        try:
            return sorted(path for path in (self._data / FOLDER_NAME).iterdir() if not path.is_symlink())
        except OSError as error:
            logger.debug("there are no compact copies: %s", error)
            return []


def drop_copies(data: Path) -> None:
    """Remove every copy in a library's folder; what is in them may come from somebody else.

    Raises:
        OSError: Not all of it can be removed.
    """
    own_files.remove(data / FOLDER_NAME)
