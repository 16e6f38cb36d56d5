"""Brings a model that the person has into the library: from a folder, a .zip or a file, copied and checked."""

import contextlib
import errno
import json
import logging
import lzma
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from desktop_app import own_files
from desktop_app.library.errors import (
    DiskFullError,
    LibraryError,
    ModelDamagedError,
    ModelError,
    ModelMissingError,
)
from desktop_app.library.models.architectures import Architectures
from desktop_app.library.models.files import (
    CONFIG_NAME,
    GRAPH_NAMES,
    LONGEST_CONFIG,
    LONGEST_TOKENIZER,
    TOKENIZER_NAME,
    WEIGHTS_NAME,
    Config,
    Shapes,
    asks_for_tokenizer,
    check_model,
    needed_files,
    no_tokenizer,
    own_graphs,
    parse_config,
    read_config,
    sha256_of,
)
from desktop_app.library.models.from_files.checkpoint import without_beginnings
from desktop_app.library.models.from_files.names import name_of, name_of_folder
from desktop_app.library.models.from_files.pairs import prove, size_of, take_over, without_places
from desktop_app.library.models.from_files.pieces import WHAT_IS_NEEDED, Piece, pair_in, pieces_of
from desktop_app.library.models.runtime.graph import LONGEST_GRAPH

_log = logging.getLogger(__name__)

_MOST_BYTES = {TOKENIZER_NAME: LONGEST_TOKENIZER, **dict.fromkeys(GRAPH_NAMES, LONGEST_GRAPH)}
_LONGEST_EXTRA = 64 * 1024 * 1024
_SPARE_BYTES = 64 * 1024 * 1024
_PIECE_BYTES = 1024 * 1024
IMPORT_SCRATCH = ".import-"
"""How the folders begin that imports work in, among the models."""
EXPORT_SCRATCH = ".export-"
"""How the folders begin that exports write into, among the models."""


@dataclass(frozen=True, slots=True)
class KnownWeights:
    """A model that is known by its weights, and can come without its configuration.

    Attributes:
        folder_name: Where this model lies in the library.
        sha256: Of its weights; None when not known.
        others: Name and SHA-256 of each other file that it needs.
        config: Its configuration.
        tensors: How many tensors its weights have.
        shapes: Some of them, enough to recognise it.
    """

    folder_name: str
    sha256: str | None
    others: Mapping[str, str]
    config: Config
    tensors: int
    shapes: Shapes


def left_by_killed(models: Path) -> list[Path]:
    """Return what imports and exports did not live to finish; before the first of a process."""
    if not own_files.is_folder(models, below=models.parent):
        return []
    return sorted(path for begin in (IMPORT_SCRATCH, EXPORT_SCRATCH) for path in models.glob(f"{begin}*"))


def import_model(
    source: Path,
    models: Path,
    known: Sequence[KnownWeights],
    architectures: Architectures,
    *,
    architecture: str = "",
    name: str = "",
    is_wanted: Callable[[], bool] = lambda: True,
) -> Path:
    """Copy a model into its own folder below `models` and check it; returns that folder.

    A model that is there already is not copied twice.

    Args:
        source: A folder, a .zip, or a .safetensors file.
        models: Made when needed; the model's folder appears in it only when it is complete.
        known: Weights that may come alone.
        architectures: Those that weights may be of that come alone.
        architecture: The name of that one; empty to tell it by the weights.
        name: What its folder is called, before its sum; empty for what the source is called.
        is_wanted: Asked between two pieces; at the first no, what was copied is removed.

    Raises:
        ModelError: It is not a model, is damaged, is a pickle, or needs a hub.
        DiskFullError: Too little room.
        LibraryError: It is no longer wanted.
    """
    named = architectures.config_of(architecture) if architecture else None
    try:
        own_files.make_folder(models, below=models.parent)
        for stale in models.glob(f"{IMPORT_SCRATCH}*"):  # of an import that was killed
            with contextlib.suppress(OSError):
                own_files.remove(stale)
        with tempfile.TemporaryDirectory(prefix=IMPORT_SCRATCH, dir=models) as scratch:
            arriving = Path(scratch) / "model"
            own_files.make_folder(arriving, below=models)
            with _naming(source, arriving):
                _fill(source, arriving, is_wanted)
                same, sha256 = _configure(
                    arriving, known, architectures, named, Path(name) if name else source
                )
            folder_name = same.folder_name if same else name_of_folder(name or name_of(source), sha256)
            return _settle(arriving, models / folder_name, source)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise _no_room(models) from error
        raise ModelError(f"{source} cannot be imported: {error}.", WHAT_IS_NEEDED) from error
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        RuntimeError,
        EOFError,
    ) as error:  # RuntimeError: it wants a password
        raise ModelDamagedError(f"{source} cannot be unpacked: {error}.", "Fetch the .zip again.") from error


@contextlib.contextmanager
def _naming(source: Path, arriving: Path) -> Iterator[None]:
    """Let what is wrong with a copy be said of what it is a copy of: the copy is gone before anybody can look at it."""
    try:
        yield
    except ModelError as error:
        if str(arriving) not in error.sentence:
            raise
        raise type(error)(error.sentence.replace(str(arriving), str(source)), error.hint) from error


def _fill(source: Path, arriving: Path, is_wanted: Callable[[], bool]) -> None:
    """Copy what a model consists of, or take it out of its two ONNX files."""
    with pair_in(source, arriving.with_name("pair"), is_wanted) as pair:
        if pair is not None:
            if shutil.disk_usage(arriving).free < size_of(pair) + _SPARE_BYTES:
                raise _no_room(arriving.parent.parent)
            take_over(pair, arriving, is_wanted)
            prove(arriving)
            return
    with pieces_of(source) as pieces:
        _copy(pieces, arriving, is_wanted)


