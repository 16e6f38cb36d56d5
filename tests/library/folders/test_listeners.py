"""Who listens to a folder: what the system tells, and what is done where it tells nothing."""

import errno
import logging
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from watchdog.events import (
    DirDeletedEvent,
    DirModifiedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import ObservedWatch

from desktop_app.library.folders import listeners, polling
from desktop_app.library.folders.listeners import SystemListener, is_remote, listen
from desktop_app.library.folders.polling import PollingListener
from tests.drives import Drive

PATIENCE_S = 60.0

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")


def make(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"photo")


class Heard:
    """What a listener told of.

    Attributes:
        folders: The folders.
        files: The files in them that it named.
    """

    def __init__(self) -> None:
        self.folders: set[Path] = set()
        self.files: set[Path] = set()
        self._condition = threading.Condition()

    def __call__(self, folder: Path, file: Path | None = None, /) -> None:
        with self._condition:
            self.folders.add(folder)
            self.files |= {file} if file else set()
            self._condition.notify_all()

    def wait_for(self, folder: Path) -> None:
        with self._condition:
            assert self._condition.wait_for(lambda: folder in self.folders, PATIENCE_S), self.folders


def test_without_watches_left_a_folder_is_looked_through(tmp_path, monkeypatch, caplog):
    refuse_watches(monkeypatch, lambda _path: True)
    heard = Heard()

    with caplog.at_level(logging.WARNING):
        listener = listen(tmp_path, heard, pause_s=0.05)
    try:
        assert listener.ready.wait(PATIENCE_S)
        make(tmp_path / "1.jpg")
        heard.wait_for(tmp_path)
    finally:
        listener.close()

    assert "inotify watch limit reached" in caplog.text


@linux_only
def test_a_limit_reached_in_the_middle_of_a_tree_is_noticed(tmp_path, monkeypatch):
    """watchdog keeps silent about it, but one watch more is refused."""
    refuse_watches(monkeypatch, lambda path: path == "/")

    listener = listen(tmp_path, Heard(), pause_s=0.05)
    listener.close()

    assert isinstance(listener, PollingListener)


@linux_only
def test_a_limit_reached_later_makes_the_listener_unsound(tmp_path, monkeypatch):
    heard = Heard()
    listener = SystemListener(tmp_path, heard)
    try:
        make(tmp_path / "new" / "1.jpg")
        heard.wait_for(tmp_path / "new")
        assert listener.is_sound()

        refuse_watches(monkeypatch, lambda _path: True)
        make(tmp_path / "one too many" / "1.jpg")
        heard.wait_for(tmp_path / "one too many")
        assert not listener.is_sound()
    finally:
        listener.close()


@linux_only
@pytest.mark.xdist_group("mounts")
@pytest.mark.parametrize("below", ["", "stick"], ids=["the folder itself", "in the folder"])
def test_a_listener_is_unsound_once_a_drive_was_taken_away_and_put_back(tmp_path, below):
    """The same drive has the same numbers; all watches on it are gone all the same."""
    drive = Drive(tmp_path / "drive.img")
    photos = tmp_path / "photos"
    place = photos / below
    with drive.mounted_at(place):
        heard = Heard()
        listener = SystemListener(photos, heard)
        try:
            assert listener.is_sound()
            drive.unmount(place)
            drive.mount(place)
            assert not listener.is_sound()
            assert not listener.is_sound(), "until somebody listens anew"
        finally:
            listener.close()


@linux_only
@pytest.mark.xdist_group("mounts")
def test_a_listener_is_unsound_once_a_drive_came_into_its_folder(tmp_path):
    drive = Drive(tmp_path / "drive.img")
    photos = tmp_path / "photos"
    (photos / "stick").mkdir(parents=True)
    listener = SystemListener(photos, Heard())
    try:
        for nobodys in (tmp_path / "elsewhere", photos / ".mount of a program"):
            with drive.mounted_at(nobodys):
                assert listener.is_sound()
        with drive.mounted_at(photos / "stick"):
            assert not listener.is_sound()
    finally:
        listener.close()


def test_a_folder_that_is_not_there_cannot_be_listened_to(tmp_path):
    with pytest.raises(FileNotFoundError):
        SystemListener(tmp_path / "not there", Heard())


def test_a_burst_that_may_have_overflowed_the_queue_names_the_whole_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(listeners, "_BURST_EVENTS", 50)
    (tmp_path / "a").mkdir()
    heard = Heard()
    listener = SystemListener(tmp_path, heard)
    try:
        make(*(tmp_path / "a" / f"{number}.jpg" for number in range(100)))
        heard.wait_for(tmp_path)
    finally:
        listener.close()


@pytest.mark.parametrize("mark", [".nomedia", ".vislumbreignore"])
def test_a_mark_that_comes_or_goes_is_a_change_of_its_folder(tmp_path, mark):
    make(tmp_path / "in" / "1.jpg")
    for change in ((tmp_path / "in" / mark).touch, (tmp_path / "in" / mark).unlink):
        heard = Heard()
        listener = listen(tmp_path, heard, pause_s=0.05)
        try:
            assert listener.ready.wait(PATIENCE_S)
            change()
            heard.wait_for(tmp_path / "in")
        finally:
            listener.close()


@pytest.mark.parametrize(
    ("name", "folder"),
    [(".nomedia", "in"), (".vislumbreignore", "in"), ("1.jpg", "in"), ("old", "in/old")],
)
def test_windows_does_not_say_whether_a_file_or_a_folder_went(tmp_path, monkeypatch, name, folder):
    monkeypatch.setattr(listeners, "_REMOVED_FOLDERS_LOOK_LIKE_FILES", True)
    heard = Heard()
    listeners._Handler(tmp_path, heard, ()).on_any_event(FileDeletedEvent(str(tmp_path / "in" / name)))
    assert heard.folders == {tmp_path / folder}


def test_a_network_drive_is_looked_through(tmp_path, monkeypatch):
    mounts(monkeypatch, ("/", "ext4"), (str(tmp_path.resolve()), "fuse.sshfs"))

    listener = listen(tmp_path, Heard(), pause_s=0.05)
    listener.close()

    assert isinstance(listener, PollingListener)


@pytest.mark.skipif(os.name == "nt", reason="paths of POSIX")
@pytest.mark.parametrize(
    ("folder", "remote"),
    [
        ("/home/ana/photos", False),
        ("/media/disk", False),
        ("/mnt/nas", True),
        ("/mnt/nas/photos", True),
        ("/mnt/nas2", False),
        ("/mnt", True),
        ("/mnt/nas/usb/photos", False),
        ("/twice/photos", True),
    ],
)
def test_a_drive_is_known_by_the_deepest_mount(monkeypatch, folder, remote):
    mounts(
        monkeypatch,
        ("/", "ext4"),
        ("/media/disk", "fuseblk"),
        ("/mnt/nas", "nfs4"),
        ("/mnt/nas/usb", "vfat"),
        ("/twice", "autofs"),
        ("/twice", "cifs"),
    )

    assert is_remote(Path(folder)) is remote


def test_a_folder_that_cannot_be_read_for_a_while_has_not_changed(tmp_path, monkeypatch):
    make(tmp_path / "closed" / "1.jpg", tmp_path / "open" / "2.jpg")
    heard: list[Path] = []
    pauses = Pauses(monkeypatch)
    really = os.scandir

    def scandir(path):
        if Path(path) == tmp_path / "closed":
            raise PermissionError(errno.EACCES, "Permission denied")
        return really(path)

    listener = PollingListener(tmp_path, heard.append, pause_s=0.0)
    try:
        pauses.wait_for_one()
        monkeypatch.setattr(os, "scandir", scandir)
        pauses.end_one_and_wait_for_the_next()
        monkeypatch.setattr(os, "scandir", really)
        pauses.end_one_and_wait_for_the_next()
        assert heard == []

        make(tmp_path / "closed" / "3.jpg")
        pauses.end_one_and_wait_for_the_next()
        assert heard == [tmp_path / "closed"]
    finally:
        pauses.end_all()
        listener.close()


def test_a_removed_folder_that_looks_like_a_file_counts_where_windows_tells_so(tmp_path, monkeypatch):
    heard = Heard()
    handler = listeners._Handler(tmp_path, heard, ())
    handler.dispatch(FileDeletedEvent(str(tmp_path / "a")))
    assert heard.folders == set()

    monkeypatch.setattr(listeners, "_REMOVED_FOLDERS_LOOK_LIKE_FILES", True)
    handler.dispatch(FileDeletedEvent(str(tmp_path / "a")))

    assert heard.folders == {tmp_path / "a"}


def test_an_event_from_outside_the_folder_is_nothing(tmp_path):
    heard = Heard()

    listeners._Handler(tmp_path / "a", heard, ()).dispatch(DirDeletedEvent(str(tmp_path)))

    assert heard.folders == set()


@pytest.mark.parametrize(
    ("event", "files"),
    [
        (FileModifiedEvent("/root/a/1.jpg"), {"1.jpg"}),
        (FileModifiedEvent("/root/a/1.jpg.xmp"), {"1.jpg.xmp"}),
        (FileMovedEvent("/root/a/1.jpg.tmp", "/root/a/1.jpg"), {"1.jpg"}),
        (FileModifiedEvent("/root/a/.nomedia"), set()),
        (DirModifiedEvent("/root/a"), set()),
    ],
)
def test_a_file_that_was_written_is_named_with_its_folder(event, files):
    heard = Heard()

    listeners._Handler(Path("/root"), heard, ()).dispatch(event)

    assert heard.folders == {Path("/root/a")}
    assert {path.name for path in heard.files} == files


def refuse_watches(monkeypatch: pytest.MonkeyPatch, is_refused: Callable[[str], bool]) -> None:
    """Have the system refuse watches for some paths, as it does when its limit is reached."""

    class Limited(Observer):  # type: ignore[misc, valid-type]  # a class at run time, typed as a function
        def schedule(
            self, event_handler: FileSystemEventHandler, path: str, **options: object
        ) -> ObservedWatch:
            if is_refused(path):
                raise OSError(errno.ENOSPC, "inotify watch limit reached")
            watch: ObservedWatch = super().schedule(event_handler, path, **options)
            return watch

    monkeypatch.setattr(listeners, "Observer", Limited)


def mounts(monkeypatch: pytest.MonkeyPatch, *known: tuple[str, str]) -> None:
    parts = [SimpleNamespace(mountpoint=place, fstype=kind, opts="rw") for place, kind in known]
    monkeypatch.setattr("psutil.disk_partitions", lambda **_options: parts)


class Pauses:
    """Takes the place of the poller's pauses, so that a test decides when the next listing begins."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._begun = threading.Semaphore(0)
        self._ended = threading.Semaphore(0)
        pauses = self

        class Closing(threading.Event):
            def wait(self, timeout: float | None = None) -> bool:
                pauses._begun.release()
                assert pauses._ended.acquire(timeout=PATIENCE_S)
                return self.is_set()

        events = SimpleNamespace(Event=Closing, Thread=threading.Thread)
        monkeypatch.setattr(polling, "threading", events)

    def wait_for_one(self) -> None:
        assert self._begun.acquire(timeout=PATIENCE_S)

    def end_one_and_wait_for_the_next(self) -> None:
        self._ended.release()
        self.wait_for_one()

    def end_all(self) -> None:
        self._ended.release(1_000)
