"""Buttons that are a drawing alone."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QToolButton

from desktop_app.ui import icons


def tool_button(icon: str, says: str, *, side_px: int = 20, tone: icons.Tone = "subtle") -> QToolButton:
    """Return a button with a drawing, and words for the pointer and for a screen reader.

    Args:
        icon: Name of the drawing.
        says: What a press does, with its key in brackets at the end; a screen reader leaves the key out.
        side_px: Side of the drawing.
        tone: Its colour.
    """
    button = QToolButton()
    button.setIconSize(QSize(side_px, side_px))
    button.setToolTip(says)
    button.setAccessibleName(says.partition(" (")[0])
    icons.set_icon(button, icon, tone)
    return button
