"""Files and folders of ours: made for their owner alone, opened only where they are ours, removed without following a link."""

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app import own_files
from desktop_app.library.concurrency.library_lock import lock
from desktop_app.library.errors import StoreUnavailableError
from desktop_app.library.space.disk import extent_of
from desktop_app.library.vectors.lite import guard, lite_files, server
from desktop_app.logs import Logs
from desktop_app.paths import AppPaths
from desktop_app.settings import Settings
from tests.library.models.test_shelf import make_model

ROOT = Path(__file__).resolve().parents[1]
SOMEBODY = 54_321

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs owners, permissions and links")
needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away"
)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_a_file_is_whole_or_as_it_was(tmp_path):
    file = tmp_path / "one"
    own_files.write(file, b"first", below=tmp_path)
    assert own_files.read(file, 100, below=tmp_path) == b"first"
    assert mode_of(file) == 0o600
    file.unlink()
    file.mkdir()
    with pytest.raises(IsADirectoryError):
        own_files.write(file, b"second", below=tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["one"], "nothing unfinished is left"


def test_a_link_on_the_way_is_refused_and_the_folder_that_was_named_may_be_one(tmp_path):
    (tmp_path / "disk" / "a").mkdir(parents=True)
    (tmp_path / "disk" / "a" / "file").write_bytes(b"x")
    (tmp_path / "data").symlink_to(tmp_path / "disk")
    assert own_files.read(tmp_path / "data" / "a" / "file", 9, below=tmp_path / "data") == b"x"
    with pytest.raises(own_files.NotOurFileError, match="is a link"):
        own_files.read(tmp_path / "data" / "a" / "file", 9, below=tmp_path)
    with pytest.raises(own_files.NotOurFileError, match="is a link"):
        own_files.make_folder(tmp_path / "data" / "b", below=tmp_path)
    assert not (tmp_path / "disk" / "b").exists()
    assert not own_files.is_there(tmp_path / "data" / "a" / "file", below=tmp_path)


def test_a_name_in_the_current_folder_is_one_of_ours_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    own_files.write(Path("file"), b"x", below=Path())
    assert own_files.read(Path("file"), 9, below=Path()) == b"x"
    own_files.make_folder(Path("a/b"), below=Path())
    assert (tmp_path / "a" / "b").is_dir()


def test_a_file_elsewhere_is_a_mistake_of_ours(tmp_path):
    with pytest.raises(ValueError, match="is not below"):
        own_files.read(tmp_path / "file", 9, below=tmp_path / "data")


def test_what_is_emptied_is_looked_at_first(tmp_path):
    canary = tmp_path / "canary"
    canary.write_bytes(b"mine")
    (tmp_path / "log").symlink_to(canary)
    with pytest.raises(own_files.NotOurFileError):
        own_files.opened(tmp_path / "log", os.O_WRONLY | os.O_TRUNC, below=tmp_path)
    os.link(canary, tmp_path / "second")
    with pytest.raises(own_files.NotOurFileError, match="second name"):
        own_files.opened(tmp_path / "second", os.O_WRONLY | os.O_TRUNC, below=tmp_path, alone=True)
    assert canary.read_bytes() == b"mine"


def test_what_a_backup_has_linked_can_be_read(tmp_path):
    own_files.write(tmp_path / "catalog.db", b"x", below=tmp_path)
    os.link(tmp_path / "catalog.db", tmp_path / "backup")
    assert own_files.is_there(tmp_path / "catalog.db", below=tmp_path)


def test_a_pipe_is_refused_without_waiting_for_somebody_who_writes(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for flags in (os.O_RDONLY, os.O_WRONLY, os.O_RDWR | os.O_CREAT):
        with pytest.raises(own_files.NotOurFileError, match="is not a file"):
            own_files.opened(tmp_path / "pipe", flags, below=tmp_path)


def test_removing_follows_no_link_at_any_depth(tmp_path):
    (tmp_path / "canary").mkdir()
    (tmp_path / "canary" / "mine").touch()
    (tmp_path / "tree" / "deep").mkdir(parents=True)
    (tmp_path / "tree" / "deep" / "link").symlink_to(tmp_path / "canary")
    (tmp_path / "itself").symlink_to(tmp_path / "canary")
    own_files.remove(tmp_path / "tree")
    own_files.remove(tmp_path / "itself")
    own_files.remove(tmp_path / "not there")
    assert [one.name for one in tmp_path.rglob("*")] == ["canary", "mine"]


def test_listing_names_a_link_and_does_not_enter_it(tmp_path):
    (tmp_path / "canary").mkdir()
    (tmp_path / "canary" / "mine").touch()
    (tmp_path / "ours" / "a").mkdir(parents=True)
    (tmp_path / "ours" / "a" / "file").touch()
    (tmp_path / "ours" / "b").symlink_to(tmp_path / "canary")
    listed = [str(path.relative_to(tmp_path)) for path, _ in own_files.everything_in(tmp_path / "ours")]
    assert listed == ["ours/a", "ours/a/file", "ours/b"]
    assert [path.name for path, _ in own_files.strangers_in(tmp_path / "ours")] == ["b"]
    assert list(own_files.everything_in(tmp_path / "ours" / "b")) == []


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    """A folder with more of them in each other than a function may call itself."""
    before = Path.cwd()
    os.chdir(tmp_path)
    for _ in range(1500):
        Path("a").mkdir()
        os.chdir("a")
    os.chdir(before)
    yield tmp_path
    subprocess.run(["rm", "-rf", str(tmp_path / "a")], check=True)


@pytest.mark.skipif(os.name != "posix", reason="Windows has shorter paths")
def test_folders_that_lie_deep_in_each_other_are_a_sentence_at_most(deep: Path) -> None:
    assert len(list(own_files.everything_in(deep))) == 1500
    assert not guard.check(deep)
    assert lite_files.size_bytes(deep) == 0
    assert extent_of([deep]).items == 0
    with pytest.raises(OSError, match="too deep"):
        own_files.remove(deep / "a")


def test_what_is_removed_while_it_is_listed_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "c").touch()
    for path, _ in own_files.everything_in(tmp_path):
        own_files.remove(path)
    assert not list(tmp_path.iterdir())


@needs_root
@pytest.mark.xdist_group("mounts")
def test_what_is_mounted_inside_a_database_is_damage(tmp_path):
    place = tmp_path / "model" / "vectors.db" / ".database-staging"
    place.mkdir(parents=True)
    assert guard.check(place.parent) == []
    if subprocess.run(
        ["mount", "-t", "tmpfs", "none", str(place)], capture_output=True, check=False
    ).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        assert guard.check(place.parent) == ["vectors.db/.database-staging is mounted from elsewhere"]
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.mark.parametrize("umask", [0, 0o022, 0o277])
def test_every_folder_and_file_is_its_owners_alone_whatever_the_umask(tmp_path, umask):
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom PIL import Image\n"
        f"os.umask({umask})\n"
        "from desktop_app.library import PhotoLibrary\n"
        "from desktop_app.library.catalog import Catalog\n"
        "from desktop_app.library.concurrency.library_lock import lock\n"
        "from desktop_app.library.models.shelf import ModelShelf\n"
        "from desktop_app.library.thumbnails import ThumbnailStore\n"
        "from desktop_app.library.vectors.lite.server import LiteServer\n"
        "from desktop_app.logs import Logs\nfrom desktop_app.paths import AppPaths, resources\n"
        "from desktop_app.settings import Settings\n"
        "paths = AppPaths.below(Path(sys.argv[1]))\n"
        "Settings.load(paths.config).change('scheme', 'dark')\n"
        "logs = Logs.start(paths.log, console=False)\n"
        "paths.make()\nheld = lock(paths.data)\nCatalog(paths.data / 'catalog.db').close()\n"
        "ThumbnailStore(paths.cache / 'thumbnails').write('abcdef', Image.new('RGB', (8, 8)))\n"
        "LiteServer(paths.data / 'vectors' / 'a')._prepare_folder()\n"
        "ModelShelf(paths.data / 'models', resources() / 'models').import_(Path(sys.argv[2]))\n"
        "logs.uninstall()\nheld.release()\n"
    )
    model = make_model(tmp_path / "mine")
    base = tmp_path / "not" / "there yet" / "library"
    subprocess.run([sys.executable, "-c", script, str(base), str(model)], cwd=ROOT, check=True)
    folders = [tmp_path / "not", tmp_path / "not" / "there yet", base]
    folders += [path for path in base.rglob("*") if path.is_dir()]
    assert {path.name for path in folders} >= {
        "config",
        "data",
        "cache",
        "log",
        "thumbnails",
        "ab",
        "models",
        "a",
    }
    assert {path: mode_of(path) for path in folders} == dict.fromkeys(folders, 0o700)
    assert mode_of(base / "data" / "library.lock") == 0o600
    private = [
        "data/catalog.db",
        "config/settings.toml",
        "log/vislumbre.log",
        "cache/thumbnails/ab/abcdef.jpg",
    ]
    assert {mode_of(base / name) & 0o177 for name in private} == {0}


