"""Files of ours that another program has open for a moment, as a virus scanner on Windows does with what was just written."""

import sys
from pathlib import Path

import pytest

from desktop_app import own_files
from desktop_app.own_files.patience import patiently


class Held:
    """A file that can be renamed only at the third try."""

    def __init__(self, path: Path, target: Path) -> None:
        self.tries = 0
        self._path, self._target = path, target

    def __call__(self) -> None:
        self.tries += 1
        if self.tries < 3:
            raise PermissionError(13, "Access is denied", str(self._path))
        self._path.replace(self._target)


@pytest.fixture
def held(tmp_path: Path) -> Held:
    (tmp_path / "new").write_text("new")
    (tmp_path / "old").write_text("old")
    return Held(tmp_path / "new", tmp_path / "old")


def test_what_a_scanner_has_open_is_renamed_a_moment_later(held: Held, tmp_path: Path) -> None:
    patiently(held, "win32", pause_s=0)
    assert (tmp_path / "old").read_text() == "new"
    assert held.tries == 3


def test_elsewhere_a_refusal_is_final(held: Held) -> None:
    with pytest.raises(PermissionError):
        patiently(held, "linux")
    assert held.tries == 1


def test_what_stays_open_is_refused_in_the_end(tmp_path: Path) -> None:
    def refuse() -> None:
        raise PermissionError(13, "Access is denied")

    with pytest.raises(PermissionError):
        patiently(refuse, "win32", pause_s=0)


@pytest.mark.skipif(sys.platform != "win32", reason="elsewhere an open file can be replaced")
def test_a_file_that_stays_open_is_not_replaced_and_nothing_is_left(tmp_path: Path) -> None:
    target = tmp_path / "settings.toml"
    target.write_text("old")
    with target.open(), pytest.raises(PermissionError):
        own_files.write(target, b"new", below=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["settings.toml"]
