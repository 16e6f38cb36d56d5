"""EXIF as programs really write it: entries in the wrong directory, texts in any encoding, lens and exposure."""

from datetime import datetime

import pytest
from PIL import Image

from desktop_app.library.media.metadata.iptc import entries_of, read_iptc
from desktop_app.library.media.metadata.metadata import Meaning, Metadata
from desktop_app.library.media.metadata.read import read_exif, read_metadata
from desktop_app.library.photo import Precision
from tests.library.media.metadata.test_containers import entry, resources
from tests.library.media.metadata.test_read import (
    DATE_TIME,
    DIGITIZED,
    MAKE,
    MODEL,
    ORIGINAL,
    HandMade,
    exif_of,
    read,
)

DESCRIPTION, COMMENT = 0x010E, 0x9286


@pytest.mark.parametrize(
    ("main", "details", "year", "meaning"),
    [
        ({ORIGINAL: "2001:01:01 01:01:01", DATE_TIME: "2003:03:03 03:03:03"}, {}, 2001, Meaning.TAKEN),
        ({DIGITIZED: "2002:02:02 02:02:02", DATE_TIME: "2003:03:03 03:03:03"}, {}, 2002, Meaning.DIGITISED),
        ({}, {DATE_TIME: "2003:03:03 03:03:03"}, 2003, Meaning.CHANGED),
        ({ORIGINAL: "0000:00:00 00:00:00"}, {ORIGINAL: "2001:01:01 01:01:01"}, 2001, Meaning.TAKEN),
    ],
)
def test_a_date_counts_in_whichever_directory_it_stands(main, details, year, meaning):
    found = read(exif=exif_of(main, details))
    assert found.taken_at is not None
    assert (found.taken_at.year, found.meaning, found.precision) == (year, meaning, Precision.SECOND)
    assert found.source_of("taken_at") == "exif"


def test_a_date_with_an_impossible_hour_is_a_day():
    found = read(exif=exif_of({}, {ORIGINAL: "2015:08:22 24:08:19"}))
    assert (found.taken_at, found.precision) == (datetime(2015, 8, 22), Precision.DAY)


def test_lens_and_exposure_are_read():
    details = {0x829A: 0.004, 0x829D: 2.8, 0x8827: 100, 0x920A: 35.0, 0xA433: "Canon", 0xA434: "EF35mm f/2"}
    found = read(exif=exif_of({MODEL: "X1"}, details))
    assert found == Metadata(
        camera="X1", lens="Canon EF35mm f/2", exposure="1/250 s · f/2.8 · ISO 100 · 35 mm"
    )
    assert dict(found.sources) == {"camera": "exif", "lens": "exif", "exposure": "exif"}


def test_a_sensitivity_beyond_its_field_is_read_where_it_stands():
    assert read(exif=exif_of({}, {0x8827: 65535, 0x8832: 102400})).exposure == "ISO 102400"
    assert read(exif=exif_of({}, {0x8827: 65535})).exposure is None


def test_a_bare_block_says_lens_and_exposure_too():
    block = exif_of({MODEL: "X1"}, {0x829A: 0.5, 0xA434: "EF35mm f/2"}).tobytes()
    assert read_exif(block[6:]) == Metadata(camera="X1", lens="EF35mm f/2", exposure="0.5 s")


@pytest.mark.parametrize(
    ("percent", "rating"),
    [
        *[(0, None), (1, 1), (12, 1), (13, 2), (25, 2), (37, 2), (38, 3), (50, 3), (60, 3), (62, 3)],
        *[(63, 4), (75, 4), (80, 4), (87, 4), (88, 5), (99, 5), (100, 5), (101, None)],
    ],
)
def test_the_percent_of_windows_are_stars(percent, rating):
    assert read(exif=exif_of({0x4749: percent})).rating == rating
    assert read(exif=exif_of({0x4746: 2, 0x4749: percent})).rating == 2


@pytest.mark.parametrize(
    ("maker", "camera"),
    [("Café", "Café X1"), ("Фотокор", "Фотокор X1"), ("小米", "小米 X1"), ("Größe", "Größe X1")],
)
def test_makers_are_read_in_any_script(maker, camera):
    assert read(exif=exif_of({MAKE: maker.encode(), MODEL: "X1"})).camera == camera


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "mac_roman"])
def test_the_description_is_read_in_its_own_encoding(encoding):
    assert read(exif=exif_of({DESCRIPTION: "Café élan".encode(encoding)})).caption == "Café élan"


