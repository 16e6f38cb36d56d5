import errno
import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop_app.library import thumbnail_room, thumbnails
from desktop_app.library.errors import DiskFullError, LibraryError, UnreadablePhotoError
from desktop_app.library.thumbnails import ThumbnailStore

HASH = "ab12cd34ef567890"
HOUR_NS = 3600 * 10**9


@pytest.fixture
def store(tmp_path: Path) -> ThumbnailStore:
    return ThumbnailStore(tmp_path / "thumbnails")


def picture(size: tuple[int, int] = (900, 600), colour: str = "teal") -> Image.Image:
    return Image.new("RGB", size, colour)


def used_hours_ago(path: Path, hours: float) -> None:
    then = path.stat().st_mtime_ns - int(hours * HOUR_NS)
    os.utime(path, ns=(then, then))


def test_a_thumbnail_is_found_by_its_content(store):
    assert not store.has(HASH)
    path = store.write(HASH, picture())
    assert path == store.path_for(HASH)
    assert path.parent.name == "ab"
    assert store.has(HASH)


@pytest.mark.parametrize(
    ("size", "expected"),
    [((900, 600), (512, 341)), ((600, 900), (341, 512)), ((300, 200), (300, 200)), ((9000, 5), (512, 1))],
)
def test_it_fits_into_its_square_and_is_never_enlarged(store, size, expected):
    with Image.open(store.write(HASH, picture(size))) as thumbnail:
        assert (thumbnail.format, thumbnail.mode, thumbnail.size) == ("JPEG", "RGB", expected)


def test_the_side_is_chosen_by_the_caller(tmp_path):
    with Image.open(ThumbnailStore(tmp_path, side_px=100).write(HASH, picture())) as thumbnail:
        assert thumbnail.size == (100, 67)


def test_colours_survive(store):
    with Image.open(store.write(HASH, picture(colour="#c83228"))) as thumbnail:
        seen = thumbnail.getpixel((100, 100))
    assert isinstance(seen, tuple)
    assert max(abs(a - b) for a, b in zip(seen, (200, 50, 40), strict=True)) < 6


def test_the_picture_given_is_not_changed(store):
    given = picture()
    store.write(HASH, given)
    assert given.size == (900, 600)


def test_a_picture_of_another_mode_is_converted(store):
    store.write(HASH, Image.new("RGBA", (40, 40), (1, 2, 3, 255)))
    assert store.has(HASH)


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX systems")
def test_only_its_owner_may_read_it(store):
    path = store.write(HASH, picture())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["", "ab", "../../etc/passwd", "ab/cd", "ab\0cd", "a" * 200, "abc.jpg"])
def test_what_is_no_hash_is_refused(store, name):
    with pytest.raises(ValueError, match="not a content hash"):
        store.path_for(name)


@pytest.mark.parametrize("content", [b"", b"\xff", b"\xff\xd8", b"\0" * 9000, b"\xff\xd8" + b"x" * 800])
def test_a_thumbnail_in_pieces_counts_as_missing_and_is_written_again(store, content):
    path = store.write(HASH, picture())
    path.write_bytes(content)
    assert not store.has(HASH)
    store.write(HASH, picture())
    assert store.has(HASH)
    with Image.open(path) as thumbnail:
        thumbnail.load()


def test_nothing_unfinished_is_left_behind(store):
    path = store.write(HASH, picture())
    assert list(path.parent.iterdir()) == [path]


def test_a_vanished_folder_is_made_again(store):
    path = store.write(HASH, picture())
    path.unlink()
    path.parent.rmdir()
    path.parent.parent.rmdir()
    assert store.write(HASH, picture()).is_file()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_so_and_leaves_nothing(store, monkeypatch, number):
    def fail(_self: Path, _target: Path) -> Path:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(DiskFullError) as caught:
        store.write(HASH, picture())
    assert "no room left" in caught.value.sentence
    assert caught.value.hint
    assert list(store.path_for(HASH).parent.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_really_full_device_is_said_so(store, monkeypatch):
    opened = os.fdopen

    def full(handle: int, mode: str):
        os.close(handle)
        return opened(os.open("/dev/full", os.O_WRONLY), mode)

    monkeypatch.setattr("desktop_app.library.thumbnails.os.fdopen", full)
    with pytest.raises(DiskFullError):
        store.write(HASH, picture())


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path):
    (tmp_path / "thumbnails").write_text("a file stands here")
    store = ThumbnailStore(tmp_path / "thumbnails")
    assert not store.has(HASH)
    with pytest.raises(LibraryError) as caught:
        store.write(HASH, picture())
    assert not isinstance(caught.value, DiskFullError)
    assert str(tmp_path) in caught.value.sentence


