"""Numbers that others wrote."""

import pytest

from desktop_app.library.outside.numbers import whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("42", 42),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("9" * 10_000, None),
        ("²", None),
        ("٤٢", None),
        ("-1", None),
        ("+1", None),
        ("1_0", None),
        (" 1", None),
        ("1.0", None),
        ("", None),
    ],
)
def test_a_number_is_ascii_digits_and_not_thousands_of_them(text: str, number: int | None) -> None:
    assert whole_number(text) == number
