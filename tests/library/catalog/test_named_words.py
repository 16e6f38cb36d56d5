"""The words of names, one by one."""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_app.library.catalog import Catalog, held_words
from desktop_app.library.catalog.filter_sql import add_functions, name_fits, where
from desktop_app.library.catalog.filters import filtered
from desktop_app.library.catalog.held_words import HeldWords
from desktop_app.library.catalog.words import queries_for_words, where_words_stand
from desktop_app.library.query.filters import Filter, Named
from desktop_app.library.query.parse import parse
from tests.library.catalog.random_folder import HOME, ROME, Folder
from tests.library.catalog.records import MODEL, record, unit


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.db") as made:
        yield made


def files_of(catalog: Catalog, text: str, filters: str = "", most_share: float = 1.0) -> dict[str, list[str]]:
    words = catalog.words.named(text, parse(filters).filters, catalog.vectors.live_ids(MODEL), most_share)
    return {
        one.word: sorted(photo.name for photo in catalog.photos.of_ids(one.file_ids.tolist(), MODEL))
        for one in words
    }


@pytest.fixture
def trips(catalog: Catalog, tmp_path: Path) -> Catalog:
    folder = tmp_path / "Trips"
    catalog.folders.add(folder)
    names = [
        "Lisbon 2019/tram.jpg",
        "Lisbon 2019/cat.png",
        "Catalonia/IMG_2682.jpg",
        "Catalonia/cats.jpg",
        "dog.jpg",
    ]
    catalog.photos.save(
        [record(folder / name, name, vector=unit(at) if at else None) for at, name in enumerate(names)], MODEL
    )
    return catalog


def test_short_words_are_found_whole_and_long_ones_by_their_beginning(trips: Catalog) -> None:
    assert files_of(trips, "cat") == {"cat": ["cat.png", "cats.jpg"]}
    assert files_of(trips, "lisb catal") == {"lisb": [], "catal": ["IMG_2682.jpg", "cats.jpg"]}
    assert files_of(trips, "268 20") == {"268": ["IMG_2682.jpg"], "20": []}


def from_the_index(catalog: Catalog, term: str) -> list[tuple[int, int]]:
    with catalog._database.reading() as connection:
        return connection.execute(
            """SELECT file.id, COALESCE(content_id, 0) FROM name JOIN file ON file.id = name.rowid
            WHERE name MATCH ? ORDER BY 1""",
            (term,),
        ).fetchall()


@pytest.mark.parametrize("seed", range(3))
def test_what_is_held_of_a_word_is_what_the_index_says_whatever_happens(catalog: Catalog, seed: int) -> None:
    folder, held = Folder(catalog, seed), HeldWords(catalog._database)
    catalog.folders.add(HOME)
    terms = queries_for_words("rome 7 10 picture")
    for _ in range(40):
        for _ in range(folder.dice.randrange(3)):
            folder.step()
        if folder.dice.random() < 0.1:
            catalog.folders.add(ROME) if folder.dice.random() < 0.5 else catalog.folders.remove(ROME)
        most = folder.dice.choice([3, 100])
        for term in terms.values():
            files, expected = held.of(term, most), from_the_index(catalog, term)
            if len(expected) > most and not files.is_listed:
                assert files.count > most
            else:
                # In order, too: who joins several words relies on it.
                assert list(zip(files.file_ids.tolist(), files.content_ids.tolist(), strict=True)) == expected


@pytest.mark.parametrize("seed", range(3))
def test_of_equal_files_each_that_passes_a_filter_is_named(catalog: Catalog, seed: int) -> None:
    folder = Folder(catalog, seed)
    catalog.folders.add(HOME)
    for _ in range(25):
        folder.step()
    for typed in ("camera:canon", "in:rome", "-in:rome", "date:2023"):
        filters = parse(typed).filters
        (word,) = catalog.words.named("jpg", filters, catalog.vectors.live_ids(MODEL))
        with filtered(catalog._database, filters) as (connection, source, values):
            rows = connection.execute(
                f"SELECT file.id FROM file {source}",
                values,
            ).fetchall()
        assert sorted(word.file_ids.tolist()) == sorted(number for (number,) in rows)


