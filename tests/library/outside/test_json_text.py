"""JSON that may be anything: what it says, or a sentence, in a moment."""

import contextlib
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.library.outside.json_text import NotJsonError, read_json


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[" * 200_000 + "]" * 200_000, "nested too deep"),
        ('{"a":' * 200_000 + "1" + "}" * 200_000, "nested too deep"),
        ("[" * 51 + "]" * 51, "nested too deep"),
        ("9" * 10_000, "without end"),
        ("[1e999]", "without end"),
        ("[NaN]", "NaN"),
        ("-Infinity", "-Infinity"),
        ("", "no JSON"),
        ("{", "no JSON"),
        (b"\xff\xfe\xfa", "no JSON"),
        ("[]" + " " * 20, "too long"),
    ],
)
def test_what_cannot_be_used_is_said_in_words(text: str | bytes, words: str) -> None:
    with pytest.raises(NotJsonError, match=words):
        read_json(text, 20 if "long" in words else 10_000_000)


def test_numbers_fit_into_eight_bytes_or_are_fractions() -> None:
    assert read_json(f"[{'9' * 18}, -7, 1.5]") == [10**18 - 1, -7, 1.5]
    [large] = cast("list[object]", read_json(f"[{'9' * 30}]"))
    assert type(large) is float


def test_fifty_levels_are_read() -> None:
    assert read_json("[" * 50 + "]" * 50)
    assert read_json(b'\xef\xbb\xbf{"a": [1, "2"]}') == {"a": [1, "2"]}


@given(st.one_of(st.text(max_size=30), st.binary(max_size=30)))
def test_any_text_is_read_or_refused(text: str | bytes) -> None:
    with contextlib.suppress(NotJsonError):
        read_json(text)
