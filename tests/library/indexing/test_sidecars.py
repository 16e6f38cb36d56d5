"""What lies beside a photo says something of it: XMP of photo programs, JSON of Google Takeout."""

import json
import os
import time
from datetime import datetime
from pathlib import Path

import pytest

from desktop_app.library.folders.comparing import FoundPhoto
from desktop_app.library.folders.sidecar_names import Beside, SidecarNames, is_sidecar
from desktop_app.library.indexing.sidecars import said_by_takeout, with_sidecars
from desktop_app.library.media.metadata.metadata import Meaning, Metadata
from tests.library.folders.listed import scan
from tests.library.media.metadata.test_iptc import bag, packet
from tests.pictures import save_colour


def found(folder: Path) -> dict[str, FoundPhoto]:
    return {one.path.name: one for one in scan(folder, report=lambda _: None)}


def said(path: Path, embedded: Metadata | None = None) -> Metadata:
    return with_sidecars(found(path.parent)[path.name], embedded or Metadata())


def takeout(**other: object) -> bytes:
    return json.dumps({"title": "a.jpg", "photoTakenTime": {"timestamp": "1561982400"}, **other}).encode()


# Whose is it?


@pytest.mark.parametrize(
    ("photo", "sidecar"),
    [
        ("IMG_1.jpg", "IMG_1.xmp"),
        ("IMG_1.jpg", "IMG_1.jpg.xmp"),
        ("IMG_1.JPG", "img_1.XMP"),
        ("IMG_1.CR2", "IMG_1.CR2.xmp"),
        ("a.b.c.heic", "a.b.c.xmp"),
    ],
)
def test_an_xmp_file_belongs_to_the_photo_it_is_named_after(photo, sidecar):
    assert SidecarNames([sidecar, photo, "other.xmp"]).beside(photo) == Beside((sidecar,))


def test_the_file_that_names_the_photo_in_full_comes_first_and_both_count():
    names = SidecarNames(["IMG_1.xmp", "IMG_1.jpg.xmp", "IMG_1.CR2.xmp"])
    assert names.beside("IMG_1.jpg").xmp == ("IMG_1.jpg.xmp", "IMG_1.xmp")
    assert names.beside("IMG_1.png").xmp == ("IMG_1.xmp",)
    assert names.beside("IMG_2.jpg") == Beside()


LONG = "this is the name that somebody gave to a photo once upon a time"


