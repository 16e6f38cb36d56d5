"""A file is read as it was at one moment, or not at all."""

import errno
import os
from pathlib import Path

import pytest

from desktop_app.library.errors import UnreadablePhotoError
from desktop_app.library.media.whole_file import TOO_LONG, read_bytes, words_of


def between_readings(monkeypatch: pytest.MonkeyPatch, act) -> list[int]:
    """Do something after each piece that is read; return how many bytes were asked for each time."""
    really, asked = os.read, []

    def read(handle: int, size: int) -> bytes:
        piece = really(handle, size)
        asked.append(size)
        act(len(asked))
        return piece

    monkeypatch.setattr(os, "read", read)
    return asked


def test_a_file_that_changes_once_is_read_again(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"old")
    between_readings(monkeypatch, lambda turn: path.write_bytes(b"newer") if turn == 1 else None)
    assert read_bytes(path) == b"newer"


def test_a_file_that_only_gets_another_time_is_read_again(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"same")
    asked = between_readings(monkeypatch, lambda turn: os.utime(path, (turn, 9)) if turn == 1 else None)
    assert read_bytes(path) == b"same"
    assert len(asked) == 2


@pytest.mark.parametrize("change", [b"longer and longer", b""])
def test_a_file_that_changes_all_the_while_is_given_up(tmp_path: Path, monkeypatch, change: bytes) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"content")

    def write(turn: int) -> None:
        path.write_bytes(change * turn + b"x")

    asked = between_readings(monkeypatch, write)
    with pytest.raises(UnreadablePhotoError, match="is being written"):
        read_bytes(path)
    assert len(asked) <= 6, "a file that grows is not followed"


def test_a_file_that_comes_in_pieces_is_put_together(tmp_path: Path, monkeypatch) -> None:
    """As network drives give it."""
    path = tmp_path / "a.jpg"
    path.write_bytes(bytes(range(256)) * 40)
    really = os.read
    monkeypatch.setattr(os, "read", lambda handle, size: really(handle, min(size, 1000)))
    assert read_bytes(path) == bytes(range(256)) * 40


@pytest.mark.parametrize(
    ("number", "name", "words"),
    [
        (32, "a.jpg", "another program holds the file"),
        (33, "a.jpg", "another program holds the file"),
        (21, "E:\\a.jpg", "there is no card or disk in the drive"),
        (53, r"\\nas\photos\a.jpg", "the drive did not answer"),
        (5, "a.jpg", "there is no permission to read the file"),
        (2, "a.jpg", "the file is gone"),
        (3, "C:\\" + 260 * "x", TOO_LONG),
    ],
)
def test_what_windows_says_is_put_into_words(number: int, name: str, words: str) -> None:
    # As Python maps them: 2, 3, 53 to a file that is gone, the others to a lack of rights.
    error = OSError(errno.ENOENT if number in {2, 3, 53} else errno.EACCES, "as Windows says it", name)
    error.winerror = number  # type: ignore[attr-defined,unused-ignore]  # of Windows
    assert words_of(error) == words
