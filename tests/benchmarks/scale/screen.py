"""A screen for the window: the one there is asked for, a virtual one, or none."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from tests.x_screen import x_screen

_SIZE = "1400x900x24"


@contextmanager
def a_screen() -> Iterator[dict[str, str]]:
    """Yield what a window needs in its environment: an Xvfb of its own where that is installed, else no screen at all.

    Never the person's own screen, whose other windows would be in the way; `VISLUMBRE_BENCH_DISPLAY` names one to use.
    """
    named = os.environ.get("VISLUMBRE_BENCH_DISPLAY")
    if named:
        yield {"DISPLAY": named, "QT_QPA_PLATFORM": "xcb"}
    elif shutil.which("Xvfb"):
        with x_screen(_SIZE) as display:
            yield {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    else:
        yield {"QT_QPA_PLATFORM": "offscreen"}
