"""Which pictures have more light, or other colours, than an ordinary screen shows; `hdr` makes them fit one.

Source: ITU-T H.273 (code points).
"""

from typing import Final

from desktop_app.library.media.pictures.boxes import Coding

PQ: Final = 16
"""The transfer of SMPTE ST 2084."""
HLG: Final = 18
"""The transfer of ITU-R BT.2100, hybrid log-gamma."""

CHROMATICITIES: Final = {
    1: ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060)),
    9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
}
"""x and y of red, green and blue, by the number of the primaries; all with the white of D65."""

# Transfers that are close enough to that of sRGB for a picture on a screen: BT.709, 601, 2020, and sRGB itself.
_LIKE_SRGB: Final = {1, 6, 13, 14, 15}


def is_hdr(coding: Coding | None) -> bool:
    """Tell whether a picture's numbers mean more light than an ordinary screen has."""
    return coding is not None and coding.transfer in {PQ, HLG}


def is_wide(coding: Coding | None) -> bool:
    """Tell whether a picture has ordinary light but colours beyond those of sRGB."""
    return (
        coding is not None
        and coding.transfer in _LIKE_SRGB
        and coding.primaries in CHROMATICITIES
        and coding.primaries != 1
    )
