"""Photos as examples: a rectangle of one, several at once, and what stands in for a file that is away."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from desktop_app.library import Answer, LibraryError, Photo, PhotoLibrary, Region, StoreError
from desktop_app.library.catalog import Catalog
from desktop_app.library.catalog.photos import PhotoTable
from desktop_app.library.decoding.pool import DecoderPool
from desktop_app.library.media.pictures.decode import decode, read_bytes
from desktop_app.library.models.embedder import Prepared, Vectors
from desktop_app.library.query.parse import example_text
from desktop_app.library.search.examples import Examples
from desktop_app.library.thumbnails import ThumbnailStore
from tests.fakes import COLOURS, ColorEmbedder
from tests.library.search.asked import WAIT_S, ask, library_of, names
from tests.pictures import save_colour

Vector = NDArray[np.float32]
SIDE = 120
# What a camera held on its side writes: turn the stored picture by 90° to see it upright.
_ORIENTATION, _TURNED = 0x0112, 6
# Names that say nothing, or the colours' words would find them too.
NAMES = {colour: f"{number}.png" for number, colour in enumerate(COLOURS)}
LEFT, RIGHT = Region(0, 0, 50, 100), Region(50, 0, 50, 100)


def halves(path: Path, left: str, right: str, *, turned: bool = False) -> Path:
    """Write a picture whose upright left and right half have two colours."""
    picture = Image.new("RGB", (2 * SIDE, SIDE), COLOURS[left])
    picture.paste(COLOURS[right], (SIDE, 0, 2 * SIDE, SIDE))
    exif = Image.Exif()
    if turned:
        picture = picture.transpose(Image.Transpose.ROTATE_90)
        exif[_ORIENTATION] = _TURNED
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, exif=exif)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos") / "photos"
    for colour in COLOURS:
        save_colour(folder / NAMES[colour], colour)
    halves(folder / "both.png", "red", "blue")
    halves(folder / "turned.jpg", "green", "purple", turned=True)
    return folder


@pytest.fixture(scope="module")
def embedder() -> ColorEmbedder:
    return ColorEmbedder()


@pytest.fixture(scope="module")
def library(
    tmp_path_factory: pytest.TempPathFactory, folder: Path, embedder: ColorEmbedder
) -> Iterator[PhotoLibrary]:
    with library_of(folder, tmp_path_factory.mktemp("library"), embedder) as library:
        yield library


def by_hand(folder: Path, embedder: ColorEmbedder, query: Vector, without: tuple[str, ...] = ()) -> list[str]:
    """Rank every photo of the folder by a look at each."""
    scores = {
        path.name: float(
            query @ embedder.embed_photos([embedder.prepare(decode(read_bytes(path), least_px=32).stored)])[0]
        )
        for path in folder.iterdir()
        if path.name not in without
    }
    return sorted(scores, key=lambda name: -scores[name])


def scored(answer: Answer) -> list[tuple[str, float | None, str]]:
    return [(hit.photo.name, hit.score, str(hit.band)) for hit in answer.hits]


def vector(embedder: ColorEmbedder, *colours: str) -> Vector:
    rows = [
        embedder.embed_photos([embedder.prepare(Image.new("RGB", (9, 9), COLOURS[one]))])[0]
        for one in colours
    ]
    total: Vector = np.sum(rows, axis=0)
    unit: Vector = total / np.linalg.norm(total)
    return unit


@pytest.mark.parametrize(
    ("part", "colour"),
    [
        (("both.png", LEFT), "red"),
        (("both.png", RIGHT), "blue"),
        (("both.png", Region(60, 40, 20, 10)), "blue"),
        (("turned.jpg", LEFT), "green"),
        (("turned.jpg", RIGHT), "purple"),
    ],
)
def test_a_part_of_a_photo_finds_what_it_shows(
    library: PhotoLibrary, folder: Path, embedder: ColorEmbedder, part: tuple[str, Region], colour: str
) -> None:
    name, region = part
    answer = ask(library, example_text(folder / name, region))
    assert answer.problems == ()
    assert names(answer)[0] == NAMES[colour]
    assert names(answer)[:3] == by_hand(folder, embedder, vector(embedder, colour), (name,))[:3]
    # The photo it is cut from is no answer.
    assert name not in names(answer)
    assert (answer.parts[0].region, answer.parts[0].kind) == (region, "photo")


def test_a_part_and_words_add_up(library: PhotoLibrary, folder: Path, embedder: ColorEmbedder) -> None:
    answer = ask(library, f"2:yellow + {example_text(folder / 'both.png', LEFT)} type:png")
    query = 2 * embedder.embed_text(["yellow"])[0] + vector(embedder, "red")
    wanted = by_hand(folder, embedder, query, ("both.png", "turned.jpg"))
    assert names(answer) == wanted


def test_a_part_of_a_file_outside_the_library_can_be_searched_with(
    library: PhotoLibrary, tmp_path: Path
) -> None:
    away = halves(tmp_path / "away and outside.png", "yellow", "black")
    assert names(ask(library, example_text(away, LEFT)))[0] == NAMES["yellow"]
    assert names(ask(library, example_text(away, RIGHT)))[0] == NAMES["black"]


def test_the_mean_of_several_is_that_of_their_unit_vectors(
    library: PhotoLibrary, folder: Path, embedder: ColorEmbedder
) -> None:
    chosen = ("red", "yellow", "white")
    paths = [folder / NAMES[one] for one in chosen]
    answer = library.searching.similar(paths, 50).result(WAIT_S)
    left_out = tuple(NAMES[one] for one in chosen)
    wanted = by_hand(folder, embedder, vector(embedder, *chosen), left_out)
    assert names(answer) == wanted
    typed = ask(library, " ".join(example_text(path) for path in paths))
    assert names(typed) == wanted
    assert [hit.score for hit in typed.hits] == pytest.approx([hit.score for hit in answer.hits], abs=1e-5)


def test_the_same_photo_given_twice_counts_once(library: PhotoLibrary, folder: Path, tmp_path: Path) -> None:
    red, blue = folder / NAMES["red"], folder / NAMES["blue"]
    link, copy = tmp_path / "link.png", tmp_path / "copy.png"
    link.symlink_to(red)
    copy.write_bytes(red.read_bytes())
    around = folder / ".." / folder.name / red.name
    once = library.searching.similar([red, blue], 50).result(WAIT_S)
    again = library.searching.similar([red, link, copy, around, red, blue], 50).result(WAIT_S)
    assert scored(again) == scored(once)
    # Alone it is one example, for which the line is drawn as for one.
    assert scored(library.searching.similar([red, red], 50).result(WAIT_S)) == scored(
        library.searching.similar(red, 50).result(WAIT_S)
    )


@pytest.mark.parametrize("again", ["red.png", "link.png", "copy.png"])
def test_an_example_typed_twice_counts_once_and_is_named(
    library: PhotoLibrary, folder: Path, tmp_path: Path, again: str
) -> None:
    red, blue = folder / NAMES["red"], folder / NAMES["blue"]
    (tmp_path / "link.png").symlink_to(red)
    (tmp_path / "copy.png").write_bytes(red.read_bytes())
    other = red if again == "red.png" else tmp_path / again
    for key, words in (("photo", f"photo:{blue}"), ("like", "blue"), ("unlike", "blue")):
        first = f"{words} {key}:{red}"
        once, twice = ask(library, first), ask(library, f"{first} {key}:{other}")
        assert scored(twice) == scored(once)
        assert once.problems == ()
        [problem] = twice.problems
        assert (problem.start, problem.left_out) == (len(first) + 1, True)
        assert problem.sentence == "This photo is in the query twice; it counts once."


def test_what_counts_more_is_kept_of_what_is_typed_twice(library: PhotoLibrary, folder: Path) -> None:
    red = folder / NAMES["red"]
    wanted = ask(library, f"3:photo:{red} blue")
    answer = ask(library, f"photo:{red} 3:photo:{red} blue")
    assert scored(answer) == scored(wanted)
    assert [problem.start for problem in answer.problems] == [0]
    # Two parts of one photo are two, and so is what is wanted and what is not.
    both = folder / "both.png"
    assert ask(library, f"{example_text(both, LEFT)} {example_text(both, RIGHT)}").problems == ()


def test_words_typed_twice_count_once(library: PhotoLibrary) -> None:
    once, twice = ask(library, "red + blue"), ask(library, "red + blue + Red")
    assert scored(twice) == scored(once)
    assert [twice.query[one.start : one.end] for one in twice.problems] == ["Red"]
    assert twice.problems[0].sentence.startswith("These words are in the query twice; they count once.")
    assert scored(ask(library, "2:red + blue")) != scored(once)


def test_one_of_several_that_cannot_be_read_is_named(library: PhotoLibrary, folder: Path) -> None:
    with pytest.raises(LibraryError, match="nowhere"):
        library.searching.similar([folder / NAMES["red"], folder / "nowhere.png"]).result(WAIT_S)


def test_a_part_is_embedded_once_however_often_it_is_asked(
    library: PhotoLibrary, folder: Path, embedder: ColorEmbedder
) -> None:
    text = example_text(folder / "both.png", Region(10, 10, 20, 20))
    ask(library, text)
    before = embedder.embedded
    ask(library, f"{text} blue")
    assert embedder.embedded == before
    ask(library, example_text(folder / "both.png", Region(10, 10, 20, 21)))
    assert embedder.embedded == before + 1


@pytest.fixture
def made(tmp_path: Path, embedder: ColorEmbedder) -> Iterator[tuple[Path, PhotoLibrary, Path]]:
    """A library of its own, of two photos; with the first of them and where the library lies."""
    photo = halves(tmp_path / "photos" / "both.png", "red", "blue")
    save_colour(tmp_path / "photos" / "blue.png", "blue")
    base = tmp_path / "base"
    with library_of(photo.parent, base, embedder) as library:
        yield photo, library, base


def test_the_small_copy_stands_in_for_a_file_that_is_gone(made: tuple[Path, PhotoLibrary, Path]) -> None:
    photo, library, _base = made
    photo.unlink()
    answer = ask(library, example_text(photo, RIGHT))
    assert names(answer)[0] == "blue.png"
    assert answer.note == "both.png: the file is gone. Its small copy was searched with."
    assert answer.problems == ()


class Unplugged(PhotoTable):
    """Says of every photo that its drive is away."""

    drive = "Holidays"

    def at(self, path: Path, model_id: str | None) -> Photo | None:
        photo = super().at(path, model_id)
        return replace(photo, offline=True, drive=self.drive) if photo is not None else None


def test_the_drive_of_an_example_that_is_away_is_named(
    made: tuple[Path, PhotoLibrary, Path], embedder: ColorEmbedder, decoders: DecoderPool
) -> None:
    photo, library, base = made
    library.close()
    thumbnails = ThumbnailStore(base / "cache" / "thumbnails")
    with Catalog(base / "data" / "catalog.db") as catalog:
        catalog.photos = Unplugged(catalog._database)
        examples = Examples(catalog, thumbnails, decoders)
        whole = examples.example(photo, embedder)
        part = examples.example(photo, embedder, RIGHT)
        nameless = Unplugged.drive
        try:
            Unplugged.drive = ""
            unnamed = examples.example(photo, embedder, RIGHT)
        finally:
            Unplugged.drive = nameless
        # The catalogue's own vector needs no file, so there is nothing to say.
        assert whole.note == ""
        assert part.note == (
            "both.png: its folder on the drive “Holidays” cannot be read now. Its small copy was searched with."
        )
        assert "its folder cannot be read now" in unnamed.note
        assert float(part.vector @ vector(embedder, "blue")) == pytest.approx(1, abs=1e-3)
        with pytest.raises(LibraryError, match="“Holidays”"):
            Examples(catalog, None, decoders).example(photo, embedder, RIGHT)


def test_a_tiny_part_of_a_large_photo_keeps_its_pixels(
    tmp_path: Path, embedder: ColorEmbedder, decoders: DecoderPool
) -> None:
    """A JPEG is halved while it is decoded; a part must not shrink to nothing by that."""
    picture = Image.new("RGB", (2400, 1800), COLOURS["white"])
    picture.paste(COLOURS["red"], (1200, 900, 1260, 960))
    picture.save(tmp_path / "large.jpg", quality=95)
    with Catalog(tmp_path / "catalog.db") as catalog:
        part = Region(50, 50, 2.5, 3.3)
        example = Examples(catalog, None, decoders).example(tmp_path / "large.jpg", embedder, part)
    assert float(example.vector @ vector(embedder, "red")) == pytest.approx(1, abs=1e-3)
    assert example.content is None


class ClumsyEmbedder(ColorEmbedder):
    """Makes no sense of what is red, nor of odd words."""

    def embed_photos(self, batch: Sequence[Prepared]) -> Vectors:
        rows = super().embed_photos(batch)
        rows[rows[:, 0] > 0.3, -1] = np.nan
        return rows

    def embed_text(self, texts: Sequence[str]) -> Vectors:
        rows = super().embed_text(texts)
        rows[["odd" in text for text in texts]] = np.nan
        return rows


@pytest.fixture(scope="module")
def clumsy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PhotoLibrary]:
    base = tmp_path_factory.mktemp("clumsy")
    for colour in ("red", "green", "blue"):
        save_colour(base / "photos" / f"{colour}.png", colour)
    with library_of(base / "photos", base, ClumsyEmbedder()) as library:
        yield library


def test_an_example_that_the_model_makes_no_sense_of_is_said_and_the_rest_is_searched(
    clumsy: PhotoLibrary,
) -> None:
    red = ask(clumsy, "blue").hits[0].photo.path.with_name("red.png")
    with pytest.raises(
        LibraryError, match="cannot be used as an example: the model could not make sense of it"
    ):
        clumsy.searching.similar(red).result(WAIT_S)
    answer = ask(clumsy, f"blue {example_text(red)}")
    assert names(answer)[0] == "blue.png"
    assert [problem.sentence for problem in answer.problems] == [
        f"{red} cannot be used as an example: the model could not make sense of it."
    ]


@pytest.mark.parametrize("text", ["odd", "odd type:png", "odd name:green"])
def test_words_that_the_model_makes_no_sense_of_are_told_with_and_without_filters(
    clumsy: PhotoLibrary, text: str
) -> None:
    with pytest.raises(StoreError, match="not a number"):
        ask(clumsy, text)
