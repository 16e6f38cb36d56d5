"""What can be typed into the search field, with examples that go there at a click."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.ui.look import theme
from desktop_app.ui.look.popover import Popover

LANGUAGE: Final[Sequence[tuple[str, Sequence[tuple[str, str]]]]] = (
    (
        "Say what is to be seen",
        (
            ("dog on the beach", "Words, in any order; a sentence works too"),
            ("beach -people", "Minus: not this"),
            ("2:sunset + boat", "Plus joins parts; a number says how much one counts"),
            ('"golden gate"', "Quotes keep words together"),
        ),
    ),
    (
        "Keep only some photos",
        (
            ("date:2023", "A day, month, year, or from..to; “last summer” too"),
            ("date:2023-06..2023-08", "Also before: and after:"),
            ("in:Holidays", "Below a folder"),
            ("type:heic", "Several with a comma: type:jpg,png"),
            ("type:video", "Videos only; type:photo leaves them out"),
            ("camera:canon", "Words of the camera’s name"),
            ("name:IMG_12*", "The file’s name; * stands for anything"),
            ("is:portrait", "Also landscape, square, screenshot"),
            ("is:offline", "In a folder that cannot be read now"),
            ("rating:>=3", "Stars"),
            ("has:gps", "Also has:date, has:camera, has:rating"),
            ("near:52.52,13.40,10", "Degrees north, east, and kilometres"),
            ("-type:png", "A minus before a filter keeps the others"),
        ),
    ),
)
"""Sections of examples, each with what it means."""

PHOTOS: Final = (
    "Drop or paste a picture to search with it, alone or with words.",
    "Select photos and press M: like these. R in the photo view: like a part of one.",
    "U and D on a photo that was found: more like this, less like this.",
)
"""What is done with photos instead of typing."""

# Both sections in line.
_EXAMPLES_PX: Final = 160


class QueryHelp(Popover):
    """Lists the language by examples.

    Signals:
        example_chosen(str): This example shall be tried.
        more_wanted(): The person wants to read all of it.
    """

    example_chosen = Signal(str)
    more_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("What can be typed into the search field", parent)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(theme.SPACE.large, theme.SPACE.large, theme.SPACE.large, theme.SPACE.large)
        column.setSpacing(theme.SPACE.small)
        for title, examples in LANGUAGE:
            column.addWidget(theme.set_title(QLabel(title), 1.05))
            column.addLayout(self._listed(examples))
            column.addSpacing(theme.SPACE.small)
        column.addWidget(theme.set_title(QLabel("Begin with photos"), 1.05))
        for line in PHOTOS:
            column.addWidget(theme.set_subtle(QLabel(line)))
        column.addSpacing(theme.SPACE.small)
        more = QPushButton("All of it, in Help")
        more.setFlat(True)
        more.clicked.connect(self._read_more)
        column.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
        self.fill(content)

    def _listed(self, examples: Sequence[tuple[str, str]]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.SPACE.large)
        grid.setVerticalSpacing(0)
        grid.setColumnMinimumWidth(0, _EXAMPLES_PX)
        for line, (text, means) in enumerate(examples):
            button = QPushButton(text)
            button.setFlat(True)
            # The language is read from left to right: elsewhere a minus would stand behind its word.
            button.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.setStyleSheet("QPushButton { text-align: left; padding: 2px 6px; }")
            button.setAccessibleName(f"Try {text}")
            button.setAccessibleDescription(means)
            button.clicked.connect(self._choose)
            grid.addWidget(button, line, 0)
            grid.addWidget(theme.set_subtle(QLabel(means)), line, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _read_more(self) -> None:
        self.hide()
        self.more_wanted.emit()

    def _choose(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            self.hide()
            self.example_chosen.emit(button.text())
