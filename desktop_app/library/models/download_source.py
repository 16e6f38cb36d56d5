"""Opens one address for a download and says in words what is wrong with what answers."""

import http.client
import re
import socket
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import urlsplit

from desktop_app.library.outside.addresses import has_credentials, shown_address
from desktop_app.library.outside.numbers import whole_number

_SHA256 = re.compile(r"[0-9a-f]{64}")
_CHUNK = 256 * 1024
_CONNECT_S = 10.0
_ASK_EVERY_S = 0.1
# Answers that may be another one in a moment.
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


class SourceError(Exception):
    """One address does not give the file.

    Attributes:
        reason: Why, as a sentence.
        passing: Whether the same address may work in a moment.
    """

    def __init__(self, reason: str, *, passing: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.passing = passing


@dataclass(frozen=True, slots=True)
class Offer:
    """What an address says it will send.

    Attributes:
        start: Byte of the file that the answer begins with.
        total_bytes: Size of the whole file; None when the address does not say.
        mark: Changes when the file changes (strong ETag or date); empty when the address does not say.
        sha256: Of the whole file, in hex; empty when the address does not say.
        beyond_end: Whether it has nothing after the byte that was asked for.
    """

    start: int
    total_bytes: int | None
    mark: str
    sha256: str
    beyond_end: bool = False


class Source:
    """An open address: `offer`, then `read` until empty. A context manager.

    Attributes:
        offer: What it says it will send.
    """

    def __init__(
        self,
        address: str,
        *,
        start: int,
        mark: str,
        timeout_s: float,
        opened: Callable[[socket.socket], None],
    ) -> None:
        """Ask for an address from byte `start` on, if its file still has the mark `mark`.

        Args:
            address: http or https.
            start: First byte wanted.
            mark: An `Offer.mark` from before, or empty.
            timeout_s: Longest silence.
            opened: Told of every connection, so that another thread can end it (see `Interrupter`).

        Raises:
            SourceError: It cannot be reached or has no such file.
        """
        self._address = address
        if has_credentials(address):
            raise SourceError(
                f"{shown_address(address)} has a name or a password before it, and Vislumbre sends none.",
                passing=False,
            )
        redirects = _Redirects()
        try:
            request = urllib.request.Request(address, headers=_headers(start, mark))  # noqa: S310  # see _opener
            self._response: http.client.HTTPResponse = _opener(redirects, opened).open(
                request, timeout=timeout_s
            )
        except urllib.error.HTTPError as error:
            with error:
                self.offer = self._refused(error, start)
            return
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise self._broken(error) from error
        try:
            self.offer = self._offered(self._response, redirects)
        except SourceError:
            self._response.close()
            raise

    def read(self) -> bytes:
        """Return the next bytes, as many as have arrived; empty at the end, also at an early one.

        Raises:
            SourceError: The connection broke or was silent for too long.
        """
        if self.offer.beyond_end:
            return b""
        try:
            return self._response.read1(_CHUNK)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise self._broken(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self.offer.beyond_end:
            self._response.close()

    @property
    def _host(self) -> str:
        return urlsplit(self._address).hostname or shown_address(self._address)

    def _refused(self, error: urllib.error.HTTPError, start: int) -> Offer:
        total = _after_slash(error.headers.get("Content-Range", ""))
        if error.code == 416 and start:
            return Offer(start, total, mark="", sha256="", beyond_end=True)
        if error.code == 407:
            raise SourceError("The proxy of this network wants a password.", passing=False)
        raise SourceError(
            f"{self._host} answered {error.code} ({http.client.responses.get(error.code, error.reason)}).",
            passing=error.code in _PASSING,
        )

    def _offered(self, response: http.client.HTTPResponse, redirects: "_Redirects") -> Offer:
        headers = response.headers
        if headers.get_content_type() in {"text/html", "application/xhtml+xml"}:
            raise SourceError(
                f"{self._host} sent a web page in place of the file; perhaps this network wants a login first.",
                passing=False,
            )
        etag = headers.get("ETag", "")
        mark = etag if etag.startswith('"') else headers.get("Last-Modified", "")
        announced = [*redirects.announced, headers.get("X-Linked-ETag", ""), etag]
        sha256 = next((tag.strip('"') for tag in announced if _SHA256.fullmatch(tag.strip('"'))), "")
        if response.status == 206:
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
        if isinstance(cause, TimeoutError):
            return SourceError(f"{self._host} does not answer.", passing=True)
        if isinstance(cause, _UnsafeRedirectError | ValueError | http.client.InvalidURL):
            return SourceError(f"{self._host}: {cause}.", passing=False)
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


class _UnsafeRedirectError(OSError):
    """An address sends us on to one that is not protected."""


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects, never from https to http, and keeps what the first host says of the file's sum.

    Attributes:
        announced: `X-Linked-ETag` of every answer on the way: a hub's SHA-256 of a large file.
    """

    def __init__(self) -> None:
        self.announced: list[str] = []

    def redirect_request(  # noqa: PLR0917  # as urllib calls it
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        target = urlsplit(newurl)
        unsafe = ""
        if target.scheme not in {"http", "https"} or (req.type == "https" and target.scheme != "https"):
            unsafe = f"an unprotected address ({target.scheme}://{target.hostname})"
        elif has_credentials(target.netloc):
            unsafe = f"an address with a name or a password ({target.hostname})"
        if unsafe:
            fp.close()
            raise _UnsafeRedirectError(f"it sends on to {unsafe}")
        self.announced.append(headers.get("X-Linked-ETag", ""))
        # What a proxy was told, the handler of proxies tells it again; a host that is asked directly must not hear it.
        req.remove_header("Proxy-authorization")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener(redirects: _Redirects, opened: Callable[[socket.socket], None]) -> urllib.request.OpenerDirector:
    """Return an opener for http and https alone: no files, no ftp, no data; the environment's proxies."""

    class Http(_ToldConnection, http.client.HTTPConnection):
        tell = staticmethod(opened)

    class Https(_ToldConnection, http.client.HTTPSConnection):
        tell = staticmethod(opened)

    class HttpHandler(urllib.request.HTTPHandler):
        def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(Http, req)

    class HttpsHandler(urllib.request.HTTPSHandler):
        def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(Https, req, context=_tls())

    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        HttpHandler(),
        HttpsHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
        redirects,
    ):
        opener.add_handler(handler)
    return opener


class _ToldConnection(http.client.HTTPConnection):
    """Tells of its socket, and waits for a host to take the call no longer than a person would.

    Attributes:
        tell: Called with the socket once it is connected.
    """

    tell: Callable[[socket.socket], None]

    def connect(self) -> None:
        patience = self.timeout
        self.timeout = min(patience or _CONNECT_S, _CONNECT_S)
        super().connect()
        self.sock.settimeout(patience)
        self.tell(self.sock)


class Interrupter:
    """Ends connections within a moment of being cancelled, also one that has fallen silent. A context manager.

    A thread of its own (`download-cancel`) asks `cancelled`; a blocked read then ends as if the line had dropped.
    """

    def __init__(self, cancelled: Callable[[], bool]) -> None:
        """Make it; the thread runs between entering and leaving."""
        self._cancelled = cancelled
        self._sockets: list[socket.socket] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="download-cancel", daemon=True)

    def opened(self, connection: socket.socket) -> None:
        """Take care of one more connection."""
        self._sockets.append(connection)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_ASK_EVERY_S):
            if self._cancelled():
                for connection in self._sockets:
                    # It may have been closed already. Not SSLSocket.shutdown, which pulls the session from under the
                    # thread that reads.
                    with suppress(OSError):
                        socket.socket.shutdown(connection, socket.SHUT_RDWR)


def _tls() -> ssl.SSLContext:
    """Trust what the operating system trusts (companies add their own), else what Mozilla trusts."""
    with suppress(ImportError):
        import truststore

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.create_default_context()
    places = ssl.get_default_verify_paths()
    if not context.cert_store_stats()["x509_ca"] and not (places.capath and Path(places.capath).is_dir()):
        # A frozen interpreter looks where its build machine kept certificates.
        with suppress(ImportError):
            import certifi

            context.load_verify_locations(certifi.where())
    return context
