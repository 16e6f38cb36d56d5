"""`vislumbre show`: all that is known of a photo, and where it came from, in a real library."""

import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image

from desktop_app.cli.show import details_json
from desktop_app.library import PhotoContext, PhotoLibrary
from tests.library.media.metadata.test_iptc import bag, packet
from tests.library.test_library import WAIT_S, opened
from tests.pictures import save_colour

Known = Callable[[Path], dict[str, object]]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return tmp_path / "photos"


@pytest.fixture
def known(tmp_path: Path, photos: Path) -> Known:
    """Indexes the photos and returns what is said of one."""

    def said(path: Path) -> dict[str, object]:
        with opened(tmp_path) as library:
            library.folders.add(photos).result(WAIT_S)
            return details_json(_details(library, path))

    return said


def _details(library: PhotoLibrary, path: Path) -> PhotoContext:
    details = library.browsing.details(path)
    assert details is not None
    return details


def test_each_field_says_where_it_came_from(photos: Path, known: Known) -> None:
    exif = Image.Exif()
    exif[0x0110] = "Box Brownie"
    exif.get_ifd(0x8769)[0x9003] = "1999:05:04 03:02:01"
    photo = save_colour(photos / "a.jpg", exif=exif, xmp=packet(bag("dc:subject", "lake")))
    photo.with_suffix(".xmp").write_bytes(packet(bag("dc:subject", "swan"), 'xmp:Rating="3"'))
    said = known(photo)
    assert said == {
        "path": str(photo),
        "taken_at": "1999-05-04T03:02:01",
        "taken_precision": "second",
        "taken_from": "exif",
        "camera": "Box Brownie",
        "lens": None,
        "exposure": None,
        "latitude": None,
        "longitude": None,
        "rating": 3,
        "tags": ["swan", "lake"],
        "people": [],
        "caption": None,
        "width": 64,
        "height": 48,
        "type": "jpg",
        "state": "indexed",
        "reason": None,
        "remark": None,
        "also_at": [],
        "stack": [],
        "sidecars": [str(photo.with_suffix(".xmp"))],
        "size_bytes": photo.stat().st_size,
        "duration_s": None,
        "drive": "",
        "offline": False,
        "forbidden": False,
        "from": {
            "taken_at": "exif",
            "camera": "exif",
            "rating": "sidecar",
            "tags": "sidecar, xmp",
            "width": "file",
            "height": "file",
        },
    }


def test_a_photo_that_says_no_date_has_that_of_its_file(photos: Path, known: Known) -> None:
    photo = save_colour(photos / "a.png")
    written = datetime(2011, 10, 9, 8, 7, 6)
    os.utime(photo, (written.timestamp(),) * 2)
    said = known(photo)
    assert (said["taken_at"], said["taken_from"]) == ("2011-10-09T08:07:06", "file system")


def test_what_stands_beside_a_photo_is_not_said_of_an_equal_one(tmp_path: Path, photos: Path) -> None:
    one = save_colour(photos / "A" / "a.jpg")
    other, bare = photos / "B" / "a.jpg", photos / "C" / "a.jpg"
    for copy in (other, bare):
        copy.parent.mkdir()
        shutil.copy(one, copy)
    for photo, stars, word in ((one, 5, "only in A"), (other, 1, "only in B")):
        photo.with_name("a.jpg.xmp").write_bytes(packet(bag("dc:subject", word), f'xmp:Rating="{stars}"'))
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
        found = {photo: details_json(_details(library, photo)) for photo in (one, other, bare)}
        assert [said["rating"] for said in found.values()] == [5, 1, None]
        assert [said["tags"] for said in found.values()] == [["only in A"], ["only in B"], []]
        assert found[one]["also_at"] == [str(other), str(bare)]
        for stars, photo in ((5, one), (1, other)):
            hits = library.searching.search(f"rating:{stars}").result(WAIT_S).hits
            assert [hit.photo.path for hit in hits] == [photo]
        # A photo that comes back with another sidecar, or none, is not what it was.
        other.with_name("a.jpg.xmp").unlink()
        library.folders.refresh().result(WAIT_S)
        assert details_json(_details(library, other))["rating"] is None
        assert details_json(_details(library, one))["rating"] == 5


def test_a_photo_without_its_end_is_shown_with_a_remark(photos: Path, known: Known) -> None:
    photo = save_colour(photos / "a.jpg")
    photo.write_bytes(photo.read_bytes()[:-2])
    said = known(photo)
    assert (said["state"], said["reason"], said["width"]) == ("indexed", None, 64)
    assert said["remark"] == "the end of the file is missing"
