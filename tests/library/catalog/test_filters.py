"""Filters against a look at every photo by hand: each operator, alone and negated, keeps exactly what it should."""

import os
import random
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fnmatch import fnmatchcase
from math import acos, cos, radians, sin
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.library.catalog import Catalog
from desktop_app.library.catalog.filter_sql import folder_fits, kilometres, name_fits, plain_pieces
from desktop_app.library.media.metadata.metadata import Metadata
from desktop_app.library.query.filters import Filter
from desktop_app.library.query.parse import filter_text, parse
from tests.library.catalog.records import MODEL, record, unit

TODAY = date(2026, 11, 23)
ROOT = Path("/home/screenshots/Pictures") if os.name == "posix" else Path("C:/home/screenshots/Pictures")
OTHER = Path("/media/usb") if os.name == "posix" else Path("D:/usb")
EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True)
class Made:
    """One photo file of the library that is filtered."""

    path: Path
    content: str | None = None
    taken: datetime | None = None
    modified: datetime = datetime(2024, 5, 5, 12)
    size: tuple[int, int] | None = (4000, 3000)
    camera: str | None = None
    place: tuple[float, float] | None = None
    rating: int | None = None

    @property
    def inside(self) -> str:
        """The path from the chosen folder's name down."""
        home = ROOT if self.path.is_relative_to(ROOT) else OTHER
        return str(self.path.relative_to(home.parent).parent)

    @property
    def date(self) -> datetime:
        return self.taken or self.modified


LISBON, PORTO, AUCKLAND, SUVA = (38.7223, -9.1393), (41.1579, -8.6291), (-36.85, 174.76), (-18.14, -178.44)

PHOTOS = [
    Made(ROOT / "2023" / "Lisbon" / "IMG_1201.jpg", "a", datetime(2023, 6, 1), camera="Canon EOS R5", place=LISBON,
         rating=5),
    Made(ROOT / "2023" / "Lisbon" / "IMG_1202.JPG", "b", datetime(2023, 6, 30, 23, 59, 59), size=(3000, 4000),
         camera="Canon EOS 5D", place=PORTO, rating=3),
    Made(ROOT / "2023" / "IMG_1302.jpeg", "c", datetime(2023, 7, 1), size=(2000, 2000), camera="NIKON D750"),
    Made(ROOT / "trips" / "porto_100%.HEIC", "d", datetime(2022, 12, 31, 23, 59, 59), camera="Apple iPhone 12",
         place=PORTO, rating=-1),
    Made(ROOT / "trips" / "Cafe\u0301 Paris" / "ÉTÉ.png", "e", datetime(2024, 1, 1), size=(1920, 1080), rating=0),
    Made(ROOT / "Screenshots" / "one.webp", "f", None, datetime(2023, 8, 15), size=(500, 700)),
    Made(ROOT / "Bildschirmfoto 2023-09-01.png", "g", None, datetime(2023, 9, 1), size=(300, 200)),
    Made(ROOT / "slide.png", "h", None, datetime(2021, 3, 4), size=(1080, 1920), camera="Sony α7"),
    Made(ROOT / "IMG_12 folder" / "other.tif", "i", datetime(1969, 7, 20, 20, 17), size=(4000, 3950)),
    Made(ROOT / "broken.jpg", None, None, datetime(2023, 6, 15), size=None),
    Made(OTHER / "copy of lisbon.jpg", "a", datetime(2023, 6, 1), camera="Canon EOS R5", place=LISBON, rating=5),
    Made(OTHER / "far.dib", "j", datetime(2020, 2, 29), place=AUCKLAND),
    Made(OTHER / "islands.avif", "k", datetime(2020, 3, 1), place=SUVA),
]  # fmt: skip


