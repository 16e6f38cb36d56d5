"""Listens for changes in a chosen folder: through the system, or, where that hears nothing, by listing it again."""

import logging
import os
import sys
import threading
import time
import warnings
from collections.abc import Collection
from pathlib import Path
from typing import Protocol

import psutil
from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from desktop_app.library.folders.comparing import is_photo, is_skipped_folder
from desktop_app.library.folders.mount_sign import MountSign
from desktop_app.library.folders.polling import PollingListener
from desktop_app.library.folders.rules import MARKS
from desktop_app.library.folders.sidecar_names import is_sidecar
from desktop_app.library.folders.unlisted import is_almost_photo_name
from desktop_app.library.volumes.volume import NETWORK_FILE_SYSTEMS

log = logging.getLogger(__name__)


class Heard(Protocol):
    """Told of a folder to list again. Called on any thread."""

    def __call__(self, folder: Path, file: Path | None = None, /) -> None:
        """Hear of a folder, which may have vanished, and of the file in it that came or was written, if one was named."""
        ...


# Only Linux says when a writer has closed a file; there it replaces "modified", of which a large file sends
# thousands. What merely reads files (our own decoding) must send nothing, so nothing else is asked for.
_EVENTS: tuple[type[FileSystemEvent], ...] = (
    *(DirCreatedEvent, DirDeletedEvent, DirMovedEvent),
    *(FileCreatedEvent, FileDeletedEvent, FileMovedEvent),
    FileClosedEvent if sys.platform == "linux" else FileModifiedEvent,
)

# Windows does not say whether what was removed was a file or a folder; watchdog calls all of it files.
_REMOVED_FOLDERS_LOOK_LIKE_FILES = sys.platform == "win32"

# Linux's queue holds 16,384 events (fs.inotify.max_queued_events), that of Windows 64,000 bytes, which is as many as 400
# events; both lose the rest without a word.
_BURST_EVENTS = 8_000 if sys.platform == "linux" else 300


class Listener(Protocol):
    """What hears of changes below one folder until it is closed.

    Attributes:
        ready: Set once every later change will be heard of.
    """

    ready: threading.Event

    def is_sound(self) -> bool:
        """Tell whether it still hears all of its folder. One that does not must be closed and made anew."""
        ...

    def close(self) -> None:
        """Stop; returns when its threads have ended."""
        ...


def listen(
    root: Path,
    heard: Heard,
    *,
    pause_s: float,
    force_polling: bool = False,
    excluded: Collection[Path] = (),
    chosen: Collection[Path] = (),
) -> Listener:
    """Listen to a folder and all below it in the best way there is. May take seconds for a large tree.

    Args:
        root: The folder.
        heard: Told of each folder in which a photo or a folder came, went or changed.
        pause_s: Least pause between two looks, where the system does not tell of changes.
        force_polling: Whether to look oneself in any case.
        excluded: Folders not to hear of.
        chosen: As for `listing.list_folders`.
    """
    if not force_polling:
        try:
            if not is_remote(root):
                return SystemListener(root, heard, excluded)
        except (OSError, RuntimeError, SystemError) as error:
            log.warning(
                "%r is looked through again and again, for the system cannot watch it: %s", root, error
            )
    return PollingListener(root, heard, pause_s=pause_s, excluded=excluded, chosen=chosen)


def is_remote(root: Path) -> bool:
    """Tell whether a folder is on, or holds, a network drive: others change it, and this system hears nothing."""
    real = Path(os.path.realpath(root))
    if real.drive.startswith("\\\\"):  # Windows: a share opened by its server's name is no drive.
        return True
    holder = (0, False)
    for mount in psutil.disk_partitions(all=True):
        place = Path(mount.mountpoint)
        remote = mount.fstype.lower() in NETWORK_FILE_SYSTEMS or "remote" in mount.opts.split(",")
        if remote and place.is_relative_to(real):
            return True
        if real.is_relative_to(place):
            # Of the mounts above, the deepest holds the folder; of two in one place, the later.
            holder = max((len(place.parts), remote), holder, key=lambda known: known[0])
    return holder[1]


