"""Watches the chosen folders for changes, while that is wanted."""

from collections.abc import Callable, Sequence
from pathlib import Path

from desktop_app.library.catalog import Catalog
from desktop_app.library.folders.watcher import FolderWatcher

_LISTEN_S = 10.0


class Watching:
    """Watches the chosen folders between `start` and `stop`. Any thread, but for `watch_chosen`: the writer's."""

    def __init__(self, catalog: Catalog, own_folders: Sequence[Path]) -> None:
        """Make it; nothing is watched yet.

        Args:
            catalog: Knows the chosen folders.
            own_folders: The library's own, whose changes do not count.
        """
        self._catalog = catalog
        self._own_folders = own_folders
        self._watcher: FolderWatcher | None = None

    @property
    def is_on(self) -> bool:
        """Whether changes are followed."""
        return self._watcher is not None

    def start(self, changed: Callable[[frozenset[Path], frozenset[Path]], None]) -> None:
        """Follow changes from now on; `watch_chosen` says of which folders.

        Args:
            changed: Called with folders in which something happened, and with files in them that were named, on the
                watcher's thread; see `FolderWatcher`.
        """
        if self._watcher is None:
            self._watcher = FolderWatcher(changed, excluded=self._own_folders)

    def stop(self) -> None:
        """Follow changes no longer; returns when the watcher's threads have ended."""
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.close()

    def watch_chosen(self) -> None:
        """Follow the chosen folders as they are now; a refresh begun after this misses nothing."""
        watcher = self._watcher
        if watcher is not None:
            watcher.watch(self._catalog.folders.paths())
            # What changes before the system listens would be noticed by nobody; the refresh that follows sees it.
            watcher.wait_until_watching(_LISTEN_S)
