"""Downloads against a real server on this machine that does what bad networks do."""

import errno
import hashlib
import http.client
import io
import os
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import urllib.error
import urllib.request
from collections import namedtuple
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from desktop_app.library.connections import NO_LOG, Connection, ConnectionLog, Outcome
from desktop_app.library.errors import DiskFullError, DownloadCancelledError, DownloadError
from desktop_app.library.events import DownloadProgress
from desktop_app.library.models.net.download import Patience, Wanted, download
from desktop_app.library.models.net.download_pace import Pace
from desktop_app.library.models.net.download_source import Source, SourceError
from desktop_app.library.models.net.web import Redirects
from tests.milvus_server import free_port

CONTENT = bytes(range(256)) * 8000  # 2 MB
SUM = hashlib.sha256(CONTENT).hexdigest()
CUT = 700_000


@dataclass
class Shop:
    """A server, and how it misbehaves: `faults` are used up one a request, then it behaves."""

    address: str = ""
    content: bytes = CONTENT
    etag: str = '"one"'
    ranges: bool = True
    careless: bool = False  # sends the rest of a file whatever the condition was
    faults: list[str] = field(default_factory=list)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    stalled: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)


class Handler(BaseHTTPRequestHandler):
    shop: Shop
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        """Say nothing."""

    def do_GET(self):
        shop = self.shop
        shop.asked.append((self.path, self.headers.get("Range", ""), self.headers.get("If-Range", "")))
        fault = shop.faults.pop(0) if shop.faults else ""
        self.close_connection = True
        if fault.isdigit():
            self.send_error(int(fault))
        elif fault == "html":
            self.answer(200, b"<html>Please log in</html>", {"Content-Type": "text/html; charset=utf-8"})
        elif fault.startswith("to "):
            self.answer(302, b"", {"Location": fault[3:], **shop.headers})
        elif fault.startswith("say "):
            self.answer(int(fault[4:]), b"", shop.headers)
        elif fault == "hang up":
            self.connection.close()
        elif fault == "garbage":
            self.wfile.write(b"\x00\x1b[2J, said the server\r\n\r\n")
        elif fault == "endless head":
            self.drip(b"H")
        elif fault == "part nobody asked for":
            self.answer(206, shop.content[5:], {"Content-Range": f"bytes 5-9/{len(shop.content)}"})
        else:
            self.give(fault)

    def drip(self, byte: bytes) -> None:
        """Send a byte now and then, until the test is over or nobody listens."""
        with suppress(OSError):
            while not self.shop.closing.wait(0.03):
                self.wfile.write(byte)

    def give(self, fault: str) -> None:
        shop = self.shop
        content = shop.content[::-1] if fault == "corrupt" else shop.content
        wanted, condition = self.headers.get("Range", ""), self.headers.get("If-Range", "")
        headers = {"ETag": shop.etag, **shop.headers} if shop.etag else dict(shop.headers)
        start = (
            int(wanted[6:-1])
            if wanted and shop.ranges and (shop.careless or condition in ("", shop.etag))
            else 0
        )
        if start >= len(content):
            self.answer(416, b"", {"Content-Range": f"bytes */{len(content)}"})
            return
        if start:
            headers.setdefault("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        body = content[start:]
        self.send_response(206 if start else 200)
        if "chunk" in fault:
            headers["Transfer-Encoding"] = "chunked"
        elif "no length" not in fault:
            lie = {"longer": 1000, "shorter": -1000}.get(fault, 0)
            headers["Content-Length"] = str(len(body) + lie)
        if fault == "packed":
            headers["Content-Encoding"] = "gzip"
        for key, value in {"Content-Type": "application/octet-stream", **headers}.items():
            self.send_header(key, value)
        self.end_headers()
        if fault == "chunked":
            self.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
        elif fault == "cut chunk":
            self.wfile.write(b"%x\r\n%s" % (len(body), body[:CUT]))
        elif fault == "endless chunks":
            with suppress(OSError):
                while not shop.closing.is_set():
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(CONTENT), CONTENT))
        elif fault == "endless frame of a chunk":
            self.drip(b"0")
        elif fault == "no length, cut":
            self.wfile.write(body[:CUT])
        elif fault == "only drip":
            self.drip(b"x")
        elif fault == "drip":
            self.wfile.write(body[:CUT])
            self.drip(b"x")
        elif fault in {"drop", "drop and change", "stall", "reset"}:
            if fault == "drop and change":
                shop.content = shop.content[:-1000]
            self.wfile.write(body[:CUT])
            self.wfile.flush()
            if fault == "stall":
                shop.stalled.set()
                shop.closing.wait(20)
            if fault == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
        else:
            self.wfile.write(body)

    def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for key, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    shop = Shop()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("ShopHandler", (Handler,), {"shop": shop}))
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients that hang up are the point
    shop.address = f"http://127.0.0.1:{server.server_address[1]}/model"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield shop
    shop.closing.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "models" / "weights"


