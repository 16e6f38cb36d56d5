"""One decoder in a process of its own: start it, ask it, watch it, end it."""

import contextlib
import enum
import logging
import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import psutil

from desktop_app.library.concurrency.deadlines import NO_ANSWER
from desktop_app.library.decoding.budget import Budget
from desktop_app.library.decoding.opening import NotOpenedError, opened
from desktop_app.library.decoding.pipe import REAP_S, Answers, DecoderHangsError
from desktop_app.library.decoding.start import note_walls, start_child
from desktop_app.library.decoding.wire import (
    Json,
    Source,
    WireError,
    integer_of,
    most_pixels,
    read_frame,
    write_frame,
)
from desktop_app.library.errors import LibraryError
from desktop_app.library.media.limits import decoder_limit
from desktop_app.printable import last_line

_log = logging.getLogger(__name__)

# A picture as people see it and another as the model sees it, 3 bytes for a pixel.
_BYTES_PER_PIXEL = 6
# Starting takes a tenth of a second; a cold disk and a virus scanner may make much more of it.
_START_S = 60.0
_KEPT_BYTES = 8192
# With more between two looks than this the machine was asleep, and the decoder with it.
_LONGEST_LOOK_S = 1.0
# What a system or a person sends to a process that is not itself at fault.
_FROM_OUTSIDE = {
    -getattr(signal, name)
    for name in ("SIGKILL", "SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT")
    if hasattr(signal, name)
}
_ALARM = -getattr(signal, "SIGALRM", 0)
# TerminateProcess leaves the code its caller chose: Task Manager 1, Python's os.kill the signal's number.
_FROM_OUTSIDE_ON_WINDOWS = {1, int(signal.SIGTERM)}


@dataclass(frozen=True, slots=True)
class Decoding:
    """How much a decoder's process may take: memory, processor time, and time on the clock.

    Attributes:
        memory_bytes: Memory of a process; 0 for what this machine allows (see `media.limits`).
        work_s: Processor time for decoding; a megabyte of file adds a second, for the formats that are slowest.
        patience: So many times that may pass on the clock, since other programs go first.
        reading_s: Time on the clock for reading the file, which may lie on a slow network; of a video, for each 268 MB.
        silent_s: So long nothing at all may happen while a file is read; longer, and its drive is gone.
        video_s: Processor time for decoding a video, whatever its size.
        idle_s: How long a process without work is kept; the next one is there in a tenth of a second.
        decoder: A decoder in place of ours, as `module:function`; for tests of what happens when it fails.
    """

    memory_bytes: int = 0
    work_s: float = 30.0
    patience: float = 4.0
    reading_s: float = 600.0
    silent_s: float = 60.0
    video_s: float = 90.0
    idle_s: float = 30.0
    decoder: str = ""

    @property
    def memory(self) -> int:
        """Memory of a process, in bytes."""
        return self.memory_bytes or decoder_limit()


class End(enum.Enum):
    """Why a decoder ended while it worked."""

    CRASHED = enum.auto()
    TOO_SLOW = enum.auto()
    TOO_LARGE = enum.auto()
    FROM_OUTSIDE = enum.auto()
    SILENT = enum.auto()


class DecoderEndedError(Exception):
    """The process is gone, and with it the answer.

    Attributes:
        end: Why.
        words: The same for a person, if there is more to say.
    """

    def __init__(self, end: End, words: str = "") -> None:
        super().__init__(words or end.name)
        self.end = end
        self.words = words


