"""A page that says why there are no photos here, and what to do: empty, nothing found, error, loading."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import IconLabel

TEXT_WIDTH_PX = 440
ICON_PX = 56


class MessagePage(QWidget):
    """A drawing, a title, a sentence and at most one button, in the middle.

    Signals:
        action_wanted(): The button was pressed.
    """

    action_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run: Callable[[], None] | None = None
        self._icon = IconLabel("image", ICON_PX, "subtle")
        self._title = theme.set_title(QLabel(), 1.4)
        self._text = theme.set_subtle(QLabel())
        for label in (self._title, self._text):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setWordWrap(True)
            label.setMaximumWidth(TEXT_WIDTH_PX)
        self._busy = QProgressBar()
        self._busy.setTextVisible(False)
        self._busy.setFixedWidth(TEXT_WIDTH_PX // 2)
        self._busy.setAccessibleName("Please wait")
        self._action = theme.set_primary(QPushButton())
        self._action.clicked.connect(self._act)
        self._lay_out()
        self.show_message("image", "", "")

    def show_message(
        self,
        icon: str,
        title: str,
        text: str,
        *,
        action: str = "",
        run: Callable[[], None] | None = None,
        tone: icons.Tone = "subtle",
    ) -> None:
        """Say something.

        Args:
            icon: Name of a drawing.
            title: A few words.
            text: A sentence or two.
            action: What the button says; empty for none.
            run: What the button does, besides `action_wanted`.
            tone: Colour of the drawing.
        """
        self._show(icon, title, text, tone)
        self._run = run
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self._busy.setVisible(False)

    def show_busy(self, icon: str, title: str, text: str) -> None:
        """Say what is being done, with a bar that moves until something else is said."""
        self._show(icon, title, text, "subtle")
        self._run = None
        self._action.setVisible(False)
        self._busy.setRange(0, 0)
        self._busy.setVisible(True)

    def title(self) -> str:
        """Return the title that is shown."""
        return self._title.text()

    def _show(self, icon: str, title: str, text: str, tone: icons.Tone) -> None:
        self._icon.show_icon(icon, tone)
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)

    def _act(self) -> None:
        self.action_wanted.emit()
        if self._run is not None:
            self._run()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setSpacing(0)
        column.addStretch(2)
        for widget, below in (
            (self._icon, theme.SPACE.large),
            (self._title, theme.SPACE.small),
            (self._text, theme.SPACE.huge),
            (self._busy, 0),
            (self._action, 0),
        ):
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(widget, 1000 if isinstance(widget, QLabel) else 0)
            row.addStretch(1)
            column.addLayout(row)
            column.addSpacing(below)
        # Slightly above the middle looks like the middle.
        column.addStretch(3)
