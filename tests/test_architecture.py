"""The shape of the code, held by tests: who may import what, and how big a room may grow."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.library import PhotoLibrary
from desktop_app.library.catalog.notes import CHOSEN_MODEL
from desktop_app.library.models.reference.clip import model_id_of
from desktop_app.paths import resources
from tests.fakes import ColorEmbedder
from tests.pictures import save_colour
from tests.tiny_clip import make_tiny_clip

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "desktop_app"
SOURCES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES = 400
MOST_FUNCTION_LINES = 50

# Slow or delicate packages, and the files that may import them.
HOMES = {
    "torch": ("library/models/",),
    "open_clip": ("library/models/",),
    "torchvision": ("library/models/",),
    "onnx": ("library/models/export/",),
    "openvino": ("library/models/runtime/",),
    "onnxruntime": ("library/models/runtime/",),
    "tokenizers": ("library/models/inputs/",),
    "pymilvus": ("library/vectors/",),
    "milvus_lite": ("library/vectors/",),
    "faiss": ("library/vectors/",),
    "sqlite3": ("library/catalog/",),
    "watchdog": ("library/folders/",),
    "spellchecker": ("library/search/",),
    "rawpy": ("library/media/pictures/",),
    "pi_heif": ("library/media/pictures/",),
    "av": ("library/media/videos/",),
    "PySide6": ("ui/", "main", "logs"),
}
# These take seconds to import, so they are imported when they are first used.
SLOW = {
    "torch", "open_clip", "torchvision", "onnx", "openvino", "onnxruntime", "tokenizers", "pymilvus", "milvus_lite", "faiss",
    "spellchecker", "rawpy", "av",
}  # fmt: skip
# These take a tenth of what a command takes that needs none of them.
SELDOM = {"watchdog", "pi_heif", "http.client", "ssl"}
# But in the files of the exporter that are themselves imported late, and need these packages in every line.
WITH_SLOW_PACKAGES = {f"library/models/export/{name}.py" for name in ("attention", "exporter", "simplify")}


def _imports(tree: ast.AST) -> Iterator[tuple[str, ast.stmt]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0], node


def _parsed(path: Path) -> tuple[str, ast.Module]:
    return path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_packages_are_imported_only_where_they_live(path: Path) -> None:
    name, tree = _parsed(path)
    strays = [
        package for package, _ in _imports(tree) if package in HOMES and not name.startswith(HOMES[package])
    ]
    assert not strays


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if path.is_relative_to(PACKAGE / "ui")], ids=lambda path: path.name
)
def test_the_window_uses_the_front_door_alone(path: Path) -> None:
    _, tree = _parsed(path)
    side_doors = [
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("desktop_app.library.")
    ]
    assert not side_doors


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_slow_packages_are_imported_when_first_used(path: Path) -> None:
    name, tree = _parsed(path)
    at_top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    slow = [package for node in at_top for package, _ in _imports(node) if package in SLOW]
    assert not slow or name in WITH_SLOW_PACKAGES


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_rooms_and_functions_stay_small(path: Path) -> None:
    _, tree = _parsed(path)
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES
    long = [
        f"{node.name} ({node.end_lineno - node.lineno} lines)"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno - _docstring_lines(node) > MOST_FUNCTION_LINES
    ]
    assert not long


def test_only_two_things_speak_to_the_internet() -> None:
    """The download of a model, when it is asked for, and the look for a new version, where that is switched on."""
    by_file = {name: set(ast.walk(tree)) for name, tree in map(_parsed, SOURCES)}
    modules = {
        "http.client",
        "http.server",
        "ssl",
        "urllib.request",
        "urllib.error",
        "ftplib",
        "smtplib",
        "xmlrpc.client",
    }
    modules |= {"PySide6.QtNetwork", "PySide6.QtWebSockets", "requests", "urllib3", "httpx", "aiohttp"}
    speaking = {
        name
        for name, nodes in by_file.items()
        for node in nodes
        if (isinstance(node, ast.ImportFrom) and node.module in modules)
        or (isinstance(node, ast.Import) and any(alias.name in modules for alias in node.names))
    }
    # The one of vectors greets a Milvus server that a person named, and that did not answer, to learn why.
    # The last is a socket of this computer, by which a second start hands its wishes to the first.
    assert speaking == {
        "library/models/net/web.py",
        "library/models/net/download_source.py",
        "library/vectors/no_answer.py",
        "ui/system/single_instance.py",
    }
    asking = {
        name
        for name, nodes in by_file.items()
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").endswith(("net.web", "net.download_source"))
    }
    assert asking == {
        "library/models/net/download.py",
        "library/models/net/download_source.py",
        "library/models/net/new_version.py",
    }


def test_a_pool_of_threads_ends_where_it_begins_or_refuses_in_one_known_place() -> None:
    """A pool that is kept must be asked nothing when it has ended: it raises RuntimeError at whoever comes late."""
    kept = set()
    for name, tree in map(_parsed, SOURCES):
        nodes = list(ast.walk(tree))
        in_with = {
            id(item.context_expr) for node in nodes if isinstance(node, ast.With) for item in node.items
        }
        kept |= {
            name
            for node in nodes
            if isinstance(node, ast.Call)
            and ast.unparse(node.func).endswith("ThreadPoolExecutor")
            and id(node) not in in_with
        }
    # The last is that of the server of grpc.
    assert kept == {
        "library/concurrency/search_thread.py",
        "ui/background/runner.py",
        "library/vectors/lite/child.py",
    }


def _docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return len((ast.get_docstring(node, clean=False) or "").splitlines())


def test_the_engine_can_be_imported_without_the_slow_packages() -> None:
    slow = sorted(SLOW | {"PySide6"})
    code = f"import sys; from desktop_app.library import *; print(*sorted(set(sys.modules) & set({slow})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == []


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The folder of a library whose photos have vectors of a tiny model, and that of its photos."""
    base = tmp_path_factory.mktemp("late")
    photos, tiny = base / "photos", make_tiny_clip(base / "tiny")
    for colour in ("red", "green"):
        save_colour(photos / f"{colour}.png", colour)
    made = PhotoLibrary(
        base / "data",
        base / "cache",
        resources=resources(),
        embedder=ColorEmbedder(32, model_id_of(tiny)),
    )
    try:
        assert made.folders.add(photos).result(60).indexed == 2
        made._catalog.notes.set(CHOSEN_MODEL, str(tiny))
        made._catalog.notes.set("model searched with", str(tiny))
    finally:
        made.close()
    return base, photos


