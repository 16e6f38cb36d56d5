"""Photos are found by the words of their names and folders."""

import os
import string
from collections.abc import Iterator
from datetime import datetime
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.library.catalog import Catalog, words
from desktop_app.library.catalog.words import indexed_words, query_for
from desktop_app.library.query.parse import parse
from tests.library.catalog.records import record

HOME = Path("/home/maria/Pictures") if os.name == "posix" else Path("C:/Users/maria/Pictures")
NAMES = [
    "IMG_2682.heic",
    "Summer beach/DSC01234.JPG",
    "2019/Café São João/último dia.png",
    "2024-05-01 Straße/iPhone-photo.webp",
    "北京旅行/故宫 IMG20240501.jpg",
    "myHolidayPictures/HTMLFile.gif",
    "Ελλάδα/Ακρόπολη.jpg",
]


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    with Catalog(tmp_path_factory.mktemp("names") / "catalog.db") as catalog:
        catalog.folders.add(HOME)
        catalog.photos.save([record(HOME / name, name) for name in NAMES], None)
        yield catalog


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("IMG_2682", "IMG_2682.heic"),
        ("img 2682", "IMG_2682.heic"),
        ("2682", "IMG_2682.heic"),
        ("img2682", "IMG_2682.heic"),
        ("IMG_2682.heic", "IMG_2682.heic"),
        ("im 26", "IMG_2682.heic"),
        ("summer beach", "DSC01234.JPG"),
        ("beach summer", "DSC01234.JPG"),
        ("SUMMERBEACH dsc", None),
        ("dsc1234", "DSC01234.JPG"),
        ("1234", "DSC01234.JPG"),
        ("dsc012", "DSC01234.JPG"),
        ("cafe sao joao", "último dia.png"),
        ("CAFÉ ULTIMO", "último dia.png"),
        ("strasse iphone", "iPhone-photo.webp"),
        ("STRASSE iPhone", "iPhone-photo.webp"),
        ("may iphone", None),
        ("旅行", "故宫 IMG20240501.jpg"),
        ("故宫 20240501", "故宫 IMG20240501.jpg"),
        ("holiday html", "HTMLFile.gif"),
        ("MyHolidayPictures", "HTMLFile.gif"),
        ("myholidaypic file", "HTMLFile.gif"),
        ("ακροπολη", "Ακρόπολη.jpg"),
        ("html beach", None),
        ("maria", None),
    ],
)
def test_words_find_the_photo(catalog: Catalog, text: str, name: str | None) -> None:
    assert [photo.name for photo in catalog.words.find(text, 50, None)] == ([name] if name else [])


def test_the_chosen_folder_itself_counts_as_a_word(catalog: Catalog) -> None:
    assert len(catalog.words.find("pictures", 50, None)) == len(NAMES)


@pytest.mark.parametrize(
    "text", ["", "   ", "?!", "'", '"', "* - + ^ :", "🏖️🎉", "\x00", "\udce9", "()", "%_"]
)
def test_text_without_a_word_finds_nothing(catalog: Catalog, text: str) -> None:
    assert catalog.words.find(text, 50, None) == []


@pytest.mark.parametrize(
    "text",
    [
        '"img',
        "img*",
        "img AND 2682",
        "NEAR(img)",
        "words:img",
        "img OR",
        "-img",
        "img\x002682",
        "NOT",
        "{img}",
    ],
)
def test_the_operators_of_the_index_are_only_words(catalog: Catalog, text: str) -> None:
    found = {photo.name for photo in catalog.words.find(text, 50, None)}
    assert found <= {"IMG_2682.heic", "故宫 IMG20240501.jpg"}


@settings(max_examples=200)
@given(text=st.text(st.characters(codec=None), max_size=80))
def test_any_text_is_safe_to_search_for(catalog: Catalog, text: str) -> None:
    assert len(catalog.words.find(text, 3, None)) <= 3


@settings(max_examples=200)
@given(name=st.text(st.characters(codec="utf-8", exclude_characters="/\\\x00"), min_size=1, max_size=40))
def test_a_name_is_made_of_words_that_find_it(name: str) -> None:
    if name in {".", ".."}:
        return
    words = set(indexed_words(HOME / name, HOME).split())
    query = query_for(name)
    if query is None:
        assert words == {"pictures"}
        return
    # Every first spelling the query asks for is there.
    asked = {term.strip('()"*') for part in query.split(" AND ") for term in part.split(" OR ")[:1]}
    assert asked <= words


def test_a_pasted_page_is_searched_for_by_its_first_words(catalog: Catalog) -> None:
    assert catalog.words.find("img " * 10_000, 5, None) != []


def test_only_so_many_are_returned_newest_first(tmp_path: Path) -> None:
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(HOME)
        catalog.photos.save(
            [
                record(HOME / f"cat{n}.jpg", str(n), taken_at=datetime(2000 + n * 7 % 10, 1, 1))
                for n in range(10)
            ],
            None,
        )
        found = catalog.words.find("cat", 10, None)
        assert [photo.taken_at.year for photo in found if photo.taken_at] == list(range(2009, 1999, -1))
        assert len(catalog.words.find("cat", 4, None)) == 4


def test_a_removed_photo_is_no_longer_found(tmp_path: Path) -> None:
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(HOME)
        catalog.photos.save([record(HOME / "cat.jpg")], None)
        catalog.photos.remove([HOME / "cat.jpg"])
        assert catalog.words.find("cat", 10, None) == []
        assert catalog.check() == []


@given(run=st.text(alphabet=string.ascii_letters + string.digits, min_size=1, max_size=20))
def test_plain_letters_are_cut_as_all_letters_are(run: str) -> None:
    cut = words._words(run)
    assert "".join(cut) == run
    ends = set(accumulate(map(len, cut))) - {len(run)}
    assert ends == {at for at in range(1, len(run)) if words._is_border(run, at)}


@pytest.mark.parametrize("limit", [1, 2, 5, 6])
def test_of_more_than_are_wanted_those_added_last_are_found(tmp_path: Path, limit: int) -> None:
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(HOME)
        for year in range(2015, 2020):
            catalog.photos.save(
                [record(HOME / f"beach {year}.jpg", f"c{year}", taken_at=datetime(year, 1, 1))], None
            )
        newest = [f"beach {year}.jpg" for year in range(2019, 2014, -1)][:limit]
        assert [photo.name for photo in catalog.words.find("beach", limit, None)] == newest
        ids = catalog.words.find_among("beach", parse("type:jpg").filters, limit)
        assert [photo.name for photo in catalog.photos.of_ids(ids, None)] == newest


def test_what_was_added_last_is_shown_by_its_date(tmp_path: Path) -> None:
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(HOME)
        for year in (2019, 2018, 2016, 2017):
            catalog.photos.save(
                [record(HOME / f"beach {year}.jpg", f"c{year}", taken_at=datetime(year, 1, 1))], None
            )
        expected = ["beach 2018.jpg", "beach 2017.jpg", "beach 2016.jpg"]
        assert [photo.name for photo in catalog.words.find("beach", 3, None)] == expected
        ids = catalog.words.find_among("beach", parse("type:jpg").filters, 3)
        assert [photo.name for photo in catalog.photos.of_ids(ids, None)] == expected
