"""Tells a folder whose photos were deleted from a folder whose drive is not there, and follows drives that move."""

import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from desktop_app.library.catalog import Catalog, ChosenFolder
from desktop_app.library.concurrency.deadlines import Deadlines
from desktop_app.library.drives.mounted_inside import MountedInside
from desktop_app.library.drives.returned import Returned
from desktop_app.library.drives.same_photos import count_found, is_same, start_of
from desktop_app.library.drives.sight import Seen, Sight, is_closed, sight_of
from desktop_app.library.errors import LibraryError
from desktop_app.library.folders.comparing import FoundPhoto, Stamp, UnreadableFolder
from desktop_app.library.photo import NOT_ALLOWED, NOT_THERE
from desktop_app.library.volumes.connected import Volumes
from desktop_app.library.volumes.volume import SHARE

log = logging.getLogger(__name__)

# A command or a window waits so long for a share that does not answer.
QUICK_S = 2.0
# A disk that sleeps takes up to ten seconds to start; only the writer waits so long.
LONG_S = 20.0
# Of so many known photos, this share must be found again for a place to count as the same folder. Not all: people
# go on using a drive on other computers.
_SAMPLE = 20
_ENOUGH = 0.5
# Where nobody said that it moved, nearly all: a copy of a part is another folder.
_NEARLY_ALL = 0.9


@dataclass(frozen=True, slots=True)
class Moved:
    """A chosen folder that is at another place: its drive was connected there, or somebody gave it another name.

    Attributes:
        old: Where it was.
        new: Where it is.
        drive: The drive's name; empty where it is not the drive that moved.
    """

    old: Path
    new: Path
    drive: str


