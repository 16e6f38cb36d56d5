"""The tokenizer that lies beside a SigLIP model's weights, and what is said when it cannot be used."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tokenizers import Regex, decoders, models, normalizers, pre_tokenizers, processors, trainers
from tokenizers import Tokenizer as Trained

from desktop_app.library.errors import ModelDamagedError, ModelMissingError
from desktop_app.library.models.files import TOKENIZER_NAME
from desktop_app.library.models.inputs.clip_tokenizer import ClipTokenizer
from desktop_app.library.models.inputs.file_tokenizer import FileTokenizer
from desktop_app.library.models.inputs.tokenizer import tokenizer_of, unread_words

SENTENCES = [
    "a photo of a dog on the beach", "two dogs and a cat", "ein Hund am Strand", "un perro en la playa", "собака на пляже",
    "海灘上的狗", "the mountain in the morning", "a red car in the street", "der Berg am Morgen", "una montaña por la mañana",
] * 3  # fmt: skip
ROWS = 400


def train_like_gemma(rows: int = ROWS) -> Trained:
    """Return byte-pair pieces with bytes for what is unknown, special tokens and normaliser as SigLIP 2 has them."""
    trained = Trained(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    trained.normalizer = normalizers.Replace(" ", "▁")
    trained.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    trained.decoder = decoders.ByteFallback()
    special = ["<pad>", "<eos>", "<bos>", "<unk>", *(f"<0x{byte:02X}>" for byte in range(256))]
    # Bytes are pieces like others, so they are given as such, not as special tokens.
    trainer = trainers.BpeTrainer(vocab_size=rows, special_tokens=special, show_progress=False)
    trained.train_from_iterator(SENTENCES, trainer)
    content = json.loads(trained.to_str())
    content["added_tokens"] = content["added_tokens"][:4]
    return Trained.from_str(json.dumps(content))


def train_like_t5(rows: int = 200) -> Trained:
    """Return pieces of a unigram model, with the special tokens of SigLIP's T5."""
    trained = Trained(models.Unigram())
    trained.normalizer = normalizers.NFKC()
    trained.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=rows, special_tokens=["<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False
    )
    trained.train_from_iterator(SENTENCES, trainer)
    trained.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    return trained


@pytest.fixture(scope="module")
def gemma(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gemma") / TOKENIZER_NAME
    train_like_gemma().save(str(path))
    return path


def read(path: Path, length: int = 16, clean: str = "canonicalize") -> FileTokenizer:
    return FileTokenizer(path, length, clean, Trained.from_file(str(path)).get_vocab_size())


def test_a_text_ends_with_the_end_and_is_filled_up(gemma):
    tokenizer = read(gemma)
    pieces = Trained.from_file(str(gemma))
    dog, none = tokenizer.tokens(["Two DOGS, and a_cat!", ""])
    wanted = pieces.encode("two dogs and a cat", add_special_tokens=False).ids
    assert dog.tolist() == [*wanted, 1, *[0] * (15 - len(wanted))]
    assert none.tolist() == [1] + [0] * 15
    assert dog.dtype == np.int64
    assert tokenizer.count("Two DOGS, and a_cat!") == len(wanted)


def test_a_text_that_is_too_long_keeps_the_end(gemma):
    tokenizer = read(gemma)
    row = tokenizer.tokens(["the mountain in the morning " * 9])[0]
    whole = Trained.from_file(str(gemma)).encode(
        ("the mountain in the morning " * 9).strip(), add_special_tokens=False
    )
    assert row.tolist() == [*whole.ids[:15], 1]
    assert read(gemma, 1).tokens(["dog"]).tolist() == [[1]]
    assert tokenizer.tokens([]).shape == (0, 16)


def test_what_ends_a_text_does_not_depend_on_what_the_file_would_add(gemma, tmp_path):
    trained = Trained.from_file(str(gemma))
    trained.post_processor = processors.TemplateProcessing(
        single="<bos> $A <eos>", special_tokens=[("<bos>", 2), ("<eos>", 1)]
    )
    trained.enable_padding(length=64, pad_id=3)
    trained.enable_truncation(5)
    trained.save(str(tmp_path / TOKENIZER_NAME))
    texts = ["a dog", "two dogs and a cat on the beach"]
    assert np.array_equal(read(tmp_path / TOKENIZER_NAME).tokens(texts), read(gemma).tokens(texts))


def test_unknown_letters_are_read_as_bytes(gemma):
    tokenizer = read(gemma, 64)
    letters = "ᏣᎳᎩ"
    found = tokenizer.tokens([letters])[0]
    pieces = Trained.from_file(str(gemma))
    names = [str(pieces.id_to_token(number)) for number in found if number > 3]
    assert bytes(int(name[3:5], 16) for name in names).decode() == letters.lower()


def test_the_older_kind_is_filled_up_with_its_end(tmp_path):
    path = tmp_path / TOKENIZER_NAME
    train_like_t5().save(str(path))
    row = read(path).tokens(["two dogs"])[0]
    wanted = Trained.from_file(str(path)).encode("two dogs").ids
    assert row.tolist() == [*wanted, *[1] * (16 - len(wanted))]


def test_the_end_that_is_not_read_is_given_back_as_typed(gemma):
    tokenizer = read(gemma)
    text = "Two dogs  and a cat on the beach, in the MORNING, by the mountain of a red car"
    unread = unread_words(text, tokenizer)
    assert text.endswith(unread)
    assert unread.split()[0] in text.split()
    heard = text[: len(text) - len(unread)]
    assert tokenizer.count(heard) <= tokenizer.room < tokenizer.count(heard + unread.split()[0])
    assert unread_words(heard, tokenizer) == ""
    endless = "海灘" * 30
    end = unread_words(endless, tokenizer)
    assert endless.endswith(end)
    assert tokenizer.count(endless[: -len(end)]) <= tokenizer.room
    assert tokenizer.count(endless[: 1 - len(end)]) > tokenizer.room


def config(**text: Any) -> dict[str, Any]:
    return {"model_cfg": {"embed_dim": 4, "vision_cfg": {"width": 4}, "text_cfg": text}}


def test_a_configuration_says_which_tokenizer_a_model_has(gemma):
    size = Trained.from_file(str(gemma)).get_vocab_size()
    own = config(
        hf_tokenizer_name="a/b", context_length=9, vocab_size=size, tokenizer_kwargs={"clean": "canonicalize"}
    )
    tokenizer = tokenizer_of(own, gemma.parent)
    assert isinstance(tokenizer, FileTokenizer)
    assert (tokenizer.context_length, tokenizer.room) == (9, 8)
    clip = tokenizer_of(config(vocab_size=49408), gemma.parent)
    assert isinstance(clip, ClipTokenizer)
    assert (clip.context_length, clip.room) == (77, 75)
    with pytest.raises(ModelDamagedError, match="other words"):
        tokenizer_of(config(vocab_size=32000), gemma.parent)
    for wrong in ({"context_length": "long"}, {"context_length": 0}, {"tokenizer_kwargs": {"clean": "soap"}}):
        with pytest.raises(ModelDamagedError):
            tokenizer_of(config(**wrong), gemma.parent)


def test_a_tokenizer_that_is_not_there_is_said(tmp_path):
    with pytest.raises(ModelMissingError, match=TOKENIZER_NAME):
        FileTokenizer(tmp_path / TOKENIZER_NAME, 64, "canonicalize", 100)


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"\xff\xfe", b'{"model": {"type": "Strange"}}', b'{"version": "1.0", "model": 3}'],
)
def test_a_file_that_is_no_tokenizer_is_damaged(tmp_path, content):
    (tmp_path / TOKENIZER_NAME).write_bytes(content)
    with pytest.raises(ModelDamagedError, match="damaged, or no tokenizer") as wrong:
        FileTokenizer(tmp_path / TOKENIZER_NAME, 64, "canonicalize", 100)
    assert wrong.value.hint


