"""What the window says of a chosen folder: what is in it, or since when and with what drive it is missing."""

from datetime import datetime
from typing import Final, NamedTuple

from desktop_app.library import HOW_TO_ALLOW, NOT_ALLOWED, Folder, FolderState
from desktop_app.ui.look import wording


class FolderWords(NamedTuple):
    """A folder in words.

    Attributes:
        name: Its own name.
        state: What is in it, or that it is not there or may not be read.
        more: Of one that is not there, since when, and how much of it is kept; of one that is there, how far a new model is
            with it; else empty.
    """

    name: str
    state: str
    more: str = ""


NEW_MODEL: Final = "New model"
NEW_WAY: Final = "New way"


def words_of(folder: Folder, now: datetime | None = None, *, built: str = "") -> FolderWords:
    """Return a folder in words.

    Args:
        folder: Which.
        now: Where "yesterday" starts from, with a zone; None for this moment.
        built: What `folder.indexed` counts for while another answers, `NEW_MODEL` or `NEW_WAY`; empty where that answers.
    """
    name = wording.shown(folder.path.name or folder.path)
    if folder.state is FolderState.MISSING:
        drive = wording.shown(folder.drive)
        away = f"{drive} is not connected" if drive else "Not there"
        kept = f"{wording.counted(folder.photos - folder.failed, 'photo')} kept"
        since = f"since {wording.day(folder.offline_since, now)}" if folder.offline_since else ""
        return FolderWords(
            name,
            "May not be read" if folder.forbidden else away,
            " · ".join(words for words in (since, kept) if words),
        )
    waiting = _waiting(folder)
    if built and waiting > 0:
        # The one from before finds them all meanwhile.
        ready, usable = wording.number(folder.indexed), wording.number(folder.indexed + waiting)
        return FolderWords(name, _holdings(folder), f"{built}: {ready} of {usable}")
    return FolderWords(name, _contents(folder))


def sign_of_missing(folder: Folder) -> str:
    """Return the icon of a folder that is missing, as on its photos: see `Whereabouts`."""
    if folder.forbidden:
        return "lock"
    return "drive-off" if folder.drive else "folder-off"


def spoken(folder: Folder, built: str = "") -> str:
    """Return what a screen reader says of a folder; see `words_of`."""
    words = words_of(folder, built=built)
    return ", ".join(text for text in (wording.shown(folder.path), words.state, words.more) if text)


def hint(folder: Folder, built: str = "") -> str:
    """Return what is said when somebody points at a folder; see `words_of`."""
    shown = wording.shown(folder.path)
    if folder.state is FolderState.PRESENT:
        is_built = bool(built) and _waiting(folder) > 0
        what = "new way" if built == NEW_WAY else "new model"
        return (
            f"{shown}\nUntil the {what} has all photos, the one from before answers." if is_built else shown
        )
    if folder.forbidden:
        return f"{shown}\n{NOT_ALLOWED}. {HOW_TO_ALLOW} Until then its photos are found and shown small."
    what = "Connect the drive" if folder.drive else "Bring it back"
    return f"{shown}\n{what}, and its photos can be opened again. Until then they are found and shown small."


def missing(folder: Folder) -> str:
    """Return the sentences of the notice about a folder that is not there."""
    shown = wording.shown(folder.path)
    if folder.forbidden:
        return f"{NOT_ALLOWED} {shown}. {HOW_TO_ALLOW} Its photos are kept and found."
    if folder.drive:
        return (
            f"The drive {wording.shown(folder.drive)} with {shown} is not connected. Its photos are kept and found; "
            "connect it to open them."
        )
    return f"The folder {shown} is not there. Its photos are kept and found; connect its drive, or say where it is."


def _waiting(folder: Folder) -> int:
    return folder.photos - folder.indexed - folder.failed


def _contents(folder: Folder) -> str:
    if _waiting(folder) > 0:
        return f"{wording.number(folder.indexed)} of {wording.counted(folder.photos - folder.failed, 'photo')} ready"
    return _holdings(folder)


def _holdings(folder: Folder) -> str:
    # Beside the photos, not among them: the heading above all photos says the same number.
    failed = f" + {wording.number(folder.failed)} not usable" if folder.failed else ""
    return f"{wording.counted(folder.photos - folder.failed, 'photo')}{failed}"
