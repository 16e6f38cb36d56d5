"""Fetching a model that is not on the list: what is shown first, and that nothing comes without a yes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop_app import paths
from desktop_app.library.models.files import CONFIG_NAME, WEIGHTS_NAME
from tests import commands
from tests.hub import PROXIES, Hub, hub

OURS = "someone/tiny-clip"


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    with hub() as shop:
        monkeypatch.setenv("HF_ENDPOINT", shop.address)
        starter = paths.resources() / "models" / "starter"
        shop.repositories[OURS] = {
            name: (starter / name).read_bytes() for name in (CONFIG_NAME, WEIGHTS_NAME)
        }
        yield shop


def run(base: Path, *words: str, code: int = 0) -> Any:
    done = commands.run("model", "fetch", *words, "--base-dir", base)
    assert done.returncode == code, done.stdout + done.stderr
    return done


def test_nothing_is_fetched_before_the_licence_is_accepted(tmp_path: Path, net: Hub) -> None:
    done = run(tmp_path, f"hf:{OURS}", code=3)
    assert "Licence: mit" in done.stdout
    assert "no SHA-256 known" in done.stdout
    assert "--accept-licence" in done.stderr
    assert not any(path.endswith(".safetensors") for path in net.asked)
    said = json.loads(run(tmp_path, f"hf:{OURS}", "--json", code=3).stdout)
    assert (said["licence"], said["revision"], said["model"]) == ("mit", net.commit(OURS), None)


def test_it_is_fetched_with_the_licence_accepted(tmp_path: Path, net: Hub) -> None:
    done = run(tmp_path, f"hf:{OURS}", "--accept-licence", "--json")
    assert json.loads(done.stdout) == {"model": "tiny-clip"}
    listed = commands.run("model", "list", "--json", "--base-dir", tmp_path)
    assert "tiny-clip" in {model["title"] for model in json.loads(listed.stdout)}