@pytest.mark.parametrize(
    ("photo", "sidecar"),
    [
        ("IMG_1.jpg", "IMG_1.jpg.json"),
        ("IMG_1.HEIC", "img_1.heic.json"),
        ("IMG_1.jpg", "IMG_1.jpg.supplemental-metadata.json"),
        ("IMG_1(2).jpg", "IMG_1.jpg(2).json"),
        ("IMG_1(2).jpg", "IMG_1.jpg.supplemental-metadata(2).json"),
        ("IMG_1(2).jpg", "IMG_1(2).jpg.json"),
        ("IMG_1-edited.jpg", "IMG_1.jpg.json"),
        ("IMG_1-bearbeitet.jpg", "IMG_1.jpg.supplemental-metadata.json"),
        ("IMG_1-edited(1).jpg", "IMG_1.jpg(1).json"),
        ("IMG_20190701_142535_burst_01.jpg", "IMG_20190701_142535_burst_01.jpg.supplementa.json"),
        ("PXL_20210101_120000000.PORTRAIT.jpg", "PXL_20210101_120000000.PORTRAIT.jpg.supplement.json"),
        (f"{LONG[:47]}.jpg", f"{LONG[:46]}.json"),
        ("no-ending.jpg", "no-ending.json"),
        ("Peanut Butter Balls.jpg", "Peanut Butter Balls.supplemental-metadata.json"),
        ("Peanut Butter Balls-edited.jpg", "Peanut Butter Balls.supplemental-metadata.json"),
        ("Peanut Butter Balls.jpg", "Peanut Butter Balls.supplemental-metad.json"),
        ("Peanut Butter Balls.jpg", "Peanut Butter Balls.suppl.json"),
        ("Peanut Butter Balls(1).jpg", "Peanut Butter Balls.supplemental-metadata(1).json"),
        ("Peanut Butter Balls(1).jpg", "Peanut Butter Balls(1).supplemental-metadata.json"),
        ("IMG_1(1).jpg", "IMG_1(1).jpg.supplemental-metadata.json"),
        ("IMG_1(1)-edited.jpg", "IMG_1.jpg.supplemental-metadata(1).json"),
        ("IMG_1(1)-edited.jpg", "IMG_1(1).jpg.json"),
        ("IMG_1-ha editado.jpg", "IMG_1.jpg.supplemental-metadata.json"),
        ("IMG_1-modifié.jpg", "IMG_1.jpg.json"),
        ("IMG_1-modifie\u0301.jpg", "IMG_1.jpg.json"),
        ("Cafe\u0301.jpg", "Café.jpg.supplemental-metadata.json"),
        ("IMG_1-edited.jpg", "IMG_1.HEIC.supplemental-metadata.json"),
        ("IMG_1.MP4", "IMG_1.HEIC.supplemental-metadata.json"),
        ("IMG_1(1).MP4", "IMG_1.HEIC.supplemental-metadata(1).json"),
        ("IMG_1.MOV", "IMG_1.JPG.json"),
        (f"{LONG[:43]}-edi.jpg", f"{LONG[:43]}.jp.json"),
        ("IMG_1-แก้ไขแล้ว.jpg", "IMG_1.jpg.supplemental-metadata.json"),
        ("IMG_1-đã chỉnh sửa.jpg", "IMG_1.jpg.supplemental-metadata.json"),
        ("IMG_1-تم التعديل.jpg", "IMG_1.jpg.json"),
        ("IMG_1-נערך(2).jpg", "IMG_1.jpg(2).json"),
        ("IMG_1(2)-diedit.jpg", "IMG_1.jpg.supplemental-metadata(2).json"),
        ("IMG_1.jpg", "IMG_1.jpg.supplemental-metadata (1).json"),
    ],
)
def test_the_json_of_takeout_belongs_to_the_photo_however_it_is_cut_and_numbered(photo, sidecar):
    assert SidecarNames([sidecar, "IMG_9.jpg.json", "metadata.json"]).beside(photo).takeout == sidecar


def test_the_json_of_a_numbered_photo_is_not_that_of_the_first():
    names = SidecarNames(["IMG_1.jpg.json", "IMG_1.jpg(1).json"])
    assert names.beside("IMG_1.jpg").takeout == "IMG_1.jpg.json"
    assert names.beside("IMG_1(1).jpg").takeout == "IMG_1.jpg(1).json"


@pytest.mark.parametrize(
    ("photo", "sidecar"),
    [
        ("IMG_1.jpg", "IMG_10.jpg.json"),
        ("IMG_1.jpg", "IMG_1.png.json"),
        ("IMG_1.jpg", "IMG_1.HEIC.json"),
        ("IMG_1(1).jpg", "IMG_1.jpg.supplemental-metadata.json"),
        ("IMG_1(1).jpg", "IMG_1.jpg(2).json"),
        ("IMG_1.jpg", "IMG_1.jpg(1).json"),
        ("IMG_1.MP4", "IMG_10.HEIC.json"),
        ("IMG_1-2.jpg", "IMG_1.jpg.json"),
        ("IMG_1-of the two.jpg", "IMG_1.jpg.json"),
        ("IMG_1-edited.png", "IMG_1.jpg(1).json"),
        ("-edited.jpg", "metadata.json"),
    ],
)
def test_the_json_of_another_photo_is_not_taken(photo, sidecar):
    assert SidecarNames([sidecar]).beside(photo) == Beside()


@pytest.mark.parametrize(
    ("name", "expected"), [("a.XMP", True), ("a.json", True), ("a.jpg", False), ("xmp", False)]
)
def test_a_sidecar_is_known_by_its_name(name, expected):
    assert is_sidecar(name) is expected


# The stamp.


def test_a_photo_alone_has_no_stamp(tmp_path):
    save_colour(tmp_path / "a.png")
    (tmp_path / "b.xmp").write_bytes(packet())
    (tmp_path / "a.xmp").mkdir()
    assert found(tmp_path)["a.png"].beside == 0


