"""The date of a photo that says none: from its file's name, or the file's own time."""

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.library.media.metadata.file_dates import date_of_file
from desktop_app.library.media.metadata.metadata import Meaning, Metadata
from desktop_app.library.photo import Precision

NOON = datetime(2019, 7, 14, 12, 20, 56)
MORNING = datetime(2019, 7, 14, 9, 20, 56)
NEW_YEAR = datetime(2020, 1, 1, 12, 34, 56)


@pytest.mark.parametrize(
    ("name", "taken_at"),
    [
        ("IMG_20190714_122056.jpg", NOON),
        ("VID_20190714_122056.mp4", NOON),
        ("MVIMG_20190714_122056.jpg", NOON),
        ("IMG_20190714_122056_1.jpg", NOON),
        ("IMG_20190714_122056(1).jpg", NOON),
        ("IMG_20190714_122056_burst_01.jpg", NOON),
        ("PXL_20190714_122056789.jpg", NOON),
        ("PXL_20190714_122056789.PORTRAIT.jpg", NOON),
        ("PXL_20190714_122056789.MP.jpg", NOON),
        ("20190714_122056.jpg", NOON),
        ("20190714-122056.heic", NOON),
        ("20190714T122056.png", NOON),
        ("IMG20190714122056.jpg", NOON),
        ("DJI_20190714122056_0001_D.JPG", NOON),
        ("WP_20190714_12_20_56_Pro.jpg", NOON),
        ("WhatsApp Image 2019-07-14 at 12.20.56.jpeg", NOON),
        ("WhatsApp Image 2019-07-14 at 12.20.56 PM.jpeg", NOON),
        ("WhatsApp Image 2019-07-14 at 12.20.56 PM (1).jpeg", NOON),
        ("WhatsApp Video 2019-07-14 at 00.20.56.mp4", datetime(2019, 7, 14, 0, 20, 56)),
        ("signal-2019-07-14-122056.jpg", NOON),
        ("signal-2019-07-14-122056_002.jpeg", NOON),
        ("signal-2019-07-14-12-20-56-123.jpg", NOON),
        ("signal-2019-07-14-12-20-56-123-1.jpg", NOON),
        ("photo_2019-07-14_12-20-56.jpg", NOON),
        ("photo_2019-07-14_12-20-56 (2).jpg", NOON),
        ("photo_1@14-07-2019_12-20-56.jpg", NOON),
        ("2019-07-14 12.20.56.jpg", NOON),
        ("2019-07-14 12.20.56-1.jpg", NOON),
        ("2019-07-14_12-20-56.jpg", NOON),
        ("2019-07-14T12:20:56.jpg", NOON),
        ("2019_07_14_12_20_56.jpg", NOON),
        ("IMG_2019-07-14-12-20-56.jpg", NOON),
        ("C360_2019-07-14-12-20-56-789.jpg", NOON),
        ("Screen Shot 2019-07-14 at 12.20.56 PM.png", NOON),
        ("Screen Shot 2019-07-14 at 12.20.56\u202fPM.png", NOON),
        ("Screenshot_20200101-123456.png", NEW_YEAR),
        ("Screenshot_20200101-123456_Chrome.jpg", NEW_YEAR),
        ("Screenshot_2020-01-01-12-34-56-789_com.android.chrome.jpg", NEW_YEAR),
        ("Screenshot 2020-01-01 at 12.34.56.png", NEW_YEAR),
        ("Screenshot 2020-01-01 at 12.34.56 AM.png", datetime(2020, 1, 1, 0, 34, 56)),
        ("Screenshot 2020-01-01 at 1.34.56 PM.png", datetime(2020, 1, 1, 13, 34, 56)),
        ("Screenshot 2020-01-01 at 1.34.56\u202fPM.png", datetime(2020, 1, 1, 13, 34, 56)),
        ("Screenshot 2020-01-01 123456.png", NEW_YEAR),
        ("Screenshot from 2020-01-01 12-34-56.png", NEW_YEAR),
        ("Bildschirmfoto 2020-01-01 um 12.34.56.png", NEW_YEAR),
        ("Bildschirmfoto vom 2020-01-01 12-34-56.png", NEW_YEAR),
        ("Captura de pantalla 2020-01-01 a las 12.34.56.png", NEW_YEAR),
        ("Captura de Tela 2020-01-01 às 12.34.56.png", NEW_YEAR),
        ("Capture d’écran 2020-01-01 à 12.34.56.png", NEW_YEAR),
        ("Skärmavbild 2020-01-01 kl. 12.34.56.png", NEW_YEAR),
        ("00100lrPORTRAIT_00100_BURST20190714122056123_COVER.jpg", NOON),
        ("Photo 2019-07-14 12 20 56.jpg", NOON),
        ("2019-07-14T122056Z.jpg", NOON),
        ("2019-07-14 12.20.56 HDR.jpg", NOON),
        ("2019-07-14_12-20-56 Lisbon.jpg", NOON),
        ("2019-07-14 09.20.56 Lisbon.jpg", MORNING),
        ("IMG_20191214_191214.jpg", datetime(2019, 12, 14, 19, 12, 14)),
    ],
)
def test_the_moment_in_a_name_is_read(name, taken_at):
    found = date_of_file(name, 0)
    assert found == Metadata(taken_at=taken_at, precision=Precision.SECOND, meaning=Meaning.NAME)
    assert found.source_of("taken_at") == "name"


