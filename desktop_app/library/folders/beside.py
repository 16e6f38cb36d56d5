"""Which files lie beside a photo and say something of it, on a disk that may not answer."""

import logging
import os
from functools import partial
from pathlib import Path

from desktop_app.library.concurrency.deadlines import Deadlines
from desktop_app.library.folders.sidecar_names import SidecarNames

_log = logging.getLogger(__name__)

_ANSWER_S = 5.0
_listed: Deadlines[Path, tuple[Path, ...]] = Deadlines()


def sidecars_of(photo: Path) -> tuple[Path, ...]:
    """Return the files beside a photo that say something of it; none where its folder is gone or does not answer."""
    return _listed.ask({photo: partial(_sidecars_of, photo)}, _ANSWER_S).get(photo, ())


def _sidecars_of(photo: Path) -> tuple[Path, ...]:
    folder = photo.parent
    try:
        names = SidecarNames(os.listdir(folder))  # noqa: PTH208  # names are all we need
    except OSError as error:
        _log.info("what is beside %r cannot be listed: %s", photo, error)
        return ()
    return tuple(folder / name for name in names.beside(photo.name).names())