def filled(catalog: Catalog, photos: list[Made]) -> None:
    catalog.folders.add(ROOT)
    catalog.folders.add(OTHER)
    records = []
    for number, one in enumerate(photos):
        latitude, longitude = one.place or (None, None)
        metadata = Metadata(one.taken, one.camera, latitude, longitude, one.rating)
        made = record(
            one.path, one.content, metadata=metadata, vector=unit(number) if one.content else None,
            problem=None if one.content else "not a picture",
            mtime_ns=int((one.modified - EPOCH) / timedelta(microseconds=1)) * 1000,
        )  # fmt: skip
        width, height = one.size or (None, None)
        object.__setattr__(made, "width_px", width)
        object.__setattr__(made, "height_px", height)
        records.append(made)
    catalog.photos.save(records, MODEL)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    with Catalog(tmp_path_factory.mktemp("few") / "catalog.db") as catalog:
        filled(catalog, PHOTOS)
        yield catalog


def filters_of(text: str) -> tuple[Filter, ...]:
    query = parse(text, TODAY)
    assert not query.problems, query.problems
    assert not query.parts
    return query.filters


def names_of(catalog: Catalog, text: str) -> list[str]:
    photos = catalog.photos.of_ids(catalog.filters.kept_by_date(filters_of(text)), MODEL)
    return sorted(unicodedata.normalize("NFC", photo.name) for photo in photos)


# What the operators keep, written down by hand; of equal files the first that passes.

