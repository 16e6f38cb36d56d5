"""Every connection that was made, as a table for a view and as text to take away; sorted by any column."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop_app.library import Connection, Outcome
from desktop_app.ui.look import wording

Index = QModelIndex | QPersistentModelIndex

WHEN, WHERE, WHY, AMOUNT, END = range(5)
COLUMNS: Final = ("When", "Where", "What for", "How much", "How it ended")

_ENDS: Final = {
    Outcome.COMPLETE: "Complete",
    Outcome.FAILED: "Failed",
    Outcome.CANCELLED: "Cancelled",
    Outcome.REFUSED: "Not opened",
}


class ConnectionsModel(QAbstractTableModel):
    """Connections as rows, the newest first until another order is wanted; answers at once.

    Sorted here: a proxy in between asks for every comparison, and takes seconds for some thousands of rows.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Connection] = []
        self._order = (WHEN, Qt.SortOrder.DescendingOrder)

    def show_connections(self, connections: Sequence[Connection]) -> None:
        """Take another list; the order stays, and all indexes become invalid."""
        self.beginResetModel()
        column, order = self._order
        descending = order is Qt.SortOrder.DescendingOrder
        self._rows = sorted(connections, key=lambda one: _sorted_by(one, column), reverse=descending)
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; all indexes become invalid."""
        self._order = (column, order)
        self.show_connections(self._rows)

    def connections(self) -> list[Connection]:
        """Return them as they are shown, from top to bottom."""
        return list(self._rows)

    def at(self, row: int) -> Connection | None:
        """Return the connection of a row; None where there is none."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many connections there are."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return how many columns there are."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | Qt.AlignmentFlag | None:
        """Return the columns' names."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return COLUMNS[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Return the text of a cell; all that is known of the connection where the pointer rests."""
        one = self.at(index.row()) if index.isValid() else None
        if one is None:
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            return in_full(one)
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return _cell(one, index.column())
        return None


def as_text(connections: Iterable[Connection]) -> str:
    """Return a table with tabs between its columns, a heading, and one line for each connection."""
    rows = (
        (
            one.when.isoformat(timespec="seconds"),
            _place(one),
            one.path,
            one.via,
            one.why,
            _received(one),
            _sent(one),
            _end(one),
        )
        for one in connections
    )
    heading = ("when", "where", "path", "by way of", "what for", "received", "sent", "how it ended")
    return "".join("\t".join(" ".join(cell.split()) for cell in row) + "\n" for row in (heading, *rows))


def in_full(one: Connection) -> str:
    """Return all that is known of a connection, in lines."""
    via = f"By way of {one.via}" if one.via else ""
    took = "" if one.seconds is None else f"Took {_seconds(one.seconds)}"
    lines = (
        f"{_moment(one.when, seconds=True)}: {_place(one)}{one.path}",
        via,
        f"For: {one.why}" if one.why else "",
        f"Received {_received(one) or 'not known'}, sent {_sent(one) or 'not known'}",
        took,
        _end(one),
    )
    return "\n".join(wording.shown(line) for line in lines if line)


def _cell(one: Connection, column: int) -> str:
    if column == WHEN:
        return _moment(one.when)
    if column == WHERE:
        return wording.shown(_place(one))
    if column == WHY:
        return wording.shown(one.why)
    if column == AMOUNT:
        return _received(one)
    return wording.shown(_end(one))


def _sorted_by(one: Connection, column: int) -> tuple[str | int, datetime]:
    """Return what a column is sorted by; what is alike there stands in the order of time."""
    texts = {WHERE: _place, WHY: lambda one: one.why, END: _end}
    if column in texts:
        return texts[column](one).casefold(), one.when
    return (one.bytes_in or 0) if column == AMOUNT else 0, one.when


def _place(one: Connection) -> str:
    return f"{one.host}:{one.port}" if one.port and one.port != 443 else one.host  # what https uses


def _received(one: Connection) -> str:
    return "" if one.bytes_in is None else wording.size(one.bytes_in)


def _sent(one: Connection) -> str:
    return "" if one.bytes_out is None else wording.size(one.bytes_out)


def _end(one: Connection) -> str:
    end = _ENDS.get(one.outcome, "")
    how = one.ended[:1].lower() + one.ended[1:] if end else one.ended[:1].upper() + one.ended[1:]
    return f"{end}: {how}" if end and how and how != end.lower() else end or how


def _seconds(seconds: float) -> str:
    return f"{wording.decimal(seconds)} s" if seconds < 60 else wording.spoken_length(seconds)


def _moment(when: datetime, *, seconds: bool = False) -> str:
    here = when.astimezone()
    return f"{here:%Y-%m-%d %H:%M:%S}" if seconds else f"{here:%Y-%m-%d %H:%M}"
