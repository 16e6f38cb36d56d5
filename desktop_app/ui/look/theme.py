"""The look: two calm palettes, one accent colour, one scale of distances; follows light and dark live."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Final, Literal, NamedTuple

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QStyleFactory, QWidget

from desktop_app.paths import resources
from desktop_app.ui.look.style_sheet import style_sheet

Scheme = Literal["system", "light", "dark"]


class Space(NamedTuple):
    """Distances in device-independent pixels; every margin and gap is one of these."""

    tiny: int = 4
    small: int = 8
    medium: int = 12
    large: int = 16
    huge: int = 24


SPACE: Final = Space()

RADIUS: Final = 8
"""Radius of every rounded corner, thumbnails included, in device-independent pixels."""


@dataclass(frozen=True, slots=True)
class Colours:
    """What the look is painted with, as ``#rrggbb``; text on its ground has a contrast of 4.5 or more.

    Attributes:
        window: Ground of the window.
        base: Ground of the grid, lists and fields.
        raised: Ground of cards, menus and buttons that lie on the window.
        hover: Ground of a control below the pointer.
        border: Hairlines around fields and cards.
        text: Text, on every ground above.
        subtle: Second text: captions, hints, placeholders.
        accent: The one colour: selection, focus, the main button; readable as text too.
        on_accent: Text on the accent.
        wash: A breath of the accent, behind what is chosen.
        warning: Sign and text of a warning.
        error: Sign and text of an error.
        good: Sign and text of what went well.
    """

    window: str
    base: str
    raised: str
    hover: str
    border: str
    text: str
    subtle: str
    accent: str
    on_accent: str
    wash: str
    warning: str
    error: str
    good: str


LIGHT: Final = Colours(
    window="#f4f5f5", base="#fbfbfb", raised="#ffffff", hover="#e8eaea", border="#d5d9d9",
    text="#1b1f20", subtle="#596164", accent="#0b6674", on_accent="#ffffff", wash="#d9ecee",
    warning="#855300", error="#b3261e", good="#1f6f3f",
)  # fmt: skip

DARK: Final = Colours(
    window="#1d2021", base="#161819", raised="#272b2c", hover="#323738", border="#3b4142",
    text="#e7eaea", subtle="#a0a8aa", accent="#5fc6d3", on_accent="#06282e", wash="#1d3c41",
    warning="#f0b44c", error="#ff8f85", good="#7ccf98",
)  # fmt: skip


class Theme(QObject):
    """Holds the colours in use and says when they change.

    Signals:
        changed(): The colours are others now; what was painted with the old ones must be painted again.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.colours = LIGHT
        self.wanted: Scheme = "system"
        self._app: QApplication | None = None

    def apply(self, app: QApplication, scheme: Scheme) -> None:
        """Dress the application and go on following the system's scheme where `scheme` is "system"."""
        self.wanted = scheme
        hints = app.styleHints()
        if self._app is not app:
            self._app = app
            app.setStyle(QStyleFactory.create("Fusion"))
            hints.colorSchemeChanged.connect(self.follow_system)
        # Told to the system as well, so that title bars and its own file dialogs match.
        if scheme == "system":
            hints.unsetColorScheme()
        else:
            hints.setColorScheme(Qt.ColorScheme.Dark if scheme == "dark" else Qt.ColorScheme.Light)
        self._paint(app)

    def follow_system(self) -> None:
        """Take the scheme the system has changed to; no effect where the person chose one."""
        if self._app is not None and self.wanted == "system":
            self._paint(self._app)

    def _paint(self, app: QApplication) -> None:
        colours = self._resolve(app)
        if colours == self.colours and app.styleSheet():
            return
        self.colours = colours
        app.setPalette(_palette(colours))
        named = {field.name: getattr(colours, field.name) for field in fields(colours)}
        app.setStyleSheet(style_sheet(named, RADIUS, resources() / "icons" / "controls"))
        self.changed.emit()

    def _resolve(self, app: QApplication) -> Colours:
        if self.wanted == "system":
            return DARK if app.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT
        return DARK if self.wanted == "dark" else LIGHT


