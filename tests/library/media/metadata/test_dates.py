"""Dates in every form, down to the part that is known, and which of several counts."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.library.media.metadata.dates import best_date, read_date
from desktop_app.library.media.metadata.metadata import Meaning, Metadata
from desktop_app.library.photo import Precision

NOON = datetime(2019, 7, 14, 12, 20, 56)
EVENING = datetime(2019, 7, 14, 21, 5)


@pytest.mark.parametrize(
    "said",
    [
        "2019:07:14 12:20:56",
        "2019-07-14T12:20:56",
        "2019-07-14T12:20:56.125+09:00",
        "2019-07-14T12:20:56Z",
        "2019:07:14 12:20:56 PM",
        "2019-07-14T12:20:56 pm",
        "2019:07:14 12:20:56 p.m.",
        "20190714T122056",
        "20190714 122056+0200",
        "20190714122056",
        "20190714 12:20:56",
        "2019: 7:14 12:20:56",
        "14.07.2019 12:20:56",
        "7/14/2019 12:20:56 PM",
        "Sun, 14 Jul 2019 12:20:56 +0000",
        "14 Jul 2019 12:20:56",
        "Sun Jul 14 12:20:56 2019",
        b"2019:07:14 12:20:56\0rubbish",
        "14:07:2019 12:20:56",
        "July 14, 2019 12:20:56",
        "Jul 14th, 2019, 12:20:56 PM",
        "14. July 2019 12:20:56 PM",
        "٢٠١٩:٠٧:١٤ ١٢:٢٠:٥٦",
        "۲۰۱۹:۰۷:۱۴ ۱۲:۲۰:۵۶",
        "２０１９:０７:１４ １２:２０:５６",
        "٢٠١٩:٠٧:١٤ ١٢:٢٠:٥٦".encode(),
        "٢٠١٩:٠٧:١٤ ١٢:٢٠:٥٦".encode().decode("latin-1"),
        "2019:07:1412:20:56",
        '"2019:07:14 12:20:56"',
        "'2019:07:14 12:20:56'",
        "2019-07-14-12-20-56",
        "2019-07-14 12-20-56",
        "2019:07:14_12:20:56",
        "2019:07:14,12:20:56",
        "2019:07:14 下午12:20:56",
    ],
)
def test_a_moment_is_read_however_it_is_written(said):
    assert read_date(said) == (NOON, Precision.SECOND)


@pytest.mark.parametrize(
    "said",
    [
        "2019:07:14 21:05",
        "2019:07:14 21:05:60",
        "2019:07:14 09:05:00 PM",
        "2019:07:14 21:05:00 PM",
        "7/14/2019 9:05 PM",
        "14 Jul 2019 9:05 PM",
        "July 14, 2019 9:05 p. m.",
        "2019:07:14 下午09:05:00",
        "2019:07:14 오후 9:05:00",
        "2019:07:14 9:05:00 μ.μ.",
        "2019:07:14 下午09:05:00".encode().decode("latin-1"),
    ],
)
def test_hours_have_two_halves_and_impossible_seconds_are_none(said):
    assert read_date(said) == (EVENING, Precision.SECOND)


def test_figures_may_be_padded_with_blanks():
    assert read_date("2019: 7: 4  9: 5: 6") == (datetime(2019, 7, 4, 9, 5, 6), Precision.SECOND)


def test_twelve_in_the_morning_is_midnight():
    assert read_date("2019:07:14 12:05:00 AM") == (datetime(2019, 7, 14, 0, 5), Precision.SECOND)


@pytest.mark.parametrize(
    ("said", "began", "precision"),
    [
        ("2015:08:22 24:08:19", (2015, 8, 22), Precision.DAY),
        ("2015:08:22 12:60:00", (2015, 8, 22), Precision.DAY),
        ("2015:08:22   :  :  ", (2015, 8, 22), Precision.DAY),
        ("2015-08-22", (2015, 8, 22), Precision.DAY),
        ("20150822", (2015, 8, 22), Precision.DAY),
        ("8/22/2015", (2015, 8, 22), Precision.DAY),
        ("2023:02:30 10:00:00", (2023, 2, 1), Precision.MONTH),
        ("2015:08:00 00:00:00", (2015, 8, 1), Precision.MONTH),
        ("2015:08:     :  :  ", (2015, 8, 1), Precision.MONTH),
        ("2015-08", (2015, 8, 1), Precision.MONTH),
        ("1993:00:00 00:00:00", (1993, 1, 1), Precision.YEAR),
        ("1993:13:05 10:00:00", (1993, 1, 1), Precision.YEAR),
        ("1993:00:05 10:00:00", (1993, 1, 1), Precision.YEAR),
        ("2008:  :     :  :  ", (2008, 1, 1), Precision.YEAR),
        ("19930000", (1993, 1, 1), Precision.YEAR),
        ("7/8/2015", (2015, 1, 1), Precision.YEAR),
        ("07:08:2015 12:20:56", (2015, 1, 1), Precision.YEAR),
        ("August 22, 2015", (2015, 8, 22), Precision.DAY),
        ("2015-08-22-05:00", (2015, 8, 22), Precision.DAY),
        ("1980:01:01 00:00:01", (1980, 1, 1, 0, 0, 1), Precision.SECOND),
        ("1970:01:01", (1970, 1, 1), Precision.DAY),
        ("1904", (1904, 1, 1), Precision.YEAR),
        ("1965", (1965, 1, 1), Precision.YEAR),
        ("1965-13", (1965, 1, 1), Precision.YEAR),
    ],
)
def test_what_is_before_an_impossible_part_is_kept(said, began, precision):
    assert read_date(said) == (datetime(*began), precision)


@pytest.mark.parametrize(
    "said",
    [
        "0000:00:00 00:00:00",
        "    :  :     :  :  ",
        "14.07.19 12:20:56",
        "14 Jul 19 12:20:56",
        "1200",
        "2999",
        "1563106856",
        "in 2019",
        "Jul 2019",
        "1904:01:01 00:00",
        "1904-01-01T00:00:00Z",
        "1970:01:01 00:00:00",
        "1980:01:01 00:00:00",
    ],
)
def test_nonsense_and_what_can_be_read_in_two_ways_is_no_date(said):
    assert read_date(said) is None


@given(st.text(alphabet="0123456789:-/. TZapmJulSun,+", max_size=40) | st.text(max_size=20))
def test_no_text_is_too_odd(said):
    dated = read_date(said)
    assert dated is None or dated[0].year >= 1826


def test_what_means_more_counts_and_of_equals_the_first():
    said = [
        (Meaning.CHANGED, "2023:01:01 10:00:00"),
        (Meaning.CREATED, "0000:00:00"),
        (Meaning.CREATED, "1985-07-14"),
        (Meaning.CREATED, "1986-07-14"),
        (Meaning.DIGITISED, "2001:01:01 00:00:00"),
    ]
    assert best_date(said) == Metadata(
        taken_at=datetime(1985, 7, 14), precision=Precision.DAY, meaning=Meaning.CREATED
    )
    assert best_date([]) == Metadata()
