"""Fetching a model in the background, from a real server on this machine."""

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from desktop_app.library.errors import DownloadCancelledError, DownloadError
from desktop_app.library.events import DownloadFinished, DownloadProgress, Event
from desktop_app.library.models.from_hub.fetcher import ModelFetcher
from desktop_app.library.models.shelf import ModelChoice, ModelShelf
from tests.tiny_clip import make_tiny_clip

WAIT_S = 30


class Hub:
    """Serves one file; while `held` is set, every answer stops in its middle."""

    def __init__(self, content: bytes) -> None:
        self.held = threading.Event()
        self.go_on = threading.Event()
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")[0])
                self.send_response(206 if start else 200)
                self.send_header("Content-Length", str(len(content) - start))
                self.send_header("ETag", '"one"')
                if start:
                    self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
                self.end_headers()
                middle = (start + len(content)) // 2
                self.wfile.write(content[start:middle])
                self.wfile.flush()
                if hub.held.is_set():
                    hub.go_on.wait(WAIT_S)
                self.wfile.write(content[middle:])

            do_HEAD = do_GET  # noqa: N815 - the name http.server looks for

            def log_message(self, *_: object) -> None:
                """Say nothing."""

            def handle(self) -> None:
                try:
                    super().handle()
                except (ConnectionError, TimeoutError):
                    return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="hub")
        self._thread.start()
        self.address = f"http://127.0.0.1:{self._server.server_port}/model.safetensors"

    def close(self) -> None:
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Heard:
    """Events and arrivals, with a way to wait."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.arrived: list[ModelChoice] = []
        self._news = threading.Condition()

    def hear(self, event: Event) -> None:
        with self._news:
            self.events.append(event)
            self._news.notify_all()

    def take(self, choice: ModelChoice) -> None:
        with self._news:
            self.arrived.append(choice)
            self._news.notify_all()

    def wait(self, count: int) -> list[DownloadFinished]:
        with self._news:
            assert self._news.wait_for(lambda: len(self._finished()) >= count, WAIT_S)
            return self._finished()

    def wait_for_progress(self) -> None:
        with self._news:
            assert self._news.wait_for(
                lambda: any(isinstance(event, DownloadProgress) for event in self.events), WAIT_S
            )

    def _finished(self) -> list[DownloadFinished]:
        return [event for event in self.events if isinstance(event, DownloadFinished)]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return make_tiny_clip(tmp_path / "model")


@pytest.fixture
def hub(model: Path) -> Iterator[Hub]:
    hub = Hub((model / "open_clip_model.safetensors").read_bytes())
    yield hub
    hub.close()


@pytest.fixture
def shelf(tmp_path: Path, model: Path, hub: Hub) -> ModelShelf:
    """A shelf whose manifest names the recommended model on our own hub."""
    from desktop_app.paths import resources

    manifest = json.loads((resources() / "models" / "models.json").read_text(encoding="utf-8"))
    content = (model / "open_clip_model.safetensors").read_bytes()
    entry = next(one for one in manifest["models"] if "ViT-B-32-256" in one["key"])
    config = json.loads((model / "open_clip_config.json").read_text(encoding="utf-8"))
    entry |= {"config": config, "dimension": config["model_cfg"]["embed_dim"]}
    entry["files"][0] |= {
        "addresses": [hub.address],
        "size_bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    folder = tmp_path / "resources"
    folder.mkdir()
    (folder / "models.json").write_text(json.dumps(manifest), encoding="utf-8")
    return ModelShelf(tmp_path / "shelf", folder)


def recommended(shelf: ModelShelf) -> str:
    return next(choice.key for choice in shelf.choices() if choice.recommended)


def test_a_model_arrives_and_is_handed_over(shelf: ModelShelf) -> None:
    heard = Heard()
    fetcher = ModelFetcher(shelf, heard.hear, heard.take, network=lambda: True)
    fetcher.fetch(recommended(shelf))
    (finished,) = heard.wait(1)
    fetcher.close()
    assert finished.error is None
    assert [choice.ready for choice in heard.arrived] == [True]


def test_a_download_that_is_stopped_and_begun_again_at_once_goes_on(shelf: ModelShelf, hub: Hub) -> None:
    heard = Heard()
    fetcher = ModelFetcher(shelf, heard.hear, heard.take, network=lambda: True)
    hub.held.set()
    fetcher.fetch(recommended(shelf))
    heard.wait_for_progress()
    fetcher.cancel()
    hub.held.clear()
    fetcher.fetch(recommended(shelf))
    first, second = heard.wait(2)
    fetcher.close()
    assert isinstance(first.error, DownloadCancelledError)
    assert second.error is None


def test_closing_stops_a_download(shelf: ModelShelf, hub: Hub) -> None:
    heard = Heard()
    fetcher = ModelFetcher(shelf, heard.hear, heard.take, network=lambda: True)
    hub.held.set()
    fetcher.fetch(recommended(shelf))
    heard.wait_for_progress()
    fetcher.close()
    assert isinstance(heard.wait(1)[0].error, DownloadCancelledError)
    assert heard.arrived == []


def test_with_the_network_switched_off_nothing_is_opened(shelf: ModelShelf) -> None:
    heard = Heard()
    fetcher = ModelFetcher(shelf, heard.hear, heard.take, network=lambda: False)
    fetcher.fetch(recommended(shelf))
    (finished,) = heard.wait(1)
    fetcher.close()
    assert isinstance(finished.error, DownloadError)
    assert "off" in str(finished.error)
