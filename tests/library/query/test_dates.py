"""Dates as people write them, seen from a Monday in November."""

import locale
from datetime import date, datetime

import pytest

from desktop_app.library.query import date_names
from desktop_app.library.query.dates import interval_of
from desktop_app.library.query.folding import folded
from desktop_app.library.query.tokens import NotUnderstoodError

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _no_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locale, "getlocale", lambda: (None, None))


def refusal(text: str) -> str:
    """What is said of a text that is no date."""
    with pytest.raises(NotUnderstoodError) as raised:
        interval_of(text, TODAY)
    return raised.value.sentence


def days(text: str, today: date = TODAY) -> str:
    interval = interval_of(text, today)
    return f"{_day(interval.start)}..{_day(interval.end)}"


def _day(moment: datetime | None) -> str:
    return "" if moment is None else moment.date().isoformat()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023", "2023-01-01..2024-01-01"),
        ("2023/6", "2023-06-01..2023-07-01"),
        ("2023.06.01", "2023-06-01..2023-06-02"),
        ("20230601", "2023-06-01..2023-06-02"),
        ("2024-02-29", "2024-02-29..2024-03-01"),
        ("2023-12", "2023-12-01..2024-01-01"),
        ("1990s", "1990-01-01..2000-01-01"),
        ("9999", "9999-01-01.."),
        ("9999-12-31", "9999-12-31.."),
        ("today", "2026-11-23..2026-11-24"),
        ("Yesterday", "2026-11-22..2026-11-23"),
        ("the day before yesterday", "2026-11-21..2026-11-22"),
        ("3 days ago", "2026-11-20..2026-11-21"),
        ("a week ago", "2026-11-16..2026-11-23"),
        ("two months ago", "2026-09-01..2026-10-01"),
        ("10 years ago", "2016-01-01..2017-01-01"),
        ("last 7 days", "2026-11-17..2026-11-24"),
        ("the past 3 months", "2026-08-24..2026-11-24"),
        ("this week", "2026-11-23..2026-11-30"),
        ("last week", "2026-11-16..2026-11-23"),
        ("last weekend", "2026-11-21..2026-11-23"),
        ("this month", "2026-11-01..2026-12-01"),
        ("last month", "2026-10-01..2026-11-01"),
        ("last year", "2025-01-01..2026-01-01"),
        ("monday", "2026-11-16..2026-11-17"),
        ("on sunday", "2026-11-22..2026-11-23"),
        ("june", "2026-06-01..2026-07-01"),
        ("last december", "2025-12-01..2026-01-01"),
        ("in june 2021", "2021-06-01..2021-07-01"),
        ("Sept. 2021", "2021-09-01..2021-10-01"),
        ("5 june 2021", "2021-06-05..2021-06-06"),
        ("June 5th, 2021", "2021-06-05..2021-06-06"),
        ("Dec 2019", "2019-12-01..2020-01-01"),
        ("December, 2019", "2019-12-01..2020-01-01"),
        ("2019 Dec", "2019-12-01..2020-01-01"),
        ("2019 december", "2019-12-01..2020-01-01"),
        ("2019 Dec 14", "2019-12-14..2019-12-15"),
        ("14 Jul 2019", "2019-07-14..2019-07-15"),
        ("14-Jul-2019", "2019-07-14..2019-07-15"),
        ("Jul/2019", "2019-07-01..2019-08-01"),
        ("2019.jul", "2019-07-01..2019-08-01"),
        ("31/12/2019", "2019-12-31..2020-01-01"),
        ("12/31/2019", "2019-12-31..2020-01-01"),
        ("31.12.2019", "2019-12-31..2020-01-01"),
        ("31-12-2019", "2019-12-31..2020-01-01"),
        ("5/5/2019", "2019-05-05..2019-05-06"),
        ("12/2019", "2019-12-01..2020-01-01"),
        ("2019/12", "2019-12-01..2020-01-01"),
        ("1.2019", "2019-01-01..2019-02-01"),
        ("31/12/2018..12/2019", "2018-12-31..2020-01-01"),
        ("summer 2021", "2021-06-01..2021-09-01"),
        ("the summer of 2021", "2021-06-01..2021-09-01"),
        ("last summer", "2026-06-01..2026-09-01"),
        ("last autumn", "2025-09-01..2025-12-01"),
        ("this autumn", "2026-09-01..2026-12-01"),
        ("fall", "2026-09-01..2026-12-01"),
        ("last winter", "2025-12-01..2026-03-01"),
        ("winter 2020", "2020-12-01..2021-03-01"),
        ("christmas 2020", "2020-12-24..2020-12-27"),
        ("last christmas", "2025-12-24..2025-12-27"),
        ("new year’s eve 2022", "2022-12-31..2023-01-01"),
        ("2020..2021", "2020-01-01..2022-01-01"),
        ("2020…2021-03", "2020-01-01..2021-04-01"),
        ("2020..", "2020-01-01.."),
        ("..2020", "..2021-01-01"),
        ("2020 to june 2021", "2020-01-01..2021-07-01"),
        ("from 2020 until 2021", "2020-01-01..2022-01-01"),
        ("between 2020 and 2021", "2020-01-01..2022-01-01"),
        ("since yesterday", "2026-11-22.."),
        ("until 2020", "..2021-01-01"),
        ("last summer..yesterday", "2026-06-01..2026-11-23"),
        ("jun..aug 2019", "2019-06-01..2019-09-01"),
        ("june to aug 2019", "2019-06-01..2019-09-01"),
        ("dec..feb 2020", "2019-12-01..2020-03-01"),
        ("14 jul..3 aug 2019", "2019-07-14..2019-08-04"),
        ("summer..autumn 2019", "2019-06-01..2019-12-01"),
        ("jun-aug 2019", "2019-06-01..2019-09-01"),
        ("jun – aug 2019", "2019-06-01..2019-09-01"),
        ("2019-2020", "2019-01-01..2021-01-01"),
        ("2019–2020", "2019-01-01..2021-01-01"),
        ("2019-06-01–2019-06-03", "2019-06-01..2019-06-04"),
        ("Dec 2019..", "2019-12-01.."),
        ("dec2019", "2019-12-01..2020-01-01"),
        ("Dec,2019", "2019-12-01..2020-01-01"),
        ("Dec 31,2019", "2019-12-31..2020-01-01"),
        ("31/12/19", "2019-12-31..2020-01-01"),
        ("12/31/19", "2019-12-31..2020-01-01"),
        ("27/07/19", "2019-07-27..2019-07-28"),
        ("31.12.85", "1985-12-31..1986-01-01"),
        ("winter 2019/2020", "2019-12-01..2020-03-01"),
        ("winter of 2019/20", "2019-12-01..2020-03-01"),
    ],
)
def test_dates(text: str, expected: str) -> None:
    assert days(text) == expected


