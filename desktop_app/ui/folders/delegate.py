"""Paints a chosen folder: its name, what is in it, and of one that is missing, since when."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_app.library import FolderState
from desktop_app.ui.folders.words import FolderWords, sign_of_missing, words_of
from desktop_app.ui.look import icons, theme

Index = QModelIndex | QPersistentModelIndex

FOLDER_ROLE: Final = Qt.ItemDataRole.UserRole
BUILT_ROLE: Final = Qt.ItemDataRole.UserRole + 1
"""What is being built beside the model that answers, as `words_of` takes it."""
ICON_PX = 20


class FolderDelegate(QStyledItemDelegate):
    """Paints a folder in two lines; in three one that is missing, or that a new model looks at."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return room for its lines."""
        small = 2 if _words(index).more else 1
        lines = option.fontMetrics.height() + small * QFontMetrics(_small(option.font)).height()
        return QSize(120, lines + 2 * theme.SPACE.small)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one folder."""
        folder = index.data(FOLDER_ROLE)
        colours = theme.colours()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_ground(painter, option)
        inner = option.rect.adjusted(
            theme.SPACE.small, theme.SPACE.small, -theme.SPACE.small, -theme.SPACE.small
        )
        missing = folder.state is FolderState.MISSING
        words = _words(index)
        name, tone = (sign_of_missing(folder), "warning") if missing else ("folder", "subtle")
        scale = painter.device().devicePixelRatioF()
        painter.drawPixmap(inner.left(), inner.top(), icons.pixmap(name, ICON_PX, tone, scale))  # type: ignore[arg-type]  # a literal
        inner.setLeft(inner.left() + ICON_PX + theme.SPACE.small)
        painter.setFont(option.font)
        _line(painter, inner, words.name, colours.subtle if missing else colours.text)
        inner.setTop(inner.top() + option.fontMetrics.height())
        painter.setFont(_small(option.font))
        _line(painter, inner, words.state, colours.warning if missing else colours.subtle)
        inner.setTop(inner.top() + painter.fontMetrics().height())
        _line(painter, inner, words.more, colours.subtle)
        painter.restore()


def _words(index: Index) -> FolderWords:
    return words_of(index.data(FOLDER_ROLE), built=index.data(BUILT_ROLE) or "")


def _paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    colours = theme.colours()
    state = option.state
    painter.setPen(Qt.PenStyle.NoPen)
    chosen = bool(state & QStyle.StateFlag.State_Selected)
    if chosen or state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(QColor(colours.wash if chosen else colours.hover))
        painter.drawRoundedRect(option.rect, theme.RADIUS, theme.RADIUS)
    if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
        painter.setPen(QColor(colours.accent))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(option.rect.adjusted(0, 0, -1, -1), theme.RADIUS, theme.RADIUS)


def _line(painter: QPainter, place: QRect, text: str, colour: str) -> None:
    painter.setPen(QColor(colour))
    fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, fitting)


def _small(font: QFont) -> QFont:
    smaller = QFont(font)
    smaller.setPointSizeF(font.pointSizeF() * 0.9)
    return smaller