def fetch(
    shop: Shop | list[str],
    target: Path,
    *,
    size_bytes: int | None = len(CONTENT),
    sha256: str | None = SUM,
    about_bytes: int | None = None,
    name: str = "weights",
    cancelled: Callable[[], bool] = lambda: False,
    network: bool = True,
    connections: ConnectionLog = NO_LOG,
    timeout_s: float = 5,
    attempts: int = 5,
    first_wait_s: float = 0.01,
) -> list[DownloadProgress]:
    said: list[DownloadProgress] = []
    download(
        [shop.address] if isinstance(shop, Shop) else shop,
        target,
        Wanted(name, sha256, size_bytes, about_bytes=about_bytes, why="model good"),
        progress=said.append,
        cancelled=cancelled,
        network=network,
        connections=connections,
        patience=Patience(timeout_s, attempts, first_wait_s),
    )
    return said


def part_of(target: Path) -> Path:
    return target.with_name("weights.part")


def left_by_an_earlier_run(shop: Shop, target: Path, **other) -> None:
    """Leave a part of CUT bytes as a broken download does."""
    shop.faults = ["drop"]
    with pytest.raises(DownloadError):
        fetch(shop, target, attempts=1, **other)
    assert part_of(target).stat().st_size == CUT
    shop.asked.clear()


def test_a_file_arrives_whole_and_leaves_nothing_beside_it(shop, target):
    fetch(shop, target)
    assert target.read_bytes() == CONTENT
    assert list(target.parent.iterdir()) == [target]
    assert len(shop.asked) == 1


def test_progress_begins_at_nothing_and_ends_with_everything(shop, target):
    said = fetch(shop, target, name="The model")
    assert (said[0].done_bytes, said[-1].done_bytes) == (0, len(CONTENT))
    assert {one.name for one in said} == {"The model"}
    assert {one.total_bytes for one in said} == {len(CONTENT)}
    assert [one.done_bytes for one in said] == sorted(one.done_bytes for one in said)


def test_a_dropped_connection_is_continued_where_it_broke(shop, target):
    shop.faults = ["drop", "drop"]
    fetch(shop, target)
    assert target.read_bytes() == CONTENT
    assert [asked[1] for asked in shop.asked] == ["", f"bytes={CUT}-", f"bytes={2 * CUT}-"]
    assert shop.asked[1][2] == '"one"'


def test_a_stalled_connection_is_given_up_and_continued(shop, target):
    shop.faults = ["stall"]
    fetch(shop, target, timeout_s=0.3)
    assert target.read_bytes() == CONTENT
    assert shop.asked[1][1] == f"bytes={CUT}-"


def test_what_an_earlier_run_left_is_continued(shop, target):
    left_by_an_earlier_run(shop, target)
    said = fetch(shop, target)
    assert target.read_bytes() == CONTENT
    assert [asked[1] for asked in shop.asked] == [f"bytes={CUT}-"]
    assert said[0].done_bytes == CUT


def test_a_silent_download_is_cancelled_at_once_and_goes_on_later(shop, target):
    shop.faults = ["stall"]
    with pytest.raises(DownloadCancelledError) as stopped:
        fetch(shop, target, timeout_s=60, cancelled=shop.stalled.is_set)
    assert "kept" in stopped.value.hint
    kept = part_of(target).stat().st_size
    assert not target.exists()
    fetch(shop, target)
    assert target.read_bytes() == CONTENT
    assert shop.asked[-1][1] == (f"bytes={kept}-" if kept else "")


def test_a_pause_between_attempts_can_be_cancelled(shop, target):
    shop.faults = ["500"] * 3
    with pytest.raises(DownloadCancelledError):
        fetch(shop, target, first_wait_s=3600, cancelled=lambda: bool(shop.asked))


def test_a_server_that_ignores_ranges_sends_everything_again(shop, target):
    left_by_an_earlier_run(shop, target)
    shop.ranges = False
    fetch(shop, target)
    assert target.read_bytes() == CONTENT


def test_a_file_that_changed_meanwhile_is_fetched_from_its_beginning(shop, target):
    left_by_an_earlier_run(shop, target, sha256=None, size_bytes=None)
    shop.content, shop.etag = CONTENT[::-1], '"two"'
    fetch(shop, target, sha256=None, size_bytes=None)
    assert target.read_bytes() == CONTENT[::-1]
    assert shop.asked[0][2] == '"one"'


