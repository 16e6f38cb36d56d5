"""What a model is given, without anything of open_clip's at hand: bounds, threads, and what is said of wrong files."""

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from desktop_app.library.errors import ModelDamagedError, ModelMissingError
from desktop_app.library.models.inputs import clip_tokenizer
from desktop_app.library.models.inputs.clip_tokenizer import ClipTokenizer
from desktop_app.library.models.inputs.pictures import PicturePreparation
from desktop_app.library.models.inputs.tokenizer import unread_words
from tests.library.models.inputs.texts import texts


def prepared_as(**said: Any) -> PicturePreparation:
    side = said.pop("image_size", 32)
    return PicturePreparation.of({"model_cfg": {"vision_cfg": {"image_size": side}}, "preprocess_cfg": said})


def test_plain_english_imports_nothing_slow():
    program = (
        "import sys; from desktop_app.library.models.inputs.clip_tokenizer import ClipTokenizer;"
        "import desktop_app.library.models.inputs.pictures, desktop_app.library.models.inputs.tokenizer;"
        "row = ClipTokenizer().tokens(['two dogs on a beach'])[0];"
        "assert row.tolist()[:7] == [49406, 1237, 3255, 525, 320, 2117, 49407], row;"
        "print(*sorted({'torch', 'open_clip', 'torchvision', 'tokenizers', 'regex', 'ftfy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("", "")


def test_many_threads_get_the_tokens_that_one_gets():
    some = list(texts(150))
    alone = ClipTokenizer().tokens(some)
    clip_tokenizer._word.cache_clear()
    clip_tokenizer._merges.cache_clear()
    found: list[NDArray[np.int64]] = []
    threads = [threading.Thread(target=lambda: found.append(ClipTokenizer().tokens(some))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert all(np.array_equal(one, alone) for one in found)


@pytest.mark.parametrize("content", [None, b"", b"not gzip", b"half"])
def test_a_vocabulary_that_is_gone_or_damaged_is_said(tmp_path, monkeypatch, content):
    place = tmp_path / clip_tokenizer._VOCABULARY
    if content is not None:
        place.parent.mkdir(parents=True)
        whole = (clip_tokenizer._resources() / clip_tokenizer._VOCABULARY).read_bytes()
        place.write_bytes(whole[:100_000] if content == b"half" else content)
    clip_tokenizer._merges.cache_clear()
    monkeypatch.setattr(clip_tokenizer, "_resources", lambda: tmp_path)
    with pytest.raises(ModelMissingError, match="list of words") as wrong:
        ClipTokenizer()
    assert "Install" in wrong.value.hint


def test_what_is_beyond_the_bound_counts_as_unread():
    tokenizer = ClipTokenizer()
    entities = "&amp; " * 900
    assert tokenizer.count(entities) < 900
    end = unread_words(entities, tokenizer)
    assert entities.endswith(end)
    assert end.startswith("&amp;")
    endless = "&amp;" * 900
    end = unread_words(endless, tokenizer)
    assert endless.endswith(end)
    assert 0 < len(end) < len(endless)


def test_words_that_fit_together_are_all_read():
    tokenizer = ClipTokenizer(12)
    assert unread_words("two dogs on a beach", tokenizer) == ""
    assert unread_words("  two dogs,   two cats and nothing else at all  ", ClipTokenizer(10)) == "at all  "
    assert unread_words("a b c d e f g h i j Donaudampfschifffahrt", tokenizer) == "Donaudampfschifffahrt"
    assert unread_words("one word", ClipTokenizer(2)) == "one word"


@pytest.mark.parametrize("mode", ["shortest", "longest", "squash"])
@pytest.mark.parametrize("size", [(1, 65_000), (65_000, 1), (1, 1), (3, 40_000)])
def test_a_picture_of_any_shape_is_prepared_within_memory(mode, size, monkeypatch):
    pixels: list[int] = []
    resize = Image.Image.resize

    def counted(self: Image.Image, size: tuple[int, int], *rest: Any) -> Image.Image:
        pixels.append(size[0] * size[1])
        return resize(self, size, *rest)

    monkeypatch.setattr(Image.Image, "resize", counted)
    column = Image.new("RGB", size, (0, 128, 255))
    prepare = prepared_as(image_size=64, resize_mode=mode, mean=[0, 0, 0], std=[1, 1, 1])
    found = prepare(column)
    assert found.shape == (3, 64, 64)
    assert found.reshape(3, -1).max(axis=1) == pytest.approx([0, 128 / 255, 1])
    assert max(pixels) <= 2**24


def test_the_middle_of_a_very_long_picture_is_seen():
    column = Image.new("RGB", (2, 20_001), "white")
    column.paste("black", (0, 10_000 - 40, 2, 10_000 + 41))
    found = prepared_as(image_size=256, mean=[0, 0, 0], std=[1, 1, 1])(column)
    assert found.max() < 0.01


@pytest.mark.parametrize(
    "said",
    [
        {"resize_mode": "stretch"},
        {"interpolation": "nearest"},
        {"interpolation": ["bicubic"]},
        {"mean": [0.5, 0.5]},
        {"mean": ["a", "b", "c"]},
        {"std": [0.5, 0, 0.5]},
        {"std": [0.5, float("inf"), 0.5]},
        {"mode": "L"},
        {"fill_color": "red"},
        {"image_size": "large"},
        {"image_size": [32, 32, 3]},
        {"image_size": 0},
        {"image_size": True},
    ],
)
def test_a_preparation_that_is_none_is_said(said):
    with pytest.raises(ModelDamagedError) as wrong:
        prepared_as(**said)
    assert wrong.value.hint


def test_a_preparation_knows_its_sides():
    oblong = prepared_as(image_size=[24, 40])
    assert (oblong.height, oblong.width, oblong.side, oblong.least_px) == (24, 40, 40, 80)
    assert PicturePreparation.of({}).side == 224


def test_pictures_may_be_prepared_on_many_threads():
    rng = np.random.default_rng(0)
    pictures = [Image.fromarray(rng.integers(0, 256, (70, 50 + n, 3), dtype=np.uint8)) for n in range(8)]
    prepare = prepared_as(resize_mode="longest")
    found: dict[int, NDArray[np.float32]] = {}
    threads = [
        threading.Thread(target=lambda n=n: found.__setitem__(n, prepare(pictures[n]))) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(found[n], prepare(pictures[n])) for n in range(8))


def test_nothing_here_knows_torch():
    room = Path(clip_tokenizer.__file__).parent
    names = ("torch", "open_clip", "torchvision")
    assert not [
        line
        for path in room.glob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if line.strip().startswith(tuple(f"{word} {name}" for word in ("import", "from") for name in names))
    ]
