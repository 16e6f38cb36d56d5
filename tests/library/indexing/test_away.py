"""Photos that are in the cloud only: not fetched by a scan, kept when they were known, read once they are here."""

import os
from pathlib import Path
from typing import Any

import pytest

from desktop_app.library.folders import marks
from desktop_app.library.media.pictures.reasons import IN_THE_CLOUD
from tests.library.indexing.bench import Bench
from tests.library.indexing.test_same_size_and_time import counted_decoding
from tests.pictures import save_colour

_ON_DATA_ACCESS = 0x0040_0000
_LEFT_IN_THE_CLOUD = 0o640


@pytest.fixture(autouse=True)
def _files_have_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file's rights stand for the mark that Windows gives it."""

    def marked(status: os.stat_result) -> tuple[int, int]:
        return (_ON_DATA_ACCESS if status.st_mode & 0o777 == _LEFT_IN_THE_CLOUD else 0), 0

    monkeypatch.setattr(marks, "HAS_MARKS", True)
    monkeypatch.setattr(marks, "_marks", marked)


pytestmark = pytest.mark.skipif(os.name != "posix", reason="its rights stand for a file's mark")


def put_away(path: Path) -> None:
    path.chmod(_LEFT_IN_THE_CLOUD)


def fetch(path: Path) -> None:
    path.chmod(0o600)


def test_a_photo_in_the_cloud_is_named_and_not_fetched(bench: Bench, monkeypatch: Any) -> None:
    path = save_colour(bench.photos / "a.png")
    save_colour(bench.photos / "b.png", "blue")
    put_away(path)
    read = counted_decoding(bench, monkeypatch)
    report = bench.refresh()
    assert [(one.path, one.reason) for one in report.failed] == [(path, IN_THE_CLOUD)]
    assert report.indexed == 1
    again = bench.refresh()
    assert (len(again.failed), again.unchanged) == (1, 1)
    bench.refresher.use_idle_moment(bench.embedder, None, lambda: True)
    assert read == [True], "the other one alone"
    fetch(path)
    assert bench.refresh().indexed == 1


def test_a_known_photo_that_was_put_into_the_cloud_stays(bench: Bench, monkeypatch: Any) -> None:
    path = save_colour(bench.photos / "a.png")
    assert bench.refresh().indexed == 1
    put_away(path)
    read = counted_decoding(bench, monkeypatch)
    # Its entry was changed, so it is in doubt.
    assert (bench.refresh().unchanged, bench.refresh().failed) == (1, ())
    os.utime(path, (1, 1))
    report = bench.refresh()
    assert (report.pending, report.failed, read) == (1, (), [])
    assert bench.catalog.known.hash_of(path) is not None


def test_another_model_fetches_no_photo(bench: Bench, monkeypatch: Any) -> None:
    path = save_colour(bench.photos / "a.png")
    assert bench.refresh(with_model=False).pending == 1
    put_away(path)
    read = counted_decoding(bench, monkeypatch)
    assert (bench.refresh().pending, read) == (1, [])
    fetch(path)
    assert bench.refresh().indexed == 1


def test_who_asks_for_a_photo_has_it_fetched(bench: Bench) -> None:
    path = save_colour(bench.photos / "a.png")
    put_away(path)
    assert len(bench.refresh().failed) == 1
    assert bench.refresh(again=[path]).indexed == 1
