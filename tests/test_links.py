"""No link below a library's folders is followed: each writer of the program finds one in its way, and a canary behind it."""

import json
import logging
import os
import shutil
import socket
import sqlite3
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtGui import QImage

from desktop_app.cli.main import main as command
from desktop_app.library import LibraryError, PhotoLibrary, Trouble, repair_library
from desktop_app.library.catalog import Catalog
from desktop_app.library.catalog.safety_copy import SafetyCopy, copy_of
from desktop_app.library.models.export.exporting import export_graphs
from desktop_app.library.models.shelf import RECOMMENDED, ModelShelf
from desktop_app.library.repair import take_copy_if_gone
from desktop_app.library.search.calibration import Calibrations
from desktop_app.library.search.relevance import Calibration
from desktop_app.library.space.forgetter import Forgetter
from desktop_app.library.thumbnails import ThumbnailStore
from desktop_app.library.vectors.compact.copies import VectorCopies
from desktop_app.library.vectors.compact.room import Limits
from desktop_app.library.vectors.lite.server import LiteServer
from desktop_app.logs import Logs
from desktop_app.main import window_main
from desktop_app.paths import resources
from desktop_app.settings import FILE_NAME, Settings
from desktop_app.ui.app.library_session import _kept
from tests import commands
from tests.fakes import ColorEmbedder
from tests.library.catalog.records import unit
from tests.library.models.test_shelf import make_model, manifest_of, weights
from tests.pictures import save_many
from tests.waiting import wait_until

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs links that anybody may make")

