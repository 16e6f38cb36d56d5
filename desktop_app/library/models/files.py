"""A model's files on disk, and whether they can be trusted before anything heavy is imported."""

import hashlib
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from desktop_app.library.errors import ModelDamagedError, ModelMissingError
from desktop_app.library.models.bounds import impossible_number, is_larger_than
from desktop_app.library.outside.files import open_file, read_file
from desktop_app.library.outside.json_text import NotJsonError, read_json

CONFIG_NAME = "open_clip_config.json"
WEIGHTS_NAME = "open_clip_model.safetensors"
TOKENIZER_NAME = "tokenizer.json"
"""Beside the weights of models whose texts are not cut into pieces as CLIP's are."""
OWN_GRAPHS = "own_graphs"
"""Part of a configuration: names and SHA-256 of the graphs that lie beside the weights, for they fit no others."""
GRAPH_NAMES = ("image.onnx", "text.onnx")
"""The two halves of a model, without weights."""
PICKLE_SUFFIXES = frozenset({".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".npz"})

Config = Mapping[str, object]
Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class TensorPlace:
    """Where a tensor lies in a safetensors file.

    Attributes:
        dtype: As the format names it, like ``F16``.
        shape: Its sides.
        start: First byte in the file.
        end: First byte after it.
    """

    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int


LONGEST_CONFIG = 1024 * 1024
"""A configuration has a few kilobytes."""

LONGEST_TOKENIZER = 64 * 1024 * 1024
"""The largest that is known, of SigLIP 2, has 34 MB."""

# https://github.com/huggingface/safetensors: 8 bytes of little-endian length, then that much JSON. It may have 100 MB;
# that of the largest CLIP has 250 KB.
_LONGEST_HEADER = 10_000_000
# More sides, or longer ones, no tensor has.
_MOST_SIDES, _LONGEST_SIDE = 8, 2**40
_BYTES_OF = {
    **dict.fromkeys(("F64", "I64", "U64"), 8),
    **dict.fromkeys(("F32", "I32", "U32"), 4),
    **dict.fromkeys(("F16", "BF16", "I16", "U16"), 2),
    **dict.fromkeys(("I8", "U8", "BOOL", "F8_E4M3", "F8_E5M2"), 1),
}
_FETCH_AGAIN = "Download or import the model again."
# With one of these open_clip or timm would ask a hub, or run a tokenizer that is not inside open_clip. The tokenizer's
# name, where it belongs, is none: it lies beside the weights.
_TOKENIZER_KEY = "hf_tokenizer_name"
_HUB_KEYS = ("hf_model_name", _TOKENIZER_KEY, "timm_model_pretrained")
_TOKENIZER_MODE = "tokenizer_mode"
_TOKENIZER_CHOICES = frozenset({"clean"})


def check_model(folder: Path) -> Config:
    """Check a model's folder without loading it, in milliseconds, and return its configuration.

    Raises:
        ModelMissingError: A file is not there.
        ModelDamagedError: A file is cut short, is something else, or does not fit the other.
    """
    config = read_config(folder / CONFIG_NAME)
    if has_own_tokenizer(config):
        _check_tokenizer(folder / TOKENIZER_NAME)
    _check_graphs(folder, config)
    shapes = read_shapes(folder / WEIGHTS_NAME)
    model = section(config, "model_cfg")
    if is_larger_than(model, shapes):
        raise ModelDamagedError(
            f"The files in {folder} do not belong together: the configuration describes a larger model than the "
            "weights are.",
            _FETCH_AGAIN,
        )
    dimension = model.get("embed_dim")
    for name in ("text_projection", "text.text_projection", "visual.proj"):
        shape = shapes.get(name, ())
        if len(shape) == 2 and shape[1] != dimension:
            raise ModelDamagedError(
                f"The files in {folder} do not belong together: the configuration promises vectors of {dimension}, "
                f"the weights make {shape[1]}.",
                _FETCH_AGAIN,
            )
    return config


def read_config(path: Path) -> Config:
    """Read and check an `open_clip_config.json`.

    Raises:
        ModelMissingError: It is not there, or the tokenizer that it needs does not lie beside it.
        ModelDamagedError: It is not such a file, or the model would need a hub.
    """
    try:
        config = parse_config(read_file(path, LONGEST_CONFIG), str(path))
    except OSError as error:
        raise missing(path) from error
    tokenizer = path.with_name(TOKENIZER_NAME)
    if has_own_tokenizer(config) and not tokenizer.is_file():
        raise no_tokenizer(path)
    return config


def parse_config(content: bytes, name: str) -> Config:
    """Check the bytes of an `open_clip_config.json`; `name` says in errors where they came from.

    Raises:
        ModelDamagedError: They are not such a file, or the model would need a hub.
    """
    try:
        config = read_json(content, LONGEST_CONFIG)
    except NotJsonError as error:
        raise ModelDamagedError(
            f"{name} is not a model's configuration: it {error}.", _FETCH_AGAIN
        ) from error
    if not isinstance(config, dict):
        raise ModelDamagedError(f"{name} is not a model's configuration.", _FETCH_AGAIN)
    model = section(config, "model_cfg")
    if not (
        type(model.get("embed_dim")) is int and section(model, "vision_cfg") and section(model, "text_cfg")
    ):
        raise ModelDamagedError(f"{name} does not describe a CLIP model of open_clip.", _FETCH_AGAIN)
    _refuse_hub(model, name)
    if wrong := impossible_number(config):
        raise ModelDamagedError(f"{name} {wrong}.", _FETCH_AGAIN)
    return config


def has_own_tokenizer(config: Config) -> bool:
    """Tell whether a model reads words by a tokenizer of its own, not by CLIP's."""
    return bool(section(section(config, "model_cfg"), "text_cfg").get(_TOKENIZER_KEY))


def asks_for_tokenizer(path: Path) -> bool:
    """Tell whether the model of an `open_clip_config.json` needs a tokenizer beside it; False where it cannot be read."""
    try:
        return has_own_tokenizer(parse_config(read_file(path, LONGEST_CONFIG), str(path)))
    except (OSError, ModelDamagedError):
        return False


def own_graphs(config: Config) -> Mapping[str, str]:
    """Return name and SHA-256 of each graph that a model has of its own, as one that came as ONNX; usually there are none."""
    return {name: str(sha256) for name, sha256 in section(config, OWN_GRAPHS).items()}


def needed_files(config: Config) -> tuple[str, ...]:
    """Return the names of all files without which a model of this configuration cannot be used."""
    tokenizer = (TOKENIZER_NAME,) if has_own_tokenizer(config) else ()
    return (CONFIG_NAME, WEIGHTS_NAME, *tokenizer, *own_graphs(config))


def _check_graphs(folder: Path, config: Config) -> None:
    """See that a model's own graphs are those that its configuration was written for."""
    for name, sha256 in own_graphs(config).items():
        if name not in GRAPH_NAMES or sha256_of(folder / name) != sha256:
            raise ModelDamagedError(
                f"{folder / name} is not the graph that belongs to the model.", _FETCH_AGAIN
            )


def _check_tokenizer(path: Path) -> None:
    """See that a tokenizer's file looks whole; to read it takes a second, and is left to whoever uses it."""
    try:
        with open_file(path) as file:
            size = os.fstat(file.fileno()).st_size
            start = file.read(64)
            file.seek(max(0, size - 64))
            end = file.read(64)
    except OSError as error:
        raise missing(path) from error
    if size > LONGEST_TOKENIZER or not (start.lstrip().startswith(b"{") and end.rstrip().endswith(b"}")):
        raise ModelDamagedError(f"{path} is not a tokenizer, or is cut short.", _FETCH_AGAIN)


def section(config: Config, key: str) -> Config:
    """Return a part of a configuration; empty when there is none."""
    part = config.get(key)
    return part if isinstance(part, dict) else {}


def _refuse_hub(model: Config, name: str) -> None:
    """Refuse what would open a connection: nothing of a model is ever fetched while it is loaded."""
    text = section(model, "text_cfg")
    parts = [model, *(part for part in model.values() if isinstance(part, dict))]
    asked = [
        key
        for part in parts
        for key in _HUB_KEYS
        if part.get(key) and not (part is text and key == _TOKENIZER_KEY)
    ]
    asked += [_TOKENIZER_MODE] if text.get(_TOKENIZER_MODE) else []
    # timm reads "hf-hub:owner/name" as an address.
    asked += ["timm_model_name" for part in parts if ":" in str(part.get("timm_model_name") or "")]
    asked += sorted(set(section(text, "tokenizer_kwargs")) - _TOKENIZER_CHOICES)
    if asked:
        raise ModelDamagedError(
            f"{name} asks for parts that are not in the model's own files ({', '.join(asked)}).",
            "Vislumbre fetches nothing while it loads a model. Choose a model that is complete in itself.",
        )


def read_shapes(path: Path) -> Shapes:
    """Return name and shape of every tensor of a safetensors file, having checked that none is cut off.

    Raises:
        ModelMissingError: It is not there.
        ModelDamagedError: It is cut short, or no safetensors file.
    """
    return {name: tensor.shape for name, tensor in read_tensors(path).items()}


def read_tensors(path: Path) -> Mapping[str, TensorPlace]:
    """Return where every tensor of a safetensors file lies, having checked that none is cut off.

    Raises:
        ModelMissingError: It is not there.
        ModelDamagedError: It is cut short, or no safetensors file.
    """
    try:
        with open_file(path) as file:
            size = os.fstat(file.fileno()).st_size
            start = file.read(8)
            length = int.from_bytes(start, "little")
            text = file.read(length) if 2 <= length <= min(_LONGEST_HEADER, size) else b""
    except OSError as error:
        raise missing(path) from error
    if not text:
        raise ModelDamagedError(f"{path} {_what_else(start)}.", _FETCH_AGAIN)
    tensors, end = _parse_header(text, path)
    if size != 8 + length + end:
        raise ModelDamagedError(
            f"{path} is damaged: it should have {8 + length + end:,} bytes and has {size:,}.", _FETCH_AGAIN
        )
    return tensors


def _parse_header(text: bytes, path: Path) -> tuple[dict[str, TensorPlace], int]:
    """Return the tensors and where the last one ends, counted from the header's end."""
    tensors: dict[str, TensorPlace] = {}
    start = 8 + len(text)
    end = 0
    whole = True
    nonsense = ModelDamagedError(f"{path} is damaged: its table of contents makes no sense.", _FETCH_AGAIN)
    try:
        header = cast("dict[str, dict[str, Any]]", read_json(text))
        for name, entry in header.items():
            if name == "__metadata__":
                continue
            first, last = map(_size, entry["data_offsets"])
            shape = _shape(entry["shape"])
            whole = whole and last - first == math.prod(shape) * _BYTES_OF[entry["dtype"]]
            tensors[name] = TensorPlace(entry["dtype"], shape, start + first, start + last)
            end = max(end, last)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise nonsense from error
    if not whole:
        raise nonsense
    return tensors, end


def _shape(said: Sequence[object]) -> tuple[int, ...]:
    """Return a tensor's sides.

    Raises:
        ValueError: No tensor has such.
    """
    if len(said) > _MOST_SIDES:
        raise ValueError("too many sides")
    return tuple(map(_size, said))


def _size(said: object) -> int:
    if type(said) is not int or not 0 <= said <= _LONGEST_SIDE:
        raise ValueError("no size")
    return said


def _what_else(start: bytes) -> str:
    """Say what a file that is no safetensors file seems to be."""
    if not start:
        return "is empty"
    if start.startswith((b"\x80", b"PK")):
        return "is a Python pickle under another name, which could run programs, and was not opened"
    if start.startswith(b"version "):
        return "is only a pointer of Git LFS, without the weights"
    if start.lstrip().startswith(b"<"):
        return "is a web page, not a model's weights"
    return "is not a safetensors file, or is cut short"


def no_tokenizer(path: Path) -> ModelMissingError:
    """Return what is raised where a model's own tokenizer does not lie beside what asks for it."""
    return ModelMissingError(
        f"{path} asks for a tokenizer that is not in the model's own files ({TOKENIZER_NAME}).",
        "Put the one that belongs to the model beside its configuration. Vislumbre fetches nothing while it loads a model.",
    )


def missing(path: Path) -> ModelMissingError:
    """Return what is raised where a file of a model cannot be read."""
    return ModelMissingError(
        f"The model's file {path} is not there or cannot be read.",
        "Choose another model, or download or import it again.",
    )


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hex; 0.4 s for 600 MB that are in memory.

    Raises:
        ModelMissingError: It cannot be read.
    """
    try:
        with open_file(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise missing(path) from error