@pytest.mark.parametrize(
    ("comment", "caption"),
    [
        (b"ASCII\0\0\0A picnic", "A picnic"),
        (b"UNICODE\0" + "Größe".encode("utf-16-le"), "Größe"),
        (b"ASCII\0\0\0                ", None),
        (b"ASCII\0\0\0Screenshot", None),
        (b'ASCII\0\0\0{"prompt": "a cat"}', None),
        (b"\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\x01\x02\x03", None),
    ],
)
def test_a_comment_is_a_caption_where_nothing_else_is(comment, caption):
    assert read(exif=exif_of({}, {COMMENT: comment})).caption == caption
    assert read(exif=exif_of({DESCRIPTION: "Of a person"}, {COMMENT: comment})).caption == "Of a person"


def test_the_directory_of_the_small_picture_counts_last():
    exif = exif_of()
    exif.get_ifd(1).update({DATE_TIME: "2003:03:03 03:03:03"})
    assert read_metadata(HandMade(exif)).taken_at == datetime(2003, 3, 3, 3, 3, 3)
    exif[DATE_TIME] = "2001:01:01 01:01:01"
    assert read_metadata(HandMade(exif)).taken_at == datetime(2001, 1, 1, 1, 1, 1)


# IPTC.


def test_dates_of_iptc_are_read():
    said = entry(55, b"20190714") + entry(60, b"122056+0000") + entry(62, b"20200101") + entry(63, b"000000")
    found = read_iptc(entries_of(said))
    assert (found.taken_at, found.meaning) == (datetime(2019, 7, 14, 12, 20, 56), Meaning.CREATED)
    found = read_iptc(entries_of(entry(55, b"19930000") + entry(62, b"20200101") + entry(63, b"101112")))
    assert (found.taken_at, found.precision) == (datetime(1993, 1, 1), Precision.YEAR)
    found = read_iptc(entries_of(entry(62, b"20200101") + entry(63, b"101112")))
    assert (found.taken_at, found.meaning) == (datetime(2020, 1, 1, 10, 11, 12), Meaning.DIGITISED)


@pytest.mark.parametrize(
    ("call", "encoding"),
    [(b"\x1b-A", "iso8859_1"), (b"\x1b.B", "iso8859_2"), (b"\x1b-L", "iso8859_5"), (b"\x1b/F", "iso8859_7")],
)
def test_iptc_is_read_in_the_encoding_that_it_names(call, encoding):
    word = {"iso8859_1": "été", "iso8859_2": "Łódź", "iso8859_5": "Москва", "iso8859_7": "Αθήνα"}[encoding]
    assert read_iptc(entries_of(entry(90, call, record=1) + entry(25, word.encode(encoding)))).tags == (word,)


@pytest.mark.parametrize(
    ("encoding", "words"),
    [("cp1251", ("Море", "Дети")), ("cp932", ("写真", "家族")), ("mac_roman", ("été", "Nîmes"))],
)
def test_iptc_that_names_no_encoding_is_read_in_the_one_it_looks_like(encoding, words):
    assert read_iptc(entries_of(b"".join(entry(25, word.encode(encoding)) for word in words))).tags == words


def test_the_words_of_the_place_are_tags_and_the_headline_is_in_the_caption():
    said = (
        entry(25, b"boat")
        + entry(90, b"Lisboa")
        + entry(95, b"Estremadura")
        + entry(101, b"Portugal")
        + entry(105, b"Summer")
        + entry(120, b"At noon")
    )
    assert read_iptc(entries_of(resources(said))) == Metadata(
        tags=("boat", "Lisboa", "Estremadura", "Portugal"), caption="Summer: At noon"
    )


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"8BIM",
        b"8BIM\x04\x04",
        b"Photoshop 3.0\0",
        b"8BIM\x04\x04\0\0\xff\xff\xff\xff\x1c",
        b"\x1c\x02\x19\xff\xff",
        b"\x1c\x02\x19\x80\x04\xff\xff\xff\xffx",
        b"\x1c\x02\x19\0\0" * 100_000,
        b"8BIM\x04\x05\0\0\0\0\0\0" * 100_000,
    ],
)
def test_broken_iptc_costs_nothing(block):
    assert isinstance(read_iptc(entries_of(block)), Metadata)


def test_a_long_entry_is_read():
    long = b"\x1c\x02\x78\x80\x04" + (40_000).to_bytes(4, "big") + b"x" * 40_000
    assert len(read_iptc(entries_of(long)).caption or "") == 2_000


def test_an_empty_exif_says_nothing():
    assert read(exif=Image.Exif()) == Metadata()


@pytest.mark.parametrize(
    "said", ["٢٠١٩:٠٧:١٤ ١٢:٢٠:٥٦", "2019:07:14 下午12:20:56", "2019:07:14 오후 12:20:56"]
)
def test_a_date_in_the_script_of_its_telephone_is_read(said):
    found = read(exif=exif_of({}, {ORIGINAL: said.encode()}))
    assert (found.taken_at, found.precision) == (datetime(2019, 7, 14, 12, 20, 56), Precision.SECOND)
