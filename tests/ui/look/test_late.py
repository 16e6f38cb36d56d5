"""A part that is made late is met by everybody who waits for it."""

import pytest

from desktop_app.ui.look.late import Late


def test_a_part_is_made_once_and_met_in_order() -> None:
    made: list[str] = []
    met: list[str] = []

    def make() -> str:
        made.append("one")
        return "part"

    late = Late(make)
    late.when_made(lambda part: met.append(f"first {part}"))
    late.when_made(lambda part: met.append(f"second {part}"))
    assert late.made() is None
    assert met == []
    assert late() == late() == late.made() == "part"
    late.when_made(lambda part: met.append(f"late {part}"))
    assert made == ["one"]
    assert met == ["first part", "second part", "late part"]


def test_one_that_fails_to_meet_it_keeps_nobody_else_from_it() -> None:
    late, met = Late(lambda: 7), list[int]()

    def fail(part: int) -> None:
        met.append(part)
        raise ZeroDivisionError

    late.when_made(fail)
    late.when_made(met.append)
    with pytest.raises(ZeroDivisionError):
        late()
    assert met == [7, 7]
    assert late() == 7
    assert met == [7, 7]
