"""A release of Vislumbre, as it was heard of."""

import re
from dataclasses import dataclass
from typing import Final

from desktop_app import __version__

PAGES: Final = "https://github.com/vislumbre/vislumbre/releases/tag/"
"""Where people read of a release; its tag follows."""

_TAG: Final = re.compile(r"v?(\d{1,6}(?:\.\d{1,6}){1,3})")


@dataclass(frozen=True, slots=True)
class Release:
    """The newest release, as it was heard of.

    Attributes:
        version: Like "0.2.0".
        page: Where people read of it.
        etag: To be told with the next question, so that an unchanged answer is not sent again; may be empty.
    """

    version: str
    page: str
    etag: str

    @classmethod
    def of_tag(cls, tag: str, etag: str = "") -> "Release | None":
        """Return the release that a tag marks, like "v0.2.0"; None for a tag that marks none."""
        found = _TAG.fullmatch(tag)
        # The address is ours, whatever somebody says.
        return cls(found[1], f"{PAGES}{tag}", etag) if found else None

    @property
    def tag(self) -> str:
        """What marks it in the repository."""
        return self.page.removeprefix(PAGES)

    @property
    def is_newer(self) -> bool:
        """Whether it is newer than this program."""
        # Late, for most starts ask nothing.
        from packaging.version import Version

        return Version(self.version) > Version(__version__)
