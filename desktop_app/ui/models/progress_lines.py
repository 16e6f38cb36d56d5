"""How far something is that takes minutes: a bar, words below it, and one button."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop_app.library import DownloadProgress, Progress
from desktop_app.ui.look import theme, wording
from desktop_app.ui.models import words

BAR_STEPS = 1000


class ProgressLine(QWidget):
    """A bar with words below it and a button beside it.

    Signals:
        pressed(): The button was pressed.
    """

    pressed = Signal()

    def __init__(self, bar_name: str, parent: QWidget | None = None) -> None:
        """Make it.

        Args:
            bar_name: What a screen reader calls the bar.
            parent: Owner, as for any widget.
        """
        super().__init__(parent)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(bar_name)
        self._says = theme.set_subtle(QLabel())
        self._says.setWordWrap(True)
        self._says.setTextFormat(Qt.TextFormat.PlainText)
        self._button = QPushButton()
        self._button.clicked.connect(self.pressed)
        column = QVBoxLayout()
        column.setSpacing(theme.SPACE.tiny)
        column.addWidget(self._bar)
        column.addWidget(self._says)
        row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE.medium)
        row.addLayout(column, 1)
        row.addWidget(self._button)

    def show_share(self, done: int, total: int) -> None:
        """Show how much is done; a bar that only moves where nobody knows of how much."""
        self._bar.setRange(0, BAR_STEPS if total > 0 else 0)
        if total > 0:
            self._bar.setValue(min(BAR_STEPS, done * BAR_STEPS // total))

    def say(self, text: str) -> None:
        """Say how far it is."""
        self._says.setText(text)

    def text(self) -> str:
        """Return what is said."""
        return self._says.text()


class DownloadLine(ProgressLine):
    """How far a download is: a bar, figures below it, and a way to stop.

    Signals:
        cancel_wanted(): The download shall stop; what has arrived is kept.
    """

    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Download progress", parent)
        self._button.setText("Cancel")
        self._button.setAccessibleName("Cancel the download; what has arrived is kept")
        self._button.setToolTip("What has arrived is kept for the next time")
        self.pressed.connect(self.cancel_wanted)

    def show_download(self, progress: DownloadProgress) -> None:
        """Show how far it is."""
        self.show_share(progress.done_bytes, progress.total_bytes)
        self.say(words.figures(progress))


class BuildingLine(ProgressLine):
    """How far the embedding of all photos with another model is, which one answers meanwhile, and the way back."""

    def __init__(self, before: str, *, can_go_back: bool = False, parent: QWidget | None = None) -> None:
        """Make it.

        Args:
            before: The model that answers meanwhile, for a person; empty where it is the same, run in another way.
            can_go_back: Whether the way in which the same model answers can be stayed with.
            parent: Owner, as for any widget.
        """
        super().__init__("Photos embedded with this model", parent)
        self._meanwhile = (
            f"Until then, “{before}” answers." if before else "Until then, it answers as before."
        )
        what = before or "how it was run before"
        self._button.setVisible(bool(before) or can_go_back)
        self._button.setText("Go back")
        self._button.setAccessibleName(f"Go back to {what}")
        self._button.setToolTip(f"Stay with {what}; what was embedded so far is kept")
        self.show_progress(None)

    def show_progress(self, progress: Progress | None) -> None:
        """Show how far it is; None where nobody knows."""
        if progress is None or progress.total <= 0:
            self.show_share(0, 0)
            self.say(f"Looking at your photos again. {self._meanwhile}")
            return
        self.show_share(progress.done, progress.total)
        done = (
            f"{wording.number(progress.done)} of {wording.counted(progress.total, 'photo')} looked at again"
        )
        waits = "Paused" if progress.paused else f"Waits {progress.held}" if progress.held else ""
        left = waits or wording.time_left(progress.seconds_left)
        self.say(f"{words.joined(done, left)}. {self._meanwhile}")
