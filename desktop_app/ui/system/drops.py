"""What the person drops on the window or pastes: folders to add, or a picture to find others like it."""

import os
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage


@dataclass(frozen=True, slots=True)
class Dropped:
    """What came; at least one of the three is there.

    Attributes:
        folders: Local folders.
        picture: A local file that is not a folder.
        image: A picture without a file, as a screenshot tool or a browser gives it.
    """

    folders: tuple[Path, ...] = ()
    picture: Path | None = None
    image: QImage | None = None

    def __bool__(self) -> bool:
        """Whether there is anything to use."""
        return bool(self.folders) or self.picture is not None or self.image is not None


def dropped(content: QMimeData) -> Dropped:
    """Return what of a drag or of the clipboard the window can use.

    Looks at the disk, which is as quick as the drag itself: the file manager has just read these entries.
    """
    paths = [Path(url.toLocalFile()) for url in content.urls() if url.isLocalFile()]
    folders = tuple(path for path in paths if os.path.isdir(path))
    files = [path for path in paths if os.path.isfile(path)]
    if folders or files:
        return Dropped(folders, files[0] if files and not folders else None)
    if content.hasImage():
        image = content.imageData()
        if isinstance(image, QImage) and not image.isNull():
            return Dropped(image=image)
    return Dropped()
