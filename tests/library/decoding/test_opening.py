"""A photo's file is opened for its decoder, also where the drive never answers."""

import os
import threading
from pathlib import Path

import pytest

from desktop_app.library.decoding.opening import NotOpenedError, opened
from desktop_app.library.decoding.pool import DecoderPool, Decoding
from desktop_app.library.errors import UnreadablePhotoError
from tests.pictures import save_colour
from tests.processes import decoders_of_this_process
from tests.silent_share import silent_share
from tests.waiting import wait_until

pytestmark = pytest.mark.xdist_group("mounts")

SILENT_S = 0.5


def never() -> bool:
    return False


def opening_threads() -> int:
    return [thread.name for thread in threading.enumerate()].count("photo-open")


def is_open(file: int) -> bool:
    try:
        os.fstat(file)
    except OSError:
        return False
    return True


def test_a_file_is_lent_and_closed_afterwards(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"content")
    with opened(os.fsencode(tmp_path / "a.jpg"), 60, never) as file:
        assert os.read(file, 10) == b"content"
    wait_until(lambda: not opening_threads())
    assert not is_open(file)


def test_what_cannot_be_opened_says_why(tmp_path: Path) -> None:
    for path, words in ((tmp_path / "gone.jpg", "the file is gone"), (tmp_path, "not a file")):
        with pytest.raises(UnreadablePhotoError, match=words), opened(os.fsencode(path), 60, never):
            pytest.fail("it was opened")


def test_a_silent_drive_is_left_behind_and_the_decoder_is_not(tmp_path: Path) -> None:
    save_colour(tmp_path / "server" / "red.png", "red")
    here = save_colour(tmp_path / "here" / "blue.png", "blue")
    pool = DecoderPool(1, background=True, how=Decoding(silent_s=SILENT_S))
    with silent_share(tmp_path / "nas", tmp_path / "server") as share:
        try:
            assert pool.read(here, 16).problem is None
            before = decoders_of_this_process()
            share.hush("red.png")
            reading = pool.read(share.place / "red.png", 16)
            assert (reading.problem, reading.is_silent) == ("its drive does not answer", True)
            assert pool.read(here, 16).problem is None
            assert decoders_of_this_process() == before
            assert opening_threads() == 1
            share.answer()
            wait_until(lambda: not opening_threads())
        finally:
            pool.close()


def test_nobody_waits_for_what_is_in_vain(tmp_path: Path) -> None:
    save_colour(tmp_path / "server" / "red.png", "red")
    with silent_share(tmp_path / "nas", tmp_path / "server") as share:
        share.hush("red.png")
        path = os.fsencode(share.place / "red.png")
        with pytest.raises(NotOpenedError), opened(path, 3600, lambda: True):
            pytest.fail("it was opened")
        share.answer()
        wait_until(lambda: not opening_threads())
