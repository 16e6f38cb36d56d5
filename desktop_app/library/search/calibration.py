"""Calibrations of models: shipped beside a model, or made here from neutral words and the library's own photos."""

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from desktop_app import own_files
from desktop_app.library.catalog import Catalog
from desktop_app.library.errors import LibraryError
from desktop_app.library.models.embedder import Embedder, Vectors
from desktop_app.library.models.runtime.ways import model_of_space
from desktop_app.library.models.shelf import ModelChoice
from desktop_app.library.search.relevance import Calibration
from desktop_app.library.stacks.keeper import Yardstick

logger = logging.getLogger(__name__)

SHIPPED_NAME = "calibration.safetensors"
_WORDS = ("models", "starter", "neutral_words.txt")
TEMPLATES = ("a photo of a {}", "{}", "a picture of {}", "{} photo", "there is a {}")

# The library's own photos weigh as much as the shipped ones when there are so many of them. On a library of 412
# photos of another kind, a third of its own raised F1 from 0.572 to 0.593; all of its own gave 0.567.
_SHIPPED_WEIGHT = 1000
# With fewer, a shipped calibration would hardly move.
_LEAST_OWN = 100
_GROWTH = 1.5
# All 400 words take a large model minutes. Every tenth points the same way (cosine 0.98) and ranks as well: mean
# average precision 0.693 against 0.696, and 0.668 without, on four sets of labels. How words differ needs all of them, but
# not in five sentences each: a photo's spread from bare words goes with that from sentences (correlation 0.98; 0.81 from
# every tenth word in sentences).
_WORDS_EMBEDDED = 40
# A mean this long belongs to a model that places all words together, as one of random weights does (0.95 to 0.97); the
# built-in model's is 0.56 long. What tells words apart would be drowned by taking it away.
_ALL_ALIKE = 0.93
_TEXTS_AT_ONCE = 8
_TINY = 1e-9
_FILE_VERSION = "2"
_TENSORS = ("text_mean", "photo_mean", "photo_covariance")
_TEXT_COVARIANCE = "text_covariance"


class OpenModel(Protocol):
    """A model in use: what `Calibrations` needs to know of it."""

    @property
    def embedder(self) -> Embedder:
        """The model."""
        ...

    @property
    def choice(self) -> ModelChoice | None:
        """What the shelf says of it; None for one that was handed in."""
        ...


