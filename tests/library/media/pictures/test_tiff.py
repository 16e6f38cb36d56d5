"""TIFFs that Pillow by itself reads wrongly without an error, and files whose first page is not the photo."""

import threading

import numpy as np
import pytest
from PIL import Image

from desktop_app.library.media.pictures.decode import decode
from tests.library.media.pictures.samples import assert_shows_corners, corners, detailed
from tests.library.media.pictures.tiff_samples import Page, tiff

RGB, CMYK, WHITE_IS_ZERO, BLACK_IS_ZERO = 2, 5, 0, 1


def deep(picture: Image.Image, dtype: type[np.unsignedinteger]) -> np.ndarray:
    """The numbers of a picture, spread over the range of a type."""
    values = np.atleast_3d(np.asarray(picture)).astype(np.uint64)
    return (values * (np.iinfo(dtype).max // 255)).astype(dtype)


def seen(content: bytes) -> np.ndarray:
    return np.asarray(decode(content, least_px=1000).picture).astype(int)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("tile", [None, (32, 16)])
@pytest.mark.parametrize("planes", [False, True])
def test_rgb_is_read_right_in_planes_and_tiles(order, dtype, tile, planes):
    picture = detailed((75, 52))
    content = tiff(Page(deep(picture, dtype), RGB, planes, tile), order=order)
    assert np.abs(seen(content) - np.asarray(picture)).max() <= 1


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("extra", [0, 1, 2])
def test_transparent_planes_are_read_right(order, dtype, extra):
    values = np.asarray(detailed((75, 52)).convert("RGBA")).copy()
    values[..., 3] = 128
    values[..., :3] = values[..., :3] // (2 if extra == 1 else 1)
    page = Page(deep(Image.fromarray(values), dtype), RGB, planes=True, tags={338: extra})
    right = values[..., :3] * {0: 1, 1: 255 / 128, 2: 1}[extra]
    over_white = right if extra == 0 else right * (128 / 255) + 255 * (127 / 255)
    assert np.abs(seen(tiff(page, order=order)) - over_white).mean() < 2


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("planes", [False, True])
def test_cmyk_in_planes_is_read_right(dtype, planes):
    picture = detailed((75, 52)).convert("CMYK")
    content = tiff(Page(deep(picture, dtype), CMYK, planes))
    assert np.abs(seen(content) - np.asarray(picture.convert("RGB"))).max() <= 1


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.uint32])
def test_bright_grey_is_not_taken_for_negative(dtype):
    picture = Image.linear_gradient("L")
    content = tiff(Page(deep(picture, dtype), BLACK_IS_ZERO))
    assert np.abs(seen(content)[..., 0] - np.asarray(picture)).max() <= 1


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_where_white_is_zero_white_is_shown_white(dtype):
    picture = Image.linear_gradient("L")
    content = tiff(Page(deep(picture, dtype), WHITE_IS_ZERO))
    assert np.abs(seen(content)[..., 0] - (255 - np.asarray(picture).astype(int))).max() <= 1


def test_many_threads_read_planes_right():
    picture = detailed((75, 52))
    planes = tiff(Page(deep(picture, np.uint16), RGB, planes=True))
    chunky = tiff(Page(deep(picture, np.uint16), RGB))
    errors: list[int] = []

    def read(content: bytes) -> None:
        errors.extend(int(np.abs(seen(content) - np.asarray(picture)).max()) for _ in range(20))

    threads = [threading.Thread(target=read, args=(content,)) for content in (planes, chunky) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(errors) == 80
    assert max(errors) <= 1


@pytest.mark.parametrize("tags", [{254: 1}, {255: 2}, {254: 4}, {254: 5}])
@pytest.mark.parametrize("planes", [False, True])
def test_a_thumbnail_or_mask_that_comes_first_is_passed_over(tags, planes):
    small = np.zeros((8, 12, 3), np.uint8)
    photo = np.asarray(corners())
    decoded = decode(tiff(Page(small, tags=tags), Page(photo, planes=planes)), least_px=512)
    assert_shows_corners(decoded)
    assert (decoded.width_px, decoded.height_px) == (96, 64)


def test_the_first_of_several_thumbnails_is_passed_over_too():
    small = np.zeros((8, 12, 3), np.uint8)
    pages = [
        Page(small, tags={254: 1}),
        Page(small, tags={254: 1}),
        Page(np.asarray(corners()), tags={254: 0}),
    ]
    assert_shows_corners(decode(tiff(*pages), least_px=512))


@pytest.mark.parametrize("grey", [73, 77])
def test_pixels_that_spell_a_byte_order_do_not_make_a_raw_file(grey):
    values = np.full((8, 12, 3), grey, np.uint8)
    assert seen(tiff(Page(values)))[0, 0].tolist() == [grey] * 3


def test_a_small_first_page_that_is_no_thumbnail_is_the_picture():
    small = np.full((8, 12, 3), 77, np.uint8)
    decoded = decode(tiff(Page(small), Page(np.asarray(corners()))), least_px=512)
    assert (decoded.width_px, decoded.height_px) == (12, 8)


def test_a_thumbnail_alone_is_the_picture():
    decoded = decode(tiff(Page(np.asarray(corners()), tags={254: 1})), least_px=512)
    assert_shows_corners(decoded)


def test_a_thumbnail_before_a_broken_page_is_the_picture():
    content = tiff(Page(np.asarray(corners()), tags={254: 1}), Page(np.zeros((9, 9, 3), np.uint8), 77))
    assert_shows_corners(decode(content, least_px=512))


def test_what_is_said_on_the_thumbnails_page_is_known_of_the_photo():
    content = tiff(
        Page(np.zeros((8, 12, 3), np.uint8), tags={254: 1, 0x4746: 4}), Page(np.asarray(corners()))
    )
    decoded = decode(content, least_px=512)
    assert_shows_corners(decoded)
    assert decoded.metadata.rating == 4
