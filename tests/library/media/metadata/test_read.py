import io
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image, PngImagePlugin, TiffImagePlugin

from desktop_app.library.media.metadata.dates import read_date
from desktop_app.library.media.metadata.metadata import Meaning, Metadata
from desktop_app.library.media.metadata.read import read_metadata
from desktop_app.library.media.pictures.decode import decode

MAKE, MODEL, DATE_TIME, EXIF, GPS = 0x010F, 0x0110, 0x0132, 0x8769, 0x8825
ORIGINAL, DIGITIZED = 0x9003, 0x9004
WHOLE_GPS: dict[int, object] = {1: "N", 2: (41.0, 13.0, 13.08), 3: "W", 4: (96.0, 4.0, 17.85)}


def exif_of(
    main: dict[int, object] | None = None,
    details: dict[int, object] | None = None,
    gps: dict[int, object] | None = None,
) -> Image.Exif:
    exif = Image.Exif()
    for tag, value in (main or {}).items():
        exif[tag] = value
    if details:
        exif.get_ifd(EXIF).update(details)
    if gps:
        exif.get_ifd(GPS).update(gps)
    return exif


def stored(kind: str = "JPEG", **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(buffer, kind, **options)
    return buffer.getvalue()


def read(kind: str = "JPEG", **options: object) -> Metadata:
    return decode(stored(kind, **options), least_px=16).metadata


class HandMade(Image.Image):
    """A picture whose EXIF holds what no writer would write."""

    def __init__(self, exif: Image.Exif) -> None:
        super().__init__()
        self._hand_made = exif

    def getexif(self) -> Image.Exif:
        return self._hand_made


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "MPO"])
def test_exif_is_read_from_every_format_that_holds_it(kind):
    exif = exif_of({MAKE: "Canon", MODEL: "Canon EOS R5"}, {ORIGINAL: "2022:03:31 11:31:56"}, WHOLE_GPS)
    if kind == "TIFF":
        # Its writer looks for the directories among the entries.
        exif[EXIF], exif[GPS] = exif.get_ifd(EXIF), exif.get_ifd(GPS)
    found = read(kind, exif=exif)
    assert (found.taken_at, found.camera) == (datetime(2022, 3, 31, 11, 31, 56), "Canon EOS R5")
    assert found.latitude == pytest.approx(41.2203, abs=1e-4)
    assert found.longitude == pytest.approx(-96.0716, abs=1e-4)


def test_a_picture_without_metadata_says_nothing():
    assert read("PNG") == Metadata()


@pytest.mark.parametrize(
    ("name", "taken_at", "camera", "place"),
    [
        ("metadata/dates/date-priority-test.jpg", "2023-02-02 02:00:00", None, None),
        ("metadata/dates/datetimeoriginal-gps.jpg", "2025-12-01 11:30:00", None, (39.0, -108.0)),
        ("metadata/dates/gps-datetime.jpg", "2023-11-15 12:30:00", None, (37.7749, -122.4194)),
        ("metadata/dates/time-created.jpg", None, "Canon EOS R5", None),
        ("metadata/gps-position/empty_gps.jpg", "2025-06-01 16:59:26", "motorola moto g(9) plus", None),
        ("metadata/gps-position/thompson-springs.jpg", "2022-01-10 15:15:44", None, (39.115, -108.40097)),
        ("metadata/rating/mongolels.jpg", "2009-08-29 13:18:08", "Canon EOS 500D", None),
        ("metadata/tags/picasa.jpg", "2010-02-13 14:55:31", "Canon PowerShot SD1100 IS", None),
        ("metadata/faces/portrait.jpg", None, None, None),
        ("albums/nature/cyclamen_persicum.jpg", "2007-12-06 14:33:18", "FUJIFILM FinePix S3Pro", None),
        ("albums/nature/notocactus_minimus.jpg", "2008-05-23 15:54:59", "PENTAX K10D", None),
        ("albums/nature/prairie_falcon.jpg", "2022-03-31 11:31:56", "Canon EOS R5", None),
        ("albums/nature/tanners_ridge.jpg", "2023-09-25 08:33:30", "NIKON D750", None),
        ("heic/IMG_2682.heic", "2019-03-21 11:04:22", "Apple iPhone 7", (41.2203, -96.07163)),
        ("motionphoto/samsung-one-ui-6.heic", "2024-01-12 21:38:53", "samsung SM-S906U", None),
        ("webp/denali.webp", "2010-08-13 21:00:01", "Canon EOS 7D", None),
        ("png/density_plot.png", "2007-02-13 06:34:38", None, None),
    ],
)
def test_real_photos_say_when_where_and_with_what(shared_photos, name, taken_at, camera, place):
    found = decode((shared_photos / "formats" / name).read_bytes(), least_px=64).metadata
    assert found.taken_at == (datetime.fromisoformat(taken_at) if taken_at else None)
    assert found.camera == camera
    here = (found.latitude, found.longitude)
    assert here == (pytest.approx(place, abs=1e-4) if place else (None, None))


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2007:12:06 14:33:18", datetime(2007, 12, 6, 14, 33, 18)),
        ("2007:12:06 14:33:18\0", datetime(2007, 12, 6, 14, 33, 18)),
        ("2023-09-27T14:32:53+02:00", datetime(2023, 9, 27, 14, 32, 53)),
        ("2023-09-27T14:32:53.125Z", datetime(2023, 9, 27, 14, 32, 53)),
        ("2023:10:10", datetime(2023, 10, 10)),
        ("2019/3/21 9:04", datetime(2019, 3, 21, 9, 4)),
        (b"1899:01:01 00:00:00", datetime(1899, 1, 1)),
    ],
)
def test_dates_are_read_as_cameras_and_programs_write_them(text, date):
    dated = read_date(text)
    assert dated is not None
    assert dated[0] == date


