"""When indexing should wait by itself: on battery, behind a program in full screen, while somebody uses the computer."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.settings import Settings, Value, Values
from desktop_app.ui.background.runner import Background
from desktop_app.ui.system.machine import Machine

LOOK_MS: Final = 5000
# Long enough to read a page or to think; the help of the setting names it.
IDLE_S: Final = 120.0

SCREEN: Final = "while another program fills the screen"
BATTERY: Final = "until you plug in"
AWAY: Final = "until you are away"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the machine said last; None where it was not asked or cannot tell.

    Attributes:
        on_battery: See `Machine`.
        idle_s: See `Machine`.
        full_screen: See `Machine`.
    """

    on_battery: bool | None = None
    idle_s: float | None = None
    full_screen: bool | None = None


class Resting(QObject):
    """Looks at the machine every few seconds and says what indexing waits for. GUI thread.

    Signals:
        changed(str): What is waited for now, to be read after “waits”; empty when for nothing.
    """

    changed = Signal(str)

    def __init__(
        self, settings: Settings, background: Background, machine: Machine, parent: QObject | None = None
    ) -> None:
        """Make one; nothing is asked before `start`.

        Args:
            settings: What the person wants waited for.
            background: Asks the machine, which may take its time.
            machine: The computer.
            parent: Owner, as for any QObject.
        """
        super().__init__(parent)
        self._settings = settings
        self._background = background
        self._machine = machine
        self._seen = Seen()
        self._reason = ""
        self._overridden: set[str] = set()
        self._is_looking = False
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._stop_observing = settings.observe(self._apply)

    def start(self) -> None:
        """Look now and from now on, where a setting asks for it."""
        values = self._settings.values
        if values.only_idle or values.not_on_battery or values.not_full_screen:
            self._timer.start()
            self.look()
        else:
            self._timer.stop()

    def look(self) -> None:
        """Ask the machine once, unless it is being asked."""
        if not self._is_looking:
            self._is_looking = True
            values = self._settings.values
            self._background.run(lambda: see(self._machine, values), self._take, ended=self._end_look)

    def is_looking(self) -> bool:
        """Return whether the machine is looked at again and again."""
        return self._timer.isActive()

    def go_on(self) -> None:
        """Wait for none of the present reasons until each has ended once."""
        self._overridden = set(reasons(self._settings.values, self._seen))
        self._decide()

    def close(self) -> None:
        """Look no more."""
        self._timer.stop()
        self._stop_observing()

    def _apply(self, name: str, _value: Value) -> None:
        if name in {"only_idle", "not_on_battery", "not_full_screen"}:
            self._decide()
            self.start()

    def _end_look(self) -> None:
        self._is_looking = False

    def _take(self, seen: Seen) -> None:
        self._seen = seen
        self._decide()

    def _decide(self) -> None:
        present = reasons(self._settings.values, self._seen)
        self._overridden &= set(present)
        reason = next((reason for reason in present if reason not in self._overridden), "")
        if reason != self._reason:
            self._reason = reason
            self.changed.emit(reason)


def see(machine: Machine, values: Values) -> Seen:
    """Ask the machine what the settings need to know. For a thread that may wait."""
    return Seen(
        on_battery=machine.on_battery() if values.not_on_battery else None,
        idle_s=machine.idle_s() if values.only_idle else None,
        full_screen=machine.full_screen() if values.not_full_screen else None,
    )


def reasons(values: Values, seen: Seen) -> list[str]:
    """Return what is waited for, most pressing first; what the machine cannot tell is no reason."""
    found: list[str] = []
    if values.not_full_screen and seen.full_screen:
        found.append(SCREEN)
    if values.not_on_battery and seen.on_battery:
        found.append(BATTERY)
    if values.only_idle and seen.idle_s is not None and seen.idle_s < IDLE_S:
        found.append(AWAY)
    return found
