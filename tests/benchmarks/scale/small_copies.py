"""Thumbnails of a made library: a few hundred that were drawn, hard-linked to where the program looks for them."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from desktop_app.library.thumbnails import ThumbnailStore
from tests.benchmarks.scale.contents import content_hash_of, content_of, shown_as_of

# A file system allows 65,000 names of one file.
_DRAWN = 400
_MOST_LINKS = 60_000
_SIZE_PX = (512, 384)


def link_small_copies(folder: Path, count: int, say: Callable[[str], None]) -> None:
    """Give every content of a library a thumbnail, unless the last one has it already.

    They have the size and shape of real ones in pixels; smooth ones, so that a million of them stay below the program's
    limit in bytes, which counts every name.

    Args:
        folder: Of thumbnails.
        count: Photos of the library.
        say: Hears how far it is.
    """
    store = ThumbnailStore(folder)
    drawn = max(min(_DRAWN, count), -(-count // _MOST_LINKS))
    if store.has(content_hash_of(content_of(count - 1))):
        return
    say("thumbnails are linked")
    originals = [_draw(store.path_for(f"drawn-{number}"), number) for number in range(drawn)]
    for number in range(count):
        if content_of(number) != number:
            continue
        target = store.path_for(content_hash_of(number))
        original = originals[shown_as_of(number) % drawn]
        try:
            _link(original, target)
        except FileNotFoundError:
            target.parent.mkdir(parents=True, exist_ok=True)
            _link(original, target)
    for original in originals:
        original.unlink()


def _link(original: Path, target: Path) -> None:
    try:
        os.link(original, target)
    except FileExistsError:
        return


def _draw(path: Path, number: int) -> Path:
    colours = np.random.default_rng(number).integers(0, 256, (2, 3, 3), dtype=np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    # As the store's kind of file, but smaller than the store would write it.
    Image.fromarray(colours).resize(_SIZE_PX, Image.Resampling.BICUBIC).save(path, quality=40, optimize=True)
    return path
