"""How the program starts: arguments, a missing screen, what is loaded before the window is there."""

import json
import os
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from desktop_app import __main__, main
from desktop_app.cli import commands
from desktop_app.cli.arguments import parser
from desktop_app.cli.commands import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
WAIT_S = 60

# Shows the window on a library that is never opened, and says what is loaded once it was painted.
LOOK_AT_MODULES = """
import json, sys
from pathlib import Path
from desktop_app.library import LibraryError
from desktop_app.settings import Settings
from desktop_app.ui.app.application import made_application
from desktop_app.ui.app.session import Session

base, seen = Path(sys.argv[1]), {}

def open_library():
    seen["at opening"] = loaded()
    seen["visible"] = session.window.isVisible()
    raise LibraryError("Only the order matters here.")

def loaded():
    return sorted({"torch", "open_clip", "pymilvus", "milvus_lite", "timm"} & set(sys.modules))

def note_signatures(frame, event, _):
    # PySide6 parses those of all its classes, for 30 ms, where somebody asks for the docstring of one of its methods.
    if event == "call" and frame.f_code.co_name == "make_helptext":
        parsed.append(frame.f_back.f_code.co_name)

parsed = []
sys.setprofile(note_signatures)
app = made_application()
session = Session(Settings.load(base), open_library, data=base, cache=base, log=base)
session.window.painted.connect(lambda: seen.update(painted=loaded(), parsed=list(parsed)))
# The first page gives way to the one that says why there is no library.
session.window.pages.turned.connect(app.quit)
session.show()
seen["shown"] = loaded()
app.exec()
session.close()
print(json.dumps(seen))
"""


def environment(**changes: str) -> dict[str, str]:
    """This process's environment with changes; an empty value takes a name out."""
    return {name: value for name, value in (dict(os.environ) | changes).items() if value}


def test_nothing_slow_is_loaded_before_the_window_is_painted(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOOK_AT_MODULES, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=True,
        cwd=ROOT,
        env=environment(QT_QPA_PLATFORM="offscreen"),
    )
    seen = json.loads(done.stdout)
    assert seen == {"shown": [], "painted": [], "parsed": [], "at opening": [], "visible": True}


@pytest.mark.parametrize(("name", "home"), commands._HOMES.items())
def test_each_command_is_where_it_is_looked_for(name: str, home: str) -> None:
    module, _, function = home.partition(".")
    assert callable(getattr(import_module(f"desktop_app.cli.{module}"), function)), name


@pytest.mark.parametrize(
    ("typed", "is_command"),
    [
        ([], False),
        (["--base-dir", "search"], False),
        (["search", "a dog"], True),
        (["--base-dir", "/lib", "status"], True),
        (["--model", "/models/mine", "index", "/photos"], True),
        (["nonsense"], True),
        (["date:2023"], True),
        (["--search", "a dog"], False),
        (["--search", ""], False),
        (["--help"], True),
        (["/photos"], False),
        (["./status"], False),
        (["."], False),
        (["Holiday"], False),
        (["status"], True),
        (["dog.jpg"], False),
        (["--base-dir", "/lib", "--search", "dog", "/photos"], False),
        (["/photos", "--help"], True),
    ],
)
def test_a_folder_opens_the_window_and_a_command_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: list[str], is_command: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("Holiday", "status"):
        (tmp_path / name).mkdir()
    (tmp_path / "dog.jpg").touch()
    assert __main__._names_a_command(typed) is is_command


def test_every_option_whose_next_word_is_its_value_is_known_before_a_command() -> None:
    options = {
        option
        for one in (parser(COMMANDS), main.window_parser())
        for action in one._actions
        for option in action.option_strings
        if action.nargs != 0
    }
    assert options == __main__._WITH_VALUE


