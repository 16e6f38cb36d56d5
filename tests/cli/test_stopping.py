"""Ctrl+C is answered at once, and what was finished stays."""

import signal
import subprocess
from pathlib import Path

from tests.cli.test_commands import _COMMAND, ROOT, TIMEOUT_S, Cli, tiny_model
from tests.pictures import save_many
from tests.waiting import wait_until

# A fixture, which pytest finds by its name here.
__all__ = ["tiny_model"]


def test_ctrl_c_while_photos_are_indexed_is_answered_and_loses_nothing(
    tmp_path: Path, tiny_model: Path
) -> None:
    save_many(tmp_path / "many", 400)
    cli = Cli(tmp_path, tiny_model)
    words = [
        "--base-dir",
        str(tmp_path / "library"),
        "--model",
        str(tiny_model),
        "index",
        str(tmp_path / "many"),
    ]
    with subprocess.Popen(
        [*_COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        wait_until(lambda: next((tmp_path / "library" / "cache").rglob("*.jpg"), None) is not None, TIMEOUT_S)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert process.stderr.readline() == "Stopping; what is finished is kept.\n"
        printed, complained = process.communicate(timeout=TIMEOUT_S)
    assert (process.returncode, printed, complained) == (130, "", "Stopped; what was done is kept.\n")
    before = cli.json("status")["indexed"]
    assert 0 < before <= 400
    report = cli.json("index", tmp_path / "many")
    assert report["indexed"] == 400 - before
