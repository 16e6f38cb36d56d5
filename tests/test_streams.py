"""What a command prints on: streams that are missing, that cannot carry every sign, and that nobody reads."""

import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.streams import is_reader_gone, prepared, reader_may_be_gone, takes_escapes
from tests import commands

NAMES = "gelb ☀ 写真 😀"


def windows_1252() -> io.TextIOWrapper:
    """What Python makes of a pipe on Windows in Western Europe."""
    return io.TextIOWrapper(io.BytesIO(), encoding="cp1252", newline="")


def written(stream: io.TextIOWrapper) -> bytes:
    assert isinstance(stream.buffer, io.BytesIO)
    stream.flush()
    return stream.buffer.getvalue()


def test_a_pipe_of_windows_carries_every_name() -> None:
    stream = prepared(windows_1252(), "win32", {})
    assert isinstance(stream, io.TextIOWrapper)
    print(NAMES, file=stream)
    assert written(stream).decode("utf-8").strip() == NAMES


def test_an_encoding_that_the_person_chose_is_kept_and_no_name_ends_the_program() -> None:
    stream = prepared(windows_1252(), "win32", {"PYTHONIOENCODING": "cp1252"})
    assert isinstance(stream, io.TextIOWrapper)
    print("ü☀", file=stream)
    assert written(stream).strip() == b"\xfc\\u2600"


def test_a_program_without_a_console_prints_nowhere() -> None:
    with prepared(None, "win32", {}) as stream:
        print(NAMES, file=stream)
        assert not takes_escapes(stream)


@pytest.mark.skipif(
    sys.platform == "win32", reason="a locale that cannot write every sign, as POSIX has them"
)
@pytest.mark.parametrize("words", [("show", "/gone/☀.jpg"), ("--json", "show", "/gone/☀.jpg")])
def test_a_locale_that_lacks_signs_ends_no_command(words: tuple[str, ...], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "desktop_app", "--base-dir", str(tmp_path), *words],
        env={**os.environ, "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"},
        capture_output=True,
        cwd=commands.ROOT,
        timeout=60,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    assert b"\\u2600" in done.stdout + done.stderr


def test_windows_calls_a_reader_that_is_gone_an_invalid_argument() -> None:
    gone = OSError(errno.EINVAL, "Invalid argument")
    assert is_reader_gone(gone, "win32")
    assert not is_reader_gone(gone, "linux")
    assert is_reader_gone(BrokenPipeError(errno.EPIPE, "Broken pipe"), "linux")
    # Of a file that has a name, it says something else.
    assert not is_reader_gone(OSError(errno.EINVAL, "Invalid argument", "a?.jpg"), "win32")
    with reader_may_be_gone("win32"):
        _fail(gone)
    with pytest.raises(OSError, match="Invalid"), reader_may_be_gone("linux"):
        _fail(gone)


def _fail(error: OSError) -> None:
    raise error
