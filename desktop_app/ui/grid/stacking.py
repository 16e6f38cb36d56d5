"""Shows photos that are alike as one: which of a stack stands for the others, and whether these are shown too."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

StackOf = Mapping[int, int]
"""The stack of each photo that has its like, by the photo's id."""

NO_STACKS: Final[StackOf] = MappingProxyType({})


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


class Stacking:
    """Turns a list of photos into the list of those that are shown.

    The first photo of a stack in the list stands for the others: the best hit of an answer, the newest by date. When
    the stack is spread, the others follow it.

    What is spread is remembered by photo, for the engine may number stacks anew.
    """

    def __init__(self) -> None:
        self._stack_of = NO_STACKS
        self._as_one = True
        self._spread: set[int] = set()
        self._stacks: dict[int, list[int]] = {}
        self._front: dict[int, int] = {}

    def take(self, stack_of: StackOf) -> bool:
        """Take what the engine says is alike; return whether that is news."""
        news = self._stack_of != stack_of
        self._stack_of = stack_of
        return news

    def show_as_one(self, as_one: bool) -> bool:
        """Show like photos as one, or each by itself; return whether that is another way than before."""
        news = self._as_one is not as_one
        self._as_one = as_one
        return news

    def stack_of(self) -> StackOf:
        """Return what is alike; nothing where each photo is shown by itself."""
        return self._stack_of if self._as_one else NO_STACKS

    def has_spread(self) -> bool:
        """Return whether the others of any stack may be shown too."""
        # One that was spread may have left the list meanwhile.
        return any(photo_id in self._front for photo_id in self._spread)

    def are_alike(self, ids: Iterable[int]) -> bool:
        """Return whether any of these photos has its like, or lies in a stack of the list."""
        stack_of = self.stack_of()
        return any(photo_id in stack_of or photo_id in self._front for photo_id in ids)

    def forget_spread(self) -> None:
        """Gather all stacks, for another list."""
        self._spread.clear()

    def shown(self, ids: Sequence[int]) -> list[int]:
        """Return the photos of a list that are shown, in their order, and remember their stacks."""
        self._stacks = {stack[0]: stack for stack in _alike(ids, self.stack_of())}
        self._front = {photo_id: front for front, stack in self._stacks.items() for photo_id in stack}
        if not self._stacks:
            return list(ids)
        shown: list[int] = []
        for photo_id in ids:
            front = self._front.get(photo_id)
            if front is None:
                shown.append(photo_id)
            elif front == photo_id:
                shown.extend(self.stack(photo_id) if self.is_spread(photo_id) else (photo_id,))
        return shown

    def front(self, photo_id: int) -> int:
        """Return the photo that stands for this one: itself, unless it lies below another."""
        return self._front.get(photo_id, photo_id)

    def stack(self, photo_id: int) -> Sequence[int]:
        """Return the photos of the list that are alike, the one that stands for them first; none without a like."""
        return self._stacks.get(self.front(photo_id), ())

    def is_spread(self, photo_id: int) -> bool:
        """Return whether the others of this photo's stack are shown too."""
        return not self._spread.isdisjoint(self.stack(photo_id))

    def turn(self, photo_id: int) -> None:
        """Spread the stack of this photo, or gather it."""
        if self.is_spread(photo_id):
            self._spread.difference_update(self.stack(photo_id))
        else:
            self._spread.update(self.stack(photo_id))

    def cell(self, photo_id: int) -> StackedCell | None:
        """Return what the cell of this photo shows of its stack; None without one."""
        stack = self.stack(photo_id)
        if not stack:
            return None
        return StackedCell(len(stack), stack[0] == photo_id, self.is_spread(photo_id))

    def stacks(self) -> Mapping[int, Sequence[int]]:
        """Return the stacks of the list by the photos that stand for them."""
        return self._stacks


def _alike(ids: Iterable[int], stack_of: StackOf) -> Iterable[list[int]]:
    """Return the photos of each stack in the order of the list, where there is more than one."""
    if not stack_of:
        return ()
    found: dict[int, list[int]] = {}
    for photo_id in ids:
        number = stack_of.get(photo_id)
        if number is not None:
            found.setdefault(number, []).append(photo_id)
    return [stack for stack in found.values() if len(stack) > 1]