def test_the_rest_of_another_version_is_not_joined_to_what_is_here(shop, target):
    """A server that heeds no conditions sends it, and without a sum nothing else would tell."""
    left_by_an_earlier_run(shop, target, sha256=None)
    shop.content, shop.etag, shop.careless = CONTENT[::-1], '"two"', True
    fetch(shop, target, sha256=None)
    assert target.read_bytes() == CONTENT[::-1]
    assert [asked[1] for asked in shop.asked] == [f"bytes={CUT}-", ""]


def test_a_file_is_on_the_disk_before_it_is_put_in_place(shop, target, synced):
    fetch(shop, target)
    assert synced.has(target)


def test_pieces_that_nothing_proves_to_belong_together_are_not_joined(shop, target):
    shop.etag = ""
    left_by_an_earlier_run(shop, target, sha256=None, size_bytes=None)
    fetch(shop, target, sha256=None, size_bytes=None)
    assert shop.asked[0][1] == ""
    assert target.read_bytes() == CONTENT


def test_a_damaged_part_of_an_earlier_run_costs_one_more_attempt_and_no_more(shop, target):
    left_by_an_earlier_run(shop, target)
    part_of(target).write_bytes(bytes(CUT))
    fetch(shop, target)
    assert target.read_bytes() == CONTENT


def test_a_part_that_is_already_whole_is_put_in_place_without_asking(shop, target):
    target.parent.mkdir()
    part_of(target).write_bytes(CONTENT)
    fetch(shop, target)
    assert target.read_bytes() == CONTENT
    assert shop.asked == []


def test_a_part_longer_than_the_file_is_thrown_away(shop, target):
    target.parent.mkdir()
    part_of(target).write_bytes(CONTENT + b"more")
    fetch(shop, target)
    assert target.read_bytes() == CONTENT


def test_a_whole_part_of_unknown_size_is_recognised_by_the_server(shop, target):
    left_by_an_earlier_run(shop, target, sha256=None, size_bytes=None)
    part_of(target).write_bytes(CONTENT)
    fetch(shop, target, sha256=None, size_bytes=None)
    assert target.read_bytes() == CONTENT
    assert shop.asked[0][1] == f"bytes={len(CONTENT)}-"


def test_a_part_beyond_the_end_of_a_file_that_shrank_is_fetched_again(shop, target):
    left_by_an_earlier_run(shop, target, sha256=None, size_bytes=None)
    shop.content = b"short"
    fetch(shop, target, sha256=None, size_bytes=None)
    assert target.read_bytes() == b"short"


def test_a_file_of_the_wrong_sum_is_deleted_and_named(shop, target):
    shop.faults = ["corrupt"]
    with pytest.raises(DownloadError, match=r"not the file that was expected .* deleted"):
        fetch(shop, target)
    assert not target.exists()
    assert part_of(target).stat().st_size == 0


def test_the_next_address_is_used_when_one_has_the_wrong_file(shop, target):
    shop.faults = ["corrupt"]
    fetch([f"{shop.address}/a", f"{shop.address}/b"], target)
    assert target.read_bytes() == CONTENT
    assert [asked[0] for asked in shop.asked] == ["/model/a", "/model/b"]


@pytest.mark.parametrize("status", ["401", "403", "404", "410"])
def test_an_address_without_the_file_is_not_asked_again(shop, target, status):
    shop.faults = [status] * 5
    with pytest.raises(DownloadError, match=f"answered {status}"):
        fetch(shop, target)
    assert len(shop.asked) == 1


def test_a_server_in_trouble_is_asked_again_but_not_for_ever(shop, target):
    shop.faults = ["500", "503"]
    fetch(shop, target)
    assert target.read_bytes() == CONTENT
    target.unlink()
    shop.faults = ["500"] * 9
    with pytest.raises(DownloadError, match="answered 500"):
        fetch(shop, target, attempts=3)
    assert len(shop.faults) == 6


def test_two_troubled_addresses_take_turns(shop, target):
    shop.faults = ["503"] * 3
    fetch([f"{shop.address}/a", f"{shop.address}/b"], target)
    assert [asked[0][-1] for asked in shop.asked] == ["a", "a", "b", "b"]


def test_a_login_page_is_not_taken_for_the_file(shop, target):
    shop.faults = ["html"]
    with pytest.raises(DownloadError, match="web page"):
        fetch(shop, target, size_bytes=None, sha256=None)
    assert not target.exists()


def test_a_host_that_hangs_up_at_once_is_asked_again(shop, target):
    shop.faults = ["hang up"]
    fetch(shop, target)
    assert target.read_bytes() == CONTENT