_theme: Theme | None = None


def current() -> Theme:
    """Return the application's theme; its `changed` signal tells custom painters to paint again. GUI thread."""
    global _theme  # noqa: PLW0603  # one application has one look; Qt keeps its palette in a global too
    if _theme is None:
        _theme = Theme()
    return _theme


def apply(app: QApplication, scheme: Scheme) -> None:
    """Dress the application in "light", "dark" or what the "system" says, now and when that changes."""
    current().apply(app, scheme)


@contextmanager
def dressed_when_made(app: QApplication) -> Iterator[None]:
    """Let many widgets be made in this block without the style sheet, and dress them all at its end. GUI thread.

    With it each is dressed anew whenever it, or what it stands in, gets another parent: eight times in the window, for
    a third of the time that making it takes. No size that the sheet decides may be asked for in the block.
    """
    sheet = app.styleSheet()
    app.setStyleSheet("")
    try:
        yield
    finally:
        app.setStyleSheet(sheet)


def colours() -> Colours:
    """Return the colours in use now."""
    return current().colours


def accent() -> QColor:
    """Return the one accent colour, readable as text on every ground of ours."""
    return QColor(current().colours.accent)


def subtle_text(palette: QPalette | None = None) -> QColor:
    """Return the colour of second text: captions, hints, placeholders. `palette`: the widget's own."""
    palette = palette if palette is not None else QGuiApplication.palette()
    return palette.color(QPalette.ColorRole.PlaceholderText)


def set_title(label: QLabel, factor: float = 1.5) -> QLabel:
    """Make a label a heading: `factor` times the person's own font size, demi-bold. Returns the label."""
    font = label.font()
    font.setPointSizeF(QGuiApplication.font().pointSizeF() * factor)
    font.setWeight(font.Weight.DemiBold)
    label.setFont(font)
    return label


def set_subtle(label: QLabel, factor: float = 1.0) -> QLabel:
    """Make a label second text, `factor` times the person's own font size. Returns the label."""
    font = label.font()
    font.setPointSizeF(QGuiApplication.font().pointSizeF() * factor)
    label.setFont(font)
    label.setProperty("tone", "subtle")
    return label


def set_tone(widget: QWidget, tone: Literal["text", "subtle", "accent", "warning", "error", "good"]) -> None:
    """Colour the text of a label, or with "accent" of a tool button; follows light and dark. May be called again."""
    widget.setProperty("tone", tone)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def set_primary(button: QPushButton) -> QPushButton:
    """Make a button the main one of its place: filled with the accent. Returns the button."""
    button.setProperty("kind", "primary")
    return button


def set_card(widget: QWidget) -> QWidget:
    """Give a widget a card's raised, rounded ground with a hairline around. Returns the widget."""
    widget.setProperty("card", True)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return widget


def _palette(colours: Colours) -> QPalette:
    """Return a full palette, disabled group included."""
    role = QPalette.ColorRole
    palette = QPalette(QColor(colours.raised), QColor(colours.window))
    named = {
        role.Window: colours.window, role.WindowText: colours.text, role.Base: colours.base,
        role.AlternateBase: colours.window, role.Text: colours.text, role.Button: colours.raised,
        role.ButtonText: colours.text, role.BrightText: colours.error, role.Highlight: colours.accent,
        role.HighlightedText: colours.on_accent, role.Link: colours.accent, role.LinkVisited: colours.accent,
        role.ToolTipBase: colours.raised, role.ToolTipText: colours.text, role.PlaceholderText: colours.subtle,
        role.Accent: colours.accent, role.Light: colours.raised, role.Midlight: colours.hover,
        role.Mid: colours.border, role.Dark: colours.border, role.Shadow: "#000000",
    }  # fmt: skip
    for which, colour in named.items():
        palette.setColor(which, QColor(colour))
    faded = QColor(colours.subtle)
    faded.setAlphaF(0.6)
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, faded)
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(colours.border))
    return palette
