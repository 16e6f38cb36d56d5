"""What a cell of the grid says of its photo to those who cannot see it, or point at it."""

from typing import Final

from PySide6.QtCore import QDate, QLocale

from desktop_app.library import Band, Hit, Photo
from desktop_app.ui import wording
from desktop_app.ui.stacking import StackedCell

_SPOKEN_BANDS: Final = {Band.MAYBE: "perhaps", Band.REST: "below the line"}


def spoken(photo: Photo | None, hit: Hit | None = None, stack: StackedCell | None = None) -> str:
    """Return what a screen reader says of a photo: its name, its day, why it was found, and what lies below it."""
    if photo is None:
        return "Photo, loading"
    parts = [plain(photo.name)]
    if (day := photo.taken_at) is not None:
        parts.append(QLocale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.LongFormat))
    if hit is not None and hit.by_name:
        parts.append("found by its name")
    if hit is not None and hit.band in _SPOKEN_BANDS:
        parts.append(_SPOKEN_BANDS[hit.band])
    if stack is not None:
        parts.append(_of_stack(stack))
    if photo.offline:
        parts.append("on a drive that is not connected")
    if photo.reason:
        parts.append(f"cannot be used: {photo.reason}")
    return ", ".join(parts)


def pointed_at(photo: Photo) -> str:
    """Return what is said of a photo below the pointer: where it is, and whether that is there now."""
    path = plain(str(photo.path))
    return f"{path}\n{where_offline(photo)}" if photo.offline else path


def where_offline(photo: Photo) -> str:
    """Return on which drive a photo is that cannot be reached now."""
    if not photo.drive:
        return "On a drive that is not connected"
    return f"On the drive “{wording.shown(photo.drive)}”, which is not connected"


def plain(name: str) -> str:
    """Return a name that can be shown: bytes that are not UTF-8 become question marks."""
    return name.encode(errors="replace").decode()


def _of_stack(stack: StackedCell) -> str:
    if stack.is_spread:
        return f"one of {wording.number(stack.count)} similar photos"
    return f"stands for {wording.number(stack.count)} similar photos"