def test_a_word_asked_again_is_not_read_again(trips: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    assert files_of(trips, "lisbon") == {"lisbon": ["cat.png", "tram.jpg"]}

    def never(_self: object, _term: str, _most: int) -> None:
        raise AssertionError("every file of the word was read again")

    monkeypatch.setattr(HeldWords, "_read", never)
    trips.photos.save([record(trips.folders.paths()[0] / "tram to lisbon.jpg", "new", vector=unit(9))], MODEL)
    trips.photos.remove([trips.folders.paths()[0] / "Lisbon 2019" / "cat.png"])
    assert files_of(trips, "lisbon") == {"lisbon": ["tram to lisbon.jpg", "tram.jpg"]}


def test_of_more_words_than_anybody_types_those_asked_first_are_let_go(
    trips: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_words, "_MOST_WORDS", 2)
    held = HeldWords(trips._database)
    for term in ('"nothing"', '"cat"', '"never"', '"dog"'):
        held.of(term, 100)
    assert list(held._held) == ['"never"', '"dog"']


@pytest.mark.parametrize(
    ("statement", "values"), [(held_words._FOUND, ('"a"', 1)), (held_words._WORDS, ("[1]",))]
)
def test_the_files_of_a_word_are_looked_up_by_number(
    catalog: Catalog, statement: str, values: tuple[str | int, ...]
) -> None:
    with catalog._database.reading() as connection:
        plan = [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert [step for step in plan if step.startswith("SEARCH file USING INTEGER PRIMARY KEY")]
    assert not [step for step in plan if step.startswith("SCAN file") or "AUTOMATIC" in step]


def test_words_that_every_sentence_has_are_none(trips: Catalog) -> None:
    assert list(files_of(trips, "A dog in the snow, of the Dog")) == ["dog", "snow"]
    assert queries_for_words("the of in") == queries_for_words(" -+* ") == {}


def test_filters_and_vectors_count(trips: Catalog) -> None:
    (word,) = trips.words.named("lisbon", parse("type:jpg").filters, trips.vectors.live_ids(MODEL))
    assert (word.count, word.of, len(word.file_ids)) == (2, 5, 1)
    assert word.content_ids.tolist() == [0]
    assert files_of(trips, "lisbon", "-type:jpg") == {"lisbon": ["cat.png"]}


def test_a_few_photos_whose_numbers_are_high_are_named_like_others(catalog: Catalog, tmp_path: Path) -> None:
    """Numbers are never given again, so after years of photos that came and went they may be anything."""
    catalog.folders.add(tmp_path)
    with catalog._database.writing() as connection:
        connection.execute("INSERT INTO sqlite_sequence VALUES ('file', ?1), ('content', ?1)", (2**48,))
    catalog.photos.save([record(tmp_path / "cat.jpg", "c1", vector=unit(1))], MODEL)
    catalog.photos.save([record(tmp_path / "cat 2.jpg", "c2")], MODEL)
    (word,) = catalog.words.named("cat", (), catalog.vectors.live_ids(MODEL))
    assert word.file_ids.tolist() == [2**48 + 1, 2**48 + 2]
    assert word.content_ids.tolist() == [2**48 + 1, 0]


def test_a_word_of_too_many_is_counted_and_not_listed(trips: Catalog) -> None:
    (word,) = trips.words.named("trips", (), trips.vectors.live_ids(MODEL), 0.5)
    assert word.count > 0.5 * word.of
    assert len(word.file_ids) == 0


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("tram", "", (True, False, False)),
        ("tram yellow", "a yellow thing", (True, True, False)),
        ("lisbon yellow", "a yellow thing", (False, True, True)),
        ("2019", "", (False, False, True)),
    ],
)
def test_where_words_stand(text: str, said: str, expected: tuple[bool, bool, bool]) -> None:
    assert where_words_stand(text, Path("/p/Lisbon 2019/tram.jpg"), said) == expected


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text("aB1_%|.é*?", min_size=1, max_size=6).filter(lambda one: "*" in one or "?" in one),
    st.lists(st.text("aB1_%|.é", min_size=1, max_size=4), min_size=1, max_size=3),
)
def test_a_pattern_for_names_means_in_sql_what_it_means_in_python(pattern: str, pieces: list[str]) -> None:
    path = f"{os.sep}{Path(*pieces)}"
    sql, values = where([Filter("name", pattern, (Named(pattern),))])
    connection = sqlite3.connect(":memory:")
    try:
        add_functions(connection)
        row = connection.execute(
            f"SELECT {sql} FROM (SELECT ? AS path)",
            (*values, os.fsencode(path)),  # our own words
        ).fetchone()
    finally:
        connection.close()
    assert bool(row[0]) is name_fits(pattern, os.fsencode(path))
