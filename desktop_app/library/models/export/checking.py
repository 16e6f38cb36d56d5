"""Proves that graphs give what open_clip gives, on pictures and texts, before anybody believes them."""

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from desktop_app.library.errors import ModelError
from desktop_app.library.models.files import WEIGHTS_NAME, Config, check_model, has_own_tokenizer
from desktop_app.library.models.inputs.pictures import PicturePreparation
from desktop_app.library.models.inputs.tokenizer import tokenizer_of
from desktop_app.library.models.runtime.compiled import make_tower
from desktop_app.library.models.runtime.graph import IMAGE_NAME, TEXT_NAME, Graph
from desktop_app.library.models.runtime.tower import Tower
from desktop_app.library.models.runtime.ways import ONNXRUNTIME, OPENVINO, Way, why_not
from desktop_app.library.models.runtime.weights import Weights

LEAST_COSINE: Final = 0.9999
"""Of a graph's vector with open_clip's, for every picture and text, in float32."""

TEXTS: Final = (
    "a photo",
    "a dog on the beach at sunset",
    "two children, one red balloon & a blue car (1978)",
    "ein Haus am See im Herbst",
    "una calle de noche con lluvia",
    "une tasse de café sur la table",
    "кошка спит на подоконнике",
    "海辺を走る犬",
    "一只猫在窗台上睡觉",
    "صورة لجبل مغطى بالثلوج",
    "समुद्र तट पर एक कुत्ता",
    "🎂🎉",
    "IMG_2041.jpg",
    "a very long description of " + "a garden with flowers and trees and birds and people and " * 12,
)
"""What is asked of the half for words: languages, signs, and more than it reads."""

_SIZES = ((64, 48), (640, 480), (480, 640), (1000, 333), (200, 900), (20, 20), (257, 255), (512, 512))
_BATCH = 4

Vectors = NDArray[np.float32]


def check_graphs(network: Any, transform: Callable[[Image.Image], Any], model: Path, graphs: Path) -> None:
    """Compare both towers with the network that they were made of, all of the way from picture and text to vector.

    Args:
        network: Of open_clip, with the weights of `model`.
        transform: open_clip's own preparation of a picture.
        model: The folder of the model.
        graphs: The folder with `image.onnx` and `text.onnx`.

    Raises:
        ModelError: They differ, or cannot be run here.
    """
    config = check_model(model)
    weights = Weights(model / WEIGHTS_NAME)
    prepare = PicturePreparation.of(config)
    pictures = list(drawn_pictures())
    image = make_tower(_way(), Graph.read(graphs / IMAGE_NAME), weights, 1)
    ours = _vectors(image, np.stack([prepare(picture) for picture in pictures]))
    _compare(
        "pictures", ours, _of_open_clip(network.encode_image, [transform(picture) for picture in pictures])
    )
    tokens = tokenizer_of(config, model).tokens(TEXTS)
    text = make_tower(_way(), Graph.read(graphs / TEXT_NAME), weights, 1)
    theirs = _of_open_clip(network.encode_text, _tokens_of_open_clip(config, model, tokens))
    _compare("texts", _vectors(text, tokens), theirs)


def drawn_pictures() -> Iterator[Image.Image]:
    """Yield pictures as different as photos are, always the same: shapes, ramps of colour and noise, in many sizes."""
    chance = random.Random(16)  # noqa: S311 - no secret
    for width, height in _SIZES:
        picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
        draw = ImageDraw.Draw(picture)
        for _ in range(12):
            left, top = chance.randrange(width), chance.randrange(height)
            box = (left, top, left + chance.randrange(1, width), top + chance.randrange(1, height))
            shape = draw.ellipse if chance.random() < 0.5 else draw.rectangle
            shape(box, fill=tuple(chance.randrange(256) for _ in range(3)))
        yield picture
        noise = [Image.frombytes("L", (width, height), chance.randbytes(width * height)) for _ in range(3)]
        yield Image.blend(picture, Image.merge("RGB", noise), 0.7)


def _way() -> Way:
    """Return an exact way that is not torch's own."""
    way = next((way for way in (OPENVINO, ONNXRUNTIME) if not why_not(way)), None)
    if way is None:
        raise ModelError(
            "An exported model cannot be checked here: neither OpenVINO nor ONNX Runtime is installed.",
            "Install Vislumbre again.",
        )
    return way


def _vectors(tower: Tower, batch: NDArray[Any]) -> Vectors:
    """Return a tower's vectors; the first alone, the others a few at a time, for it must take any number."""
    parts = [batch[:1], *(batch[first : first + _BATCH] for first in range(1, len(batch), _BATCH))]
    return np.concatenate([tower.run(part) for part in parts])


def _of_open_clip(encode: Callable[[Any], Any], rows: Sequence[Any]) -> Vectors:
    import torch

    with torch.inference_mode():
        parts = [encode(torch.stack(list(rows[at : at + _BATCH]))) for at in range(0, len(rows), _BATCH)]
        vectors: Vectors = torch.cat(parts).float().numpy()
    return vectors


def _tokens_of_open_clip(config: Config, model: Path, ours: NDArray[np.int64]) -> Sequence[Any]:
    """Return what open_clip's own tokenizer makes of the texts; ours where it would ask a hub for that."""
    import torch

    if has_own_tokenizer(config):
        return list(torch.from_numpy(ours))
    from desktop_app.library.models.reference.clip_import import import_open_clip

    return list(import_open_clip().get_tokenizer(f"local-dir:{model}")(list(TEXTS)))


def _compare(what: str, ours: Vectors, theirs: Vectors) -> None:
    if ours.shape != theirs.shape or not np.isfinite(ours).all():
        raise ModelError(f"The exported model makes no usable vectors of {what}; it was thrown away.")
    lengths = np.linalg.norm(ours, axis=1) * np.linalg.norm(theirs, axis=1)
    worst = float((np.einsum("nd,nd->n", ours, theirs) / lengths).min())
    if not worst >= LEAST_COSINE:
        raise ModelError(
            f"The exported model differs from the original for {what} (cosine {worst:.5f}, not {LEAST_COSINE}); "
            "it was thrown away.",
            "Choose another model, or run this one with PyTorch.",
        )
