"""Takes over a model that comes as two ONNX files with their weights inside, as immich publishes them.

`config.json`, `visual/model.onnx`, `visual/preprocess_cfg.json`, `textual/model.onnx`, `textual/tokenizer.json`. What
comes of it is a model's folder like any other: weights, and graphs that only name them, but those of its own.
"""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

from desktop_app import own_files
from desktop_app.library.errors import (
    LibraryError,
    ModelDamagedError,
    ModelError,
    ModelMissingError,
    ModelRunError,
)
from desktop_app.library.models.files import (
    CONFIG_NAME,
    GRAPH_NAMES,
    LONGEST_CONFIG,
    LONGEST_TOKENIZER,
    OWN_GRAPHS,
    TOKENIZER_NAME,
    WEIGHTS_NAME,
    Config,
    has_own_tokenizer,
    parse_config,
    section,
)
from desktop_app.library.models.from_files.pair_graph import Half, halves_of
from desktop_app.library.models.runtime.graph import LONGEST_GRAPH, Graph, without_place
from desktop_app.library.models.runtime.onnx_file import FLOAT16, StoredTensor
from desktop_app.library.outside.files import open_file, read_file
from desktop_app.library.outside.json_text import NotJsonError, read_json

IMAGE_FOLDER, TEXT_FOLDER = "visual", "textual"
MODEL_NAME = "model.onnx"
PAIR_CONFIG = "config.json"
PREPARATION = "preprocess_cfg.json"
PAIR_FILES = (
    PAIR_CONFIG,
    f"{IMAGE_FOLDER}/{MODEL_NAME}",
    f"{IMAGE_FOLDER}/{PREPARATION}",
    f"{TEXT_FOLDER}/{MODEL_NAME}",
    f"{TEXT_FOLDER}/{TOKENIZER_NAME}",
)
"""What such a model consists of; weights of more than 2 GB lie in more files beside the graphs."""

_LAYOUT = f"A model as ONNX is a folder (or a .zip of one) with {', '.join(PAIR_FILES)}."
_PIECE = 1024 * 1024
_ALIGNED = 64
# Of `model_cfg`, what a model that brings its graphs needs; all else describes networks that are not made here.
_OF_WORDS = ("context_length", "vocab_size", "hf_tokenizer_name", "tokenizer_kwargs")
_USUAL_TOKENIZER = "openai/clip-vit-base-patch32"
# Of two photos, or texts, that have nothing in common; 0.3 to 0.8 in models of open_clip.
_SAME = 0.99999
_USUAL_LENGTH, _USUAL_WORDS = 77, 49408


def is_pair(folder: Path) -> bool:
    """Tell whether a folder holds a model as two ONNX files."""
    return all((folder / half / MODEL_NAME).is_file() for half in (IMAGE_FOLDER, TEXT_FOLDER))


def take_over(folder: Path, target: Path, is_wanted: Callable[[], bool]) -> None:
    """Write weights, graphs, configuration and tokenizer of a model that is a pair into an empty folder.

    Args:
        folder: With `PAIR_FILES`.
        target: Of the caller.
        is_wanted: Asked between two pieces.

    Raises:
        ModelError: It is not such a model, is damaged, or of a kind that cannot be used.
        LibraryError: It is no longer wanted.
        OSError: A file cannot be read or written.
    """
    said, preparation = _read(folder / PAIR_CONFIG), _read(folder / IMAGE_FOLDER / PREPARATION)
    places = {"image": folder / IMAGE_FOLDER / MODEL_NAME, "text": folder / TEXT_FOLDER / MODEL_NAME}
    image, text = halves_of(places)
    config = _configuration(said, preparation, image, text, folder)
    if has_own_tokenizer(config):
        # Late: the window names models before it is painted, and tokenizers come with numpy.
        from desktop_app.library.models.inputs.tokenizer import tokenizer_of

        tokenizer_of(config, folder / TEXT_FOLDER)
        own_files.write(target / TOKENIZER_NAME, _tokenizer(folder), below=target)
    _write_weights(target / WEIGHTS_NAME, (image, text), is_wanted)
    for name, half in zip(GRAPH_NAMES, (image, text), strict=True):
        own_files.write(target / name, half.graph.content, below=target)
    own_files.write(target / CONFIG_NAME, json.dumps(config, indent=2).encode(), below=target)


