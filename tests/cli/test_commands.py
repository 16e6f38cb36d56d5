"""The command line is a contract: its JSON and its exit codes, run as a person or a script would run it."""

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from desktop_app.cli import doctor
from tests import commands, lent_graphs
from tests.pictures import save_colour
from tests.tiny_clip import make_tiny_clip

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 150
_COMMAND = (sys.executable, "-m", "desktop_app")


class Cli:
    """Runs commands on one library.

    Attributes:
        library: Its folder.
        start: Runs one.
    """

    def __init__(self, base: Path, model: Path) -> None:
        self.base = base
        self.model = model
        self.library = base / "library"
        self.start = commands.run

    def run(self, *words: object, model: bool = True) -> subprocess.CompletedProcess[str]:
        options = ["--model", self.model] if model else []
        self._lend_for(words[0])
        try:
            return self.start("--base-dir", self.library, *options, *words)
        finally:
            lent_graphs.keep(self.library / "data")

    def watching(self, *photos: Path) -> "subprocess.Popen[str]":
        options = ["--base-dir", str(self.library), "--model", str(self.model), "--json"]
        self._lend_for("watch")
        return subprocess.Popen(
            [*_COMMAND, "watch", *map(str, photos), *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def _lend_for(self, command: object) -> None:
        if command in {"index", "watch", "evaluate"}:
            lent_graphs.lend_as_own(self.library)

    def json(self, *words: object, code: int = 0, model: bool = True) -> Any:
        done = self.run(*words, "--json", model=model)
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_clip(tmp_path_factory.mktemp("model"))


@pytest.fixture
def cli(tmp_path: Path, tiny_model: Path) -> Cli:
    return Cli(tmp_path, tiny_model)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    for colour in ("red", "green", "blue"):
        save_colour(folder / f"{colour}.jpg", colour)
    return folder


def test_show_tells_what_is_known_of_each_photo(cli: Cli, photos: Path) -> None:
    (photos / "red copy.jpg").write_bytes((photos / "red.jpg").read_bytes())
    cli.run("index", photos)
    done = cli.run("show", photos / "red.jpg", photos / "blue.jpg", "--json", model=False)
    red, blue = (json.loads(line) for line in done.stdout.splitlines())
    assert (done.returncode, red["path"], blue["path"]) == (
        0,
        str(photos / "red.jpg"),
        str(photos / "blue.jpg"),
    )
    assert (red["also_at"], blue["also_at"]) == ([str(photos / "red copy.jpg")], [])
    assert (red["state"], red["width"], red["type"], red["taken_from"]) == (
        "indexed",
        64,
        "jpg",
        "file system",
    )
    spoken = cli.run("show", photos / "red.jpg", model=False)
    assert f"also at    {photos / 'red copy.jpg'}" in spoken.stdout
    unknown = cli.run("show", photos / "red.jpg", photos / "none.jpg", model=False)
    assert unknown.returncode == 2
    assert f"{photos / 'none.jpg'} is not a photo of the library." in unknown.stderr
    assert unknown.stdout == spoken.stdout


@pytest.mark.skipif(os.name != "posix", reason="pipes that are closed by their reader")
def test_a_reader_that_has_enough_is_no_error(cli: Cli, photos: Path) -> None:
    cli.run("index", photos)
    reader, writer = os.pipe()
    os.close(reader)
    command = [*_COMMAND, "--base-dir", str(cli.base / "library"), "search", "type:jpg"]
    try:
        done = subprocess.run(
            command, stdout=writer, stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


def test_index_search_similar_status_and_failures_speak_json(cli: Cli, photos: Path) -> None:
    (photos / "broken.jpg").write_bytes(b"broken")
    report = cli.json("index", photos, code=1)
    assert set(report) >= {
        "found", "indexed", "unchanged", "moved", "removed", "pending", "failed", "seconds", "photos_per_second"
    }  # fmt: skip
    assert (report["found"], report["indexed"], report["embedded"]) == (4, 3, 3)
    assert [Path(one["path"]).name for one in report["failed"]] == ["broken.jpg"]
    assert report["failed"][0]["reason"]
    again = cli.json("index", photos, code=1)
    assert (again["unchanged"], again["indexed"], len(again["failed"])) == (3, 0, 1)

    # The model chosen once is used from then on.
    answer = cli.json("search", "a", "red", "thing", "--limit", 2, model=False)
    assert set(answer) >= {"query", "model", "hits", "milliseconds", "parts", "problems", "filtered"}
    assert (answer["problems"], answer["filtered"]) == ([], None)
    assert answer["query"] == "a red thing"
    assert [hit["rank"] for hit in answer["hits"]] == [1, 2]
    assert set(answer["hits"][0]) >= {"rank", "path", "score", "taken_at"}

    alike = cli.json("similar", photos / "red.jpg", model=False)
    assert str(photos / "red.jpg") not in [hit["path"] for hit in alike["hits"]]
    assert len(alike["hits"]) == 2

    status = cli.json("status", model=False)
    assert set(status) >= {"photos", "indexed", "failed", "pending", "folders", "model", "dimension", "store"}
    assert (status["photos"], status["indexed"], status["failed"]) == (4, 3, 1)
    assert status["dimension"] == 32
    assert (status["way"], status["precision"]) == ("openvino", "float32")
    assert ", run by OpenVINO, float32. Vectors: " in cli.run("status", model=False).stdout
    assert [Path(one["path"]).name for one in cli.json("failures", model=False)] == ["broken.jpg"]


def test_photos_are_tried_and_read_again(cli: Cli, photos: Path) -> None:
    (photos / "broken.jpg").write_bytes(b"broken")
    cli.json("index", photos, code=1)
    (bad,) = cli.json("failures")
    report = cli.json("retry", code=1)
    assert (report["unchanged"], report["indexed"], len(report["failed"])) == (3, 0, 1)
    good = next(path for path in photos.iterdir() if str(path) != bad["path"])
    report = cli.json("retry", good, code=1)
    assert (report["indexed"], report["embedded"], report["unchanged"]) == (1, 0, 2)
    unknown = cli.json("retry", photos / "nothing.jpg", code=2)
    assert "nothing.jpg is not a photo of the library." in unknown["error"]
    said = cli.run("retry", good)
    assert (said.returncode, said.stdout.startswith("4 photos found: 1 indexed")) == (1, True)


def test_a_query_tells_what_was_understood_and_what_was_not(cli: Cli, photos: Path) -> None:
    cli.json("index", photos)
    answer = cli.json("search", "2:red -green type:jpg -name:blue* date:someday", model=False)
    why = {Path(hit["path"]).name: hit["why"] for hit in answer["hits"]}
    assert why == {"red.jpg": ["visual", "name", "type"], "green.jpg": ["visual", "type"]}
    assert answer["filtered"] == 2
    assert answer["parts"] == [
        {"kind": "words", "text": "red", "weight": 2.0, "start": 0, "end": 5},
        {"kind": "words", "text": "green", "weight": -1.0, "start": 6, "end": 12},
        {"kind": "filter", "key": "type", "text": "jpg", "negated": False, "start": 13, "end": 21},
        {"kind": "filter", "key": "name", "text": "blue*", "negated": True, "start": 22, "end": 33},
    ]
    (problem,) = answer["problems"]
    assert (problem["start"], problem["end"]) == (34, 46)
    assert "someday" in problem["sentence"]

    # Typed as separate words, with what the shell leaves of quotes; a minus is no option.
    answer = cli.json("search", "photo:" + str(photos / "red.jpg"), "-green thing", "in:photos", model=False)
    assert [(part["kind"], part["text"]) for part in answer["parts"]] == [
        ("photo", str(photos / "red.jpg")), ("words", "green thing"), ("filter", "photos")
    ]  # fmt: skip
    assert {Path(hit["path"]).name for hit in answer["hits"]} == {"green.jpg", "blue.jpg"}

    # Words that complete a date, which nobody quotes.
    answer = cli.json("search", "date:Dec", "2019", "red", model=False)
    assert [(part["kind"], part["text"]) for part in answer["parts"]] == [
        ("filter", "Dec 2019"), ("words", "red")
    ]  # fmt: skip
    assert answer["problems"] == []

    # Only filters: all that pass, and nothing is compared.
    answer = cli.json("search", "-type:png", model=False)
    assert answer["filtered"] == 3
    assert [hit["score"] for hit in answer["hits"]] == [None, None, None]

    said = cli.run("search", "red", "type:docx", model=False).stdout
    assert "“type:docx”: No photo here can be of the type" in said


def test_people_get_sentences(cli: Cli, photos: Path) -> None:
    # As a person starts it, with everything still to be imported.
    cli.start = commands.cold
    indexed = cli.run("index", photos)
    assert indexed.returncode == 0
    assert "3 photos found: 3 indexed" in indexed.stdout
    found = cli.run("search", "red", model=False)
    assert found.returncode == 0
    assert "red.jpg" in found.stdout
    assert "No photo failed" in cli.run("failures", model=False).stdout


def test_wrong_use_is_code_2(cli: Cli, tmp_path: Path) -> None:
    assert cli.run("index", tmp_path / "nowhere").returncode == 2
    assert cli.run("search", " ").returncode == 2
    assert cli.run("search").returncode == 2
    assert cli.run("dance").returncode == 2
    assert cli.run("search", "dog", "--limit", "0").returncode == 2
    file = cli.run("index", Path(__file__))
    assert (file.returncode, file.stderr) == (
        2,
        f"{__file__} is a file, not a folder. Name the folder it lies in.\n",
    )
    assert "must be a whole number, not “many”" in cli.run("search", "dog", "--limit", "many").stderr


def test_a_model_that_is_not_there_leaves_photos_pending_and_says_how_to_get_one(
    cli: Cli, photos: Path
) -> None:
    cli.model = cli.base / "no such model"
    report = cli.json("index", photos)
    assert (report["found"], report["pending"], report["indexed"]) == (3, 3, 0)
    done = cli.run("index", photos)
    assert done.returncode == 0
    assert "model" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_library_that_cannot_be_opened_is_code_3(cli: Cli, photos: Path) -> None:
    (cli.base / "library" / "data").mkdir(parents=True)
    (cli.base / "library" / "data" / "catalog.db").write_bytes(
        b"this is no database, whatever it says " * 200
    )
    done = cli.run("search", "dog", "--json")
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert json.loads(done.stdout)["error"]


def test_an_example_that_is_no_picture_is_code_3(cli: Cli, photos: Path, tmp_path: Path) -> None:
    cli.run("index", photos)
    (tmp_path / "text.jpg").write_text("no picture")
    done = cli.run("similar", tmp_path / "text.jpg")
    assert done.returncode == 3
    assert "text.jpg" in done.stderr


def test_models_can_be_listed_and_imported(cli: Cli, tmp_path: Path) -> None:
    models = cli.json("model", "list", model=False)
    assert {"built-in", "ViT-B-32-256/datacomp_s34b_b86k"} <= {one["key"] for one in models}
    assert [one["key"] for one in models if one["in_use"]] == ["built-in"]
    imported = cli.json("model", "import", cli.model, model=False)
    assert imported["model"] in {one["key"] for one in cli.json("model", "list", model=False)}
    # In words, by the name that a person knows.
    own = tmp_path / "My own model"
    shutil.copytree(cli.model, own)
    said = cli.run("model", "import", own, model=False).stdout
    assert said == "My own model was imported; choose it with “vislumbre model use 'My own model'”.\n"
    listed = cli.run("model", "list", model=False).stdout
    assert "\nMy own model  (ready)\n    A model that you brought.\n    In " in listed


def test_weights_that_come_alone_are_imported_by_the_name_of_their_architecture_or_refused_in_words(
    cli: Cli,
) -> None:
    weights = cli.base / "tuned.safetensors"
    weights.write_bytes((cli.model / "open_clip_model.safetensors").read_bytes())
    for words, code, said in (
        (["--architecture", "ViT-B-33"], 2, "ViT-B-32-256"),  # those that are known are listed
        (["--architecture", "ViT-B-32"], 3, "larger model than the weights"),
        ([], 3, "does not know these weights"),
    ):
        done = cli.run("model", "import", "--checkpoint", weights, *words, model=False)
        assert done.returncode == code, done.stdout
        assert said in done.stderr
        assert "Traceback" not in done.stderr
    assert cli.run("model", "import", cli.model, "--checkpoint", weights, model=False).returncode == 2


def test_a_model_is_exported_for_other_programs(cli: Cli) -> None:
    import onnxruntime

    target = cli.base / "for others"
    assert cli.json("model", "export", target, model=False)["model"] == "built-in"
    for name, given in (("image", ["n", 3, 256, 256]), ("text", ["n", 32])):
        session = onnxruntime.InferenceSession(str(target / f"{name}.onnx"))
        assert session.get_inputs()[0].shape == given
    done = cli.run("model", "export", "built-in", target, model=False)
    assert done.returncode == 3
    assert "not an empty folder" in done.stderr


def test_a_model_that_cannot_be_used_is_code_3_and_the_present_one_stays(cli: Cli, photos: Path) -> None:
    cli.json("index", photos)
    broken = make_tiny_clip(cli.base / "broken")
    (broken / "open_clip_model.safetensors").write_bytes(b"broken")
    done = cli.run("model", "use", broken, model=False)
    assert done.returncode == 3, done.stdout
    assert "Traceback" not in done.stderr
    assert cli.json("search", "red", model=False)["hits"]


def test_fetching_with_the_network_switched_off_is_refused_in_words(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISLUMBRE_OFFLINE", "1")
    done = cli.run("model", "fetch", model=False)
    assert done.returncode == 3
    assert "off" in done.stderr


def test_the_doctor_gives_a_verdict_on_everything(cli: Cli, photos: Path) -> None:
    cli.run("index", photos)
    findings = cli.json("doctor", model=False)
    assert {"torch", "decoders", "catalogue", "model and vectors", "free space", "data folder"} <= {
        one["name"] for one in findings
    }
    assert {one["verdict"] for one in findings} <= {"good", "warning"}


def test_the_doctor_takes_what_a_program_without_torch_needs_for_needed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def version(package: str) -> str:
        if package in {"torch", "open_clip_torch", "tokenizers"}:
            raise importlib.metadata.PackageNotFoundError(package)
        return "1.0"

    monkeypatch.setattr(importlib.metadata, "version", version)
    found = {one.name: one for one in doctor._versions()}
    assert found["torch"].verdict == found["open_clip_torch"].verdict == "good"
    assert "only graphics cards" in found["torch"].detail
    assert found["tokenizers"].verdict == "bad"


def test_two_commands_on_one_library_do_not_mix(cli: Cli, photos: Path) -> None:
    with cli.watching(photos) as process:
        assert process.stdout is not None
        process.stdout.readline()
        second = cli.run("index", photos)
        assert second.returncode == 3
        assert "open" in second.stderr
        process.terminate()
        assert process.wait(TIMEOUT_S) == 0


def test_a_vector_server_that_is_not_there_stops_nothing_and_is_said(cli: Cli, photos: Path) -> None:
    cli.run("index", photos)
    for words, told in ((["search", "red"], False), (["index", photos], True)):
        done = cli.run(*words, "--store", "http://127.0.0.1:9", model=False)
        assert done.returncode == 0, done.stdout
        assert "Traceback" not in done.stderr
        assert ("127.0.0.1:9 does not answer" in done.stderr) == told
    assert cli.json("index", photos)["unchanged"] == 3


def test_evaluate_indexes_what_is_missing_and_speaks_json(cli: Cli, photos: Path) -> None:
    table = photos.parent / "labels.csv"
    table.write_text("\ufeffid,path,label\n0,photos/red.jpg,red\n1,photos/blue.jpg,blue\n", encoding="utf-8")
    figures = cli.json("evaluate", table, "--compare")
    assert list(figures) == [
        "photos", "texts", "recall@1", "recall@5", "recall@10", "mrr", "mhr@10", "map", "map_over_found",
        "line", "queries_per_second", "compare",
    ]  # fmt: skip
    assert set(figures["line"]) == {
        "f1", "best_fixed_cosine_f1", "best_top_k_f1", "ceiling", "by_share", "weighted_f1", "weighted_ceiling",
        "empty_when_present", "empty_when_absent",
    }  # fmt: skip
    assert figures["line"]["empty_when_absent"] is None
    assert (figures["photos"], figures["texts"]) == (2, 2)
    assert cli.json("status", model=False)["photos"] == 3
    # With the folder named, all its photos are searched; of its own library nothing is left.
    table.write_text("path;caption\nred.jpg;red\n", encoding="utf-8")
    alone = cli.json("evaluate", table, "--folder", photos, "--ephemeral")
    assert alone["photos"] == 3
    assert "compare" not in alone
    absent = photos.parent / "absent.txt"
    absent.write_text("\ufeffgrey\n\nred\nRED\n", encoding="utf-8")
    both = cli.run("evaluate", table, "--folder", photos, "--absent", absent, "--json")
    assert both.returncode == 1
    assert f"Line 3 of {absent} (red) is in the table too" in both.stderr
    assert json.loads(both.stdout)["line"]["empty_when_absent"] in {0, 1}
    assert cli.run("evaluate", table, "--folder", photos, "--absent", photos / "red.jpg").returncode == 2
    table.write_text("path,caption\nphotos/red.jpg,red\nphotos/nowhere.jpg,grey\n", encoding="utf-8")
    partly = cli.run("evaluate", table, model=False)
    assert partly.returncode == 1
    assert "nowhere.jpg" in partly.stderr
    assert cli.run("evaluate", photos / "red.jpg").returncode == 2


def test_hits_tell_their_band(cli: Cli, photos: Path) -> None:
    cli.json("index", photos)
    hits = cli.json("search", "red", model=False)["hits"]
    assert {hit["band"] for hit in hits} <= {"found", "maybe", "rest"}
    # None while the model is not calibrated, which it is in the first idle second after indexing.
    assert all(hit["confidence"] is None or 0 <= hit["confidence"] <= 100 for hit in hits)
    assert cli.run("search", "red", "--strictness", 101, model=False).returncode == 2
