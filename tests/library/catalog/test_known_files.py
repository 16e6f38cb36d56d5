"""What is remembered of files, for a listing and a drive to be held against."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.library.catalog import Catalog
from tests.library.catalog.records import MODEL, record, unit


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.db") as made:
        made.folders.add(tmp_path)
        yield made


def test_a_drive_is_not_recognised_by_photos_that_are_to_be_tried_again(
    catalog: Catalog, tmp_path: Path
) -> None:
    """Their size is forgotten so that they are, and a file with no size would be found nowhere."""
    good = [record(tmp_path / f"{n}.jpg", f"c{n}", vector=unit(n)) for n in range(3)]
    bad = [record(tmp_path / f"bad_{n}.jpg", None, problem="cut short") for n in range(7)]
    catalog.photos.save([*good, *bad], MODEL)
    assert len(catalog.known.sample(tmp_path, 50)) == 10
    assert catalog.known.forget_failures(None) == 7
    assert set(catalog.known.sample(tmp_path, 50)) == {Path(f"{n}.jpg") for n in range(3)}


@pytest.mark.parametrize(("most", "count"), [(1, 1), (9, 9), (10, 10), (11, 10)])
def test_a_sample_has_as_many_as_wanted_where_there_are(
    catalog: Catalog, tmp_path: Path, most: int, count: int
) -> None:
    catalog.photos.save([record(tmp_path / f"{n}.jpg", f"c{n}") for n in range(10)], None)
    assert len(catalog.known.sample(tmp_path, most)) == count
