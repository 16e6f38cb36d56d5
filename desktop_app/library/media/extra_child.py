"""Imports one extra in a process of its own: one that crashes or is not for this system ends only that."""

import importlib
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Import a module from a folder and return the exit code.

    Args:
        arguments: The folder, and the module's name.
    """
    folder, module = arguments
    # First, for it is this very one that is on trial.
    sys.path.insert(0, folder)
    try:
        importlib.import_module(module)
    except ImportError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0
