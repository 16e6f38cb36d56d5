"""A hub of models on this machine: says what its repositories hold, and gives their files, well or badly."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

LARGE = 4096
"""Files of so many bytes have a SHA-256 at the hub, smaller ones have none."""

PROXIES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


@dataclass
class Hub:
    """What it has, and how it misbehaves.

    Attributes:
        address: Of the server.
        repositories: Files by name, by repository.
        card: What the repositories' cards say.
        more: More that is said of every repository.
        faults: By the end of a path: what goes wrong there, one a request.
        asked: Paths that were asked for.
    """

    address: str = ""
    repositories: dict[str, dict[str, bytes]] = field(default_factory=dict)
    card: dict[str, Any] = field(default_factory=lambda: {"license": "mit"})
    more: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def commit(self, repository: str) -> str:
        """Return the newest commit of a repository."""
        names = sorted(self.repositories[repository])
        return hashlib.sha1("".join(names).encode(), usedforsecurity=False).hexdigest()

    def about(self, repository: str) -> dict[str, Any]:
        """Return what the hub says of a repository, as the real one does when it is asked for `blobs`."""
        siblings = []
        for name, content in self.repositories[repository].items():
            said: dict[str, Any] = {"rfilename": name, "size": len(content), "blobId": "0" * 40}
            if len(content) >= LARGE:
                said["lfs"] = {
                    "sha256": hashlib.sha256(content).hexdigest(),
                    "size": len(content),
                    "pointerSize": 134,
                }
            siblings.append(said)
        return {
            "id": repository,
            "sha": self.commit(repository),
            "gated": False,
            "private": False,
            "cardData": self.card,
            "siblings": siblings,
            **self.more,
        }  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, hub: Hub, *args: Any) -> None:
        self._hub = hub
        super().__init__(*args)

    def log_message(self, *args):
        """Say nothing."""

    def do_GET(self):
        self.close_connection = True
        path = unquote(urlsplit(self.path).path)
        self._hub.asked.append(path)
        fault = next(
            (faults.pop(0) for end, faults in self._hub.faults.items() if faults and path.endswith(end)), ""
        )
        if fault.isdigit():
            self._answer(int(fault), b"")
        elif path.startswith("/api/models/"):
            self._about(path.removeprefix("/api/models/"), fault)
        else:
            self._file(path, fault)

    def _about(self, path: str, fault: str) -> None:
        repository, _, revision = path.partition("/revision/")
        if repository not in self._hub.repositories or revision not in (
            "",
            "main",
            self._hub.commit(repository),
        ):
            self._answer(404, b"")
            return
        content = b"so sorry" if fault == "garbage" else json.dumps(self._hub.about(repository)).encode()
        self._answer(
            200, b" " * 9_000_000 if fault == "endless" else content, {"Content-Type": "application/json"}
        )

    def _file(self, path: str, fault: str) -> None:
        repository, _, rest = path[1:].partition("/resolve/")
        revision, _, name = rest.partition("/")
        content = self._hub.repositories.get(repository, {}).get(name)
        if content is None or revision != self._hub.commit(repository):
            self._answer(404, b"")
            return
        sum_ = f'"{hashlib.sha256(content).hexdigest()}"'
        if fault == "corrupt":
            content = content[::-1]
        start = int(self.headers.get("Range", "bytes=0-")[6:-1])
        headers = {"ETag": sum_ if len(content) >= LARGE else '"' + "1" * 40 + '"'}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        body = content[start:]
        self._answer(
            206 if start else 200, body, headers, cut=len(body) // 2 if fault == "drop" else len(body)
        )

    def _answer(
        self, code: int, body: bytes, headers: dict[str, str] | None = None, cut: int | None = None
    ) -> None:
        self.send_response(code)
        said = {
            "Content-Type": "application/octet-stream",
            "Content-Length": str(len(body)),
            **(headers or {}),
        }
        for key, value in said.items():
            self.send_header(key, value)
        self.end_headers()
        try:
            self.wfile.write(body[:cut])
        except OSError:
            return


@contextmanager
def hub() -> Iterator[Hub]:
    """Run a hub."""
    shop = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, shop))
    shop.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
