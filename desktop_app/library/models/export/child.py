"""Starts the child process that exports a model, by this file's path: torch never comes into the program itself."""

import importlib.machinery
import importlib.util
import sys
from pathlib import Path

_PACKAGE = "desktop_app.library"


def _leave_the_front_door_shut() -> None:
    """Let parts of the engine be imported without its front door, which imports all the others."""
    engine = Path(__file__).resolve().parents[2]
    sys.path.insert(0, str(engine.parents[1]))
    package = importlib.util.module_from_spec(importlib.machinery.ModuleSpec(_PACKAGE, None, is_package=True))
    package.__path__ = [str(engine)]
    sys.modules[_PACKAGE] = package


def main() -> int:
    """Be the child, and return the exit code."""
    _leave_the_front_door_shut()
    from desktop_app.library.models.export.worker import main as export

    return export(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
