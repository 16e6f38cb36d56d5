"""What a person wants done with a chosen folder: take it out, forget its drive, say where it is."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

from desktop_app.library.catalog import Catalog
from desktop_app.library.concurrency.control import Control
from desktop_app.library.concurrency.writer import Writer
from desktop_app.library.drives.following import Drives
from desktop_app.library.events import Event, FoldersChanged
from desktop_app.library.folders.watcher import FolderWatcher
from desktop_app.library.photo import IndexReport


class FolderWishes(ABC):
    """Carried out by the writer, which stops what it is doing and goes on with it afterwards."""

    _catalog: Catalog
    _control: Control
    _drives: Drives
    _watcher: FolderWatcher | None
    _writer: Writer

    def remove_folder(self, folder: Path) -> "Future[IndexReport]":
        """Take a folder out of the library; its photos on disk are left as they are."""

        def remove() -> IndexReport:
            self._catalog.folders.remove(folder)
            self._watch_chosen()
            self._tell(FoldersChanged())
            return self._refresh(self._catalog.folders.paths())

        # What is being indexed may be just this folder; what was stopped goes on in the refresh.
        self._control.stop()
        return self._work(remove)

    def forget_folder(self, folder: Path) -> "Future[int]":
        """Take a folder out of the library, there or not; its photos on disk and what was read of them stay.

        Needs no model. The future brings how many photos went, or raises FolderUnknownError.
        """
        self._control.stop()
        went = self._writer.submit(lambda: self._drives.forget(folder))
        if self._watcher is not None:
            self._work(lambda: self._refresh(self._catalog.folders.paths()))
        return went

    def locate_folder(self, folder: Path, place: Path) -> "Future[IndexReport]":
        """Go on with a chosen folder at another place; the future raises LibraryError when its photos are not there."""

        def locate() -> IndexReport:
            self._drives.locate(folder, place)
            return self._refresh([place])

        return self._work(locate)

    @abstractmethod
    def _work(self, job: Callable[[], IndexReport]) -> "Future[IndexReport]":
        """Queue work for the writer, behind the opening of the models."""

    @abstractmethod
    def _refresh(self, folders: Sequence[Path]) -> IndexReport:
        """Make the library equal to some folders; on the writer's thread."""

    @abstractmethod
    def _tell(self, event: Event) -> None:
        """Tell the listeners."""

    @abstractmethod
    def _watch_chosen(self) -> None:
        """Follow what happens in the chosen folders, as they are now."""
