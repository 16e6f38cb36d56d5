"""Paths and texts as they are printed: nothing acts in a terminal, and a path can be given back."""

import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.cli.output import complain, print_error, print_json, say
from desktop_app.cli.paths import path_of
from desktop_app.library import LibraryError
from desktop_app.logs import Logs
from desktop_app.printable import did_you_mean, last_line, meant, safe, sent, shown, size_of

posix = pytest.mark.skipif(os.name != "posix", reason="elsewhere a backslash stands between names")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


@posix
@pytest.mark.parametrize(
    ("name", "in_json", "in_terminal"),
    [
        (b"red.jpg", "red.jpg", "red.jpg"),
        ("Łódź केला 👩‍👧.jpg".encode(), "Łódź केला 👩‍👧.jpg", "Łódź केला 👩‍👧.jpg"),
        (b"a\\xff.jpg", "a\\xff.jpg", "a\\xff.jpg"),
        (b"\xff.jpg", "\\xff.jpg", "\\xff.jpg"),
        (b"a\\b\xff.jpg", "a\\\\b\\xff.jpg", "a\\\\b\\xff.jpg"),
        (b"a\nb.jpg", "a\nb.jpg", "a\\x0ab.jpg"),
        (b"\x1b[2J\\.jpg", "\x1b[2J\\.jpg", "\\x1b[2J\\\\.jpg"),
        ("\u202egpj.exe".encode(), "\u202egpj.exe", "\\xe2\\x80\\xaegpj.exe"),
        ("\x9b2J".encode(), "\x9b2J", "\\xc2\\x9b2J"),
    ],
)
def test_a_path_is_written_so_that_it_can_be_sent_and_shown(
    name: bytes, in_json: str, in_terminal: str
) -> None:
    path = Path("/p") / os.fsdecode(name)
    assert (sent(path), shown(path)) == (f"/p/{in_json}", f"/p/{in_terminal}")


@posix
@given(st.binary(min_size=1, max_size=30).filter(lambda name: not set(b"\0/") & set(name) and name != b"."))
def test_every_path_that_is_written_with_an_escape_is_read_back(name: bytes) -> None:
    path = Path("/p") / os.fsdecode(name)
    for text in (sent(path), shown(path)):
        assert text.encode()
        assert meant(text) == (path if text != str(path) else meant(text))
    assert not _CONTROL.search(shown(path))


@given(st.text())
def test_no_text_acts_in_a_terminal(text: str) -> None:
    assert safe(text).encode() or not text
    assert not _CONTROL.search(safe(text))
    assert safe(safe(text)) == safe(text)


@pytest.mark.parametrize(
    "text", ["", "a.jpg", "a\\b.jpg", "\\x41.jpg", "\\xFF.jpg", "\\xf", "\\x00", "\\\\", "\\n"]
)
def test_what_was_not_printed_here_is_no_escape(text: str) -> None:
    assert meant(text) is None


@posix
def test_a_word_is_the_path_as_typed_before_it_is_one_that_was_printed(tmp_path: Path) -> None:
    odd, plain = tmp_path / "\udcff", tmp_path / "\\xff"
    printed = sent(odd)
    assert printed == str(plain)
    assert path_of(printed) == plain
    odd.mkdir()
    assert path_of(printed) == odd
    assert path_of(Path(printed)) == odd
    plain.touch()
    assert path_of(printed) == plain
    plain.unlink()
    gone = tmp_path / "gone\udcfe"
    assert path_of(sent(gone)) != gone
    assert path_of(sent(gone), {gone}.__contains__) == gone
    assert path_of(sent(odd / "gone")) == odd / "gone"


def test_lines_for_people_are_lines(capfd: pytest.CaptureFixture[str]) -> None:
    say("a\nb\x1b[2J\udcff")
    complain("c\r\x07")
    print_error(LibraryError("The folder /p/\n\udcff is not there."), as_json=True)
    out, err = capfd.readouterr()
    said, as_json = out.splitlines()
    assert said == "a\\x0ab\\x1b[2J\\xff"
    assert json.loads(as_json)["error"] == "The folder /p/\n\\xff is not there."
    assert err.splitlines() == ["c\\x0d\\x07", "The folder /p/\\x0a\\xff is not there."]


