"""The part of `PhotoLibrary` with which a person says what is left out."""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

from desktop_app.library.catalog import Catalog
from desktop_app.library.errors import LibraryError
from desktop_app.library.folders.exclusions import Exclusions
from desktop_app.library.indexing.refresh import Refresher
from desktop_app.library.photo import IndexReport


class Excluding(ABC):
    """Exclusions: read at once, changed by the writer, which then looks through all chosen folders again.

    Photos that are left out go from the library; what was read of them is kept, so that they come back without being
    embedded again.
    """

    _catalog: Catalog
    _refresher: Refresher

    def exclusions(self) -> Exclusions:
        """Return what is left out of the chosen folders."""
        return self._refresher.leaving_out.exclusions()

    def leave_out(self, exclusions: Exclusions) -> "Future[IndexReport]":
        """Leave out just this from now on."""
        return self._change(lambda _: exclusions)

    def exclude(self, folder: Path) -> "Future[IndexReport]":
        """Leave out a folder and all below it.

        Raises:
            LibraryError: It is one of the chosen folders.
        """
        folder = _absolute(folder)
        if folder in self._catalog.folders.paths():
            raise LibraryError(
                f"{folder} is one of the folders you chose.",
                "Remove it from the search instead of leaving it out.",
            )
        return self._change(lambda now: now.with_folder(folder))

    def include(self, folder: Path) -> "Future[IndexReport]":
        """Let a folder that was left out count again; one that was not is no error."""
        folder = _absolute(folder)
        return self._change(lambda now: now.without_folder(folder))

    def _change(self, changed: Callable[[Exclusions], Exclusions]) -> "Future[IndexReport]":
        def change() -> IndexReport:
            self._refresher.leaving_out.change(changed(self._refresher.leaving_out.exclusions()))
            return self._refresh(self._catalog.folders.paths())

        return self._work(change)

    @abstractmethod
    def _work(self, job: Callable[[], IndexReport]) -> "Future[IndexReport]":
        """Queue work for the writer, behind the opening of the models."""

    @abstractmethod
    def _refresh(self, folders: Sequence[Path]) -> IndexReport:
        """Make the library equal to some folders; on the writer's thread."""


def _absolute(folder: Path) -> Path:
    return Path(os.path.abspath(folder.expanduser()))  # noqa: PTH100 - keeps links, unlike resolve
