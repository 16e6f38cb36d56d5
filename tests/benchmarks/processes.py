"""Runs a few lines of Python in a fresh process, which has imported and opened nothing yet."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The checkout."""
_TIMEOUT_S = 300


def answer_of(code: str, *arguments: str, environment: Mapping[str, str] | None = None) -> list[float]:
    """Return the JSON list of numbers that the code prints as its last line.

    Raises:
        RuntimeError: It failed; with what it said.
    """
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"a measured process failed:\n{done.stderr}")
    return [float(number) for number in json.loads(done.stdout.splitlines()[-1])]
