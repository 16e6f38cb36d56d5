"""What the library is doing, in the status bar: how far, how fast, how long still, and what could not be used."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from desktop_app.library import FolderState, LibraryStatus, Phase, Progress
from desktop_app.ui.look import icons, theme, wording
from desktop_app.ui.look.labels import ElidingLabel

BAR_WIDTH_PX = 128
# Qt counts a bar's steps in 32 bits and only draws pixels: so many steps are enough for any screen.
BAR_STEPS = 1000


class IndexStatus(QWidget):
    """One quiet line: a bar and two buttons while there is work, a count when there is none.

    What keeps its size comes first, so that nothing jumps while figures grow.

    Signals:
        pause_wanted(bool): Work shall stop for now (True) or go on (False).
        cancel_wanted(): The present work shall end; what is done stays done.
        go_on_wanted(): Work that waits by itself shall go on all the same.
        failures_wanted(): The list of photos that could not be used shall be shown.
    """

    pause_wanted = Signal(bool)
    cancel_wanted = Signal()
    go_on_wanted = Signal()
    failures_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work = QWidget()
        self._bar = QProgressBar()
        self._bar.setFixedWidth(BAR_WIDTH_PX)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Indexing progress")
        self._pause = _button("Pause indexing")
        self._paused: bool | None = None
        self._pause.clicked.connect(self._turn)
        self._cancel = _button("Stop indexing; photos that are done stay done")
        self._cancel.clicked.connect(self.cancel_wanted)
        icons.set_icon(self._cancel, "close", "subtle")
        self._text = QLabel()
        self._pace = theme.set_subtle(ElidingLabel())
        self._go_on = _button("Index now, although it would wait")
        self._go_on.setText("Go on anyway")
        self._go_on.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        theme.set_tone(self._go_on, "accent")
        self._go_on.clicked.connect(self.go_on_wanted)
        self._failed = _button("Show the photos that could not be used, and why")
        self._failed.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._failed.clicked.connect(self.failures_wanted)
        icons.set_icon(self._failed, "warning", "warning")
        self._lay_out()
        self._show_paused(paused=False)
        self._show_work(visible=False)
        self._go_on.hide()
        self.show_failed(0)

    def show_progress(self, progress: Progress) -> None:
        """Show how far a refresh is. Cheap enough for every event the engine sends."""
        self._show_work(visible=True)
        self._show_paused(paused=progress.paused)
        total = progress.total
        if total > 0:
            self._bar.setRange(0, BAR_STEPS)
            self._bar.setValue(min(BAR_STEPS, progress.done * BAR_STEPS // total))
        else:
            # Qt draws this as a busy bar; while paused nothing shall move.
            self._bar.setRange(0, BAR_STEPS if progress.paused else 0)
            self._bar.setValue(0)
        self._text.setText(_what(progress))
        self._pace.setText(_how_fast(progress))
        self._go_on.setVisible(bool(progress.held) and not progress.paused)

    def show_idle(self, status: LibraryStatus, built: str = "") -> None:
        """Show what the library holds, now that nothing is being done.

        Args:
            status: What it holds.
            built: What its figures count for while another model answers; see `words.words_of`.
        """
        self._show_work(visible=False)
        self._go_on.hide()
        self._bar.setRange(0, BAR_STEPS)
        self._text.setText(_holdings(status))
        self._pace.setText(_waiting(status, built))
        self.show_failed(status.failed)

    def show_failed(self, count: int) -> None:
        """Show how many photos could not be used; nothing when there are none."""
        self._failed.setVisible(count > 0)
        self._failed.setAccessibleName(f"{wording.counted(count, 'photo')} could not be used; show them")
        self._failed.setText(f" {wording.number(count)} not usable")

    def _show_work(self, *, visible: bool) -> None:
        self._work.setVisible(visible)

    def _turn(self) -> None:
        """Turn the button at once, for the engine may take a moment to say so itself."""
        self._show_paused(paused=not self._paused)
        self.pause_wanted.emit(bool(self._paused))

    def _show_paused(self, *, paused: bool) -> None:
        if paused is self._paused:
            return
        self._paused = paused
        says = "Go on indexing" if paused else "Pause indexing"
        self._pause.setToolTip(says)
        self._pause.setAccessibleName(says)
        icons.set_icon(self._pause, "play" if paused else "pause", "accent" if paused else "subtle")

    def sizeHint(self) -> QSize:
        return self._as_high(super().sizeHint())

    def minimumSizeHint(self) -> QSize:
        return self._as_high(super().minimumSizeHint())

    def _as_high(self, size: QSize) -> QSize:
        """As high without the buttons as with them, or all photos would jump as often as work begins and ends."""
        self._pause.ensurePolished()
        return size.expandedTo(QSize(0, self._pause.sizeHint().height()))

    def _lay_out(self) -> None:
        work = QHBoxLayout(self._work)
        work.setContentsMargins(0, 0, 0, 0)
        work.setSpacing(theme.SPACE.tiny)
        work.addWidget(self._bar)
        work.addSpacing(theme.SPACE.tiny)
        work.addWidget(self._pause)
        work.addWidget(self._cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE.medium, 0, theme.SPACE.small, 0)
        row.setSpacing(theme.SPACE.medium)
        row.addWidget(self._work)
        row.addWidget(self._text)
        row.addWidget(self._pace)
        row.addWidget(self._go_on)
        row.addStretch(1)
        row.addWidget(self._failed)


def _button(says: str) -> QToolButton:
    button = QToolButton()
    button.setToolTip(says)
    button.setAccessibleName(says)
    button.setIconSize(QSize(16, 16))
    return button


def _what(progress: Progress) -> str:
    done, total = wording.number(progress.done), wording.number(progress.total)
    if progress.total <= 0:
        if progress.paused:
            return "Paused"
        return f"Looking for photos: {done} so far" if progress.done else "Looking for photos…"
    if progress.paused:
        return f"Paused at {done} of {total}"
    if progress.phase is Phase.SAVING:
        return f"Saving {wording.counted(progress.total, 'photo')}…"
    return f"Indexing {done} of {total}"


def _how_fast(progress: Progress) -> str:
    if progress.paused or progress.total <= 0:
        return ""
    if progress.held:
        return f"·  waits {progress.held}"
    parts = (wording.rate(progress.rate_per_s), wording.time_left(progress.seconds_left))
    return "  ·  ".join(part for part in parts if part)


def _holdings(status: LibraryStatus) -> str:
    if not status.folders:
        return "No folder chosen yet"
    folders = wording.counted(len(status.folders), "folder")
    # What could not be used is counted by itself, as it is listed by itself.
    away = (folder.failed for folder in status.folders if folder.state is FolderState.MISSING)
    out_of_reach = max(0, status.offline - sum(away))
    offline = f", {wording.number(out_of_reach)} offline" if out_of_reach else ""
    stills = max(0, status.photos - status.failed - status.videos)
    held = [wording.counted(stills, "photo")] if stills or not status.videos else []
    held += [wording.counted(status.videos, "video")] if status.videos else []
    return f"{' and '.join(held)} in {folders}{offline}"


def _waiting(status: LibraryStatus, built: str) -> str:
    if status.pending <= 0:
        return ""
    number = wording.number(status.pending)
    if built:
        # The one from before finds them all meanwhile.
        return (
            f"{built}: {wording.number(status.indexed)} of {wording.number(status.indexed + status.pending)}"
        )
    return f"{number} waiting for a model" if status.model is None else f"{number} still to be indexed"
