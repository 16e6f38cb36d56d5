"""The child process that exports what ships no graphs, and what is left when it cannot."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from desktop_app.library.errors import LibraryError, ModelError
from desktop_app.library.models.export import exporting
from desktop_app.library.models.export.exporting import export_graphs
from desktop_app.library.models.export.worker import _said_of
from desktop_app.library.models.files import CONFIG_NAME, WEIGHTS_NAME, read_config
from desktop_app.library.models.from_files.importing import EXPORT_SCRATCH, left_by_killed
from desktop_app.library.models.runtime.architecture import architecture_of
from desktop_app.library.models.runtime.graph import IMAGE_NAME, TEXT_NAME, Graph
from desktop_app.library.models.runtime.graphs import Graphs
from tests.tiny_clip import make_tiny_clip


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "library" / "models"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def model(models: Path) -> Path:
    return make_tiny_clip(models / "tiny")


def all_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_a_model_of_an_unknown_architecture_is_exported_once(models: Path, model: Path) -> None:
    config = read_config(model / CONFIG_NAME)
    graphs = Graphs(models / "nothing", models)
    assert graphs.folder_of(config) is None
    folder = export_graphs(model, models)
    assert graphs.folder_of(config) == folder
    assert Graph.read(folder / IMAGE_NAME).shapes
    assert Graph.read(folder / TEXT_NAME).shapes
    assert json.loads((folder / "graphs.json").read_text())["architecture"] == architecture_of(config)
    written = (folder / IMAGE_NAME).stat().st_mtime_ns
    # Other weights of the same architecture need nothing any more, not even the packages.
    other = make_tiny_clip(models / "other", seed=1)
    assert export_graphs(other, models, is_wanted=lambda: False) == folder
    assert (folder / IMAGE_NAME).stat().st_mtime_ns == written
    assert not list(models.glob(f"{EXPORT_SCRATCH}*"))


def test_weights_that_do_not_fit_leave_nothing_and_a_sentence(models: Path, model: Path) -> None:
    tensors = load_file(model / WEIGHTS_NAME)
    tensors["visual.class_embedding"] = np.zeros(7, dtype=np.float32)
    save_file(tensors, model / WEIGHTS_NAME)
    before = all_in(models)
    with pytest.raises(ModelError, match="tiny cannot be exported"):
        export_graphs(model, models)
    assert all_in(models) - {".graphs"} == before


def test_a_model_that_gives_no_numbers_is_not_believed(model: Path, tmp_path: Path) -> None:
    tensors = load_file(model / WEIGHTS_NAME)
    tensors["visual.proj"] = np.full_like(tensors["visual.proj"], np.nan)
    save_file(tensors, model / WEIGHTS_NAME)
    (tmp_path / "graphs").mkdir()
    # What the child says, without a child.
    assert "no usable vectors of pictures" in _said_of(model, tmp_path / "graphs")["sentence"]


def test_an_export_that_is_no_longer_wanted_ends_and_leaves_nothing(models: Path, model: Path) -> None:
    before = all_in(models)
    with pytest.raises(LibraryError, match="stopped"):
        export_graphs(model, models, is_wanted=lambda: False)
    assert all_in(models) - {".graphs"} == before


@pytest.mark.parametrize("package", ["torch", "open_clip", "onnx"])
def test_without_what_it_needs_it_says_what_to_install(
    package: str, models: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ModelError, match=package) as caught:
        export_graphs(model, models)
    assert "pip install vislumbre[export]" in caught.value.hint
    assert all_in(models) == {"tiny", f"tiny/{CONFIG_NAME}", f"tiny/{WEIGHTS_NAME}"}
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(ModelError, match=package) as caught:
        export_graphs(model, models)
    assert "The installed program cannot take them in" in caught.value.hint


@pytest.mark.skipif(os.name != "posix", reason="needs kill")
def test_a_killed_export_is_tidied_up_and_its_child_ends_with_it(models: Path, model: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from desktop_app.library.models.export.exporting import export_graphs;"
        "export_graphs(Path(sys.argv[1]), Path(sys.argv[2]), is_wanted=lambda: print('on', flush=True) or True)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(model), str(models)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[4],
    )
    assert parent.stdout is not None
    with parent.stdout:
        assert parent.stdout.readline() == b"on\n"  # the child runs
        parent.kill()
        parent.wait()
    left = left_by_killed(models)
    assert len(left) == 1
    assert left[0].name.startswith(EXPORT_SCRATCH)
    # The next one removes what was left, even if it comes to nothing.
    with pytest.raises(LibraryError, match="stopped"):
        export_graphs(model, models, is_wanted=lambda: False)
    assert not left_by_killed(models)


def test_what_lies_in_the_way_is_no_way_out(models: Path, model: Path, tmp_path: Path) -> None:
    """A link in place of the folder of graphs, as a borrowed library may have it, is not followed."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (models / ".graphs").symlink_to(outside)
    with pytest.raises(ModelError, match="cannot be exported"):
        export_graphs(model, models, is_wanted=lambda: False)
    assert not list(outside.iterdir())


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("raise MemoryError('no room')", "MemoryError: no room"),
        ("raise SystemExit(7)", "it ended with code 7 and without"),
    ],
)
def test_a_child_that_ends_without_an_answer_is_told_with_its_last_words(
    models: Path, model: Path, monkeypatch: pytest.MonkeyPatch, script: str, why: str
) -> None:
    monkeypatch.setattr(exporting, "command_of", lambda _child: [sys.executable, "-c", script])
    with pytest.raises(ModelError, match=rf"ended unexpectedly \({why}"):
        export_graphs(model, models)
