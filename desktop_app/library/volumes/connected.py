"""Which drive or share a folder is on: an identity that survives another mount point, drive letter or port.

Nothing here writes to a drive. What the system does not tell is left open, with a line in the log.
"""

import logging
import sys
from pathlib import Path

from desktop_app.library.volumes.volume import Volume

if sys.platform == "win32":
    from desktop_app.library.volumes import windows as system
elif sys.platform == "darwin":
    from desktop_app.library.volumes import macos as system
else:
    from desktop_app.library.volumes import linux as system

log = logging.getLogger(__name__)


class Volumes:
    """The drives and shares of this computer, asked anew at every call.

    Any thread that may wait: `holding` touches the drive, which may be asleep or out of reach.
    """

    def holding(self, path: Path) -> Volume | None:
        """Return the volume of a folder that is there; None when the system does not say."""
        try:
            return system.holding(path)
        except (OSError, ValueError) as error:
            log.info("the drive of %r is not known: %s", path, error)
            return None

    def mounted(self) -> list[Volume]:
        """Return what is connected now; one drive may be mounted at several places."""
        try:
            return system.mounted()
        except (OSError, ValueError) as error:
            log.info("the connected drives are not known: %s", error)
            return []