def size_of(folder: Path) -> int:
    """Return how many bytes a pair takes, which it also does when it is taken over."""
    files = [folder / half for half in (IMAGE_FOLDER, TEXT_FOLDER)]
    return sum(path.stat().st_size for half in files for path in half.iterdir() if path.is_file())


def without_places(folder: Path) -> None:
    """Make graphs that `model export` wrote those of a model's folder again, whose weights lie nowhere in particular.

    Raises:
        ModelError: One is not there, or no graph.
    """
    for name in GRAPH_NAMES:
        try:
            content = read_file(folder / name, LONGEST_GRAPH)
        except OSError as error:
            raise ModelMissingError(f"The model's graph {name} is not with it.", _LAYOUT) from error
        Graph(bare := without_place(content, name), name)
        own_files.write(folder / name, bare, below=folder)


def prove(folder: Path) -> None:
    """Run a model that was taken over once, and see that it gives vectors; a second.

    Raises:
        ModelError: It does not.
    """
    from PIL import Image

    from desktop_app.library.models.runtime.compiled import CompiledEmbedder, ModelFiles
    from desktop_app.library.models.runtime.ways import ONNXRUNTIME, OPENVINO, why_not

    ways = [way for way in (OPENVINO, ONNXRUNTIME) if not why_not(way)]
    if not ways:
        raise ModelRunError(
            "A model as ONNX needs OpenVINO or ONNX Runtime, and neither is installed.",
            "Install Vislumbre again, or one of the two.",
        )
    files = ModelFiles(folder, folder)
    embedder = CompiledEmbedder(
        files, name="this model", model_id="", way=ways[0], fall_back=ways[1:], calls=1
    )
    try:
        side = embedder.least_px
        picture = Image.linear_gradient("L").resize((side, side)).convert("RGB")
        photos = embedder.embed_photos([embedder.prepare(picture), embedder.prepare(picture.rotate(90))])
        words = embedder.embed_text(["a photo of a dog", "a red car"])
    except ModelError as error:
        raise ModelDamagedError(
            f"The model was taken over, but does not work: {error.sentence}",
            "Choose an export in float32 for ONNX Runtime.",
        ) from error
    finally:
        embedder.close()
    if max(float(photos[0] @ photos[1]), float(words[0] @ words[1])) > _SAME:
        raise ModelDamagedError(
            "The model gives the same vector for different photos or words; it is damaged.",
            "Download or export it again.",
        )


def _read(path: Path) -> Config:
    try:
        content = read_json(read_file(path, LONGEST_CONFIG), LONGEST_CONFIG)
    except OSError as error:
        raise ModelMissingError(f"{path} is not there, or cannot be read.", _LAYOUT) from error
    except NotJsonError as error:
        raise ModelDamagedError(f"{path} is not part of a model: it {error}.", _LAYOUT) from error
    if not isinstance(content, dict):
        raise ModelDamagedError(f"{path} is not part of a model.", _LAYOUT)
    return content


def _configuration(said: Config, preparation: Config, image: Half, text: Half, folder: Path) -> Config:
    """Return the configuration that the model's folder gets: what is needed of the pair's, and what the graphs say."""
    model = section(said, "model_cfg") or said
    words = {key: value for key, value in section(model, "text_cfg").items() if key in _OF_WORDS}
    if not section(model, "text_cfg"):
        raise _strange(folder / PAIR_CONFIG, "does not describe a CLIP model of open_clip")
    words = {"context_length": _USUAL_LENGTH, "vocab_size": _USUAL_WORDS, **words}
    length, side = text.sides[1], image.side
    if words["context_length"] != length:
        raise _strange(
            folder / PAIR_CONFIG,
            f"promises texts of {words['context_length']} tokens, the graph takes {length}",
        )
    dimension = _dimension(model, image, text, folder)
    if preparation.get("size", side) not in (side, [side, side]):
        raise _strange(
            folder / IMAGE_FOLDER / PREPARATION,
            f"promises other pictures than the graph takes, {side} pixels",
        )
    tokenizer = words.pop("hf_tokenizer_name", None)
    if tokenizer and tokenizer != _USUAL_TOKENIZER:
        words["hf_tokenizer_name"] = tokenizer
    else:
        _check_usual_tokenizer(folder)
    prepared = {key: value for key, value in preparation.items() if key != "size"}
    if image.takes_levels:
        # It normalises by itself: what it gets is 0 to 255.
        prepared |= {"mean": [0.0, 0.0, 0.0], "std": [1 / 255, 1 / 255, 1 / 255]}
    graphs = zip(GRAPH_NAMES, (image, text), strict=True)
    config = {
        "model_cfg": {"embed_dim": dimension, "vision_cfg": {"image_size": side}, "text_cfg": words},
        "preprocess_cfg": prepared,
        OWN_GRAPHS: {name: hashlib.sha256(half.graph.content).hexdigest() for name, half in graphs},
    }
    return parse_config(json.dumps(config).encode(), str(folder / PAIR_CONFIG))


