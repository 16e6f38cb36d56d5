"""Models that come as two ONNX files with their weights inside."""

import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import onnx
import pytest
from PIL import Image

from desktop_app import paths
from desktop_app.library.errors import LibraryError, ModelDamagedError, ModelError, ModelMissingError
from desktop_app.library.models.embedder import Embedder
from desktop_app.library.models.files import CONFIG_NAME, WEIGHTS_NAME, read_tensors
from desktop_app.library.models.loading import Loading
from desktop_app.library.models.reference.clip import ClipEmbedder, model_id_of
from desktop_app.library.models.runtime import ways
from desktop_app.library.models.runtime.graph import IMAGE_NAME
from desktop_app.library.models.runtime.ways import ONNXRUNTIME, OPENVINO, TORCH, Way
from desktop_app.library.models.shelf import ModelChoice, ModelShelf
from tests.onnx_pairs import make_pair
from tests.tiny_clip import make_tiny_clip

KINDS = ("one at a time", "many at once", "levels", "weights outside")
TEXTS = ("a dog on the beach", "ein rotes Auto", "")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_clip(tmp_path_factory.mktemp("tiny") / "tiny")


@pytest.fixture(scope="module")
def original(tiny: Path) -> ClipEmbedder:
    return ClipEmbedder.load(tiny, name="The original")


