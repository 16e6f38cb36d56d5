"""Every benchmark runs and says what it promises to; how fast anything is, is no test's business."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks import table
from tests.benchmarks.__main__ import main
from tests.benchmarks.figures import Figure, Result
from tests.benchmarks.sizes import TINY
from tests.benchmarks.suite import BENCHMARKS, measured
from tests.benchmarks.vectors import Drawing

PROMISED = {
    "window": {"first paint, median", "torch imported by then"},
    "indexing": {"tiny: decode alone", "tiny: model alone", "tiny: limit", "tiny: reached", "tiny: ratio"},
    "memory": {
        "application, peak",
        "vector process and decoders, peak",
        "application, photos 1 to 6",
        "application, photos 19 to 24",
        "application, last part / first",
    },
    "moving": {"folders renamed: embeddings saved", "all moved elsewhere: embeddings saved"},
    "words": {"tiny: median"},
    "search": {"60: store, median", "60: FAISS exact, median", "60: store / FAISS", "60: recall at 100"},
    "judging": {"60, from memory: judged / photos alone, median", "60, from the store: the first judged"},
    "filters": {"60: unfiltered", "60: keeping 10 % / unfiltered", "60: keeping 90 % / unfiltered"},
    "opening": {"first answer, imports included", "second answer"},
    "scanning": {"median", "100,000 names against 20 patterns"},
    "changing": {"list: followed / all again", "grid: followed / all again", "filter: followed / all again"},
}


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all, so that the library is made once."""
    return tmp_path_factory.mktemp("work")


@pytest.fixture
def _one_torch_thread():
    """Leave torch's threads as they were: they belong to the whole process."""
    import torch

    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("_one_torch_thread")
@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_gives_the_figures_it_promises(name: str, work: Path) -> None:
    answer = json.loads(json.dumps(measured(name, TINY, work).as_json()))

    assert PROMISED[name] <= answer["figures"].keys()
    assert all(isinstance(figure["value"], float) for figure in answer["figures"].values())
    assert 0 <= answer["others_share"] <= 1
    if name == "moving":
        assert all(answer["figures"][saved]["met"] for saved in PROMISED["moving"])
    if name == "search":
        assert answer["figures"]["60: recall at 100"]["met"]


def test_the_table_and_the_json_come_from_a_process_of_their_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--tiny", "--only", "scanning", "--work", str(tmp_path)]) == 0

    printed = capsys.readouterr().out.splitlines()
    answer = json.loads(printed[-1])
    assert answer["benchmarks"].keys() == {"scanning"}
    assert answer["machine"]["cores"] > 0
    assert "Scanning 60 unchanged photos" in printed
    assert not list(tmp_path.iterdir())


def test_json_goes_into_a_file_when_one_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.benchmarks.__main__._alone", lambda *_: Result("Nothing"))
    file = tmp_path / "figures.json"

    main(["--only", "window", "--json", str(file)])

    assert json.loads(file.read_text("utf-8"))["benchmarks"]["window"]["title"] == "Nothing"


def test_a_missed_target_is_marked() -> None:
    figures = [Figure("kept", 0.9, at_least=0.85), Figure("missed", 6, "s", at_most=5), Figure("free", 1)]

    shown = list(table.lines([Result("All", figures)]))

    assert [one.is_met for one in figures] == [True, False, None]
    assert "ok: at least 0.85" in shown[2]
    assert "MISSED: at most 5" in shown[3]
    assert ":" not in shown[4]


def test_drawn_vectors_lie_as_clips_do() -> None:
    drawing = Drawing()
    photos, words = drawing.photos(400), drawing.words(50)

    among_photos = (photos @ photos.T)[~np.eye(400, dtype=bool)].mean()
    assert 0.4 < among_photos < 0.6
    assert 0.1 < (words @ photos.T).mean() < 0.3
