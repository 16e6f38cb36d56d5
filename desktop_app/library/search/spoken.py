"""Tells where nothing is found whether the query is of another language than the one the model reads.

A query is a word or two, and detectors that look at groups of letters need a sentence: py3langid 0.4, given a choice of
the same seven languages, takes 211 of 400 everyday English words for another one. So lists of words decide, those of
pyspellchecker (MIT, 7 MB; words of film subtitles, with how often each was counted). They are sorted, and words are looked for in
their text, which is kept: 2.8 MB for the first answer without a find, 28 MB more for the first such with a word that English
does not have. That takes 0.1 and 1 second on two slow cores, once; as dictionaries they would take 190 MB and 4 seconds.

It would rather say nothing than nag: of 579 rare English words and pairs four are taken for foreign (panna cotta,
gelato, crème brûlée, zumba), of 400 everyday words, 130 captions and 2,992 pieces of them of two to four words
none. Of 150 short queries in six languages seven are missed, of 30 in Polish and Turkish, of which there are no lists, twelve.

Hardest are two words that English has borrowed together (“film noir”): of 205 English queries with words from elsewhere, half of
them such phrases, 31 are taken for foreign, for which 61 of 195 foreign queries of two nouns and the like are missed, 28 of
them German. Without `_is_borrowed` these are 50 and 48. To want more of two words where one is everyday English (“croque
monsieur”) spares seven more of the first and misses eleven of the second (“robe noire”, “altes auto”). Single
words are called foreign in every second case or so, and never by the language's name, for they are shared by many.
"""

import gzip
import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files

from desktop_app.library.models.inputs.clip_tokenizer import pieces_of
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
_LINE = re.compile(rb'"((?:[^"\\]|\\.)*)": *(\d+)')
_COUNT = re.compile(rb": *(\d+)")
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
# As these are in borrowed names of what is eaten.
_IN_DISHES = frozenset(["a", "al", "alla", "au", "con", "en"])
# Letters that hardly anybody writes in English, not even in words from elsewhere; of languages without a list.
_FAR_LETTERS = frozenset("ąćęłńśźżğışőűčěřůžđță")
# Words that the lists have, but never counted, stand in them with this number: endings, names, and much else; in German
# also most that are not in every film (Strand, Kuchen).
_NOT_COUNTED = 50
# What a word is worth that a language does not have: less than the rarest of those that it has.
_UNKNOWN = 1e-9
_LEAST_LETTERS = 4
# Of a single word, as a share of all words of its language: below are loanwords and names.
_LEAST_SHARE = 5e-7
# By how much, as a logarithm, a language must fit better than English, more where English has all words; by how much by its
# counted words alone, for names are among those that were not counted; and than the next to be called by its name.
_LEAD = 5.0
_LEAD_IN_ENGLISH = 10.0
_COUNTED_LEAD = 3.0
_CLEAR = 2.5
# As a logarithm, the share of words that are English without a doubt.
_PLAIN_ENGLISH = -13.0


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
    # Some systems write ü as two signs.
    text = unicodedata.normalize("NFC", text)
    letters = [letter for letter in text if letter.isalpha()]
    scripts = Counter(
        unicodedata.name(letter, "LATIN").split()[0].removesuffix("-COMPATIBILITY") for letter in letters
    )
    if 2 * scripts["LATIN"] < len(letters):
        return _language_of(scripts)
    typed = _WORD.findall(text)
    words = [word.lower() for word in typed]
    english = _English(words)
    if english.is_plain(words):
        return None
    if len(words) == 1:
        return _SOME if _is_foreign(words[0]) else None
    looks_like_a_name = all(word[0].isupper() or word in _IN_NAMES for word in typed)
    if looks_like_a_name:
        return None
    if _is_borrowed(words):
        return None
    language = _language_of_words(words, english)
    has_far_word = any(not english.has(word.lower()) and _FAR_LETTERS & set(word) for word in typed)
    return _SOME if language is None and has_far_word else language


def _language_of(scripts: Mapping[str, int]) -> str:
    """Return the language of letters that are not Latin; Japanese is written with Chinese signs too."""
    foreign = {_SCRIPTS.get(script, _SOME) for script in scripts if script not in ("LATIN", "CJK")}
    if not foreign:
        return _SCRIPTS["CJK"]
    return foreign.pop() if len(foreign) == 1 else _SOME


class _English:
    """What English has of some words; people write “café” and “cafe”."""

    def __init__(self, words: Sequence[str]) -> None:
        counted = _counts(_ENGLISH, {*words, *map(_plain, words)})
        total = _total(_ENGLISH) if len(words) > 1 else 1
        self._shares = {
            word: max(counted.get(word, 0), counted.get(_plain(word), 0)) / total for word in words
        }

    def has(self, word: str) -> bool:
        """Whether it has a word at all."""
        return self._shares[word] > 0

    def fit(self, word: str) -> float:
        """Return how well a word fits, as a logarithm."""
        return _logarithm(self._shares[word])

    def is_plain(self, words: Sequence[str]) -> bool:
        """Whether these words are English: so common there that they need not be looked for elsewhere.

        Of one word or two it is enough that English has them, for it has borrowed many (mont blanc, dolce vita).
        """
        return all(map(self.has, words)) and (
            len(words) < 3 or all(self.fit(word) >= _PLAIN_ENGLISH for word in words)
        )


