"""Whether two pictures that look alike are the same in every detail.

A look has 64 bits and a model sees what a picture is about; pages, receipts, numbers and slides of one layout agree in
both. So the small copies of two photos are laid over each other, as well as turning, shifting and resizing by a little
allows, and compared window by window: how much of what varies in a window is not the same in both (0 for nothing, 1 and
more for all of it)? The worst window decides.

What is drawn or printed on one colour is judged more strictly than a photo: in smaller windows, and by whether one of
them stands out among the rest, for compressing and resizing blur all letters, and one that was changed is alone.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.library.media.flatness import GROUND_PX, is_on_one_colour, is_plain, summed, sums_of_cells

Grey = NDArray[np.float32]
_Steps = NDArray[np.uint8]
_Places = NDArray[np.float64]
_Mask = NDArray[np.bool_]

SIDE_PX = 512
"""No more than so many pixels of a picture's longer side are compared."""

# The share of a window that may differ in a photo, and on one colour; measured as told in `likeness`.
_MOST_IN_PHOTO, _MOST_ON_PAPER = 0.65, 0.5
# On one colour the worst window may have so many times the error of the window that 99 % are better than.
_MOST_ALONE = 2.2
_PHOTO_WINDOW, _PAPER_WINDOW = 8, 6
_PHOTO_STEP, _PAPER_STEP = 4, 2
# Errors of fifteen steps of grey count for nothing beside what varies, and twice as many where a window is to stand out.
_NOISE = 225.0
_STANDS_OUT = 20.0
# Windows with anything to see in them.
_SEEN = 200.0

# Nothing is the same picture that has to be moved further, in parts of its side. What is cut by 5 % moves by 0.05.
_FURTHEST = 0.15
_LEAST_OVERLAP = 0.75
# Sides of the copies on which two pictures are laid over each other, and how often each is tried.
_STEPS = ((32, 12), (64, 8), (128, 6), (256, 4))
# What differs so much when it is laid over at this side does not agree at a larger one.
_EARLY_PX, _EARLY = 128, 0.7
_MIDDLE = np.float32(128)
_STILL: _Places = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
_LEAST_PX = 16
_BOX, _LANCZOS = Image.Resampling.BOX, Image.Resampling.LANCZOS
_BILINEAR, _BICUBIC = Image.Resampling.BILINEAR, Image.Resampling.BICUBIC


@dataclass(frozen=True)
class Seen:
    """What is compared of a picture, worked out once for all that it is compared with; made by `seen`.

    Attributes:
        grey: Mode "L", upright, at most `SIDE_PX` long.
        half: A copy half as long.
        is_on_paper: Most of it is of one colour, whichever.
        is_flat: It is mostly plain ground; see `media.flatness`.
    """

    grey: Image.Image
    half: Image.Image
    is_on_paper: bool
    is_flat: bool

    @cached_property
    def values(self) -> _Steps:
        """Its pixels, ``(rows, columns)``: for an array Pillow would copy them twice for each comparison."""
        return np.asarray(self.grey)

    @cached_property
    def small(self) -> _Steps:
        """Pixels of a copy a quarter as long."""
        return np.asarray(_summed_up(self.half, _size_within(self.grey.size, _EARLY_PX)))


@dataclass(frozen=True, slots=True)
class _Laid:
    """Two pictures of one size, one laid over the other.

    Attributes:
        lower: The one picture, around zero, so that 32 bits hold its squares well enough.
        upper: The other, as light and as rich in contrast as the one. Both are zero where either has nothing to show.
    """

    lower: Grey
    upper: Grey


def seen(grey: Image.Image) -> Seen:
    """Return what is compared of a grey picture: mode "L", upright."""
    grey = _within(grey, SIDE_PX, _LANCZOS)
    half = _summed_up(grey, _size_within(grey.size, GROUND_PX))
    is_on_paper = is_on_one_colour(half)
    return Seen(grey=grey, half=half, is_on_paper=is_on_paper, is_flat=is_on_paper or is_plain(half))


def agree(first: Seen, second: Seen) -> bool:
    """Tell whether two pictures show the same in every detail, at the resolution of the smaller."""
    above, below = sorted((first, second), key=lambda one: max(one.grey.size), reverse=True)
    upper, lower = above.grey, below.grey
    if min(*upper.size, *lower.size) < _LEAST_PX or not _may_agree(upper, lower):
        return False
    if np.array_equal(above.values, below.values):
        return True
    on_paper = above.is_on_paper or below.is_on_paper
    # Most copies were not cut, and need not be moved.
    if _may_be_still(above, below) and _is_same(_still(above, below), on_paper=on_paper):
        return True
    moved = _moved(upper, lower)
    return moved is not None and _is_same(_laid(upper, lower, moved), on_paper=on_paper)


def _may_agree(upper: Image.Image, lower: Image.Image) -> bool:
    """Tell whether two pictures have nearly the same proportions; a strip cannot lie over a square."""
    wide, other = upper.width / upper.height, lower.width / lower.height
    return max(wide, other) / min(wide, other) - 1 < _FURTHEST


