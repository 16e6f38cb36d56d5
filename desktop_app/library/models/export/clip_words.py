"""CLIP's vocabulary as a `tokenizer.json`, the file that other programs read."""

import json

from desktop_app.library.models.inputs.clip_tokenizer import vocabulary

_START, _END = "<start_of_text>", "<end_of_text>"
# What open_clip cuts a text into; `(?i:…)` as its pattern ignores case.
_PIECES = r"(?i:<start_of_text>|<end_of_text>|'s|'t|'re|'ve|'m|'ll|'d)|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
_NORMALIZERS = (
    {"type": "Replace", "pattern": {"Regex": r"\s+"}, "content": " "},
    {"type": "Strip", "strip_left": True, "strip_right": True},
    {"type": "Lowercase"},
)
_CUTTERS = (
    {"type": "Split", "pattern": {"Regex": _PIECES}, "behavior": "Removed", "invert": True},
    {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False},
)


def clip_tokenizer_json(context_length: int) -> str:
    """Return the text of a `tokenizer.json` whose rows are those of open_clip's `SimpleTokenizer`.

    But for texts with a broken encoding or HTML in them, which open_clip mends first.

    Args:
        context_length: Tokens in a row, start and end included.
    """
    tokens, merges = vocabulary()
    said = {
        "version": "1.0",
        "truncation": _truncation(context_length),
        "padding": _padding(context_length),
        "added_tokens": [_special(tokens[sign], sign) for sign in (_START, _END)],
        "normalizer": {"type": "Sequence", "normalizers": _NORMALIZERS},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": _CUTTERS},
        "post_processor": _ends({sign: tokens[sign] for sign in (_START, _END)}),
        "decoder": None,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": "",
            "end_of_word_suffix": "</w>",
            "fuse_unk": False,
            "vocab": tokens,
            "merges": merges,
        },
    }
    return json.dumps(said, ensure_ascii=False)


def _truncation(length: int) -> dict[str, object]:
    return {"direction": "Right", "max_length": length, "strategy": "LongestFirst", "stride": 0}


def _padding(length: int) -> dict[str, object]:
    return {
        "strategy": {"Fixed": length},
        "direction": "Right",
        "pad_to_multiple_of": None,
        "pad_id": 0,
        "pad_type_id": 0,
        "pad_token": "!",
    }


def _special(number: int, token: str) -> dict[str, object]:
    flags = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    return {"id": number, "content": token, **flags, "special": True}


def _ends(numbers: dict[str, int]) -> dict[str, object]:
    """Return what puts the start before each text and the end behind it."""
    start, end = ({"SpecialToken": {"id": sign, "type_id": 0}} for sign in (_START, _END))
    one, other = ({"Sequence": {"id": name, "type_id": at}} for at, name in enumerate("AB"))
    return {
        "type": "TemplateProcessing",
        "single": [start, one, end],
        "pair": [one, other],
        "special_tokens": {
            sign: {"id": sign, "ids": [number], "tokens": [sign]} for sign, number in numbers.items()
        },
    }
