"""Tells where nothing is found whether the query is of another language than the one the model reads.

A query is a word or two, and detectors that look at groups of letters need a sentence: py3langid 0.4, given a choice of
the same seven languages, takes 211 of 400 everyday English words for another one. So lists of words decide, those of
pyspellchecker (MIT, 7 MB; words of film subtitles, with how often each was counted). The English one is loaded for the
first answer without a find, the others for the first such with a word that English does not have; that takes 0.2 and
1.5 seconds on two slow cores, once.

It would rather say nothing than nag: of 579 rare English words and pairs five are taken for foreign (panna cotta,
gelato, crème brûlée, zumba, mardi gras), of 400 everyday words and 130 captions none, of 101 short sentences in six
languages six are missed. Single words are called foreign in every second case or so, and never by the language's
name, for they are shared by many.
"""

import gzip
import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from importlib.resources import files

from desktop_app.library.models.shelf import ModelChoice
from desktop_app.library.search.answer import Answer
from desktop_app.printable import size_of

_ENGLISH = "en"
_NAMES = {
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "pt": "Portuguese",
    "nl": "Dutch",
}
# Only scripts that are one language's for nearly everybody; Cyrillic, Arabic and Devanagari are those of many.
_SCRIPTS = {
    "HANGUL": "Korean",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "GREEK": "Greek",
    "HEBREW": "Hebrew",
    "THAI": "Thai",
    "ARMENIAN": "Armenian",
    "GEORGIAN": "Georgian",
    "CJK": "Chinese or Japanese",
}
_SOME = ""
_CODES = {name: (code,) for code, name in _NAMES.items()} | {
    "Korean": ("ko",),
    "Japanese": ("ja",),
    "Greek": ("el",),
    "Hebrew": ("he",),
    "Thai": ("th",),
    "Armenian": ("hy",),
    "Georgian": ("ka",),
    "Chinese or Japanese": ("zh", "ja"),
}
_MANY = "languages"
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# Small words inside of names of persons and places, which are no sign of a sentence.
_IN_NAMES = frozenset(
    [
        "da",
        "de",
        "del",
        "della",
        "den",
        "der",
        "des",
        "di",
        "do",
        "du",
        "e",
        "el",
        "la",
        "las",
        "le",
        "les",
        "los",
        "of",
        "the",
        "van",
        "von",
        "y",
        "zu",
    ]
)
# Words that the lists have, but never counted, stand in them with this number: endings, names, and much else.
_NOT_COUNTED = 50
# What a word is worth that a language does not have: less than the rarest of those that it has.
_UNKNOWN = 1e-9
_LEAST_LETTERS = 4
# Of a single word, as a share of all words of its language: below are loanwords and names.
_LEAST_SHARE = 5e-7
# By how much, as a logarithm, a language must fit better than English, and than the next to be called by its name.
_LEAD = 5.0
_CLEAR = 2.5


def with_language(
    answer: Answer, languages: Sequence[str], choices: Callable[[], Sequence[ModelChoice]]
) -> Answer:
    """Say in an answer's note that the model does not read the query's language, where nothing is found.

    A model that does read it is named and offered.

    Args:
        answer: To words.
        languages: All that the model reads, by ISO 639-1; nothing is said but of a model that reads English alone.
        choices: Returns the models there are.
    """
    if answer.looser is None or tuple(languages) != (_ENGLISH,):
        return answer
    words = " ".join(part.text for part in answer.parts if part.photo is None and part.weight > 0)
    language = foreign_language(words)
    if language is None:
        return answer
    sentence = (
        f"This looks like {language}; the model in use reads English only."
        if language
        else "This does not look like English, and the model in use reads nothing else."
    )
    offer = _reader_of(language, choices())
    if offer is None:
        return replace(answer, note=f"{answer.note} {sentence}".strip())
    return replace(
        answer, note=f"{answer.note} {sentence} {_offered(offer, language)}".strip(), offer=offer.key
    )


def _reader_of(language: str, choices: Sequence[ModelChoice]) -> ModelChoice | None:
    """Return the model to offer for a language: one that is here, else that of many languages; None where none reads it."""
    codes = set(_CODES.get(language, ()))
    readers = [
        choice
        for choice in choices
        if (codes & set(choice.languages) if codes else choice.tier == _MANY)
        and (choice.ready or choice.can_fetch or choice.page)
    ]
    return min(readers, key=lambda choice: (not choice.ready, choice.tier != _MANY), default=None)


