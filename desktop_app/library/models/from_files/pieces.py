"""What a model that a person has consists of, wherever it lies: in a folder, a .zip, or beside a file of weights."""

import contextlib
import errno
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from desktop_app import own_files
from desktop_app.library.errors import LibraryError, ModelError, ModelMissingError, ModelUnknownError
from desktop_app.library.models.files import (
    CONFIG_NAME,
    GRAPH_NAMES,
    PICKLE_SUFFIXES,
    TOKENIZER_NAME,
    WEIGHTS_NAME,
)
from desktop_app.library.models.from_files.pairs import (
    IMAGE_FOLDER,
    MODEL_NAME,
    PAIR_CONFIG,
    TEXT_FOLDER,
    is_pair,
)
from desktop_app.library.outside.files import open_file

EXTRAS = ("calibration.safetensors", "README.md", "LICENSE")
"""Written by Vislumbre or by whoever made the model; worth keeping with it."""

WHAT_IS_NEEDED = (
    f"A model is a folder (or a .zip of one) with {CONFIG_NAME} and {WEIGHTS_NAME}, or with two ONNX files."
)

# Of a pair, what may be taken out of a .zip: no name that leads anywhere.
_OF_A_PAIR = re.compile(rf"(?:{IMAGE_FOLDER}|{TEXT_FOLDER})/[A-Za-z0-9][\w.+-]*", re.ASCII)
# What a Macintosh puts beside a file on disks that have no room for it in the file.
_BESIDE = "._"
_PIECE_BYTES = 1024 * 1024
_LARGEST_MEMBER = 64 * 1024**3


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of a model, wherever it is."""

    name: str
    size_bytes: int
    open: Callable[[], IO[bytes]]


@contextlib.contextmanager
def pieces_of(source: Path) -> Iterator[list[Piece]]:
    """Yield a model's files under our own names, so that no name of the source reaches the disk."""
    if source.is_dir():
        yield _chosen({path.name: _of_file(path) for path in source.iterdir() if path.is_file()}, source)
    elif source.suffix.lower() == ".zip" and source.is_file():
        with zipfile.ZipFile(source) as archive:
            yield _chosen(_members(archive), source)
    elif source.suffix.lower() in PICKLE_SUFFIXES:
        raise _pickle(source)
    elif source.suffix.lower() == ".safetensors" and source.is_file():
        beside = [path for path in map(source.with_name, (CONFIG_NAME, TOKENIZER_NAME)) if path.is_file()]
        yield [_of_file(source, WEIGHTS_NAME), *map(_of_file, beside)]
    elif source.exists():
        raise ModelError(f"{source} is not a model.", WHAT_IS_NEEDED)
    else:
        raise ModelUnknownError(f"{source} is not there.", WHAT_IS_NEEDED, name=str(source))


def _of_file(path: Path, name: str = "") -> Piece:
    return Piece(name or path.name, path.stat().st_size, lambda: open_file(path))


def _members(archive: zipfile.ZipFile) -> dict[str, Piece]:
    """Return the files of one folder of a .zip: the uppermost that has a model's file."""
    # Of a file without any name Python cannot even say whether it is a folder.
    files = [entry for entry in archive.infolist() if entry.filename and not entry.is_dir()]
    signs = [
        PurePosixPath(entry.filename)
        for entry in files
        if entry.filename.endswith((CONFIG_NAME, ".safetensors"))
        and "__MACOSX" not in entry.filename
        and not PurePosixPath(entry.filename).name.startswith(_BESIDE)
    ]
    folder = min((path.parent for path in signs), key=lambda path: len(path.parts), default=PurePosixPath())
    return {
        PurePosixPath(entry.filename).name: _of_member(archive, entry)
        for entry in files
        if PurePosixPath(entry.filename).parent == folder
    }


def _of_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Piece:
    return Piece(PurePosixPath(entry.filename).name, entry.file_size, lambda: archive.open(entry))


def _chosen(files: dict[str, Piece], source: Path) -> list[Piece]:
    """Pick what belongs to a model: one file of weights, its configuration, and what describes it."""
    weights = [
        name
        for name in files
        if name.endswith(".safetensors") and name not in EXTRAS and not name.startswith(_BESIDE)
    ]
    if WEIGHTS_NAME in weights:
        weights = [WEIGHTS_NAME]
    if not weights and any(PurePosixPath(name).suffix in PICKLE_SUFFIXES for name in files):
        raise _pickle(source)
    if len(weights) != 1:
        found = "no weights" if not weights else f"{len(weights)} files of weights"
        raise ModelMissingError(f"{source} holds {found}.", WHAT_IS_NEEDED)
    names = (CONFIG_NAME, TOKENIZER_NAME, *EXTRAS, *GRAPH_NAMES)
    kept = [files[name] for name in names if name in files]
    return [Piece(WEIGHTS_NAME, files[weights[0]].size_bytes, files[weights[0]].open), *kept]


def _pickle(source: Path) -> ModelError:
    return ModelError(
        f"{source} holds weights only as a Python pickle. Such a file can run programs when it is opened, "
        "so Vislumbre does not open it.",
        f"Most models are also offered as {WEIGHTS_NAME}: import that.",
    )


@contextlib.contextmanager
def pair_in(source: Path, scratch: Path, is_wanted: Callable[[], bool]) -> Iterator[Path | None]:
    """Yield the folder of a model as two ONNX files; None where the source is none.

    Args:
        source: A folder, a .zip of one, or one of the two files.
        scratch: A folder of the caller, not there yet; a .zip is unpacked into it.
        is_wanted: Asked between two pieces.

    Raises:
        LibraryError: It is no longer wanted.
        OSError: There is no room, or something cannot be read.
    """
    folder = source.parent.parent if source.name == MODEL_NAME else source
    if folder.is_dir():
        yield folder if is_pair(folder) else None
    elif source.suffix.lower() == ".zip" and source.is_file():
        with zipfile.ZipFile(source) as archive:
            yield _unpacked(archive, scratch, is_wanted)
    else:
        yield None


def _unpacked(archive: zipfile.ZipFile, scratch: Path, is_wanted: Callable[[], bool]) -> Path | None:
    sign = f"{IMAGE_FOLDER}/{MODEL_NAME}"
    roots = [
        entry.filename.removesuffix(sign) for entry in archive.infolist() if entry.filename.endswith(sign)
    ]
    if len(roots) != 1:
        return None
    for entry in archive.infolist():
        name = entry.filename.removeprefix(roots[0])
        if not entry.filename.startswith(roots[0]) or not (name == PAIR_CONFIG or _OF_A_PAIR.fullmatch(name)):
            continue
        target = scratch / name
        own_files.make_folder(target.parent, below=scratch.parent)
        if entry.file_size > min(_LARGEST_MEMBER, shutil.disk_usage(scratch).free):
            raise OSError(errno.ENOSPC, "no room")
        with archive.open(entry) as file, target.open("wb") as copy:
            while piece := file.read(_PIECE_BYTES):
                if not is_wanted():
                    raise LibraryError("The library is being closed.")
                copy.write(piece)
    return scratch if is_pair(scratch) else None