@pytest.mark.parametrize(
    "text",
    [
        "0000:00:00 00:00:00",
        "    :  :     :  :  ",
        "",
        "0001:01:01 00:00:00",
        "2999:01:01 00:00:00",
        "yesterday",
        None,
        20230203,
        (2023, 2, 3),
        b"\xff\xfe",
    ],
)
def test_nonsense_is_no_date(text):
    assert read_date(text) is None


def test_a_clock_of_another_zone_is_believed_but_not_a_day_after_tomorrow():
    now = datetime.now(UTC).replace(tzinfo=None)
    assert read_date(f"{now + timedelta(hours=14):%Y:%m:%d %H:%M:%S}")
    assert read_date(f"{now + timedelta(hours=49):%Y:%m:%d %H:%M:%S}") is None


XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description xmp:CreateDate="2005-05-05T05:05:05+02:00"'
    b" exif:GPSLatitude='41,13.218N' exif:GPSLongitude='96,4,17.85W'/></x:xmpmeta>"
)


@pytest.mark.parametrize(("missing", "year"), list(enumerate([2001, 2005, 2002, 2003, 2004, None])))
def test_dates_are_trusted_by_what_they_mean_and_not_by_where_they_stand(missing, year):
    exif = exif_of(
        {DATE_TIME: "2003:03:03 03:03:03"} if missing < 4 else {},
        {DIGITIZED: "2002:02:02 02:02:02"} if missing < 3 else {},
        {29: "2004:04:04", 7: (4.0, 4.0, 4.0)} if missing < 5 else {},
    )
    if missing < 1:
        exif.get_ifd(EXIF)[ORIGINAL] = "2001:01:01 01:01:01"
    found = read(exif=exif, xmp=XMP if missing < 2 else b"")
    assert (found.taken_at and found.taken_at.year) == year
    if year:
        meaning = (Meaning.TAKEN, Meaning.CREATED, Meaning.DIGITISED, Meaning.CHANGED, Meaning.SATELLITE)[
            missing
        ]
        assert found.meaning is meaning


def test_a_broken_first_date_gives_way_to_the_next():
    exif = exif_of({DATE_TIME: "2003:03:03 03:03:03"}, {ORIGINAL: "0000:00:00 00:00:00"})
    assert read(exif=exif).taken_at == datetime(2003, 3, 3, 3, 3, 3)


def test_a_satellite_date_without_a_time_is_midnight():
    assert read(exif=exif_of(gps={29: "2004:04:04"})).taken_at == datetime(2004, 4, 4)


