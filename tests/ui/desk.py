"""One window on a library that answers when the test wants it to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.library import (
    ModelChoice,
    PhotoLibrary,
)
from desktop_app.settings import Settings
from desktop_app.ui.app.session import Session
from desktop_app.ui.system.machine import Machine
from desktop_app.ui.window.pages import Page
from tests.ui.fake_library import FakeLibrary

WAIT_MS = 10_000
BUILT_IN = ModelChoice(
    "built-in", "Built-in model", "Small.", "Apache-2.0", 42, Path("/m"), True, built_in=True
)
BETTER = ModelChoice(
    "better", "The better one", "Large.", "MIT", 605_000_000, None, False, recommended=True, can_fetch=True
)


class Desk:
    """One window with its fake library."""

    def __init__(self, qtbot: QtBot, session: Session, library: FakeLibrary, settings: Settings) -> None:
        self.qtbot, self.session, self.library, self.settings = qtbot, session, library, settings
        self.window, self.pages = session.window, session.window.pages
        self.field = self.window.top.search.field

    def waits(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=WAIT_MS)

    def shows(self, *numbers: int) -> None:
        self.waits(lambda: self.pages.photos.model.ids() == list(numbers))

    def says(self, title: str) -> None:
        self.waits(lambda: self.pages.shown() is Page.MESSAGE and self.pages.message.title() == title)

    def notice(self, key: str) -> str:
        """Wait for the notice of this key and return its words."""
        self.waits(lambda: any(one.key == key for one in self.window.notices.notices()))
        return next(one.text for one in self.window.notices.notices() if one.key == key)

    def press(self, key: str) -> None:
        notice = next(one for one in self.window.notices.notices() if one.key == key)
        assert notice.run is not None
        notice.run()

    def presses_message(self) -> None:
        button = self.pages.message.findChild(QPushButton)
        assert button is not None
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def asks(self, text: str) -> None:
        count = len(self.library.asked)
        self.field.selectAll()
        QTest.keyClicks(self.field, text)
        self.waits(lambda: len(self.library.asked) > count)

    def types(self, text: str) -> None:
        """Put a text in the field and let it be read."""
        bar = self.window.top.search
        self.field.setText(text)
        self.waits(lambda: not bar._rest.isActive())

    def stays(self, *numbers: int) -> None:
        """See these photos, with nothing on its way that could change them."""
        assert self.pages.shown() is Page.PHOTOS
        assert self.pages.photos.model.ids() == list(numbers)


@contextmanager
def desk_on(
    qtbot: QtBot, folder: Path, library: FakeLibrary, *, machine: Machine | None = None
) -> Iterator[Desk]:
    settings = Settings.load(folder)
    session = Session(
        settings,
        lambda: cast("PhotoLibrary", library),
        data=folder,
        cache=folder / "cache",
        log=folder,
        machine=machine,
    )
    qtbot.addWidget(session.window)
    session.show()
    try:
        qtbot.waitUntil(lambda: bool(library.did), timeout=WAIT_MS)
        yield Desk(qtbot, session, library, settings)
    finally:
        session.window.close()
        session.close()


def texts_of(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel)]
