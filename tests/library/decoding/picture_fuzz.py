"""Feeds decoders with mutated real photos: ``python -m tests.library.decoding.picture_fuzz PHOTOS --cases 50000``.

Every case is made from a number alone, so that one which did harm is made again by ``--first NUMBER --cases 1``. What
ended a decoder is kept as a file.
"""

import argparse
import itertools
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path

from PIL import Image

from desktop_app.library.concurrency.cores import cores
from desktop_app.library.decoding.pool import DecoderPool
from desktop_app.library.media.pictures.openers import PICTURE_ERRORS, open_picture

LEAST_PX = 256
# Large enough for every kind of block and segment, small enough for many cases a second.
_SMALL_PX = 96
# Real HEIC files cannot be made smaller here, for nothing here writes them; they are taken less often.
_LARGE_BYTES = 150_000
_LARGE_SHARE = 0.12
_EXTREMES = (
    0,
    1,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x7FFFFFFF,
    0x80000000,
    0xFFFFFFFF,
    2**63 - 1,
    2**64 - 1,
)
# Where metadata, profiles and the boxes of HEIC, AVIF and JXL begin.
_PLACES = (b"Exif\0\0", b"eXIf", b"EXIF", b"acsp", b"<x:xmpmeta", b"XMP ", b"iCCP", b"ICC_PROFILE", b"meta", b"iloc",
           b"ipco", b"ispe", b"colr", b"hvcC", b"av1C", b"jxlc", b"jxlp", b"IHDR", b"VP8X", b"MPF\0", b"8BIM")  # fmt: skip
_ENDED = ("crashed", "longer than", "more than", "was ended")


@dataclass(slots=True)
class Outcome:
    """What came of many cases.

    Attributes:
        cases: How many.
        decoded: How many gave a picture all the same.
        refused: How many were refused in words.
        ended: How many ended their decoder, by the words that the photo is marked with.
        reasons: How often each reason was given.
        slowest: The longest times in seconds, with the numbers of their cases.
        seconds: How long all took.
    """

    cases: int = 0
    decoded: int = 0
    refused: int = 0
    ended: dict[str, list[int]] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    slowest: list[tuple[float, int]] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, number: int, problem: str | None, seconds: float) -> bool:
        """Count a case; return whether it ended its decoder."""
        self.cases += 1
        self.slowest = sorted([*self.slowest, (round(seconds, 2), number)], reverse=True)[:10]
        if problem is None:
            self.decoded += 1
            return False
        self.reasons[problem] += 1
        if any(words in problem for words in _ENDED):
            self.ended.setdefault(problem, []).append(number)
            return True
        self.refused += 1
        return False


class Mutator:
    """Makes broken files of sound ones."""

    def __init__(self, small: Sequence[bytes], large: Sequence[bytes] = ()) -> None:
        """Make one; `large` files are taken less often."""
        self._small, self._large = list(small), list(large)

    def case(self, number: int) -> bytes:
        """Return the case of a number: the same each time for the same files."""
        chance = random.Random(number)
        content = bytearray(self._seed(chance))
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            content = chance.choice(_WAYS)(content, chance, self)
        return bytes(content)

    def _seed(self, chance: random.Random) -> bytes:
        large = self._large and chance.random() < _LARGE_SHARE
        return chance.choice(self._large if large else self._small)

    def another(self, chance: random.Random) -> bytes:
        """Return a sound file to take a part of."""
        return chance.choice(self._small)


def _flip(content: bytearray, chance: random.Random, _mutator: Mutator) -> bytearray:
    for _ in range(chance.choice((1, 4, 16, 64))):
        content[_place(content, chance)] ^= 1 << chance.randrange(8)
    return content


def _flip_in_head(content: bytearray, chance: random.Random, _mutator: Mutator) -> bytearray:
    for _ in range(chance.choice((1, 2, 8))):
        content[chance.randrange(min(len(content), 512))] = chance.randrange(256)
    return content


def _cut(content: bytearray, chance: random.Random, _mutator: Mutator) -> bytearray:
    return content[: max(1, _place(content, chance))]


