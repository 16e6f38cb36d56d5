"""Works out which rows come next, on any thread, so that the window's has only to take them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from desktop_app.ui.grid.alike import Alike, Stacks
from desktop_app.ui.grid.listing import Listing
from desktop_app.ui.grid.places import Ids, Numbers
from desktop_app.ui.grid.row_changes import Changes, changes
from desktop_app.ui.grid.rows import Basis
from desktop_app.ui.grid.sections import Grouping
from desktop_app.ui.grid.shown import Shown


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Rows to come, as `PhotosModel.take` takes them.

    Attributes:
        before: From what they were worked out.
        after: To what they lead.
        steps: The rows to take out and to put in; None for beginning anew.
        is_other: It is another list, not the present one as it is now.
        stale: Photos to be asked for anew when they are seen; None for all.
        again: Works the same out from other rows.
    """

    before: Basis
    after: Basis
    steps: Changes | None
    is_other: bool
    stale: frozenset[int] | None
    again: "Callable[[Ahead], Plan]"

    def count(self) -> int:
        """Return how many photos the list has then, those below others included."""
        return 0 if self.after.listing is None else len(self.after.listing.ids)


class Ahead:
    """Starts from the rows as they are when this is made; where they are others by the time, `Plan.again` is called.

    Made on the GUI thread by `PhotosModel.ahead`; its methods may be called on any.
    """

    def __init__(self, basis: Basis, grouping: Grouping, *, is_other: bool) -> None:
        """Take what is shown.

        Args:
            basis: The rows.
            grouping: How they are divided.
            is_other: A list that comes takes the place of what is no such list, an answer or nothing.
        """
        self._basis = basis
        self._grouping = grouping
        self._is_other = is_other

    def listed(self, ids: Numbers, seconds: Ids | None = None) -> Plan:
        """Work out a whole list; see `PhotosModel.show_ids`."""
        return self.with_listing(Listing.of(ids, seconds))

    def with_listing(self, listing: Listing, stale: frozenset[int] | None = None) -> Plan:
        """Work out the rows of a list."""
        spread = frozenset[int]() if self._is_other else self._basis.spread
        after = replace(self._basis, listing=listing, spread=spread)
        return self._plan(
            after, stale, lambda ahead: ahead.with_listing(listing, stale), is_other=self._is_other
        )

    def changed(self, named: frozenset[int], ids: Numbers, seconds: Ids) -> Plan:
        """Work out what becomes of a list by date; see `PhotosModel.update_ids`."""
        before = self._basis.listing or Listing.of(())
        listing = before.with_changes(named, ids, seconds)
        after = self._basis if listing is before else replace(self._basis, listing=listing)
        return self._plan(after, named, lambda ahead: ahead.changed(named, ids, seconds))

    def alike(self, stacks: Stacks) -> Plan:
        """Work out the rows where other photos are alike; see `PhotosModel.take_stacks`."""
        return self.with_alike(Alike(stacks))

    def with_alike(self, alike: Alike) -> Plan:
        """Work out the rows for stacks that were taken up already."""
        after = self._basis if alike == self._basis.alike else replace(self._basis, alike=alike)
        return self._plan(after, frozenset(), lambda ahead: ahead.with_alike(alike))

    def as_one(self, as_one: bool) -> Plan:
        """Work out the rows where photos that are alike are shown as one, or each by itself."""
        after = self._basis if as_one is self._basis.as_one else replace(self._basis, as_one=as_one)
        return self._plan(after, frozenset(), lambda ahead: ahead.as_one(as_one))

    def turned(self, photo_id: int) -> Plan | None:
        """Work out the rows with a stack spread or gathered; None where there is none."""
        shown = self._basis.shown
        turned = None if shown is None else shown.turned(photo_id)
        if shown is None or turned is None:
            return None
        stack = shown.stack(photo_id)
        spread = (
            self._basis.spread.difference(stack) if turned[1].removed else self._basis.spread.union(stack)
        )
        after = replace(self._basis, spread=spread, shown=turned[0])
        return Plan(self._basis, after, turned[1], False, frozenset(), _not_again)

    def _plan(
        self,
        after: Basis,
        stale: frozenset[int] | None,
        again: "Callable[[Ahead], Plan]",
        *,
        is_other: bool = False,
    ) -> Plan:
        if after.listing is None or after is self._basis:
            return Plan(self._basis, after, Changes((), ()), False, stale, again)
        shown = Shown.of(after.listing, after.alike if after.as_one else None, after.spread)
        # Made here, for they take a while of a long list.
        shown.places()
        shown.stands_for()
        shown.sections(self._grouping)
        before = self._basis.shown
        steps = None if is_other or before is None else changes(before.ids, shown.ids)
        return Plan(self._basis, replace(after, shown=shown), steps, is_other, stale, again)


def _not_again(_ahead: Ahead) -> Plan:
    raise RuntimeError("a stack is spread at once, so that no other rows can come between")
