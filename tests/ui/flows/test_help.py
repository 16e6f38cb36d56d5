"""Help opens at the page that fits where the person is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.flows.help import _OF_SETTINGS
from desktop_app.ui.settings.dialog import PAGES as SETTINGS_PAGES
from desktop_app.ui.window.pages import Page
from tests.help.documents import HELP, PAGES, anchors, text_of
from tests.ui.desk import Desk, desk_on
from tests.ui.fake_library import FakeLibrary, a_photo


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    with desk_on(qtbot, tmp_path, FakeLibrary([3, 2, 1])) as desk:
        desk.shows(3, 2, 1)
        yield desk


def read_at(desk: Desk) -> tuple[str, str]:
    window = desk.session.help.window()
    assert window.isVisible()
    place = window.place()
    window.close()
    return place.topic, place.anchor


def button(place: QWidget, name: str) -> QAbstractButton:
    buttons: list[QAbstractButton] = [*place.findChildren(QPushButton), *place.findChildren(QToolButton)]
    return next(one for one in buttons if name in {one.text(), one.accessibleName()})


def test_f1_opens_help_on_what_is_in_front(desk: Desk) -> None:
    assert QKeySequence("F1") in desk.window.menus.help.shortcuts()
    desk.field.setFocus()
    desk.window.menus.help.trigger()
    assert read_at(desk) == ("search-language", "")
    desk.pages.photos.view.setFocus()
    desk.window.menus.help.trigger()
    assert read_at(desk) == ("index", "")
    desk.pages.photos.view.preview_wanted.emit(a_photo(3))
    desk.window.menus.help.trigger()
    assert read_at(desk) == ("keys", "photos")


def test_the_list_of_failures_leads_to_troubleshooting(desk: Desk) -> None:
    desk.pages.open_failures()
    assert desk.pages.shown() is Page.FAILURES
    desk.window.menus.help.trigger()
    assert read_at(desk) == ("troubleshooting", "photos")
    button(desk.pages.failures(), "What can be done").click()
    assert read_at(desk) == ("troubleshooting", "photos")


def test_the_card_of_the_search_language_leads_to_its_page(desk: Desk) -> None:
    desk.window.menus.language.trigger()
    library = desk.session.library
    assert library is not None
    button(library.query.help(), "All of it, in Help").click()
    assert not library.query.help().isVisible()
    assert read_at(desk) == ("search-language", "")


def test_each_page_of_the_settings_leads_to_its_own(desk: Desk) -> None:
    dialog = desk.session._settings_flow.dialog()
    dialog.show()
    for title in SETTINGS_PAGES:
        dialog.show_page(title)
        button(dialog, "Help").click()
        assert read_at(desk) == _OF_SETTINGS[title]
    dialog.show_page("Models")
    dialog.activateWindow()
    desk.waits(dialog.isActiveWindow)
    QTest.keyClick(dialog, Qt.Key.Key_F1)
    assert read_at(desk) == ("models", "")
    dialog.close()


def test_where_help_leads_is_there() -> None:
    assert set(_OF_SETTINGS) == set(SETTINGS_PAGES)
    for topic, anchor in [*_OF_SETTINGS.values(), ("troubleshooting", "photos"), ("keys", "photos")]:
        assert topic in PAGES.topics
        assert not anchor or anchor in anchors(HELP / f"{topic}.md")


def test_every_key_of_the_window_and_of_help_is_on_the_page_of_keys(desk: Desk) -> None:
    told = text_of(HELP / "keys.md")
    named = {"Ctrl+R", "Ctrl+=", "Ctrl+?", "Meta+Ctrl+F"}
    keys = {
        key.toString() for action in desk.window.actions() for key in action.shortcuts() if key.toString()
    }
    assert {key for key in keys - named if f"**{key}**" not in told} == set()


def test_help_that_is_open_turns_and_ends_with_the_window(desk: Desk) -> None:
    desk.session.help.open("models")
    window = desk.session.help.window()
    window.look_for("safetensors")
    desk.session.help.open("keys")
    assert window.place().topic == "keys"
    # What was looked for is no part of the next question.
    assert window.contents.topLevelItemCount() == len(PAGES.topics)
    assert window is desk.session.help.window()
    desk.session.help.close()
    assert not window.isVisible()
