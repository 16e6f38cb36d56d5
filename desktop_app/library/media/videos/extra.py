"""Whether videos can be opened here: they need PyAV, which is not installed with the rest."""

import importlib.util

from desktop_app.library.errors import UnreadablePhotoError
from desktop_app.library.media.formats import NEEDS, VIDEO

NEEDS_FOR_VIDEOS = NEEDS[VIDEO]
"""What a person is told where videos cannot be opened."""


def can_read_videos() -> bool:
    """Tell whether PyAV is installed."""
    return importlib.util.find_spec("av") is not None


def videos_need() -> str:
    """Return what a person must do so that videos can be opened here; empty where they can."""
    return "" if can_read_videos() else NEEDS_FOR_VIDEOS


def need_videos() -> None:
    """Refuse a video where PyAV is not installed.

    Raises:
        UnreadablePhotoError: It is not; says what to install.
    """
    if not can_read_videos():
        raise UnreadablePhotoError(NEEDS_FOR_VIDEOS)