def _slow_after(base: Path, *command: str) -> tuple[str, set[str]]:
    """Run a command in a process of its own; return what it printed, and which slow packages it imported."""
    code = f"""
import sys
from desktop_app.cli.main import main
main({["--base-dir", str(base), "--json", "--trust-library", *command]})
print(*sorted(set(sys.modules) & set({sorted(SLOW | SELDOM)})))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    printed, slow = done.stdout.splitlines()
    return printed, set(slow.split())


def test_a_search_does_without_the_vector_database(library: tuple[Path, Path]) -> None:
    base, _ = library
    printed, slow = _slow_after(base, "search", "something red")
    assert {Path(hit["path"]).name for hit in json.loads(printed)["hits"]} == {"red.png", "green.png"}
    assert not slow & {"pymilvus", "milvus_lite"}


def test_an_index_run_with_nothing_to_do_needs_neither_model_nor_vector_database(
    library: tuple[Path, Path],
) -> None:
    base, photos = library
    printed, slow = _slow_after(base, "index", str(photos))
    assert json.loads(printed)["unchanged"] == 2
    assert slow == set()


def test_nothing_but_what_belongs_lies_at_the_top() -> None:
    tracked = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=False, cwd=ROOT)
    if tracked.returncode:
        pytest.skip("not a git checkout")
    top = {line.split("/")[0] for line in tracked.stdout.splitlines()}
    assert top <= {
        "desktop_app", "resources", "tests", "packaging", "pyproject.toml", "README.md", "LICENSE",
        "CHANGELOG.md", "CONTRIBUTING.md", "Makefile", ".ci", ".github", ".gitignore",
    }  # fmt: skip
