"""The small files beside the program on Linux: desktop entries, metainfo and icons, all filled from `project`."""

import datetime as dt
import os
import re
import subprocess
from string import Template
from xml.sax.saxutils import escape

from steps import project

TEMPLATES = project.PACKAGING / "linux"
PICTURE = project.ROOT / "resources" / "icons" / f"{project.NAME}.svg"
ICON_SIDES_PX = (16, 22, 24, 32, 48, 64, 128, 256, 512)
_PRE_RELEASE = re.compile(r"[.-]?(a|b|rc|dev)(\d+)$")


def filled(template: str, **more: str) -> str:
    """Return a file of ``packaging/linux`` with the names of the project put in.

    Args:
        template: The file's name there.
        more: What is put in besides.

    Raises:
        KeyError: The file asks for what nobody gave.
    """
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    values = {
        "name": project.NAME,
        "title": project.TITLE,
        "version": project.VERSION,
        "package_version": package_version(),
        "summary": project.SUMMARY,
        "licence": project.LICENCE,
        "maker": project.MAKER,
        "id": project.APPLICATION_ID,
        "homepage": project.HOMEPAGE,
        "contact": project.CONTACT,
        "date": released().isoformat(),
        "year": str(released().year),
    }
    if ".xml" in template:
        values = {name: escape(value) for name, value in values.items()}
    return Template(text).substitute(values | more)


def package_version(version: str = project.VERSION) -> str:
    """Return a version as dpkg and rpm sort it: what comes before a release is older than that."""
    return _PRE_RELEASE.sub(r"~\1\2", version)


def released() -> dt.date:
    """Return the day of this version: as the list of changes says, else that of the last commit, else today."""
    changes = (project.ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    version = re.escape(project.VERSION)
    if found := re.search(rf"^## \[?{version}\]? [-–—] (\d{{4}}-\d\d-\d\d)$", changes, re.MULTILINE):
        return dt.date.fromisoformat(found[1])
    return dt.datetime.fromtimestamp(seconds(), dt.UTC).date()


def seconds() -> int:
    """Return the moment that is written into packages, in seconds since 1970, so that a build can be made again."""
    if given := os.environ.get("SOURCE_DATE_EPOCH", ""):
        return int(given)
    try:
        done = subprocess.run(
            ["git", "log", "-1", "--format=%ct"],
            cwd=project.ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        return int(done.stdout)
    except (OSError, subprocess.CalledProcessError, ValueError):
        return int(dt.datetime.now(dt.UTC).timestamp())