class SystemListener:
    """Hears of changes from the operating system, through watchdog.

    Attributes:
        ready: Set from the start: it is made only when the system listens.
    """

    def __init__(self, root: Path, heard: Heard, excluded: Collection[Path] = ()) -> None:
        """Start listening.

        Raises:
            OSError: The system has no watches left, or the folder is not there.
        """
        _quieten_watchdog()
        self.ready = threading.Event()
        self._handler = _Handler(root, heard, excluded)
        self._observer = Observer()
        self._mounts: MountSign | None = None
        try:
            # The resolved folder: watchdog would watch the link that a chosen folder may be, and not its contents.
            real = os.path.realpath(root)
            self._mounts = MountSign(Path(real))
            self._observer.schedule(self._handler, real, recursive=True, event_filter=list(_EVENTS))
            self._observer.start()
            _prove_a_watch_is_left()
        except BaseException:
            self.close()
            raise
        self.ready.set()

    def is_sound(self) -> bool:
        """Tell whether watchdog's threads run, drives are those that were there, and folders that came could be watched too."""
        if self._mounts is None or not self._mounts.stands():
            return False
        emitters = self._observer.emitters
        if not (self._observer.is_alive() and emitters and all(emitter.is_alive() for emitter in emitters)):
            return False
        if self._handler.took_folders():
            try:
                _prove_a_watch_is_left()
            except OSError:
                return False
        return True

    def close(self) -> None:
        """Stop and join watchdog's threads."""
        _end(self._observer)
        if self._mounts is not None:
            self._mounts.close()


class _Handler(FileSystemEventHandler):
    """Turns watchdog's events into folders to list again; runs on watchdog's thread, so it must never raise."""

    def __init__(self, root: Path, heard: Heard, excluded: Collection[Path]) -> None:
        self._root = root
        self._real_root = Path(os.path.realpath(root))
        self._heard = heard
        self._excluded = tuple(excluded)
        self._folders_came = False
        self._burst = 0
        self._burst_ends_s = 0.0

    def took_folders(self) -> bool:
        """Tell whether folders came since this was last asked."""
        came, self._folders_came = self._folders_came, False
        return came

    def on_any_event(self, event: FileSystemEvent) -> None:
        self._mind_the_queue()
        self._folders_came |= event.is_directory
        for place in (event.src_path, event.dest_path):
            if place:
                self._note(self._as_given(Path(os.fsdecode(place))), event)

    def _note(self, path: Path, event: FileSystemEvent) -> None:
        if event.is_directory:
            folder, file = path, None
        elif is_photo(path) or is_sidecar(path.name) or is_almost_photo_name(path.name):
            folder, file = path.parent, path
        elif path.name in MARKS:
            folder, file = path.parent, None
        elif _REMOVED_FOLDERS_LOOK_LIKE_FILES and isinstance(event, FileDeletedEvent):
            folder, file = path, None
        else:
            return
        if not self._is_skipped(folder):
            self._heard(folder, file)

    def _as_given(self, path: Path) -> Path:
        """Return a path as it lies below the chosen folder, which may be reached through links."""
        if path.is_relative_to(self._real_root):
            return self._root / path.relative_to(self._real_root)
        return path

    def _is_skipped(self, folder: Path) -> bool:
        if not folder.is_relative_to(self._root):
            return True
        below = folder.relative_to(self._root).parts
        return any(map(is_skipped_folder, below)) or any(map(folder.is_relative_to, self._excluded))

    def _mind_the_queue(self) -> None:
        """Have the whole folder listed after a burst so long that the system may have lost a part of it."""
        now = time.monotonic()
        if now > self._burst_ends_s:
            self._burst = 0
        self._burst += 1
        self._burst_ends_s = now + 1.0
        if self._burst % _BURST_EVENTS == 0:
            log.info("a burst of changes below %r: all of it is listed again", self._root)
            self._heard(self._root)


def _prove_a_watch_is_left() -> None:
    """Ask the system for one more watch.

    watchdog keeps silent when the limit (fs.inotify.max_user_watches) is reached in the middle of a tree; then the
    rest of the tree would never be heard of.

    Raises:
        OSError: There is none left.
    """
    if sys.platform == "linux":
        observer = Observer()
        try:
            observer.schedule(FileSystemEventHandler(), "/", event_filter=[DirDeletedEvent])
            observer.start()
        finally:
            _end(observer)


def _end(observer: BaseObserver) -> None:
    observer.stop()
    if observer.is_alive():
        observer.join()


def _quieten_watchdog() -> None:
    """Silence warnings meant for watchdog's own developers.

    A folder made in a folder just made, or moved out and in again, is watched twice, which it warns about: on the
    person's console, or, where warnings are errors, by the end of its thread.
    """
    warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"watchdog\.observers")
