"""Days and months: where one ends and the next begins, how many photos each has, and what it is called."""

import json
from datetime import date, datetime, timedelta
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale

from desktop_app.library.query.dates import Interval, interval_of
from desktop_app.paths import resources
from desktop_app.ui.grid.sections import NO_SECTIONS, Grouping, Sections, sections_of

EPOCH = datetime(1970, 1, 1)
TODAY = date(2026, 11, 23)
DATES = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1))


def read_languages() -> list[str]:
    said: dict[str, list[str]] = json.loads((resources() / "dates" / "names.json").read_text("utf-8"))
    return said["languages"]


@pytest.fixture
def locale(request):
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield request.param
    QLocale.setDefault(before)


def seconds(*dates: datetime) -> np.ndarray:
    return np.array([(one - EPOCH) // timedelta(seconds=1) for one in dates], dtype=np.int64)


@given(st.lists(DATES, min_size=1, max_size=40), st.sampled_from([Grouping.DAY, Grouping.MONTH]), st.data())
def test_sections_are_runs_of_the_same_day_or_month(dates, grouping, data):
    dates.sort(reverse=True)
    photos = data.draw(st.lists(st.integers(1, 5), min_size=len(dates), max_size=len(dates)))
    form = "%Y-%m-%d" if grouping is Grouping.DAY else "%Y-%m"
    runs = [list(rows) for _, rows in groupby(range(len(dates)), lambda row: dates[row].strftime(form))]
    found = sections_of(seconds(*dates), np.array(photos), grouping)
    assert list(found.starts) == [run[0] for run in runs]
    assert list(found.photos) == [sum(photos[row] for row in run) for run in runs]
    assert set(found.parts) == {""}


def test_parts_of_a_list_stand_by_themselves():
    june, may = datetime(2025, 6, 3), datetime(2025, 5, 2)
    dates = seconds(june, june, june, may, june)
    parts = [(2, "maybe"), (4, "below the line")]
    found = sections_of(dates, np.ones(5, dtype=np.int64), Grouping.MONTH, parts)
    assert found.starts == (0, 2, 3, 4)
    assert [found.title(section) for section in range(4)] == [
        "June 2025", "June 2025, maybe", "May 2025, maybe", "June 2025, below the line",
    ]  # fmt: skip


def test_without_photos_or_grouping_there_are_none():
    assert sections_of(seconds(), np.ones(0, dtype=np.int64), Grouping.DAY) is NO_SECTIONS
    assert sections_of(seconds(EPOCH), np.ones(1, dtype=np.int64), Grouping.NONE) is NO_SECTIONS


@pytest.mark.parametrize(
    ("locale", "day", "month"),
    [
        ("en_GB", "Saturday, 14 June 2025", "June 2025"),
        ("en_US", "Saturday, June 14, 2025", "June 2025"),
        ("de", "Samstag, 14. Juni 2025", "Juni 2025"),
        ("pt_PT", "Sábado, 14 de junho de 2025", "Junho 2025"),
        ("pl", "Sobota, 14 czerwca 2025", "Czerwiec 2025"),
        ("ja", "2025年6月14日土曜日", "2025年6月"),
        ("hu", "2025. június 14., szombat", "2025. június"),
        ("lv", "Sestdiena, 2025. gada 14. jūnijs", "Jūnijs 2025"),
        ("kk", "2025\u202fж. 14 маусым, сенбі", "Маусым 2025"),
    ],
    indirect=["locale"],
)
def test_titles_are_in_the_persons_language(locale, day, month):
    moment, one = seconds(datetime(2025, 6, 14, 23, 59)), np.ones(1, dtype=np.int64)
    assert sections_of(moment, one, Grouping.DAY).title(0) == day
    assert sections_of(moment, one, Grouping.MONTH).title(0) == month


@pytest.mark.parametrize("moment", [10**15, -(10**15)])
def test_a_date_no_calendar_knows_still_has_a_section(moment):
    for grouping in (Grouping.DAY, Grouping.MONTH):
        found = sections_of(np.array([moment], dtype=np.int64), np.ones(1, dtype=np.int64), grouping)
        assert found.starts == (0,)
        assert isinstance(found.title(0), str)


@pytest.mark.parametrize("locale", read_languages(), indirect=True)
def test_what_a_heading_says_is_understood_behind_date(locale, monkeypatch):
    monkeypatch.setattr("locale.getlocale", lambda: (locale, "UTF-8"))
    for number in range(54 * 12, 55 * 12):
        title = Sections((0,), (number,), (1,), Grouping.MONTH, ("",)).title(0)
        first = datetime(2024, number % 12 + 1, 1)
        assert interval_of(title, TODAY) == Interval(first, (first + timedelta(days=31)).replace(day=1))
    for number in range(19_787, 19_787 + 366, 30):
        title = Sections((0,), (number,), (1,), Grouping.DAY, ("",)).title(0)
        day = EPOCH + timedelta(days=number)
        assert interval_of(title, TODAY) == Interval(day, day + timedelta(days=1))