class Presence:
    """Remembers on which drive each chosen folder is, to recognise an empty mount point and the drive elsewhere.

    A drive that is not connected often leaves an empty folder behind, or lends its place to another drive. Taken at
    their word, they would say that every photo was deleted. Belongs to the writer thread, but for `seen`.

    Attributes:
        returned: What is back and was not listed since.
    """

    def __init__(
        self, catalog: Catalog, volumes: Volumes | None = None, *, clock: Callable[[], float] = time.time
    ) -> None:
        """Remember in a catalogue.

        Args:
            catalog: What is known.
            volumes: The drives there are; None for those of this computer.
            clock: Seconds since 1970.
        """
        self._catalog = catalog
        self._volumes = volumes or Volumes()
        self._clock = clock
        self.returned = Returned()
        self._inner = MountedInside(catalog, self._volumes, self.returned, clock=clock)
        self._looks: Deadlines[Path, Sight | None] = Deadlines()
        self._counts: Deadlines[Path, int] = Deadlines()
        self._gone: Deadlines[Path, bool] = Deadlines()
        self._connected: set[tuple[str, Path]] = set()
        self._closed: set[Path] = set()

    def is_there(self, folder: Path) -> bool:
        """Return whether a folder can be listed and is not the empty place where a drive should be.

        What is seen of the chosen folder that it is, or lies in, is remembered.
        """
        chosen = self._chosen_above(folder)
        if chosen is None:
            return self._sees(folder)
        there = self._note(chosen, self._sights([chosen], LONG_S), LONG_S)
        return there and (folder == chosen.path or self._sees(folder))

    def is_closed(self, folder: Path) -> bool:
        """Return whether a chosen folder that was not there at the last look is, but may not be read."""
        return folder in self._closed

    def missing_inside(self, folder: Path) -> list[UnreadableFolder]:
        """Return the places inside a folder, or around it, whose listing says nothing: their drives are not there."""
        chosen = [path for path in self._catalog.folders.inside(folder) if not self.is_there(path)]
        away = [drive for drive in self._inner.missing(folder, LONG_S) if drive.place not in chosen]
        return [
            *(UnreadableFolder(path, NOT_ALLOWED if self.is_closed(path) else NOT_THERE) for path in chosen),
            *(UnreadableFolder(drive.place, _not_connected(drive.drive)) for drive in away),
        ]

    def look(self, within_s: float = QUICK_S, about: Collection[Path] | None = None) -> list[Moved]:
        """Bring what is remembered of chosen folders up to date, and follow drives to their new places.

        Args:
            within_s: How long to wait for drives that do not answer.
            about: Only of the chosen folders at, above and below these, so that no other drive is woken up.

        Returns:
            The folders that are at another place now.
        """
        folders = [
            chosen
            for chosen in self._catalog.drives.chosen()
            if about is None or _is_about(chosen.path, about)
        ]
        sights = self._sights(folders, within_s)
        if about is None:
            self._inner.look(within_s)
        missing = [chosen for chosen in folders if not self._note(chosen, sights, within_s)]
        return [moved for chosen in missing if (moved := self._follow(chosen, within_s)) is not None]

    def seen(self) -> list[Seen]:
        """Return the chosen folders as they are now; writes nothing. Any thread.

        Takes no longer than `QUICK_S`, or twice that where a stranger has taken a drive's place.
        """
        folders = self._catalog.drives.chosen()
        sights = self._sights(folders, QUICK_S)
        return [
            Seen(chosen, self._judge(chosen, sights, QUICK_S), is_closed(sights.get(chosen.path)))
            for chosen in folders
        ]

    def has_news(self) -> bool:
        """Return whether a missing folder's drive was connected, or one inside came or went, since the last call.

        For idle moments: touches no drive that is there.
        """
        missing = self._catalog.drives.volumes_offline()
        connected = self._volumes.mounted() if missing else []
        now = {
            (volume.id, volume.mount_point)
            for volume in connected
            if volume.can_move and volume.id in missing
        }
        news, self._connected = now - self._connected, now
        return self._inner.has_news() or bool(news)

    def shares(self) -> list[Path]:
        """Return where network shares are mounted; touches none of them. Any thread."""
        return [volume.mount_point for volume in self._volumes.mounted() if volume.is_network]

    def locate(self, folder: Path, place: Path) -> Moved:
        """Move a chosen folder to the place where a person says it is now.

        Raises:
            LibraryError: Too few of its photos are there; nothing was changed.
        """
        chosen = next((known for known in self._catalog.drives.chosen() if known.path == folder), None)
        if chosen is None:
            raise LibraryError(f"The folder {folder} is not in the library.", "Add it again.")
        if not self._is_at(chosen, place, LONG_S):
            raise LibraryError(
                f"Most photos known from {folder} are not in {place}.",
                "Choose the folder that holds them, or add this one as another folder.",
            )
        return self._move(chosen, place)

    def moved_among(self, photos: Sequence[FoundPhoto]) -> list[Moved]:
        """Follow chosen folders that were renamed or moved by hand: nearly all of their photos are among new ones.

        Only of those that are gone from a drive that is connected: one whose drive is away may have a copy here.

        Args:
            photos: What a listing found that nobody knew; nothing is looked for anywhere else.
        """
        return [
            replace(self._move(chosen, place), drive="")
            for chosen in self._catalog.drives.chosen()
            if 0 < chosen.photos * _NEARLY_ALL <= len(photos)
            and (place := self._place_among(chosen, photos)) is not None
            and self._is_gone(chosen)
        ]

    def _place_among(self, folder: ChosenFolder, photos: Sequence[FoundPhoto]) -> Path | None:
        """Return the folder below which nearly all of a sample lie as they lay in a chosen one, if there is one."""
        sample = self._catalog.known.sample(folder.path, _SAMPLE)
        named: dict[str, list[tuple[Path, Stamp]]] = {}
        for inside, stamp in sample.items():
            named.setdefault(inside.name, []).append((inside, stamp))
        places = Counter(
            place
            for photo in photos
            for inside, stamp in named.get(photo.path.name, ())
            if is_same(photo, stamp) and (place := start_of(photo.path, inside)) is not None
        )
        best = places.most_common(1)
        return best[0][0] if best and best[0][1] >= len(sample) * _NEARLY_ALL else None

    def _is_gone(self, folder: ChosenFolder) -> bool:
        """Return whether a chosen folder is no more at its place, though its drive is there."""
        connected = {volume.id for volume in self._volumes.mounted()}
        if folder.volume is not None and folder.volume not in connected:
            return False
        # Of a drive that the system does not name, the folder around it says whether it is there.
        look = partial(_is_gone, folder.path, around=folder.volume is None)
        return self._gone.ask({folder.path: look}, LONG_S).get(folder.path, False)

    def _chosen_above(self, folder: Path) -> ChosenFolder | None:
        above = [chosen for chosen in self._catalog.drives.chosen() if folder.is_relative_to(chosen.path)]
        return max(above, key=lambda chosen: len(chosen.path.parts), default=None)

    def _sees(self, folder: Path) -> bool:
        """Return whether a folder can be listed; one that does not answer cannot."""
        look = partial(sight_of, self._volumes, folder)
        sight = self._looks.ask({folder: look}, LONG_S).get(folder)
        return sight is not None and not sight.is_closed

    def _sights(self, folders: Iterable[ChosenFolder], within_s: float) -> Mapping[Path, Sight | None]:
        """Return what each folder looks like, None for one that is not there; what did not answer is left out."""
        looks = {folder.path: partial(sight_of, self._volumes, folder.path) for folder in folders}
        return self._looks.ask(looks, within_s)

    def _note(self, folder: ChosenFolder, sights: Mapping[Path, Sight | None], within_s: float) -> bool:
        """Remember what was seen of a folder, and return whether it is there."""
        there = self._judge(folder, sights, within_s)
        if is_closed(sights.get(folder.path)):
            self._closed.add(folder.path)
        else:
            self._closed.discard(folder.path)
        if there != (folder.offline_since is None):
            log.info("%r %s", folder.path, "is back" if there else f"is not there ({folder.drive})")
            self._catalog.drives.set_offline(folder.path, None if there else int(self._clock()))
            self.returned.note(folder.path, is_there=there)
            # A drive that was pulled and put in again between two calls of `has_news` is news, too.
            self._connected.clear()
        sight = sights.get(folder.path)
        if there and sight is not None and sight.volume is not None:
            now = (sight.volume.id, sight.volume.name, sight.inside)
            if now != (folder.volume, folder.drive, folder.inside):
                self._catalog.drives.set_drive(folder.path, *now)
        return there

    def _judge(self, folder: ChosenFolder, sights: Mapping[Path, Sight | None], within_s: float) -> bool:
        """Decide whether a folder is there."""
        if folder.path not in sights:
            # A disk that sleeps is there; a share that does not answer is not.
            return folder.offline_since is None and not (folder.volume or "").startswith(SHARE)
        sight = sights[folder.path]
        if sight is None or sight.is_closed:
            return False
        if not folder.photos:
            return True
        if folder.volume is None:
            return not (sight.is_empty and self._was_elsewhere(folder, sight))
        if sight.volume is None:
            return not sight.is_empty
        if sight.volume.id == folder.volume:
            # Local drives are believed: somebody deleted the photos. A share that lists nothing has often lost the
            # drive behind it, or the permission to show it.
            return not (sight.is_empty and sight.volume.is_network)
        # Another drive in its place: the photos may have been copied to it, or it may be a stranger.
        return not sight.is_empty and self._is_at(folder, folder.path, within_s)

    def _was_elsewhere(self, folder: ChosenFolder, sight: Sight) -> bool:
        """Return whether a folder was on another device, as versions before 0.3 remembered it by the system's number."""
        before = self._catalog.notes.get(f"device of {folder.path}")
        return before is not None and before != sight.device

    def _follow(self, folder: ChosenFolder, within_s: float) -> Moved | None:
        """Look for a missing folder wherever its drive is connected, and move it there."""
        if folder.inside is None:
            return None
        for volume in self._volumes.mounted():
            if volume.id != folder.volume or not volume.can_move:
                continue
            place = volume.place_of(folder.inside)
            if place is not None and place != folder.path and self._is_at(folder, place, within_s):
                return self._move(folder, place)
        return None

    def _move(self, folder: ChosenFolder, place: Path) -> Moved:
        self._catalog.folders.move(folder.path, place)
        self._catalog.drives.set_offline(place, None)
        log.info("%r of the drive %s is at %r now", folder.path, folder.drive, place)
        return Moved(folder.path, place, folder.drive)

    def _is_at(self, folder: ChosenFolder, place: Path, within_s: float) -> bool:
        """Return whether enough of a folder's photos are at a place, by their names and sizes."""
        sample = self._catalog.known.sample(folder.path, _SAMPLE)
        found = self._counts.ask({place: partial(count_found, place, sample)}, within_s)
        return place in found and found[place] >= len(sample) * _ENOUGH


