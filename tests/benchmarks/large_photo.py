"""How long other threads are kept waiting while a large photo is made ready to be looked at."""

import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from desktop_app.library.decoding.pool import WHOLE_PX, DecoderPool
from desktop_app.ui.app.interpreter import turns_of_a_window
from desktop_app.ui.background.picture_loader import with_levels
from desktop_app.ui.background.strips import picture_of
from tests.benchmarks.figures import Result
from tests.benchmarks.samples import make_photos
from tests.benchmarks.sizes import Sizes

_LOOK_S = 0.0005


def measure(sizes: Sizes, work: Path) -> Result:
    """Make one ready as the window does, and in the same run its pixels at one stroke."""
    (photo,) = make_photos(work / "large photo", 1, sizes.photo_px)
    pool = DecoderPool(1, background=False)
    try:
        with turns_of_a_window():
            picture = pool.read(photo, WHOLE_PX).picture()
            rgb, size = picture.tobytes(), QSize(*picture.size)
            reading = [_longest_hold_ms(lambda: pool.read(photo, WHOLE_PX)) for _ in range(sizes.openings)]
            strips = [_longest_hold_ms(lambda: with_levels(picture_of(rgb, size))) for _ in reading]
            at_once = [_longest_hold_ms(lambda: _at_once(rgb, size)) for _ in reading]
    finally:
        pool.close()
    result = Result(
        f"A photo of {size.width() * size.height() / 1e6:.0f} megapixels, made ready to be looked at"
    )
    made, one_stroke = statistics.median(strips), statistics.median(at_once)
    result.add("longest wait of others, reading", statistics.median(reading), "ms")
    result.add("longest wait, making copies", made, "ms")
    result.add("longest wait, making them at one stroke", one_stroke, "ms")
    result.add("making copies / at one stroke", made / one_stroke, at_most=0.5)
    result.notes.append("longest wait of a thread that wakes up every half millisecond, median")
    return result


def _at_once(rgb: bytes, size: QSize) -> QImage:
    whole = QImage(rgb, size.width(), size.height(), 3 * size.width(), QImage.Format.Format_RGB888)
    return whole.convertToFormat(QImage.Format.Format_RGB32).scaled(
        size / 2, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


def _longest_hold_ms(act: Callable[[], object]) -> float:
    """Return how long another thread waited for its turn while something was done."""
    longest_s = 0.0
    done = threading.Event()

    def look() -> None:
        nonlocal longest_s
        last = time.perf_counter()
        while not done.is_set():
            time.sleep(_LOOK_S)
            now = time.perf_counter()
            longest_s = max(longest_s, now - last - _LOOK_S)
            last = now

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        act()
    finally:
        done.set()
        watcher.join()
    return 1000 * longest_s
