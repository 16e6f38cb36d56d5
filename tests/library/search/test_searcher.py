"""Queries asked of a whole library: real files, real SQLite, real Milvus Lite; only the model knows colours alone."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop_app.library import Answer, LibraryError, PhotoLibrary, Reason
from desktop_app.library.catalog import Catalog
from desktop_app.library.decoding.pool import DecoderPool
from desktop_app.library.query.parse import parse
from desktop_app.library.search.ranking import Ranker
from desktop_app.library.search.within import nearest_within
from desktop_app.library.vectors.found import Among
from desktop_app.paths import resources
from tests.fakes import ColorEmbedder
from tests.library.catalog.records import MODEL, record, unit
from tests.library.search.asked import WAIT_S, ask, library_of, names
from tests.pictures import save_colour

COLOURS = ("red", "green", "blue", "yellow", "white", "black", "orange", "purple")


def dated(path: Path, year: int) -> None:
    """Give a photo's file a time, which stands in for the date of those that say none."""
    seconds = datetime(year, 6, 1, 12).timestamp()
    os.utime(path, (seconds, seconds))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo of each colour from 2016 on, a small set of reds in a folder, and a file that is no picture."""
    folder = tmp_path_factory.mktemp("photos") / "photos"
    for number, colour in enumerate(COLOURS):
        dated(save_colour(folder / f"{colour}.png", colour), 2016 + number)
    for shade in range(5):
        dated(
            save_colour(folder / "Old trips" / f"shade_{shade}.jpg", (200 - 9 * shade, 20, 20), (48, 64)),
            2010,
        )
    exif = Image.Exif()
    exif[0x4746] = 4
    save_colour(folder / "Old trips" / "liked.jpg", (90, 20, 20), exif=exif)
    dated(folder / "Old trips" / "liked.jpg", 2010)
    (folder / "red notes.jpg").write_bytes(b"no picture")
    dated(folder / "red notes.jpg", 2012)
    return folder


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Iterator[PhotoLibrary]:
    with library_of(folder, tmp_path_factory.mktemp("library")) as library:
        yield library


def test_plain_words_are_answered_as_ever(library: PhotoLibrary) -> None:
    answer = ask(library, "a red thing")
    assert names(answer)[0] == "red.png"
    assert len(answer.hits) == 14
    assert [(part.text, part.weight) for part in answer.parts] == [("a red thing", 1.0)]
    assert (answer.filters, answer.problems, answer.filtered) == ((), (), None)
    called_red = [hit.photo.name for hit in answer.hits if hit.why != (Reason.VISUAL,)]
    assert called_red == ["red.png"]


def test_a_filter_keeps_what_passes_in_the_order_of_likeness(library: PhotoLibrary) -> None:
    all_red = [name for name in names(ask(library, "red")) if name.startswith("shade") or name == "liked.jpg"]
    answer = ask(library, "red in:trips")
    assert names(answer) == all_red
    assert answer.filtered == 6
    assert all(hit.why == (Reason.VISUAL, Reason.FOLDER) for hit in answer.hits)


def test_a_filter_never_leaves_fewer_hits_than_there_are(library: PhotoLibrary) -> None:
    assert names(ask(library, "red type:png", 7)) == names(ask(library, "red type:png"))[:7]
    for colour in COLOURS:
        assert names(ask(library, f"{colour} in:trips type:jpg rating:<4", 5))[0].startswith("shade")
        assert len(ask(library, f"{colour} in:trips rating:<4", 5).hits) == 5


def test_only_filters_list_what_passes_by_date(library: PhotoLibrary) -> None:
    answer = ask(library, "date:2016..2018")
    assert names(answer) == ["blue.png", "green.png", "red.png"]
    assert all((hit.score, hit.why) == (None, (Reason.DATE,)) for hit in answer.hits)
    assert names(ask(library, "date:2016..2018", 1)) == ["blue.png"]
    assert ask(library, "date:2016..2018", 1).filtered == 3
    assert names(ask(library, "rating:>=3")) == ["liked.jpg"]


def test_photos_that_cannot_be_seen_pass_filters_too(library: PhotoLibrary) -> None:
    assert names(ask(library, "date:2012")) == ["red notes.jpg"]
    answer = ask(library, "notes before:2015")
    assert names(answer)[-1] == "red notes.jpg"
    assert answer.hits[-1].why == (Reason.NAME, Reason.DATE)
    assert "red notes.jpg" not in names(ask(library, "notes after:2015"))


def test_a_minus_part_moves_photos_back(library: PhotoLibrary) -> None:
    with_yellow = names(ask(library, "red"))
    without = names(ask(library, "red -orange"))
    assert without.index("orange.png") > with_yellow.index("orange.png")
    assert without[0] == "red.png"


def test_weights_move_the_answer(library: PhotoLibrary) -> None:
    more_red, more_blue = names(ask(library, "4:red + blue")), names(ask(library, "red + 4:blue"))
    assert more_red.index("red.png") < more_red.index("blue.png")
    assert more_blue.index("blue.png") < more_blue.index("red.png")


def test_an_example_photo_can_be_a_part_and_is_not_in_the_answer(library: PhotoLibrary, folder: Path) -> None:
    example = folder / "blue.png"
    alone = ask(library, f'photo:"{example}"')
    assert names(alone) == names(library.searching.similar(example, 50).result(WAIT_S))
    assert "blue.png" not in names(alone)
    with_words = ask(library, f'photo:"{example}" + 3:red type:png')
    assert "blue.png" not in names(with_words)
    assert names(with_words)[0] in {"red.png", "purple.png"}


def test_an_example_that_cannot_be_read_is_said_and_the_rest_is_searched(
    library: PhotoLibrary, folder: Path
) -> None:
    text = f'red photo:"{folder / "red notes.jpg"}" type:png'
    answer = ask(library, text)
    assert names(answer)[0] == "red.png"
    (problem,) = answer.problems
    assert text[problem.start : problem.end].startswith("photo:")
    assert "cannot be used as an example" in problem.sentence
    with pytest.raises(LibraryError):
        library.searching.similar(folder / "red notes.jpg").result(WAIT_S)


@pytest.mark.parametrize("words", ["red " * 31, "red " * 3_000])
def test_what_is_too_long_is_said_in_a_line_or_two(library: PhotoLibrary, words: str) -> None:
    note = ask(library, words).note
    assert note.startswith("The query is longer than the model reads; it left out “red")
    assert note.endswith("red”.")
    assert len(note) < 220


def test_what_is_only_left_out_is_explained_and_the_filters_still_count(library: PhotoLibrary) -> None:
    answer = ask(library, "-red")
    assert answer.hits == ()
    assert "only what to leave out" in answer.problems[0].sentence
    assert names(ask(library, "-red date:2016..2017")) == ["green.png", "red.png"]


def test_parts_that_cancel_each_other_out_are_explained(library: PhotoLibrary) -> None:
    answer = ask(library, "red -red")
    assert answer.hits == ()
    assert "cancel" in answer.problems[0].sentence


def test_problems_of_the_text_are_told_with_the_answer(library: PhotoLibrary) -> None:
    answer = ask(library, "red date:someday foo:bar")
    assert names(answer)[0] == "red.png"
    assert [(one.start, one.end) for one in answer.problems] == [(4, 16), (17, 24)]


@pytest.mark.parametrize(
    "text", ["", "-", "\ud800 red", "photo:\ud800", "name:\ud800", "in:%_\\", 'camera:"|"', "+"]
)
def test_strange_queries_have_answers(library: PhotoLibrary, text: str) -> None:
    assert isinstance(ask(library, text), Answer)


def test_a_name_is_found_first_only_among_what_passes(library: PhotoLibrary) -> None:
    first = ask(library, "shade_3").hits[0]
    assert (first.photo.name, first.by_name, first.why) == ("shade_3.jpg", True, (Reason.VISUAL, Reason.NAME))
    assert "shade_3.jpg" not in names(ask(library, "shade_3 type:png"))
    in_folder = next(hit for hit in ask(library, "trips").hits if hit.by_name)
    assert Reason.FOLDER in in_folder.why


def test_of_equal_files_the_one_that_passes_is_shown(
    tmp_path: Path, library: PhotoLibrary, folder: Path
) -> None:
    copies = folder / "Copies"
    copies.mkdir()
    (copies / "same.png").write_bytes((folder / "green.png").read_bytes())
    try:
        library.folders.refresh().result(WAIT_S)
        assert names(ask(library, "green in:copies")) == ["same.png"]
        assert names(ask(library, "green", 1)) == ["green.png"]
        assert ask(library, "in:copies").filtered == 1
    finally:
        (copies / "same.png").unlink()
        copies.rmdir()
        library.folders.refresh().result(WAIT_S)
    assert ask(library, "in:copies").filtered == 0


def test_the_ranking_tells_its_vector_and_the_number_of_words(tmp_path: Path, decoders: DecoderPool) -> None:
    embedder = ColorEmbedder(model_id=MODEL)
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(tmp_path)
        catalog.photos.save([record(tmp_path / "a.jpg", "a", vector=embedder.embed_text(["red"])[0])], MODEL)
        store = CountingStore(catalog)
        ranking = Ranker(catalog, None, decoders).ranked(parse("a red dog + blue -green"), 5, embedder, store)
    assert ranking.query is not None
    assert ranking.query.words == 4
    expected = embedder.embed_text(["a red dog"])[0] + embedder.embed_text(["blue"])[0]
    green, wanted = embedder.embed_text(["green"])[0], expected / np.linalg.norm(expected)
    expected -= 0.7 * (green - (green @ wanted) * wanted)
    assert np.allclose(ranking.query.vector, expected / np.linalg.norm(expected), atol=1e-5)
    ((photo, score, at_s, *_),) = ranking.rows
    assert (photo.name, at_s) == ("a.jpg", None)
    assert score == pytest.approx(float(ranking.query.vector @ embedder.embed_text(["red"])[0]), abs=1e-3)


class CountingStore:
    """Searches the catalogue's vectors, all of them, and counts what it is asked."""

    def __init__(self, catalog: Catalog) -> None:
        self.asked: list[int] = []
        self.dimension = 8
        self.description = "counting"
        self._catalog = catalog

    def search(self, vector: np.ndarray, limit: int, among: Among | None = None) -> list[tuple[int, float]]:
        if among is not None:
            return among.only(self.search(vector, among.rows_to_ask(limit)))[:limit]
        self.asked.append(limit)
        found = [
            (int(number), float(row @ vector))
            for numbers, rows in self._catalog.vectors.blocks(MODEL)
            for number, row in zip(numbers, rows, strict=True)
        ]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:limit]

    def upsert(self, rows: object) -> None: ...

    def delete(self, ids: object) -> None: ...

    def flush(self) -> None: ...

    def count(self) -> int:
        return 0

    def ids(self) -> set[int]:
        return set()

    def drop(self) -> None: ...

    def close(self) -> None: ...


