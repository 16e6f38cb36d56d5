"""What the computer says of its power, its person and its screen; every question may be left open with None."""

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

if sys.platform == "win32":
    from desktop_app.ui.system import machine_windows as system
elif sys.platform == "darwin":
    from desktop_app.ui.system import machine_macos as system
else:
    from desktop_app.ui.system import machine_linux as system

log = logging.getLogger(__name__)

T = TypeVar("T")


def _unknown() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Machine:
    """Answers questions about the computer, on a thread that may wait; without answers it knows nothing.

    Attributes:
        on_battery: Whether the computer draws on its battery; False where it has none.
        idle_s: Seconds since anybody used mouse or keyboard, in this or any other program.
        full_screen: Whether another program than this one fills the screen.
    """

    on_battery: Callable[[], bool | None] = _unknown
    idle_s: Callable[[], float | None] = _unknown
    full_screen: Callable[[], bool | None] = _unknown


def this_machine() -> Machine:
    """Return the computer that the program runs on."""
    return Machine(
        lambda: _asked(system.on_battery), lambda: _asked(system.idle_s), lambda: _asked(system.full_screen)
    )


def _asked(question: Callable[[], T | None]) -> T | None:
    try:
        return question()
    except (OSError, ValueError) as error:
        log.debug("the computer does not say: %s", error)
        return None
