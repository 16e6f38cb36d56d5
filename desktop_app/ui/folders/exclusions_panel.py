"""What is left out of the library: screenshots, videos, small photos, folders, patterns."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontDatabase, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.library import MOST_PATTERNS, Exclusions, pattern_problem, videos_need
from desktop_app.settings import Declaration, Value
from desktop_app.ui.look import icons, theme, wording
from desktop_app.ui.look.labels import ElidingLabel
from desktop_app.ui.settings.fields import Field, Hairline, Row, field_for

_FIELDS = (
    Declaration(
        "screenshots",
        False,
        label="Leave out screenshots",
        help="Files and folders that are named like screenshots, in any of the usual languages.",
    ),
    Declaration(
        "videos",
        False,
        label="Leave out videos",
        help="The short film beside a Live Photo is never shown on its own.",
    ),
    Declaration(
        "unlisted",
        False,
        label="Take in photos without a photo's ending",
        help="Files without any ending, or with one such as .jpg_large, that are photos by what is in them.",
    ),
    Declaration(
        "least_px",
        0,
        label="Smallest photo",
        help="Photos whose shorter side has fewer pixels are left out, such as icons.",
        most=4000,
        unit="px",
        least_text="Any size",
    ),
    Declaration(
        "least_kb",
        0,
        label="Smallest file",
        help="Smaller files are left out without being read.",
        most=10_000,
        unit="KB",
        least_text="Any size",
    ),
)
_PATTERN_LINES = 5


def _explained(declaration: Declaration) -> Declaration:
    """Return it with what is missing here."""
    need = videos_need() if declaration.name == "videos" else ""
    return replace(declaration, help=f"They are anyway: Vislumbre {need}.") if need else declaration


class ExclusionsPanel(QWidget):
    """Rows for everything that can be left out; what is chosen counts at once.

    Signals:
        wanted(object): Just these `Exclusions` shall count.
        folder_wanted(): The person wants to be asked for a folder to leave out.
    """

    wanted = Signal(object)
    folder_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = Exclusions()
        self._fields: dict[str, Field] = {}
        self._rows = QVBoxLayout()
        self._patterns = PatternsRow()
        self._patterns.finished.connect(self._take_patterns)
        self._add = QPushButton(" Leave out a folder…")
        self._add.setAccessibleName("Leave out a folder")
        self._add.clicked.connect(self.folder_wanted)
        icons.set_icon(self._add, "folder-add")
        self._lay_out()

    def show_exclusions(self, exclusions: Exclusions) -> None:
        """Show what is left out now, without saying that it changed."""
        self._shown = exclusions
        for name, field in self._fields.items():
            field.show_value(getattr(exclusions, name))
        self._patterns.show_patterns(exclusions.patterns)
        while (item := self._rows.takeAt(0)) is not None:
            if (row := item.widget()) is not None:
                row.hide()
                row.deleteLater()
        for folder in exclusions.folders:
            self._rows.addWidget(Hairline())
            self._rows.addWidget(_FolderRow(folder, partial(self._take_back, folder)))

    def exclusions(self) -> Exclusions:
        """Return what is shown."""
        return self._shown

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE.large)
        rows = []
        for declaration in map(_explained, _FIELDS):
            field = self._fields[declaration.name] = field_for(declaration)
            field.changed.connect(self._take)
            rows.append(field)
        column.addWidget(_card(*rows))
        column.addWidget(self._folders_card())
        column.addWidget(_card(self._patterns))
        note = theme.set_subtle(
            QLabel(
                "A folder with a file named .nomedia in it is left out too, and a file named .vislumbreignore works "
                "as a .gitignore does. Photos that are left out stay where they are, and come back without being "
                "indexed again."
            ),
            0.95,
        )
        note.setWordWrap(True)
        column.addWidget(note)

    def _folders_card(self) -> QFrame:
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        first = Row("Folders", "They are left out with everything in them.")
        first.place(self._add)
        self._add.setAccessibleName("Leave out a folder")
        rows = QWidget()
        rows.setLayout(self._rows)
        return _card(first, rows, lines=False)

    def _take(self, name: str, value: Value) -> None:
        self._want(replace(self._shown, **{name: value}))  # type: ignore[arg-type]  # the field has the right type

    def _take_patterns(self, patterns: Sequence[str]) -> None:
        self._want(replace(self._shown, patterns=tuple(patterns)))

    def _take_back(self, folder: Path) -> None:
        self._want(self._shown.without_folder(folder))

    def _want(self, exclusions: Exclusions) -> None:
        if exclusions != self._shown:
            self.show_exclusions(exclusions)
            self.wanted.emit(exclusions)


class PatternsRow(Row):
    """Lines of gitignore syntax, taken when the person is done with them; lines that mean nothing are explained.

    Signals:
        finished(object): These lines shall count.
    """

    finished = Signal(object)

    def __init__(self) -> None:
        super().__init__(
            "Patterns", "One on each line, as in a .gitignore, counted from each of your folders."
        )
        self._shown: tuple[str, ...] = ()
        self.text = _Lines()
        self.text.left.connect(self._finish)
        self.text.setPlaceholderText("*.gif\nraw/\n*_edited.*")
        self.place(self.text, below=True)
        self._complaint = QLabel()
        self._complaint.setTextFormat(Qt.TextFormat.PlainText)
        self._complaint.setWordWrap(True)
        self._complaint.setVisible(False)
        self.text.textChanged.connect(self._complaint.hide)
        theme.set_tone(self._complaint, "error")
        self._words.addWidget(self._complaint)

    def show_patterns(self, patterns: Sequence[str]) -> None:
        """Show lines; what the person is typing just now stays."""
        if tuple(patterns) != self._shown and not self.text.hasFocus():
            self.text.setPlainText("\n".join(patterns))
        self._shown = tuple(patterns)

    def complaint(self) -> str:
        """Return what is said about the lines; empty when nothing is."""
        return self._complaint.text() if not self._complaint.isHidden() else ""

    def _finish(self) -> None:
        lines = [line for line in self.text.toPlainText().splitlines() if line.strip()]
        if len(lines) > MOST_PATTERNS:
            reasons = [f"More than {MOST_PATTERNS} patterns are not kept."]
        else:
            reasons = [f"“{line}” {reason}." for line in lines if (reason := pattern_problem(line))]
        self._complaint.setText(" ".join(reasons[:3]))
        self._complaint.setVisible(bool(reasons))
        if not reasons and tuple(lines) != self._shown:
            self._shown = tuple(lines)
            self.finished.emit(lines)


class _Lines(QPlainTextEdit):
    """A small field for lines.

    Signals:
        left(): The person is done: another part of the window is being used, or Ctrl+Enter was pressed.
    """

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFixedHeight((_PATTERN_LINES + 1) * self.fontMetrics().lineSpacing())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Say that the person is done."""
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Ctrl+Enter for "done"."""
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class _FolderRow(QWidget):
    """A folder that is left out, and a button that takes that back."""

    def __init__(self, folder: Path, take_back: partial[None]) -> None:
        super().__init__()
        self.setToolTip(wording.shown(folder))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(ElidingLabel(wording.shown(folder.name)))
        words.addWidget(theme.set_subtle(ElidingLabel(wording.shown(folder.parent)), 0.95))
        button = QPushButton("Take back")
        button.setAccessibleName(f"Take back {wording.shown(folder)}")
        button.clicked.connect(lambda _checked: take_back())
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE.large, theme.SPACE.small, theme.SPACE.large, theme.SPACE.small)
        row.setSpacing(theme.SPACE.large)
        row.addLayout(words, 1)
        row.addWidget(button)


def _card(*rows: QWidget, lines: bool = True) -> QFrame:
    card = QFrame()
    theme.set_card(card)
    column = QVBoxLayout(card)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for row in rows:
        if lines and column.count():
            column.addWidget(Hairline())
        column.addWidget(row)
    return card