def _offered(choice: ModelChoice, language: str) -> str:
    """Return which model would do and whether it is here, in a sentence."""
    reads = f"{choice.title} reads {language or f'{len(choice.languages)} languages'}"
    if choice.ready:
        return f"{reads} and is on this computer."
    if choice.can_fetch:
        return f"{reads} and can be downloaded ({size_of(choice.size_bytes)})."
    return f"{reads}; its files can be brought from {choice.page} and imported."


def foreign_language(text: str) -> str | None:
    """Return the English name of a text's language; empty if it is just not English, None if it may be English.

    Takes time at the first call: not for the window's thread.
    """
    letters = [letter for letter in text if letter.isalpha()]
    scripts = Counter(
        unicodedata.name(letter, "LATIN").split()[0].removesuffix("-COMPATIBILITY") for letter in letters
    )
    if 2 * scripts["LATIN"] < len(letters):
        return _language_of(scripts)
    typed = _WORD.findall(text)
    words = [word.lower() for word in typed]
    if all(map(_is_english, words)):
        return None
    if len(words) == 1:
        return _SOME if _is_foreign(words[0]) else None
    looks_like_a_name = all(word[0].isupper() or word in _IN_NAMES for word in typed)
    return None if looks_like_a_name else _language_of_words(words)


def _language_of(scripts: Mapping[str, int]) -> str:
    """Return the language of letters that are not Latin; Japanese is written with Chinese signs too."""
    foreign = {_SCRIPTS.get(script, _SOME) for script in scripts if script not in ("LATIN", "CJK")}
    if not foreign:
        return _SCRIPTS["CJK"]
    return foreign.pop() if len(foreign) == 1 else _SOME


def _is_foreign(word: str) -> bool:
    """Whether a word that English does not have is one of exactly one other language: more share loanwords and names."""
    shares = [share for share in (words.get(word, 0.0) for words in _others().values()) if share]
    return len(word) >= _LEAST_LETTERS and len(shares) == 1 and shares[0] >= _LEAST_SHARE


def _language_of_words(words: Sequence[str]) -> str | None:
    """Return the language that fits several words best, if that is much better than English."""
    fits = {code: sum(map(_logarithm, map(shares.get, words))) for code, shares in _others().items()}
    best, second = sorted(fits, key=lambda code: fits[code], reverse=True)[:2]
    known = sum(word in _others()[best] for word in words)
    if known >= 2 and fits[best] - sum(_logarithm(_english(word)) for word in words) >= _LEAD:
        return _NAMES[best] if fits[best] - fits[second] > _CLEAR else _SOME
    unknown = sum(_english(word) == 0 for word in words)
    return _SOME if len(words) > 2 and 3 * unknown >= 2 * len(words) else None


def _logarithm(share: float | None) -> float:
    return math.log(max(share or 0.0, _UNKNOWN))


def _english(word: str) -> float:
    """Return the share of a word among all of English; people write “café” and “cafe”."""
    words = _shares(_ENGLISH, least=0)
    return max(words.get(word, 0.0), words.get(_plain(word), 0.0))


def _is_english(word: str) -> bool:
    """Whether English has a word. Searched for in the text of the list: a tenth of the time that reading it takes."""
    text = _text_of(_ENGLISH)
    if text is None:
        return _english(word) > 0
    return any(
        f"{json.dumps(spelled, ensure_ascii=False)}:".encode() in text for spelled in {word, _plain(word)}
    )


def _plain(word: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", word) if not unicodedata.combining(sign))


@cache
def _others() -> Mapping[str, Mapping[str, float]]:
    """Return the words of the other languages, without those that are hardly in use: 24 MB in place of 168."""
    return {code: _shares(code, least=_NOT_COUNTED) for code in _NAMES}


def counts_of(code: str) -> Mapping[str, int]:
    """Return a language's words, and how often each was counted.

    From the package's file: its class takes twice the time, for what is needed to correct words.
    """
    text = _text_of(code)
    if text is None:
        from spellchecker import SpellChecker

        return SpellChecker(language=code).word_frequency.dictionary
    counted: dict[str, int] = json.loads(text)
    return counted


@lru_cache(maxsize=1)
def _text_of(code: str) -> bytes | None:
    """Return a language's list as JSON; None where another version of the package keeps it elsewhere."""
    file = files("spellchecker").joinpath("resources", f"{code}.json.gz")
    return gzip.decompress(file.read_bytes()) if file.is_file() else None


@cache
def _shares(code: str, least: int) -> Mapping[str, float]:
    """Return a language's words that were counted more often than `least`, with their shares of all."""
    counted = counts_of(code)
    total = sum(counted.values())
    return {word: count / total for word, count in counted.items() if count > least}
