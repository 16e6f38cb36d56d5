"""What the child process does: loads a model in one way, and measures it. It has no other task, so its memory says all."""

import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from pathlib import Path
from statistics import median

import numpy as np
import psutil
from PIL import Image

from desktop_app.library.concurrency.freed_memory import give_back
from desktop_app.library.errors import ModelRunError
from desktop_app.library.models.bench.check_set import Subject, pictures, subjects
from desktop_app.library.models.bench.figures import WayFigures
from desktop_app.library.models.bench.orders import Measured, Orders
from desktop_app.library.models.embedder import Embedder, Prepared, Vectors
from desktop_app.library.models.runtime.compiled import CompiledEmbedder, ModelFiles

_BATCHES = (1, 2, 4, 8, 16)
_QUERIES = 7
# The fewest photos in a call that come so near to the most photos a second.
_AS_QUICK = 0.95
_GETS_WORSE = 0.8


def measure(orders: Orders) -> Measured:
    """Load and measure, the half for pictures and then that for words; seconds to a minute.

    Raises:
        ModelError: It cannot be run this way.
    """
    empty = psutil.Process().memory_info().rss
    started = time.perf_counter()
    embedder = _loaded(orders)
    opened_s = time.perf_counter() - started
    chosen = subjects(orders.subjects or None)
    figures, photos = _measured_photos(embedder, chosen, orders)
    if isinstance(embedder, CompiledEmbedder):
        # Both halves of ViT-B-32-256 in float32 would take 200 MB more, beside a window that has its own.
        embedder.rest()
        give_back()
    text_ms, loaded_s, words = _measured_words(embedder, chosen, orders)
    if getattr(embedder, "way", orders.way) != orders.way:
        raise ModelRunError(f"{orders.way.title} fails, another way was taken.")
    memory = max(0, _peak_bytes() - empty)
    load_s = opened_s + figures.load_s + loaded_s
    return Measured(replace(figures, text_ms=text_ms, load_s=load_s, memory_bytes=memory), photos, words)


def _measured_photos(
    embedder: Embedder, chosen: Sequence[Subject], orders: Orders
) -> tuple[WayFigures, Vectors]:
    """Return what the half for pictures took, and the vectors of the check set's pictures."""
    photo = embedder.prepare(Image.effect_noise((320, 256), 60).convert("RGB"))
    load_s = _seconds(lambda: embedder.embed_photos([photo]))
    rates = measured_rates(embedder, photo, orders.calls, orders.speed_s) if orders.speed_s else {}
    batch = best_batch(rates) if rates else embedder.batch_size
    prepared = [embedder.prepare(picture) for picture in pictures(chosen)]
    started = time.perf_counter()
    with ThreadPoolExecutor(orders.calls) as pool:
        photos = np.concatenate(list(pool.map(embedder.embed_photos, _batches(iter(prepared), batch))))
    rates = rates or {batch: len(prepared) / (time.perf_counter() - started)}
    return WayFigures(orders.way.name, rates[batch], batch, 0.0, load_s, 0), photos


def _measured_words(
    embedder: Embedder, chosen: Sequence[Subject], orders: Orders
) -> tuple[float, float, Vectors]:
    """Return how long a query takes in ms, how long the half for words loaded in s, and the vectors of the captions."""
    load_s = _seconds(lambda: embedder.embed_text(["a photo"]))
    text_ms = 1000 * median(
        _seconds(lambda: embedder.embed_text(["a dog on the beach"]))
        for _ in range(_QUERIES if orders.speed_s else 1)
    )
    return text_ms, load_s, embedder.embed_text([subject.caption for subject in chosen])


def measured_rates(
    embedder: Embedder,
    photo: Prepared,
    calls: int,
    budget_s: float,
    *,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[int, float]:
    """Return photos a second by batch size, with several calls at once as while indexing.

    Stops where batches only get slower, or would take longer than there is time for.

    Args:
        embedder: Asked.
        photo: Embedded again and again.
        calls: How many at once.
        budget_s: For all sizes together.
        clock: Seconds, for tests.
    """
    rates: dict[int, float] = {}
    started = clock()
    for size in _BATCHES:
        left = budget_s - (clock() - started)
        if rates and (left <= 0 or calls * size / max(rates.values()) > left):
            break
        rates[size] = _rate(embedder, [photo] * size, calls, budget_s / len(_BATCHES), clock)
        if rates[size] < _GETS_WORSE * max(rates.values()):
            break
    return rates


def best_batch(rates: dict[int, float]) -> int:
    """Return the fewest photos in a call that are as quick as any number."""
    most = max(rates.values())
    return min(size for size, rate in rates.items() if rate >= _AS_QUICK * most)


def _loaded(orders: Orders) -> Embedder:
    if orders.way.engine == "torch":
        from desktop_app.library.models.reference.clip import ClipEmbedder

        return ClipEmbedder.load(
            orders.folder,
            name="The model",
            model_id="bench",
            threads=1,
            device=orders.way.device,
            precision=orders.way.precision,
        )
    files = ModelFiles(orders.folder, orders.graphs)
    return CompiledEmbedder(files, name="The model", model_id="bench", way=orders.way, calls=orders.calls)


def _rate(
    embedder: Embedder, batch: Sequence[Prepared], calls: int, seconds: float, clock: Callable[[], float]
) -> float:
    """Return photos a second of some threads that each embed batches for so long, at least one."""
    counts = [0] * calls
    failures: list[BaseException] = []
    begun = clock()

    def embed(number: int) -> None:
        try:
            while not counts[number] or clock() - begun < seconds:
                embedder.embed_photos(batch)
                counts[number] += len(batch)
        except BaseException as error:  # noqa: BLE001 — raised again by whoever waits
            failures.append(error)

    threads = [threading.Thread(target=embed, args=(number,)) for number in range(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return sum(counts) / max(clock() - begun, 1e-9)


def _batches(prepared: Iterator[Prepared], size: int) -> Iterator[list[Prepared]]:
    while batch := list(islice(prepared, size)):
        yield batch


def _seconds(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def _peak_bytes() -> int:
    """Return the most memory that this process ever had."""
    on_windows = getattr(psutil.Process().memory_info(), "peak_wset", None)
    if on_windows is not None:
        return int(on_windows)
    status = Path("/proc/self/status")
    if status.exists():
        # Not getrusage, whose peak is at first that of whoever started this process.
        lines = status.read_text("ascii", "replace").splitlines()
        peak = next((line.split()[1] for line in lines if line.startswith("VmHWM:")), "0")
        return int(peak) * 1024
    return _peak_of_the_system()


if sys.platform == "win32":

    def _peak_of_the_system() -> int:
        return 0  # psutil knows

else:

    def _peak_of_the_system() -> int:
        import resource

        # Bytes on macOS, which alone comes to this.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
