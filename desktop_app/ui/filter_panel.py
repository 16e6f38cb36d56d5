"""Filters to choose from; each writes the same words a person could type."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui import query_edit, theme, wording
from desktop_app.ui.flow_layout import FlowLayout
from desktop_app.ui.popover import Popover

TYPES: Final = ("jpg", "png", "heic", "webp", "gif", "tif", "avif", "bmp")
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
_FIELD_PX: Final = 220
_KEYS: Final = ("date", "in", "type", "camera", "is", "rating", "has")


class FilterPanel(Popover):
    """Shows the filters of a query, and changes them in its text.

    Signals:
        query_wanted(str): The query as it shall read now.
    """

    query_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Filters", parent)
        self._text = ""
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._write)
        self.first = self._made_field("First day", "2023, 2023-06 or 2023-06-15")
        self.last = self._made_field("Last day", "up to this, included")
        self.folder = self._made_choice("Folder", (("Any", ""),))
        self.types = {one: self._made_box(one.upper()) for one in TYPES}
        self.camera = self._made_field("Camera", "a word of its name, like canon")
        self.shape = self._made_choice("Shape", SHAPES)
        self.rating = self._made_choice("Rating", RATINGS)
        self.place = self._made_box("Only photos that know where they were taken")
        self.clear = QPushButton("Clear filters")
        self.clear.setFlat(True)
        self.clear.clicked.connect(self._clear)
        self._lay_out()

    def show_query(self, text: str, folders: Sequence[Path] = ()) -> None:
        """Show what the filters of a query say, and go on from it.

        Args:
            text: The query.
            folders: To choose from.
        """
        self._text = text
        said = {key: query_edit.filter_value(text, key) for key in _KEYS}
        first, dots, last = said["date"].partition("..")
        types = {one.strip().lower() for one in said["type"].replace("|", ",").split(",")}
        blocked = [QSignalBlocker(one) for one in self.findChildren(QWidget)]
        self.first.setText(first)
        self.last.setText(last.lstrip(".") if dots else first)
        self._show_folders(folders, said["in"])
        for name, box in self.types.items():
            box.setChecked(name in types)
        self.camera.setText(said["camera"])
        for choice, key in ((self.shape, "is"), (self.rating, "rating")):
            choice.setCurrentIndex(max(0, choice.findData(said[key])))
        self.place.setChecked(said["has"] == "gps")
        for one in blocked:
            one.unblock()

    def _show_folders(self, folders: Sequence[Path], chosen: str) -> None:
        self.folder.clear()
        self.folder.addItem("Any", "")
        for one in folders:
            self.folder.addItem(wording.shown(one), str(one))
        if chosen and self.folder.findData(chosen) < 0:
            self.folder.addItem(wording.shown(chosen), chosen)
        self.folder.setCurrentIndex(max(0, self.folder.findData(chosen)))

    def _write(self) -> None:
        """Write every filter that says something else now into the query."""
        self._rest.stop()
        text = self._text
        for key, value in self._said().items():
            if value != query_edit.filter_value(text, key):
                text = query_edit.with_filter(text, key, value)
        if text != self._text:
            self._text = text
            self.query_wanted.emit(text)

    def _said(self) -> dict[str, str]:
        before = query_edit.filter_value(self._text, "has")
        return {
            "date": _span(self.first.text(), self.last.text()),
            "in": str(self.folder.currentData() or ""),
            "type": self._said_types(),
            "camera": query_edit.one_line(self.camera.text()),
            "is": self._said_choice(self.shape, "is"),
            "rating": self._said_choice(self.rating, "rating"),
            "has": "gps" if self.place.isChecked() else ("" if before == "gps" else before),
        }

    def _said_choice(self, choice: QComboBox, key: str) -> str:
        """Return what is chosen; what the query says and this panel cannot show stays as it is."""
        before = query_edit.filter_value(self._text, key)
        kept = before if choice.findData(before) < 0 else ""
        return str(choice.currentData() or kept)

    def _said_types(self) -> str:
        before = query_edit.filter_value(self._text, "type")
        kept = [one for one in before.lower().replace("|", ",").split(",") if one.strip() not in TYPES]
        chosen = [name for name, box in self.types.items() if box.isChecked()]
        written = [one.strip() for one in before.lower().replace("|", ",").split(",") if one]
        said = [*chosen, *(one for one in kept if one)]
        return before if sorted(said) == sorted(written) else ",".join(said)

    def _clear(self) -> None:
        text = self._text
        for key in _KEYS:
            text = query_edit.with_filter(text, key, "")
        self.show_query(text, [Path(self.folder.itemData(row)) for row in range(1, self.folder.count())])
        self.query_wanted.emit(text)

    def _made_field(self, name: str, hint: str) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName(name)
        field.setPlaceholderText(hint)
        field.setMinimumWidth(_FIELD_PX)
        field.textEdited.connect(self._rest.start)
        field.returnPressed.connect(self.hide)
        return field

    def _made_choice(self, name: str, choices: Sequence[tuple[str, str]]) -> QComboBox:
        choice = QComboBox()
        choice.setAccessibleName(name)
        choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for label, value in choices:
            choice.addItem(label, value)
        choice.currentIndexChanged.connect(self._write_now)
        return choice

    def _made_box(self, text: str) -> QCheckBox:
        box = QCheckBox(text)
        box.toggled.connect(self._write_now)
        return box

    def _write_now(self) -> None:
        self._write()

    def hideEvent(self, event: object) -> None:
        """Write what was typed last."""
        if self._rest.isActive():
            self._write()
        super().hideEvent(event)  # type: ignore[arg-type]  # a QHideEvent

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(theme.SPACE.large)
        form.setVerticalSpacing(theme.SPACE.small + 2)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        days = QWidget()
        row = QHBoxLayout(days)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE.small)
        row.addWidget(self.first)
        row.addWidget(theme.set_subtle(QLabel("to")))
        row.addWidget(self.last)
        kinds = QWidget()
        flow = FlowLayout(theme.SPACE.small, kinds)
        flow.setContentsMargins(0, 0, 0, 0)
        for box in self.types.values():
            flow.addWidget(box)
        rows: Sequence[tuple[str, QWidget]] = (
            ("Taken", days),
            ("Folder", self.folder),
            ("Type", kinds),
            ("Camera", self.camera),
            ("Shape", self.shape),
            ("Rating", self.rating),
            ("Place", self.place),
        )
        for label, field in rows:
            form.addRow(theme.set_subtle(QLabel(label)), field)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE.large, theme.SPACE.large, theme.SPACE.large, theme.SPACE.medium)
        column.setSpacing(theme.SPACE.medium)
        column.addLayout(form)
        column.addWidget(self.clear, 0, Qt.AlignmentFlag.AlignRight)


def _span(first: str, last: str) -> str:
    """Return what `date:` says of these two days; one of them may be missing."""
    first, last = query_edit.one_line(first), query_edit.one_line(last)
    return first if first == last else f"{first}..{last}"
