"""The list of connections and of models, as a person and a script read them."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from desktop_app.cli import doctor
from desktop_app.cli.progress import ProgressLine
from desktop_app.library import RECOMMENDED, DownloadProgress
from desktop_app.paths import AppPaths
from tests import commands

FIELDS = {
    "when", "host", "port", "path", "via", "why", "outcome", "ended", "bytes_in", "bytes_out", "seconds",
}  # fmt: skip


def run(base: Path, *words: str, code: int = 0) -> str:
    done = commands.run("--base-dir", base, *words)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    return done.stdout


def read(base: Path, *words: str) -> Any:
    return json.loads(run(base, *words, "--json"))


def test_a_connection_that_was_refused_is_listed_and_one_never_made_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISLUMBRE_OFFLINE", "1")
    assert run(tmp_path, "connections") == "No connection was ever made.\n"
    assert read(tmp_path, "connections") == []
    run(tmp_path, "model", "fetch", code=3)
    (one,) = read(tmp_path, "connections")
    assert set(one) == FIELDS
    assert (one["host"], one["port"], one["via"]) == ("huggingface.co", 443, None)
    assert (one["why"], one["outcome"]) == (f"model {RECOMMENDED}", "refused")
    assert datetime.fromisoformat(one["when"]).tzinfo is not None
    said = run(tmp_path, "connections")
    assert said.count("\n") == 1
    assert f"; model {RECOMMENDED}; refused: the network is switched off\n" in said


def test_what_went_through_a_connection_is_said(tmp_path: Path) -> None:
    run(tmp_path, "connections")
    line = {
        "key": "a", "when": "2026-11-29T12:00:00+00:00", "host": "example.org", "port": 443, "path": "/a\u202e",
        "via": "proxy:3128", "why": "model x", "outcome": "complete", "ended": "all arrived",
        "bytes_in": 605_189_364, "bytes_out": 321, "seconds": 83.25,
    }  # fmt: skip
    open_one = {
        "key": "b",
        "when": "2026-11-29T13:00:00+00:00",
        "host": "example.org",
        "port": 19530,
        "why": "Milvus",
    }
    (tmp_path / "data" / "connections.jsonl").write_text(f"{json.dumps(line)}\n{json.dumps(open_one)}\n")
    first, second = run(tmp_path, "connections").splitlines()
    assert "example.org:443/a\\xe2\\x80\\xae (through proxy:3128); model x; " in first
    assert first.endswith("; 605,189,364 bytes in, 321 bytes out, 83.2 s; complete: all arrived")
    assert second.endswith(
        "example.org:19530; Milvus; not known: Vislumbre was ended before it, or it is still open"
    )
    assert [one["outcome"] for one in read(tmp_path, "connections")] == ["complete", "unknown"]


def test_the_doctor_says_what_is_wrong_with_the_list_of_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = AppPaths.below(tmp_path / "library")
    assert doctor._resources(paths).verdict == "good"
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "models.json").write_text('{"format": 1}')
    monkeypatch.setattr(doctor, "resources", lambda: tmp_path)
    finding = doctor._resources(paths)
    assert (finding.name, finding.verdict) == ("resources", "bad")
    assert "its format is 1, not 2" in finding.detail
    assert finding.detail.endswith("Install Vislumbre again.")


def test_a_download_is_told_with_its_rate_and_the_time_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    ProgressLine().hear(DownloadProgress("The model", 120_000_000, 605_189_364, 5_200_000.0, 93.3))
    assert "Downloading The model: 120 of 605 MB, 5.2 MB a second, 0:01:33 left" in capsys.readouterr().err
    ProgressLine().hear(DownloadProgress("The model", 0, 605_189_364))
    assert capsys.readouterr().err.endswith("Downloading The model: 0 of 605 MB")


def test_models_are_listed_with_tier_languages_and_figures(tmp_path: Path) -> None:
    models = {one["key"]: one for one in read(tmp_path, "model", "list")}
    good = models[RECOMMENDED]
    # What was promised before is there still.
    assert {
        "title",
        "sentence",
        "licence",
        "size_bytes",
        "ready",
        "built_in",
        "recommended",
        "in_use",
    } <= set(good)
    assert (good["tier"], good["languages"], good["dimension"]) == ("balanced", ["en"], 512)
    assert (good["can_fetch"], good["open_clip_name"]) == (True, RECOMMENDED)
    assert good["page"].startswith("https://")
    assert {"name", "value", "source"} == set(good["figures"][0])
    said = run(tmp_path, "model", "list")
    assert f"{RECOMMENDED}  (605 MB to fetch; MIT)" in said
    assert "Balanced (recommended); reads en\n" in said
    assert "Many languages; reads en, ar, zh" in said
