"""The man page and what shells complete, made from the very parsers of the program, so that they stay true.

``python -m steps.linux_docs FOLDER`` writes them and the icons below a folder; so the Python can do it that has the program's
packages, whichever builds.
"""

import argparse
import collections
import gzip
import importlib.util
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

from steps import freeze, linux_files, project
from steps.errors import CannotBuildError

# Where each shell looks; those of the system's own packages.
COMPLETIONS = {
    "bash": "share/bash-completion/completions/{name}",
    "zsh": "share/zsh/vendor-completions/_{name}",
    "fish": "share/fish/vendor_completions.d/{name}.fish",
}
_FOLDERS = {"DIR", "FOLDER"}
# Wide enough for the longest line of usage, for troff fills the lines itself.
_WIDTH = 78


def write(usr: Path) -> None:
    """Write man page, completions and icons below a folder that stands for /usr.

    Raises:
        CannotBuildError: What makes the completions is not installed.
    """
    for shell, place in COMPLETIONS.items():
        file = usr / place.format(name=project.NAME)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(completion(shell), encoding="utf-8")
    page = usr / "share" / "man" / "man1" / f"{project.NAME}.1.gz"
    page.parent.mkdir(parents=True, exist_ok=True)
    # Without a name and a time in it, so that the same build makes the same file.
    page.write_bytes(gzip.compress(man_page().encode(), 9, mtime=0))
    # Late: it comes with Qt.
    from steps.icons import drawn

    icons = usr / "share" / "icons" / "hicolor"
    for side_px in linux_files.ICON_SIDES_PX:
        folder = icons / f"{side_px}x{side_px}" / "apps"
        folder.mkdir(parents=True, exist_ok=True)
        drawn(side_px).save(folder / f"{project.APPLICATION_ID}.png")
    scalable = icons / "scalable" / "apps" / f"{project.APPLICATION_ID}.svg"
    scalable.parent.mkdir(parents=True, exist_ok=True)
    scalable.write_bytes(linux_files.PICTURE.read_bytes())


def parsers() -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    """Return the parser of the commands and that of the window."""
    from desktop_app.cli.arguments import parser
    from desktop_app.main import window_parser

    handlers: dict[str, Callable[..., int]] = collections.defaultdict(lambda: lambda *_: 0)
    return parser(handlers), window_parser()


def completion(shell: str) -> str:
    """Return the file by which a shell (bash, zsh or fish) completes what is typed.

    Raises:
        CannotBuildError: What makes it is not installed.
    """
    try:
        import shtab
    except ImportError as error:
        raise CannotBuildError(
            "shtab is missing, which writes what shells complete: pip install -r packaging/requirements-build.txt"
        ) from error
    commands, window = parsers()
    known = {option for action in commands._actions for option in action.option_strings}
    for action in window._actions:
        if action.option_strings and not known.intersection(action.option_strings):
            commands._add_action(action)
    for one in _all(commands):
        for action in one._actions:
            if action.type is Path:
                action.complete = shtab.DIRECTORY if action.metavar in _FOLDERS else shtab.FILE  # type: ignore[attr-defined]  # shtab's own
    return str(shtab.complete(commands, shell))


def man_page() -> str:
    """Return the man page, as troff."""
    commands, window = parsers()
    actions = [action for action in commands._actions if action.option_strings]
    known = {option for action in actions for option in action.option_strings}
    actions += [action for action in window._actions if action.option_strings and action.dest not in known]
    common = {action.dest: action for action in actions}
    subcommands = "\n".join(
        _command(command, help_text, set(common)) for command, help_text in _commands(commands)
    )
    usage = f"{commands.prog} [\\-\\-base\\-dir DIR] [\\-\\-search WORDS] [FOLDER ...]\n{commands.prog} [OPTIONS] COMMAND ..."
    return linux_files.filled(
        "vislumbre.1.in",
        synopsis=usage,
        options="\n".join(map(_option, common.values())),
        commands=subcommands,
    )


def _command(command: argparse.ArgumentParser, help_text: str, common: set[str]) -> str:
    own = [action for action in command._actions if action.dest not in common and action.dest != "help"]
    formatter = argparse.HelpFormatter(prog=command.prog, width=10_000)
    formatter.add_usage(None, own, command._mutually_exclusive_groups, prefix="")
    usage = formatter.format_help().strip()
    described = [_option(action) for action in own if action.help]
    indented = [".RS", *described, ".RE"] if described else []
    return "\n".join([".TP", f".B {_escaped(usage)}", _roff(help_text), *indented])


def _commands(parser: argparse.ArgumentParser) -> Iterator[tuple[argparse.ArgumentParser, str]]:
    """Yield the commands that can be run, those with actions once an action, with what they do."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            said = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, command in action.choices.items():
                inner = list(_commands(command))
                yield from inner or [(command, said[name])]


def _all(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for command, _ in _commands(parser):
        yield command


def _option(action: argparse.Action) -> str:
    value = action.metavar or action.dest.upper() if action.nargs != 0 else ""
    names = ", ".join(action.option_strings)
    title = f"{names} {value}".strip() if names else str(value)
    return "\n".join([".TP", f".B {_escaped(title)}", _roff(action.help or "")])


def _escaped(text: str) -> str:
    """Return a text so that troff shows each letter as it is."""
    return text.replace("\\", "\\e").replace("-", "\\-").replace("~", "\\(ti").replace("`", "\\(ga")


def _roff(text: str) -> str:
    """Return a text as lines of troff, none of which begins like an order."""
    lines = textwrap.wrap(_escaped(text), _WIDTH, break_long_words=False, break_on_hyphens=False)
    return "\n".join(f"\\&{line}" if line.startswith((".", "'")) else line for line in lines)


def write_wherever(usr: Path) -> None:
    """Do as `write` does, in a Python that has the program's packages: this one, or the one that `freeze` made.

    Raises:
        CannotBuildError: It cannot be done; the reason is that of the other process.
    """
    if all(importlib.util.find_spec(needed) for needed in ("shtab", "PySide6", "desktop_app")):
        write(usr)
        return
    python = freeze.build_python()
    path = os.pathsep.join([str(project.PACKAGING), str(project.ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [python, "-m", "steps.linux_docs", usr],
        env=os.environ | {"PYTHONPATH": path.rstrip(os.pathsep)},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotBuildError(
            done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"{python} failed"
        )


if __name__ == "__main__":
    try:
        write(Path(sys.argv[1]))
    except CannotBuildError as error:
        sys.exit(str(error))
