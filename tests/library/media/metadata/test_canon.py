"""What Canon's raw files of today say of a photo: they are no TIFF, and have their EXIF in boxes."""

from datetime import datetime

import pytest
from PIL import Image

from desktop_app.library.media.metadata.canon import canon_blocks
from desktop_app.library.media.metadata.metadata import Meaning, Metadata
from desktop_app.library.media.metadata.read import read_canon
from desktop_app.library.media.pictures import raw
from desktop_app.library.media.pictures.decode import decode
from tests.library.media.pictures.raw_samples import jpeg
from tests.library.media.pictures.samples import corners

CANON, XMP = "85c0b687820f11e08111f4ce462b6a48", "be7acfcb97a942e89c71999491e3afac"
STARS = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4"/></rdf:RDF></x:xmpmeta>'
)


def box(kind: str, *inside: bytes) -> bytes:
    content = b"".join(inside)
    return (len(content) + 8).to_bytes(4, "big") + kind.encode() + content


def named(name: str, *inside: bytes) -> bytes:
    return box("uuid", bytes.fromhex(name), *inside)


def directory(**entries: object) -> bytes:
    """A TIFF of one directory; numbers stand behind a letter."""
    exif = Image.Exif()
    for number, value in entries.items():
        exif[int(number[1:])] = value
    return exif.tobytes().removeprefix(b"Exif\0\0")


def cr3() -> bytes:
    """The boxes of a CR3 without any picture, in the order in which cameras write them."""
    return b"".join(
        (
            box("ftyp", b"crx \0\0\0\1crx isom"),
            box(
                "moov",
                named(
                    CANON,
                    box("CNCV", b"CanonCR3_001/00.09.00/00.00.00"),
                    box("CMT1", directory(_271="Canon", _272="Canon EOS R6", _306="2021:05:07 08:00:00")),
                    box(
                        "CMT2",
                        directory(
                            _33434=0.004,
                            _33437=2.8,
                            _34855=400,
                            _36867="2021:05:06 12:34:56",
                            _42036="RF24-105mm F4 L IS USM",
                        ),
                    ),
                    box("CMT3", b"II*\0\x08\0\0\0\0\0"),
                    box("CMT4", directory(_1="N", _2=(38.0, 43.0, 12.0), _3="W", _4=(9.0, 8.0, 24.0))),
                ),
                box("mvhd", bytes(100)),
            ),
            named(XMP, STARS, b" " * 2000),
            box("mdat", bytes(500)),
        )
    )


def assert_says_it(said: Metadata) -> None:
    assert (said.taken_at, said.meaning) == (datetime(2021, 5, 6, 12, 34, 56), Meaning.TAKEN)
    assert (said.camera, said.lens) == ("Canon EOS R6", "RF24-105mm F4 L IS USM")
    assert said.exposure == "1/250 s · f/2.8 · ISO 400"
    assert said.latitude == pytest.approx(38.72)
    assert said.longitude == pytest.approx(-9.14)
    assert said.rating == 4
    sources = dict(said.sources)
    assert [sources[name] for name in ("taken_at", "place", "rating")] == ["exif", "exif", "xmp"]


def test_date_place_lens_and_stars_are_read() -> None:
    assert_says_it(read_canon(cr3()))


def test_they_count_more_than_what_the_preview_is_said_to_say(monkeypatch: pytest.MonkeyPatch) -> None:
    # LibRaw gives the preview a head of its own, with the date in the place of that of a change.
    exif = Image.Exif()
    exif[306] = "2021:05:07 08:00:00"
    seen = raw.RawPhoto((960, 672), 1, jpeg(corners((768, 512)), exif=exif))
    monkeypatch.setattr("desktop_app.library.media.pictures.raw_photo.read_raw", lambda _content: seen)
    assert_says_it(decode(cr3(), least_px=64).metadata)


@pytest.mark.parametrize("kept", [0, 12, 40, 150, 300, 500, 700])
def test_what_is_cut_off_says_nothing(kept: int) -> None:
    assert read_canon(cr3()[:kept]).rating is None


def test_other_files_of_boxes_say_nothing() -> None:
    assert read_canon(cr3().replace(b"crx ", b"heic")) == Metadata()
    assert canon_blocks(cr3().replace(bytes.fromhex(CANON), bytes(16))).exif == (b"", b"")
