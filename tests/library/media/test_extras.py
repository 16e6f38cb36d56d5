"""Extras in the person's folder are found by the program and by its confined decoders, after all that is shipped."""

import importlib.util
import sys
from pathlib import Path

import pytest
from PIL import Image

from desktop_app.library import use_extras
from desktop_app.library.decoding.pool import DecoderPool, Decoding
from desktop_app.library.media import extra_path
from desktop_app.library.media.extras import folder_for_this_python
from desktop_app.library.media.formats import NEEDS, VIDEO, missing_format

# Imports more of its package when it decodes, which is behind the walls.
DECODER = """
from desktop_app.library.media.pictures.decode import decode as ours

def decode(content, least_px):
    import given_later
    assert given_later.__file__.startswith({folder!r})
    return ours(content, least_px=least_px)
"""


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(extra_path, "_in_use", [])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of all extras, with one that a decoder can be."""
    folder = folder_for_this_python(tmp_path / "extras") / "av"
    folder.mkdir(parents=True)
    (folder / "given.py").write_text(DECODER.format(folder=str(folder)))
    (folder / "given_later.py").write_text("")
    return tmp_path / "extras"


def test_a_decoder_imports_from_the_folder_also_behind_its_walls(root: Path, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    Image.new("RGB", (40, 30)).save(photo)
    use_extras(root)
    pool = DecoderPool(1, background=True, how=Decoding(decoder="given:decode"))
    try:
        reading = pool.read(photo, least_px=16)
    finally:
        pool.close()
    assert (reading.problem, reading.picture().size) == (None, (40, 30))


def test_what_is_shipped_comes_first(root: Path) -> None:
    (folder_for_this_python(root) / "av" / "PIL.py").write_text("raise SystemExit")
    use_extras(root)
    use_extras(root)
    assert sys.path[-1] == str(folder_for_this_python(root) / "av")
    assert sys.path.count(sys.path[-1]) == 1
    assert importlib.util.find_spec("given") is not None
    found = importlib.util.find_spec("PIL")
    assert found is not None
    assert Path(str(found.origin)).name == "__init__.py"


def test_nothing_else_in_the_folder_is_used(root: Path, tmp_path: Path) -> None:
    before = list(sys.path)
    (folder_for_this_python(root) / "av").rename(folder_for_this_python(root) / "numpy")
    use_extras(root)
    use_extras(tmp_path / "nothing")
    (tmp_path / "file").write_text("")
    use_extras(tmp_path / "file")
    assert sys.path == before


def test_a_link_is_not_followed(root: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    place = folder_for_this_python(root) / "av"
    place.rename(tmp_path / "elsewhere")
    place.symlink_to(tmp_path / "elsewhere")
    before = list(sys.path)
    use_extras(root)
    assert sys.path == before
    assert "the extra av is not used" in caplog.text


def test_what_an_installed_program_says_is_needed_is_understood_in_a_checkout_too() -> None:
    assert (
        NEEDS[VIDEO]
        == "needs the video extra: run “pip install av” where Vislumbre is installed and start again"
    )
    installed = "add it with “vislumbre extras add” (Help, Formats, says how) and start again"
    assert missing_format(f"needs the video extra: {installed}") == VIDEO
    assert missing_format(f"needs the JPEG XL extra: {installed}") == "JXL"
    assert missing_format(NEEDS["JXL"]) == "JXL"