def _delete(content: bytearray, chance: random.Random, _mutator: Mutator) -> bytearray:
    at = _place(content, chance)
    del content[at : at + chance.choice((1, 2, 4, 13, 100, 1000))]
    return content or bytearray(b"\0")


def _double(content: bytearray, chance: random.Random, _mutator: Mutator) -> bytearray:
    at = _place(content, chance)
    piece = content[at : at + chance.choice((1, 4, 12, 100, 1000, 10_000))]
    content[at:at] = piece * chance.choice((1, 1, 2, 50))
    return content


def _exaggerate(content: bytearray, chance: random.Random, _mutator: Mutator) -> bytearray:
    """Write an extreme number over what may be a length, a count or an offset."""
    size = chance.choice((1, 2, 4, 8))
    number = chance.choice(_EXTREMES) & (256**size - 1)
    at = _place(content, chance)
    content[at : at + size] = number.to_bytes(size, chance.choice(("big", "little")))
    return content


def _splice(content: bytearray, chance: random.Random, mutator: Mutator) -> bytearray:
    other = mutator.another(chance)
    return content[: _place(content, chance)] + other[_place(other, chance) :] or bytearray(b"\0")


def _change_head(content: bytearray, chance: random.Random, mutator: Mutator) -> bytearray:
    length = chance.choice((4, 12, 32, 200))
    return bytearray(mutator.another(chance)[:length]) + content[length:]


def _fill(content: bytearray, chance: random.Random, _mutator: Mutator) -> bytearray:
    at, length = _place(content, chance), chance.choice((4, 64, 512, 4096))
    end = min(len(content), at + length)
    content[at:end] = (b"\0" if chance.random() < 0.3 else bytes([chance.randrange(256)])) * (end - at)
    return content


_WAYS = (_flip, _flip_in_head, _cut, _delete, _double, _exaggerate, _exaggerate, _exaggerate, _splice, _change_head, _fill)  # fmt: skip


def _place(content: bytes | bytearray, chance: random.Random) -> int:
    """Return a place in a file: in its head, near its metadata, or anywhere."""
    kind = chance.random()
    if kind < 0.2:
        return chance.randrange(min(len(content), 1024))
    if kind < 0.5:
        found = content.find(chance.choice(_PLACES))
        if found >= 0:
            return min(len(content) - 1, max(0, found - 8 + chance.randrange(256)))
    return chance.randrange(len(content))


def seeds(photos: Path) -> tuple[list[bytes], list[bytes]]:
    """Return small and large sound files: real ones, and small copies of them in every format that can be written."""
    files = [
        path.read_bytes() for path in sorted(photos.rglob("*")) if path.is_file() and path.suffix != ".xmp"
    ]
    small = [content for content in files if len(content) < _LARGE_BYTES]
    large = [content for content in files if len(content) >= _LARGE_BYTES]
    small += itertools.chain.from_iterable(_copies(content, number) for number, content in enumerate(files))
    return small, large


def _copies(content: bytes, number: int) -> Iterator[bytes]:
    """Yield small copies of a photo with its metadata, in a few formats each."""
    with open_picture(content) as image:
        kept = {
            "exif": image.info.get("exif") or _some_exif(number),
            "icc_profile": image.info.get("icc_profile") or b"",
            "xmp": image.info.get("xmp") or b"",
        }
        picture = image.convert("RGB")
    picture.thumbnail((_SMALL_PX, _SMALL_PX))
    formats = list(_written(picture))
    for name, shown, options in formats[number % 3 :: 3]:
        buffer = BytesIO()
        words = kept if name in _WITH_METADATA else {}
        try:
            shown.save(buffer, name, **{**words, **options})
        except (*PICTURE_ERRORS, KeyError):
            # This build of Pillow writes no such files; the others do.
            continue
        yield buffer.getvalue()


_WITH_METADATA = {"JPEG", "WEBP", "AVIF", "PNG", "JXL"}