@pytest.mark.parametrize(
    ("text", "today", "expected"),
    [
        ("last summer", date(2026, 7, 15), "2025-06-01..2025-09-01"),
        ("summer", date(2026, 7, 15), "2026-06-01..2026-09-01"),
        ("summer", date(2026, 2, 1), "2025-06-01..2025-09-01"),
        ("last winter", date(2026, 1, 15), "2024-12-01..2025-03-01"),
        ("winter", date(2026, 1, 15), "2025-12-01..2026-03-01"),
        ("last 1 months", date(2026, 3, 31), "2026-03-01..2026-04-01"),
        ("last month", date(2026, 3, 31), "2026-02-01..2026-03-01"),
        ("last year", date(2024, 2, 29), "2023-01-01..2024-01-01"),
        # On the first and the last day of what is named.
        ("june", date(2026, 6, 1), "2026-06-01..2026-07-01"),
        ("june", date(2026, 5, 31), "2025-06-01..2025-07-01"),
        ("june", date(2026, 6, 30), "2026-06-01..2026-07-01"),
        ("last june", date(2026, 6, 30), "2025-06-01..2025-07-01"),
        ("last june", date(2026, 7, 1), "2026-06-01..2026-07-01"),
        ("summer", date(2026, 6, 1), "2026-06-01..2026-09-01"),
        ("last summer", date(2026, 8, 31), "2025-06-01..2025-09-01"),
        ("last summer", date(2026, 9, 1), "2026-06-01..2026-09-01"),
        ("last winter", date(2026, 3, 1), "2025-12-01..2026-03-01"),
        ("christmas", date(2026, 12, 24), "2026-12-24..2026-12-27"),
        ("christmas", date(2026, 12, 23), "2025-12-24..2025-12-27"),
        ("january", date(2026, 1, 1), "2026-01-01..2026-02-01"),
        # Where the month before is shorter.
        ("last 2 months", date(2026, 3, 31), "2026-02-01..2026-04-01"),
        ("last 2 months", date(2026, 10, 31), "2026-09-01..2026-11-01"),
        ("last 2 months", date(2026, 8, 31), "2026-07-01..2026-09-01"),
        ("last 3 months", date(2026, 10, 30), "2026-07-31..2026-10-31"),
        ("last year", date(2026, 1, 1), "2025-01-01..2026-01-01"),
        ("last 1 years", date(2024, 2, 29), "2023-03-01..2024-03-01"),
        ("last month", date(2026, 1, 31), "2025-12-01..2026-01-01"),
        ("yesterday", date(2026, 1, 1), "2025-12-31..2026-01-01"),
        ("last week", date(2026, 1, 1), "2025-12-22..2025-12-29"),
        ("sunday", date(2026, 11, 22), "2026-11-15..2026-11-16"),
        ("last weekend", date(2026, 11, 22), "2026-11-14..2026-11-16"),
    ],
)
def test_dates_seen_from_another_day(text: str, today: date, expected: str) -> None:
    assert days(text, today) == expected


