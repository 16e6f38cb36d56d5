"""Which commands there are, and where each is: its module is imported when it is run, with what it needs of the engine."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from desktop_app.importing import nothing_dies

if TYPE_CHECKING:
    from desktop_app.cli.session import Session

# Module and function of each.
_HOMES = {
    "index": "indexing.index",
    "watch": "watch.watch",
    "retry": "indexing.retry",
    "search": "asking.search",
    "similar": "asking.similar",
    "show": "show.show",
    "forget": "folders.forget",
    "exclude": "folders.exclude",
    "include": "folders.include",
    "status": "asking.status",
    "space": "space.space",
    "store": "store.store",
    "failures": "asking.failures",
    "doctor": "doctor.doctor_command",
    "connections": "connections.connections",
    "check-update": "check_update.check_update",
    "self-test": "self_test.self_test",
    "extras list": "extras.extras_list",
    "extras add": "extras.extras_add",
    "extras remove": "extras.extras_remove",
    "evaluate": "evaluate.evaluate",
    "help": "help.help_command",
    "model list": "models.model_list",
    "model use": "models.model_use",
    "model bench": "models.model_bench",
    "model fetch": "models.model_fetch",
    "model import": "models.model_import",
    "model export": "models.model_export",
}


def _late(home: str) -> "Callable[[Session], int]":
    module, _, name = home.partition(".")

    def run(session: "Session") -> int:
        with nothing_dies():
            command: Callable[[Session], int] = getattr(import_module(f"desktop_app.cli.{module}"), name)
        return command(session)

    return run


COMMANDS: "Mapping[str, Callable[[Session], int]]" = {name: _late(home) for name, home in _HOMES.items()}
"""What runs each command and returns its exit code, by its name; "model list" for an action of a command."""


def is_command(word: str) -> bool:
    """Whether the command line has a command of this name."""
    return any(name.split()[0] == word for name in COMMANDS)