@pytest.fixture(scope="module")
def pairs(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pairs")
    return {
        kind: make_pair(
            tiny,
            folder / kind.replace(" ", "-"),
            batch=kind == "many at once",
            levels=kind == "levels",
            outside=kind == "weights outside",
        )
        for kind in KINDS
    }


@pytest.fixture
def pair(pairs: dict[str, Path], tmp_path: Path) -> Path:
    """One to break."""
    return shutil.copytree(pairs["one at a time"], tmp_path / "pair")


@pytest.fixture
def shelf(tmp_path: Path) -> ModelShelf:
    return ModelShelf(tmp_path / "data" / "models", paths.resources() / "models")


def opened(shelf: ModelShelf, choice: ModelChoice, way: Way, say=print) -> Embedder:
    assert choice.folder is not None
    loading = Loading(shelf.graphs, shelf.export, say)
    return loading.open(choice.folder, name=choice.title, model_id=model_id_of(choice.folder), way=way)


def pictures() -> list[Image.Image]:
    gradient = Image.linear_gradient("L").convert("RGB")
    return [gradient, gradient.rotate(90), Image.new("RGB", (40, 60), (200, 30, 60))]


def photos_of(embedder: Embedder) -> np.ndarray:
    return embedder.embed_photos([embedder.prepare(picture) for picture in pictures()])


@pytest.mark.parametrize("way", [OPENVINO, ONNXRUNTIME], ids=lambda way: way.name)
@pytest.mark.parametrize("kind", KINDS)
def test_it_gives_what_open_clip_gives(kind, way, pairs, shelf, original):
    choice = shelf.import_(pairs[kind])
    embedder = opened(shelf, choice, way)
    assert (photos_of(embedder) * photos_of(original)).sum(axis=1).min() >= 0.9999
    assert (embedder.embed_text(TEXTS) * original.embed_text(TEXTS)).sum(axis=1).min() >= 0.9999
    assert embedder.dimension == 32
    assert choice.ready
    assert choice in shelf.choices()


def test_its_space_is_that_of_its_own_files(pairs, shelf, tiny, tmp_path):
    one, many = (shelf.import_(pairs[kind]).folder for kind in ("one at a time", "many at once"))
    assert one is not None
    assert many is not None
    again = ModelShelf(tmp_path / "other" / "models", paths.resources() / "models").import_(
        pairs["one at a time"]
    )
    assert again.folder is not None
    assert model_id_of(again.folder) == model_id_of(one)
    assert len({model_id_of(one), model_id_of(many), model_id_of(tiny)}) == 3


def test_it_comes_as_a_zip_and_by_one_of_its_files_too(pairs, shelf, tmp_path):
    packed = tmp_path / "a pair.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in pairs["weights outside"].rglob("*"):
            archive.write(file, Path("model") / file.relative_to(pairs["weights outside"]))
        archive.writestr("model/visual/../../../outside", "no")
        archive.writestr("model/rknpu/rk3588/model.rknn", "something else")
    choice = shelf.import_(packed)
    by_folder = shelf.import_(pairs["weights outside"])
    by_file = shelf.import_(pairs["weights outside"] / "textual" / "model.onnx")
    ids = {model_id_of(one.folder) for one in (choice, by_folder, by_file) if one.folder}
    assert len(ids) == 1
    assert sorted(path.name for path in choice.folder.iterdir()) == [
        "image.onnx", CONFIG_NAME, WEIGHTS_NAME, "text.onnx",
    ]  # fmt: skip
    assert not (tmp_path / "outside").exists()


def test_what_export_writes_of_it_can_be_imported(pairs, shelf, tmp_path):
    choice = shelf.import_(pairs["one at a time"])
    shelf.write_out(choice.key, tmp_path / "written")
    assert (tmp_path / "written" / WEIGHTS_NAME).is_file()
    assert "local-dir:" not in (tmp_path / "written" / "README.md").read_text("utf-8")
    onnx.checker.check_model(str(tmp_path / "written" / IMAGE_NAME))
    other = ModelShelf(tmp_path / "other" / "models", paths.resources() / "models")
    back = other.import_(tmp_path / "written")
    first, second = opened(shelf, choice, OPENVINO), opened(other, back, OPENVINO)
    assert (first.embed_text(TEXTS) * second.embed_text(TEXTS)).sum(axis=1).min() >= 0.99999
    assert (photos_of(first) * photos_of(second)).sum(axis=1).min() >= 0.99999


def test_float16_weights_stay_so_on_disk(pair, shelf, original):
    path = pair / "visual" / "model.onnx"
    model = onnx.load(path)
    for tensor in model.graph.initializer:
        numbers = onnx.numpy_helper.to_array(tensor)
        if numbers.dtype == np.float32 and numbers.nbytes > 4096:
            name = tensor.name
            tensor.CopyFrom(onnx.numpy_helper.from_array(numbers.astype(np.float16), f"{name}/half"))
            cast = onnx.helper.make_node("Cast", [f"{name}/half"], [name], to=onnx.TensorProto.FLOAT)
            model.graph.node.insert(0, cast)
    onnx.save(model, path)
    choice = shelf.import_(pair)
    assert {place.dtype for place in read_tensors(choice.folder / WEIGHTS_NAME).values()} == {"F16", "F32"}
    assert (photos_of(opened(shelf, choice, OPENVINO)) * photos_of(original)).sum(axis=1).min() >= 0.999


def test_torch_is_replaced_by_the_usual_way_with_a_sentence(pairs, shelf):
    said: list[LibraryError] = []
    embedder = opened(shelf, shelf.import_(pairs["one at a time"]), TORCH, said.append)
    assert embedder.embed_text(["a dog"]).shape == (1, 32)
    assert "PyTorch, float32 does not run" in said[0].sentence


def swap(pair: Path) -> None:
    (pair / "visual" / "model.onnx").replace(pair / "away")
    shutil.copy(pair / "textual" / "model.onnx", pair / "visual" / "model.onnx")


def cut(pair: Path) -> None:
    path = pair / "textual" / "model.onnx"
    path.write_bytes(path.read_bytes()[:-2000])


def lose_a_file_beside(pair: Path) -> None:
    model = onnx.load(pair / "visual" / "model.onnx")
    onnx.save(
        model, pair / "visual" / "model.onnx", save_as_external_data=True, location="beside", size_threshold=0
    )
    (pair / "visual" / "beside").unlink()


def lead_outside(pair: Path) -> None:
    path = pair / "visual" / "model.onnx"
    model = onnx.load(path)
    onnx.save(model, path, save_as_external_data=True, location="beside", size_threshold=0)
    model = onnx.load(path, load_external_data=False)
    for tensor in model.graph.initializer:
        for entry in tensor.external_data:
            if entry.key == "location":
                entry.value = "../../../etc/passwd"
    path.write_bytes(model.SerializeToString())


def run_other_code(pair: Path) -> None:
    path = pair / "visual" / "model.onnx"
    model = onnx.load(path)
    model.graph.node[0].domain = "com.example"
    model.opset_import.add(domain="com.example", version=1)
    path.write_bytes(model.SerializeToString())


def want_a_mask(pair: Path) -> None:
    path = pair / "textual" / "model.onnx"
    model = onnx.load(path)
    model.graph.input.append(
        onnx.helper.make_tensor_value_info("attention_mask", onnx.TensorProto.INT32, [1, 77])
    )
    path.write_bytes(model.SerializeToString())


def promise(name: str, **said: object):
    def change(pair: Path) -> None:
        path = pair / name
        path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | said), "utf-8")

    return change


