"""Places that are there again and were not listed since, so that nobody forgets them, whoever notices it first."""

from collections.abc import Collection
from pathlib import Path


class Returned:
    """Chosen folders, and places of drives inside them, that were missing, are back, and have to be listed.

    Any look at drives may be the first to see that one is back, also the look before a listing of something else. From then
    on nothing is missing any more, and nobody would ask for a listing of what happened there meanwhile. So whoever
    takes the mark away notes it here, and only a listing, or whoever asks for one, takes that away again.
    Belongs to the writer thread.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._places: set[Path] = set()

    def note(self, place: Path, *, is_there: bool) -> None:
        """Note that a place is back, or missing again."""
        if is_there:
            self._places.add(place)
        else:
            self._places.discard(place)

    def listed(self, folder: Path, not_listed: Collection[Path]) -> None:
        """Take away what a listing went through.

        Args:
            folder: What was listed, and all below it.
            not_listed: But for these, and what is below them.
        """
        self._places = {
            place
            for place in self._places
            if not place.is_relative_to(folder) or any(place.is_relative_to(left) for left in not_listed)
        }

    def take(self) -> set[Path]:
        """Return what has to be listed still; the caller sees to it."""
        taken, self._places = self._places, set()
        return taken
