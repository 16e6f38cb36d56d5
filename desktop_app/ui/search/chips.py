"""Below the search field: filters, example photos and thumbs of the query as chips, and what was not understood."""

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from desktop_app.library import Filter, Part, Problem, Query, Region, Thumb
from desktop_app.ui.look import icons, theme, wording
from desktop_app.ui.look.flow_layout import FlowLayout
from desktop_app.ui.look.labels import IconLabel
from desktop_app.ui.look.thumb_buttons import ICONS as THUMBS
from desktop_app.ui.search.chip_picture import ChipPicture

Pictured = tuple[Path, Region | None]
"""What a chip shows: a photo, or a rectangle of one."""

_LONGEST = 36
# Thumbs come in numbers; their picture says more than their name.
_LONGEST_JUDGED = 16
_PICTURES_KEPT = 128
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
        pictures_wanted(list[Pictured]): Chips wait for these pictures; answer with `show_picture`.
        thumbs_cleared(): All thumbs shall go.
    """

    removed = Signal(int, int)
    pictures_wanted = Signal(object)
    thumbs_cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chips: list[Chip] = []
        self._pictures: OrderedDict[Pictured, QImage] = OrderedDict()
        self._clear = QToolButton()
        self._clear.setText("Clear all")
        self._clear.setToolTip("Take all thumbs out of the search")
        self._clear.clicked.connect(self.thumbs_cleared)
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
        photos = [_of_photo(part, part.photo) for part in query.parts if part.photo is not None]
        self._show_chips([_of_filter(filter_) for filter_ in query.filters] + photos)
        self.show_problems(query.problems)
        if waiting := self.waiting():
            self.pictures_wanted.emit(waiting)

    def waiting(self) -> list[Pictured]:
        """Return the pictures that chips still wait for, each once."""
        shown = [chip.pictured for chip in self._chips if chip.pictured is not None]
        return [pictured for pictured in dict.fromkeys(shown) if pictured not in self._pictures]

    def show_picture(self, pictured: Pictured, image: QImage) -> None:
        """Show a picture on the chips that wait for it; a null one says that there is none."""
        self._pictures[pictured] = image
        while len(self._pictures) > _PICTURES_KEPT:
            self._pictures.popitem(last=False)
        for chip in self._chips:
            if chip.pictured == pictured:
                chip.show_picture(image)

    def clear_button(self) -> QToolButton:
        """Return the button that takes all thumbs out; hidden while there are less than two."""
        return self._clear

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
        self._flow.removeWidget(self._clear)
        for chip in self._chips:
            self._flow.addWidget(chip)
            chip.removed.connect(self.removed)
            if chip.pictured is not None and chip.pictured in self._pictures:
                chip.show_picture(self._pictures[chip.pictured])
            chip.show()
        self._flow.addWidget(self._clear)
        self._clear.setVisible(sum(chip.is_thumb for chip in self._chips) > 1)
        self._row.setVisible(bool(self._chips))

    def _fit(self) -> None:
        self.setVisible(bool(self._chips) or bool(self._sentence.text()))


class Chip(QFrame):
    """One filter or example photo of a query, with a button that takes it out.

    Attributes:
        start: Where its piece begins in the query.
        text: What it says.
        pictured: The photo it stands for; None for a filter.
        is_thumb: Whether it is a thumb up or down.

    Signals:
        removed(int, int): Its piece of the query shall go.
    """

    removed = Signal(int, int)

    def __init__(self, icon: str, text: str, tip: str, piece: Filter | Part) -> None:
        """Make a chip for a piece of the query; `tip` is that piece in full."""
        super().__init__()
        self.start, self.text = piece.start, text
        self._end = piece.end
        self.pictured: Pictured | None = None
        if isinstance(piece, Part) and piece.photo is not None:
            self.pictured = (piece.photo, piece.region)
        self.is_thumb = isinstance(piece, Part) and piece.thumb is not None
        self._picture = ChipPicture()
        self._picture.setVisible(False)
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
        unwanted = isinstance(piece, Part) and piece.weight < 0
        self._sign = IconLabel(icon, 14, "subtle" if unwanted else "accent")
        row.addWidget(self._sign)
        row.addWidget(self._picture)
        row.addWidget(self._label)
        row.addWidget(self._remove)

    def show_picture(self, image: QImage) -> None:
        """Show the photo; of a thumb its drawing stays and its name goes, for there may be many."""
        self._picture.show_image(image)
        self._picture.setVisible(not image.isNull())
        self._sign.setVisible(image.isNull() or self.is_thumb)
        self._label.setVisible(image.isNull() or not self.is_thumb)

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


def _of_photo(part: Part, photo: Path) -> Chip:
    if part.thumb is not None:
        return _of_thumb(part, photo, part.thumb)
    like = "Not like" if part.weight < 0 else "Like"
    part_of = "part of " if part.region is not None else ""
    return Chip(
        "sparkles" if part.region is None else "region",
        f"{like} {part_of}{_short(wording.shown(photo.name))}",
        wording.shown(photo),
        part,
    )


def _of_thumb(part: Part, photo: Path, thumb: Thumb) -> Chip:
    said = "Thumbs up" if thumb is Thumb.UP else "Thumbs down"
    name = _short(wording.shown(photo.name), _LONGEST_JUDGED)
    chip = Chip(THUMBS[thumb], name, f"{said}: {wording.shown(photo)}", part)
    chip.setAccessibleName(f"{said}: {name}")
    return chip


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
