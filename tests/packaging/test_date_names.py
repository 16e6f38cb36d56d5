"""The names in dates that ship are those that headings are written with."""

from pathlib import Path

from desktop_app.paths import resources
from steps import date_names


def test_the_names_that_ship_are_those_of_the_pinned_qt(tmp_path: Path) -> None:
    date_names.main(tmp_path / "names.json")
    shipped = resources() / "dates" / "names.json"
    assert (tmp_path / "names.json").read_text("utf-8") == shipped.read_text("utf-8")
