"""Embeds photos and words with a compiled model: no torch, each half loaded when it is needed."""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.library.concurrency.cores import cores
from desktop_app.library.concurrency.freed_memory import give_back
from desktop_app.library.errors import LibraryError, ModelDamagedError, ModelRunError
from desktop_app.library.models.embedder import ANYTHING, Prepared, Vectors, unit_rows
from desktop_app.library.models.files import WEIGHTS_NAME, Config, check_model, section
from desktop_app.library.models.inputs.pictures import PicturePreparation
from desktop_app.library.models.inputs.tokenizer import Tokenizer, tokenizer_of, unread_words
from desktop_app.library.models.runtime.graph import IMAGE_NAME, TEXT_NAME, Graph
from desktop_app.library.models.runtime.short_texts import AsFarAsItGoes, for_any_length
from desktop_app.library.models.runtime.tower import OneByOne, Tower
from desktop_app.library.models.runtime.ways import Way
from desktop_app.library.models.runtime.weights import Weights

_log = logging.getLogger(__name__)

_TEXT_BATCH = 64
# What a core embeds in a second hardly depends on how many photos a call has: of ViT-B-32-256 in float32 8.2 with 1 and
# 8.5 with 4, of the built-in model 51, 49, 48 with 1, 4, 8 and in bfloat16 89, 78, 90. Memory does: with two calls at
# once the built-in model takes 138, 210, 306 MB with 1, 4, 8.
_BATCH = 2
# While photos are embedded, the half for words goes when nobody has asked for so long. ViT-B-32-256 holds 178 MB less then
# in float32 and 100 in bfloat16 and int8, and the next question waits for 0.6 s of one core; the built-in model 25 MB and
# 0.15 s.
_WORDS_IDLE_S = 60.0
# At rest it goes too, after so many times as long as it took to load: that is then a sixtieth of what is done at most, and
# happens while the person still types. 30 s for ViT-B-32-256, minutes for a model that loads for seconds.
_TIMES_ITS_LOADING = 60
# When words are asked for and the half for pictures did nothing for so long, it goes first, not half a minute later.
_PICTURES_IDLE_S = 1.0
_PICTURES_GONE = "the image half of %s is put away"
_WORDS_GONE = "the half of %s for words is put away"


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """Where the parts of a compiled model lie.

    Attributes:
        folder: Of weights and configuration.
        graphs: Of `image.onnx` and `text.onnx`, without weights.
    """

    folder: Path
    graphs: Path


