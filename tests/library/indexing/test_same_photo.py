"""A photo is embedded once, ever: counted with real files, a real library and an embedder that counts."""

import os
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from desktop_app.library import PhotoLibrary
from desktop_app.library.models.embedder import Prepared
from tests.fakes import ColorEmbedder
from tests.library.media.pictures.samples import detailed
from tests.library.test_library import WAIT_S, names, opened

ORIENTATION = 0x0112
Act = Callable[[Path], Path]


def save_photo(path: Path, colour: str = "red", **options: object) -> Path:
    """A JPEG with something to see in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.new("RGB", (96, 64), colour)
    picture.paste(detailed((32, 32)), (8, 8))
    picture.save(path, "JPEG", **options)
    return path


def write(path: Path, content: bytes) -> Path:
    """Change a file as an editor does, so that its time is another for certain."""
    before = path.stat().st_mtime_ns
    path.write_bytes(content)
    os.utime(path, ns=(before + 2_000_000_000, before + 2_000_000_000))
    return path


def with_segment(jpeg: bytes, marker: int, body: bytes) -> bytes:
    return jpeg[:2] + struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body + jpeg[2:]


def rate(path: Path) -> Path:
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    xmp += b'<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="5"/></rdf:RDF></x:xmpmeta>'
    return write(path, with_segment(path.read_bytes(), 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp))


def tag(path: Path) -> Path:
    """A keyword, as older programs write it."""
    word = b"\x1c\x02\x19" + struct.pack(">H", 5) + b"beach"
    block = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + struct.pack(">I", len(word)) + word
    return write(path, with_segment(path.read_bytes(), 0xED, block))


def turn(path: Path) -> Path:
    tags = Image.Exif()
    tags[ORIENTATION] = 6
    return write(path, with_segment(path.read_bytes(), 0xE1, b"Exif\0\0" + tags.tobytes()))


def restore(path: Path) -> Path:
    return write(path, path.read_bytes())


def rename(path: Path) -> Path:
    return path.rename(path.with_name("renamed.jpg"))


def move(path: Path) -> Path:
    (path.parent / "deeper").mkdir()
    return path.rename(path.parent / "deeper" / path.name)


def move_to_another_folder(path: Path) -> Path:
    return path.rename(path.parents[1] / "second" / path.name)


def copy(path: Path) -> Path:
    return Path(shutil.copy2(path, path.parents[1] / "second" / path.name))


def refreshed(library: PhotoLibrary) -> None:
    library.folders.refresh().result(WAIT_S)


ACTS: dict[str, Act] = {
    act.__name__: act for act in (rate, tag, restore, rename, move, move_to_another_folder, copy)
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_a_photo_is_not_embedded_again(tmp_path: Path, act: Act) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    photo = save_photo(first / "photo.jpg")
    save_photo(second / "other.jpg", "green")
    embedder = ColorEmbedder()
    with opened(tmp_path, embedder) as library:
        for folder in (first, second):
            library.folders.add(folder).result(WAIT_S)
        assert embedder.embedded == 2
        now = act(photo)
        refreshed(library)
        assert embedder.embedded == 2
        assert library.browsing.status().pending == 0
        assert names(library, "red", 1) == [now.name]
        known = library.browsing.photo_at(now)
        assert known is not None
        assert library.browsing.thumbnail(known) is not None


def test_new_pixels_are_embedded_once_for_all_their_copies(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    photo = save_photo(folder / "photo.jpg")
    embedder = ColorEmbedder()
    with opened(tmp_path, embedder) as library:
        library.folders.add(folder).result(WAIT_S)
        save_photo(photo, "blue")
        for number, act in enumerate((rate, tag, turn)):
            act(Path(shutil.copy(photo, folder / f"copy_{number}.jpg")))
        refreshed(library)
        # One of them lies on its side, and is seen so.
        assert embedder.embedded == 3
        assert library.browsing.status().indexed == 4
        assert len(set(library.browsing.stacks().values())) == 1
        assert len(library.browsing.stacks()) == 4


def test_a_photo_that_vanishes_and_returns_is_found_again_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    photo = save_photo(folder / "photo.jpg")
    save_photo(folder / "other.jpg", "green")
    embedder = ColorEmbedder()
    with opened(tmp_path, embedder) as library:
        library.folders.add(folder).result(WAIT_S)
        away = photo.rename(tmp_path / "away.jpg")
        refreshed(library)
        assert names(library, "red") == ["other.jpg"]
    with opened(tmp_path, embedder) as library:
        away.rename(photo)
        refreshed(library)
        assert names(library, "red", 1) == ["photo.jpg"]
    assert embedder.embedded == 2


def test_what_is_said_anew_of_a_photo_is_known(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    photo = save_photo(folder / "photo.jpg")
    embedder = ColorEmbedder()
    with opened(tmp_path, embedder) as library:
        library.folders.add(folder).result(WAIT_S)
        turn(tag(rate(photo)))
        refreshed(library)
        known = library.browsing.photo_at(photo)
        assert known is not None
        assert known.rating == 5
        assert "beach" in known.tags
        assert (known.width_px, known.height_px) == (64, 96)
        thumbnail = library.browsing.thumbnail(known)
        assert thumbnail is not None
        with Image.open(thumbnail) as shown:
            assert shown.size == (64, 96)
    assert embedder.embedded == 2


class CornerEmbedder(ColorEmbedder):
    """Places a photo at the colour of its upper left corner."""

    def prepare(self, picture: Image.Image) -> Prepared:
        return super().prepare(picture.crop((0, 0, 8, 8)))


def test_a_photo_that_is_set_upright_is_found_as_it_is_shown(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    picture = Image.new("RGB", (96, 64), "blue")
    # What comes to the upper left where the photo is turned clockwise lies at the lower left.
    picture.paste((255, 0, 0), (0, 40, 24, 64))
    picture.save(folder / "photo.jpg")
    save_photo(folder / "other.jpg", "green")
    # A copy that lost its tag on the way lies as before.
    shutil.copy(folder / "photo.jpg", folder / "copy.jpg")
    embedder = CornerEmbedder()
    with opened(tmp_path, embedder) as library:
        library.folders.add(folder).result(WAIT_S)
        assert embedder.embedded == 2
        turn(folder / "photo.jpg")
        refreshed(library)
        assert names(library, "red", 1) == ["photo.jpg"]
        assert names(library, "blue", 1) == ["copy.jpg"]
        stacks = library.browsing.stacks()
        assert len(stacks) == 2
        assert len(set(stacks.values())) == 1
        write(folder / "photo.jpg", (folder / "copy.jpg").read_bytes())
        refreshed(library)
        assert embedder.embedded == 3


def test_another_model_embeds_equal_pixels_once(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    photo = save_photo(folder / "photo.jpg")
    with opened(tmp_path, ColorEmbedder()) as library:
        library.folders.add(folder).result(WAIT_S)
        rate(Path(shutil.copy(photo, folder / "rated.jpg")))
        refreshed(library)
    other = ColorEmbedder(model_id="color-2")
    with opened(tmp_path, other) as library:
        refreshed(library)
        assert other.embedded == 1
        assert library.browsing.status().indexed == 2