class Calibrations:
    """Knows the calibration of each model that was used with one library.

    A calibration consists of a text part, made once for a model, and a photo part, made again whenever the
    library has grown by half. Both are kept in a file, ``calibrations/<model id>.safetensors``.
    """

    def __init__(self, data: Path, catalog: Catalog, resources: Path) -> None:
        """Make it; nothing is read yet.

        Args:
            data: The library's folder; files are kept in its `calibrations`, which is made when it is needed.
            catalog: Has the library's vectors.
            resources: Folder of what ships with the application, with the neutral words beside the built-in model.
        """
        self._folder = data / "calibrations"
        self._catalog = catalog
        self._words = resources.joinpath(*_WORDS)
        self._known: dict[str, Calibration | None] = {}
        self._renewing = threading.Lock()

    def of(self, model: OpenModel) -> Calibration | None:
        """Return the calibration to search with now, or None while there is none. Any thread; reads a file once."""
        model_id = model.embedder.model_id
        if model_id not in self._known:
            size = model.embedder.dimension
            file = self._file(model_id)
            is_kept = own_files.is_there(file, below=self._folder.parent)
            self._known[model_id] = (load(file, model_id, size) if is_kept else None) or _shipped(model)
        return self._known[model_id]

    def renew(self, model: OpenModel | None, stopped: Callable[[], bool] = lambda: False) -> str | None:
        """Make or renew a model's calibration if it is time to; what goes wrong is logged. Any thread that may wait.

        Takes seconds for a model that ships without one, else a blink.

        Args:
            model: The one that answers; None while there is none.
            stopped: Asked between batches of words; once it says yes, nothing is made.

        Returns:
            The model's name if it had no calibration until now, else None.
        """
        if model is None:
            return None
        had_one = self.of(model) is not None
        try:
            with self._renewing:
                self._renew(model, stopped)
        except LibraryError as error:
            logger.warning("the model is not calibrated: %s", error)
        return None if had_one or self.of(model) is None else model.embedder.name

    def yardstick(self, model: OpenModel | None) -> Yardstick:
        """Return what photos are compared by when they may be shown as one. Any thread.

        Args:
            model: The one that answers; None while there is none.
        """
        if model is None:
            return Yardstick(None, None)
        calibration = self.of(model)
        usual = None if calibration is None else float(np.dot(calibration.photo_mean, calibration.photo_mean))
        return Yardstick(model.embedder.model_id, usual)

    def _renew(self, model: OpenModel, stopped: Callable[[], bool]) -> None:
        model_id = model.embedder.model_id
        present = self.of(model)
        if present is not None and _whole(present) is not None:
            wanted = max(_LEAST_OWN if _ships(model) else 1, _GROWTH * present.photos)
            vectors = self._catalog.vectors
            # In every idle moment, so all are counted only where there may be as many, and no file is read.
            if vectors.live_at_most(model_id) < wanted or vectors.live_count(model_id) < wanted:
                return
        shipped = _shipped(model)
        words = _whole(shipped) or _whole(present) or self._text_part(model.embedder, stopped)
        if words is None:
            return
        made = _with_photos(words, shipped, self._catalog.vectors.blocks(model_id))
        self._known[model_id] = made
        self._keep(made)
        logger.info("calibrated %s with %d photos", model_id, made.photos)

    def _text_part(self, embedder: Embedder, stopped: Callable[[], bool]) -> Calibration | None:
        """Embed the neutral words; None when asked to stop before the end."""
        words = _read_words(self._words)
        chosen = words[:: max(1, len(words) // _WORDS_EMBEDDED)]
        in_templates = [template.replace("{}", word) for word in chosen for template in TEMPLATES]
        sentences = _embedded(in_templates, embedder, stopped)
        plain = None if sentences is None else _embedded(words, embedder, stopped)
        if sentences is None or plain is None:
            return None
        size = embedder.dimension
        rows = sentences.reshape(len(chosen), len(TEMPLATES), size).sum(axis=1)
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), _TINY)
        mean = rows.sum(axis=0) / max(1, len(rows))
        tells_apart = 0 < float(np.linalg.norm(mean)) < _ALL_ALIKE
        nothing = np.zeros((size, size), dtype=np.float32)
        covariance = np.cov(plain.T, bias=True).astype(np.float32) if len(plain) and tells_apart else nothing
        return Calibration(
            embedder.model_id,
            TEMPLATES if tells_apart else (),
            (mean if tells_apart else np.zeros_like(mean)).astype(np.float32),
            np.zeros(size, dtype=np.float32),
            nothing,
            text_covariance=covariance,
        )

    def _keep(self, calibration: Calibration) -> None:
        """Write the file; a disk that is full or forbidden costs a few seconds next time, nothing else."""
        target = self._file(calibration.model_id)
        tensors = {
            "text_mean": calibration.text_mean,
            "photo_mean": calibration.photo_mean,
            "photo_covariance": calibration.photo_covariance,
        }
        if calibration.text_covariance is not None:
            tensors[_TEXT_COVARIANCE] = calibration.text_covariance
        content = save(
            tensors,
            {
                "version": _FILE_VERSION,
                "model": calibration.model_id,
                "templates": "|".join(calibration.templates),
                "own_photos": str(calibration.photos),
            },
        )
        try:
            own_files.make_folder(self._folder, below=self._folder.parent)
            own_files.write(target, content, below=self._folder.parent, durable=False)
        except OSError as error:
            logger.warning("the calibration is not kept: %s", error)

    def _file(self, model_id: str) -> Path:
        return self._folder / f"{model_id}.safetensors"


def load(path: Path, model_id: str, dimension: int) -> Calibration | None:
    """Read a calibration; None when there is none, or none that can be used.

    Args:
        path: File with ``text_mean``, ``photo_mean`` and ``photo_covariance``.
        model_id: Whose it must be, unless the file names no model.
        dimension: Length of that model's vectors.
    """
    if path.is_symlink() or not path.is_file():
        return None
    try:
        with safe_open(path, framework="np") as file:
            facts: dict[str, str] = file.metadata() or {}
            parts = [file.get_tensor(name) for name in _TENSORS]
            # A calibration of Vislumbre 0.4 or earlier has none.
            words = file.get_tensor(_TEXT_COVARIANCE) if _TEXT_COVARIANCE in file.keys() else None  # noqa: SIM118
        photos = int(facts.get("own_photos", "0"))
    except (OSError, SafetensorError, ValueError) as error:
        logger.warning("%s is not a calibration: %s", path, error)
        return None
    means, square = [(dimension,)] * 2, (dimension, dimension)
    text_mean, photo_mean, covariance, *more = (
        np.asarray(part, dtype=np.float32) for part in (*parts, *([] if words is None else [words]))
    )
    tensors = (text_mean, photo_mean, covariance, *more)
    sound = [tensor.shape for tensor in tensors] == [*means, square, *[square for _ in more]] and all(
        np.isfinite(tensor).all() for tensor in tensors
    )
    if not sound or facts.get("model", model_id) != model_id:
        logger.warning("%s is the calibration of another model, or damaged", path)
        return None
    templates = tuple(template for template in facts.get("templates", "").split("|") if "{}" in template)
    return Calibration(
        model_id, templates, text_mean, photo_mean, covariance, photos, more[0] if more else None
    )


