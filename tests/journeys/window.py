"""Opens the whole window offscreen on a real library, and finds things in it as a person does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.library import PhotoLibrary
from desktop_app.paths import AppPaths
from desktop_app.paths import resources as shipped_resources
from desktop_app.settings import Settings
from desktop_app.ui.app.session import Session
from desktop_app.ui.search.question import Words
from desktop_app.ui.window.pages import Page
from tests.fakes import ColorEmbedder

WAIT_MS = 60_000


def keeper(seen: list[Path], *, answer: bool = True) -> Callable[[Path], bool]:
    """A stand-in for what the system does with a file: keeps the path and answers."""

    def keep(path: Path) -> bool:
        seen.append(path)
        return answer

    return keep


class Person:
    """Looks at one window and uses it."""

    def __init__(self, qtbot: QtBot, session: Session) -> None:
        self.qtbot = qtbot
        self.session = session
        self.window = session.window
        self.pages = session.window.pages
        self.grid = session.window.pages.photos.view
        self.field = session.window.top.search.field

    def names(self) -> list[str]:
        """The names of the photos in the grid, as far as they are known."""
        model = self.pages.photos.model
        photos = (model.photo_at_row(row) for row in range(model.rowCount()))
        return [photo.name for photo in photos if photo is not None]

    def sees(self, *names: str, page: Page = Page.PHOTOS) -> None:
        """Wait until the grid shows exactly these photos, in this order."""
        self.qtbot.waitUntil(
            lambda: self.names() == list(names) and self.pages.shown() is page, timeout=WAIT_MS
        )

    def sees_first(self, name: str) -> None:
        """Wait until this photo comes first."""
        self.qtbot.waitUntil(lambda: self.names()[:1] == [name], timeout=WAIT_MS)

    def sees_page(self, page: Page, title: str = "") -> None:
        """Wait for a page, and for the title of a message."""
        self.qtbot.waitUntil(
            lambda: self.pages.shown() is page and (not title or self.pages.message.title() == title),
            timeout=WAIT_MS,
        )

    def sees_notice(self, words: str) -> None:
        """Wait for a notice with these words."""
        self.qtbot.waitUntil(lambda: any(words in text for text in self.notices()), timeout=WAIT_MS)

    def notices(self) -> list[str]:
        """What the notices say."""
        return [one.text for one in self.window.notices.notices()]

    def press_notice(self, words: str) -> None:
        """Press the button of the notice with these words."""
        notice = next(one for one in self.window.notices.notices() if words in one.text)
        assert notice.run is not None
        notice.run()

    def press_message(self) -> None:
        """Press the button of the message page."""
        button = self.pages.message.findChild(QPushButton)
        assert button is not None
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def agrees(self, words: str) -> None:
        """Wait for a question with this button and press it."""

        def button() -> QAbstractButton | None:
            boxes = self.window.findChildren(QMessageBox)
            return next((one for box in boxes for one in box.buttons() if one.text() == words), None)

        self.qtbot.waitUntil(lambda: button() is not None, timeout=WAIT_MS)
        if (found := button()) is not None:
            found.click()

    def waits_for_rest(self) -> None:
        """Wait until nothing is indexed any more."""
        situation = self.session.library.situation if self.session.library else None
        assert situation is not None
        self.qtbot.waitUntil(lambda: not situation.working, timeout=WAIT_MS)

    def searches(self, text: str, first: str) -> None:
        """Type words and wait until this photo comes first in their answer; what is below the line is shown too."""
        self.types(text)
        library = self.session.library
        assert library is not None
        self.qtbot.waitUntil(
            lambda: library.search.answered() == Words(text) and self.names()[:1] == [first], timeout=WAIT_MS
        )
        # The model is measured when indexing rests; from then on there is a line.
        if not self.pages.photos.fold.isHidden():
            self.pages.photos.fold.press()

    def types(self, text: str) -> None:
        """Replace what the search field holds."""
        self.field.selectAll()
        QTest.keyClicks(self.field, text)

    def presses(self, key: Qt.Key) -> None:
        """Press a key where the focus is."""
        target = self.window.focusWidget() or self.window
        QTest.keyClick(target, key)


@contextmanager
def window_on(
    qtbot: QtBot,
    base: Path,
    embedder: ColorEmbedder | None = None,
    *,
    resources: Path | None = None,
    kind: type[PhotoLibrary] = PhotoLibrary,
) -> Iterator[Person]:
    """Open the window on the library in a folder; wait until that is open.

    Args:
        qtbot: Runs the events.
        base: The folder.
        embedder: The model.
        resources: Has the models; with these, no embedder is handed in.
        kind: The class of the library.
    """
    with starting_window_on(qtbot, base, embedder, resources=resources, kind=kind) as person:
        qtbot.waitUntil(lambda: person.session.library is not None, timeout=WAIT_MS)
        yield person


@contextmanager
def starting_window_on(
    qtbot: QtBot,
    base: Path,
    embedder: ColorEmbedder | None = None,
    *,
    resources: Path | None = None,
    kind: type[PhotoLibrary] = PhotoLibrary,
) -> Iterator[Person]:
    """Open the window and do not wait for the library."""
    paths = AppPaths.below(base)
    model = None if resources else embedder or ColorEmbedder()

    def open_library() -> PhotoLibrary:
        return kind(paths.data, paths.cache, resources=resources or shipped_resources(), embedder=model)

    session = Session(
        Settings.load(paths.config), open_library, data=paths.data, cache=paths.cache, log=paths.log
    )
    qtbot.addWidget(session.window)
    session.show()
    try:
        yield Person(qtbot, session)
    finally:
        session.window.close()
        session.close()
