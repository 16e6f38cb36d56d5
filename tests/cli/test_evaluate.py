"""``vislumbre evaluate``: tables as people write them, what is indexed first, and what is printed."""

import argparse
import dataclasses
import json
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar, cast

import pytest

from desktop_app.cli.evaluate import evaluate_command, evaluation_json
from desktop_app.cli.labels import LabelsError, read_labels
from desktop_app.cli.progress import ProgressLine
from desktop_app.library import Folder, FolderState, LibraryError, Photo, PhotoLibrary, PhotoState
from desktop_app.library.search.evaluation import Comparison, Evaluation, LabelledText
from desktop_app.library.search.line_figures import LineFigures, ShareFigures
from desktop_app.paths import AppPaths
from tests.pictures import save_colour

T = TypeVar("T")

FIGURES = Evaluation(
    photos=2,
    texts=2,
    recall_at={1: 0.5, 5: 1.0, 10: 1.0},
    mrr=0.75,
    mhr_at_10=1.0,
    mean_average_precision=0.7,
    map_over_found=0.71234567,
    line=LineFigures(
        f1=0.6,
        ceiling=0.81239,
        by_share={
            "<1%": ShareFigures(1, 0.51239, 0.7),
            "1-5%": ShareFigures(0, None, None),
            "5-15%": ShareFigures(0, None, None),
            ">15%": ShareFigures(1, 0.7, 0.9),
        },
        weighted_f1=0.66666,
        weighted_ceiling=0.88888,
        empty_when_present=0.25,
        empty_when_absent=None,
    ),
    best_fixed_cosine_f1=0.5,
    best_top_k_f1=0.4,
    queries_per_second=123.456,
    comparison=Comparison(2, 0.7, 0.6),
)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for colour in ("red", "green"):
        save_colour(tmp_path / "photos" / f"{colour}.jpg", colour)
    return tmp_path / "photos"


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding=encoding, newline="")
    return path


@pytest.mark.parametrize(
    ("table", "encoding"),
    [
        ("path,caption\nred.jpg,a red thing\nred.jpg,red\ngreen.jpg,red\n", "utf-8"),
        ("id,path,label\n0,red.jpg,a red thing\n1,red.jpg,red\n2,green.jpg,red\n", "utf-8-sig"),
        ("Path;Caption\r\nred.jpg;a  red thing\r\nred.jpg; red \r\n./green.jpg;red\r\n", "utf-8"),
        ('"caption"\t"path"\na red thing\tred.jpg\nred\tred.jpg\nred\t.\\green.jpg\n', "utf-8"),
        ("path,caption\nred.jpg,a red thing\n\nred.jpg,red\nred.jpg,red\ngreen.jpg,red\n", "utf-8"),
    ],
)
def test_a_table_is_read_as_people_write_them(photos: Path, table: str, encoding: str) -> None:
    labels = read_labels(write(photos / "table.csv", table, encoding))
    assert labels.problems == ()
    assert labels.texts == (
        LabelledText("a red thing", (photos / "red.jpg",)),
        LabelledText("red", (photos / "red.jpg", photos / "green.jpg")),
    )
    assert labels.photos == [photos / "red.jpg", photos / "green.jpg"]


def test_paths_start_from_the_named_folder_or_from_the_root(tmp_path: Path, photos: Path) -> None:
    table = write(tmp_path / "t.csv", f"path,caption\nred.jpg,one\n{photos / 'green.jpg'},two\n")
    assert read_labels(table, photos).photos == [photos / "red.jpg", photos / "green.jpg"]
    assert read_labels(table).photos == [photos / "green.jpg"]


