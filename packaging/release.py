"""What the release workflow asks: ``python packaging/release.py {tag TAG, notes, sums, self-test, sign FILE…, try FILE…}``."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from steps import project, release, signing, trial
from steps.errors import CannotBuildError


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    tag = commands.add_parser("tag", help="fail unless this tag is that of the version in pyproject.toml")
    tag.add_argument("tag")
    commands.add_parser("notes", help="print what CHANGELOG.md says of this version")
    sums = commands.add_parser("sums", help=f"write {release.SUMS} into a folder")
    sums.add_argument("folder", type=Path, nargs="?", default=project.DIST)
    test = commands.add_parser("self-test", help="run the self-test of the frozen program")
    test.add_argument("program", type=Path, nargs="?")
    signed = commands.add_parser(
        "sign", help="sign programs for Windows, if the environment has a certificate"
    )
    signed.add_argument("files", type=Path, nargs="+")
    tried = commands.add_parser("try", help="install, run and remove finished packages on this computer")
    tried.add_argument("files", type=Path, nargs="+")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Do what is asked and return the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        _do(asked)
    except CannotBuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _do(asked: argparse.Namespace) -> None:
    match asked.command:
        case "tag":
            release.check_tag(asked.tag)
        case "notes":
            changelog = (project.ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
            print(release.notes(changelog, project.VERSION), end="")
        case "sums":
            print(release.write_sums(asked.folder))
        case "self-test":
            frozen = project.FROZEN / (f"{project.NAME}.exe" if sys.platform == "win32" else project.NAME)
            trial.self_test(asked.program or frozen)
        case "sign":
            signing.sign(asked.files)
        case "try":
            for file in asked.files:
                print(f"== {file.name}", flush=True)
                trial.try_package(file)


if __name__ == "__main__":
    sys.exit(main())
