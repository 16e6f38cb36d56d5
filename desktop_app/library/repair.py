"""Mends a broken library: what is derived is made anew from what is left, and broken parts are kept aside."""

import logging
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PIL import Image

from desktop_app import own_files
from desktop_app.library.catalog import Catalog
from desktop_app.library.catalog.beside import COMPANIONS, look_beside
from desktop_app.library.catalog.safety_copy import copy_of
from desktop_app.library.catalog.salvage import salvage
from desktop_app.library.catalog.schema import CATALOG_NAME
from desktop_app.library.concurrency.library_lock import lock
from desktop_app.library.errors import CatalogDamagedError, LibraryError
from desktop_app.library.media.pictures.openers import PICTURE_ERRORS
from desktop_app.library.vectors.compact.copies import drop_copies
from desktop_app.library.vectors.lite.guard import check, databases_in, set_aside

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Repaired:
    """What became of one part of a library: its permissions, catalogue, vectors or thumbnails.

    Attributes:
        name: Which part.
        detail: What was wrong and what was done about it; what was found when nothing was wrong.
        changed: Whether anything was changed.
    """

    name: str
    detail: str
    changed: bool = False


def repair_library(
    data: Path, cache: Path, said: Callable[[Repaired], None] = lambda _part: None
) -> list[Repaired]:
    """Mend a library that is not open. Nothing is thrown away but thumbnails that cannot be read.

    What was lost beyond reading (photos that the catalogue no longer names, their vectors) is found again by the next
    refresh of the folders.

    Args:
        data: Folder of catalogue and vectors.
        cache: Folder of thumbnails.
        said: Told of each part as soon as it is done.

    Raises:
        LibraryInUseError: Another process has the library open.
        LibraryError: A part cannot be mended, because the disk is full or may not be written.
    """
    held = lock(data)
    try:
        done = []
        for part in _every_part(data, cache):
            said(part)
            done.append(part)
        return done
    except own_files.NotOurFileError as error:
        raise LibraryError(
            f"The library in {data} was not mended: {error}.", "Look where this library comes from."
        ) from error
    except OSError as error:
        raise LibraryError(
            f"The library in {data} cannot be mended: {error.filename or data}: {error.strerror or error}.",
            "Check that its disk has room and may be written; nothing was thrown away.",
        ) from error
    finally:
        held.release()


def take_copy_if_gone(catalog: Path) -> LibraryError | None:
    """Put the safety copy in place of a catalogue that is not there any more.

    Returns:
        What to tell the person; None when nothing had to be done.

    Raises:
        CatalogError: The copy is a link, or no file of this user.
        OSError: It cannot be copied.
    """
    copy = copy_of(catalog)
    if os.path.lexists(catalog) or not os.path.lexists(copy):
        return None
    look_beside(copy)
    for name in COMPANIONS:
        leftover = catalog.with_name(catalog.name + name)
        if os.path.lexists(leftover):
            leftover.rename(_free_name(leftover))
    made_at = datetime.fromtimestamp(copy.lstat().st_mtime).astimezone()
    unfinished = catalog.with_name(catalog.name + ".part")
    own_files.copy(copy, unfinished, below=catalog.parent)
    own_files.move(unfinished, catalog)
    return LibraryError(
        f"The catalogue {catalog} was gone; its copy of {made_at:%Y-%m-%d %H:%M} was put in its place.",
        "What changed since then is read again from your photos.",
    )


def _every_part(data: Path, cache: Path) -> Iterator[Repaired]:
    # Before anything is changed.
    for folder, below in ((data / "vectors", data), (cache / "thumbnails", cache)):
        own_files.check_folder(folder, below=below)
    yield _permissions(data, cache)
    yield _catalogue(data / CATALOG_NAME)
    yield from _vectors(data / "vectors")
    yield _thumbnails(cache / "thumbnails")


def _permissions(*folders: Path) -> Repaired:
    """Shut the library's folders for everybody but the owner, who must be able to read and write all of it.

    A file that others may read lies in a folder that they cannot enter.
    """
    mended = 0
    for folder in folders:
        for path, status in _with_all_in(folder) if os.name == "posix" else ():
            mode = status.st_mode & 0o777
            wanted = 0o700 if stat.S_ISDIR(status.st_mode) else mode | 0o600
            if mode != wanted and not own_files.is_link(status):
                path.chmod(wanted)
                mended += 1
    detail = f"{mended:,} were set right" if mended else "only you can read and write the library"
    return Repaired("permissions", detail, bool(mended))


