"""One model as a card: what it is, what it costs, and the one thing to do with it now."""

from typing import Literal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.library import DownloadProgress, ModelChoice, Progress
from desktop_app.ui.look import icons, theme, wording
from desktop_app.ui.look.flow_layout import FlowLayout
from desktop_app.ui.models import words
from desktop_app.ui.models.bringing import BringLine
from desktop_app.ui.models.details import ModelDetails, has_details
from desktop_app.ui.models.progress_lines import BuildingLine, DownloadLine
from desktop_app.ui.models.values import FasterWay, Shelf
from desktop_app.ui.models.words import TIERS

Deed = Literal["use", "fetch", "bring", ""]

# In widths of the letter “x”, so that it grows with the person's font.
_WIDE_LETTERS = 64
_TITLE_SHARE = 0.6


class ModelCard(QFrame):
    """A model with its title, sentence, facts and state, and below these what is wanted to be seen or goes on.

    Signals:
        use_wanted(object): This model shall be searched with; carries its key.
        fetch_wanted(object): It shall be downloaded; carries its key.
        cancel_wanted(): Its download shall stop.
        import_wanted(object): Its files shall be taken from this `Path`.
        measure_wanted(object): It shall be measured how fast it is here, or no longer; carries its key.
        way_wanted(object, str): It shall be run in another way; carries its key and the way's.

    Attributes:
        choice: The model.
    """

    use_wanted = Signal(object)
    fetch_wanted = Signal(object)
    cancel_wanted = Signal()
    import_wanted = Signal(object)
    measure_wanted = Signal(object)
    way_wanted = Signal(object, str)

    def __init__(
        self,
        choice: ModelChoice,
        shelf: Shelf,
        *,
        network: bool,
        measures: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Make it.

        Args:
            choice: The model.
            shelf: What is known of it just now.
            network: Whether it may be downloaded.
            measures: Whether it can be measured here.
            parent: Owner, as for any widget.
        """
        super().__init__(parent)
        self.choice = choice
        self._shelf = shelf
        self._deed = _deed(choice, shelf, network=network)
        self._measures = measures and choice.ready
        theme.set_card(self)
        self.setAccessibleName(f"{choice.title}. {self._state()}{choice.sentence} {words.facts(choice)}")
        self._button = self._main_button()
        self._download = DownloadLine()
        self._download.cancel_wanted.connect(self.cancel_wanted)
        self._download.setVisible(False)
        self._building = self._building_line()
        self._bring: BringLine | None = None
        self._details: ModelDetails | None = None
        self._more = self._more_button()
        self._lay_out()

    def show_download(self, progress: DownloadProgress | None) -> None:
        """Show how far this model's download is; None when there is none."""
        self._download.setVisible(progress is not None)
        self._button.setVisible(progress is None and bool(self._deed))
        if progress is not None:
            self._download.show_download(progress)

    def show_building(self, progress: Progress | None) -> None:
        """Show how many photos are embedded with this model; no effect unless it is the one being built."""
        if self._building is not None:
            self._building.show_progress(progress)

    def show_opening(self, *, opening: bool) -> None:
        """Say on the button that the model is being opened, or what the button does again."""
        self._button.setEnabled(not opening)
        self._button.setText("Opening…" if opening else self._says)

    def unfold(self) -> None:
        """Show all that is known of it below the card, or no longer."""
        if self._details is None:
            self._details = ModelDetails(self.choice)
            self._details.setVisible(False)
            self._column.addWidget(self._details)
        opened = self._details.isHidden()
        self._details.setVisible(opened)
        self._more.setText("Less" if opened else "More")
        self._more.setAccessibleName(f"{self._more.text()} about {self.choice.title}")
        icons.set_icon(self._more, "up" if opened else "down", "accent")

    def is_unfolded(self) -> bool:
        """Return whether all is shown."""
        return self._details is not None and not self._details.isHidden()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons below the words where these would be a narrow column beside them."""
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        width = event.size().width()
        narrow = width < _WIDE_LETTERS * self.fontMetrics().horizontalAdvance("x")
        self._top.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        self._buttons.setDirection(direction.LeftToRight if narrow else direction.TopToBottom)
        title_px = self._title.fontMetrics().horizontalAdvance(self.choice.title)
        crowded = narrow or title_px > _TITLE_SHARE * width
        self._title.setWordWrap(crowded)
        self._heading.setDirection(direction.TopToBottom if crowded else direction.LeftToRight)

    def focused(self) -> str:
        """Return the name of the button that has the focus; empty when it is none of this card's."""
        widget = QApplication.focusWidget()
        return widget.objectName() if widget is not None and self.isAncestorOf(widget) else ""

    def take_focus(self, name: str) -> None:
        """Give the focus to the button of a name, as a card before had it, or else to one that changes nothing."""
        button = self.findChild(QPushButton, name) or self._more
        (self._more if button.isHidden() else button).setFocus(Qt.FocusReason.OtherFocusReason)

    def _state(self) -> str:
        if self._shelf.is_built(self.choice):
            return "Being built. "
        return "In use. " if self._shelf.is_in_use(self.choice) else ""

    def _main_button(self) -> QPushButton:
        choice = self.choice
        size = wording.size(choice.size_bytes) if choice.size_bytes else ""
        bring = "Bring its file…" if len(choice.file_names) == 1 else "Bring its files…"
        get = f"Get ({size})" if size else "Get"
        title = {"use": "Use", "fetch": get, "bring": bring, "": ""}[self._deed]
        spoken = {"use": f"Use {choice.title}", "fetch": f"Get {choice.title}, {size}".removesuffix(", ")}
        self._says = title
        button = QPushButton(title)
        button.setObjectName("main")
        button.setAccessibleName(spoken.get(self._deed, f"Bring the files of {choice.title}"))
        if not self._deed:
            button.hide()
        button.clicked.connect(self._act)
        if choice.recommended and self._deed in {"fetch", "bring"}:
            theme.set_primary(button)
        return button

    def _act(self) -> None:
        if self._deed == "use":
            self.use_wanted.emit(self.choice.key)
        elif self._deed == "fetch":
            self.fetch_wanted.emit(self.choice.key)
        else:
            self._unfold_bringing()

    def _unfold_bringing(self) -> None:
        if self._bring is None:
            self._bring = BringLine(self.choice)
            self._bring.chosen.connect(self.import_wanted)
            self._bring.setVisible(False)
            self._column.insertWidget(1, self._bring)
        self._bring.setVisible(self._bring.isHidden())

    def _building_line(self) -> BuildingLine | None:
        if not self._shelf.is_built(self.choice):
            return None
        before = self._shelf.before(self.choice)
        way = self._shelf.way_before
        line = BuildingLine(before.title if before is not None else "", can_go_back=bool(way))
        if before is not None:
            line.pressed.connect(lambda: self.use_wanted.emit(before.key))
        elif way:
            line.pressed.connect(lambda: self.way_wanted.emit(self.choice.key, way))
        return line

    def _more_button(self) -> QPushButton:
        button = QPushButton("More")
        button.setObjectName("more")
        button.setFlat(True)
        button.setProperty("kind", "chip")
        button.setIconSize(QSize(14, 14))
        button.setAccessibleName(f"More about {self.choice.title}")
        if not has_details(self.choice):
            button.hide()
        button.clicked.connect(self.unfold)
        icons.set_icon(button, "down", "accent")
        return button

    def _lay_out(self) -> None:
        said = QVBoxLayout()
        said.setSpacing(theme.SPACE.tiny)
        self._title = theme.set_title(QLabel(self.choice.title), 1.05)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setToolTip(self.choice.title)
        # A name without spaces is cut, and pushes nothing out of the page.
        self._title.setMinimumWidth(1)
        self._heading = self._made_heading()
        said.addLayout(self._heading)
        for label in (_wrapped(self.choice.sentence), _wrapped(words.facts(self.choice), subtle=True)):
            said.addWidget(label)
        said.addStretch(1)
        self._buttons = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._buttons.setSpacing(theme.SPACE.tiny)
        for button in (self._button, self._more):
            self._buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignRight)
        self._buttons.addStretch(1)
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.setSpacing(theme.SPACE.medium)
        self._top.addLayout(said, 1)
        self._top.addLayout(self._buttons)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(
            theme.SPACE.large, theme.SPACE.medium, theme.SPACE.large, theme.SPACE.medium
        )
        column.setSpacing(theme.SPACE.small)
        column.addLayout(self._top)
        for line in (self._download, self._building, self._here()):
            if line is not None:
                column.addWidget(line)

    def _made_heading(self) -> QBoxLayout:
        row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        row.setSpacing(theme.SPACE.small)
        row.addWidget(self._title)
        says, tone = self._badge()
        if says:
            row.addWidget(_badge(says, tone), 0, Qt.AlignmentFlag.AlignLeft)
        row.addStretch(1)
        return row

    def _badge(self) -> tuple[str, str]:
        if self._shelf.is_built(self.choice):
            return "Being built", "accent"
        if self._shelf.is_in_use(self.choice):
            return "In use", "good"
        if self._is_answering():
            return "Answers until then", "good"
        # Where the kind says so, the card need not.
        return (
            ("Recommended", "accent")
            if self.choice.recommended and self.choice.tier not in TIERS
            else ("", "")
        )

    def _is_answering(self) -> bool:
        one = self._shelf.answering
        return self._shelf.switching and one is not None and one.key == self.choice.key

    def _here(self) -> QWidget | None:
        """Return what was measured here, and what would be faster; None where there is nothing of it."""
        speed, faster = self._shelf.speeds.get(self.choice.key), self._shelf.faster.get(self.choice.key)
        is_used = self._shelf.is_in_use(self.choice)
        runs = words.run_by(self._shelf.way, speed) if is_used else ""
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE.tiny)
        if self._shelf.measuring == self.choice.key:
            column.addWidget(_wrapped("Being measured; that takes a minute or two.", subtle=True))
        elif speed is not None:
            column.addWidget(_wrapped(words.measured(speed), subtle=True))
        if runs:
            column.addWidget(_wrapped(runs, subtle=True))
        if faster is not None:
            column.addWidget(_wrapped(words.faster(faster)))
        buttons = FlowLayout(theme.SPACE.small)
        if self._measures:
            buttons.addWidget(self._measure_button(again=speed is not None))
        if faster is not None:
            buttons.addWidget(self._way_button(faster))
        column.addLayout(buttons)
        return part if speed is not None or faster is not None or self._measures or runs else None

    def _measure_button(self, *, again: bool) -> QPushButton:
        measuring = self._shelf.measuring
        title = "Measure again" if again else "Measure on this computer"
        if measuring == self.choice.key:
            title = "Stop measuring"
        button = _chip(title, f"{title}: {self.choice.title}")
        button.setObjectName("measure")
        button.setEnabled(measuring in {"", self.choice.key})
        button.clicked.connect(lambda: self.measure_wanted.emit(self.choice.key))
        return button

    def _way_button(self, faster: FasterWay) -> QPushButton:
        button = _chip(f"Use {faster.title}", f"Use {faster.title} for {self.choice.title}")
        button.setObjectName("way")
        button.clicked.connect(lambda: self.way_wanted.emit(self.choice.key, faster.key))
        return button


def _deed(choice: ModelChoice, shelf: Shelf, *, network: bool) -> Deed:
    if shelf.is_in_use(choice):
        return ""
    if choice.ready:
        return "use"
    if choice.built_in:
        return ""
    return "fetch" if choice.can_fetch and network else "bring"


def _chip(title: str, spoken: str) -> QPushButton:
    button = QPushButton(title)
    button.setProperty("kind", "chip")
    button.setAccessibleName(spoken)
    return button


def _wrapped(text: str, *, subtle: bool = False) -> QLabel:
    label = QLabel(text)
    if subtle:
        theme.set_subtle(label, 0.95)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if not text:
        label.hide()
    return label


def _badge(text: str, tone: str) -> QLabel:
    badge = QLabel(text)
    font = badge.font()
    font.setWeight(font.Weight.DemiBold)
    font.setPointSizeF(font.pointSizeF() * 0.9)
    badge.setFont(font)
    badge.setProperty("tone", tone)
    return badge