@pytest.mark.parametrize(
    "text",
    ["", "..", "someday", "2023-13", "2023-00-10", "0000", "31 june 2021", "29 feb 2023", "9999 years ago", "10000",
     "last 9999 years", "2022..2021", "1..2..3", "..someday", "01/06/2023", "last", "in", "99 june 2021"],
)  # fmt: skip
def test_what_is_no_date_is_explained(text: str) -> None:
    assert refusal(text).endswith(".")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("03/04/2019", "“03/04/2019” can be read in two ways; write 2019-04-03 or 2019-03-04."),
        ("12.1.2019", "“12.1.2019” can be read in two ways; write 2019-12-01 or 2019-01-12."),
        ("14/07/19", "“14/07/19” can be read in two ways; write year-month-day, like 2023-06-01."),
        ("26/07/19", "“26/07/19” can be read in two ways; write year-month-day, like 2023-06-01."),
        ("31/02/2019", "There is no such date as “31/02/2019”."),
        ("31/31/2019", "There is no such date as “31/31/2019”."),
        ("0/12/2019", "There is no such date as “0/12/2019”."),
        ("13/2019", "There is no such date as “13/2019”."),
        ("winter 2019/2025", "is not a date that is understood"),
        ("2019–06", "is not a date that is understood"),
        ("2020-2019", "ends before it begins"),
        ("31/12-2019", "is not a date that is understood"),
    ],
)
def test_what_can_be_read_in_two_ways_or_none_is_said(text: str, said: str) -> None:
    assert said in refusal(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("März 2024", "2024-03-01..2024-04-01"),
        ("marz 2024", "2024-03-01..2024-04-01"),
        ("14. März 2024", "2024-03-14..2024-03-15"),
        ("am 14. März 2024", "2024-03-14..2024-03-15"),
        ("Donnerstag, 14. März 2024", "2024-03-14..2024-03-15"),
        ("14 de marzo de 2024", "2024-03-14..2024-03-15"),
        ("le 14 mars 2024", "2024-03-14..2024-03-15"),
        ("1er mars 2024", "2024-03-01..2024-03-02"),
        ("févr. 2024", "2024-02-01..2024-03-01"),
        ("Fevereiro 2024", "2024-02-01..2024-03-01"),
        ("1 de fev. de 2024", "2024-02-01..2024-02-02"),
        ("2024年3月", "2024-03-01..2024-04-01"),
        ("2024年12月31日", "2024-12-31..2025-01-01"),
        ("2024년 3월 14일", "2024-03-14..2024-03-15"),
        ("14 марта 2024 г.", "2024-03-14..2024-03-15"),
        ("март 2024", "2024-03-01..2024-04-01"),
        ("tháng 12 2024", "2024-12-01..2025-01-01"),
        ("14 במרץ 2024", "2024-03-14..2024-03-15"),
        ("מרץ ٢٠٢٤", "2024-03-01..2024-04-01"),
        ("มีนาคม 2024", "2024-03-01..2024-04-01"),
        ("2024. március 14.", "2024-03-14..2024-03-15"),
        ("März", "2026-03-01..2026-04-01"),
        ("Dezember", "2025-12-01..2026-01-01"),
        ("lundi", "2026-11-16..2026-11-17"),
        ("März 2024..Mai 2024", "2024-03-01..2024-06-01"),
        ("März..Mai 2024", "2024-03-01..2024-06-01"),
        ("Dez. .. Feb. 2024", "2023-12-01..2024-03-01"),
        ("mars – mai 2024", "2024-03-01..2024-06-01"),
        ("14. April 2024", "2024-04-14..2024-04-15"),
    ],
)
def test_dates_in_other_languages(text: str, expected: str) -> None:
    assert days(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("listopad 2024", "“listopad 2024” can be read in two ways; write 2024-10 or 2024-11."),
        ("1 listopada 2024", "can be read in two ways; write 2024-10-01 or 2024-11-01."),
        ("31. Juni 2024", "There is no such date as “31. Juni 2024”."),
        ("2024 mars", "is not a date that is understood"),
        ("märz märz 2024", "is not a date that is understood"),
        ("14 de", "is not a date that is understood"),
        ("märzen 2024", "is not a date that is understood"),
        ("märz 123", "is not a date that is understood"),
        ("märz 20240", "is not a date that is understood"),
        ("märz de", "is not a date that is understood"),
    ],
)
def test_what_is_no_date_in_any_language_is_said(text: str, said: str) -> None:
    assert said in refusal(text)


