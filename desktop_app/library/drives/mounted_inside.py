"""Drives mounted inside chosen folders: remembered, so that photos on a missing one are not taken for deleted."""

import logging
import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from desktop_app.library.catalog import Catalog, InnerDrive
from desktop_app.library.concurrency.deadlines import Deadlines
from desktop_app.library.drives.returned import Returned
from desktop_app.library.volumes.connected import Volumes
from desktop_app.library.volumes.volume import Volume

log = logging.getLogger(__name__)

# In idle moments: long enough for a share that answers, and nobody waits.
_GLANCE_S = 0.2


class MountedInside:
    """Remembers which drives were mounted inside chosen folders, and which of them are missing.

    Belongs to the writer thread.
    """

    def __init__(
        self,
        catalog: Catalog,
        volumes: Volumes,
        returned: Returned | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Remember in a catalogue.

        Args:
            catalog: What is known.
            volumes: The drives there are.
            returned: Told of the places of drives that are back, or away again.
            clock: Seconds since 1970.
        """
        self._catalog = catalog
        self._volumes = volumes
        self._returned = returned or Returned()
        self._clock = clock
        self._links: Deadlines[Path, str] = Deadlines()
        self._empty: Deadlines[Path, bool] = Deadlines()
        # Where each chosen folder really is, as of the last look; those that answered.
        self._real: Mapping[Path, str] = {}
        # Of the last news, what is connected and what was remembered as there; None while both are the same.
        self._told: tuple[set[Path], set[Path]] | None = None

    def missing(self, folder: Path, within_s: float) -> list[InnerDrive]:
        """Return the drives that were inside, at or around a folder and are not there.

        A place that has something in it is believed: the photos were copied there, or put somewhere else for good.

        Args:
            folder: A chosen folder or one below it.
            within_s: How long to wait for drives that do not answer.
        """
        away = [drive for drive in self.look(within_s) if drive.offline_since is not None]
        return [
            drive
            for drive in away
            if drive.place.is_relative_to(folder) or folder.is_relative_to(drive.place)
        ]

    def look(self, within_s: float) -> list[InnerDrive]:
        """Bring what is remembered up to date and return it.

        Args:
            within_s: How long to wait for drives that do not answer; a share that does not is missing.
        """
        folders = self._catalog.folders.paths()
        self._real = self._links.ask({folder: partial(_real, folder) for folder in folders}, within_s)
        before = {drive.place: drive for drive in self._catalog.drives.mounted_inside()}
        # What is in a folder that does not answer stays as it is; what is in none that is chosen is forgotten.
        mute = {place for place in before if _around(place, folders) and not _around(place, self._real)}
        known = {place: drive for place, drive in before.items() if _around(place, self._real)}
        mounted = self._mounted()
        empty = self._empty.ask(_questions(known, mounted), within_s)
        after = {place: before[place] for place in mute}
        for place in known | mounted:
            seen = self._judged(place, known.get(place), mounted.get(place), empty.get(place))
            if seen is not None:
                after[place] = seen
        if after != before:
            self._catalog.drives.set_mounted_inside(after.values())
            self._note_returned(before, after)
        return list(after.values())

    def has_news(self) -> bool:
        """Return whether a drive that is remembered came or went, and neither a look has seen that nor this has told it.

        For idle moments: touches no drive but a share that did not answer.
        """
        known = self._catalog.drives.mounted_inside()
        mounted = self._mounted() if known else {}
        here = {
            drive.place: mounted[drive.place]
            for drive in known
            if drive.place in mounted and mounted[drive.place].id == drive.volume
        }
        there = {drive.place for drive in known if drive.offline_since is None}
        mute = {place for place, volume in here.items() if volume.is_network and place not in there}
        answered = self._empty.ask({place: partial(_is_empty, place) for place in mute}, _GLANCE_S)
        connected = {place for place in here if place not in mute or place in answered}
        seen = None if connected == there else (connected, there)
        news = seen not in (self._told, None)
        self._told = seen
        return news

    def _note_returned(self, before: Mapping[Path, InnerDrive], after: Mapping[Path, InnerDrive]) -> None:
        """Note the places that were missing and are not, or the other way about; another drive in one is no longer missed."""
        for place, drive in before.items():
            was_there, now = drive.offline_since is None, after.get(place)
            is_there = now is None or now.offline_since is None
            if is_there != was_there:
                self._returned.note(place, is_there=is_there)

    def _judged(
        self, place: Path, known: InnerDrive | None, mounted: Volume | None, empty: bool | None
    ) -> InnerDrive | None:
        """Return what to remember of a place; None for nothing.

        Args:
            place: Where.
            known: What was remembered.
            mounted: What is there.
            empty: Whether nothing is in it; None when it did not answer, or was not asked.
        """
        here = None if mounted is None else InnerDrive(place, mounted.id, mounted.name)
        if here is not None and mounted is not None and (known is None or known.volume == here.volume):
            return self._away(here, known) if mounted.is_network and empty is None else here
        if known is not None and empty is not False:
            return self._away(known, known)
        return here

    def _away(self, drive: InnerDrive, known: InnerDrive | None) -> InnerDrive:
        since = None if known is None else known.offline_since
        if since is None:
            log.info("%r is not there (%s)", drive.place, drive.drive)
        return replace(drive, offline_since=int(self._clock()) if since is None else since)

    def _mounted(self) -> dict[Path, Volume]:
        """Return what is mounted inside chosen folders, by its place as their photos' paths have it."""
        return {
            folder / volume.mount_point.relative_to(real): volume
            for volume in self._volumes.mounted()
            for folder, real in self._real.items()
            # At a chosen folder it is that folder's own drive.
            if volume.mount_point.is_relative_to(real) and str(volume.mount_point) not in self._real.values()
        }


def _real(folder: Path) -> str:
    return os.path.realpath(folder)


def _around(place: Path, folders: Iterable[Path]) -> bool:
    return any(place.is_relative_to(folder) for folder in folders)


def _questions(
    known: Mapping[Path, InnerDrive], mounted: Mapping[Path, Volume]
) -> dict[Path, Callable[[], bool]]:
    """Return what is to be asked: whether shares answer, and places are empty whose drive is not there."""
    shares = (place for place, volume in mounted.items() if volume.is_network)
    left = (
        place for place, drive in known.items() if place not in mounted or mounted[place].id != drive.volume
    )
    return {place: partial(_is_empty, place) for place in (*shares, *left)}


def _is_empty(place: Path) -> bool:
    """Tell whether nothing can be listed at a place, also because it is not there."""
    try:
        with os.scandir(place) as entries:
            return next(entries, None) is None
    except OSError as error:
        log.debug("%r cannot be listed: %s", place, error)
        return True
