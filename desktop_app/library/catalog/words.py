"""Cuts names, tags and captions into words, so that "2682", "img 2682" and "IMG_2682" all find IMG_2682.heic."""

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from desktop_app.library.query.folding import SOFT_BORDER, letters, small

RULES = 2
"""The version of the rules by which words are cut and folded; another one makes those of all photos be written anew."""

# Runs of letters and digits; everything else, the underscore too, stands between words.
_RUN = re.compile(r"[^\W_]+")
# What `_words` cuts a run into, for those without a letter beyond ASCII: eight times as fast.
_ASCII_WORD = re.compile("[0-9]+|[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
# Chinese and Japanese are written without spaces; there, every character is a word.
_EACH_A_WORD = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
# So are Thai, Lao, Burmese, Khmer, Tai Lue, Tai Tham, Javanese and Tai Viet, whose words are several letters long. Nobody but
# a dictionary can say where one begins; so it may be at every letter.
_WITHOUT_SPACES = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1980-\u19ff\u1a20-\u1aaf\ua980-\ua9df\ua9e0-\ua9ff\uaa60-\uaadf]"
)
# So many signs are written down from each beginning on; longer texts are found by pieces of this length.
_WINDOW = 12
# What stands in descriptions and says nothing of a name. ("The Alps" is found by "alps".)
_FILLER_WORDS = (
    "a an and are as at be but by for from has her his in into is it its my near of off on one or our out over "
    "she some that the their them there these they this to two under up we while who with without you your"
)
_FILLERS = frozenset(_FILLER_WORDS.split())
# Of words so long, and of numbers, the beginning is enough: "trip" is no "triptych", but "germany" finds "germanys".
_LONG_LETTERS, _LONG_NUMBER = 5, 3
_PLURAL_LETTERS = 3
# More words than this nobody types; a pasted page must not become a query of a thousand terms.
_MOST_WORDS = 20


def indexed_words(path: Path, folder: Path, said: str = "") -> str:
    """Return the words a photo is found by, with spaces between them.

    They are those of its file name, of the folders down from the chosen one, which counts too, and of what was said of
    the photo. What is above the chosen folder ("home", the person's name) would match every photo.

    Args:
        path: The photo.
        folder: The chosen folder that it lies below.
        said: Its tags and caption.
    """
    return words_of(path.relative_to(folder.parent).parts, said)


def words_of(names: Sequence[str], said: str = "") -> str:
    """Return the words of `indexed_words` for the names in a path, from that of the chosen folder down."""
    *folders, name = names
    places = (*map(_spelled_folder, folders), _spelled(name), _spelled(said))
    return " ".join(dict.fromkeys(word for words in places for word in words))


def query_for(text: str) -> str | None:
    """Return the FTS5 query for any text: every word of it, each as the beginning of a word.

    Returns:
        None when the text has no word in it.
    """
    # Only letters and digits come out of `_runs`, so quoting is all that is needed to make any text safe.
    terms = [_term(run) for run in _runs(text)[:_MOST_WORDS]]
    return " AND ".join(terms) or None


def queries_for_words(text: str) -> dict[str, str]:
    """Return the words of a description that a name may hold, each once, with the FTS5 query that finds it.

    Words that every sentence has are left out. Unlike in `query_for`, where a person is still typing a name, a short
    word is found only as a whole: "cat" describes nothing in "Catalonia".
    """
    typed = _runs(text)[:_MOST_WORDS]
    runs = dict.fromkeys(map(_whole, typed))
    spelled = {_whole(run): run for run in reversed(typed)}
    return {run: _with_plural(_term(spelled[run], _end_of), run) for run in runs if run not in _FILLERS}


def where_words_stand(text: str, path: Path, said: str = "") -> tuple[bool, bool, bool]:
    """Say of a photo that was found by the words of a text where some of them stand.

    A word that stands in several places counts for the first of them.

    Returns:
        Whether its name, what was said of it, and its folders have some.
    """
    places = [{word for run in _runs(where) for word in _spellings(run)} for where in (path.name, said)]
    found = [False, False, False]
    for run in _runs(text)[:_MOST_WORDS]:
        found[next((at for at, words in enumerate(places) if _begins_one(run, words)), 2)] = True
    in_name, in_said, in_folders = found
    return in_name, in_said, in_folders


def _begins_one(run: str, spellings: set[str]) -> bool:
    asked = [piece for word in _words(run) for piece in _asked(word)]
    return all(any(spelling.startswith(piece) for spelling in spellings) for piece in asked) or any(
        spelling.startswith(_whole(run)) for spelling in spellings
    )


def _with_plural(term: str, word: str) -> str:
    return (
        term
        if not word.isalpha() or term.endswith("*") or len(word) < _PLURAL_LETTERS
        else f'({term} OR "{word}s")'
    )


