"""Reads whole numbers that others wrote."""

_MOST_DIGITS = 18


def whole_number(text: str) -> int | None:
    """Return a number of 1 to 18 ASCII digits; None for anything else.

    `str.isdigit` says yes to "²", which `int` does not take; and `int` refuses to read thousands of digits.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None
