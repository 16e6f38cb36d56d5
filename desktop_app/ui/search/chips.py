"""Below the search field: the filters of the query as chips, and what was not understood."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from desktop_app.library import Filter, Problem, Query
from desktop_app.ui.look import icons, theme, wording
from desktop_app.ui.look.flow_layout import FlowLayout
from desktop_app.ui.look.labels import IconLabel

_LONGEST = 36
_MOST_SENTENCES = 2
_SIGNS: Final = {
    "date": ("clock", "Taken"),
    "before": ("clock", "Before"),
    "after": ("clock", "After"),
    "in": ("folder", "In"),
    "type": ("file", "Type"),
    "camera": ("camera", "Camera"),
    "name": ("text", "Name"),
    "is": ("image", ""),
    "has": ("check", "Has"),
    "rating": ("star", "Rating"),
    "near": ("pin", "Near"),
}


class QueryStrip(QWidget):
    """Shows the chips of a query and what was not understood of it; takes no room while there is neither.

    Signals:
        removed(int, int): The piece of the query between these places shall go.
    """

    removed = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chips: list[Chip] = []
        self._row = QWidget()
        self._flow = FlowLayout(theme.SPACE.tiny, self._row)
        self._flow.setContentsMargins(0, 0, 0, 0)
        self._sentence = QLabel()
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setWordWrap(True)
        theme.set_tone(self._sentence, "warning")
        self._problem = QWidget()
        line = QHBoxLayout(self._problem)
        line.setContentsMargins(theme.SPACE.tiny, 0, 0, 0)
        line.setSpacing(theme.SPACE.small)
        line.addWidget(IconLabel("warning", 16, "warning"), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._sentence, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.SPACE.small, 0, 0)
        column.setSpacing(theme.SPACE.small)
        column.addWidget(self._row)
        column.addWidget(self._problem)
        self.show_query(Query(""))

    def show_query(self, query: Query) -> None:
        """Show the chips of a query, and what was not understood of it."""
        self._show_chips([_of_filter(filter_) for filter_ in query.filters])
        self.show_problems(query.problems)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Say what was not understood, at most two sentences."""
        said = list(dict.fromkeys(problem.sentence for problem in problems))
        more = len(said) - _MOST_SENTENCES
        lines = said[:_MOST_SENTENCES]
        if more > 0:
            lines[-1] += f" And {wording.counted(more, 'more thing')}."
        self._sentence.setText("\n".join(lines))
        self._problem.setVisible(bool(said))
        self._fit()

    def sentence(self) -> str:
        """Return what is said of the problems; empty without any."""
        return self._sentence.text()

    def chips(self) -> "list[Chip]":
        """Return the chips in the order shown."""
        return list(self._chips)

    def _show_chips(self, chips: "list[Chip]") -> None:
        for old in self._chips:
            self._flow.removeWidget(old)
            old.hide()
            # Not at once: the click that removes a chip is still under way in it.
            old.deleteLater()
        self._chips = sorted(chips, key=lambda chip: chip.start)
        for chip in self._chips:
            self._flow.addWidget(chip)
            chip.removed.connect(self.removed)
            chip.show()
        self._row.setVisible(bool(self._chips))

    def _fit(self) -> None:
        self.setVisible(bool(self._chips) or bool(self._sentence.text()))


class Chip(QFrame):
    """One filter of a query, with a button that takes it out.

    Attributes:
        start: Where its piece begins in the query.
        text: What it says.

    Signals:
        removed(int, int): Its piece of the query shall go.
    """

    removed = Signal(int, int)

    def __init__(self, icon: str, text: str, tip: str, piece: Filter) -> None:
        """Make a chip for a piece of the query; `tip` is that piece in full."""
        super().__init__()
        self.start, self.text = piece.start, text
        self._end = piece.end
        theme.set_card(self)
        self.setToolTip(tip)
        self._label = QLabel(text)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._remove = QToolButton()
        self._remove.setIconSize(QSize(12, 12))
        self._remove.setToolTip("Take this out of the search")
        self._remove.setAccessibleName(f"Take out: {text}")
        icons.set_icon(self._remove, "close", "subtle")
        self._remove.clicked.connect(self.remove)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE.small, 0, 0, 0)
        row.setSpacing(theme.SPACE.tiny + 2)
        row.addWidget(IconLabel(icon, 14, "accent"))
        row.addWidget(self._label)
        row.addWidget(self._remove)

    def remove(self) -> None:
        """Ask for its piece of the query to go."""
        self.removed.emit(self.start, self._end)


def _of_filter(filter_: Filter) -> Chip:
    icon, label = _SIGNS.get(filter_.key, ("filter", filter_.key))
    value = _short(wording.shown(filter_.value))
    said = f"{label} {_span(value) if filter_.key == 'date' else value}".strip()
    if filter_.negated:
        said = f"Not {said[0].lower()}{said[1:]}"
    elif not label:
        said = said.capitalize()
    return Chip(icon, said, f"{'-' if filter_.negated else ''}{filter_.key}:{filter_.value}", filter_)


def _span(value: str) -> str:
    """Return a span of time in words."""
    first, dots, last = value.partition("..")
    last = last.lstrip(".")
    if not dots or first == last:
        return first
    return f"{first} to {last}" if first and last else (f"from {first}" if first else f"until {last}")


def _short(text: str, most: int = _LONGEST) -> str:
    half = most // 2
    return text if len(text) <= most else f"{text[:half]}…{text[-half:]}"
