"""Takes the packages of extras, as PyPI offers them, into the person's folder of extras, and out of it again.

A wheel is looked through before anything of it is written: its name, the Python and the system it is for, what it holds.
It is unpacked beside its place and put there in one step once it was imported on trial, so that whatever ends the process
leaves the old one or the new one. It is not judged: whoever names a file trusts where it came from.
"""

import base64
import csv
import hashlib
import io
import lzma
import os
import re
import secrets
import stat
import subprocess
import sys
import zipfile
import zlib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import Final

from packaging.tags import Tag, sys_tags
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from desktop_app import own_files
from desktop_app.children import EXTRA_TRIAL, command_of
from desktop_app.library.errors import LibraryError, WrongNameError
from desktop_app.library.media.extras import EXTRAS, Extra, folder_for_this_python
from desktop_app.printable import did_you_mean

# PyAV 18 holds 272 files of 106 MB.
_MOST_FILES: Final = 5000
_MOST_BYTES: Final = 600 * 10**6
_TRIAL_S: Final = 120.0
_MOST_LETTERS: Final = 300
_UNFINISHED: Final = re.compile(r"\.(new|old)-[0-9a-f]{12}")
_ZIP_ERRORS: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    csv.Error,
    EOFError,
    NotImplementedError,
    RuntimeError,
)


@dataclass(frozen=True, slots=True)
class ExtraState:
    """Whether an extra is there.

    Attributes:
        extra: Which.
        version: Of the one that is used; empty where there is none.
        folder: Where it was added to; None for one that is installed with Python, and where there is none.
        stale: Whether one was added that is for another Python or system, and has to be added anew.
    """

    extra: Extra
    version: str
    folder: Path | None
    stale: bool


def extras_in(root: Path) -> list[ExtraState]:
    """Return of each extra whether it is there.

    Args:
        root: The folder of all extras.
    """
    return [_state(extra, root) for extra in EXTRAS]


def add_extra(root: Path, wheel: Path) -> ExtraState:
    """Take an extra in; the next start of the program uses it.

    Args:
        root: The folder of all extras; made where it is not there.
        wheel: The file that PyPI offers, with the name that it has there.

    Raises:
        LibraryError: It is no extra, not for this Python or system, damaged, or cannot be loaded here. All is as it was.
        OSError: It cannot be read or written.
    """
    extra, version = _named(wheel)
    folder = folder_for_this_python(root)
    own_files.make_folder(folder, below=root.parent)
    for left in folder.iterdir():
        if _UNFINISHED.fullmatch(left.name):
            own_files.remove(left)
    mark = secrets.token_hex(6)
    new = folder / f".new-{mark}"
    try:
        _unpack(wheel, extra, version, new)
        _try(new, extra)
        _put(new, folder / extra.name, folder / f".old-{mark}")
    finally:
        own_files.remove(new)
    return _state(extra, root)


def remove_extra(root: Path, name: str) -> bool:
    """Take an extra out, those for other Pythons and systems too; return whether one was there.

    Args:
        root: The folder of all extras.
        name: What PyPI calls it, in any spelling.

    Raises:
        LibraryError: It is none of the extras, or is in use.
    """
    extra = _extra(name)
    if extra is None:
        raise _no_extra(f"“{name}”", name, name)
    there = list(_places(extra, root))
    for place in there:
        own_files.check_folder(place, below=root.parent)
        away = place.with_name(f".old-{secrets.token_hex(6)}")
        _rename(place, away, extra)
        own_files.remove(away)
    return bool(there)


def _state(extra: Extra, root: Path) -> ExtraState:
    own = folder_for_this_python(root) / extra.name
    added = next(iter(metadata.distributions(name=extra.name, path=[str(own)])), None)
    others = [
        place for place in sys.path if _UNFINISHED.fullmatch(Path(place).name) is None and place != str(own)
    ]
    # What is installed with Python comes first when it is imported.
    installed = next(iter(metadata.distributions(name=extra.name, path=others)), None)
    stale = added is None and any(True for _ in _places(extra, root))
    if installed is not None:
        return ExtraState(extra, installed.version, None, stale)
    return ExtraState(extra, added.version if added else "", own if added else None, stale)


def _places(extra: Extra, root: Path) -> list[Path]:
    """Return where an extra was added, for whichever Python."""
    if not os.path.isdir(root):
        return []
    return [place / extra.name for place in sorted(root.iterdir()) if os.path.lexists(place / extra.name)]


def _extra(name: str) -> Extra | None:
    return next((extra for extra in EXTRAS if extra.name == canonicalize_name(name)), None)


def _no_extra(what: str, name: str, typed: str) -> WrongNameError:
    there = " and ".join(f"{extra.name} ({extra.opens})" for extra in EXTRAS)
    near = did_you_mean(name, [extra.name for extra in EXTRAS])
    return WrongNameError(f"{what} is no extra of Vislumbre.", f"{near}There are {there}.", name=typed)


def _named(wheel: Path) -> tuple[Extra, Version]:
    """Return which extra a file is by its name, and refuse what is not for here."""
    try:
        name, version, _, tags = parse_wheel_filename(wheel.name)
    except (InvalidWheelFilename, InvalidVersion) as error:
        raise WrongNameError(
            f"{wheel.name} is not named like a package for Python.",
            "Give the .whl file with the name that it has on pypi.org.",
            name=str(wheel),
        ) from error
    extra = _extra(name)
    if extra is None:
        raise _no_extra(wheel.name, name, str(wheel))
    _refuse_elsewhere(wheel.name, extra, tags)
    if version < Version(".".join(map(str, extra.least))):
        least = ".".join(map(str, extra.least))
        raise LibraryError(f"{extra.name} {version} is too old.", f"Vislumbre needs {least} or newer.")
    return extra, version


