"""What is left out of a listing: by the person, by marks in the folders, and because it is listed elsewhere."""

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from desktop_app.library.folders.comparing import is_skipped_folder
from desktop_app.library.folders.exclusions import Exclusions
from desktop_app.library.folders.ignore_files import (
    IGNORE_FILE,
    MOST_NAMED,
    IgnoreProblem,
    read_ignore_file,
)
from desktop_app.library.folders.patterns import Patterns, plain
from desktop_app.library.media.formats import is_video_name
from desktop_app.library.media.screenshots import is_screenshot
from desktop_app.library.media.videos.extra import can_read_videos

NO_MEDIA_FILE = ".nomedia"
"""Android's mark: a folder with such a file in it, and all below, is not for photo programs."""

MARKS = frozenset({NO_MEDIA_FILE, IGNORE_FILE})
"""Names of files that say what is left out; whoever watches folders watches these too."""

# So many ignore files, and the person's own patterns, count at one place; each costs a look at every name.
_MOST_LEVELS = 20
# Of a pattern that cannot be used, so many letters are shown.
_SHOWN = 60

Identity = tuple[int, int]
"""Device and inode of a folder, which no link, mount or other spelling can disguise."""


class Rules:
    """What is left out directly in one folder."""

    __slots__ = ("_levels", "_screenshots", "_videos")

    def __init__(
        self, levels: tuple[tuple[Patterns, int], ...], *, screenshots: bool, videos: bool = False
    ) -> None:
        """Make them.

        Args:
            levels: Patterns that count here, the deciding ones first, each with how far this folder has come in them.
            screenshots: Whether what is named like screenshots is left out.
            videos: Whether files that are named like videos are.
        """
        self._levels = levels
        self._screenshots = screenshots
        self._videos = videos

    @property
    def are_many(self) -> bool:
        """Whether no more patterns are taken."""
        return len(self._levels) >= _MOST_LEVELS

    def leave_out(self, name: str, *, is_folder: bool) -> bool:
        """Tell whether an entry of this folder is left out."""
        if self._screenshots and is_screenshot(name):
            return True
        if self._videos and not is_folder and is_video_name(name):
            return True
        if self._levels:
            name = plain(name)
            for patterns, so_far in self._levels:
                said = patterns.says(so_far, name, is_folder=is_folder)
                if said is not None:
                    return said
        return False

    def below(self, name: str) -> "Rules":
        """Return what counts in a folder of this one, as far as this one knows."""
        if not self._levels:
            return self
        name = plain(name)
        deeper = ((patterns, patterns.below(so_far, name)) for patterns, so_far in self._levels)
        return self._with(tuple(level for level in deeper if level[1]))

    def over(self, weaker: Patterns) -> "Rules":
        """Return these with patterns that count from this folder on where these say nothing."""
        return self._with((*self._levels, (weaker, weaker.start)))

    def under(self, stronger: Patterns) -> "Rules":
        """Return these with patterns that count from this folder on before these."""
        return self._with(((stronger, stronger.start), *self._levels))

    def _with(self, levels: tuple[tuple[Patterns, int], ...]) -> "Rules":
        return Rules(levels, screenshots=self._screenshots, videos=self._videos)


