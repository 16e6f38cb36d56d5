"""Looks whether there is a newer Vislumbre, where the person wants that: one question, and nothing is fetched or installed.

It stands beside the download of models, so that all that opens a connection to the internet is in one room.
"""

import logging
import re
from dataclasses import replace
from typing import Final

from desktop_app.library.connections import ConnectionLog
from desktop_app.library.errors import DownloadError
from desktop_app.library.models.net.download_source import Source, SourceError
from desktop_app.library.models.net.interrupter import Interrupter
from desktop_app.library.models.net.release import Release
from desktop_app.library.outside.json_text import NotJsonError, read_json

_log = logging.getLogger(__name__)

ADDRESS: Final = "https://api.github.com/repos/vislumbre/vislumbre/releases/latest"
"""Whom is asked: GitHub's list of our releases, without drafts and trials."""

_WHY: Final = "is there a newer Vislumbre"
_LONGEST_S: Final = 10.0
# A release names its files, at 2 kB each, and what is new.
_MOST_BYTES: Final = 512 * 1024
_LONGEST_ETAG: Final = 200
_ETAG: Final = re.compile(r'(W/)?"[\x21\x23-\x7e]+"')


def look_for_release(
    connections: ConnectionLog,
    known: Release | None = None,
    *,
    network: bool = True,
    longest_s: float = _LONGEST_S,
) -> Release:
    """Ask which release is the newest. Any thread that may wait; ten seconds at most for each address on the way.

    Args:
        connections: Notes that it was asked, or that it was not allowed to.
        known: What was heard before.
        network: Whether the network may be used.
        longest_s: How long a host may take from the moment it is connected.

    Raises:
        DownloadError: The network may not be used, nobody answers, or the answer makes no sense.
    """
    if not network:
        connections.refused(ADDRESS, _WHY, "the network is switched off")
        raise DownloadError(
            "The network is switched off, so nobody was asked for a new version.",
            "Allow it in Settings, Privacy, or without VISLUMBRE_OFFLINE.",
        )
    head = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
    if known is not None and known.etag:
        head["If-None-Match"] = known.etag
    try:
        with (
            Interrupter(lambda: False, longest_s) as interrupter,
            Source(
                ADDRESS,
                start=0,
                mark="",
                timeout_s=longest_s,
                opened=interrupter.opened,
                begin=lambda address, via: connections.begin(address, _WHY, via),
                more=head,
            ) as source,
        ):
            if source.offer.unchanged and known is not None:
                return known
            return _understood(_whole(source), source.etag)
    except SourceError as error:
        raise DownloadError(error.reason) from error


def _whole(source: Source) -> bytes:
    """Return all of an answer.

    Raises:
        SourceError: It is too long, or broke off.
    """
    content = b""
    while piece := source.read():
        content += piece
        if len(content) > _MOST_BYTES:
            raise SourceError("The answer is longer than any about a release.", passing=False)
    total = source.offer.total_bytes
    if total is not None and len(content) < total:
        raise SourceError("The answer broke off.", passing=True)
    return content


def _understood(content: bytes, etag: str) -> Release:
    """Return the release that an answer names.

    Raises:
        SourceError: It names none.
    """
    try:
        said = read_json(content, _MOST_BYTES)
    except NotJsonError as error:
        raise SourceError(f"The answer {error}.", passing=False) from error
    match said:
        case {"tag_name": str(tag), "draft": False, "prerelease": False} if release := Release.of_tag(tag):
            is_told = len(etag) <= _LONGEST_ETAG and _ETAG.fullmatch(etag)
            return replace(release, etag=etag if is_told else "")
        case _:
            _log.info("an answer about releases names none: %.200r", said)
            raise SourceError("The answer names no release.", passing=False)
