"""Opens files that others may have put in place of what is looked for."""

import errno
import os
import stat
from io import BufferedReader
from pathlib import Path


def open_file(path: Path) -> BufferedReader:
    """Open a file for reading; a link to one is followed.

    Raises:
        OSError: It cannot be opened, or is a folder, a pipe, a device or a socket, which could be waited for for ever.
    """
    # Not waiting: opening a named pipe lasts until somebody writes.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return os.fdopen(handle, "rb")
    os.close(handle)
    raise OSError(errno.EINVAL, "it is no file", str(path))


def read_file(path: Path, most_bytes: int) -> bytes:
    """Return what a file holds.

    Raises:
        OSError: It cannot be read, is no file, or has more bytes.
    """
    with open_file(path) as file:
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise OSError(errno.EFBIG, f"it has more than {most_bytes:,} bytes", str(path))
    return content
