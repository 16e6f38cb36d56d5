"""The program's child processes: how each is started, and how it comes in, in a checkout and in the frozen program.

From a checkout a child is started by this file's path, which imports nothing that the child does not need: a decoder is so up
in a tenth of a second, and 40 MB large. The frozen program starts itself.
"""

import importlib
import os
import sys
from pathlib import Path
from typing import NamedTuple

# On Windows the window's program has no console and no streams; the other one has them, hidden or not.
_WITH_STREAMS = "vislumbre.exe"
# winbase.h. Not from `subprocess`, which no child needs.
_NO_WINDOW, _NEW_GROUP, _BELOW_NORMAL = 0x0800_0000, 0x0200, 0x4000

LAUNCHED_FOR = "__PYVENV_LAUNCHER__"
"""The variable by which Python on Windows learns in which virtual environment it runs."""


class Child(NamedTuple):
    """A kind of child process.

    Attributes:
        switch: First word with which it is started.
        module: Whose `main` it runs, with the words that follow, for the exit code.
        ends_at_once: Whether nothing is shut down in good order when `main` has returned: threads of libraries must
            not hold the process, nor may a database be closed after a failed flush.
    """

    switch: str
    module: str
    ends_at_once: bool


VECTOR_SERVER = Child("--vector-server", "desktop_app.library.vectors.lite.child", ends_at_once=True)
DECODE_WORKER = Child("--decode-worker", "desktop_app.library.decoding.worker", ends_at_once=False)
MODEL_BENCH = Child("--model-bench", "desktop_app.library.models.bench.child", ends_at_once=True)
MODEL_EXPORT = Child("--model-export", "desktop_app.library.models.export.worker", ends_at_once=False)
EXTRA_TRIAL = Child("--extra-trial", "desktop_app.library.media.extra_child", ends_at_once=False)
WINDOW_TRIAL = Child("--window-trial", "desktop_app.window_trial", ends_at_once=False)
CHILDREN = (VECTOR_SERVER, DECODE_WORKER, MODEL_BENCH, MODEL_EXPORT, EXTRA_TRIAL, WINDOW_TRIAL)


def is_frozen() -> bool:
    """Whether this is the program as it is installed, with its own Python, and not a checkout or a package of pip."""
    return bool(getattr(sys, "frozen", False))


def forget_own_libraries() -> None:
    """Let other programs that are started from here, a browser or a file manager, load their own libraries and not ours.

    On Linux the frozen program begins by starting itself anew with the folder of its libraries in the environment; from then
    on it needs that no more, and a child process begins in the same way.
    """
    if not is_frozen():
        return
    for name in [name for name in os.environ if name.startswith("_PYI_")]:
        del os.environ[name]
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", "")
    os.environ.pop("LD_LIBRARY_PATH", None)
    if before:
        os.environ["LD_LIBRARY_PATH"] = before


def command_of(child: Child) -> list[str]:
    """Return the words that start a child process; what it is told is added to them."""
    if is_frozen():
        return [_own_program(), child.switch]
    # -P: nothing is imported from this file's folder.
    return [interpreter(), "-P", str(Path(__file__).resolve()), child.switch]


def interpreter() -> str:
    """Return the program that child processes of ours are started by."""
    return interpreter_of(sys.executable, getattr(sys, "_base_executable", sys.executable), sys.platform)


def interpreter_of(executable: str, base: str, platform: str) -> str:
    """Return the interpreter itself for the program that this process was started by.

    On Windows the Python of a virtual environment is a small program that starts the real one and waits for it. Memory,
    processor time and end of the child would be that program's, and so would be the parent that the child lives with. So
    the real one is started, as `multiprocessing` does, and told where it belongs.

    Args:
        executable: As `sys.executable`.
        base: The interpreter that a virtual environment was made from.
        platform: As in `sys.platform`.
    """
    is_launcher = platform == "win32" and not is_frozen() and base.lower() != executable.lower()
    return base if is_launcher else executable


def creation_flags(*, own_group: bool = False, background: bool = False, platform: str = sys.platform) -> int:
    """Return how Windows is to start a child: without a console window, which would flash; 0 elsewhere.

    Args:
        own_group: Whether Ctrl+C in the console is not for it.
        background: Whether everything else on the machine goes first.
        platform: As in `sys.platform`.
    """
    wanted = _NO_WINDOW | (_NEW_GROUP if own_group else 0) | (_BELOW_NORMAL if background else 0)
    return wanted if platform == "win32" else 0


def named_child(words: list[str]) -> Child | None:
    """Return the child process that the words of a command line ask for; None for none."""
    return next((child for child in CHILDREN if words[:1] == [child.switch]), None)


def run(child: Child, words: list[str]) -> int:
    """Be a child process, and return the exit code.

    Args:
        child: Which.
        words: What follows its switch.
    """
    code: int = importlib.import_module(child.module).main(words)
    if child.ends_at_once:
        if sys.stderr is not None:
            sys.stderr.flush()
        os._exit(code)
    return code


def _own_program() -> str:
    program = Path(sys.executable)
    beside = program.with_name(_WITH_STREAMS)
    return str(beside if sys.platform == "win32" and beside.exists() else program)


if __name__ == "__main__":
    # In place of this file's folder, which -P leaves out.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    wanted = named_child(sys.argv[1:])
    sys.exit(run(wanted, sys.argv[2:]) if wanted else 2)
