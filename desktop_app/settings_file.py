"""The settings' TOML file: read whatever it holds, bring old versions up, never lose one, write it whole."""

import glob
import itertools
import logging
import os
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import cast

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Table

from desktop_app import own_files

log = logging.getLogger(__name__)

# Ours has a few kilobytes; what is larger than this is something else.
LIMIT_BYTES = 1_000_000
# Ours has about a hundred lines; of what TOML is made of, outside of texts, a few hundred signs. tomlkit takes a minute
# for a megabyte of keys, and for ever for a name of many parts.
LIMIT_LINES = 2_000
LIMIT_SIGNS = 2_000
LIMIT_ESCAPES = 500_000
_TEXT = re.compile(r"\"(?:[^\"\\\n]|\\.)*+\"|'[^'\n]*+'")

Content = dict[str, object]
Upgrade = Callable[[Content], None]


class SettingsFile:
    """One TOML file that keeps the person's comments from one writing to the next.

    Attributes:
        problems: Sentences for the person about what could not be read or written.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._document: TOMLDocument = tomlkit.document()
        self._may_write = True
        self.problems: list[str] = []

    def read(self, version: int, upgrades: Mapping[int, Upgrade]) -> Content:
        """Return the file's plain content at a version; empty when there is none. Never raises for the file's sake.

        Args:
            version: The version wanted.
            upgrades: By the version they start from, what brings the content one version further, in place.
        """
        content = self._parse()
        found = content.get("version", version)
        if not isinstance(found, int) or isinstance(found, bool) or found < 1:
            found = version
        if found > version:
            kept = self._keep_aside(f"version-{found}")
            self.note(
                f"The settings come from a newer Vislumbre; what this one knows of them was taken over. {kept}"
            )
        for step in range(found, version):
            upgrades[step](content)
        if found != version:
            self._document = tomlkit.document()
        self._document["version"] = version
        return content

    def table(self, name: str) -> Table:
        """Return a table to be changed in place, made when it is not there or is something else."""
        found = self._document.get(name)
        if isinstance(found, Table):
            return found
        if name in self._document:
            self._document.remove(name)
        made = tomlkit.table()
        self._document.add(name, made)
        return made

    def write(self) -> None:
        """Write the file, whole or not at all, readable by its owner only. A failure is noted in `problems`."""
        if not self._may_write:
            return
        try:
            _replace(self._file, tomlkit.dumps(self._document))
        except OSError as error:
            self.note(f"The settings could not be written to {self._file}: {_words(error)}.")

    def _parse(self) -> Content:
        try:
            self._document = tomlkit.parse(_text_of(self._file))
            return cast("Content", self._document.unwrap())
        except FileNotFoundError:
            return {}
        except OSError as error:
            # What could not be read must not be written over either.
            self._may_write = False
            self.note(
                f"The settings in {self._file} could not be read ({_words(error)}). "
                "The usual ones apply, and changes count until you close Vislumbre."
            )
        except _UnlikelyError:
            kept = self._keep_aside(_broken())
            self.note(
                f"The settings file has far more in it than Vislumbre writes, so it was not read. {kept}"
            )
        except (TOMLKitError, ValueError, RecursionError) as error:
            log.info("settings not understood: %s", type(error).__name__)
            kept = self._keep_aside(_broken())
            self.note(f"The settings file could not be understood, so the usual settings apply. {kept}")
        self._document = tomlkit.document()
        return {}

    def _keep_aside(self, ending: str) -> str:
        """Copy the file under another name before it is written over; returns a sentence about it."""
        kept = self._kept_before()
        aside = kept or self._free_name(ending)
        try:
            if kept is None:
                own_files.copy(self._file, aside, below=self._file.parent)
        except OSError as error:
            log.info("cannot keep %s aside: %s", self._file, error)
            self._may_write = False
            return "Changes count until you close Vislumbre, for it could not be kept aside."
        return f"The old file is kept as {aside.name}."

    def _kept_before(self) -> Path | None:
        """Return the copy that an earlier start made of the same content: one is enough, however many starts there are."""
        below = self._file.parent
        try:
            content = own_files.read(self._file, LIMIT_BYTES + 1, below=below)
            if len(content) > LIMIT_BYTES:
                return None
            for path in sorted(below.glob(f"{glob.escape(self._file.name)}.*")):
                there = own_files.is_there(path, below=below)
                if there and own_files.read(path, LIMIT_BYTES + 1, below=below) == content:
                    return path
        except OSError as error:
            log.info("what was kept of %s cannot be read: %s", self._file, error)
        return None

    def _free_name(self, ending: str) -> Path:
        names = (
            f"{self._file.name}.{ending}{f'-{number}' if number > 1 else ''}" for number in itertools.count(1)
        )
        # A link counts as nothing: what is written takes its place.
        return next(
            path
            for path in map(self._file.with_name, names)
            if path.is_symlink() or not os.path.lexists(path)
        )

    def note(self, sentence: str) -> None:
        """Log a sentence and keep it for the person, once."""
        log.warning("%s", sentence)
        if sentence not in self.problems:
            self.problems.append(sentence)


def _words(error: OSError) -> str:
    words = error.strerror or type(error).__name__
    return words[:1].lower() + words[1:]


class _UnlikelyError(ValueError):
    """A file is so large, or of so many pieces, that it is something else, and could take minutes to read."""


def _broken() -> str:
    return f"broken-{datetime.now():%Y%m%d-%H%M%S}"  # noqa: DTZ005  # a person reads it


def _text_of(file: Path) -> str:
    """Read the whole file.

    Raises:
        OSError: It cannot be read, or is no file.
        _UnlikelyError: It is too large, or of too many pieces.
        ValueError: It is not UTF-8.
    """
    content = own_files.read(file, LIMIT_BYTES + 1, below=file.parent)
    if len(content) > LIMIT_BYTES:
        raise _UnlikelyError
    # Editors on Windows put a byte order mark first.
    text = content.decode("utf-8-sig")
    bare = _TEXT.sub("", text)
    pieces = (
        (text.count("\n"), LIMIT_LINES),
        (text.count("\\"), LIMIT_ESCAPES),
        (sum(map(bare.count, "[{,.=")), LIMIT_SIGNS),
    )
    if any(count > limit for count, limit in pieces):
        raise _UnlikelyError
    return text


def _replace(file: Path, text: str) -> None:
    """Replace a file by one that is complete on the disk.

    Raises:
        OSError: It cannot be written; the old one is as it was.
    """
    own_files.make_folder(file.parent)
    own_files.check_owner(file.parent)
    # What `_text_of` refused is not replaced either: somebody put the link there.
    own_files.status_of(file, below=file.parent)
    own_files.write(file, text.encode(), below=file.parent)
