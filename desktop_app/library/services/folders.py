"""What a person does with folders of photos: choose, remove, locate, refresh, watch and exclude them."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from enum import Enum
from functools import partial
from pathlib import Path

from desktop_app.library.catalog import Catalog
from desktop_app.library.concurrency.control import Control
from desktop_app.library.concurrency.courtesy import Courtesy
from desktop_app.library.concurrency.deadlines import Deadlines
from desktop_app.library.concurrency.writer import Writer
from desktop_app.library.drives.following import DriveFollower
from desktop_app.library.errors import FolderMissingError, LibraryError
from desktop_app.library.events import FoldersChanged, Listener
from desktop_app.library.folders import marks
from desktop_app.library.folders.exclusions import Exclusions
from desktop_app.library.indexing.left_out import LeftOut
from desktop_app.library.indexing.watching import Watching
from desktop_app.library.indexing.work import Work
from desktop_app.library.photo import IndexReport
from desktop_app.library.space.forgetter import Forgetter

# A disk that sleeps takes up to ten seconds to start.
_ANSWER_S = 20.0
_looks: Deadlines[Path, bool] = Deadlines()


class _Seen(Enum):
    """What is in the place of a folder that shall be chosen."""

    FOLDER = "folder"
    CLOSED = "closed"
    FILE = "file"
    NOTHING = "nothing"


_first_looks: Deadlines[Path, _Seen] = Deadlines()


class Folders:
    """The chosen folders, and the work that keeps the library equal to them.

    Every method may be called on any thread and comes back at once, but for `unwatch`. What they bring about is told to the listeners, on the engine's threads. Photos on disk are left as they
    are, whatever is done here.

    Attributes:
        left_out: What of the chosen folders does not count.
    """

    def __init__(
        self,
        *,
        catalog: Catalog,
        work: Work,
        writer: Writer,
        control: Control,
        drives: DriveFollower,
        watching: Watching,
        left_out: LeftOut,
        forgetter: Forgetter,
        courtesy: Courtesy,
        tell: Listener,
    ) -> None:
        """Connect the catalogue with what does the work.

        Args:
            catalog: Remembers the folders.
            work: Indexes them.
            writer: Does what needs no model.
            control: Pauses and stops work.
            drives: Knows where they lie.
            watching: Follows what happens in them.
            left_out: What of them does not count.
            forgetter: Forgets what is known of their photos.
            courtesy: Told that somebody uses the window.
            tell: Hears of changes.
        """
        self._catalog = catalog
        self._work = work
        self._writer = writer
        self._control = control
        self._drives = drives
        self._watching = watching
        self._left_out = left_out
        self._forgetter = forgetter
        self._courtesy = courtesy
        self._tell = tell
        self.left_out = FolderExclusions(catalog, work, left_out)

    def add(self, folder: Path) -> "Future[IndexReport]":
        """Choose a folder, and index it.

        The future raises FolderMissingError as soon as it is known that it is not there, is no folder, may not be read,
        or does not answer; so long nothing waits for it. It ends by CancelledError where the library was closed before.
        """
        folder = _absolute(folder)
        added: Future[IndexReport] = Future()
        added.set_running_or_notify_cancel()
        _first_looks.promise(folder, partial(_first_look, folder), _ANSWER_S).add_done_callback(
            partial(self._add_seen, folder, added)
        )
        return added

    def _add_seen(self, folder: Path, added: "Future[IndexReport]", looked: "Future[_Seen | None]") -> None:
        refusal = _refusal(folder, looked.result())
        if refusal is not None:
            added.set_exception(refusal)
            return

        def add() -> IndexReport:
            place = self._left_out.chosen(folder)
            self._catalog.folders.add(place)
            self._watching.watch_chosen()
            self._tell(FoldersChanged())
            return self._work.refresh(self._left_out.overlapping(place))

        self._work.queue(add).add_done_callback(partial(_hand_on, added))

    def remove(self, folder: Path, *, at_once: bool = False) -> "Future[IndexReport]":
        """Take a folder out of the library; photos that another chosen folder holds too stay in it.

        Args:
            folder: Which.
            at_once: Forget what is known of its photos now; else that is kept for 30 days, so that adding the folder
                again costs nothing.
        """

        def remove() -> IndexReport:
            self._catalog.folders.remove(folder, at_once=at_once)
            self._watching.watch_chosen()
            self._tell(FoldersChanged())
            if at_once:
                self._forget_now()
            return self._work.refresh_all()

        # What is being indexed may be just this folder; what was stopped goes on in the refresh.
        self._work.stop()
        return self._work.queue(remove)

    def forget(self, folder: Path, *, at_once: bool = False) -> "Future[int]":
        """Take a folder out of the library, there or not; the rest as `remove`.

        Needs no model. The future brings how many photos went, or raises FolderUnknownError.
        """

        def forget() -> int:
            went = self._drives.forget(folder, at_once=at_once)
            if at_once:
                self._forget_now()
            return went

        self._work.stop()
        went = self._writer.submit(forget)
        if self._watching.is_on:
            self._work.queue(self._work.refresh_all)
        return went

    def locate(self, folder: Path, place: Path) -> "Future[IndexReport]":
        """Go on with a chosen folder at another place; the future raises LibraryError when its photos are not there."""

        def locate() -> IndexReport:
            self._drives.locate(folder, place)
            return self._work.refresh([place])

        return self._work.queue(locate)

    def refresh(self, folders: Sequence[Path] = ()) -> "Future[IndexReport]":
        """Make the library equal to some folders, or to all chosen ones."""
        wanted = list(folders)
        return self._work.queue(lambda: self._work.refresh(wanted) if wanted else self._work.refresh_all())

    def retry(self, photos: Sequence[Path] = ()) -> "Future[IndexReport]":
        """Read photos again, those that could be used too; all that could not when none is named."""
        wanted = frozenset(map(_absolute, photos))

        def again() -> IndexReport:
            self._catalog.known.forget_failures(wanted or None)
            return self._work.refresh_all(wanted)

        return self._work.queue(again)

    def watch(self) -> None:
        """Follow what happens in the chosen folders from now on, and refresh them once."""
        if not self._watching.is_on:
            self._watching.start(self._work.refresh_changed)
            self._writer.submit(self._watching.watch_chosen)
            self._work.catch_up()

    def unwatch(self) -> None:
        """Follow changes no longer; what happened until now is still taken up. Waits for the watcher's threads."""
        self._watching.stop()

    def pause(self) -> None:
        """Let the present and later work wait."""
        self._control.pause()

    def resume(self) -> None:
        """Let it go on."""
        self._control.resume()

    def hold(self, reason: str) -> None:
        """Let indexing wait at its next photo until the reason is empty; search and listing folders go on.

        Args:
            reason: What is waited for, to be told as `Progress.held`.
        """
        self._control.hold(reason)

    def cancel(self) -> None:
        """End the present work; what was done stays."""
        self._control.stop()

    def give_way(self, for_s: float) -> None:
        """Let listing folders and making stacks wait for so many seconds: somebody scrolls, types or looks through photos.

        Work that is given way again and again goes on at a twentieth of its pace.
        """
        self._courtesy.use(for_s)

    @property
    def paused(self) -> bool:
        """Whether work waits."""
        return self._control.paused

    def _forget_now(self) -> None:
        self._forgetter.forget_marked(lambda: self._control.ended)


