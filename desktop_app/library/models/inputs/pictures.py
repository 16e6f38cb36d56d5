"""Photos as the pixels that a model looks at: open_clip's own steps, without torchvision."""

import functools
import math
from dataclasses import dataclass
from typing import Self, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from desktop_app.library.errors import ModelDamagedError
from desktop_app.library.models.embedder import Prepared
from desktop_app.library.models.files import Config, section

_USUAL_SIDE = 224
# Of OpenAI's photos, by which open_clip goes where a configuration says nothing.
_USUAL_MEAN = (0.48145466, 0.4578275, 0.40821073)
_USUAL_SPREAD = (0.26862954, 0.26130258, 0.27577711)
_SHORTEST, _LONGEST, _SQUASH = "shortest", "longest", "squash"
_FILTERS = {
    "bicubic": Image.Resampling.BICUBIC,
    "bilinear": Image.Resampling.BILINEAR,
    "random": Image.Resampling.BICUBIC,  # only training draws lots
}
# Of a photo that is so long that it would have more pixels once it covers the model's side, 1 × 65,000 would take 12 GB,
# the ends are cut off first; of one up to 16 times as long as wide never.
_MOST_PIXELS = 2**24
_LONG = 16


@dataclass(frozen=True, slots=True)
class PicturePreparation:
    """Prepares photos for one model; may be called on any thread.

    Attributes:
        height: Of what the model looks at, in pixels.
        width: Likewise.
        mode: `shortest` fills it and cuts, `longest` fits into it and fills up, `squash` does not keep the shape.
        filter: How a photo is resized.
        filling: Of what `longest` fills up, 0 to 255.
        mean: Of red, green and blue, from 0 to 1.
        spread: Likewise.
    """

    height: int
    width: int
    mode: str
    filter: Image.Resampling
    filling: int
    mean: tuple[float, ...]
    spread: tuple[float, ...]

    @classmethod
    def of(cls, config: Config) -> Self:
        """Return the preparation that a model's configuration describes.

        Args:
            config: As `read_config` gives it.

        Raises:
            ModelDamagedError: It describes none.
        """
        height, width = _size(
            section(section(config, "model_cfg"), "vision_cfg").get("image_size", _USUAL_SIDE)
        )
        said = {key: value for key, value in section(config, "preprocess_cfg").items() if value is not None}
        mode, kind = said.get("resize_mode") or _SHORTEST, said.get("interpolation") or "bicubic"
        filling = said.get("fill_color", 0)
        spread = _colours(said.get("std") or _USUAL_SPREAD)
        known = mode in (_SHORTEST, _LONGEST, _SQUASH) and kind in tuple(_FILTERS) and all(spread)
        if not known or type(filling) is not int or said.get("mode", "RGB") != "RGB":
            raise _undescribed()
        if mode == _SHORTEST and height != width:
            kind = "bicubic"  # as open_clip does
        return cls(
            height=height,
            width=width,
            mode=str(mode),
            filter=_FILTERS[str(kind)],
            filling=filling,
            mean=_colours(said.get("mean") or _USUAL_MEAN),
            spread=spread,
        )

    @property
    def side(self) -> int:
        """The longer side of what the model looks at, in pixels."""
        return max(self.height, self.width)

    @property
    def least_px(self) -> int:
        """Twice the model's side, for a photo that was decoded smaller already shows other pixels."""
        return 2 * self.side

    def __call__(self, picture: Image.Image) -> Prepared:
        """Return one upright picture as ``(3, height, width)`` float32."""
        levels = np.asarray(self._resized(picture).convert("RGB")).transpose(2, 0, 1)
        scale, shift = _factors(self.mean, self.spread)
        pixels = np.empty(levels.shape, dtype=np.float32)
        np.multiply(levels, scale, out=pixels)
        pixels -= shift
        return pixels

    def _resized(self, picture: Image.Image) -> Image.Image:
        """Return it with the model's sides."""
        if self.mode == _SQUASH:
            return self._resize(picture, self.width, self.height)
        if self.mode == _LONGEST:
            scale = max(picture.height / self.height, picture.width / self.width)
            width, height = (max(1, round(side / scale)) for side in picture.size)
            return self._cut(self._resize(picture, width, height), self.filling)
        picture = _without_ends(picture, max(_LONG, _MOST_PIXELS // (self.width * self.height)))
        return self._cut(self._resize(picture, *self._covering(picture)), 0)

    def _covering(self, picture: Image.Image) -> tuple[int, int]:
        """Return the width and height at which a picture just covers what the model looks at."""
        if self.height != self.width:
            scale = min(picture.height / self.height, picture.width / self.width)
            return max(1, round(picture.width / scale)), max(1, round(picture.height / scale))
        if picture.width <= picture.height:
            return self.width, int(self.width * picture.height / picture.width)
        return int(self.height * picture.width / picture.height), self.height

    def _resize(self, picture: Image.Image, width: int, height: int) -> Image.Image:
        return picture if picture.size == (width, height) else picture.resize((width, height), self.filter)

    def _cut(self, picture: Image.Image, filling: int) -> Image.Image:
        """Return the middle of it, filled up where it is too small."""
        less = (max(0, self.width - picture.width), max(0, self.height - picture.height))
        if any(less):
            border = (less[0] // 2, less[1] // 2, (less[0] + 1) // 2, (less[1] + 1) // 2)
            bands = len(picture.getbands())
            fill = filling if bands == 1 else (filling,) * bands
            picture = ImageOps.expand(picture, border, fill)
        # Python rounds halves to the even number, and so does open_clip here.
        left, top = round((picture.width - self.width) / 2), round((picture.height - self.height) / 2)
        if (left, top) == (0, 0) and picture.size == (self.width, self.height):
            return picture
        return picture.crop((left, top, left + self.width, top + self.height))


def _without_ends(picture: Image.Image, ratio: int) -> Image.Image:
    """Return the middle of a picture that is more than `ratio` times as long as wide; the model sees no more of it."""
    width, height = picture.size
    most = ratio * min(width, height)
    if max(width, height) <= most:
        return picture
    # An even number goes, so that the middle stays where it is.
    across, down = (max(0, side - most) // 2 for side in (width, height))
    return picture.crop((across, down, width - across, height - down))


@functools.lru_cache(8)
def _factors(
    mean: tuple[float, ...], spread: tuple[float, ...]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return what a level from 0 to 255 is multiplied with, and what is then taken off: ``(3, 1, 1)`` float32 each."""
    middle, width = (np.asarray(part, dtype=np.float32).reshape(3, 1, 1) for part in (mean, spread))
    return (1 / (255 * width)).astype(np.float32), (middle / width).astype(np.float32)


def _size(said: object) -> tuple[int, int]:
    """Return height and width."""
    sides = said if isinstance(said, list) else [said, said]
    if len(sides) != 2 or not all(type(side) is int and side > 0 for side in sides):
        raise _undescribed()
    return cast("int", sides[0]), cast("int", sides[1])


def _colours(said: object) -> tuple[float, ...]:
    """Return a number each for red, green and blue."""
    numbers = tuple(said) if isinstance(said, list | tuple) else (said,) * 3
    if len(numbers) != 3 or not all(
        isinstance(number, int | float) and math.isfinite(number) for number in numbers
    ):
        raise _undescribed()
    return cast("tuple[float, ...]", numbers)


def _undescribed() -> ModelDamagedError:
    return ModelDamagedError(
        "The model's configuration does not say in a way that is known how photos are prepared for it.",
        "Download or import it again, or choose another one.",
    )
