"""Which photos are alike, and how they are shown as one: which of a stack stands for the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

StackOf = Mapping[int, int]
"""The stack of each photo that has its like, by the photo's id."""

NO_STACKS: Final[StackOf] = MappingProxyType({})


class KnowsStacks(Protocol):
    """Says which stack a photo is of: a mapping, or `Alike`."""

    def get(self, photo_id: int, /) -> int | None:
        """Return the stack of a photo; None where it has no like."""
        ...


@dataclass(frozen=True, slots=True)
class StackedCell:
    """What a cell shows of the stack its photo belongs to.

    Attributes:
        count: Photos of the stack that are in the list, this one included; 2 or more.
        is_front: Whether this is the photo that stands for the others.
        is_spread: Whether all of them are shown now.
    """

    count: int
    is_front: bool
    is_spread: bool
