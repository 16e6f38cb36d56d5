"""Figures as a person reads them."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale

from desktop_app.ui.look import wording


@pytest.fixture(autouse=True)
def _plain_locale():
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.C))
    yield
    QLocale.setDefault(before)


def test_thousands_are_separated_even_without_a_locale():
    assert wording.number(1234567) == "1,234,567"


def test_the_persons_own_separators_are_used():
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    assert wording.number(12345) == "12.345"
    assert wording.decimal(0.314, 2) == "0,31"


@pytest.mark.parametrize(
    ("size_bytes", "text"), [(740_499, "740 kB"), (2_540_000, "2.5 MB"), (48_000_000, "48.0 MB")]
)
def test_a_photo_is_as_large_as_elsewhere_but_finer(size_bytes, text):
    assert wording.file_size(size_bytes) == text


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(hours=2), "10:00"),
        (timedelta(days=1), "yesterday"),
        (timedelta(days=3), "Friday"),
        (timedelta(days=30), "24 October"),
        (timedelta(days=400), "19 October 2025"),
        (timedelta(hours=-1), "1:00"),
    ],
)
def test_a_past_moment_is_said_by_its_day(ago, text):
    now = datetime(2026, 11, 23, 12).astimezone()
    assert wording.day(now - ago, now).startswith(text)


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 photos"), (1, "1 photo"), (2, "2 photos"), (1000, "1,000 photos")]
)
def test_nouns_follow_their_number(count, text):
    assert wording.counted(count, "photo") == text
    assert wording.counted(2, "library", "libraries") == "2 libraries"


@pytest.mark.parametrize(
    ("pace", "text"), [(0, ""), (0.84, "0.8 photos/s"), (9.6, "10 photos/s"), (1234.4, "1,234 photos/s")]
)
def test_a_pace_is_no_finer_than_it_is_known(pace, text):
    assert wording.rate(pace) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (0, "Less than a minute left"),
        (50, "About 1 min left"),
        (372, "About 6 min left"),
        (3590, "About 1 h left"),
        (7800, "About 2 h 10 min left"),
        (23.99 * 3600, "About 24 h left"),
        (86400, "About 1 day left"),
        (3 * 86400, "About 3 days left"),
    ],
)
def test_time_left_is_said_roughly(seconds, text):
    assert wording.time_left(seconds) == text


@pytest.mark.parametrize(
    ("size", "text"), [(605_000_000, "605 MB"), (1_500_000_000, "1.5 GB"), (42_600, "43 kB"), (0, "0 bytes")]
)
def test_sizes_are_those_of_file_managers(size, text):
    assert wording.size(size) == text


def test_paths_are_shown_short_and_without_what_no_label_can_show():
    assert wording.shown(Path.home() / "Pictures") == f"~{os.sep}Pictures"
    assert wording.shown("two\nlines") == "two\ufffdlines"
    assert wording.shown("half \udcff") == "half \ufffd"
    assert wording.shown("gpj\u202e.exe") == "gpj\ufffd.exe"
    assert wording.shown("👩\u200d🌾 über 愛.jpg") == "👩\u200d🌾 über 愛.jpg"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.1, "0:01"),
        (5, "0:05"),
        (33.5, "0:34"),
        (34.49, "0:34"),
        (59.5, "1:00"),
        (723, "12:03"),
        (3599.6, "1:00:00"),
        (3725, "1:02:05"),
        (36_000, "10:00:00"),
    ],
)
def test_a_videos_length_is_said_as_players_do(seconds, text):
    assert wording.length(seconds) == text


@pytest.mark.parametrize(
    ("at", "text"), [(0.0, "0:00"), (12.99, "0:12"), (59.9, "0:59"), (3725.5, "1:02:05")]
)
def test_a_moment_is_the_second_it_falls_into(at, text):
    assert wording.moment(at) == text


def test_a_moment_is_said_with_the_length():
    assert wording.moment_in(12.4, 33.9) == "0:12 of 0:34"
    assert wording.moment_in(None, 33.9) == "0:34"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "1 second"),
        (34, "34 seconds"),
        (60, "1 minute"),
        (723, "12 minutes 3 seconds"),
        (3725, "1 hour 2 minutes 5 seconds"),
        (7200, "2 hours"),
    ],
)
def test_a_length_can_be_spoken(seconds, text):
    assert wording.spoken_length(seconds) == text
