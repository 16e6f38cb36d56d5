"""What is asked: plain English that the built-in model knows, none of it in the names of made photos."""

_SUBJECTS = (
    "a dog",
    "two children",
    "an old car",
    "a red flower",
    "a plate of food",
    "a mountain",
    "a sailing boat",
    "a man with a guitar",
    "a cat",
    "a bridge",
    "a woman reading",
)
_PLACES = (
    "on the beach",
    "in the snow",
    "at night",
    "in the kitchen",
    "under a tree",
    "by the sea",
    "in the rain",
)


def questions(count: int, first: int = 0) -> list[str]:
    """Return so many questions, all different up to 77 of them; `first` begins further on."""
    return [_question(number) for number in range(first, first + count)]


def _question(number: int) -> str:
    turn = number // (len(_SUBJECTS) * len(_PLACES))
    more = f" {turn + 1}" if turn else ""
    return f"{_SUBJECTS[number % len(_SUBJECTS)]} {_PLACES[number % len(_PLACES)]}{more}"
