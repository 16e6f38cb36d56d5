"""Every benchmark runs and says what it promises to; how fast anything is, is no test's business."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from desktop_app.library.media.looks import differing_bits, look_of
from tests.benchmarks import table
from tests.benchmarks.__main__ import main
from tests.benchmarks.figures import Figure, Grid, Result
from tests.benchmarks.peers import paired_ratio, shared_share
from tests.benchmarks.process_tree import ran
from tests.benchmarks.runtimes import cosines, rates_against
from tests.benchmarks.samples import make_photos
from tests.benchmarks.sizes import TINY
from tests.benchmarks.suite import BENCHMARKS, measured
from tests.benchmarks.vectors import Drawing
from tests.benchmarks.vislumbre import Rest

PROMISED = {
    "window": {"first paint, median", "torch imported by then"},
    "large photo": {"longest wait of others, reading", "making copies / at one stroke"},
    "indexing": {
        f"tiny, large: {part}" for part in ("decode alone", "model alone", "limit", "reached", "ratio")
    },
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
    "peers": {"index small photos", "small photos renamed"},
    "runtimes": {"tiny: openvino, least cosine", "tiny: torch's query / OpenVINO's"},
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

    rows = {row for grid in answer.get("grids", []) for row in grid["rows"]}
    assert PROMISED[name] <= answer["figures"].keys() | rows
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


def test_what_is_read_side_by_side_stands_in_columns() -> None:
    result = Result("All")
    grid = Grid(("wall, s", "ours", "theirs", "cosine"), frozenset({"cosine"}))
    grid.add("search", 1.5, None, 0.999912)
    result.grids.append(grid)

    title, row = list(table.lines([result]))[2:]

    assert title.split() == ["wall,", "s", "ours", "theirs", "cosine"]
    assert row.split() == ["search", "1.500", "0.99991"]
    assert row.index("1.500") + len("1.500") == title.index("ours") + len("ours")
    assert result.as_json()["grids"] == [
        {"title": "wall, s", "rows": {"search": {"ours": 1.5, "theirs": None, "cosine": 0.999912}}}
    ]


def test_photos_look_as_different_as_asked_for(tmp_path: Path) -> None:
    paths = make_photos(tmp_path, 30, (160, 120), 30)
    looks = np.array([look_of(Image.open(path).convert("RGB")) for path in paths], dtype=np.int64)

    differing = np.array([differing_bits(look[None], looks) for look in looks])
    assert differing[~np.eye(30, dtype=bool)].min() > 6


def test_each_time_is_compared_with_that_of_its_own_turn() -> None:
    # The machine was busy in the second turn: of medians the ratio would be 4.
    assert paired_ratio([1.0, 8.0, 2.0], [2.0, 16.0, 0.5]) == 0.5
    assert rates_against(
        {
            "quick": [[0, 0, 0, 0, 20, 30, 40], [0, 0, 0, 0, 2, 3, 4]],
            "torch": [[0, 0, 0, 0, 10, 10, 10], [0, 0, 0, 0, 1, 1, 1]],
        },
        "torch",
    ) == {"quick": [2, 3, 4], "torch": [1, 1, 1]}


def test_answers_are_compared_in_any_order() -> None:
    assert shared_share(["a", "b", "c"], ["c", "a", "x", "y"]) == 0.5


def test_cosines_are_those_of_each_row() -> None:
    rows = np.array([[1, 0], [0.6, 0.8]], dtype=np.float32)

    assert cosines(rows, rows[:, ::-1]) == pytest.approx((0.48, 0.0))


def test_a_program_is_measured_with_what_it_starts() -> None:
    child = "import time; held = bytearray(b'x') * 80_000_000; end = time.time() + 0.8\nwhile time.time() < end: pass"
    code = f"import subprocess, sys; print('[1]'); subprocess.run([sys.executable, '-c', {child!r}])"

    taken = ran([sys.executable, "-c", code])

    assert taken.said == "[1]\n"
    assert taken.wall_s >= 0.8
    assert taken.cpu_s > 0.1
    assert 80 < taken.memory_mb <= taken.resident_mb


def test_a_program_that_fails_says_why() -> None:
    with pytest.raises(RuntimeError, match="no such thing"):
        ran([sys.executable, "-c", "raise ValueError('no such thing')"])


def test_a_program_is_ended_when_enough_was_seen() -> None:
    taken = ran([sys.executable, "-c", "import time; time.sleep(60)"], until=lambda tree: tree.now_mb > 0)

    assert taken.wall_s < 30


def test_rest_is_a_while_without_work() -> None:
    tree = SimpleNamespace(cpu_s=0.0, root_mb=300.0, now_mb=500.0)
    has_worked = False
    rest = Rest(lambda: has_worked)
    for _ in range(100):
        assert not rest.reached(tree)
    has_worked = True
    for _ in range(100):
        tree.cpu_s += 0.1
        assert not rest.reached(tree)

    looks = 1
    while not rest.reached(tree):
        looks += 1

    assert looks > 50
    assert (rest.app_mb, rest.all_mb) == (300.0, 500.0)


def test_drawn_vectors_lie_as_clips_do() -> None:
    drawing = Drawing()
    photos, words = drawing.photos(400), drawing.words(50)

    among_photos = (photos @ photos.T)[~np.eye(400, dtype=bool)].mean()
    assert 0.4 < among_photos < 0.6
    assert 0.1 < (words @ photos.T).mean() < 0.3
