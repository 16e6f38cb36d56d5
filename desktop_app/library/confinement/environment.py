"""The environment of child processes: what they need by name, and nothing else that the application was given.

Tokens, keys, addresses of agents and of the session are in the environment of many programs. A child process that
reads hostile files has no use for any of them, and what is not there cannot be told.
"""

import os
import sys
from collections.abc import Mapping

from desktop_app.children import LAUNCHED_FOR, interpreter

# In capital letters, for on Windows the case of a name means nothing.
_NAMES = frozenset(
    {
        # Language, time zone, and where programs and the person are.
        "LANG",
        "LANGUAGE",
        "TZ",
        "TZDIR",
        "PATH",
        "HOME",
        "TMPDIR",
        # Where Python and libraries are, in installations that are told so from outside: AppImage, Nix, conda.
        "PYTHONHOME",
        "PYTHONPATH",
        "PYTHONUSERBASE",
        "PYTHONNOUSERSITE",
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONPYCACHEPREFIX",
        "PYTHONUTF8",
        "PYTHONWARNINGS",
        "NIX_PYTHONPATH",
        "LD_LIBRARY_PATH",
        "DYLD_LIBRARY_PATH",
        "DYLD_FALLBACK_LIBRARY_PATH",
        # Without these Windows starts no program, or finds none of its libraries.
        "SYSTEMROOT",
        "SYSTEMDRIVE",
        "WINDIR",
        "PATHEXT",
        "APPDATA",
        "LOCALAPPDATA",
        "USERPROFILE",
        "TEMP",
        "TMP",
        "NUMBER_OF_PROCESSORS",
        "PROCESSOR_ARCHITECTURE",
        "PROCESSOR_IDENTIFIER",
    }
)
# Language by its parts; how libraries calculate and ask for memory.
_BEGINNINGS = ("LC_", "OPENBLAS_", "OMP_", "MKL_", "MALLOC_")


def environment_of_a_child(additions: Mapping[str, str], beginnings: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the environment that a child process is given.

    Args:
        additions: What it is told beside what it gets of ours.
        beginnings: Variables whose names begin so are handed on too; in capital letters.
    """
    handed_on = {
        name: value
        for name, value in os.environ.items()
        if name.upper() in _NAMES or name.upper().startswith((*_BEGINNINGS, *beginnings))
    }
    return handed_on | _of_the_interpreter() | dict(additions)


def _of_the_interpreter() -> dict[str, str]:
    """Tell the interpreter itself, where it is started in place of a launcher, in which environment it runs."""
    return {LAUNCHED_FOR: sys.executable} if interpreter() != sys.executable else {}
