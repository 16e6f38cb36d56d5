"""Compiled models: the vectors of open_clip without torch, halves that come and go, ways that fail."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop_app.library.errors import LibraryError, ModelDamagedError, ModelRunError
from desktop_app.library.models.embedder import Embedder
from desktop_app.library.models.files import CONFIG_NAME, WEIGHTS_NAME, read_config
from desktop_app.library.models.reference.clip import ClipEmbedder
from desktop_app.library.models.runtime import compiled
from desktop_app.library.models.runtime.compiled import CompiledEmbedder, ModelFiles
from desktop_app.library.models.runtime.graphs import Graphs
from desktop_app.library.models.runtime.ways import (
    ONNXRUNTIME,
    ONNXRUNTIME_COREML,
    ONNXRUNTIME_CUDA,
    ONNXRUNTIME_DIRECTML,
    OPENVINO,
    OPENVINO_BFLOAT16,
    Way,
    cpu_has_bfloat16,
)

TEXTS = ["a dog", "", "two people on a beach at sunset", "🏔 montaña", "ein Hund im Schnee", "犬", "a" * 3000]


def picture(seed: int, size: tuple[int, int] = (300, 200)) -> Image.Image:
    coarse = Image.fromarray(np.random.default_rng(seed).integers(0, 256, (9, 12, 3), dtype=np.uint8))
    return coarse.resize(size, Image.Resampling.BICUBIC)


def files_of(folder: Path, starter: Path) -> ModelFiles:
    graphs = Graphs(starter.parent, folder / "none").folder_of(read_config(folder / CONFIG_NAME))
    assert graphs is not None
    return ModelFiles(folder, graphs)


def opened(starter: Path, way: Way = OPENVINO, **options) -> CompiledEmbedder:
    return CompiledEmbedder(files_of(starter, starter), name="Built-in", model_id="m", way=way, **options)


@pytest.fixture(scope="module", params=[OPENVINO, ONNXRUNTIME], ids=lambda way: way.name)
def embedder(request: pytest.FixtureRequest, starter: Path) -> Iterator[CompiledEmbedder]:
    made = opened(starter, request.param)
    yield made
    made.close()


def cosines(one: np.ndarray, other: np.ndarray) -> float:
    return float((one * other).sum(axis=1).min())


def test_it_is_an_embedder(embedder: CompiledEmbedder):
    seam: Embedder = embedder
    assert (seam.name, seam.dimension, seam.least_px, seam.model_id) == ("Built-in", 384, 512, "m")


def test_vectors_are_those_of_open_clip(embedder: CompiledEmbedder, built_in: ClipEmbedder):
    pictures = [picture(n, size) for n, size in enumerate([(300, 200), (64, 900), (256, 256), (2000, 40)])]
    ours = embedder.embed_photos([embedder.prepare(one) for one in pictures])
    theirs = built_in.embed_photos([built_in.prepare(one) for one in pictures])
    assert cosines(ours, theirs) > 0.9999
    texts = built_in.embed_text(TEXTS)
    assert cosines(embedder.embed_text(TEXTS), texts) > 0.9999
    # Each read to its own end, in place of that of the longest.
    assert cosines(np.concatenate([embedder.embed_text([text]) for text in TEXTS]), texts) > 0.9999


def test_vectors_are_float32_of_length_1_in_the_order_given(embedder: CompiledEmbedder):
    photos = [embedder.prepare(picture(n)) for n in range(3)]
    together = embedder.embed_photos(photos)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert cosines(together, np.concatenate([embedder.embed_photos([one]) for one in photos])) > 0.9999
    words = embedder.embed_text([f"photo {n}" for n in range(70)])
    assert cosines(words[[0, 69]], embedder.embed_text(["photo 0", "photo 69"])) > 0.9999


def test_nothing_in_gives_nothing_out(embedder: CompiledEmbedder):
    assert embedder.embed_photos([]).shape == (0, 384)
    assert embedder.embed_text([]).shape == (0, 384)


def test_the_end_that_is_not_read_is_known(embedder: CompiledEmbedder):
    assert embedder.unread_words("a dog") == ""
    assert embedder.unread_words("dog " * 31).strip() == "dog"


def test_many_threads_embed_at_once_as_one_does(embedder: CompiledEmbedder):
    photos = [embedder.prepare(picture(n)) for n in range(8)]
    alone = embedder.embed_photos(photos)
    results: dict[int, np.ndarray] = {}

    def embed(number: int) -> None:
        for _ in range(3):
            results[number] = embedder.embed_photos([photos[number]])
            embedder.embed_text(["a dog"])

    threads = [threading.Thread(target=embed, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cosines(np.concatenate([results[number] for number in range(8)]), alone) > 0.9999


def test_threads_that_come_first_at_once_all_get_vectors(starter: Path):
    embedder = opened(starter, ONNXRUNTIME)
    photo = embedder.prepare(picture(1))
    gate = threading.Barrier(6)

    def embed(results: list[np.ndarray]) -> None:
        gate.wait()
        results.append(embedder.embed_photos([photo]))

    results: list[np.ndarray] = []
    threads = [threading.Thread(target=embed, args=(results,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 6
    assert cosines(np.concatenate(results), np.repeat(results[0], 6, axis=0)) > 0.9999


def test_each_half_is_loaded_when_it_is_needed_and_put_away(starter: Path, monkeypatch: pytest.MonkeyPatch):
    embedder = opened(starter)
    words = embedder.embed_text(["a dog"])
    assert not embedder.rest()  # so soon after it was loaded
    before = embedder.embed_photos([embedder.prepare(picture(1))])
    assert not embedder.rest(idle_s=3600)
    assert embedder.rest()
    assert cosines(embedder.embed_photos([embedder.prepare(picture(1))]), before) > 0.999999
    monkeypatch.setattr(compiled, "_TIMES_ITS_LOADING", 0)
    assert not embedder.rest(idle_s=3600)
    assert embedder.rest()
    assert not embedder.rest()
    assert cosines(embedder.embed_text(["a dog"]), words) > 0.999999


def test_words_are_put_away_while_photos_are_embedded_and_nobody_asks(
    starter: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    caplog.set_level("INFO")
    embedder = opened(starter)
    photo = embedder.prepare(picture(1))

    def times_loaded() -> int:
        return sum(record.message.startswith("text.onnx") for record in caplog.records)

    before = embedder.embed_text(["a dog"])
    embedder.embed_photos([photo])
    embedder.embed_text(["a dog"])
    assert times_loaded() == 1
    monkeypatch.setattr(compiled, "_WORDS_IDLE_S", 0.0)
    embedder.embed_photos([photo])
    embedder.embed_photos([photo])
    assert cosines(embedder.embed_text(["a dog"]), before) > 0.999999
    assert times_loaded() == 2


def test_words_that_were_only_tried_go_with_the_first_photo(starter: Path, caplog: pytest.LogCaptureFixture):
    caplog.set_level("INFO")
    embedder = opened(starter)
    embedder.embed_text(["a photo"])
    embedder.expect_photos()
    embedder.embed_photos([embedder.prepare(picture(1))])
    assert any("for words is put away" in record.message for record in caplog.records)
    embedder.embed_text(["a dog"])
    embedder.embed_photos([embedder.prepare(picture(1))])
    assert sum("for words is put away" in record.message for record in caplog.records) == 1


def test_weights_are_given_back_while_a_half_runs_for_the_first_time(starter: Path, monkeypatch):
    given_back: list[bool] = []

    class Watched(Failing):
        def run(self, batch: np.ndarray) -> np.ndarray:
            given_back.append(any(thread.name == "weights-rest" for thread in threading.enumerate()))
            return super().run(batch)

    monkeypatch.setattr(compiled, "make_tower", lambda *_: Watched(2))
    embedder = opened(starter)
    embedder.embed_text(["a dog"])
    embedder.embed_text(["a cat"])
    assert given_back == [True, False]


@pytest.mark.skipif(not cpu_has_bfloat16(), reason="the processor has no bfloat16")
def test_bfloat16_is_near_and_a_space_of_its_own(starter: Path, built_in: ClipEmbedder):
    embedder = opened(starter, OPENVINO_BFLOAT16)
    photos = [embedder.prepare(picture(n)) for n in range(4)]
    alike = (embedder.embed_photos(photos) * built_in.embed_photos(photos)).sum(axis=1)
    assert 0.98 < alike.min() < 0.99999
    assert OPENVINO_BFLOAT16.space_of("clip-1") == "clip-1-openvino-bf16"


def put_away(caplog: pytest.LogCaptureFixture) -> list[str]:
    said = [record.message for record in caplog.records if record.message.endswith("put away")]
    caplog.clear()
    return [line.removesuffix(" is put away") for line in said]


def test_words_make_room_for_many_photos_unless_somebody_just_asked(
    starter: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    caplog.set_level("INFO")
    monkeypatch.setattr(compiled, "make_tower", lambda *_: Failing(9))
    embedder = opened(starter)
    embedder.warm_up()
    embedder.embed_photos([embedder.prepare(picture(1))])
    assert put_away(caplog) == []  # for a few they stay
    embedder.make_room()
    assert put_away(caplog) == ["the half of Built-in for words"]
    embedder.embed_text(["a dog"])
    embedder.make_room()
    assert put_away(caplog) == []
    monkeypatch.setattr(compiled, "_WORDS_IDLE_S", 0.0)
    embedder.make_room()
    assert put_away(caplog) == ["the half of Built-in for words"]


def test_pictures_that_rest_go_before_words_are_loaded(
    starter: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    caplog.set_level("INFO")
    monkeypatch.setattr(compiled, "make_tower", lambda *_: Failing(9))
    embedder = opened(starter)
    photo = embedder.prepare(picture(1))
    embedder.embed_photos([photo])
    embedder.embed_text(["a dog"])
    assert put_away(caplog) == []  # so soon after the photo
    monkeypatch.setattr(compiled, "_PICTURES_IDLE_S", 0.0)
    embedder.rest()
    embedder.close()
    put_away(caplog)

    def asked_beside(_batch: np.ndarray) -> np.ndarray:
        embedder.embed_text(["a dog"])
        return np.ones((1, 384), dtype=np.float32)

    embedder.embed_photos([photo])
    with monkeypatch.context() as beside:
        beside.setattr(embedder._pictures, "run", asked_beside)
        embedder.embed_photos([photo])
    assert put_away(caplog) == []  # one was being embedded
    embedder.close()
    embedder.embed_photos([photo])
    embedder.embed_text(["a dog"])
    assert put_away(caplog) == ["the image half of Built-in"]


class Failing:
    """A half that runs a few times and then never again."""

    def __init__(self, runs: int) -> None:
        self.runs = runs

    def run(self, batch: np.ndarray) -> np.ndarray:
        if not self.runs:
            raise ModelRunError("OpenVINO cannot run the model here: out of memory")
        self.runs -= 1
        return np.ones((len(batch), 384), dtype=np.float32)


def test_a_way_that_fails_in_use_gives_way_to_the_next_with_a_sentence(starter: Path, monkeypatch):
    made = compiled.make_tower
    monkeypatch.setattr(
        compiled, "make_tower", lambda way, *rest: Failing(0) if way == OPENVINO else made(way, *rest)
    )
    said: list[LibraryError] = []
    embedder = opened(starter, fall_back=[OPENVINO, ONNXRUNTIME], say=said.append)
    right = opened(starter, ONNXRUNTIME).embed_text(["a dog"])
    assert cosines(embedder.embed_text(["a dog"]), right) > 0.9999
    assert embedder.way == ONNXRUNTIME
    assert [error.sentence for error in said] == [
        "OpenVINO, float32 does not run Built-in on this computer; ONNX Runtime, float32 does it from now on."
    ]


def test_when_no_way_is_left_the_error_is_raised(starter: Path, monkeypatch):
    monkeypatch.setattr(compiled, "make_tower", lambda *_: Failing(0))
    with pytest.raises(ModelRunError, match="out of memory"):
        opened(starter, fall_back=[ONNXRUNTIME]).embed_text(["a dog"])


def test_weights_that_are_no_numbers_are_damage(starter: Path, tmp_path: Path):
    from safetensors.numpy import load_file, save_file

    weights = load_file(starter / WEIGHTS_NAME)
    weights["text_projection"][:] = np.nan
    save_file(weights, tmp_path / WEIGHTS_NAME)
    (tmp_path / CONFIG_NAME).write_bytes((starter / CONFIG_NAME).read_bytes())
    embedder = CompiledEmbedder(files_of(tmp_path, starter), name="Broken", model_id="m", way=OPENVINO)
    with pytest.raises(ModelDamagedError, match="Broken gives no usable vectors"):
        embedder.embed_text(["a dog"])


def test_weights_without_a_part_are_damage(starter: Path, tmp_path: Path):
    from safetensors.numpy import load_file, save_file

    weights = load_file(starter / WEIGHTS_NAME)
    del weights["ln_final.bias"]
    save_file(weights, tmp_path / WEIGHTS_NAME)
    (tmp_path / CONFIG_NAME).write_bytes((starter / CONFIG_NAME).read_bytes())
    embedder = CompiledEmbedder(files_of(tmp_path, starter), name="Broken", model_id="m", way=OPENVINO)
    with pytest.raises(ModelDamagedError, match="ln_final"):
        embedder.embed_text(["a dog"])


def test_a_process_embeds_without_torch_and_opens_no_connection(starter: Path):
    program = f"""
