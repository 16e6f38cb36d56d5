"""Watches the chosen folders and tells which changed, once they are quiet, and which of their files were named."""

import logging
import stat
import threading
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.library.concurrency.deadlines import Deadlines

if TYPE_CHECKING:
    from desktop_app.library.folders.listeners import Listener

log = logging.getLogger(__name__)

LOOK_S = 5.0
"""How often folders are looked for that were not there."""

MOST_NAMED = 1000
"""So many files are named; of more, the listing tells what it can."""

_JOIN_S = 15.0
# A disk that sleeps takes ten seconds to start. A drive that takes longer must not keep others from being watched; it
# is listened to anew when it answers.
_ANSWER_S = 12.0


@dataclass(slots=True)
class _Watched:
    """A chosen folder as the watcher's thread knows it.

    Attributes:
        path: The folder.
        identity: Device and inode when last looked at; None when it was not there. A drive mounted onto its empty
            mount point changes it, as does another folder under the same name.
        listener: Who listens to it; None while it is not there.
    """

    path: Path
    identity: tuple[int, int] | None = None
    listener: "Listener | None" = None


class FolderWatcher:
    """Calls back with the folders to list again, after a change and once it is quiet.

    It knows little of what changed: the listing tells. Folders reached through links are not watched.
    All methods may be called on any thread.
    """

    def __init__(
        self,
        on_dirty: Callable[[frozenset[Path], frozenset[Path]], None],
        *,
        quiet_s: float = 1.0,
        longest_wait_s: float = 10.0,
        look_s: float | None = None,
        force_polling: bool = False,
        excluded: Collection[Path] = (),
    ) -> None:
        """Start the watcher's thread; nothing is watched yet.

        Args:
            on_dirty: Called on the thread ``folder-watcher`` with the folders that were heard of: chosen ones that
                vanished, returned or were replaced, and folders below them. They may have vanished, and one may lie
                below another; `presence.nearest_present` and `presence.outermost` say what to list for them. And with
                files in them that the system named as written or moved there, as far as it did, `MOST_NAMED` at most:
                what is in them may be new though their size and time are not.
            quiet_s: How long nothing must have changed before the call.
            longest_wait_s: The call is made this long after the first change, quiet or not.
            look_s: How often to look whether the chosen folders are there, and, where the system does not tell of
                changes, the least pause between two listings; None for `LOOK_S`.
            force_polling: Whether to find changes by listing even where the system would tell of them.
            excluded: Folders whose changes do not count, such as the application's own.
        """
        self._on_dirty = on_dirty
        self._quiet_s = quiet_s
        self._longest_wait_s = longest_wait_s
        self._look_s = LOOK_S if look_s is None else look_s
        self._force_polling = force_polling
        self._excluded = tuple(excluded)

        # Everything down to the thread is guarded by the condition.
        self._condition = threading.Condition()
        self._wanted: tuple[Path, ...] = ()
        self._arranged: tuple[Path, ...] = ()
        self._listeners: tuple[Listener, ...] = ()
        # Those that did not hear yet when their folders were told of; and how many wait until they do.
        self._deaf: dict[Path, Listener] = {}
        self._waiting = 0
        self._dirty: set[Path] = set()
        self._named: set[Path] = set()
        self._first_change_s = 0.0
        self._last_change_s = 0.0
        self._next_look_s = 0.0
        self._is_rearranged = False
        self._closing = False

        self._watched: dict[Path, _Watched] = {}  # Owned by the thread.
        self._looks: Deadlines[Path, tuple[int, int] | None] = Deadlines()
        self._thread = threading.Thread(target=self._run, name="folder-watcher", daemon=True)
        self._thread.start()

    def watch(self, folders: Iterable[Path]) -> None:
        """Watch these folders and no others. Returns at once; see `wait_until_watching`."""
        with self._condition:
            self._wanted = tuple(dict.fromkeys(folders))
            self._is_rearranged = True
            self._condition.notify_all()

    def wait_until_watching(self, timeout_s: float) -> bool:
        """Wait until every later change in the folders of the last `watch` will be noticed.

        A listing begun after this misses nothing between itself and the first call back. A folder that takes longer, such
        as a large share that is looked through for the first time, is named when it is watched, to be listed again.

        Returns:
            Whether that is so; False after the time, or when closed.
        """
        end_s = time.monotonic() + timeout_s
        with self._condition:
            # What becomes ready in this time is listed by the caller, and needs not be named.
            self._waiting += 1
            self._condition.wait_for(lambda: self._closing or self._arranged == self._wanted, timeout_s)
            is_arranged = self._arranged == self._wanted and not self._closing
            listeners = self._listeners
        heard = [
            one for one in listeners if is_arranged and one.ready.wait(max(0.0, end_s - time.monotonic()))
        ]
        with self._condition:
            self._waiting -= 1
            self._deaf = {path: one for path, one in self._deaf.items() if one not in heard}
        return is_arranged and len(heard) == len(listeners)

    def close(self) -> None:
        """Stop watching; returns when all threads have ended. Not to be called by `on_dirty`."""
        with self._condition:
            self._closing = True
            self._condition.notify_all()
        self._thread.join(_JOIN_S)
        if self._thread.is_alive():
            log.warning("the folder watcher does not end; a drive does not answer")

    def _run(self) -> None:
        while self._wait_for_work():
            try:
                self._look()
                self._call_back()
            except Exception:
                log.exception("the folder watcher met an error and goes on")
        for folder in self._watched.values():
            _silence(folder)

    def _wait_for_work(self) -> bool:
        """Wait until there is something to do; returns False when the watcher is to end."""
        with self._condition:
            while not self._closing:
                due_s = min(self._next_look_s, self._call_due_s())
                left_s = due_s - time.monotonic()
                if left_s <= 0 or self._is_rearranged:
                    return True
                self._condition.wait(left_s)
        return False

    def _call_due_s(self) -> float:
        if not self._dirty:
            return float("inf")
        return min(self._last_change_s + self._quiet_s, self._first_change_s + self._longest_wait_s)

    def _note(self, folder: Path, file: Path | None = None, /) -> None:
        """Remember a folder to list again, and a file in it. Called on any thread."""
        with self._condition:
            self._last_change_s = time.monotonic()
            if not self._dirty:
                # Later changes only put the call off: the thread finds that out when it wakes for this one.
                self._first_change_s = self._last_change_s
                self._condition.notify_all()
            self._dirty.add(folder)
            if file is not None and len(self._named) < MOST_NAMED:
                self._named.add(file)

    def _look(self) -> None:
        """See that exactly the wanted folders are listened to, as far as they are there."""
        with self._condition:
            wanted = self._wanted
            self._is_rearranged = False
            self._next_look_s = time.monotonic() + self._look_s
        for path in [path for path in self._watched if path not in wanted]:
            _silence(self._watched.pop(path))
        for path in wanted:
            self._look_at(path, wanted)
        with self._condition:
            self._listeners = tuple(folder.listener for folder in self._watched.values() if folder.listener)
            self._deaf = {path: one for path, one in self._deaf.items() if one in self._listeners}
            self._arranged = wanted
            self._condition.notify_all()
        self._note_those_that_hear_now()

    def _note_those_that_hear_now(self) -> None:
        """Have folders listed whose listeners were not ready when they were: what came in between, neither has noticed."""
        with self._condition:
            hear = [path for path, one in self._deaf.items() if one.ready.is_set() and not self._waiting]
            self._deaf = {path: one for path, one in self._deaf.items() if path not in hear}
        for path in hear:
            self._note(path)

    def _look_at(self, path: Path, wanted: tuple[Path, ...]) -> None:
        """Listen to a folder anew when it is new, returned or replaced, or when its listener has given up."""
        is_new = path not in self._watched
        folder = self._watched.setdefault(path, _Watched(path))
        identity = self._identity(path)
        is_heard = identity is None or (folder.listener is not None and folder.listener.is_sound())
        if identity == folder.identity and is_heard:
            return
        if not is_new:
            log.info("%r has gone, returned or must be listened to anew", path)
        _silence(folder)
        folder.identity = identity
        if identity is not None:
            # Late, with watchdog: most commands watch nothing.
            from desktop_app.library.folders.listeners import listen

            folder.listener = listen(
                path,
                self._note,
                pause_s=self._look_s,
                force_polling=self._force_polling,
                excluded=self._excluded,
                chosen=wanted,
            )
            if not folder.listener.ready.is_set():
                with self._condition:
                    self._deaf[path] = folder.listener
        if not is_new:
            # After the listener is there, so that nothing can come between the listing and the first event.
            self._note(path)

    def _call_back(self) -> None:
        with self._condition:
            if self._call_due_s() > time.monotonic():
                return
            dirty, self._dirty = self._dirty, set()
            named, self._named = self._named, set()
        # What was heard last of a folder that is not watched any more.
        folders = frozenset(folder for folder in dirty if self._is_watched(folder))
        if folders:
            self._on_dirty(folders, frozenset(named))

    def _is_watched(self, folder: Path) -> bool:
        return any(place in self._watched for place in (folder, *folder.parents))

    def _identity(self, folder: Path) -> tuple[int, int] | None:
        """Return device and inode; None when no folder is there, or none that answers."""
        return self._looks.ask({folder: partial(_identity, folder)}, _ANSWER_S).get(folder)


def _silence(folder: _Watched) -> None:
    if folder.listener is not None:
        folder.listener.close()
        folder.listener = None


def _identity(folder: Path) -> tuple[int, int] | None:
    """Return device and inode; None when no folder is there."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISDIR(status.st_mode) else None
