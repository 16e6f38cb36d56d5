"""The store on the command line: shown, moved to a server and back, and a server that is away stops nothing."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.cli import doctor
from desktop_app.cli.main import main
from desktop_app.library.catalog import Catalog
from desktop_app.named_store import NamedStore
from desktop_app.paths import AppPaths
from desktop_app.settings import Settings
from tests.cli.test_commands import Cli, tiny_model  # noqa: F401  # a fixture
from tests.library.catalog.records import MODEL, record, unit
from tests.milvus_server import MilvusServer, free_port
from tests.pictures import save_colour


@pytest.fixture
def cli(tmp_path: Path, tiny_model: Path) -> Cli:  # noqa: F811  # asks for it
    return Cli(tmp_path, tiny_model)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for colour in ("red", "green"):
        save_colour(tmp_path / "photos" / f"{colour}.jpg", colour)
    return tmp_path / "photos"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    with MilvusServer(tmp_path_factory.mktemp("server")) as one:
        yield one


def test_the_store_is_moved_and_a_server_that_is_away_stops_nothing(
    cli: Cli, photos: Path, server: MilvusServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.json("index", photos)
    said = cli.json("store", model=False)
    assert (said["store"], [model["vectors"] for model in said["models"]]) == ("milvus-lite", [2])
    assert set(said["models"][0]) == {"model", "vectors", "waiting", "rows", "error"}

    wrong = cli.run("store", "move", "--to", "ftp://host", model=False)
    assert (wrong.returncode, "must be an address" in wrong.stderr) == (2, True)
    moved = cli.json("store", "move", "--to", server.address, "--remove-old", model=False)
    assert (moved["store"], moved["models"][0]["rows"], moved["removed"]) == (server.address, 2, 1)
    assert cli.json("store", model=False)["models"][0]["rows"] == 2
    assert cli.json("status", model=False)["store"] == server.address

    server.kill()
    save_colour(photos / "blue.jpg", "blue")
    indexed = cli.run("index", photos)
    assert (indexed.returncode, "Photos are found and indexed all the same." in indexed.stderr) == (0, True)
    assert len(cli.json("search", "blue")["hits"]) == 3
    away = cli.json("store", code=3, model=False)
    assert (away["models"][0]["waiting"], "does not answer" in away["models"][0]["error"]) == (1, True)
    seen = {one["name"]: one for one in cli.json("doctor", code=3)}
    assert (seen["vector server"]["verdict"], seen["model and vectors"]["verdict"]) == ("bad", "good")
    assert f"{server.address} does not answer. Check its address" in seen["vector server"]["detail"]

    server.start()
    # The address is in the settings now; without a screen, as on a NAS.
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    with cli.watching(photos) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["unchanged"] == 3
        process.stdout.readline()
        save_colour(photos / "white.jpg", "white")
        assert json.loads(process.stdout.readline())["indexed"] == 1
        second = cli.run("status", model=False)
        assert (second.returncode, "is open in another window or command" in second.stderr) == (3, True)
        process.terminate()
        assert process.wait(60) == 0
    assert cli.json("store", model=False)["models"][0]["rows"] == 4
    paths = AppPaths.below(cli.base / "library")
    *_, asked = doctor._in_library(paths, str(cli.model), NamedStore())
    assert (asked.name, asked.verdict) == ("vector server", "good")
    assert asked.detail == f"{server.address} answers, and knows all that the catalogue has"
    back = cli.run("store", "move", "--to", "embedded", model=False)
    assert (back.returncode, "4 vectors are in milvus-lite" in back.stdout) == (0, True)
    assert cli.json("store", model=False)["store"] == "milvus-lite"


def test_a_store_that_was_only_named_is_filled(
    tmp_path: Path, server: MilvusServer, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = AppPaths.below(tmp_path / "library")
    paths.make()
    catalog = Catalog(paths.data / "catalog.db")
    catalog.folders.add(tmp_path / "photos")
    base = ["--base-dir", str(tmp_path / "library"), "--json", "--trust-library"]
    assert main([*base, "store", "move", "--to", f"http://127.0.0.1:{free_port()}"]) == 3
    capsys.readouterr()
    catalog.photos.save([record(tmp_path / "photos" / "1.jpg", "c1", vector=unit(1))], MODEL)
    catalog.close()
    # As the window's form does it; no photo has changed since.
    Settings.load(paths.config).change("store_address", server.address)
    assert main([base[0], base[1], "--trust-library", "store"]) == 0
    assert "1 in the catalogue, none there yet" in capsys.readouterr().out
    for sent in ([1], []):
        assert main([*base, "store", "move", "--to", server.address]) == 0
        assert [model["sent"] for model in json.loads(capsys.readouterr().out)["models"]] == sent
