"""What the person wants left out of the chosen folders: kept in the catalogue, applied to listings and small photos."""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from desktop_app.library.catalog import Catalog
from desktop_app.library.concurrency.deadlines import Deadlines
from desktop_app.library.folders.comparing import FoundPhoto
from desktop_app.library.folders.exclusions import Exclusions, from_text, text_of
from desktop_app.library.folders.live_photos import LONGEST_S
from desktop_app.library.folders.rules import Identity, identity

# Beside the chosen folders, which it narrows: window, command line and scripts read one truth, and a library that is
# moved to another computer takes it along.
_NOTE = "exclusions"
_ANSWER_S = 5.0


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left of a listing.

    Attributes:
        photos: Those that are not left out.
        small: How many of the others are smaller than the person wants.
        newly: Photos of the library that are left out from now on.
    """

    photos: list[FoundPhoto]
    small: int = 0
    newly: Collection[Path] = ()


class LeftOut:
    """The person's exclusions in the catalogue. Any thread may read them; the writer alone changes them."""

    def __init__(self, catalog: Catalog) -> None:
        """Read what was chosen before."""
        self._catalog = catalog
        # The other chosen folders may be on drives that do not answer, which say nothing of this one.
        self._identities: Deadlines[Path, Identity | None] = Deadlines()
        self._places: Deadlines[Path, Path] = Deadlines()
        self._exclusions = from_text(catalog.notes.get(_NOTE))
        self._settled_px: int | None = None

    def exclusions(self) -> Exclusions:
        """Return the exclusions as they are now."""
        return self._exclusions

    def change(self, exclusions: Exclusions) -> None:
        """Replace the exclusions; they count from the next refresh on."""
        if exclusions != self._exclusions:
            self._catalog.notes.set(_NOTE, text_of(exclusions))
            self._exclusions = exclusions

    def chosen(self, folder: Path) -> Path:
        """Return the path by which a folder that the person chooses is known; it is left out no longer.

        That is another path where the same folder is chosen already through a link, a mount or another spelling.
        """
        self.change(self._exclusions.without_folder(folder))
        folders = self._catalog.folders.paths()
        known = self._identities.ask(
            {path: partial(identity, path) for path in (folder, *folders)}, _ANSWER_S
        )
        wanted = known.get(folder)
        return next((path for path in folders if wanted is not None and known.get(path) == wanted), folder)

    def overlapping(self, folder: Path) -> list[Path]:
        """Return a folder and the chosen ones that share photos with it under other names: each is counted once."""
        folders = (folder, *self._catalog.folders.paths())
        places = self._places.ask({path: partial(_real, path) for path in folders}, _ANSWER_S)
        real = places.pop(folder, folder)
        return [
            folder,
            *(
                path
                for path, place in places.items()
                if (place.is_relative_to(real) and not path.is_relative_to(folder))
                or (real.is_relative_to(place) and not folder.is_relative_to(path))
            ),
        ]

    def settle_small(self) -> int:
        """Take photos out of the library that are smaller than is wanted; return how many.

        Every photo is asked when this is first called, and when another size is wanted: what comes later is left out as it
        is read.
        """
        least_px = self._exclusions.least_px
        if least_px == self._settled_px:
            return 0
        gone = self._catalog.known.leave_out_smaller(least_px)
        self._settled_px = least_px
        return gone

    def without_known(
        self,
        folder: Path,
        found: Sequence[FoundPhoto],
        unreadable: Collection[Path],
        named: Collection[Path] = frozenset(),
    ) -> "Kept":
        """Return a listing without what was left out before and has not changed since.

        Left out are small photos, and films that are the moving halves of photos as long as these are listed too. What
        is remembered of others is forgotten, unless they could not be listed.

        Args:
            folder: What was listed.
            found: All of the listing that may have been left out before, or may be now.
            unreadable: Folders below it that could not be listed.
            named: Photos of which somebody heard that they were written.
        """
        known, halves = self._catalog.known.left_out(folder), self._catalog.known.halves(folder)
        kept: list[FoundPhoto] = []
        if not (known or halves or any(photo.still is not None for photo in found)):
            return Kept(list(found))
        learned: list[FoundPhoto] = []
        small: set[Path] = set()
        films: set[Path] = set()
        for photo in found:
            stamps = halves if photo.still is not None and photo.path in halves else known
            stamp = stamps.get(photo.path)
            if stamp and stamp.fits(photo) and not stamp.doubts(photo) and photo.path not in named:
                (films if stamps is halves else small).add(photo.path)
                if photo.changed_ns and not stamp.changed_ns:
                    learned.append(photo)
            else:
                kept.append(photo)
        self._catalog.known.learn(learned)
        places = frozenset(unreadable)
        self._catalog.known.forget_left_out(
            path
            for path in (*known, *halves)
            if path not in small and path not in films and places.isdisjoint(path.parents)
        )
        may_be = [photo for photo in kept if photo.still is not None and photo.path not in named]
        newly = self._catalog.known.leave_out_halves(may_be, LONGEST_S)
        photos = [photo for photo in kept if photo.path not in newly] if newly else kept
        return Kept(photos, len(small), newly)


def _real(folder: Path) -> Path:
    return Path(os.path.realpath(folder))
