"""Power, idle time and full screen on Linux and other Unix systems: sysfs, the X server, GNOME's D-Bus service."""

import os
from pathlib import Path

from PySide6.QtDBus import QDBus, QDBusConnection, QDBusMessage

from desktop_app.ui.system import machine_x11

_SUPPLIES = Path("/sys/class/power_supply")
_ANSWER_MS = 500


def on_battery(supplies: Path = _SUPPLIES) -> bool:
    """Return whether the computer draws on its battery.

    psutil takes the battery of a wireless mouse for the computer's, so a desktop with one would always be on battery.

    Raises:
        OSError: The system does not list its supplies.
    """
    power_supplies = list(supplies.iterdir())
    if any(_said(supply, "online") == "1" for supply in power_supplies):
        return False
    return any(
        _said(supply, "type") == "Battery"
        and _said(supply, "scope") != "Device"
        and _said(supply, "status") == "Discharging"
        for supply in power_supplies
    )


def idle_s() -> float | None:
    """Return the seconds since the last use of mouse or keyboard; None where neither X nor GNOME says.

    Raises:
        OSError: The X server cannot be asked.
    """
    # Under Wayland the X server sees only what is typed into X programs.
    if not _is_wayland() and os.environ.get("DISPLAY"):
        return machine_x11.idle_s(os.environ["DISPLAY"])
    return _idle_in_gnome()


def full_screen() -> bool | None:
    """Return whether another program fills the screen; None without an X server.

    Under Wayland only X programs are seen, which games and players mostly are.

    Raises:
        OSError: The X server cannot be asked.
    """
    display = os.environ.get("DISPLAY")
    return machine_x11.full_screen(display) if display else None


def _said(supply: Path, what: str) -> str:
    """Return what a supply says of itself; empty when it says nothing or has just been unplugged."""
    try:
        return (supply / what).read_text().strip()
    except OSError:
        return ""


def _is_wayland() -> bool:
    return bool(os.environ.get("WAYLAND_DISPLAY")) or os.environ.get("XDG_SESSION_TYPE") == "wayland"


def _idle_in_gnome() -> float | None:
    # KDE has such a service too, but under Wayland it always answers 0.
    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return None
    question = QDBusMessage.createMethodCall(
        "org.gnome.Mutter.IdleMonitor",
        "/org/gnome/Mutter/IdleMonitor/Core",
        "org.gnome.Mutter.IdleMonitor",
        "GetIdletime",
    )
    # Nobody needs a program started to hear that it is not there.
    question.setAutoStartService(False)
    answer = bus.call(question, QDBus.CallMode.Block, _ANSWER_MS)
    if answer.type() is not QDBusMessage.MessageType.ReplyMessage:
        return None
    milliseconds = answer.arguments()[0]
    return milliseconds / 1000 if isinstance(milliseconds, int) else None
