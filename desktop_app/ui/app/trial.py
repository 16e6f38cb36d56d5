"""A trial of the whole window: opened as for a person, asked one question, a photo looked at, and closed again."""

from typing import Final

from PySide6.QtCore import QObject, QTimer

from desktop_app.library import Photo
from desktop_app.paths import AppPaths
from desktop_app.trust import OwnLibraries
from desktop_app.ui.app.application import run
from desktop_app.ui.app.session import Session
from desktop_app.ui.grid.roles import Role
from desktop_app.ui.search.question import Words
from desktop_app.ui.window.pages import Page

LONGEST_S: Final = 60.0
"""How long the window may take until the answer is there."""

_LOOK_MS: Final = 20


def trial(paths: AppPaths, query: str, photo: str, longest_s: float = LONGEST_S) -> str:
    """Open the window on a library, wait until a search shows a photo first, look at that large, and close it.

    On the process's first thread, with no window before it.

    Args:
        paths: Where the library is; libraries that are known there may be opened without a word.
        query: What is searched for.
        photo: The name of the photo that is to be the first, with its picture.
        longest_s: When to give up.

    Returns:
        A sentence; empty where all went well.
    """
    watchers: list[Watcher] = []
    own = OwnLibraries(paths.config / "libraries")
    code = run(
        paths,
        query=query,
        own=own,
        begun=lambda session: watchers.append(Watcher(session, query, photo, longest_s)),
    )
    if not watchers:
        return "Another window answered in place of the one on trial."
    return watchers[0].problem or (f"The window ended with code {code}." if code else "")


class Watcher(QObject):
    """Looks again and again at what the window shows, goes on, and closes it at the end.

    Attributes:
        problem: What went wrong, in a sentence; empty once the photo was shown large.
    """

    def __init__(self, session: Session, query: str, photo: str, longest_s: float) -> None:
        super().__init__(session)
        self._session = session
        self._window = session.window
        self._query = query
        self._photo = photo
        self.problem = "The window was closed before the answer was shown."
        self._looking = QTimer(self, interval=_LOOK_MS)
        self._looking.timeout.connect(self._look)
        # By itself: where a look fails by a fault of the program's, this ends all the same.
        self._limit = QTimer(self, singleShot=True, interval=round(1000 * longest_s))
        self._limit.timeout.connect(self._give_up)
        self._looking.start()
        self._limit.start()

    def _look(self) -> None:
        if self._window.shows_photo():
            self._look_at_large()
        elif (photo := self._answer()) is not None:
            self._window.pages.photos.view.preview_wanted.emit(photo)

    def _answer(self) -> Photo | None:
        """Return the photo once the answer shows it first, with its picture."""
        library = self._session.library
        if library is None or library.search.answered() != Words(self._query):
            return None
        model = self._window.pages.photos.model
        first = model.photo_at_row(0) if model.rowCount() else None
        if first is None or first.name != self._photo:
            return None
        return first if model.data(model.index(0), Role.THUMBNAIL) is not None else None

    def _look_at_large(self) -> None:
        shown, canvas = self._window.photo_view.photo(), self._window.photo_view.canvas()
        if shown is not None and shown.name == self._photo and canvas.is_sharp():
            self._end("")

    def _give_up(self) -> None:
        self._end(" ".join([self._why_not(), *(one.text for one in self._window.notices.notices())]))

    def _why_not(self) -> str:
        pages = self._window.pages
        if self._window.shows_photo():
            return f"The window did not show {self._photo} large."
        title = f" (“{pages.message.title()}”)" if pages.shown() is Page.MESSAGE else ""
        return (
            f"The window did not show {self._photo} first for “{self._query}”; "
            f"its page was “{pages.shown()}”{title}."
        )

    def _end(self, problem: str) -> None:
        self.problem = problem
        self._looking.stop()
        self._limit.stop()
        self._window.close()
