"""What is remembered of newer versions: the newest that was heard of, when that was, and what the person has seen of it."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from desktop_app.library import NotJsonError, Release, read_json
from desktop_app.settings import Settings

_STATE: Final = "new version"
EACH: Final = timedelta(days=1)
"""Nobody is asked more often."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What is remembered.

    Attributes:
        release: The newest that was heard of; None before any.
        asked_at: When somebody was asked last, whatever came of it; None before.
        dismissed: The version that the person does not want to be told of; empty for none.
    """

    release: Release | None = None
    asked_at: datetime | None = None
    dismissed: str = ""

    @classmethod
    def of(cls, settings: Settings) -> "Heard":
        """Return what settings remember; nothing of what makes no sense."""
        try:
            said = read_json(settings.state(_STATE) or "{}")
        except NotJsonError:
            return cls()
        match said:
            case {"tag": str(tag), "etag": str(etag), "asked_at": str(asked_at), "dismissed": str(dismissed)}:
                return cls(Release.of_tag(tag, etag), _moment(asked_at), dismissed)
            case _:
                return cls()

    def keep(self, settings: Settings) -> None:
        """Have settings remember this, on disk too."""
        said = {
            "tag": self.release.tag if self.release else "",
            "etag": self.release.etag if self.release else "",
            "asked_at": self.asked_at.isoformat() if self.asked_at else "",
            "dismissed": self.dismissed,
        }
        settings.remember_state(_STATE, json.dumps(said))
        settings.save()

    def is_due(self, now: datetime) -> bool:
        """Tell whether somebody may be asked again; a clock that was set back is no reason to wait for ever."""
        return self.asked_at is None or not timedelta() <= now - self.asked_at < EACH

    def asked(self, now: datetime, release: Release | None) -> "Heard":
        """Return this after another question.

        Args:
            now: When.
            release: What was heard; None where nothing was.
        """
        return replace(self, asked_at=now, release=release or self.release)

    @property
    def news(self) -> Release | None:
        """What the person is to be told; None for nothing."""
        release = self.release
        return release if release and release.is_newer and release.version != self.dismissed else None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