@pytest.mark.parametrize(
    ("system", "expected"),
    [
        ("pl_PL", "2024-11-01..2024-12-01"),
        ("cs_CZ", "2024-11-01..2024-12-01"),
        ("Polish_Poland", "2024-11-01..2024-12-01"),
        ("hr_HR", "2024-10-01..2024-11-01"),
    ],
)
def test_a_name_of_two_months_is_that_of_the_systems_language(
    monkeypatch: pytest.MonkeyPatch, system: str, expected: str
) -> None:
    monkeypatch.setattr(locale, "getlocale", lambda: (system, "UTF-8"))
    assert days("listopad 2024") == expected


@pytest.mark.parametrize("system", ["de_DE", "C", None])
def test_a_name_of_two_months_is_asked_back_elsewhere(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    monkeypatch.setattr(locale, "getlocale", lambda: (system, None))
    with pytest.raises(NotUnderstoodError, match="can be read in two ways"):
        interval_of("listopad 2024", TODAY)


def test_names_are_read_from_disk_only_when_english_does_not_do() -> None:
    date_names._table.cache_clear()
    for text in ("june 2021", "last summer", "2023-06..2023-08", "jun..aug 2019"):
        interval_of(text, TODAY)
    assert date_names._table.cache_info().currsize == 0
    interval_of("März 2024", TODAY)
    assert date_names._table.cache_info().currsize == 1


def test_without_the_table_dates_are_read_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(date_names, "_NAMES", ("dates", "elsewhere.json"))
    date_names._table.cache_clear()
    try:
        with pytest.raises(NotUnderstoodError, match="is not a date that is understood"):
            interval_of("März 2024", TODAY)
        assert days("june 2021") == "2021-06-01..2021-07-01"
    finally:
        date_names._table.cache_clear()


def test_every_name_is_folded_as_what_is_typed() -> None:
    table = date_names._table()
    assert [name for name in (*table.months, *table.weekdays, *table.between) if folded(name) != name] == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Foo 2019", "“Foo 2019” is not a date that is understood"),
        ("Dec  2019..Foo Bar", "“Foo Bar” is not a date that is understood"),
        ("from Dec 2019 to Jan 2018", "“from Dec 2019 to Jan 2018” ends before it begins"),
        ("Dec 2019…Jan 2018", "“Dec 2019…Jan 2018” ends before it begins"),
        ("Dec  2019 .. Jan 2018", "“Dec  2019 .. Jan 2018” ends before it begins"),
        ("New Year’s Fest", "“New Year’s Fest” is not a date that is understood"),
        ("31 June 2019", "There is no such date as “31 June 2019”."),
        ("Dec 2018..03/04/2019", "“03/04/2019” can be read in two ways"),
        ("1 Listopada 2024", "“1 Listopada 2024” can be read in two ways"),
        ("İ 2019", "is not a date that is understood"),
    ],
)
def test_what_is_wrong_is_said_of_what_was_typed(typed: str, said: str) -> None:
    with pytest.raises(NotUnderstoodError) as raised:
        interval_of(typed, TODAY)
    assert said in raised.value.sentence