HASH = "abcdef0123"
PHOTOS = 8


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with photos, their vectors and a safety copy, closed in good order."""
    base = tmp_path_factory.mktemp("made")
    save_many(base / "photos", PHOTOS)
    library = opened(base / "library")
    assert library.folders.add(base / "photos").result(60).indexed == PHOTOS
    library.close()
    assert copy_of(base / "library" / "data" / "catalog.db").exists()
    return base / "library"


@pytest.fixture
def base(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "library")


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """What the person has elsewhere, by names that one or another writer would touch."""
    folder = tmp_path / "outside"
    for name in (
        "precious.txt", "ab/abcdef0123.jpg", "ab/notes.jpg", "data/letter.txt", "d1/data_000001_000001.parquet",
        "collections/c/wal/x.arrow", "vectors.db/LOCK", "vectors.db/.database-staging/mine", "weights/a.txt",
    ):  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"the person's own {name}\n", encoding="utf-8")
    return folder


def state_of(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return everything in a folder: its permissions and content, by name."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in folder.rglob("*")
    }


def opened(base: Path, embedder: ColorEmbedder | None = None) -> PhotoLibrary:
    return PhotoLibrary(
        base / "data", base / "cache", resources=resources(), embedder=embedder or ColorEmbedder()
    )


def plant(place: Path, target: Path) -> None:
    """Put a link in the way."""
    if place.is_dir():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(target)


# --- what the program does; each returns what the person is told


def told(function: Callable[[], object]) -> str:
    try:
        function()
    except LibraryError as error:
        return str(error)
    return ""


def open_it(base: Path) -> str:
    return told(lambda: opened(base).close())


def take_the_copy(base: Path) -> str:
    catalog = base / "data" / "catalog.db"
    catalog.unlink(missing_ok=True)
    notices: list[LibraryError | None] = []
    said = told(lambda: notices.append(take_copy_if_gone(catalog)))
    if not said:
        with Catalog(catalog) as opened:
            assert opened.photos.counts(None).photos == PHOTOS
    return said or str(notices[0])


def make_a_copy(base: Path) -> str:
    with Catalog(base / "data" / "catalog.db") as catalog:
        copy = copy_of(catalog.path)
        if not copy.is_symlink():
            copy.unlink()
        assert SafetyCopy(catalog).renew(lambda: False)
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM file").fetchone() == (PHOTOS,)
    return ""


def mend_a_damaged_catalogue(base: Path) -> str:
    catalog = base / "data" / "catalog.db"
    content = bytearray(catalog.read_bytes())
    content[8192 * 2 : 8192 * 4] = bytes(8192 * 2)
    catalog.write_bytes(content)
    return mend(base)


def mend(base: Path) -> str:
    return told(lambda: repair_library(base / "data", base / "cache"))


def start_vectors(base: Path) -> str:
    vectors = base / "data" / "vectors"
    server = LiteServer(next(vectors.glob("*-color-1"), vectors / "a-color-1"), lock_wait_s=0)
    try:
        return told(server.start)
    finally:
        server.close()


def keep_a_thumbnail(base: Path) -> str:
    store = ThumbnailStore(base / "cache" / "thumbnails", limit_bytes=0)
    said = told(lambda: store.write(HASH, Image.new("RGB", (40, 30), "red")))
    store.trim()
    assert store.has(HASH) is False
    return said


def find_a_thumbnail(base: Path) -> str:
    store = ThumbnailStore(base / "cache" / "thumbnails")
    assert store.has(HASH) is False
    store.write(HASH, Image.new("RGB", (40, 30), "red"))
    assert store.has(HASH)
    assert not store.path_for(HASH).is_symlink()
    return ""


def keep_a_calibration(base: Path) -> str:
    zeros = unit(0) * 0
    calibration = Calibration("m", (), zeros, zeros, zeros[:, None] * zeros, 0)
    with Catalog(base / "data" / "catalog.db") as catalog:
        kept = Calibrations(base / "data", catalog, resources())
        kept._keep(calibration)
    return ""


def copy_the_vectors(base: Path) -> str:
    with Catalog(base / "data" / "catalog.db") as catalog:
        copies = VectorCopies(catalog, base / "data", Limits(least_filed=1))
        assert copies.load("color-1")
        copies.close()
    return ""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/weights"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def shelf_of(base: Path, address: str) -> ModelShelf:
    shop = base.parent / "shop"
    make_model(shop / "starter")
    (shop / "models.json").write_text(json.dumps(manifest_of(address)), encoding="utf-8")
    return ModelShelf(base / "data" / "models", shop)


def fetch_a_model(base: Path) -> str:
    (base.parent / "web").mkdir()
    (base.parent / "web" / "weights").write_bytes(weights(fill=7))
    with served(base.parent / "web") as address:
        shelf = shelf_of(base, address)

        def fetch() -> None:
            shelf.fetch(RECOMMENDED, progress=lambda _: None, cancelled=lambda: False)

        said = told(fetch)
    assert said or shelf.find(RECOMMENDED).ready
    return said


def import_a_model(base: Path) -> str:
    shelf = shelf_of(base, "http://localhost:1")
    return told(lambda: shelf.import_(make_model(base.parent / "mine")))


def export_a_model(base: Path) -> str:
    return told(lambda: export_graphs(make_model(base.parent / "mine"), base / "data" / "models"))


def log(base: Path) -> str:
    logs = Logs.start(base / "log", console=False)
    logging.getLogger("desktop_app").info("a line")
    logs.uninstall()
    return logs.problem


def settle(base: Path) -> str:
    settings = Settings.load(base / "config")
    settings.change("scheme", "dark")
    return " ".join(settings.problems)


def paste(base: Path) -> str:
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(0xFF0000)
    return told(lambda: _kept(image, base / "cache" / "pasted" / "1.png"))


MODEL = "vectors/*-color-1"
LITE = f"{MODEL}/vectors.db"
KEPT = RECOMMENDED.replace("/", "--")
LINK, NOTHING = "it is a link", ""
DAMAGED = "is a link, and Vislumbre follows none"

# Where the link lies, what it leads to, what is done, and what the person is told.
WRITERS: list[tuple[str, str, Callable[[Path], str], str]] = [
    ("data/catalog.db", "precious.txt", open_it, LINK),
    ("data/catalog.db", "not there", open_it, LINK),
    ("data/catalog.db-wal", "precious.txt", open_it, LINK),
    ("data/catalog.db-shm", "precious.txt", open_it, LINK),
    ("data/catalog.db-journal", "precious.txt", open_it, LINK),
    ("data/catalog.db", "precious.txt", mend, LINK),
    ("data/library.lock", "precious.txt", open_it, LINK),
    ("data/library.lock", "not there", open_it, LINK),
    ("data/catalog.db.part", "precious.txt", take_the_copy, "its copy of"),
    ("data/catalog.db.part", "not there", take_the_copy, "its copy of"),
    ("data/catalog.db-wal", "precious.txt", take_the_copy, "its copy of"),
    ("data/catalog-copy.db", "precious.txt", take_the_copy, LINK),
    ("data/catalog-copy.db-journal", "precious.txt", take_the_copy, LINK),
    ("data/catalog-copy.db", "precious.txt", make_a_copy, NOTHING),
    ("data/catalog-copy.db.part", "precious.txt", make_a_copy, NOTHING),
    ("data/catalog-copy.db.part-journal", "precious.txt", make_a_copy, NOTHING),
    ("data/catalog.db.part", "precious.txt", mend_a_damaged_catalogue, NOTHING),
    ("data/catalog.db.part-wal", "precious.txt", mend_a_damaged_catalogue, NOTHING),
    ("data/catalog-copy.db", "precious.txt", mend_a_damaged_catalogue, NOTHING),
    ("data/vectors", "", start_vectors, LINK),
    (f"data/{MODEL}", "", start_vectors, DAMAGED),
    (LITE, "vectors.db", start_vectors, DAMAGED),
    (f"{LITE}/LOCK", "precious.txt", start_vectors, DAMAGED),
    (f"{LITE}/.database-staging", "data", start_vectors, DAMAGED),
    (f"{LITE}/collections/*/partitions/_default/data", "d1", start_vectors, DAMAGED),
    (f"{LITE}/collections/*/manifest.json.tmp", "precious.txt", start_vectors, DAMAGED),
    (f"{LITE}/collections/*/wal/extra.arrow", "not there", start_vectors, DAMAGED),
    (f"{LITE}/collections/other", "collections/c", start_vectors, DAMAGED),
    ("data/vectors", "", mend, LINK),
    (f"data/{MODEL}", "", mend, NOTHING),
    (f"{LITE}/collections/*/partitions/_default/data", "d1", mend, NOTHING),
    ("cache/thumbnails", "", mend, LINK),
    ("cache/thumbnails/ab", "ab", mend, NOTHING),
    (f"cache/thumbnails/ab/{HASH}.jpg", "precious.txt", mend, NOTHING),
    ("cache/thumbnails", "", keep_a_thumbnail, LINK),
    ("cache/thumbnails/ab", "ab", keep_a_thumbnail, LINK),
    ("cache/thumbnails/ab", "not there", keep_a_thumbnail, LINK),
    (f"cache/thumbnails/ab/{HASH}.jpg", "ab/abcdef0123.jpg", find_a_thumbnail, NOTHING),
    ("data/calibrations", "data", keep_a_calibration, NOTHING),
    ("data/calibrations/m.part", "precious.txt", keep_a_calibration, NOTHING),
    ("data/calibrations/m.safetensors", "precious.txt", keep_a_calibration, NOTHING),
    ("data/compact", "", copy_the_vectors, NOTHING),
    ("data/compact", "not there", copy_the_vectors, NOTHING),
    ("data/models", "data", fetch_a_model, LINK),
    ("data/models", "data", export_a_model, LINK),
    ("data/models/.graphs", "data", export_a_model, LINK),
    (f"data/models/.{KEPT}.arriving", "weights", fetch_a_model, LINK),
    (f"data/models/.{KEPT}.arriving/open_clip_model.safetensors", "precious.txt", fetch_a_model, LINK),
    (f"data/models/.{KEPT}.arriving/open_clip_model.safetensors.part", "precious.txt", fetch_a_model, LINK),
    (f"data/models/.{KEPT}.arriving/open_clip_model.safetensors.part.json", "precious.txt", fetch_a_model, NOTHING),
    (f"data/models/.{KEPT}.arriving/open_clip_config.json", "precious.txt", fetch_a_model, NOTHING),
    (f"data/models/{KEPT}", "weights", fetch_a_model, NOTHING),
    ("data/models", "data", import_a_model, LINK),
    ("data/models/.import-x", "data", import_a_model, NOTHING),
    ("log/vislumbre.log", "precious.txt", log, LINK),
    ("log/vislumbre-crash.log", "precious.txt", log, LINK),
    ("log/vislumbre-crash-last.log", "precious.txt", log, NOTHING),
    (f"config/{FILE_NAME}", "precious.txt", settle, LINK),
    (f"config/{FILE_NAME}", "not there", settle, LINK),
    ("cache/pasted", "data", paste, LINK),
    ("cache/pasted/1.png", "precious.txt", paste, NOTHING),
]  # fmt: skip


def found(base: Path, place: str) -> Path:
    """Return where to plant: the stars stand for the one folder that is there."""
    place = place if place.startswith(("data/", "cache/", "log/", "config/")) else f"data/{place}"
    parts = place.split("/")
    path = base
    for part in parts:
        if "*" in part:
            [path] = [one for one in path.glob(part) if one.is_dir()]
        else:
            path = path / part
    return path


@pytest.mark.parametrize(
    ("planted", "do", "said"),
    [((place, target), do, said) for place, target, do, said in WRITERS],
    ids=[f"{place}-to-{target}-{do.__name__}" for place, target, do, _ in WRITERS],
)
@pytest.mark.expects_errors
def test_a_link_in_the_way_of_a_writer_is_not_followed(
    base: Path, outside: Path, planted: tuple[str, str], do: Callable[[Path], str], said: str
) -> None:
    place, target = planted
    plant(found(base, place), outside / target)
    before = state_of(outside)
    assert said in do(base)
    assert state_of(outside) == before
    copied = [
        path.name
        for path in base.rglob("*")
        if path.is_file() and not path.is_symlink() and b"the person's own" in path.read_bytes()
    ]
    assert copied == []


@pytest.mark.parametrize("kind", ["pipe", "device", "socket"])
def test_what_is_no_file_is_refused_at_once(base: Path, kind: str) -> None:
    catalog = base / "data" / "catalog.db"
    for place in (catalog, base / "log" / "vislumbre.log", base / "config" / FILE_NAME):
        place.parent.mkdir(exist_ok=True)
        place.unlink(missing_ok=True)
        make_special(place, kind)
    assert "it is not a file" in open_it(base)
    assert "it is not a file" in log(base)
    assert "it is not a file" in settle(base)


def make_special(place: Path, kind: str) -> None:
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "device":
        if os.geteuid() != 0:
            pytest.skip("only root makes devices")
        try:
            os.mknod(place, 0o600 | 0o020000, os.makedev(1, 5))
        except PermissionError:
            pytest.skip("no devices here")
    else:
        with socket.socket(socket.AF_UNIX) as one:
            before = Path.cwd()
            # A socket's path may have 108 bytes.
            os.chdir(place.parent)
            try:
                one.bind(place.name)
            finally:
                os.chdir(before)


def test_a_journal_that_names_another_file_takes_nothing_with_it(base: Path, outside: Path) -> None:
    """SQLite would delete that file once it has undone what the journal holds."""
    catalog, precious = base / "data" / "catalog.db", outside / "precious.txt"
    catalog.with_name("catalog.db-wal").unlink(missing_ok=True)
    for database in (catalog, copy_of(catalog)):
        database.with_name(f"{database.name}-journal").write_bytes(naming_journal(database, precious))
    said = open_it(base)
    assert "its journal names another file" in said
    mend(base)
    take_the_copy(base)
    assert precious.exists()


def naming_journal(database: Path, named: Path) -> bytes:
    """Return a rollback journal without pages that names another: https://sqlite.org/fileformat.html."""
    magic = bytes.fromhex("d9d505f920a163d7")
    page_bytes = int.from_bytes(database.read_bytes()[16:18], "big")
    pages = database.stat().st_size // page_bytes
    name = os.fsencode(named)
    head = (magic + struct.pack(">IIIII", 0, 0, pages, 512, page_bytes)).ljust(512, b"\0")
    lock_page = 0x40000000 // page_bytes + 1
    return head + struct.pack(">I", lock_page) + name + struct.pack(">II", len(name), sum(name)) + magic


