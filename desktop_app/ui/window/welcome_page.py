"""The first page: what the application does, that nothing leaves the computer, and where to begin."""

import os
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QRectF, QStandardPaths, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop_app.ui.look import theme, wording
from desktop_app.ui.look.labels import IconLabel
from desktop_app.ui.system.drops import offered

WIDTH_PX = 620
# So many entries show whether a Pictures folder is used, without reading all of a large one.
LOOK_AT_MOST = 2000
_PHOTO_ENDINGS = (".jpg", ".jpeg", ".png", ".heic", ".webp", ".tif", ".tiff", ".avif")

STEPS = (
    ("image", "It looks at your photos", "Each is read once and never changed."),
    ("search", "You say what you look for", "“A dog on the beach”, while the rest is still being read."),
    ("refresh", "It keeps up by itself", "New and moved photos are noticed."),
)


def pictures_with_photos() -> Path | None:
    """Return the person's Pictures folder when there are photos in it, or in a folder of it. For a pool thread."""
    places = QStandardPaths.standardLocations(QStandardPaths.StandardLocation.PicturesLocation)
    folder = Path(places[0]) if places else Path.home()
    # Some systems name the home folder where there is no such place.
    if folder == Path.home() or not os.path.isdir(folder):
        return None
    entries = (name for _, _, names in os.walk(folder) for name in names)
    found = any(name.lower().endswith(_PHOTO_ENDINGS) for name in islice(entries, LOOK_AT_MOST))
    return folder if found else None


class WelcomePage(QWidget):
    """Asks for the first folder, by a drop, by a button, or by a suggestion.

    Signals:
        folder_chosen(object): This folder shall be added.
        offered(Offered): This was dropped on it; folders in it shall be added.
        add_wanted(): The person wants to be asked for a folder.
    """

    folder_chosen = Signal(object)
    offered = Signal(object)
    add_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Welcome")
        self._start = theme.set_subtle(QLabel())
        self._start.setTextFormat(Qt.TextFormat.PlainText)
        self._start.setVisible(False)
        self._zone = DropZone()
        self._zone.offered.connect(self.offered)
        self._zone.add_wanted.connect(self.add_wanted)
        self._zone.suggestion_taken.connect(self.folder_chosen)
        self._lay_out()

    def suggest(self, folder: Path | None) -> None:
        """Offer a folder, such as Pictures, beside the button; None takes the offer back."""
        self._zone.suggest(folder)

    def say_model(self, text: str) -> None:
        """Say in a quiet line which model it begins with; empty for nothing."""
        self._start.setText(text)
        self._start.setVisible(bool(text))

    def _lay_out(self) -> None:
        middle = QWidget()
        middle.setMaximumWidth(WIDTH_PX)
        self._fill(QVBoxLayout(middle))
        row = QHBoxLayout()
        row.addStretch(1)
        # Takes all there is up to its greatest width; only then the stretches get theirs.
        row.addWidget(middle, 1000)
        row.addStretch(1)
        page = QWidget()
        column = QVBoxLayout(page)
        column.addStretch(2)
        column.addLayout(row)
        column.addStretch(3)
        # In a small window the page scrolls; squeezed, its parts would lie on each other.
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setStyleSheet("QScrollArea { background: transparent; }")
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)

    def _fill(self, column: QVBoxLayout) -> None:
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(IconLabel("vislumbre", 64), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(theme.SPACE.medium)
        column.addWidget(_centred(theme.set_title(QLabel("Find your photos by describing them"), 1.9)))
        column.addSpacing(theme.SPACE.small)
        column.addWidget(
            _centred(
                theme.set_subtle(QLabel("Choose a folder, then type what you remember of a picture."), 1.1)
            )
        )
        column.addSpacing(theme.SPACE.huge)
        column.addWidget(self._zone)
        column.addSpacing(theme.SPACE.huge)
        steps = QHBoxLayout()
        steps.setSpacing(theme.SPACE.huge)
        for number, (icon, title, text) in enumerate(STEPS, start=1):
            steps.addWidget(_step(number, icon, title, text), 1)
        column.addLayout(steps)
        column.addSpacing(theme.SPACE.huge)
        column.addLayout(_promise())
        column.addSpacing(theme.SPACE.small)
        column.addWidget(_centred(self._start))


class DropZone(QFrame):
    """A dashed field that takes a folder.

    Signals:
        offered(Offered): This was dropped on it.
        add_wanted(): Its main button was pressed.
        suggestion_taken(object): Its second button was pressed; carries the suggested folder.
    """

    offered = Signal(object)
    add_wanted = Signal()
    suggestion_taken = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._over = False
        self._suggested: Path | None = None
        self._choose = theme.set_primary(QPushButton("Choose a folder…"))
        self._choose.clicked.connect(self.add_wanted)
        self._take = QPushButton()
        self._take.clicked.connect(self._take_suggestion)
        self._take.setVisible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE.huge, theme.SPACE.huge, theme.SPACE.huge, theme.SPACE.huge)
        column.setSpacing(theme.SPACE.medium)
        column.addWidget(IconLabel("folder-add", 40, "accent"), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(QLabel("Drop a folder with photos here"), 0, Qt.AlignmentFlag.AlignHCenter)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE.small)
        buttons.addStretch(1)
        buttons.addWidget(self._choose)
        buttons.addWidget(self._take)
        buttons.addStretch(1)
        column.addLayout(buttons)

    def suggest(self, folder: Path | None) -> None:
        """Show a second button for this folder, or none."""
        self._suggested = folder
        self._take.setVisible(folder is not None)
        if folder is not None:
            self._take.setText(wording.on_button(f"Use {wording.shown(folder.name)}"))
            self._take.setToolTip(wording.shown(folder))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take what may be folders, and as a copy: nothing of the person's is ever moved."""
        if offered(event.mimeData()).paths:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._light_up(over=True)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Go back to the quiet look."""
        self._light_up(over=False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Pass it on."""
        self._light_up(over=False)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.offered.emit(offered(event.mimeData()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the field; filled while a folder is held above it."""
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(colours.accent if self._over else colours.border), 1.5)
        pen.setDashPattern([4, 4])
        painter.setPen(pen)
        painter.setBrush(QColor(colours.wash if self._over else colours.raised))
        edge = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(edge, theme.RADIUS * 1.5, theme.RADIUS * 1.5)
        painter.end()

    def _light_up(self, *, over: bool) -> None:
        self._over = over
        self.update()

    def _take_suggestion(self) -> None:
        if self._suggested is not None:
            self.suggestion_taken.emit(self._suggested)


def _centred(label: QLabel) -> QLabel:
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    label.setWordWrap(True)
    return label


def _step(number: int, icon: str, title: str, text: str) -> QWidget:
    """Return one of the things that happen next."""
    step = QWidget()
    step.setAccessibleName(f"{number}. {title}. {text}")
    column = QVBoxLayout(step)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.SPACE.tiny)
    column.addWidget(IconLabel(icon, 24, "accent"), 0, Qt.AlignmentFlag.AlignHCenter)
    column.addSpacing(theme.SPACE.tiny)
    heading = theme.set_title(QLabel(title), 1.0)
    words = theme.set_subtle(QLabel(text))
    for label in (heading, words):
        column.addWidget(_centred(label))
    column.addStretch(1)
    return step


def _promise() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.SPACE.small)
    row.addStretch(1)
    row.addWidget(IconLabel("check", 20, "good"))
    row.addWidget(QLabel("Nothing leaves this computer. Your photos stay where they are."))
    row.addStretch(1)
    return row
