"""Shows every connection that was made, when the person looks."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop_app.library import DownloadFinished, Event, LibraryError
from desktop_app.ui.flows.desk import Desk
from desktop_app.ui.look.late import Late

if TYPE_CHECKING:
    from desktop_app.ui.settings.connections_panel import ConnectionsPanel


class ConnectionsFlow(QObject):
    """Reads the list when it is looked at, and again when a download has ended meanwhile."""

    def __init__(self, desk: Desk, panel: "Late[ConnectionsPanel]") -> None:
        """Connect the panel as soon as it is made."""
        super().__init__(desk.window)
        self._library = desk.library
        self._background = desk.background
        self._panel = panel
        panel.when_made(self._meet)

    def hear(self, event: Event) -> None:
        """Take one event of the engine: after a download there is more to show."""
        panel = self._panel.made()
        if isinstance(event, DownloadFinished) and panel is not None and panel.isVisible():
            self.look()

    def look(self) -> None:
        """Read the list, and show it."""
        self._background.run(
            self._library.models.connections,
            self._panel().show_connections,
            self._refuse,
            channel="connections",
        )

    def _meet(self, panel: "ConnectionsPanel") -> None:
        panel.shown.connect(self.look)
        if panel.isVisible():
            self.look()

    def _refuse(self, error: LibraryError) -> None:
        self._panel().tell(f"{error.sentence} {error.hint}".strip())
