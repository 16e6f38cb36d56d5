"""Decodes photos in processes of their own: a crash, a hang or 10 GB of memory in one photo costs that photo only."""

import contextlib
import logging
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from desktop_app.library.decoding.process import DecoderEndedError, DecoderProcess, Decoding, End
from desktop_app.library.decoding.wire import (
    LONGEST_REASON,
    WHOLE_PX,
    Json,
    WireError,
    integer_of,
    text_of,
    unpacked,
)
from desktop_app.library.errors import LibraryError, UnreadablePhotoError
from desktop_app.library.media.formats import is_video_name
from desktop_app.library.media.pictures import reasons
from desktop_app.library.media.pictures.decode import Decoded

__all__ = ["WHOLE_PX", "DecoderPool", "Decoders", "DecodersClosedError", "Decoding", "Reading"]

_log = logging.getLogger(__name__)

_LOOK_S = 0.1
# Allocators keep pieces of what large pictures took, and libraries leak: a new process has neither.
_MOST_PHOTOS = 2000
_LARGE_BYTES = 400 * 10**6
# A process that is ended from outside is not to blame the first time.
_ATTEMPTS = 2
# The photo that is looked at, and a thumbnail or an example.
_SHOWN_AT_ONCE = 2
_HASH = re.compile("[0-9a-f]{32}")
_CRASHED = "the decoder crashed on it"
_WORDS = {
    End.CRASHED: _CRASHED,
    End.FROM_OUTSIDE: "the decoder was ended while it worked on it, perhaps because memory ran out",
}