def _with_all_in(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield a folder that may be reached through links, and all that is below it and may not."""
    if folder.is_dir():
        whole = folder.resolve()
        yield whole, whole.stat()
        yield from own_files.everything_in(whole)


def _catalogue(path: Path) -> Repaired:
    restored = take_copy_if_gone(path)
    if not os.path.lexists(path):
        return Repaired("catalogue", "there is none yet")
    try:
        with Catalog(path) as catalog:
            problems = catalog.check()
            miscounted = not problems and catalog.count_anew()
            photos = 0 if problems else catalog.photos.counts(None).photos
    except CatalogDamagedError as error:
        problems, photos, miscounted = [error.sentence], 0, False
    if not problems:
        counted = f"sound, {photos:,} photos" + (", which were counted anew" if miscounted else "")
        return Repaired("catalogue", str(restored or counted), changed=restored is not None or miscounted)
    return _made_anew(path, problems)


def _made_anew(path: Path, problems: list[str]) -> Repaired:
    aside = _free_name(path)
    new = path.with_name(path.name + ".part")
    for name in ("", *COMPANIONS):
        new.with_name(new.name + name).unlink(missing_ok=True)
    # Read where it is: only when the new one is complete do the two change places.
    copy = copy_of(path)
    got = salvage(path, new, [copy] if own_files.is_there(copy, below=path.parent) else [])
    for name in ("", *COMPANIONS):
        part = path.with_name(path.name + name)
        if os.path.lexists(part):
            own_files.move(part, aside.with_name(aside.name + name))
    own_files.move(new, path)
    # Its numbers may mean other photos by now.
    drop_copies(path.parent)
    logger.warning("the catalogue was damaged (%s) and is kept as %s", "; ".join(problems), aside)
    return Repaired(
        "catalogue",
        f"was damaged ({problems[0]}); {got.photos:,} photos and {got.vectors:,} embeddings were taken over into a new "
        f"one, the rest is read again from your photos; the damaged one is kept as {aside.name}",
        changed=True,
    )


def _vectors(folder: Path) -> Iterator[Repaired]:
    """Put damaged vector databases aside; the catalogue fills new ones when something has to be written to them."""
    for database in databases_in(folder):
        if not (problems := check(database)):
            yield Repaired("vectors", f"{database.parent.name} is sound")
            continue
        aside = set_aside(database)
        yield Repaired(
            "vectors",
            f"{database.parent.name} was damaged ({problems[0]}); it is kept as {aside.name} and made again from the "
            "catalogue when it has to be written to",
            changed=True,
        )


def _thumbnails(folder: Path) -> Repaired:
    """Remove thumbnails that cannot be shown; they are made again when they are wanted."""
    looked = removed = 0
    for path, status in own_files.everything_in(folder):
        is_shard = path.parent == folder
        # A shard that is a link goes, what it leads to does not; other files were laid here by somebody else.
        if is_shard and not own_files.is_link(status):
            continue
        looked += 1
        if path.suffix == ".jpg" and not own_files.file_fault(status) and _can_be_shown(path):
            continue
        own_files.remove(path)
        removed += 1
    if removed:
        return Repaired(
            "thumbnails", f"{removed:,} of {looked:,} were broken and are made again", changed=True
        )
    return Repaired("thumbnails", f"{looked:,} are sound")


def _can_be_shown(path: Path) -> bool:
    try:
        with Image.open(path, formats=("JPEG",)) as image:
            image.load()
    except PICTURE_ERRORS as error:
        logger.info("the thumbnail %s is broken: %s", path.name, error)
        return False
    return True


def _free_name(path: Path) -> Path:
    """Return the name that a broken file is kept under: one that nothing has."""
    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    number, aside = 1, path.with_name(f"{path.name}.broken-{stamp}")
    while os.path.lexists(aside):
        number += 1
        aside = path.with_name(f"{path.name}.broken-{stamp}-{number}")
    return aside