EVERY = ["Bildschirmfoto 2023-09-01.png", "IMG_1201.jpg", "IMG_1202.JPG", "IMG_1302.jpeg", "broken.jpg", "far.dib",
         "islands.avif", "one.webp", "other.tif", "porto_100%.HEIC", "slide.png", "ÉTÉ.png"]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("date:2023-06", ["IMG_1201.jpg", "IMG_1202.JPG", "broken.jpg"]),
        ("date:2023-06-30", ["IMG_1202.JPG"]),
        ("date:2022..2023-06", ["IMG_1201.jpg", "IMG_1202.JPG", "broken.jpg", "porto_100%.HEIC"]),
        ("date:..1970", ["other.tif"]),
        ('date:"february 2020"', ["far.dib"]),
        ("before:2021", ["far.dib", "islands.avif", "other.tif"]),
        ("after:2023", ["ÉTÉ.png"]),
        ("after:2020-02-29 before:2021-03-04", ["islands.avif"]),
        ("type:jpg", ["IMG_1201.jpg", "IMG_1202.JPG", "IMG_1302.jpeg", "broken.jpg"]),
        ("type:heif", ["porto_100%.HEIC"]),
        ("type:bmp,avif", ["far.dib", "islands.avif"]),
        ("camera:canon", ["IMG_1201.jpg", "IMG_1202.JPG"]),
        ('camera:"r5 canon"', ["IMG_1201.jpg"]),
        ('camera:"canon eos 5?|nikon*"', ["IMG_1302.jpeg"]),
        ('camera:"nikon|apple"', ["IMG_1302.jpeg", "porto_100%.HEIC"]),
        ("camera:α7", ["slide.png"]),
        ("camera:sony", ["slide.png"]),
        ("name:IMG_12*", ["IMG_1201.jpg", "IMG_1202.JPG"]),
        ("name:img_1?0?.jp*", ["IMG_1201.jpg", "IMG_1202.JPG", "IMG_1302.jpeg"]),
        ("name:img_12", ["IMG_1201.jpg", "IMG_1202.JPG"]),
        ("name:100%", ["porto_100%.HEIC"]),
        ("name:été", ["ÉTÉ.png"]),
        ("name:e\u0301t", ["ÉTÉ.png"]),
        ("name:?t?.png", ["ÉTÉ.png"]),
        ("name:ete", ["ÉTÉ.png"]),
        ("name:ete.p*", ["ÉTÉ.png"]),
        ("name:lísbón", ["copy of lisbon.jpg"]),
        ("name:*lísb?n.jpg", ["copy of lisbon.jpg"]),
        ("name:lisbon", ["copy of lisbon.jpg"]),
        ("is:portrait", ["IMG_1202.JPG", "one.webp", "slide.png"]),
        ("is:square", ["IMG_1302.jpeg", "other.tif"]),
        ("is:landscape -date:2023", ["far.dib", "islands.avif", "porto_100%.HEIC", "ÉTÉ.png"]),
        ("is:screenshot", ["Bildschirmfoto 2023-09-01.png", "one.webp", "ÉTÉ.png"]),
        ("has:gps", ["IMG_1201.jpg", "IMG_1202.JPG", "far.dib", "islands.avif", "porto_100%.HEIC"]),
        ("has:camera -has:gps", ["IMG_1302.jpeg", "slide.png"]),
        ("-has:date", ["broken.jpg", "one.webp", "slide.png"]),
        ("has:rating", ["IMG_1201.jpg", "IMG_1202.JPG"]),
        ("rating:>=3", ["IMG_1201.jpg", "IMG_1202.JPG"]),
        ("rating:3", ["IMG_1202.JPG"]),
        ("rating:4..5", ["IMG_1201.jpg"]),
        ("rating:-1", ["porto_100%.HEIC"]),
        ("rating:<0", ["porto_100%.HEIC"]),
        ("near:38.7,-9.1,20", ["IMG_1201.jpg"]),
        ("near:38.7,-9.1,300", ["IMG_1201.jpg", "IMG_1202.JPG", "porto_100%.HEIC"]),
        ("near:-27,179.9,1300", ["far.dib", "islands.avif"]),
        ("near:41.1579,-8.6291,0", ["IMG_1202.JPG", "porto_100%.HEIC"]),
        ("in:lisbon", ["IMG_1201.jpg", "IMG_1202.JPG"]),
        ("in:2023/lisbon", ["IMG_1201.jpg", "IMG_1202.JPG"]),
        ("in:café", ["ÉTÉ.png"]),
        ("in:cafe", ["ÉTÉ.png"]),
        ('in:"trips/cafe p?ris"', ["ÉTÉ.png"]),
        ("in:lísbøn", ["IMG_1201.jpg", "IMG_1202.JPG"]),
        ("camera:cañon", ["IMG_1201.jpg", "IMG_1202.JPG"]),
        ("in:tr?ps", ["porto_100%.HEIC", "ÉTÉ.png"]),
        ("in:usb", ["copy of lisbon.jpg", "far.dib", "islands.avif"]),
        ("in:IMG_12", ["other.tif"]),
        (filter_text("in", str(ROOT / "2023")), ["IMG_1201.jpg", "IMG_1202.JPG", "IMG_1302.jpeg"]),
        (filter_text("in", f"{OTHER}{os.sep}"), ["copy of lisbon.jpg", "far.dib", "islands.avif"]),
        ('in:"trips|screenshots"', ["one.webp", "porto_100%.HEIC", "ÉTÉ.png"]),
        ("in:home", []),
        ("-in:pictures", ["copy of lisbon.jpg", "far.dib", "islands.avif"]),
        ("camera:canon -rating:5 date:2023", ["IMG_1202.JPG"]),
        ("rating:>=-1", EVERY),
        ("name:*", EVERY),
    ],
)  # fmt: skip
def test_what_each_operator_keeps(catalog: Catalog, text: str, expected: list[str]) -> None:
    assert names_of(catalog, text) == sorted(expected)
    kept = catalog.filters.kept(filters_of(text))
    assert kept.count == len(expected)
    shown = catalog.photos.of_ids(kept.files_of(kept.content_ids.tolist()), MODEL)
    readable = sorted(name for name in expected if name != "broken.jpg")
    assert sorted(unicodedata.normalize("NFC", photo.name) for photo in shown) == readable


def test_photos_are_listed_newest_first(catalog: Catalog) -> None:
    photos = catalog.photos.of_ids(catalog.filters.kept_by_date(filters_of("date:2023")), MODEL)
    assert [photo.name for photo in photos] == [
        "Bildschirmfoto 2023-09-01.png", "one.webp", "IMG_1302.jpeg", "IMG_1202.JPG", "broken.jpg", "IMG_1201.jpg",
    ]  # fmt: skip


def test_names_are_found_among_what_is_kept(catalog: Catalog) -> None:
    def found(words: str, text: str) -> list[str]:
        return [
            one.name
            for one in catalog.photos.of_ids(catalog.words.find_among(words, filters_of(text), 9), MODEL)
        ]

    assert found("img", "date:2023-06") == ["IMG_1202.JPG", "IMG_1201.jpg"]
    assert found("lisbon", "in:usb") == ["copy of lisbon.jpg"]
    assert found("lisbon", "type:png") == []
    assert found("", "type:png") == []


