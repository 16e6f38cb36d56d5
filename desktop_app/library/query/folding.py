"""Makes one spelling of letters that people take for the same: "Lodz" for Łódź, "Sao" for São, "strasse" for Straße.

Whatever is typed and compared with names, tags, captions, folders or cameras goes through here, on both sides.
"""

import re
import unicodedata
from typing import Final

SOFT_BORDER: Final = "\u200b"
"""Where a word may be cut and need not be, in what `letters` returns: "می‌خواهم", "col·legi", "мʼята"."""

# Accents, and points that are written by those who teach reading, and by nobody who looks for a photo. Vowel signs and
# other marks of Indian and South-East Asian scripts are none of them: without these केला (banana) would be काला (black).
_NOT_TYPED: Final = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
    # Hebrew points and accents; Arabic ones, its hamza above and below among them, and the stroke that lengthens.
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4"
    "\u06e7\u06e8\u06ea-\u06ed\u08ca-\u08e1\u08e3-\u08ff"
    # How letters are joined or drawn: soft hyphen, joiners, variation selectors.
    "\u00ad\u034f\u200c\u200d\u2060\ufe00-\ufe0f\U000e0100-\U000e01ef]+"
)
_ARABIC: Final = "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff"
# In Persian the sign that separates letters stands between parts of a word, and people type a space there, or nothing.
_SOFT: Final = re.compile(f"(?<=[{_ARABIC}])\u200c(?=[{_ARABIC}])|(?<=[lL])[\u00b7\u2027]|[\u02bb\u02bc]")
_MIDDLE_DOT: Final = re.compile("(?<=[lL])[\u00b7\u2027]")
_APOSTROPHES: Final = frozenset("\u2018\u2019\u02bb\u02bc")

# What has no decomposition in Unicode; those "with" something (ł, ø, đ) are known by their names.
_SPELLED: Final = {
    "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i", "ȷ": "j", "ŋ": "n", "ĸ": "q", "ə": "e",
    # As Persian and Arabic keyboards write them.
    "ك": "ک", "ي": "ی", "ى": "ی",
}  # fmt: skip
_PLAIN_NAME: Final = re.compile(r"((?:LATIN|CYRILLIC) SMALL LETTER .+?) WITH .+")


class _Letters(dict[int, str]):
    """What `str.translate` puts for each small letter; worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = plain = _plain_letter(chr(code))
        return plain


def _plain_letter(letter: str) -> str:
    if letter in _SPELLED:
        return _SPELLED[letter]
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    named = _PLAIN_NAME.fullmatch(unicodedata.name(letter, ""))
    try:
        return unicodedata.lookup(named[1]) if named else letter
    except KeyError:
        return letter


class _Signs(dict[int, str]):
    """What `str.translate` puts for each sign of a decomposed text that is compared with another."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        if sign in _APOSTROPHES:
            plain = "'"
        elif sign == SOFT_BORDER or _NOT_TYPED.match(sign):
            plain = ""
        else:
            plain = small(sign)
        self[code] = plain
        return plain


_LETTERS: Final = _Letters()
_SIGNS: Final = _Signs()


def letters(text: str) -> str:
    """Return a text without accents and other marks that are not typed, big letters still big.

    Vowel signs and marks of scripts that need them stay, each after its letter: the text is decomposed (NFKD).
    """
    if text.isascii():
        return text
    return _NOT_TYPED.sub("", _SOFT.sub(SOFT_BORDER, unicodedata.normalize("NFKD", text)))


def small(text: str) -> str:
    """Return what `letters` made in small letters, those that do not decompose as they are typed without them."""
    return text.lower() if text.isascii() else text.casefold().translate(_LETTERS)


def folded(text: str) -> str:
    """Return a text as it is compared with another: equal for all spellings of the same.

    An ASCII text becomes small, no more.
    """
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text)
    if "\u00b7" in plain or "\u2027" in plain:
        plain = _MIDDLE_DOT.sub("", plain)
    # Sign by sign with what is known of each, twice as fast as one step after the other.
    return unicodedata.normalize("NFC", plain.translate(_SIGNS))
