"""Importing much at once, and what has to be said before."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# What PySide6 has to tell whether a module uses it: a part that nobody is to rely on.
_LOOKER: Final = "shibokensupport.feature"
_LOOK: Final = "_mod_uses_pyside"


# So many cycles of the processor, as a power of two: half a millisecond. OpenBLAS itself has 28, a tenth of a second.
_WAITS_BUSILY: Final = "20"


def threads_fall_asleep() -> None:
    """Let the threads of numpy's OpenBLAS wait asleep for their next piece of work; called before numpy is imported.

    They wait busily for a tenth of a second after each, the first time when they are made: a core that is lacking
    elsewhere. Of one search from a cold process that was 0.3 of 1.7 s of the processor (`OPENBLAS_THREAD_TIMEOUT` in
    https://github.com/OpenMathLib/OpenBLAS, `Makefile.rule` and `driver/others/blas_server.c`).
    """
    os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", _WAITS_BUSILY)


@contextmanager
def nothing_dies() -> Iterator[None]:
    """Import something large in this block, without the garbage collector and left out of its later walks.

    Nothing of what is imported dies, so that looking for dead objects meanwhile finds none, and takes a tenth.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


def no_sources_are_read() -> None:
    """Keep PySide6, which is imported already, from reading the source of every module that is imported after it.

    It looks there for its own name, to know where `from __feature__ import snake_case` may stand, which nobody here
    writes; and Python keeps every text that was read. Measured over the 500 modules of the window: 18 MB of memory, and
    a sixth of the time that importing them takes. Where a later PySide6 looks in another way, it goes on doing so.
    """
    looker = sys.modules.get(_LOOKER)
    if looker is not None and hasattr(looker, _LOOK):
        vars(looker)[_LOOK] = _uses_it


def _uses_it(_module: object) -> bool:
    """Say what counts for a module in which PySide6 is used, which is right for all of them."""
    return True
