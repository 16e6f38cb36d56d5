"""What takes space and giving it back, with the whole engine: a real catalogue, a real vector database."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from desktop_app.library import (
    LibraryError,
    NotDroppableError,
    PhotoLibrary,
    Progress,
    RefreshFinished,
    SpaceUse,
)
from desktop_app.library.catalog import Catalog
from desktop_app.library.space.disk import OwnFolder
from desktop_app.paths import resources
from tests.fakes import ColorEmbedder
from tests.library.catalog.records import record, unit
from tests.pictures import save_colour

WAIT_S = 90
DAY_S = 24 * 3600
COLOURS = ("red", "green", "blue")


@contextmanager
def opened(
    base: Path, model_id: str = "color-1", **options: Any
) -> Iterator[tuple[PhotoLibrary, ColorEmbedder]]:
    embedder = ColorEmbedder(model_id=model_id)
    embedder.name = model_id.title()
    library = PhotoLibrary(
        base / "data", base / "cache", resources=resources(), embedder=embedder, log=base / "log", **options
    )
    try:
        yield library, embedder
    finally:
        library.close()


@contextmanager
def without_model(base: Path, **options: Any) -> Iterator[PhotoLibrary]:
    """Open it as commands do that neither search nor index: no model is opened, and no database."""
    library = PhotoLibrary(
        base / "data",
        base / "cache",
        resources=resources(),
        config=base / "config",
        log=base / "log",
        **options,
    )
    try:
        yield library
    finally:
        library.close()


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shared") / "photos"
    for colour in COLOURS:
        save_colour(folder / f"{colour}.png", colour)
    return folder


@pytest.fixture(scope="module")
def library_of_both(photos: Path) -> Path:
    """A library indexed with one model, and then with another, which is in use now."""
    with opened(photos.parent) as (library, _):
        library.folders.add(photos).result(WAIT_S)
    with opened(photos.parent, "color-2") as (library, _):
        library.folders.refresh().result(WAIT_S)
    return photos.parent


@pytest.fixture
def both(library_of_both: Path, tmp_path: Path) -> Path:
    """A copy of that, to be changed."""
    for part in ("data", "cache"):
        shutil.copytree(library_of_both / part, tmp_path / part)
    return tmp_path


def uses(library: PhotoLibrary) -> dict[str, SpaceUse]:
    return {use.key: use for use in library.space.uses()}


def found(library: PhotoLibrary, text: str) -> list[str]:
    return [hit.photo.name for hit in library.searching.search(text).result(WAIT_S).hits]


def databases(tmp_path: Path) -> list[str]:
    return sorted(folder.name.partition("-")[2] for folder in (tmp_path / "data" / "vectors").iterdir())


def test_everything_that_takes_space_is_told(both: Path) -> None:
    (both / "data" / "catalog.db.broken-20260101-000000").write_bytes(b"x" * 1000)
    (both / "log").mkdir()
    (both / "log" / "vislumbre.log").write_bytes(b"x" * 10)
    (both / "log" / "vislumbre.log.1").write_bytes(b"x" * 100)
    with without_model(both) as library:
        told = uses(library)
    assert {key: (use.items, use.droppable) for key, use in told.items()} == {
        "catalogue": (3, False),
        "thumbnails": (3, True),
        "gone": (0, True),
        "vectors:color-2": (3, False),
        "vectors:color-1": (3, True),
        "aside": (1, True),
        "logs": (2, True),
    }
    assert {key: use.noun for key, use in told.items()} == {
        "catalogue": "photo",
        "thumbnails": "file",
        "gone": "photo",
        # Not photos: each moment of a video has one.
        "vectors:color-2": "vector",
        "vectors:color-1": "vector",
        "aside": "part",
        "logs": "file",
    }
    assert (told["aside"].size_bytes, told["logs"].size_bytes) == (1000, 110)
    assert told["vectors:color-1"].title == "Vectors of “Color-1”"
    assert "embedded again" in told["vectors:color-1"].cost
    thumbnails = sum(file.stat().st_size for file in (both / "cache").rglob("*.jpg"))
    assert told["thumbnails"].size_bytes == thumbnails


def test_what_takes_space_is_what_the_disk_says(both: Path) -> None:
    with without_model(both) as library:
        told = sum(use.size_bytes for use in uses(library).values())
        there = sum(
            file.stat().st_size
            for place in ("data", "cache")
            for file in (both / place).rglob("*")
            if file.is_file()
        )
    assert told == pytest.approx(there, rel=0.05)


def test_vectors_of_a_model_that_is_not_in_use_go_and_are_made_again(both: Path) -> None:
    assert databases(both) == ["color-1", "color-2"]
    with opened(both, "color-2") as (library, _):
        library.models.warm_up().result(WAIT_S)
        before = uses(library)["vectors:color-1"].size_bytes
        with pytest.raises(NotDroppableError):
            library.space.drop(["vectors:color-1", "vectors:color-2"]).result(WAIT_S)
        assert library.space.drop(["vectors:color-1"]).result(WAIT_S) == before
        assert "vectors:color-1" not in uses(library)
        assert found(library, "red")[0] == "red.png"
    assert databases(both) == ["color-2"]
    with opened(both) as (library, embedder):
        assert library.folders.refresh().result(WAIT_S).indexed == len(COLOURS)
        assert embedder.embedded == len(COLOURS)
        assert found(library, "blue")[0] == "blue.png"


def test_what_is_needed_or_unknown_is_not_dropped(both: Path) -> None:
    with without_model(both) as library:
        uses(library)
        # By now the hash of the weights is noted, which takes a page of the catalogue.
        before = uses(library)
        for key in ("vectors:color-2", "catalogue", "nonsense"):
            with pytest.raises(NotDroppableError):
                # Nothing goes then, what could be dropped neither.
                library.space.drop(["thumbnails", "vectors:color-1", key]).result(WAIT_S)
        assert uses(library) == before


def test_a_model_in_use_stays_before_it_was_opened(both: Path) -> None:
    # As the command line does it: nothing is searched or indexed, so no model is opened.
    with without_model(both) as library:
        assert not uses(library)["vectors:color-2"].droppable
        library.space.drop(["vectors:color-1"]).result(WAIT_S)
        with pytest.raises(NotDroppableError):
            library.space.drop(["vectors:color-2"]).result(WAIT_S)
        assert uses(library)["vectors:color-2"].items == len(COLOURS)
    assert databases(both) == ["color-2"]


def test_no_vectors_are_dropped_while_nobody_knows_which_are_needed(tmp_path: Path) -> None:
    with Catalog(_made(tmp_path / "data") / "catalog.db") as catalog:
        catalog.folders.add(tmp_path)
        catalog.photos.save([record(tmp_path / "a.jpg", "hash-a", vector=unit(1))], "model-a")
    library = PhotoLibrary(tmp_path / "data", tmp_path / "cache", resources=tmp_path / "nothing")
    try:
        assert not uses(library)["vectors:model-a"].droppable
    finally:
        library.close()


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_a_model_with_a_path_for_a_name_leads_to_nothing_outside(both: Path) -> None:
    """A library may come from somebody else."""
    theirs = both / "theirs.safetensors"
    (both / "data" / "calibrations").mkdir(exist_ok=True)
    names = ["../../theirs", str(theirs.with_suffix(""))]
    with Catalog(both / "data" / "catalog.db") as catalog:
        (photo,) = catalog.photos.of_ids([1], None)
        for name in names:
            theirs.write_bytes(b"x" * 1000)
            catalog.photos.save([record(photo.path, photo.content_hash, vector=unit(1))], name)
    library = PhotoLibrary(both / "data", both / "cache", resources=resources())
    try:
        assert all(uses(library)[f"vectors:{name}"].size_bytes < 1000 for name in names)
        library.space.drop([f"vectors:{name}" for name in names]).result(WAIT_S)
        assert not any(f"vectors:{name}" in uses(library) for name in names)
    finally:
        library.close()
    assert theirs.exists()


def _die(*_args: object, **_options: object) -> None:
    raise LibraryError("the end of the process")


@pytest.mark.parametrize("moment", ["between two steps", "before the database"])
def test_an_end_while_vectors_are_dropped_leaves_a_library_that_is_right(
    both: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    with without_model(both) as library:
        with monkeypatch.context() as dying:
            if moment == "between two steps":
                dying.setattr("desktop_app.library.space.models._VECTORS_AT_ONCE", 1)
                dying.setattr(type(library.space), "_is_closing", lambda _space: lambda: True)
            else:
                dying.setattr(OwnFolder, "remove", _die)
            error = library.space.drop(["vectors:color-1"]).exception(WAIT_S)
        assert (error is None) == (moment == "between two steps")
    # Going back at just this moment embeds what is missing, and finds everything once.
    with opened(both) as (library, embedder):
        library.folders.refresh().result(WAIT_S)
        assert embedder.embedded == (1 if moment == "between two steps" else len(COLOURS))
        for colour in COLOURS:
            assert found(library, colour)[0] == f"{colour}.png"
            assert len(set(found(library, colour))) == len(COLOURS)


def test_an_end_in_the_middle_of_a_database_leaves_it_to_the_next_start(
    both: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with without_model(both) as library, monkeypatch.context() as dying:
        dying.setattr("shutil.rmtree", _die)
        assert library.space.drop(["vectors:color-1"]).exception(WAIT_S) is not None
        # Nobody meets half of it.
        assert databases(both) == ["color-2"]
        assert (both / "data" / ".dropped").exists()
    with without_model(both) as library:
        assert "vectors:color-1" not in uses(library)
    assert not (both / "data" / ".dropped").exists()


def test_a_database_in_use_by_another_is_left_alone(both: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    (database,) = (both / "data" / "vectors").glob("*-color-1/vectors.db")
    with without_model(both) as library, (database / "LOCK").open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(LibraryError, match="Another process"):
            library.space.drop(["vectors:color-1"]).result(WAIT_S)
        assert uses(library)["vectors:color-1"].items == len(COLOURS)


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_what_lies_behind_a_link_is_left_alone(both: Path) -> None:
    (both / "cache" / "thumbnails").rename(both / "elsewhere")
    (both / "cache" / "thumbnails").symlink_to(both / "elsewhere")
    (both / "data" / "vectors").rename(both / "vectors")
    (both / "data" / "vectors").symlink_to(both / "vectors")
    with opened(both, "color-2") as (library, _):
        for key in ("thumbnails", "vectors:color-1"):
            with pytest.raises(LibraryError, match="is a link"):
                library.space.drop([key]).result(WAIT_S)
        assert uses(library)["vectors:color-1"].items == len(COLOURS)
    assert len(list((both / "elsewhere").rglob("*.jpg"))) == len(COLOURS)


def test_thumbnails_are_made_again(both: Path, photos: Path) -> None:
    with without_model(both) as library:
        assert library.space.drop(["thumbnails"]).result(WAIT_S) > 0
        assert uses(library)["thumbnails"].size_bytes == 0
        photo = library.browsing.photo_at(photos / "red.png")
        assert photo is not None
        assert library.browsing.thumbnail(photo) is not None


def test_leftovers_go_and_the_log_of_today_stays(tmp_path: Path) -> None:
    data, log, config = (_made(tmp_path / name) for name in ("data", "log", "config"))
    going = [
        data / "catalog.db.broken-20260101-000000",
        data / "catalog.db.broken-20260101-000000-wal",
        _made(_made(data / "vectors") / "1234-model") / "vectors.db.broken-20260101-000000",
        config / "settings.toml.broken-20260101-000000",
        config / "settings.toml.version-0",
        log / "vislumbre.log.1",
        log / "vislumbre-crash-last.log",
    ]
    staying = [config / "settings.toml", log / "vislumbre.log", log / "vislumbre-crash.log"]
    for file in (*going, *staying):
        file.write_bytes(b"x")
    with opened(tmp_path, config=config) as (library, _):
        assert (uses(library)["aside"].items, uses(library)["logs"].items) == (5, 4)
        library.space.drop(["aside", "logs"]).result(WAIT_S)
        assert "aside" not in uses(library)
    assert [file for file in going if file.exists()] == []
    assert all(file.exists() for file in staying)


def test_vectors_of_earlier_catalogues_go(both: Path) -> None:
    old = _made(both / "data" / "vectors" / "01234567-color-1")
    (old / "vectors.db").write_bytes(b"x" * 5000)
    with opened(both, "color-2") as (library, _):
        assert uses(library)["vectors-of-earlier-catalogues"].size_bytes == 5000
        library.space.drop(["vectors-of-earlier-catalogues"]).result(WAIT_S)
    assert databases(both) == ["color-1", "color-2"]


def test_models_that_are_not_in_use_go(tmp_path: Path) -> None:
    models = tmp_path / "data" / "models"
    for name in ("mine", ".RN50.arriving"):
        (models / name).mkdir(parents=True)
        for file in ("open_clip_config.json", "open_clip_model.safetensors"):
            (models / name / file).write_bytes(b"x" * 50)
    with opened(tmp_path) as (library, _):
        told = uses(library)
        assert (told["model:mine"].size_bytes, told["download:RN50"].size_bytes) == (100, 100)
        library.space.drop(["model:mine", "download:RN50"]).result(WAIT_S)
        assert not any(choice.title == "mine" for choice in library.models.choices())
    assert list(models.iterdir()) == []


def test_what_a_killed_import_left_is_gone_at_the_next_start(tmp_path: Path) -> None:
    half = tmp_path / "data" / "models" / ".import-abc" / "model"
    half.mkdir(parents=True)
    (half / "open_clip_model.safetensors").write_bytes(b"x" * 5000)
    with without_model(tmp_path):
        pass
    assert not half.parent.exists()


def test_a_chosen_model_stays_however_broken_it_is(tmp_path: Path) -> None:
    model = tmp_path / "data" / "models" / "mine"
    model.mkdir(parents=True)
    for file in ("open_clip_config.json", "open_clip_model.safetensors"):
        (model / file).write_bytes(b"x" * 50)
    with Catalog(tmp_path / "data" / "catalog.db") as catalog:
        catalog.notes.set("model", str(model))
    library = PhotoLibrary(tmp_path / "data", tmp_path / "cache", resources=resources())
    try:
        assert not uses(library)["model:mine"].droppable
        assert library.browsing.status().model is None
    finally:
        library.close()


# Forgetting.


def in_days(days: float) -> Callable[[], float]:
    return lambda: time.time() + days * DAY_S


def test_a_folder_that_comes_back_within_30_days_is_not_embedded_again(both: Path, photos: Path) -> None:
    with without_model(both) as library:
        library.folders.forget(photos).result(WAIT_S)
        assert uses(library)["gone"].items == len(COLOURS)
    with opened(both, "color-2", clock=in_days(29)) as (library, embedder):
        assert library.folders.add(photos).result(WAIT_S).indexed == len(COLOURS)
        assert embedder.embedded == 0
        assert uses(library)["gone"].items == 0


def test_after_30_days_it_is_embedded_again(both: Path, photos: Path) -> None:
    with without_model(both) as library:
        library.folders.forget(photos).result(WAIT_S)
    # A command that does nothing else is never idle, and forgets at its end; once the clock has said so for a day.
    for days in (30.1, 31.2):
        with without_model(both, clock=in_days(days)) as library:
            assert uses(library)["gone"].items == len(COLOURS)
    with opened(both, "color-2") as (library, embedder):
        assert (uses(library)["gone"].items, uses(library)["thumbnails"].items) == (0, 0)
        library.folders.add(photos).result(WAIT_S)
        assert embedder.embedded == len(COLOURS)
        assert found(library, "red")[0] == "red.png"


WAYS: dict[str, Callable[[PhotoLibrary, Path], object]] = {
    "removed": lambda library, folder: library.folders.remove(folder, at_once=True).result(WAIT_S),
    "forgotten": lambda library, folder: library.folders.forget(folder, at_once=True).result(WAIT_S),
}


BESIDE = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:subject><rdf:Bag>'
    "<rdf:li>zanzibarium</rdf:li></rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>"
)


@pytest.mark.parametrize("way", WAYS)
def test_a_folder_forgotten_at_once_leaves_nothing(tmp_path: Path, photos: Path, way: str) -> None:
    other = save_colour(tmp_path / "other" / "yellow.png", "yellow").parent
    photos = shutil.copytree(photos, tmp_path / "photos")
    (photos / "red.xmp").write_text(BESIDE)
    with opened(tmp_path) as (library, _):
        library.folders.add(photos).result(WAIT_S)
        library.folders.add(other).result(WAIT_S)
        assert found(library, "zanzibarium")[0] == "red.png"
        WAYS[way](library, photos)
        told = uses(library)
        assert (told["gone"].items, told["thumbnails"].items, told["vectors:color-1"].items) == (0, 1, 1)
        assert set(found(library, "zanzibarium")) <= {"yellow.png"}
        assert found(library, "red") == ["yellow.png"]
        assert not library.browsing.facets().cameras
    left = [file for place in ("data", "cache") for file in (tmp_path / place).rglob("*") if file.is_file()]
    assert [file.name for file in left if b"zanzibarium" in file.read_bytes()] == []
    assert [file.name for file in left if b"red.png" in file.read_bytes()] == []


def test_photos_that_are_gone_can_be_forgotten_before_their_time(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    for colour in COLOURS:
        save_colour(photos / f"{colour}.png", colour)
    with opened(tmp_path) as (library, embedder):
        library.folders.add(photos).result(WAIT_S)
        content = (photos / "red.png").read_bytes()
        (photos / "red.png").unlink()
        library.folders.refresh().result(WAIT_S)
        assert library.space.drop(["gone"]).result(WAIT_S) >= 0
        assert uses(library)["gone"].items == 0
        (photos / "red.png").write_bytes(content)
        library.folders.refresh().result(WAIT_S)
        assert embedder.embedded == len(COLOURS) + 1
        assert found(library, "red")[0] == "red.png"


def test_in_the_middle_of_a_switch_both_models_stay(both: Path) -> None:
    with Catalog(both / "data" / "catalog.db") as catalog:
        catalog.notes.set("model id searched with", "color-1")
    with without_model(both) as library:
        assert not uses(library)["vectors:color-1"].droppable
        assert not uses(library)["vectors:color-2"].droppable


def test_what_is_being_indexed_waits_for_a_drop_and_goes_on_behind_it(tmp_path: Path, photos: Path) -> None:
    with opened(tmp_path) as (library, embedder):
        began, ended = threading.Event(), threading.Event()

        def hear(event: object) -> None:
            if isinstance(event, Progress) and event.held:
                began.set()
            if isinstance(event, RefreshFinished) and not event.cancelled:
                ended.set()

        library.subscribe(hear)
        # As long as that counts, indexing stands at its first photo.
        library.folders.hold("the battery is low")
        added = library.folders.add(photos)
        assert began.wait(WAIT_S)
        library.space.drop(["thumbnails"]).result(WAIT_S)
        assert added.result(WAIT_S).indexed == 0
        library.folders.hold("")
        # Nobody asks for the rest.
        assert ended.wait(WAIT_S)
        assert library.browsing.status().indexed == embedder.embedded == len(COLOURS)