def test_json_is_exact_and_does_not_act(capfd: pytest.CaptureFixture[str]) -> None:
    value = {"path": "\x1b\n\x9b\u202eé", "more": [1, None, {"text": "\x7f\u2028"}]}
    print_json(value)
    out = capfd.readouterr().out
    assert json.loads(out) == value
    assert not _CONTROL.search(out.removesuffix("\n"))
    assert "é" in out


def test_the_log_has_a_line_for_each_record_and_nothing_in_it_acts(tmp_path: Path) -> None:
    logs = Logs.start(tmp_path, console=False)
    try:
        logging.getLogger("desktop_app").warning("cannot read %s", "/p/\x1b[2J\nERROR forged\u202e.jpg")
        assert logs.file is not None
        line = logs.file.read_text("utf-8").splitlines()[-1]
    finally:
        logs.uninstall()
    assert line.endswith("cannot read /p/\\x1b[2J\\x0aERROR forged\\xe2\\x80\\xae.jpg")


_BUG = "run = lambda *_: (_ for _ in ()).throw(ValueError(NAME))\n"
_AS_COMMAND = (
    "from desktop_app import __main__\nfrom desktop_app.cli import main as cli\nsys.argv[1:] = ['x']\n"
)
_PROGRAMS = {
    "log": "from desktop_app.logs import Logs\nLogs.start(Path(sys.argv[1]))\nlogging.getLogger().warning('%s', NAME)",
    "window": "from desktop_app import __main__\nsys.argv[1:] = ['--' + NAME]\n__main__.main()",
    "command": "from desktop_app import __main__\nsys.argv[1:] = ['status', '--' + NAME]\n__main__.main()",
    "bug": f"{_AS_COMMAND}{_BUG}cli.main = run\n__main__.main()",
    "bug of a thread": f"{_AS_COMMAND}{_BUG}cli.main = lambda _: threading.Thread(target=run).start()\n__main__.main()",
}


@pytest.mark.parametrize("program", _PROGRAMS.values(), ids=_PROGRAMS)
def test_nothing_on_the_error_stream_acts(tmp_path: Path, program: str) -> None:
    text = "import logging, sys, threading\nfrom pathlib import Path\n"
    text += "NAME = 'photo\\x1b]0;owned\\x07\\u202e\\x9b2J.jpg'\n" + program
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", text, str(tmp_path)],
        capture_output=True,
        timeout=60,
        check=False,
        env=environment,
    )
    said = done.stderr.decode()
    assert "photo\\x1b]0;owned\\x07\\xe2\\x80\\xae\\xc2\\x9b2J.jpg" in said
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", said.replace("\r\n", "\n"))


@pytest.mark.parametrize(
    ("size_bytes", "said"),
    [(0, "0 kB"), (42_600, "43 kB"), (605_189_364, "605 MB"), (1_542_000_000, "1.5 GB"), (2 * 10**12, "2,000.0 GB")],
)  # fmt: skip
def test_a_size_is_said_as_shops_say_it(size_bytes: int, said: str) -> None:
    assert size_of(size_bytes) == said


def test_names_that_are_near_are_asked_for() -> None:
    names = ["built-in", "ViT-B-32", "ViT-B-16"]
    assert did_you_mean("vit-b", names) == "Did you mean “ViT-B-32” or “ViT-B-16”? "
    assert did_you_mean("biult-in", names) == "Did you mean “built-in”? "
    assert did_you_mean("dog", names) == did_you_mean("", names) == ""
    assert did_you_mean("abcd", ["abcd1", "abcd2", "abcd3", "abcd4"]).startswith(
        "Did you mean “abcd1”, “abcd2” or “abcd3”?"
    )


def test_of_what_a_process_said_the_last_line_is_kept() -> None:
    assert last_line(b"Traceback\n  file\nOSError: no\x1b[2J room\n\n") == "OSError: no\\x1b[2J room"
    assert last_line(b" \n") == last_line(b"") == ""
    assert len(last_line(b"x" * 5000)) == 300