import sys, json
def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        raise AssertionError(f"a connection: {{arguments}}")
sys.addaudithook(refuse)
for name in ("torch", "open_clip", "torchvision", "timm", "onnx", "openvino_telemetry", "huggingface_hub"):
    sys.modules[name] = None
from pathlib import Path
from PIL import Image
from desktop_app.library.models.runtime.compiled import CompiledEmbedder, ModelFiles
from desktop_app.library.models.runtime.ways import OPENVINO
files = ModelFiles(Path({str(starter)!r}), Path({str(files_of(starter, starter).graphs)!r}))
embedder = CompiledEmbedder(files, name="m", model_id="m", way=OPENVINO)
photo = embedder.embed_photos([embedder.prepare(Image.new("RGB", (300, 200), "red"))])
# The converter, with its telemetry, is not imported along, and can be by whoever wants it.
assert not [name for name in sys.modules if name.startswith("openvino.tools.")]
print(json.dumps([photo.shape[1], embedder.embed_text(["a dog"]).shape[1]]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [384, 384]


# No card is here: the processor stands for one, as a provider of the same library by the same seam.
PROCESSOR = Way(
    "onnxruntime-processor", "onnxruntime", "float32", "ONNX Runtime by name", "CPUExecutionProvider"
)


def test_a_provider_of_onnx_runtime_gives_the_same_vectors(starter: Path):
    right = opened(starter, OPENVINO).embed_text(["a dog", "a cat"])
    assert cosines(opened(starter, PROCESSOR).embed_text(["a dog", "a cat"]), right) > 0.9999


@pytest.mark.parametrize(
    "way", [ONNXRUNTIME_CUDA, ONNXRUNTIME_COREML, ONNXRUNTIME_DIRECTML], ids=lambda way: way.name
)
def test_a_provider_that_is_not_here_gives_way_and_is_not_replaced_in_silence(starter: Path, way: Way):
    said: list[LibraryError] = []
    embedder = opened(starter, way, fall_back=[ONNXRUNTIME], say=said.append)
    assert embedder.embed_text(["a dog"]).shape == (1, 384)
    assert embedder.way == ONNXRUNTIME
    assert f"{way.title} does not run Built-in" in said[0].sentence


_WITH_ONNX_RUNTIME = """
import sys
from pathlib import Path
from desktop_app.library.models.runtime.compiled import CompiledEmbedder, ModelFiles
from desktop_app.library.models.runtime.ways import ONNXRUNTIME
files = ModelFiles(Path(sys.argv[1]), Path(sys.argv[2]))
print(CompiledEmbedder(files, name="m", model_id="m", way=ONNXRUNTIME).embed_text(["a dog"]).shape)
"""


def test_onnx_runtime_tells_nobody_and_keeps_no_number_of_this_computer(starter: Path, tmp_path: Path):
    """Its builds since 1.29 send events to Microsoft, with a number that they keep in the person's cache."""
    pytest.importorskip("onnxruntime")
    # As with a person, not with one of its own test machines, which it leaves in peace.
    kept_out = {"ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS", "CI", "GITHUB_ACTIONS", "XDG_CACHE_HOME"}
    environment = {name: value for name, value in os.environ.items() if name not in kept_out}
    words = [str(starter), str(files_of(starter, starter).graphs)]
    done = subprocess.run(
        [sys.executable, "-c", _WITH_ONNX_RUNTIME, *words],
        env=environment | {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.strip() == "(1, 384)", done.stderr
    assert list(tmp_path.iterdir()) == []
