"""The fonts of the grid, and how much room words take in them: worked out once, not for each cell that is painted."""

from collections.abc import Callable
from enum import Enum
from functools import lru_cache, partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF

_Cut = Callable[[str, int], str]
_LEAST_PT: Final = 7.5
_SMALLER: Final = 0.9
_TITLE_SIZE: Final = 1.12
# Some hundred screens of names.
_WORDS_KEPT: Final = 4096


class _Use(Enum):
    PLAIN, NAME, BADGE, TITLE = range(4)


class Letters:
    """One font. Not to be changed.

    Attributes:
        font: The font itself.
        height_px: The height of a line.
        px: Returns the width of words.
        exact_px: Returns the width of words in parts of a pixel.
        without_middle: Returns words so that they fit into a width, the middle left out where they are too long.
        without_end: The same, with the end left out.
    """

    def __init__(self, font: QFont) -> None:
        metrics = QFontMetrics(font)
        self.font = font
        self.height_px = metrics.height()
        exact = QFontMetricsF(font)

        # Not the methods themselves: for a copy of their docstrings all of PySide6's signatures are parsed, 30 ms.
        @lru_cache(_WORDS_KEPT)
        def px(words: str) -> int:
            return metrics.horizontalAdvance(words)

        @lru_cache(_WORDS_KEPT)
        def exact_px(words: str) -> float:
            return exact.horizontalAdvance(words)

        self.px: Callable[[str], int] = px
        self.exact_px: Callable[[str], float] = exact_px
        cut = partial(_cut, metrics)
        mode = Qt.TextElideMode
        self.without_middle: _Cut = lru_cache(_WORDS_KEPT)(partial(cut, mode.ElideMiddle))
        self.without_end: _Cut = lru_cache(_WORDS_KEPT)(partial(cut, mode.ElideRight))


def letters_of(font: QFont) -> Letters:
    """Return a font as it is."""
    return _letters(QFont(font), _Use.PLAIN)


def name_letters(font: QFont) -> Letters:
    """Return the small font of the names, where `font` is the grid's."""
    return _letters(QFont(font), _Use.NAME)


def badge_letters(font: QFont) -> Letters:
    """Return the font of words on badges, where `font` is the grid's."""
    return _letters(QFont(font), _Use.BADGE)


def title_letters(font: QFont) -> Letters:
    """Return the font of headings, where `font` is the grid's."""
    return _letters(QFont(font), _Use.TITLE)


def measure_anew() -> None:
    """Forget how wide words are, for the fonts or the screen may be others now."""
    _letters.cache_clear()


# By a copy of the font: that of a `QStyleOption` ends with it.
@lru_cache(maxsize=16)
def _letters(font: QFont, use: _Use) -> Letters:
    made = QFont(font)
    if use in {_Use.NAME, _Use.BADGE}:
        made.setPointSizeF(max(_LEAST_PT, font.pointSizeF() * _SMALLER))
    elif use is _Use.TITLE:
        made.setPointSizeF(font.pointSizeF() * _TITLE_SIZE)
    if use in {_Use.BADGE, _Use.TITLE}:
        made.setWeight(QFont.Weight.DemiBold)
    return Letters(made)


def _cut(metrics: QFontMetrics, mode: Qt.TextElideMode, words: str, width_px: int) -> str:
    return metrics.elidedText(words, mode, width_px)
