"""Reads what a decoder says, and gives up on one that was killed and does not end."""

import select
import sys
import time
from collections.abc import Callable
from typing import IO, cast

from desktop_app.library.decoding.wire import Source

REAP_S = 5.0
"""A process that was killed and does not end in this time hangs in the system, on a drive that went away."""

_LOOK_MS = 500


class DecoderHangsError(Exception):
    """The process was killed, and the system does not let go of it."""


class Answers:
    """The reading end of a decoder's pipe.

    A process that hangs on a dead drive keeps its pipes open, also when it was killed: the end of the pipe, for which
    everybody else waits, comes when the drive is back, or never. Windows ends such calls with the process.
    """

    def __init__(self, pipe: IO[bytes], killed_s: Callable[[], float | None]) -> None:
        """Make it.

        Args:
            pipe: Opened without a buffer.
            killed_s: Returns when the process was killed, in `time.monotonic` seconds; None when it was not.
        """
        self._source = cast("Source", pipe)
        self._killed_s = killed_s
        if sys.platform != "win32":
            self._poll = select.poll()
            self._poll.register(pipe, select.POLLIN)

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Read as a file does.

        Raises:
            DecoderHangsError: Nothing will come any more.
        """
        if sys.platform != "win32":
            while not self._poll.poll(_LOOK_MS):
                killed_s = self._killed_s()
                if killed_s is not None and time.monotonic() - killed_s > REAP_S:
                    raise DecoderHangsError
        return self._source.readinto(buffer)
