"""A decoder that does on purpose what broken files do to decoders, to files that say so; others it decodes as usual.

It takes our decoder's place in the worker's process: `Decoding(decoder=HOSTILE)`. A file says so by words at its end,
which no opener of pictures minds: see `hostile`.
"""

import contextlib
import ctypes
import mmap
import os
import re
import signal
import stat
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

from desktop_app.library.media.metadata.metadata import Metadata
from desktop_app.library.media.pictures.decode import Decoded
from desktop_app.library.media.pictures.decode import decode as decode_well

HOSTILE = "tests.library.decoding.hostile_decoder:decode"

_WORDS = re.compile(rb"<hostile (\w+) (.*)>$", re.DOTALL)
_PIECE_BYTES = 32 * 2**20
# mman.h; Python has no name for it.
_MAP_GROWSDOWN = 0x100


def hostile(content: bytes, deed: str, argument: str = "") -> bytes:
    """Return a file that makes this decoder misbehave: `deed` is one of the functions below."""
    return content + f"<hostile {deed} {argument}>".encode()


def decode(content: bytes, *, least_px: int) -> Decoded:
    """Decode a file, and do what it says before or after."""
    words = _WORDS.search(content)
    decoded = decode_well(content, least_px=least_px)
    if words is None:
        return decoded
    return _DEEDS[words[1].decode()](decoded, words[2].decode()) or decoded


def _crash(_decoded: Decoded, _argument: str) -> None:
    ctypes.string_at(0)


def _abort(_decoded: Decoded, _argument: str) -> None:
    os.abort()


def _leave(_decoded: Decoded, _argument: str) -> None:
    os._exit(0)


def _fail(_decoded: Decoded, _argument: str) -> None:
    raise KeyError("a mistake of ours")


def _sleep(_decoded: Decoded, _argument: str) -> None:
    threading.Event().wait()


def _spin(_decoded: Decoded, _argument: str) -> None:
    """Work for ever without ever coming back to Python, so that no thread or signal handler of it runs."""
    re.match(r"(a+)+$", "a" * 64 + "b")


def _ask_for_memory(_decoded: Decoded, _argument: str) -> None:
    pieces = []
    while True:
        pieces.append(bytearray(_PIECE_BYTES))


def _take_uncounted_memory(_decoded: Decoded, _argument: str) -> None:
    """Take memory that no limit of the process counts: on Linux as stacks do, elsewhere by sharing it."""
    pieces = []
    while True:
        if sys.platform == "linux":
            flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | _MAP_GROWSDOWN
            pieces.append(mmap.mmap(-1, _PIECE_BYTES, flags=flags))
        else:
            pieces.append(mmap.mmap(-1, _PIECE_BYTES))
        pieces[-1].write(b"\1" * _PIECE_BYTES)


def _garble(_decoded: Decoded, _argument: str) -> None:
    """Write into every pipe there is."""
    for number in range(3, 32):
        with contextlib.suppress(OSError):
            if stat.S_ISFIFO(os.fstat(number).st_mode):
                os.write(number, b"\xff" * 4096)


def _chatter(_decoded: Decoded, _argument: str) -> None:
    """Say more than any pipe holds."""
    for _ in range(2000):
        os.write(1, b"warning: " * 50)
        sys.stderr.write("warning: " * 50)


def _rave(_decoded: Decoded, _argument: str) -> None:
    """Say what turns terminals upside down, and end."""
    os.write(2, "\x1b[2J\x07\x9b31m\u202egone\n".encode())
    os._exit(3)


def _lie(decoded: Decoded, _argument: str) -> Decoded:
    return replace(decoded, metadata=Metadata(camera=cast("str", ["a", {"b": 1}])))


def _overstate(decoded: Decoded, _argument: str) -> Decoded:
    return replace(decoded, width_px=10**400)


def _die(_decoded: Decoded, _argument: str) -> None:
    """End as by another's hand: the system's, when memory is short."""
    os.kill(os.getpid(), signal.SIGKILL)


def _die_while(decoded: Decoded, argument: str) -> None:
    """The same, as long as a file is there."""
    if Path(argument).exists():
        _die(decoded, argument)


def _crash_while(_decoded: Decoded, argument: str) -> None:
    """Crash as long as a file is there."""
    if Path(argument).exists():
        _crash(_decoded, argument)


_DEEDS: dict[str, Callable[[Decoded, str], Decoded | None]] = {
    "crash": _crash,
    "abort": _abort,
    "leave": _leave,
    "fail": _fail,
    "sleep": _sleep,
    "spin": _spin,
    "ask_for_memory": _ask_for_memory,
    "take_uncounted_memory": _take_uncounted_memory,
    "garble": _garble,
    "chatter": _chatter,
    "rave": _rave,
    "lie": _lie,
    "overstate": _overstate,
    "die": _die,
    "die_while": _die_while,
    "crash_while": _crash_while,
}