def test_linked_vectors_are_put_aside_and_built_again(base: Path, outside: Path) -> None:
    # Milvus Lite empties this folder whenever it opens a database.
    plant(found(base, LITE) / ".database-staging", outside)
    before = state_of(outside)
    embedder = ColorEmbedder()
    library = opened(base, embedder)
    heard: list[object] = []
    library.subscribe(heard.append)
    try:
        assert len(library.searching.search("red", PHOTOS).result(60).hits) > 0
        library.models.open_vectors().result(60)
        wait_until(lambda: any(isinstance(one, Trouble) for one in heard))
    finally:
        library.close()
    assert embedder.embedded == 0, "the catalogue has the vectors"
    assert state_of(outside) == before
    [aside] = found(base, MODEL).glob("vectors.db.broken-*")
    assert (aside / ".database-staging").is_symlink()


def test_a_linked_folder_of_a_models_vectors_is_put_aside_as_the_link_it_is(
    base: Path, outside: Path
) -> None:
    place = found(base, MODEL)
    plant(place, outside)
    before = state_of(outside)
    repair_library(base / "data", base / "cache")
    [aside] = place.parent.iterdir()
    assert aside.name.startswith(f"{place.name}.broken-")
    assert aside.readlink() == outside
    assert state_of(outside) == before
    assert [one.detail for one in repair_library(base / "data", base / "cache") if one.changed] == []


