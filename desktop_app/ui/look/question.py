"""How questions of a window look; the one before something goes that cannot be brought back has "no" at the Enter key."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QMessageBox, QWidget

from desktop_app.ui.look import icons

_SIGN_PX: Final = 32
_TEXT_PX: Final = 340


def question(
    window: QWidget,
    text: str,
    says: str,
    action: str,
    run: Callable[[], object],
    *,
    sign: str = "warning",
    choice: QCheckBox | None = None,
    can_be_undone: bool = False,
) -> QMessageBox:
    """Return a question that is ready to be opened; it deletes itself when it is closed.

    Args:
        window: What it lies above.
        text: The question, in a few words.
        says: What a yes means, in sentences.
        action: What the button for yes says.
        run: Called when that is pressed.
        sign: The drawing beside the words.
        choice: Something to tick below them; the question takes it over.
        can_be_undone: Whether a hasty yes does no harm, so that it is at the Enter key.
    """
    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIconPixmap(icons.pixmap(sign, _SIGN_PX, "warning", window.devicePixelRatioF()))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    box.setInformativeText(says)
    if choice is not None:
        # Else Python deletes it as soon as nobody here knows it any more.
        choice.setParent(box)
        box.setCheckBox(choice)
    role = QMessageBox.ButtonRole.AcceptRole if can_be_undone else QMessageBox.ButtonRole.DestructiveRole
    yes = box.addButton(action, role)
    no = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(yes if can_be_undone else no)
    dress(box)
    yes.clicked.connect(lambda _checked: run())
    return box


def dress(box: QMessageBox) -> None:
    """Let the first line be a heading, and what follows as wide as a line should be: Qt wraps it after a few words."""
    box.setStyleSheet(
        "QLabel#qt_msgbox_label { font-weight: 600; }"
        f"QLabel#qt_msgbox_informativelabel {{ min-width: {_TEXT_PX}px; }}"
    )
