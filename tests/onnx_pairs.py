"""Makes models as two ONNX files, as immich's exporters write them, of a CLIP with random weights."""

import json
from pathlib import Path
from typing import Any

import onnx
import torch

from desktop_app.library.models.export.clip_words import clip_tokenizer_json
from desktop_app.library.models.files import CONFIG_NAME
from desktop_app.library.models.reference.clip import _load_network

MEAN, STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)


class _Tower(torch.nn.Module):
    def __init__(self, network: Any, method: str, levels: bool = False) -> None:
        super().__init__()
        self.network = network
        self._method = method
        self._levels = levels

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        if self._levels:
            mean, std = (torch.tensor(part).reshape(1, 3, 1, 1) for part in (MEAN, STD))
            given = (given.permute(0, 3, 1, 2).to(torch.float32) / 255 - mean) / std
        result: torch.Tensor = getattr(self.network, self._method)(given, normalize=True)
        return result


def make_pair(
    model: Path, folder: Path, *, batch: bool = False, levels: bool = False, outside: bool = False
) -> Path:
    """Write the model of open_clip in a folder as a pair, and return the pair's folder.

    Args:
        model: With configuration and weights.
        folder: Made.
        batch: Whether the graphs take any number at once; immich's older ones take one.
        levels: Whether the graph for pictures takes (n, side, side, 3) uint8 and normalises by itself.
        outside: Whether the weights lie in a file beside each graph.
    """
    config = json.loads((model / CONFIG_NAME).read_text("utf-8"))
    network = _load_network(model, "pair", 1)
    side = config["model_cfg"]["vision_cfg"]["image_size"]
    pictures: torch.Tensor = torch.rand(1, 3, side, side)
    if levels:
        pictures = torch.randint(0, 255, (1, side, side, 3), dtype=torch.uint8)
    tokens = torch.ones(1, config["model_cfg"]["text_cfg"]["context_length"], dtype=torch.int32)
    _write(
        _Tower(network, "encode_image", levels),
        pictures,
        "image",
        folder / "visual",
        batch=batch,
        outside=outside,
    )
    _write(_Tower(network, "encode_text"), tokens, "text", folder / "textual", batch=batch, outside=outside)
    preparation = {"size": side, "mode": "RGB", "mean": MEAN, "std": STD, "interpolation": "bicubic"}
    preparation |= {"resize_mode": "shortest", "fill_color": 0}
    (folder / "visual" / "preprocess_cfg.json").write_text(json.dumps(preparation), "utf-8")
    (folder / "textual" / "tokenizer.json").write_text(clip_tokenizer_json(77), "utf-8")
    (folder / "config.json").write_text(json.dumps(config["model_cfg"]), "utf-8")
    return folder


def _write(
    tower: torch.nn.Module, example: torch.Tensor, name: str, folder: Path, *, batch: bool, outside: bool
) -> None:
    folder.mkdir(parents=True)
    torch.backends.mha.set_fastpath_enabled(False)
    import warnings

    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            tower.eval(),
            (example,),
            folder / "model.onnx",
            dynamo=False,
            opset_version=17,
            input_names=[name],
            output_names=["embedding"],
            dynamic_axes={name: {0: "n"}, "embedding": {0: "n"}} if batch else None,
        )
    torch.backends.mha.set_fastpath_enabled(True)
    if outside:
        written = onnx.load(folder / "model.onnx")
        onnx.save(
            written,
            folder / "model.onnx",
            save_as_external_data=True,
            location="model.onnx_data",
            size_threshold=1024,
        )