def _configure(
    arriving: Path,
    known: Sequence[KnownWeights],
    architectures: Architectures,
    named: Config | None,
    source: Path,
) -> tuple[KnownWeights | None, str]:
    """Give the copied files their configuration, check both, and return the known model with the same weights, and their hash."""
    weights, config = arriving / WEIGHTS_NAME, arriving / CONFIG_NAME
    shapes = without_beginnings(weights)
    sha256 = sha256_of(weights)
    same = next((model for model in known if model.sha256 == sha256 and _has_others(model, arriving)), None)
    if same or named or not config.exists():
        alike = same or (None if named else next((model for model in known if _alike(shapes, model)), None))
        told = alike.config if alike else named or _told_by(shapes, architectures, source)
        own_files.write(config, json.dumps(told, indent=2).encode(), below=arriving)
    if asks_for_tokenizer(config) and not (arriving / TOKENIZER_NAME).exists():
        raise no_tokenizer(source)
    if own_graphs(read_config(config)):
        without_places(arriving)
        check_model(arriving)
    else:
        checked = check_model(arriving)
        architectures.check(checked, shapes)
        architectures.learn(arriving, checked, shapes)
    return same, sha256


def _told_by(shapes: Shapes, architectures: Architectures, source: Path) -> Config:
    """Return the configuration of the only architecture that weights are of."""
    names = architectures.of(shapes)
    if not names:
        raise ModelMissingError(
            f"{source} comes without its {CONFIG_NAME}, and Vislumbre does not know these weights.",
            f"Put the {CONFIG_NAME} that belongs to them into the same folder and import that.",
        )
    if len(names) > 1:
        raise ModelMissingError(
            f"{source} comes without its {CONFIG_NAME}, and may be of several architectures: {', '.join(names)}.",
            "Say which with “vislumbre model import --checkpoint FILE --architecture NAME”, or put that file beside it.",
        )
    return architectures.config_of(names[0])


def _settle(arriving: Path, folder: Path, source: Path) -> Path:
    """Move the checked files to their place, if they are not there already."""
    needed = needed_files(check_model(arriving))
    if TOKENIZER_NAME not in needed:
        (arriving / TOKENIZER_NAME).unlink(missing_ok=True)
    if _is_whole(folder, arriving, needed, below=folder.parent.parent):
        _log.info("%s is in the library already, in %s", source, folder)
        return folder
    own_files.remove(folder)
    own_files.move(arriving, folder)
    _log.info("imported %s into %s", source, folder)
    return folder


def _has_others(model: KnownWeights, folder: Path) -> bool:
    """Tell whether the files that a known model needs beside its weights came along, and are its own.

    Raises:
        ModelMissingError: One did not come along.
    """
    for name, sha256 in model.others.items():
        if not (folder / name).exists():
            raise ModelMissingError(
                f"These are the weights of a model that also needs its {name}, which is not with them.",
                f"Put {name} beside them and import the folder.",
            )
        if sha256_of(folder / name) != sha256:
            return False
    return True


def _is_whole(folder: Path, arriving: Path, names: Sequence[str], *, below: Path) -> bool:
    """Tell whether a model is there already: as many bytes of weights, which may have been cut short, and its tokenizer."""
    return (
        all(own_files.is_there(folder / name, below=below) for name in names)
        and (folder / WEIGHTS_NAME).stat().st_size == (arriving / WEIGHTS_NAME).stat().st_size
        and (
            TOKENIZER_NAME not in names
            or sha256_of(folder / TOKENIZER_NAME) == sha256_of(arriving / TOKENIZER_NAME)
        )
    )


def _alike(shapes: Shapes, known: KnownWeights) -> bool:
    few = {name: shapes.get(name) for name in known.shapes}
    return bool(few) and len(shapes) == known.tensors and few == dict(known.shapes)


def _copy(pieces: Sequence[Piece], folder: Path, is_wanted: Callable[[], bool]) -> None:
    """Copy the files, none longer than it says it is."""
    if shutil.disk_usage(folder).free < sum(piece.size_bytes for piece in pieces) + _SPARE_BYTES:
        raise _no_room(folder.parent.parent)
    for piece in pieces:
        if piece.size_bytes > _MOST_BYTES.get(piece.name, piece.size_bytes):
            raise ModelDamagedError(f"{piece.name} is too large for what it should be.", WHAT_IS_NEEDED)
        with piece.open() as file:
            if piece.name in {WEIGHTS_NAME, TOKENIZER_NAME}:
                _copy_large(file, folder / piece.name, is_wanted)
            elif piece.name == CONFIG_NAME:
                content = file.read(LONGEST_CONFIG + 1)
                parse_config(content, piece.name)
                own_files.write(folder / piece.name, content, below=folder)
            elif piece.size_bytes <= _LONGEST_EXTRA:
                own_files.write(folder / piece.name, file.read(_LONGEST_EXTRA), below=folder)


def _copy_large(file: IO[bytes], target: Path, is_wanted: Callable[[], bool]) -> None:
    with target.open("wb") as copy:
        while piece := file.read(_PIECE_BYTES):
            if not is_wanted():
                raise LibraryError("The library is being closed.")
            copy.write(piece)
        copy.flush()
        os.fsync(copy.fileno())


def _no_room(models: Path) -> DiskFullError:
    return DiskFullError(f"There is too little room in {models} for this model.", "Make room and try again.")
