"""Power, idle time and full screen on Windows, asked of the system's own libraries."""

import ctypes
import os
import sys

import psutil

# QUERY_USER_NOTIFICATION_STATE: a program in full screen, one that draws with Direct3D, a presentation.
_FULL_SCREEN = frozenset({2, 3, 4})


class _LastInput(ctypes.Structure):
    _fields_ = (("size", ctypes.c_uint), ("at_ms", ctypes.c_uint32))


def on_battery() -> bool | None:
    """Return whether the computer draws on its battery; None when the system does not know.

    Raises:
        OSError: The system does not say.
    """
    battery = psutil.sensors_battery()
    if battery is None:
        return False
    return None if battery.power_plugged is None else not battery.power_plugged


if sys.platform == "win32":

    def idle_s() -> float:
        """Return the seconds since the last use of mouse or keyboard.

        Raises:
            OSError: The system does not say.
        """
        last = _LastInput(ctypes.sizeof(_LastInput), 0)
        if not ctypes.windll.user32.GetLastInputInfo(ctypes.byref(last)):
            raise ctypes.WinError()
        # Both count milliseconds in 32 bits and begin again after 49 days.
        return float((ctypes.windll.kernel32.GetTickCount() - last.at_ms) & 0xFFFFFFFF) / 1000

    def full_screen() -> bool:
        """Return whether another program fills the screen.

        Raises:
            OSError: The system does not say.
        """
        state = ctypes.c_int()
        if ctypes.windll.shell32.SHQueryUserNotificationState(ctypes.byref(state)) != 0:
            raise OSError("the system does not say what fills the screen")
        return state.value in _FULL_SCREEN and not _in_front()

    def _in_front() -> bool:
        """Whether the window in use is one of this process."""
        get_window = ctypes.windll.user32.GetForegroundWindow
        get_window.restype = ctypes.c_void_p
        owner = ctypes.c_uint32()
        ctypes.windll.user32.GetWindowThreadProcessId(ctypes.c_void_p(get_window()), ctypes.byref(owner))
        return owner.value == os.getpid()