def _refuse_elsewhere(name: str, extra: Extra, tags: frozenset[Tag]) -> None:
    here = list(sys_tags())
    if not tags.isdisjoint(here):
        return
    best = here[0]
    hint = f"On pypi.org, {extra.name} has a file for {best.interpreter} and {_system(best.platform)}."
    if {tag.platform for tag in tags}.isdisjoint(tag.platform for tag in here):
        raise LibraryError(
            f"{name} is for another system ({', '.join(sorted({tag.platform for tag in tags}))}).", hint
        )
    python = ", ".join(sorted({tag.interpreter for tag in tags}))
    mine = f"{sys.version_info.major}.{sys.version_info.minor}"
    raise LibraryError(f"{name} is for another Python ({python}); this Vislumbre runs on {mine}.", hint)


def _system(platform: str) -> str:
    # The oldest C library that it asks for says nothing here.
    return re.sub(r"^(many|musl)linux_\d+_\d+_", "linux, ", platform)


def _unpack(wheel: Path, extra: Extra, version: Version, into: Path) -> None:
    """Unpack a wheel into a folder that is made, all of it brought to disk."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            listed = _looked_through(archive, extra, version)
            into.mkdir(mode=0o700)
            for entry in archive.infolist():
                if not entry.is_dir():
                    _write(archive.read(entry), into / entry.filename, listed.get(entry.filename))
    except _ZIP_ERRORS as error:
        raise _damaged(wheel.name) from error
    except _NotListedError as error:
        raise _damaged(wheel.name) from error
    except OSError as error:
        # So bz2 says that what it unpacks is damaged; a disk always gives a number.
        if error.errno is not None:
            raise
        raise _damaged(wheel.name) from error


class _NotListedError(Exception):
    """A file of a wheel is not what its list says."""


def _damaged(name: str) -> LibraryError:
    return LibraryError(f"{name} is damaged, or no package for Python.", "Fetch it once more.")


def _looked_through(archive: zipfile.ZipFile, extra: Extra, version: Version) -> dict[str, str]:
    """Refuse a wheel that holds what it should not; return the hashes of its files by its own list."""
    entries = archive.infolist()
    name = Path(archive.filename or "").name
    if len(entries) > _MOST_FILES or sum(entry.file_size for entry in entries) > _MOST_BYTES:
        raise LibraryError(f"{name} is larger than {extra.name} can be.")
    notes = f"{extra.name.replace('-', '_')}-{version}.dist-info"
    tops = {extra.module, f"{extra.module}.libs", notes, f"{extra.name.replace('-', '_')}.libs"}
    for entry in entries:
        if not _is_plain(entry) or entry.filename.split("/")[0] not in tops:
            raise LibraryError(
                f"{name} holds “{entry.filename[:_MOST_LETTERS]}”, which is no part of {extra.name}."
            )
    if len({entry.filename.casefold() for entry in entries}) < len(entries):
        raise _damaged(name)
    try:
        record = archive.read(f"{notes}/RECORD").decode()
    except (KeyError, UnicodeDecodeError) as error:
        raise _damaged(name) from error
    return {row[0]: row[1] for row in csv.reader(io.StringIO(record)) if len(row) > 1 and row[1]}


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    """Tell whether an entry is a file or folder that lies below where it is unpacked, on every system."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    parts = PurePosixPath(entry.filename).parts
    return (
        kind in {0, stat.S_IFREG, stat.S_IFDIR}
        and not entry.filename.startswith("/")
        and not any(part == ".." or part.rstrip(". ") != part for part in parts)
        and re.search(r'[\x00-\x1f\\:*?"<>|]', entry.filename) is None
    )


def _write(content: bytes, path: Path, listed: str | None) -> None:
    """Write a file of a wheel, which has to be as its list says; the list itself is not in it."""
    if path.name != "RECORD" or not path.parent.name.endswith(".dist-info"):
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        if listed != f"sha256={digest}":
            raise _NotListedError(path.name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _try(folder: Path, extra: Extra) -> None:
    """Import an extra in a process of its own."""
    try:
        done = subprocess.run(
            [*command_of(EXTRA_TRIAL), str(folder), extra.module],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TRIAL_S,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired as error:
        raise LibraryError(f"{extra.name} could not be loaded within {_TRIAL_S:.0f} s.") from error
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip().split("\n")[-1][:_MOST_LETTERS]
        raise LibraryError(
            f"{extra.name} cannot be loaded here: {words or f'its process ended with code {done.returncode}'}."
        )


def _put(new: Path, place: Path, away: Path) -> None:
    """Put a folder in the place of another."""
    if os.path.lexists(place):
        _rename(place, away, _extra(place.name))
    new.rename(place)
    own_files.remove(away)


def _rename(place: Path, away: Path, extra: Extra | None) -> None:
    try:
        place.rename(away)
    except PermissionError as error:
        # Windows keeps what a running program has loaded.
        name = extra.name if extra else place.name
        raise LibraryError(f"{name} is in use.", "Close Vislumbre’s window and try again.") from error
