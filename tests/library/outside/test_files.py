"""Files in whose place others may have put something else."""

import os
from pathlib import Path

import pytest

from desktop_app.library.outside.files import open_file, read_file


def test_a_file_is_read_as_far_as_is_sensible(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"12345")
    (tmp_path / "link").symlink_to(file)
    assert read_file(file, 5) == read_file(tmp_path / "link", 5) == b"12345"
    with pytest.raises(OSError, match="more than 4 bytes"):
        read_file(file, 4)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.timeout(20)
def test_a_pipe_a_folder_or_a_device_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for place in (tmp_path / "pipe", tmp_path / "folder", Path(os.devnull)):
        with pytest.raises(OSError, match="it is no file"):
            open_file(place)
    with pytest.raises(FileNotFoundError):
        open_file(tmp_path / "gone")
