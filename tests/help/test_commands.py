"""Every command and option that README and help name is there, and help names all there are."""

import argparse
import re
import shlex
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.cli import session
from desktop_app.cli.arguments import parser, protected
from desktop_app.main import window_parser
from tests.help.documents import HELP, OF_HELP, README, ROOT, rows, spans, text_of, typed_lines

PATHS = [README, *OF_HELP]
COMMAND_LINE = HELP / "command-line.md"
OURS = {"vislumbre", ".venv/bin/vislumbre"}
MAKEFILE = text_of(ROOT / "Makefile")
PARSER = parser(defaultdict(lambda: len))


def commands_of(
    top: argparse.ArgumentParser, name: str = ""
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Return every command with its parser, those of an action too."""
    below = [action for action in top._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        yield name, top
    for word, command in below[0].choices.items() if below else ():
        yield from commands_of(command, f"{name} {word}".strip())


COMMANDS = dict(commands_of(PARSER))
COMMON = {option for action in PARSER._actions for option in action.option_strings} - {"--version"}


def options_of(command: argparse.ArgumentParser) -> set[str]:
    return {option for action in command._actions for option in action.option_strings}


WINDOW = options_of(window_parser())


def command_in(words: list[str]) -> str:
    """Return the command among the words behind the program's name, "" for none."""
    named = [" ".join(words[:count]) for count in (2, 1)]
    return next((name for name in named if name in COMMANDS), "")


def lines(first: set[str]) -> list[tuple[str, str]]:
    """Return the lines to type that begin with one of these words, with where they stand."""
    return [
        (path.name, line)
        for path in PATHS
        for line in typed_lines(path)
        if line.split()[0] in first
    ]  # fmt: skip


@pytest.mark.parametrize(("page", "line"), lines(OURS))
def test_what_is_to_be_typed_can_be_typed(page: str, line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    assert PARSER.parse_args(protected(words)), page


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_commands_and_options_among_words_are_there(path: Path) -> None:
    unknown = []
    for span in spans(path):
        words = re.sub(r"[\[\]…]", " ", span).split()
        if words[0] != "vislumbre" or len(words) == 1 or words[1].isupper() or words[1].startswith("/"):
            continue
        if words[1] in WINDOW:
            continue
        command = command_in(words[1:])
        known = options_of(COMMANDS[command]) if command else set()
        if not command or not {word for word in words if word.startswith("--")} <= known:
            unknown.append(span)
    assert unknown == []


def test_the_page_of_the_command_line_has_every_command_with_its_options() -> None:
    told = {
        command_in(re.sub(r"[\[\]…`]", " ", row[0]).split()[1:]): " ".join(row)
        for row in rows(COMMAND_LINE, "Command")
    }
    assert set(told) - {""} == set(COMMANDS)
    elsewhere = {"evaluate": text_of(HELP / "evaluation.md")}
    for name, command in COMMANDS.items():
        own = options_of(command) - COMMON
        text = told[name] + elsewhere.get(name, "")
        assert {option for option in own if option not in text} == set(), name
    options = {row[0].strip("`").split()[0] for row in rows(COMMAND_LINE, "Option")}
    assert options == COMMON - {"-h", "--help"}


def test_the_exit_codes_are_those_that_commands_end_with() -> None:
    told = [int(row[0]) for row in rows(COMMAND_LINE, "Code")]
    assert told == [
        session.DONE,
        session.SOME_FAILED,
        session.WRONG_USE,
        session.CANNOT_WORK,
        session.INTERRUPTED,
    ]


def test_the_variables_of_the_environment_are_heard() -> None:
    told = {row[0].strip("`").partition("=")[0] for row in rows(COMMAND_LINE, "Variable")}
    heard = "\n".join(text_of(path) for path in (ROOT / "desktop_app").rglob("*.py"))
    assert told == {name for name in told if f'"{name}"' in heard}
    assert told >= set(re.findall(r'"(VISLUMBRE_[A-Z_]+)"', heard)) - {"VISLUMBRE_EXTRAS"}


@pytest.mark.parametrize(("page", "line"), lines({"make"}))
def test_make_has_what_is_to_be_made(page: str, line: str) -> None:
    _, target, *variables = shlex.split(line, comments=True)
    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), page
    assert all(f"$({name.partition('=')[0]})" in MAKEFILE for name in variables)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_make_among_words_is_there_too(path: Path) -> None:
    targets = [span.split()[1] for span in spans(path) if span.startswith("make ")]
    assert [target for target in targets if not re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)] == []


def test_the_two_commands_of_a_checkout_stand_in_readme() -> None:
    begun = [" ".join(line.split("#")[0].split()) for line in typed_lines(README)]
    assert begun[:2] == ["make run", "make test"]


@pytest.mark.parametrize(("page", "line"), lines({"python", ".venv/bin/python"}))
def test_what_python_is_told_is_there(page: str, line: str) -> None:
    words = line.split()
    if words[1] == "packaging/build.py":
        steps = text_of(ROOT / "packaging" / "build.py")
        assert all(word == "all" or f'"{word}"' in steps for word in words[2:])
        return
    told = {name for name in words[4:] if not name.startswith(("-", "."))}
    known = text_of(ROOT / "pyproject.toml")
    for name in told:
        assert (ROOT / name).is_file() or f'"{name}>=' in known, page
