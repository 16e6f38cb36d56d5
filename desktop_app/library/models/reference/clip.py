"""Embeds photos and words with CLIP models of open_clip; the only place that runs torch."""

import hashlib
import json
import logging
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Self

import numpy as np
import psutil
from PIL import Image
from safetensors import SafetensorError

from desktop_app.library.concurrency.cores import cores
from desktop_app.library.errors import ModelDamagedError, ModelRunError
from desktop_app.library.models.embedder import Embedder, Prepared, Vectors, unit_rows
from desktop_app.library.models.files import (
    CONFIG_NAME,
    TOKENIZER_NAME,
    WEIGHTS_NAME,
    check_model,
    has_own_tokenizer,
    own_graphs,
    read_config,
    section,
    sha256_of,
)
from desktop_app.library.models.inputs.pictures import PicturePreparation
from desktop_app.library.models.inputs.tokenizer import Tokenizer, tokenizer_of, unread_words
from desktop_app.library.models.reference.clip_import import (
    NETWORK_ERRORS,
    import_open_clip,
    without_random_start,
)
from desktop_app.library.models.reference.clip_speed import speed_up

_log = logging.getLogger(__name__)
_loading = threading.Lock()

# What open_clip, timm, torch and safetensors raise for files that do not fit.
_LOAD_ERRORS = (SafetensorError, OSError, *NETWORK_ERRORS)
# Convolutions are bound by the cache (measured on 2 cores: 44 photos/s at 4, 8 at 32), transformers are not.
_BATCH_CONVOLUTION = 4
_BATCH_TRANSFORMER = 8
_TEXT_BATCH = 64
# Changes when photos or texts are prepared differently from before, for then old vectors do not fit new ones.
_PREPARATION = "1"


def model_id_of(folder: Path, hash_of: Callable[[Path], str] = sha256_of) -> str:
    """Return the name of a model's space: equal for equal weights, configuration and tokenizer.

    Args:
        folder: The model's.
        hash_of: Returns the SHA-256 of a file, in hex; reads all of it if not given.

    Raises:
        ModelMissingError: A file is not there.
        ModelDamagedError: The configuration is not one.
    """
    config = read_config(folder / CONFIG_NAME)
    parts = {key: section(config, key) for key in ("model_cfg", "preprocess_cfg")}
    own: list[object] = [hash_of(folder / TOKENIZER_NAME)] if has_own_tokenizer(config) else []
    own += [dict(graphs)] if (graphs := own_graphs(config)) else []
    text = json.dumps([hash_of(folder / WEIGHTS_NAME), parts, _PREPARATION, *own], sort_keys=True)
    return f"clip-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