def _any_end(_word: str) -> str:
    return "*"


def _end_of(word: str) -> str:
    return "*" if len(word) >= (_LONG_NUMBER if word.isdigit() else _LONG_LETTERS) else ""


def _term(run: str, end_of: Callable[[str], str] = _any_end) -> str:
    words = _words(run)
    together = " AND ".join(_terms(word, end_of) for word in words)
    whole = _whole(run)
    # "iPhone" is meant to find "IPHONE" too, which has no border to cut at.
    return f'(({together}) OR "{whole}"{end_of(whole)})' if len(words) > 1 else together


def _terms(word: str, end_of: Callable[[str], str]) -> str:
    if _EACH_A_WORD.match(word):
        # Whole, or the beginning of が would be か.
        return f'"{small(word)}"'
    ends = "*" if _has_no_spaces(word) else ""
    return " AND ".join(f'"{piece}"{ends or end_of(piece)}' for piece in _asked(word))


class _Signs(dict[int, str]):
    """What `str.translate` puts for each sign: itself where it belongs to a word, else a space."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        belongs = sign.isalnum() or sign == SOFT_BORDER or _is_mark(sign)
        self[code] = found = sign if belongs else " "
        return found


_SIGNS = _Signs()


def _is_mark(sign: str) -> bool:
    """Whether it is a vowel sign or another mark of the letter before it."""
    return unicodedata.category(sign).startswith("M")


def _runs(text: str) -> list[str]:
    """Cut text at everything that is neither letter nor digit nor a mark of one, accents removed."""
    if text.isascii():
        return _RUN.findall(text)
    runs = letters(text).translate(_SIGNS).split()
    return [whole for run in runs if (whole := run.strip(SOFT_BORDER))]


def _whole(run: str) -> str:
    return small(run.replace(SOFT_BORDER, ""))


def _spelled(text: str) -> list[str]:
    return [word for run in _runs(text) for word in _spellings(run)]


# Thousands of photos lie in each folder.
_spelled_folder = functools.lru_cache(maxsize=1024)(_spelled)


def _spellings(run: str) -> Iterator[str]:
    """Yield the words of a run, the run as a whole, and its numbers without leading zeros.

    Of a word that is written together with others it yields what begins at each of its letters.
    """
    cut = _words(run)
    for word in cut:
        plain = small(word)
        if _has_no_spaces(word):
            yield from (plain[at : at + _WINDOW] for at in _beginnings(plain))
        else:
            yield plain
    if len(cut) > 1:
        yield _whole(run)
    for word in map(small, cut):
        if word.startswith("0") and word.isdigit():
            yield word.lstrip("0") or "0"


def _asked(word: str) -> list[str]:
    """Return a word of a query as the pieces it is found by; more than one only of what is written without spaces."""
    plain = small(word)
    if not _has_no_spaces(word):
        return [plain]
    pieces, at = [plain[:_WINDOW]], 0
    beginnings = _beginnings(plain)
    while at + _WINDOW < len(plain):
        before, at = at, max(begin for begin in beginnings if begin <= at + _WINDOW)
        if at == before:
            break
        pieces.append(plain[at : at + _WINDOW])
    return pieces


def _has_no_spaces(word: str) -> bool:
    """Whether it may be several words, written together."""
    return _WITHOUT_SPACES.match(word) is not None and not word[0].isdigit()


def _beginnings(word: str) -> list[int]:
    return [at for at, sign in enumerate(word) if at == 0 or not _is_mark(sign)]


def _words(run: str) -> list[str]:
    """Cut a run between letters and digits, where a new word begins with a capital, and where its script says so."""
    if run.isascii():
        return _ASCII_WORD.findall(run)
    return [word for part in run.split(SOFT_BORDER) if part for word in _words_between(part)]


def _words_between(run: str) -> list[str]:
    borders = [0, *(at for at in range(1, len(run)) if _is_border(run, at)), len(run)]
    return [run[start:end] for start, end in pairwise(borders)]


def _is_border(run: str, at: int) -> bool:
    before, after = run[at - 1], run[at]
    if before.isdigit() or after.isdigit():
        return before.isdigit() != after.isdigit()
    if before.isascii() and after.isascii():
        return _begins_with_capital(run, at)
    if _is_mark(after):
        return False
    if _EACH_A_WORD.match(before) or _EACH_A_WORD.match(after):
        return True
    if bool(_WITHOUT_SPACES.match(before)) != bool(_WITHOUT_SPACES.match(after)):
        return True
    return _begins_with_capital(run, at)


def _begins_with_capital(run: str, at: int) -> bool:
    before, after = run[at - 1], run[at]
    if not after.isupper():
        return False
    # "summerBeach", and "HTMLFile", whose second word begins with its last capital.
    return before.islower() or run[at + 1 : at + 2].islower()
