"""Shows which models are loading, ready, missing or being downloaded; uses, downloads and imports them."""

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop_app.library import (
    DownloadCancelledError,
    DownloadFinished,
    DownloadProgress,
    Event,
    FasterWayFound,
    IndexReport,
    LibraryError,
    ModelChoice,
    ModelLoading,
    ModelOffer,
    ModelReady,
    ModelUnavailable,
    Phase,
    Progress,
    RefreshFinished,
)
from desktop_app.ui.flows.desk import Desk
from desktop_app.ui.flows.measuring import MeasuringFlow, faster_than, speeds_of
from desktop_app.ui.flows.search import SearchFlow
from desktop_app.ui.flows.situation import Remedy
from desktop_app.ui.look import wording
from desktop_app.ui.look.late import Late
from desktop_app.ui.models.values import Shelf

if TYPE_CHECKING:
    from desktop_app.ui.models.panel import ModelPanel
    from desktop_app.ui.models.strip import ModelStrip

log = logging.getLogger(__name__)

_OFFER = "model offer"
_DISMISSED = "dismissed"
_SWITCHING = "model switching"
_MISSING = "model missing"
_DOWNLOAD = "model download"


class ModelFlow(QObject):
    """Keeps strip and panel up to date and carries out their wishes."""

    def __init__(
        self, desk: Desk, panel: "Late[ModelPanel]", search: SearchFlow, show_models: Callable[[], None]
    ) -> None:
        """Connect a library to strip and panel.

        Args:
            desk: Library and window.
            panel: The list of models in the settings, which is filled as soon as it is made.
            search: Asks again when another model answers.
            show_models: Opens the list of models.
        """
        window = desk.window
        super().__init__(window)
        self._library = desk.library
        self._background = desk.background
        self._window = window
        self._panel = panel
        self._search = search
        self._situation = desk.situation
        self._settings = desk.settings
        self._show_models = show_models
        strip = window.model_strip
        if desk.settings.state(_OFFER) == _DISMISSED:
            strip.dismiss()
        strip.dismissed.connect(self._remember_dismissed)
        strip.choose_wanted.connect(show_models)
        self._connect(strip)
        self._shelf = Shelf()
        self._measuring = MeasuringFlow(desk, self.look, self._refuse)
        # What a panel that is made later has to be told.
        self._download: DownloadProgress | None = None
        self._building: Progress | None = None
        self._opening = ""
        panel.when_made(self._meet)
        desk.situation.remedy_of = self._remedy_of

    def hear(self, event: Event) -> None:
        """Take one event of the engine; those about photos are left to others."""
        match event:
            case ModelLoading():
                self._situation.model_loading = True
            case ModelReady():
                self._welcome(event)
            case Progress() if event.phase is Phase.INDEXING:
                self._show_building(event)
            case RefreshFinished() | FasterWayFound():
                # A model that was being built may answer now.
                self.look()
            case ModelUnavailable():
                self._do_without(event.error)
            case DownloadProgress():
                self._show_download(event)
            case DownloadFinished():
                self._show_download(None)
                self._finish(event)

    def use(self, reference: str) -> None:
        """Search with another model from now on."""
        self._follow_use(reference)

    def fetch(self, reference: str) -> None:
        """Begin to download a model, where the person allows it."""
        if self._settings.values.network:
            self._library.models.fetch(reference)
            return
        self._window.notices.show_notice(
            "The model download is switched off in the settings, under Privacy.",
            action="Choose a file…",
            run=self._show_models,
            key=_DOWNLOAD,
        )

    def look_up(self, reference: str) -> None:
        """Ask what a repository offers, and show it."""
        adding = self._panel().adding
        adding.show_looking()
        self._background.await_future(
            self._library.models.look_up(reference),
            adding.show_offer,
            lambda error: adding.show_problem(f"{error.sentence} {error.hint}".strip()),
        )

    def fetch_offered(self, offer: ModelOffer) -> None:
        """Begin to download what a repository offers, whose licence the person accepted."""
        if self._library.models.is_fetching():
            self._panel().adding.show_problem("Another model is being downloaded. Wait for that, or stop it.")
            return
        self._library.models.fetch(offer)

    def bring_in(self, source: Path) -> None:
        """Copy a model from a file and use it."""
        self._background.await_future(self._library.models.bring_in(source), self._use_imported, self._refuse)

    def _connect(self, source: "ModelStrip | ModelPanel") -> None:
        source.use_wanted.connect(self.use)
        source.fetch_wanted.connect(self.fetch)
        source.cancel_wanted.connect(self._library.models.cancel_fetch)

    def _meet(self, panel: "ModelPanel") -> None:
        """Fill the panel, and hear it from now on."""
        self._connect(panel)
        panel.import_wanted.connect(self.bring_in)
        panel.adding.look_up_wanted.connect(self.look_up)
        panel.adding.fetch_wanted.connect(self.fetch_offered)
        panel.shown.connect(self.look)
        panel.measure_wanted.connect(self._measuring.toggle)
        panel.way_wanted.connect(self._follow_use)
        panel.allow_measuring()
        panel.show_models(self._shelf)
        panel.show_download(self._download)
        panel.show_building(self._building)
        panel.show_opening(self._opening)

    def look(self) -> None:
        """Bring strip and panel up to date."""
        self._background.run(self._read_shelf, self._show_shelf, self._refuse, channel="models")

    def _read_shelf(self) -> Shelf:
        models = self._library.models
        choices, in_use, answering = tuple(models.choices()), models.in_use(), models.answering()
        way, before = models.ways()
        is_same = in_use is not None and answering is not None and in_use.key == answering.key
        return Shelf(
            choices,
            in_use,
            answering,
            speeds=speeds_of(self._library, choices),
            faster=faster_than(self._library, in_use),
            measuring=self._measuring.key,
            switching=models.is_switching(),
            photos=self._library.browsing.photo_count(),
            way=way.title if way else "",
            way_before=before.name if is_same and before and before != way else "",
        )

    def _show_shelf(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._window.model_strip.show_models(shelf)
        self._window.pages.welcome.say_model(_beginning(shelf))
        if not any(shelf.is_built(choice) for choice in shelf.choices):
            self._building = None
        if (panel := self._panel.made()) is not None:
            panel.show_models(shelf)

    def _remedy_of(self, key: str) -> Remedy | None:
        """Return the button that brings a model into use, by one click where that is all it takes."""
        choice = next((one for one in self._shelf.choices if one.key == key), None)
        if choice is None or self._shelf.is_in_use(choice):
            return None
        if choice.ready:
            return Remedy("Use it", partial(self.use, key))
        if choice.can_fetch and self._settings.values.network:
            size = f" ({wording.size(choice.size_bytes)})" if choice.size_bytes else ""
            return Remedy(f"Get it{size}", partial(self.fetch, key))
        return Remedy("Bring its files…", self._show_models)

    def _show_download(self, progress: DownloadProgress | None) -> None:
        self._download = progress
        self._window.model_strip.show_download(progress)
        if (panel := self._panel.made()) is not None:
            panel.show_download(progress)

    def _show_building(self, progress: Progress) -> None:
        self._building = progress
        if (panel := self._panel.made()) is not None:
            panel.show_building(progress)

    def _show_opening(self, key: str) -> None:
        self._opening = key
        if (panel := self._panel.made()) is not None:
            panel.show_opening(key)

    def _welcome(self, event: ModelReady) -> None:
        self._end_opening()
        self._situation.model_loading = False
        notices = self._window.notices
        notices.dismiss(_MISSING)
        if event.switching:
            notices.show_notice(
                f"Your photos are being looked at again with {event.name}. "
                "Until that is done, the model from before goes on answering.",
                key=_SWITCHING,
            )
        else:
            notices.dismiss(_SWITCHING)
        self.look()
        self._search.refresh()

    def _do_without(self, error: LibraryError) -> None:
        self._situation.model_loading = False

        def say(in_use: ModelChoice | None) -> None:
            # Where a switch fails, the model from before is still there.
            else_ = "" if in_use else "Until there is one, photos are found by their names."
            self._window.notices.show_notice(
                f"{error.sentence} {else_}".strip(),
                kind="warning",
                action="Choose a model…",
                run=self._show_models,
                key=_MISSING,
            )

        self.look()
        # On no channel: the next look at the models must not outdate what is to be said.
        self._background.run(self._library.models.in_use, say, self._refuse)
        self._search.refresh()

    def _finish(self, event: DownloadFinished) -> None:
        if (panel := self._panel.made()) is not None:
            panel.adding.show_offer(None)
        self.look()
        if event.error is None:
            self._window.notices.dismiss(_DOWNLOAD)
        elif not isinstance(event.error, DownloadCancelledError):
            self._window.notices.show_notice(
                f"{event.error.sentence} {event.error.hint}".strip(),
                kind="warning",
                action="Choose a file…",
                run=self._show_models,
                key=_DOWNLOAD,
            )

    def _use_imported(self, choice: ModelChoice) -> None:
        self._follow_use(choice.key)

    def _follow_use(self, reference: str, way: str | None = None) -> None:
        self._show_opening(reference)
        self._background.await_future(
            self._library.models.use(reference, way), self._note_use, self._refuse, ended=self._end_opening
        )

    def _end_opening(self) -> None:
        self._show_opening("")

    def _note_use(self, report: IndexReport) -> None:
        log.info("%d photos were looked at with the new model", report.indexed)
        self.look()

    def _refuse(self, error: LibraryError) -> None:
        self._window.notices.show_notice(
            f"{error.sentence} {error.hint}".strip(), kind="error", key=error.sentence
        )
        self.look()

    def _remember_dismissed(self) -> None:
        self._settings.remember_state(_OFFER, _DISMISSED)


def _beginning(shelf: Shelf) -> str:
    """Return what the first page says of models: search works at once, and a better one can come later."""
    better = next((choice for choice in shelf.choices if choice.recommended), None)
    if shelf.in_use is None or not shelf.in_use.built_in or better is None or not better.can_fetch:
        return ""
    size = wording.size(better.size_bytes)
    return f"You start at once with a small built-in model. A better one, {size}, can come in the background later."
