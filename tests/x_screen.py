"""A screen of an X server of its own, for tests of a real window."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def x_screen(size: str) -> Iterator[str]:
    """Start Xvfb on a number that it finds free, and return that as `DISPLAY` has it; it ends with the test.

    Args:
        size: Width, height and depth, as `1280x820x24`.
    """
    read, write = os.pipe()
    with subprocess.Popen(
        # Without "-noreset" the server forgets everything as soon as its last window is closed.
        ["Xvfb", "-displayfd", str(write), "-screen", "0", size, "-nolisten", "tcp", "-noreset"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(write)
        with os.fdopen(read) as says:
            number = says.readline().strip()
        try:
            yield f":{number}"
        finally:
            server.terminate()