def test_what_is_written_is_seen_by_whoever_remembers(tmp_path: Path) -> None:
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(ROOT)
        before = catalog.changes
        catalog.photos.save([record(ROOT / "a.jpg", "a")], None)
        assert catalog.changes > before
        assert catalog.filters.kept(filters_of("type:jpg")).count == 1
        assert catalog.changes == before + 1


# Many photos, each looked at by hand.


def many(count: int) -> list[Made]:
    chance = random.Random(7)
    folders = [
        "2022",
        "2023",
        "My Trips",
        "trips/Lisbon",
        "Été",
        "E\u0301te\u0301",
        "100% best",
        "a_b",
        "axb",
    ]
    names = [
        "IMG_{:04d}",
        "DSC{:04d}",
        "photo {:04d}",
        "été {:04d}",
        "e\u0301te\u0301 {:04d}",
        "Screenshot_{:04d}",
    ]
    return [
        Made(
            chance.choice([ROOT, OTHER]) / chance.choice(folders)
            / (chance.choice(names).format(number) + chance.choice([".jpg", ".JPEG", ".png", ".heic", ".hif"])),
            f"content {number // 2 if chance.random() < 0.1 else number + 10_000}",
            None,
            datetime(2022, 1, 1) + timedelta(seconds=chance.randrange(2 * 365 * 86_400)),
            chance.choice([(4000, 3000), (3000, 4000), (3000, 3000), (1920, 1080), (3000, 2945)]),
        )
        for number in range(count)
    ]  # fmt: skip


def with_contents(photos: list[Made]) -> list[Made]:
    """Give every content one set of facts, as equal bytes have."""
    facts: dict[str | None, Made] = {}
    chance = random.Random(8)
    full = []
    for one in photos:
        if one.content not in facts:
            facts[one.content] = Made(
                one.path, one.content,
                chance.choice([None, datetime(2022, 1, 1) + timedelta(seconds=chance.randrange(63_000_000))]),
                size=one.size,
                camera=chance.choice([None, "Canon EOS R5", "NIKON D750", "Sony α7 III"]),
                place=chance.choice([None, (chance.uniform(-90, 90), chance.uniform(-180, 180))]),
                rating=chance.choice([None, -1, 0, 1, 2, 3, 4, 5]),
            )  # fmt: skip
        known = facts[one.content]
        full.append(
            Made(
                one.path,
                one.content,
                known.taken,
                one.modified,
                known.size,
                known.camera,
                known.place,
                known.rating,
            )
        )
    return full


MANY = with_contents(many(600))


def plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def is_screenshot(one: Made) -> bool:
    size = one.size or (0, 0)
    named = "screenshot" in f"{one.inside}/{one.path.name}".lower()
    return named or (one.path.suffix.lower() == ".png" and not one.camera and size == (1920, 1080))


def is_near(one: Made, latitude: float, longitude: float, km: float) -> bool:
    """By the law of cosines, which is another formula than ours."""
    if one.place is None:
        return False
    north, other = radians(latitude), radians(one.place[0])
    east = radians(one.place[1] - longitude)
    cosine = sin(north) * sin(other) + cos(north) * cos(other) * cos(east)
    return 6371.0088 * acos(max(-1.0, min(1.0, cosine))) <= km


def is_form(one: Made, form: str) -> bool:
    width, height = one.size or (0, 0)
    if abs(width - height) <= max(width, height) / 50:
        return form == "square"
    return form == ("portrait" if height > width else "landscape")


