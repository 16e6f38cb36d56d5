"""How single entries of a file become parts of what is known of a photo's making.

Every reader of metadata (EXIF, IPTC, XMP, Takeout, the tags of videos) hands its entries to the functions here, in
`dates`, `places` and `cameras`: texts and tags are cleaned, ratings and places are held within their ranges, dates are
parsed. What cannot be true comes back as None, for a photo without a date is better than one at a wrong place among
the others.
"""

import math

from desktop_app.library.media.metadata.metadata import clean

# A person writes a paragraph; programs that keep their notes there must not fill the catalogue.
_LONGEST_CAPTION = 2_000
# What ends a sentence, after which no colon follows.
_ENDS = (".", "!", "?", "…", ":", "。")

# What Windows writes instead of stars: percent, for 1 to 5.
_PERCENT = {1: 1, 25: 2, 50: 3, 75: 4, 99: 5}


def text_of(*texts: str) -> str | None:
    """Return title, headline and description as one caption; once, where one holds the other."""
    said = list(filter(None, map(clean, texts)))
    folded = [text.casefold() for text in said]
    kept = [
        text
        for at, text in enumerate(said)
        if not any(folded[at] in later for later in folded[at + 1 :])
        and not any(folded[at] in earlier and folded[at] != earlier for earlier in folded[:at])
    ]
    caption = ""
    for text in kept:
        caption += (" " if caption.endswith(_ENDS) else ": " if caption else "") + text
    return caption[:_LONGEST_CAPTION].strip() or None


def stars(value: object) -> int | None:
    """Return a rating from −1 to 5, or None for what is none; programs write `5`, `"5"` and `"5.0"`."""
    number = _number(value)
    return int(number) if -1 <= number <= 5 else None


def stars_of_percent(value: object) -> int | None:
    """Return 1 to 5 stars for the percent that Windows writes for them, or None for other numbers."""
    number = _number(value)
    return _PERCENT.get(int(number)) if math.isfinite(number) else None


def _number(value: object) -> float:
    try:
        return float(value) if isinstance(value, int | float | str | bytes) else math.nan
    except ValueError:
        return math.nan
