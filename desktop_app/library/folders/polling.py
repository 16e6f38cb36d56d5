"""Notices changes by listing a folder again and again, for drives that tell the system nothing."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from desktop_app.library.errors import FolderMissingError
from desktop_app.library.folders.listed_folder import ListedFolder
from desktop_app.library.folders.listing import Beat, list_folders
from desktop_app.library.folders.patient_listing import Listed, PatientListing, SilentDriveError

log = logging.getLogger(__name__)

# A listing may take a tenth of the time at most, so that a slow drive is not kept busy by being watched.
_PAUSE_PER_LISTING = 9

_JOIN_S = 10.0

_Fingerprint = tuple[Path, int]


class PollingListener:
    """Lists a folder again and again and tells of each folder in it whose photos differ.

    watchdog's own poller is not used: it follows links in circles, keeps every file's state in memory, does not
    leave a slow drive any rest, and lists it for the first time on the thread of its caller.

    Attributes:
        ready: Set after the first listing, with which later ones are compared.
    """

    def __init__(
        self,
        root: Path,
        heard: Callable[[Path], None],
        *,
        pause_s: float,
        excluded: Collection[Path] = (),
        chosen: Collection[Path] = (),
    ) -> None:
        self.ready = threading.Event()
        self._root = root
        self._heard = heard
        self._pause_s = pause_s
        self._excluded = excluded
        self._chosen = chosen
        self._known: dict[Path, int] = {}
        self._listing: PatientListing[_Fingerprint] = PatientListing()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="folder-poller", daemon=True)
        self._thread.start()

    def is_sound(self) -> bool:
        """Tell whether its thread runs."""
        return self._thread.is_alive()

    def close(self) -> None:
        """Stop and join the thread; a thread that hangs in a dead network drive is left behind with a warning."""
        self._closing.set()
        self._thread.join(_JOIN_S)
        if self._thread.is_alive():
            log.warning("looking through %r does not end; the drive does not answer", self._root)

    def _run(self) -> None:
        while not self._closing.is_set():
            began = time.monotonic()
            try:
                self._look()
            except (FolderMissingError, SilentDriveError) as error:
                log.debug("not looked through now: %s", error)
            took_s = time.monotonic() - began
            self._closing.wait(max(self._pause_s, _PAUSE_PER_LISTING * took_s))

    def _look(self) -> None:
        """List once and tell of each folder whose photos differ from the listing before."""
        seen = self._list()
        if self._closing.is_set():
            return
        known, self._known = self._known, seen
        if self.ready.is_set():
            for folder in known.keys() | seen.keys():
                if known.get(folder) != seen.get(folder):
                    self._heard(folder)
        self.ready.set()

    def _list(self) -> dict[Path, int]:
        """Return a fingerprint of each folder that holds photos; of those not readable now, the one known before."""
        listed = self._listing.list(self._root, self._begin, (), lambda _count: not self._closing.is_set())
        seen = dict(listed.found)
        for trouble in listed.unreadable:
            for folder, fingerprint in self._known.items():
                if folder.is_relative_to(trouble.path):
                    seen.setdefault(folder, fingerprint)
        return seen

    def _begin(
        self, into: Listed[_Fingerprint], absent: frozenset[Path], beat: Beat
    ) -> Iterator[tuple[int, list[_Fingerprint]]]:
        for folder in list_folders(
            self._root,
            report=into.unreadable.append,
            excluded=self._excluded,
            chosen=self._chosen,
            absent=absent,
            beat=beat,
        ):
            yield len(folder.rows), [(folder.path, _fingerprint(folder))] if folder.rows else []


def _fingerprint(folder: ListedFolder) -> int:
    """Return one of all but the numbers of entries, which on some network drives are others whenever somebody asks."""
    return hash(frozenset((name, *row[:4]) for name, row in folder.rows.items()))
