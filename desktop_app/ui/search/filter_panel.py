"""Filters to choose from what there is; each writes the same words a person could type."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop_app.library import Facets, FolderFacet
from desktop_app.ui.look import theme, wording
from desktop_app.ui.look.popover import Popover, settle
from desktop_app.ui.search import query_edit
from desktop_app.ui.search.filter_choices import Choice, ChoiceTree
from desktop_app.ui.search.filter_days import DayRange

SHAPES: Final = (
    ("Any", ""),
    ("Portrait", "portrait"),
    ("Landscape", "landscape"),
    ("Square", "square"),
    ("Screenshot", "screenshot"),
)
RATINGS: Final = (
    ("Any", ""),
    ("★ or more", ">=1"),
    ("★★ or more", ">=2"),
    ("★★★ or more", ">=3"),
    ("★★★★ or more", ">=4"),
    ("★★★★★", "5"),
)
_REST_MS: Final = 300
_WIDTH_PX: Final = 440
_SHARE_OF_SCREEN: Final = 0.8
_FOLDER_ROWS, _CAMERA_ROWS, _TYPE_ROWS = 7, 4, 5
_KEYS: Final = ("date", "in", "type", "camera", "is", "rating", "has")


class FilterPanel(Popover):
    """Shows the filters of a query among those there are, and changes them in its text.

    Attributes:
        days: From when to when.
        folders: The chosen folders and what lies in them.
        types: Kinds of files.
        cameras: Makers and models.

    Signals:
        query_wanted(str): The query as it shall read now.
    """

    query_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Filters", parent)
        self._text = ""
        self._facets = Facets()
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._write)
        self.days = DayRange()
        self.days.typed.connect(self._rest.start)
        self.days.chosen.connect(self._write)
        self.days.done.connect(self.hide)
        self.folders = self._made_tree("Folders", _FOLDER_ROWS)
        self.types = self._made_tree("Types", _TYPE_ROWS)
        self.cameras = self._made_tree("Cameras", _CAMERA_ROWS)
        self.shape = self._made_choice("Shape", SHAPES)
        self.rating = self._made_choice("Rating", RATINGS)
        self.place = QCheckBox("Knows where it was taken")
        self.place.toggled.connect(self._write_now)
        self.clear = QPushButton("Clear filters")
        self.clear.setFlat(True)
        self.clear.clicked.connect(self._clear)
        self._labels: dict[QWidget, QLabel] = {}
        self._lay_out()

    def show_query(self, text: str, facets: Facets | None = None) -> None:
        """Show what the filters of a query say, and go on from it.

        Args:
            text: The query.
            facets: What there is to choose from; None for what there was.
        """
        self._text = text
        if facets is not None:
            self._facets = facets
            self.days.show_bounds(facets.oldest, facets.newest)
        now = self._facets
        said = {key: query_edit.filter_value(text, key) for key in _KEYS}
        self.days.show_span(said["date"])
        self.folders.show_choices(
            [_folder(folder, is_root=True) for folder in now.folders], _pieces(said["in"])
        )
        self.types.show_choices(
            _types(now), [name.lower() for name in _pieces(said["type"].replace(",", "|"))]
        )
        cameras = [Choice(camera.name, camera.name, camera.photos) for camera in now.cameras]
        self.cameras.show_choices(cameras, _pieces(said["camera"]))
        blocked = [QSignalBlocker(field) for field in (self.shape, self.rating, self.place)]
        for choice, key in ((self.shape, "is"), (self.rating, "rating")):
            choice.setCurrentIndex(max(0, choice.findData(said[key])))
        self.place.setChecked(said["has"] == "gps")
        for field in blocked:
            field.unblock()
        self._show_only_what_there_is(said)

    def hideEvent(self, event: QHideEvent) -> None:
        """Write what was typed last."""
        if self._rest.isActive():
            self._write()
        super().hideEvent(event)

    def _show_only_what_there_is(self, said: dict[str, str]) -> None:
        """Leave out what no photo has, unless the query asks for it."""
        now = self._facets
        shown: tuple[tuple[QWidget, bool], ...] = (
            (self.folders, bool(now.folders or said["in"])),
            (self.types, len(now.types) + len(now.videos) > 1 or bool(said["type"])),
            (self.cameras, bool(now.cameras or said["camera"])),
            (self.rating, now.has_ratings or bool(said["rating"])),
            (self.place, now.has_places or bool(said["has"])),
        )
        for field, is_shown in shown:
            field.setVisible(is_shown)
            self._labels[field].setVisible(is_shown)
        self.clear.setEnabled(any(said.values()))

    def _write(self) -> None:
        """Write every filter that says something else now into the query."""
        self._rest.stop()
        text = self._text
        for key, value in self._said().items():
            if value != query_edit.filter_value(text, key):
                text = query_edit.with_filter(text, key, value)
        if text != self._text:
            self._text = text
            self.clear.setEnabled(any(query_edit.filter_value(text, key) for key in _KEYS))
            self.query_wanted.emit(text)

    def _said(self) -> dict[str, str]:
        before = query_edit.filter_value(self._text, "has")
        return {
            "date": self.days.span(),
            "in": self._said_pieces(self.folders, "in", "|"),
            "type": self._said_pieces(self.types, "type", ","),
            "camera": self._said_pieces(self.cameras, "camera", "|"),
            "is": self._said_choice(self.shape, "is"),
            "rating": self._said_choice(self.rating, "rating"),
            "has": "gps" if self.place.isChecked() else ("" if before == "gps" else before),
        }

    def _said_choice(self, choice: QComboBox, key: str) -> str:
        """Return what is chosen; what the query says and this panel cannot show stays as it is."""
        before = query_edit.filter_value(self._text, key)
        kept = before if choice.findData(before) < 0 else ""
        return str(choice.currentData() or kept)

    def _said_pieces(self, tree: ChoiceTree, key: str, between: str) -> str:
        """Return what is ticked; where that is what the query says already, in the words it says it in."""
        before, now = query_edit.filter_value(self._text, key), tree.chosen()
        same = {piece.casefold() for piece in _pieces(before.replace(between, "|"))} == {
            piece.casefold() for piece in now
        }
        return before if same else between.join(now)

    def _clear(self) -> None:
        text = self._text
        for key in _KEYS:
            text = query_edit.with_filter(text, key, "")
        self.show_query(text)
        self.query_wanted.emit(text)

    def _made_tree(self, name: str, most_rows: int) -> ChoiceTree:
        tree = ChoiceTree(name, most_rows)
        tree.changed.connect(self._write)
        return tree

    def _made_choice(self, name: str, choices: Sequence[tuple[str, str]]) -> QComboBox:
        choice = QComboBox()
        choice.setAccessibleName(name)
        for label, value in choices:
            choice.addItem(label, value)
        choice.currentIndexChanged.connect(self._write_now)
        return choice

    def _write_now(self) -> None:
        self._write()

    def _lay_out(self) -> None:
        self._inside = QWidget()
        grid = QGridLayout(self._inside)
        grid.setContentsMargins(theme.SPACE.large, theme.SPACE.large, theme.SPACE.large, theme.SPACE.small)
        grid.setHorizontalSpacing(theme.SPACE.large)
        grid.setVerticalSpacing(theme.SPACE.medium)
        grid.setColumnStretch(1, 1)
        rows: Sequence[tuple[str, QWidget]] = (
            ("Taken", self.days),
            ("Folder", self.folders),
            ("Camera", self.cameras),
            ("Type", self.types),
            ("Shape", self.shape),
            ("Rating", self.rating),
            ("Place", self.place),
        )
        for row, (name, field) in enumerate(rows):
            label = theme.set_subtle(QLabel(name))
            label.setMinimumHeight(theme.SPACE.large * 2)
            self._labels[field] = label
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(field, row, 1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setProperty("ground", "card")
        self._area.setWidget(self._inside)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.SPACE.large, 0, theme.SPACE.large, theme.SPACE.medium)
        foot.addStretch(1)
        foot.addWidget(self.clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(theme.SPACE.small)
        column.addWidget(self._area, 1)
        column.addLayout(foot)

    def adjustSize(self) -> None:
        """Be as large as the filters are, within the screen; what does not fit scrolls."""
        settle(self)
        foot_px = self.clear.sizeHint().height() + theme.SPACE.medium + theme.SPACE.small + 4
        screen = self.screen().availableGeometry()
        most_px = int(screen.height() * _SHARE_OF_SCREEN)
        least = self._inside.minimumSizeHint()
        bar_px = self._area.verticalScrollBar().sizeHint().width()
        # In large letters they are wider than usual.
        self.setFixedWidth(min(max(_WIDTH_PX, least.width() + bar_px + 4), screen.width()))
        self.setFixedHeight(min(least.height() + foot_px, most_px))


def _pieces(value: str) -> list[str]:
    return [piece for written in value.split("|") if (piece := written.strip())]


def _types(facets: Facets) -> list[Choice]:
    """Return the kinds of files; where there are videos, photos and videos with their kinds inside."""
    photos, videos = (
        tuple(Choice(kind.name.upper(), kind.name, kind.photos) for kind in kinds)
        for kinds in (facets.types, facets.videos)
    )
    if not videos:
        return list(photos)
    return [
        Choice(label, value, sum(choice.photos or 0 for choice in inside), inside)
        for label, value, inside in (("Photos", "photo", photos), ("Videos", "video", videos))
        if inside
    ]


def _folder(facet: FolderFacet, *, is_root: bool = False) -> Choice:
    label = wording.shown(facet.path if is_root else facet.path.name)
    return Choice(label, str(facet.path), facet.photos, tuple(_folder(folder) for folder in facet.folders))
