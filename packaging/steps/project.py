"""What the program is called, and where its parts are: every other file of packaging is filled from here."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
BUILD = ROOT / "build"
DIST = ROOT / "dist"
# What PyInstaller makes: the executable `vislumbre` and the folder `_internal` beside it.
FROZEN = BUILD / "frozen" / "vislumbre"

_PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

NAME = "vislumbre"
TITLE = "Vislumbre"
VERSION = str(_PROJECT["version"])
SUMMARY = str(_PROJECT["description"]).rstrip(".")
LICENCE = str(_PROJECT["license"])
MAKER = str(_PROJECT["authors"][0]["name"])
# Reverse-domain name: the desktop file, the metainfo, the bundle and the Flatpak are known by it.
APPLICATION_ID = "io.github.vislumbre.Vislumbre"
HOMEPAGE = "https://github.com/vislumbre/vislumbre"
CONTACT = "vislumbre@users.noreply.github.com"


def version_numbers() -> list[str]:
    """Return the version as Windows and macOS want it, four numbers: "0.2.0rc1" is 0, 2, 0, 0."""
    found = re.match(r"\d+(?:\.\d+)*", VERSION)
    return [*(found[0].split(".") if found else []), "0", "0", "0", "0"][:4]
