"""Whose rows those on a server are: each library's own, and a copy of a library is another one.

Each library and model has a collection of its own, named by a key of the library. Dropping, comparing and counting can
then touch no other's rows, numbers of photos of two catalogues never meet, and every library has the index that suits its
size. Milvus takes 65,536 collections (milvus.io, Multi-tenancy strategies, 2.5); of partitions it takes 1,024 in a
collection, and of a partition key every question would have to name it.
"""

import json
import os
import platform
import uuid
from pathlib import Path
from typing import Any

from desktop_app.library.catalog import Catalog
from desktop_app.library.outside.addresses import shown_address
from desktop_app.library.outside.json_text import NotJsonError, read_json
from desktop_app.library.vectors.access import Access
from desktop_app.library.vectors.sync import clean_note
from desktop_app.library.volumes.connected import Volumes

EMBEDDED = "embedded"
"""The place of the database that is built in."""

_KEY = "store key"
_HOME = "store home"


def library_key(catalog: Catalog, data: Path, volumes: Volumes | None = None) -> str:
    """Return the name of a library's rows on servers, another one where the library is a copy.

    Two copies would remove each other's rows. A library is a copy where neither its folder is the one that was noted (by its
    number on the disk, and that disk) nor its path on this computer.

    Args:
        catalog: Notes the name.
        data: The library's folder.
        volumes: The drives there are; None for those of this computer.
    """
    notes, here = catalog.notes, _home(data, volumes or Volumes())
    noted = notes.get(_HOME)
    key = notes.get(_KEY) or str(notes.get("catalog id"))
    if noted is not None and not _is_same(noted, here):
        key = uuid.uuid4().hex
        notes.set(_KEY, key)
    if noted != (text := json.dumps(here, sort_keys=True)):
        notes.set(_HOME, text)
    return key


def place_of(access: Access, key: str) -> str:
    """Return what tells one place of a library's rows from another."""
    return f"{shown_address(access.address)} {access.database} {key}" if access.address else EMBEDDED


def expect_place(catalog: Catalog, model_id: str, place: str) -> None:
    """Have the rows of a model compared at the next opening, if they were elsewhere until now."""
    if noted_place(catalog, model_id) != place:
        catalog.notes.set(clean_note(model_id), None)


def noted_place(catalog: Catalog, model_id: str) -> str:
    """Return where the rows of a model were when they were last equal to the catalogue's."""
    # Earlier versions noted nothing: theirs may be on either.
    return catalog.notes.get(_place_note(model_id)) or EMBEDDED


def note_place(catalog: Catalog, model_id: str, place: str) -> None:
    """Note where the rows of a model are, once they are equal to the catalogue's."""
    catalog.notes.set(_place_note(model_id), place)


def _place_note(model_id: str) -> str:
    return f"store place {model_id}"


def _home(data: Path, volumes: Volumes) -> dict[str, Any]:
    try:
        number = data.stat().st_ino
    except OSError:
        number = 0
    volume = volumes.holding(data)
    return {
        "inode": number,
        "volume": volume.id if volume is not None and volume.can_move else "",
        "path": os.path.realpath(data),
        "host": platform.node(),
    }


def _is_same(noted: str, here: dict[str, Any]) -> bool:
    try:
        before = read_json(noted.encode())
    except NotJsonError:
        return False
    if not isinstance(before, dict):
        return False
    is_same_host = before.get("host") == here["host"]
    if is_same_host and before.get("path") == here["path"]:
        return True
    if not here["inode"] or before.get("inode") != here["inode"]:
        return False
    # Every disk counts from one, so a copy on another has the same number now and then, on two new ones often. Which disk
    # it was is not always known, and earlier versions did not note it.
    volume = before.get("volume")
    return bool(volume == here["volume"] if volume and here["volume"] else is_same_host)