def test_the_stamp_changes_with_what_is_beside_the_photo_and_only_then(tmp_path):
    photo = save_colour(tmp_path / "a.png")
    save_colour(tmp_path / "b.png")
    sidecar = tmp_path / "a.xmp"
    stamps = []
    for number, content in enumerate([b"one", b"four", b"five"]):
        sidecar.write_bytes(content)
        os.utime(sidecar, ns=(0, number * 10**9))
        stamps.append(found(tmp_path)["a.png"].beside)
        assert found(tmp_path)["a.png"].beside == stamps[-1]
    (tmp_path / "a.png.json").write_bytes(takeout())
    stamps.append(found(tmp_path)["a.png"].beside)
    assert len(set(stamps)) == 4
    assert all(0 < stamp < 2**63 for stamp in stamps)
    assert found(tmp_path)["b.png"].beside == 0
    sidecar.unlink()
    (tmp_path / "a.png.json").unlink()
    assert found(photo.parent)["a.png"].beside == 0


# What it says.


def test_a_sidecar_is_believed_before_the_photo_and_the_photo_before_takeout(tmp_path):
    photo = save_colour(tmp_path / "a.png")
    (tmp_path / "a.xmp").write_bytes(
        packet(bag("dc:subject", "beach"), 'xmp:Rating="4" exif:DateTimeOriginal="2001-02-03T04:05:06"')
    )
    (tmp_path / "a.png.json").write_bytes(
        takeout(
            description="of Google",
            favorited=True,
            people=[{"name": "Anna"}],
            geoData={"latitude": 1, "longitude": 2},
        )
    )
    embedded = Metadata(datetime(1999, 1, 1), "Canon", 38.7, -9.1, 1, ("old",), None)
    together = said(photo, embedded.said_by("exif"))
    assert dict(together.sources) == {
        "taken_at": "sidecar",
        "camera": "exif",
        "place": "exif",
        "rating": "sidecar",
        "tags": "sidecar, exif, takeout",
        "people": "takeout",
        "caption": "takeout",
    }
    assert together == Metadata(
        datetime(2001, 2, 3, 4, 5, 6),
        "Canon",
        38.7,
        -9.1,
        4,
        ("beach", "old", "Anna"),
        "of Google",
        people=("Anna",),
    )


def test_a_photo_with_a_raw_twin_has_the_words_of_both_files_the_nearer_first(tmp_path):
    photo = save_colour(tmp_path / "a.png")
    (tmp_path / "a.png.xmp").write_bytes(packet(attributes='xmp:Rating="2"'))
    (tmp_path / "a.xmp").write_bytes(packet(bag("dc:subject", "raw"), 'xmp:Rating="5"'))
    assert said(photo) == Metadata(rating=2, tags=("raw",))


@pytest.mark.parametrize(
    ("photo", "sidecar", "meant", "rating"),
    [
        ("a.jpg", "a.xmp", "NEF", None),
        ("a.jpg", "a.xmp", "JPG", 5),
        ("a.jpg", "a.xmp", ".jpeg", 5),
        ("a.TIFF", "a.xmp", "tif", 5),
        ("a.jpg", "a.xmp", "", 5),
        ("a.jpg", "a.jpg.xmp", "NEF", 5),
    ],
)
def test_a_sidecar_that_says_of_which_kind_its_photo_is_is_believed(tmp_path, photo, sidecar, meant, rating):
    path = save_colour(tmp_path / photo)
    written = f'xmp:Rating="5" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:SidecarForExtension="{meant}"'
    (tmp_path / sidecar).write_bytes(packet(attributes=written))
    assert said(path).rating == rating


def test_a_sidecar_that_says_no_stars_is_believed(tmp_path):
    photo = save_colour(tmp_path / "a.png")
    (tmp_path / "a.xmp").write_bytes(packet(attributes='xmp:Rating="0"'))
    assert said(photo, Metadata(rating=5)).rating == 0


def test_a_sidecar_that_changed_in_the_same_moment_is_read_as_it_is_now(tmp_path):
    photo = save_colour(tmp_path / "a.png")
    sidecar = tmp_path / "a.xmp"
    sidecar.write_bytes(packet(attributes='xmp:Rating="1"'))
    times = tmp_path.stat().st_atime_ns, tmp_path.stat().st_mtime_ns
    assert said(photo).rating == 1
    sidecar.rename(tmp_path / "a.png.xmp")
    os.utime(tmp_path, ns=times)
    assert said(photo).rating == 1


