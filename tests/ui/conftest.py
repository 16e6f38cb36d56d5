"""The window most tests of the whole window begin with."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.desk import Desk, desk_on
from tests.ui.fake_library import FakeLibrary


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    """A window that shows the photos 3, 2 and 1."""
    with desk_on(qtbot, tmp_path, FakeLibrary([3, 2, 1])) as made:
        made.shows(3, 2, 1)
        yield made
