"""Says in a line that there is a newer Vislumbre, where the person wants to know; nothing is fetched or installed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtGui import QDesktopServices

from desktop_app import __version__
from desktop_app.newer import Heard
from desktop_app.settings import Value
from desktop_app.ui.flows.desk import Desk

if TYPE_CHECKING:
    from desktop_app.library import LibraryError, Release

# After the first photos are there, and then so often that a day is noticed.
_FIRST_MS: Final = 5000
_EACH_MS: Final = 60 * 60 * 1000
_SETTING: Final = "new_version"
_KEY: Final = "new version"


class NewVersionFlow(QObject):
    """Asks once a day while the setting is on, and shows what was heard until the person closes it."""

    def __init__(
        self,
        desk: Desk,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        open_page: Callable[[str], None] | None = None,
    ) -> None:
        """Connect it; nobody is asked before `start`.

        Args:
            desk: The library, which asks, and the window.
            now: Tells the time.
            open_page: Shows a page of the web; None for the person's browser.
        """
        super().__init__(desk.window)
        self._library = desk.library
        self._background = desk.background
        self._notices = desk.window.notices
        self._settings = desk.settings
        self._now = now
        self._open_page = open_page or _open_page
        self._is_asking = False
        self._timer = QTimer(self, interval=_EACH_MS)
        self._timer.timeout.connect(self.look)
        self._stop_observing = desk.settings.observe(self._apply)
        self._notices.closed.connect(self._dismiss)

    def start(self) -> None:
        """Say what is known, and ask in a moment and from now on, where the person wants that."""
        if self._settings.values.new_version:
            self._say()
            self._timer.start()
            QTimer.singleShot(_FIRST_MS, self, self.look)

    def look(self) -> None:
        """Ask, unless that was done within a day."""
        values, heard = self._settings.values, Heard.of(self._settings)
        if self._is_asking or not (values.new_version and values.network and heard.is_due(self._now())):
            return
        self._is_asking = True
        # Noted before it is asked: a day's question that ends the program is not asked anew at every start.
        heard.asked(self._now(), None).keep(self._settings)
        # Whoever closes the window does not wait for an answer.
        self._background.run(
            lambda: self._library.models.look_for_release(heard.release),
            self._hear,
            self._refuse,
            may_hang=True,
        )

    def close(self) -> None:
        """Ask no more."""
        self._timer.stop()
        self._stop_observing()

    def _hear(self, release: "Release") -> None:
        self._is_asking = False
        replace(Heard.of(self._settings), release=release).keep(self._settings)
        self._say()

    def _refuse(self, _error: "LibraryError") -> None:
        # Nobody waits for it. The list of connections says why, and it is asked again tomorrow.
        self._is_asking = False

    def _say(self) -> None:
        release = Heard.of(self._settings).news
        if release is None or not self._settings.values.new_version:
            self._notices.dismiss(_KEY)
            return
        self._notices.show_notice(
            f"Vislumbre {release.version} is out. You have {__version__}.",
            action="What is new",
            run=lambda: self._open_page(release.page),
            key=_KEY,
        )

    def _dismiss(self, key: str) -> None:
        heard = Heard.of(self._settings)
        if key == _KEY and heard.release is not None:
            replace(heard, dismissed=heard.release.version).keep(self._settings)

    def _apply(self, name: str, value: Value) -> None:
        if name != _SETTING:
            return
        if value:
            self._say()
            self._timer.start()
            self.look()
        else:
            self._timer.stop()
            self._notices.dismiss(_KEY)


def _open_page(page: str) -> None:
    QDesktopServices.openUrl(QUrl(page))
