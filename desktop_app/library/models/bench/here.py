"""Remembers what was measured on this computer beyond any one library: a small file for each model, in the person's own folder."""

import hashlib
import importlib.metadata
import json
import logging
import os
import platform
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from desktop_app import own_files
from desktop_app.library.concurrency.cores import cores
from desktop_app.library.models.bench.figures import WayFigures, as_json, from_json
from desktop_app.library.models.runtime.ways import ISA_LIMITS, way_named
from desktop_app.library.outside.json_text import NotJsonError, read_json

_log = logging.getLogger(__name__)

RULES: Final = 1
"""Changes when ways are measured or judged differently from before."""

# What runs models; a new version may be faster, or calculate in another way.
_RUNTIMES = ("openvino", "onnxruntime", "torch")
_MOST_BYTES = 20_000
_ENDING = ".json"
# Of models, versions and computers that a portable program met; the oldest go.
_MOST_FILES = 64

Figures = Mapping[str, WayFigures | None]


class FiguresHere:
    """What was measured of models on this computer, with these versions of what runs them. Any thread."""

    def __init__(self, folder: Path | None = None) -> None:
        """Name the folder of the files; it is made when there is something to keep. None remembers nothing."""
        self._folder = folder

    @property
    def remembers(self) -> bool:
        """Whether there is a place to keep anything."""
        return self._folder is not None

    def of(self, model_id: str) -> Figures:
        """Return the figures of a model's ways by their names; None where a way did not work; empty if never measured.

        Args:
            model_id: Of its exact space, which its weights decide.
        """
        if self._folder is None:
            return {}
        try:
            content = own_files.read(self._place(model_id), _MOST_BYTES, below=self._folder.parent)
            said = read_json(content)
        except (OSError, NotJsonError) as error:
            _log.debug("nothing is known of the speed of %s here: %s", model_id, error)
            return {}
        ways = said.get("ways") if isinstance(said, dict) and said.get("of") == _key(model_id) else None
        if not isinstance(ways, dict):
            return {}
        return {name: from_json(ways[name]) for name in ways if way_named(name) is not None}

    def keep(self, model_id: str, figures: Figures) -> None:
        """Remember the figures of a model's ways; where that cannot be, they are measured again another time."""
        if self._folder is None:
            return
        ways = {name: as_json(found) if found else None for name, found in figures.items()}
        try:
            own_files.make_folder(self._folder, below=self._folder.parent)
            content = json.dumps({"of": _key(model_id), "ways": ways}).encode()
            own_files.write(self._place(model_id), content, below=self._folder.parent)
            files = sorted(self._folder.glob(f"*{_ENDING}"), key=lambda file: file.lstat().st_mtime_ns)
            for file in files[:-_MOST_FILES]:
                own_files.remove(file)
        except OSError as error:
            _log.warning("how fast %s is here cannot be remembered: %s", model_id, error)

    def _place(self, model_id: str) -> Path:
        assert self._folder is not None
        name = hashlib.sha256(_key(model_id).encode()).hexdigest()[:32]
        return self._folder / f"{name}{_ENDING}"


@cache
def machine() -> str:
    """Return what tells this computer's processor from others."""
    return f"{_described('model name', 'CPU part') or _processor()} {os.cpu_count()}"


def _key(model_id: str) -> str:
    """Return what the figures depend on: all of it is as it was, or they are measured again."""
    versions = " ".join(f"{name} {_version(name)}" for name in _RUNTIMES)
    limits = " ".join(f"{name}={os.environ[name]}" for name in ISA_LIMITS if name in os.environ)
    return f"{RULES} {model_id} on {machine()} {cores()} {_features()} {limits} with {versions}"


@cache
def instructions() -> frozenset[str]:
    """Return the names of what the processor can do, as Linux has them; none where the system does not tell."""
    return frozenset(_described("flags", "Features").split())


@cache
def _features() -> str:
    """Return a short name for the processor's instructions; empty where the system does not tell them."""
    flags = " ".join(sorted(instructions()))
    return hashlib.sha256(flags.encode()).hexdigest()[:16] if flags else ""


@cache
def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "none"


def _processor() -> str:
    """Return the processor's name; `platform.processor` is empty or a family on most of Linux."""
    return platform.processor() or platform.machine()


def _described(*beginnings: str) -> str:
    """Return what Linux says of the first processor in a line with one of these beginnings; empty elsewhere."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(beginnings)), "")