def _written(picture: Image.Image) -> Iterator[tuple[str, Image.Image, dict[str, object]]]:
    palette, grey, clear = picture.quantize(64), picture.convert("L"), picture.copy()
    clear.putalpha(grey)
    more = [picture.rotate(90), picture.rotate(180)]
    yield "JPEG", picture, {"quality": 80}
    yield "JPEG", picture, {"progressive": True, "quality": 50}
    yield "JPEG", picture.convert("CMYK"), {}
    yield "MPO", picture, {"save_all": True, "append_images": more}
    yield "PNG", clear, {}
    yield "PNG", palette, {"transparency": 3}
    yield "PNG", grey.convert("I;16"), {}
    yield "PNG", picture, {"save_all": True, "append_images": more}
    yield "GIF", palette, {"save_all": True, "append_images": [one.quantize(8) for one in more]}
    yield "WEBP", picture, {"quality": 60}
    yield "WEBP", clear, {"lossless": True}
    yield "WEBP", picture, {"save_all": True, "append_images": more}
    yield "AVIF", picture, {"quality": 50}
    yield "AVIF", clear, {"subsampling": "4:4:4"}
    yield "JXL", picture, {}
    yield "JXL", clear, {"lossless": True}
    yield "JPEG2000", picture, {}
    yield "JPEG2000", clear, {"irreversible": True}
    yield "BMP", picture, {}
    yield "BMP", palette, {}
    yield "TIFF", picture, {"compression": "tiff_lzw"}
    yield "TIFF", picture, {"compression": "jpeg"}
    yield "TIFF", clear, {"compression": "tiff_adobe_deflate"}
    yield "TIFF", grey.convert("F"), {}
    yield "TIFF", picture.convert("1"), {"compression": "group4"}
    yield "TIFF", palette, {"compression": "packbits"}


def _some_exif(number: int) -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Maker", f"Model {number}", 1 + number % 8
    exif.get_ifd(0x8769)[0x9003] = "2020:01:02 03:04:05"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 30.0, 0.0), 3: "E", 4: (13.0, 24.0, 0.0)})
    return exif.tobytes()


def run(
    mutator: Mutator,
    numbers: Sequence[int],
    *,
    workers: int,
    keep: Path | None = None,
    tell: bool = False,
    suffix: str = ".jpg",
) -> Outcome:
    """Decode many cases.

    Args:
        mutator: Makes them.
        numbers: Which.
        workers: Decoders at the same time.
        keep: Where files go that ended a decoder.
        tell: Whether to print how far it is.
        suffix: What the files' names end in.
    """
    outcome, started = Outcome(), time.monotonic()
    pool = DecoderPool(workers, background=True)
    try:
        with tempfile.TemporaryDirectory(prefix="fuzz-") as folder, ThreadPoolExecutor(workers) as threads:

            def one(number: int) -> tuple[int, bytes, str | None, float]:
                content, path = mutator.case(number), Path(folder) / f"{number}{suffix}"
                path.write_bytes(content)
                began = time.monotonic()
                reading = pool.read(path, LEAST_PX)
                path.unlink()
                return number, content, reading.problem, time.monotonic() - began

            for number, content, problem, seconds in threads.map(one, numbers):
                if outcome.add(number, problem, seconds) and keep is not None:
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / f"{number}.bin").write_bytes(content)
                if tell and outcome.cases % 1000 == 0:
                    print(_line(outcome, time.monotonic() - started), flush=True)
    finally:
        pool.close()
    outcome.seconds = round(time.monotonic() - started, 1)
    return outcome


def _line(outcome: Outcome, seconds: float) -> str:
    ended = {words: len(numbers) for words, numbers in outcome.ended.items()}
    return (
        f"{outcome.cases} in {seconds:,.0f} s: {outcome.decoded} decoded, {outcome.refused} refused, {ended}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", type=Path, help="folder of sound photos")
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--workers", type=int, default=cores())
    parser.add_argument("--keep", type=Path, help="folder for files that ended a decoder")
    parsed = parser.parse_args()
    mutator = Mutator(*seeds(parsed.photos))
    numbers = range(parsed.first, parsed.first + parsed.cases)
    outcome = run(mutator, numbers, workers=parsed.workers, keep=parsed.keep, tell=True)
    print(json.dumps({**asdict(outcome), "reasons": dict(outcome.reasons.most_common())}, indent=1))
    return 1 if outcome.ended else 0


if __name__ == "__main__":
    sys.exit(main())
