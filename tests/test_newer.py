"""What is remembered of newer versions comes back as it was, or not at all."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop_app.library import Release
from desktop_app.newer import Heard
from desktop_app.settings import Settings

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
RELEASE = Release.of_tag("v9.8.0", 'W/"a"')


def test_it_is_kept_with_the_settings(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path)
    assert Heard.of(settings) == Heard()
    heard = Heard(RELEASE, NOW, "9.7.0")
    heard.keep(settings)
    assert Heard.of(Settings.load(tmp_path)) == heard
    assert heard.news == RELEASE
    assert Heard(RELEASE, NOW, "9.8.0").news is None
    assert Heard(Release.of_tag("v0.0.1")).news is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "[]",
        '{"tag": 1}',
        '{"tag": "../evil", "etag": "", "asked_at": "soon", "dismissed": ""}',
    ],
)
def test_what_makes_no_sense_is_nothing(tmp_path: Path, text: str) -> None:
    settings = Settings.load(tmp_path)
    settings.remember_state("new version", text)
    assert Heard.of(settings) == Heard()


def test_nobody_is_asked_twice_a_day() -> None:
    heard = Heard().asked(NOW, None)
    assert Heard().is_due(NOW)
    assert not heard.is_due(NOW)
    assert not heard.is_due(NOW + timedelta(hours=23, minutes=59))
    assert heard.is_due(NOW + timedelta(days=1))
    # The clock was wrong then, or is now.
    assert heard.is_due(NOW - timedelta(days=400))
