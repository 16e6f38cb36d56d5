"""What a chosen folder looks like now: there, with which drive below it, or there and closed."""

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from desktop_app.library.catalog import ChosenFolder
from desktop_app.library.folders import marks
from desktop_app.library.volumes.connected import Volumes
from desktop_app.library.volumes.volume import Volume

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a folder looks like now.

    Attributes:
        is_empty: Whether there is nothing in it at all.
        device: The system's number of the device, as text; another after every start of the computer.
        volume: The drive it is on, where that is known.
        inside: Where on that drive.
        is_closed: Whether it is there and may not be read; of such a one nothing else is known.
    """

    is_empty: bool
    device: str
    volume: Volume | None
    inside: Path | None
    is_closed: bool = False


_CLOSED = Sight(is_empty=True, device="", volume=None, inside=None, is_closed=True)


class Seen(NamedTuple):
    """A chosen folder as it is now.

    Attributes:
        folder: Which.
        is_there: Whether it can be listed and is not the empty place where a drive should be.
        is_closed: Of one that is not: whether it is, but Vislumbre may not read it.
    """

    folder: ChosenFolder
    is_there: bool
    is_closed: bool


def is_closed(sight: Sight | None) -> bool:
    """Return whether what was seen is a folder that may not be read."""
    return sight is not None and sight.is_closed


def sight_of(volumes: Volumes, folder: Path) -> Sight | None:
    """Look at a folder; None when it is not there. May take for ever."""
    try:
        device = str(folder.stat().st_dev)
        with os.scandir(folder) as entries:
            is_empty = next(entries, None) is None
        volume = volumes.holding(folder)
        inside = (volume.inside(Path(os.path.realpath(folder))) or volume.inside(folder)) if volume else None
    except OSError as error:
        log.debug("%r cannot be looked at: %s", folder, error)
        return _CLOSED if marks.is_forbidden(error) else None
    return Sight(is_empty, device, volume, inside)