@pytest.fixture
def lisbon(monkeypatch):
    if not hasattr(time, "tzset"):
        pytest.skip("this system's zone cannot be changed for a test")
    monkeypatch.setenv("TZ", "WET0WEST,M3.5.0/1,M10.5.0")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("lisbon")
@pytest.mark.parametrize(
    ("timestamp", "taken_at"),
    [
        ("1561982400", datetime(2019, 7, 1, 13, 0)),  # 12:00 in Greenwich, summer time here
        (1546344000, datetime(2019, 1, 1, 12, 0)),
        ("-86400", datetime(1969, 12, 31)),
        (1561982400.0, datetime(2019, 7, 1, 13, 0)),
        ("1561982400.75", datetime(2019, 7, 1, 13, 0)),
    ],
)
def test_takeouts_instant_becomes_the_clock_of_this_place(timestamp, taken_at):
    assert said_by_takeout(json.loads(takeout(photoTakenTime={"timestamp": timestamp}))).taken_at == taken_at


@pytest.mark.parametrize(
    "timestamp", ["", "soon", None, "9" * 30, -(10**18), [1], "0", 0, 0.0, "nan", float("inf"), "99999999999"]
)
def test_takeouts_nonsense_is_no_date(timestamp):
    assert said_by_takeout(json.loads(takeout(photoTakenTime={"timestamp": timestamp}))).taken_at is None


def test_takeouts_words_are_read():
    content = takeout(
        description="Two\nlines",
        favorited=True,
        people=[{"name": "Anna"}, {"name": 7}, "Ben", {}],
        geoData={"latitude": 0.0, "longitude": 0.0},
        geoDataExif={"latitude": 38.7, "longitude": -9.1},
    )
    meant = said_by_takeout(json.loads(content))
    assert (meant.caption, meant.rating, meant.tags) == ("Two lines", 5, ("Anna",))
    assert (meant.latitude, meant.longitude) == (38.7, -9.1)


def test_takeouts_people_are_people_too():
    assert said_by_takeout(json.loads(takeout(people=[{"name": "Anna"}]))).people == ("Anna",)


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"geoData": {"latitude": 38.7, "longitude": -9.1}}, (38.7, -9.1)),
        ({"geoData": {"latitude": 0.0, "longitude": 0.0}}, (None, None)),
        ({"geoData": {"latitudeE7": 387000000, "longitudeE7": -91000000}}, (38.7, -9.1)),
        ({"location": {"latitudeE7": 387000000, "longitudeE7": -91000000}}, (38.7, -9.1)),
        ({"geoData": {"latitude": 38.7}}, (None, None)),
    ],
)
def test_takeouts_place_is_read(said, place):
    meant = said_by_takeout(json.loads(takeout(**said)))
    assert (meant.latitude, meant.longitude) == place


def test_when_a_photo_was_uploaded_is_no_date_of_it():
    assert (
        said_by_takeout(json.loads(b'{"photoTakenTime": {}, "creationTime": {"timestamp": "1561982400"}}'))
        == Metadata()
    )


@pytest.mark.usefixtures("lisbon")
@pytest.mark.parametrize("name", ["Peanut Butter Balls.jpg", "Peanut Butter Balls-edited.jpg"])
def test_a_json_without_the_photos_suffix_says_when_and_where(tmp_path, name):
    photo = save_colour(tmp_path / name)
    (tmp_path / "Peanut Butter Balls.supplemental-metadata.json").write_bytes(
        takeout(
            title="x.jpg",
            photoTakenTime={"timestamp": "1000000000"},
            geoData={"latitude": 38.72, "longitude": -9.14},
        )
    )
    assert said(photo) == Metadata(datetime(2001, 9, 9, 2, 46, 40), latitude=38.72, longitude=-9.14)


