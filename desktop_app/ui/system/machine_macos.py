"""Power and idle time on macOS; what fills the screen is not told without a permission nobody would understand."""

import ctypes

import psutil

_GRAPHICS = "/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics"
# kCGEventSourceStateCombinedSessionState and kCGAnyInputEventType.
_SESSION, _ANY_INPUT = 0, 0xFFFFFFFF


def on_battery() -> bool | None:
    """Return whether the computer draws on its battery; None when the system does not know."""
    battery = psutil.sensors_battery()
    if battery is None:
        return False
    return None if battery.power_plugged is None else not battery.power_plugged


def idle_s() -> float:
    """Return the seconds since the last use of mouse or keyboard.

    Raises:
        OSError: The system's library is missing.
    """
    since = ctypes.CDLL(_GRAPHICS).CGEventSourceSecondsSinceLastEventType
    since.restype, since.argtypes = ctypes.c_double, (ctypes.c_int32, ctypes.c_uint32)
    return float(since(_SESSION, _ANY_INPUT))


def full_screen() -> None:
    """Leave open what fills the screen."""
