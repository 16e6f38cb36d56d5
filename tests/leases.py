"""Files that another program holds, so that nobody may open them: leases of the Linux kernel, which stop root too."""

import contextlib
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a file; whoever opens it meanwhile without waiting is refused. Skips where that cannot be done."""
    if sys.platform != "linux":
        pytest.skip("only Linux has leases")
    import fcntl

    # The kernel asks the holder for the file by a signal, which would end us.
    before = signal.signal(signal.SIGIO, signal.SIG_IGN)
    try:
        with path.open("rb+") as file:
            try:
                fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
            except OSError as error:
                pytest.skip(f"this disk gives no leases: {error}")
            yield
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    finally:
        signal.signal(signal.SIGIO, before)
