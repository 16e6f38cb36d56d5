"""Opens one address for a download and says in words what is wrong with what answers."""

import http.client
import re
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import MappingProxyType, TracebackType
from typing import Self
from urllib.parse import urlsplit

from desktop_app.library.connections import OpenConnection, Outcome
from desktop_app.library.errors import DownloadCancelledError
from desktop_app.library.models.net.web import Notes, Redirects, UnsafeRedirectError, opener
from desktop_app.library.outside.addresses import has_credentials, shown_address
from desktop_app.library.outside.numbers import whole_number

_SHA256 = re.compile(r"[0-9a-f]{64}")
_CHUNK = 256 * 1024
# Answers that may be another one in a moment.
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_WHOLE, _PART = 200, 206
# A host that wants to be left alone for longer is not waited for.
LONGEST_REST_S = 120.0
_MEANINGS = {
    401: "it wants a name and a password for it",
    403: "it does not give it to us",
    404: "it has no such file",
    410: "it has no such file any more",
    429: "it was asked too often",
    451: "it may not give it to us",
}
_IN_TROUBLE = "it is in trouble itself"


class SourceError(Exception):
    """One address does not give the file.

    Attributes:
        reason: Why, as a sentence.
        passing: Whether the same address may work in a moment.
        rest_s: So long the host wants to be left alone; None when it does not say.
    """

    def __init__(self, reason: str, *, passing: bool, rest_s: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.passing = passing
        self.rest_s = rest_s


@dataclass(frozen=True, slots=True)
class Offer:
    """What an address says it will send.

    Attributes:
        start: Byte of the file that the answer begins with.
        total_bytes: Size of the whole file; None when the address does not say.
        mark: Changes when the file changes (strong ETag or date); empty when the address does not say.
        sha256: Of the whole file, in hex; empty when the address does not say.
        beyond_end: Whether it has nothing after the byte that was asked for.
        unchanged: Whether it is as the ETag says that came with the question, so that nothing is sent.
    """

    start: int
    total_bytes: int | None
    mark: str
    sha256: str
    beyond_end: bool = False
    unchanged: bool = False


class Source:
    """An open address: `offer`, then `read` until empty. A context manager.

    Attributes:
        offer: What it says it will send.
    """

    _response: http.client.HTTPResponse | None = None

    def __init__(
        self,
        address: str,
        *,
        start: int,
        mark: str,
        timeout_s: float,
        opened: Callable[[socket.socket], None],
        begin: Callable[[str, str], OpenConnection],
        more: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Ask for an address from byte `start` on, if its file still has the mark `mark`.

        Args:
            address: http or https.
            start: First byte wanted.
            mark: An `Offer.mark` from before, or empty.
            timeout_s: Longest silence.
            opened: Told of every connection, so that another thread can end it (see `Interrupter`).
            begin: Notes a connection; called with its address and the proxy that it goes through, before it is opened.
            more: Lines of the question's head besides the usual ones.

        Raises:
            SourceError: It cannot be reached or has no such file.
        """
        self._address = address
        self._begin = begin
        self._more = more
        if has_credentials(address):
            raise SourceError(
                f"{shown_address(address)} has a name or a password before it, and Vislumbre sends none.",
                passing=False,
            )
        self._notes = Notes(self._next, opened)
        try:
            self.offer = self._ask(start, mark, timeout_s)
        except SourceError as error:
            self._end(Outcome.FAILED, error.reason)
            if self._response is not None:
                self._response.close()
            raise

    def _ask(self, start: int, mark: str, timeout_s: float) -> Offer:
        redirects = Redirects()
        try:
            request = urllib.request.Request(self._address, headers=_headers(start, mark) | dict(self._more))  # noqa: S310  # see opener
            self._response = opener(redirects, self._notes).open(request, timeout=timeout_s)
        except urllib.error.HTTPError as error:
            with error:
                return self._refused(error, start)
        except (ValueError, http.client.InvalidURL) as error:
            if isinstance(error, OSError):
                raise self._broken(error) from error
            # Python's words quote the address with its query, which may be signed.
            raise SourceError(
                f"{self._host} has, or sends on to, an address that cannot be asked for.", passing=False
            ) from error
        except (OSError, http.client.HTTPException) as error:
            raise self._broken(error) from error
        return self._offered(self._response, redirects)

    def _next(self, address: str, via: str) -> OpenConnection:
        """Note one more connection of this request; the one before it has sent us on."""
        self._end(Outcome.COMPLETE, "it sent on to another address")
        return self._begin(address, via)

    def _end(self, outcome: Outcome, how: str) -> None:
        if self._notes.last is not None:
            self._notes.last.end(outcome, how)

    def read(self) -> bytes:
        """Return the next bytes, as many as have arrived; empty at the end, also at an early one.

        Raises:
            SourceError: The connection broke or was silent for too long.
        """
        if self._response is None:
            return b""
        try:
            return self._response.read1(_CHUNK)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise self._broken(error) from error

    @property
    def etag(self) -> str:
        """Return what the address calls this state of what it sent, weak or strong; empty where it says nothing."""
        return self._response.headers.get("ETag", "") if self._response is not None else ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, DownloadCancelledError):
            self._end(Outcome.CANCELLED, "it was stopped")
        elif error is not None:
            self._end(Outcome.FAILED, error.reason if isinstance(error, SourceError) else str(error))
        else:
            self._end(Outcome.COMPLETE, "all that was asked for arrived")
        if self._response is not None:
            self._response.close()

    @property
    def _host(self) -> str:
        return urlsplit(self._address).hostname or shown_address(self._address)

    def _refused(self, error: urllib.error.HTTPError, start: int) -> Offer:
        total = _after_slash(error.headers.get("Content-Range", ""))
        if error.code == 416 and start:
            return Offer(start, total, mark="", sha256="", beyond_end=True)
        if error.code == 304 and "If-None-Match" in self._more:
            return Offer(0, 0, mark=self._more["If-None-Match"], sha256="", unchanged=True)
        if error.code == 407:
            raise SourceError("The proxy of this network wants a password.", passing=False)
        if error.code in _REDIRECTS:
            circle = error.msg.startswith(Redirects.inf_msg)
            where = "in a circle" if circle else "without saying where to"
            raise SourceError(f"{self._host} sends on {where}.", passing=False)
        rest_s = _rest_s(error.headers.get("Retry-After", ""))
        too_long = rest_s is not None and rest_s > LONGEST_REST_S
        meaning = _MEANINGS.get(error.code, _IN_TROUBLE if error.code >= 500 else "")
        raise SourceError(
            f"{self._host} answered {error.code} ({http.client.responses.get(error.code, 'unknown')})"
            f"{f': {meaning}' if meaning else ''}"
            f"{f', and wants to be left alone for {_minutes(rest_s)}' if rest_s is not None and too_long else ''}.",
            passing=error.code in _PASSING and not too_long,
            rest_s=rest_s,
        )

    def _offered(self, response: http.client.HTTPResponse, redirects: Redirects) -> Offer:
        headers = response.headers
        if response.status not in {_WHOLE, _PART}:
            raise SourceError(f"{self._host} answered {response.status} and sent no file.", passing=False)
        if headers.get_content_type() in {"text/html", "application/xhtml+xml"}:
            raise SourceError(
                f"{self._host} sent a web page in place of the file; perhaps this network wants a login first.",
                passing=False,
            )
        packed = headers.get("Content-Encoding", "").strip().lower()
        if packed not in {"", "identity"}:
            raise SourceError(
                f"{self._host} sent the file packed, which it was asked not to do.", passing=False
            )
        etag = headers.get("ETag", "")
        mark = etag if etag.startswith('"') else headers.get("Last-Modified", "")
        announced = [*redirects.announced, headers.get("X-Linked-ETag", ""), etag]
        sha256 = next((tag.strip('"') for tag in announced if _SHA256.fullmatch(tag.strip('"'))), "")
        if response.status == _PART:
            content_range = headers.get("Content-Range", "")
            first = whole_number(content_range.removeprefix("bytes ").partition("-")[0])
            if first is None:
                raise SourceError(f"{self._host} sent a part and did not say which.", passing=False)
            return Offer(first, _after_slash(content_range), mark, sha256)
        return Offer(0, whole_number(headers.get("Content-Length", "").strip()), mark, sha256)

    def _broken(self, error: Exception) -> SourceError:
        cause = error.reason if isinstance(error, urllib.error.URLError) else error
        if isinstance(cause, ssl.SSLCertVerificationError):
            return SourceError(
                f"{self._host} could not prove that it is {self._host} ({cause.verify_message}).",
                passing=False,
            )
        if isinstance(cause, socket.gaierror):
            return SourceError(
                f"The name {self._host} cannot be found; perhaps this computer is not connected to the internet.",
                passing=True,
            )
        if isinstance(cause, TimeoutError):
            return SourceError(f"{self._host} does not answer.", passing=True)
        if isinstance(cause, UnsafeRedirectError | ValueError):
            return SourceError(f"{self._host}: {cause}.", passing=False)
        if isinstance(cause, http.client.IncompleteRead):
            return SourceError(f"The connection to {self._host} broke off.", passing=True)
        if isinstance(cause, http.client.HTTPException) and not isinstance(cause, OSError):
            return SourceError(f"{self._host} does not answer as a web server does.", passing=True)
        return SourceError(f"The connection to {self._host} failed ({cause}).", passing=True)


def _headers(start: int, mark: str) -> dict[str, str]:
    headers = {"User-Agent": "Vislumbre", "Accept": "*/*", "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
        if mark:
            headers["If-Range"] = mark
    return headers


def _after_slash(content_range: str) -> int | None:
    return whole_number(content_range.rpartition("/")[2].strip())


def _rest_s(said: str) -> float | None:
    """Return the seconds that a `Retry-After` asks for, which names seconds or a date; None where it says nothing."""
    seconds = whole_number(said.strip())
    if seconds is not None:
        return float(seconds)
    try:
        date = parsedate_to_datetime(said)
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max((date - datetime.now(UTC)).total_seconds(), 0.0)


def _minutes(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes:,} minutes" if minutes < 120 else f"{round(minutes / 60):,} hours"
