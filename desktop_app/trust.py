"""Which libraries this person made, or said yes to; a borrowed one is only looked at until then.

A library says which folders are read, which model is loaded and which server is asked. So each that is made here gets a
key: random, in a file of the library, and noted in the person's own configuration together with where the library is.
On a stick that goes from one computer to another each has a key of its own in that file.
A copy of the library somewhere else is another one, whoever made it. Not defended: a library that somebody changed in
its own place, for whoever can do that can change the photos and the program's settings too.
"""

import hashlib
import json
import logging
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app import own_files
from desktop_app.library import (
    CatalogDamagedError,
    CatalogTooNewError,
    LibraryError,
    NotJsonError,
    read_json,
    shown_address,
)
from desktop_app.paths import AppPaths, portable_library

if TYPE_CHECKING:
    from desktop_app.library import Glance

log = logging.getLogger(__name__)

KEY_NAME = "library.key"
"""The key's file, in the folder of the catalogue."""

_CATALOG = "catalog.db"
_KEY_BYTES = 32
_KEY = re.compile(rb"[0-9a-f]{64}")
# One for each computer that a library goes around with; the oldest is forgotten.
_MOST_KEYS = 16
_MOST_FOLDERS = 10
_LONGEST_NAME = 300
_LONGEST_NOTE_BYTES = 64 * 1024
# What is there before a library is: whoever asks whether it is in use makes the one, and extras may have been added.
_BEFORE_A_LIBRARY = frozenset({"library.lock", "extras"})
_USUAL_PLACE_SEEN = "usual-place"


class UnknownLibraryError(LibraryError):
    """A library was not made by this person; it was only looked at.

    Attributes:
        data: Its folder.
        glance: What it names.
        store: The address of the Milvus server that its settings name; empty for none.
    """

    def __init__(self, data: Path, glance: "Glance", store: str, *, how_often: str = "once") -> None:
        """Put it into words; how often the person has to say yes."""
        folders = ", ".join(named_folders(glance)) or "no folder"
        model = f", the model {named(glance.model)}" if glance.model else ""
        server = f", the server {named(shown_address(store))}" if store else ""
        damage = f" Its catalogue is not sound: {glance.problem}." if glance.problem else ""
        super().__init__(
            f"The library in {data} was not made here. It names {folders} ({glance.photos:,} photos){model}{server}.{damage}",
            f"Nothing was changed. If you trust where it comes from, open it {how_often} with --trust-library.",
        )
        self.data = data
        self.glance = glance
        self.store = store


@dataclass(frozen=True, slots=True)
class OwnLibraries:
    """The libraries that were made here or trusted. Any thread.

    Attributes:
        folder: In the person's own configuration, never in that of a library with a folder of its own; a small file
            for each.
    """

    folder: Path

    @classmethod
    def of_person(cls) -> "OwnLibraries":
        """Return those of whoever runs this process."""
        return cls(AppPaths.for_person().config / "libraries")

    def admit(self, paths: AppPaths, store: str, *, trusted: bool) -> None:
        """Let a library be opened that is this person's: known, new, or trusted just now.

        Args:
            paths: Where it is; nothing there is made or changed but its key.
            store: The address of the server that its settings name; empty for none.
            trusted: Whether the person said yes to it.

        Raises:
            UnknownLibraryError: It is somebody else's.
            CatalogDamagedError: It is trusted just now, and its catalogue is not sound.
            CatalogTooNewError: It is trusted just now, and a newer Vislumbre wrote it.
            LibraryError: It is trusted just now, and may not be written.
        """
        if not trusted:
            self.refuse_unknown(paths, store)
        if self._knows(paths.data):
            return
        if trusted:
            seen = _seen_in(paths)
            if seen.is_damaged:
                raise CatalogDamagedError(
                    f"The catalogue {paths.data / _CATALOG} is damaged ({seen.problem}).",
                    "“vislumbre doctor --repair --trust-library” takes over what can be read.",
                )
            _drop_what_is_believed(paths, seen)
        self._add(paths.data)

    def drop_what_is_believed(self, paths: AppPaths) -> None:
        """Remove from a library that somebody else made what is read without being looked at, and can be made again.

        Args:
            paths: Where it is; one that is known keeps all.

        Raises:
            CatalogTooNewError: A newer Vislumbre wrote it.
            LibraryError: It may not be written.
        """
        if not self._knows(paths.data):
            _drop_what_is_believed(paths, _seen_in(paths))

    def refuse_unknown(self, paths: AppPaths, store: str) -> None:
        """Return only for a library that is this person's: known, new, or made before there were keys.

        Args:
            paths: Where it is; nothing is made or changed.
            store: The address of the server that its settings name; empty for none.

        Raises:
            UnknownLibraryError: It is somebody else's.
        """
        is_own = self._knows(paths.data) or (not store and _is_new(paths.data)) or _is_portable(paths.data)
        if not is_own and not self._is_usual_place_of_old(paths):
            how_often = (
                "once" if self._can_be_noted() else f"each time (for nothing can be noted in {self.folder})"
            )
            from desktop_app.library import glance_at

            glance = glance_at(paths.data / _CATALOG)
            raise UnknownLibraryError(paths.data, glance, store, how_often=how_often)

    def _can_be_noted(self) -> bool:
        there = next(place for place in (self.folder, *self.folder.parents) if os.path.lexists(place))
        return there.is_dir() and os.access(there, os.W_OK)

    def _is_usual_place_of_old(self, paths: AppPaths) -> bool:
        """Whether this is the library that earlier versions, which had no keys, made for this person."""
        return _is_usual_place(paths.data) and not (self.folder / _USUAL_PLACE_SEEN).exists()

    def _knows(self, data: Path) -> bool:
        return any(self._is_noted(key, data) for key in _keys_in(data))

    def _is_noted(self, key: bytes, data: Path) -> bool:
        noted = _read(self._note_of(key), self.folder)
        try:
            place = read_json(noted) if noted else None
        except NotJsonError:
            log.warning("the note of the library in %s cannot be read", data)
            return False
        # By either: a moved library keeps its number, and one on a stick its place.
        return isinstance(place, dict) and (
            place.get("data") == _text_of(data) or place.get("inode") == _inode_of(data)
        )

    def _add(self, data: Path) -> None:
        # Always a new one: whoever made the library may know the one it has.
        key = secrets.token_hex(_KEY_BYTES).encode()
        try:
            own_files.make_folder(data)
            own_files.make_folder(self.folder)
            # Before the key: where the process ends in between, a library that is begun is still a new one.
            note = json.dumps({"data": _text_of(data), "inode": _inode_of(data)}).encode()
            own_files.write(self._note_of(key), note, below=self.folder)
            kept = [*_keys_in(data), key][-_MOST_KEYS:]
            own_files.write(data / KEY_NAME, b"\n".join(kept), below=data)
            if _is_usual_place(data):
                own_files.write(self.folder / _USUAL_PLACE_SEEN, b"", below=self.folder)
        except OSError as error:
            # It is this person's all the same; the next start asks.
            log.warning("that the library in %s was made here could not be noted: %s", data, error)

    def _note_of(self, key: bytes) -> Path:
        return self.folder / hashlib.sha256(key).hexdigest()


