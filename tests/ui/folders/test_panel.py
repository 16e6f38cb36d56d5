"""The folders with their state, and what can be asked for each."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QMenu, QPushButton

from desktop_app.library import Folder, FolderState
from desktop_app.ui.folders.panel import FoldersPanel
from desktop_app.ui.folders.words import NEW_MODEL, NEW_WAY, FolderWords, words_of
from desktop_app.ui.system.drops import Offered

ONE = Folder(Path("/photos/one"), 1, 1, 0, FolderState.PRESENT)
TWO = Folder(Path("/photos/two"), 2345, 812, 3, FolderState.PRESENT)


@pytest.fixture
def panel(qtbot):
    made = FoldersPanel()
    qtbot.addWidget(made)
    made.resize(240, 400)
    made.show()
    return made


def choose(panel: FoldersPanel, row: int) -> None:
    panel._list.setCurrentIndex(panel._model.index(row, 0))


@pytest.mark.parametrize(
    ("folder", "text"),
    [
        (ONE, "1 photo"),
        (TWO, "812 of 2,342 photos ready"),
        (Folder(Path("/p"), 2345, 2342, 3, FolderState.PRESENT), "2,342 photos + 3 not usable"),
        (Folder(Path("/p"), 0, 0, 0, FolderState.PRESENT), "0 photos"),
    ],
)
def test_a_folder_says_in_words_how_it_is(folder, text):
    assert words_of(folder).state == text


def test_while_another_model_answers_a_folder_says_how_far_the_new_one_is(panel):
    assert words_of(TWO, built=NEW_MODEL) == FolderWords(
        "two", "2,342 photos + 3 not usable", "New model: 812 of 2,342"
    )
    assert words_of(ONE, built=NEW_MODEL) == FolderWords("one", "1 photo"), "the new one has it already"
    assert words_of(GONE, NOW, built=NEW_WAY) == words_of(GONE, NOW)
    panel.show_folders([ONE, TWO], NEW_WAY)
    one, two = (panel._model.index(row, 0) for row in range(2))
    assert two.data(Qt.ItemDataRole.AccessibleTextRole).endswith(", New way: 812 of 2,342")
    assert two.data(Qt.ItemDataRole.ToolTipRole) == (
        f"{TWO.path}\nUntil the new way has all photos, the one from before answers."
    )
    assert one.data(Qt.ItemDataRole.ToolTipRole) == str(ONE.path)
    assert panel._list.sizeHintForIndex(two).height() > panel._list.sizeHintForIndex(one).height()
    panel.show_folders([ONE, TWO])
    assert two.data(Qt.ItemDataRole.AccessibleTextRole).endswith("two, 812 of 2,342 photos ready")


NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
GONE = Folder(Path("/media/t7/trips"), 2345, 2345, 0, FolderState.MISSING, "T7", NOW - timedelta(days=1))


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        (GONE, FolderWords("trips", "T7 is not connected", "since yesterday · 2,345 photos kept")),
        (Folder(Path("/p"), 1, 1, 0, FolderState.MISSING), FolderWords("p", "Not there", "1 photo kept")),
        (
            Folder(Path("/p"), 1, 1, 0, FolderState.MISSING, "T7", forbidden=True),
            FolderWords("p", "May not be read", "1 photo kept"),
        ),
    ],
)
def test_a_missing_folder_says_what_it_waits_for(folder, words):
    assert words_of(folder, NOW) == words


def test_the_chosen_folder_stays_chosen_when_counts_change(panel):
    panel.show_folders([ONE, TWO])
    choose(panel, 1)
    panel.show_folders([TWO, ONE])
    assert panel.chosen() == TWO.path
    panel.show_folders([ONE])
    assert panel.chosen() is None


def test_without_folders_there_is_a_hint(panel):
    panel.show_folders([])
    assert panel._hint.isVisible()
    panel.show_folders([ONE])
    assert not panel._hint.isVisible()
    assert panel._list.isVisible()


def test_what_is_asked_for_names_the_folder(qtbot, panel):
    panel.show_folders([ONE, TWO])
    assert not panel._remove.isEnabled()
    choose(panel, 1)
    for button, signal in ((panel._remove, panel.remove_wanted), (panel._look_again, panel.refresh_wanted)):
        with qtbot.waitSignal(signal) as asked:
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert asked.args == [TWO.path]
    with qtbot.waitSignal(panel.reveal_wanted) as asked:
        panel.reveal()
    assert asked.args == [TWO.path]
    with qtbot.waitSignal(panel.add_wanted):
        qtbot.mouseClick(panel._add, Qt.MouseButton.LeftButton)


def test_nothing_is_asked_without_a_choice(qtbot, panel):
    panel.show_folders([ONE])
    with qtbot.assertNotEmitted(panel.remove_wanted, wait=0):
        panel.remove()
        panel.refresh()
        panel.reveal()


def test_the_delete_key_asks_for_removal(qtbot, panel):
    panel.show_folders([ONE])
    choose(panel, 0)
    panel.activateWindow()
    panel._list.setFocus()
    qtbot.waitUntil(panel._list.hasFocus)
    with qtbot.waitSignal(panel.remove_wanted):
        qtbot.keyClick(panel._list, Qt.Key.Key_Delete)


def test_the_menu_has_the_same_and_the_file_manager(qtbot, panel):
    panel.show_folders([ONE])
    choose(panel, 0)
    panel._list.customContextMenuRequested.emit(panel._list.visualRect(panel._model.index(0, 0)).center())
    menu = panel.findChild(QMenu)
    texts = [action.text() for action in menu.actions()]
    assert texts == [
        "Look for changes",
        "Show in file manager",
        "Leave out a folder in it…",
        "Remove from the search",
        "Remove and forget now…",
    ]
    with qtbot.waitSignal(panel.reveal_wanted):
        menu.actions()[1].trigger()
    with qtbot.waitSignal(panel.remove_now_wanted) as asked:
        menu.actions()[4].trigger()
    assert asked.args == [ONE]
    menu.close()


def test_a_folder_that_may_not_be_read_is_forgotten_as_a_folder(panel):
    panel.show_folders([replace(GONE, forbidden=True)])
    choose(panel, 0)
    panel._list.customContextMenuRequested.emit(panel._list.visualRect(panel._model.index(0, 0)).center())
    menu = panel.findChild(QMenu)
    assert [action.text() for action in menu.actions()] == ["Look again", "Locate…", "Forget this folder…"]
    menu.close()


def test_of_a_missing_folder_the_menu_says_what_can_be_done(qtbot, panel):
    panel.show_folders([GONE])
    choose(panel, 0)
    panel._list.customContextMenuRequested.emit(panel._list.visualRect(panel._model.index(0, 0)).center())
    menu = panel.findChild(QMenu)
    assert [action.text() for action in menu.actions()] == ["Look again", "Locate…", "Forget this drive…"]
    with qtbot.waitSignal(panel.forget_wanted) as asked:
        menu.actions()[2].trigger()
    assert asked.args == [GONE]
    with qtbot.waitSignal(panel.locate_wanted) as asked:
        menu.actions()[1].trigger()
    assert asked.args == [GONE.path]
    menu.close()


def test_a_missing_folder_takes_three_lines_and_is_painted(qtbot, panel):
    panel.show_folders([ONE, GONE])
    there, gone = (panel._list.visualRect(panel._model.index(row, 0)).height() for row in (0, 1))
    assert gone > there
    assert not panel.grab().isNull()
    panel.show_folders([ONE, ONE])
    qtbot.waitUntil(lambda: panel._list.visualRect(panel._model.index(1, 0)).height() == there)


def test_a_dropped_folder_is_passed_on(panel, tmp_path):
    dropped: list[object] = []
    panel.offered.connect(dropped.append)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction | Qt.DropAction.MoveAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    panel.dropEvent(event)
    assert dropped == [Offered((tmp_path,))]
    assert event.dropAction() is Qt.DropAction.CopyAction


def test_screen_readers_hear_path_and_state(panel):
    panel.show_folders([Folder(Path("/photos/gone"), 7, 7, 0, FolderState.MISSING)])
    spoken = panel._model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "gone" in spoken
    assert "Not there" in spoken
    assert panel._list.accessibleName() == "Folders"


def test_painting_takes_any_folder(qtbot, panel):
    names = ["/", "/photos/" + "x" * 300, "/photos/two\nlines", "/photos/\udcff"]
    panel.show_folders([Folder(Path(name), 1, 0, 0, FolderState.MISSING) for name in names])
    choose(panel, 1)
    assert not panel.grab().isNull()


def test_the_words_on_a_button_go_before_they_are_cut(qtbot, panel):
    (add,) = [one for one in panel.findChildren(QPushButton) if one.accessibleName() == "Add folder"]
    panel.setMinimumSize(1, 1)
    for width_px, text in ((400, " Add folder…"), (140, ""), (400, " Add folder…")):
        panel.resize(width_px, 300)
        assert add.text() == text
        qtbot.waitUntil(lambda: add.width() >= add.sizeHint().width())
        assert bool(add.toolTip()) is not bool(text)
