"""Reads JSON that may be anything."""

import json
import math
from typing import NoReturn

MOST_CHARACTERS = 16 * 1024 * 1024
"""Of bytes or characters so many are read, in less than a second."""

_MOST_DEEP = 50
# These fit into eight bytes wherever they are kept; longer ones are read as fractions are.
_MOST_DIGITS = 18


class NotJsonError(ValueError):
    """A text is no JSON, or not such as anything here writes; the words fit after its name."""


def read_json(text: str | bytes | bytearray, most: int = MOST_CHARACTERS) -> object:
    """Return what a JSON text says, of values that are nested 50 deep at most.

    Args:
        text: Anything.
        most: How many bytes or characters it may have.

    Raises:
        NotJsonError: It is not JSON, too long, nested too deep, or has numbers that are none (NaN, Infinity) or so large
            that nothing can be reckoned with them (1e999).
    """
    if len(text) > most:
        raise NotJsonError("is too long")
    try:
        value: object = json.loads(text, parse_constant=_refuse, parse_int=_whole_number, parse_float=_number)
    except NotJsonError:
        raise
    except RecursionError as error:
        raise NotJsonError("is nested too deep") from error
    except ValueError as error:  # also bytes that are no text
        raise NotJsonError("is no JSON") from error
    _check_depth(value)
    return value


def _refuse(word: str) -> NoReturn:
    raise NotJsonError(f"says {word} where a number belongs")


def _whole_number(digits: str) -> float:
    return int(digits) if len(digits) <= _MOST_DIGITS else _number(digits)


def _number(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _refuse("a number without end")


def _check_depth(value: object) -> None:
    """Refuse what is nested deeper than the functions that go through it may call themselves."""
    level = [value]
    for _ in range(_MOST_DEEP):
        level = [
            inner
            for outer in level
            if isinstance(outer, list | dict)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, list | dict)
        ]
        if not level:
            return
    raise NotJsonError("is nested too deep")
