"""Listing folders and comparing the listing with what is known, on real files."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.library.errors import FolderMissingError
from desktop_app.library.folders.comparing import (
    SUFFIXES,
    Comparison,
    FoundPhoto,
    Stamp,
    UnreadableFolder,
    changed_ns_of,
    compare,
    is_photo,
    is_skipped_folder,
    key_of,
)
from desktop_app.library.folders.listing import list_folders
from tests.library.folders.listed import scan

posix_only = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")


def make(*paths: Path, content: bytes = b"photo") -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def complain(trouble: UnreadableFolder) -> None:
    pytest.fail(f"a folder was not readable: {trouble}")


def listed(folder: Path, **options) -> list[str]:
    """Return what a scan finds, as sorted paths below the folder; fails on an unreadable one."""
    found = scan(folder, report=complain, **options)
    return sorted(photo.path.relative_to(folder).as_posix() for photo in found)


def by_key(known: dict[Path, Stamp]) -> dict[str, tuple[str, Stamp]]:
    return {key_of(str(path)): (str(path), stamp) for path, stamp in known.items()}


def known_as(photos: list[FoundPhoto]) -> dict[str, tuple[str, Stamp]]:
    return by_key({photo.path: Stamp(photo.size_bytes, photo.mtime_ns) for photo in photos})


def test_photos_of_every_kind_and_letter_case_are_found(tmp_path):
    names = [
        f"{number} {case}{end}"
        for number, suffix in enumerate(SUFFIXES)
        for case, end in (("small", suffix), ("large", suffix.upper()))
    ] + ["mixed.JpEg"]
    make(*(tmp_path / f"case {name}" for name in names))

    assert listed(tmp_path) == sorted(f"case {name}" for name in names)


def test_a_change_that_is_said_to_be_later_than_now_says_nothing(tmp_path):
    """Some drives that are no disks answer with the time of the question."""
    make(tmp_path / "a.jpg")
    status = (tmp_path / "a.jpg").stat()
    assert changed_ns_of(status, status.st_ctime_ns - 1) == 0
    known = 0 if sys.platform == "win32" else status.st_ctime_ns
    assert changed_ns_of(status, status.st_ctime_ns) == known


def test_a_photo_comes_with_its_size_and_time(tmp_path):
    make(tmp_path / "a.jpg", content=b"12345")
    os.utime(tmp_path / "a.jpg", ns=(0, 1_700_000_000_123_456_700))

    [photo] = scan(tmp_path, report=complain)

    status = (tmp_path / "a.jpg").stat()
    windows = sys.platform == "win32"
    assert photo == FoundPhoto(
        tmp_path / "a.jpg",
        5,
        status.st_mtime_ns,
        changed_ns=0 if windows else status.st_ctime_ns,
        inode=0 if windows else status.st_ino,
    )


def test_other_files_are_not_photos(tmp_path):
    make(*(tmp_path / name for name in ("notes.txt", "clip.ts", "jpg", "a.jpg.part", "Thumbs.db", "a.jpg~")))

    assert listed(tmp_path) == []


def test_hidden_files_are_not_photos(tmp_path):
    make(*(tmp_path / name for name in ("._IMG_1.jpg", ".trashed-17-IMG_2.jpg", ".jpg", "IMG_3.jpg")))

    assert listed(tmp_path) == ["IMG_3.jpg"]


def test_is_photo_needs_no_file():
    assert is_photo(Path("/not/there/IMG.HEIC"))
    assert not is_photo(Path("/not/there/._IMG.HEIC"))
    assert not is_photo(Path("/not/there.jpg/IMG"))


@pytest.mark.parametrize(
    "name",
    [
        ".git",
        ".thumbnails",
        "@eaDir",
        "$RECYCLE.BIN",
        "System Volume Information",
        "Photos Library.photoslibrary",
        "Catalog Previews.lrdata",
        "node_modules",
        "lost+found",
        "__MACOSX",
        "#recycle",
    ],
)
def test_hidden_and_system_folders_are_left_out(tmp_path, name):
    make(tmp_path / name / "deep" / "a.jpg", tmp_path / "kept" / "b.jpg")

    assert listed(tmp_path) == ["kept/b.jpg"]
    assert is_skipped_folder(name)


def test_a_hidden_folder_that_was_chosen_is_listed(tmp_path):
    make(tmp_path / ".hidden" / "a.jpg", tmp_path / ".hidden" / ".deeper" / "b.jpg")

    assert listed(tmp_path / ".hidden") == ["a.jpg"]


def test_a_folder_that_is_named_like_a_photo_is_a_folder(tmp_path):
    make(tmp_path / "album.jpg" / "a.png")

    assert listed(tmp_path) == ["album.jpg/a.png"]


def test_excluded_folders_are_left_out_by_any_of_their_names(tmp_path):
    make(tmp_path / "ours" / "thumbnail.jpg", tmp_path / "theirs" / "a.jpg")
    excluded = [tmp_path / "theirs" / ".." / "ours", tmp_path / "not there"]

    assert listed(tmp_path, excluded=excluded) == ["theirs/a.jpg"]


def test_folders_come_one_by_one_in_the_order_of_their_names(tmp_path):
    make(tmp_path / "b" / "2.jpg", tmp_path / "a" / "1.jpg", tmp_path / "a" / "deep" / "3.jpg")

    folders = [folder.path for folder in list_folders(tmp_path, report=complain)]

    assert folders == [tmp_path, tmp_path / "a", tmp_path / "a" / "deep", tmp_path / "b"]


@posix_only
@pytest.mark.parametrize(
    "name", [b"new\nline.jpg", "\N{CAMERA WITH FLASH}.jpg".encode(), b"latin-\xe9.jpg", b" .jpg", b"-rf.jpg"]
)
def test_any_name_that_the_disk_takes_is_found(tmp_path, name):
    path = os.path.join(os.fsencode(tmp_path), name)  # noqa: PTH118 - only bytes can hold such a name
    try:
        with open(path, "wb"):  # noqa: PTH123
            pass
    except OSError:
        pytest.skip("this disk refuses such a name")

    [photo] = scan(tmp_path, report=complain)

    assert os.fsencode(photo.path.name) == name
    assert compare([photo], known_as([photo])).unchanged == (photo.path,)


@posix_only
def test_a_fifo_and_a_socket_are_no_photos(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "fifo.jpg")
    monkeypatch.chdir(tmp_path)  # A socket's path may have 108 bytes at most.
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.jpg")
        assert listed(tmp_path) == []


@posix_only
class TestLinks:
    def test_a_link_to_a_photo_counts_under_its_own_name(self, tmp_path):
        make(tmp_path / "else" / "original.jpg", content=b"12345678")
        (tmp_path / "album").mkdir()
        (tmp_path / "album" / "link.jpg").symlink_to(tmp_path / "else" / "original.jpg")

        [photo] = scan(tmp_path / "album", report=complain)

        assert photo.path == tmp_path / "album" / "link.jpg"
        assert photo.size_bytes == 8

    def test_links_that_lead_nowhere_or_in_a_circle_are_no_photos(self, tmp_path):
        (tmp_path / "gone.jpg").symlink_to(tmp_path / "not there")
        (tmp_path / "self.jpg").symlink_to("self.jpg")
        (tmp_path / "self").symlink_to("self")
        (tmp_path / "lock").symlink_to("127.0.1.1:+4711")

        assert listed(tmp_path) == []

    def test_a_link_to_the_parent_does_not_lead_in_a_circle(self, tmp_path):
        make(tmp_path / "a" / "1.jpg")
        (tmp_path / "a" / "up").symlink_to(tmp_path)
        (tmp_path / "a" / "here").symlink_to(".")

        assert listed(tmp_path) == ["a/1.jpg"]

    def test_a_link_to_what_holds_the_chosen_folder_does_not_list_the_disk(self, tmp_path):
        make(tmp_path / "secret" / "1.jpg", tmp_path / "chosen" / "2.jpg")
        (tmp_path / "chosen" / "up").symlink_to(tmp_path)

        assert listed(tmp_path / "chosen") == ["2.jpg"]

    def test_folders_that_link_to_each_other_are_listed_once(self, tmp_path):
        make(tmp_path / "a" / "1.jpg", tmp_path / "b" / "2.jpg")
        (tmp_path / "a" / "to b").symlink_to(tmp_path / "b")
        (tmp_path / "b" / "to a").symlink_to(tmp_path / "a")

        assert listed(tmp_path) == ["a/1.jpg", "b/2.jpg"]

    def test_a_link_to_a_folder_elsewhere_is_followed_once(self, tmp_path):
        make(tmp_path / "drive" / "1.jpg")
        (tmp_path / "drive" / "back").symlink_to(tmp_path / "drive")
        (tmp_path / "chosen").mkdir()
        (tmp_path / "chosen" / "first").symlink_to(tmp_path / "drive")
        (tmp_path / "chosen" / "second").symlink_to(tmp_path / "drive")

        assert listed(tmp_path / "chosen") == ["first/1.jpg"]

    def test_a_part_and_the_whole_agree_about_a_link_into_a_chosen_folder(self, tmp_path):
        make(tmp_path / "a" / "1.jpg", tmp_path / "b" / "2.jpg")
        (tmp_path / "a" / "to b").symlink_to(tmp_path / "b")

        assert listed(tmp_path) == ["a/1.jpg", "b/2.jpg"]
        assert listed(tmp_path / "a", chosen=[tmp_path]) == ["1.jpg"]

    def test_a_chosen_folder_may_be_a_link(self, tmp_path):
        make(tmp_path / "real" / "1.jpg")
        (tmp_path / "link").symlink_to(tmp_path / "real")

        [photo] = scan(tmp_path / "link", report=complain)

        assert photo.path == tmp_path / "link" / "1.jpg"

    def test_a_link_to_a_drive_that_is_not_there_keeps_its_photos(self, tmp_path):
        link = tmp_path / "drive"
        link.symlink_to("/media/somebody/not there")
        troubles: list[UnreadableFolder] = []
        known = by_key({link / "2019" / "a.jpg": Stamp(1, 1)})

        found = list(scan(tmp_path, report=troubles.append))

        assert [trouble.path for trouble in troubles] == [link]
        assert compare(found, known, [link]) == Comparison((), (), (), ())


class TestMissing:
    def test_a_folder_that_is_not_there_is_missing(self, tmp_path):
        with pytest.raises(FolderMissingError) as caught:
            list(scan(tmp_path / "not there", report=complain))

        assert caught.value.folder == tmp_path / "not there"
        assert "is not there" in caught.value.sentence

    def test_a_file_in_the_place_of_the_folder_is_missing(self, tmp_path):
        make(tmp_path / "file")

        with pytest.raises(FolderMissingError):
            list(scan(tmp_path / "file", report=complain))

    @pytest.mark.parametrize(
        "error", [PermissionError(1, "Operation not permitted"), PermissionError(13, "")]
    )
    def test_a_folder_that_may_not_be_read_says_so(self, tmp_path, monkeypatch, error):
        refuse(monkeypatch, tmp_path, error)

        with pytest.raises(FolderMissingError, match="no permission") as caught:
            list(scan(tmp_path, report=complain))

        assert caught.value.forbidden

    def test_a_folder_that_vanishes_half_way_is_missing(self, tmp_path):
        make(tmp_path / "root" / "a" / "1.jpg", tmp_path / "root" / "b" / "2.jpg")
        finding = scan(tmp_path / "root", report=complain)
        next(finding)

        (tmp_path / "root").rename(tmp_path / "unplugged")

        with pytest.raises(FolderMissingError):
            list(finding)

    def test_a_drive_unplugged_while_its_files_are_looked_at_is_missing(self, tmp_path, monkeypatch):
        """Every file looks deleted then, and an empty mount point is left."""
        root = tmp_path / "mount"
        make(root / "1.jpg", root / "2.jpg")

        def unplug() -> None:
            root.rename(tmp_path / "unplugged")
            root.mkdir()

        after_listing(monkeypatch, root, unplug)

        with pytest.raises(FolderMissingError):
            list(scan(root, report=complain))


class TestUnreadable:
    def test_a_folder_that_may_not_be_read_is_reported_and_keeps_its_photos(self, tmp_path, monkeypatch):
        make(tmp_path / "open" / "1.jpg", tmp_path / "closed" / "deep" / "2.jpg")
        known = known_as(list(scan(tmp_path, report=complain)))
        refuse(monkeypatch, tmp_path / "closed", PermissionError(13, "Permission denied"))
        troubles: list[UnreadableFolder] = []

        found = list(scan(tmp_path, report=troubles.append))
        comparison = compare(found, known, [trouble.path for trouble in troubles])

        assert troubles == [UnreadableFolder(tmp_path / "closed", "no permission to read the folder")]
        assert replace(comparison, learned=()) == Comparison((), (), (tmp_path / "open" / "1.jpg",), ())

    def test_a_failing_disk_is_reported_in_its_own_words(self, tmp_path, monkeypatch):
        make(tmp_path / "bad" / "1.jpg")
        refuse(monkeypatch, tmp_path / "bad", OSError(5, "Input/output error"))
        troubles: list[UnreadableFolder] = []

        assert list(scan(tmp_path, report=troubles.append)) == []
        assert [trouble.reason for trouble in troubles] == ["the folder cannot be read (Input/output error)"]

    def test_a_folder_removed_half_way_is_reported_and_the_rest_is_found(self, tmp_path):
        make(tmp_path / "a" / "1.jpg", tmp_path / "b" / "2.jpg", tmp_path / "c" / "3.jpg")
        troubles: list[UnreadableFolder] = []
        finding = scan(tmp_path, report=troubles.append)
        first = next(finding)

        shutil.rmtree(tmp_path / "b")
        names = {photo.path.name for photo in (first, *finding)}

        assert names == {"1.jpg", "3.jpg"}
        assert troubles == [UnreadableFolder(tmp_path / "b", "the folder is no longer there")]

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows lists size and time with the name")
    def test_a_file_removed_half_way_is_left_out_without_a_word(self, tmp_path, monkeypatch):
        make(tmp_path / "1.jpg", tmp_path / "2.jpg")
        after_listing(monkeypatch, tmp_path, (tmp_path / "2.jpg").unlink)

        assert listed(tmp_path) == ["1.jpg"]

    @pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's permissions")
    @pytest.mark.parametrize("mode", [0o000, 0o444], ids=["not listed", "listed but not entered"])
    def test_a_folder_closed_by_its_permissions_is_reported(self, tmp_path, mode):
        """In a child process without root's rights, for which the permissions count."""
        make(tmp_path / "closed" / "1.jpg", tmp_path / "open" / "2.jpg")
        (tmp_path / "closed").chmod(mode)

        said = without_rights(tmp_path)
        (tmp_path / "closed").chmod(0o755)

        assert said == ["found 2.jpg", "closed: no permission to read the folder"]


