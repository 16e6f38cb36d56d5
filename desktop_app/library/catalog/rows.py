"""What goes into the catalogue and comes out of it, as frozen values."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.folders.comparing import FoundPhoto
from desktop_app.library.media.metadata.metadata import Metadata


@dataclass(frozen=True, slots=True)
class FrameRecord:
    """One moment of a video.

    Attributes:
        at_ms: When it is shown, in milliseconds from the beginning.
        vector: ``(dimension,)`` float32 of any length but 0; None leaves what is known.
    """

    at_ms: int
    vector: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class PhotoRecord:
    """What the indexer learned of one file.

    Attributes:
        found: The file, with the stamp it had when it was listed.
        content_hash: Hash of its bytes; None when they could not be read.
        metadata: What is known of its making, from its bytes and the files beside it; None where it was not read, and
            then it is what is known of its content.
        width_px: Upright width of the full picture; None leaves what is known.
        height_px: Upright height of the full picture; None leaves what is known.
        vector: ``(dimension,)`` float32 of any length but 0; None leaves what is known.
        problem: Why the file cannot be used, in a few words; None when it can.
        pixels: Hash of its pixels, and how they are turned, whatever else its metadata; None leaves what is known.
        look: What it looks like, as `media.looks.look_of`; None leaves what is known.
        is_flat: Whether it is mostly plain ground, as `media.flatness.is_flat`; None leaves what is known.
        left_out: Whether it is smaller than the person wants: remembered, but no photo of the library.
        is_half: Whether it is the film of a live photo: remembered, but no video of the library.
        duration_ms: How long a video is; None leaves what is known.
        poster_ms: The moment of a video that `vector` belongs to; None for a photo.
        frames: Its other moments.
        own: What its bytes alone say; None where nothing is beside it, and `metadata` is all they say.
        remark: What is wrong with a picture that is shown all the same; None for nothing.
        passing: Whether the problem may pass by itself.
    """

    found: FoundPhoto
    content_hash: str | None
    metadata: Metadata | None
    width_px: int | None
    height_px: int | None
    vector: NDArray[np.float32] | None
    problem: str | None
    pixels: str | None = None
    look: int | None = None
    is_flat: bool | None = None
    left_out: bool = False
    is_half: bool = False
    duration_ms: int | None = None
    poster_ms: int | None = None
    frames: tuple[FrameRecord, ...] = ()
    own: Metadata | None = None
    remark: str | None = None
    passing: bool = False


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One content whose row in the vector store may be out of date.

    Attributes:
        seq: Number of this change; grows with every change of any content and is never used again.
        content_id: Number of the content, also of its row in the store.
        vector: ``(dimension,)`` float32 of length 1; None when the store's row must go.
    """

    seq: int
    content_id: int
    vector: NDArray[np.float32] | None


@dataclass(frozen=True, slots=True)
class Counts:
    """Photo files in figures; the last three add up to the first.

    Attributes:
        photos: Files known.
        indexed: Of these, usable and with a vector of the model asked for.
        failed: Of these, with a problem.
        pending: The rest.
    """

    photos: int
    indexed: int
    failed: int
    pending: int