def _embedded(texts: list[str], embedder: Embedder, stopped: Callable[[], bool]) -> Vectors | None:
    """Embed texts a few at a time, ``(n, dimension)``; None when asked to stop before the end."""
    rows = np.zeros((len(texts), embedder.dimension), dtype=np.float32)
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        if stopped():
            return None
        batch = texts[start : start + _TEXTS_AT_ONCE]
        rows[start : start + len(batch)] = embedder.embed_text(batch)
    return rows


def _whole(calibration: Calibration | None) -> Calibration | None:
    """Return a calibration if it says how words differ, else None."""
    return calibration if calibration is not None and calibration.text_covariance is not None else None


def _ships(model: OpenModel) -> bool:
    folder = model.choice.folder if model.choice is not None else None
    return folder is not None and (folder / SHIPPED_NAME).is_file()


def _shipped(model: OpenModel) -> Calibration | None:
    folder = model.choice.folder if model.choice is not None else None
    if folder is None:
        return None
    # An inexact way turns vectors by a degree or three (cosine 0.9987): what is usual in its space is the same.
    space, size = model.embedder.model_id, model.embedder.dimension
    calibration = load(folder / SHIPPED_NAME, model_of_space(space), size)
    return None if calibration is None else replace(calibration, model_id=space)


def _with_photos(
    words: Calibration, shipped: Calibration | None, blocks: Iterable[tuple[NDArray[np.int64], Vectors]]
) -> Calibration:
    """Join a text part with the library's photos, which count the more against the shipped ones the more there are."""
    photos, mean, covariance = _statistics((vectors for _, vectors in blocks), len(words.text_mean))
    if shipped is None:
        return replace(
            words,
            photos=photos,
            photo_mean=mean.astype(np.float32),
            photo_covariance=_shrunk(covariance, photos).astype(np.float32),
        )
    share = photos / (photos + _SHIPPED_WEIGHT)
    apart = mean - shipped.photo_mean
    both = (
        (1 - share) * shipped.photo_covariance
        + share * covariance
        + share * (1 - share) * np.outer(apart, apart)
    )
    return replace(
        words,
        photos=photos,
        photo_mean=(shipped.photo_mean + share * apart).astype(np.float32),
        photo_covariance=both.astype(np.float32),
    )


def _statistics(
    blocks: Iterable[Vectors], dimension: int
) -> tuple[int, NDArray[np.float64], NDArray[np.float64]]:
    """Return how many vectors there are, their mean and their covariance, holding one block at a time."""
    photos = 0
    sums = np.zeros(dimension, dtype=np.float64)
    squares = np.zeros((dimension, dimension), dtype=np.float64)
    for block in blocks:
        photos += len(block)
        sums += block.sum(axis=0, dtype=np.float64)
        # In float32, twice as fast: a block's sum of 10,000 products keeps five digits, enough for a spread.
        squares += block.T @ block
    mean = sums / max(1, photos)
    return photos, mean, squares / max(1, photos) - np.outer(mean, mean)


def _shrunk(covariance: NDArray[np.float64], photos: int) -> NDArray[np.float64]:
    """Draw a covariance of few photos towards equal variance in all directions, as far as they are too few.

    Without it a direction in which three photos do not differ would have no variance, and every z be infinite.
    """
    size = len(covariance)
    share = size / (size + photos)
    variance = float(np.trace(covariance)) / size if photos > 1 else 1 / size
    shrunk: NDArray[np.float64] = (1 - share) * covariance + share * variance * np.eye(size)
    return shrunk


def _read_words(path: Path) -> list[str]:
    try:
        return [word for line in path.read_text(encoding="utf-8").splitlines() if (word := line.strip())]
    except (OSError, UnicodeDecodeError) as error:
        logger.warning("no neutral words: %s", error)
        return []