def test_a_host_that_nobody_knows_is_named(target, monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    with pytest.raises(DownloadError, match=r"The name nowhere\.invalid cannot be found"):
        fetch(["http://nowhere.invalid/model"], target, attempts=1)


def test_a_host_that_is_not_there_is_named(target):
    with pytest.raises(DownloadError, match=r"127\.0\.0\.1 failed") as wrong:
        fetch(["http://127.0.0.1:9/model"], target, attempts=2)
    assert "internet" in wrong.value.hint


def test_a_file_of_another_size_is_refused_before_it_is_fetched(shop, target):
    with pytest.raises(DownloadError, match="2,048,000 bytes; 5 were expected"):
        fetch(shop, target, size_bytes=5, sha256=None)
    assert part_of(target).stat().st_size == 0


def test_the_sum_that_a_hub_announces_is_checked_when_no_other_is_known(shop, target):
    shop.headers = {"X-Linked-ETag": f'"{"0" * 64}"'}
    shop.faults = [f"to {shop.address}/elsewhere"]
    with pytest.raises(DownloadError, match="SHA-256"):
        fetch(shop, target, sha256=None)
    shop.headers = {"X-Linked-ETag": f'"{SUM}"'}
    shop.faults = [f"to {shop.address}/elsewhere"]
    fetch(shop, target, sha256=None)
    assert target.read_bytes() == CONTENT


def test_a_hub_that_announces_another_sum_is_refused_before_anything_is_fetched(shop, target):
    shop.headers = {"X-Linked-ETag": f'"{"0" * 64}"'}
    with pytest.raises(DownloadError, match="another file"):
        fetch(shop, target)
    assert part_of(target).stat().st_size == 0


def test_a_file_sent_in_chunks_of_unknown_size_arrives(shop, target):
    shop.faults = ["chunked"]
    fetch(shop, target, size_bytes=None)
    assert target.read_bytes() == CONTENT


def test_a_redirect_to_something_that_is_not_the_web_is_refused(shop, target):
    shop.faults = ["to ftp://127.0.0.1/model"]
    with pytest.raises(DownloadError, match="unprotected"):
        fetch(shop, target)


@pytest.mark.parametrize("address", ["file:///etc/hostname", "ftp://127.0.0.1/x", "no address"])
def test_only_web_addresses_are_opened(target, address):
    with pytest.raises(DownloadError):
        fetch([address], target, attempts=1, size_bytes=None, sha256=None)
    assert not target.exists()


def test_an_address_in_https_never_goes_on_without(shop):
    redirects = Redirects()
    request = urllib.request.Request("https://example.org/x")
    headers = http.client.HTTPMessage()
    with pytest.raises(OSError, match="unprotected"):
        redirects.redirect_request(request, io.BytesIO(), 302, "", headers, shop.address)


@pytest.fixture
def protected(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The shop by https, with a certificate of its own that this process trusts."""
    if not shutil.which("openssl"):
        pytest.skip("nothing makes a certificate here")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-keyout", key, "-out", certificate, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("ShopHandler", (Handler,), {"shop": shop}))
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    yield f"https://localhost:{server.server_address[1]}/model"
    shop.closing.set()
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_file_arrives_by_https_and_is_continued_and_counted(shop, protected, target, log):
    shop.faults = ["drop", f"to {protected}/elsewhere"]
    fetch([protected], target, connections=log)
    assert target.read_bytes() == CONTENT
    assert [one.outcome.value for one in log.all()] == ["failed", "complete", "complete"]
    assert len(CONTENT) < sum(one.bytes_in or 0 for one in log.all()) < len(CONTENT) + 2000


def test_what_is_protected_never_goes_on_unprotected(shop, protected, target, log):
    shop.faults = [f"to {shop.address}"]
    with pytest.raises(DownloadError, match="sends on to an unprotected address"):
        fetch([protected], target, connections=log)
    assert len(shop.asked) == len(log.all()) == 1


def test_a_silent_host_is_left_at_once_by_https_too(shop, protected, target):
    shop.faults = ["stall"]
    with pytest.raises(DownloadCancelledError):
        fetch([protected], target, timeout_s=60, cancelled=shop.stalled.is_set)


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(protected, target, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(DownloadError, match=r"could not prove that it is localhost"):
        fetch([protected], target, attempts=1)


def test_a_host_without_a_valid_certificate_is_not_trusted(monkeypatch, target):
    error = ssl.SSLCertVerificationError("no")
    error.verify_message = "self-signed certificate"

    def refuse(*_, **__):
        raise urllib.error.URLError(error)

    monkeypatch.setattr(urllib.request.OpenerDirector, "open", refuse)
    with pytest.raises(SourceError, match=r"prove that it is example\.org") as wrong:
        Source(
            "https://example.org/x", start=0, mark="", timeout_s=1, opened=lambda _: None, begin=NO_LOG.begin
        )
    assert not wrong.value.passing


def test_nothing_is_opened_when_downloads_are_switched_off(shop, target, monkeypatch):
    monkeypatch.setattr("socket.socket", lambda *_, **__: pytest.fail("a socket was opened"))
    with pytest.raises(DownloadError, match="downloads are switched off"):
        fetch(shop, target, network=False)
    assert not target.parent.exists()


def test_too_little_room_is_noticed_before_anything_is_fetched(shop, target, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(10**9, 10**9 - 1000, 1000))
    with pytest.raises(DiskFullError, match="too little room") as full:
        fetch(shop, target)
    assert str(target.parent) in full.value.sentence
    assert part_of(target).stat().st_size == 0


def test_a_disk_that_fills_up_meanwhile_keeps_what_arrived(shop, target, monkeypatch):
    left_by_an_earlier_run(shop, target)

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(DiskFullError):
            fetch(shop, target)
    assert part_of(target).stat().st_size == len(CONTENT)
    fetch(shop, target)
    assert target.read_bytes() == CONTENT


def test_a_folder_that_cannot_be_written_is_said_in_words(shop, tmp_path):
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(DownloadError, match="cannot be written"):
        fetch(shop, tmp_path / "models" / "weights")


def test_an_existing_file_is_replaced_only_by_a_whole_one(shop, target):
    target.parent.mkdir()
    target.write_bytes(b"old")
    shop.faults = ["corrupt"]
    with pytest.raises(DownloadError):
        fetch(shop, target)
    assert target.read_bytes() == b"old"
    fetch(shop, target)
    assert target.read_bytes() == CONTENT


def test_rate_and_time_left_come_from_the_last_seconds(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    pace = Pace()
    rates: list[float] = []
    arrive: Callable[[int], None] = lambda count: rates.append(pace.at(count))  # noqa: E731
    arrive(0)
    for second in range(1, 11):
        now[0] += 1
        arrive(second * 1000)
    assert rates[0] == 0
    assert rates[1:] == [1000.0] * 10


@pytest.mark.parametrize("length", ["9" * 10_000, "²", "1_000", "-1"])
def test_a_length_that_is_no_number_says_nothing(shop, target, length):
    shop.faults, shop.headers = ["chunked"], {"Content-Length": length}
    fetch(shop, target, size_bytes=None)
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize(
    "said", ["bytes ²-9/10", f"bytes {'9' * 10_000}-9/10", "bytes 5-9/²", "bytes -5/10", "nonsense"]
)
def test_a_piece_that_says_no_number_is_no_piece(shop, target, said):
    left_by_an_earlier_run(shop, target)
    shop.headers = {"Content-Range": said}
    with pytest.raises(DownloadError, match=r"did not say which|does not fit"):
        fetch(shop, target, attempts=1)


def test_an_address_with_a_password_is_not_asked_nor_shown(shop, target, caplog):
    secret = shop.address.replace("http://", "http://person:secret@")
    with pytest.raises(DownloadError, match="a name or a password before it") as refused:
        fetch([secret], target)
    assert shop.asked == []
    assert not any(word in str(refused.value) + caplog.text for word in ("person", "secret"))


@pytest.mark.parametrize("signs", [" signed", "\x7f", "é"])
def test_an_address_that_cannot_be_asked_is_not_shown_beyond_its_host(target, caplog, signs):
    address = f"http://127.0.0.1:{free_port()}/model?token=secret{signs}"
    with pytest.raises(
        DownloadError, match=r"127\.0\.0\.1 .* an address that cannot be asked for"
    ) as refused:
        fetch([address], target)
    assert "secret" not in str(refused.value) + caplog.text


def test_a_redirect_to_an_address_with_a_password_is_not_followed(shop, target, caplog):
    shop.faults = ["to " + shop.address.replace("http://", "http://person:secret@")]
    with pytest.raises(DownloadError, match="an address with a name or a password") as refused:
        fetch(shop, target, attempts=1)
    assert len(shop.asked) == 1
    assert "secret" not in str(refused.value) + caplog.text


def test_what_a_proxy_is_told_is_not_told_to_the_next_host():
    request = urllib.request.Request("http://example.org/x", headers={"Proxy-authorization": "Basic secret"})
    headers = http.client.HTTPMessage()
    followed = Redirects().redirect_request(request, io.BytesIO(), 302, "", headers, "http://example.com/x")
    assert followed is not None
    assert followed.headers == {}


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "a name and a password"),
        (403, "does not give it to us"),
        (404, "no such file"),
        (410, "no such file any more"),
        (418, "answered 418"),
        (451, "may not give it"),
        (500, "in trouble itself"),
        (507, "in trouble itself"),
        (204, "sent no file"),
        (304, "answered 304"),
        (416, "answered 416"),
    ],
)
def test_what_a_host_answers_in_place_of_the_file_is_said_in_words(shop, target, status, words):
    shop.faults = [f"say {status}"] * 9
    with pytest.raises(DownloadError, match=words) as wrong:
        fetch(shop, target, attempts=2)
    assert f"127.0.0.1 answered {status}" in str(wrong.value)
    assert not target.exists()


def test_a_host_that_says_when_is_asked_again_then(shop, target):
    """It is asked at once here, where our own pause would last an hour."""
    shop.faults, shop.headers = ["say 429", "say 503"], {"Retry-After": "0"}
    fetch(shop, target, first_wait_s=3600)
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("wait", ["100", "a date"])
def test_the_rest_a_host_asks_for_can_be_cancelled_at_once(shop, target, wait):
    when = datetime.now(UTC) + timedelta(seconds=100)
    shop.faults = ["say 429"] * 9
    shop.headers = {"Retry-After": format_datetime(when, usegmt=True) if wait == "a date" else wait}
    with pytest.raises(DownloadCancelledError):
        fetch(shop, target, cancelled=lambda: bool(shop.asked))
    assert len(shop.asked) == 1


@pytest.mark.parametrize(
    ("wait", "words"),
    [("1200", "left alone for 20 minutes"), ("999999", "left alone for 278 hours"), ("a date", "hours")],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_wants_to_be_left_alone_for_long_is(shop, target, status, wait, words):
    when = datetime.now(UTC) + timedelta(hours=5)
    shop.faults = [f"say {status}"] * 9
    shop.headers = {"Retry-After": format_datetime(when, usegmt=True) if wait == "a date" else wait}
    with pytest.raises(DownloadError, match=words):
        fetch(shop, target)
    assert len(shop.asked) == 1


@pytest.mark.parametrize("wait", ["soon", "-5", "9" * 5000, "²", "Thu, 99 Foo 2026 00:00:00 GMT", ""])
def test_a_rest_that_is_none_says_nothing(shop, target, wait):
    shop.faults, shop.headers = ["say 429"], {"Retry-After": wait}
    fetch(shop, target)
    assert target.read_bytes() == CONTENT


def test_a_host_that_resets_the_connection_in_the_middle_is_asked_for_the_rest(shop, target):
    shop.faults = ["reset", "reset"]
    fetch(shop, target)
    assert target.read_bytes() == CONTENT
    assert len(shop.asked) == 3


def test_a_host_that_does_not_speak_http_is_named_without_what_it_said(shop, target):
    shop.faults = ["garbage"] * 9
    with pytest.raises(DownloadError, match="does not answer as a web server does") as wrong:
        fetch(shop, target, attempts=2)
    assert "\x1b" not in str(wrong.value)


@pytest.mark.parametrize("fault", ["endless head", "endless frame of a chunk"])
def test_a_host_that_never_comes_to_the_point_is_given_up(shop, target, fault):
    shop.faults = [fault]
    fetch(shop, target, timeout_s=0.3)
    assert target.read_bytes() == CONTENT


def test_a_host_that_sends_next_to_nothing_is_given_up_and_continued(shop, target):
    shop.faults = ["drip"]
    with pytest.raises(DownloadError, match="next to nothing"):
        fetch(shop, target, timeout_s=0.3, attempts=1)
    assert part_of(target).stat().st_size >= CUT


def test_a_host_that_always_sends_next_to_nothing_is_not_asked_for_ever(shop, target):
    shop.faults = ["only drip"] * 9
    with pytest.raises(DownloadError, match="next to nothing"):
        fetch(shop, target, timeout_s=0.2, attempts=2)
    assert len(shop.asked) == 2


def test_a_file_without_a_length_arrives(shop, target):
    shop.faults = ["no length"]
    fetch(shop, target)
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("fault", ["longer", "shorter"])
def test_a_host_that_lies_about_the_length_is_refused_before_anything_is_fetched(shop, target, fault):
    shop.faults = [fault]
    with pytest.raises(DownloadError, match=r"bytes; 2,048,000 were expected"):
        fetch(shop, target)
    assert part_of(target).stat().st_size == 0


def test_a_host_that_promises_less_than_it_has_is_found_out_by_the_sum(shop, target):
    shop.faults = ["shorter"]
    with pytest.raises(DownloadError, match="its SHA-256 is another"):
        fetch(shop, target, size_bytes=None)


def test_what_one_host_promises_is_not_expected_of_the_next(shop, target):
    shop.faults = ["shorter"]
    fetch([f"{shop.address}/a", f"{shop.address}/b"], target, size_bytes=None)
    assert target.read_bytes() == CONTENT


def test_an_answer_that_is_made_anew_each_time_may_have_another_length(shop, target):
    # What a hub says of a repository counts how often that was fetched.
    shop.etag, shop.faults = "", ["drop and change"]
    fetch(shop, target, size_bytes=None, sha256=None)
    assert target.read_bytes() == CONTENT[:-1000]


def test_the_rest_of_a_file_ends_where_its_beginning_said_it_would(shop, target):
    shop.faults, shop.headers = ["drop", "no length, cut"], {"Content-Range": f"bytes {CUT}-2047999/*"}
    with pytest.raises(DownloadError):
        fetch(shop, target, size_bytes=None, sha256=None, attempts=2)
    assert not target.exists()


def test_a_host_that_promises_more_than_it_has_is_believed_once_it_says_so(shop, target):
    shop.faults = ["longer"]
    fetch(shop, target, size_bytes=None)
    assert target.read_bytes() == CONTENT


def test_a_piece_of_a_chunked_file_that_breaks_off_is_continued(shop, target):
    shop.faults = ["cut chunk"]
    fetch(shop, target)
    assert target.read_bytes() == CONTENT
    assert shop.asked[1][1].startswith("bytes=")


@pytest.mark.parametrize("about", [None, len(CONTENT)])
def test_an_endless_file_is_stopped_where_it_should_end(shop, target, about):
    shop.faults = ["endless chunks"]
    with pytest.raises(DownloadError, match="more than it promised"):
        fetch(shop, target, size_bytes=None if about else len(CONTENT), about_bytes=about)
    assert part_of(target).stat().st_size == 0


def test_a_file_of_about_the_size_that_was_reckoned_arrives(shop, target):
    said = fetch(shop, target, size_bytes=None, about_bytes=len(CONTENT) - 1000)
    assert target.read_bytes() == CONTENT
    assert [one.total_bytes for one in (said[0], said[-1])] == [len(CONTENT) - 1000, len(CONTENT)]


def test_a_file_of_quite_another_size_than_was_reckoned_is_refused(shop, target):
    with pytest.raises(DownloadError, match=r"2,048,000 bytes; about 1,000 were expected"):
        fetch(shop, target, size_bytes=None, about_bytes=1000)
    assert part_of(target).stat().st_size == 0


def test_a_file_that_comes_packed_is_refused_in_words(shop, target):
    shop.faults = ["packed"]
    with pytest.raises(DownloadError, match="sent the file packed"):
        fetch(shop, target)
    assert part_of(target).stat().st_size == 0


def test_a_piece_that_nobody_asked_for_is_not_taken_for_the_file(shop, target):
    shop.faults = ["part nobody asked for"]
    fetch(shop, target)
    assert target.read_bytes() == CONTENT


def test_addresses_that_send_on_in_a_circle_are_left(shop, target):
    shop.faults = [f"to {shop.address}"] * 30
    with pytest.raises(DownloadError, match="sends on in a circle"):
        fetch(shop, target)
    assert len(shop.asked) <= 11


def test_an_address_that_sends_on_to_nowhere_is_left(shop, target):
    shop.faults = ["say 302"]
    with pytest.raises(DownloadError, match="without saying where to"):
        fetch(shop, target)


def test_a_redirect_to_another_host_is_followed(shop, target):
    shop.faults = ["to " + shop.address.replace("127.0.0.1", "localhost")]
    fetch(shop, target)
    assert target.read_bytes() == CONTENT


def test_what_is_being_fetched_is_not_fetched_a_second_time_meanwhile(shop, target):
    shop.faults = ["stall"]
    stop = threading.Event()
    first = threading.Thread(target=lambda: suppressed(lambda: fetch(shop, target, cancelled=stop.is_set)))
    first.start()
    try:
        assert shop.stalled.wait(10)
        with pytest.raises(DownloadError, match="being downloaded already"):
            fetch(shop, target)
    finally:
        stop.set()
        first.join()
    fetch(shop, target)
    assert target.read_bytes() == CONTENT


def suppressed(call: Callable[[], object]) -> None:
    with suppress(DownloadCancelledError):
        call()


def test_a_disk_that_is_full_in_the_middle_keeps_what_was_written(shop, target, monkeypatch):
    class Full(io.FileIO):
        def write(self, piece: Any) -> int:
            if self.tell() + len(piece) > CUT:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(piece)

    with monkeypatch.context() as patch:
        patch.setattr("os.fdopen", lambda handle, mode: Full(handle, mode.replace("b", "")))
        with pytest.raises(DiskFullError, match="MB more are needed"):
            fetch(shop, target)
    kept = part_of(target).stat().st_size
    assert kept <= CUT
    fetch(shop, target)
    assert target.read_bytes() == CONTENT
    assert shop.asked[-1][1] == (f"bytes={kept}-" if kept else "")


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
@pytest.mark.parametrize("name", ["weights.part", "weights"])
def test_a_link_in_place_of_what_arrives_is_not_written_through(shop, target, tmp_path, name):
    precious = tmp_path / "precious"
    precious.write_bytes(b"precious")
    target.parent.mkdir()
    (target.parent / name).symlink_to(precious)
    if name == "weights":
        fetch(shop, target)
        assert not target.is_symlink()
    else:
        with pytest.raises(DownloadError, match="cannot be written"):
            fetch(shop, target)
    assert precious.read_bytes() == b"precious"


@pytest.fixture
def log(tmp_path: Path) -> ConnectionLog:
    (tmp_path / "library").mkdir()
    return ConnectionLog(tmp_path / "library")


def told(connection: Connection) -> tuple[str, str, str, str]:
    return connection.host, connection.path, connection.why, connection.outcome.value


def test_every_connection_is_noted_with_what_went_through_it(shop, target, log):
    shop.faults = ["drop", "say 503"]
    fetch(shop, target, connections=log)
    first, second, third = log.all()
    assert told(first) == ("127.0.0.1", "/model", "model good", "failed")
    assert told(second) == ("127.0.0.1", "/model", "model good", "failed")
    assert told(third) == ("127.0.0.1", "/model", "model good", "complete")
    port = int(shop.address.rpartition(":")[2].removesuffix("/model"))
    assert {one.port for one in (first, second, third)} == {port}
    assert CUT < first.bytes_in < CUT + 1000
    assert len(CONTENT) - CUT < third.bytes_in < len(CONTENT) - CUT + 1000
    assert all(100 < one.bytes_out < 1000 for one in (first, second, third))
    assert "broke after" in first.ended
    assert "answered 503" in second.ended


def test_what_a_redirect_leads_to_is_noted_too(shop, target, log):
    shop.faults = [f"to {shop.address}/elsewhere?token=secret"]
    fetch(shop, target, connections=log)
    first, second = log.all()
    assert (first.path, first.outcome, first.ended) == (
        "/model",
        Outcome.COMPLETE,
        "it sent on to another address",
    )
    assert (second.path, second.outcome) == ("/model/elsewhere", Outcome.COMPLETE)


def test_a_connection_that_nobody_takes_is_noted_too(target, log):
    with pytest.raises(DownloadError):
        fetch(["http://127.0.0.1:9/model"], target, attempts=1, connections=log)
    (one,) = log.all()
    assert (one.port, one.outcome, one.bytes_in, one.bytes_out) == (9, Outcome.FAILED, None, None)


def test_a_download_that_was_stopped_is_noted_as_that(shop, target, log):
    shop.faults = ["stall"]
    with pytest.raises(DownloadCancelledError):
        fetch(shop, target, timeout_s=60, cancelled=shop.stalled.is_set, connections=log)
    (one,) = log.all()
    assert one.outcome in {Outcome.CANCELLED, Outcome.FAILED}
    assert one.bytes_in


def test_a_download_that_is_switched_off_is_noted_as_refused(shop, target, log):
    with pytest.raises(DownloadError):
        fetch(shop, target, network=False, connections=log)
    (one,) = log.all()
    assert told(one) == ("127.0.0.1", "/model", "model good", "refused")
    assert one.ended == "the network is switched off"


def test_a_proxy_of_the_environment_is_used_and_named_without_its_password(
    shop, target, log, monkeypatch, tmp_path
):
    proxy = shop.address.removesuffix("/model").removeprefix("http://")
    monkeypatch.setenv("http_proxy", f"http://person:secret@{proxy}")
    fetch(["http://nowhere.invalid/model?key=hidden"], target, connections=log)
    assert shop.asked[0][0] == "http://nowhere.invalid/model?key=hidden"
    (one,) = log.all()
    assert (one.host, one.port, one.path, one.via) == ("nowhere.invalid", 80, "/model", proxy)
    kept = (tmp_path / "library" / "connections.jsonl").read_text()
    assert not any(word in kept for word in ("person", "secret", "hidden"))


def test_a_tunnel_through_a_proxy_that_digs_none_is_noted_with_whom_it_was_for(
    shop, target, log, monkeypatch
):
    proxy = shop.address.removesuffix("/model").removeprefix("http://")
    monkeypatch.setenv("https_proxy", f"http://{proxy}")
    with pytest.raises(DownloadError, match="nowhere"):
        fetch(["https://nowhere.invalid/model"], target, attempts=1, connections=log)
    (one,) = log.all()
    assert (one.host, one.port, one.via, one.outcome) == ("nowhere.invalid", 443, proxy, Outcome.FAILED)


def test_hosts_that_the_environment_excepts_are_asked_without_its_proxy(shop, target, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    fetch(shop, target)
    assert target.read_bytes() == CONTENT
