"""Names and pictures in one answer, asked of a whole library; only the model knows colours alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.library import Answer, Band, CalibrationReady, Event, PhotoLibrary, Reason
from desktop_app.paths import resources
from tests.fakes import ColorEmbedder
from tests.library.search.asked import WAIT_S, ask, library_of
from tests.library.test_library import opened
from tests.pictures import save_colour

RED, GREEN, BLUE = (220, 30, 30), (30, 180, 40), (30, 60, 220)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four folders with shades of red, green and blue, one photo twice, and one that cannot be read."""
    folder = tmp_path_factory.mktemp("all") / "My photos"
    for place, name in enumerate(("Germany", "grandma", "Lisbon 2019", "photos of work")):
        for at, (red, green, blue) in enumerate((RED, GREEN, BLUE)):
            shade = (red - place, green + place, blue - at)
            save_colour(folder / name / f"IMG_{26 + place}{at}0.png", shade)
    copy = folder / "Lisbon 2019" / "again.png"
    copy.write_bytes((folder / "Germany" / "IMG_2600.png").read_bytes())
    (folder / "Germany" / "broken.jpg").write_bytes(b"no picture")
    return folder


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Iterator[PhotoLibrary]:
    with library_of(folder, tmp_path_factory.mktemp("library")) as library:
        yield library


def places(answer: Answer) -> list[str]:
    return [hit.photo.path.parent.name for hit in answer.hits]


@pytest.mark.parametrize(
    ("text", "place", "count"),
    [
        ("germany", "Germany", 3),
        ("Grandma", "grandma", 3),
        ("2019 lisbon", "Lisbon 2019", 4),
        ("lisbon", "Lisbon 2019", 4),
    ],
)
def test_what_a_folder_is_called_comes_first_and_is_found(
    library: PhotoLibrary, text: str, place: str, count: int
) -> None:
    answer = ask(library, text)
    assert places(answer)[:count] == [place] * count
    # A file that cannot be read has nothing to show, so only its name speaks for it.
    later = [hit.photo.name for hit in answer.hits[count:] if hit.photo.path.parent.name == place]
    assert later == (["broken.jpg"] if place == "Germany" else [])
    assert all(
        hit.by_name and hit.band is Band.FOUND and Reason.FOLDER in hit.why for hit in answer.hits[:count]
    )
    assert [hit.photo.name for hit in answer.hits[count:] if hit.by_name] == later
    assert [hit.rank for hit in answer.hits] == list(range(1, len(answer.hits) + 1))


def test_the_score_stays_the_cosine_and_names_are_in_its_order(library: PhotoLibrary) -> None:
    embedder = ColorEmbedder()
    query = embedder.embed_text(["red germany"])[0]
    answer = ask(library, "red germany")
    photos = [hit for hit in answer.hits if hit.score is not None]
    catalog_scores = {
        hit.photo.id: float(query @ vector)
        for hit in photos
        if (vector := library._catalog.vectors.of_photo(hit.photo.id, embedder.model_id))
        is not None  # the truth
    }
    assert [hit.score for hit in photos] == pytest.approx(
        [catalog_scores[hit.photo.id] for hit in photos], abs=1e-3
    )
    named = [hit.score for hit in photos if hit.by_name]
    assert named == sorted(named, key=lambda score: -(score or 0))


def test_one_word_of_several_moves_a_photo_up(library: PhotoLibrary) -> None:
    plain = next(hit for hit in ask(library, "red sky").hits if hit.photo.path.parent.name == "grandma")
    answer = ask(library, "red sky at grandma")
    first = answer.hits[0]
    assert first.photo.path.parent.name == "grandma"
    assert first.photo.id == plain.photo.id
    assert first.why == (Reason.VISUAL, Reason.FOLDER)
    assert not first.by_name


def test_a_word_that_all_have_wins_nothing(library: PhotoLibrary) -> None:
    for text in ("photos", "photos of red", "My photos"):
        assert not any(hit.by_name for hit in ask(library, text).hits)
    assert places(ask(library, "photos of grandma"))[:3] == ["grandma"] * 3


def test_equal_files_are_one_hit_with_the_path_that_has_the_words(library: PhotoLibrary) -> None:
    by_folder = {place: [hit.photo for hit in ask(library, place).hits] for place in ("germany", "lisbon")}
    for photos in by_folder.values():
        hashes = [photo.content_hash for photo in photos]
        assert len(set(hashes)) == len(hashes)
    shown = {place: {photo.path.parent.name for photo in photos[:3]} for place, photos in by_folder.items()}
    assert shown == {"germany": {"Germany"}, "lisbon": {"Lisbon 2019"}}


