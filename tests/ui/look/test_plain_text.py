"""Nothing in the window reads HTML, and an & in a name is no key."""

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QToolTip, QWidget
from pytestqt.qtbot import QtBot

import desktop_app.ui
from desktop_app.ui.grid.words import plain
from desktop_app.ui.look import theme, wording
from desktop_app.ui.look.labels import ElidingLabel
from desktop_app.ui.photo.long_words import breakable
from tests.opened import opened_in
from tests.pictures import save_colour

UI = Path(desktop_app.ui.__file__).parent
SOURCES = sorted(UI.rglob("*.py"))
# What shows HTML, or guesses whether a text is some.
READS_HTML = {
    "QErrorMessage", "QGraphicsTextItem", "QStaticText", "QTextBrowser", "QTextDocument", "QTextEdit", "QWhatsThis",
    "AutoText", "MarkdownText", "RichText", "insertHtml", "setHtml", "setMarkdown", "setWhatsThis",
}  # fmt: skip
# Drawn things stand among letters in nothing else; that all it is given are letters is tested with the field.
# Help shows pages that come with the program, with no HTML in them; that it loads nothing is tested with it.
MAY = {
    "search/one_line.py": {"QTextEdit"},
    "help/page.py": {"QTextBrowser", "QTextDocument", "QTextEdit", "setMarkdown"},
    "help/dressing.py": {"QTextDocument"},
}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(UI).as_posix())
def test_nothing_that_reads_html_is_used(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not names & READS_HTML - MAY.get(path.relative_to(UI).as_posix(), set())


def test_labels_tips_and_questions_of_qt_itself_read_none_either(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    before = qapp.styleSheet()
    theme.apply(qapp, "dark")
    canary = save_colour(tmp_path / "private" / "canary.png")
    text = f"<b>a</b> <img src='{canary.as_uri()}'>"
    parent = QWidget()
    qtbot.addWidget(parent)
    with opened_in(canary.parent) as opened:
        label, cut, box = QLabel(text, parent), ElidingLabel(text, parent), QMessageBox(parent)
        # Before it is shown for the first time, too.
        cut.heightForWidth(50)
        box.setText(text)
        box.setInformativeText(text)
        label.setToolTip(text)
        parent.show()
        box.show()
        QToolTip.showText(QPoint(1, 1), text, label)
        QApplication.processEvents()
        shown = [one for one in QApplication.allWidgets() if isinstance(one, QLabel) and one.text() == text]
        assert len(shown) == 5
        assert {one.textFormat().name for one in shown} == {"PlainText"}
    assert opened == []
    QToolTip.hideText()
    qapp.setStyleSheet(before)


@pytest.mark.parametrize(
    ("text", "shown"), [("Tom & Anna", "Tom && Anna"), ("&&", "&&&&"), ("plain", "plain"), ("", "")]
)
def test_an_ampersand_on_a_button_is_no_key(text: str, shown: str) -> None:
    assert wording.on_button(text) == shown


def test_names_and_captions_cannot_turn_the_text_around_or_hide_its_end() -> None:
    name = "holiday\u202egpj.exe\n.jpg\x1b\udcff"
    seen = "holiday\ufffdgpj.exe\ufffd.jpg\ufffd\ufffd"
    assert plain(name) == seen
    metrics = QFontMetrics(QFont())
    assert breakable("a\u202eb\nc\u2066", metrics, 1000) == "a\ufffdb\nc\ufffd"