class DecodersClosedError(LibraryError):
    """A photo was not read, because the library is being closed."""

    def __init__(self) -> None:
        super().__init__("The library is being closed.")


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of a photo file.

    Attributes:
        content_hash: Identity of its bytes; None when they could not be read.
        decoded: Metadata and pixels; None when they were not wanted, or when there is a problem.
        problem: Why it cannot be used, in a person's words; None when it can.
        is_silent: Whether its drive does not answer, so that nothing is known of the file itself.
        passing: Whether the problem is a matter of the moment; see `UnreadablePhotoError`.
    """

    content_hash: str | None
    decoded: Decoded | None = None
    problem: str | None = None
    is_silent: bool = False
    passing: bool = False

    def picture(self) -> Image.Image:
        """Return the picture for people to look at.

        Raises:
            UnreadablePhotoError: There is none.
        """
        if self.decoded is None:
            raise UnreadablePhotoError(
                self.problem or "it was not decoded", passing=self.passing or self.is_silent
            )
        return self.decoded.picture


@dataclass(eq=False, slots=True)
class _Kept:
    """A process of the pool.

    Attributes:
        process: The decoder.
        photos: How many it was asked for.
        idle_since: When it was given back last.
    """

    process: DecoderProcess
    photos: int = 0
    idle_since: float = 0.0

    @property
    def is_fit(self) -> bool:
        return (
            self.process.is_sound
            and self.photos < _MOST_PHOTOS
            and self.process.memory_bytes() < _LARGE_BYTES
        )


class DecoderPool:
    """Decoders in processes, started when they are needed and ended when they are not. Any thread.

    Attributes:
        workers: How many photos are decoded at the same time; more callers than that wait.
    """

    def __init__(self, workers: int, *, background: bool, how: Decoding | None = None) -> None:
        """Make it; nothing runs yet.

        Args:
            workers: Processes at the same time.
            background: Whether everything else on the machine goes first.
            how: Which decoder, and how much a photo may take; None for the usual way.
        """
        self.workers = workers
        self._background = background
        self._how = how or Decoding()
        self._turn = threading.Condition()
        self._places = workers
        self._idle: list[_Kept] = []
        self._busy: set[_Kept] = set()
        self._watcher: threading.Thread | None = None
        self._closed = threading.Event()

    def read(
        self,
        path: Path,
        least_px: int,
        *,
        wanted: Callable[[str], bool] = lambda _hash: True,
        with_stored: bool = True,
        at_ms: int | None = None,
    ) -> Reading:
        """Read and decode a photo or video file; waits for both, and for a free process.

        Args:
            path: The file.
            least_px: Both sides of the pictures have at least this many pixels, where the photo has them.
            wanted: Asked with the hash of the file's bytes; what is not wanted is not decoded.
            with_stored: Whether the pixels that the model sees are needed beside those for people.
            at_ms: Of a video, only the moment shown then is wanted, or the nearest one that can be had. Without it, all
                its moments are; but with more than `MOST_MOMENTS_PX` only the one it is known by.

        Returns:
            What came of it; a file that cannot be used comes back with its problem.

        Raises:
            DecodersClosedError: The pool was closed meanwhile.
            LibraryError: No process can be started.
        """
        address = os.fsencode(os.path.abspath(path))  # noqa: PTH100 - keeps links, unlike resolve
        for _ in range(_ATTEMPTS):
            with self._borrowed() as process:
                attempt = _Attempt(process)
                reading = attempt.read(address, least_px, wanted, with_stored=with_stored, at_ms=at_ms)
            if self._closed.is_set():
                raise DecodersClosedError
            if not attempt.is_blameless:
                break
            _log.warning("a decoder was ended from outside while it worked on %s", path)
        return reading

    def close(self) -> None:
        """End all processes and threads; what is being decoded ends with `DecodersClosedError`."""
        self._closed.set()
        with self._turn:
            idle, self._idle = self._idle, []
            for kept in self._busy:
                kept.process.kill()
            self._turn.notify_all()
            watcher = self._watcher
        for kept in idle:
            kept.process.release()
        with self._turn:
            self._turn.wait_for(lambda: self._places == self.workers)
        if watcher is not None:
            watcher.join()

    @contextlib.contextmanager
    def _borrowed(self) -> Iterator[DecoderProcess]:
        """Wait for a place, and lend a decoder that is ready."""
        with self._place(), self._in_use(self._idle_one() or self._new_one()) as process:
            try:
                process.wait_until_ready()
            except LibraryError:
                if self._closed.is_set():
                    raise DecodersClosedError from None
                raise
            yield process

    @contextlib.contextmanager
    def _place(self) -> Iterator[None]:
        with self._turn:
            self._turn.wait_for(lambda: self._places or self._closed.is_set())
            if self._closed.is_set():
                raise DecodersClosedError
            self._places -= 1
        try:
            yield
        finally:
            with self._turn:
                self._places += 1
                self._turn.notify_all()

    @contextlib.contextmanager
    def _in_use(self, kept: _Kept) -> Iterator[DecoderProcess]:
        """Watch over a process while it works; keep it afterwards, if it is fit for more."""
        with self._turn:
            self._busy.add(kept)
            self._watch()
            if self._closed.is_set():
                kept.process.kill()
        try:
            yield kept.process
        finally:
            kept.photos += 1
            fit = kept.is_fit
            with self._turn:
                self._busy.discard(kept)
                fit = fit and not self._closed.is_set()
                if fit:
                    kept.idle_since = time.monotonic()
                    self._idle.append(kept)
            if not fit:
                kept.process.release()

    def _idle_one(self) -> _Kept | None:
        with self._turn:
            kept = self._idle.pop() if self._idle else None
        if kept is not None and not kept.process.is_sound:
            # It ended while nobody asked it anything.
            kept.process.release()
            return None
        return kept

    def _new_one(self) -> _Kept:
        return _Kept(DecoderProcess(self._how, background=self._background))

    def _watch(self) -> None:
        """Start the thread that watches, if there is none; under `_turn`."""
        if self._watcher is None:
            self._watcher = threading.Thread(target=self._look_around, name="decoder-watch", daemon=True)
            self._watcher.start()

    def _look_around(self) -> None:
        """Look at every process again and again, until none is left."""
        looked = time.monotonic()
        while not self._closed.wait(_LOOK_S):
            now = time.monotonic()
            with self._turn:
                busy = list(self._busy)
                tired = [kept for kept in self._idle if now - kept.idle_since > self._how.idle_s]
                self._idle = [kept for kept in self._idle if kept not in tired]
                if not busy and not self._idle:
                    self._watcher = None
            for kept in busy:
                kept.process.look(now - looked)
            for kept in tired:
                kept.process.release()
            if not busy and self._watcher is not threading.current_thread():
                return
            looked = now


class Decoders:
    """The decoders of a library.

    Attributes:
        indexing: For photos that nobody waits for; everything else on the machine goes first.
        shown: For what somebody wants to see, or to search with, now; beside the others and never behind them.
    """

    def __init__(self, workers: int, how: Decoding | None = None) -> None:
        """Make them; nothing runs yet.

        Args:
            workers: Photos indexed at the same time.
            how: Which decoder, and how much a photo may take; None for the usual way.
        """
        self.indexing = DecoderPool(workers, background=True, how=how)
        self.shown = DecoderPool(_SHOWN_AT_ONCE, background=False, how=how)

    def close(self) -> None:
        """End all their processes and threads; what is being decoded is not waited for."""
        self.indexing.close()
        self.shown.close()


class _Attempt:
    """Reads one photo with one process.

    Attributes:
        is_blameless: Whether the process was ended from outside, so that the photo may be tried once more.
    """

    def __init__(self, process: DecoderProcess) -> None:
        self.is_blameless = False
        self._process = process
        self._hash: str | None = None

    def read(
        self,
        path: bytes,
        least_px: int,
        wanted: Callable[[str], bool],
        *,
        with_stored: bool,
        at_ms: int | None,
    ) -> Reading:
        """Return what came of it."""
        try:
            return self._read(path, least_px, wanted, with_stored=with_stored, at_ms=at_ms)
        except UnreadablePhotoError as error:
            if error.reason == reasons.NO_MEMORY and not self._process.is_memory_short():
                return Reading(self._hash, problem=self._process.too_large)
            return Reading(self._hash, problem=error.reason, passing=error.passing)
        except WireError as error:
            self._process.distrust()
            _log.warning("a decoder's answer was not believed: %s", error)
            return Reading(self._hash, problem=_CRASHED)
        except DecoderEndedError as error:
            self.is_blameless = error.end is End.FROM_OUTSIDE
            problem = error.words or _WORDS[error.end]
            # A drive that is slow now may be quicker another time; the same pixels take as long as before.
            is_slow_drive = error.end is End.TOO_SLOW and self._hash is None
            return Reading(
                self._hash,
                problem=problem,
                is_silent=error.end is End.SILENT,
                passing=self.is_blameless or is_slow_drive,
            )

    def _read(
        self,
        path: bytes,
        least_px: int,
        wanted: Callable[[str], bool],
        *,
        with_stored: bool,
        at_ms: int | None,
    ) -> Reading:
        opened = _believed(self._process.open(path))
        self._hash = content_hash = _hash_in(opened)
        if not wanted(content_hash):
            self._process.forget()
            return Reading(content_hash)
        size_bytes = None if is_video_name(os.fsdecode(path)) else integer_of(opened.get("size_bytes"))
        words, pixels = self._process.decode(least_px, size_bytes, with_stored=with_stored, at_ms=at_ms)
        return Reading(content_hash, unpacked(_believed(words), pixels))


def _believed(words: Json) -> Json:
    """Return an answer that is no problem.

    Raises:
        UnreadablePhotoError: It is one.
        WireError: It is nonsense.
    """
    if "problem" not in words:
        return words
    reason = text_of(words["problem"])
    if not reason.isprintable() or len(reason) > LONGEST_REASON:
        raise WireError("no reason")
    passing = words.get("passing", False)
    if not isinstance(passing, bool):
        raise WireError("neither passing nor not")
    raise UnreadablePhotoError(reason, passing=passing)


def _hash_in(words: Json) -> str:
    content_hash = text_of(words.get("hash"))
    if not _HASH.fullmatch(content_hash):
        raise WireError("no hash")
    return content_hash
