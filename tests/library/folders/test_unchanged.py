"""What is as it was is taken out of a listing, and all else comes to be compared."""

from pathlib import Path

from desktop_app.library.folders.comparing import FoundPhoto, Stamp, StampRow
from desktop_app.library.folders.listed_folder import ListedFolder
from desktop_app.library.folders.unchanged import KnownFolder, Unchanged

TOP = Path("/photos")
TRIP = TOP / "trip"
ROW: StampRow = (5, 1_000, 0, 7, 0)


def unchanged_of(known: dict[str, StampRow], *below: str, apart: tuple[Path, ...] = ()) -> Unchanged:
    return Unchanged(lambda _folder: KnownFolder(dict(known), dict.fromkeys(known, 3), list(below)), apart)


def test_a_folder_that_is_as_it_was_leaves_nothing() -> None:
    unchanged = unchanged_of({"a.jpg": ROW, "b.jpg": ROW})
    # Some drives number their entries anew whenever they are connected.
    assert unchanged.rest_of(ListedFolder(TRIP, {"b.jpg": ROW, "a.jpg": ROW}, {"a.jpg": 8, "b.jpg": 9})) == []
    assert (unchanged.count, unchanged.differing) == (2, {})
    assert TRIP / "a.jpg" in unchanged
    assert TOP / "a.jpg" not in unchanged


def test_what_is_odd_in_any_way_is_left() -> None:
    odd: dict[str, StampRow] = {
        "size": (6, *ROW[1:]),
        "time": (5, 1_001, *ROW[2:]),
        "beside": (5, 1_000, 9, *ROW[3:]),
        "changed": (5, 1_000, 0, 8, 0),
        "passing": (5, 1_000, 0, 7, 1),
        "gone": ROW,
        "film": ROW,
    }
    listed = ListedFolder(
        TRIP, dict.fromkeys([*odd, "same", "new"], ROW), {"film": 4}, {"film": "still"}, {"new"}
    )
    del listed.rows["gone"]
    unchanged = unchanged_of({**odd, "same": ROW})
    rest = {photo.path.name: photo for photo in unchanged.rest_of(listed)}
    assert rest.keys() == odd.keys() - {"gone"} | {"new"}
    assert rest["film"] == FoundPhoto(TRIP / "film", 5, 1_000, 0, 7, 4, still=TRIP / "still")
    assert rest["new"].away
    assert unchanged.count == 1
    assert {Path(path).name for path, _ in unchanged.differing.values()} == odd.keys()
    assert [name for name in (*odd, "same") if TRIP / name in unchanged] == ["same"]


def test_nothing_is_unchanged_where_somebody_heard_of_a_file() -> None:
    unchanged = unchanged_of({"a.jpg": ROW}, apart=(TRIP,))
    assert len(unchanged.rest_of(ListedFolder(TRIP, {"a.jpg": ROW}))) == 1
    assert (unchanged.count, TRIP / "a.jpg" in unchanged) == (0, False)


def test_a_time_that_is_kept_as_text_is_compared_later() -> None:
    far_ns = 2**63
    known: StampRow = (5, str(far_ns), 0, 7, 0)  # type: ignore[assignment]  # as SQLite keeps it
    unchanged = unchanged_of({"a.jpg": known})
    assert len(unchanged.rest_of(ListedFolder(TRIP, {"a.jpg": (5, far_ns, *ROW[2:])}))) == 1
    assert [stamp for _, stamp in unchanged.differing.values()] == [Stamp(5, far_ns, 0, 7, 3)]


def test_folders_that_are_known_and_were_not_listed_are_told() -> None:
    unchanged = unchanged_of({}, "trip", "gone")
    assert list(unchanged.unseen(TOP)) == [TOP]
    unchanged.rest_of(ListedFolder(TOP))
    assert list(unchanged.unseen(TOP)) == [TRIP, TOP / "gone"]
    assert unchanged.has_seen(str(TOP))
    assert not unchanged.has_seen(str(TRIP))
