"""Whether a file's drive may go away while the file is open, so that it is better read than mapped.

A page of a mapped file that cannot be read any more is no error that a program could catch: the system ends the process
(SIGBUS, on Windows EXCEPTION_IN_PAGE_ERROR).
"""

import logging
from pathlib import Path

from desktop_app.library.volumes.connected import Volumes

logger = logging.getLogger(__name__)


def may_be_pulled(path: Path) -> bool:
    """Return whether a file or folder that is there is elsewhere than on the drive of the system or of the person's home.

    Nothing else that can be asked is true on every system: an external disk calls itself fixed, and a second one inside the
    computer has no mark of it. What is taken for a drive that may go away costs memory and nothing else. Touches the drive.
    """
    try:
        device = path.stat().st_dev
        lasting = {place.stat().st_dev for place in (Path.home(), Path(Path.home().anchor))}
    except (OSError, RuntimeError) as error:
        logger.info("whether the drive of %r may go away is not known: %s", path, error)
        return True
    if device not in lasting:
        return True
    volume = Volumes().holding(path)
    return volume is not None and volume.is_network
