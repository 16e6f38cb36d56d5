"""What the window can do while a library is open: the flows, from the bridge's first event to its last."""

import itertools
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QObject, QTimer
from PySide6.QtGui import QImage, QImageWriter

from desktop_app import own_files
from desktop_app.library import Event, LibraryError, LibraryStatus, Photo
from desktop_app.ui.background.bridge import LibraryBridge
from desktop_app.ui.background.pictures import whole_picture
from desktop_app.ui.background.runner import Background
from desktop_app.ui.flows.connections import ConnectionsFlow
from desktop_app.ui.flows.desk import Desk
from desktop_app.ui.flows.exclusions import ExclusionsFlow
from desktop_app.ui.flows.feedback import FeedbackFlow
from desktop_app.ui.flows.folders import FoldersFlow
from desktop_app.ui.flows.grouping import GroupingFlow
from desktop_app.ui.flows.history import HistoryFlow
from desktop_app.ui.flows.library import LibraryFlow
from desktop_app.ui.flows.models import ModelFlow
from desktop_app.ui.flows.new_version import NewVersionFlow
from desktop_app.ui.flows.opened import OpenedFlow
from desktop_app.ui.flows.photo import PhotoFlow
from desktop_app.ui.flows.query import QueryFlow
from desktop_app.ui.flows.resting import Resting
from desktop_app.ui.flows.saved_searches import SearchesFlow
from desktop_app.ui.flows.search import SearchFlow
from desktop_app.ui.flows.settings import SettingsFlow
from desktop_app.ui.flows.situation import EmptyStates, Situation
from desktop_app.ui.flows.space import SpaceFlow
from desktop_app.ui.system.drops import Dropped
from desktop_app.ui.system.machine import Machine
from desktop_app.ui.window.main_window import MainWindow
from desktop_app.ui.window.pages import Page

if TYPE_CHECKING:
    from desktop_app.library import PhotoLibrary

# After the first photos are painted, and before anybody has typed a word.
_WARM_UP_MS = 400
# Until the next notch of a wheel or letter is likely, and the next photo.
_NEXT_S = 0.5
_NEXT_PHOTO_S = 3.0


