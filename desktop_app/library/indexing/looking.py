"""Looks at what is in a folder now, with patience for drives, and compares it with what is known."""

import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from desktop_app.library.catalog import Catalog
from desktop_app.library.concurrency.control import Control
from desktop_app.library.concurrency.courtesy import Courtesy
from desktop_app.library.concurrency.deadlines import NO_ANSWER
from desktop_app.library.errors import FolderMissingError
from desktop_app.library.events import FolderMissing, Listener
from desktop_app.library.folders.comparing import (
    Comparison,
    FoundPhoto,
    Stamp,
    UnreadableFolder,
    compare,
    key_of,
)
from desktop_app.library.folders.listing import Beat, list_folders
from desktop_app.library.folders.patient_listing import Listed, PatientListing, SilentDriveError
from desktop_app.library.folders.unchanged import Unchanged
from desktop_app.library.folders.unlisted import Unlisted
from desktop_app.library.indexing.doubts import named_photos
from desktop_app.library.indexing.left_out import Kept, LeftOut
from desktop_app.library.indexing.retries import Retries
from desktop_app.library.indexing.tally import Tally
from desktop_app.library.photo import NOT_ALLOWED, NOT_THERE

# Nobody can see more than this.
_TELL_S = 0.25


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a refresh looks at beyond what a listing tells; see `Refresher.run`."""

    named: frozenset[Path]
    again: frozenset[Path]
    is_asked: bool

    def tries(self, photo: FoundPhoto, retries: Retries) -> bool:
        """Tell whether a photo is tried that could not be read before."""
        return self.is_asked or photo.path in self.named or retries.is_due(photo.path)

    def folders(self) -> frozenset[Path]:
        """Return the folders of the files that it names."""
        return frozenset(path.parent for path in (*self.named, *self.again))


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a folder found.

    Attributes:
        listed: The listing.
        unreadable: What of it could not be listed, the places of missing drives among them.
        kept: What the person does not want left out, of the photos that `unchanged` does not hold.
        comparison: How those differ from what is known.
    """

    listed: Listed[FoundPhoto]
    unreadable: list[UnreadableFolder]
    kept: Kept
    comparison: Comparison

    @property
    def unchanged(self) -> Unchanged:
        """The photos that are just as they were; they are in no part of the comparison."""
        return self.listed.unchanged