@pytest.mark.parametrize(
    ("program", "frozen", "is_window"),
    [
        ("vislumbre-window.exe", True, True),
        ("vislumbre.exe", True, False),
        ("vislumbre-window.exe", False, False),
    ],
)
def test_the_executable_without_a_console_never_runs_a_command(
    monkeypatch: pytest.MonkeyPatch, program: str, frozen: bool, is_window: bool
) -> None:
    monkeypatch.setattr(sys, "frozen", frozen, raising=False)
    assert __main__._is_window_program(f"/programs/{program}") is is_window


@pytest.mark.parametrize(
    ("text", "platform", "path"),
    [
        ('C:"', "win32", "C:\\"),
        ("C:\\\\.", "win32", "C:\\\\."),
        ("C:\\My Photos\\.", "win32", "C:\\My Photos\\."),
        ('/photos/15"', "linux", '/photos/15"'),
    ],
)
def test_a_drive_whose_quote_was_taken_by_the_backslash_is_that_drive(
    text: str, platform: str, path: str
) -> None:
    assert main.path_of(text, platform) == Path(path)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
def test_without_a_screen_a_sentence_says_what_works_instead(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "desktop_app", "--base-dir", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=False,
        cwd=ROOT,
        env=environment(QT_QPA_PLATFORM="", DISPLAY="", WAYLAND_DISPLAY=""),
    )
    assert done.returncode == 3
    assert 'make run PHOTOS=folder QUERY="a dog on the beach"' in done.stderr
    assert "vislumbre index folder" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("environment_", "platform", "screen"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", True),
        ({}, "win32", True),
        ({}, "darwin", True),
    ],
)
def test_a_screen_is_looked_for_where_there_may_be_none(
    environment_: dict[str, str], platform: str, screen: bool
) -> None:
    assert main.has_screen(environment_, platform) is screen


def test_missing_system_libraries_are_said_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "PySide6.QtWidgets", None)
    monkeypatch.delitem(sys.modules, "desktop_app.ui.app.application", raising=False)
    assert main.window_main([]) == 3
    said = capsys.readouterr().err
    assert said.startswith("Vislumbre's window cannot start:")
    assert "make run" in said


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes without asking them")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_window_and_everything_behind_it(tmp_path: Path, number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "desktop_app", "--base-dir", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment(QT_QPA_PLATFORM="offscreen", VISLUMBRE_OFFLINE="1"),
    ) as running:
        second = start_again(tmp_path, "red")
        running.send_signal(number)
        _, said = running.communicate(timeout=WAIT_S)
    assert second == 0
    assert running.returncode == 0
    assert "Traceback" not in said
    assert (tmp_path / "config" / "settings.toml").is_file()


def start_again(base: Path, query: str) -> int:
    """Start the program a second time, as soon as the first one answers; return how that ended."""
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from threading import Event\n"
        "from desktop_app.main import window_main\n"
        "from desktop_app.ui.app.application import made_application\n"
        "from desktop_app.ui.system.single_instance import SingleInstance\n"
        "app, instance = made_application(), SingleInstance(Path(sys.argv[1]) / 'data')\n"
        "while not instance.send(['']):\n"
        "    Event().wait(0.05)\n"
        "sys.exit(window_main(['--base-dir', sys.argv[1], '--search', sys.argv[2]]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(base), query],
        timeout=2 * WAIT_S,
        check=False,
        cwd=ROOT,
        env=environment(QT_QPA_PLATFORM="offscreen"),
    )
    return done.returncode


@pytest.mark.parametrize(
    ("words", "is_command"),
    [
        (["index", "photos"], True),
        (["--base-dir", "/tmp/lib", "search", "a dog"], True),
        (["--help"], True),
        (["nonsense"], True),
        ([], False),
        (["--base-dir", "/tmp/lib"], False),
        (["--search", "a dog on the beach"], False),
        (["--search="], False),
        ([f"photos{os.sep}"], False),
        (["--base-dir", "/tmp/lib", str(Path("photos").absolute())], False),
    ],
)
def test_a_command_is_told_from_what_the_window_is_given(words: list[str], is_command: bool) -> None:
    assert __main__._names_a_command(words) is is_command
