"""What a model is given is what open_clip gives it: equal tokens, equal pixels."""

import hashlib
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tokenizers import processors

from desktop_app import paths
from desktop_app.library.models.inputs.clip_tokenizer import ClipTokenizer
from desktop_app.library.models.inputs.file_tokenizer import FileTokenizer
from desktop_app.library.models.inputs.pictures import PicturePreparation
from desktop_app.library.models.reference.clip_import import import_open_clip
from tests.library.models.inputs.test_file_tokenizer import train_like_gemma, train_like_t5
from tests.library.models.inputs.texts import mojibake, texts

# All 10,000 were compared once; these are every odd one and some of each script.
FEW = 1500


@pytest.fixture(scope="module")
def open_clip() -> Any:
    return import_open_clip()


def picture(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    rng = np.random.default_rng(size[0] * 10_007 + size[1])
    return Image.fromarray(rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)).convert(mode)


def sizes() -> list[tuple[int, int]]:
    draw = random.Random(0)
    odd = [
        (1, 1),
        (1, 2),
        (1, 40),
        (40, 1),
        (1, 500),
        (500, 1),
        (2, 333),
        (31, 32),
        (32, 32),
        (33, 32),
        (64, 48),
        (48, 64),
    ]
    return odd + [(draw.randint(1, 400), draw.randint(1, 400)) for _ in range(20)]


def test_the_vocabulary_is_that_of_open_clip(open_clip):
    theirs = Path(open_clip.__file__).parent / "bpe_simple_vocab_16e6.txt.gz"
    ours = paths.resources() / "models" / "vocabulary" / theirs.name
    assert hashlib.sha256(ours.read_bytes()).digest() == hashlib.sha256(theirs.read_bytes()).digest()
    assert hashlib.sha256(ours.read_bytes()).hexdigest() in (ours.parent / "README.md").read_text("utf-8")


@pytest.mark.parametrize(("clean", "count"), [("lower", FEW), ("whitespace", 300), ("canonicalize", 300)])
def test_tokens_are_those_of_open_clip_in_many_scripts(open_clip, clean, count):
    some = list(texts(count))
    some += [mojibake(text) for text in some[::5]]
    theirs = open_clip.tokenizer.SimpleTokenizer(clean=clean)
    ours = ClipTokenizer(77, clean)
    wanted, found = theirs(some).numpy(), ours.tokens(some)
    assert found.dtype == wanted.dtype
    assert [text for text, differs in zip(some, (wanted != found).any(axis=1), strict=True) if differs] == []
    assert [ours.count(text) for text in some[::10]] == [len(theirs.encode(text)) for text in some[::10]]


def test_a_text_that_is_too_long_is_cut_as_open_clip_cuts_it(open_clip):
    some = list(texts(80))
    for length in (1, 2, 3, 16, 32, 300):
        theirs = open_clip.tokenizer.SimpleTokenizer(context_length=length)
        assert np.array_equal(ClipTokenizer(length).tokens(some), theirs(some).numpy())


@pytest.mark.parametrize("mode", ["squash", "shortest", "longest"])
def test_pictures_are_those_of_open_clip(open_clip, mode):
    values = {"resize_mode": mode, "fill_color": 77, "mean": [0.1, 0.5, 0.6], "std": [0.2, 0.3, 0.4]}
    pictures = [picture(size) for size in sizes()]
    for interpolation in ("bicubic", "bilinear", "random"):
        for size in (32, [32, 32], [24, 40], [41, 20]):
            prepare, theirs = both(open_clip, size, values | {"interpolation": interpolation})
            for one in pictures:
                if mode == "longest" and 0 in theirs.transforms[0].get_params(
                    one, theirs.transforms[0].size, 1.0
                ):
                    assert np.isfinite(prepare(one)).all()  # open_clip fails where nothing of a side is left
                else:
                    compare(prepare, theirs, one)


@pytest.mark.parametrize("mode", ["squash", "shortest", "longest"])
def test_pictures_of_other_kinds_are_those_of_open_clip_too(open_clip, mode):
    prepare, theirs = both(open_clip, 32, {"resize_mode": mode})
    for kind in ("L", "RGBA", "CMYK", "P", "LA", "1"):
        for size in ((50, 90), (90, 50), (20, 10)):
            compare(prepare, theirs, picture(size, kind))


def test_what_a_configuration_does_not_say_is_what_open_clip_takes(open_clip):
    prepare, theirs = both(
        open_clip, 32, {"mean": None, "std": 0.5, "interpolation": None, "fill_color": None}
    )
    compare(prepare, theirs, picture((70, 45)))


def both(open_clip: Any, size: object, wanted: dict[str, Any]) -> tuple[PicturePreparation, Any]:
    from open_clip.transform import PreprocessCfg, image_transform_v2, merge_preprocess_dict

    config = {"model_cfg": {"vision_cfg": {"image_size": size}}, "preprocess_cfg": wanted}
    whole = merge_preprocess_dict(PreprocessCfg(), wanted) | {"size": size}
    return PicturePreparation.of(config), image_transform_v2(PreprocessCfg(**whole), is_train=False)


def compare(prepare: PicturePreparation, theirs: Any, one: Image.Image) -> None:
    found, wanted = prepare(one), theirs(one).numpy()
    assert found.dtype == wanted.dtype
    assert found.shape == wanted.shape == (3, prepare.height, prepare.width)
    assert found.flags["C_CONTIGUOUS"]
    spread = np.asarray(prepare.spread).reshape(3, 1, 1)
    mean = np.asarray(prepare.mean).reshape(3, 1, 1)
    levels = [np.rint((pixels * spread + mean) * 255).astype(int) for pixels in (found, wanted)]
    assert np.array_equal(*levels), (one.size, one.mode)
    assert np.abs(found - wanted).max() < 1e-5


@pytest.mark.parametrize("length", [64, 8])
@pytest.mark.parametrize("kind", ["SigLIP 2", "SigLIP"])
def test_rows_of_a_tokenizer_file_are_those_of_open_clips_own_steps(
    open_clip: Any, kind: str, length: int, tmp_path: Path
) -> None:
    """`HFTokenizer` cleans, then has the library cut, end and fill: the file and its settings say with what."""
    trained = train_like_gemma() if kind == "SigLIP 2" else train_like_t5()
    filling, end = (0, "<eos>") if kind == "SigLIP 2" else (1, "</s>")
    trained.post_processor = processors.TemplateProcessing(single=f"$A {end}", special_tokens=[(end, 1)])
    trained.save(str(tmp_path / "tokenizer.json"))
    trained.enable_truncation(length)
    trained.enable_padding(length=length, pad_id=filling, pad_token="<pad>" if filling == 0 else end)
    clean = open_clip.tokenizer.get_clean_fn("canonicalize")
    some = [*texts(300), "Hello, World! it's a_test — «quotes» … & 100% @home", "", "  ", "a" * 500]
    wanted = [trained.encode(clean(text)).ids for text in some]
    ours = FileTokenizer(tmp_path / "tokenizer.json", length, "canonicalize", trained.get_vocab_size())
    found = ours.tokens(some).tolist()
    assert [text for text, one, other in zip(some, wanted, found, strict=True) if one != other] == []
