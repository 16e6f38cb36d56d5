"""Starts a decoder's process: what it is given and nothing else, and what it says of the walls around it."""

import functools
import logging
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from desktop_app.children import DECODE_WORKER, command_of, creation_flags
from desktop_app.library.confinement.environment import environment_of_a_child
from desktop_app.library.confinement.walls import MOST_LETTERS
from desktop_app.library.decoding.wire import Json, WireError, text_of
from desktop_app.library.media.extra_path import folders_in_use
from desktop_app.streams import reader_may_be_gone

_log = logging.getLogger(__name__)

_ADDITIONS = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # For glibc: keep some memory for the next photo instead of asking the system for each one's anew, which cost 6 ms
    # of 42 for a photo of 12 megapixels.
    "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),
    "MALLOC_TRIM_THRESHOLD_": str(64 * 2**20),
}


@dataclass(frozen=True, slots=True, eq=False)
class Child:
    """A decoder's process, and what ties it to us.

    Attributes:
        process: It, with three pipes.
        files: Where open files are handed to it; None on Windows, where it opens them itself.
        lifeline: The end of a pipe that it watches; it is gone when we are. None on Windows.
    """

    process: "subprocess.Popen[bytes]"
    files: socket.socket | None
    lifeline: int | None

    def hand_over(self, file: int) -> None:
        """Give it an open file to read. Ours stays open.

        Raises:
            OSError: It has ended.
        """
        assert self.files is not None
        if sys.platform != "win32":
            socket.send_fds(self.files, [b"f"], [file])

    def close(self) -> None:
        """Let go of all that ties it to us but its last words."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                # The other end may be gone, which is what closing says.
                with reader_may_be_gone():
                    pipe.close()
        if self.files is not None:
            self.files.close()
        if self.lifeline is not None:
            os.close(self.lifeline)


def start_child(memory_bytes: int, decoder: str, *, background: bool) -> Child:
    """Start a decoder's process; see `worker.main` for what it is told.

    Args:
        memory_bytes: How much memory it may take.
        decoder: A decoder in place of ours, as `module:function`; empty for ours.
        background: Whether everything else on the machine goes first.

    Raises:
        OSError: It cannot be started.
    """
    place = "background" if background else "foreground"
    words = [*command_of(DECODE_WORKER), str(memory_bytes), place]
    told = [decoder, *folders_in_use()]
    if os.name != "posix":
        return Child(_popen([*words, "", *told], (), background=background), None, None)
    ours, theirs = socket.socketpair()
    watched, lifeline = os.pipe()
    given = (theirs.fileno(), watched)
    try:
        process = _popen([*words, ",".join(map(str, given)), *told], given, background=background)
    except OSError:
        ours.close()
        os.close(lifeline)
        raise
    finally:
        theirs.close()
        os.close(watched)
    return Child(process, ours, lifeline)


def note_walls(words: Json) -> None:
    """Write into the log, once for each thing to say, which walls a decoder says are around it.

    Raises:
        WireError: It says nonsense.
    """
    held, missing = (_said(words.get(name)) for name in ("walls", "missing"))
    _note(held, missing)


@functools.cache
def _note(held: str, missing: str) -> None:
    _log.info("decoders: %s", held or "no walls")
    if missing:
        _log.warning("decoders work without these walls, which this system does not have: %s", missing)


def _said(value: object) -> str:
    if not isinstance(value, list):
        raise WireError("no list of walls")
    text = ", ".join(text_of(part) for part in value)
    if len(text) > MOST_LETTERS or not text.isprintable():
        raise WireError("no names of walls")
    return text


def _popen(words: list[str], given: tuple[int, ...], *, background: bool) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        words,
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=given,
        # No photo's folder is held, and nothing is loaded from one.
        cwd="/" if os.name == "posix" else Path(sys.executable).parent,
        env=environment_of_a_child(_ADDITIONS),
        # Ctrl+C in the terminal is for us alone; on Windows no console window either.
        start_new_session=os.name == "posix",
        creationflags=creation_flags(own_group=True, background=background),
    )
