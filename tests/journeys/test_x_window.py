"""The program as a process in a real X window: words are typed with the keyboard, the answer is read off the screen."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import ImageGrab, features

from tests import commands
from tests.fakes import COLOURS
from tests.pictures import save_colour
from tests.waiting import comes_true
from tests.x_screen import x_screen

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 90
SCREEN = "1280x820x24"

pytestmark = [
    pytest.mark.xvfb,
    pytest.mark.model,
    pytest.mark.skipif(shutil.which("Xvfb") is None, reason="Xvfb is not installed"),
    pytest.mark.skipif(shutil.which("xdotool") is None, reason="xdotool is not installed"),
    pytest.mark.skipif(not features.check("xcb"), reason="this Pillow cannot take pictures of an X screen"),
]


@pytest.fixture
def display() -> Iterator[str]:
    """A screen of its own."""
    with x_screen(SCREEN) as name:
        yield name


@contextmanager
def program(display: str, base: Path, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the window on that screen."""
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, "-m", "desktop_app", "--base-dir", str(base)],
            cwd=ROOT,
            env=on_screen(display),
            stderr=output,
        ) as running,
    ):
        try:
            yield running
        finally:
            running.terminate()
            running.wait(WAIT_S)


def on_screen(display: str) -> dict[str, str]:
    """The environment of a program on that screen."""
    return os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "VISLUMBRE_OFFLINE": "1"}


def xdotool(display: str, *words: str) -> None:
    """Use keyboard and mouse of that screen."""
    subprocess.run(["xdotool", *words], env=on_screen(display), timeout=WAIT_S, check=True)


def focus(display: str) -> None:
    """Give the window the keyboard; a search that meets a window which is just closing fails, and is begun again."""
    search = ("search", "--sync", "--onlyvisible", "--name", "^Vislumbre$", "windowfocus", "--sync")

    def is_done() -> bool:
        done = subprocess.run(["xdotool", *search], env=on_screen(display), timeout=WAIT_S, check=False)
        return done.returncode == 0

    assert comes_true(is_done, WAIT_S), "no window came"


def sees(display: str, fits: Callable[[NDArray[np.int16]], bool], picture: Path) -> None:
    """Look at the screen until it shows what is wanted; the last look is kept as a picture."""

    def fits_now() -> bool:
        seen = ImageGrab.grab(xdisplay=display).convert("RGB")
        seen.save(picture)
        return fits(np.asarray(seen, dtype=np.int16))

    assert comes_true(fits_now, WAIT_S), f"the screen never showed it; see {picture}"


def left_of(pixels: NDArray[np.int16], colour: str) -> int | None:
    """Where a photo of this colour begins, in pixels from the left; None when it is not to be seen."""
    # JPEG and the screen change a colour by a little.
    near = (np.abs(pixels - np.array(COLOURS[colour])) <= 12).all(axis=2)
    columns = np.flatnonzero(near.sum(axis=0) > 60)
    return int(columns[0]) if len(columns) else None


def comes_first(colour: str, others: list[str]) -> Callable[[NDArray[np.int16]], bool]:
    """A look that finds the photo of one colour left of all others, as far as these are not folded away."""

    def fits(pixels: NDArray[np.int16]) -> bool:
        first, rest = left_of(pixels, colour), [left_of(pixels, other) for other in others]
        return first is not None and all(other is None or first < other for other in rest)

    return fits


def test_words_typed_in_a_real_window_bring_the_right_photo_first(tmp_path: Path, display: str) -> None:
    photos, base = tmp_path / "photos", tmp_path / "base"
    # By date the red one comes first and the green one last, so that only the words can bring green to the front.
    for age, colour in enumerate(("red", "blue", "purple", "green")):
        file = save_colour(photos / f"IMG_{4 - age}.jpg", colour, (480, 360))
        os.utime(file, (1_700_000_000 - age * 86_400,) * 2)
    assert commands.run("index", photos, "--base-dir", base).returncode == 0
    with program(display, base, tmp_path / "said.txt") as running:
        focus(display)
        sees(display, comes_first("red", ["blue", "purple", "green"]), tmp_path / "by date.png")
        xdotool(display, "type", "--delay", "40", "green")
        sees(display, comes_first("green", ["red", "blue", "purple"]), tmp_path / "answer.png")
        xdotool(display, "key", "Escape")
        sees(display, comes_first("red", ["blue", "purple", "green"]), tmp_path / "by date again.png")
        assert running.poll() is None
    assert running.returncode == 0
    assert "Traceback" not in (tmp_path / "said.txt").read_text()
