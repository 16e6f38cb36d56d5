"""What could not be read for a reason that passes is tried again by itself; what is damaged is not."""

import errno
from pathlib import Path
from typing import Any

import pytest

from desktop_app.library.events import PhotoFailed
from desktop_app.library.indexing import sidecars
from desktop_app.library.indexing.new_extras import forget_once
from desktop_app.library.indexing.retries import FIRST_S, LONGEST_S, Retries
from tests.leases import held
from tests.library.catalog.records import record
from tests.library.indexing.bench import Bench
from tests.library.indexing.test_same_size_and_time import counted_decoding, in_its_place
from tests.library.media.metadata.test_iptc import packet
from tests.pictures import save_colour

HELD = "another program holds the file"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(bench: Bench) -> Clock:
    clock = Clock()
    bench.refresher.retries = Retries(clock)
    return clock


def reasons(report: Any) -> list[str]:
    return [one.reason for one in report.failed]


def test_a_photo_that_was_held_is_tried_again_at_the_next_look(bench: Bench) -> None:
    path = save_colour(bench.photos / "a.png")
    save_colour(bench.photos / "b.png", "blue")
    with held(path):
        assert reasons(bench.refresh()) == [HELD]
        again = bench.refresh()
        assert (reasons(again), again.unchanged) == ([HELD], 1)
    # Of what is known already nobody is told again.
    assert len([event for event in bench.events if isinstance(event, PhotoFailed)]) == 1
    report = bench.refresh()
    assert (report.indexed, report.failed, report.unchanged) == (1, (), 1)
    assert bench.refresh().unchanged == 2


def test_nobody_asking_it_is_tried_less_and_less_often(bench: Bench, clock: Clock, monkeypatch: Any) -> None:
    path = save_colour(bench.photos / "a.png")
    with held(path):
        bench.refresh()
        tries = counted_decoding(bench, monkeypatch)
        assert reasons(bench.refresh(is_asked=False)) == [HELD]
        assert tries == []
        clock.now += FIRST_S
        bench.refresh(is_asked=False)
        clock.now += FIRST_S
        bench.refresh(is_asked=False)
        assert len(tries) == 1
        # The system named it: somebody did something with it.
        bench.refresh(is_asked=False, named=[path])
        assert len(tries) == 2
    clock.now += LONGEST_S
    assert bench.refresh(is_asked=False).indexed == 1


def test_it_is_tried_again_in_an_idle_moment(bench: Bench, clock: Clock, monkeypatch: Any) -> None:
    path = save_colour(bench.photos / "a.png")
    with held(path):
        bench.refresh()
    tries = counted_decoding(bench, monkeypatch)
    bench.refresher.use_idle_moment(bench.embedder, None, lambda: True)
    assert tries == []
    clock.now += FIRST_S
    bench.refresher.use_idle_moment(bench.embedder, None, lambda: True)
    assert bench.catalog.photos.counts("color-1").indexed == 1
    clock.now += LONGEST_S
    bench.refresher.use_idle_moment(bench.embedder, None, lambda: True)
    assert len(tries) == 1


def test_one_that_could_be_read_meanwhile_is_tried_as_soon_as_any_other(bench: Bench, clock: Clock) -> None:
    path = save_colour(bench.photos / "a.png")
    with held(path):
        for _ in range(5):
            bench.refresh()
    assert bench.refresh().indexed == 1
    save_colour(path, "blue")
    with held(path):
        assert reasons(bench.refresh()) == [HELD]
    clock.now += FIRST_S
    bench.refresher.use_idle_moment(bench.embedder, None, lambda: True)
    assert bench.catalog.known.failures(bench.photos) == []


@pytest.mark.parametrize("how", ["held", "paused", "somebody waits"])
def test_an_idle_moment_that_ends_early_leaves_it_for_the_next(bench: Bench, clock: Clock, how: str) -> None:
    path = save_colour(bench.photos / "a.png")
    with held(path):
        bench.refresh()
    clock.now += FIRST_S
    if how == "held":
        bench.control.hold("on battery")
    elif how == "paused":
        bench.control.pause()
    bench.refresher.use_idle_moment(bench.embedder, None, lambda: how != "somebody waits")
    assert bench.catalog.photos.counts("color-1").indexed == 0
    bench.control.hold("")
    bench.control.resume()
    bench.refresher.use_idle_moment(bench.embedder, None, lambda: True)
    assert bench.catalog.photos.counts("color-1").indexed == 1


