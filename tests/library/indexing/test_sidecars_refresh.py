"""A file beside a photo that comes, changes or goes changes what is known of it, and nothing is embedded again."""

from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.library.folders.listeners import listen
from desktop_app.library.indexing.new_extras import forget_needs
from desktop_app.library.media.formats import NEEDS
from desktop_app.library.media.pictures.openers import is_opened_now
from desktop_app.library.photo import Photo
from tests.clips import save_clip
from tests.library.catalog.records import record
from tests.library.folders.listed import scan
from tests.library.folders.test_listeners import PATIENCE_S, Heard
from tests.library.indexing.bench import Bench
from tests.library.media.metadata.test_iptc import bag, packet
from tests.pictures import save_colour, save_many


def known(bench: Bench, path: Path) -> Photo:
    photo = bench.catalog.photos.at(path, None)
    assert photo is not None
    return photo


def test_a_sidecar_is_read_with_the_photo(bench: Bench) -> None:
    path = save_colour(bench.photos / "a.png")
    (bench.photos / "a.xmp").write_bytes(packet(bag("dc:subject", "beach"), 'xmp:Rating="4"'))
    bench.refresh()
    assert (known(bench, path).rating, known(bench, path).tags) == (4, ("beach",))
    assert bench.refresh().unchanged == 1


def test_a_sidecar_that_comes_changes_and_goes_is_followed_without_embedding(bench: Bench) -> None:
    paths = save_many(bench.photos, 3)
    bench.refresh()
    sidecar = paths[0].with_suffix(".xmp")
    for rating in (2, 3):
        sidecar.write_bytes(packet(attributes=f'xmp:Rating="{rating}"') + b" " * rating)
        report = bench.refresh()
        assert (report.indexed, report.unchanged, len(report.failed)) == (1, 2, 0)
        assert known(bench, paths[0]).rating == rating
    sidecar.unlink()
    assert bench.refresh().unchanged == 2
    assert known(bench, paths[0]).rating is None
    assert bench.refresh().unchanged == 3
    assert bench.embedder.embedded == 3


def test_a_broken_sidecar_costs_nothing(bench: Bench) -> None:
    path = save_colour(bench.photos / "a.png")
    path.with_suffix(".xmp").write_bytes(b"<" * 5000)
    assert bench.refresh().indexed == 1


def test_the_words_of_a_sidecar_find_the_photo(bench: Bench) -> None:
    path = save_colour(bench.photos / "a.png")
    bench.refresh()
    assert bench.catalog.words.find("lighthouse", 10, None) == []
    path.with_suffix(".xmp").write_bytes(packet(bag("dc:description", "The Lighthouse", kind="Alt")))
    bench.refresh()
    assert len(bench.catalog.words.find("lighthouse", 10, None)) == 1


# Photos whose opener was missing.


def test_a_photo_that_needed_an_extra_is_tried_again_once_that_is_there(bench: Bench) -> None:
    path = save_colour(bench.photos / "a.png")
    other = save_colour(bench.photos / "b.png", "blue")
    bench.refresh()
    for photo, problem in ((path, NEEDS["RAW"]), (other, "the picture is damaged")):
        stamp = bench.catalog.known.files(bench.photos)[photo]
        bench.catalog.photos.save(
            [record(photo, None, problem=problem, size_bytes=stamp.size_bytes, mtime_ns=stamp.mtime_ns)], None
        )
    assert [one.path for one in bench.refresh().failed] == [path, other]
    assert forget_needs(bench.catalog) == 1
    assert [one.path for one in bench.refresh().failed] == [other]
    assert forget_needs(bench.catalog) == 0


def test_only_an_opener_that_is_there_now_is_a_reason_to_try_again(monkeypatch) -> None:
    assert is_opened_now(NEEDS["HEIF"])
    assert is_opened_now("HEIC pictures need an extra that is not installed")
    assert not is_opened_now("the picture is damaged")
    monkeypatch.setattr("desktop_app.library.media.pictures.openers.can_read_raw", lambda: False)
    assert not is_opened_now(NEEDS["RAW"])


def test_a_video_that_needed_its_extra_is_tried_again_and_has_its_sidecar_read(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save_clip(bench.photos / "film.mp4")
    path.with_name("film.xmp").write_bytes(packet(attributes='xmp:Rating="4"'))
    (found,) = scan(bench.photos, report=print)
    bench.catalog.photos.save([replace(record(path, None, problem=NEEDS["VIDEO"]), found=found)], None)
    assert [one.reason for one in bench.refresh().failed] == [NEEDS["VIDEO"]]
    monkeypatch.setattr("desktop_app.library.media.pictures.openers.can_read_videos", lambda: False)
    assert forget_needs(bench.catalog) == 0
    monkeypatch.undo()
    assert forget_needs(bench.catalog) == 1
    assert bench.refresh().failed == ()
    assert (known(bench, path).rating, known(bench, path).duration_s) == (4, 2.0)


# Hearing of it.


@pytest.mark.parametrize("force_polling", [False, True])
@pytest.mark.parametrize("name", ["a.xmp", "a.png.json", "film.mp4"])
def test_a_file_beside_a_photo_is_heard_of(tmp_path: Path, name: str, force_polling: bool) -> None:
    path = save_colour(tmp_path / "trip" / "a.png")
    heard = Heard()
    listener = listen(tmp_path, heard, pause_s=0.05, force_polling=force_polling)
    try:
        assert listener.ready.wait(PATIENCE_S)
        path.with_name(name).write_bytes(packet(attributes='xmp:Rating="2"'))
        heard.wait_for(tmp_path / "trip")
    finally:
        listener.close()