def test_a_command_says_it_in_a_sentence(base: Path, outside: Path) -> None:
    plant(base / "data" / "catalog.db", outside / "precious.txt")
    done = commands.cold("--base-dir", base, "--trust-library", "status")
    assert done.returncode == 3
    assert "it is a link" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_folders_that_a_person_named_may_be_links(base: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "other disk"
    base.rename(elsewhere)
    base.mkdir()
    for name in ("data", "cache"):
        (base / name).symlink_to(elsewhere / name)
    library = opened(base)
    try:
        assert len(library.searching.search("red", PHOTOS).result(60).hits) > 0
        library.models.open_vectors().result(60)
    finally:
        library.close()
    assert mend(base) == ""


@pytest.mark.parametrize("name", ["config", "data", "cache", "log"])
def test_a_library_of_one_folder_leads_to_none_of_the_others(
    base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """With a link in place of its data it passed for one of the person's own, and brought its own settings."""
    assert command(["--base-dir", str(base), "--trust-library", "status"]) == 0
    capsys.readouterr()
    lure = tmp_path / "lure"
    lure.mkdir()
    (lure / name).symlink_to(base / name)
    before = sorted(base.rglob("*"))
    assert command(["--base-dir", str(lure), "status"]) == 3
    assert f"{lure / name}: it is a link" in capsys.readouterr().err
    assert window_main(["--base-dir", str(lure)]) == 3
    assert f"{lure / name}: it is a link" in capsys.readouterr().err
    assert sorted(base.rglob("*")) == before
    (tmp_path / "way").symlink_to(base)
    assert command(["--base-dir", str(tmp_path / "way"), "status"]) == 0


@pytest.mark.parametrize("linked", ["thumbnails", "thumbnails/ho"])
def test_nothing_behind_a_link_is_forgotten_with_a_photo(base: Path, tmp_path: Path, linked: str) -> None:
    """Whoever made the library chose the names of its thumbnails, and since when a photo is gone."""
    private = tmp_path / "private"
    (private / "ho").mkdir(parents=True)
    pictures = [private / "ho" / "holiday2020.jpg", private / "ho" / "other.jpg"]
    for picture in pictures:
        picture.write_bytes(b"mine")
    shutil.rmtree(base / "cache" / linked, ignore_errors=True)
    (base / "cache" / linked).symlink_to(private if linked == "thumbnails" else private / "ho")
    with closing(sqlite3.connect(base / "data" / "catalog.db")) as connection:
        connection.execute("INSERT INTO content (hash) VALUES ('holiday2020')")
        connection.execute("UPDATE orphan SET since = 1")
        connection.commit()
    thumbnails = ThumbnailStore(base / "cache" / "thumbnails")
    with Catalog(base / "data" / "catalog.db") as catalog:
        assert "holiday2020" in catalog.orphans.hashes()
        forgetter = Forgetter(catalog, thumbnails, SafetyCopy(catalog))
        forgetter.renew(lambda: False)
        forgetter.forget_all(lambda: False)
    thumbnails.clear()
    assert all(picture.exists() for picture in pictures)
