"""Ctrl+C is answered at once, and what was finished stays."""

import signal
import subprocess
from pathlib import Path

from tests.cli.test_commands import _COMMAND, ROOT, TIMEOUT_S, Cli, tiny_model
from tests.lent_graphs import lend_as_own
from tests.pictures import save_many
from tests.waiting import wait_until

# A fixture, which pytest finds by its name here.
__all__ = ["tiny_model"]


def test_ctrl_c_while_photos_are_indexed_is_answered_and_loses_nothing(
    tmp_path: Path, tiny_model: Path
) -> None:
    save_many(tmp_path / "many", 600)
    cli = Cli(tmp_path, tiny_model)
    lend_as_own(cli.library)
    words = [
        "--base-dir",
        str(cli.library),
        "--model",
        str(tiny_model),
        "index",
        str(tmp_path / "many"),
    ]
    with subprocess.Popen(
        [*_COMMAND, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        # What a shell starts in the background hears no Ctrl+C, nor does what that starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  # takes no lock
    ) as process:
        # More than are embedded at once, or nothing may be done yet; and not so many that all may be.
        thumbnails = cli.library / "cache"
        wait_until(lambda: sum(1 for _ in thumbnails.rglob("*.jpg")) > 80, TIMEOUT_S)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert process.stderr.readline() == "Stopping; what is finished is kept.\n"
        printed, complained = process.communicate(timeout=TIMEOUT_S)
    assert (process.returncode, printed, complained) == (130, "", "Stopped; what was done is kept.\n")
    before = cli.json("status")["indexed"]
    assert 0 < before < 600
    report = cli.json("index", tmp_path / "many")
    assert report["indexed"] == 600 - before
