"""Runs commands of the program, each in a process of its own, which need not import engine, OpenVINO and pymilvus first.

That takes a second of each command, and the tests run a hundred of them. So the processes are forked from
one that has imported all three and done nothing else. Where an import is the point, or nothing can be forked, start a cold
one: `cold`.
"""

import atexit
import functools
import gc
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_TIMEOUT_S = 150


def run(*words: object) -> "subprocess.CompletedProcess[str]":
    """Run `python -m desktop_app` with these words to its end, in the environment as it is now."""
    return _Warm.started().run([str(word) for word in words]) if hasattr(os, "fork") else cold(*words)


def cold(*words: object) -> "subprocess.CompletedProcess[str]":
    """The same, by an interpreter that has imported nothing."""
    return subprocess.run(
        [sys.executable, "-m", "desktop_app", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        cwd=ROOT,
        check=False,
    )


class _Warm:
    """The process that others are forked from; it ends with this one."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.commands"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            start_new_session=True,
        )
        atexit.register(self.close)

    @staticmethod
    @functools.cache
    def started() -> "_Warm":
        return _Warm()

    def run(self, words: list[str]) -> "subprocess.CompletedProcess[str]":
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with tempfile.TemporaryDirectory() as folder:
            said, complained = Path(folder) / "stdout", Path(folder) / "stderr"
            order = [words, dict(os.environ), str(said), str(complained)]
            try:
                print(json.dumps(order), file=self._process.stdin, flush=True)
                code = int(self._process.stdout.readline())
            except BaseException:
                # A test that took too long: who asks next is not to get this one's answer.
                self.close()
                self.started.cache_clear()
                raise
            return subprocess.CompletedProcess(
                words, code, said.read_text(encoding="utf-8"), complained.read_text(encoding="utf-8")
            )

    def close(self) -> None:
        """End it, and a command that runs still."""
        atexit.unregister(self.close)
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()


# What follows is that process.


def _serve() -> None:
    import openvino  # noqa: F401
    import pymilvus  # noqa: F401

    # So that none of it need be imported again.
    from desktop_app.cli import main  # noqa: F401
    from desktop_app.library import PhotoLibrary  # noqa: F401

    # Else each child looks through all that was imported, and copies it, when it ends: a second's work.
    gc.freeze()
    for line in sys.stdin:
        words, environment, *files = json.loads(line)
        child = os.fork()
        if not child:
            _become(words, environment, files)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _become(words: list[str], environment: dict[str, str], files: list[str]) -> None:
    """Be `python -m desktop_app`; its end is that of this process."""
    os.environ.clear()
    os.environ.update(environment)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, file in enumerate(files, 1):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), number)
    sys.argv[1:] = words
    runpy.run_module("desktop_app", run_name="__main__", alter_sys=True)
    sys.exit()


if __name__ == "__main__":
    _serve()