def test_every_row_that_cannot_be_used_is_named(photos: Path) -> None:
    table = write(
        photos / "t.csv", 'path,caption\n,lost\nred.jpg,\nnowhere.jpg,blue\nred.jpg,"two\nlines"\ngreen.jpg\n'
    )
    labels = read_labels(table)
    assert labels.problems == (
        "Line 2 names no photo.",
        "Line 3 (red.jpg) has no caption.",
        f"Line 4: there is no file {photos / 'nowhere.jpg'}.",
        "Line 7 (green.jpg) has no caption.",
    )
    assert [text.text for text in labels.texts] == ["two lines"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "names of its columns"),
        (b"red.jpg,a red thing\n", "names of its columns"),
        (b"path,words\nred.jpg,x\n", "names of its columns"),
        ("path,caption\nred.jpg,größer\n".encode("latin-1"), "not UTF-8"),
        ("path,caption\n".encode("utf-16"), "not UTF-8"),
        (b"path,caption\nred.jpg," + b"x" * 200_000, "not a CSV file"),
        (None, "no file"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_a_sentence(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    table = tmp_path / "t.csv"
    if content is not None:
        table.write_bytes(content)
    with pytest.raises(LabelsError, match=said):
        read_labels(table)


class FakeLibrary:
    """Knows some photos; indexing a folder makes those below it known, but for the broken ones."""

    def __init__(self, known: tuple[Path, ...] = (), chosen: tuple[Path, ...] = ()) -> None:
        self.known = set(known)
        self.chosen = list(chosen)
        self.asked: list[str] = []
        self.figures: Evaluation | None = FIGURES
        self.searched: tuple[list[str], list[Path]] = ([], [])
        self.absent: tuple[str, ...] = ()

        self.browsing, self.folders, self.searching = _Browsing(self), _Folders(self), _Searching(self)


class _Browsing:
    def __init__(self, library: FakeLibrary) -> None:
        self._all = library

    def folders(self) -> list[Folder]:
        return [Folder(path, 0, 0, 0, FolderState.PRESENT) for path in self._all.chosen]

    def photo_at(self, path: Path) -> Photo | None:
        if path not in self._all.known:
            return None
        if "broken" in path.name:
            return Photo(1, path, 1, 1, PhotoState.FAILED, reason="the file is empty")
        return Photo(1, path, 1, 1, PhotoState.INDEXED)

    def ids_by_date(self) -> list[int]:
        return list(range(len(self._all.known)))

    def photos(self, ids: list[int]) -> list[Photo]:
        paths = sorted(self._all.known)
        return [Photo(n, path, 1, 1, PhotoState.INDEXED) for n, path in zip(ids, paths, strict=True)]


class _Folders:
    def __init__(self, library: FakeLibrary) -> None:
        self._all = library

    def add(self, folder: Path) -> "Future[None]":
        self._all.asked.append(f"add {folder.name}")
        self._all.known |= set(folder.rglob("*.jpg"))
        return done(None)

    def refresh(self) -> "Future[None]":
        self._all.asked.append("refresh")
        for folder in self._all.chosen:
            self._all.known |= set(folder.rglob("*.jpg"))
        return done(None)


class _Searching:
    def __init__(self, library: FakeLibrary) -> None:
        self._all = library

    def evaluate(
        self, texts: tuple[LabelledText, ...], distractors: list[Path], absent: tuple[str, ...]
    ) -> "Future[Evaluation | None]":
        self._all.searched, self._all.absent = ([text.text for text in texts], distractors), absent
        return done(self._all.figures)


def done(value: T) -> "Future[T]":
    future: Future[T] = Future()
    future.set_result(value)
    return future


class Run:
    """One run of the command on a library that is not real."""

    def __init__(self, library: FakeLibrary, base: Path) -> None:
        self.library = library
        self.base = base
        self.opened: list[tuple[argparse.Namespace, AppPaths]] = []

    def __call__(self, csv: Path, **options: object) -> int:
        given = {
            "folder": None,
            "absent": None,
            "ephemeral": False,
            "compare": False,
            "json": True,
            "model": None,
            "store": None,
        }
        return evaluate_command(
            argparse.Namespace(csv=csv, **{**given, **options}), AppPaths.below(self.base), self._open
        )

    @contextmanager
    def _open(
        self, arguments: argparse.Namespace, paths: AppPaths
    ) -> Iterator[tuple[PhotoLibrary, ProgressLine]]:
        self.opened.append((arguments, paths))
        paths.make()
        (paths.data / "something").write_text("kept here")
        yield cast(PhotoLibrary, self.library), ProgressLine()


@pytest.fixture
def table(photos: Path) -> Path:
    return write(photos / "t.csv", "path,caption\nred.jpg,one\ngreen.jpg,two\n")


def test_json_is_as_described(tmp_path: Path, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert Run(FakeLibrary(), tmp_path / "base")(table) == 0
    assert json.loads(capsys.readouterr().out) == {
        "photos": 2,
        "texts": 2,
        "recall@1": 0.5,
        "recall@5": 1.0,
        "recall@10": 1.0,
        "mrr": 0.75,
        "mhr@10": 1.0,
        "map": 0.7,
        "map_over_found": 0.7123,
        "line": {
            "f1": 0.6,
            "best_fixed_cosine_f1": 0.5,
            "best_top_k_f1": 0.4,
            "ceiling": 0.8124,
            "by_share": {
                "<1%": {"texts": 1, "f1": 0.5124, "ceiling": 0.7},
                "1-5%": {"texts": 0, "f1": None, "ceiling": None},
                "5-15%": {"texts": 0, "f1": None, "ceiling": None},
                ">15%": {"texts": 1, "f1": 0.7, "ceiling": 0.9},
            },
            "weighted_f1": 0.6667,
            "weighted_ceiling": 0.8889,
            "empty_when_present": 0.25,
            "empty_when_absent": None,
        },
        "queries_per_second": 123.5,
    }
    compared = evaluation_json(FIGURES, compare=True)
    assert compared["compare"] == {"texts": 2, "map_with_correction": 0.7, "map_without_correction": 0.6}


def test_photos_that_are_not_known_are_indexed_with_their_folder(
    tmp_path: Path, table: Path, photos: Path
) -> None:
    library = FakeLibrary(known=(photos / "red.jpg",))
    assert Run(library, tmp_path / "base")(table) == 0
    assert library.asked == ["add photos"]
    assert library.searched == (["one", "two"], [])


def test_known_photos_are_not_indexed_again(tmp_path: Path, table: Path, photos: Path) -> None:
    library = FakeLibrary(known=(photos / "red.jpg", photos / "green.jpg"))
    assert Run(library, tmp_path / "base")(table) == 0
    assert library.asked == []


def test_photos_below_a_chosen_folder_need_no_new_one(tmp_path: Path, table: Path) -> None:
    library = FakeLibrary(chosen=(tmp_path,))
    assert Run(library, tmp_path / "base")(table) == 0
    assert library.asked == ["refresh"]


def test_with_a_folder_all_its_photos_are_searched(tmp_path: Path, table: Path, photos: Path) -> None:
    save_colour(photos / "deep" / "blue.jpg", "blue")
    elsewhere = save_colour(tmp_path / "elsewhere" / "red.jpg")
    library = FakeLibrary(known=(elsewhere,))
    assert Run(library, tmp_path / "base")(table, folder=photos) == 0
    assert library.asked == ["add photos"]
    assert sorted(path.name for path in library.searched[1]) == ["blue.jpg", "green.jpg", "red.jpg"]
    assert elsewhere not in library.searched[1]


def test_an_ephemeral_library_is_gone_afterwards(tmp_path: Path, table: Path) -> None:
    run = Run(FakeLibrary(), tmp_path / "base")
    assert run(table, ephemeral=True, store="http://server", model=None) == 0
    ((arguments, paths),) = run.opened
    assert not (tmp_path / "base").exists()
    assert not paths.data.exists()
    assert arguments.store is None
    # The model of the person's library, by its folder.
    assert arguments.model is None or Path(arguments.model).is_dir()


def test_an_ephemeral_library_is_gone_also_after_an_error(tmp_path: Path, table: Path) -> None:
    library = FakeLibrary()
    library.figures = None
    run = Run(library, tmp_path / "base")
    with pytest.raises(LibraryError, match="None of the photos"):
        run(table, ephemeral=True)
    assert not run.opened[0][1].data.exists()


def test_rows_and_photos_that_cannot_be_used_are_named(
    tmp_path: Path, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (photos / "broken.jpg").touch()
    table = write(photos / "t.csv", "path,caption\nred.jpg,one\nbroken.jpg,two\n,three\n")
    assert Run(FakeLibrary(), tmp_path / "base")(table) == 1
    said = capsys.readouterr()
    assert "Line 4 names no photo." in said.err
    assert f"{photos / 'broken.jpg'} is left out: the file is empty." in said.err
    assert json.loads(said.out)["photos"] == 2


def test_many_problems_are_counted(tmp_path: Path, photos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = write(photos / "t.csv", "path,caption\nred.jpg,one\n" + ",nothing\n" * 70)
    assert Run(FakeLibrary(), tmp_path / "base")(table) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 51
    assert said[-1] == "And 20 more rows like these."


def test_a_table_without_usable_rows_is_wrong_use(
    tmp_path: Path, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Run(FakeLibrary(), tmp_path / "base")
    assert run(write(photos / "t.csv", "path,caption\nnowhere.jpg,one\n")) == 2
    assert "names no photo that is there" in json.loads(capsys.readouterr().out)["error"]
    assert run(photos / "nowhere.csv") == 2
    assert run.opened == []


def test_people_get_a_table(tmp_path: Path, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert Run(FakeLibrary(), tmp_path / "base")(table, json=False, compare=True) == 0
    said = capsys.readouterr().out
    for words in ("2 texts, 2 photos", "recall@10", "mHR@10", "F1 of the relevance line", "123.5", "+16.7%"):
        assert words in said


def test_people_get_the_line_by_share(
    tmp_path: Path, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library, absent = FakeLibrary(), write(tmp_path / "absent.txt", "fog\n")
    assert Run(library, tmp_path / "base")(table, json=False) == 0
    said = capsys.readouterr().out.splitlines()
    head = said.index("The relevance line, by the share of the photos that a text is right for:")
    assert said[head + 1 :] == [
        "                                texts     F1  ceiling",
        "  less than 1 %                     1  0.512    0.700",
        "  1 % to less than 5 %              0      –        –",
        "  5 % to less than 15 %             0      –        –",
        "  15 % or more                      1  0.700    0.900",
        "  all                               2  0.600    0.812",
        "  all, by their right photos        2  0.667    0.889",
        "  empty where something fits   0.250",
    ]
    line = dataclasses.replace(FIGURES.line, empty_when_absent=0.875)
    library.figures = dataclasses.replace(FIGURES, line=line)
    assert Run(library, tmp_path / "base")(table, json=False, absent=absent) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "  empty where nothing fits     0.875"


def test_sentences_have_nothing_to_compare(
    tmp_path: Path, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = FakeLibrary()
    library.figures = dataclasses.replace(FIGURES, comparison=Comparison(0, None, None))
    assert Run(library, tmp_path / "base")(table, json=False, compare=True) == 0
    assert "No text is short enough" in capsys.readouterr().out
