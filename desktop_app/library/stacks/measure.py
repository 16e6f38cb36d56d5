"""What "the same" meant when all stacks were made: good for those of some photos more, and kept over a restart."""

from dataclasses import dataclass
from typing import Final, Self

from desktop_app.library.stacks.likeness import Likeness

# Of fewer photos all are compared again as quickly; and of the tenth part of all it may be another measure.
_LEAST_PHOTOS: Final = 2_000
_SHARE: Final = 10
_UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Measure:
    """The measure that all stacks were made by.

    Attributes:
        by: The model, and what was known of it beforehand.
        likeness: The measure itself; None where there were too few photos.
        photos: How many contents there were.
    """

    by: str
    likeness: Likeness | None
    photos: int

    def allows(self, followed: int) -> bool:
        """Tell whether it is still good after so many contents changed."""
        return self.photos >= _LEAST_PHOTOS and followed * _SHARE <= self.photos

    def text(self) -> str:
        """Return it as it is noted."""
        one = self.likeness
        limits = f"{one.copy!r} {one.burst!r} {one.lead!r}" if one else _UNKNOWN
        return f"{self.photos}|{limits}|{self.by}"

    @classmethod
    def of(cls, text: str) -> Self | None:
        """Return what `text` wrote; None for anything else."""
        photos, _, rest = text.partition("|")
        limits, _, by = rest.partition("|")
        try:
            if limits == _UNKNOWN:
                return cls(by, None, int(photos))
            copy, burst, lead = map(float, limits.split())
            return cls(by, Likeness(copy=copy, burst=burst, lead=lead), int(photos))
        except ValueError:
            return None