def test_a_tokenizer_that_is_cut_is_damaged(gemma, tmp_path):
    whole = gemma.read_bytes()
    for share in (0.1, 0.5, 0.9, 0.999):
        (tmp_path / TOKENIZER_NAME).write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(ModelDamagedError):
            FileTokenizer(tmp_path / TOKENIZER_NAME, 64, "canonicalize", ROWS)


def test_a_tokenizer_of_another_number_of_words_is_refused(gemma):
    size = Trained.from_file(str(gemma)).get_vocab_size()
    for rows in (size - 1, 2 * size, 49408, 0, None, "many"):
        with pytest.raises(ModelDamagedError, match="does not belong to the model"):
            FileTokenizer(gemma, 64, "canonicalize", rows)
    FileTokenizer(gemma, 64, "canonicalize", size + 3)  # rows to spare


def test_a_tokenizer_of_another_kind_of_model_is_refused(tmp_path):
    trained = Trained(models.BPE(unk_token="[UNK]"))
    trained.train_from_iterator(
        SENTENCES, trainers.BpeTrainer(special_tokens=["[UNK]", "[CLS]", "[PAD]"], show_progress=False)
    )
    trained.save(str(tmp_path / TOKENIZER_NAME))
    with pytest.raises(ModelDamagedError, match="not the tokenizer of a SigLIP model"):
        read(tmp_path / TOKENIZER_NAME)


def test_a_tokenizer_that_searches_for_patterns_of_its_own_is_refused(gemma, tmp_path):
    trained = Trained.from_file(str(gemma))
    for pattern, fits in ((" {2,}", True), ("(a+)+b", False)):
        trained.normalizer = normalizers.Sequence([normalizers.Replace(Regex(pattern), " ")])
        trained.save(str(tmp_path / TOKENIZER_NAME))
        if fits:
            assert read(tmp_path / TOKENIZER_NAME).count("two dogs")
        else:
            with pytest.raises(ModelDamagedError, match="searches texts"):
                read(tmp_path / TOKENIZER_NAME)


def test_a_tokenizer_that_fails_only_on_some_words_is_damaged(gemma, tmp_path):
    content = json.loads(train_like_t5().to_str())
    content["model"]["unk_id"] = None
    (tmp_path / TOKENIZER_NAME).write_text(json.dumps(content))
    with pytest.raises(ModelDamagedError, match="unknown token"):
        read(tmp_path / TOKENIZER_NAME).tokens(["ᏣᎳᎩ"])
    content = json.loads(gemma.read_text("utf-8"))
    content["model"]["vocab"]["d"] = 2**31
    (tmp_path / TOKENIZER_NAME).write_text(json.dumps(content))
    with pytest.raises(ModelDamagedError, match="beyond"):
        read(tmp_path / TOKENIZER_NAME).count("d")
