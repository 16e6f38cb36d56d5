"""What the model of the photos answers about a cell, beside Qt's own roles."""

from enum import IntEnum, StrEnum

from PySide6.QtCore import Qt


class Role(IntEnum):
    """What `PhotosModel.data` answers beside Qt's own roles."""

    PHOTO = Qt.ItemDataRole.UserRole + 1
    SCORE = Qt.ItemDataRole.UserRole + 2
    BY_NAME = Qt.ItemDataRole.UserRole + 3
    THUMBNAIL = Qt.ItemDataRole.UserRole + 4
    STATE = Qt.ItemDataRole.UserRole + 5
    BAND = Qt.ItemDataRole.UserRole + 6
    STACK = Qt.ItemDataRole.UserRole + 7
    OFFLINE = Qt.ItemDataRole.UserRole + 8
    VIDEO = Qt.ItemDataRole.UserRole + 9
    CELL = Qt.ItemDataRole.UserRole + 10


class CellState(StrEnum):
    """What a cell can show."""

    LOADING = "loading"
    SHOWN = "shown"
    BROKEN = "broken"
