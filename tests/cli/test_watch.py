"""The command `watch`: what it says, and the exit code, at whatever moment it is ended."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_commands import ROOT, TIMEOUT_S, Cli, photos, tiny_model  # noqa: F401  # fixtures
from tests.pictures import save_colour, save_many
from tests.waiting import wait_until

FOLLOWS = "Following changes until Ctrl+C.\n"
STOPPED = "Stopping; what is finished is kept.\nStopped; what was done is kept.\n"


@pytest.fixture
def cli(tmp_path: Path, tiny_model: Path) -> Cli:  # noqa: F811  # asks for it
    return Cli(tmp_path, tiny_model)


def test_ctrl_c_is_how_it_ends_once_it_follows(cli: Cli, photos: Path) -> None:  # noqa: F811
    with cli.watching(photos) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["indexed"] == 3
        assert process.stderr.readline() == FOLLOWS
        assert json.loads(process.stdout.readline())["unchanged"] == 3
        save_colour(photos / "yellow.jpg", "yellow")
        assert json.loads(process.stdout.readline())["indexed"] == 1
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=TIMEOUT_S) == ("", "")
        assert process.returncode == 0


@pytest.mark.parametrize(("number", "code", "said"), [("SIGINT", 130, STOPPED), ("SIGTERM", 0, "")])
def test_ended_before_it_follows_it_says_what_was_done_and_no_more(
    cli: Cli, tmp_path: Path, number: str, code: int, said: str
) -> None:
    many, other = tmp_path / "many", tmp_path / "other"
    save_many(many, 400)
    save_many(other, 10)
    with cli.watching(many, other) as process:
        # More than are embedded at once, or nothing may be done yet.
        thumbnails = tmp_path / "library" / "cache"
        wait_until(lambda: sum(1 for _ in thumbnails.rglob("*.jpg")) > 80, TIMEOUT_S)
        process.send_signal(getattr(signal, number))
        printed, complained = process.communicate(timeout=TIMEOUT_S)
        assert (process.returncode, complained) == (code, said)
        reports = [json.loads(line) for line in printed.splitlines()]
        # Whichever folder is looked at first is indexed first; the small one is done by now, or not begun.
        done = [(report["found"], report["indexed"]) for report in reports if report["found"] == 10]
        assert done in ([], [(10, 10)])
        stopped = reports[len(done) :]
        assert len(stopped) <= 1
        assert all(report["found"] == 400 and 0 < report["indexed"] < 400 for report in stopped)


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("cli.output", "Stopped before anything was done."),
        ("cli.asking", "Stopped; what was done is kept."),
        ("library.library", "Stopped; what was done is kept."),
    ],
)
def test_a_command_stopped_while_it_is_imported_says_so_in_a_line(
    tmp_path: Path, module: str, said: str
) -> None:
    come = f"""\
import runpy, sys
class Pressed:
    def find_spec(self, name, path, target=None):
        if name == "desktop_app.{module}":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Pressed())
sys.argv[1:] = ["--base-dir", {str(tmp_path)!r}, "search", "a dog"]
runpy.run_module("desktop_app", run_name="__main__", alter_sys=True)
"""
    done = subprocess.run(
        [sys.executable, "-c", come], capture_output=True, text=True, timeout=TIMEOUT_S, cwd=ROOT, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", said + "\n")


def test_ended_by_the_system_while_it_follows_it_ends_in_peace(cli: Cli, photos: Path) -> None:  # noqa: F811
    with cli.watching(photos) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == FOLLOWS
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(TIMEOUT_S) == 0
