"""Rows of lists and tables that are easy to hit and to read."""

from unicodedata import bidirectional

from PySide6.QtCore import QMargins, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from desktop_app.ui.look import theme

Index = QModelIndex | QPersistentModelIndex


class RoomyDelegate(QStyledItemDelegate):
    """Paints the rows of a list, higher than usual; texts read as they are written, also in a window from right to left."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the usual size, higher."""
        return super().sizeHint(option, index).grownBy(QMargins(0, theme.SPACE.tiny, 0, theme.SPACE.tiny))

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Keep the order of "605 MB" and of dates where the window, but not the text, is from right to left."""
        super().initStyleOption(option, index)
        if option.direction is Qt.LayoutDirection.RightToLeft and not _is_from_the_right(option.text):
            option.direction = Qt.LayoutDirection.LeftToRight
            option.displayAlignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _is_from_the_right(text: str) -> bool:
    """Return what the first letter with a direction says."""
    return next((kind != "L" for kind in map(bidirectional, text) if kind in {"L", "R", "AL"}), False)
