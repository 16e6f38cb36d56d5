"""Rows of lists and tables that are easy to hit and to read."""

from PySide6.QtCore import QMargins, QModelIndex, QPersistentModelIndex, QSize
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from desktop_app.ui.look import theme


class RoomyDelegate(QStyledItemDelegate):
    """Paints the rows of a list, higher than usual."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the usual size, higher."""
        return super().sizeHint(option, index).grownBy(QMargins(0, theme.SPACE.tiny, 0, theme.SPACE.tiny))
