"""What a cell says of its photo to a screen reader and in its tool tip."""

from typing import Final

from PySide6.QtCore import QDate, QLocale
from PySide6.QtGui import QImage

from desktop_app.library import Band, Hit, Photo
from desktop_app.ui.grid.stacking import StackedCell
from desktop_app.ui.grid.whereabouts import Whereabouts
from desktop_app.ui.look import wording
from desktop_app.ui.look.video_words import spoken_video, video_line

_UNKNOWN: Final = Whereabouts()
_SPOKEN_BANDS: Final = {Band.MAYBE: "perhaps", Band.REST: "below the line"}


def spoken(
    photo: Photo | None,
    hit: Hit | None = None,
    stack: StackedCell | None = None,
    whereabouts: Whereabouts = _UNKNOWN,
) -> str:
    """Return what a screen reader says of a photo: its name, its day, why it was found, and what lies below it."""
    if photo is None:
        return "Photo, loading"
    parts = [plain(photo.name), *spoken_video(photo, hit)]
    if (day := photo.taken_at) is not None:
        parts.append(QLocale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.LongFormat))
    if hit is not None and hit.by_name:
        parts.append("found by its name")
    if hit is not None and hit.band in _SPOKEN_BANDS:
        parts.append(_SPOKEN_BANDS[hit.band])
    if stack is not None:
        parts.append(_of_stack(stack))
    if (away := whereabouts.of(photo)) is not None:
        parts.append(f"{away.why[0].lower()}{away.why[1:]}")
    if photo.reason:
        parts.append(f"cannot be used: {photo.reason}")
    return ", ".join(parts)


def pointed_at(photo: Photo, hit: Hit | None = None, whereabouts: Whereabouts = _UNKNOWN) -> str:
    """Return the tool tip of a photo: its path, what there is of a video, and why it is out of reach."""
    lines = [plain(str(photo.path)), *video_line(photo, hit)]
    if (away := whereabouts.of(photo)) is not None:
        lines.append(away.why)
    return "\n".join(lines)


def said_of_copy(photo: Photo, copy: QImage | None, whereabouts: Whereabouts = _UNKNOWN) -> str:
    """Return why only a small copy of a photo is shown; empty where its folder can be read, as with a video's moment."""
    away = whereabouts.of(photo)
    if away is None:
        return ""
    is_there = copy is not None and not copy.isNull()
    return f"{away.why}." + (" This is its small copy." if is_there else "")


def plain(name: str) -> str:
    """Return a name that can be shown: what is no letter, or turns the text around, has a sign in its place."""
    return wording.shown(name)


def _of_stack(stack: StackedCell) -> str:
    if stack.is_spread:
        return f"one of {wording.number(stack.count)} similar photos"
    return f"stands for {wording.number(stack.count)} similar photos"
