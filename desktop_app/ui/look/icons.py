"""The application's own line drawings as icons, in the colours of the theme, light or dark."""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Final, Literal, Protocol

from PySide6.QtCore import QByteArray, QObject, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLabel
from shiboken6 import isValid

from desktop_app.paths import resources
from desktop_app.ui.look import theme

Tone = Literal["text", "subtle", "accent", "on_accent", "warning", "error", "good"]

# Of the mark of the application, in physical pixels.
_SIDES_PX: Final = (16, 20, 24, 32, 40, 48, 64, 96, 128, 256)


class HasIcon(Protocol):
    """A button, an action: whatever shows an icon and is a QObject."""

    def setIcon(self, icon: QIcon, /) -> None:
        """Show another icon."""
        ...


def names() -> list[str]:
    """Return the names that `icon` knows, sorted."""
    return sorted(picture.stem for picture in (resources() / "icons").glob("*.svg"))


def icon(name: str, tone: Tone = "text") -> QIcon:
    """Return a drawing as an icon in the colours of now; for one that follows light and dark see `set_icon`.

    Raises:
        FileNotFoundError: There is no drawing of that name.
    """
    colours = theme.colours()
    return _icon(name, getattr(colours, tone), colours.subtle, colours.on_accent)


def pixmap(name: str, side_px: int, tone: Tone = "subtle", scale: float = 1.0) -> QPixmap:
    """Return a drawing as a square of `side_px` device-independent pixels for a screen of that scale."""
    return _pixmap(name, getattr(theme.colours(), tone), side_px, scale)


def set_icon(target: HasIcon, name: str, tone: Tone = "text") -> None:
    """Give a button or action a drawing that follows light and dark for as long as it lives.

    Called again, it replaces the drawing.
    """
    if not isinstance(target, QObject):
        raise TypeError(f"{target!r} is not a QObject")
    _Tint.renew(target, target.setIcon, name, tone)


def set_sign(label: QLabel, name: str, side_px: int, tone: Tone = "subtle") -> None:
    """Show a drawing in a label of its own; it follows light and dark for as long as the label lives."""

    def show(dressed: QIcon) -> None:
        label.setPixmap(dressed.pixmap(QSize(side_px, side_px), label.devicePixelRatioF()))

    _Tint.renew(label, show, name, tone)


def application_icon() -> QIcon:
    """Return the mark of the application, in its own colours."""
    found = QIcon()
    for side in _SIDES_PX:
        found.addPixmap(_pixmap("vislumbre", "#000000", side, 1.0))
    return found


class _Tint(QObject):
    """Lives below what it dresses and dresses it again when the theme changes."""

    def __init__(self, parent: QObject, show: Callable[[QIcon], None], name: str, tone: Tone) -> None:
        super().__init__(parent)
        self._show = show
        self._name = name
        self._tone: Tone = tone
        theme.current().changed.connect(self.dress)
        self.dress()

    @classmethod
    def renew(cls, parent: QObject, show: Callable[[QIcon], None], name: str, tone: Tone) -> None:
        """Dress this object, and let go of what dressed it before."""
        for old in parent.findChildren(cls, options=Qt.FindChildOption.FindDirectChildrenOnly):
            theme.current().changed.disconnect(old.dress)
            old.setParent(None)
            old.deleteLater()
        cls(parent, show, name, tone)

    def dress(self) -> None:
        """Show the icon in the colours of now."""
        parent = self.parent()
        if parent is not None and isValid(parent):
            self._show(icon(self._name, self._tone))


@cache
def _drawing(name: str) -> str:
    return (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def _renderer(name: str, ink: str) -> QSvgRenderer:
    """Return what draws in one colour; reading a drawing takes longer than drawing it."""
    return QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", ink).encode()))


@cache
def _icon(name: str, colour: str, faded: str, selected: str) -> QIcon:
    return QIcon(_Engine(name, colour, faded, selected))


class _Engine(QIconEngine):
    """Draws an icon when it is to be seen, at the size and in the state it is seen in.

    A start makes 50 icons, each of which is seen at one size, and most in no state but one, if at all: drawing
    all of them at all sizes took a tenth of the time to the first paint.
    """

    def __init__(self, name: str, colour: str, faded: str, selected: str) -> None:
        super().__init__()
        self._drawn = name, colour
        self._faded, self._selected = faded, selected

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, _state: QIcon.State, scale: float) -> QPixmap:
        """Return the drawing as a square; `size` is in device-independent pixels of a screen of that scale."""
        drawn = _pixmap(*self._drawn, max(1, round(min(size.width(), size.height()) * scale)), 1.0)
        if mode == QIcon.Mode.Disabled:
            pale = QColor(self._faded)
            pale.setAlphaF(0.5)
            return _tinted(drawn, pale)
        return _tinted(drawn, QColor(self._selected)) if mode == QIcon.Mode.Selected else drawn

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return the drawing as a square of so many physical pixels."""
        return self.scaledPixmap(size, mode, state, 1.0)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Paint the drawing, sharp on a screen of any scale."""
        scale = painter.device().devicePixelRatioF()
        drawn = QPixmap(self.scaledPixmap(rect.size(), mode, state, scale))
        drawn.setDevicePixelRatio(scale)
        painter.drawPixmap(rect.topLeft(), drawn)

    def isNull(self) -> bool:
        """Return False: there is something to see."""
        return False

    def clone(self) -> "QIconEngine":
        """Return the same once more, for an icon that is about to be changed, which none of ours is."""
        made = _Engine(*self._drawn, self._faded, self._selected)
        _clones.append(made)
        return made


# Qt owns them, and PySide6 would end them with their last name in Python.
_clones: Final[list[_Engine]] = []


def _tinted(drawn: QPixmap, tint: QColor) -> QPixmap:
    """Return a drawing of one colour in another; a tenth of the time that drawing it again takes."""
    found = QPixmap(drawn)
    painter = QPainter(found)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(found.rect(), tint)
    painter.end()
    return found


@lru_cache(maxsize=1024)
def _pixmap(name: str, colour: str, side_px: int, scale: float) -> QPixmap:
    """Draw on a transparent square. The alpha of `colour` counts (``#aarrggbb``)."""
    ink = QColor(colour)
    side = round(side_px * scale)
    square = QPixmap(side, side)
    square.fill(Qt.GlobalColor.transparent)
    painter = QPainter(square)
    painter.setOpacity(ink.alphaF())
    _renderer(name, ink.name()).render(painter, QRectF(0, 0, side, side))
    painter.end()
    square.setDevicePixelRatio(scale)
    return square
