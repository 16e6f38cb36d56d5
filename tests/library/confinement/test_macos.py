"""The profile of macOS' sandbox as text; nobody has run it yet."""

import sys
from pathlib import Path

import pytest

from desktop_app.library.confinement import macos


def test_later_rules_win_and_names_are_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / 'ada "the first"'
    python = home / "python"
    python.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr(sys, "prefix", str(python))
    lines = macos.profile().splitlines()
    assert lines[:2] == ["(version 1)", "(allow default)"]
    assert {"(deny network*)", "(deny file-write*)", "(deny process-fork)", "(deny process-exec*)"} <= {
        *lines
    }
    quoted = str(home).replace('"', '\\"')
    shut = lines.index(f'(deny file-read-data (subpath "{quoted}"))')
    opened = lines.index(f'(allow file-read-data (subpath "{quoted}/python"))')
    assert shut < opened
    assert all(line.count("(") == line.count(")") for line in lines)
