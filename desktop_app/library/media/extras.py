"""Extras: packages that are never shipped, and the person's folder of those that were added to an installed program.

JPEG XL and videos need code under the GPL, which the installers must not hold. Whoever wants them adds the packages: with
pip in a checkout, or with `vislumbre extras add` into a folder of the person's own, which is looked into when the program
starts. That folder never belongs to a library, for a library may come from somebody else, and this is code.
"""

import logging
import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path

from desktop_app import own_files
from desktop_app.library.media.extra_path import add_to_path

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Extra:
    """A package that may be added.

    Attributes:
        name: What PyPI calls it.
        module: What Python imports.
        opens: What can be opened with it, for a person.
        least: The first release that is good enough, as ``(17,)``.
    """

    name: str
    module: str
    opens: str
    least: tuple[int, ...]


EXTRAS = (
    Extra("av", "av", "videos", (17,)),
    Extra("pillow-jxl-plugin", "pillow_jxl", "JPEG XL photos", (1, 3)),
)
"""All there are."""


def folder_for_this_python(root: Path) -> Path:
    """Return where extras that this very Python on this system can load are, in the folder of all extras."""
    return root / f"{sys.implementation.cache_tag}-{sys.platform}-{platform.machine().lower()}"


def use_extras(root: Path) -> None:
    """Let the extras in a folder be imported, by this process and by decoders that it starts from now on.

    What is installed with Python comes before them. Nothing happens where there is none, which takes one look.

    Args:
        root: The folder of all extras, the person's own.
    """
    if not os.path.isdir(root):
        return
    for extra in EXTRAS:
        folder = folder_for_this_python(root) / extra.name
        if not os.path.lexists(folder):
            continue
        try:
            own_files.check_folder(folder, below=root.parent)
        except OSError as error:
            _log.warning("the extra %s is not used: %s", extra.name, error)
            continue
        add_to_path(str(folder))