class Territory:
    """Which folders are listed at all, and with which rules; the same whichever part a listing begins with.

    A folder that the person chose is listed whatever marks it or a folder above it. A folder that is another chosen
    one under another name (a link, a mount, another spelling) is listed there and not here.

    Attributes:
        chosen: All chosen folders.
        chosen_there: Those of them that may be looked at.
        absent: Places that may not, whatever lies there: their drives are away, or do not answer.
        least_bytes: Files with fewer bytes are left out.
        misses_videos: Whether videos are left out only because nothing here can open them; thousands of them would
            else be failures.
        takes_unlisted: Whether files count that are photos by their first bytes and not by their names.
    """

    def __init__(
        self,
        root: Path,
        exclusions: Exclusions,
        *,
        excluded: Collection[Path] = (),
        chosen: Collection[Path] = (),
        absent: Collection[Path] = (),
        complain: Callable[[IgnoreProblem], None],
        beat: Callable[[Path], None] = lambda _place: None,
    ) -> None:
        """Look at the folders that are named; a short time.

        Args:
            root: Where the listing begins.
            exclusions: What the person wants left out.
            excluded: Other folders to leave out, such as the application's own.
            chosen: All chosen folders; of two that are the same the first counts.
            absent: Places that are not looked at.
            complain: Told of ignore files and lines that cannot be used.
            beat: Told of each place before it is looked at.
        """
        self.chosen = tuple(chosen)
        self.absent = frozenset(absent)
        self.chosen_there = tuple(place for place in chosen if not _lies_in(place, self.absent))
        self.least_bytes = exclusions.least_kb * 1000
        self.misses_videos = not exclusions.videos and not can_read_videos()
        self.takes_unlisted = exclusions.unlisted
        self._starts = frozenset((root, *chosen)) if not _lies_below(root, chosen) else frozenset(chosen)
        self._exclusions = exclusions
        self._own = Patterns(exclusions.patterns)
        self._complain = complain
        for number, reason in self._own.problems[:MOST_NAMED]:
            line = exclusions.patterns[number - 1]
            complain(IgnoreProblem(root, 0, f"your pattern “{line[:_SHOWN]}” {reason}, so it is not used"))
        out = (*excluded, *exclusions.folders)
        self._excluded = frozenset(out)
        self._excluded_identities = set()
        for path in out:
            beat(path)
            if not _lies_in(path, self.absent) and (known := identity(path)) is not None:
                self._excluded_identities.add(known)
        self._owners: dict[Identity, Path] = {}
        for place in self.chosen_there:
            beat(place)
            if (known := identity(place)) is not None:
                self._owners.setdefault(known, place)

    def is_start(self, folder: Path) -> bool:
        """Tell whether the person chose just this folder."""
        return folder in self._starts

    def rules_above(self, folder: Path) -> Rules | None:
        """Return what counts where a listing begins, but for the marks in the folder itself; None: it is left out."""
        rules: Rules | None = None
        way = self._way_to(folder)
        for place in way:
            rules = self.entered(place, rules, identity(place))
            if place != folder and rules is not None:
                rules = self.marked(place, rules, [mark for mark in MARKS if os.path.lexists(place / mark)])
        return rules

    def entered(self, folder: Path, above: Rules | None, known: Identity | None) -> Rules | None:
        """Return what counts in a folder, but for its own marks; None when it is left out.

        Args:
            folder: The folder.
            above: What counts in the folder it lies in; None when that one is left out.
            known: Its device and inode.
        """
        if known in self._excluded_identities or folder in self._excluded:
            return None
        if known is not None and self._owners.get(known, folder) != folder:
            return None
        if folder in self._starts:
            return self._begun(folder, above)
        name = folder.name
        if above is None or is_skipped_folder(name) or above.leave_out(name, is_folder=True):
            return None
        return above.below(name)

    def marked(self, folder: Path, rules: Rules, names: Collection[str]) -> Rules | None:
        """Return what counts in a folder that has files of these names; None when they leave it out."""
        if NO_MEDIA_FILE in names and folder not in self._starts:
            return None
        if IGNORE_FILE not in names:
            return rules
        if rules.are_many:
            reason = f"lies below {_MOST_LEVELS} others that count there too, so it is not used"
            self._complain(IgnoreProblem(folder / IGNORE_FILE, 0, reason))
            return rules
        patterns, problems = read_ignore_file(folder / IGNORE_FILE)
        for problem in problems:
            self._complain(problem)
        return rules.under(patterns) if patterns else rules

    def _begun(self, folder: Path, above: Rules | None) -> Rules:
        """Return what counts in a chosen folder; rules that would leave it out do not reach into it."""
        if above is None or above.leave_out(folder.name, is_folder=True):
            wishes = self._exclusions
            begun = Rules((), screenshots=wishes.screenshots, videos=wishes.videos or self.misses_videos)
        else:
            begun = above.below(folder.name)
        return begun.over(self._own) if self._exclusions.patterns else begun

    def _way_to(self, folder: Path) -> Sequence[Path]:
        """Return the folders from the outermost chosen one down to this one."""
        way = [folder, *folder.parents]
        outermost = max((place for place, above in enumerate(way) if above in self._starts), default=0)
        return way[outermost::-1]


def identity(folder: Path) -> Identity | None:
    """Return a folder's device and inode; None when it is not there, or on a drive that numbers nothing."""
    try:
        return identity_of(folder.stat())
    except OSError:
        return None


def identity_of(status: os.stat_result) -> Identity | None:
    """Return device and inode of a folder from its status; None on a drive that numbers nothing."""
    # Some network drives give every folder the number 0.
    return (status.st_dev, status.st_ino) if status.st_ino else None


def _lies_below(folder: Path, places: Collection[Path]) -> bool:
    return any(folder.is_relative_to(place) for place in places)


def _lies_in(folder: Path, places: frozenset[Path]) -> bool:
    return folder in places or not places.isdisjoint(folder.parents)


def nested(root: Path, places: Collection[Path]) -> Iterator[Path]:
    """Yield the places that lie below a folder."""
    return (place for place in places if place != root and place.is_relative_to(root))