class TestCompare:
    def test_new_changed_unchanged_and_gone_are_told_apart(self, tmp_path):
        make(*(tmp_path / f"{name}.jpg" for name in ("larger", "later", "same", "gone")))
        known = known_as(list(scan(tmp_path, report=complain)))
        make(tmp_path / "larger.jpg", content=b"more bytes")
        os.utime(tmp_path / "larger.jpg", ns=(0, known[key_of(str(tmp_path / "larger.jpg"))][1].mtime_ns))
        os.utime(
            tmp_path / "later.jpg",
            ns=(0, known[key_of(str(tmp_path / "later.jpg"))][1].mtime_ns + 1_000_000_000),
        )
        (tmp_path / "gone.jpg").unlink()
        make(tmp_path / "new.jpg")

        comparison = compare(scan(tmp_path, report=complain), known)

        assert [photo.path.name for photo in comparison.new] == ["new.jpg"]
        assert sorted(photo.path.name for photo in comparison.changed) == ["larger.jpg", "later.jpg"]
        assert comparison.unchanged == (tmp_path / "same.jpg",)
        assert comparison.gone == (tmp_path / "gone.jpg",)

    def test_an_older_time_is_a_change_too(self, tmp_path):
        """A backup put back has the time it had then."""
        photo = FoundPhoto(tmp_path / "a.jpg", 5, 1_000)

        assert compare([photo], by_key({photo.path: Stamp(5, 2_000)})).changed == (photo,)

    def test_only_an_entry_that_was_changed_since_makes_a_photo_doubtful(self, tmp_path):
        photo = FoundPhoto(tmp_path / "a.jpg", 5, 1_000, changed_ns=7, inode=3)

        def doubtful(known: Stamp, found: FoundPhoto = photo) -> bool:
            comparison = compare([found], by_key({photo.path: known}))
            assert comparison.unchanged == (photo.path,)
            return bool(comparison.doubtful)

        assert doubtful(Stamp(5, 1_000, changed_ns=6, inode=3))
        assert not doubtful(Stamp(5, 1_000, changed_ns=7, inode=3))
        # Some drives number their entries anew whenever they are connected.
        assert not doubtful(Stamp(5, 1_000, changed_ns=7, inode=4))
        # An earlier version did not know, and some systems do not tell.
        assert not doubtful(Stamp(5, 1_000))
        assert not doubtful(Stamp(5, 1_000, changed_ns=6), replace(photo, changed_ns=0))

    def test_what_an_earlier_version_did_not_know_is_learned(self, tmp_path):
        photo = FoundPhoto(tmp_path / "a.jpg", 5, 1_000, changed_ns=7, inode=3)

        assert compare([photo], by_key({photo.path: Stamp(5, 1_000)})).learned == (photo,)
        assert compare([photo], by_key({photo.path: Stamp(5, 1_000, changed_ns=7, inode=3)})).learned == ()

    def test_photos_that_were_replaced_and_changed_last_are_doubted_first(self, tmp_path):
        photos = [
            FoundPhoto(tmp_path / f"{number}.jpg", 5, 1_000, changed_ns=number, inode=9 if number == 3 else 1)
            for number in range(2, 6)
        ]
        known = by_key({photo.path: Stamp(5, 1_000, changed_ns=1, inode=1) for photo in photos})

        comparison = compare(photos, known, named={tmp_path / "2.jpg"})

        assert [photo.path.name for photo in comparison.doubtful] == ["2.jpg", "3.jpg", "5.jpg", "4.jpg"]

    def test_a_path_that_comes_twice_counts_once(self, tmp_path):
        photo = FoundPhoto(tmp_path / "a.jpg", 5, 1_000)

        assert compare([photo, photo], {}).new == (photo,)

    def test_only_photos_below_an_unreadable_folder_are_kept(self, tmp_path):
        paths = [tmp_path / "a" / "1.jpg", tmp_path / "a" / "deep" / "2.jpg", tmp_path / "ab" / "3.jpg"]

        comparison = compare([], by_key(dict.fromkeys(paths, Stamp(1, 1))), [tmp_path / "a"])

        assert comparison.gone == (tmp_path / "ab" / "3.jpg",)

    def test_folders_reported_during_the_listing_count(self, tmp_path, monkeypatch):
        make(tmp_path / "closed" / "1.jpg")
        known = known_as(list(scan(tmp_path, report=complain)))
        refuse(monkeypatch, tmp_path / "closed", PermissionError(13, "Permission denied"))
        unreadable: list[Path] = []

        found = scan(tmp_path, report=lambda trouble: unreadable.append(trouble.path))

        assert compare(found, known, unreadable).gone == ()

    def test_a_photo_that_returns_unchanged_is_new_again(self, tmp_path):
        make(tmp_path / "a.jpg")
        photos = list(scan(tmp_path, report=complain))

        assert compare([], known_as(photos)).gone == (tmp_path / "a.jpg",)
        assert compare(photos, {}).new == tuple(photos)


