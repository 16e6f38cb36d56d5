"""One row of the settings window for each kind of setting: what it is on the left, its control on the right."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop_app.settings import Declaration, Value
from desktop_app.ui.look import theme

CONTROL_WIDTH_PX = 150


class Row(QWidget):
    """A label, its explanation, and a control beside or below them."""

    def __init__(self, label: str, says: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel(label)
        self.label.setWordWrap(True)
        self.help = theme.set_subtle(QLabel(says), 0.95)
        self.help.setWordWrap(True)
        # It is never shown here: without a parent it would be a window of its own.
        if not says:
            self.help.hide()
        self._words = QVBoxLayout()
        self._words.setSpacing(2)
        self._words.addWidget(self.label)
        self._words.addWidget(self.help)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(
            theme.SPACE.large, theme.SPACE.medium, theme.SPACE.large, theme.SPACE.medium
        )
        self._row.setSpacing(theme.SPACE.huge)
        self._row.addLayout(self._words, 1)

    def place(self, control: QWidget, *, below: bool = False) -> None:
        """Put the control in its place and tell screen readers what it is."""
        self.label.setBuddy(control)
        control.setAccessibleName(self.label.text())
        control.setAccessibleDescription(self.help.text())
        if below:
            self._words.addSpacing(theme.SPACE.tiny)
            self._words.addWidget(control)
        else:
            self._row.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)


class Hairline(QWidget):
    """A line of one pixel between two rows, in the theme's colour for borders."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(1)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        theme.current().changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        self.setStyleSheet(f"background: {theme.colours().border};")


class ActionRow(Row):
    """A row with a button."""

    def __init__(self, label: str, says: str, action: str, run: Callable[[], object]) -> None:
        super().__init__(label, says)
        button = QPushButton(action)
        button.clicked.connect(lambda _checked: run())
        self.place(button)
        button.setAccessibleName(f"{label}: {action}")


class _Field(Row):
    """The row of a setting; each kind shows its value in its own way.

    Signals:
        changed(str, object): The person chose an allowed value; carries the setting's name and the value.
    """

    changed = Signal(str, object)

    def __init__(self, declaration: Declaration) -> None:
        later = " Counts from the next start." if declaration.restart else ""
        super().__init__(declaration.label, declaration.help + later)
        self.declaration = declaration

    def _say(self, value: Value) -> None:
        self.changed.emit(self.declaration.name, value)


class SwitchField(_Field):
    """The row of a setting that is on or off: a box to tick."""

    def __init__(self, declaration: Declaration) -> None:
        super().__init__(declaration)
        self._box = QCheckBox()
        self._box.clicked.connect(self._say)
        self.place(self._box)

    def show_value(self, value: Value) -> None:
        """Check the box or not."""
        self._box.setChecked(bool(value))


class ChoiceField(_Field):
    """The row of a setting with a few choices: a list that opens."""

    def __init__(self, declaration: Declaration) -> None:
        super().__init__(declaration)
        self._list = QComboBox()
        for name, title in declaration.choices:
            self._list.addItem(title, name)
        self._list.setMinimumWidth(CONTROL_WIDTH_PX)
        self._list.activated.connect(lambda at: self._say(self._list.itemData(at)))
        _spare_the_wheel(self._list)
        self.place(self._list)

    def show_value(self, value: Value) -> None:
        """Choose the value's entry."""
        self._list.setCurrentIndex(self._list.findData(value))


class NumberField(_Field):
    """The row of a whole number, within the bounds of its setting."""

    def __init__(self, declaration: Declaration) -> None:
        super().__init__(declaration)
        self._number = QSpinBox()
        self._number.setRange(declaration.least, declaration.most)
        self._number.setSuffix(f" {declaration.unit}" if declaration.unit else "")
        self._number.setSpecialValueText(declaration.least_text)
        # The style sheet's padding does not reach the field inside.
        self._number.lineEdit().setTextMargins(theme.SPACE.tiny, 0, 0, 0)
        self._number.setMinimumWidth(CONTROL_WIDTH_PX)
        self._number.setSingleStep(8 if declaration.most - declaration.least > 100 else 1)
        # Without this, typing 256 would apply 2 and 25 on the way.
        self._number.setKeyboardTracking(False)
        self._number.valueChanged.connect(self._say)
        _spare_the_wheel(self._number)
        self.place(self._number)

    def show_value(self, value: Value) -> None:
        """Show the number."""
        self._number.blockSignals(True)
        self._number.setValue(int(value))
        self._number.blockSignals(False)


class TextField(_Field):
    """The row of a text, taken when the person is done with it; a text that is not allowed is explained below."""

    def __init__(self, declaration: Declaration) -> None:
        super().__init__(declaration)
        self._shown = ""
        self._text = QLineEdit()
        self._text.setPlaceholderText(declaration.example)
        self._text.setClearButtonEnabled(True)
        self._text.editingFinished.connect(self._finish)
        self._complaint = QLabel()
        self._complaint.setTextFormat(Qt.TextFormat.PlainText)
        self._complaint.setWordWrap(True)
        self._complaint.setVisible(False)
        self._text.textEdited.connect(self._complaint.hide)
        theme.set_tone(self._complaint, "error")
        self.place(self._text, below=True)
        self._words.addWidget(self._complaint)

    def show_value(self, value: Value) -> None:
        """Show the text."""
        self._shown = str(value)
        self._text.setText(self._shown)
        self._complaint.setVisible(False)

    def _finish(self) -> None:
        text = self._text.text().strip()
        complaint = self.declaration.complaint(text)
        self._complaint.setText(f"{self.declaration.label} {complaint}.")
        self._complaint.setVisible(bool(complaint))
        # Losing the focus says "finished" too, with nothing changed.
        if not complaint and text != self._shown:
            self._shown = text
            self._say(text)


Field = SwitchField | ChoiceField | NumberField | TextField
"""The row of a setting. Its `show_value` shows a value without saying that it changed."""


def field_for(declaration: Declaration) -> Field:
    """Return the row that fits a setting."""
    if declaration.choices:
        return ChoiceField(declaration)
    kinds: dict[type, type[Field]] = {bool: SwitchField, int: NumberField, str: TextField}
    return kinds[type(declaration.default)](declaration)


class _WheelGuard(QObject):
    """Keeps the wheel from changing a value the person only scrolls past."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Pass the wheel on to the page unless the control has the focus."""
        if event.type() is QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


def _spare_the_wheel(control: QWidget) -> None:
    control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    control.installEventFilter(_WheelGuard(control))
