"""Milliseconds that the text tower takes for a query: the other half of an answer's time."""

import statistics
from pathlib import Path

from desktop_app.library.models.reference.clip import ClipEmbedder, model_id_of
from tests.benchmarks.figures import Result
from tests.benchmarks.made_library import seconds
from tests.benchmarks.models import model_folder
from tests.benchmarks.sizes import Sizes


def measure(sizes: Sizes, work: Path) -> Result:
    """Embed one query at a time, with the threads the application gives it."""
    result = Result("Words to vector")
    for name in sizes.models:
        folder = model_folder(work, name)
        embedder = ClipEmbedder.load(folder, name=name, model_id=model_id_of(folder))
        embedder.embed_text(["warm up"])
        taken = [_asked(embedder, f"{number} dogs on the beach") for number in range(sizes.queries)]
        embedder.close()
        result.add(f"{name}: median", 1000 * statistics.median(taken), "ms")
    return result


def _asked(embedder: ClipEmbedder, text: str) -> float:
    return seconds(lambda: embedder.embed_text([text]))
