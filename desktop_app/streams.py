"""The streams of a program: there, able to carry every text, and what is said where nobody reads any more."""

import contextlib
import errno
import os
import sys
from collections.abc import Iterator, Mapping
from typing import TextIO

_CHOSEN_BY_THE_PERSON = ("PYTHONIOENCODING", "PYTHONUTF8")
_UTF_8 = "utf-8"


def prepare_streams() -> None:
    """Let output and complaints take every text, wherever they lead; before the first is printed.

    A program that Windows starts without a console has no streams at all: what is printed then goes nowhere.
    """
    sys.stdout = prepared(sys.stdout, sys.platform, os.environ)
    sys.stderr = prepared(sys.stderr, sys.platform, os.environ)


def prepared(stream: TextIO | None, platform: str, environment: Mapping[str, str]) -> TextIO:
    r"""Return the stream to print on in place of one that the system gave.

    On Windows a pipe or a file would be written in the code page of the country, in which most names of the world cannot be;
    it is UTF-8 here, as JSON is everywhere. Elsewhere the locale says what can be read, and other signs are written as
    ``\u2600``. A console takes all signs by itself.

    Args:
        stream: What the system gave; None for nothing.
        platform: As in `sys.platform`.
        environment: Where the person may have chosen an encoding for Python.
    """
    if stream is None:
        return open(os.devnull, "w", encoding=_UTF_8)  # noqa: PTH123 - no path, and open to the end
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None and not takes_everything(stream):
        chosen = any(environment.get(name) for name in _CHOSEN_BY_THE_PERSON)
        if platform == "win32" and not chosen:
            reconfigure(encoding=_UTF_8)
        else:
            reconfigure(errors="backslashreplace")
    return stream


def takes_everything(stream: TextIO) -> bool:
    """Tell whether a stream takes every sign as it is."""
    return (stream.encoding or _UTF_8).lower().replace("_", "-") in {_UTF_8, "utf8"}


def takes_escapes(stream: TextIO) -> bool:
    """Tell whether a stream leads to a terminal in which a line can be written anew.

    The console of Windows does that only after it was asked to, and a device that leads nowhere passes for one there.
    """
    return stream.isatty() and _escapes_are_on(stream)


def is_reader_gone(error: OSError, platform: str = sys.platform) -> bool:
    """Tell whether writing failed because nobody reads any more, which Windows calls an invalid argument."""
    if isinstance(error, BrokenPipeError):
        return True
    return platform == "win32" and error.errno == errno.EINVAL and error.filename is None


@contextlib.contextmanager
def reader_may_be_gone(platform: str = sys.platform) -> Iterator[None]:
    """Leave inside as soon as nobody reads any more what is written there.

    Raises:
        OSError: Whatever else is wrong.
    """
    try:
        yield
    except OSError as error:
        if not is_reader_gone(error, platform):
            raise


if sys.platform == "win32":
    import ctypes
    import msvcrt

    # wincon.h.
    _VIRTUAL_TERMINAL = 0x0004

    def _escapes_are_on(stream: TextIO) -> bool:
        kernel = ctypes.WinDLL("kernel32")
        console, mode = ctypes.c_void_p(msvcrt.get_osfhandle(stream.fileno())), ctypes.c_uint32()
        return bool(
            kernel.GetConsoleMode(console, ctypes.byref(mode))
            and kernel.SetConsoleMode(console, mode.value | _VIRTUAL_TERMINAL)
        )

else:

    def _escapes_are_on(_stream: TextIO) -> bool:
        return True