def test_a_thumbnail_that_is_being_shown_may_refuse_to_be_replaced(store, monkeypatch):
    path = store.write(HASH, picture())

    def fail(_self: Path, _target: Path) -> Path:
        raise PermissionError(errno.EACCES, "in use")

    monkeypatch.setattr(Path, "replace", fail)
    assert store.write(HASH, picture()) == path
    assert list(path.parent.iterdir()) == [path]


def test_nothing_is_trimmed_below_the_limit(store):
    store.write(HASH, picture())
    assert store.trim() == 0
    assert store.has(HASH)


def test_trimming_removes_what_was_not_used_for_longest(tmp_path):
    names = [f"{number:02d}cdef" for number in range(6)]
    for hours, name in enumerate(names):
        used_hours_ago(path := ThumbnailStore(tmp_path).write(name, picture()), hours + 1)
    store = ThumbnailStore(tmp_path, limit_bytes=3 * path.stat().st_size)
    assert store.trim() == 3
    assert [store.has(name) for name in names] == [True, True, True, False, False, False]
    assert store.trim() == 0


def test_thumbnails_that_cannot_be_made_again_go_last(tmp_path):
    names = [f"{number:02d}cdef" for number in range(4)]
    for hours, name in enumerate(names):
        used_hours_ago(path := ThumbnailStore(tmp_path).write(name, picture()), hours + 1)
    limit_bytes = 2 * path.stat().st_size
    store = ThumbnailStore(tmp_path, limit_bytes=limit_bytes, precious=lambda: {names[2], names[3]})
    assert store.trim() == 2
    assert [store.has(name) for name in names] == [False, False, True, True]


def test_a_thumbnail_read_lately_outlives_one_written_later(tmp_path):
    size = ThumbnailStore(tmp_path).write("abc1", picture()).stat().st_size
    store = ThumbnailStore(tmp_path, limit_bytes=size)
    read, written = store.path_for("abc1"), ThumbnailStore(tmp_path).write("abc2", picture())
    used_hours_ago(written, 5)
    long_ago = read.stat().st_mtime_ns
    os.utime(read, ns=(long_ago, long_ago - 100 * HOUR_NS))
    assert store.trim() == 1
    assert store.has("abc1")


def test_trimming_removes_what_a_crash_left_unfinished(tmp_path):
    left = tmp_path / "ab" / "abcd-x1.part"
    left.parent.mkdir()
    left.write_bytes(b"half")
    used_hours_ago(left, 1)
    store = ThumbnailStore(tmp_path)
    store.write(HASH, picture())
    young = left.with_name("abcd-x2.part")
    young.write_bytes(b"being written now")
    used_hours_ago(young, -1)
    assert store.trim() == 0
    assert not left.exists()
    assert young.exists()
    assert store.has(HASH)


def test_trimming_leaves_other_files_and_links_alone(tmp_path):
    outside = tmp_path / "outside"
    (outside / "deeper").mkdir(parents=True)
    (outside / "holiday.jpg").write_bytes(b"x" * 100)
    store = ThumbnailStore(tmp_path / "thumbnails", limit_bytes=0)
    store.write(HASH, picture())
    (tmp_path / "thumbnails" / "notes.txt").write_text("mine")
    if sys.platform != "win32":
        (tmp_path / "thumbnails" / "zz").symlink_to(outside, target_is_directory=True)
    assert store.trim() == 1
    assert (outside / "holiday.jpg").exists()
    assert (tmp_path / "thumbnails" / "notes.txt").exists()


