"""Says in a person's words what is wrong with a file whose picture is shown all the same."""

import math

END_MISSING = "the end of the file is missing"
BROKEN_HEADER = "its header is damaged"
BROKEN_METADATA = "its metadata is damaged"
BROKEN_PART = "a part of it beside the picture is damaged"
BROKEN_PROFILE = "its colour profile is damaged"
BROKEN_TEXT = "a text in it is damaged"
DETAIL_MISSING = "incomplete: the finest detail is missing"

LEAST_SHARE = 0.5
"""A picture of which less is there is a failure: what it shows may be anything."""

_INCOMPLETE = "incomplete: "


def missing(share: float) -> str:
    """Return what is said of a picture without its last part.

    Args:
        share: How much is missing, more than 0 and at most 1.
    """
    percent = math.floor(share * 100 + 0.5)
    if percent < 1:
        return _INCOMPLETE + "a little at its end is missing"
    return _INCOMPLETE + f"the last {percent} % {'is' if percent == 1 else 'are'} missing"


def lacks_end(remark: str | None) -> bool:
    """Tell whether a remark means that the end of the file is missing, as it is while a file is being copied."""
    return remark is not None and (_INCOMPLETE in remark or END_MISSING in remark)


def together(*remarks: str | None) -> str | None:
    """Return several remarks as one, each once; None for none."""
    said = dict.fromkeys(remark for remark in remarks if remark)
    return "; ".join(said) or None