@pytest.mark.parametrize(
    "name",
    [
        "WhatsApp Image 2019-07-14 at 1.20.56 p. m..jpg",
        "WhatsApp Image 2019-07-14 at 1.20.56\u202fp.\xa0m..jpg",
        "WhatsApp Image 2019-07-14 at 1.20.56 p.m..jpg",
        "WhatsApp Image 2019-07-14 at 1.20.56PM.jpg",
        "Captura de pantalla 2019-07-14 a la(s) 1.20.56 p. m..png",
        "스크린샷 2019-07-14 오후 1.20.56.png",
        unicodedata.normalize("NFD", "스크린샷 2019-07-14 오후 1.20.56.png"),
        "截屏2019-07-14 下午1.20.56.png",
        "スクリーンショット 2019-07-14 午後1.20.56.png",
        "Στιγμιότυπο 2019-07-14, 1.20.56 μ.μ..png",
        "Ekran Resmi 2019-07-14 ÖS 1.20.56.png",
    ],
)
def test_the_afternoon_is_read_in_any_language(name):
    assert date_of_file(name, 0) == Metadata(taken_at=datetime(2019, 7, 14, 13, 20, 56), meaning=Meaning.NAME)


@pytest.mark.parametrize(
    "name",
    [
        "屏幕快照 2019-07-14 上午9.20.56.png",
        "스크린샷 2019-07-14 오전 9.20.56.png",
        "スクリーンショット 2019-07-14 午前9.20.56.png",
        "Στιγμιότυπο 2019-07-14, 9.20.56 π.μ..png",
        "Captura de pantalla 2019-07-14 a la(s) 9.20.56 a. m..png",
        "WhatsApp Image 2019-07-14 at 9.20.56.jpg",
    ],
)
def test_the_morning_is_read_in_any_language(name):
    assert date_of_file(name, 0) == Metadata(taken_at=MORNING, meaning=Meaning.NAME)


@pytest.mark.parametrize(
    "name",
    [
        "Zrzut 2019-07-14 1.20.56 popoł.png",
        "Képernyőfotó 2019-07-14 1.20.56 du.png",
        "截屏2019-07-14 傍晚6.20.56.png",
        "LINE_ALBUM_20190714_190714_1.jpg",
        "IMG_20190714_0001.jpg",
        "Foto.2019-07-14.jpg",
        "IMG-20190714-WA0001.jpg",
        "VID-20190714-WA0001.mp4",
        "IMG-20190714-WA0001(1).jpg",
        "2019-07-14.jpg",
        "2019-07-14 Lisbon.jpg",
        "2019-07-14_001.jpg",
        "2019.07.14.jpg",
        "20190714.jpg",
        "20190714_001.jpg",
        "20190714 Lisbon.jpg",
        "20190714(2).jpg",
        "IMG_20190714.jpg",
        "WP_20190714_001.jpg",
        "signal-2019-07-14.jpg",
        "2019-07-14-99-99-99.jpg",
    ],
)
def test_the_day_in_a_name_is_read(name):
    assert date_of_file(name, 0) == Metadata(
        taken_at=datetime(2019, 7, 14), precision=Precision.DAY, meaning=Meaning.NAME
    )