class FolderExclusions:
    """What a person leaves out of the chosen folders: read at once, changed by the writer, which refreshes them all.

    Photos that are left out go from the library; what was read of them is kept, so that they come back without being
    embedded again. Any thread.
    """

    def __init__(self, catalog: Catalog, work: Work, left_out: LeftOut) -> None:
        """Connect what remembers the exclusions with what applies them.

        Args:
            catalog: Knows the chosen folders.
            work: Refreshes them.
            left_out: Remembers the exclusions.
        """
        self._catalog = catalog
        self._work = work
        self._left_out = left_out

    def exclusions(self) -> Exclusions:
        """Return what is left out of the chosen folders."""
        return self._left_out.exclusions()

    def replace(self, exclusions: Exclusions) -> "Future[IndexReport]":
        """Replace the exclusions; the future brings the report of the refresh that follows."""
        return self._change(lambda _: exclusions)

    def exclude(self, folder: Path) -> "Future[IndexReport]":
        """Leave out a folder and all below it.

        Raises:
            LibraryError: It is one of the chosen folders.
        """
        folder = _absolute(folder)
        if folder in self._catalog.folders.paths():
            raise LibraryError(
                f"{folder} is one of the folders you chose.",
                "Remove it from the search instead of leaving it out.",
            )
        return self._change(lambda now: now.with_folder(folder))

    def include(self, folder: Path) -> "Future[IndexReport]":
        """Let a folder that was left out count again; one that was not is no error."""
        folder = _absolute(folder)
        return self._change(lambda now: now.without_folder(folder))

    def _change(self, changed: Callable[[Exclusions], Exclusions]) -> "Future[IndexReport]":
        def change() -> IndexReport:
            self._left_out.change(changed(self._left_out.exclusions()))
            return self._work.refresh_all()

        # What is being indexed may be just what shall be left out; the rest goes on in the refresh.
        self._work.stop()
        return self._work.queue(change)


def is_folder(path: Path) -> bool:
    """Return whether a folder is there and answers; waits for a drive that sleeps, but not for ever. Any thread."""
    return _looks.ask({path: partial(os.path.isdir, path)}, _ANSWER_S).get(path, False)


def why_no_folder(path: Path) -> FolderMissingError | None:
    """Return why a folder cannot be chosen, None if it can; waits like `is_folder`. Any thread."""
    return _refusal(path, _first_looks.ask({path: partial(_first_look, path)}, _ANSWER_S).get(path))


def _first_look(folder: Path) -> _Seen:
    """Look at a folder that shall be chosen; may wait for its drive."""
    if not os.path.isdir(folder):
        return _Seen.FILE if os.path.isfile(folder) else _Seen.NOTHING
    try:
        with os.scandir(folder):
            return _Seen.FOLDER
    except OSError as error:
        # Whatever else is wrong with it, the listing says.
        return _Seen.CLOSED if marks.is_forbidden(error) else _Seen.FOLDER


def _refusal(folder: Path, seen: _Seen | None) -> FolderMissingError | None:
    """Put into words what was seen; None of it means that nothing answered."""
    if seen is _Seen.FOLDER:
        return None
    return FolderMissingError(
        folder, forbidden=seen is _Seen.CLOSED, silent=seen is None, is_file=seen is _Seen.FILE
    )


def _hand_on(to: "Future[IndexReport]", work: "Future[IndexReport]") -> None:
    """Let a future end as another has."""
    error = CancelledError() if work.cancelled() else work.exception()
    if error is not None:
        to.set_exception(error)
    else:
        to.set_result(work.result())


def _absolute(folder: Path) -> Path:
    # Keeps links, unlike resolve; and does not fail for unknown people, unlike Path.expanduser.
    return Path(os.path.abspath(os.path.expanduser(folder)))  # noqa: PTH100, PTH111
