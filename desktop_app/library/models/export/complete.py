"""Writes a model as ordinary ONNX files for other programs: graphs, weights, tokenizer, and how to use them."""

import errno
import json
import logging
import math
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np

from desktop_app.library.errors import DiskFullError, LibraryError, ModelError
from desktop_app.library.models.export.clip_words import clip_tokenizer_json
from desktop_app.library.models.export.instructions import instructions
from desktop_app.library.models.files import (
    CONFIG_NAME,
    TOKENIZER_NAME,
    WEIGHTS_NAME,
    Config,
    TensorPlace,
    check_model,
    has_own_tokenizer,
    read_tensors,
)
from desktop_app.library.models.inputs.pictures import PicturePreparation
from desktop_app.library.models.inputs.tokenizer import tokenizer_of
from desktop_app.library.models.runtime.graph import IMAGE_NAME, TEXT_NAME, Graph
from desktop_app.library.models.runtime.weights import Weights
from desktop_app.library.outside.files import open_file

_log = logging.getLogger(__name__)

ALL_WEIGHTS_NAME = WEIGHTS_NAME
"""Where open_clip looks for weights in a folder, so that it can load what was exported."""
PREPARATION_NAME = "preprocess.json"

_FILTERS = {2: "bilinear", 3: "bicubic"}  # Pillow's numbers
_ALIGNED = 64  # bytes; a line of the cache
_SPARE_BYTES = 64 * 1024 * 1024
_EXTRAS = ("LICENSE",)


def export_complete(
    model: Path,
    graphs: Path,
    target: Path,
    *,
    title: str,
    licence: str = "",
    is_wanted: Callable[[], bool] = lambda: True,
) -> None:
    """Write a model's two halves with float32 weights into a folder of the person's; it is whole or not there.

    Needs neither torch nor open_clip.

    Args:
        model: The model's folder.
        graphs: The folder with its architecture's graphs.
        target: Not there yet, or empty.
        title: For a person.
        licence: SPDX name; empty when not known.
        is_wanted: Asked between two tensors; at the first no, nothing is left.

    Raises:
        ModelError: The model cannot be read, or the folder is not free or cannot be written.
        DiskFullError: Too little room.
        LibraryError: It is no longer wanted.
    """
    config = check_model(model)
    halves = {name: Graph.read(graphs / name) for name in (IMAGE_NAME, TEXT_NAME)}
    shapes = {name: shape for graph in halves.values() for name, shape in graph.shapes.items()}
    others = {name: place for name, place in read_tensors(model / WEIGHTS_NAME).items() if name not in shapes}
    needed = 4 * sum(map(math.prod, shapes.values())) + sum(map(_length, others.values())) + _SPARE_BYTES
    scratch: Path | None = None
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise ModelError(f"{target} is not an empty folder.", "Name a folder that is not there yet.")
        target.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(target.parent).free < needed:
            raise _no_room(target)
        scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        places = _write_weights(scratch / ALL_WEIGHTS_NAME, model / WEIGHTS_NAME, shapes, others, is_wanted)
        for name, graph in halves.items():
            (scratch / name).write_bytes(graph.with_weights_in(ALL_WEIGHTS_NAME, places))
        _write_the_rest(model, config, scratch, title, licence)
        if target.exists():
            target.rmdir()
        scratch.chmod(0o755)
        scratch.replace(target)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise _no_room(target) from error
        raise ModelError(f"{target} cannot be written: {error.strerror or error}.") from error
    finally:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)  # after a success it has moved
    _log.info("exported %s into %s", model, target)


def _write_weights(
    path: Path,
    source: Path,
    shapes: Mapping[str, tuple[int, ...]],
    others: Mapping[str, TensorPlace],
    is_wanted: Callable[[], bool],
) -> dict[str, tuple[int, int]]:
    """Write what graphs want as float32 into one safetensors file, and return where each begins and how long it is.

    What no graph wants, but open_clip does, like `logit_scale`, follows them as it is.
    """
    weights = Weights(source)
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    end = 0
    lengths = {name: 4 * math.prod(shape) for name, shape in sorted(shapes.items())}
    for name, length in lengths.items():
        header[name] = {"dtype": "F32", "shape": list(shapes[name]), "data_offsets": [end, end + length]}
        end += length
    for name, place in sorted(others.items()):
        length = _length(place)
        header[name] = {
            "dtype": place.dtype,
            "shape": list(place.shape),
            "data_offsets": [end, end + length],
        }
        end += length
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(len(text) + 8) % _ALIGNED)
    places = {}
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for name, length in lengths.items():
            if not is_wanted():
                raise LibraryError("The export was stopped.")
            places[name] = (file.tell(), length)
            tensor = weights.tensors([name])[name]
            if tensor.shape != shapes[name]:
                raise ModelError(
                    f"The part “{name[:100]}” of the model has another shape than its graph wants."
                )
            file.write(np.ascontiguousarray(tensor, dtype="<f4").data)
        with open_file(source) as there:
            for _, place in sorted(others.items()):
                there.seek(place.start)
                file.write(there.read(_length(place)))
    return places


def _length(place: TensorPlace) -> int:
    return place.end - place.start


def _write_the_rest(model: Path, config: Config, folder: Path, title: str, licence: str) -> None:
    """Write how pictures and words are prepared, and how all of it is used."""
    preparation = PicturePreparation.of(config)
    tokenizer = tokenizer_of(config, model)
    said = {
        "size": [preparation.height, preparation.width],
        "resize_mode": preparation.mode,
        "interpolation": _FILTERS[int(preparation.filter)],
        "fill_color": preparation.filling,
        "mean": list(preparation.mean),
        "std": list(preparation.spread),
        "context_length": tokenizer.context_length,
    }
    (folder / PREPARATION_NAME).write_text(json.dumps(said, indent=2) + "\n", "utf-8")
    _copy(model, folder, (CONFIG_NAME, *_EXTRAS))
    own = has_own_tokenizer(config)
    if own:
        _copy(model, folder, (TOKENIZER_NAME,))
    else:
        (folder / TOKENIZER_NAME).write_text(clip_tokenizer_json(tokenizer.context_length), "utf-8")
    words = instructions(title=title, licence=licence, config=config, has_own_tokenizer=own)
    (folder / "README.md").write_text(words, "utf-8")


def _copy(source: Path, target: Path, names: Iterable[str]) -> None:
    for name in names:
        if (source / name).is_file():
            shutil.copyfile(source / name, target / name)


def _no_room(target: Path) -> DiskFullError:
    return DiskFullError(f"There is too little room for {target}.", "Make room and try again.")
