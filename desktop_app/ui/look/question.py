"""How questions and messages of a window of their own look."""

from typing import Final

from PySide6.QtWidgets import QMessageBox

_TEXT_PX: Final = 340


def dress(box: QMessageBox) -> None:
    """Let the first line be a heading, and what follows as wide as a line should be: Qt wraps it after a few words."""
    box.setStyleSheet(
        "QLabel#qt_msgbox_label { font-weight: 600; }"
        f"QLabel#qt_msgbox_informativelabel {{ min-width: {_TEXT_PX}px; }}"
    )