BY_HAND: dict[str, Callable[[Made], bool]] = {
    "date:2022": lambda one: one.date.year == 2022,
    "date:2022-06-10..2022-06-20": lambda one: datetime(2022, 6, 10) <= one.date < datetime(2022, 6, 21),
    "before:2022-03": lambda one: one.date < datetime(2022, 3, 1),
    "after:2022-03": lambda one: one.date >= datetime(2022, 4, 1),
    "type:jpg": lambda one: one.path.suffix.lower() in {".jpg", ".jpeg"},
    "type:heic,png": lambda one: one.path.suffix.lower() in {".heic", ".hif", ".png"},
    "camera:canon": lambda one: "Canon" in (one.camera or ""),
    'camera:"α7 sony"': lambda one: "Sony" in (one.camera or ""),
    "camera:N*0": lambda one: (one.camera or "").startswith("NIKON"),
    "name:IMG_01*": lambda one: fnmatchcase(one.path.name, "IMG_01*"),
    "name:1": lambda one: "1" in one.path.name,
    "name:ÉTÉ": lambda one: "été" in plain(one.path.name),
    "name:*?t_0*1*": lambda one: fnmatchcase(plain(one.path.name), "*?t_0*1*"),
    'name:"?t? 0*"': lambda one: fnmatchcase(plain(one.path.name), "?t? 0*"),
    "is:portrait": lambda one: is_form(one, "portrait"),
    "is:landscape": lambda one: is_form(one, "landscape"),
    "is:square": lambda one: is_form(one, "square"),
    "is:screenshot": is_screenshot,
    "has:gps": lambda one: one.place is not None,
    "has:camera": lambda one: one.camera is not None,
    "has:date": lambda one: one.taken is not None,
    "has:rating": lambda one: (one.rating or 0) > 0,
    "rating:>=3": lambda one: (one.rating or 0) >= 3,
    "rating:<2": lambda one: (one.rating or 0) < 2,
    "rating:0": lambda one: not one.rating,
    "near:50,170,5000": lambda one: is_near(one, 50, 170, 5000),
    "near:-89.9,0,3000": lambda one: is_near(one, -89.9, 0, 3000),
    "in:trips": lambda one: "trips" in plain(one.inside),
    "in:été": lambda one: "été" in plain(one.inside),
    "in:a_b": lambda one: "a_b" in one.inside,
    "in:100%": lambda one: "100%" in one.inside,
    "in:usb/trips": lambda one: one.inside.startswith(os.path.join("usb", "trips")),  # noqa: PTH118
    filter_text("in", str(ROOT / "My Trips")): lambda one: one.path.is_relative_to(ROOT / "My Trips"),
}


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    with Catalog(tmp_path_factory.mktemp("many") / "catalog.db") as catalog:
        filled(catalog, MANY)
        yield catalog


