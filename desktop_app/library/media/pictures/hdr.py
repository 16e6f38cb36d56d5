"""Makes pictures for brighter screens fit an ordinary one: HDR is compressed, not cut off at white, and put into sRGB.

Sources: SMPTE ST 2084 and ITU-R BT.2100-2 (PQ, HLG), ITU-R BT.2390-10 section 5.4.1 (the curve), ITU-R BT.2408-7
(what white is), IEC 61966-2-1 (sRGB), ITU-T H.273 (code points).
"""

import functools

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.library.media.pictures.boxes import Coding
from desktop_app.library.media.pictures.light import CHROMATICITIES, HLG, PQ

_Light = NDArray[np.float32]

# BT.2408: the light of white paper in an HDR picture, in candela per square metre; white on an ordinary screen.
_WHITE_NITS = 203.0
_PQ_NITS = 10_000.0
# BT.2100: HLG has no light of its own; this is its nominal screen, with the gamma that belongs to it.
_HLG_NITS, _HLG_GAMMA = 1_000.0, 1.2

_D65 = (0.3127, 0.3290)

# Highlights smaller than this share of the picture (sparks, single hot pixels) do not darken all the rest.
_BRIGHTEST_SHARE = 0.9999
# Rows converted at once: a whole picture as floating point would need twelve times its memory.
_ROWS = 128
_STEPS = 16_384


def in_srgb(picture: Image.Image, coding: Coding) -> Image.Image:
    """Return an RGB picture in sRGB.

    Up to about half of white everything keeps its light; from there to the picture's own brightest part each of the
    three colours is compressed along the curve of BT.2390. Compressed together they would keep their hue to the last,
    and clouds their tints, which nobody sees in something that bright.

    Args:
        picture: RGB, 8 bits.
        coding: What its numbers mean; one for which `is_hdr` or `is_wide`.
    """
    values = np.asarray(picture)
    light = _light_of_numbers(coding.transfer)
    nits, gain = _curve(_peak(values, coding))
    is_hlg = coding.transfer == HLG
    # Of HLG, what a number shows depends on the other two of its pixel.
    light = light if is_hlg else _compressed(light, nits, gain)
    matrix = _to_srgb(coding.primaries).T / np.float32(_WHITE_NITS)
    shown = np.empty_like(values)
    for row in range(0, values.shape[0], _ROWS):
        lit = light[values[row : row + _ROWS]]
        if is_hlg:
            lit = _compressed(_on_screen(lit, coding), nits, gain)
        places = np.clip(lit @ matrix, 0.0, 1.0) * (_STEPS - 1) + 0.5
        shown[row : row + _ROWS] = _numbers_of_light()[places.astype(np.uint16)]
    return Image.fromarray(shown)


def _compressed(light: _Light, nits: NDArray[np.float64], gain: NDArray[np.float64]) -> _Light:
    return (light * np.interp(light, nits, gain)).astype(np.float32)


@functools.cache
def _light_of_numbers(transfer: int) -> _Light:
    """Return the light of the numbers 0 to 255: nits; of HLG, that of the scene, 0 to 1."""
    number = np.arange(256) / 255.0
    if transfer == PQ:
        return _nits_of_pq(number).astype(np.float32)
    if transfer == HLG:
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        return np.where(number <= 0.5, number**2 / 3, (np.exp((number - c) / a) + b) / 12).astype(np.float32)
    linear = np.where(number <= 0.04045, number / 12.92, ((number + 0.055) / 1.055) ** 2.4)
    return (linear * _WHITE_NITS).astype(np.float32)


def _on_screen(light: _Light, coding: Coding) -> _Light:
    """Turn the light of an HLG picture's scene, 0 to 1, into that of its nominal screen, in nits."""
    gamma = (light @ _luminances(coding.primaries)) ** (_HLG_GAMMA - 1)
    return np.asarray(light * (_HLG_NITS * gamma)[..., None], dtype=np.float32)


def _peak(values: NDArray[np.uint8], coding: Coding) -> float:
    """Return the light of the picture's brightest part, in nits."""
    counts = np.bincount(values.max(axis=2).ravel(), minlength=256).cumsum()
    brightest = int(np.searchsorted(counts, counts[-1] * _BRIGHTEST_SHARE))
    light = float(_light_of_numbers(coding.transfer)[brightest])
    # For a grey of this light; a pure colour is darker, and so compressed a little more than it needs.
    return _HLG_NITS * light**_HLG_GAMMA if coding.transfer == HLG else light


def _curve(peak_nits: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return light in nits and by what to multiply it there: the EETF of BT.2390, with black at black."""
    nits = _nits_of_pq(np.linspace(0, 1, 1024))
    if peak_nits <= _WHITE_NITS:
        return nits, np.ones_like(nits)
    top = float(_pq_of_nits(np.array(peak_nits)))
    most = float(_pq_of_nits(np.array(_WHITE_NITS))) / top
    knee = 1.5 * most - 0.5
    given = np.minimum(_pq_of_nits(nits) / top, 1.0)
    t = np.clip((given - knee) / (1 - knee), 0, 1)
    spline = (
        (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (3 * t**2 - 2 * t**3) * most
    )
    wanted = _nits_of_pq(np.where(given < knee, given, spline) * top)
    return nits, np.divide(wanted, nits, out=np.ones_like(nits), where=nits > 0)


def _nits_of_pq(number: NDArray[np.float64]) -> NDArray[np.float64]:
    m1, m2, c1, c2, c3 = _pq_constants()
    root = number ** (1 / m2)
    return _PQ_NITS * (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1)


def _pq_of_nits(nits: NDArray[np.float64]) -> NDArray[np.float64]:
    m1, m2, c1, c2, c3 = _pq_constants()
    root = (nits / _PQ_NITS) ** m1
    return ((c1 + c2 * root) / (1 + c3 * root)) ** m2


def _pq_constants() -> tuple[float, float, float, float, float]:
    return 2610 / 16384, 2523 / 4096 * 128, 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32


@functools.cache
def _numbers_of_light() -> NDArray[np.uint8]:
    """Return the numbers of sRGB for light from 0 to 1, in equal steps."""
    light = np.linspace(0, 1, _STEPS)
    numbers = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return (numbers * 255 + 0.5).astype(np.uint8)


@functools.cache
def _to_srgb(primaries: int) -> _Light:
    matrix: _Light = np.linalg.solve(_to_xyz(1), _to_xyz(primaries)).astype(np.float32)
    return matrix


@functools.cache
def _luminances(primaries: int) -> _Light:
    luminances: _Light = _to_xyz(primaries)[1].astype(np.float32)
    return luminances


def _to_xyz(primaries: int) -> NDArray[np.float64]:
    """Return the matrix from light in red, green and blue to CIE XYZ; unknown primaries count as those of BT.2020."""
    corners = CHROMATICITIES.get(primaries, CHROMATICITIES[9])
    columns = np.array([(x / y, 1.0, (1 - x - y) / y) for x, y in corners]).T
    x, y = _D65
    matrix: NDArray[np.float64] = columns * np.linalg.solve(columns, np.array([x / y, 1.0, (1 - x - y) / y]))
    return matrix
