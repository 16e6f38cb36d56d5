"""A file that was mended in memory, and what was wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image


def _nothing_missing(_image: Image.Image) -> float:
    return 0.0


@dataclass(frozen=True, slots=True)
class Mended:
    """A file that a decoder may take now.

    Attributes:
        content: All its bytes.
        remark: What was wrong with it, for a person; where a part of the picture is missing, that is said instead.
        missing: Returns which share of the picture is missing, 0 to 1, given the picture as it was decoded.
    """

    content: bytes
    remark: str
    missing: Callable[[Image.Image], float] = _nothing_missing
