"""The photos that could not be used, grouped by reason, as a tree for a view; and as a table to take away."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from desktop_app.library import FailedPhoto
from desktop_app.ui.look import wording

Index = QModelIndex | QPersistentModelIndex

NAME, FOLDER = 0, 1
COLUMNS = ("Photo", "Folder")
# An index of a reason carries 0, one of a photo the number of its reason plus one.
_REASON = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """Photos that share one reason, by path.

    Attributes:
        text: The reason.
        photos: Their paths.
    """

    text: str
    photos: tuple[Path, ...]


def by_reason(failures: Iterable[FailedPhoto]) -> list[Reason]:
    """Group failures, the most frequent reason first."""
    groups: dict[str, list[Path]] = defaultdict(list)
    for failure in failures:
        groups[failure.reason].append(failure.path)
    found = [Reason(text, tuple(sorted(photos))) for text, photos in groups.items()]
    return sorted(found, key=lambda reason: (-len(reason.photos), reason.text))


def csv_of(failures: Iterable[FailedPhoto]) -> str:
    """Return a table of path and reason, with a heading, lines ended as spreadsheets expect."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("photo", "reason"))
    writer.writerows((str(failure.path), failure.reason) for failure in failures)
    return text.getvalue()


def write_csv(file: Path, failures: Iterable[FailedPhoto]) -> None:
    """Write that table. For a pool thread.

    Raises:
        OSError: The file cannot be written.
    """
    # The mark tells Excel that it is UTF-8; names that are none keep their bytes.
    file.write_text("\ufeff" + csv_of(failures), encoding="utf-8", errors="surrogateescape", newline="")


class FailuresModel(QAbstractItemModel):
    """Reasons above, photos below; holds paths only and answers at once."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reasons: list[Reason] = []

    def show_failures(self, failures: Sequence[FailedPhoto]) -> None:
        """Take another list; all indexes become invalid."""
        self.beginResetModel()
        self._reasons = by_reason(failures)
        self.endResetModel()

    def paths_at(self, index: Index) -> list[Path]:
        """Return the photo at an index, or all photos of the reason there."""
        if not index.isValid():
            return []
        if index.internalId() == _REASON:
            return list(self._reasons[index.row()].photos)
        return [self._photo(index)]

    def indexes_of(self, paths: set[Path]) -> list[QModelIndex]:
        """Return where photos are now; those that are no longer here are left out."""
        return [
            self.createIndex(row, NAME, group + 1)
            for group, reason in enumerate(self._reasons)
            for row, path in enumerate(reason.photos)
            if path in paths
        ]

    def reasons(self) -> list[Reason]:
        """Return the groups in the order shown."""
        return list(self._reasons)

    def index(self, row: int, column: int, parent: Index | None = None) -> QModelIndex:
        """Return an index of a reason, or of a photo below one."""
        parent = parent if parent is not None else QModelIndex()
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else _REASON)

    def parent(self, child: Index | None = None) -> QModelIndex:  # type: ignore[override]  # the stub has QObject's too
        """Return the reason above a photo."""
        if child is None or not child.isValid() or child.internalId() == _REASON:
            return QModelIndex()
        return self.createIndex(child.internalId() - 1, 0, _REASON)

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many reasons, or photos of one reason, there are."""
        if parent is None or not parent.isValid():
            return len(self._reasons)
        if parent.internalId() != _REASON or parent.column() != NAME:
            return 0
        return len(self._reasons[parent.row()].photos)

    def columnCount(self, _parent: Index | None = None) -> int:
        """Return two: name and folder."""
        return len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """Return the columns' names."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | QFont | None:
        """Return the text of a cell; reasons are demi-bold and say how many photos they have."""
        if not index.isValid():
            return None
        if index.internalId() == _REASON:
            return self._of_reason(self._reasons[index.row()], index.column(), role)
        return _of_photo(self._photo(index), index.column(), role)

    def _photo(self, index: Index) -> Path:
        return self._reasons[index.internalId() - 1].photos[index.row()]

    def _of_reason(self, reason: Reason, column: int, role: int) -> str | QFont | None:
        if role == Qt.ItemDataRole.FontRole:
            font = QFont()
            font.setWeight(QFont.Weight.DemiBold)
            return font
        if column != NAME or role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return None
        count = len(reason.photos)
        text = reason.text[:1].upper() + reason.text[1:]
        spoken = role == Qt.ItemDataRole.AccessibleTextRole
        return (
            f"{text}, {wording.counted(count, 'photo')}" if spoken else f"{text}  ·  {wording.number(count)}"
        )


def _of_photo(path: Path, column: int, role: int) -> str | None:
    if role == Qt.ItemDataRole.ToolTipRole:
        return wording.shown(path)
    if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
        return wording.shown(path.name) if column == NAME else wording.shown(path.parent)
    return None