@pytest.mark.parametrize("limit", [1, 3, 10, 200])
@pytest.mark.parametrize(
    "text", ["name:00", "name:9", "-name:000", "-name:9", "type:jpg", "type:png", "name:photo_01", "rating:5"]
)
def test_the_nearest_among_some_are_those_of_a_look_at_each(tmp_path: Path, text: str, limit: int) -> None:
    """With every way of searching: few kept, many kept, and many kept whose nearest are all of the others."""
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(tmp_path)
        query = unit(1)
        # What ends in 9 is near the query, so that a filter against it finds nothing where it looks first.
        records = [
            record(
                tmp_path / f"photo_{number:03d}.jpg", f"c{number}",
                vector=query + (0.1 if number % 10 == 9 else 3.0) * unit(number + 2),
            )
            for number in range(400)
        ]  # fmt: skip
        catalog.photos.save(records, MODEL)
        kept = catalog.filters.kept(parse(text).filters)
        vectors = {
            int(n): row
            for numbers, rows in catalog.vectors.blocks(MODEL)
            for n, row in zip(numbers, rows, strict=True)
        }
        by_hand = sorted((-float(vectors[n] @ query), n) for n in kept.content_ids.tolist())[:limit]
        found = nearest_within(
            query,
            limit,
            Among(kept.content_ids, len(records)),
            CountingStore(catalog),
            catalog,
            model_id=MODEL,
        )
    assert [number for number, _ in found] == [number for _, number in by_hand]
    assert [score for _, score in found] == pytest.approx([-score for score, _ in by_hand], abs=1e-5)


def test_without_a_model_names_and_filters_are_searched(tmp_path: Path, folder: Path) -> None:
    library = PhotoLibrary(
        tmp_path / "data", tmp_path / "cache", resources=resources(), model=str(tmp_path / "no model")
    )
    try:
        library.folders.add(folder).result(WAIT_S)
        assert names(ask(library, "red type:png")) == ["red.png"]
        assert names(ask(library, "date:2016..2017")) == ["green.png", "red.png"]
        answer = ask(library, "shade -red photo:x.jpg in:trips")
        assert len(answer.hits) == 5
        assert ["model" in one.sentence for one in answer.problems] == [True, True]
    finally:
        library.close()