def _not_connected(drive: str) -> str:
    return f"the drive “{drive}” is not connected" if drive else "the drive that was here is not connected"


def _is_about(folder: Path, paths: Collection[Path]) -> bool:
    return any(folder.is_relative_to(path) or path.is_relative_to(folder) for path in paths)


def _is_gone(folder: Path, *, around: bool) -> bool:
    """Tell whether nothing is at a path; if `around` is set, also whether the folder that it was in is there."""
    try:
        folder.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return not around or os.path.isdir(folder.parent)
    except OSError as error:
        log.debug("%r cannot be looked at: %s", folder, error)
    return False


def outermost(folders: Iterable[Path]) -> list[Path]:
    """Return folders without those that lie below another of them, in sorted order; one pass over the sorted paths."""
    kept: list[Path] = []
    above: tuple[str, ...] = ()
    for folder in sorted(set(folders), key=lambda folder: folder.parts):
        # In the order of their parts, all that lies below a folder comes right behind it.
        if not kept or folder.parts[: len(above)] != above:
            kept.append(folder)
            above = folder.parts
    return kept


_present: Deadlines[frozenset[Path], set[Path]] = Deadlines()


def nearest_present(folders: Iterable[Path], chosen: Iterable[Path]) -> set[Path]:
    """Return, for folders that changed, the nearest folder above or at each that is there, inside the chosen ones.

    A folder that is gone is seen as gone only by listing the one it was in. A chosen folder that is gone stands for
    itself. Folders outside every chosen one are left out. Where a drive does not answer, the chosen folders stand for
    all that lies in them.
    """
    dirty, known = frozenset(folders), frozenset(chosen)
    found = _present.ask({dirty: partial(_nearest_present, dirty, known)}, LONG_S)
    above = (top for folder in dirty if (top := _chosen_around(folder, known)) is not None)
    return found[dirty] if dirty in found else set(above)


def _nearest_present(folders: Iterable[Path], chosen: frozenset[Path]) -> set[Path]:
    found = set()
    for folder in folders:
        top = _chosen_around(folder, chosen)
        if top is None:
            continue
        there = folder
        while there != top and not os.path.isdir(there):
            there = there.parent
        found.add(there)
    return found


def _chosen_around(folder: Path, chosen: frozenset[Path]) -> Path | None:
    """Return the outermost chosen folder that a folder is, or lies in."""
    return next((place for place in (*reversed(folder.parents), folder) if place in chosen), None)