def check_by_hand(catalog: Catalog, text: str, passes: Callable[[Made], bool]) -> int:
    """Assert that exactly the files that pass are listed, and of equal ones the first is kept; return how many."""
    passing = [one for one in MANY if passes(one)]
    first = {one.content: one.path for one in reversed(passing)}
    photos = catalog.photos.of_ids(catalog.filters.kept_by_date(filters_of(text)), MODEL)
    assert sorted(photo.path for photo in photos) == sorted(first.values())
    listed, _ = catalog.filters.usable_dated(filters_of(text))
    usable = [photo.path for photo in catalog.photos.of_ids(listed.tolist(), MODEL)]
    assert sorted(usable) == sorted(one.path for one in passing)
    dates = [photo.taken_at or EPOCH + timedelta(microseconds=photo.mtime_ns // 1000) for photo in photos]
    assert dates == sorted(dates, reverse=True)
    kept = catalog.filters.kept(filters_of(text))
    assert kept.count == len(first)
    assert {photo.path for photo in catalog.photos.of_ids(kept.file_ids.tolist(), MODEL)} == set(
        first.values()
    )
    return len(first)


@pytest.mark.parametrize("text", BY_HAND, ids=str)
def test_a_filter_and_its_opposite_keep_what_a_look_at_each_photo_keeps(crowded: Catalog, text: str) -> None:
    passes = BY_HAND[text]
    some = check_by_hand(crowded, text, passes)
    others = check_by_hand(crowded, f"-{text}", lambda one: not passes(one))
    assert some
    assert others


def test_filters_in_any_company_keep_what_passes_all_of_them(crowded: Catalog) -> None:
    chance = random.Random(3)
    for _ in range(60):
        chosen = [
            (text, chance.random() < 0.4) for text in chance.sample(sorted(BY_HAND), chance.randrange(2, 5))
        ]

        def passes(one: Made, chosen: list[tuple[str, bool]] = chosen) -> bool:
            return all(BY_HAND[text](one) is not negated for text, negated in chosen)

        text = " ".join(f"{'-' * negated}{text}" for text, negated in chosen)
        check_by_hand(crowded, text, passes)


# Any value.


@given(
    st.sampled_from(["name", "in", "camera", "near", "date", "type", "rating"]),
    st.text(max_size=40),
    st.booleans(),
)
def test_no_value_is_too_much_for_the_catalogue(
    catalog: Catalog, key: str, value: str, negated: bool
) -> None:
    filters = parse(filter_text(key, value, negated=negated), TODAY).filters
    kept = catalog.filters.kept(filters)
    opposite = catalog.filters.kept(
        [Filter(one.key, one.value, one.any_of, not one.negated) for one in filters]
    )
    if len(filters) == 1:
        assert len(kept.content_ids) + len(opposite.content_ids) >= 11
    catalog.filters.kept_by_date(filters)
    catalog.words.find_among(value, filters, 5)


def test_a_name_of_many_stars_is_answered_at_once() -> None:
    assert not name_fits("*a" * 40 + "b", f"{ROOT}/{'a' * 200}.jpg".encode())
    assert not folder_fits("*a" * 40 + "b", f"{'a' * 200}{os.sep}x.jpg".encode())


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("Lodz", "Łódź.jpg", True),
        ("łódź", "Lodz.jpg", True),
        ("ore*.jpg", "Øresund.jpg", True),
        ("केला", "काला.jpg", False),
        ("何？", "何か.jpg", False),
        ("何?.jpg", "何か.jpg", True),
        ("何?.jpg", "何が.jpg", True),
    ],
)
def test_names_fit_without_accents_and_with_all_other_marks(pattern: str, name: str, fits: bool) -> None:
    assert name_fits(pattern, f"{ROOT}{os.sep}{name}".encode()) == fits
    assert name_fits(pattern, unicodedata.normalize("NFD", f"{ROOT}{os.sep}{name}").encode()) == fits


@given(st.text("aBé\u0301ßſK*?.", max_size=6), st.text("aBé\u0301ßſkK.", max_size=8))
def test_where_a_pattern_fits_its_plain_piece_is_found(pattern: str, name: str) -> None:
    if name.isascii() and name_fits(pattern, f"x{os.sep}{name}".encode()):
        assert any(piece.lower() in name.lower() for piece in plain_pieces(pattern))


@pytest.mark.parametrize(
    ("first", "second", "km"),
    [
        (LISBON, PORTO, 274),
        ((52.52, 13.405), (48.8566, 2.3522), 878),
        ((0, 179.9), (0, -179.9), 22.24),
        ((90, 0), (-90, 0), 20_015),
        ((10, 20), (10, 20), 0),
    ],
)
def test_distances(first: tuple[float, float], second: tuple[float, float], km: float) -> None:
    assert kilometres(*first, *second) == pytest.approx(km, rel=0.003, abs=1e-9)


@pytest.mark.parametrize("latitude", [0.0, 45.0, -60.0, 89.0])
@pytest.mark.parametrize("km", [1, 100, 1_000])
def test_the_edge_of_a_circle_is_where_it_is_said(tmp_path: Path, latitude: float, km: int) -> None:
    """To the north, where latitudes alone tell what is far, and to the south."""
    degree_km = radians(1) * 6371.0088
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(tmp_path)
        for name, share in (("inside", 0.9985), ("outside", 1.0015)):
            for side in (1, -1):
                at = latitude + side * share * km / degree_km
                said = Metadata(latitude=at, longitude=7.0) if abs(at) <= 90 else Metadata()
                catalog.photos.save(
                    [record(tmp_path / f"{name} {side}.jpg", f"{name} {side}", metadata=said)], None
                )
        ids = catalog.filters.kept_by_date(parse(f"near:{latitude},7,{km}").filters)
        found = {photo.name for photo in catalog.photos.of_ids(ids, None)}
    expected = {f"inside {side}.jpg" for side in (1, -1) if abs(latitude + side * km / degree_km) <= 90}
    assert found == expected
