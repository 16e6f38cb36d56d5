"""Names, files and folders at their worst, with the whole library and the real watcher: catalogue = disk, no traceback."""

import contextlib
import ctypes
import os
import random
import shutil
import socket
import stat
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop_app.library import IndexReport, PhotoLibrary, PhotoState, thumbnail_room
from desktop_app.library.catalog import safety_copy
from desktop_app.library.folders.comparing import is_photo
from desktop_app.library.media.identity import hash_of
from desktop_app.paths import resources
from tests.fakes import ColorEmbedder
from tests.pictures import save_colour
from tests.waiting import wait_until

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")

_YEAR_NS = 365 * 24 * 3600 * 10**9

# A hundred thousand for a release (`VISLUMBRE_ROUNDS=20`), which takes two minutes; a tenth of that otherwise.
CROWD = 100_000 if int(os.environ.get("VISLUMBRE_ROUNDS", "3")) >= 20 else 10_000


class Desk:
    """A library on a folder of photos.

    Attributes:
        photos: The chosen folder.
        embedder: Counts what it embeds.
    """

    def __init__(self, base: Path) -> None:
        self.base = base
        self.photos = base / "photos"
        self.photos.mkdir()
        self.embedder = ColorEmbedder()
        self._made = 0
        self.again()

    def again(self) -> None:
        """Open the library, anew if it was closed."""
        self.library = PhotoLibrary(
            self.base / "data", self.base / "cache", resources=resources(), embedder=self.embedder
        )

    def photo(self, name: str | bytes) -> Path:
        """Make a photo unlike all others; a name of bytes need not be text."""
        self._made += 1
        path = self.photos / os.fsdecode(name)
        picture = save_colour(
            self.base / "made.png", (self._made % 251, self._made // 251 % 251, 77), (20 + self._made % 9, 20)
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        picture.rename(path)
        return path

    def add(self, within_s: float = 120) -> IndexReport:
        return self.library.folders.add(self.photos).result(within_s)

    def refresh(self, within_s: float = 120) -> IndexReport:
        return self.library.folders.refresh().result(within_s)

    def known(self) -> dict[Path, PhotoState]:
        """Return the photos of the library, by the paths of the catalogue."""
        paths = self.library._catalog.known.files(self.photos)
        found = {path: self.library.browsing.photo_at(path) for path in paths}
        return {path: photo.state for path, photo in found.items() if photo is not None}

    def on_disk(self) -> set[Path]:
        return {
            Path(folder) / name
            for folder, _, names in os.walk(self.photos)
            for name in names
            if is_photo(Path(name)) and stat.S_ISREG((Path(folder) / name).stat().st_mode)
        }

    def agrees(self) -> bool:
        """Tell whether catalogue and disk hold the same, and all of it can be found."""
        known = self.known()
        return set(known) == self.on_disk() and set(known.values()) <= {PhotoState.INDEXED}

    def follow(self) -> None:
        """Watch, and wait until it does."""
        self.library.folders.watch()
        self.refresh()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.library.close()


HOSTILE_NAMES = [
    b"new\nline.png",
    b"tab\tand\rreturn.png",
    "\N{CAMERA WITH FLASH}\N{FAMILY}.png".encode(),
    b"latin-\xe9.png",
    b"\xff\xfe\x80.png",
    b"a" * 251 + b".png",
    *(name + b".png" for name in (b"CON", b"nul", b"COM1", b"aux ", b"LPT9.txt")),
    b" leading.png",
    b"trailing. .png",
    b"-rf.png",
    b'*?<>|":\\.png',
    b"%s%n$(reboot)`id`;'.png",
    "\u202egnp.exe.png".encode(),
    b"\x01\x1b[31m.png",
    b"x.PnG",
    "Mu\u0308ller.png".encode(),
    "M\u00fcller.png".encode(),
    b"Case.png",
    b"case.png",
    b"folder\nof \xe9 names/CON/a.png",
    b"folder with a dot./and a space /a.png",
    b"f" * 255 + b"/a.png",
]


def test_every_name_that_the_disk_takes_is_indexed_found_and_forgotten(desk: Desk) -> None:
    paths = [desk.photo(name) for name in HOSTILE_NAMES]
    assert len(set(paths)) == len(HOSTILE_NAMES)
    report = desk.add()
    assert (report.indexed, report.failed) == (len(paths), ())
    assert desk.agrees()
    # Each is found, shown and said; the numbers lead back to just this file.
    photos = [desk.library.browsing.photo_at(path) for path in paths]
    assert all(photo is not None and desk.library.browsing.thumbnail(photo) is not None for photo in photos)
    assert {hit.photo.path for hit in desk.library.searching.search("red").result(60).hits} == set(paths)
    assert desk.refresh().unchanged == len(paths)
    for path in paths[::2]:
        path.unlink()
    assert desk.refresh().removed == len(paths[::2])
    assert desk.agrees()


def test_twins_of_one_name_stay_two_photos_under_the_watcher(desk: Desk) -> None:
    desk.add()
    desk.follow()
    composed, apart = desk.photo("M\u00fcller/a.png"), desk.photo("Mu\u0308ller/a.png")
    assert unicodedata.normalize("NFC", str(apart)) == str(composed)
    small, big = desk.photo("case/b.png"), desk.photo("CASE/b.png")
    wait_until(desk.agrees)
    assert {composed, apart, small, big} == set(desk.known())
    shutil.rmtree(apart.parent)
    shutil.rmtree(big.parent)
    wait_until(lambda: set(desk.known()) == {composed, small})


def test_what_is_no_file_is_no_photo_and_holds_nothing_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = desk.photo("a.png")
    os.mkfifo(desk.photos / "pipe.png")
    (desk.photos / "null.png").symlink_to("/dev/zero")
    (desk.photos / "to pipe").symlink_to(desk.photos / "pipe.png")
    (desk.photos / "loop").symlink_to(desk.photos)
    (desk.photos / "one").symlink_to("two")
    (desk.photos / "two").symlink_to("one")
    (desk.photos / "self.png").symlink_to("self.png")
    (desk.photos / "folder.png").mkdir()
    monkeypatch.chdir(desk.photos)  # A socket's path may have 108 bytes at most.
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.png")
        report = desk.add()
    assert (report.found, report.indexed, report.failed, report.unreadable_folders) == (1, 1, (), ())
    assert set(desk.known()) == {photo}


def test_a_photo_that_becomes_a_pipe_after_it_was_listed_is_not_waited_for(desk: Desk) -> None:
    """The listing says "file", and when its turn comes it is none: marked, and gone with the next listing."""
    paths = [desk.photo(f"{number}.png") for number in range(3)]
    desk.library.folders.pause()
    work = desk.library.folders.add(desk.photos)
    paths[1].unlink()
    os.mkfifo(paths[1])
    desk.library.folders.resume()
    work.result(60)
    desk.refresh()
    assert set(desk.known()) == {paths[0], paths[2]}


def test_folders_that_become_files_and_back(desk: Desk) -> None:
    inside = desk.photo("turn/a.png")
    desk.add()
    desk.follow()
    for _ in range(2):
        inside.parent.rename(desk.base / "aside")
        desk.photo("turn")
        wait_until(lambda: inside not in desk.known())
        (desk.photos / "turn").unlink()
        (desk.base / "aside").rename(inside.parent)
        wait_until(desk.agrees)
    assert desk.embedder.embedded == 1


def test_a_storm_of_renames_ends_with_every_photo_in_its_place(desk: Desk) -> None:
    chance = random.Random(5)
    for number in range(40):
        desk.photo(f"{number % 4}/{number}.png")
    desk.add()
    desk.follow()
    for turn in range(600):
        photo = chance.choice(sorted(desk.on_disk()))
        if turn % 20 == 0:
            photo.parent.rename(desk.photos / f"folder {turn}")
        else:
            photo.rename(photo.parent / f"turn {turn}.png")
    wait_until(desk.agrees)
    assert len(desk.known()) == 40
    assert desk.embedder.embedded == 40


def test_a_folder_deleted_while_it_is_listed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        desk.photo(f"{number}/a.png")
    desk.add()
    really = os.scandir

    def scandir(path: object) -> object:
        if path == desk.photos / "2" and (desk.photos / "2").is_dir():
            shutil.rmtree(desk.photos / "3")
            shutil.rmtree(desk.photos / "2")
        return really(path)  # type: ignore[call-overload]  # passed on as it is

    monkeypatch.setattr(os, "scandir", scandir)
    report = desk.refresh()
    monkeypatch.undo()
    assert {one.path.name for one in report.unreadable_folders} == {"2", "3"}
    assert report.removed == 0
    assert desk.refresh().removed == 2
    assert desk.agrees()


class TestChanging:
    """Files that other programs write just now."""

    def test_a_file_that_is_replaced_again_and_again_ends_as_what_it_is(self, desk: Desk) -> None:
        path = desk.photo("a.png")
        desk.add()
        desk.follow()
        with writing(lambda: desk.photo("a.png")):
            for _ in range(5):
                desk.refresh()
        wait_until(lambda: hash_known(desk, path) == hash_now(path))
        assert desk.agrees()

    def test_a_file_written_in_place_is_never_known_by_half_of_it(self, desk: Desk) -> None:
        """Two pictures in turn, in one file, of one length: each known hash is that of one of them."""
        one, two = (desk.photo(name).read_bytes() for name in ("one.png", "two.png"))
        length = max(len(one), len(two)) + 500_000
        versions = [content.ljust(length, b"\0") for content in (one, two)]
        path = desk.photo("changing.png")
        turn = iter(range(10**9))

        def write() -> None:
            with path.open("r+b") as file:
                file.write(versions[next(turn) % 2])

        write()
        desk.add()
        allowed = {hash_of_bytes(content) for content in versions} | {None}
        with writing(write):
            seen = [(desk.refresh(), hash_known(desk, path))[1] for _ in range(12)]
        assert set(seen) <= allowed
        desk.refresh()
        assert hash_known(desk, path) == hash_now(path)
        assert desk.agrees()

    def test_a_file_that_grows_for_ever_ends_no_run_and_is_indexed_when_it_is_quiet(self, desk: Desk) -> None:
        still = desk.photo("still.png")
        path = desk.photo("growing.png")

        def grow() -> None:
            with path.open("ab") as file:
                file.write(b"\0" * 4096)

        with writing(grow):
            desk.add()
            for _ in range(3):
                desk.refresh()
            assert set(desk.known()) == {still, path}
        desk.refresh()
        assert desk.agrees()
        assert desk.embedder.embedded == 2

    def test_a_copy_in_progress_is_marked_and_indexed_when_it_is_complete(self, desk: Desk) -> None:
        picture = desk.photo("whole.png")
        content = picture.read_bytes()
        picture.unlink()
        desk.add()
        desk.follow()
        copied = desk.photos / "copied.png"
        with copied.open("wb") as file:
            file.write(content[: len(content) // 2])
            file.flush()
            desk.refresh()
            assert desk.known() == {copied: PhotoState.FAILED}
            file.write(content[len(content) // 2 :])
        wait_until(desk.agrees)


class WrongClock:
    """In place of the module `time`.

    Attributes:
        years: So far it is ahead.
    """

    years = 0

    def __getattr__(self, name: str) -> object:
        return getattr(time, name)

    def time(self) -> float:
        return self.time_ns() / 1e9

    def time_ns(self) -> int:
        return time.time_ns() + self.years * _YEAR_NS


class TestClock:
    def test_photos_from_any_time_are_indexed_once(self, desk: Desk) -> None:
        paths = {years: desk.photo(f"{years}.png") for years in (-90, -56, -1, 1, 150, 400)}
        for years, path in paths.items():
            with contextlib.suppress(OverflowError):  # Not every system has such times.
                os.utime(path, ns=(0, path.stat().st_mtime_ns + years * _YEAR_NS))
        desk.add()
        assert desk.refresh().unchanged == len(paths)
        for path in paths.values():
            photo = desk.library.browsing.photo_at(path)
            assert photo is not None
            assert photo.mtime_ns == path.stat().st_mtime_ns
        assert desk.agrees()

    def test_a_clock_that_jumps_back_and_forth_misses_no_change(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk.photo("before.png")
        desk.add()
        desk.follow()
        really = time.time
        for jump_s in (-10 * 365 * 86400, 10 * 365 * 86400, -86400):
            monkeypatch.setattr(time, "time", lambda by=jump_s: really() + by)
            changed = desk.photo(f"{jump_s}.png")
            os.utime(changed, (really() + jump_s, really() + jump_s))
            wait_until(desk.agrees)
        assert desk.embedder.embedded == 4

    def test_a_library_that_was_open_while_the_clock_was_years_off_goes_on(
        self, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clock = WrongClock()
        # Ours alone: gRPC asks the system, and a clock that only half of it believes is none.
        for module in (safety_copy, thumbnail_room):
            monkeypatch.setattr(module, "time", clock)
        desk.library._presence._clock = clock.time
        for turn, years in enumerate((0, 10, -10, 0), 1):
            clock.years = years
            desk.photo(f"{turn}.png")
            assert desk.add().found == turn
            assert desk.refresh().unchanged == turn
            assert desk.agrees()
            away = desk.photos.rename(tmp_path / "away")
            assert desk.refresh().removed == 0
            assert desk.library.browsing.status().offline == turn
            away.rename(desk.photos)
            assert desk.refresh().unchanged == turn
            desk.library.close()
            # It was made a moment ago, by a clock that was wrong.
            copied = tmp_path / "data" / "catalog-copy.db"
            assert copied.stat().st_mtime_ns > time.time_ns() - _YEAR_NS
            os.utime(copied, ns=(0, clock.time_ns()))
            desk.again()
        assert desk.refresh().unchanged == turn
        assert desk.agrees()
        assert desk.embedder.embedded == turn

    def test_a_backup_put_back_with_its_old_time_is_a_change(self, desk: Desk) -> None:
        path = desk.photo("a.png")
        desk.add()
        stamp = path.stat().st_mtime_ns
        other = desk.photo("b.png")
        other.rename(path)
        os.utime(path, ns=(0, stamp - _YEAR_NS))
        desk.refresh()
        assert hash_known(desk, path) == hash_now(path)


@contextlib.contextmanager
def held_to_permissions() -> Iterator[None]:
    """Give up root's right to read everything, for this thread and those it starts."""
    if os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    # struct __user_cap_header_struct of version 3, and __user_cap_data_struct twice; see capset(2).
    head = (ctypes.c_uint32 * 2)(0x20080522, 0)
    rights = (ctypes.c_uint32 * 6)()
    if sys.platform != "linux" or libc.capget(head, rights):
        pytest.skip("root cannot be held to permissions here")
    before = rights[0]
    rights[0] &= ~0b110  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH
    assert libc.capset(head, rights) == 0
    try:
        yield
    finally:
        rights[0] = before
        assert libc.capset(head, rights) == 0


def test_a_folder_whose_permission_is_taken_and_given_back_loses_nothing(tmp_path: Path) -> None:
    with held_to_permissions():
        desk = Desk(tmp_path)
        try:
            check_permissions(desk)
        finally:
            desk.photos.chmod(0o755)
            desk.library.close()


def check_permissions(desk: Desk) -> None:
    desk.photo("closed/in/a.png")
    desk.photo("open/b.png")
    desk.add()
    desk.follow()
    before = desk.known()
    for mode in (0o000, 0o444):
        (desk.photos / "closed").chmod(mode)
        report = desk.refresh()
        (desk.photos / "closed").chmod(0o755)
        assert report.removed == 0
        assert [one.path for one in report.unreadable_folders] == [desk.photos / "closed"]
        assert "permission" in report.unreadable_folders[0].reason
        assert desk.known() == before
    desk.photo("closed/in/new.png")
    wait_until(desk.agrees)
    desk.photos.chmod(0o000)
    report = desk.refresh()
    assert (report.found, report.removed) == (0, 0)
    desk.photos.chmod(0o755)
    assert desk.refresh().unchanged == 3
    assert desk.agrees()
    assert desk.embedder.embedded == 3


@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_a_hundred_thousand_files_in_one_folder(desk: Desk) -> None:
    """Hard links to a few photos: as many names and stamps as of as many photos, at once."""
    originals = [desk.photo(f"original/{number}.png") for number in range(4)]
    crowd = desk.photos / "crowd"
    crowd.mkdir()
    for number in range(CROWD):
        # A file has so many names at most on ext4.
        os.link(originals[number // 50_000], crowd / f"{number:06d}.png")
    report = desk.add(2000)
    assert report.found == CROWD + 4
    assert report.failed == ()
    assert desk.embedder.embedded == 4
    assert desk.refresh(600).unchanged == CROWD + 4
    (crowd / "000000.png").unlink()
    (crowd / "000001.png").rename(crowd / "renamed.png")
    report = desk.refresh(600)
    assert (report.removed, report.moved, report.unchanged) == (1, 1, CROWD + 2)


class writing:  # noqa: N801  # reads as a word
    """Lets another thread do something again and again, as another program would."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._act = act
        self._ended = threading.Event()
        self._begun = threading.Event()
        self._thread = threading.Thread(target=self._run, name="writing")

    def __enter__(self) -> None:
        self._thread.start()
        assert self._begun.wait(10)

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.is_set():
            self._act()
            self._begun.set()
            self._ended.wait(0.001)


def hash_known(desk: Desk, path: Path) -> str | None:
    photo = desk.library.browsing.photo_at(path)
    return photo.content_hash if photo is not None else None


def hash_now(path: Path) -> str:
    return hash_of_bytes(path.read_bytes())


def hash_of_bytes(content: bytes) -> str:
    return hash_of(content)