def _is_same(laid: _Laid | None, *, on_paper: bool) -> bool:
    if laid is None:
        return False
    if not on_paper:
        shares, _, _ = _windows(laid, _PHOTO_WINDOW, _PHOTO_STEP)
        return bool(shares.size and shares.max() <= _MOST_IN_PHOTO)
    shares, errors, varies = _windows(laid, _PAPER_WINDOW, _PAPER_STEP)
    if not shares.size or shares.max() > _MOST_ON_PAPER:
        return False
    seen = errors[varies > _SEEN]
    if not seen.size:
        # What is too small or too faint to be read here may say anything.
        return bool(errors.max() <= _STANDS_OUT)
    return bool(errors.max() <= _MOST_ALONE * (float(np.quantile(seen, 0.99)) + _STANDS_OUT))


def _windows(laid: _Laid, window: int, step: int) -> tuple[Grey, Grey, Grey]:
    """Return of each window the share that differs, the mean square of the error, and how much varies in it."""
    lower, upper = laid.lower, laid.upper
    error = lower - upper
    below, above = (_means(values, window, step) for values in (lower, upper))
    squares = _means(error * error, window, step)
    varies = _means(lower * lower + upper * upper, window, step) - below**2 - above**2
    shares = (squares - (below - above) ** 2) / (varies + _NOISE)
    return shares, squares, varies


