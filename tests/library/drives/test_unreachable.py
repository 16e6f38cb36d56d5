"""Photos whose drive does not answer are given up by share or folder."""

from pathlib import Path

from desktop_app.library.concurrency.deadlines import NO_ANSWER
from desktop_app.library.decoding.budget import Budget
from desktop_app.library.drives.unreachable import Unreachable
from desktop_app.library.folders.comparing import UnreadableFolder
from desktop_app.library.photo import NOT_THERE

SHARE = Path("/mnt/nas")


def test_a_share_is_given_up_as_a_whole_and_else_only_the_folder() -> None:
    reach = Unreachable(lambda: [SHARE, Path("/mnt/nas/inner"), Path("/mnt/na")])
    reach.lose(SHARE / "2024" / "a.jpg")
    assert reach.is_lost(SHARE / "2019" / "b.jpg")
    assert not reach.is_lost(Path("/mnt/nas 2/b.jpg"))
    reach.lose(Path("/home/me/c.jpg"))
    assert reach.is_lost(Path("/home/me/d.jpg"))
    assert not reach.is_lost(Path("/home/you/d.jpg"))
    assert reach.lost() == [UnreadableFolder(place, NO_ANSWER) for place in (Path("/home/me"), SHARE)]


def test_the_innermost_share_is_given_up() -> None:
    reach = Unreachable(lambda: [SHARE, SHARE / "inner"])
    reach.lose(SHARE / "inner" / "a.jpg")
    assert reach.lost() == [UnreadableFolder(SHARE / "inner", NO_ANSWER)]


def test_a_folder_that_went_is_given_up_with_all_below_it_and_nothing_beside_it() -> None:
    reach = Unreachable(lambda: [SHARE])
    reach.lose_folder(SHARE / "2024")
    assert reach.is_lost(SHARE / "2024" / "May" / "a.jpg")
    assert not reach.is_lost(SHARE / "2023" / "a.jpg")
    assert reach.lost() == [UnreadableFolder(SHARE / "2024", NOT_THERE)]


def test_a_decoder_is_silent_only_when_nothing_happens_for_long() -> None:
    task = Budget("", 100, 100, silent_s=3.0)
    assert not any(task.is_silent(1.0, signs) for signs in (1, 2, 3, 4, 5, 5, 5, 5))
    assert task.is_silent(1.0, 5)
    task.begin_anew()
    assert not task.is_silent(1.0, 5)
    assert not Budget("", 1, 1).is_silent(1e9, 1)
