"""Forgets what is known of photos that are gone: after 30 days, or at once when a person says so."""

import logging
import time
from collections.abc import Callable

from desktop_app.library.catalog import Catalog
from desktop_app.library.catalog.orphans import AT_ONCE, EVER
from desktop_app.library.catalog.safety_copy import SafetyCopy
from desktop_app.library.errors import LibraryError
from desktop_app.library.outside.numbers import whole_number
from desktop_app.library.space.uses import KEPT_DAYS
from desktop_app.library.thumbnails import ThumbnailStore

logger = logging.getLogger(__name__)

_DAY_S = 24 * 3600
# A clock may be wrong by years for an hour: on a board without a battery, after a repair, by a slip of the hand. What
# is due waits until the clock has said so for a day, and what a clock from before this was written noted begins anew.
_DUE_SINCE = "due to be forgotten since"
_SURE_AFTER_S = _DAY_S
_WRITTEN_AT = 1_767_225_600
# Contents in one transaction: 10 ms, and what of them is lost by a crash is done again.
_AT_ONCE = 500
# By itself the catalogue is written anew only where that gives back much: new photos fill what is free as well.
_WORTH_BYTES = 2**25
_WORTH_SHARE = 0.25
_AGAIN_S = 3600.0


class Forgetter:
    """Forgets contents whose last file went, with their vectors, thumbnails, words and stacks. Belongs to the writer thread.

    Photos on a drive that is not connected are known, and not gone: their time does not run.
    """

    def __init__(
        self,
        catalog: Catalog,
        thumbnails: ThumbnailStore,
        safety_copy: SafetyCopy,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Make it; nothing is forgotten yet.

        Args:
            catalog: Knows what is gone, and since when.
            thumbnails: Has the small copies.
            safety_copy: Made anew after what was forgotten at once.
            clock: Tells the time in seconds since 1970.
        """
        self._catalog = catalog
        self._thumbnails = thumbnails
        self._safety_copy = safety_copy
        self._clock = clock
        self._not_before = 0.0

    def renew(self, stopped: Callable[[], bool]) -> None:
        """Forget what is due, in an idle moment; what goes wrong is logged and tried again.

        Args:
            stopped: Asked between steps of some milliseconds; once it says yes, the rest waits for the next time.
        """
        try:
            if self._catalog.orphans.goes_at_once():
                self._forget_at_once(AT_ONCE, stopped)
            self._forget_old(int(self._clock()), stopped)
            self._tidy(stopped)
        except (LibraryError, OSError) as error:
            logger.warning("what is known of photos that are gone could not be forgotten: %s", error)

    def forget_marked(self, stopped: Callable[[], bool]) -> None:
        """Forget at once what a person wanted forgotten at once; what is not done is done in an idle moment.

        Raises:
            LibraryError: The catalogue cannot be written.
        """
        self._forget_at_once(AT_ONCE, stopped)

    def forget_all(self, stopped: Callable[[], bool]) -> None:
        """Forget everything that is known of photos that are gone, however lately they went.

        Raises:
            LibraryError: The catalogue cannot be written.
        """
        self._forget_at_once(EVER, stopped)
        # What an end of the process once left, between a thumbnail and the catalogue.
        self._thumbnails.clear(stopped, but=self._catalog.orphans.hashes())

    def compact(self, stopped: Callable[[], bool]) -> None:
        """Give back what the catalogue does not need any more, and have its copy made anew."""
        try:
            self._catalog.compact(stopped)
        except OSError as error:
            logger.info("the catalogue was not compacted: %s", error)
        self._safety_copy.outdate()

    def _forget_at_once(self, until: int, stopped: Callable[[], bool]) -> None:
        self._forget(until, stopped)
        if stopped():
            return
        # Deleted rows leave their bytes, and the index of words what it pointed to: nothing of it shall be left.
        self._catalog.orphans.forget_words()
        self.compact(stopped)
        if not stopped():
            self._catalog.orphans.end_at_once()

    def _forget_old(self, now: int, stopped: Callable[[], bool]) -> None:
        """Forget what has been gone for 30 days, if the clock can be believed."""
        if now >= _WRITTEN_AT:
            self._catalog.orphans.begin_anew(_WRITTEN_AT, now)
        until, notes = now - KEPT_DAYS * _DAY_S, self._catalog.notes
        noted = notes.get(_DUE_SINCE)
        if not self._catalog.orphans.is_any_due(until):
            if noted is not None:
                notes.set(_DUE_SINCE, None)
            return
        since = whole_number(noted or "")
        if since is None or since > now:
            notes.set(_DUE_SINCE, str(now))
        elif now - since >= _SURE_AFTER_S:
            self._forget(until, stopped)

    def _forget(self, until: int, stopped: Callable[[], bool]) -> None:
        forgotten = 0
        while not stopped() and (due := self._catalog.orphans.due(until, _AT_ONCE)):
            # Thumbnails first: those of a content that is not known any more would be found by nobody.
            for orphan in due:
                for content_hash in orphan.hashes:
                    self._thumbnails.remove(content_hash)
            self._catalog.orphans.forget([orphan.id for orphan in due])
            forgotten += len(due)
        if forgotten:
            logger.info("%d photos that are gone were forgotten", forgotten)
        self._catalog.orphans.forget_places(until)

    def _tidy(self, stopped: Callable[[], bool]) -> None:
        """Give back what is free in the catalogue where that is much; not again within an hour."""
        if time.monotonic() < self._not_before:
            return
        free = self._catalog.free_bytes()
        if free >= max(_WORTH_BYTES, _WORTH_SHARE * self._catalog.path.stat().st_size) and not stopped():
            self._not_before = time.monotonic() + _AGAIN_S
            self._catalog.compact(stopped)