def size_below(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*.jpg"))


def test_the_limit_is_kept_with_every_thumbnail_and_seldom_by_listing_them(tmp_path, monkeypatch):
    looks: list[Path] = []

    def shards_and_count(folder: Path) -> list[os.DirEntry[str]]:
        looks.append(folder)
        return shards(folder)

    shards = thumbnail_room.shards
    monkeypatch.setattr(thumbnail_room, "shards", shards_and_count)
    size = ThumbnailStore(tmp_path / "another").write(HASH, picture()).stat().st_size
    store = ThumbnailStore(tmp_path / "thumbnails", limit_bytes=100 * size)
    for number in range(400):
        assert store.has(store.write(f"{number:04d}", picture()).stem)
        assert size_below(tmp_path / "thumbnails") <= 100 * size
    assert size_below(tmp_path / "thumbnails") >= 94 * size
    assert len(looks) <= 400 / 5


def test_a_store_that_was_full_before_is_held_below_its_limit(tmp_path):
    for number in range(40):
        used_hours_ago(path := ThumbnailStore(tmp_path).write(f"{number:04d}", picture()), number + 1)
    limit_bytes = 40 * path.stat().st_size
    store = ThumbnailStore(tmp_path, limit_bytes=limit_bytes, precious=lambda: {"0039"})
    for number in range(40, 60):
        store.write(f"{number:04d}", picture())
        assert size_below(tmp_path) <= 1.05 * limit_bytes
    assert [store.has(name) for name in ("0039", "0038", "0059")] == [True, False, True]


def test_thumbnails_are_written_where_nobody_can_say_which_are_precious(tmp_path):
    def precious() -> set[str]:
        raise LibraryError("The catalogue cannot be read.")

    store = ThumbnailStore(tmp_path, limit_bytes=0, precious=precious)
    assert store.write("abc1", picture()).exists()
    assert store.write("abc2", picture()).exists()
    assert store.has("abc1")


def test_an_empty_store_has_nothing_to_trim(store):
    assert store.trim() == 0


def test_many_threads_write_read_and_trim_at_once(tmp_path):
    store = ThumbnailStore(tmp_path, limit_bytes=10_000)
    names = [f"{number % 7:02d}cdef" for number in range(60)]

    def work(name: str) -> bool:
        path = store.write(name, picture((200, 100)))
        store.has(name)
        if name.startswith("03"):
            store.trim()
        return path.parent.is_dir()

    with ThreadPoolExecutor(8, "thumbnails") as pool:
        assert all(pool.map(work, names))
    store.trim()
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert all(path.suffix == ".jpg" for path in left)
    assert sum(path.stat().st_size for path in left) <= 10_000


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "TIFF", "WEBP"])
def test_a_picture_of_another_kind_in_its_place_is_not_read(tmp_path, kind):
    """Thumbnails are decoded beside everything else of the application, so they are what we write or nothing."""
    store = ThumbnailStore(tmp_path / "thumbnails")
    place = store.write("0123456789abcdef", Image.new("RGB", (64, 48)))
    assert store.read("0123456789abcdef") == place.read_bytes()
    Image.new("RGB", (64, 48)).save(place, kind)
    with pytest.raises(UnreadablePhotoError, match="none of ours"):
        store.read("0123456789abcdef")


def test_few_thumbnails_are_measured_and_of_many_only_some(store):
    assert store.extent() == thumbnails.Extent(0, 0)
    sizes = [store.write(f"ab{number:04}", picture()).stat().st_size for number in range(3)]
    (store.folder / "ab" / "other.txt").write_bytes(b"x")
    assert store.extent() == thumbnails.Extent(3, sum(sizes))
    for number in range(3, 100):
        store.path_for(f"ab{number:04}").write_bytes(b"x" * sizes[0])
    assert store.extent() == thumbnails.Extent(100, 100 * sizes[0])


def test_all_can_be_removed_but_some(store):
    for number in range(5):
        store.write(f"ab{number:04}", picture())
    store.clear(lambda: True)
    assert store.extent().items == 5
    store.clear(but={"ab0003"})
    assert [store.has(f"ab{number:04}") for number in range(5)] == [False, False, False, True, False]
    store.remove("ab0003")
    store.remove("ab0003")
    store.remove("../../no hash")
    assert store.extent().items == 0


@pytest.mark.parametrize("size", [(1000, 750), (750, 1000), (2000, 1500), (640, 480)])
def test_a_thumbnail_shows_what_the_best_filter_would(store, size):
    noise = Image.effect_noise((size[0] // 4, size[1] // 4), 90).resize(size, Image.Resampling.BICUBIC)
    whole = noise.convert("RGB")
    with Image.open(store.write(HASH, whole)) as thumbnail:
        best = whole.resize(thumbnail.size, Image.Resampling.LANCZOS)
        far = np.abs(np.asarray(thumbnail, dtype=float) - np.asarray(best, dtype=float))
    spread = np.asarray(best, dtype=float).std()
    assert float(far.mean()) < 0.2 * float(spread)
