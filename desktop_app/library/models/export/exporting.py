"""Has a child process export an architecture that ships no graphs, and puts them where the runtime looks for them."""

import contextlib
import errno
import importlib.util
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from desktop_app import own_files
from desktop_app.children import MODEL_EXPORT, command_of, creation_flags, is_frozen
from desktop_app.library.confinement.environment import environment_of_a_child
from desktop_app.library.errors import DiskFullError, LibraryError, ModelError
from desktop_app.library.models.files import check_model
from desktop_app.library.models.from_files.importing import EXPORT_SCRATCH
from desktop_app.library.models.runtime.architecture import architecture_of
from desktop_app.library.models.runtime.graph import IMAGE_NAME, LONGEST_GRAPH, TEXT_NAME, Graph
from desktop_app.library.models.runtime.graphs import EXPORTED, EXPORTER_VERSION
from desktop_app.printable import last_line

_log = logging.getLogger(__name__)

_ABOUT_NAME = "graphs.json"
_NEEDED = ("torch", "torchvision", "open_clip", "onnx")
_NAMES_OF_PACKAGES = {"open_clip": "open_clip_torch"}
_INSTALLED = (
    "The installed program cannot take them in. Learn it once with Vislumbre from pip (“pip install vislumbre[export]”) and the "
    "same library, which this program then reads; or choose a model of an architecture that Vislumbre knows."
)
_INSTALL = "Install them with “pip install vislumbre[export]”, or choose a model of an architecture that Vislumbre knows."
_LOOK_S = 0.2
# The largest models of open_clip take some minutes; whatever needs longer hangs.
_PATIENCE_S = 1800.0
_LONGEST_ANSWER = 64 * 1024
_LAST_WORDS = 2000


def export_graphs(model: Path, models: Path, *, is_wanted: Callable[[], bool] = lambda: True) -> Path:
    """Export the graphs of a model's architecture and return their folder; at once when they are there already.

    Takes from a few seconds to minutes, in another process, which has ended when this returns. They are compared with
    open_clip itself first; whatever goes wrong, nothing is left.

    Args:
        model: The model's folder.
        models: The library's folder of models.
        is_wanted: Asked a few times a second; at the first no, the export ends.

    Raises:
        ModelError: It cannot be exported, differs from the original, or torch and open_clip are not installed.
        DiskFullError: Too little room.
        LibraryError: It is no longer wanted.
    """
    target = models / EXPORTED / f"{architecture_of(check_model(model))}-{EXPORTER_VERSION}"
    below = models.parent
    if all(own_files.is_there(target / name, below=below) for name in (IMAGE_NAME, TEXT_NAME)):
        return target
    if missing := missing_packages():
        raise ModelError(
            f"The model {model.name} has an architecture that Vislumbre does not know yet, and learning it needs "
            f"packages that are not installed ({', '.join(missing)}).",
            how_to_install(),
        )
    started = time.perf_counter()
    try:
        own_files.make_folder(target.parent, below=below)
        for stale in models.glob(f"{EXPORT_SCRATCH}*"):  # of an export that was killed
            with contextlib.suppress(OSError):
                own_files.remove(stale)
        with tempfile.TemporaryDirectory(prefix=EXPORT_SCRATCH, dir=models) as scratch:
            made, arriving = Path(scratch) / "made", Path(scratch) / "graphs"
            own_files.make_folder(made, below=below)
            _run_child(model, made, is_wanted)
            _keep(made, arriving, below)
            own_files.remove(target)
            own_files.move(arriving, target)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise _no_room(models) from error
        raise ModelError(f"The model {model.name} cannot be exported: {error.strerror or error}.") from error
    _log.info("%s exported into %s in %.1f s", model, target, time.perf_counter() - started)
    return target


def missing_packages() -> list[str]:
    """Return which packages an export needs that are not installed, by the names that pip knows."""
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    return [_NAMES_OF_PACKAGES.get(name, name) for name in missing]


def how_to_install() -> str:
    """Return what to do where an export needs packages that are not there, for a person."""
    return _INSTALLED if is_frozen() else _INSTALL


def _run_child(model: Path, made: Path, is_wanted: Callable[[], bool]) -> None:
    """Let the child fill a folder, and raise what it says."""
    with _lifeline() as theirs, tempfile.TemporaryFile() as answer, tempfile.TemporaryFile() as words:
        process = subprocess.Popen(
            [*command_of(MODEL_EXPORT), str(model), str(made), "" if theirs is None else str(theirs)],
            stdin=subprocess.DEVNULL,
            stdout=answer,
            stderr=words,
            pass_fds=() if theirs is None else (theirs,),
            cwd="/" if os.name == "posix" else Path(sys.executable).parent,
            env=environment_of_a_child({"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}),
            start_new_session=os.name == "posix",
            creationflags=creation_flags(own_group=True),
        )
        try:
            _wait(process, model, is_wanted)
        finally:
            process.kill()
            process.wait()
        answer.seek(0)
        words.seek(max(0, words.seek(0, os.SEEK_END) - _LAST_WORDS))
        _raise_what_was_said(answer.read(_LONGEST_ANSWER), words.read(), process.returncode, model, made)


def _wait(process: "subprocess.Popen[bytes]", model: Path, is_wanted: Callable[[], bool]) -> None:
    latest = time.monotonic() + _PATIENCE_S
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_LOOK_S)
            return
        if not is_wanted():
            raise LibraryError("The export was stopped.")
        if time.monotonic() > latest:
            raise ModelError(f"The model {model.name} cannot be exported: it takes too long.")


def _raise_what_was_said(answer: bytes, words: bytes, code: int, model: Path, made: Path) -> None:
    """Raise the child's sentence, if it said one or died without a word."""
    try:
        said = json.loads(answer)
    except ValueError:
        said = None
    if code == 0 and said == {}:
        return
    _log.warning("the export of %s ended with %s: %s", model, code, words.decode("utf-8", "replace"))
    if isinstance(said, dict) and said.get("full"):
        raise _no_room(made.parent.parent)
    if isinstance(said, dict) and said.get("sentence"):
        raise ModelError(str(said["sentence"]), str(said.get("hint", "")))
    why = last_line(words).rstrip(".") or f"it ended with code {code} and without a word"
    raise ModelError(
        f"The model {model.name} cannot be exported: the process that does it ended unexpectedly ({why}).",
        "It may have had too little memory. Close other programs and try again.",
    )


def _keep(made: Path, arriving: Path, below: Path) -> None:
    """Check what the child wrote as if somebody else had, and bring it to disk."""
    own_files.make_folder(arriving, below=below)
    for name in (IMAGE_NAME, TEXT_NAME, _ABOUT_NAME):
        content = own_files.read(made / name, LONGEST_GRAPH + 1, below=below)
        if name != _ABOUT_NAME:
            Graph(content, name)
        own_files.write(arriving / name, content, below=below)


@contextlib.contextmanager
def _lifeline() -> Iterator[int | None]:
    """Yield the end of a pipe for the child, whose other end goes when we do; None on Windows."""
    if os.name != "posix":
        yield None
        return
    theirs, ours = os.pipe()
    try:
        yield theirs
    finally:
        os.close(theirs)
        os.close(ours)


def _no_room(models: Path) -> DiskFullError:
    return DiskFullError(
        f"There is too little room in {models} for the exported model.", "Make room and try again."
    )
