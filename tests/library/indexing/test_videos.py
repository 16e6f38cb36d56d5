"""Videos in a library: found by what any of their moments shows, as one hit with its time. Real files, real decoders."""

import shutil
from pathlib import Path

import pytest
from PIL import Image

from desktop_app.library import Hit, PhotoLibrary
from desktop_app.library.folders.exclusions import Exclusions
from tests.clips import save_clip
from tests.fakes import COLOURS, ColorEmbedder
from tests.library.test_library import WAIT_S, names, opened
from tests.pictures import save_colour
from tests.processes import kill_vector_processes

pytest.importorskip("av")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A film that is red, then blue, another that is yellow, and two photos."""
    folder = tmp_path / "photos"
    save_clip(folder / "film.mp4", [("red", 6.0), ("blue", 6.0)])
    save_clip(folder / "short.webm", [("yellow", 1.0)])
    save_colour(folder / "green.png", "green")
    save_colour(folder / "blue.png", "blue")
    return folder


def hits(library: PhotoLibrary, text: str, limit: int = 10) -> dict[str, Hit]:
    return {hit.photo.name: hit for hit in library.searching.search(text, limit).result(WAIT_S).hits}


def shown(library: PhotoLibrary, hit: Hit) -> tuple[int, int, int]:
    """The colour in the middle of a hit's thumbnail."""
    place = library.browsing.thumbnail(hit.photo, hit.at_s)
    assert place is not None
    with Image.open(place) as picture:
        pixel = picture.convert("RGB").getpixel((picture.width // 2, picture.height // 2))
    assert isinstance(pixel, tuple)
    return pixel[0], pixel[1], pixel[2]


def is_like(pixel: tuple[int, int, int], colour: str) -> bool:
    return all(abs(one - other) < 40 for one, other in zip(pixel, COLOURS[colour], strict=True))


def test_a_video_is_found_by_each_thing_it_shows_with_the_time(tmp_path: Path, folder: Path) -> None:
    with opened(tmp_path) as library:
        report = library.folders.add(folder).result(WAIT_S)
        assert (report.found, report.indexed, report.failed) == (4, 4, ())
        blue, red = hits(library, "blue"), hits(library, "red")
        # One hit for each file, whichever of its moments are near.
        assert sorted(blue) == sorted(red) == ["blue.png", "film.mp4", "green.png", "short.webm"]
        assert next(iter(red)) == "film.mp4"
        assert set(list(blue)[:2]) == {"blue.png", "film.mp4"}
        assert red["film.mp4"].at_s is not None
        assert blue["film.mp4"].at_s is not None
        assert red["film.mp4"].at_s < 6.0 <= blue["film.mp4"].at_s < 12.0
        assert red["film.mp4"].photo.duration_s == pytest.approx(12.0, abs=0.2)
        assert (blue["blue.png"].at_s, blue["blue.png"].photo.duration_s) == (None, None)
        assert is_like(shown(library, red["film.mp4"]), "red")
        assert is_like(shown(library, blue["film.mp4"]), "blue")
        assert (library.browsing.status().photos, library.browsing.status().videos) == (4, 2)


def test_a_lost_thumbnail_of_a_moment_is_made_again(tmp_path: Path, folder: Path) -> None:
    with opened(tmp_path) as library:
        library.folders.add(folder).result(WAIT_S)
        film = hits(library, "blue")["film.mp4"]
        place = library.browsing.thumbnail(film.photo, film.at_s)
        assert place is not None
        assert place != library.browsing.thumbnail(film.photo)
        place.unlink()
        assert is_like(shown(library, film), "blue")


def test_few_hits_are_asked_for_and_several_moments_are_near(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    save_clip(folder / "long.mp4", [("red", 60.0)], fps=2)
    save_colour(folder / "orange.png", "orange")
    save_colour(folder / "blue.png", "blue")
    with opened(tmp_path) as library:
        library.folders.add(folder).result(WAIT_S)
        # All moments of the film come before the second hit.
        assert names(library, "red", 2) == ["long.mp4", "orange.png"]
        assert names(library, "red type:png", 2) == ["orange.png", "blue.png"]
        answer = library.searching.search("red type:mp4", 2).result(WAIT_S)
        assert [hit.photo.name for hit in answer.hits] == ["long.mp4"]
        assert (answer.filtered, answer.compared) == (1, 1)
        assert library.searching.search("red", 2).result(WAIT_S).compared == 3


def test_a_video_is_embedded_once_whatever_happens_to_its_file(tmp_path: Path, folder: Path) -> None:
    embedder = ColorEmbedder()
    with opened(tmp_path, embedder) as library:
        library.folders.add(folder).result(WAIT_S)
        once = embedder.embedded
        assert once > 4
        (folder / "trip").mkdir()
        shutil.move(folder / "film.mp4", folder / "trip" / "renamed.mp4")
        shutil.copy(folder / "short.webm", folder / "trip" / "copy.webm")
        report = library.folders.refresh().result(WAIT_S)
        assert report.moved == 1
        assert "renamed.mp4" in list(hits(library, "blue"))[:2]
        (folder / "trip" / "renamed.mp4").rename(tmp_path / "away.mp4")
        library.folders.refresh().result(WAIT_S)
        assert "renamed.mp4" not in hits(library, "blue")
        (tmp_path / "away.mp4").rename(folder / "back.mp4")
        library.folders.refresh().result(WAIT_S)
        assert "back.mp4" in list(hits(library, "blue"))[:2]
    with opened(tmp_path, embedder) as library:
        library.folders.refresh().result(WAIT_S)
        assert hits(library, "blue")["back.mp4"].at_s is not None
    assert embedder.embedded == once


def test_new_metadata_does_not_embed_a_video_again(tmp_path: Path) -> None:
    folder, embedder = tmp_path / "photos", ColorEmbedder()
    parts = [("red", 6.0), ("blue", 6.0)]
    save_clip(folder / "film.mp4", parts)
    with opened(tmp_path, embedder) as library:
        library.folders.add(folder).result(WAIT_S)
        once = embedder.embedded
        save_clip(folder / "film.mp4", parts, tags={"title": "A day out"})
        library.folders.refresh().result(WAIT_S)
        film = hits(library, "blue")["film.mp4"]
        assert film.at_s is not None
        assert film.at_s >= 6.0
    assert embedder.embedded == once


def test_another_model_sees_every_moment_too(tmp_path: Path, folder: Path) -> None:
    with opened(tmp_path) as library:
        library.folders.add(folder).result(WAIT_S)
    other = ColorEmbedder(dimension=16, model_id="color-2")
    with opened(tmp_path, other) as library:
        library.folders.refresh().result(WAIT_S)
        film = hits(library, "blue")["film.mp4"]
        assert film.at_s is not None
        assert film.at_s >= 6.0


@pytest.mark.expects_errors
def test_moments_survive_the_loss_of_the_vector_process(tmp_path: Path, folder: Path) -> None:
    with opened(tmp_path) as library:
        library.folders.add(folder).result(WAIT_S)
        kill_vector_processes()
        assert hits(library, "blue")["film.mp4"].at_s is not None


def test_videos_can_be_left_out_and_come_back_for_nothing(tmp_path: Path, folder: Path) -> None:
    embedder = ColorEmbedder()
    with opened(tmp_path, embedder) as library:
        library.folders.add(folder).result(WAIT_S)
        once = embedder.embedded
        library.folders.left_out.replace(Exclusions(videos=True)).result(WAIT_S)
        assert sorted(hits(library, "blue")) == ["blue.png", "green.png"]
        library.folders.left_out.replace(Exclusions()).result(WAIT_S)
        assert "film.mp4" in hits(library, "blue")
    assert embedder.embedded == once


def test_a_video_is_an_example_too(tmp_path: Path, folder: Path) -> None:
    with opened(tmp_path) as library:
        library.folders.add(folder).result(WAIT_S)
        answer = library.searching.similar(folder / "blue.png").result(WAIT_S)
        assert answer.hits[0].photo.name == "film.mp4"
        assert answer.hits[0].at_s is not None
        # By the moment it is known by.
        assert "film.mp4" not in [
            hit.photo.name for hit in library.searching.similar(folder / "film.mp4").result(WAIT_S).hits
        ]


def test_without_the_extra_a_report_says_how_many_were_left_out(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.library.folders.rules.can_read_videos", lambda: False)
    with opened(tmp_path) as library:
        report = library.folders.add(folder).result(WAIT_S)
        assert (report.found, report.failed, report.left_out, report.videos_left_out) == (2, (), 2, 2)
        monkeypatch.undo()
        # Once it is installed, they come by themselves.
        report = library.folders.refresh().result(WAIT_S)
        assert (report.found, report.indexed, report.left_out, report.videos_left_out) == (4, 2, 0, 0)
