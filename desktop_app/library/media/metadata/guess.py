"""Reads texts that do not say in which encoding they are: those of EXIF and IPTC, and of old programs.

UTF-8 is told by its own rules. What is not UTF-8 is read in the encoding in which it looks most like words: capitals at
their beginning, no symbols inside of them, one script in each, ideographs that are in use. Of 62 captions of one to
three words in five encodings, charset-normalizer 3.5 read 25 right when it was told the five ("São Paulo" became
"S黍 Paulo"); it is made for whole files.
"""

import re
import unicodedata
from collections.abc import Sequence

from desktop_app.library.media.metadata.letters import likeness

# In the order in which one is taken where two look alike: Windows', Apple's before its own Unicode, the Russian,
# Japanese and Chinese ones; then those of which fewer photos are.
_ENCODINGS = (
    *("cp1252", "mac_roman", "cp1251", "cp932", "gbk", "cp1250", "cp1254"),
    *("cp949", "big5", "euc_jp", "cp1253", "koi8_u", "cp1255", "cp1256", "cp874"),
)
# What an encoding has and nobody writes in it: a Macintosh's dotless i, kana among Chinese or Korean.
_ODD = {
    "mac_roman": re.compile("ı"),
    **dict.fromkeys(("gbk", "big5", "cp949"), re.compile("[\u3040-\u30ff]")),
}
# The rarer encodings of one byte a letter are told by no less letters; KOI8 by more than the case of all of them.
_TOLD_BY_LETTERS, _LEAST_LETTERS, _DOUBT = (
    {"cp1253", "koi8_u", "cp1255", "cp1256", "cp874"},
    4,
    {"koi8_u": 0.1},
)
# So much of a text is looked at to tell its encoding, and so much is read.
_LONGEST, _MOST_BYTES = 2_000, 2**16


def text_of_bytes(content: bytes) -> str:
    """Return a text as people wrote it; never raises."""
    content = content[:_MOST_BYTES]
    text = utf_8_of(content)
    return content.decode(encoding_of(content), errors="replace") if text is None else text


def utf_8_of(content: bytes) -> str | None:
    """Return a text that is UTF-8, also one that was cut inside of a letter; None for other bytes."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        whole = content[: error.start]
        is_cut = error.reason == "unexpected end of data" and not whole.isascii()
        return whole.decode("utf-8") if is_cut else None


def damaged_utf_8_of(content: bytes) -> str | None:
    """Return a text that is UTF-8 but for single bytes of it; None where most of it beyond ASCII is not."""
    text = utf_8_of(content)
    if text is None:
        damaged = content.decode("utf-8", errors="replace")
        lost = damaged.count("\ufffd")
        text = damaged if sum(sign > "\x7f" for sign in damaged) - lost > 2 * lost else None
    return text


def text_of_exif(value: object) -> str:
    """Return a text of EXIF, in which standards allow ASCII alone and programs write anything.

    Args:
        value: As Pillow tells it: bytes, or a text with one sign for each byte. Anything else is empty.
    """
    if isinstance(value, str):
        try:
            value = value.encode("latin-1")
        except UnicodeEncodeError:
            return str(value)
    return text_of_bytes(value.split(b"\0", 1)[0]) if isinstance(value, bytes) else ""


def text_of_comment(value: object, *, is_big_endian: bool = False) -> str:
    """Return EXIF's UserComment: eight bytes that name its encoding, and the text in it.

    Args:
        value: As Pillow tells it.
        is_big_endian: Which byte order the file has; the text's own is believed first.
    """
    if isinstance(value, str):
        value = value.encode("latin-1", errors="replace")
    if not isinstance(value, bytes):
        return ""
    value = value[:_MOST_BYTES]
    code, text = value[:8].rstrip(b"\0 ").upper(), value[8:]
    if code == b"UNICODE":
        return _wide(text, is_big_endian=is_big_endian).split("\0", 1)[0]
    if code == b"JIS":
        return _japanese(text.split(b"\0", 1)[0])
    if code in {b"ASCII", b""}:
        return text_of_exif(text)
    # Programs that know nothing of the eight bytes begin at once.
    plain = value.split(b"\0", 1)[0]
    return text_of_exif(plain) if value[:1].isascii() else _readable(plain)


def encoding_of(content: bytes, encodings: Sequence[str] = _ENCODINGS) -> str:
    """Return the encoding in which bytes that are no UTF-8 look most like words."""
    content = content[:_LONGEST]
    best, most = encodings[0], 0.0
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        letters = sum(sign > "\x7f" and sign.isalpha() for sign in text)
        if encoding in _TOLD_BY_LETTERS and letters < _LEAST_LETTERS:
            continue
        looks = likeness(_ODD[encoding].sub("\ufffd", text) if encoding in _ODD else text)
        looks -= _DOUBT.get(encoding, 0.0)
        if looks > most:
            best, most = encoding, looks
    return best


def _wide(text: bytes, *, is_big_endian: bool) -> str:
    """Return a text of two bytes a sign, in the byte order in which its upper halves repeat."""
    if text.startswith((b"\xff\xfe", b"\xfe\xff")):
        return text.decode("utf-16", errors="replace")
    plain = text.rstrip(b"\0 ")
    if said := _readable(plain):
        # Named so, and yet of single bytes, or UTF-8.
        return said
    even = text[: len(text) & ~1]
    upper_first, upper_last = len(set(even[0::2])), len(set(even[1::2]))
    is_big = is_big_endian if upper_first == upper_last else upper_first < upper_last
    return even.decode("utf-16-be" if is_big else "utf-16-le", errors="replace")


def _readable(text: bytes) -> str:
    """Return a text that is UTF-8 without control characters; empty for other bytes."""
    try:
        said = text.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return "" if any(unicodedata.category(sign) == "Cc" for sign in said if sign not in "\t\r\n") else said


def _japanese(text: bytes) -> str:
    """Return a text that is said to be of JIS, in the way of it that it is."""
    said = utf_8_of(text) if b"\x1b" not in text else None
    if said is not None:
        return said
    encoding = "iso2022_jp" if b"\x1b" in text else encoding_of(text, ("euc_jp", "cp932"))
    return text.decode(encoding, errors="replace")
