"""Searches that are kept, and the lists that show them."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop_app.settings import Settings
from desktop_app.ui.search.saved import SavedSearch, SavedSearches
from desktop_app.ui.search.saved_panel import SearchesPanel


def test_they_are_there_after_a_restart_with_their_names(tmp_path: Path) -> None:
    kept = SavedSearches(Settings.load(tmp_path))
    kept.add("dog")
    kept.add('“Straße” in:"Ötztal" 🌊')
    kept.add("dog")
    kept.rename("dog", "  Our dog ")
    again = SavedSearches(Settings.load(tmp_path))
    assert again.all() == [
        SavedSearch('“Straße” in:"Ötztal" 🌊', '“Straße” in:"Ötztal" 🌊'),
        SavedSearch("dog", "Our dog"),
    ]
    again.remove("dog")
    again.rename(again.all()[0].query, "")
    assert [one.name for one in SavedSearches(Settings.load(tmp_path)).all()] == ['“Straße” in:"Ötztal" 🌊']


@pytest.mark.parametrize(
    "text", ["no json", "{}", '["x", 3]', '[{"query": 3}]', '[{"query": "", "name": "x"}]']
)
def test_what_cannot_be_read_is_left_out(tmp_path: Path, text: str) -> None:
    settings = Settings.load(tmp_path)
    settings.remember_state("saved searches", text)
    assert SavedSearches(settings).all() == []


@pytest.fixture
def panel(qtbot: QtBot) -> SearchesPanel:
    made = SearchesPanel()
    qtbot.addWidget(made)
    made.resize(240, 400)
    made.show_saved([SavedSearch("dog", "Our dog"), SavedSearch("cat", "cat")], {"dog": "12"})
    made.show()
    return made


def test_names_and_counts_are_shown(panel: SearchesPanel) -> None:
    assert panel.rows() == [("Our dog", "12"), ("cat", "")]
    panel.show_count("cat", "3")
    assert panel.rows() == [("Our dog", "12"), ("cat", "3")]
    said = panel.saved.model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "cat, 3 found"


def test_one_click_or_enter_asks_again(qtbot: QtBot, panel: SearchesPanel) -> None:
    asked: list[str] = []
    panel.asked.connect(asked.append)
    place = panel.saved.visualRect(panel.saved.model().index(0, 0)).center()
    QTest.mouseClick(panel.saved.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert asked == ["dog"]
    QTest.keyClick(panel.saved, Qt.Key.Key_Down)
    QTest.keyClick(panel.saved, Qt.Key.Key_Return)
    assert asked[-1] == "cat"


def test_f2_renames_and_del_removes(qtbot: QtBot, panel: SearchesPanel) -> None:
    panel.mark("cat")
    panel.rename()
    editor = panel.saved.findChild(QLineEdit)
    assert editor is not None
    editor.setText("Mimi")
    with qtbot.waitSignal(panel.renamed) as renamed:
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert renamed.args == ["cat", "Mimi"]
    with qtbot.waitSignal(panel.removed) as removed:
        panel.remove()
    assert removed.args == ["cat"]


def test_without_anything_it_takes_no_room(panel: SearchesPanel) -> None:
    panel.show_saved([])
    assert panel.isHidden()
    panel.show_recent(["a", "b"])
    assert not panel.isHidden()
    assert panel.saved.isHidden()