def test_filters_hold_for_names_too(library: PhotoLibrary) -> None:
    answer = ask(library, "germany type:png")
    assert [hit.by_name for hit in answer.hits].count(True) == 3
    assert all(hit.photo.path.suffix == ".png" for hit in answer.hits)
    assert places(ask(library, "germany in:lisbon")) == ["Lisbon 2019"] * 4


def test_what_is_called_so_is_found_however_many_are_asked_for(library: PhotoLibrary) -> None:
    assert places(ask(library, "grandma", 2)) == ["grandma"] * 2
    assert [hit.photo.name for hit in ask(library, "IMG_2710", 1).hits] == ["IMG_2710.png"]


def test_an_answer_says_how_many_were_compared(library: PhotoLibrary, folder: Path, tmp_path: Path) -> None:
    assert ask(library, "red", 2).compared == 12
    assert ask(library, "red in:grandma", 2).compared == 3
    assert ask(library, f'photo:"{folder / "grandma" / "IMG_2710.png"}"').compared == 11
    assert library.searching.similar(folder / "Germany" / "IMG_2600.png", 5).result(WAIT_S).compared == 11
    # However few are asked for, and where the example is none of them.
    assert library.searching.similar(folder / "Germany" / "IMG_2600.png", 1).result(WAIT_S).compared == 11
    elsewhere = save_colour(tmp_path / "elsewhere.png", "red")
    assert library.searching.similar(elsewhere, 1).result(WAIT_S).compared == 12
    assert library.searching.similar(elsewhere, 50).result(WAIT_S).compared == 12
    assert ask(library, "type:png").compared is None


def test_tags_and_captions_are_a_reason_of_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "Pictures"
    for at in range(3):
        save_colour(folder / f"{at}.jpg", (200 - at, 20, 20))
    beside = folder / "1.jpg.xmp"
    beside.write_text(
        """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
        <rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:subject><rdf:Bag><rdf:li>carnival</rdf:li>
        </rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>""",
        encoding="utf-8",
    )
    with library_of(folder, tmp_path) as library:
        first = ask(library, "carnival").hits[0]
    assert (first.photo.name, first.by_name, first.why) == ("1.jpg", True, (Reason.VISUAL, Reason.TAG))


def test_until_a_model_is_calibrated_nothing_has_a_confidence(tmp_path: Path) -> None:
    heard: list[Event] = []
    library = PhotoLibrary(tmp_path / "d", tmp_path / "c", resources=resources(), embedder=ColorEmbedder())
    library.subscribe(heard.append)
    try:
        save_colour(tmp_path / "Pictures" / "red.png", RED)
        library.folders.add(tmp_path / "Pictures").result(WAIT_S)
        (hit,) = ask(library, "red").hits
        library._writer.submit(library._writer.idle).result(WAIT_S)  # an idle moment, now
        # Nothing is made for a program that ends after its answer, as a search on the command line does.
        assert hit.confidence is None
        assert not [one for one in heard if isinstance(one, CalibrationReady)]
        library.searching.expect_questions()
        library._writer.submit(library._writer.idle).result(WAIT_S)  # an idle moment, now
        (after,) = ask(library, "red").hits
    finally:
        library.close()
    assert [one.name for one in heard if isinstance(one, CalibrationReady)] == ["Colours"]
    assert after.confidence is not None


def test_the_vectors_come_into_memory_only_where_questions_are_expected(folder: Path, tmp_path: Path) -> None:
    with opened(tmp_path) as library:
        library.folders.add(folder).result(WAIT_S)
        for expected in (False, True):
            if expected:
                library.searching.expect_questions()
            library._writer.submit(library._writer.idle).result(WAIT_S)  # an idle moment, now
            for _ in range(3):
                library._search_thread.finish()  # each block queues the next
            assert library.searching.holds_vectors is expected


def test_once_something_was_asked_the_vectors_come_into_memory(library: PhotoLibrary) -> None:
    library._writer.submit(library._writer.idle).result(WAIT_S)  # an idle moment, now
    library._search_thread.finish()  # each block queues the next
    library._search_thread.finish()
    library._search_thread.finish()
    assert library.searching.holds_vectors
    assert sorted(places(ask(library, "red in:grandma"))) == ["grandma"] * 3
