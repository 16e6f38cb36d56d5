"""Lists folders on a thread of its own, which is left behind when a drive stops to answer."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Generic, TypeVar

from desktop_app.library.concurrency.courtesy import Courtesy
from desktop_app.library.concurrency.deadlines import NO_ANSWER
from desktop_app.library.folders.comparing import UnreadableFolder
from desktop_app.library.folders.listing import Beat, LeftOutCount
from desktop_app.library.folders.unchanged import Unchanged

log = logging.getLogger(__name__)

T = TypeVar("T")

# A disk that sleeps takes ten seconds to start, and a storage box on the network twice that.
SILENT_S = 30.0
"""How long a drive may take for one answer."""

# So often it is seen whether the listing has come any further; closing the library waits no longer.
_LOOK_S = 0.2
# More time than this between two looks passes only while the machine sleeps, and the drive with it.
_LONGEST_LOOK_S = 1.0
# Of the folders listed ahead of who takes them; so a pause stops the listing too.
_MOST_WAITING = 64
# So many places are looked at, in some 5 ms, before the next look whether somebody uses the window.
_BEATS_AT_ONCE = 256
# Each costs a listing from the beginning. A drive with more of them does not answer as a whole.
_MOST_SILENT = 4


@dataclass(slots=True)
class Listed(Generic[T]):
    """What a listing found.

    Attributes:
        found: What it handed over of the photos.
        unchanged: The photos that are not handed over, for nothing is to be done about them.
        unreadable: Folders that could not be listed.
        left_out: What was left out by the person's wish.
    """

    found: list[T] = field(default_factory=list)
    unchanged: Unchanged = field(default_factory=Unchanged)
    unreadable: list[UnreadableFolder] = field(default_factory=list)
    left_out: LeftOutCount = field(default_factory=LeftOutCount)


_Batch = tuple[int, Sequence[T]]

Listing = Callable[[Listed[T], frozenset[Path], Beat], Iterator[_Batch[T]]]
"""Begins a listing as `listing.list_folders` does: told where to write what it leaves out, where not to look, and whom
to tell where it is. It yields, for each folder, how many photos are in it and what is to be handed over of them."""


class SilentDriveError(Exception):
    """A drive does not answer.

    Attributes:
        place: Where a listing hangs.
    """

    def __init__(self, place: Path) -> None:
        super().__init__(f"{place}: {NO_ANSWER}")
        self.place = place


class PatientListing(Generic[T]):
    """Lists folders, and goes round the places that do not answer. Belongs to the writer thread.

    Nothing can end a look at a drive whose server is gone: whoever looks hangs until it is back, or for ever. So
    everything is listed on a thread ``listing``, which then stays behind and dies with the process. Nobody looks at
    such a place again before its thread has ended.
    """

    def __init__(self, courtesy: Courtesy | None = None) -> None:
        """Make it; nothing is listed yet.

        Args:
            courtesy: Says when a listing should wait a moment; None for never.
        """
        self._courtesy = courtesy or Courtesy()
        self._left: dict[Path, _Walker[T]] = {}

    def answers_again(self) -> bool:
        """Answer whether a place where a listing hung has answered since this was last asked."""
        hanging = {place: walker for place, walker in self._left.items() if walker.is_alive()}
        answered = len(hanging) < len(self._left)
        self._left = hanging
        return answered

    def list(
        self, folder: Path, listing: Listing[T], absent: Collection[Path], goes_on: Callable[[int], bool]
    ) -> Listed[T]:
        """Return what is in a folder and below it; what was found until `goes_on` said no.

        Args:
            folder: Which one.
            listing: Begins to list it.
            absent: Where not to look.
            goes_on: Called several times a second with the number of photos found; may block for a pause.

        Raises:
            FolderMissingError: It is not there, from the start or since half-way.
            SilentDriveError: It does not answer.
        """
        for _ in range(_MOST_SILENT):
            silent = [place for place, walker in self._left.items() if walker.is_alive()]
            if (hung := next((place for place in silent if folder.is_relative_to(place)), None)) is not None:
                raise SilentDriveError(hung)
            walker = _Walker(folder, listing, frozenset((*absent, *silent)), self._courtesy)
            try:
                listed = walker.follow(goes_on)
            except SilentDriveError as error:
                log.warning("a listing hangs at %r and is left behind", error.place)
                self._left[error.place] = walker
            else:
                listed.unreadable += [
                    UnreadableFolder(place, NO_ANSWER) for place in silent if place.is_relative_to(folder)
                ]
                return listed
        raise SilentDriveError(folder)


class _LeftBehindError(Exception):
    """Nobody waits for this listing any more."""


class _Walker(Generic[T]):
    """One listing on its thread."""

    def __init__(
        self, folder: Path, listing: Listing[T], absent: frozenset[Path], courtesy: Courtesy
    ) -> None:
        self._listing = listing
        self._courtesy = courtesy
        self._absent = absent
        self._place: str | Path = folder
        self._beats = 0
        self._is_left = False
        self._listed: Listed[T] = Listed()
        self._found: list[T] = []
        self._waiting: deque[_Batch[T]] = deque()
        self._error: BaseException | None = None
        self._has_ended = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._walk, name="listing", daemon=True)
        self._thread.start()

    def is_alive(self) -> bool:
        """Whether it runs, or hangs, still."""
        return self._thread.is_alive()

    def follow(self, goes_on: Callable[[int], bool]) -> Listed[T]:
        """Take what it finds until it has ended."""
        count = 0
        try:
            batches = self._in_time()
            while goes_on(count) and (batch := next(batches, None)) is not None:
                photos, found = batch
                count += photos
                self._found += found
        finally:
            self._is_left = True
            # It ends at its next beat, if it does not hang.
            self._thread.join(_LONGEST_LOOK_S)
        return replace(self._listed, found=self._found)

    def _in_time(self) -> Iterator[_Batch[T]]:
        """Yield what is handed over, or nothing where a look brought none, until the listing has ended."""
        beats, silence_s = self._beats, 0.0
        while True:
            began_s = time.monotonic()
            batch = self._taken()
            if batch is not None:
                silence_s = 0.0
                yield batch
                continue
            # In this order, for behind the end nothing is handed over.
            if self._has_ended and not self._waiting:
                break
            silence_s += min(time.monotonic() - began_s, _LONGEST_LOOK_S)
            if self._beats != beats:
                beats, silence_s = self._beats, 0.0
            elif silence_s >= SILENT_S:
                raise SilentDriveError(Path(self._place)) from None
            yield 0, ()
        if self._error is not None:
            raise self._error

    def _taken(self) -> _Batch[T] | None:
        """Return what was handed over first; None where nothing is for the time of a look, or the listing has ended."""
        with self._changed:
            if not self._waiting and not self._has_ended:
                self._changed.wait(_LOOK_S)
            batch = self._waiting.popleft() if self._waiting else None
            if not self._waiting:
                self._changed.notify()
        return batch

    def _walk(self) -> None:
        try:
            for batch in self._listing(self._listed, self._absent, self._beat):
                self._hand_over(batch)
        except _LeftBehindError:
            log.debug("a listing that was left behind has ended, at %r", self._place)
        except BaseException as error:  # noqa: BLE001 - whoever takes the photos is told
            log.debug("a listing has ended: %s", error)
            self._error = error
        with self._changed:
            self._has_ended = True
            self._changed.notify()

    def _hand_over(self, batch: _Batch[T]) -> None:
        with self._changed:
            self._waiting.append(batch)
            # Not for each: two threads that wake each other at every folder take longer than the listing.
            if len(self._waiting) >= _MOST_WAITING:
                self._changed.notify()
            while len(self._waiting) >= _MOST_WAITING:
                self._beat(self._place)
                self._changed.wait(_LOOK_S)

    def _beat(self, place: str | Path) -> None:
        if self._is_left:
            raise _LeftBehindError
        self._place = place
        self._beats += 1
        if self._beats % _BEATS_AT_ONCE == 0:
            self._courtesy.give_way(lambda: self._is_left)