class Looking:
    """Lists folders and compares them with the catalogue. Belongs to the writer thread.

    Attributes:
        listing: Lists folders.
        found_among: Follows chosen folders that lie among new photos now, and returns where they were; see
            `drives.following.DriveFollower.found_among`.
        was_listed: Told of each folder that was listed, as far as anybody wanted, and of what in it could not be; see
            `drives.returned.Returned.listed`.
        is_closed: Tells of a folder that is not there whether it may only not be read; see `drives.presence.Presence`.
    """

    def __init__(
        self,
        catalog: Catalog,
        left_out: LeftOut,
        control: Control,
        tell: Listener,
        *,
        is_there: Callable[[Path], bool],
        missing_inside: Callable[[Path], Sequence[UnreadableFolder]],
        excluded: Sequence[Path],
        courtesy: Courtesy | None = None,
    ) -> None:
        """Connect what is known with what says where to look; nothing is listed yet.

        Args:
            catalog: What is known.
            left_out: What the person wants left out.
            control: Pauses and stops the work.
            tell: Hears of missing folders.
            is_there: As for `Refresher`.
            missing_inside: The same.
            excluded: The same.
            courtesy: Says when a listing should wait a moment; None for never.
        """
        self._catalog = catalog
        self._left_out = left_out
        self._control = control
        self._tell = tell
        self._is_there = is_there
        self._missing_inside_of = missing_inside
        self._excluded = excluded
        self.listing: PatientListing[FoundPhoto] = PatientListing(courtesy)
        self.found_among: Callable[[Sequence[FoundPhoto]], set[Path]] = lambda _photos: set()
        self.was_listed: Callable[[Path, Collection[Path]], None] = lambda _folder, _not_listed: None
        self.is_closed: Callable[[Path], bool] = lambda _folder: False

    def compared(
        self, folder: Path, tally: Tally, wishes: Wishes, found: Callable[[int], None]
    ) -> Look | None:
        """Return how a folder differs from what is known of it; None, and a word about it, when nobody can tell now.

        Args:
            folder: Which.
            tally: Counts what was found.
            wishes: What is looked at beyond what the listing tells.
            found: Told now and then how many photos were found so far.
        """
        look = self._look(folder, tally, wishes, found)
        if look is not None and look.comparison.new and (places := self.found_among(look.comparison.new)):
            tally.follow(places)
            # What was new is known now, and where it was nothing is missed. That is rare, and another look is quick.
            look = self._look(folder, tally, wishes, found)
        if look is not None:
            tally.unreadable += look.unreadable
            tally.count_listed(look.listed, len(look.kept.photos), look.kept.small)
        return look

    def _look(self, folder: Path, tally: Tally, wishes: Wishes, found: Callable[[int], None]) -> Look | None:
        absent = [] if self._control.stopped else self._missing_inside(folder)
        listed = self._listed(folder, absent, tally, wishes, found)
        if listed is None:
            return None
        unreadable = [*absent, *listed.unreadable]
        not_listed = [place.path for place in unreadable]
        # Also where somebody stopped it: what they want listed after all, they ask for.
        self.was_listed(folder, not_listed)
        if self._control.stopped:
            return None
        named = named_photos(listed.found, wishes.named) | wishes.again
        kept = self._left_out.without_known(folder, listed.found, not_listed, named)
        if (unlisted := listed.left_out.unlisted) is not None:
            self._catalog.known.save_unlisted(unlisted.learned.values())
            if not not_listed:
                self._catalog.known.forget_left_out(unlisted.known.keys() - unlisted.seen)
        known = self._known(folder, listed.unchanged, frozenset(not_listed))
        for path in kept.newly:
            known.pop(key_of(str(path)), None)
        return Look(listed, unreadable, kept, compare(kept.photos, known, not_listed, named))

    def _known(
        self, folder: Path, unchanged: Unchanged, not_listed: frozenset[Path]
    ) -> dict[str, tuple[str, Stamp]]:
        """Return what the catalogue remembers of the files of a listing that are not as they were.

        What could not be listed stays as it is, a million photos on a drive that is away among it: nobody asks for them.
        """
        known = dict(unchanged.differing)
        for place in unchanged.unseen(folder):
            if place in not_listed or not not_listed.isdisjoint(place.parents):
                continue
            known |= {
                key: one
                for key, one in self._catalog.known.stamps(place).items()
                if not unchanged.has_seen(os.path.dirname(one[0]))  # noqa: PTH120  # for a million
            }
        return known

    def there(self, photos: Iterable[FoundPhoto]) -> set[Path]:
        """Return the paths of those of some known photos whose drives are there."""
        chosen = [folder for folder in self._catalog.folders.paths() if self._is_there(folder)]
        absent = {place.path for folder in chosen for place in self._missing_inside_of(folder)}
        return {
            photo.path
            for photo in photos
            if any(photo.path.is_relative_to(folder) for folder in chosen)
            and absent.isdisjoint(photo.path.parents)
        }

    def _missing_inside(self, folder: Path) -> list[UnreadableFolder]:
        """Return places whose drive is not there, and tell of those that are chosen."""
        missing = list(self._missing_inside_of(folder))
        for place in missing:
            if place.reason in (NOT_THERE, NOT_ALLOWED):
                self._tell(FolderMissing(place.path, forbidden=place.reason == NOT_ALLOWED))
        return missing

    def _listed(
        self,
        folder: Path,
        absent: Sequence[UnreadableFolder],
        tally: Tally,
        wishes: Wishes,
        found: Callable[[int], None],
    ) -> Listed[FoundPhoto] | None:
        """Return what is in a folder; None, and a word about it, when that cannot be told now."""
        if self._is_there(folder):
            away = [*(place.path for place in absent), *self._away_elsewhere(folder)]
            try:
                begin = partial(self._begin, folder, wishes.folders())
                return self.listing.list(folder, begin, away, self._telling(found))
            except FolderMissingError:
                # It went while it was listed: what is remembered of it is brought up to date.
                self._is_there(folder)
            except SilentDriveError as error:
                if self._is_there(folder):
                    place = error.place if error.place.is_relative_to(folder) else folder
                    tally.unreadable.append(UnreadableFolder(place, NO_ANSWER))
                    return None
        is_closed = self.is_closed(folder)
        self._tell(FolderMissing(folder, forbidden=is_closed))
        tally.unreadable.append(UnreadableFolder(folder, NOT_ALLOWED if is_closed else NOT_THERE))
        return None

    def _away_elsewhere(self, folder: Path) -> list[Path]:
        """Return the chosen folders whose drive is not there; a listing would look at where they were, or hang."""
        return [
            chosen.path
            for chosen in self._catalog.drives.chosen()
            if chosen.offline_since is not None and not folder.is_relative_to(chosen.path)
        ]

    def _begin(
        self,
        folder: Path,
        apart: Collection[Path],
        into: Listed[FoundPhoto],
        absent: Collection[Path],
        beat: Beat,
    ) -> Iterator[tuple[int, list[FoundPhoto]]]:
        """List, and yield what is not as it was; on the listing's own thread."""
        into.unchanged = Unchanged(self._catalog.known.in_folder, apart)
        into.left_out.unlisted = Unlisted(self._catalog.known.unlisted(folder))
        for listed in list_folders(
            folder,
            report=into.unreadable.append,
            excluded=self._excluded,
            chosen=self._catalog.folders.paths(),
            absent=absent,
            exclusions=self._left_out.exclusions(),
            left_out=into.left_out,
            beat=beat,
        ):
            yield len(listed.rows), into.unchanged.rest_of(listed)

    def _telling(self, found: Callable[[int], None]) -> Callable[[int], bool]:
        """Return what waits while listing is paused, tells how far it is, and answers whether to go on."""
        last_told = time.monotonic()

        def goes_on(count: int) -> bool:
            nonlocal last_told
            if not self._control.wait(listing=True):
                return False
            if time.monotonic() - last_told > _TELL_S:
                last_told = time.monotonic()
                found(count)
            return True

        return goes_on