class _Other:
    """How well another language fits some words.

    Attributes:
        code: Which.
        fit: How well, as a logarithm.
    """

    def __init__(self, code: str, words: Sequence[str]) -> None:
        self.code = code
        self._counts = _counts(code, words)
        self.fit = sum(map(self._fit_of, words))

    def known(self, words: Sequence[str], least: int = 0) -> list[str]:
        """Return those of some words that it has and that were counted more often than `least`; no single letters."""
        return [word for word in words if len(word) > 1 and self._counts.get(word, 0) > least]

    def lead(self, words: Sequence[str], english: _English) -> float:
        """Return by how much it fits some words better than English."""
        return sum(self._fit_of(word) - english.fit(word) for word in words)

    def _fit_of(self, word: str) -> float:
        count = self._counts.get(word, 0)
        # Every single letter is in the lists.
        is_word = len(word) > 1 or count > _NOT_COUNTED
        return _logarithm(count / _total(self.code) if is_word else None)


def _is_foreign(word: str) -> bool:
    """Whether a word that English does not have is one of exactly one other language: more share loanwords and names."""
    counts = {code: _counts(code, [word]).get(word, 0) for code in _NAMES}
    shares = [count / _total(code) for code, count in counts.items() if count > _NOT_COUNTED]
    return len(word) >= _LEAST_LETTERS and len(shares) == 1 and shares[0] >= _LEAST_SHARE


def _language_of_words(words: Sequence[str], english: _English) -> str | None:
    """Return the language that fits several words best, if that is much better than English."""
    best, second = sorted((_Other(code, words) for code in _NAMES), key=lambda one: one.fit, reverse=True)[:2]
    unknown = [word for word in words if not english.has(word)]
    if _fits(best, words, unknown, english):
        return _NAMES[best.code] if best.fit - second.fit > _CLEAR else _SOME
    return _SOME if len(words) > 2 and 3 * len(unknown) >= 2 * len(words) else None


def _fits(best: _Other, words: Sequence[str], unknown: Sequence[str], english: _English) -> bool:
    """Whether a language fits several words much better than English, which does not have some of them."""
    lead, is_pair = best.lead(words, english), len(words) == 2
    is_known = len(best.known(words, _NOT_COUNTED if is_pair else 0)) >= 2
    counted = best.lead(best.known(words, _NOT_COUNTED), english)
    if is_known and lead >= (_LEAD if unknown else _LEAD_IN_ENGLISH) and counted >= _COUNTED_LEAD:
        return True
    # “Haus am See”: English has the small words too, and one that is this language's alone decides.
    return not is_pair and lead > 0 and best.known(words) == list(words) and any(map(_is_foreign, unknown))


def _is_borrowed(words: Sequence[str]) -> bool:
    """Whether a phrase of two words may be one that English has borrowed: “film noir”, “art nouveau”, “pain au chocolat”.

    Two words are no proof of another language where each was so frequent in the English texts that CLIP's vocabulary was
    made from that it is one piece there: a model that has read those knows them.
    """
    bearing = [word for word in words if word not in _IN_NAMES and word not in _IN_DISHES]
    return len(bearing) <= 2 and all(pieces_of(word) == 1 for word in words)


def _logarithm(share: float | None) -> float:
    return math.log(max(share or 0.0, _UNKNOWN))


def _plain(word: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", word) if not unicodedata.combining(sign))


def _counts(code: str, words: Iterable[str]) -> Mapping[str, int]:
    """Return how often some words of a language were counted; those that it does not have are left out."""
    text = _text_of(code)
    if text is None:
        counted = _counts_by_package(code)
        return {word: counted[word] for word in words if word in counted}
    return {word: count for word in words if (count := _count_in(text, word))}


def _count_in(text: bytes, word: str) -> int:
    """Return how often a list counts a word, 0 without it. A line is a word, and they are sorted by their letters' numbers."""
    wanted, start, end = json.dumps(word, ensure_ascii=False)[1:-1].encode(), 0, len(text)
    while start < end:
        line = text.rfind(b"\n", start, (start + end) // 2) + 1 or start
        stop = text.find(b"\n", line)
        stop = len(text) if stop < 0 else stop
        found = _LINE.match(text, line, stop)
        if found is not None and found[1] == wanted:
            return int(found[2])
        if found is None or found[1] < wanted:
            start = stop + 1
        else:
            end = line
    return 0


@cache
def _total(code: str) -> int:
    """Return how many words of a language were counted."""
    text = _text_of(code)
    if text is None:
        return sum(_counts_by_package(code).values())
    return sum(int(number) for number in _COUNT.findall(text))


@cache
def _counts_by_package(code: str) -> Mapping[str, int]:
    """Return a language's words, and how often each was counted, from the package's class: slowly, and 25 MB of each."""
    from spellchecker import SpellChecker

    return SpellChecker(language=code).word_frequency.dictionary


@cache
def _text_of(code: str) -> bytes | None:
    """Return a language's list as JSON; None where another version of the package keeps it elsewhere."""
    file = files("spellchecker").joinpath("resources", f"{code}.json.gz")
    return gzip.decompress(file.read_bytes()) if file.is_file() else None
