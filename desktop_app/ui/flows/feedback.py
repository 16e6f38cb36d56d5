"""Searches by photos: like several of them, like a region of one, or refined by thumbs up and down."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu

from desktop_app.library import Photo, PhotoState, Region, Thumb, example_text
from desktop_app.ui.flows.desk import Desk
from desktop_app.ui.flows.search import NOT_COMPARABLE, SearchFlow
from desktop_app.ui.grid.photo_menu import MenuLine, add_below_similar
from desktop_app.ui.look import wording
from desktop_app.ui.look.thumb_buttons import ICONS, KEYS, WORDS
from desktop_app.ui.search import thumbs

MOST_TYPED: Final = 8
"""Of so many examples the search field still has room for the pictures; more are a search without words of its own."""
MOST_EXAMPLES: Final = 1000
MOST_JUDGED: Final = 20
"""Thumbs beyond this say little more, and make the query longer than anybody can see."""
_SIMILAR_KEY: Final = "M"
_MESSAGE_MS: Final = 5000


class FeedbackFlow(QObject):
    """Makes queries of photos: by selection, region, thumbs and keys."""

    def __init__(self, desk: Desk, search: SearchFlow) -> None:
        """Connect grid, photo view and the search field."""
        window = desk.window
        super().__init__(window)
        self._library = desk.library
        self._background = desk.background
        self._window = window
        self._search = search
        self._bar = window.top.search
        self._grid, self._view = window.pages.photos.view, window.photo_view
        self._keys: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_M: self.find_similar_to_chosen,
            Qt.Key.Key_U: partial(self._judge_chosen, Thumb.UP),
            Qt.Key.Key_D: partial(self._judge_chosen, Thumb.DOWN),
        }
        self._grid.installEventFilter(self)
        self._grid.menu_asked.connect(self._add_lines)
        self._view.menu_asked.connect(self._add_thumbs)
        self._grid.judged.connect(self.judge)
        self._view.judged.connect(self.judge)
        self._view.part_wanted.connect(self.find_part)
        self._view.moved_to.connect(self._show_thumb)
        self._bar.thumbs_off.clicked.connect(self.clear)
        search.asked.connect(self._show_thumb)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hear the grid's keys for its photos."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and not event.modifiers():
            action = self._keys.get(Qt.Key(event.key())) if watched is self._grid else None
            if action is not None:
                action()
                return True
        return super().eventFilter(watched, event)

    def find_similar_to_chosen(self) -> None:
        """Search for photos like the selected ones: like their mean, where there are several."""
        if ids := self._grid.chosen_ids(MOST_EXAMPLES):
            # Of a large selection not every photo is known yet.
            self._background.run(lambda: self._library.browsing.photos(ids), self.find_similar)

    def find_similar(self, photos: Sequence[Photo]) -> None:
        """Search for photos like these; up to eight are written into the search field."""
        paths = [photo.path for photo in photos if photo.state is not PhotoState.FAILED]
        if not paths and photos:
            self._say(NOT_COMPARABLE)
        elif len(paths) == 1:
            self._search.ask_like(paths[0])
        elif 1 < len(paths) <= MOST_TYPED:
            self._bar.ask(" ".join(example_text(path) for path in paths))
        elif paths:
            name = f"the mean of {wording.counted(len(paths), 'photo')}"
            self._search.ask_like(paths[0], name, paths[1:])

    def find_part(self, photo: Photo, region: Region) -> None:
        """Search for photos that show what a rectangle of a photo shows."""
        self._bar.ask(example_text(photo.path, region))

    def judge(self, photos: Sequence[Photo], thumb: Thumb) -> None:
        """Give photos a thumb and refine the search with it; a thumb that all of them have already is taken back."""
        text = thumbs.text_of(self._search.question())
        if text is None:
            self._say("Thumbs refine a search: describe first what to look for.")
            return
        paths = [photo.path for photo in photos]
        given = thumbs.thumbs_in(text)
        if len({*given, *paths}) > MOST_JUDGED:
            self._say(
                f"A search takes thumbs for {MOST_JUDGED} photos; take one out of the search field first."
            )
            return
        taken_back = all(given.get(path) is thumb for path in paths)
        self._ask(thumbs.with_thumbs(text, paths, None if taken_back else thumb))

    def clear(self) -> None:
        """Take all thumbs back."""
        self._ask(thumbs.without_thumbs(self._bar.text()))

    def given(self) -> dict[Path, Thumb]:
        """Return the photos with thumbs in the present search."""
        return thumbs.thumbs_in(thumbs.text_of(self._search.question()) or "")

    def _judge_chosen(self, thumb: Thumb) -> None:
        if self._grid.chosen_count():
            # Hits are all known.
            self.judge(self._grid.chosen_photos(), thumb)

    def _ask(self, text: str) -> None:
        self._bar.ask(text)
        self._bar.show_words()

    def _add_lines(self, menu: QMenu, photo: Photo) -> None:
        """Add to a photo's menu what can be asked of it, or of all that are selected."""
        count, is_chosen = self._grid.chosen_count(), self._grid.is_chosen(photo.id)
        photos = self._grid.chosen_photos() if is_chosen else [photo]
        lines = []
        if is_chosen and count > 1:
            like_all = f"Find photos like these {wording.number(count)}"
            lines.append(MenuLine(like_all, "sparkles", self.find_similar_to_chosen, _SIMILAR_KEY))
        add_below_similar(menu, lines + self._thumb_lines(photos))

    def _add_thumbs(self, menu: QMenu, photo: Photo) -> None:
        """Add to the menu of the photo that is shown large what can be asked of it."""
        add_below_similar(menu, self._thumb_lines([photo]))

    def _thumb_lines(self, photos: Sequence[Photo]) -> list[MenuLine]:
        lines: list[MenuLine] = []
        if thumbs.text_of(self._search.question()) is not None:
            given = self.given()
            for thumb in Thumb:
                back = all(given.get(photo.path) is thumb for photo in photos)
                words = f"Take back “{WORDS[thumb].lower()}”" if back else WORDS[thumb]
                judge = partial(self.judge, photos, thumb)
                lines.append(MenuLine(words, ICONS[thumb], judge, KEYS[thumb]))
        return lines

    def _show_thumb(self) -> None:
        """Show in the photo view which thumb its photo has."""
        photo = self._view.photo()
        usable = thumbs.text_of(self._search.question()) is not None
        self._view.show_thumb(self.given().get(photo.path) if photo is not None else None, usable=usable)

    def _say(self, sentence: str) -> None:
        if self._window.shows_photo():
            # The status line is hidden there.
            self._window.notices.show_notice(sentence, key="thumbs")
        else:
            self._window.statusBar().showMessage(sentence, _MESSAGE_MS)
