"""Why a photo is out of reach: its drive is away, its folder may not be read, or is gone. The folders say, not the photo."""

from collections.abc import Sequence
from typing import NamedTuple

from desktop_app.library import Folder, FolderState, Photo
from desktop_app.ui.look import wording


class Away(NamedTuple):
    """Why a photo is out of reach.

    Attributes:
        sign: The icon that stands for it.
        why: A sentence without its end.
    """

    sign: str
    why: str


class Whereabouts:
    """Knows the chosen folders as they were last seen."""

    def __init__(self) -> None:
        """Know none."""
        self._folders: tuple[Folder, ...] = ()

    def take_folders(self, folders: Sequence[Folder]) -> bool:
        """Take the folders as they are now, and return whether something else may be said of a photo."""
        before, now = (
            [(one.path, one.state, one.drive, one.forbidden) for one in some]
            for some in (self._folders, folders)
        )
        self._folders = tuple(folders)
        return before != now

    def of(self, photo: Photo) -> Away | None:
        """Return why a photo is out of reach; None for one that is not."""
        if not photo.offline:
            return None
        around = [folder for folder in self._folders if photo.path.is_relative_to(folder.path)]
        folder = max(around, key=lambda one: len(one.path.parts), default=None)
        if folder is not None and folder.forbidden:
            return Away("lock", "In a folder that Vislumbre may not read")
        if folder is not None and folder.state is FolderState.MISSING:
            return _on_drive(folder.drive) if folder.drive else Away("folder-off", "Its folder is not there")
        if folder is not None and photo.drive:
            # A drive that was mounted inside it.
            return _on_drive(photo.drive)
        drive = f" on the drive “{wording.shown(photo.drive)}”" if photo.drive else ""
        return Away("folder-off", f"Its folder{drive} cannot be read now")


def _on_drive(name: str) -> Away:
    return Away("drive-off", f"On the drive “{wording.shown(name)}”, which is not connected")
