"""Single facts in the catalogue."""

from pathlib import Path

from desktop_app.library.catalog import Catalog


def test_a_note_stays_and_is_taken_away(tmp_path: Path) -> None:
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.notes.set("key", "value")
        catalog.notes.set("other", "a name of \udcff")
    with Catalog(tmp_path / "catalog.db") as catalog:
        assert catalog.notes.get("key") == "value"
        assert catalog.notes.get("other") == "a name of ?"
        catalog.notes.set("key", None)
        assert catalog.notes.get("key") is None


def test_what_stands_there_already_is_not_written(tmp_path: Path) -> None:
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.notes.set("key", "value \udcff")
        before = catalog.changes
        catalog.notes.set("key", "value \udcff")
        catalog.notes.set("nothing", None)
        assert catalog.changes == before


def test_at_a_start_with_nothing_to_renew_the_words_write_nothing(tmp_path: Path) -> None:
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.words.renew(lambda: False)
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.words.renew(lambda: False)
        assert catalog.changes == 0
