"""Opens what the system hands over: folders from Explorer, Finder, a desktop file or the command line, or a picture."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox

from desktop_app.library import PhotoLibrary, quoted
from desktop_app.paths import absolute
from desktop_app.ui.flows.desk import Desk
from desktop_app.ui.flows.folders import FoldersFlow
from desktop_app.ui.flows.search import SearchFlow
from desktop_app.ui.look import wording
from desktop_app.ui.look.question import question
from desktop_app.ui.system.drops import Offered, dropped

_ASKED: Final = "folders that were opened"
_MOST_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class _Found:
    """What lies behind the paths that were handed over.

    Attributes:
        known: Folders of the library, as the library writes them, and folders in it.
        new: Folders that are in none that was chosen.
        picture: A file, where there is no folder.
        missing: A path that leads nowhere.
    """

    known: tuple[Path, ...] = ()
    new: tuple[Path, ...] = ()
    picture: Path | None = None
    missing: Path | None = None


class OpenedFlow(QObject):
    """Searches in folders that were opened; those that the library does not have are added once the person agrees.

    Adding reads every photo in a folder and follows it from then on, which is more than to open it: a click on a whole
    drive would cost hours.
    """

    def __init__(self, desk: Desk, folders: FoldersFlow, search: SearchFlow) -> None:
        """Work with a library; `folders` adds, `search` finds photos like a picture."""
        super().__init__(desk.window)
        self._window = desk.window
        self._background = desk.background
        self._library = desk.library
        self._folders = folders
        self._search = search

    def open(self, query: str, paths: Sequence[Path]) -> None:
        """Search in these folders, or for photos like a picture.

        Args:
            query: Words to search for there; empty for all that is there.
            paths: Folders and files, as they were handed over; looked for in the background.
        """
        look = partial(_looked_at, self._library, tuple(map(absolute, paths)))
        self._background.run(look, partial(self._go_on, query), may_hang=True)

    def _go_on(self, query: str, found: _Found) -> None:
        if found.missing is not None:
            self._window.notices.show_notice(
                f"{wording.shown(found.missing)} is not there.", kind="warning", key="opened"
            )
        if found.known:
            self._search_in(query, found.known)
        elif found.picture is not None:
            self._show_answers()
            self._search.ask_like(found.picture)
        if found.new:
            self._ask(query, found)

    def _ask(self, query: str, found: _Found) -> None:
        for old in self._window.findChildren(QMessageBox, _ASKED):
            old.close()
        names = [f"“{wording.shown(folder.name or folder)}”" for folder in found.new[:_MOST_NAMED]]
        if more := len(found.new) - len(names):
            names.append(f"{more:,} more")
        one = len(found.new) == 1
        where = f"{wording.shown(found.new[0])} is" if one else "They are"
        box = question(
            self._window,
            f"Add {', '.join(names)} to the search?",
            f"{where} not searched yet. Vislumbre looks at each photo in {'it' if one else 'them'} once, which takes a "
            "while for many, and follows changes from then on. The photos are only read.",
            "Add and search",
            partial(self._add, query, found),
            sign="folder-add",
            can_be_undone=True,
        )
        box.setObjectName(_ASKED)
        box.open()

    def _add(self, query: str, found: _Found) -> None:
        self._folders.add_all(found.new)
        self._search_in(query, (*found.known, *found.new))

    def _search_in(self, query: str, folders: Sequence[Path]) -> None:
        self._show_answers()
        # With a space after it, so that the person types on.
        self._window.top.search.ask(f"{query} {in_folders(folders)} ".lstrip())
        self._window.top.search.setFocus()

    def _show_answers(self) -> None:
        if self._window.shows_photo():
            self._window.photo_view.leave()


def in_folders(folders: Sequence[Path]) -> str:
    """Return the filter that keeps what lies below one of these folders, as it is typed."""
    return f"in:{quoted('|'.join(map(str, folders)))}"


def _looked_at(library: PhotoLibrary, paths: Sequence[Path]) -> _Found:
    """Look what the paths lead to, and what of it the library has. For a thread that may wait, also for ever."""
    what = dropped(Offered(tuple(paths)))
    missing = next((path for path in paths if not os.path.exists(path)), None)
    chosen = [folder.path for folder in library.browsing.folders()] if what.folders else []
    known, new = [], []
    for folder in what.folders:
        outer = next((one for one in chosen if folder.is_relative_to(one)), None)
        if outer is None:
            new.append(folder)
        else:
            # Windows takes names for the same that differ in case; the library knows them as they were chosen.
            known.append(outer / folder.relative_to(outer))
    return _Found(tuple(known), tuple(new), what.picture, missing)
