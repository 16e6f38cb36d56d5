"""Measures one way to run one model, in a process that has seen no other."""

import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray
from PIL import Image

from desktop_app.library.models.embedder import Embedder, Prepared, Vectors
from desktop_app.library.models.runtime.compiled import CompiledEmbedder, ModelFiles
from desktop_app.library.models.runtime.ways import way_named
from tests.benchmarks.machine import cores
from tests.benchmarks.samples import make_photos

TORCH_BFLOAT16 = "torch-bf16"
"""No way of the program; measured because it is what torch has to set against the others."""

_TEXTS = 20
_WORDS = ("a dog on the beach", "mountains in the snow", "a red car", "two people laughing")


def main() -> None:
    """Print what was measured as a JSON list: load words and pictures (s), one query (ms), memory (MB), photos/s.

    Arguments: the way, the model's folder, that of its graphs, a file for vectors, seconds for each rate, batches.
    """
    way, folder, graphs, vectors, seconds = sys.argv[1:6]
    batches = [int(size) for size in sys.argv[6].split(",")]
    started = time.perf_counter()
    embedder = _opened(way, Path(folder), Path(graphs))
    embedder.embed_text(["a photo"])
    words_s = time.perf_counter() - started
    words_ms = [1000 * _seconds(embedder, f"{number} dogs on the beach") for number in range(_TEXTS)]
    pictures = [embedder.prepare(picture) for picture in drawn_pictures(max(batches))]
    started = time.perf_counter()
    embed = _in_bfloat16(embedder) if way == TORCH_BFLOAT16 else embedder.embed_photos
    embed(pictures[:1])
    pictures_s = time.perf_counter() - started
    rates = [_photos_a_second(embed, pictures[:size], float(seconds)) for size in batches]
    seen = np.concatenate([embed([picture]) for picture in pictures])
    np.savez(vectors, photos=seen, words=embedder.embed_text(_WORDS))
    memory_mb = psutil.Process().memory_info().rss / 1e6
    print(json.dumps([words_s, pictures_s, statistics.median(words_ms), memory_mb, *rates]))


def drawn_pictures(count: int) -> list[Image.Image]:
    """Return pictures that look different, with texture and noise as photos have; the same ones each time."""
    with tempfile.TemporaryDirectory() as folder:
        paths = make_photos(Path(folder), count, (640, 480), count)
        return [Image.open(path).convert("RGB") for path in paths]


def _opened(way_name: str, folder: Path, graphs: Path) -> Embedder:
    way = way_named(way_name)
    if way is None or way.engine == "torch":
        from desktop_app.library.models.reference.clip import ClipEmbedder

        return ClipEmbedder.load(
            folder, name=folder.name, model_id="measured", threads=1, device=way.device if way else ""
        )
    return CompiledEmbedder(
        ModelFiles(folder, graphs), name=folder.name, model_id="measured", way=way, say=_refuse
    )


def _refuse(error: Exception) -> None:
    raise RuntimeError(f"another way would be measured: {error}")


def _seconds(embedder: Embedder, text: str) -> float:
    started = time.perf_counter()
    embedder.embed_text([text])
    return time.perf_counter() - started


def _in_bfloat16(embedder: Any) -> Any:
    """Return what embeds photos with a loaded network of torch, its image half in bfloat16."""
    import torch

    tower = embedder._network.visual.to(torch.bfloat16)
    layout = torch.channels_last if embedder._channels_last else torch.contiguous_format

    def embed(batch: Sequence[Prepared]) -> Vectors:
        with torch.inference_mode():
            rows = tower(torch.from_numpy(np.stack(batch)).to(torch.bfloat16, memory_format=layout))
        found: NDArray[np.float32] = rows.float().numpy()
        unit: Vectors = (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32, copy=False)
        return unit

    return embed


def _photos_a_second(embed: Any, batch: Sequence[Prepared], seconds: float) -> float:
    """Embed the batch again and again, once on every core at a time as indexing does."""
    together = threading.Barrier(cores())

    def lane(_number: int) -> tuple[int, float]:
        together.wait()
        started, done = time.perf_counter(), 0
        while (taken := time.perf_counter() - started) < seconds:
            embed(batch)
            done += len(batch)
        return done, taken

    with ThreadPoolExecutor(cores()) as pool:
        return sum(done / taken for done, taken in pool.map(lane, range(cores())))