class DecoderProcess:
    """A decoder of its own. One thread at a time asks it; `look` and `kill` may be called by another."""

    def __init__(self, how: Decoding, *, background: bool) -> None:
        """Start the process.

        Args:
            how: Which decoder, and how much a photo may take.
            background: Whether everything else on the machine goes first.

        Raises:
            LibraryError: It cannot be started.
        """
        self._how = how
        self._budget: Budget | None = None
        self._ready = False
        self._end: End | None = None
        self._killed_s: float | None = None
        self._hangs = False
        self._deciding = threading.Lock()
        self._words = b""
        try:
            self._child = start_child(how.memory, how.decoder, background=background)
        except OSError as error:
            raise _no_start(error.strerror or str(error)) from error
        self._process = self._child.process
        self._watched = psutil.Process(self._process.pid)
        assert self._process.stdout is not None
        self._answers = Answers(self._process.stdout, lambda: self._killed_s)
        self._log = threading.Thread(
            target=self._keep_words, args=(self._process.stderr,), name="decoder-log", daemon=True
        )
        self._log.start()

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    @property
    def is_sound(self) -> bool:
        """Whether it can be asked again."""
        return self._end is None and self._process.poll() is None

    @property
    def too_large(self) -> str:
        """Why a photo cannot be used that takes too much memory, for a person."""
        return f"it needs more than {self._how.memory / 1e9:.1f} GB of memory"

    def is_memory_short(self) -> bool:
        """Tell whether the machine has less memory free than this process may take, so that it is not to blame."""
        return psutil.virtual_memory().available + self.memory_bytes() < self._how.memory

    def memory_bytes(self) -> int:
        """Return how much memory it holds now; 0 when it has ended."""
        try:
            return int(self._watched.memory_info().rss)
        except psutil.Error:
            return 0

    def wait_until_ready(self) -> None:
        """Return when it can be asked.

        Raises:
            LibraryError: It does not start.
        """
        if self._ready:
            return
        try:
            note_walls(self._exchange(None, b"", Budget("", _START_S, _START_S))[0])
        except (DecoderEndedError, WireError) as error:
            raise _no_start(self._last_words()) from error
        self._ready = True

    def open(self, path: bytes) -> Json:
        """Let it read a file, and return what it says.

        Raises:
            DecoderEndedError: The process ended over it; or the file's drive is silent, and the process is well.
            UnreadablePhotoError: The file is gone, forbidden, or no file.
        """
        limit_s = self._how.reading_s
        words = f"reading the file took longer than {limit_s:,.0f} s"
        budget = Budget(words, limit_s, limit_s, silent_s=self._how.silent_s)
        order: Json = {"do": "open", "within_s": limit_s}
        if self._child.files is None:
            return self._exchange(order, path, budget)[0]
        with self._opened(path) as file:
            # It learns no more of where the file is than its name.
            return self._exchange(order, os.path.basename(path), budget, file)[0]  # noqa: PTH119 - bytes

    def decode(
        self, least_px: int, size_bytes: int | None, *, with_stored: bool, at_ms: int | None = None
    ) -> tuple[Json, memoryview]:
        """Let it decode what it has read, and return what it says, with pixels.

        Args:
            least_px: As for `DecoderPool.read`.
            size_bytes: How long the file of a photo is; None for a video.
            with_stored: As for `DecoderPool.read`.
            at_ms: The same.

        Raises:
            DecoderEndedError: The process ended over it.
        """
        work_s = self._how.video_s if size_bytes is None else self._how.work_s + size_bytes / 1e6
        clock_s = work_s * self._how.patience
        order: Json = {
            "do": "decode",
            "least_px": least_px,
            "stored": with_stored,
            "at_ms": at_ms,
            "within_s": clock_s,
        }
        most_bytes = most_pixels(least_px) * _BYTES_PER_PIXEL
        words = f"decoding it took longer than {work_s:,.0f} s"
        # Videos are read while they are decoded.
        silent_s = self._how.silent_s if size_bytes is None else math.inf
        budget = Budget(words, work_s, clock_s, most_bytes, silent_s)
        return self._exchange(order, b"", budget)

    def distrust(self) -> None:
        """Ask it nothing more: what it said made no sense."""
        self._end = self._end or End.CRASHED

    def forget(self) -> None:
        """Let it drop what it has read."""
        with contextlib.suppress(OSError):  # it has ended meanwhile, which the next to ask will see
            self._send({"do": "forget", "within_s": 1}, b"")

    def look(self, seconds: float) -> None:
        """Kill it if it takes too much. Any thread.

        Args:
            seconds: Time since the last look.
        """
        budget = self._budget
        if budget is None:
            return
        try:
            with self._watched.oneshot():
                memory_bytes = self._watched.memory_info().rss
                times = self._watched.cpu_times()
                switches = sum(self._watched.num_ctx_switches()) if budget.may_hang else 0
        except psutil.Error as error:
            _log.debug("a decoder cannot be watched, for it has ended: %s", error)
            return
        passed_s, worked_s = min(seconds, _LONGEST_LOOK_S), times.user + times.system
        slow = budget.is_over(passed_s, worked_s)
        silent = budget.is_silent(passed_s, switches + worked_s)
        if memory_bytes > self._how.memory or slow or silent:
            with self._deciding:
                # Not for a photo that came after the one that was looked at.
                if self._budget is budget:
                    self._end = End.SILENT if silent else End.TOO_SLOW if slow else End.TOO_LARGE
                    self.kill()

    def kill(self) -> None:
        """End it at once. Any thread."""
        if self._killed_s is None:
            self._killed_s = time.monotonic()
        self._process.kill()

    def release(self) -> None:
        """End it, wait for that, and give back what belonged to it. By the thread that asked it last."""
        self.kill()
        try:
            self._process.wait(0.0 if self._hangs else REAP_S)
            self._log.join()
        except subprocess.TimeoutExpired:
            # Its last words are waited for by their thread, which ends with it and takes it away.
            _log.warning(
                "decoder %d does not end; the system holds it, perhaps on a drive that is gone", self.pid
            )
        self._child.close()

    @contextlib.contextmanager
    def _opened(self, path: bytes) -> Iterator[int]:
        try:
            with opened(path, self._how.silent_s, lambda: self._killed_s is not None) as file:
                yield file
        except NotOpenedError as error:
            if self._killed_s is not None:
                raise DecoderEndedError(End.CRASHED) from error
            raise DecoderEndedError(End.SILENT, NO_ANSWER) from error

    def _exchange(
        self, order: Json | None, payload: bytes, budget: Budget, file: int | None = None
    ) -> tuple[Json, memoryview]:
        """Hand an open file over, send an order, if there is either, and return the answer."""
        self._budget = budget
        try:
            if file is not None:
                self._child.hand_over(file)
            if order is not None:
                self._send(order, payload)
            return self._answer(self._answers, budget)
        except WireError as error:
            # A decoder that writes where it should not has lost its way.
            self._end = self._end or End.CRASHED
            raise DecoderEndedError(self._end) from error
        except DecoderHangsError as error:
            self._hangs = True
            self._end = self._end or End.CRASHED
            raise DecoderEndedError(self._end, self._words_for(budget)) from error
        except (EOFError, OSError) as error:
            self._end = self._end or self._why()
            raise DecoderEndedError(self._end, self._words_for(budget)) from error
        finally:
            with self._deciding:
                self._budget = None

    def _words_for(self, budget: Budget) -> str:
        words = {End.TOO_SLOW: budget.words, End.TOO_LARGE: self.too_large, End.SILENT: NO_ANSWER}
        return words.get(self._end, "") if self._end else ""

    def _answer(self, source: Source, budget: Budget) -> tuple[Json, memoryview]:
        """Return the answer; what comes before it says that a large file is being read, and how far that has come."""
        reached_bytes = 0
        while True:
            words, payload = read_frame(source, budget.most_bytes)
            if set(words) != {"read_bytes"}:
                return words, payload
            read_bytes = integer_of(words["read_bytes"])
            if read_bytes <= reached_bytes or payload:
                raise WireError("no progress")
            reached_bytes = read_bytes
            budget.begin_anew()

    def _send(self, order: Json, payload: bytes) -> None:
        assert self._process.stdin is not None
        write_frame(self._process.stdin, order, [payload])

    def _why(self) -> End:
        """Tell from its exit code why a process has ended for which no budget was over."""
        try:
            code = self._process.wait(REAP_S)
        except subprocess.TimeoutExpired:
            return End.CRASHED
        self._log.join(REAP_S)
        words = _printable(self._words).strip()
        # Whoever closes the window while photos are read ends those that read them; that is nothing to be warned of.
        level = logging.WARNING if self._killed_s is None else logging.DEBUG
        _log.log(level, "decoder %d ended with code %d: %s", self.pid, code, words or "it said nothing")
        if code == _ALARM:
            return End.TOO_SLOW
        outside = _FROM_OUTSIDE_ON_WINDOWS if sys.platform == "win32" else _FROM_OUTSIDE
        return End.FROM_OUTSIDE if code in outside else End.CRASHED

    def _last_words(self) -> str:
        """Return why it did not start, in its words or by how it ended."""
        try:
            code = self._process.wait(REAP_S)
        except subprocess.TimeoutExpired:
            return "it does not answer"
        self._log.join(REAP_S)
        return last_line(self._words) or f"it ended with code {code} and without a word"

    def _keep_words(self, pipe: IO[bytes]) -> None:
        """Keep the end of what it says, until it ends: the traceback of a crash is the last thing."""
        with pipe:
            while piece := pipe.read(_KEPT_BYTES):
                self._words = (self._words + piece)[-_KEPT_BYTES:]
        if self._hangs:
            self._process.wait()


def _printable(words: bytes) -> str:
    """Return a decoder's last words for the log and a terminal, to which a decoder that was taken over says what it likes."""
    text = words.decode(errors="replace")
    return "".join(sign if sign.isprintable() or sign == "\n" else "\ufffd" for sign in text)


def _no_start(why: str) -> LibraryError:
    return LibraryError(
        f"The part of Vislumbre that reads photos could not be started: {why.rstrip('.')}.",
        "A virus scanner or too little memory may be the reason.",
    )
