"""Seconds from the start of the process to a window that a person sees."""

import statistics
import tempfile
import time
from pathlib import Path

from tests.benchmarks.figures import Result
from tests.benchmarks.processes import answer_of
from tests.benchmarks.sizes import Sizes

_TARGET_S = 1.0

# An event filter sees the window's first paint whatever the window itself says about it; a timer of no length
# comes when the paint is done.
_DRIVER = """
import json, sys, time
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
from desktop_app.main import window_main

class FirstPaint(QObject):
    told = False

    def eventFilter(self, watched, event):
        # The type last: asking each of 6,000 events for it took 0.02 s of what is measured.
        if not self.told and isinstance(watched, QMainWindow) and event.type() == QEvent.Type.Paint:
            self.told = True
            QTimer.singleShot(0, self.tell)
        return False

    def tell(self):
        self.seen = [time.time(), float("torch" in sys.modules), float("pymilvus" in sys.modules)]
        for window in QApplication.topLevelWidgets():
            window.close()
        QApplication.quit()

app = QApplication(["Vislumbre"])
first_paint = FirstPaint()
app.installEventFilter(first_paint)
window_main(["--base-dir", sys.argv[1]])
print(json.dumps(first_paint.seen))
"""


def measure(sizes: Sizes, work: Path) -> Result:
    """Open the window of a fresh library in fresh processes."""
    work.mkdir(parents=True, exist_ok=True)
    runs = [_opened(work) for _ in range(sizes.windows)]
    result = Result("Window")
    seconds = [one for one, _, _ in runs]
    result.add("first paint, median", statistics.median(seconds), "s", at_most=_TARGET_S)
    result.add("first paint, slowest", max(seconds), "s")
    result.add("torch imported by then", max(torch for _, torch, _ in runs), at_most=0)
    result.add("pymilvus imported by then", max(pymilvus for _, _, pymilvus in runs), at_most=0)
    result.notes.append("fresh process and library, off screen; the interpreter's start is included")
    return result


def _opened(work: Path) -> tuple[float, float, float]:
    with tempfile.TemporaryDirectory(dir=work) as base:
        return first_paint(Path(base))


def first_paint(base: Path) -> tuple[float, float, float]:
    """Open the window of the library in a folder; return seconds, and whether torch and pymilvus were imported by then."""
    started = time.time()
    seen, torch, pymilvus = answer_of(_DRIVER, str(base), environment={"QT_QPA_PLATFORM": "offscreen"})
    return seen - started, torch, pymilvus
