"""Keeps the stacks of like photos in the catalogue up to date: made anew when something changed, and not otherwise."""

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from desktop_app.library.catalog import Catalog
from desktop_app.library.errors import LibraryError, UnreadablePhotoError
from desktop_app.library.events import Listener, StacksChanged
from desktop_app.library.media.looks import look_of
from desktop_app.library.media.pictures.decode import decode
from desktop_app.library.stacks.around import Around
from desktop_app.library.stacks.grouping import stacks_by
from desktop_app.library.stacks.likeness import Stopped, likeness_of
from desktop_app.library.stacks.measure import Measure
from desktop_app.library.stacks.thumbnail_pairs import ThumbnailPairs
from desktop_app.library.thumbnails import ThumbnailStore

logger = logging.getLogger(__name__)

_NOTE = "stacks"
# What was found of pairs of thumbnails: by which rules, and what.
_PAIRS_NOTE = "stack pairs"
# Stacks made by other rules than today's are made again, and pairs of photos compared again.
_RULES = 3
# Behind the state that stacks were made from, when thumbnails were missing.
_UNFINISHED = " ?"
# Thumbnails looked for in one idle moment, to go on where one was missing.
_LOOKED_FOR = 20
# At the end of a refresh, as many contents as take a tenth of a second, or a tenth of the time the refresh took;
# comparing thumbnails may take ten seconds, or a tenth of it: on a computer that is busy a few pairs take more than one.
_QUICK_CONTENTS = 5_000
_CONTENTS_IN_A_TENTH = 3_000
_QUICK_S = 10.0
# While photos keep coming, stacks may take one part in so many of the processor.
_REST = 20
# Thumbnails read in one idle moment: a second, or less when somebody waits.
_LOOKS_AT_ONCE = 300
_LOOK_PX = 64
# What "the same" meant when all was made.
_MEASURE_NOTE = "stack measure"
# So many contents may have changed for only those around them to be looked at.
_MOST_FOLLOWED = 100


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What photos are compared by.

    Attributes:
        model_id: Whose vectors; None without a model.
        usual: The mean cosine of two photos, as far as it is known beforehand; see `grouping.stacks_of`.
    """

    model_id: str | None
    usual: float | None


class StackKeeper:
    """Makes stacks when photos, vectors or dates changed. Belongs to the writer thread.

    What stacks were made from is noted in the catalogue: the model, and the number of the last change of any vector,
    which a photo's coming, going and dating are too. So a library that is opened again makes nothing anew.
    """

    def __init__(
        self, catalog: Catalog, thumbnails: ThumbnailStore, yardstick: Callable[[], Yardstick]
    ) -> None:
        """Make it; nothing is read yet.

        Args:
            catalog: Has everything, and gets the stacks.
            thumbnails: Tell copies from what only looks alike, and the looks of photos decoded before looks were kept.
            yardstick: Asked whenever stacks are made.
        """
        self._catalog = catalog
        self._thumbnails = thumbnails
        self._yardstick = yardstick
        self._pairs = ThumbnailPairs(thumbnails, catalog.stacks.hashes_of)
        self._around = Around(catalog)
        self._measure: Measure | None = None
        self._at: int | None = None
        self._followed = 0
        self._awaited: deque[str] = deque()
        self._has_begun = False
        self._state: str | None = None
        self._looked_up_to = 0
        self._not_before = 0.0
        self._was_idle = time.monotonic()

    def renew(self, tell: Listener, stopped: Callable[[], bool]) -> None:
        """Make stacks anew if something changed, in an idle moment; what goes wrong is logged.

        Contents that were decoded before looks were kept get theirs from their thumbnails first, some hundreds at each
        call.

        Args:
            tell: Hears that other photos than before are shown as one.
            stopped: Asked between blocks of work; once it says yes, nothing is made.
        """
        if time.monotonic() >= self._not_before:
            self._renew(tell, stopped, lambda: self._catch_up(stopped))
            self._read_ahead(stopped)
        self._was_idle = time.monotonic()

    def renew_after_work(self, tell: Listener, stopped: Callable[[], bool]) -> None:
        """Make stacks anew at the end of work, where that adds a tenth to it at most, or ten seconds.

        A command's process ends before it is ever idle, and its photos would have no stacks. Pairs of photos that were
        compared until the time was up need not be compared next time.

        Args:
            tell: As in `renew`.
            stopped: As in `renew`.
        """
        now = time.monotonic()
        worked = now - self._was_idle
        most = _QUICK_CONTENTS + int(worked * _CONTENTS_IN_A_TENTH)
        until = now + max(_QUICK_S, worked / 10)
        self._renew(
            tell,
            lambda: stopped() or time.monotonic() > until,
            lambda: self._catalog.stacks.most_contents() <= most,
        )

    def _read_ahead(self, stopped: Callable[[], bool]) -> None:
        """Be ready for the next photo that comes, once there are stacks that it may come into."""
        if self._measure is None or not self._measure.allows(self._followed) or stopped():
            return
        try:
            self._around.read_ahead()
        except LibraryError as error:
            logger.warning("the looks of photos could not be read ahead: %s", error)

    def _renew(self, tell: Listener, stopped: Callable[[], bool], is_time: Callable[[], bool]) -> None:
        try:
            at = self._catalog.changes
            by = self._yardstick()
            usual = "" if by.usual is None else f"{by.usual:.2f}"
            state = f"{_RULES} {by.model_id} {self._catalog.vectors.outbox_last()} {usual}"
            if not self._has_begun:
                self._begin(state, at)
            came = self._came()
            if state == self._state and not came:
                return
            made = self._follow(by, usual, state, stopped, came=came)
            if made is None and is_time():
                made = self._make(by, usual, state, stopped)
            if made is not None:
                self._at = at
            if made:
                tell(StacksChanged())
        except LibraryError as error:
            logger.warning("like photos are not shown as one: %s", error)
        except Stopped:
            logger.debug("the stacks have to wait")

    def _begin(self, state: str, at: int) -> None:
        """Take up what was noted: stacks that lacked thumbnails are made again, once, for they may be there by now."""
        self._has_begun = True
        if self._catalog.notes.get(_NOTE) == state:
            self._measure = Measure.of(self._catalog.notes.get(_MEASURE_NOTE) or "")
            self._at = at
        noted = self._catalog.notes.get(_NOTE)
        self._state = None if noted is None or noted.endswith(_UNFINISHED) else noted
        rules, _, text = (self._catalog.notes.get(_PAIRS_NOTE) or "").partition(" ")
        if rules == str(_RULES):
            self._pairs.learn(text)

    def _came(self) -> bool:
        """Tell whether a thumbnail is there that was missing when the stacks were made; looks for some of them."""
        looked_for = min(_LOOKED_FOR, len(self._awaited))
        self._awaited.rotate(looked_for)
        return any(self._thumbnails.has(self._awaited[place]) for place in range(looked_for))

    def _follow(
        self, by: Yardstick, usual: str, state: str, stopped: Callable[[], bool], *, came: bool
    ) -> bool | None:
        """Make the stacks of what changed, and of all around it; answer whether they are others, None where that is too much."""
        measure = self._measure
        if measure is None or self._at is None or measure.by != f"{by.model_id} {usual}":
            return None
        changes = self._catalog.changed_since(self._at)
        contents = set(changes.contents)
        if came and len(self._awaited) <= _MOST_FOLLOWED:
            contents |= set(self._catalog.photos.content_ids(self._awaited).tolist())
        elif came:
            return None
        if changes.everything or not measure.allows(self._followed + len(contents)):
            return None
        if len(contents) > _MOST_FOLLOWED or (around := self._around.of(contents)) is None:
            return None
        started = time.monotonic()
        fetch = partial(self._catalog.vectors.of_contents, by.model_id or "")
        self._pairs.begin()
        stacks = stacks_by(measure.likeness, self._catalog.stacks.facts(around), fetch, self._pairs, stopped)
        self._awaited = deque(sorted({*self._awaited, *self._pairs.missing} - self._there()))
        noted = state + _UNFINISHED if self._awaited else state
        changed = self._catalog.stacks.save_some(around, stacks, _NOTE, noted)
        self._state = state
        self._followed += len(contents)
        took = time.monotonic() - started
        self._not_before = started + _REST * took
        logger.debug("%d photos around %d that changed (%.2f s)", len(around), len(contents), took)
        return changed

    def _there(self) -> set[str]:
        """Return the hashes of those awaited thumbnails that are there by now."""
        return {content_hash for content_hash in self._awaited if self._thumbnails.has(content_hash)}

    def _make(self, by: Yardstick, usual: str, state: str, stopped: Callable[[], bool]) -> bool:
        started = time.monotonic()
        fetch = partial(self._catalog.vectors.of_contents, by.model_id or "")
        facts = self._catalog.stacks.facts()
        self._pairs.begin()
        try:
            likeness = likeness_of(facts.ids, facts.looks, fetch, by.usual)
            with self._pairs.on_all_cores():
                stacks = stacks_by(likeness, facts, fetch, self._pairs, stopped)
            self._pairs.forget_unasked()
        finally:
            # What was compared before somebody wanted the writer is known when it goes on.
            found = self._pairs.text()
            if found is not None:
                self._catalog.notes.set(_PAIRS_NOTE, f"{_RULES} {found}")
        self._awaited = deque(sorted(self._pairs.missing))
        noted = state + _UNFINISHED if self._awaited else state
        self._measure, self._followed = Measure(f"{by.model_id} {usual}", likeness, len(facts.ids)), 0
        self._catalog.notes.set(_MEASURE_NOTE, self._measure.text())
        changed = self._catalog.stacks.save(stacks, _NOTE, noted)
        self._state = state
        took = time.monotonic() - started
        self._not_before = started + _REST * took
        logger.info("%d photos are in %d stacks (%.2f s)", len(stacks), len(set(stacks.values())), took)
        return changed

    def _catch_up(self, stopped: Callable[[], bool]) -> bool:
        """Read some looks that are missing; answer whether none is missing any more."""
        rows = self._catalog.stacks.without_look(_LOOKS_AT_ONCE, after=self._looked_up_to)
        looks: dict[int, int] = {}
        for number, content_hash in rows:
            if stopped():
                break
            look = self._look_of(content_hash)
            if look is not None:
                looks[number] = look
            self._looked_up_to = number
        if looks:
            self._catalog.stacks.save_looks(looks, _NOTE)
            # Looks that came by this way are in no change.
            self._measure = None
        return not rows

    def _look_of(self, content_hash: str) -> int | None:
        try:
            content = self._thumbnails.read(content_hash)
            return look_of(decode(content, least_px=_LOOK_PX).picture)
        except UnreadablePhotoError as error:
            # It gets its look when the photo is read again.
            logger.debug("no look from the thumbnail of %s: %s", content_hash, error.reason)
            return None
