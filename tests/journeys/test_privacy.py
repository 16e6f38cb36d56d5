"""Nobody else on the machine reaches the library, and the library reaches nobody."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from desktop_app.library import PhotoLibrary
from desktop_app.paths import AppPaths, resources
from tests.fakes import ColorEmbedder
from tests.pictures import save_colour
from tests.processes import vector_processes
from tests.tiny_clip import make_tiny_clip

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
WAIT_S = 60

# Tries, as another user, everything that a file's name or a socket's could give away.
SPY = """
import json, os, socket, sys
base, reached = sys.argv[1], []
for folder, _, names in os.walk(base):
    for name in names:
        path = os.path.join(folder, name)
        try:
            open(path, "rb").read(1)
            reached.append(path)
        except OSError:
            continue
for name in ("config", "data", "cache", "log"):
    try:
        reached += os.listdir(os.path.join(base, name))
    except OSError:
        continue
for path in sys.argv[2:]:
    try:
        with socket.socket(socket.AF_UNIX) as spy:
            spy.connect(path)
        reached.append(path)
    except OSError:
        continue
print(json.dumps(reached))
"""


@pytest.fixture
def open_base() -> Iterator[Path]:
    """A folder whose parents anybody may enter, unlike pytest's own."""
    parent = Path(tempfile.mkdtemp(prefix="vislumbre-"))
    parent.chmod(0o755)
    yield parent / "library"
    shutil.rmtree(parent)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become another user"
)
def test_another_user_reaches_neither_files_nor_database(open_base: Path, tmp_path: Path) -> None:
    photos = save_colour(tmp_path / "photos" / "red.png", "red").parent
    paths = AppPaths.below(open_base)
    paths.make()
    library = PhotoLibrary(paths.data, paths.cache, resources=resources(), embedder=ColorEmbedder())
    try:
        library.folders.add(photos).result(WAIT_S)
        assert library.searching.search("red").result(WAIT_S).hits
        (server,) = vector_processes()
        listening = server.net_connections(kind="unix")
        sockets = [str(one.laddr) for one in listening if one.laddr]
        assert sockets
        # A name without a file would be open to everybody, whatever the permissions of folders.
        assert all(Path(one).is_socket() for one in sockets)
        assert server.net_connections(kind="inet") == []
        assert psutil.Process().net_connections(kind="inet") == []
        done = subprocess.run(
            ["/usr/bin/env", "python3", "-c", SPY, str(open_base), *sockets],
            user=NOBODY, group=NOBODY, extra_groups=[], cwd="/", capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert json.loads(done.stdout) == []
    finally:
        library.close()


# Runs in every Python of the program, children too: notes whom it would reach, but by a socket that is a file.
NOTING = """
import socket, sys
def note(event, arguments):
    if not event.startswith("socket."):
        return
    asked = event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"}
    sent = event in {"socket.connect", "socket.sendto", "socket.sendmsg"}
    if asked or (sent and arguments[0].family != getattr(socket, "AF_UNIX", None)):
        with open(NOTED, "a") as file:
            file.write(f"{sys.argv}: {event} {arguments[1:] if sent else arguments}\\n")
sys.addaudithook(note)
"""


def test_indexing_and_searching_open_no_connection_and_need_no_network_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a machine without any network can be made, in one; what is tried is noted in any case."""
    alone = ["unshare", "-n"]
    if (
        not shutil.which("unshare")
        or subprocess.run([*alone, "true"], capture_output=True, check=False).returncode
    ):
        alone = []
    noted = tmp_path / "noted"
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(f"NOTED = {str(noted)!r}\n{NOTING}")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path / "hook"), str(ROOT)]))
    model = make_tiny_clip(tmp_path / "model")
    photos = save_colour(tmp_path / "photos" / "red.png", "red").parent
    options = ["--base-dir", str(tmp_path / "library"), "--model", str(model), "--json"]
    for words, field in ((["index", str(photos)], "indexed"), (["search", "red"], "hits")):
        done = subprocess.run(
            [*alone, sys.executable, "-m", "desktop_app", *words, *options],
            capture_output=True, text=True, cwd=ROOT, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)[field]
    assert not noted.exists(), noted.read_text()
    assert not (tmp_path / "library" / "data" / "connections.jsonl").exists()
    # So silence was no accident.
    asking = "import socket; socket.socket().connect_ex(('127.0.0.1', 9))"
    subprocess.run([sys.executable, "-c", asking], cwd=ROOT, check=True)
    assert "socket.connect (('127.0.0.1', 9),)" in noted.read_text()


def test_no_photo_is_written_to(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    for colour in ("red", "green"):
        save_colour(photos / f"{colour}.jpg", colour).chmod(0o444)
    (photos / "broken.jpg").write_bytes(b"broken")

    def look() -> dict[str, tuple[bytes, int, int]]:
        return {
            path.name: (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode)
            for path in photos.iterdir()
        }

    before = look()
    library = PhotoLibrary(
        tmp_path / "data", tmp_path / "cache", resources=resources(), embedder=ColorEmbedder()
    )
    try:
        library.folders.add(photos).result(WAIT_S)
        library.folders.retry().result(WAIT_S)
        library.searching.similar(photos / "red.jpg").result(WAIT_S)
        library.folders.remove(photos).result(WAIT_S)
    finally:
        library.close()
    assert look() == before