class CompiledEmbedder:
    """Embeds photos and words with one model; every method may be called on several threads at once.

    Searching needs the half for words, indexing that for pictures: each is compiled when it is first asked for, and put away
    when nobody has needed it for a while; that for words also after a minute while photos are embedded.

    Attributes:
        model_id: Names the space.
        name: For a person.
        way: How it is run.
        dimension: Length of the vectors.
        batch_size: How many photos `embed_photos` likes at once; may be set.
        least_px: Twice the model's side, for a photo that was decoded smaller already shows other pixels.
        context_length: Tokens that the model reads, start and end included.
    """

    def __init__(
        self,
        files: ModelFiles,
        *,
        name: str,
        model_id: str,
        way: Way,
        fall_back: Sequence[Way] = (),
        say: Callable[[LibraryError], None] = lambda _error: None,
        calls: int = 0,
    ) -> None:
        """Read the configuration; nothing is compiled yet.

        Args:
            files: Where its parts lie.
            name: For a person.
            model_id: Names the space.
            way: How to run it; one of OpenVINO or ONNX Runtime.
            fall_back: Ways to try, in this order, when that one fails.
            say: Told when another way was taken, on the thread that needed it.
            calls: How many calls embed photos at once; as many as there are cores if 0.

        Raises:
            ModelMissingError: A file is not there.
            ModelDamagedError: The files are none of a model, or do not fit together.
        """
        config = check_model(files.folder)
        self._files = files
        self._ways = [way, *(other for other in fall_back if other != way)]
        self._say = say
        self._calls = calls or cores()
        self._prepare = PicturePreparation.of(config)
        self._tokenizer: Tokenizer = tokenizer_of(config, files.folder)
        self._lock = threading.RLock()
        self._pictures: Tower | None = None
        self._words: Tower | None = None
        self._looked_at: list[Weights] = []
        self._embedded_at = 0.0
        self._are_embedding = 0
        self._asked_at = 0.0
        self._was_asked = False
        self._words_loaded_s = 0.0
        self.way = way
        self.model_id = model_id
        self.name = name
        self.batch_size = _BATCH
        self.dimension = _dimension(config, name)
        self.least_px = self._prepare.least_px
        self.context_length: int = self._tokenizer.context_length

    def prepare(self, picture: Image.Image) -> Prepared:
        """Resize and normalise one upright RGB picture as the model's own configuration says."""
        return self._prepare(picture)

    def embed_photos(self, batch: Sequence[Prepared]) -> Vectors:
        """Embed prepared photos in the order given, all in one call of the model.

        Raises:
            ModelDamagedError: The model gave something that is no vector.
            ModelRunError: No way runs it here.
        """
        if not batch:
            return np.zeros((0, self.dimension), dtype=np.float32)
        self._embedded_at = time.monotonic()
        if self._words is not None and self._embedded_at - self._asked_at >= _WORDS_IDLE_S:
            self.make_room()
        with self._embedding():
            return unit_rows(self._run(self._picture_tower, np.stack(batch)), self.name)

    def embed_text(self, texts: Sequence[str]) -> Vectors:
        """Embed queries in the order given; what is beyond `context_length` is left out, see `unread_words`.

        Raises:
            ModelDamagedError: The model gave something that is no vector.
            ModelRunError: No way runs it here.
        """
        self._was_asked = True
        return self._embedded_text(texts)

    def warm_up(self) -> None:
        """Load the half for words before anybody asks; see `make_room`.

        Raises:
            ModelError: It cannot be run here.
        """
        self._embedded_text([ANYTHING])

    def make_room(self) -> None:
        """Put the half for words away for photos, unless somebody asked within the last minute."""
        with self._lock:
            is_asked = self._was_asked and time.monotonic() - self._asked_at < _WORDS_IDLE_S
            if self._words is None or is_asked:
                return
            self._words = None
            self._was_asked = False
        # Nobody is at rest who would do it: photos are being embedded.
        give_back()
        _log.info(_WORDS_GONE, self.name)

    def _embedded_text(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        self._asked_at = time.monotonic()
        rows = [
            unit_rows(
                self._run(self._word_tower, self._tokenizer.tokens(texts[first : first + _TEXT_BATCH])),
                self.name,
            )
            for first in range(0, len(texts), _TEXT_BATCH)
        ]
        return np.concatenate(rows)

    def unread_words(self, text: str) -> str:
        """Return the end of the text that the model does not read, as typed; empty when it reads all."""
        return unread_words(text, self._tokenizer)

    def expect_photos(self) -> None:
        """Let the half for words go as soon as photos are embedded, for nobody has asked anything yet."""
        self._asked_at = -math.inf

    def rest(self, idle_s: float = 0) -> bool:
        """Put away a half that did nothing for so many seconds, that for words later if it loads slowly; return whether one was."""
        with self._lock:
            now = time.monotonic()
            pictures_go = self._pictures is not None and now - self._embedded_at >= idle_s
            words_idle_s = max(idle_s, _TIMES_ITS_LOADING * self._words_loaded_s)
            words_go = self._words is not None and now - self._asked_at >= words_idle_s
            if pictures_go:
                self._pictures = None
            if words_go:
                self._words = None
        if pictures_go:
            _log.info(_PICTURES_GONE, self.name)
        if words_go:
            _log.info(_WORDS_GONE, self.name)
        return pictures_go or words_go

    def close(self) -> None:
        """Give its memory back; no call may follow."""
        with self._lock:
            self._pictures = self._words = None

    def _run(self, tower: Callable[[], Tower], batch: NDArray[np.generic]) -> NDArray[np.float32]:
        """Run a half of the model; when the way fails, take the next one, for good, and say so."""
        while True:
            way = self.way
            try:
                half = tower()
                with self._first_run():
                    vectors = half.run(batch)
                return self._checked(vectors, len(batch), way)
            except ModelRunError as error:
                self._fall_back(way, error)

    def _fall_back(self, failed: Way, error: ModelRunError) -> None:
        with self._lock:
            if self.way != failed:
                return  # another thread was first
            later = self._ways[self._ways.index(failed) + 1 :]
            if not later:
                raise error
            self._pictures = self._words = None
            self.way = later[0]
        _log.warning("%s fails for %s, %s is taken: %s", failed.name, self.name, later[0].name, error)
        self._say(
            ModelRunError(
                f"{failed.title} does not run {self.name} on this computer; {later[0].title} does it from now on.",
                "“vislumbre model bench” finds the fastest way that works here.",
            )
        )

    def _picture_tower(self) -> Tower:
        # OpenVINO's threads take the priority of the one that compiles: that of a lane, which stands back.
        tower = self._pictures
        if tower is None:
            with self._lock:
                if self._pictures is None:
                    self._pictures = self._loaded(IMAGE_NAME, self._calls)
                tower = self._pictures
        return tower

    def _word_tower(self) -> Tower:
        tower = self._words
        if tower is None:
            with self._lock:
                if self._words is None:
                    self._rest_pictures()
                    # Of the processor, so that a busy computer does not count.
                    began_s = time.thread_time()
                    self._words = self._loaded(TEXT_NAME, 1)
                    self._words_loaded_s = time.thread_time() - began_s
                tower = self._words
        return tower

    @contextmanager
    def _embedding(self) -> Iterator[None]:
        with self._lock:
            self._are_embedding += 1
        try:
            yield
        finally:
            with self._lock:
                self._are_embedding -= 1
                self._embedded_at = time.monotonic()

    def _rest_pictures(self) -> None:
        """Put the half for pictures away if nobody embeds any, before that for words is loaded; with the lock held."""
        is_at_work = self._are_embedding or time.monotonic() - self._embedded_at < _PICTURES_IDLE_S
        if self._pictures is not None and not is_at_work:
            self._pictures = None
            give_back()
            _log.info(_PICTURES_GONE, self.name)

    def _loaded(self, graph_name: str, calls: int) -> Tower:
        """Compile a half of the model."""
        started = time.perf_counter()
        graph = Graph.read(self._files.graphs / graph_name)
        weights = Weights(self._files.folder / WEIGHTS_NAME)
        tower = make_tower(self.way, graph, weights, calls)
        self._looked_at.append(weights)
        took_s = time.perf_counter() - started
        _log.info("%s of %s loaded in %.2f s (%s)", graph_name, self.name, took_s, self.way.name)
        return tower

    @contextmanager
    def _first_run(self) -> Iterator[None]:
        """Give weights back while a half runs for the first time, which goes through all of them once more.

        The half of a ViT-B-32-256 for pictures peaks at 506 MB in place of 627, in bfloat16 at 342 in place of 674.
        """
        looked_at, self._looked_at = self._looked_at, []
        with ExitStack() as sparing:
            for weights in looked_at:
                sparing.enter_context(weights.sparingly())
            yield

    def _checked(self, vectors: NDArray[np.float32], count: int, way: Way) -> NDArray[np.float32]:
        """Return what a half of the model gave, having seen that it is as many vectors as were wanted."""
        fits = vectors.shape == (count, self.dimension)
        if not way.is_exact and not (fits and np.isfinite(vectors).all()):
            # As OpenVINO does in bfloat16 on a processor whose instructions for it are hidden.
            raise ModelRunError(f"{way.title} gives no vectors here.")
        if not fits:
            raise ModelDamagedError(
                f"The model {self.name} makes vectors of {vectors.shape[-1]}, and promises {self.dimension}.",
                "Download or import it again, or choose another one.",
            )
        return vectors


def make_tower(way: Way, graph: Graph, weights: Weights, calls: int) -> Tower:
    """Compile one half of a model.

    Args:
        way: Which engine, and what it calculates with.
        graph: Without weights.
        weights: Theirs.
        calls: How many calls run at once; the cores are shared among them.

    Raises:
        ModelRunError: It cannot be run this way here.
        ModelDamagedError: A weight is missing.
    """
    # What runs elsewhere than on the processor prepares itself anew for each length, for seconds.
    short = None if way.device else for_any_length(graph)
    tower = _made_tower(way, short or graph, weights, calls)
    if short is not None:
        tower = AsFarAsItGoes(tower)
    return OneByOne(tower) if graph.takes_one else tower


def _made_tower(way: Way, graph: Graph, weights: Weights, calls: int) -> Tower:
    if way.engine == "openvino":
        from desktop_app.library.models.runtime.openvino_tower import OpenVinoTower

        return OpenVinoTower(graph, weights, precision=way.precision, calls=calls, threads=cores())
    from desktop_app.library.models.runtime.onnx_tower import OnnxTower

    return OnnxTower(
        graph,
        weights,
        precision=way.precision,
        provider=way.device,
        calls=calls,
        threads=cores(),
    )


def _dimension(config: Config, name: str) -> int:
    dimension = section(config, "model_cfg").get("embed_dim")
    if not isinstance(dimension, int):
        raise ModelDamagedError(f"The configuration of {name} does not say how long its vectors are.", "")
    return dimension
