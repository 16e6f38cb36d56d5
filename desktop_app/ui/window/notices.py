"""Short messages above the content, with an action beside them: the only place that shows errors to the person."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import IconLabel

Kind = Literal["info", "warning", "error"]

MOST = 3
"""More than this many messages at once would push the photos away."""

_TONES: Final[dict[Kind, icons.Tone]] = {"info": "accent", "warning": "warning", "error": "error"}
_SPOKEN: Final[dict[Kind, str]] = {"info": "Note", "warning": "Warning", "error": "Error"}
_WEIGHT: Final[dict[Kind, int]] = {"info": 0, "warning": 1, "error": 2}


@dataclass(frozen=True, slots=True)
class Notice:
    """One message.

    Attributes:
        text: A sentence or two.
        kind: How much it matters.
        action: What the button says; empty for none.
        run: What the button does, after the message is gone.
        key: Messages of one key replace each other; empty for a message of its own.
    """

    text: str
    kind: Kind = "info"
    action: str = ""
    run: Callable[[], None] | None = None
    key: str = ""


class NoticeBar(QWidget):
    """A stack of at most three messages, newest last; takes no room when there are none.

    Signals:
        closed(str): The person closed the message of this key.
    """

    closed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strips: list[NoticeStrip] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(
            theme.SPACE.medium, theme.SPACE.small, theme.SPACE.medium, theme.SPACE.tiny
        )
        self._column.setSpacing(theme.SPACE.tiny)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        # Over a photo in full screen a movement brings the pointer back, here as everywhere.
        self.setMouseTracking(True)
        self.setVisible(False)

    def show_notice(
        self,
        text: str,
        *,
        kind: Kind = "info",
        action: str = "",
        run: Callable[[], None] | None = None,
        key: str = "",
    ) -> None:
        """Show a message; see `Notice` for the arguments. The least important old one gives way to a fourth."""
        notice = Notice(text, kind, action, run, key or text)
        place = next(
            (at for at, strip in enumerate(self._strips) if strip.notice.key == notice.key), len(self._strips)
        )
        if place < len(self._strips):
            if self._strips[place].notice == notice:
                return
            self._take_away(self._strips[place])
        elif len(self._strips) >= MOST:
            self._take_away(min(self._strips, key=lambda strip: _WEIGHT[strip.notice.kind]))
            place = len(self._strips)
        strip = NoticeStrip(notice)
        strip.acted.connect(self._act)
        strip.closed.connect(self._close)
        self._strips.insert(place, strip)
        self._column.insertWidget(place, strip)
        self.setVisible(True)
        QAccessible.updateAccessibility(QAccessibleEvent(strip, QAccessible.Event.Alert))

    def dismiss(self, key: str) -> None:
        """Take the message of a key away, where it is there."""
        for strip in [strip for strip in self._strips if strip.notice.key == key]:
            self._take_away(strip)

    def notices(self) -> list[Notice]:
        """Return what is shown, from top to bottom."""
        return [strip.notice for strip in self._strips]

    def _take_away(self, strip: "NoticeStrip") -> None:
        self._strips.remove(strip)
        self._column.removeWidget(strip)
        strip.hide()
        strip.deleteLater()
        self.setVisible(bool(self._strips))

    def _act(self, strip: "NoticeStrip") -> None:
        # Gone first: what it runs may show another message of the same key.
        self._take_away(strip)
        if strip.notice.run is not None:
            strip.notice.run()

    def _close(self, strip: "NoticeStrip") -> None:
        self._take_away(strip)
        self.closed.emit(strip.notice.key)


class NoticeStrip(QFrame):
    """One message with its sign, its button and a way to close it.

    Signals:
        acted(object): Its button was pressed; carries the strip.
        closed(object): It was closed; carries the strip.
    """

    acted = Signal(object)
    closed = Signal(object)

    def __init__(self, notice: Notice) -> None:
        super().__init__()
        self.notice = notice
        self.setMouseTracking(True)
        self.setAccessibleName(f"{_SPOKEN[notice.kind]}: {notice.text}")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE.medium, theme.SPACE.small, theme.SPACE.small, theme.SPACE.small)
        row.setSpacing(theme.SPACE.medium)
        sign = IconLabel("info" if notice.kind == "info" else "warning", 20, _TONES[notice.kind])
        row.addWidget(sign)
        row.addWidget(self._label(), 1)
        if notice.action:
            row.addWidget(self._action())
        row.addWidget(self._cross())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground in a breath of the kind's colour."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(_tinted(self.notice.kind, 0.35))
        painter.setBrush(_tinted(self.notice.kind, 0.10))
        edge = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(edge, theme.RADIUS, theme.RADIUS)
        painter.end()

    def _label(self) -> QLabel:
        label = QLabel(self.notice.text)
        # A file may be called "<b>".
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _action(self) -> QPushButton:
        button = QPushButton(self.notice.action)
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda: self.acted.emit(self))
        return button

    def _cross(self) -> QToolButton:
        button = QToolButton()
        button.setIconSize(QSize(16, 16))
        button.setToolTip("Close")
        button.setAccessibleName("Close this message")
        icons.set_icon(button, "close", "subtle")
        button.clicked.connect(lambda: self.closed.emit(self))
        return button


def _tinted(kind: Kind, share: float) -> QColor:
    """Return the ground of cards with a share of the kind's colour in it."""
    colours = theme.colours()
    ground, ink = QColor(colours.raised), QColor(getattr(colours, _TONES[kind]))
    mixed = [
        round(below + (above - below) * share)
        for below, above in zip(ground.getRgb()[:3], ink.getRgb()[:3], strict=True)  # type: ignore[index]  # stub says object
    ]
    return QColor(*mixed)
