"""Whether the numbers of a model's configuration can be true, before memory is taken by them."""

import math
from collections.abc import Iterator, Mapping, Sequence

# What models of open_clip have is far below.
_MOST_OF = {
    "embed_dim": 8192,
    "image_size": 1024,
    "size": 1024,
    "patch_size": 256,
    "layers": 200,
    "width": 8192,
    "heads": 512,
    "head_width": 1024,
    "mlp_ratio": 16,
    "context_length": 4096,
    "vocab_size": 1_000_000,
}
_LEAST = 1
_MOST = 1_000_000


def impossible_number(config: Mapping[str, object]) -> str:
    """Return what cannot be true of a configuration's numbers, in words that fit after its name; empty when all can.

    The most a size can be is 1,024 pixels, so that a model's pictures fit into memory whatever else it says.
    """
    for key, number in _numbers(config):
        most = _MOST_OF.get(key, _MOST)
        least = _LEAST if key in _MOST_OF else -_MOST
        if not (math.isfinite(number) and least <= number <= most):
            return f"says {key} {_short(number)}, which no model has ({least:,} to {most:,})"
    return ""


def is_larger_than(config: Mapping[str, object], shapes: Mapping[str, tuple[int, ...]]) -> bool:
    """Tell whether a configuration describes a larger model than some weights are.

    Only by what it says itself: of a tower that it only names, the largest that can be named is a few gigabytes.

    Args:
        config: The part `model_cfg`, of which `impossible_number` says nothing.
        shapes: Of all weights.
    """
    there = sum(math.prod(shape) for shape in shapes.values())
    return any(
        promised > there for tower in ("vision_cfg", "text_cfg") for promised in _promised(config.get(tower))
    )


def _promised(tower: object) -> Iterator[float]:
    """Yield how many numbers some of a tower's weights have at least."""
    if not isinstance(tower, dict) or not (width := _largest(tower.get("width"))):
        return
    layers = tower.get("layers")
    count = sum(_all(layers)) if isinstance(layers, list) else _largest(layers)
    yield count * width * width
    yield _largest(tower.get("vocab_size")) * width
    yield _largest(tower.get("context_length")) * width
    if patch := _largest(tower.get("patch_size")):
        yield (_largest(tower.get("image_size")) // patch) ** 2 * width


def _largest(value: object) -> float:
    return max(_all(value), default=0)


def _all(value: object) -> list[float]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, int | float)]


def _numbers(value: object, key: str = "") -> Iterator[tuple[str, float]]:
    """Yield all numbers with the key that they stand behind; those of a list with the list's."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _numbers(inner, str(name))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _numbers(inner, key)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield key, value


def _short(number: float) -> str:
    """Return a number; one with many digits in few."""
    return (
        f"{number:,}" if abs(number) < 10**12 else f"{number:.0e}" if math.isfinite(number) else str(number)
    )
