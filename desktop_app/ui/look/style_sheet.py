"""The shapes of buttons, fields, bars and menus, as a style sheet made of the theme's colours."""

from collections.abc import Mapping
from pathlib import Path
from string import Template

# Widgets choose a variant by a dynamic property that theme.py sets: kind=primary, card=true, tone=subtle.
_SHEET = Template("""
QPushButton {
    background: $raised; color: $text; border: 1px solid $border; border-radius: ${radius}px;
    padding: 6px 14px; min-height: 20px;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $border; }
QPushButton:focus { border: 2px solid $accent; padding: 5px 13px; }
QPushButton:disabled { color: $subtle; background: $window; }
QPushButton:flat { background: transparent; border-color: transparent; color: $accent; }
QPushButton:flat:hover { background: $hover; }
QPushButton:flat:focus { border-color: $accent; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; border-color: $accent; font-weight: 600; }
QPushButton[kind="primary"]:hover { background: $accent_hover; }
QPushButton[kind="primary"]:pressed { background: $accent_down; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; }
QPushButton[kind="primary"]:disabled { background: $border; color: $subtle; border-color: $border; }

QToolButton { background: transparent; border: 2px solid transparent; border-radius: ${radius}px; padding: 5px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $border; }
QToolButton:checked { background: $wash; }
QToolButton:focus { border-color: $accent; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit {
    background: $raised; color: $text; border: 1px solid $border; border-radius: ${radius}px;
    padding: 5px 8px; selection-background-color: $accent; selection-color: $on_accent;
    placeholder-text-color: $subtle;
}
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus {
    border: 2px solid $accent; padding: 4px 7px;
}
QTextEdit[kind="line"] {
    background: $raised; color: $text; border: 1px solid $border; border-radius: ${radius}px; padding: 1px;
    selection-background-color: $accent; selection-color: $on_accent;
}
QTextEdit[kind="line"]:focus { border: 2px solid $accent; padding: 0; }
QTextEdit[kind="line"] > QToolButton { border-width: 0; padding: 6px; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow, QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url("$controls/down.svg"); width: 14px; height: 14px; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url("$controls/up.svg"); width: 14px; height: 14px; }
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {
    background: transparent; border: none; width: 20px;
}
QCheckBox { spacing: 8px; }
QTreeView[kind="choices"] {
    border: 1px solid $border; border-radius: ${radius}px; background: $raised; padding: 1px;
    selection-background-color: $wash; selection-color: $text;
}
QTreeView[kind="choices"]:focus { border: 2px solid $accent; padding: 0; }
QTreeView[kind="choices"]::item { padding-right: 8px; }
QTreeView[kind="choices"]::item:hover { background: $hover; }
QTreeView[kind="choices"]::item:selected { background: $raised; color: $text; }
QTreeView[kind="choices"]::item:selected:active { background: $wash; color: $text; }
QTreeView::indicator { width: 16px; height: 16px; border: 1px solid $subtle; border-radius: 4px; background: $raised; }
QTreeView::indicator:checked { background: $accent; border-color: $accent; image: url("$controls/check-$tick.svg"); }
QCalendarWidget QWidget#qt_calendar_navigationbar { background: $raised; }
QCalendarWidget QToolButton { color: $text; padding: 3px 8px; font-weight: 600; }
QCalendarWidget QAbstractItemView { background: $raised; alternate-background-color: $raised; }
QScrollArea[ground="card"] { background: $raised; border-radius: ${radius}px; }
QPushButton[kind="chip"] { padding: 2px 10px; min-height: 18px; color: $subtle; }
QPushButton[kind="chip"]:focus { border: 2px solid $accent; padding: 1px 9px; }
QCheckBox::indicator { width: 16px; height: 16px; border: 1px solid $subtle; border-radius: 4px; background: $raised; }
QCheckBox::indicator:focus { border: 2px solid $accent; width: 14px; height: 14px; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$controls/check-$tick.svg"); }
QCheckBox::indicator:checked:focus { border: 2px solid $text; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $border; outline: none; }

/* By itself a label takes a name like <img src="//host/x"> for a picture, and fetches it; so do tips and questions. */
QLabel, QToolTip { qproperty-textFormat: PlainText; }
QLabel[tone="subtle"] { color: $subtle; }
QLabel[tone="accent"], QToolButton[tone="accent"] { color: $accent; }
QLabel[tone="warning"] { color: $warning; }
QLabel[tone="error"] { color: $error; }
QLabel[tone="good"] { color: $good; }

QWidget[card="true"] { background: $raised; border: 1px solid $border; border-radius: ${radius}px; }

QListView, QTreeView, QScrollArea { border: none; background: $base; outline: none; }
QScrollArea[ground="window"] { background: $window; border-left: 1px solid $border; }
QScrollArea > QWidget > QWidget { background: transparent; }

QProgressBar { background: $hover; border: none; border-radius: 3px; max-height: 6px; color: transparent; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QSlider:horizontal { min-height: 20px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $border; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal {
    width: 14px; height: 14px; margin: -6px 0; border-radius: 8px; background: $raised; border: 1px solid $subtle;
}
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus { border: 2px solid $accent; width: 12px; height: 12px; }

QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $border; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $subtle; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QMenu { background: $raised; color: $text; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 6px 28px 6px 12px; border-radius: 5px; }
QMenu::item:selected { background: $wash; color: $text; }
QMenu::item:disabled { color: $subtle; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }
QMenu::indicator { width: 16px; height: 16px; margin-left: 4px; }
QMenu::indicator:checked { image: url("$controls/check-$ink.svg"); }
QMenuBar { background: $window; }
QMenuBar::item { padding: 5px 10px; border-radius: 5px; background: transparent; }
QMenuBar::item:selected { background: $hover; }
QStatusBar { background: $window; }
QStatusBar::item { border: none; }
QToolBar { background: $window; border: none; spacing: 4px; padding: 4px; }
QSplitter::handle { background: $border; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QToolTip { background: $raised; color: $text; border: 1px solid $border; padding: 4px 6px; }
""")


def style_sheet(colours: Mapping[str, str], radius_px: int, controls: Path) -> str:
    """Return the sheet for these colours, named as in `theme.Colours`.

    `controls` is the folder of the small drawings inside fields and boxes; a style sheet takes files only.
    """
    # A tick stands on the accent in a box, and on the ground of a menu.
    is_light = colours["on_accent"] == "#ffffff"
    return _SHEET.substitute(
        colours,
        radius=radius_px,
        controls=controls.as_posix(),
        tick="light" if is_light else "dark",
        ink="dark" if is_light else "light",
        accent_hover=_mixed(colours["accent"], colours["text"], 0.12),
        accent_down=_mixed(colours["accent"], colours["text"], 0.24),
    )


def _mixed(first: str, second: str, share: float) -> str:
    """Return the first ``#rrggbb`` with a share of the second in it."""
    pairs = zip(bytes.fromhex(first[1:]), bytes.fromhex(second[1:]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
