"""What was written, by number: whoever follows it knows the same as who reads everything again."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library.catalog import Catalog, FileChanges
from desktop_app.library.catalog import changes as changes_module
from desktop_app.library.catalog.changes import EVERYTHING, NO_CHANGES, ChangeLog
from desktop_app.library.catalog.saving import save_records
from desktop_app.library.media.metadata.metadata import Metadata
from desktop_app.library.query.filters import Filter
from desktop_app.library.query.parse import parse
from desktop_app.library.search.followed import Followed
from tests.library.catalog.random_folder import HOME, ROME, Folder
from tests.library.catalog.records import MODEL, record, unit

FILTERS = ("", "rating:>=3", "in:rome", "camera:canon", "date:2023", "type:jpg -in:rome", "is:offline")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(HOME)
        yield catalog


def filters_of(query: str) -> tuple[Filter, ...]:
    return parse(query, today=date(2026, 11, 23)).filters


def numbers(catalog: Catalog) -> dict[str, int]:
    """The number of each photo, by its name."""
    return {photo.name: photo.id for photo in catalog.photos.of_ids(range(1, 200), None)}


def changed_by(catalog: Catalog, write: Callable[[], object]) -> FileChanges:
    before = catalog.changes
    write()
    return catalog.changed_since(before)


class TestWhatIsNamed:
    def test_a_new_photo(self, catalog: Catalog) -> None:
        changes = changed_by(catalog, lambda: catalog.photos.save([record(HOME / "a.jpg", "a")], None))
        assert changes.added == {numbers(catalog)["a.jpg"]}
        assert (changes.removed, changes.changed, changes.everything) == (frozenset(), frozenset(), False)

    def test_a_copy_names_the_photo_that_it_equals_too(self, catalog: Catalog) -> None:
        catalog.photos.save([record(HOME / "a.jpg", "a")], None)
        changes = changed_by(catalog, lambda: catalog.photos.save([record(HOME / "b.jpg", "a")], None))
        by_name = numbers(catalog)
        assert (set(changes.added), set(changes.changed)) == ({by_name["b.jpg"]}, {by_name["a.jpg"]})

    def test_a_photo_that_went_names_the_copy_that_is_shown_for_it(self, catalog: Catalog) -> None:
        catalog.photos.save([record(HOME / "a.jpg", "a"), record(HOME / "b.jpg", "a")], None)
        by_name = numbers(catalog)
        changes = changed_by(catalog, lambda: catalog.photos.remove([HOME / "a.jpg"]))
        assert (set(changes.removed), set(changes.changed)) == ({by_name["a.jpg"]}, {by_name["b.jpg"]})

    def test_a_photo_whose_bytes_changed(self, catalog: Catalog) -> None:
        catalog.photos.save([record(HOME / "a.jpg", "a"), record(HOME / "b.jpg", "a")], None)
        by_name = numbers(catalog)
        changes = changed_by(catalog, lambda: catalog.photos.save([record(HOME / "a.jpg", "new")], None))
        assert changes.changed == set(by_name.values())
        assert not changes.added

    def test_a_vector_and_what_a_file_says_change_their_photo(self, catalog: Catalog) -> None:
        catalog.photos.save([record(HOME / "a.jpg", "a")], None)
        (number,) = numbers(catalog).values()
        embedded = record(HOME / "a.jpg", "a", vector=unit(1))
        assert changed_by(catalog, lambda: catalog.photos.save([embedded], MODEL)).changed == {number}
        rated = record(HOME / "a.jpg", "a", metadata=Metadata(rating=5))
        assert changed_by(catalog, lambda: catalog.photos.save([rated], None)).changed == {number}

    def test_a_photo_left_out_for_being_small_went(self, catalog: Catalog) -> None:
        catalog.photos.save([record(HOME / "a.jpg", "a")], None)
        (number,) = numbers(catalog).values()
        assert changed_by(catalog, lambda: catalog.known.leave_out_smaller(1000)).removed == {number}

    def test_a_note_changes_no_photo(self, catalog: Catalog) -> None:
        catalog.photos.save([record(HOME / "a.jpg", "a")], None)
        assert not changed_by(catalog, lambda: catalog.notes.set("key", "value"))
        assert not changed_by(catalog, lambda: catalog.stacks.save({}, "key", "state"))

    @pytest.mark.parametrize(
        "write",
        [
            lambda catalog: catalog.folders.add(ROME),
            lambda catalog: catalog.folders.remove(HOME),
            lambda catalog: catalog.folders.move(HOME, Path("/home/eva/Photos")),
            lambda catalog: catalog.drives.set_offline(HOME, 1_700_000_000),
        ],
        ids=["chosen", "given up", "moved", "away"],
    )
    def test_what_happens_to_a_whole_folder_is_everything(
        self, catalog: Catalog, write: Callable[[Catalog], object]
    ) -> None:
        catalog.photos.save([record(HOME / "a.jpg", "a")], None)
        assert changed_by(catalog, lambda: write(catalog)).everything

    def test_what_was_not_written_after_all_is_not_named(self, catalog: Catalog) -> None:
        before = catalog.changes
        bad = record(HOME / "b.jpg", "b", vector=np.zeros(8, dtype=np.float32))
        with pytest.raises(ValueError, match="not a direction"):
            catalog.photos.save([record(HOME / "a.jpg", "a"), bad], MODEL)
        assert not catalog.changed_since(before)
        changes = changed_by(catalog, lambda: catalog.photos.save([record(HOME / "c.jpg", "c")], None))
        assert changes.added == {numbers(catalog)["c.jpg"]}


class TestManyEqualFiles:
    def test_they_are_named_once_each(self, catalog: Catalog) -> None:
        paths = [HOME / f"{n}.jpg" for n in range(600)]
        catalog.photos.save([record(path, "a") for path in paths], None)
        changes = changed_by(catalog, lambda: catalog.photos.save([record(HOME / "new.jpg", "a")], None))
        assert (len(changes.added), len(changes.changed)) == (1, 600)
        changes = changed_by(catalog, lambda: catalog.photos.remove(paths))
        assert (len(changes.removed), len(changes.changed)) == (600, 1)

    def test_what_is_written_for_each_does_not_grow_with_their_number(self, catalog: Catalog) -> None:
        """A folder of placeholders once took as many rows as their square."""

        def noted(count: int) -> int:
            with catalog._database.writing() as connection:
                connection.execute("DELETE FROM temp.change")
                save_records(connection, [record(HOME / f"{n}.jpg", "a") for n in range(count)], None)
                (rows,) = connection.execute("SELECT COUNT(*) FROM temp.change").fetchone()
                connection.execute("DELETE FROM file")
            return int(rows)

        assert noted(400) <= 4 * noted(100) + 4


class TestLog:
    def test_what_came_and_went_meanwhile_only_went(self) -> None:
        log = ChangeLog()
        log.add(1, FileChanges(added=frozenset({1, 2})))
        log.add(2, FileChanges(removed=frozenset({2}), changed=frozenset({1, 3})))
        assert log.since(0) == FileChanges(frozenset({1}), frozenset({2}), frozenset({3}))
        assert log.since(1).changed == {1, 3}
        assert log.since(2) == NO_CHANGES

    def test_what_is_forgotten_is_everything(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(changes_module, "_MOST_REMEMBERED", 10)
        log = ChangeLog()
        for number in range(1, 10):
            log.add(number, FileChanges(added=frozenset({number, number + 100})))
        assert log.since(0) == EVERYTHING
        assert log.since(8).added == {9, 109}


def listed_after(
    before: dict[int, int], changes: FileChanges, catalog: Catalog, filters: tuple[Filter, ...]
) -> dict[int, int]:
    """Return a list with its dates as a window brings it up to date."""
    if changes.everything:
        return listed(catalog, filters)
    named = changes.added | changes.removed | changes.changed
    ids, seconds = catalog.filters.listed_again(named, filters)
    stay = {number: at for number, at in before.items() if number not in named}
    after = stay | dict(zip(ids.tolist(), seconds.tolist(), strict=True))
    return dict(sorted(after.items(), key=lambda item: (-item[1], -item[0])))


def listed(catalog: Catalog, filters: tuple[Filter, ...]) -> dict[int, int]:
    ids, seconds = catalog.filters.usable_dated(filters)
    return dict(zip(ids.tolist(), seconds.tolist(), strict=True))


@pytest.mark.parametrize("seed", range(12))
def test_who_follows_knows_the_same_as_who_reads_again(catalog: Catalog, seed: int) -> None:
    folder = Folder(catalog, seed)
    asked = {query: filters_of(query) for query in FILTERS}
    assert all(asked[query] for query in FILTERS if query)
    table, vectors = catalog.filters, catalog.vectors
    kept = {
        query: Followed(
            catalog,
            lambda filters=filters: table.kept(filters),  # type: ignore[misc]
            lambda before, changes, filters=filters: table.kept_after(before, changes, filters),  # type: ignore[misc]
        )
        for query, filters in asked.items()
    }
    lists = {query: listed(catalog, filters) for query, filters in asked.items()}
    live = vectors.live_ids(MODEL)
    known = catalog.changes
    for _ in range(40):
        for _ in range(folder.dice.randrange(1, 4)):
            folder.step()
        changes = catalog.changed_since(known)
        known = catalog.changes
        live = vectors.live_ids(MODEL) if changes.moments else vectors.live_after(live, changes, MODEL)
        np.testing.assert_array_equal(live, vectors.live_ids(MODEL))
        for query, filters in asked.items():
            lists[query] = listed_after(lists[query], changes, catalog, filters)
            assert list(lists[query].items()) == list(listed(catalog, filters).items())
            follows, reads = kept[query].now(), table.kept(filters)
            assert follows.count == reads.count
            np.testing.assert_array_equal(follows.content_ids, reads.content_ids)
            np.testing.assert_array_equal(follows.file_ids, reads.file_ids)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_counted_is_what_is_there_and_never_more_than_is_reckoned(
    catalog: Catalog, seed: int
) -> None:
    folder = Folder(catalog, seed)
    vectors = catalog.vectors
    for _ in range(60):
        folder.step()
        if folder.dice.random() < 0.05:
            vectors.drop(MODEL, 2)
        at_most = vectors.live_at_most(MODEL)
        live = len(vectors.live_ids(MODEL))
        assert live <= at_most
        if folder.dice.random() < 0.3:
            assert vectors.live_count(MODEL) == vectors.live_at_most(MODEL) == live


def test_while_nothing_is_written_nothing_is_counted(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog.photos.save([record(HOME / "a.jpg", "a", vector=unit(1))], MODEL)
    assert catalog.vectors.live_count(MODEL) == 1

    def never(_self: object) -> None:
        raise AssertionError("the catalogue was asked")

    monkeypatch.setattr(type(catalog._database), "reading", never)
    assert (catalog.vectors.live_count(MODEL), catalog.vectors.live_at_most(MODEL)) == (1, 1)
