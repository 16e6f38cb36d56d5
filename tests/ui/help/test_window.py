"""The window of help: pages, links, going back, looking for words, and what it never does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextDocument, QTextTable
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from desktop_app.help_pages import HelpPages, anchor_of
from desktop_app.ui.help.dressing import code_places, place_of
from desktop_app.ui.help.page import HelpPage
from desktop_app.ui.help.window import HelpWindow
from desktop_app.ui.look import theme
from tests.help.documents import OF_HELP, PAGES, anchors, text_of
from tests.opened import opened_in
from tests.pictures import save_colour

Key = Qt.Key


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[HelpWindow]:
    window = HelpWindow(PAGES)
    qtbot.addWidget(window)
    window.show_topic("index")
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    yield window
    window.close()


def field_of(window: HelpWindow) -> QLineEdit:
    field = window.findChild(QLineEdit)
    assert field is not None
    return field


def listed(window: HelpWindow) -> list[str]:
    """The lines at the left, those of parts with a hyphen."""
    lines = []
    for row in range(window.contents.topLevelItemCount()):
        page = window.contents.topLevelItem(row)
        assert page is not None
        parts = [page.child(line) for line in range(page.childCount())]
        lines += [page.text(0), *(f"- {part.text(0)}" for part in parts if part is not None)]
    return lines


def test_all_pages_are_listed_and_the_parts_of_the_one_that_is_read(window: HelpWindow) -> None:
    titles = [topic.title for topic in PAGES.topics.values()]
    assert listed(window) == titles
    window.show_topic("formats")
    at = listed(window).index("Formats")
    assert listed(window)[at : at + 4] == ["Formats", "- Extras", "- Videos", "- Files beside photos"]
    assert window.windowTitle() == "Formats — Help"
    searching = window.contents.topLevelItem(1)
    assert searching is not None
    window.contents.setCurrentItem(searching)
    assert window.place().topic == "searching"


def test_a_link_leads_to_its_heading_and_back(window: HelpWindow) -> None:
    window.show_topic("troubleshooting")
    window.page.verticalScrollBar().setValue(40)
    window.page.anchorClicked.emit(QUrl("files.md#repairs"))
    assert (window.place().topic, window.place().anchor) == ("files", "repairs")
    assert window.page.textCursor().block().text() == "Repairs"
    assert window.page.verticalScrollBar().value() > 0
    QTest.keyClick(window, Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert window.place().topic == "troubleshooting"
    assert window.page.verticalScrollBar().value() == 40
    QTest.keyClick(window, Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert window.place().topic == "files"
    window.go(1)
    assert window.place().topic == "files"
    window.go(-1)
    window.show_topic("keys")
    window.go(1)
    assert window.place().topic == "keys"


def test_links_are_followed_with_the_keyboard(window: HelpWindow) -> None:
    window.show_topic("searching")
    window.page.setFocus()
    QTest.keyClick(window.page, Key.Key_Tab)
    assert window.page.textCursor().selectedText() == "a small language"
    QTest.keyClick(window.page, Key.Key_Return)
    assert window.place().topic == "search-language"


def test_only_a_click_on_an_address_asks_for_the_browser(window: HelpWindow, qtbot: QtBot) -> None:
    asked: list[QUrl] = []
    window.outside_wanted.connect(asked.append)
    for link in ("file:///etc/passwd", "nothing.md", "../../README.md", "javascript:1", "ftp://host/x"):
        window.page.anchorClicked.emit(QUrl(link))
    assert asked == []
    assert window.place().topic == "index"
    window.page.anchorClicked.emit(QUrl("https://milvus.io/docs"))
    assert asked == [QUrl("https://milvus.io/docs")]


def test_words_are_looked_for_in_all_pages_and_marked(window: HelpWindow, qtbot: QtBot) -> None:
    QTest.keyClick(window, Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    field = field_of(window)
    assert QApplication.focusWidget() is field
    QTest.keyClicks(field, "quarantine")
    qtbot.waitUntil(lambda: listed(window) == ["Installing", "- Warnings of unsigned programs"])
    QTest.keyClick(field, Key.Key_Return)
    assert (window.place().topic, window.place().anchor) == ("installing", "warnings-of-unsigned-programs")
    assert window.page.textCursor().selectedText() == "quarantine"
    assert window.page.marked() == 1
    QTest.keyClick(window, Key.Key_Escape)
    assert field.text() == ""
    assert window.page.marked() == 0
    assert len(listed(window)) > len(PAGES.topics)
    QTest.keyClick(window, Key.Key_Escape)
    assert window.isHidden()


def test_f3_goes_on_to_the_next_place_and_around(window: HelpWindow) -> None:
    window.show_topic("privacy")
    window.look_for("seccomp")
    window.look_for("network")
    places = []
    for _ in range(window.page.marked() + 1):
        QTest.keyClick(window, Key.Key_F3)
        places.append(window.page.textCursor().selectionStart())
    assert places[:-1] == sorted(set(places[:-1]))
    assert places[-1] == places[0]
    QTest.keyClick(window, Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    assert window.page.textCursor().selectionStart() == places[-2]


def test_the_page_is_as_wide_as_its_place_and_lines_stay_short(window: HelpWindow) -> None:
    for width in (1040, 700, 1900, 900):
        window.resize(width, 700)
        QApplication.processEvents()
        page = window.page
        assert page.document().textWidth() == page.viewport().width()
        assert page.viewport().width() <= page.fontMetrics().horizontalAdvance("x") * 106


def test_what_is_nowhere_is_said(window: HelpWindow) -> None:
    window.look_for("qwertyuiop")
    assert listed(window) == []
    assert window.place().topic == "index"
    window.look_for("")
    assert len(listed(window)) == len(PAGES.topics)


@pytest.mark.parametrize("path", OF_HELP, ids=lambda path: path.stem)
def test_every_heading_can_be_gone_to_and_no_mark_is_left(qtbot: QtBot, path: Path) -> None:
    page = HelpPage()
    qtbot.addWidget(page)
    page.resize(700, 500)
    page.show_page(text_of(path))
    document = page.document()
    assert [anchor for anchor in anchors(path) if place_of(document, anchor) is None] == []
    plain = document.toPlainText()
    assert "```" not in plain
    assert "**" not in plain
    assert "](" not in plain
    tables = [one for one in document.rootFrame().childFrames() if isinstance(one, QTextTable)]
    assert len(tables) == sum(line.startswith("|---|") for line in text_of(path).splitlines())
    for table in tables:
        head = table.cellAt(0, 0)
        assert head.firstCursorPosition().block() == head.lastCursorPosition().block()
        assert table.format().toTableFormat().headerRowCount() == 1


def test_a_page_loads_nothing_that_it_names(qtbot: QtBot, tmp_path: Path) -> None:
    canary = save_colour(tmp_path / "private" / "canary.png")
    page = HelpPage()
    qtbot.addWidget(page)
    with opened_in(canary.parent) as opened:
        page.show_page(
            f"# A\n\n![x]({canary.as_uri()}) <img src='{canary.as_uri()}'> [b]({canary.as_uri()})\n"
        )
        page.show()
        QApplication.processEvents()
    assert opened == []


def test_light_dark_and_larger_text_keep_the_place(window: HelpWindow, qapp: QApplication) -> None:
    before = qapp.styleSheet()
    window.show_topic("json")
    bar = window.page.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    size = window.page.document().defaultFont().pointSizeF()
    QTest.keyClick(window, Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert window.page.document().defaultFont().pointSizeF() > size
    assert bar.value() == pytest.approx(bar.maximum() / 2, abs=bar.maximum() * 0.02)
    QTest.keyClick(window, Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert window.page.document().defaultFont().pointSizeF() == pytest.approx(size)
    try:
        for scheme in ("dark", "light"):
            theme.apply(qapp, scheme)
            assert bar.value() == pytest.approx(bar.maximum() / 2, abs=bar.maximum() * 0.02)
            link = _first_link(window.page.document())
            assert link == theme.colours().accent
    finally:
        qapp.setStyleSheet(before)


def _first_link(document: QTextDocument) -> str:
    block = document.begin()
    while block.isValid():
        steps = block.begin()
        while not steps.atEnd():
            words = steps.fragment().charFormat()
            if words.anchorHref():
                return words.foreground().color().name()
            steps += 1
        block = block.next()
    return ""


def test_a_page_is_laid_out_a_few_times_however_much_stands_on_it(window: HelpWindow) -> None:
    changes: list[bool] = []
    window.page.document().contentsChanged.connect(lambda: changes.append(True))
    window.show_topic("json")
    assert 0 < len(changes) < 10


def test_code_stands_on_a_ground_as_wide_as_the_page(window: HelpWindow) -> None:
    window.show_topic("installing")
    places = code_places(window.page.document(), 6)
    assert (
        len(places) == text_of(next(path for path in OF_HELP if path.stem == "installing")).count("```") // 2
    )
    assert {place.left() for place in places} == {window.page.document().documentMargin()}
    assert all(place.height() > 20 for place in places)


def test_pages_that_are_not_there_are_said_in_a_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    window = HelpWindow(HelpPages(tmp_path))
    qtbot.addWidget(window)
    window.show_topic("formats")
    assert "Its pages cannot be read: No such file or directory." in window.page.toPlainText()
    window.look_for("dog")
    window.page.anchorClicked.emit(QUrl("formats.md"))
    assert "Help is not there" in window.page.toPlainText()


def test_a_heading_with_code_and_quotes_has_the_anchor_of_its_words() -> None:
    assert anchor_of("`a` & “b”") == "a--b"


@pytest.mark.parametrize("topic", ["settings", "models", "formats", "command-line", "relevance"])
def test_a_column_of_single_words_has_the_room_they_need(window: HelpWindow, topic: str) -> None:
    # So wide that lines are as long as they get.
    window.resize(1400, 800)
    window.show_topic(topic)
    QApplication.processEvents()
    frames = window.page.document().rootFrame().childFrames()
    cells = [
        table.cellAt(row, column).firstCursorPosition().block()
        for table in frames
        if isinstance(table, QTextTable)
        for column in range(table.columns())
        for row in range(table.rows())
    ]
    broken = [cell.text() for cell in cells if len(cell.text()) <= 12 and cell.layout().lineCount() > 1]
    assert broken == []