def _means(values: Grey, window: int, step: int) -> Grey:
    """Return the means of windows that begin every few pixels."""
    reach = window // step
    down, across = (side // step - reach + 1 for side in values.shape)
    if down < 1 or across < 1:
        return np.empty((0, 0), dtype=np.float32)
    cells = sums_of_cells(values, step)
    bands = summed(cells[row : row + down] for row in range(reach))
    return summed(bands[:, column : column + across] for column in range(reach)) / np.float32(window**2)


def _still(upper: Seen, lower: Seen) -> _Laid | None:
    """Lay a picture over another as it is."""
    size = lower.grey.size
    values = upper.values if upper.grey.size == size else np.asarray(upper.grey.resize(size, _LANCZOS))
    return _alike(values, lower.values, _covered(size))


def _laid(upper: Image.Image, lower: Image.Image, places: _Places) -> _Laid | None:
    """Lay a picture over another that it is moved against; None where they share too little."""
    small = _within(upper, max(lower.size), _LANCZOS).convert("F")
    above = _warped(small, places, lower.size, _BICUBIC)
    return _alike(above, np.asarray(lower), _overlap(places, lower.size))


def _alike(upper: Grey | _Steps, lower: Grey | _Steps, both: _Mask) -> _Laid | None:
    """Make pictures of one size equally light; None where too little of them has something to show in both."""
    if np.count_nonzero(both) < _LEAST_OVERLAP * both.size:
        return None
    above, below = upper.astype(np.float32), lower.astype(np.float32)
    lit = both & (above < 250) & (below < 250)
    weights = (lit if np.count_nonzero(lit) > 0.02 * lit.size else both).astype(np.float32)
    mean_above, varies_above = _moments(above, weights)
    mean_below, varies_below = _moments(below, weights)
    gain = min(max(float(np.sqrt((varies_below + 1) / (varies_above + 1))), 0.5), 2.0)
    shown = both.astype(np.float32)
    # Brightened pictures are cut off at white: only the darker of the two can be made like the other.
    if gain >= 1:
        above = _lit(above, gain, mean_below - gain * mean_above)
    else:
        below = _lit(below, 1 / gain, mean_above - mean_below / gain)
    return _Laid((below - _MIDDLE) * shown, (above - _MIDDLE) * shown)


def _lit(values: Grey, gain: float, more: float) -> Grey:
    lit: Grey = values * np.float32(gain)
    lit += np.float32(more)
    return np.clip(lit, 0, 255, out=lit)


def _moments(values: Grey, weights: Grey) -> tuple[float, float]:
    """Return mean and variance of those values that have the weight 1 and not 0; a third of the time of picking them."""
    flat, among = values.ravel(), weights.ravel()
    count = float(among.sum())
    mean = float(flat @ among) / count
    away = (flat - np.float32(mean)) * among
    return mean, float(away @ away) / count


def _moved(upper: Image.Image, lower: Image.Image) -> _Places | None:
    """Return where the points of a picture lie in another, from coarse to fine; None where they do not fit.

    Gauss and Newton's steps to the least square error, over shift, scale, turn, light and contrast (Lucas and Kanade,
    1981, on a pyramid).
    """
    places = _STILL
    for side, tries in _STEPS:
        found = _refined(upper, lower, places, side, tries)
        if found is None:
            return None
        places = found
        if side == _EARLY_PX and not _may_be_same(upper, lower, places):
            return None
        if side >= max(lower.size):
            break
    return places


def _may_be_still(upper: Seen, lower: Seen) -> bool:
    # Made small in the same way, both lose the same: Lanczos takes three times as long as all the rest of this.
    rows, columns = lower.small.shape
    small = upper.small
    if small.shape != lower.small.shape:
        small = np.asarray(_summed_up(upper.grey, (columns, rows)))
    return _is_near(_alike(small, lower.small, _covered((columns, rows))))


def _may_be_same(upper: Image.Image, lower: Image.Image, places: _Places) -> bool:
    return _is_near(_laid(upper, _within(lower, _EARLY_PX, _BOX), places))


def _is_near(laid: _Laid | None) -> bool:
    return laid is not None and bool(_windows(laid, _PHOTO_WINDOW, _PHOTO_STEP)[0].max(initial=0) <= _EARLY)


def _refined(
    upper: Image.Image, lower: Image.Image, places: _Places, side: int, tries: int
) -> _Places | None:
    below = _within(lower, side, _BOX)
    width, height = below.size
    above = _within(upper, side, _BOX).convert("F")
    wanted = np.asarray(below, dtype=np.float32)[1:-1, 1:-1].ravel()
    x, y = _grid(below.size)
    x, y = x[:, 1:-1].astype(np.float32), y[1:-1].astype(np.float32)
    for _ in range(tries):
        both = _overlap(places, below.size)[1:-1, 1:-1].astype(np.float32)
        if both.mean() < _LEAST_OVERLAP:
            return None
        seen = _warped(above, places, below.size, _BILINEAR)
        across = (seen[1:-1, 2:] - seen[1:-1, :-2]) * (width / 2) * both
        down = (seen[2:, 1:-1] - seen[:-2, 1:-1]) * (height / 2) * both
        terms = (across * x, across * y, across, down * x, down * y, down, seen[1:-1, 1:-1] * both, both)
        slopes = np.stack(terms).reshape(len(terms), -1)
        step = _solved(slopes, wanted)
        places = places + step
        if np.abs(places - _STILL).max() > _FURTHEST:
            return None
        if np.abs(step).max() * side < 0.03:
            break
    return places


def _solved(slopes: Grey, wanted: Grey) -> _Places:
    squares = (slopes @ slopes.T).astype(np.float64)
    squares[np.diag_indices(len(squares))] += 1e-4 * squares.diagonal() + 1e-6
    found = np.linalg.solve(squares, (slopes @ wanted).astype(np.float64))
    gain = found[6] if abs(found[6]) > 0.3 else 1.0
    # Longer steps overshoot.
    return np.clip(found[:6] / gain, -0.06, 0.06).reshape(2, 3)


def _warped(upper: Image.Image, places: _Places, size: tuple[int, int], filter_: Image.Resampling) -> Grey:
    """Return a picture as it lies over one of another size; places are in parts of the sides."""
    width, height = upper.size
    across, down = size
    a, b, c, d, e, f = places.ravel().tolist()
    to_x = (a * width / across, b * width / down, c * width)
    to_y = (d * height / across, e * height / down, f * height)
    return np.asarray(upper.transform(size, Image.Transform.AFFINE, to_x + to_y, filter_), dtype=np.float32)


def _overlap(places: _Places, size: tuple[int, int]) -> _Mask:
    """Tell of each pixel of the lower picture whether the upper one covers it, but for its edge."""
    x, y = _grid(size)
    across = places[0, 0] * x + places[0, 1] * y + places[0, 2]
    down = places[1, 0] * x + places[1, 1] * y + places[1, 2]
    edge_x, edge_y = 2 / size[0], 2 / size[1]
    covers: _Mask = (across > edge_x) & (across < 1 - edge_x) & (down > edge_y) & (down < 1 - edge_y)
    return covers


@lru_cache(maxsize=16)
def _covered(size: tuple[int, int]) -> _Mask:
    """Return `_overlap` of a picture that was not moved. Thumbnails have few sizes; nobody writes into what is returned."""
    return _overlap(_STILL, size)


def _grid(size: tuple[int, int]) -> tuple[_Places, _Places]:
    """Return the middles of columns ``(1, width)`` and rows ``(height, 1)``, in parts of the sides."""
    width, height = size
    return (np.arange(width) + 0.5)[None, :] / width, (np.arange(height) + 0.5)[:, None] / height


def _within(grey: Image.Image, side_px: int, filter_: Image.Resampling) -> Image.Image:
    """Return a picture whose longer side has at most so many pixels."""
    size = _size_within(grey.size, side_px)
    return grey if size == grey.size else grey.resize(size, filter_)


def _summed_up(grey: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return a smaller picture, by whole steps of a box: a quarter of the time, and up to half a pixel of it beside its place."""
    return grey if size == grey.size else grey.resize(size, _BOX, reducing_gap=1.0)


def _size_within(size: tuple[int, int], side_px: int) -> tuple[int, int]:
    scale = side_px / max(size)
    if scale >= 1:
        return size
    return max(_PHOTO_WINDOW, round(size[0] * scale)), max(_PHOTO_WINDOW, round(size[1] * scale))
