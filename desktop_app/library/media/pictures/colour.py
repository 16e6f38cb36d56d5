"""Turns every kind of pixel that Pillow decodes into sRGB: depth, palette, transparency, colour profile."""

import functools
import logging
from io import BytesIO

from PIL import Image, ImageChops, ImageCms

from desktop_app.library.media.pictures.boxes import Coding
from desktop_app.library.media.pictures.declared import declared_profile
from desktop_app.library.media.pictures.light import is_hdr, is_wide
from desktop_app.library.media.pictures.openers import PICTURE_ERRORS

_log = logging.getLogger(__name__)

_DEEP_MODES = {"I", "F", "I;16", "I;16B", "I;16L", "I;16N"}
_MANAGED_MODES = {"L", "RGB", "CMYK", "LAB"}
_PROFILE_SPACES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}
_WHITE = (255, 255, 255)
# Greys by which forms of sRGB are told from linear light that is named after it, and how far, of 255, the former change
# them: those that were met by 1 at most. Linear light changes them by 73.
_GREYS = (64, 128, 192)
_LITTLE = 16


def to_srgb(
    image: Image.Image, least_px: int, coding: Coding | None = None
) -> tuple[Image.Image, Image.Image]:
    """Return a decoded picture as RGB, over white where it is transparent: in sRGB, and with the values it stores.

    The two are one object but for RGB pictures with other colours than those of sRGB, and HDR pictures, which are mapped
    for an ordinary screen.

    Args:
        image: A loaded picture of any mode; not changed.
        least_px: The result may be smaller as long as both its sides have this many pixels.
        coding: What its numbers mean, where the file says so in figures.
    """
    profile = image.info.get("icc_profile") or (declared_profile(image) if coding is None else None)
    plain = _plain(image)
    small = _reduced(plain, least_px)
    coding = coding if coding is not None and small.mode == "RGB" else None
    if coding is not None and (is_hdr(coding) or (is_wide(coding) and not profile)):
        from desktop_app.library.media.pictures.hdr import in_srgb

        return in_srgb(small, coding), small
    managed = _managed(small, profile) if profile or small.mode == "LAB" else small
    shown = managed if managed.mode == "RGB" else managed.convert("RGB")
    return shown, small if small.mode == "RGB" else shown


def _plain(image: Image.Image) -> Image.Image:
    """Return the picture in a mode without palette, transparency or more than 8 bits."""
    if image.mode in _DEEP_MODES:
        # Late, as `hdr` is: numpy takes 12 MB of each decoder and a third of its start, and few photos need it.
        from desktop_app.library.media.pictures.deep import eight_bits

        return eight_bits(image)
    if image.has_transparency_data:
        return _over_white(image)
    if image.mode == "1":
        return image.convert("L")
    return image if image.mode in _MANAGED_MODES else image.convert("RGB")


def _over_white(image: Image.Image) -> Image.Image:
    layered = image if image.mode == "RGBA" else image.convert("RGBA")
    white = Image.new("RGB", image.size, _WHITE)
    white.paste(layered, mask=layered)
    return white


def _reduced(image: Image.Image, least_px: int) -> Image.Image:
    """Halve the picture as often as both sides keep twice `least_px`.

    JPEG halves itself while decoding; for the others this makes what follows cost a fraction. A box filter blurs more
    than JPEG's own scaling, hence the double: the cosine of the model's vectors stays above 0.9996, with the single
    it fell to 0.9987. What does not fill a whole box is cut off evenly at both edges, so that nothing shifts.
    """
    width, height = image.size
    factor = 1
    while min(width, height) // (factor * 2) >= 2 * max(1, least_px):
        factor *= 2
    if factor == 1:
        return image
    left, top = width % factor // 2, height % factor // 2
    whole = (left, top, left + width - width % factor, top + height - height % factor)
    return image.reduce(factor, box=whole)


def _managed(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert to sRGB by the embedded profile; the picture as it is when that is broken or says nothing new."""
    try:
        source, space = _lab() if image.mode == "LAB" else _described(profile or b"")
        if not space:
            return image
        fitting = image.convert(space) if image.mode == "L" and space == "RGB" else image
        if fitting.mode != space:
            return image
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), space, "RGB")
        return ImageCms.applyTransform(fitting, transform) or image
    except PICTURE_ERRORS as error:
        _log.debug("a colour profile was ignored: %s", error)
        return image


def _lab() -> tuple[ImageCms.ImageCmsProfile, str]:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")), "LAB"


def _described(profile: bytes) -> tuple[ImageCms.ImageCmsProfile, str]:
    """Return an embedded profile and the mode of the pixels it describes; no mode when they need no conversion.

    Most profiles met are sRGB under one of its names ("c2" is the small one of a large network): converting would
    change nothing but cost a fifth of the decoding time.
    """
    source = ImageCms.ImageCmsProfile(BytesIO(profile))
    name = (source.profile.profile_description or "").lower()
    space = _PROFILE_SPACES.get(source.profile.xcolor_space, "")
    is_srgb = space == "RGB" and ("srgb" in name or name == "c2") and _changes_little(profile)
    return source, "" if is_srgb else space


@functools.lru_cache(maxsize=8)
def _changes_little(profile: bytes) -> bool:
    """Tell whether a profile of RGB is as sRGB: "Linear sRGB" and "scRGB" are named so too, and are much lighter."""
    source = ImageCms.ImageCmsProfile(BytesIO(profile))
    transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), "RGB", "RGB")
    tried = Image.merge("RGB", [Image.frombytes("L", (len(_GREYS), 1), bytes(_GREYS))] * 3)
    shown = ImageCms.applyTransform(tried, transform) or tried
    return max(ImageChops.difference(shown, tried).tobytes()) <= _LITTLE
