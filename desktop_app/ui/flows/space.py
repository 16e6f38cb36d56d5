"""Shows what takes space, and drops what the person does not want."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop_app.library import DownloadFinished, Event, LibraryError, ModelReady, RefreshFinished, SpaceUse
from desktop_app.ui.flows.desk import Desk
from desktop_app.ui.look import wording
from desktop_app.ui.look.late import Late
from desktop_app.ui.look.question import question

if TYPE_CHECKING:
    from desktop_app.ui.models.kept import KeptVectors
    from desktop_app.ui.models.panel import ModelPanel
    from desktop_app.ui.settings.space_panel import SpacePanel


class _Shown(Protocol):
    """What shows what takes space, or a part of it."""

    def show_uses(self, uses: Sequence[SpaceUse]) -> None: ...

    def show_dropping(self, key: str) -> None: ...

    def tell(self, text: str) -> None: ...


class SpaceFlow(QObject):
    """Measures when the person looks, asks before something is dropped, and says how much that gave back."""

    def __init__(self, desk: Desk, panel: "Late[SpacePanel]", models: "Late[ModelPanel]") -> None:
        """Connect the panel, and what the list of models shows of it, as soon as they are made."""
        super().__init__(desk.window)
        self._library = desk.library
        self._background = desk.background
        self._pages: list[QWidget] = []
        self._lists: list[_Shown] = []
        self._is_dropping = False
        panel.when_made(lambda made: self._meet(made, made))
        models.when_made(lambda made: self._meet(made, made.kept))

    def hear(self, event: Event) -> None:
        """Take one event of the engine: after these other things may take space."""
        is_seen = any(page.isVisible() for page in self._pages)
        if isinstance(event, RefreshFinished | ModelReady | DownloadFinished) and is_seen:
            self.look()

    def look(self) -> None:
        """Measure what takes space, and show it."""
        if not self._is_dropping:
            self._background.run(self._library.space.uses, self._show_uses, self._refuse, channel="space")

    def ask(self, place: QWidget, use: SpaceUse) -> None:
        """Ask whether something shall be dropped, saying what that costs; drop it when the answer is yes."""
        question(
            place.window(),
            f"Drop “{wording.shown(use.title)}”, {wording.size(use.size_bytes)}?",
            f"{use.cost} Your photos are not touched.",
            "Drop",
            partial(self.drop, use),
        ).open()

    def drop(self, use: SpaceUse) -> None:
        """Drop something; what is being indexed goes on afterwards."""
        self._background.outdate("space")
        self._is_dropping = True
        self._tell("")
        for shown in self._lists:
            shown.show_dropping(use.key)
        self._background.await_future(
            self._library.space.drop([use.key]), self._say_freed, self._refuse, ended=self._end
        )

    def _meet(self, page: "SpacePanel | ModelPanel", shown: "SpacePanel | KeptVectors") -> None:
        """Take up a page, and the part of it that shows what takes space."""
        self._pages.append(page)
        self._lists.append(shown)
        shown.drop_wanted.connect(partial(self.ask, shown))
        page.shown.connect(self.look)
        if page.isVisible():
            self.look()

    def _end(self) -> None:
        self._is_dropping = False
        self.look()

    def _say_freed(self, freed_bytes: int) -> None:
        self._tell(f"{wording.size(freed_bytes)} given back.")

    def _refuse(self, error: LibraryError) -> None:
        self._tell(f"{error.sentence} {error.hint}".strip())

    def _show_uses(self, uses: Sequence[SpaceUse]) -> None:
        for shown in self._lists:
            shown.show_uses(uses)

    def _tell(self, text: str) -> None:
        for shown in self._lists:
            shown.tell(text)
