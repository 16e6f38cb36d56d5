"""Opens one photo of the grid in the photo view and leads back; opens files with the system's applications."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, overload

from PySide6.QtCore import QObject

from desktop_app.library import Event, Hit, Photo, PhotoContext, PhotosChanged, PhotoState
from desktop_app.ui.flows.desk import Desk
from desktop_app.ui.flows.files import open_file, reveal_file
from desktop_app.ui.flows.search import SearchFlow
from desktop_app.ui.grid.photo_menu import reveal_words
from desktop_app.ui.grid.photos_view import MOST_COPIED
from desktop_app.ui.look import wording
from desktop_app.ui.photo.position import Position
from desktop_app.ui.photo.stand_in import is_stand_in, stand_in
from desktop_app.ui.search import thumbs
from desktop_app.ui.search.question import Question

# Numpy is imported where there are photos: it takes a seventh of the time to the first paint of an empty window.
if TYPE_CHECKING:
    from desktop_app.ui.grid.places import Ids, Places

# As many neighbours as somebody who holds an arrow key down passes in a second.
_NEIGHBOURS: Final = 40
_MESSAGE_MS: Final = 3000
_CHANNEL: Final = "photo"
_NEVER_DELETED: Final = "Vislumbre never deletes photos. Show this one in its folder to do that there."
_STILL_THERE: Final = "is the photo still there"


class Row(Sequence[Hit | Photo]):
    """The photos of the grid in their order, as they were when one of them was opened.

    Of a large library most are ids whose photos are looked up when the person comes near them. After a leap, as with
    the End key, a stand-in is in its place until it has arrived.
    """

    def __init__(
        self,
        ids: "Sequence[int] | Ids" = (),
        known: Mapping[int, Hit | Photo] | None = None,
        places: "Places | None" = None,
    ) -> None:
        """Take the photos as they are now.

        Args:
            ids: All of them.
            known: Those that need no looking up, and perhaps others, by id.
            places: Where each of `ids` stands; None where that is not known yet.
        """
        self._ids = ids
        self._known = dict(known or {})
        self._places = places

    def __len__(self) -> int:
        return len(self._ids)

    @overload
    def __getitem__(self, index: int) -> Hit | Photo: ...
    @overload
    def __getitem__(self, index: slice) -> list[Hit | Photo]: ...
    def __getitem__(self, index: int | slice) -> Hit | Photo | list[Hit | Photo]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        photo_id = int(self._ids[index])
        return self._known.get(photo_id) or stand_in(photo_id)

    def unknown_around(self, index: int) -> list[int]:
        """Return the ids near a place that still have to be looked up."""
        near = self._ids[max(0, index - _NEIGHBOURS) : index + _NEIGHBOURS + 1]
        return [photo_id for photo_id in map(int, near) if photo_id not in self._known]

    def take(self, photos: Iterable[Photo], looked_up: Iterable[int] = ()) -> None:
        """Know these from now on; what was looked up and is not among them is gone."""
        for photo in photos:
            self._known.setdefault(photo.id, photo)
        for photo_id in looked_up:
            self._known.setdefault(photo_id, _gone(photo_id))

    def index_of(self, photo_id: int) -> int:
        """Return the place of a photo.

        Raises:
            ValueError: It is not among them.
        """
        if self._places is None:
            from desktop_app.ui.grid.places import Places, as_ids

            self._places = Places(as_ids(self._ids))
        place = self._places.at(photo_id)
        if place < 0:
            raise ValueError(photo_id)
        return place


class PhotoFlow(QObject):
    """Opens and closes the view of one photo, and says so when the system refuses something."""

    def __init__(self, desk: Desk, search: SearchFlow) -> None:
        """Connect grid and photo view; a new question of `search` closes the view."""
        window = desk.window
        super().__init__(window)
        self._library = desk.library
        self._background = desk.background
        self._window = window
        self._row = Row()
        grid, view = window.pages.photos.view, window.photo_view
        grid.preview_wanted.connect(self.show_photo)
        grid.copy_refused.connect(self._say_not_copied)
        view.closed.connect(self.leave)
        view.moved_to.connect(self._look_ahead)
        for source in (grid, view):
            source.opened.connect(self.open)
            source.copied.connect(self._say_copied)
            source.reveal_wanted.connect(self.reveal)
            source.delete_wanted.connect(self._say_never_deleted)
        self._asked: Question | None = None
        # The photo for which another stands in, in the view.
        self._waited_for: int | None = None
        search.asked.connect(self._leave_for)

    def show_photo(self, photo: Photo) -> None:
        """Show one photo of the grid large."""
        model = self._window.pages.photos.model
        place, shown = model.row_of(photo.id), model.shown()
        if place is None or shown is None:
            return
        self._row = Row(shown.ids, model.known(), shown.places())
        position = Position(len(self._row), shown.stands_for())
        self._window.show_photo_view(shown=True)
        self._window.photo_view.show_photo(self._row, place, position)

    def hear(self, event: Event) -> None:
        """Look whether the photo that is shown is still there, where photos went."""
        photo = self._window.photo_view.photo() if self._window.shows_photo() else None
        if photo is None or not isinstance(event, PhotosChanged):
            return
        if event.everything or photo.id in event.removed:
            self._look_whether_gone(photo)

    def leave(self) -> None:
        """Go back to the grid, to the photo that was shown last."""
        if not self._window.shows_photo():
            return
        photo = self._window.photo_view.photo()
        shown = self._waited_for if photo is None else photo.id
        self._window.show_photo_view(shown=False)
        if shown is not None:
            self._window.pages.photos.view.choose(shown)

    def _leave_for(self, question: Question) -> None:
        """Go back to the grid for another question; one that is only refined goes on below the photo."""
        if not thumbs.goes_on(self._asked, question):
            self.leave()
        self._asked = question

    def open(self, photo: Photo) -> None:
        """Open a photo in the application the system has for it."""
        name = wording.shown(photo.name)
        open_file(
            self._background,
            self._window,
            photo.path,
            partial(self._say_refused, f"{name} could not be opened: it is gone, or nothing opens it."),
        )

    def reveal(self, photo: Photo) -> None:
        """Show a photo in its folder."""
        refuse = partial(self._say_refused, f"The folder of {wording.shown(photo.name)} could not be shown.")
        reveal_file(self._background, photo.path, refuse)

    def _look_ahead(self, photo: Photo) -> None:
        row = self._row
        missing = row.unknown_around(row.index_of(photo.id))
        self._waited_for = photo.id if is_stand_in(photo) else None
        if missing:
            self._background.run(
                lambda: self._library.browsing.photos(missing), partial(self._take_photos, row, missing)
            )
        if not is_stand_in(photo):
            self._background.run(
                lambda: self._library.browsing.details(photo.path),
                partial(self._take_context, photo),
                channel=_CHANNEL,
            )

    def _take_photos(self, row: Row, looked_up: Sequence[int], photos: list[Photo]) -> None:
        row.take(photos, looked_up)
        if row is self._row and self._waited_for in looked_up:
            self._window.photo_view.show_arrived()

    def _take_context(self, photo: Photo, context: PhotoContext | None) -> None:
        if context is not None:
            self._window.photo_view.take_context(context)
        else:
            # It went while another was looked at, or lies elsewhere now; a picture in memory tells neither.
            self._look_whether_gone(photo)

    def _say_copied(self, count: int) -> None:
        # Of a large selection nobody knows yet which are photos and which videos.
        self._window.statusBar().showMessage(f"{wording.counted(count, 'file')} copied", _MESSAGE_MS)

    def _say_not_copied(self, count: int) -> None:
        self._say_refused(
            f"{wording.counted(count, 'file')} are too many for the clipboard: select at most"
            f" {wording.number(MOST_COPIED)}."
        )

    def _look_whether_gone(self, photo: Photo) -> None:
        self._background.run(
            lambda: self._library.browsing.photos([photo.id]),
            lambda found: self._say_gone(photo, found),
            channel=_STILL_THERE,
        )

    def _say_gone(self, asked: Photo, found: list[Photo]) -> None:
        if not found and self._window.photo_view.photo() == asked:
            self._window.photo_view.say_gone()

    def _say_never_deleted(self, photo: Photo) -> None:
        if self._window.shows_photo():
            # Notices lie below it.
            self._window.photo_view.canvas().say(_NEVER_DELETED)
            return
        self._window.notices.show_notice(
            _NEVER_DELETED,
            action=reveal_words(),
            run=partial(self.reveal, photo),
            key="never deleted",
        )

    def _say_refused(self, sentence: str) -> None:
        self._window.notices.show_notice(sentence, kind="warning", key="refused")


def _gone(photo_id: int) -> Photo:
    """Stand in for a photo that has left the library while its neighbours were being looked at."""
    reason = "it is no longer in the library"
    return Photo(photo_id, Path("(removed)"), 0, 0, PhotoState.FAILED, reason=reason)
