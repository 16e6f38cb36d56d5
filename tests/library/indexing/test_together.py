"""Which folders are listed for many that changed: never less than changed, and never far more."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_app.library.catalog import Catalog
from desktop_app.library.indexing.together import together
from tests.library.catalog.records import record

ROOT = Path("/photos")


def years(per_folder: int = 100) -> dict[Path, int]:
    """Return ten years of a hundred folders each, and how many photos lie right in each folder."""
    return {
        ROOT / f"{year}" / f"event {number}": per_folder
        for year in range(2010, 2020)
        for number in range(100)
    }


def below(photos: dict[Path, int]) -> Callable[[Path], int]:
    return lambda folder: sum(count for place, count in photos.items() if place.is_relative_to(folder))


def test_many_folders_of_one_year_are_listed_with_the_year() -> None:
    photos = years()
    changed = [folder for folder in photos if folder.parent.name in {"2011", "2012"}]
    assert set(together(changed, [ROOT], below(photos))) == {ROOT / "2011", ROOT / "2012"}


def test_when_nearly_all_changed_the_chosen_folder_is_listed() -> None:
    photos = years()
    assert together(list(photos), [ROOT], below(photos)) == [ROOT]


def test_a_few_stay_apart_however_near() -> None:
    photos = years(1)
    changed = list(photos)[:8]
    assert together(changed, [ROOT], below(photos)) == changed


def test_folders_far_apart_stay_apart() -> None:
    photos = years(1000)
    changed = [ROOT / f"{year}" / "event 5" for year in range(2010, 2020)]
    assert set(together(changed, [ROOT], below(photos))) == set(changed)


def test_nothing_above_a_chosen_folder_is_listed_for_it() -> None:
    photos = years(1)
    inner = ROOT / "2015"
    changed = [folder for folder in photos if folder.parent in {inner, ROOT / "2016"}]
    assert set(together(changed, [ROOT, inner], below(photos))) == {inner, ROOT / "2016"}


def test_a_folder_that_is_in_no_chosen_one_stands_for_itself() -> None:
    changed = [*list(years())[:10], Path("/elsewhere/a")]
    assert Path("/elsewhere/a") in together(changed, [ROOT], lambda _folder: 0)


@pytest.mark.parametrize("seed", range(20))
def test_whatever_changed_is_covered_with_no_more_work(seed: int) -> None:
    dice = random.Random(seed)
    photos = {
        ROOT.joinpath(*(f"{dice.randrange(4)}" for _ in range(dice.randrange(1, 5)))): dice.randrange(3000)
        for _ in range(60)
    }
    changed = dice.sample(sorted(photos), 15)
    count = below(photos)
    listed = together(changed, [ROOT], count)
    assert all(any(folder.is_relative_to(place) for place in listed) for folder in changed)
    apart = {folder for folder in changed if not any(other in folder.parents for other in changed)}

    def work(folders: set[Path]) -> int:
        return sum(300 + count(folder) for folder in folders)

    assert work(set(listed)) <= work(apart)


def test_the_catalogue_knows_how_many_photos_are_below_a_folder(tmp_path: Path) -> None:
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(ROOT)
        names = ("a.jpg", "x/b.jpg", "x/c.jpg", "x/deep/d.jpg", "xy/e.jpg")
        catalog.photos.save([record(ROOT / name, name) for name in names], None)
        catalog.photos.save([record(ROOT / "x/broken.jpg", None, problem="broken")], None)
        counts = {
            name: catalog.folders.photos_below(ROOT / name) for name in ("", "x", "xy", "x/deep", "none")
        }
        assert counts == {"": 5, "x": 3, "xy": 1, "x/deep": 1, "none": 0}
        assert catalog.folders.photos_below(Path("/")) == 5
