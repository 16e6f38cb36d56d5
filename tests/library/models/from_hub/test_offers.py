"""Models of repositories: looked up with files, sums and licence, then fetched, against a hub on this machine."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app import paths
from desktop_app.library.connections import ConnectionLog, Outcome
from desktop_app.library.errors import DownloadCancelledError, DownloadError, ModelError, ModelMissingError
from desktop_app.library.events import DownloadProgress
from desktop_app.library.models.files import CONFIG_NAME, TOKENIZER_NAME, WEIGHTS_NAME
from desktop_app.library.models.from_hub import offers, repository
from desktop_app.library.models.from_hub.offer import Line
from desktop_app.library.models.from_hub.repository import TABLE
from desktop_app.library.models.from_hub.source_note import NOTE_NAME, read_note
from desktop_app.library.models.reference.clip_import import import_open_clip
from desktop_app.library.models.shelf import ModelShelf
from tests.hub import PROXIES, Hub, hub
from tests.onnx_pairs import make_pair
from tests.tiny_clip import make_tiny_clip

RESOURCES = paths.resources() / "models"
OURS = "someone/tiny.clip"
PAIR = "immich-app/tiny__random"


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    folder = tmp_path_factory.mktemp("models")
    tiny = make_tiny_clip(folder / "tiny")
    starter = files_of(RESOURCES / "starter")
    return {
        OURS: {CONFIG_NAME: starter[CONFIG_NAME], WEIGHTS_NAME: starter[WEIGHTS_NAME], "README.md": b"words"},
        PAIR: {
            **files_of(make_pair(tiny, folder / "pair")),
            "visual/model.armnn": b"x",
            "textual/special.txt": b"",
            "README.md": b"",
        },
        "someone/unknown": files_of(tiny),
    }


@pytest.fixture
def net(contents: dict[str, dict[str, bytes]], monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    for name in (*PROXIES, "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    with hub() as shop:
        monkeypatch.setattr(repository, "HUB", shop.address)
        shop.repositories = {name: dict(files) for name, files in contents.items()}
        yield shop


@pytest.fixture
def log(tmp_path: Path) -> ConnectionLog:
    return ConnectionLog(tmp_path / "data")


@pytest.fixture
def shelf(tmp_path: Path, log: ConnectionLog) -> ModelShelf:
    (tmp_path / "data").mkdir(exist_ok=True)
    return ModelShelf(tmp_path / "data" / "models", RESOURCES, log)


def line(heard: list[DownloadProgress] | None = None, network: bool = True, cancelled=lambda: False) -> Line:
    return Line((heard if heard is not None else []).append, cancelled, network)


def test_looking_up_says_files_sums_and_licence_and_leaves_nothing(net, shelf, tmp_path):
    offer = shelf.offers.look_up(f"hf:{OURS}", line())
    weights = net.repositories[OURS][WEIGHTS_NAME]
    assert [file.name for file in offer.files] == [CONFIG_NAME, WEIGHTS_NAME]
    assert offer.files[1].sha256 == hashlib.sha256(weights).hexdigest()
    assert offer.size_bytes == len(weights) + len(net.repositories[OURS][CONFIG_NAME])
    assert offer.unknown_sums == (CONFIG_NAME,)
    assert (offer.licence, offer.title, offer.revision) == ("mit", "tiny.clip", net.commit(OURS))
    assert list((tmp_path / "data" / "models").iterdir()) == []
    assert not any(path.endswith(".safetensors") for path in net.asked)


def test_what_was_seen_is_fetched_and_its_sums_are_kept(net, shelf, log):
    heard: list[DownloadProgress] = []
    offer = shelf.offers.look_up(f"hf:{OURS}@main", line())
    folder = shelf.offers.fetch(offer, line(heard))
    note = json.loads((folder / NOTE_NAME).read_text("utf-8"))
    assert {file["name"]: file["sha256"] for file in note["files"]}[WEIGHTS_NAME] == offer.files[1].sha256
    choice = shelf.find(str(folder))
    assert (choice.title, choice.licence, choice.page) == (
        "tiny.clip",
        "mit",
        f"https://huggingface.co/{OURS}",
    )
    assert f"fetched from {OURS} ({offer.revision[:8]})" in choice.sentence
    assert heard[-1].done_bytes == heard[-1].total_bytes == offer.size_bytes
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    assert {one.why for one in log.all()} == {f"looking up {OURS}", f"model {OURS}"}
    assert sum(one.bytes_in or 0 for one in log.all()) > offer.size_bytes


def test_a_pair_of_onnx_files_is_fetched_without_what_is_for_other_programs(net, shelf):
    offer = shelf.offers.look_up(f"https://huggingface.co/{PAIR}", line())
    assert offer.as_onnx
    assert [file.name for file in offer.files] == [
        "config.json", "visual/model.onnx", "visual/preprocess_cfg.json", "textual/model.onnx", "textual/tokenizer.json",
    ]  # fmt: skip
    folder = shelf.offers.fetch(offer, line())
    assert shelf.find(str(folder)).ready
    assert folder.name.startswith("immich-app--tiny__random-")


def test_a_name_and_a_tag_of_open_clip_mean_a_repository(net, shelf):
    net.repositories["laion/CLIP-ViT-B-16-laion2B-s34B-b88K"] = net.repositories[OURS]
    offer = shelf.offers.look_up("ViT-B-16:laion2b_s34b_b88k", line())
    assert offer.repository == "laion/CLIP-ViT-B-16-laion2B-s34B-b88K"


def test_the_names_and_tags_are_open_clips_own():
    import_open_clip()
    from open_clip.pretrained import get_pretrained_cfg, list_pretrained_tags_by_model

    table = json.loads((RESOURCES / TABLE).read_text("utf-8"))["weights"]
    known = json.loads((RESOURCES / "architectures.json").read_text("utf-8"))["architectures"]
    assert set(table) == set(known)
    for name, tags in table.items():
        hubs = {
            tag: (get_pretrained_cfg(name, tag).get("hf_hub") or "").strip("/")
            for tag in list_pretrained_tags_by_model(name)
        }
        assert tags == {tag: repository for tag, repository in hubs.items() if repository}


@pytest.mark.parametrize(
    ("reference", "says", "hints"),
    [
        ("ViT-L-14:openai", "cannot find ViT-L-14 by its name", "hf:owner/name"),
        ("ViT-B-16:nonsense", "no weights called nonsense", "laion2b_s34b_b88k"),
        ("hf:someone", "names no model", "hf:owner/name"),
        ("hf:../../etc/passwd", "names no model", "hf:owner/name"),
        ("hf:someone/nowhere", "404", ""),
        (f"hf:{OURS}@0123456", "404", ""),
    ],
)
def test_what_cannot_be_found_is_said(reference, says, hints, net, shelf):
    with pytest.raises((ModelError, DownloadError)) as caught:
        shelf.offers.look_up(reference, line())
    assert says in caught.value.sentence
    assert hints in caught.value.hint


def without(*names: str):
    def change(files: dict[str, bytes]) -> None:
        for name in names:
            del files[name]

    return change


def pickle_only(files: dict[str, bytes]) -> None:
    files["open_clip_pytorch_model.bin"] = files.pop(WEIGHTS_NAME)


def of_transformers(files: dict[str, bytes]) -> None:
    files["model.safetensors"] = files.pop(WEIGHTS_NAME)


def with_own_words(files: dict[str, bytes]) -> None:
    config = json.loads(files[CONFIG_NAME])
    config["model_cfg"]["text_cfg"]["hf_tokenizer_name"] = "someone/words"
    files[CONFIG_NAME] = json.dumps(config).encode()


@pytest.mark.parametrize(
    ("where", "change", "says"),
    [
        (OURS, without(CONFIG_NAME), "neither open_clip_config.json nor two ONNX files"),
        (OURS, pickle_only, "a Python pickle, which could run programs"),
        (OURS, of_transformers, "no weights of open_clip"),
        (OURS, with_own_words, f"lacks {TOKENIZER_NAME}"),
        (PAIR, without("textual/tokenizer.json"), "lacks textual/tokenizer.json"),
    ],
)
def test_a_repository_without_a_model_is_refused_before_anything_large_comes(where, change, says, net, shelf):
    change(net.repositories[where])
    with pytest.raises(ModelError, match=re.escape(says)):
        shelf.offers.look_up(f"hf:{where}", line())
    assert not any(path.endswith((".safetensors", ".onnx")) for path in net.asked)


def test_an_architecture_that_must_be_learnt_needs_packages(net, shelf, monkeypatch):
    shelf.offers.look_up("hf:someone/unknown", line())
    monkeypatch.setattr(offers, "missing_packages", lambda: ["torch", "open_clip_torch"])
    with pytest.raises(ModelMissingError, match=r"architecture.*not installed \(torch, open_clip_torch\)"):
        shelf.offers.look_up("hf:someone/unknown", line())


@pytest.mark.parametrize("said", [{"gated": "auto"}, {"private": True}])
def test_a_repository_for_some_is_not_asked_for_files(said, net, shelf):
    net.more = said
    with pytest.raises(ModelError, match="only for those whom its owner lets in"):
        shelf.offers.look_up(f"hf:{OURS}", line())


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"sha": "main"}, "names no commit"),
        ({"siblings": None}, "lists no files"),
        ({"siblings": [{"rfilename": "../" + WEIGHTS_NAME, "size": 5}, {"rfilename": WEIGHTS_NAME, "size": -1}, 7]}, "neither"),
    ],
)  # fmt: skip
def test_an_answer_that_makes_no_sense_is_none(said, says, net, shelf):
    net.more = said
    with pytest.raises(ModelError, match=says):
        shelf.offers.look_up(f"hf:{OURS}", line())


@pytest.mark.parametrize(
    ("fault", "says"), [("garbage", "is not understood"), ("endless", "too much"), ("403", "403")]
)
def test_a_hub_in_trouble_is_said(fault, says, net, shelf):
    net.faults[OURS] = [fault] * 9
    with pytest.raises((ModelError, DownloadError), match=says):
        shelf.offers.look_up(f"hf:{OURS}", line())


@pytest.mark.parametrize(
    ("card", "licence"),
    [
        ({}, ""),
        ({"license": "other", "license_name": "apple-amlr"}, "apple-amlr"),
        ({"license": ["mit"]}, ""),
        ({"license": "\x1b[2J"}, ""),
    ],
)
def test_the_licence_is_what_the_card_names(card, licence, net, shelf):
    net.card = card
    assert shelf.offers.look_up(f"hf:{OURS}", line()).licence == licence


def test_a_broken_connection_is_taken_up_again(net, shelf):
    offer = shelf.offers.look_up(f"hf:{OURS}", line())
    net.faults[WEIGHTS_NAME] = ["drop"]
    folder = shelf.offers.fetch(offer, line())
    assert hashlib.sha256((folder / WEIGHTS_NAME).read_bytes()).hexdigest() == offer.files[1].sha256
    assert sum(path.endswith(WEIGHTS_NAME) for path in net.asked) == 2


def test_what_is_corrupted_on_the_way_is_no_model(net, shelf, tmp_path):
    offer = shelf.offers.look_up(f"hf:{OURS}", line())
    net.faults[WEIGHTS_NAME] = ["corrupt"] * 9
    with pytest.raises(DownloadError, match="SHA-256 is another"):
        shelf.offers.fetch(offer, line())
    assert not any(choice.tier == "own" for choice in shelf.choices())


def test_one_that_was_stopped_goes_on_where_it_was(net, shelf):
    offer = shelf.offers.look_up(f"hf:{OURS}", line())
    heard: list[DownloadProgress] = []
    with pytest.raises(DownloadCancelledError):
        shelf.offers.fetch(
            offer, line(heard, cancelled=lambda: bool(heard and heard[-1].done_bytes > 20_000_000))
        )
    asked = len(net.asked)
    folder = shelf.offers.fetch(offer, line())
    assert (folder / WEIGHTS_NAME).is_file()
    assert not any(path.endswith(CONFIG_NAME) for path in net.asked[asked:])


def test_one_that_is_stopped_while_it_is_taken_over_was_stopped_too(net, shelf):
    offer = shelf.offers.look_up(f"hf:{OURS}", line())
    heard: list[DownloadProgress] = []
    with pytest.raises(DownloadCancelledError, match="was stopped"):
        shelf.offers.fetch(
            offer, line(heard, cancelled=lambda: bool(heard and heard[-1].done_bytes == offer.size_bytes))
        )
    assert (shelf.offers.fetch(offer, line()) / WEIGHTS_NAME).is_file()


def test_files_that_do_not_belong_together_leave_nothing(net, shelf, tmp_path):
    config = json.loads(net.repositories[OURS][CONFIG_NAME])
    config["model_cfg"]["embed_dim"] = 512
    net.repositories[OURS][CONFIG_NAME] = json.dumps(config).encode()
    offer = shelf.offers.look_up(f"hf:{OURS}", line())
    with pytest.raises(ModelError, match="do not belong together"):
        shelf.offers.fetch(offer, line())
    assert [path.name for path in (tmp_path / "data" / "models").iterdir()] == []


def test_nothing_is_asked_when_the_network_is_off(net, shelf, log):
    with pytest.raises(DownloadError, match="switched off"):
        shelf.offers.look_up(f"hf:{OURS}", line(network=False))
    assert net.asked == []
    assert [one.outcome for one in log.all()] == [Outcome.REFUSED]


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{", '{"format": 1, "title": 5}', json.dumps({"format": 1, "title": "\x1b[2J", "repository": "a/b",
     "revision": "", "licence": "", "page": "https://huggingface.co/a/b", "fetched": ""})],
)  # fmt: skip
def test_a_note_that_somebody_else_wrote_is_read_carefully(content, tmp_path):
    (tmp_path / NOTE_NAME).write_text(content, "utf-8")
    assert read_note(tmp_path) is None
