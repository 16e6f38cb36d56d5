"""Live photos in a library: the photo stands for its film, and a film that only has its name is a video."""

import os
from pathlib import Path

import pytest

from desktop_app.library import PhotoLibrary
from desktop_app.library.folders.exclusions import Exclusions
from tests.clips import save_clip
from tests.fakes import ColorEmbedder
from tests.library.test_library import WAIT_S, opened
from tests.pictures import save_colour

pytest.importorskip("av")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A live photo, and a photo whose name a film had that was taken years after it."""
    folder = tmp_path / "photos"
    save_colour(folder / "IMG_0001.JPG", "red")
    save_clip(folder / "IMG_0001.MOV", [("red", 3.0)])
    save_colour(folder / "IMG_0007.JPG", "green")
    save_clip(folder / "IMG_0007.MOV", [("blue", 40.0)])
    for name, year_s in (("IMG_0007.JPG", 1_430_000_000), ("IMG_0007.MOV", 1_560_000_000)):
        os.utime(folder / name, (year_s, year_s))
    return folder


def shown(library: PhotoLibrary) -> set[str]:
    return {photo.name for photo in library.browsing.photos(library.browsing.ids_by_date())}


def test_a_film_is_hidden_only_if_it_is_a_half(tmp_path: Path, folder: Path) -> None:
    embedder = ColorEmbedder()
    with opened(tmp_path, embedder) as library:
        report = library.folders.add(folder).result(WAIT_S)
        assert (report.found, report.indexed, report.left_out, report.failed) == (3, 3, 0, ())
        assert shown(library) == {"IMG_0001.JPG", "IMG_0007.JPG", "IMG_0007.MOV"}
        embedded = embedder.embedded
        for _ in range(2):
            report = library.folders.refresh().result(WAIT_S)
            assert (report.found, report.unchanged, report.indexed, report.left_out) == (3, 3, 0, 0)
        assert embedder.embedded == embedded
        assert library.browsing.status().videos == 1
    with opened(tmp_path, embedder) as library:
        assert library.folders.refresh().result(WAIT_S).unchanged == 3
        assert shown(library) == {"IMG_0001.JPG", "IMG_0007.JPG", "IMG_0007.MOV"}


def test_a_half_that_lost_its_photo_is_a_video_until_it_is_back(tmp_path: Path, folder: Path) -> None:
    embedder = ColorEmbedder()
    with opened(tmp_path, embedder) as library:
        library.folders.add(folder).result(WAIT_S)
        aside = (folder / "IMG_0001.JPG").rename(tmp_path / "aside.jpg")
        report = library.folders.refresh().result(WAIT_S)
        assert (report.indexed, report.removed) == (1, 1)
        assert shown(library) == {"IMG_0001.MOV", "IMG_0007.JPG", "IMG_0007.MOV"}
        embedded = embedder.embedded
        aside.rename(folder / "IMG_0001.JPG")
        library.folders.refresh().result(WAIT_S)
        assert shown(library) == {"IMG_0001.JPG", "IMG_0007.JPG", "IMG_0007.MOV"}
        report = library.folders.refresh().result(WAIT_S)
        assert (report.found, report.unchanged, report.left_out) == (3, 3, 0)
        assert embedder.embedded == embedded


def test_a_half_that_was_replaced_is_looked_at_again(tmp_path: Path, folder: Path) -> None:
    with opened(tmp_path) as library:
        library.folders.add(folder).result(WAIT_S)
        save_clip(folder / "IMG_0001.MOV", [("blue", 20.0)])
        os.utime(folder / "IMG_0001.MOV", (1_560_000_000, 1_560_000_000))
        library.folders.refresh().result(WAIT_S)
        assert "IMG_0001.MOV" in shown(library)
        save_clip(folder / "IMG_0001.MOV", [("blue", 2.0)])
        library.folders.refresh().result(WAIT_S)
        assert "IMG_0001.MOV" not in shown(library)


def test_a_half_stays_hidden_whatever_is_left_out_besides(tmp_path: Path, folder: Path) -> None:
    with opened(tmp_path) as library:
        library.folders.add(folder).result(WAIT_S)
        for wish in (Exclusions(videos=True), Exclusions(least_px=10), Exclusions()):
            report = library.folders.left_out.replace(wish).result(WAIT_S)
            assert report.left_out == (2 if wish.videos else 0)
            assert shown(library) == {"IMG_0001.JPG", "IMG_0007.JPG"} | (
                set() if wish.videos else {"IMG_0007.MOV"}
            )


def test_an_equal_film_elsewhere_does_not_bring_a_half_in(tmp_path: Path, folder: Path) -> None:
    (folder / "copies").mkdir()
    (folder / "copies" / "film.mov").write_bytes((folder / "IMG_0001.MOV").read_bytes())
    with opened(tmp_path) as library:
        library.folders.add(folder).result(WAIT_S)
        assert shown(library) == {"IMG_0001.JPG", "IMG_0007.JPG", "IMG_0007.MOV", "film.mov"}
        assert library.browsing.status().photos == 4