@pytest.mark.parametrize(
    "text",
    [
        "<exif:DateTimeOriginal>2010-06-07T08:09:10</exif:DateTimeOriginal>",
        '<a photoshop:DateCreated="2010-06-07T08:09:10"/>',
        "<a xmp:CreateDate = '2010-06-07T08:09:10Z'/>",
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_dates_of_xmp_are_read(kind, text):
    png_text = PngImagePlugin.PngInfo()
    png_text.add_itxt("XML:com.adobe.xmp", text)
    options: dict[str, dict[str, object]] = {
        "PNG": {"pnginfo": png_text},
        "TIFF": {"tiffinfo": {700: text.encode()}},
    }
    found = read(kind, **options.get(kind, {"xmp": text.encode()}))
    assert found.taken_at == datetime(2010, 6, 7, 8, 9, 10)


@pytest.mark.parametrize(
    ("maker", "model", "camera"),
    [
        ("Canon", "Canon EOS R5", "Canon EOS R5"),
        ("NIKON CORPORATION", "NIKON D750", "NIKON D750"),
        ("PENTAX Corporation ", "PENTAX K10D        ", "PENTAX K10D"),
        ("EASTMAN KODAK COMPANY", "KODAK EASYSHARE C613", "KODAK EASYSHARE C613"),
        ("OLYMPUS IMAGING CORP.  ", "E-M5           ", "OLYMPUS E-M5"),
        ("FUJIFILM\0", "FinePix S3Pro\0\0", "FUJIFILM FinePix S3Pro"),
        ("samsung", "SM-S906U", "samsung SM-S906U"),
        ("SAMSUNG ELECTRONICS Co., Ltd.", "NX300", "SAMSUNG NX300"),
        ("", "Pixel 8", "Pixel 8"),
        ("Google", "", "Google"),
        ("Company", "X1", "Company X1"),
        ("\0", "  ", None),
        ("Ma\nker", "Mo\x07del", "Ma ker Mo del"),
    ],
)
def test_maker_and_model_are_joined_without_repetition(maker, model, camera):
    assert read(exif=exif_of({MAKE: maker, MODEL: model})).camera == camera


def test_an_endless_camera_name_is_cut():
    assert len(read(exif=exif_of({MODEL: "X" * 5000})).camera or "") == 100


ZERO_BY_ZERO = TiffImagePlugin.IFDRational(0, 0)


def place(gps: dict[int, object]) -> tuple[float | None, float | None]:
    found = read_metadata(HandMade(exif_of(gps=gps)))
    return found.latitude, found.longitude


def test_south_and_west_are_negative():
    assert place({1: "S", 2: (33.0, 30.0, 0.0), 3: "W", 4: (70.0, 15.0, 0.0)}) == (-33.5, -70.25)


@pytest.mark.parametrize(
    ("gps", "expected"),
    [
        ({1: b"S\0", 2: (33.5,), 3: "E\0", 4: (18.0, 30.0)}, (-33.5, 18.5)),
        ({2: (33.5, 0.0, 0.0), 4: (18.0, 30.0, 0.0)}, (33.5, 18.5)),
        ({1: "s", 2: (33.5, 0.0, 0.0), 3: "w", 4: (18.0, 30.0, 0.0)}, (-33.5, -18.5)),
        ({1: "S", 2: 33.5, 3: "W", 4: 18.5}, (-33.5, -18.5)),
        ({1: "South", 2: (33.0, 30.0), 3: "west", 4: (18.0, 30.0)}, (-33.5, -18.5)),
        ({1: "N", 2: (33.0, 30.0, ZERO_BY_ZERO), 3: "W", 4: (18.0, 30.0, ZERO_BY_ZERO)}, (33.5, -18.5)),
        ({1: "N", 2: (33.5, ZERO_BY_ZERO, ZERO_BY_ZERO), 3: "W", 4: (18.5, 0.0, 0.0)}, (33.5, -18.5)),
        ({1: "S", 2: (-33.0, -30.0, 0.0), 3: "W", 4: (-18.0, 30.0, 0.0)}, (-33.5, -18.5)),
        ({2: (-33.0, 30.0, 0.0), 4: (-18.0, 30.0, 0.0)}, (-33.5, -18.5)),
        ({2: "33.5", 3: "W", 4: "18 30 0"}, (33.5, -18.5)),
        ({2: 33.5, 4: TiffImagePlugin.IFDRational(2**32 - 185, 10)}, (33.5, -18.5)),
    ],
)
def test_sloppy_places_are_understood(gps, expected):
    assert place(gps) == expected


@pytest.mark.parametrize(
    "change",
    [
        {2: (ZERO_BY_ZERO, ZERO_BY_ZERO, ZERO_BY_ZERO)},
        {2: (41.0, ZERO_BY_ZERO, 13.0)},
        {2: (41.0, ZERO_BY_ZERO, ZERO_BY_ZERO)},
        {4: (float("inf"), 0.0, 0.0)},
        {2: (91.0, 0.0, 0.0)},
        {4: (181.0, 0.0, 0.0)},
        {2: (41.0, 6100.0, 0.0)},
        {2: ()},
        {2: "here"},
        {2: ("a", "b", "c")},
        {2: None},
        {2: (0.0, 0.0, 0.0), 4: (0.0, 0.0, 0.0)},
    ],
)
def test_a_broken_place_is_no_place(change):
    assert place({**WHOLE_GPS, **change}) == (None, None)


def test_half_a_place_is_no_place():
    assert place({1: "N", 2: (41.0, 13.0, 13.08)}) == (None, None)


def test_the_place_of_xmp_is_read_where_exif_has_none():
    found = read(xmp=XMP)
    assert (found.latitude, found.longitude) == pytest.approx((41.2203, -96.07163), abs=1e-4)


def test_a_broken_place_does_not_cost_the_date():
    exif = exif_of({MODEL: "X1"}, {ORIGINAL: "2001:01:01 01:01:01"}, {**WHOLE_GPS, 2: ("x",)})
    found = read_metadata(HandMade(exif))
    assert found == Metadata(datetime(2001, 1, 1, 1, 1, 1), "X1", None, None)


class FailingExif(Image.Exif):
    """EXIF of which every part is broken."""

    def get(self, key, default=None):
        raise ValueError("broken")

    def get_ifd(self, tag):
        raise KeyError(tag)


def test_entries_that_cannot_be_parsed_are_left_out():
    assert read_metadata(HandMade(FailingExif())) == Metadata()


@pytest.mark.parametrize("length", [6, 10, 20, 40, 80])
def test_cut_exif_never_raises(length):
    whole = exif_of({MAKE: "Canon"}, {ORIGINAL: "2022:03:31 11:31:56"}, WHOLE_GPS).tobytes()
    assert (
        read(exif=whole[:length] if whole.startswith(b"Exif") else b"Exif\0\0" + whole[:length]).latitude
        is None
    )


def test_an_enormous_xmp_packet_is_read_in_no_time():
    image = Image.new("RGB", (4, 4))
    image.info["xmp"] = b"<exif:DateTimeOriginal" + b" " * 30_000_000
    assert read_metadata(image) == Metadata()


def test_xmp_of_the_wrong_kind_is_ignored():
    image = Image.new("RGB", (4, 4))
    image.info["xmp"] = ["no", "packet"]
    assert read_metadata(image) == Metadata()


# The rating.


@pytest.mark.parametrize(
    ("value", "rating"),
    [(5, 5), (1, 1), (0, 0), ("3", 3), (99, None), (-3, None), ("many", None), ((1, 2), None)],
)
def test_the_rating_of_exif_is_read(value, rating):
    assert read_metadata(HandMade(exif_of({0x4746: value}))).rating == rating


def test_the_rating_of_exif_is_read_from_a_file():
    assert read(exif=exif_of({0x4746: 4})).rating == 4
    assert read().rating is None


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ('<a xmp:Rating="4"/>', 4),
        ("<xmp:Rating>2</xmp:Rating>", 2),
        ('<a xmp:Rating = "5.0"/>', 5),
        ('<a xmp:Rating="-1"/>', -1),
        ('<a xmp:Rating="6"/>', None),
        ('<a xmp:Rating="nan"/>', None),
        ('<a xmp:Rating=""/>', None),
        ('<a MicrosoftPhoto:Rating="75"/>', 4),
        ('<a MicrosoftPhoto:Rating="75" xmp:Rating="2"/>', 2),
        ('<a MicrosoftPhoto:Rating="60"/>', 3),
    ],
)
def test_the_rating_of_xmp_is_read(text, rating):
    assert read(xmp=text.encode()).rating == rating


def test_xmp_is_asked_for_the_rating_before_exif():
    assert read(exif=exif_of({0x4746: 1}), xmp=b'<a xmp:Rating="3"/>').rating == 3
    assert read(exif=exif_of({0x4746: 1}), xmp=b'<a xmp:Rating="0"/>').rating == 1
