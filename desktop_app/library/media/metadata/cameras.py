"""With what a photo was taken, in the words in which it is shown."""

import math
import re

# Company words that makers add and people never say. The signs before and behind one are looked at once.
_COMPANY = re.compile(
    r"(?<![\s,.])[\s,.]++(corporation|corp|company|co|ltd|inc|limited|imaging|electronics|gmbh|kg|ag)[\s,.]*+$",
    re.IGNORECASE,
)
_LONGEST = 100
# XMP writes what EXIF has as "28/10".
_FRACTION = re.compile(r"\s*(\d{1,12}(?:\.\d{1,20})?)(?:/(\d{1,12}(?:\.\d{1,20})?))?\s*$", re.ASCII)
# What cameras write of a lens that does not speak to them.
_NO_LENS = re.compile(r"[\W0_]*$|(unknown|none|null|n/?a|manual lens)\b|0(\.0)? ?mm", re.IGNORECASE)
# The field of EXIF has 16 bits; a camera that is set to more writes this, and the truth elsewhere.
_ISO_ELSEWHERE = 65535


def camera_of(maker: str, model: str) -> str | None:
    """Return maker and model without repetition; None where neither is known."""
    short = maker = maker[:_LONGEST]
    while (shorter := _COMPANY.sub("", short)) not in {short, ""}:
        short = shorter
    first = model.split(" ", 1)[0].lower()
    # "Canon" + "Canon EOS R5", and "EASTMAN KODAK COMPANY" + "KODAK EASYSHARE C613".
    repeated = first in maker.lower().split() or model.lower().startswith(short.lower())
    camera = model if model and (repeated or not short) else f"{short} {model}".strip()
    return camera[:_LONGEST] or None


def lens_of(maker: str, model: str) -> str | None:
    """Return a lens's maker and model without repetition; None where the model is not known."""
    return None if _NO_LENS.match(model) else camera_of("" if _NO_LENS.match(maker) else maker, model)


def exposure_of(seconds: object, aperture: object, iso: object, millimetres: object) -> str | None:
    """Return "1/250 s · f/2.8 · ISO 100 · 35 mm", without what is missing or cannot be; None where all is.

    Args:
        seconds: How long it took; each as the file holds it: a number, a text such as "28/10", or anything else.
        aperture: The f-number.
        iso: The sensitivity.
        millimetres: The focal length.
    """
    sensitivity = number_of(iso, 1, 10_000_000)
    said = (
        _duration(number_of(seconds, 1e-6, 100_000)),
        _decimal("f/{}", number_of(aperture, 0.3, 256)),
        "" if sensitivity in {None, _ISO_ELSEWHERE} else f"ISO {sensitivity:.0f}",
        _decimal("{} mm", number_of(millimetres, 0.1, 20_000)),
    )
    return " · ".join(filter(None, said)) or None


def number_of(value: object, least: float, most: float) -> float | None:
    """Return a number that a file holds, or the first of several; None where it is none, or out of its range."""
    if isinstance(value, tuple | list):
        value = next(iter(value), None)
    try:
        if isinstance(value, str):
            found = _FRACTION.match(value)
            number = float(found[1]) / float(found[2] or 1) if found else math.nan
        else:
            number = float(value)  # type: ignore[arg-type]  # raises where it is no number
    except (ArithmeticError, TypeError, ValueError):
        return None
    return number if math.isfinite(number) and least <= number <= most else None


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return _decimal("{} s", seconds) if seconds >= 0.3 else f"1/{round(1 / seconds)} s"


def _decimal(form: str, number: float | None) -> str:
    """Return a number in a form with at most one decimal."""
    return "" if number is None else form.format(f"{number:.1f}".removesuffix(".0"))
