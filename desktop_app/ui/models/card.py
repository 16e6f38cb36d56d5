"""One model as a card: what it is, what it costs, and the one thing to do with it now."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_app.library import DownloadProgress, ModelChoice
from desktop_app.ui.look import theme, wording

BAR_STEPS = 1000


class DownloadLine(QWidget):
    """How far a download is: a bar, figures below it, and a way to stop.

    Signals:
        cancel_wanted(): The download shall stop; what has arrived is kept.
    """

    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Download progress")
        self._figures = theme.set_subtle(QLabel())
        cancel = QPushButton("Cancel")
        cancel.setAccessibleName("Cancel the download; what has arrived is kept")
        cancel.clicked.connect(self.cancel_wanted)
        column = QVBoxLayout()
        column.setSpacing(theme.SPACE.tiny)
        column.addWidget(self._bar)
        column.addWidget(self._figures)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE.medium)
        row.addLayout(column, 1)
        row.addWidget(cancel)

    def show_download(self, progress: DownloadProgress) -> None:
        """Show how far it is."""
        total = progress.total_bytes
        self._bar.setRange(0, BAR_STEPS if total > 0 else 0)
        if total > 0:
            self._bar.setValue(min(BAR_STEPS, progress.done_bytes * BAR_STEPS // total))
        self._figures.setText(figures(progress))


class ModelCard(QFrame):
    """A model with its title, sentence, licence, size and state.

    Signals:
        use_wanted(object): This model shall be searched with; carries its key.
        fetch_wanted(object): It shall be downloaded; carries its key.
        cancel_wanted(): Its download shall stop.

    Attributes:
        choice: The model.
    """

    use_wanted = Signal(object)
    fetch_wanted = Signal(object)
    cancel_wanted = Signal()

    def __init__(
        self, choice: ModelChoice, *, in_use: bool, network: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.choice = choice
        self._in_use = in_use
        theme.set_card(self)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._button = QPushButton()
        self._button.clicked.connect(self._act)
        self._download = DownloadLine()
        self._download.cancel_wanted.connect(self.cancel_wanted)
        self._download.setVisible(False)
        self.setAccessibleName(f"{choice.title}. {choice.sentence} {self._facts()}")
        self._lay_out()
        self._show_button(network=network)

    def show_download(self, progress: DownloadProgress | None) -> None:
        """Show how far this model's download is; None when there is none."""
        self._download.setVisible(progress is not None)
        self._button.setVisible(progress is None and not self._in_use)
        if progress is not None:
            self._download.show_download(progress)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(theme.SPACE.tiny)
        words.addLayout(self._heading())
        sentence = QLabel(self.choice.sentence)
        facts = theme.set_subtle(QLabel(self._facts()), 0.95)
        for label in (sentence, facts):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            words.addWidget(label)
        top = QHBoxLayout()
        top.setSpacing(theme.SPACE.large)
        top.addLayout(words, 1)
        top.addWidget(self._button, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(
            theme.SPACE.large, theme.SPACE.medium, theme.SPACE.large, theme.SPACE.medium
        )
        column.setSpacing(theme.SPACE.medium)
        column.addLayout(top)
        column.addWidget(self._download)

    def _heading(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE.small)
        title = theme.set_title(QLabel(self.choice.title), 1.05)
        title.setTextFormat(Qt.TextFormat.PlainText)
        row.addWidget(title)
        if self._in_use:
            row.addWidget(_badge("In use", "good"))
        elif self.choice.recommended:
            row.addWidget(_badge("Recommended", "accent"))
        row.addStretch(1)
        return row

    def _facts(self) -> str:
        choice = self.choice
        where = (
            "Built in" if choice.built_in else "On this computer" if choice.ready else "To be downloaded once"
        )
        parts = (where, wording.size(choice.size_bytes) if choice.size_bytes else "", choice.licence)
        return "  ·  ".join(part for part in parts if part)

    def _show_button(self, *, network: bool) -> None:
        choice = self.choice
        self._button.setVisible(not self._in_use)
        self._button.setText("Use" if choice.ready else f"Get ({wording.size(choice.size_bytes)})")
        self._button.setAccessibleName(
            f"Use {choice.title}"
            if choice.ready
            else f"Get {choice.title}, {wording.size(choice.size_bytes)}"
        )
        self._button.setEnabled(choice.ready or network)
        if not self._button.isEnabled():
            self._button.setToolTip("Downloads are switched off under Privacy.")
        if choice.recommended and not choice.ready:
            theme.set_primary(self._button)

    def _act(self) -> None:
        (self.use_wanted if self.choice.ready else self.fetch_wanted).emit(self.choice.key)


def figures(progress: DownloadProgress) -> str:
    """Return how much has arrived, how fast, and how long still: "120 MB of 605 MB · 9 MB/s · About 1 min left"."""
    done = wording.size(progress.done_bytes)
    arrived = f"{done} of {wording.size(progress.total_bytes)}" if progress.total_bytes > 0 else done
    pace = f"{wording.size(round(progress.bytes_per_s))}/s" if progress.bytes_per_s >= 1 else ""
    return "  ·  ".join(part for part in (arrived, pace, wording.time_left(progress.seconds_left)) if part)


def _badge(text: str, tone: str) -> QLabel:
    badge = QLabel(text)
    font = badge.font()
    font.setWeight(font.Weight.DemiBold)
    font.setPointSizeF(font.pointSizeF() * 0.9)
    badge.setFont(font)
    badge.setProperty("tone", tone)
    return badge