@pytest.mark.parametrize(
    "name", ["FB_IMG_1563106856000.jpg", "mmexport1563106856000.jpg", "wx_camera_1563106856000.jpg"]
)
def test_the_instant_in_the_name_of_a_messengers_photo_is_read(name):
    there = datetime(2019, 7, 14, 12, 20, 56, tzinfo=UTC)
    assert date_of_file(name, 0) == Metadata(
        taken_at=there.astimezone().replace(tzinfo=None), meaning=Meaning.NAME
    )


@pytest.mark.parametrize(
    "name",
    [
        "DSC_0001.jpg",
        "IMG_1234.jpg",
        "20191234.jpg",
        "20190231.jpg",
        "19891231.jpg",
        "1989-12-31.jpg",
        "29990101.jpg",
        "1920x1080.png",
        "20190714abcdef0123456789.jpg",
        "a1b220190714c3d4.jpg",
        "20200101-abcd-4123-8123-123456789abc.jpg",
        "201907145551234.jpg",
        "20190714-5551234.jpg",
        "+49 20190714 5551234.jpg",
        "0049-1990-01-02.jpg",
        "Invoice 20190714.jpg",
        "Rechnung-4711-20190714.png",
        "2019-13-01.jpg",
        "192.168.2019.07.14.png",
        "Rechnung_20190714_1234567.jpg",
        "Rechnung_20190714_12345678.jpg",
        "20190714_1234567.jpg",
        "order 4711-20191231-235959.jpg",
        "Tel 0049 20190714123456.jpg",
        "a2019-07-14b.jpg",
        "v2019.07.14.jpg",
        "received_1563106856000123.jpeg",
        "1563106856000.jpg",
        "FB_IMG_9999999999999.jpg",
        "FB_IMG_0000000000001.jpg",
        "٢٠١٩-٠٧-١٤.jpg",
        "",
        ".jpg",
        "2019.jpg",
        "photo.jpg",
    ],
)
def test_other_numbers_are_no_dates(name):
    assert date_of_file(name, 0) == Metadata()


def ns(date: datetime) -> int:
    return int(date.timestamp()) * 10**9


def test_a_file_without_a_date_in_its_name_has_its_own():
    written = datetime(2005, 6, 7, 8, 9, 10)
    found = date_of_file("DSC_0001.jpg", ns(written) + 999)
    assert found == Metadata(taken_at=written, meaning=Meaning.FILE)
    assert found.source_of("taken_at") == "file system"
    assert date_of_file("IMG_20190714_122056.jpg", ns(written)).taken_at == NOON


@pytest.mark.parametrize(
    "wrong_ns",
    # With a name of its own, for every worker must give the tests the same names.
    [0, 2**62, -(2**62), 10**40, pytest.param(ns(datetime.now() + timedelta(days=3)), id="in three days")],
)
def test_a_time_that_cannot_be_true_gives_way_to_the_entrys(wrong_ns):
    entry = datetime(2020, 1, 1, 12, 0)
    assert date_of_file("DSC_0001.jpg", wrong_ns, ns(entry)) == Metadata(taken_at=entry, meaning=Meaning.FILE)
    assert date_of_file("DSC_0001.jpg", wrong_ns, wrong_ns) == Metadata()
    assert date_of_file("DSC_0001.jpg", wrong_ns) == Metadata()


def test_a_file_of_before_1970_has_its_date():
    assert date_of_file("a.jpg", -(10**18)).taken_at == (
        datetime(1970, 1, 1, tzinfo=UTC) - timedelta(seconds=10**9)
    ).astimezone().replace(tzinfo=None)


@given(st.text(alphabet="0123456789-_. @TAPMimgwa():", max_size=60) | st.text(max_size=60))
def test_no_name_is_too_odd(name):
    assert date_of_file(name, 0).meaning in {Meaning.NAME, Meaning.TAKEN}
