"""Places where long names may go on in the next line: paths and names have few spaces, and some words are long."""

from itertools import pairwise
from typing import Final

from PySide6.QtCore import QTextBoundaryFinder
from PySide6.QtGui import QFontMetrics

from desktop_app.ui.look import wording

BREAK: Final = "\u200b"
"""Is not seen, and lets a line end there."""

_BREAKS_AFTER: Final = "/\\_-."


def breakable(text: str, metrics: QFontMetrics, room_px: int) -> str:
    """Return a text as any label can show it, none of whose pieces is wider than there is room for.

    Args:
        text: May have several lines, as a caption has.
        metrics: Of the font it is shown in.
        room_px: How wide a line can be.
    """
    lines = (wording.shown(line).split(" ") for line in text.split("\n"))
    return "\n".join(" ".join(_breakable_word(word, metrics, room_px) for word in words) for words in lines)


def _breakable_word(word: str, metrics: QFontMetrics, room_px: int) -> str:
    pieces = "".join(letter + BREAK if letter in _BREAKS_AFTER else letter for letter in word).split(BREAK)
    return BREAK.join(
        piece if metrics.horizontalAdvance(piece) <= room_px else BREAK.join(_letters(piece))
        for piece in pieces
    )


def _letters(word: str) -> list[str]:
    """Return what a person sees as letters: an accent stays with what it is on."""
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Grapheme, word)
    # Qt counts in 16 bits, of which some letters take two.
    units = word.encode("utf-16-le")
    places = [0]
    while (place := finder.toNextBoundary()) > 0:
        places.append(place)
    return [units[2 * start : 2 * end].decode("utf-16-le") for start, end in pairwise(places)]
