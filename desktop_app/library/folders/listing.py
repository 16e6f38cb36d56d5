"""Lists the photo files in a folder and below it, on a disk that may change or go away meanwhile."""

import logging
import os
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from desktop_app.library.errors import FolderMissingError
from desktop_app.library.folders import marks
from desktop_app.library.folders.comparing import (
    FoundPhoto,
    UnreadableFolder,
    changed_ns_of,
    is_photo_name,
    is_skipped_folder,
    photo_suffix,
)
from desktop_app.library.folders.exclusions import Exclusions
from desktop_app.library.folders.ignore_files import IgnoreProblem
from desktop_app.library.folders.listed_folder import ListedFolder
from desktop_app.library.folders.live_photos import stills_of
from desktop_app.library.folders.rules import Identity, Rules, Territory, identity, identity_of, nested
from desktop_app.library.folders.sidecar_names import stamp
from desktop_app.library.folders.unlisted import Unlisted
from desktop_app.library.media.formats import VIDEO_SUFFIXES

log = logging.getLogger(__name__)

# So many are read in a moment from any drive that answers.
_ENTRIES_PER_BEAT = 64

_Report = Callable[[UnreadableFolder], None]

Beat = Callable[[str | Path], None]
"""Called with each place before it is looked at, so that somebody else sees where a listing hangs."""


def no_beat(_place: str | Path) -> None:
    """Do nothing: the beat of a listing that nobody watches."""


@dataclass(slots=True)
class LeftOutCount:
    """What a listing left out by the person's wish; filled while it goes on.

    Attributes:
        photos: How many photo files; those of folders that are left out as a whole are not counted, nor looked for.
        videos: How many of them are videos that are left out only because nothing here can open them.
        problems: What could not be used of the ignore files, each once.
        unlisted: Files that may be photos, though they are not named so; None where nobody looks.
    """

    photos: int = 0
    videos: int = 0
    unlisted: Unlisted | None = None
    problems: dict[IgnoreProblem, None] = field(default_factory=dict)

    def note(self, problem: IgnoreProblem) -> None:
        """Remember a problem."""
        self.problems[problem] = None


def list_folders(
    folder: Path,
    *,
    report: Callable[[UnreadableFolder], None],
    excluded: Collection[Path] = (),
    chosen: Collection[Path] = (),
    absent: Collection[Path] = (),
    exclusions: Exclusions | None = None,
    left_out: LeftOutCount | None = None,
    beat: Beat = no_beat,
) -> Iterator[ListedFolder]:
    """List the photos in a folder and below it, folder by folder, so that the caller can stop between any two.

    Hidden and system folders are left out, and what the person wants left out; see `rules.Territory`. A video counts as
    a photo, and says of which photo it may be the moving half (see `live_photos`). A link to a photo counts as a photo.
    A link to a folder is followed, once, unless it leads into a folder that is listed anyway.

    Args:
        folder: Where to look: a chosen folder or any folder below one.
        report: Told of each folder that could not be listed; their photos must not be taken for gone.
        excluded: Folders to leave out, such as the application's own.
        chosen: All chosen folders, so that what each part of them holds is the same whichever part is listed.
        absent: Places that are not looked at: what lies there while a drive is away is not its own, or hangs.
        exclusions: What the person wants left out.
        left_out: Told of what was left out by that.
        beat: Told where the listing is.

    Yields:
        The photos directly in each folder, in the order of the folders' names; each folder once.

    Raises:
        FolderMissingError: `folder` is not there or cannot be read, from the start or since half-way.
    """
    out = left_out or LeftOutCount()
    wanted = exclusions or Exclusions()
    beat(folder)
    try:
        root = folder.stat()
    except OSError as error:
        raise FolderMissingError(folder, forbidden=marks.is_forbidden(error)) from error
    territory = Territory(
        folder, wanted, excluded=excluded, chosen=chosen, absent=absent, complain=out.note, beat=beat
    )
    return _Walk(folder, identity_of(root), territory, report=report, left_out=out, beat=beat).folders()


