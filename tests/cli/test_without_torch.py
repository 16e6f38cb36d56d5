"""The whole of it where neither PyTorch nor open_clip can be imported, as in the installed program."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.pictures import save_colour

ROOT = Path(__file__).resolve().parents[2]
# What the installed program lacks; an import of any of them is an error there too.
ABSENT = ("torch", "torchvision", "open_clip", "timm", "onnx", "huggingface_hub", "openvino_telemetry")


def without_torch(folder: Path) -> dict[str, str]:
    """Return an environment in which Python finds none of the packages."""
    folder.mkdir()
    lines = ["import sys", *(f"sys.modules[{name!r}] = None" for name in ABSENT)]
    (folder / "sitecustomize.py").write_text("\n".join(lines), "utf-8")
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}


def test_photos_are_indexed_searched_compared_and_measured(tmp_path: Path) -> None:
    environment = without_torch(tmp_path / "absent")
    photos = tmp_path / "photos"
    for colour in ("red", "green", "blue"):
        save_colour(photos / f"{colour}.png", colour)
    table = tmp_path / "captions.csv"
    table.write_text(
        "path,caption\n" + "".join(f"photos/{c}.png,{c}\n" for c in ("red", "green", "blue")), "utf-8"
    )

    def asked(*words: str) -> Any:
        command = [
            sys.executable,
            "-m",
            "desktop_app",
            "--base-dir",
            str(tmp_path / "base"),
            "--json",
            *words,
        ]
        done = subprocess.run(
            command, capture_output=True, text=True, env=environment, cwd=photos, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    assert asked("index", str(photos))["embedded"] == 3
    assert Path(asked("search", "a plain red picture")["hits"][0]["path"]).name == "red.png"
    assert len(asked("similar", str(photos / "red.png"))["hits"]) == 2
    assert asked("evaluate", str(table))["photos"] == 3
    assert {one["verdict"] for one in asked("doctor")} <= {"good", "warning"}


def test_the_window_can_be_imported(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import desktop_app.main, desktop_app.ui.app.application"],
        capture_output=True,
        text=True,
        env=without_torch(tmp_path / "absent"),
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
