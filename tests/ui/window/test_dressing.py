"""A window whose parts are dressed when all of them are made looks like one that was dressed all the while."""

from collections.abc import Iterator
from contextlib import nullcontext, suppress

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.library import Progress
from desktop_app.library.events import Phase
from desktop_app.ui.look import theme
from desktop_app.ui.window.main_window import MainWindow
from desktop_app.ui.window.pages import Page


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp, request.param)
    yield
    theme.apply(qapp, "light")


def pictures_of(qtbot: QtBot, qapp: QApplication, *, is_late: bool) -> list[QImage]:
    """Make a window and return what it looks like on each page, and at work."""
    with theme.dressed_when_made(qapp) if is_late else nullcontext():
        window = MainWindow(lambda *_: None, lambda *_: None)  # type: ignore[arg-type]
    qtbot.addWidget(window)
    window.resize(1000, 700)
    window.show()
    seen = []
    for page in Page:
        window.pages.show_page(page)
        laid_out(qapp)
        seen.append(window.grab().toImage())
    window.status.show_progress(Progress(Phase.INDEXING, 5, 10, 3.0, 2.0))
    laid_out(qapp)
    seen.append(window.grab().toImage())
    window.end()
    return seen


def laid_out(qapp: QApplication) -> None:
    """Let all sizes be what they come to be: some are asked for in the next round only."""
    for _ in range(5):
        qapp.processEvents()


@pytest.mark.usefixtures("scheme")
def test_it_looks_the_same(qtbot: QtBot, qapp: QApplication) -> None:
    usual = pictures_of(qtbot, qapp, is_late=False)
    late = pictures_of(qtbot, qapp, is_late=True)
    assert [one == other for one, other in zip(usual, late, strict=True)] == [True] * (len(Page) + 1)
    assert usual[0] != usual[1] != usual[-1]


def test_what_was_refused_inside_leaves_it_dressed(qapp: QApplication) -> None:
    theme.apply(qapp, "light")
    sheet = qapp.styleSheet()
    assert sheet
    with suppress(ValueError), theme.dressed_when_made(qapp):
        assert not qapp.styleSheet()
        raise ValueError
    assert qapp.styleSheet() == sheet