def test_an_old_lock_that_others_could_read_is_shut(tmp_path):
    (tmp_path / "library.lock").touch(0o644)
    lock(tmp_path).release()
    assert mode_of(tmp_path / "library.lock") == 0o600


@needs_root
def test_nothing_is_written_into_folders_of_somebody_else(tmp_path):
    paths = AppPaths.below(tmp_path / "theirs")
    for folder in (paths.config, paths.log):
        folder.mkdir(parents=True)
        os.chown(folder, SOMEBODY, SOMEBODY)
    logs = Logs.start(paths.log, console=False)
    logs.uninstall()
    settings = Settings.load(paths.config)
    settings.change("scheme", "dark")
    assert "belongs to another user" in logs.problem
    assert "belongs to another user" in settings.problems[0]
    with pytest.raises(own_files.NotOurFileError, match="belongs to another user"):
        paths.make()
    assert [path.name for path in (tmp_path / "theirs").rglob("*")] in (["config", "log"], ["log", "config"])


@needs_root
def test_files_of_somebody_else_are_not_ours(tmp_path):
    file = tmp_path / "catalog.db"
    file.touch()
    os.chown(file, SOMEBODY, SOMEBODY)
    with pytest.raises(own_files.NotOurFileError, match="belongs to another user"):
        own_files.opened(file, os.O_RDWR, below=tmp_path)


