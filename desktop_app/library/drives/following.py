"""Follows chosen folders whose drives were connected elsewhere, and forgets folders on request."""

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from desktop_app.library.catalog import Catalog
from desktop_app.library.drives.presence import LONG_S, Moved, Presence, outermost
from desktop_app.library.errors import FolderUnknownError, LibraryError
from desktop_app.library.events import FolderMoved, FoldersChanged, Listener
from desktop_app.library.folders.comparing import FoundPhoto

logger = logging.getLogger(__name__)

# As often as the watcher looks for folders that are back at their old place.
_LOOK_S = 5.0


class DriveFollower:
    """Follows chosen folders to where their drives are connected, and forgets them when a person says so.

    Belongs to the writer thread.
    """

    def __init__(
        self,
        catalog: Catalog,
        presence: Presence,
        tell: Listener,
        watch_chosen: Callable[[], None],
        tell_changes: Callable[[], None],
    ) -> None:
        """Find out which folders are there; a drive that does not answer holds it for 2 seconds.

        Args:
            catalog: Knows the chosen folders.
            presence: Tells where folders are.
            tell: Hears of folders that moved or went.
            watch_chosen: Called when a chosen folder moved or went.
            tell_changes: Tells which photos changed.
        """
        self._catalog = catalog
        self._presence = presence
        self._tell = tell
        self._watch_chosen = watch_chosen
        self._tell_changes = tell_changes
        self._next_look_s = 0.0
        self._look_first()

    def followed(self, folders: Sequence[Path]) -> list[Path]:
        """Look for the drives of some folders, and return what to refresh: all chosen folders where one has moved.

        Those that are missing come last, for they may be found in the others.
        """
        if self._told(self._presence.look(LONG_S, folders)):
            folders = self._catalog.folders.paths()
        missing = {
            chosen.path for chosen in self._catalog.drives.chosen() if chosen.offline_since is not None
        }
        return sorted(outermost(folders), key=lambda folder: folder in missing)

    def found_among(self, photos: Sequence[FoundPhoto]) -> set[Path]:
        """Follow chosen folders whose photos are among new ones, see `Presence.moved_among`; return where they were."""
        moves = self._presence.moved_among(photos)
        self._told(moves)
        return {move.old for move in moves}

    def came_back(self) -> bool:
        """Return whether something has to be listed, for its drive came or went; asks the system every 5 seconds.

        What some look has found to be back is told at once, unless it was listed then.
        """
        if self._presence.returned.take():
            return True
        now = time.monotonic()
        if now < self._next_look_s:
            return False
        self._next_look_s = now + _LOOK_S
        return self._presence.has_news()

    def locate(self, folder: Path, place: Path) -> None:
        """Go on with a chosen folder at another place, where a person says it is.

        Raises:
            LibraryError: Too few of its photos are there; nothing was changed.
        """
        self._told([self._presence.locate(folder, place)])

    def forget(self, folder: Path, *, at_once: bool = False) -> int:
        """Take a chosen folder out of the library, there or not, and return how many photos went with it.

        Args:
            folder: Which.
            at_once: What is known of its photos is due to be forgotten now, not in some weeks.

        Raises:
            FolderUnknownError: It is not chosen.
        """
        chosen = self._catalog.folders.paths()
        if folder not in chosen:
            raise FolderUnknownError(folder, chosen)
        self._presence.look(about=[folder])
        went = self._catalog.folders.forget(folder, at_once=at_once)
        self._watch_chosen()
        self._tell(FoldersChanged())
        self._tell_changes()
        return went

    def _look_first(self) -> None:
        try:
            self._presence.look()
        except LibraryError as error:
            # Such as a full disk: what is remembered of drives is out of date, and all the rest works.
            logger.warning("what is remembered of drives cannot be written: %s", error)

    def _told(self, moves: Sequence[Moved]) -> bool:
        if moves:
            self._watch_chosen()
            for move in moves:
                self._tell(FolderMoved(move.old, move.new, move.drive))
            self._tell(FoldersChanged())
        return bool(moves)