class _Walk:
    """One listing of one folder."""

    def __init__(
        self,
        root: Path,
        root_identity: Identity | None,
        territory: Territory,
        *,
        report: _Report,
        left_out: LeftOutCount,
        beat: Beat,
    ) -> None:
        self._beat = beat
        self._root = root
        self._root_identity = root_identity
        self._territory = territory
        self._report = report
        self._left_out = left_out
        self._visited: set[Identity | None] = {root_identity}
        self._began_ns = time.time_ns()
        self._listed_anyway = [_real(path, beat) for path in (root, *territory.chosen_there)]

    def folders(self) -> Iterator[ListedFolder]:
        rules = self._territory.rules_above(self._root)
        if rules is not None:
            yield from self._listed(self._root, rules)
        elif not os.path.isdir(self._root):
            raise FolderMissingError(self._root)
        # Chosen folders in a hidden one, or in one that is left out, are reached only by their own names.
        for place in nested(self._root, self._territory.chosen_there):
            self._beat(place)
            known = identity(place)
            rules = self._territory.rules_above(place)
            if known is not None and known not in self._visited and rules:
                self._visited.add(known)
                yield from self._listed(place, rules)

    def _listed(self, start: Path, start_rules: Rules) -> Iterator[ListedFolder]:
        waiting = [(start, start_rules)]
        while waiting:
            folder, above = waiting.pop()
            self._beat(folder)
            known = identity(folder)
            try:
                entries = self._entries(folder)
            except OSError as error:
                self._complain(folder, error)
                continue
            rules = self._territory.marked(
                folder, above, {entry.name for entry in entries if entry.name[0] == "."}
            )
            if rules is None:
                continue
            photos, below = self._part(folder, rules, entries)
            # A drive unplugged meanwhile makes every file in it look deleted, or leaves an empty mount point.
            if identity(folder) != known:
                self._complain(folder, FileNotFoundError())
            yield photos
            waiting.extend(sorted(below, key=lambda folder_and_rules: folder_and_rules[0], reverse=True))

    def _entries(self, folder: Path) -> list[os.DirEntry[str]]:
        """Return what is in a folder, but for places that are not to be looked at."""
        entries: list[os.DirEntry[str]] = []
        absent = {str(place) for place in self._territory.absent if place.parent == folder}
        with os.scandir(folder) as listed:
            # The system reads ahead, so most of them cost nothing, but a slow drive may take long for a large folder.
            while some := list(islice(listed, _ENTRIES_PER_BEAT)):
                self._beat(folder)
                entries += some
        return [entry for entry in entries if entry.path not in absent] if absent else entries

    def _part(
        self, folder: Path, rules: Rules, entries: list[os.DirEntry[str]]
    ) -> tuple[ListedFolder, list[tuple[Path, Rules]]]:
        """Part a folder's entries into photos and folders to list next."""
        photos = ListedFolder(folder)
        below: list[tuple[Path, Rules]] = []
        trouble: OSError | None = None
        beat = self._beat
        for entry in entries:
            beat(entry.path)
            try:
                if entry.is_file():
                    self._add_photo(entry, rules, photos)
                else:
                    below.extend(self._folder_of(entry, rules))
            except OSError as error:
                # One file that vanished, or a link that leads in a circle or where nobody may look, is no photo now.
                # Anything else (may be listed but not entered, a failing disk) makes the whole listing doubtful.
                log.debug("%r was left out: %s", entry.path, error)
                if not isinstance(error, FileNotFoundError) and not marks.is_link(entry):
                    trouble = error
        if trouble is not None:
            self._complain(folder, trouble)
        photos.stills = stills_of(photos.rows)
        stamp(photos, (entry for entry in entries if entry.name not in photos.rows), self._beat)
        return photos, below

    def _add_photo(self, entry: os.DirEntry[str], rules: Rules, photos: ListedFolder) -> None:
        """Add the photo that an entry is, if it is one and wanted."""
        name = entry.name
        suffix = photo_suffix(name)
        unlisted = None if suffix else self._left_out.unlisted
        if not suffix and (unlisted is None or not unlisted.may_be(name)):
            return
        status = entry.stat()
        if marks.HAS_MARKS and marks.is_hidden(status):
            return
        if status.st_size < self._territory.least_bytes or rules.leave_out(name, is_folder=False):
            self._left_out.photos += unlisted is None
            self._left_out.videos += suffix in VIDEO_SUFFIXES and self._territory.misses_videos
            return
        is_away = marks.HAS_MARKS and marks.is_away(status)
        changed_ns, inode = changed_ns_of(status, self._began_ns), status.st_ino
        if unlisted is not None:
            found = FoundPhoto(
                Path(entry.path),
                status.st_size,
                status.st_mtime_ns,
                changed_ns=changed_ns,
                inode=inode,
                away=is_away,
            )
            if not status.st_size or not self._is_taken_in(found, unlisted):
                return
        photos.rows[name] = (status.st_size, status.st_mtime_ns, 0, changed_ns, 0)
        photos.inodes[name] = inode
        if is_away:
            photos.away.add(name)

    def _is_taken_in(self, found: FoundPhoto, unlisted: Unlisted) -> bool:
        """Tell whether a file that is not named like a photo is one, and wanted; those that are not are counted."""
        if not unlisted.is_photo(found):
            return False
        unlisted.photos += not self._territory.takes_unlisted
        return self._territory.takes_unlisted

    def _folder_of(self, entry: os.DirEntry[str], rules: Rules) -> Iterator[tuple[Path, Rules]]:
        """Yield the folder that an entry is, if it is one to list and was not listed before."""
        path = Path(entry.path)
        is_start = self._territory.is_start(path)
        if is_skipped_folder(entry.name) and not is_start:
            return
        is_link = marks.is_link(entry)
        # A junction of Windows calls itself a folder wherever it leads.
        if not entry.is_dir() or (is_link and not os.path.exists(path)):
            if is_link:
                self._note_dangling(path)
            return
        status = path.stat()
        known = identity_of(status)
        if (known is not None and known in self._visited) or (
            not is_start and self._is_hidden(entry, status)
        ):
            return
        if is_link and not is_start and self._leads_back(path):
            return
        entered = self._territory.entered(path, rules, known)
        if entered is not None:
            self._visited.add(known)
            yield path, entered

    def _is_hidden(self, entry: os.DirEntry[str], status: os.stat_result) -> bool:
        """Tell whether a folder is hidden, or the link to it: Windows keeps such ones, which nobody may list, for old programs."""
        return marks.is_hidden(status) or (
            marks.HAS_MARKS and marks.is_hidden(entry.stat(follow_symlinks=False))
        )

    def _leads_back(self, link: Path) -> bool:
        """Tell whether a link leads into a folder that is listed anyway, or to one that holds this one.

        Asked of the target's place and not of what was visited, so that a listing of a part and of the whole agree.
        """
        target = _real(link, self._beat)
        return self._listed_anyway[0].is_relative_to(target) or any(
            target.is_relative_to(place) for place in self._listed_anyway
        )

    def _note_dangling(self, link: Path) -> None:
        """Report a link to a folder on a drive that is not there, so that its photos are kept.

        Other programs keep words in links that lead nowhere (``lock → host:pid``): only paths are taken for places.
        A link to a device or a pipe leads somewhere, where no photos are.
        """
        if not is_photo_name(link.name) and os.sep in str(link.readlink()) and not os.path.exists(link):
            self._report(UnreadableFolder(link, "the folder it leads to is not there"))

    def _complain(self, folder: Path, error: OSError) -> None:
        """Report a folder below, or end the listing when the trouble is that of the folder listed."""
        if folder == self._root or identity(self._root) != self._root_identity:
            raise FolderMissingError(self._root, forbidden=marks.is_forbidden(error)) from error
        self._report(UnreadableFolder(folder, _reason(error)))


def _real(path: Path, beat: Beat) -> Path:
    """Resolve links; unlike `Path.resolve`, a circle of links is no error."""
    beat(path)
    return Path(os.path.realpath(path))


def _reason(error: OSError) -> str:
    if marks.is_forbidden(error):
        return "no permission to read the folder"
    if isinstance(error, FileNotFoundError):
        return "the folder is no longer there"
    return f"the folder cannot be read ({error.strerror or error})"