def _dimension(model: Config, image: Half, text: Half, folder: Path) -> int:
    """Return how long the vectors are; where a file does not say, another one does, and running it shows it."""
    promised = model.get("embed_dim", 0)
    said = {image.dimension, text.dimension, promised if isinstance(promised, int) else -1} - {0}
    if len(said) != 1 or (dimension := said.pop()) < 1:
        raise ModelDamagedError(
            f"The two halves in {folder} do not belong together: photos become {image.dimension} numbers, words "
            f"{text.dimension}, and {model.get('embed_dim')} are promised.",
            _LAYOUT,
        )
    return dimension


def _check_usual_tokenizer(folder: Path) -> None:
    """See that a pair whose configuration names no tokenizer reads the words that CLIP's own does."""
    from desktop_app.library.models.inputs.clip_tokenizer import is_clips

    path = folder / TEXT_FOLDER / TOKENIZER_NAME
    try:
        said = read_json(_tokenizer(folder))
    except NotJsonError as error:
        raise _strange(path, f"is no tokenizer: it {error}") from error
    theirs = section(cast("Config", said) if isinstance(said, dict) else {}, "model")
    if not is_clips(theirs.get("vocab"), theirs.get("merges")):
        raise ModelDamagedError(
            f"{path} is not CLIP's own tokenizer, and {PAIR_CONFIG} names no other that is known.",
            "Choose a model with CLIP's or SigLIP's tokenizer.",
        )


def _tokenizer(folder: Path) -> bytes:
    path = folder / TEXT_FOLDER / TOKENIZER_NAME
    try:
        return read_file(path, LONGEST_TOKENIZER)
    except OSError as error:
        raise ModelMissingError(
            f"The model's tokenizer {path} is not there, or cannot be read.", _LAYOUT
        ) from error


def _write_weights(path: Path, halves: tuple[Half, ...], is_wanted: Callable[[], bool]) -> None:
    """Write the weights of all halves into one safetensors file, in the order of their names."""
    tensors = sorted(
        ((f"{half.prefix}{tensor.name}", half, tensor) for half in halves for tensor in half.weights),
        key=lambda one: one[0],
    )
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, _, tensor in tensors:
        kind = "F16" if tensor.kind == FLOAT16 else "F32"
        header[name] = {
            "dtype": kind,
            "shape": list(tensor.shape),
            "data_offsets": [end, end + tensor.length],
        }
        end += tensor.length
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(len(text) + 8) % _ALIGNED)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for _, half, tensor in tensors:
            _copy_tensor(half.place_of(tensor), tensor, file, is_wanted)
        file.flush()
        os.fsync(file.fileno())


def _copy_tensor(
    source: Path, tensor: StoredTensor, target: IO[bytes], is_wanted: Callable[[], bool]
) -> None:
    with open_file(source) as file:
        file.seek(tensor.start)
        left = tensor.length
        while left:
            if not is_wanted():
                raise LibraryError("The library is being closed.")
            piece = file.read(min(left, _PIECE))
            if not piece:
                raise ModelDamagedError(f"{source} is cut short.", "Download or export it again.")
            target.write(piece)
            left -= len(piece)


def _strange(path: Path, what: str) -> ModelDamagedError:
    return ModelDamagedError(f"{path} {what}.", _LAYOUT)