@pytest.mark.parametrize(
    ("title", "others", "is_taken"),
    [
        ("IMG_1.jpg", [], True),
        ("something else.jpg", [], True),
        ("", [], True),
        ("../IMG_1.png", ["IMG_1.png"], True),
        ("IMG_1.png", [], True),
        ("IMG_1.png", ["IMG_1.png"], False),
        ("Harbour.jpg", ["Harbour.jpg"], False),
        ("\0", ["Harbour.jpg"], True),
    ],
)
def test_a_json_that_names_another_photo_beside_it_is_that_ones(tmp_path, title, others, is_taken):
    photo = save_colour(tmp_path / "IMG_1.jpg")
    for other in others:
        save_colour(tmp_path / other)
    (tmp_path / "IMG_1.json").write_bytes(takeout(title=title, description="x"))
    assert said(photo).caption == ("x" if is_taken else None)


def test_a_photo_with_a_word_behind_its_name_has_the_json_of_the_one_without(tmp_path):
    save_colour(tmp_path / "IMG_1.jpg")
    edited, own = (save_colour(tmp_path / f"IMG_1-{word}.jpg") for word in ("retusche", "eigen"))
    (tmp_path / "IMG_1.jpg.json").write_bytes(takeout(title="IMG_1.jpg", description="x"))
    (tmp_path / "IMG_1-eigen.jpg.json").write_bytes(takeout(title="IMG_1-eigen.jpg", description="y"))
    assert (said(edited).caption, said(own).caption) == ("x", "y")


def test_two_long_names_that_are_cut_to_one_are_told_apart_by_what_the_json_names(tmp_path):
    one, other = (save_colour(tmp_path / f"{LONG[:46]}{end}.jpg") for end in "AB")
    (tmp_path / f"{LONG[:46]}.json").write_bytes(takeout(title=f"{LONG[:46]}A and more.jpg", description="x"))
    assert (said(one).caption, said(other).caption) == ("x", None)


def test_a_sidecar_that_says_when_it_was_made_does_not_beat_when_it_was_taken(tmp_path):
    photo = save_colour(tmp_path / "a.png")
    (tmp_path / "a.png.xmp").write_bytes(packet(attributes='xmp:CreateDate="2024-06-29T00:17:20"'))
    taken = Metadata(datetime(2019, 7, 14, 12, 20, 56)).said_by("exif")
    assert said(photo, taken) == taken
    changed = Metadata(datetime(2019, 7, 14, 12, 20, 56), meaning=Meaning.CHANGED)
    assert said(photo, changed).taken_at == datetime(2024, 6, 29, 0, 17, 20)


HOSTILE = [
    b"",
    b"{",
    b"[" * 100_000,
    b"[]",
    b"null",
    b'{"photoTakenTime": 7}',
    b'{"photoTakenTime": {}, "people": 3, "geoData": [], "description": {}, "favorited": "yes"}',
    b'{"photoTakenTime": {}, "geoData": {"latitude": NaN, "longitude": 1e999}}',
    b'{"photoTakenTime": {"timestamp": ' + b"9" * 9000 + b"}}",
    b'{"photoTakenTime": {}, "geoData": {"latitudeE7": ' + b"9" * 400 + b', "longitudeE7": 1}}',
    b'{"photoTakenTime": ' + b'{"a":' * 100_000,
    b"\xff\xfe\x00",
    b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
    b"\x89PNG",
    b" " * 3_000_000,
]


@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("name", ["a.xmp", "a.png.json"])
def test_a_hostile_file_beside_a_photo_costs_nothing(tmp_path, content, name):
    photo = save_colour(tmp_path / "a.png")
    (tmp_path / name).write_bytes(content)
    known = Metadata(datetime(1999, 1, 1), "Canon", rating=2)
    assert said(photo, known) == known


def test_what_cannot_be_read_beside_a_photo_costs_nothing(tmp_path):
    save_colour(tmp_path / "a.png")
    (tmp_path / "a.png.json").write_bytes(takeout(description="x"))
    (tmp_path / "a.xmp").symlink_to(tmp_path / "gone.xmp")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "a.png.xmp")
    listed = found(tmp_path)["a.png"]
    assert with_sidecars(listed, Metadata()).caption == "x"
    (tmp_path / "a.png.json").unlink()
    assert with_sidecars(listed, Metadata(rating=1)) == Metadata(rating=1)
    gone = FoundPhoto(tmp_path / "gone" / "a.png", 1, 1, 1)
    assert with_sidecars(gone, Metadata(rating=1)) == Metadata(rating=1)
