"""Shows what takes space, and drops what the person does not want."""

from functools import partial

from PySide6.QtCore import QObject

from desktop_app.library import DownloadFinished, Event, LibraryError, ModelReady, RefreshFinished, SpaceUse
from desktop_app.ui.flows.desk import Desk
from desktop_app.ui.look import wording
from desktop_app.ui.look.question import question
from desktop_app.ui.settings.space_panel import SpacePanel


class SpaceFlow(QObject):
    """Measures when the person looks, asks before something is dropped, and says how much that gave back."""

    def __init__(self, desk: Desk, panel: SpacePanel) -> None:
        """Connect the panel."""
        super().__init__(desk.window)
        self._library = desk.library
        self._background = desk.background
        self._panel = panel
        self._is_dropping = False
        panel.shown.connect(self.look)
        panel.drop_wanted.connect(self.ask)
        if panel.isVisible():
            self.look()

    def hear(self, event: Event) -> None:
        """Take one event of the engine: after these other things may take space."""
        if isinstance(event, RefreshFinished | ModelReady | DownloadFinished) and self._panel.isVisible():
            self.look()

    def look(self) -> None:
        """Measure what takes space, and show it."""
        if not self._is_dropping:
            self._background.run(
                self._library.space.uses, self._panel.show_uses, self._refuse, channel="space"
            )

    def ask(self, use: SpaceUse) -> None:
        """Ask whether something shall be dropped, saying what that costs; drop it when the answer is yes."""
        question(
            self._panel.window(),
            f"Drop “{wording.shown(use.title)}”, {wording.size(use.size_bytes)}?",
            f"{use.cost} Your photos are not touched.",
            "Drop",
            partial(self.drop, use),
        ).open()

    def drop(self, use: SpaceUse) -> None:
        """Drop something; what is being indexed goes on afterwards."""
        self._background.outdate("space")
        self._is_dropping = True
        self._panel.tell("")
        self._panel.show_dropping(use.key)
        self._background.await_future(
            self._library.space.drop([use.key]), self._say_freed, self._refuse, ended=self._end
        )

    def _end(self) -> None:
        self._is_dropping = False
        self.look()

    def _say_freed(self, freed_bytes: int) -> None:
        self._panel.tell(f"{wording.size(freed_bytes)} given back.")

    def _refuse(self, error: LibraryError) -> None:
        self._panel.tell(f"{error.sentence} {error.hint}".strip())