class LibrarySession(QObject):
    """Connects an open library with the window.

    Attributes:
        search: Words, examples, browsing.
        grouping: Days, months and stacks.
        searches: Those that are kept, and the recent ones.
        query: Filters and explanation, beside the search field.
        work: Status, notices, failures.
        folders: Adding and removing.
        opened: What the system hands over to be opened.
        feedback: Searches that begin with photos, and thumbs.
        situation: What is known of the library just now.
    """

    def __init__(
        self,
        library: "PhotoLibrary",
        background: Background,
        window: MainWindow,
        settings_flow: SettingsFlow,
        cache: Path,
        *,
        machine: Machine,
    ) -> None:
        """Make the flows and begin to hear events.

        Args:
            library: Stays its maker's own.
            background: Brings answers to this thread.
            window: Where everything is shown.
            settings_flow: Has the person's choices and the list of models.
            cache: Where a pasted picture is kept.
            machine: Says when indexing should wait.
        """
        super().__init__(window)
        self._library = library
        self._background = background
        self._window = window
        self._settings = settings_flow.settings
        self.situation = Situation()
        self._pasted = cache / "pasted"
        self._count = itertools.count(1)
        states = EmptyStates(
            window.pages,
            self.situation,
            add_folder=window.menus.add_folder.trigger,
            choose_model=settings_flow.show_models,
            clear_search=window.top.search.clear,
            go_on=window.status.go_on_wanted.emit,
            show_failures=window.status.failures_wanted.emit,
        )
        desk = Desk(library, background, window, self._settings, self.situation, states)
        self.search = SearchFlow(desk)
        self.grouping = GroupingFlow(desk, self.search)
        self.query = QueryFlow(desk)
        self.searches = SearchesFlow(desk, self.search)
        self._history = HistoryFlow(desk, self.search)
        self.work = LibraryFlow(desk, self.search)
        self.folders = FoldersFlow(desk, self.work)
        self.opened = OpenedFlow(desk, self.folders, self.search)
        self._photos = PhotoFlow(desk, self.search)
        self.feedback = FeedbackFlow(desk, self.search)
        self._exclusions = ExclusionsFlow(desk, settings_flow.exclusions, self.work)
        self._models = ModelFlow(desk, settings_flow.panel, self.search, settings_flow.show_models)
        self._connections = ConnectionsFlow(desk, settings_flow.connections)
        self._new_version = NewVersionFlow(desk)
        self._space = SpaceFlow(desk, settings_flow.space, settings_flow.panel)
        self._bridge = LibraryBridge(library.subscribe, self)
        self._bridge.happened.connect(self._hear)
        self._resting = self._made_resting(machine)
        self._give_way()

    def start(self, status: LibraryStatus) -> None:
        """Show what there is and begin to look for changes."""
        self.work.show_status(status)
        self.search.start()
        self.grouping.start()
        self._resting.start()
        self._new_version.start()
        QTimer.singleShot(_WARM_UP_MS, self, self._library.searching.expect_questions)
        if self._settings.values.watch:
            self.watch(on=True)
        else:
            self.work.follow(self._library.folders.refresh())

    def watch(self, *, on: bool) -> None:
        """Follow changes from now on, or no longer."""
        if on:
            self._library.folders.watch()
        else:
            # A watcher on a drive that hangs takes its time to end.
            self._background.run(self._library.folders.unwatch, lambda _: None)

    def has_folders(self) -> bool:
        """Return whether any folder is chosen."""
        return self.situation.folders > 0

    def thumbnail(self, photo: Photo, at_s: float | None = None) -> Path | None:
        """Find or make the small copy of a photo, or of a video at that second. Any thread that may wait."""
        return self._library.browsing.thumbnail(photo, at_s)

    def whole_picture(self, path: Path, at_s: float | None) -> QImage:
        """Read a whole photo, or a video at that second. Any thread that may wait.

        Raises:
            UnreadablePhotoError: It cannot be read.
            LibraryError: No photo can be decoded now.
        """
        return whole_picture(self._library.browsing, path, at_s)

    def receive(self, what: Dropped) -> None:
        """Add folders, or search with a picture."""
        if what.folders:
            self.folders.add_all(what.folders)
        elif what.picture is not None:
            self.search.ask_like(what.picture)
        elif what.image is not None:
            image = what.image
            file = self._pasted / f"{next(self._count)}.png"
            self._background.run(lambda: _kept(image, file), self._search_with_pasted, self._refuse)

    def escape(self) -> None:
        """Go one step back: from the failures, from the selection, to the search field, from an example."""
        pages, bar = self._window.pages, self._window.top.search
        if pages.shown() is Page.FAILURES:
            pages.close_failures()
        elif pages.photos.view.give_up_selection():
            return
        elif not bar.is_focused():
            bar.focus()
        else:
            self.search.go_back()

    def close(self) -> None:
        """Hear nothing and ask nothing any more."""
        self._bridge.close()
        self._resting.close()
        self._new_version.close()
        # The loaders of pictures, which end later, would wait for a photo that takes minutes.
        self._library.browsing.stop_showing()
        self.work.close()
        self.searches.close()
        self._history.close()
        self.grouping.close()
        self.search.close()
        with suppress(OSError):
            own_files.remove(self._pasted)

    def _made_resting(self, machine: Machine) -> Resting:
        resting = Resting(self._settings, self._background, machine, self)
        resting.changed.connect(self._library.folders.hold)
        self._window.status.go_on_wanted.connect(resting.go_on)
        return resting

    def _give_way(self) -> None:
        """Let work that nobody waits for wait while the window is used."""
        give_way = self._library.folders.give_way
        photos, view, field = (
            self._window.pages.photos.view,
            self._window.photo_view,
            self._window.top.search.field,
        )
        photos.verticalScrollBar().valueChanged.connect(lambda _value: give_way(_NEXT_S))
        field.text_edited.connect(lambda: give_way(_NEXT_S))
        for looked_at in (photos.preview_wanted, view.moved_to):
            looked_at.connect(lambda _photo: give_way(_NEXT_PHOTO_S))

    def _hear(self, event: Event) -> None:
        self.work.hear(event)
        self._photos.hear(event)
        self.folders.hear(event)
        self._models.hear(event)
        self._exclusions.hear(event)
        self.searches.hear(event)
        self.grouping.hear(event)
        self._space.hear(event)
        self._connections.hear(event)

    def _search_with_pasted(self, file: Path) -> None:
        self.search.ask_like(file, "the pasted picture")

    def _refuse(self, error: LibraryError) -> None:
        self._window.notices.show_notice(
            f"{error.sentence} {error.hint}".strip(), kind="warning", key="pasted"
        )


def _kept(image: QImage, file: Path) -> Path:
    """Write a picture without a file where the engine can read it. For a pool thread.

    Raises:
        LibraryError: It cannot be written.
    """
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    if not QImageWriter(buffer, b"png").write(image):
        raise LibraryError("The picture could not be used.")
    below = file.parent.parent
    try:
        own_files.make_folder(file.parent, below=below)
        own_files.write(file, bytes(buffer.data().data()), below=below, durable=False)
    except OSError as error:
        raise LibraryError("The picture could not be used.", f"{error}.") from error
    return file
