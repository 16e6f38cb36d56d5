"""What is left out goes from the library, comes back without being embedded again, and is never taken for lost."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.library import Exclusions, LibraryError, PhotoLibrary
from desktop_app.library.folders.exclusions import MOST_PATTERNS, from_text, text_of
from desktop_app.library.indexing.left_out import LeftOut
from desktop_app.paths import resources
from tests.fakes import ColorEmbedder
from tests.library.indexing.bench import Bench
from tests.pictures import save_colour

posix_only = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")


def names(bench: Bench) -> list[str]:
    """Return the photos of the library, as sorted paths below the chosen folder."""
    return sorted(
        path.relative_to(bench.photos).as_posix() for path in bench.catalog.known.files(bench.photos)
    )


def photos(bench: Bench, *paths: str) -> None:
    """Make photos that all differ."""
    for number, path in enumerate(paths):
        save_colour(bench.photos / path, (number * 7 % 251, len(path) % 251, number % 251))


def leave_out(bench: Bench, **wishes: object) -> None:
    bench.refresher.left_out.change(Exclusions(**wishes))  # type: ignore[arg-type]  # the test names them


class TestMarks:
    def test_a_folder_with_nomedia_is_left_out_with_all_below_and_comes_back(self, bench: Bench) -> None:
        photos(bench, "kept.png", "voice/a.png", "voice/deep/b.png")
        bench.refresh()
        mark = bench.photos / "voice" / ".nomedia"
        mark.touch()
        assert bench.refresh().removed == 2
        assert names(bench) == ["kept.png"]
        mark.unlink()
        bench.refresh()
        assert names(bench) == ["kept.png", "voice/a.png", "voice/deep/b.png"]
        assert bench.embedder.embedded == 3

    def test_a_part_and_the_whole_agree_about_marks_above(self, bench: Bench) -> None:
        photos(bench, "a/deep/1.png", "a/2.png", "b/deep/3.png")
        (bench.photos / "a" / ".nomedia").touch()
        (bench.photos / ".vislumbreignore").write_text("b/\n")
        for part in ("a/deep", "a", "b/deep", "."):
            assert bench.refresh(bench.photos / part).found == 0
        assert names(bench) == []

    def test_a_chosen_folder_counts_whatever_its_marks_say(self, bench: Bench) -> None:
        photos(bench, "1.png", "out/2.png", "out/deeper/3.png", ".hidden/4.png")
        (bench.photos / ".nomedia").touch()
        (bench.photos / ".vislumbreignore").write_text("out/\n")
        for folder in ("out/deeper", ".hidden"):
            bench.catalog.folders.add(bench.photos / folder)
        bench.refresh()
        assert names(bench) == [".hidden/4.png", "1.png", "out/deeper/3.png"]
        assert bench.refresh(bench.photos / "out").found == 1
        assert bench.refresh(bench.photos / ".hidden").unchanged == 1

    def test_ignore_files_combine_as_those_of_git(self, bench: Bench) -> None:
        photos(bench, "a.png", "a.gif", "in/a.png", "in/keep.png", "in/deep/keep.png", "raw/x.png")
        (bench.photos / ".vislumbreignore").write_text("*.png\n!/a.png\nraw/\n")
        (bench.photos / "in" / ".vislumbreignore").write_text("!keep.png\n")
        report = bench.refresh()
        assert names(bench) == ["a.gif", "a.png", "in/deep/keep.png", "in/keep.png"]
        assert (report.found, report.left_out) == (4, 1)

    def test_a_line_that_cannot_be_used_is_told_and_leaves_nothing_out(self, bench: Bench) -> None:
        photos(bench, "a.png", "in/b.png")
        file = bench.photos / ".vislumbreignore"
        file.write_text("[z-a]\n!\n")
        report = bench.refresh()
        assert report.indexed == 2
        assert [(one.path, one.reason) for one in report.ignore_problems] == [
            (file, "line 1 is no pattern as in a .gitignore, so it is not used"),
            (file, "line 2 is no pattern as in a .gitignore, so it is not used"),
        ]

    @posix_only
    def test_an_ignore_file_that_cannot_be_read_is_told(self, bench: Bench) -> None:
        photos(bench, "a.png")
        (bench.photos / ".vislumbreignore").symlink_to("nowhere")
        report = bench.refresh()
        assert report.indexed == 1
        assert "cannot be read" in report.ignore_problems[0].reason


class TestWishes:
    def test_an_excluded_folder_goes_and_comes_back_without_embedding(self, bench: Bench) -> None:
        photos(bench, "a.png", "private/b.png", "private/deep/c.png")
        bench.refresh()
        leave_out(bench, folders=(bench.photos / "private",))
        assert bench.refresh().removed == 2
        assert names(bench) == ["a.png"]
        assert bench.refresh(bench.photos / "private" / "deep").found == 0
        leave_out(bench)
        bench.refresh()
        assert len(names(bench)) == 3
        assert bench.embedder.embedded == 3

    @posix_only
    def test_an_excluded_folder_is_left_out_under_every_name(self, bench: Bench, tmp_path: Path) -> None:
        save_colour(tmp_path / "else" / "a.png")
        (bench.photos / "link").symlink_to(tmp_path / "else")
        leave_out(bench, folders=(tmp_path / "else",))
        assert bench.refresh().found == 0

    def test_patterns_count_from_each_chosen_folder_and_ignore_files_take_them_back(
        self, bench: Bench, tmp_path: Path
    ) -> None:
        photos(bench, "raw/1.png", "in/raw/2.png", "x.gif", "keep/y.gif")
        (bench.photos / "keep" / ".vislumbreignore").parent.joinpath(".vislumbreignore").write_text(
            "!*.gif\n"
        )
        second = save_colour(tmp_path / "second" / "raw" / "3.png").parents[1]
        bench.catalog.folders.add(second)
        leave_out(bench, patterns=("/raw/", "*.gif"))
        report = bench.refresh(bench.photos, second)
        assert names(bench) == ["in/raw/2.png", "keep/y.gif"]
        assert bench.catalog.known.files(second) == {}
        assert report.left_out == 1

    def test_screenshots_are_left_out_by_folder_and_by_name(self, bench: Bench) -> None:
        out = [
            "Screenshots/1.png",
            "Bildschirmfotos/2.png",
            "Screenshot_2024.png",
            "スクリーンショット 1.png",
        ]
        photos(bench, "IMG_1.png", *out)
        bench.refresh()
        leave_out(bench, screenshots=True)
        report = bench.refresh()
        assert (report.removed, report.left_out) == (4, 2)
        assert names(bench) == ["IMG_1.png"]
        leave_out(bench)
        bench.refresh()
        assert bench.embedder.embedded == 5

    def test_videos_are_left_out_by_name_and_come_back(self, bench: Bench) -> None:
        photos(bench, "IMG_1.png", "film.mp4/2.png")
        for name in ("a.mp4", "b.MOV", "c.webm"):
            (bench.photos / name).write_bytes(b"named like a video")
        assert bench.refresh().found == 5
        leave_out(bench, videos=True)
        report = bench.refresh()
        assert (report.removed, report.left_out) == (3, 3)
        assert names(bench) == ["IMG_1.png", "film.mp4/2.png"]
        leave_out(bench)
        assert bench.refresh().found == 5

    def test_small_files_are_left_out(self, bench: Bench) -> None:
        photos(bench, "icon.png")
        save_colour(bench.photos / "photo.bmp", "red", (64, 64))
        leave_out(bench, least_kb=5)
        report = bench.refresh()
        assert names(bench) == ["photo.bmp"]
        assert (report.found, report.left_out) == (1, 1)


class TestSmall:
    """Photos with few pixels are known only once they were decoded."""

    @pytest.fixture
    def sized(self, bench: Bench) -> Bench:
        for number, side in enumerate((20, 60, 300)):
            save_colour(bench.photos / f"{side}.png", (number * 50, 1, 1), (side, side * 2))
        return bench

    def test_they_are_neither_indexed_nor_failed_nor_read_again(self, sized: Bench, monkeypatch) -> None:
        leave_out(sized, least_px=100)
        report = sized.refresh()
        assert (report.found, report.indexed, report.left_out, report.failed) == (1, 1, 2, ())
        assert sized.embedder.embedded == 1
        assert names(sized) == ["300.png"]
        monkeypatch.setattr(sized.decoders, "read", lambda *_, **__: pytest.fail("it was read again"))
        report = sized.refresh()
        assert (report.found, report.unchanged, report.left_out) == (1, 1, 2)

    def test_a_larger_limit_counts_without_reading_anything(self, sized: Bench, monkeypatch) -> None:
        sized.refresh()
        monkeypatch.setattr(sized.decoders, "read", lambda *_, **__: pytest.fail("it was read again"))
        leave_out(sized, least_px=61)
        report = sized.refresh()
        assert (report.removed, report.unchanged, report.left_out) == (2, 1, 2)
        assert names(sized) == ["300.png"]

    def test_a_smaller_limit_brings_back_what_was_embedded_without_embedding(self, sized: Bench) -> None:
        sized.refresh()
        for limit, expected in ((61, 1), (60, 2), (0, 3)):
            leave_out(sized, least_px=limit)
            sized.refresh()
            assert len(names(sized)) == expected
        assert sized.embedder.embedded == 3

    def test_a_copy_of_a_small_one_is_left_out_without_decoding(self, sized: Bench) -> None:
        leave_out(sized, least_px=100)
        sized.refresh()
        (sized.photos / "copy.png").write_bytes((sized.photos / "20.png").read_bytes())
        assert sized.refresh().left_out == 3

    def test_one_that_grows_comes_in_and_one_that_shrinks_goes(self, sized: Bench) -> None:
        leave_out(sized, least_px=100)
        sized.refresh()
        save_colour(sized.photos / "20.png", "blue", (200, 200))
        save_colour(sized.photos / "300.png", "green", (20, 20))
        report = sized.refresh()
        assert names(sized) == ["20.png"]
        assert (report.found, report.left_out) == (1, 2)

    def test_what_is_remembered_of_a_deleted_one_is_forgotten(self, sized: Bench) -> None:
        leave_out(sized, least_px=100)
        sized.refresh()
        (sized.photos / "20.png").unlink()
        sized.refresh()
        assert set(sized.catalog.known.left_out(sized.photos)) == {sized.photos / "60.png"}


def test_wishes_are_kept_with_the_library_whatever_the_names(bench: Bench) -> None:
    wishes = Exclusions(
        folders=(Path("/photos/latin-\udce9"), Path("/photos/new\nline")),
        patterns=("*.png", "ü/"),
        screenshots=True,
        least_px=200,
        least_kb=3,
        videos=True,
    )
    bench.refresher.left_out.change(wishes)
    assert LeftOut(bench.catalog).exclusions() == wishes


@pytest.mark.parametrize(
    "text", ["nonsense", "[1]", '{"folders": 3, "patterns": [1], "least_px": "a"}', '{"least_kb": -4}']
)
def test_what_cannot_be_read_leaves_nothing_out(text: str) -> None:
    assert from_text(text) == Exclusions()


def test_too_many_patterns_are_not_kept() -> None:
    assert len(from_text(text_of(Exclusions(patterns=("x",) * 600))).patterns) == MOST_PATTERNS


def test_a_folder_below_an_excluded_one_needs_no_word_of_its_own() -> None:
    wishes = Exclusions().with_folder(Path("/a/b")).with_folder(Path("/a"))
    assert wishes.folders == (Path("/a"),)
    assert wishes.without_folder(Path("/a")) == Exclusions()


@pytest.fixture
def library(tmp_path: Path):
    one = PhotoLibrary(tmp_path / "data", tmp_path / "cache", resources=resources(), embedder=ColorEmbedder())
    yield one
    one.close()


def test_the_library_leaves_out_and_takes_back(library: PhotoLibrary, tmp_path: Path) -> None:
    for number, name in enumerate(("a.png", "private/b.png", "Screenshots/c.png")):
        save_colour(tmp_path / "photos" / name, (number * 40, 9, 9))
    library.folders.add(tmp_path / "photos").result(60)
    library.folders.left_out.exclude(tmp_path / "photos" / "private").result(60)
    assert library.folders.left_out.exclusions() == Exclusions(folders=(tmp_path / "photos" / "private",))
    assert library.browsing.status().photos == 2
    library.folders.left_out.replace(replace(library.folders.left_out.exclusions(), screenshots=True)).result(
        60
    )
    assert library.browsing.status().photos == 1
    assert [hit.photo.name for hit in library.searching.search("red").result(60).hits] == ["a.png"]
    library.folders.left_out.include(tmp_path / "photos" / "private").result(60)
    library.folders.left_out.replace(Exclusions()).result(60)
    assert library.browsing.status().photos == library.browsing.status().indexed == 3


def test_a_chosen_folder_is_removed_and_not_left_out(library: PhotoLibrary, tmp_path: Path) -> None:
    save_colour(tmp_path / "photos" / "in" / "a.png")
    library.folders.add(tmp_path / "photos").result(60)
    with pytest.raises(LibraryError, match="one of the folders you chose"):
        library.folders.left_out.exclude(tmp_path / "photos")
    library.folders.left_out.exclude(tmp_path / "photos" / "in").result(60)
    library.folders.add(tmp_path / "photos" / "in").result(60)
    assert library.folders.left_out.exclusions() == Exclusions()
    assert library.browsing.status().photos == 1


@posix_only
class TestOnce:
    """A photo counts once, however many chosen folders and names lead to it."""

    def count(self, library: PhotoLibrary) -> int:
        library.folders.refresh().result(60)
        return library.browsing.status().photos

    def test_below_a_folder_that_is_chosen_too(self, library: PhotoLibrary, tmp_path: Path) -> None:
        save_colour(tmp_path / "photos" / "in" / "a.png")
        for folder in ("photos/in", "photos", "photos/in"):
            library.folders.add(tmp_path / folder).result(60)
            assert self.count(library) == 1

    @pytest.mark.parametrize("link_first", [True, False])
    def test_through_a_link_to_a_part_of_another(
        self, library: PhotoLibrary, tmp_path: Path, link_first: bool
    ) -> None:
        save_colour(tmp_path / "photos" / "2020" / "a.png")
        save_colour(tmp_path / "photos" / "2021" / "b.png", "blue")
        (tmp_path / "link").symlink_to(tmp_path / "photos" / "2020")
        order = [tmp_path / "photos", tmp_path / "link"]
        for folder in reversed(order) if link_first else order:
            library.folders.add(folder).result(60)
        assert library.browsing.status().photos == 2
        assert self.count(library) == 2
        assert library.folders.refresh([tmp_path / "photos" / "2020"]).result(60).found == 0

    def test_under_another_name_of_a_chosen_folder(self, library: PhotoLibrary, tmp_path: Path) -> None:
        save_colour(tmp_path / "photos" / "a.png")
        (tmp_path / "link").symlink_to(tmp_path / "photos")
        for folder in ("photos", "link"):
            library.folders.add(tmp_path / folder).result(60)
        assert [one.path for one in library.browsing.folders()] == [tmp_path / "photos"]
        assert self.count(library) == 1

    def test_in_a_folder_that_holds_a_link_to_a_chosen_one(
        self, library: PhotoLibrary, tmp_path: Path
    ) -> None:
        save_colour(tmp_path / "drive" / "a.png")
        (tmp_path / "photos").mkdir()
        (tmp_path / "photos" / "link").symlink_to(tmp_path / "drive")
        library.folders.add(tmp_path / "photos").result(60)
        assert library.browsing.status().photos == 1
        library.folders.add(tmp_path / "drive").result(60)
        assert self.count(library) == 1
