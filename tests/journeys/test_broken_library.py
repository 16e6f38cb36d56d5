"""Every file of a library broken in every way: a sentence each time, nothing lost, complete again after the repair.

Done through the command line with a real model of random weights, as a person would meet it. `VISLUMBRE_ROUNDS=20`
breaks every part in every way; continuous integration breaks each part once.
"""

import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import commands, lent_graphs
from tests.pictures import save_many
from tests.tiny_clip import make_tiny_clip

PHOTOS = 12
Harm = Callable[[Path], None]
THOROUGH = int(os.environ.get("VISLUMBRE_ROUNDS", "3")) >= 20


def run(base: Path, *words: object) -> "subprocess.CompletedProcess[str]":
    done = commands.run("--base-dir", base, *words)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def asked(base: Path, *words: object, codes: tuple[int, ...] = (0,)) -> Any:
    done = run(base, *words, "--json")
    assert done.returncode in codes, (done.returncode, done.stdout, done.stderr)
    return json.loads(done.stdout)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: max(1, path.stat().st_size * 2 // 3)])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    chance = random.Random(path.name)
    for _ in range(max(8, len(content) // 500)):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def gone(path: Path) -> None:
    path.unlink()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A library that is whole, with its photos; each test breaks a copy."""
    home = tmp_path_factory.mktemp("made")
    model = make_tiny_clip(home / "model")
    save_many(home / "photos", PHOTOS)
    lent_graphs.lend_as_own(home / "library")
    report = asked(home / "library", "--model", model, "index", home / "photos")
    assert report["indexed"] == PHOTOS
    return home / "library", home / "photos"


@pytest.fixture
def base(made: tuple[Path, Path]) -> Path:
    # In its own place, for a copy elsewhere is a library that was not made here.
    library, whole = made[0], made[0].with_name("whole")
    if not whole.exists():
        # A copy of the files, not of sockets that a closed library left.
        subprocess.run(["cp", "-a", str(library), str(whole)], check=True)
    shutil.rmtree(library)
    subprocess.run(["cp", "-a", str(whole), str(library)], check=True)
    return library


def parts(base: Path, pattern: str) -> list[Path]:
    found = sorted(path for path in base.glob(pattern) if path.is_file())
    assert found, f"nothing to break: {pattern}"
    return found


PARTS = {
    "data/catalog.db": flipped,
    "data/vectors/*/vectors.db/collections/*/manifest.json": cut,
    "data/vectors/*/vectors.db/collections/*/partitions/**/*.parquet": gone,
    "cache/thumbnails/*/*.jpg": emptied,
}
CASES = [
    (pattern, harm)
    for pattern, usual in PARTS.items()
    for harm in ((cut, emptied, flipped, gone) if THOROUGH else (usual,))
]


@pytest.mark.parametrize(("pattern", "harm"), CASES)
def test_a_broken_part_costs_work_and_nothing_else(
    base: Path, made: tuple[Path, Path], pattern: str, harm: Harm
) -> None:
    for path in parts(base, pattern):
        harm(path)
    # Whatever a start makes of it, it ends in words: 0, or 3 with a sentence.
    first = run(base, "status")
    assert first.returncode in {0, 3}
    assert first.returncode == 0 or first.stderr.strip().endswith(".")
    verdicts = {one["name"]: one for one in asked(base, "doctor", "--repair")}
    assert {one["verdict"] for one in verdicts.values()} <= {"good", "warning", "repaired"}
    report = asked(base, "index", made[1])
    assert (report["found"], report["pending"], report["failed"]) == (PHOTOS, 0, [])
    assert report["indexed"] + report["unchanged"] + report["moved"] == PHOTOS
    answer = asked(base, "search", "anything", "--limit", 100)
    assert len(answer["hits"]) == PHOTOS
    after = {one["name"]: one["verdict"] for one in asked(base, "doctor")}
    assert set(after.values()) <= {"good", "warning"}


def test_a_damaged_catalogue_says_which_file_and_what_to_do(base: Path) -> None:
    (base / "data" / "catalog.db").write_bytes(b"not a database at all")
    done = run(base, "status")
    assert done.returncode == 3
    assert str(base / "data" / "catalog.db") in done.stderr
    assert "doctor --repair" in done.stderr
    repaired = run(base, "doctor", "--repair")
    assert repaired.returncode == 0
    assert "repaired  repair: catalogue: was damaged" in repaired.stdout


def test_settings_of_a_newer_version_and_settings_that_are_nonsense_are_kept_aside(base: Path) -> None:
    for content in ("version = 99\n[values]\nwatch = true\n", "this is = = no TOML"):
        (base / "config").mkdir(exist_ok=True)
        (base / "config" / "settings.toml").write_text(content, encoding="utf-8")
        assert run(base, "status").returncode == 0
        kept = [path for path in (base / "config").iterdir() if path.read_text(encoding="utf-8") == content]
        assert kept