def _seen_in(paths: AppPaths) -> "Glance":
    from desktop_app.library import glance_at

    return glance_at(paths.data / _CATALOG)


def _drop_what_is_believed(paths: AppPaths, seen: "Glance") -> None:
    from desktop_app.library import drop_all_of_others, drop_copies

    if seen.is_newer:
        raise CatalogTooNewError(
            f"The catalogue {paths.data / _CATALOG} was written by a newer Vislumbre.",
            "Update Vislumbre; nothing in the library was changed.",
        )
    try:
        drop_all_of_others(paths.data / "vectors")
        drop_copies(paths.data)
    except OSError as error:
        raise LibraryError(
            f"The library in {paths.data} may not be written ({error.strerror or error}).",
            "Check the permissions of the folder, and whether its disk is read-only.",
        ) from error


def named_folders(glance: "Glance", most: int = _MOST_FOLDERS) -> list[str]:
    """Return the names of the first folders, and how many more there are: no more than a person reads."""
    names = [named(str(folder)) for folder in glance.folders[:most]]
    more = len(glance.folders) - len(names)
    return [*names, f"{more:,} more"] if more else names


def named(text: str) -> str:
    """Return what somebody else wrote, no longer than a person reads."""
    return text if len(text) <= _LONGEST_NAME else f"{text[:_LONGEST_NAME]}…"


def _keys_in(data: Path) -> list[bytes]:
    return _KEY.findall(_read(data / KEY_NAME, data))[:_MOST_KEYS]


def _is_usual_place(data: Path) -> bool:
    return data == AppPaths.for_person().data


def _is_portable(data: Path) -> bool:
    """Whether this is the library beside a portable program: whoever could change it could change the program as well."""
    return portable_library() is not None and _is_usual_place(data)


def _is_new(data: Path) -> bool:
    """Whether there is no library yet, nor anything that one could be made of."""
    try:
        return {entry.name for entry in data.iterdir()} <= _BEFORE_A_LIBRARY
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError as error:
        log.info("whether %s is a library cannot be seen: %s", data, error)
        return False


def _inode_of(data: Path) -> int:
    try:
        return data.stat().st_ino
    except OSError:
        return 0


def _text_of(data: Path) -> str:
    # Through links: the place itself, whatever way leads to it.
    return os.path.realpath(data)


def _read(file: Path, below: Path) -> bytes:
    """Return what a small file holds; nothing where it is not there or is something else."""
    try:
        return own_files.read(file, _LONGEST_NOTE_BYTES, below=below)
    except OSError:
        return b""
