"""What the computer says: a folder of supplies as Linux shows it, and a real X server."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from ctypes.util import find_library
from pathlib import Path

import pytest

from desktop_app.ui.system import machine_linux, machine_x11
from tests.x_screen import x_screen

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks as Linux does")
needs_x = pytest.mark.skipif(
    not all(shutil.which(one) for one in ("Xvfb", "xprop", "xwininfo", "xdotool")),
    reason="Xvfb, xdotool or the tools of x11-utils are not installed",
)


def supply(folder: Path, name: str, **says: str) -> None:
    (folder / name).mkdir()
    for what, text in says.items():
        (folder / name / what).write_text(text + "\n")


@pytest.mark.parametrize(
    ("online", "status", "expected"),
    [("0", "Discharging", True), ("1", "Discharging", False), ("0", "Full", False), ("1", "Charging", False)],
)
def test_a_notebook_is_on_battery_while_nothing_feeds_it(tmp_path, online, status, expected):
    supply(tmp_path, "AC", type="Mains", online=online)
    supply(tmp_path, "BAT0", type="Battery", status=status)
    assert machine_linux.on_battery(tmp_path) is expected


def test_the_battery_of_a_mouse_is_not_the_computers(tmp_path):
    supply(tmp_path, "hidpp_battery_0", type="Battery", scope="Device", status="Discharging")
    assert not machine_linux.on_battery(tmp_path)


def test_a_computer_without_supplies_is_not_on_battery(tmp_path):
    assert not machine_linux.on_battery(tmp_path)


def test_without_an_x_server_nothing_is_known():
    assert machine_x11.full_screen(":4711") is None
    assert machine_x11.idle_s(":4711") is None


@pytest.fixture
def display() -> Iterator[str]:
    """A screen of its own."""
    with x_screen("320x240x24") as name:
        yield name


def told(display: str, *command: str) -> str:
    done = subprocess.run(
        command, env={**os.environ, "DISPLAY": display}, check=True, capture_output=True, timeout=30
    )
    return done.stdout.decode()


@pytest.mark.xvfb
@needs_x
def test_a_window_that_fills_the_screen_is_seen_unless_it_is_ours(display):
    assert machine_x11.full_screen(display) is False
    root = int(told(display, "xwininfo", "-root").split("Window id: ")[1].split()[0], 16)
    # Without a window manager the screen itself plays the window in use.
    xprop = ("xprop", "-root", "-f")
    told(display, *xprop, "_NET_ACTIVE_WINDOW", "32x", "-set", "_NET_ACTIVE_WINDOW", hex(root))
    told(display, *xprop, "_NET_WM_PID", "32c", "-set", "_NET_WM_PID", "4711")
    assert machine_x11.full_screen(display) is False
    told(display, *xprop, "_NET_WM_STATE", "32a", "-set", "_NET_WM_STATE", "_NET_WM_STATE_FULLSCREEN")
    assert machine_x11.full_screen(display) is True
    assert machine_x11.full_screen(display, own_process=4711) is False
    told(display, *xprop, "_NET_ACTIVE_WINDOW", "32x", "-set", "_NET_ACTIVE_WINDOW", "0x7fffff")
    assert machine_x11.full_screen(display) is False, "a window that is gone"


@pytest.mark.xvfb
@needs_x
@pytest.mark.skipif(find_library("Xss") is None, reason="libXss is not installed")
def test_an_x_server_counts_the_time_since_a_key_was_pressed(display):
    told(display, "xdotool", "key", "a")
    idle = machine_x11.idle_s(display)
    assert idle is not None
    assert idle >= 0
