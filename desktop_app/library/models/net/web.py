"""Opens http and https addresses: each connection is noted and counted, and can be ended by another thread."""

import http.client
import io
import socket
import ssl
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from desktop_app.library.connections import OpenConnection
from desktop_app.library.outside.addresses import has_credentials

_CONNECT_S = 10.0


class UnsafeRedirectError(OSError):
    """An address sends us on to one that is not protected."""


class Redirects(urllib.request.HTTPRedirectHandler):
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
        """Return the request that follows; see urllib."""
        target = urlsplit(newurl)
        unsafe = ""
        if target.scheme not in {"http", "https"} or (req.type == "https" and target.scheme != "https"):
            unsafe = f"an unprotected address ({target.scheme}://{target.hostname})"
        elif has_credentials(target.netloc):
            unsafe = f"an address with a name or a password ({target.hostname})"
        if unsafe:
            fp.close()
            raise UnsafeRedirectError(f"it sends on to {unsafe}")
        self.announced.append(headers.get("X-Linked-ETag", ""))
        # What a proxy was told, the handler of proxies tells it again; a host that is asked directly must not hear it.
        req.remove_header("Proxy-authorization")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class Notes:
    """What is told of the connections that one request opens, its redirects among them.

    Attributes:
        begin: Notes a connection; called with its address and the proxy that it goes through.
        opened: Called with the socket once it is connected.
        last: The connection that was begun last.
    """

    def __init__(
        self, begin: Callable[[str, str], OpenConnection], opened: Callable[[socket.socket], None]
    ) -> None:
        """Made for one request."""
        self.begin = begin
        self.opened = opened
        self.last: OpenConnection | None = None


def opener(redirects: Redirects, notes: Notes) -> urllib.request.OpenerDirector:
    """Return an opener for http and https alone: no files, no ftp, no data; the environment's and the system's proxies."""

    class Http(_NotedConnection, http.client.HTTPConnection):
        told = notes

    class Https(_NotedConnection, http.client.HTTPSConnection):
        told = notes

    class HttpHandler(urllib.request.HTTPHandler):
        def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(Http, req)

    class HttpsHandler(urllib.request.HTTPSHandler):
        def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(Https, req, context=_tls())

    director = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        HttpHandler(),
        HttpsHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
        redirects,
    ):
        director.add_handler(handler)
    return director


class _NotedConnection(http.client.HTTPConnection):
    """Notes that it begins, counts what goes through it, and waits no longer than a person would for a host.

    Attributes:
        told: Hears of it.
    """

    told: Notes
    _entry: OpenConnection
    _asked = ""

    def putrequest(
        self, method: str, url: str, skip_host: bool = False, skip_accept_encoding: bool = False
    ) -> None:
        self._asked = url
        super().putrequest(method, url, skip_host, skip_accept_encoding)

    def connect(self) -> None:
        self._entry = self.told.last = self.told.begin(*self._whom())
        patience = self.timeout
        self.timeout = min(patience or _CONNECT_S, _CONNECT_S)
        super().connect()
        self.sock.settimeout(patience)
        self.response_class = partial(_CountedResponse, received=self._entry.received)  # type: ignore[assignment]  # called like one
        self.told.opened(self.sock)

    def send(self, data: Any) -> None:
        super().send(data)
        self._entry.sent(len(data))

    def _whom(self) -> tuple[str, str]:
        """Return the address of what is asked, and the proxy that is asked for it."""
        scheme = "https" if isinstance(self, http.client.HTTPSConnection) else "http"
        here = f"{_bracketed(self.host)}:{self.port}"
        tunnel: str | None = getattr(self, "_tunnel_host", None)
        if tunnel:
            port = getattr(self, "_tunnel_port", None) or self.default_port
            return f"{scheme}://{_bracketed(tunnel)}:{port}{self._asked}", here
        if "://" in self._asked:
            return self._asked, here
        return f"{scheme}://{here}{self._asked}", ""


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


class _CountedResponse(http.client.HTTPResponse):
    """An answer whose bytes are counted as they arrive, those of its head too."""

    def __init__(
        self, sock: socket.socket, *args: Any, received: Callable[[int], None], **options: Any
    ) -> None:
        super().__init__(sock, *args, **options)
        self.fp.close()
        self.fp = io.BufferedReader(_Counted(sock.makefile("rb", buffering=0), received))


class _Counted(io.RawIOBase):
    """Reads what another file reads, and counts it."""

    def __init__(self, file: io.RawIOBase, received: Callable[[int], None]) -> None:
        self._file = file
        self._received = received

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        count: int | None = self._file.readinto(buffer)
        self._received(count or 0)
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


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
