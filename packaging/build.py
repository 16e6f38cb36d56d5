"""Builds what people install: ``python packaging/build.py freeze deb``. Each word is one module of ``steps``."""

import argparse
import importlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from steps.errors import CannotBuildError

# In the order in which `all` takes them; a step ends with a sentence and exit code 1 where this system cannot take it.
STEPS = {
    "freeze": "the program with its Python in one folder, build/frozen",
    "sizes": "what takes how much of that folder",
    "glibc": "the oldest C library that the folder runs on (Linux)",
    "licences": "the licences of everything inside",
    "sbom": "the list of everything inside, CycloneDX",
    "deb": "a package for Debian and Ubuntu",
    "rpm": "a package for Fedora and openSUSE",
    "appimage": "one file for any Linux",
    "flatpak": "a Flatpak",
    "nsis": "the installer for Windows",
    "portable": "the program for Windows as a zip",
    "dmg": "the program for macOS as a disk image",
}
# Each makes a file that people install, and needs tools of its own: `all` makes those that can be made here.
PACKAGES = ("deb", "rpm", "appimage", "flatpak", "nsis", "portable", "dmg")
OF_SYSTEM = {
    "linux": ["freeze", "sizes", "glibc", "licences", "sbom", "deb", "rpm", "appimage"],
    "win32": ["freeze", "sizes", "licences", "sbom", "nsis", "portable"],
    "darwin": ["freeze", "sizes", "licences", "sbom", "dmg"],
}


def main(arguments: list[str] | None = None) -> int:
    """Take the named steps in the given order and return the exit code.

    A step that cannot be taken ends the run; among all, a package that cannot be made here is only named at the end.
    """
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"  {name:10} {what}" for name, what in STEPS.items()),
    )
    parser.add_argument("steps", nargs="+", choices=[*STEPS, "all"], metavar="STEP")
    wanted = parser.parse_args(arguments).steps
    takes_all = "all" in wanted
    left_out: list[str] = []
    for name in OF_SYSTEM[sys.platform] if takes_all else wanted:
        print(f"== {name}: {STEPS[name]}", flush=True)
        try:
            importlib.import_module(f"steps.{name}").run()
        except CannotBuildError as error:
            if not (takes_all and name in PACKAGES):
                print(f"{name}: {error}", file=sys.stderr)
                return 1
            left_out.append(f"{name}: {error}")
    if left_out:
        print("== Not made here", *left_out, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
