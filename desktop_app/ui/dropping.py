"""Folders that are dragged in from the file manager."""

from pathlib import Path

from PySide6.QtCore import QMimeData


def folders_in(dragged: QMimeData) -> list[Path]:
    """Return the local folders among what is dragged; empty when there is none.

    Looks at the disk, which is as quick as the drag itself: the file manager has just read these entries.
    """
    paths = [Path(url.toLocalFile()) for url in dragged.urls() if url.isLocalFile()]
    return [path for path in paths if path.is_dir()]
