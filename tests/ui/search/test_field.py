"""Example photos are tokens of the search field: one thing each, and text for whoever asks for the query."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleEvent,
    QColor,
    QDragEnterEvent,
    QGuiApplication,
    QHelpEvent,
    QImage,
    QInputMethodEvent,
    QMouseEvent,
    QTextCursor,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.library import Region, example_text, parse
from desktop_app.ui.look import theme
from desktop_app.ui.search.bar import SearchBar
from desktop_app.ui.search.example_tokens import readable
from desktop_app.ui.search.field import MOST_SIGNS, QueryField
from tests.opened import opened_in
from tests.pictures import save_colour

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
QUERY = 'a dog photo:"/the photos/me and you.jpg"#10,20,30,40 with unlike:/p/IMG_1.jpg end'


@pytest.fixture
def bar(qtbot: QtBot) -> Iterator[SearchBar]:
    window = QWidget()
    qtbot.addWidget(window)
    made = SearchBar(window)
    window.resize(900, 120)
    made.resize(900, 120)
    window.show()
    window.activateWindow()
    made.field.setFocus()
    yield made
    window.close()


@pytest.fixture
def field(bar: SearchBar) -> QueryField:
    return bar.field


def says(field: QueryField) -> list[str]:
    return [token.says for token in field.tokens()]


def press(field: QueryField, *keys: Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    for key in keys:
        QTest.keyClick(field, key, held)


def chosen(field: QueryField) -> str:
    return field.createMimeDataFromSelection().text()


def middle_of(field: QueryField, which: int) -> QPoint:
    """Return the middle of a token as it was painted last."""
    field.grab()
    rect = field.token_rect(which)
    assert not rect.isEmpty()
    return rect.center().toPoint()


def click(field: QueryField, which: int) -> None:
    QTest.mouseClick(field.viewport(), Qt.MouseButton.LeftButton, pos=middle_of(field, which) - QPoint(9, 0))


# What is written.


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (QUERY, ["Like part of me and you.jpg", "Thumbs down: IMG_1.jpg"]),
        ("photo:/a.jpg", ["Like a.jpg"]),
        ("-photo:/a.jpg beach", ["Not like a.jpg"]),
        ("2:photo:/a.jpg + -like:/b.jpg", ["Like a.jpg", "Thumbs down: b.jpg"]),
        ('photo:"/two\nlines.jpg"#1,2,3,4 x', ["Like part of two\ufffdlines.jpg"]),
        ('🐶 dog photo:"/p/🏖 day.jpg" 🏖 more like:/c.jpg', ["Like 🏖 day.jpg", "Thumbs up: c.jpg"]),
        ('in:"/a\tb" photo:/c.jpg \u2028 name:\x07', ["Like c.jpg"]),
        ("כלב photo:/תמונות/ים.jpg חוף like:/b.jpg", ["Like ים.jpg", "Thumbs up: b.jpg"]),
        (f"photo:{chr(0xDCFF)}.jpg dog", [f"Like {chr(0xFFFD)}.jpg"]),
        ("photo:/a.jpg photo:/a.jpg photo:/a.jpg", ["Like a.jpg"] * 3),
        ("photo: dog like:", []),
        ("photo:/a.jpg#1,2", []),
        ("  dog  ", []),
    ],
)
def test_the_query_is_read_back_as_it_was_written(
    bar: SearchBar, field: QueryField, text: str, said: list[str]
) -> None:
    field.setText(text)
    assert field.text() == text
    assert says(field) == said
    field.setText("")
    field.replace_text(text)
    assert field.text() == text
    assert bar.text() == text.strip()


def test_what_is_asked_is_the_query_as_it_is_written(qtbot: QtBot, bar: SearchBar) -> None:
    bar.field.setText("dog like:/a.jpg")
    press(bar.field, Key.Key_End)
    asked: list[str] = []
    bar.query_changed.connect(asked.append)
    QTest.keyClicks(bar.field, " on the beach")
    qtbot.waitUntil(lambda: bool(asked))
    press(bar.field, Key.Key_Return)
    assert asked == ["dog like:/a.jpg on the beach"]
    assert bar.history() == asked


def test_a_word_that_touches_a_token_is_no_part_of_its_path(field: QueryField) -> None:
    field.setText("photo:/a.jpg")
    press(field, Key.Key_End)
    QTest.keyClicks(field, "dog")
    press(field, Key.Key_Home)
    QTest.keyClicks(field, "cat")
    assert field.text() == "cat photo:/a.jpg dog"
    assert says(field) == ["Like a.jpg"]
    assert [part.text for part in parse(field.text()).parts] == ["cat dog", "/a.jpg"]


def test_two_tokens_that_touch_are_two(field: QueryField) -> None:
    field.setText("photo:/a.jpg photo:/b.jpg")
    field.set_cursor(len("photo:/a.jpg "))
    press(field, Key.Key_Backspace)
    assert field.text() == "photo:/a.jpg photo:/b.jpg"
    assert says(field) == ["Like a.jpg", "Like b.jpg"]


@pytest.mark.parametrize("sign", ["-", "2:", "-0.5:"])
def test_a_sign_typed_before_a_token_counts_for_it(field: QueryField, sign: str) -> None:
    field.setText("dog photo:/a.jpg")
    field.set_cursor(4)
    QTest.keyClicks(field, sign)
    field.gather()
    assert field.text() == f"dog {sign}photo:/a.jpg"
    (token,) = field.tokens()
    assert token.raw == f"{sign}photo:/a.jpg"
    assert token.is_against == sign.startswith("-")


def test_a_path_that_is_typed_is_a_token_once_the_person_goes_on(bar: SearchBar, field: QueryField) -> None:
    QTest.keyClicks(field, "dog photo:/a.jp")
    bar._send()
    assert says(field) == []
    QTest.keyClicks(field, "g on")
    bar._send()
    assert says(field) == ["Like a.jpg"]
    assert field.text() == "dog photo:/a.jpg on"
    assert field.cursor_at() == len(field.text())
    assert field.pictures.waiting() == [(Path("/a.jpg"), None)]
    QTest.keyClicks(field, " like:/b.jpg")
    press(field, Key.Key_Return)
    assert says(field) == ["Like a.jpg", "Thumbs up: b.jpg"]
    assert field.pictures.waiting() == [(Path("/a.jpg"), None), (Path("/b.jpg"), None)]


def test_no_more_is_taken_than_a_field_of_one_line_holds(field: QueryField) -> None:
    QGuiApplication.clipboard().setText("dog " * 20_000)
    field.paste()
    assert len(field.text()) == MOST_SIGNS
    press(field, Key.Key_End)
    QTest.keyClicks(field, "x")
    assert len(field.text()) == MOST_SIGNS
    press(field, Key.Key_Backspace)
    QTest.keyClicks(field, "xy")
    assert field.text().endswith("x")
    assert len(field.text()) == MOST_SIGNS
    done = QInputMethodEvent()
    done.setCommitString("日本")
    QCoreApplication.sendEvent(field, done)
    assert len(field.text()) == MOST_SIGNS


# By keyboard.


def test_backspace_behind_a_token_takes_it_out_whole_and_delete_before_it_too(field: QueryField) -> None:
    field.setText(QUERY)
    press(field, Key.Key_End, *[Key.Key_Left] * 4)
    press(field, Key.Key_Backspace)
    assert says(field) == ["Like part of me and you.jpg"]
    field.set_cursor(len("a dog "))
    press(field, Key.Key_Delete)
    assert field.text() == "a dog  with  end"


def test_arrows_step_over_a_token_and_choose_it_whole_with_shift(field: QueryField) -> None:
    field.setText("a photo:/one.jpg b")
    press(field, Key.Key_Home, *[Key.Key_Right] * 3)
    assert field.cursor_at() == len("a photo:/one.jpg")
    press(field, Key.Key_Left, held=SHIFT)
    assert chosen(field) == "photo:/one.jpg"
    press(field, Key.Key_Left, Key.Key_Left)
    assert field.cursor_at() == 1


def test_ctrl_z_brings_a_token_back_and_ctrl_y_takes_it_away(field: QueryField) -> None:
    field.setText("dog like:/a.jpg")
    press(field, Key.Key_End, Key.Key_Backspace)
    assert field.text() == "dog "
    press(field, Key.Key_Z, held=Qt.KeyboardModifier.ControlModifier)
    assert (field.text(), says(field)) == ("dog like:/a.jpg", ["Thumbs up: a.jpg"])
    field.redo()
    assert field.text() == "dog "


def test_steps_back_lead_through_a_path_that_was_typed(bar: SearchBar, field: QueryField) -> None:
    QTest.keyClicks(field, "photo:/a.jpg dog")
    bar._send()
    assert says(field) == ["Like a.jpg"]
    seen = []
    while field.document().isUndoAvailable():
        field.undo()
        # Typing has rested: what was gone back to is not made a token anew.
        bar._send()
        seen.append((field.text(), says(field)))
    assert seen == [("photo:/a.jpg dog", []), ("", [])]
    while field.document().isRedoAvailable():
        field.redo()
    assert says(field) == ["Like a.jpg"]


def test_up_and_down_and_tab_are_for_the_window(field: QueryField) -> None:
    field.setText("one")
    for key in (Key.Key_PageUp, Key.Key_PageDown, Key.Key_Tab, Key.Key_Return):
        press(field, key)
    assert field.text() == "one"


def test_what_is_composed_between_tokens_is_left_alone_until_it_is_done(
    bar: SearchBar, field: QueryField
) -> None:
    field.setText("like:/a.jpg  like:/b.jpg")
    field.set_cursor(len("like:/a.jpg "))
    QCoreApplication.sendEvent(field, QInputMethodEvent("にほ", []))
    bar._send()
    assert field.is_composing()
    assert field.text() == "like:/a.jpg  like:/b.jpg"
    done = QInputMethodEvent()
    done.setCommitString("日本")
    QCoreApplication.sendEvent(field, done)
    assert field.text() == "like:/a.jpg 日本 like:/b.jpg"
    assert says(field) == ["Thumbs up: a.jpg", "Thumbs up: b.jpg"]


# Copied, cut, pasted, dragged.


def test_what_is_copied_is_the_query_and_pasted_it_is_the_same_tokens(field: QueryField) -> None:
    field.setText(QUERY)
    tokens = field.tokens()
    field.selectAll()
    field.copy()
    assert QGuiApplication.clipboard().text() == QUERY
    field.cut()
    assert field.text() == ""
    field.paste()
    assert field.text() == QUERY
    assert field.tokens() == tokens


def test_a_part_of_the_field_is_copied_as_that_part_of_the_query(field: QueryField) -> None:
    field.setText("🐶 ab photo:/a.jpg cd")
    field.set_cursor(3)
    for _step in range(4):
        press(field, Key.Key_Right, held=SHIFT)
    assert chosen(field) == "b photo:/a.jpg "


def test_a_token_that_is_dragged_elsewhere_in_the_field_stays_one(field: QueryField) -> None:
    field.setText("a like:/a.jpg b")
    click(field, 0)
    content = field.createMimeDataFromSelection()
    # As a drop does it: what was chosen goes and what was dragged comes, in one step.
    cursor = field.textCursor()
    cursor.beginEditBlock()
    cursor.removeSelectedText()
    field.moveCursor(QTextCursor.MoveOperation.End)
    field.insertFromMimeData(content)
    cursor.endEditBlock()
    assert field.text() == "a  b like:/a.jpg"
    field.undo()
    assert field.text() == "a like:/a.jpg b"


def test_lines_that_are_pasted_are_one_line(field: QueryField) -> None:
    QGuiApplication.clipboard().setText("\na dog\r\nlike:/a.jpg\nbeach\n")
    field.paste()
    assert field.document().blockCount() == 1
    # What is seen has a space there, too.
    assert field.text() == "a dog like:/a.jpg beach"
    assert says(field) == ["Thumbs up: a.jpg"]
    field.setText("")
    QGuiApplication.clipboard().setText('red\tbike\u2028blue\n\n  photo:"/two\nlines.jpg"\nin:"/a\tb"')
    field.paste()
    assert field.text() == 'red bike blue photo:"/two\nlines.jpg" in:"/a\tb"'


@pytest.mark.parametrize("said", ["red\nbike", "red\r\nbike", "red\u2029bike", "red\tbike"])
def test_lines_that_are_dictated_are_one_line(field: QueryField, said: str) -> None:
    done = QInputMethodEvent()
    done.setCommitString(said)
    QCoreApplication.sendEvent(field, done)
    assert field.document().blockCount() == 1
    assert field.text() == "red bike"


def test_a_full_field_can_be_walked_through(field: QueryField) -> None:
    field.setText("x" * MOST_SIGNS)
    press(field, Key.Key_End)
    assert field.cursor_at() == MOST_SIGNS
    press(field, Key.Key_Left)
    assert field.cursor_at() == MOST_SIGNS - 1
    press(field, Key.Key_Home)
    assert field.cursor_at() == 0
    press(field, Key.Key_A, held=Qt.KeyboardModifier.ControlModifier)
    assert len(chosen(field)) == MOST_SIGNS


def test_markup_is_letters_whichever_way_it_comes(qtbot: QtBot, field: QueryField, tmp_path: Path) -> None:
    canary = save_colour(tmp_path / "private" / "canary.png")
    text = f"<b>a</b> <img src='{canary.as_uri()}'>"
    content = QMimeData()
    content.setHtml(text)
    content.setText(text)
    QGuiApplication.clipboard().setMimeData(content)
    with opened_in(canary.parent) as opened:
        ways: list[Callable[[], object]] = [
            lambda: field.setText(text),
            lambda: field.replace_text(text),
            lambda: field.insertFromMimeData(content),
            field.paste,
        ]
        for put in ways:
            field.setText("")
            put()
            field.grab()
            assert field.text() == text
        field.setText(f'photo:"/p/{text}"')
        hover(field, middle_of(field, 0))
        field.grab()
    assert opened == []
    only_html = QMimeData()
    only_html.setHtml("<b>a</b>")
    assert not field.canInsertFromMimeData(only_html)


def test_files_that_are_dropped_are_left_to_the_window(field: QueryField) -> None:
    files, text = QMimeData(), QMimeData()
    files.setUrls([QUrl.fromLocalFile("/a.jpg")])
    files.setText("/a.jpg")
    text.setText("like:/a.jpg")
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for content, taken in ((files, False), (text, True)):
        event = QDragEnterEvent(QPoint(50, 10), copy, content, left, none)
        event.ignore()
        field.dragEnterEvent(event)
        assert event.isAccepted() == taken


# By pointer.


def test_a_click_chooses_a_token_whole_and_so_does_a_double_click(field: QueryField) -> None:
    field.setText(QUERY)
    click(field, 1)
    assert chosen(field) == "unlike:/p/IMG_1.jpg"
    click(field, 0)
    assert chosen(field) == 'photo:"/the photos/me and you.jpg"#10,20,30,40'
    field.moveCursor(QTextCursor.MoveOperation.Start)
    QTest.mouseDClick(field.viewport(), Qt.MouseButton.LeftButton, pos=middle_of(field, 1) - QPoint(9, 0))
    assert chosen(field) == "unlike:/p/IMG_1.jpg"
    press(field, Key.Key_Backspace)
    assert says(field) == ["Like part of me and you.jpg"]


def test_a_click_beside_tokens_puts_the_cursor_there(field: QueryField) -> None:
    field.setText("photo:/a.jpg some words")
    field.grab()
    far = QPoint(field.viewport().width() - 2, field.viewport().height() // 2)
    QTest.mouseClick(field.viewport(), Qt.MouseButton.LeftButton, pos=far)
    assert field.cursor_at() == len(field.text())
    assert chosen(field) == ""


def hover(field: QueryField, at: QPoint) -> None:
    where = QPointF(at)
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, where, field.viewport().mapToGlobal(where), none, none, Qt.KeyboardModifier(0)
    )
    QApplication.sendEvent(field.viewport(), event)


def test_the_cross_on_a_token_takes_it_out_with_one_space(qtbot: QtBot, field: QueryField) -> None:
    field.setText("a like:/a.jpg b")
    middle_of(field, 0)
    end = field.token_rect(0).toRect()
    cross = QPoint(end.right() - 8, end.center().y())
    hover(field, cross)
    assert field.viewport().cursor().shape() is Qt.CursorShape.ArrowCursor
    QTest.mouseClick(field.viewport(), Qt.MouseButton.LeftButton, pos=cross)
    assert field.text() == "a b"
    assert field.viewport().cursor().shape() is Qt.CursorShape.IBeamCursor
    field.undo()
    assert field.text() == "a like:/a.jpg b"


def test_the_tip_of_a_token_is_its_file_as_plain_text(field: QueryField) -> None:
    theme.apply(QApplication.instance(), "light")  # type: ignore[arg-type]  # there is one
    field.setText('dog photo:"/p/<b>x</b> & y.jpg"#1,2,3,4')
    at = middle_of(field, 0)
    where = field.viewport().mapToGlobal(at)
    QApplication.sendEvent(field.viewport(), QHelpEvent(QEvent.Type.ToolTip, at, where))
    assert QToolTip.text() == "Like a part of this\n/p/<b>x</b> & y.jpg\nPart: 1,2,3,4 %"
    (shown,) = [
        one for one in QApplication.allWidgets() if isinstance(one, QLabel) and one.text() == QToolTip.text()
    ]
    assert shown.textFormat() is Qt.TextFormat.PlainText
    QToolTip.hideText()


# What is seen, and heard.


def green() -> QImage:
    image = QImage(120, 90, QImage.Format.Format_RGB32)
    image.fill(QColor("#1eb428"))
    return image


def test_a_token_shows_its_picture(field: QueryField) -> None:
    field.setText("dog photo:/a.jpg#1,2,3,4 like:/a.jpg")
    whole, part = (Path("/a.jpg"), None), (Path("/a.jpg"), Region(1, 2, 3, 4))
    assert field.pictures.waiting() == [part, whole]
    field.pictures.take(part, green())
    middle_of(field, 0)
    seen = field.viewport().grab().toImage()
    rects = [field.token_rect(which) for which in (0, 1)]
    pictures = [seen.pixelColor(rect.left() + 10, rect.center().y()).name() for rect in rects]  # type: ignore[call-overload]  # rounds
    assert pictures[0] == "#1eb428"
    assert pictures[1] != "#1eb428"


def test_what_is_unwanted_has_another_colour(field: QueryField) -> None:
    theme.apply(QApplication.instance(), "light")  # type: ignore[arg-type]  # there is one
    field.setText("like:/a.jpg unlike:/b.jpg")
    middle_of(field, 0)
    seen = field.viewport().grab().toImage()
    grounds = []
    for which in (0, 1):
        corner = field.token_rect(which).toRect()
        grounds.append(seen.pixelColor(corner.left() + 6, corner.bottom() - 2))
    assert grounds[0].blue() > grounds[0].red()
    assert grounds[1].red() > grounds[1].blue()


def test_names_go_where_not_all_fits_and_come_back(qtbot: QtBot, bar: SearchBar, field: QueryField) -> None:
    field.setText("like:/photos/one_long_name.jpg unlike:/photos/two_long_name.jpg")
    middle_of(field, 0)
    wide = field.token_rect(0).width()
    bar.resize(330, 120)
    qtbot.waitUntil(lambda: field.viewport().width() < 250)
    middle_of(field, 0)
    assert field.token_rect(0).width() < wide - 50
    bar.resize(900, 120)
    qtbot.waitUntil(lambda: field.viewport().width() > 600)
    middle_of(field, 0)
    assert field.token_rect(0).width() == wide


def test_the_line_does_not_move_as_tokens_come_and_go(field: QueryField) -> None:
    field.setText("dog")
    before = field.cursorRect()
    height = field.height()
    field.setText("dog like:/a.jpg")
    field.set_cursor(3)
    assert field.cursorRect().top() == before.top()
    assert field.height() == height


@pytest.mark.parametrize("factor", [1, 1.75, 3])
def test_a_token_is_seen_whole_in_fonts_of_any_size(
    qtbot: QtBot, bar: SearchBar, field: QueryField, factor: float
) -> None:
    font = field.font()
    font.setPointSizeF(font.pointSizeF() * factor)
    field.setFont(font)
    bar.resize(900, 200)
    field.setText("dog like:/a.jpg")
    qtbot.waitUntil(lambda: field.height() == field.sizeHint().height())
    middle_of(field, 0)
    assert field.viewport().rect().contains(field.token_rect(0).toAlignedRect())
    middle = field.viewport().mapTo(field, field.token_rect(0).center().toPoint())
    assert abs(middle.y() - field.height() / 2) <= 2


def test_the_names_of_photos_are_what_is_told_of_a_query_elsewhere() -> None:
    assert readable(QUERY) == "a dog, like part of me and you.jpg, with, thumbs down: IMG_1.jpg, end"
    assert readable("a dog") == "a dog"


def test_what_is_not_understood_is_underlined_behind_a_token(field: QueryField) -> None:
    text = "🐶 photo:/a.jpg type:jgp"
    field.setText(text)
    field.mark(parse(text).problems)
    assert field.marks() == ["type:jgp"]
    (line,) = field.extraSelections()
    assert line.cursor.selectedText() == "type:jgp"


def test_a_photo_that_a_quote_takes_in_is_said_not_to_count(bar: SearchBar, field: QueryField) -> None:
    field.setText(' dog photo:"/x y.jpg" beach')
    field.set_cursor(1)
    QTest.keyClicks(field, '"old ')
    bar._send()
    assert parse(field.text()).parts[0].photo is None
    assert field.marks() == ['photo:"/x y.jpg"']
    assert "close the quote" in bar.strip.sentence()
    # An answer has nothing to say of it.
    bar.show_problems([])
    assert "close the quote" in bar.strip.sentence()
    field.set_cursor(len(' "old dog'))
    QTest.keyClicks(field, '"')
    bar._send()
    assert field.marks() == []
    assert [part.text for part in parse(field.text()).parts] == ["old dog beach", "/x y.jpg"]


def test_a_screen_reader_hears_the_names_of_photos(field: QueryField) -> None:
    field.setText("dog like:/a/b.jpg")
    assert field.accessibleDescription().startswith("dog, thumbs up: b.jpg. Describe what")
    field.setText("dog")
    assert field.accessibleDescription().startswith("Describe what")


def test_a_screen_reader_hears_which_photo_the_cursor_passes(
    field: QueryField, monkeypatch: pytest.MonkeyPatch
) -> None:
    field.setText("a like:/a/b.jpg")
    press(field, Key.Key_End)
    heard: list[str] = []

    def hear(event: QAccessibleEvent) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            heard.append(event.message())

    monkeypatch.setattr(QAccessible, "updateAccessibility", hear)
    press(field, Key.Key_Left, Key.Key_Left, Key.Key_Right, Key.Key_Right)
    assert heard == ["Thumbs up: b.jpg"] * 2


def test_the_hint_is_there_while_nothing_is_written(field: QueryField) -> None:
    assert field.hint().startswith("Describe a photo")
    empty = field.viewport().grab().toImage()
    field.setText("x")
    field.set_hint("")
    field.setText("")
    assert field.viewport().grab().toImage() != empty


def test_from_right_to_left_tokens_are_whole_and_in_the_order_of_reading(field: QueryField) -> None:
    field.setText("כלב like:/תמונות/א.jpg בחוף photo:/b.jpg בקיץ")
    middle_of(field, 0)
    first, second = field.token_rect(0), field.token_rect(1)
    assert first.left() > second.right()
    click(field, 1)
    assert chosen(field) == "photo:/b.jpg"
    field.moveCursor(QTextCursor.MoveOperation.End)
    press(field, *[Key.Key_Backspace] * 6)
    assert field.text() == "כלב like:/תמונות/א.jpg בחוף "


def test_where_one_reads_from_right_to_left_it_works_the_same(field: QueryField) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        field.setText("dog " + " ".join(example_text(Path(f"/p/{number}.jpg")) for number in range(40)))
        click(field, 39)
        assert chosen(field) == "photo:/p/39.jpg"
        field.moveCursor(QTextCursor.MoveOperation.Start)
        click(field, 0)
        assert chosen(field) == "photo:/p/0.jpg"
    finally:
        app.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


# How high it stands.


@pytest.mark.parametrize("alone", ["photo:/a.jpg", "photo:/a.jpg#10,20,30,40", "like:/a.jpg"])
def test_a_token_alone_stands_as_high_as_beside_words_and_is_seen_whole(
    bar: SearchBar, field: QueryField, alone: str
) -> None:
    def place(text: str) -> tuple[float, float]:
        field.setText(text)
        field.grab()
        rect = field.token_rect(0)
        assert 0 <= rect.top() < rect.bottom() <= field.viewport().height()
        return field.viewport().y() + rect.top(), rect.height()

    assert place(alone) == place(f"dog {alone} beach")
