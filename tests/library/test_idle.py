"""What a library does in idle moments, and what a program that only asks leaves to one that stays."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_app.library import PhotoLibrary
from desktop_app.library.catalog.safety_copy import copy_of
from tests.library.test_library import WAIT_S, names, opened
from tests.pictures import save_colour

_LONG_AGO = "as of long ago"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A library whose stacks are outdated."""
    photos = tmp_path / "photos"
    save_colour(photos / "red.png", "red")
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
        library._catalog.notes.set("stacks", _LONG_AGO)
    return tmp_path


def use_idle_moment(library: PhotoLibrary) -> None:
    library._writer.submit(library._writer.idle).result(WAIT_S)


def test_a_program_that_only_asks_makes_no_stacks(base: Path) -> None:
    with opened(base) as library:
        assert names(library, "red")
        use_idle_moment(library)
        assert library._catalog.notes.get("stacks") == _LONG_AGO


@pytest.mark.parametrize(
    "stay", [lambda library: library.searching.expect_questions(), lambda library: library.folders.watch()]
)
def test_a_program_that_stays_makes_those_that_are_outdated(
    base: Path, stay: Callable[[PhotoLibrary], None]
) -> None:
    with opened(base) as library:
        stay(library)
        use_idle_moment(library)
        assert library._catalog.notes.get("stacks") != _LONG_AGO


def test_a_program_that_only_asks_copies_no_catalogue_at_its_end(base: Path) -> None:
    with opened(base) as library:
        copy = copy_of(library._catalog.path)
    old = time.time() - 25 * 3600
    os.utime(copy, (old, old))
    with opened(base) as library:
        assert names(library, "red")
    assert copy.stat().st_mtime == pytest.approx(old)
    with opened(base) as library:
        library._catalog.notes.set("stacks", "")
    assert copy.stat().st_mtime > old + 3600


def test_stacks_wait_while_the_window_is_used(base: Path) -> None:
    with opened(base) as library:
        library.searching.expect_questions()
        library.folders.give_way(3600)
        use_idle_moment(library)
        assert library._catalog.notes.get("stacks") == _LONG_AGO
