"""What the person drops on the window or pastes: folders to add, or a picture to find others like it."""

import os
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage


@dataclass(frozen=True, slots=True)
class Dropped:
    """What came; nothing of it where there is nothing to use.

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


@dataclass(frozen=True, slots=True)
class Offered:
    """What is held above the window or lies on the clipboard, before anybody has looked at the disk.

    Attributes:
        paths: What it names of this computer, folders and files.
        image: The picture that it holds itself.
    """

    paths: tuple[Path, ...] = ()
    image: QImage | None = None

    def __bool__(self) -> bool:
        """Whether there may be anything to use."""
        return bool(self.paths) or self.image is not None


def offered(content: QMimeData) -> Offered:
    """Return what of a drag or of the clipboard the window may have a use for. Looks at no disk: it may not answer."""
    paths = tuple(Path(url.toLocalFile()) for url in content.urls() if url.isLocalFile())
    image = content.imageData() if content.hasImage() else None
    return Offered(paths, image if isinstance(image, QImage) and not image.isNull() else None)


def dropped(what: Offered) -> Dropped:
    """Return what of it the window can use. For a thread that may wait, also for ever."""
    folders = tuple(path for path in what.paths if os.path.isdir(path))
    files = [path for path in what.paths if os.path.isfile(path)]
    if folders or files:
        return Dropped(folders, files[0] if files and not folders else None)
    return Dropped(image=what.image)