def test_a_damaged_photo_is_not_tried_again(bench: Bench, clock: Clock, monkeypatch: Any) -> None:
    (bench.photos / "bad.jpg").write_bytes(b"not a photo at all")
    bench.refresh()
    tries = counted_decoding(bench, monkeypatch)
    clock.now += LONGEST_S
    bench.refresher.use_idle_moment(bench.embedder, None, lambda: True)
    assert reasons(bench.refresh()) == ["not a picture"]
    assert tries == []


def test_a_known_photo_that_is_held_while_it_is_in_doubt_stays_what_it_is(bench: Bench) -> None:
    path = save_colour(bench.photos / "a.png")
    bench.refresh()
    in_its_place(path, path.read_bytes())
    with held(path):
        report = bench.refresh(named=[path])
    assert (report.unchanged, report.failed) == (1, ())
    assert bench.catalog.photos.counts("color-1").indexed == 1


def test_a_sidecar_that_could_not_be_read_is_read_once_it_can_be(
    bench: Bench, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save_colour(bench.photos / "a.png")
    sidecar = path.with_suffix(".xmp")
    sidecar.write_bytes(packet(attributes='xmp:Rating="4"'))

    def refuse(path: Path) -> Any:
        assert path == sidecar
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(sidecars, "open_file", refuse)
        assert bench.refresh().indexed == 1
        assert bench.refresh().unchanged == 1
    assert rating(bench, path) is None
    clock.now += LONGEST_S
    report = bench.refresh(is_asked=False)
    assert (report.failed, report.embedded) == ((), 0)
    assert rating(bench, path) == 4
    assert bench.refresh().unchanged == 1


def test_a_thumbnail_that_could_not_be_written_is_made_again(bench: Bench, tmp_path: Path) -> None:
    path = save_colour(bench.photos / "a.png")
    in_the_way = tmp_path / "thumbnails"
    in_the_way.write_bytes(b"a file where the folder should be")
    assert bench.refresh().indexed == 1
    in_the_way.unlink()
    assert bench.refresh().indexed == 1
    content_hash = bench.catalog.known.hash_of(path)
    assert content_hash is not None
    assert (in_the_way / content_hash[:2] / f"{content_hash}.jpg").exists()
    assert bench.refresh().unchanged == 1


def test_what_failed_in_an_earlier_version_is_tried_once_more(bench: Bench) -> None:
    path = save_colour(bench.photos / "a.png")
    bench.refresh()
    stamp = bench.catalog.known.files(bench.photos)[path]
    # Earlier versions kept the reason, and not whether it may pass.
    problem = "there is no permission to read the file"
    failed = record(path, None, problem=problem, size_bytes=stamp.size_bytes, mtime_ns=stamp.mtime_ns)
    bench.catalog.photos.save([failed], None)
    assert reasons(bench.refresh()) == [problem]
    assert forget_once(bench.catalog) == 1
    assert bench.refresh().failed == ()
    bench.catalog.photos.save([failed], None)
    assert forget_once(bench.catalog) == 0


def test_a_photo_that_is_asked_for_is_read_in_any_case(bench: Bench, monkeypatch: Any) -> None:
    paths = [save_colour(bench.photos / f"{colour}.png", colour) for colour in ("red", "blue")]
    bench.refresh()
    decoded = counted_decoding(bench, monkeypatch)
    report = bench.refresh(again=[paths[0]])
    assert (report.indexed, report.embedded, report.unchanged) == (1, 0, 1)
    assert decoded == [True]


def rating(bench: Bench, path: Path) -> int | None:
    photo = bench.catalog.photos.at(path, None)
    assert photo is not None
    return photo.rating
