"""Tells which files the system would run, or follow elsewhere, where a person expects a picture."""

import os
import stat
from pathlib import Path
from typing import Final

from desktop_app.library import PHOTO_SUFFIXES

# What Windows, macOS and the desktops of Linux run, install, mount or follow when it is opened; in pages and documents
# programs may be hidden.
_RUN: Final = frozenset(
    [
        ".exe",
        ".com",
        ".scr",
        ".pif",
        ".bat",
        ".cmd",
        ".ps1",
        ".ps1xml",
        ".psc1",
        ".psm1",
        ".psd1",
        ".vb",
        ".vbs",
        ".vbe",
        ".js",
        ".jse",
        ".ws",
        ".wsc",
        ".wsf",
        ".wsh",
        ".hta",
        ".msi",
        ".msix",
        ".msixbundle",
        ".msp",
        ".mst",
        ".appx",
        ".appxbundle",
        ".appinstaller",
        ".cpl",
        ".dll",
        ".lnk",
        ".url",
        ".scf",
        ".reg",
        ".inf",
        ".jar",
        ".jnlp",
        ".gadget",
        ".application",
        ".appref-ms",
        ".msc",
        ".chm",
        ".hlp",
        ".library-ms",
        ".search-ms",
        ".searchconnector-ms",
        ".settingcontent-ms",
        ".diagcab",
        ".xll",
        ".iso",
        ".img",
        ".vhd",
        ".vhdx",
        ".website",
        ".mcf",
        ".shb",
        ".shs",
        ".theme",
        ".themepack",
        ".xbap",
        ".app",
        ".command",
        ".tool",
        ".workflow",
        ".terminal",
        ".webloc",
        ".inetloc",
        ".fileloc",
        ".ftploc",
        ".afploc",
        ".action",
        ".scpt",
        ".scptd",
        ".applescript",
        ".pkg",
        ".mpkg",
        ".dmg",
        ".prefpane",
        ".saver",
        ".osax",
        ".qlgenerator",
        ".mobileconfig",
        ".service",
        ".desktop",
        ".sh",
        ".bash",
        ".zsh",
        ".fish",
        ".csh",
        ".run",
        ".appimage",
        ".bin",
        ".out",
        ".elf",
        ".deb",
        ".rpm",
        ".flatpak",
        ".flatpakref",
        ".flatpakrepo",
        ".snap",
        ".py",
        ".pyc",
        ".pyw",
        ".pyz",
        ".pyzw",
        ".pl",
        ".rb",
        ".php",
        ".lua",
        ".tcl",
        ".kdelnk",
        ".directory",
        ".ps",
        ".eps",
        ".htm",
        ".html",
        ".xht",
        ".xhtml",
        ".mht",
        ".mhtml",
        ".svg",
        ".svgz",
        ".swf",
        ".xml",
        ".xsl",
        ".pdf",
        ".docm",
        ".dotm",
        ".xlsm",
        ".xltm",
        ".xlam",
        ".pptm",
        ".potm",
        ".ppam",
    ]
)


def may_run(path: Path) -> bool:
    """Say whether opening this file or folder may run a program. For a thread that may wait.

    A link counts as what it leads to. A mark that says "may be run" counts only where the name is no photo's: on drives
    of Windows and cameras everything has it.
    """
    return any(_is_run(one) for one in {path, Path(os.path.realpath(path))})


def _is_run(path: Path) -> bool:
    # Windows leaves dots and spaces at the end out.
    suffix = Path(path.name.rstrip(". ")).suffix.lower()
    if suffix in _RUN:
        return True
    return os.name == "posix" and suffix not in PHOTO_SUFFIXES and _has_mark(path)


def _has_mark(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISREG(mode) and bool(mode & 0o111)
