"""Which models there are, and how one gets into the library: fetched or imported."""

import hashlib
import json
import os
import pickle
import shutil
import struct
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from desktop_app import paths
from desktop_app.library.connections import ConnectionLog, Outcome
from desktop_app.library.errors import (
    DiskFullError,
    DownloadError,
    ModelDamagedError,
    ModelError,
    ModelMissingError,
)
from desktop_app.library.events import DownloadProgress
from desktop_app.library.models.files import (
    CONFIG_NAME,
    TOKENIZER_NAME,
    WEIGHTS_NAME,
    check_model,
    has_own_tokenizer,
    read_shapes,
)
from desktop_app.library.models.shelf import BUILT_IN, RECOMMENDED, ModelShelf

CONFIG: dict[str, Any] = {
    "model_cfg": {
        "embed_dim": 4,
        "vision_cfg": {"image_size": 8, "layers": 1, "width": 4, "patch_size": 4},
        "text_cfg": {"context_length": 8, "vocab_size": 8, "width": 4, "heads": 1, "layers": 1},
    },
    "preprocess_cfg": {"resize_mode": "squash"},
}
SHAPES = {"visual.proj": (4, 4), "text_projection": (4, 4), "logit_scale": ()}


def weights(shapes: dict[str, tuple[int, ...]] | None = None, fill: int = 0) -> bytes:
    """Return a small sound safetensors file."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, shape in (SHAPES if shapes is None else shapes).items():
        size = 4
        for side in shape:
            size *= side
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + bytes([fill]) * end


def make_model(folder: Path, content: bytes | None = None, config: dict[str, Any] | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS_NAME).write_bytes(weights() if content is None else content)
    (folder / CONFIG_NAME).write_text(json.dumps(config or CONFIG), "utf-8")
    return folder


def manifest_of(address: str) -> dict[str, Any]:
    content = weights(fill=7)
    built_in = {
        "key": BUILT_IN,
        "title": "Built-in model",
        "sentence": "Small.",
        "tier": "built-in",
        "licence": "Apache-2.0",
        "for_everyone": True,
        "dimension": 4,
        "context_length": 8,
        "files": [{"name": WEIGHTS_NAME, "size_bytes": len(weights())}],
        "folder": "starter",
    }
    recommended = {
        "key": RECOMMENDED,
        "title": "The good one",
        "sentence": "Better.",
        "tier": "balanced",
        "licence": "MIT",
        "for_everyone": True,
        "recommended": True,
        "dimension": 4,
        "context_length": 8,
        "repository": "laion/good",
        "page": "https://example.org/good",
        "files": [
            {
                "name": WEIGHTS_NAME,
                "size_bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
                "addresses": [address],
            }
        ],
        "config": CONFIG,
        "tensors": len(SHAPES),
        "shapes": {name: list(shape) for name, shape in SHAPES.items() if shape},
    }
    return {"format": 2, "models": [built_in, recommended]}


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server that gives the recommended model's weights."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    offered = tmp_path / "offered"
    offered.mkdir()
    (offered / "weights").write_bytes(weights(fill=7))

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(offered)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/weights"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def resources(tmp_path: Path, address: str) -> Path:
    folder = tmp_path / "resources"
    make_model(folder / "starter")
    (folder / "models.json").write_text(json.dumps(manifest_of(address)), "utf-8")
    return folder


@pytest.fixture
def shelf(tmp_path: Path, resources: Path) -> ModelShelf:
    return ModelShelf(tmp_path / "data" / "models", resources)


def fetch(shelf: ModelShelf, reference: str = RECOMMENDED, network: bool = True) -> list[DownloadProgress]:
    said: list[DownloadProgress] = []
    shelf.fetch(reference, progress=said.append, cancelled=lambda: False, network=network)
    return said


def test_the_shipped_manifest_names_the_built_in_and_the_recommended_model(tmp_path):
    built_in, *others = ModelShelf(tmp_path, paths.resources() / "models").choices()
    recommended = next(choice for choice in others if choice.recommended)
    assert (built_in.key, built_in.ready, built_in.built_in) == (BUILT_IN, True, True)
    assert (recommended.key, recommended.ready, recommended.licence) == (RECOMMENDED, False, "MIT")
    assert recommended.recommended
    assert 600e6 < recommended.size_bytes < 610e6


def test_the_built_in_model_is_the_one_the_manifest_describes():
    folder = paths.resources() / "models" / "starter"
    file = json.loads((folder.parent / "models.json").read_text("utf-8"))["models"][0]["files"][0]
    content = (folder / WEIGHTS_NAME).read_bytes()
    assert (len(content), hashlib.sha256(content).hexdigest()) == (file["size_bytes"], file["sha256"])
    check_model(folder)


def test_the_built_in_model_is_best_until_the_recommended_one_is_here(shelf):
    assert shelf.best().key == BUILT_IN
    fetch(shelf)
    assert shelf.best().key == RECOMMENDED
    assert shelf.find("hf-hub:laion/good") == shelf.best()


def test_without_any_model_there_is_no_best(shelf, resources):
    shutil.rmtree(resources / "starter")
    assert shelf.best() is None
    with pytest.raises(ModelMissingError, match="not on this computer") as missing:
        shelf.find(BUILT_IN)
    assert "Install" in missing.value.hint


def test_without_a_manifest_own_models_still_work(tmp_path):
    shelf = ModelShelf(tmp_path / "models", tmp_path / "nothing")
    assert shelf.choices() == []
    assert shelf.import_(make_model(tmp_path / "mine")).ready


@pytest.mark.parametrize("reference", [RECOMMENDED, "hf-hub:laion/good", "hf-hub:some/other", "nonsense"])
def test_a_model_that_is_not_here_is_missing_with_a_hint(shelf, reference):
    with pytest.raises(ModelMissingError) as missing:
        shelf.find(reference)
    assert missing.value.hint


def test_a_folder_or_its_weights_file_is_found(shelf, tmp_path):
    folder = make_model(tmp_path / "mine")
    assert shelf.find(str(folder)).folder == folder
    assert shelf.find(str(folder / WEIGHTS_NAME)).key == str(folder)
    with pytest.raises(ModelError, match="not a model's folder"):
        shelf.find(str(folder / CONFIG_NAME))


def test_a_fetched_model_is_checked_and_complete(shelf, tmp_path):
    said = fetch(shelf)
    choice = shelf.find(RECOMMENDED)
    assert check_model(choice.folder) == CONFIG
    assert said[-1].name == "The good one"
    assert [path.name for path in (tmp_path / "data" / "models").iterdir()] == [choice.folder.name]
    assert fetch(shelf) == []


def test_a_download_that_fails_leaves_no_model_and_goes_on_later(shelf, tmp_path):
    offered = tmp_path / "offered" / "weights"
    content = offered.read_bytes()
    offered.unlink()
    with pytest.raises(DownloadError, match="404"):
        fetch(shelf)
    assert not shelf.choices()[1].ready
    assert len(shelf.choices()) == 2
    offered.write_bytes(content)
    fetch(shelf)
    assert shelf.choices()[1].ready


def test_a_file_that_is_no_model_is_deleted(shelf, tmp_path, resources):
    manifest = json.loads((resources / "models.json").read_text())
    content = b"not weights, but long enough"
    sha256 = hashlib.sha256(content).hexdigest()
    manifest["models"][1]["files"][0] |= {"sha256": sha256, "size_bytes": len(content)}
    (resources / "models.json").write_text(json.dumps(manifest))
    (tmp_path / "offered" / "weights").write_bytes(content)
    with pytest.raises(ModelDamagedError):
        fetch(ModelShelf(tmp_path / "models", resources))
    assert list((tmp_path / "models").iterdir()) == []


def test_nothing_is_fetched_with_the_network_switched_off(shelf, monkeypatch):
    monkeypatch.setattr("socket.socket", lambda *_, **__: pytest.fail("a socket was opened"))
    with pytest.raises(DownloadError, match="switched off"):
        fetch(shelf, network=False)


def test_connections_of_a_fetch_are_noted_with_the_model_and_so_is_one_that_was_refused(
    shelf, resources, tmp_path
):
    log = ConnectionLog(tmp_path)
    noting = ModelShelf(shelf._models, resources, log)
    with pytest.raises(DownloadError):
        fetch(noting, network=False)
    fetch(noting)
    assert [(one.why, one.outcome) for one in log.all()] == [
        (f"model {RECOMMENDED}", Outcome.REFUSED),
        (f"model {RECOMMENDED}", Outcome.COMPLETE),
    ]


def test_an_unknown_model_cannot_be_fetched(shelf):
    with pytest.raises(ModelMissingError, match="no model called whatever"):
        fetch(shelf, "whatever")


def test_a_mirror_named_by_the_environment_is_asked_first(shelf, resources, address, monkeypatch):
    manifest = manifest_of("https://huggingface.co/weights")
    (resources / "models.json").write_text(json.dumps(manifest))
    monkeypatch.setenv("HF_ENDPOINT", address.removesuffix("/weights"))
    again = ModelShelf(shelf._models, resources)
    fetch(again)
    assert again.find(RECOMMENDED).ready


TOKENIZER = b'{"model": "a tokenizer of its own"}'


@pytest.fixture
def two_files(shelf: ModelShelf, tmp_path: Path, resources: Path, address: str) -> ModelShelf:
    """A shelf whose recommended model needs a tokenizer beside its weights."""
    manifest = json.loads((resources / "models.json").read_text())
    entry = manifest["models"][1]
    entry["files"].append(
        {
            "name": TOKENIZER_NAME,
            "size_bytes": len(TOKENIZER),
            "sha256": hashlib.sha256(TOKENIZER).hexdigest(),
            "addresses": [address.replace("weights", "words")],
        }
    )
    entry["config"]["model_cfg"]["text_cfg"]["hf_tokenizer_name"] = "laion/good"
    (resources / "models.json").write_text(json.dumps(manifest))
    (tmp_path / "offered" / "words").write_bytes(TOKENIZER)
    return ModelShelf(shelf._models, resources)


def test_all_files_of_a_model_are_fetched_and_told_as_one(two_files):
    said = fetch(two_files)
    folder = two_files.find(RECOMMENDED).folder
    assert (folder / TOKENIZER_NAME).read_bytes() == TOKENIZER
    assert has_own_tokenizer(check_model(folder))
    size = len(weights(fill=7)) + len(TOKENIZER)
    assert {one.total_bytes for one in said} == {size} == {two_files.find(RECOMMENDED).size_bytes}
    assert [one.done_bytes for one in said] == sorted(one.done_bytes for one in said)
    assert said[-1].done_bytes == size
    assert [path.name for path in two_files._models.iterdir()] == [folder.name]


def test_a_model_of_which_one_file_does_not_arrive_is_not_there_and_goes_on_with_the_other(
    two_files, tmp_path
):
    words = tmp_path / "offered" / "words"
    words.rename(words.with_name("hidden"))
    with pytest.raises(DownloadError, match="404"):
        fetch(two_files)
    assert not two_files.choices()[1].ready
    words.with_name("hidden").rename(words)
    (tmp_path / "offered" / "weights").unlink()
    fetch(two_files)
    assert two_files.choices()[1].ready


def test_a_model_without_its_tokenizer_is_not_complete(two_files):
    fetch(two_files)
    (two_files.find(RECOMMENDED).folder / TOKENIZER_NAME).unlink()
    assert not two_files.choices()[1].ready


@pytest.mark.parametrize("form", ["folder", "zip", "file"])
def test_a_model_copied_out_of_another_library_is_known_by_its_sums(two_files, tmp_path, form):
    fetch(two_files)
    source = tmp_path / "stick" / "anything"
    shutil.copytree(two_files.find(RECOMMENDED).folder, source)
    shutil.rmtree(two_files._models)
    (source / CONFIG_NAME).unlink()  # Ours is known, whatever came along.
    if form == "zip":
        source = Path(shutil.make_archive(str(tmp_path / "model"), "zip", source.parent))
    elif form == "file":
        source /= WEIGHTS_NAME
    choice = two_files.import_(source)
    assert (choice.key, choice.ready) == (RECOMMENDED, True)
    assert [path.name for path in two_files._models.iterdir()] == [choice.folder.name]
    assert (choice.folder / TOKENIZER_NAME).read_bytes() == TOKENIZER


def test_known_weights_without_their_tokenizer_are_refused_in_words(two_files, tmp_path):
    lone = tmp_path / "stick" / WEIGHTS_NAME
    lone.parent.mkdir()
    lone.write_bytes(weights(fill=7))
    with pytest.raises(ModelMissingError, match=r"also needs its tokenizer\.json"):
        two_files.import_(lone)
    assert not two_files.choices()[1].ready


def test_known_weights_with_another_tokenizer_are_a_model_of_ones_own(two_files, tmp_path):
    fetch(two_files)
    source = tmp_path / "stick" / "mine"
    shutil.copytree(two_files.find(RECOMMENDED).folder, source)
    (source / TOKENIZER_NAME).write_bytes(b'{"another": 1}')
    choice = two_files.import_(source)
    assert (choice.tier, choice.ready) == ("own", True)
    assert (choice.folder / TOKENIZER_NAME).read_bytes() == b'{"another": 1}'


def test_a_model_without_a_known_sum_is_brought_not_fetched(shelf, resources):
    manifest = json.loads((resources / "models.json").read_text())
    del manifest["models"][1]["files"][0]["sha256"]
    (resources / "models.json").write_text(json.dumps(manifest))
    again = ModelShelf(shelf._models, resources)
    assert not again.choices()[1].can_fetch
    with pytest.raises(ModelMissingError) as missing:
        fetch(again)
    assert "https://example.org/good" in missing.value.hint


def test_a_model_that_not_everybody_may_use_is_not_offered(shelf, resources):
    manifest = json.loads((resources / "models.json").read_text())
    manifest["models"][1]["for_everyone"] = False
    (resources / "models.json").write_text(json.dumps(manifest))
    assert [choice.key for choice in ModelShelf(shelf._models, resources).choices()] == [BUILT_IN]


def test_a_list_of_models_that_is_damaged_is_said_where_a_model_is_missed(shelf, resources):
    (resources / "models.json").write_text("{}")
    with pytest.raises(ModelMissingError) as missing:
        ModelShelf(shelf._models, resources).find(BUILT_IN)
    assert "models.json is not one" in missing.value.hint


def test_an_imported_folder_becomes_a_choice_of_its_own(shelf, tmp_path):
    source = make_model(tmp_path / "My model (2)")
    (source / "calibration.safetensors").write_bytes(weights({}))
    (source / "holiday.mp4").write_bytes(b"not copied")
    choice = shelf.import_(source)
    assert choice == shelf.choices()[-1] == shelf.find(choice.key)
    assert choice.ready
    assert sorted(path.name for path in choice.folder.iterdir()) == sorted(
        [CONFIG_NAME, WEIGHTS_NAME, "calibration.safetensors"]
    )
    shutil.rmtree(source)
    check_model(choice.folder)


@pytest.mark.parametrize(
    ("source", "called"),
    [
        ("My model (2)", "My model (2)"),
        ("v1.5", "v1.5"),
        ("Fotos – größer", "Fotos – größer"),
        ("weights of mine.safetensors", "weights of mine"),
        (f"a folder/{WEIGHTS_NAME}", "a folder"),
        ("deadbeef-deadbeef", "deadbeef-deadbeef"),
        (".hidden.", "hidden"),
    ],
)
def test_an_imported_model_is_called_as_the_person_calls_it(shelf, tmp_path, source, called):
    path = tmp_path / "files" / source
    if path.suffix == ".safetensors":
        made = make_model(path.parent)
        (made / WEIGHTS_NAME).rename(path)
    else:
        make_model(path)
    choice = shelf.import_(path)
    assert (choice.title, choice.tier) == (called, "own")
    assert shelf.find(called) == shelf.find(choice.key) == choice


def test_two_models_of_one_name_are_told_apart_by_their_weights(shelf, tmp_path):
    titles = [
        shelf.import_(make_model(tmp_path / str(fill) / "mine", weights(fill=fill))).title for fill in (1, 2)
    ]
    assert titles[0] == "mine"
    both = [choice for choice in shelf.choices() if choice.tier == "own"]
    assert [choice.title for choice in both] == [f"mine ({choice.folder.name[-8:]})" for choice in both]
    assert len(both) == 2
    assert [shelf.find(choice.title) for choice in both] == both
    with pytest.raises(ModelMissingError):
        shelf.find("mine")


def test_a_model_that_lies_elsewhere_is_called_as_its_folder(shelf, tmp_path):
    assert shelf.find(str(make_model(tmp_path / "mine-0123abcd"))).title == "mine-0123abcd"


def test_importing_the_same_model_twice_gives_the_same_choice(shelf, tmp_path):
    source = make_model(tmp_path / "mine")
    assert shelf.import_(source) == shelf.import_(source)
    assert len(shelf.choices()) == 3


def test_a_model_whose_weights_were_cut_short_is_whole_after_importing_it_again(shelf, tmp_path):
    source = make_model(tmp_path / "mine")
    there = shelf.import_(source).folder / WEIGHTS_NAME
    whole = there.read_bytes()
    for left in (whole[:-7], b""):
        there.write_bytes(left)
        shelf.import_(source)
        assert there.read_bytes() == whole


def test_imported_weights_are_on_the_disk_before_they_are_in_their_place(shelf, tmp_path, synced):
    assert synced.has(shelf.import_(make_model(tmp_path / "mine")).folder / WEIGHTS_NAME)


def test_a_zip_is_imported_wherever_the_model_lies_in_it(shelf, tmp_path):
    source = tmp_path / "model.zip"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("__MACOSX/._open_clip_config.json", b"resource fork")
        archive.writestr("outer/inner/readme.txt", b"hello")
        archive.writestr(f"outer/inner/{WEIGHTS_NAME}", weights())
        archive.writestr(f"outer/inner/{CONFIG_NAME}", json.dumps(CONFIG))
    assert shelf.import_(source).ready


@pytest.mark.parametrize("packed", [True, False])
def test_what_a_macintosh_puts_beside_the_weights_is_none(shelf, tmp_path, packed):
    source = make_model(tmp_path / "stick")
    (source / WEIGHTS_NAME).rename(source / "mine.safetensors")
    for name in (CONFIG_NAME, "mine.safetensors"):
        (source / f"._{name}").write_bytes(b"\0\5\x16\7 resource fork")
    if packed:
        shutil.make_archive(str(tmp_path / "model"), "zip", source)
        source = tmp_path / "model.zip"
    assert shelf.import_(source).ready


@pytest.mark.parametrize("packed", [True, False])
def test_of_damaged_weights_the_file_is_named_that_a_person_has(shelf, tmp_path, packed):
    source = make_model(tmp_path / "mine")
    (source / WEIGHTS_NAME).write_bytes(weights()[:-7])
    if packed:
        shutil.make_archive(str(tmp_path / "mine"), "zip", source)
        source = tmp_path / "mine.zip"
    with pytest.raises(ModelDamagedError) as damaged:
        shelf.import_(source)
    assert damaged.value.sentence.startswith(f"{source / WEIGHTS_NAME} is damaged")


def test_a_zip_with_a_slippery_path_writes_nothing_outside(shelf, tmp_path):
    source = tmp_path / "evil.zip"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("../../../slipped.safetensors", weights())
        archive.writestr(f"../../../{CONFIG_NAME}", json.dumps(CONFIG))
        archive.writestr("/tmp/slipped.txt", b"absolute")
    before = {path for path in tmp_path.rglob("*") if "models" not in path.parts}
    choice = shelf.import_(source)
    assert choice.folder.parent == shelf._models
    assert sorted(path.name for path in choice.folder.iterdir()) == [CONFIG_NAME, WEIGHTS_NAME]
    assert {path for path in tmp_path.rglob("*") if "models" not in path.parts} - before == {
        tmp_path / "data"
    }


@pytest.mark.parametrize("content", [b"no zip at all", b"PK\x03\x04 broken"])
def test_a_broken_zip_is_refused_in_words(shelf, tmp_path, content):
    (tmp_path / "model.zip").write_bytes(content)
    with pytest.raises(ModelDamagedError, match="cannot be unpacked"):
        shelf.import_(tmp_path / "model.zip")
    assert len(shelf.choices()) == 2


@pytest.mark.parametrize("packed", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_that_is_damaged_inside_is_refused_in_words(shelf, tmp_path, packed):
    source = tmp_path / "model.zip"
    with zipfile.ZipFile(source, "w", packed) as archive:
        archive.writestr(WEIGHTS_NAME, weights({"visual.proj": (4, 4), "much": (100, 100)}))
        archive.writestr(CONFIG_NAME, json.dumps(CONFIG))
    content = bytearray(source.read_bytes())
    content[78:98] = b"\xa5" * 20
    source.write_bytes(content)
    with pytest.raises(ModelError, match=r"cannot be (unpacked|imported)"):
        shelf.import_(source)
    assert len(shelf.choices()) == 2


def test_a_nameless_file_in_a_zip_is_no_part_of_a_model(shelf, tmp_path):
    source = tmp_path / "model.zip"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("x", b"nothing")
        archive.writestr(WEIGHTS_NAME, weights())
        archive.writestr(CONFIG_NAME, json.dumps(CONFIG))
    # A name that begins with a zero byte ends there.
    content = source.read_bytes().replace(b"xnothing", b"\0nothing")
    at = content.index(b"PK\1\2") + 46
    source.write_bytes(content[:at] + b"\0" + content[at + 1 :])
    assert shelf.import_(source).ready


def test_pickles_are_refused_in_words_wherever_they_hide(shelf, tmp_path):
    folder = tmp_path / "pickled"
    folder.mkdir()
    (folder / "open_clip_pytorch_model.bin").write_bytes(pickle.dumps({}))
    (folder / CONFIG_NAME).write_text(json.dumps(CONFIG))
    with zipfile.ZipFile(tmp_path / "pickled.zip", "w") as archive:
        archive.write(folder / "open_clip_pytorch_model.bin", "m/model.pt")
        archive.write(folder / CONFIG_NAME, f"m/{CONFIG_NAME}")
    disguised = make_model(tmp_path / "disguised", pickle.dumps({"a": 1}))
    for source in (folder, folder / "open_clip_pytorch_model.bin", tmp_path / "pickled.zip", disguised):
        with pytest.raises(ModelError, match="pickle"):
            shelf.import_(source)
    assert len(shelf.choices()) == 2


def test_the_recommended_weights_may_come_alone(shelf, tmp_path):
    lone = tmp_path / "downloads" / "open_clip_model (1).safetensors"
    lone.parent.mkdir()
    lone.write_bytes(weights(fill=7))
    assert shelf.import_(lone).key == RECOMMENDED
    assert shelf.best().key == RECOMMENDED


def test_weights_of_the_recommended_shape_may_come_alone_too(shelf, tmp_path):
    lone = tmp_path / "finetuned.safetensors"
    lone.write_bytes(weights(fill=9))
    choice = shelf.import_(lone)
    assert choice.key != RECOMMENDED
    assert check_model(choice.folder) == CONFIG


def test_other_lone_weights_need_their_configuration(shelf, tmp_path):
    lone = tmp_path / "other.safetensors"
    lone.write_bytes(weights({"visual.proj": (8, 4)}))
    with pytest.raises(ModelMissingError, match=CONFIG_NAME):
        shelf.import_(lone)
    assert len(shelf.choices()) == 2


@pytest.mark.parametrize("name", ["nowhere", "notes.txt", "empty folder"])
def test_what_is_not_a_model_is_refused_in_words(shelf, tmp_path, name):
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "empty folder").mkdir()
    with pytest.raises(ModelError) as wrong:
        shelf.import_(tmp_path / name)
    assert CONFIG_NAME in wrong.value.hint


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (weights()[:-1], "should have"),
        (weights() + b"x", "should have"),
        (weights()[:40], "cut short"),
        (b"version https://git-lfs.github.com/spec/v1", "Git LFS"),
        (b"<!doctype html><html></html>", "web page"),
        (struct.pack("<Q", 2**60) + b"{}", "cut short"),
        (struct.pack("<Q", 12) + b'{"a": "b"}  ', "makes no sense"),
        (struct.pack("<Q", 8) + b"not json", "makes no sense"),
        (weights({"visual.proj": (4, 5)}), "do not belong together"),
    ],
)
def test_damaged_weights_are_refused_in_words(shelf, tmp_path, content, said):
    with pytest.raises(ModelDamagedError, match=said):
        shelf.import_(make_model(tmp_path / "mine", content))
    assert len(shelf.choices()) == 2
    assert [path.name for path in shelf._models.iterdir()] == []


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("text_cfg", {"hf_model_name": "xlm-roberta-base"}),
        ("text_cfg", {"hf_tokenizer_name": "timm/ViT-B-16-SigLIP"}),
        ("text_cfg", {"tokenizer_kwargs": {"reduction_mask": "syntax"}}),
        ("vision_cfg", {"timm_model_name": "vit_base", "timm_model_pretrained": True}),
        ("vision_cfg", {"timm_model_name": "hf-hub:someone/something"}),
    ],
)
def test_a_configuration_that_would_ask_a_hub_is_refused(shelf, tmp_path, part, change):
    with pytest.raises(ModelError, match="not in the model's own files"):
        shelf.import_(make_model(tmp_path / "mine", config=changed(part, change)))
    assert [path.name for path in shelf._models.iterdir()] == []


def changed(part: str, change: dict[str, object]) -> dict[str, Any]:
    config: dict[str, Any] = json.loads(json.dumps(CONFIG))
    config["model_cfg"][part] |= change
    return config


def test_a_model_with_a_tokenizer_of_its_own_is_complete_only_with_it(shelf, tmp_path):
    mine = make_model(
        tmp_path / "mine", config=changed("text_cfg", {"hf_tokenizer_name": "timm/ViT-B-32-SigLIP2-256"})
    )
    (mine / TOKENIZER_NAME).write_text('{"version": "1.0"}')
    folder = shelf.import_(mine).folder
    assert folder is not None
    assert (folder / TOKENIZER_NAME).read_text() == '{"version": "1.0"}'
    check_model(folder)
    assert shelf.find(str(folder)).ready
    alone = shelf.import_(mine / WEIGHTS_NAME).folder
    assert alone is not None
    assert (alone / TOKENIZER_NAME).exists()
    (folder / TOKENIZER_NAME).write_text('{"version": "0.1"}')
    assert shelf.import_(mine).folder == folder
    assert (folder / TOKENIZER_NAME).read_text() == '{"version": "1.0"}'
    (folder / TOKENIZER_NAME).unlink()
    assert str(folder) not in [choice.key for choice in shelf.choices()]
    with pytest.raises(ModelMissingError):
        shelf.find(str(folder))
    with pytest.raises(ModelMissingError, match="tokenizer"):
        check_model(folder)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"model": {"vocab": {', b"<html></html>", b"version https://git-lfs"]
)
def test_a_tokenizer_that_is_cut_or_none_is_refused(shelf, tmp_path, content):
    mine = make_model(tmp_path / "mine", config=changed("text_cfg", {"hf_tokenizer_name": "a/b"}))
    (mine / TOKENIZER_NAME).write_bytes(content)
    with pytest.raises(ModelDamagedError, match="not a tokenizer"):
        shelf.import_(mine)


def test_a_tokenizer_without_end_is_refused(tmp_path):
    mine = make_model(tmp_path / "mine", config=changed("text_cfg", {"hf_tokenizer_name": "a/b"}))
    with (mine / TOKENIZER_NAME).open("wb") as file:
        file.write(b"{")
        file.seek(2**30)
        file.write(b"}")
    with pytest.raises(ModelDamagedError, match="not a tokenizer"):
        check_model(mine)


def test_a_tokenizer_beside_a_model_that_reads_as_clip_does_is_not_kept(shelf, tmp_path):
    mine = make_model(tmp_path / "mine")
    (mine / TOKENIZER_NAME).write_text("{}")
    folder = shelf.import_(mine).folder
    assert folder is not None
    assert sorted(path.name for path in folder.iterdir()) == [CONFIG_NAME, WEIGHTS_NAME]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"model_cfg": 3}', '{"model_cfg": {"embed_dim": "x"}}', "\xff"]
)
def test_a_configuration_that_is_none_is_refused(shelf, tmp_path, text):
    folder = make_model(tmp_path / "mine")
    (folder / CONFIG_NAME).write_bytes(text.encode("latin-1"))
    with pytest.raises(ModelDamagedError):
        shelf.import_(folder)


def test_two_files_of_weights_are_not_guessed_between(shelf, tmp_path):
    folder = make_model(tmp_path / "mine")
    (folder / WEIGHTS_NAME).rename(folder / "a.safetensors")
    shutil.copy(folder / "a.safetensors", folder / "b.safetensors")
    with pytest.raises(ModelMissingError, match="2 files of weights"):
        shelf.import_(folder)
    (folder / "b.safetensors").unlink()
    assert shelf.import_(folder).ready


def test_an_import_without_room_changes_nothing(shelf, tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: shutil._ntuple_diskusage(10, 10, 0))
    with pytest.raises(DiskFullError):
        shelf.import_(make_model(tmp_path / "mine"))
    assert len(shelf.choices()) == 2


def test_what_a_killed_import_left_is_cleared_away(shelf, tmp_path):
    make_model(shelf._models / ".import-old" / "model")
    assert len(shelf.choices()) == 2
    shelf.import_(make_model(tmp_path / "mine"))
    assert not (shelf._models / ".import-old").exists()


def test_shapes_are_read_without_the_weights(tmp_path):
    assert read_shapes(make_model(tmp_path / "mine") / WEIGHTS_NAME) == SHAPES


def with_numbers(part: str, **numbers: object) -> dict[str, Any]:
    config: dict[str, Any] = json.loads(json.dumps(CONFIG))
    inside = config["model_cfg"] if part == "model_cfg" else config["model_cfg"].get(part, config.get(part))
    inside.update(numbers)
    return config


@pytest.mark.parametrize(
    ("part", "numbers", "words"),
    [
        ("vision_cfg", {"image_size": 20_000}, "says image_size 20,000, which no model has (1 to 1,024)"),
        ("vision_cfg", {"image_size": [64, 20_000]}, "image_size 20,000"),
        ("vision_cfg", {"image_size": 0}, "image_size 0"),
        ("vision_cfg", {"layers": [3, 4, 10**9]}, "layers 1,000,000,000"),
        ("vision_cfg", {"width": 10**300}, "width 1e+300"),
        ("preprocess_cfg", {"size": 20_000}, "size 20,000"),
        ("text_cfg", {"context_length": 10**6}, "context_length 1,000,000"),
        ("text_cfg", {"vocab_size": 10**9}, "vocab_size 1,000,000,000"),
        ("text_cfg", {"anything": {"at": [{"all": -(10**7)}]}}, "all -10,000,000"),
        ("model_cfg", {"embed_dim": 10**5}, "embed_dim 100,000"),
        ("model_cfg", {"embed_dim": True}, "does not describe a CLIP model"),
    ],
)
def test_numbers_that_no_model_has_are_refused_before_memory_is_taken(
    tmp_path: Path, part: str, numbers: dict[str, object], words: str
) -> None:
    model = make_model(tmp_path / "mine", config=with_numbers(part, **numbers))
    with pytest.raises(ModelDamagedError) as refused:
        check_model(model)
    assert words in refused.value.sentence


@pytest.mark.parametrize(
    ("part", "numbers"),
    [
        ("vision_cfg", {"width": 1024, "layers": 24}),
        ("vision_cfg", {"image_size": 1024, "patch_size": 1}),
        ("text_cfg", {"vocab_size": 500_000}),
        ("text_cfg", {"context_length": 4096}),
    ],
)
def test_a_configuration_of_a_larger_model_than_the_weights_is_refused(
    tmp_path: Path, part: str, numbers: dict[str, object]
) -> None:
    model = make_model(tmp_path / "mine", config=with_numbers(part, **numbers))
    with pytest.raises(ModelDamagedError, match="larger model than the weights"):
        check_model(model)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[" * 200_000, "it is nested too deep"),
        (b"9" * 10_000, "a number without end where a number belongs"),
        (b'{"model_cfg": NaN}', "it says NaN where a number belongs"),
    ],
)
def test_a_configuration_of_nonsense_is_said_in_words(tmp_path: Path, content: bytes, words: str) -> None:
    model = make_model(tmp_path / "mine")
    (model / CONFIG_NAME).write_bytes(content)
    with pytest.raises(ModelDamagedError, match=words):
        check_model(model)
    (model / CONFIG_NAME).write_bytes(b" " * 2**21)
    with pytest.raises(ModelMissingError):
        check_model(model)


@pytest.mark.parametrize(
    "shape",
    ["[1e999]", '["9"]', "[[]]", "[-1]", "[true]", "1", f"[{'9' * 4000}, {'9' * 4000}]", f"[{'1,' * 50}1]"],
)
def test_weights_with_sides_that_are_none_are_damaged(tmp_path: Path, shape: str) -> None:
    header = f'{{"a": {{"dtype": "F32", "shape": {shape}, "data_offsets": [0, 4]}}}}'.encode()
    model = make_model(tmp_path / "mine", struct.pack("<Q", len(header)) + header + b"1234")
    with pytest.raises(ModelDamagedError, match="makes no sense"):
        check_model(model)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", [CONFIG_NAME, WEIGHTS_NAME])
def test_a_pipe_in_place_of_a_models_file_is_not_waited_for(shelf, tmp_path: Path, name: str) -> None:
    model = make_model(tmp_path / "mine")
    (model / name).unlink()
    os.mkfifo(model / name)
    with pytest.raises(ModelMissingError):
        check_model(model)
    with pytest.raises(ModelError):
        shelf.find(str(model))


@pytest.mark.parametrize(
    "mirror",
    [
        "https://person:secret@127.0.0.1:9",
        "https://person:se/cret@127.0.0.1",
        "ftp://127.0.0.1",
        "secret",
        "http://127.0.0.1:x",
    ],
)
@pytest.mark.usefixtures("address")
def test_a_mirror_that_cannot_be_asked_is_said_without_its_password_and_nothing_is_asked(
    shelf, resources, monkeypatch, caplog, mirror: str
) -> None:
    (resources / "models.json").write_text(json.dumps(manifest_of("https://huggingface.co/weights")))
    monkeypatch.setenv("HF_ENDPOINT", mirror)
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: pytest.fail("a name was resolved"))
    with pytest.raises(DownloadError, match="HF_ENDPOINT is not an address that can be asked") as refused:
        fetch(ModelShelf(shelf._models, resources))
    if "@" in mirror:
        assert not any(word in str(refused.value) + caplog.text for word in ("person", "cret"))
