"""A large file is read in pieces, and is what it was all the while, or says so."""

import os
from pathlib import Path

import pytest

from desktop_app.library.errors import UnreadablePhotoError
from desktop_app.library.media import steady_file
from desktop_app.library.media.identity import hash_of
from desktop_app.library.media.steady_file import SteadyFile

PIECE = 1000


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steady_file, "_PIECE_BYTES", PIECE)
    monkeypatch.setattr(steady_file, "NOTICE_BYTES", 3 * PIECE)


@pytest.mark.parametrize("size", [1, PIECE, PIECE * 10, PIECE * 10 + 7])
def test_its_hash_is_that_of_its_bytes(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    (tmp_path / "a.mp4").write_bytes(content)
    with SteadyFile(tmp_path / "a.mp4") as file:
        assert file.size_bytes == size
        assert file.hash() == hash_of(content)
        assert file.hash() == hash_of(content), "from wherever it stands"


def test_that_it_goes_on_is_told_now_and_then(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(bytes(10 * PIECE))
    told: list[int] = []
    with SteadyFile(tmp_path / "a.mp4") as file:
        file.hash(told.append)
    assert told == [3 * PIECE, 6 * PIECE, 9 * PIECE]


def test_one_that_changes_once_is_hashed_again(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"1" * 10 * PIECE)
    told: list[int] = []

    def change_once(read_bytes: int) -> None:
        told.append(read_bytes)
        if len(told) == 1:
            path.write_bytes(b"2" * 8 * PIECE)

    with SteadyFile(path) as file:
        assert file.hash(change_once) == hash_of(b"2" * 8 * PIECE)
        assert file.size_bytes == 8 * PIECE
        file.check()
    assert told == [3 * PIECE, 3 * PIECE, 6 * PIECE], "and not read to its end before"


@pytest.mark.parametrize("piece", [b"more", b""])
def test_one_that_changes_all_the_while_is_given_up(tmp_path: Path, piece: bytes) -> None:
    """A recording that grows, or a copy whose time is set again and again."""
    path = tmp_path / "a.mp4"
    path.write_bytes(bytes(10 * PIECE))
    turns: list[int] = []

    def change(_read_bytes: int) -> None:
        turns.append(1)
        with path.open("ab") as growing:
            growing.write(piece)
        os.utime(path, ns=(0, len(turns)))

    with SteadyFile(path) as file, pytest.raises(UnreadablePhotoError, match="is being written"):
        file.hash(change)
    assert len(turns) == 3


def test_one_that_changed_after_it_was_hashed_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"content")
    with SteadyFile(path) as file:
        file.hash()
        file.check()
        path.write_bytes(b"another")
        os.utime(path, ns=(0, 9))
        with pytest.raises(UnreadablePhotoError, match="is being written"):
            file.check()


def test_what_cannot_be_read_is_not_taken_for_the_end(tmp_path: Path, monkeypatch) -> None:
    """Decoders do, and would find a video that is cut short."""
    path = tmp_path / "a.mp4"
    path.write_bytes(bytes(10 * PIECE))

    class Failing:
        def __init__(self, file) -> None:
            self._file = file

        def read(self, _count: int) -> bytes:
            raise OSError(5, "Input/output error")

        def __getattr__(self, name: str) -> object:
            return getattr(self._file, name)

    with SteadyFile(path) as file:
        monkeypatch.setattr(file, "_file", Failing(file._file))
        with pytest.raises(OSError, match="Input/output"):
            file.read(10)
        with pytest.raises(UnreadablePhotoError, match="the disk could not read the file"):
            file.check()
        with pytest.raises(UnreadablePhotoError, match="the disk could not read the file"):
            file.hash()


def _make_pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "the file is gone"),
        (lambda path: path.mkdir(), "not a file"),
        (lambda path: path.touch(), "the file is empty"),
        pytest.param(
            _make_pipe,
            "not a file",
            marks=pytest.mark.skipif(os.name == "nt", reason="Windows has no such files"),
        ),
    ],
)
def test_what_is_no_file_with_something_in_it_is_refused(tmp_path: Path, make, words: str) -> None:
    make(tmp_path / "a.mp4")
    with pytest.raises(UnreadablePhotoError, match=words):
        SteadyFile(tmp_path / "a.mp4")
