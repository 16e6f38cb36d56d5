"""Animations and files of several pages beside photos that are their first picture, in a real library."""

import io
from pathlib import Path

from PIL import Image

from tests.library.media.pictures.samples import detailed
from tests.library.test_library import WAIT_S, opened

FIRST = detailed((256, 192)).quantize(64).convert("RGB")
SECOND = FIRST.transpose(Image.Transpose.ROTATE_180)


def written(path: Path, *more: Image.Image, **options: object) -> Path:
    buffer = io.BytesIO()
    FIRST.save(buffer, path.suffix[1:], save_all=True, append_images=more, **options)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(buffer.getvalue())
    return path


def test_only_files_of_as_many_pictures_are_shown_as_one(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    alike = [
        {
            written(photos / "still.gif"),
            written(photos / "said.gif", comment=b"A beach"),
            written(photos / "still.tiff"),
        },
        {
            written(photos / "moves.gif", SECOND),
            written(photos / "moves too.gif", SECOND, comment=b"A beach"),
        },
    ]
    written(photos / "moves longer.gif", SECOND, FIRST)
    written(photos / "pages.tiff", SECOND, FIRST, SECOND)
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
        stacks = library.browsing.stacks()
        paths = {photo.id: photo.path for photo in library.browsing.photos(library.browsing.ids_by_date())}
    found = [
        {paths[number] for number in stacks if stacks[number] == stack} for stack in set(stacks.values())
    ]
    assert sorted(found, key=len) == sorted(alike, key=len)
