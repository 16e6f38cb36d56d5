"""A library of any earlier version is opened and searched; one of a later version is refused and stays as it is."""

import hashlib
import json
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from desktop_app.cli.main import main
from desktop_app.library import CatalogTooNewError, PhotoLibrary, PhotoState
from desktop_app.library.catalog import schema
from desktop_app.paths import AppPaths, resources
from desktop_app.settings import Settings
from desktop_app.trust import OwnLibraries
from tests.processes import vector_processes

LIBRARIES = Path(__file__).resolve().parents[1] / "fixtures" / "libraries"
PHOTOS = Path("/vislumbre-fixture/photos")
VERSIONS = range(1, len(schema.MIGRATIONS) + 1)
NEWEST = VERSIONS[-1]
WAIT_S = 60
# Cosines of the wall with the keys and with the face, as they were in the first version.
SCORES = [0.39, 0.24]

pytestmark = pytest.mark.skipif(PHOTOS.drive != "", reason="the old libraries hold POSIX paths")


def unpacked(version: int, base: Path) -> AppPaths:
    with tarfile.open(LIBRARIES / f"version-{version}.tar.xz") as archive:
        archive.extractall(base, filter="data")
    return AppPaths.below(base)


@contextmanager
def opened(paths: AppPaths) -> Iterator[PhotoLibrary]:
    library = PhotoLibrary(paths.data, paths.cache, resources=resources())
    try:
        yield library
    finally:
        library.close()


def version_of(paths: AppPaths) -> int:
    with closing(sqlite3.connect(paths.data / "catalog.db")) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def everything(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in folder.rglob("*")
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_a_library_of_an_earlier_version_is_opened_with_all_that_was_known(
    tmp_path: Path, version: int
) -> None:
    paths = unpacked(version, tmp_path)
    assert version_of(paths) == version
    with opened(paths) as library:
        status = library.browsing.status()
        assert (status.photos, status.indexed, status.pending, status.failed) == (3, 3, 0, 0)
        assert [folder.path for folder in status.folders] == [PHOTOS]
        known = [library.browsing.photo_at(PHOTOS / name) for name in ("wall.png", "face.jpg", "keys.png")]
        assert [photo and photo.state for photo in known] == [PhotoState.INDEXED] * 3
        # By their vectors, which the older code has made: nothing is embedded for that.
        answer = library.searching.similar([PHOTOS / "wall.png"]).result(WAIT_S)
        assert [hit.photo.name for hit in answer.hits] == ["keys.png", "face.jpg"]
        assert [round(hit.score or 0, 2) for hit in answer.hits] == SCORES
        assert library.browsing.check() == []
    assert version_of(paths) == NEWEST
    settings = Settings.load(paths.config)
    assert (settings.problems, settings.history) == ([], ["a brick wall"])
    assert (settings.values.scheme, settings.values.cell_px) == ("dark", 256)


@pytest.mark.model
@pytest.mark.parametrize("version", [VERSIONS[0], NEWEST])
def test_it_is_searched_in_words_and_its_database_of_vectors_is_opened(tmp_path: Path, version: int) -> None:
    with opened(unpacked(version, tmp_path)) as library:
        answer = library.searching.search("a yellow smiley face").result(WAIT_S)
        assert (answer.hits[0].photo.name, answer.note) == ("face.jpg", "")
        library.models.open_vectors().result(WAIT_S)
        assert vector_processes()
    assert not [path for path in tmp_path.rglob("*") if ".broken-" in path.name]


def newer(base: Path) -> AppPaths:
    """A library that a Vislumbre of the future wrote, in settings and vectors too."""
    paths = unpacked(NEWEST, base)
    with closing(sqlite3.connect(paths.data / "catalog.db")) as connection:
        connection.execute("CREATE TABLE future (thing TEXT) STRICT")
        connection.execute(f"PRAGMA user_version = {NEWEST + 1}")
    (manifest,) = paths.data.rglob("manifest.json")
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"manifest_format_version": 99}))
    return paths


def test_a_library_of_a_later_version_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    paths = newer(tmp_path)
    (paths.data / "library.lock").touch()
    before = everything(tmp_path)
    with pytest.raises(CatalogTooNewError, match="was written by a newer Vislumbre") as caught, opened(paths):
        pass
    assert "Update Vislumbre" in caught.value.hint
    assert everything(tmp_path) == before


@pytest.mark.parametrize("command", [["status"], ["index", "."], ["doctor"], ["doctor", "--repair"]])
def test_so_it_is_by_every_command_also_by_one_that_trusts_it(
    tmp_path: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    base = tmp_path / "base"
    paths = newer(base)
    (paths.data / "library.lock").touch()
    for folder in (paths.cache, paths.log):
        folder.mkdir()
    before = everything(base)
    assert main(["--base-dir", str(base), "--trust-library", *command]) == 3
    said = capsys.readouterr()
    assert "newer Vislumbre" in said.out + said.err
    assert "Traceback" not in said.err
    assert everything(base) == before
    assert not OwnLibraries.of_person()._knows(paths.data)


@pytest.mark.model
@pytest.mark.expects_errors
def test_vectors_of_a_later_database_are_made_again_from_the_catalogue_and_kept_aside(tmp_path: Path) -> None:
    paths = unpacked(NEWEST, tmp_path)
    (manifest,) = paths.data.rglob("manifest.json")
    later = json.dumps(json.loads(manifest.read_text()) | {"manifest_format_version": 99})
    manifest.write_text(later)
    with opened(paths) as library:
        library.models.open_vectors().result(WAIT_S)
        answer = library.searching.search("a yellow smiley face").result(WAIT_S)
        assert answer.hits[0].photo.name == "face.jpg"
    kept = [path.read_text() for path in paths.data.rglob("manifest.json*") if ".broken-" in str(path)]
    assert later in kept


def test_settings_of_a_later_version_are_kept_beside_what_was_understood_of_them(tmp_path: Path) -> None:
    paths = unpacked(NEWEST, tmp_path)
    file = paths.config / "settings.toml"
    content = file.read_text().replace("version = 1", "version = 99") + '\n[future]\nthing = "x"\n'
    file.write_text(content)
    settings = Settings.load(paths.config)
    assert settings.values.scheme == "dark"
    assert "newer Vislumbre" in settings.problems[0]
    assert file.read_text() == content
    settings.save()
    assert (paths.config / "settings.toml.version-99").read_text() == content


def test_every_version_of_the_catalogue_has_a_library() -> None:
    kept = sorted(path.name for path in LIBRARIES.glob("*.tar.xz"))
    assert kept == [f"version-{number}.tar.xz" for number in VERSIONS]
    assert max(path.stat().st_size for path in LIBRARIES.iterdir()) < 100_000
