"""What the child process that measures a way is told, and what it answers."""

from dataclasses import dataclass
from pathlib import Path

from desktop_app.library.models.bench.figures import WayFigures
from desktop_app.library.models.embedder import Vectors
from desktop_app.library.models.runtime.ways import Way

VARIANTS = 3
"""So many pictures of the check set show what one caption says."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What to measure.

    Attributes:
        folder: Of weights and configuration.
        graphs: Of the graphs without weights; not looked at for torch.
        way: How to run the model.
        calls: How many calls embed photos at once.
        subjects: How many of the check set's; 0 for all.
        speed_s: So long the batches are tried; 0 for the speed of the check set in batches of the usual size.
    """

    folder: Path
    graphs: Path
    way: Way
    calls: int
    subjects: int
    speed_s: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of it.

    Attributes:
        figures: Without fidelity.
        photos: ``(n, dimension)``, of the check set's pictures.
        words: ``(n / VARIANTS, dimension)``, of its captions.
    """

    figures: WayFigures
    photos: Vectors
    words: Vectors