class ClipEmbedder:
    """Embeds photos and words with one CLIP model; every method may be called on several threads at once.

    Attributes:
        model_id: Names the space (see `model_id_of`).
        name: For a person.
        dimension: Length of the vectors.
        batch_size: How many photos `embed_photos` likes at once; may be set (see `measure_batch_size`).
        least_px: Twice the model's side, for a photo that was decoded smaller already shows other pixels.
        context_length: Tokens that the model reads, start and end included.
        way: The `Way` that runs it now; whoever loads it says so.
    """

    def __init__(
        self,
        network: Any,
        preparation: PicturePreparation,
        tokenizer: Tokenizer,
        *,
        model_id: str,
        name: str,
        batch_size: int,
    ) -> None:
        """Take over a loaded model; use `load`."""
        self._network = network
        # Not torch's, which would start a pool of threads in every decoding thread.
        self._preparation = preparation
        self._tokenizer = tokenizer
        self._channels_last = False
        self._device = "cpu"
        self._in_bfloat16 = False
        self._instead: Callable[[ModelRunError], Embedder] | None = None
        self._other: Embedder | None = None
        self._giving_way = threading.Lock()
        self.way: object = None
        self.least_px = preparation.least_px
        self.context_length: int = tokenizer.context_length
        self.model_id = model_id
        self.name = name
        self.batch_size = batch_size
        self.dimension = 0

    @classmethod
    def load(
        cls,
        folder: Path,
        *,
        name: str,
        model_id: str | None = None,
        threads: int | None = None,
        batch_size: int | None = None,
        device: str = "",
        precision: str = "float32",
        instead: Callable[[ModelRunError], Embedder] | None = None,
    ) -> Self:
        """Load a model from its folder and prove that it works. Takes seconds; opens no connection.

        Args:
            folder: Holds `open_clip_config.json` and `open_clip_model.safetensors`.
            name: For a person.
            model_id: Its `model_id_of`, where the caller remembers it; reads the weights once more if not given.
            threads: Cores that one call uses, for the whole process; all but one when 0 or None.
            batch_size: As measured; a guess by the kind of model if not given.
            device: What calculates, as torch names it; the processor if empty.
            precision: What is calculated with: "float32" or "bfloat16".
            instead: Returns what embeds from now on where this fails in use; None to raise what it met.

        Raises:
            ModelRunError: The device is not there, or cannot run it.
            ModelMissingError: A file is not there.
            ModelDamagedError: The files cannot be loaded, or do not give vectors.
            ModelError: Models cannot be run on this machine.
        """
        config = check_model(folder)
        model_cfg = section(config, "model_cfg")
        model_id = model_id or model_id_of(folder)
        started = time.perf_counter()
        preparation, tokenizer = PicturePreparation.of(config), tokenizer_of(config, folder)
        with _loading:
            network = _load_network(folder, name, threads or default_threads())
        try:
            embedder = cls(
                network,
                preparation,
                tokenizer,
                model_id=model_id,
                name=name,
                batch_size=batch_size or _likely_batch(model_cfg),
            )
            embedder._prove(model_cfg.get("embed_dim"))
        except _LOAD_ERRORS as error:
            raise _unloadable(name, error) from error
        network.visual, embedder._channels_last = speed_up(network.visual, preparation.side)
        embedder._move(device, precision)
        embedder._instead = instead
        _log.info("model %s (%s) loaded in %.1f s", name, model_id, time.perf_counter() - started)
        return embedder

    def prepare(self, picture: Image.Image) -> Prepared:
        """Resize and normalise one upright RGB picture as the model's own configuration says."""
        return self._preparation(picture)

    def embed_photos(self, batch: Sequence[Prepared]) -> Vectors:
        """Embed prepared photos in the order given, all in one call of the model.

        Raises:
            ModelDamagedError: The model gave something that is no vector.
        """
        if not batch:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return self._steadily(lambda: self._photos(batch), lambda other: other.embed_photos(batch))

    def _photos(self, batch: Sequence[Prepared]) -> Vectors:
        import torch

        pictures = torch.from_numpy(np.stack(batch))
        if self._channels_last:
            pictures = pictures.to(memory_format=torch.channels_last)
        return self._run(lambda network: network.encode_image(pictures.to(self._device)))

    def embed_text(self, texts: Sequence[str]) -> Vectors:
        """Embed queries in the order given; what is beyond `context_length` is left out, see `unread_words`.

        Raises:
            ModelDamagedError: The model gave something that is no vector.
        """
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return self._steadily(lambda: self._texts(texts), lambda other: other.embed_text(texts))

    def _texts(self, texts: Sequence[str]) -> Vectors:
        import torch

        rows = []
        for first in range(0, len(texts), _TEXT_BATCH):
            tokens = torch.from_numpy(self._tokenizer.tokens(texts[first : first + _TEXT_BATCH])).to(
                self._device
            )
            rows.append(self._run(partial(_encode_text, tokens)))
        return np.concatenate(rows)

    def unread_words(self, text: str) -> str:
        """Return the end of the text that the model does not read, as typed; empty when it reads all."""
        return unread_words(text, self._tokenizer)

    def close(self) -> None:
        """Give its memory back; no call may follow."""
        self._network = None
        if self._other is not None:
            self._other.close()

    def _steadily(
        self, embed: Callable[[], Vectors], embed_instead: Callable[[Embedder], Vectors]
    ) -> Vectors:
        """Embed; where the card, or torch itself, fails in use, have another way do it, for good."""
        if self._other is None:
            try:
                return embed()
            except ModelRunError as error:
                self._give_way(error)
        assert self._other is not None
        return embed_instead(self._other)

    def _give_way(self, error: ModelRunError) -> None:
        with self._giving_way:
            if self._other is not None:
                return  # another thread was first
            if self._instead is None:
                raise error
            self._other = self._instead(error)
            self.way = getattr(self._other, "way", None)
            self._network = None  # whoever still runs it has it

    def _move(self, device: str, precision: str) -> None:
        """Move the network to what is to calculate, and prove that it does."""
        import torch

        self._in_bfloat16 = precision == "bfloat16"
        if not device:
            return
        # Convolutions in 19 bits are NVIDIA's default, and another space.
        torch.backends.cudnn.allow_tf32 = False
        try:
            self._network = self._network.to(device)
        except (RuntimeError, AssertionError, NotImplementedError, ValueError) as error:
            raise _cannot_run(device, error) from error
        self._device = device
        self._prove(self.dimension)

    def _run(self, encode: Callable[[Any], Any]) -> Vectors:
        import torch

        kind, network = torch.device(self._device).type, self._network
        if network is None:
            raise ModelRunError(f"The model {self.name} runs another way now.")
        try:
            with (
                torch.inference_mode(),
                torch.autocast(kind, torch.bfloat16, enabled=self._in_bfloat16),
            ):
                features = encode(network).float().cpu()
        except RuntimeError as error:
            if not self.dimension:
                raise  # it is only being loaded
            raise _cannot_run(self._device, error) from error
        return unit_rows(features.numpy(), self.name)

    def _prove(self, promised: object) -> None:
        """Embed one photo and one word, so that a model that cannot is found out now."""
        photo = self.embed_photos([self.prepare(Image.effect_noise((64, 48), 60).convert("RGB"))])
        words = self.embed_text(["a photo"])
        if photo.shape != words.shape or photo.shape[1] != promised:
            raise ModelDamagedError(
                f"The model {self.name} makes vectors of {photo.shape[1]} for photos and {words.shape[1]} for words, "
                f"and promises {promised}.",
                "Download or import it again, or choose another one.",
            )
        self.dimension = photo.shape[1]