def make_runtime(tmp_path: Path, fault: str) -> Path:
    runtime = tmp_path / "run"
    if fault == "a link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        runtime.symlink_to(tmp_path / "elsewhere")
        return runtime
    runtime.mkdir()
    runtime.chmod(0o755 if fault == "open to all" else 0o700)
    if fault == "somebody's":
        if os.geteuid() != 0:
            pytest.skip("only root gives folders away")
        os.chown(runtime, SOMEBODY, SOMEBODY)
    return runtime


@pytest.mark.parametrize("fault", ["", "a link", "open to all", "somebody's"])
def test_the_vectors_socket_lies_only_where_this_user_alone_may_be(tmp_path, monkeypatch, fault):
    runtime = make_runtime(tmp_path, fault)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    made = server._runtime_folder()
    try:
        assert (made.parent == runtime) == (fault == "")
        assert mode_of(made) == 0o700
    finally:
        made.rmdir()


def test_no_socket_is_made_where_others_may_rename_it(tmp_path, monkeypatch):
    open_to_all = tmp_path / "tmp"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    assert not own_files.is_safe_for_scratch(open_to_all)
    open_to_all.chmod(0o1777)
    assert own_files.is_safe_for_scratch(open_to_all)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setattr(own_files, "is_safe_for_scratch", lambda _folder: False)
    with pytest.raises(StoreUnavailableError, match="no folder"):
        server._runtime_folder()


def test_a_full_disk_is_still_called_one(tmp_path, monkeypatch):
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space") as caught:
        own_files.write(tmp_path / "file", b"x", below=tmp_path)
    assert caught.value.errno == errno.ENOSPC
    assert list(tmp_path.iterdir()) == []
