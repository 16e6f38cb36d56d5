"""One look in light and dark: readable, and live."""

import gc
import re

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QColor, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QToolButton

from desktop_app.paths import resources
from desktop_app.ui.look import icons, theme


@pytest.fixture(autouse=True)
def _light_again(qapp):
    yield
    theme.apply(qapp, "light")


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours as WCAG 2 defines it."""

    def luminance(colour: str) -> float:
        parts = [part / 255 for part in bytes.fromhex(colour[1:])]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_every_text_is_readable_on_every_ground(colours):
    for text in ("text", "subtle", "accent", "warning", "error", "good"):
        for ground in ("window", "base", "raised"):
            ratio = contrast(getattr(colours, text), getattr(colours, ground))
            assert ratio >= 4.5, f"{text} on {ground}: {ratio:.2f}"
    assert contrast(colours.on_accent, colours.accent) >= 4.5
    assert contrast(colours.text, colours.wash) >= 4.5
    assert contrast(colours.subtle, colours.hover) >= 4.5


def test_the_scheme_changes_palette_accent_and_icons_at_once(qtbot, qapp):
    theme.apply(qapp, "light")
    button = QToolButton()
    qtbot.addWidget(button)
    icons.set_icon(button, "folder")
    light_ink, light_ground = ink(button.icon()), qapp.palette().window().color()
    with qtbot.waitSignal(theme.current().changed):
        theme.apply(qapp, "dark")
    assert theme.colours() is theme.DARK
    assert theme.accent() == QColor(theme.DARK.accent)
    assert qapp.palette().window().color().lightness() < light_ground.lightness()
    assert ink(button.icon()).lightness() > light_ink.lightness()
    assert theme.subtle_text(button.palette()) == QColor(theme.DARK.subtle)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_tick_of_a_menu_stands_below_its_drawings(qtbot, qapp, scheme):
    theme.apply(qapp, scheme)
    menu = QMenu()
    qtbot.addWidget(menu)
    drawn, ticked = menu.addAction("Drawn"), menu.addAction("Ticked")
    icons.set_icon(drawn, "zoom-in")
    ticked.setCheckable(True)
    ticked.setChecked(True)
    menu.ensurePolished()
    menu.adjustSize()
    left, right = _inked(menu, drawn)
    tick_left, tick_right = _inked(menu, ticked)
    assert abs((tick_left + tick_right) - (left + right)) <= 4
    assert tick_right - tick_left > 8


def _inked(menu: QMenu, action: QAction) -> tuple[int, int]:
    """Return the first and the last column before the text that is darker or lighter than the ground."""
    place = menu.actionGeometry(action)
    image = menu.grab().toImage()
    ground = QColor(theme.colours().raised).lightness()
    columns = [
        x
        for x in range(place.left() + 2, place.left() + 30)
        if any(
            abs(image.pixelColor(x, y).lightness() - ground) > 100
            for y in range(place.top() + 2, place.bottom() - 1)
        )
    ]
    return columns[0], columns[-1]


def test_the_same_scheme_again_changes_nothing(qtbot, qapp):
    theme.apply(qapp, "light")
    with qtbot.assertNotEmitted(theme.current().changed):
        theme.apply(qapp, "light")


def test_the_system_is_followed_only_where_the_person_chose_nothing(qapp):
    theme.apply(qapp, "dark")
    theme.current().follow_system()
    assert theme.colours() is theme.DARK
    theme.apply(qapp, "system")
    assert theme.current().wanted == "system"


def test_an_icon_given_twice_is_the_second_one(qtbot, qapp):
    action = QAction()
    icons.set_icon(action, "pause")
    icons.set_icon(action, "play")
    theme.apply(qapp, "dark")
    played = icons.icon("play").pixmap(24, 24).toImage()
    assert action.icon().pixmap(24, 24).toImage() == played


def test_a_dressed_widget_may_go_away_before_the_scheme_changes(qtbot, qapp):
    button, other = QPushButton(), QPushButton()
    qtbot.addWidget(other)
    for one in (button, other):
        icons.set_icon(one, "folder")
    before = ink(other.icon())
    with qtbot.waitSignal(button.destroyed):
        button.deleteLater()
    theme.apply(qapp, "dark")
    assert ink(other.icon()) != before


def test_a_sign_in_a_label_follows_the_scheme(qtbot, qapp):
    label = QLabel()
    qtbot.addWidget(label)
    icons.set_sign(label, "info", 18)
    before = label.pixmap().toImage()
    theme.apply(qapp, "dark")
    assert label.pixmap().toImage() != before


@pytest.mark.parametrize("name", icons.names())
def test_every_drawing_shows_something_in_the_colour_asked_for(qapp, name):
    image = icons.icon(name, "accent").pixmap(QSize(24, 24), 2.0).toImage()
    assert any(image.pixelColor(x, y).alpha() > 128 for x in range(48) for y in range(48))


def test_drawings_are_of_one_style():
    for name in icons.names():
        text = (resources() / "icons" / f"{name}.svg").read_text()
        if name != "vislumbre":
            assert 'viewBox="0 0 24 24"' in text
            assert 'stroke="currentColor"' in text
            assert not re.search(r"#[0-9a-f]{6}", text)


def test_the_application_icon_has_small_and_large_sizes(qapp):
    sizes = {size.width() for size in icons.application_icon().availableSizes()}
    assert {16, 32, 48, 256} <= sizes


def test_disabled_text_is_told_apart(qapp):
    theme.apply(qapp, "light")
    role, group = QPalette.ColorRole.Text, QPalette.ColorGroup
    assert qapp.palette().color(group.Disabled, role) != qapp.palette().color(group.Active, role)


def ink(icon) -> QColor:
    image = icon.pixmap(24, 24).toImage()
    solid = [image.pixelColor(x, y) for x in range(24) for y in range(24)]
    inkiest: QColor = max(solid, key=QColor.alpha)
    return inkiest


def test_an_icon_is_drawn_when_it_is_seen_and_outlives_its_copies(qapp):
    drawn = icons._pixmap.cache_info().misses
    made = icons.icon("folder", "good")
    assert icons._pixmap.cache_info().misses == drawn
    before = made.pixmap(22, 22).toImage()
    assert icons._pixmap.cache_info().misses == drawn + 1
    copy = QIcon(made)
    copy.addPixmap(QPixmap(8, 8))
    del copy
    gc.collect()
    assert made.pixmap(22, 22).toImage() == before