def default_threads() -> int:
    """Return how many cores one call should use: all real ones but one, for the window and the decoders."""
    allowed = cores()
    return max(1, min(allowed, psutil.cpu_count(logical=False) or allowed) - 1)


def measure_batch_size(
    embedder: Embedder,
    candidates: Sequence[int] = (1, 2, 4, 8, 16, 32),
    *,
    budget_s: float = 5.0,
    clock: Callable[[], float] = time.perf_counter,
) -> int:
    """Return the smallest batch that is within 5 % of the most photos a second on this machine.

    Takes a few seconds; what it returns is worth remembering for a model and a machine.

    Args:
        embedder: Asked to embed pictures of noise.
        candidates: Batch sizes, ascending.
        budget_s: No batch is begun that would end later than this.
        clock: Seconds, for tests.
    """
    photo = embedder.prepare(Image.effect_noise((256, 256), 60).convert("RGB"))
    started = clock()
    embedder.embed_photos([photo])  # the first call is slower than all others
    rates: dict[int, float] = {}
    seconds_per_photo = clock() - started
    for size in candidates:
        times: list[float] = []
        while len(times) < 3 and clock() - started + size * seconds_per_photo <= budget_s:
            begun = clock()
            embedder.embed_photos([photo] * size)
            times.append(max(clock() - begun, 1e-9))
            seconds_per_photo = statistics.median(times) / size
        if not times:
            break
        rates[size] = 1 / seconds_per_photo
        if rates[size] < 0.7 * max(rates.values()):
            break  # past the cache's size it only gets slower
    best = max(rates.values(), default=0.0)
    return next((size for size, rate in rates.items() if rate >= 0.95 * best), candidates[0])


def _load_network(folder: Path, name: str, threads: int) -> Any:
    """Return the network; its weights are float32 and frozen."""
    open_clip = import_open_clip()
    import torch

    torch.set_num_threads(threads)
    try:
        with without_random_start():
            network = open_clip.create_model(f"local-dir:{folder}", precision="fp32", device="cpu")
    except _LOAD_ERRORS as error:
        raise _unloadable(name, error) from error
    return network.eval().requires_grad_(requires_grad=False)


def _encode_text(tokens: Any, network: Any) -> Any:
    return network.encode_text(tokens)


def _cannot_run(device: str, error: BaseException) -> ModelRunError:
    first_line = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
    return ModelRunError(
        f"PyTorch cannot run the model on “{device}” here: {first_line}",
        "Choose another way with “vislumbre model bench”.",
    )


def _unloadable(name: str, error: BaseException) -> ModelDamagedError:
    first_line = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
    return ModelDamagedError(
        f"The model {name} cannot be loaded: {first_line}",
        "Download or import it again, or choose another one.",
    )


def _likely_batch(model_cfg: Any) -> int:
    vision = section(model_cfg, "vision_cfg")
    timm_name = str(vision.get("timm_model_name") or "vit")
    convolution = isinstance(vision.get("layers"), list) or "vit" not in timm_name
    return _BATCH_CONVOLUTION if convolution else _BATCH_TRANSFORMER
