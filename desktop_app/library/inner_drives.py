"""Drives mounted inside a chosen folder: while one is away, its empty place says nothing of the photos on it."""

import json
import logging
import os
from pathlib import Path

from desktop_app.library.catalog import Catalog
from desktop_app.library.volumes import Volumes

log = logging.getLogger(__name__)


class InnerDrives:
    """Remembers which drives were mounted inside each chosen folder. Belongs to the writer thread."""

    def __init__(self, catalog: Catalog, volumes: Volumes) -> None:
        """Make one that remembers in a catalogue."""
        self._catalog = catalog
        self._volumes = volumes

    def missing(self, folder: Path) -> list[Path]:
        """Return the places inside, at or around a folder whose drive was there and is not.

        A place that has something in it is believed: the photos were copied there, or put somewhere else for good.

        Args:
            folder: A chosen folder or one below it.
        """
        chosen = next((one for one in self._catalog.folders() if folder.is_relative_to(one)), None)
        if chosen is None:
            return []
        key = f"drives inside {chosen}"
        before: dict[str, str] = json.loads(self._catalog.note(key) or "{}")
        now = self._mounted_inside(chosen)
        away = {
            inside: identity
            for inside, identity in before.items()
            if now.get(inside) != identity and _is_empty(chosen / inside)
        }
        if now | away != before:
            self._catalog.set_note(key, json.dumps(now | away))
        places = [chosen / inside for inside in away]
        return [one for one in places if one.is_relative_to(folder) or folder.is_relative_to(one)]

    def _mounted_inside(self, folder: Path) -> dict[str, str]:
        real = Path(os.path.realpath(folder))
        return {
            str(one.mount_point.relative_to(real)): one.id
            for one in self._volumes.mounted()
            if one.mount_point != real and one.mount_point.is_relative_to(real)
        }


def _is_empty(place: Path) -> bool:
    """Tell whether nothing can be listed at a place, also because it is not there."""
    try:
        with os.scandir(place) as entries:
            return next(entries, None) is None
    except OSError as error:
        log.debug("%r cannot be listed: %s", place, error)
        return True