def refuse(monkeypatch: pytest.MonkeyPatch, folder: Path, error: OSError) -> None:
    """Make listing one folder fail. The tests may run as root, whom permissions do not stop."""
    really = os.scandir

    def scandir(path):
        if Path(path) == folder:
            raise error
        return really(path)

    monkeypatch.setattr(os, "scandir", scandir)


def after_listing(monkeypatch: pytest.MonkeyPatch, folder: Path, act) -> None:
    """Do something between the listing of a folder and the look at its files."""
    really = os.scandir

    class Listed:
        def __init__(self, path) -> None:
            self._path = Path(path)

        def __enter__(self) -> Iterator[os.DirEntry[str]]:
            with really(self._path) as entries:
                listed_entries = list(entries)
            if self._path == folder:
                act()
            return iter(listed_entries)

        def __exit__(self, *_error: object) -> None:
            return None

    monkeypatch.setattr(os, "scandir", Listed)


def without_rights(folder: Path) -> list[str]:
    """Scan in a child process that is nobody, and return what it said, found photos first."""
    folder.chmod(0o755)
    code = """
import os
from pathlib import Path
from tests.library.folders.listed import scan
os.chdir(os.environ["SCANNED"])  # Before the rights go: the folders above belong to whoever runs the tests.
if os.getuid() == 0:
    os.setuid(65534)
said = []
for photo in scan(Path(), report=lambda trouble: said.append(f"{trouble.path}: {trouble.reason}")):
    print("found", photo.path.name)
print(*said, sep="\\n")
"""
    project = Path(__file__).parents[3]
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=project,
        env={**os.environ, "SCANNED": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


def test_where_letters_have_no_case_a_photo_is_known_by_any_spelling(tmp_path, monkeypatch):
    """A watcher may name a folder otherwise than the person did who chose it."""
    monkeypatch.setattr("desktop_app.library.folders.comparing._IS_WINDOWS", True)
    known = by_key({tmp_path / "Lake.JPG": Stamp(5, 1_000), tmp_path / "Gone.JPG": Stamp(5, 1_000)})

    comparison = compare([FoundPhoto(tmp_path / "lake.jpg", 5, 1_000)], known)

    assert comparison.unchanged == (tmp_path / "lake.jpg",)
    assert comparison.gone == (tmp_path / "Gone.JPG",)
