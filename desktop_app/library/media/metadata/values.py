"""How single entries of a file become parts of what is known of a photo's making.

Every reader of metadata (EXIF, IPTC, XMP, Takeout, the tags of videos) hands its entries to the functions here, in
`dates`, `places` and `cameras`: texts and tags are cleaned, ratings and places are held within their ranges, dates are
parsed. What cannot be true comes back as None, for a photo without a date is better than one at a wrong place among
the others.
"""

import bisect
import math

from desktop_app.library.media.metadata.metadata import clean

# A person writes a paragraph; programs that keep their notes there must not fill the catalogue.
_LONGEST_CAPTION = 2_000
# What ends a sentence, after which no colon follows.
_ENDS = (".", "!", "?", "…", ":", "。")

# Where Windows' bands of percent begin, for 1 to 5 stars; it writes 1, 25, 50, 75 and 99 itself.
_BANDS, _MOST_PERCENT = (1, 13, 38, 63, 88), 100


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
    """Return a rating from −1 to 5, or None for what is none; programs write `5`, `"5"`, `"5.0"` and `"5,0"`."""
    number = _number(value)
    return int(number) if -1 <= number <= 5 else None


def stars_of_percent(value: object) -> int | None:
    """Return 1 to 5 stars for percent, as Windows shows them; None for 0 and for what is no percent."""
    number = _number(value)
    return bisect.bisect_right(_BANDS, number) or None if 0 <= number <= _MOST_PERCENT else None


def _number(value: object) -> float:
    if isinstance(value, str):
        value = value.replace(",", ".")
    try:
        return float(value) if isinstance(value, int | float | str | bytes) else math.nan
    except ValueError:
        return math.nan