def other_words(pair: Path) -> None:
    path = pair / "textual" / "tokenizer.json"
    said = json.loads(path.read_text("utf-8"))
    said["model"]["merges"] = said["model"]["merges"][::-1]
    path.write_text(json.dumps(said), "utf-8")


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (swap, "takes something of the shape [1, 77]"),
        (cut, "is no ONNX file, or is cut short"),
        (lambda pair: (pair / "visual" / "model.onnx").write_bytes(b"<html>no</html>"), "is no ONNX file"),
        (lambda pair: (pair / "visual" / "model.onnx").write_bytes(b""), "is no half of a model"),
        (lose_a_file_beside, "beside"),
        (lead_outside, "names files that do not lie beside it"),
        (run_other_code, "needs operators that are not ONNX' own"),
        (want_a_mask, "takes text, attention_mask and gives 1 results"),
        (promise("config.json", embed_dim=64), "do not belong together"),
        (promise("config.json", embed_dim=[32]), "do not belong together"),
        (promise("config.json", text_cfg={"context_length": 64}), "promises texts of 64 tokens"),
        (promise("config.json", text_cfg={}), "does not describe a CLIP model"),
        (promise("config.json", text_cfg={"hf_tokenizer_name": "xlm-roberta-base"}), "textual/tokenizer.json is damaged, or no tokenizer"),
        (promise("visual/preprocess_cfg.json", size=64), "promises other pictures than the graph takes, 32"),
        (promise("visual/preprocess_cfg.json", interpolation="lanczos"), "how photos are prepared"),
        (other_words, "is not CLIP's own tokenizer"),
        (lambda pair: (pair / "textual" / "tokenizer.json").unlink(), "tokenizer.json is not there"),
        (lambda pair: (pair / "config.json").unlink(), "config.json is not there"),
        (lambda pair: (pair / "visual" / "preprocess_cfg.json").write_text("[]"), "is not part of a model"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_it_is_said(harm, says, pair, shelf, tmp_path):
    harm(pair)
    with pytest.raises(ModelError) as caught:
        shelf.import_(pair)
    assert says in caught.value.sentence
    assert caught.value.hint
    assert not [path for path in (tmp_path / "data" / "models").iterdir() if path.name != ".graphs"]


def test_half_a_pair_is_no_model(pair, shelf):
    shutil.rmtree(pair / "textual")
    with pytest.raises(ModelMissingError):
        shelf.import_(pair)


def test_weights_that_give_the_same_for_everything_are_refused(pair, shelf):
    path = pair / "textual" / "model.onnx"
    model = onnx.load(path)
    for tensor in model.graph.initializer:
        numbers = onnx.numpy_helper.to_array(tensor)
        if numbers.dtype == np.float32 and numbers.ndim == 2 and len(numbers) in {49408, 77}:
            tensor.CopyFrom(onnx.numpy_helper.from_array(np.ones_like(numbers), tensor.name))
    onnx.save(model, path)
    with pytest.raises(ModelDamagedError, match="same vector for different"):
        shelf.import_(pair)


def test_a_graph_that_was_changed_afterwards_is_found_out(pairs, shelf):
    choice = shelf.import_(pairs["one at a time"])
    graph = choice.folder / IMAGE_NAME
    graph.write_bytes(graph.read_bytes().replace(b"pictures", b"bictures"))
    with pytest.raises(ModelDamagedError, match="is not the graph that belongs"):
        opened(shelf, choice, OPENVINO)


def test_without_an_engine_that_runs_onnx_that_is_said(pairs, shelf, monkeypatch):
    monkeypatch.setattr(ways, "_is_installed", lambda _package: False)
    with pytest.raises(ModelError, match="needs OpenVINO or ONNX Runtime"):
        shelf.import_(pairs["one at a time"])
