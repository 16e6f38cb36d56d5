"""A server that speaks of releases as GitHub does, or as bad networks do."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from desktop_app.library.models.net import new_version

ETAG = 'W/"5f2b"'
NOW = {
    "tag_name": "v9.8.0",
    "draft": False,
    "prerelease": False,
    "html_url": "https://example.org/trap",
    "body": "x",
}


@dataclass
class Releases:
    """What it says, and what it was asked.

    Attributes:
        said: The answer's body.
        fault: How it misbehaves; a number is the status that it answers.
        headers: More lines of the answer's head.
        asked: The heads of all questions.
        closing: Set at the end.
    """

    said: bytes = json.dumps(NOW).encode()
    fault: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)


class _Handler(BaseHTTPRequestHandler):
    releases: Releases
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        """Say nothing."""

    def do_GET(self):
        here = self.releases
        here.asked.append({name.lower(): value for name, value in self.headers.items()})
        self.close_connection = True
        if here.fault == "hang up":
            self.connection.close()
        elif here.fault == "stall":
            here.closing.wait(20)
        elif here.fault == "garbage":
            self.wfile.write(b"\x00\x1b[2J, said the server\r\n\r\n")
        elif here.fault == "drip":
            self._head(200, {"Content-Length": "100000"})
            with suppress(OSError):
                while not here.closing.wait(0.03):
                    self.wfile.write(b" ")
        elif here.fault.isdigit():
            self._head(int(here.fault), {"Content-Length": "0", **here.headers})
        elif self.headers.get("If-None-Match") == ETAG:
            self._head(304, {"ETag": ETAG})
        else:
            longer = 50 if here.fault == "cut" else 0
            length = {"Content-Length": str(len(here.said) + longer)}
            self._head(
                200,
                {"Content-Type": "application/json; charset=utf-8", "ETag": ETAG, **length, **here.headers},
            )
            with suppress(OSError):
                self.wfile.write(here.said)

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


@contextmanager
def releases(monkeypatch: pytest.MonkeyPatch) -> Iterator[Releases]:
    """Have the program ask this server in place of GitHub's."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    here = Releases()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("ReleasesHandler", (_Handler,), {"releases": here}))
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients that hang up are the point
    monkeypatch.setattr(new_version, "ADDRESS", f"http://127.0.0.1:{server.server_address[1]}/latest")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield here
    finally:
        here.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
