"""What was measured on a computer is known in every library there, until something changes that it depends on."""

import os
from pathlib import Path

import pytest

from desktop_app.library.models.bench import here
from desktop_app.library.models.bench.figures import Fidelity, WayFigures
from desktop_app.library.models.bench.here import FiguresHere

FIDELITY = Fidelity(0.9999, 0.999, 1.0, (0.5, 0.75, 1.0), (0.5, 0.75, 1.0), 72)
FIGURES = {
    "openvino": WayFigures("openvino", 16.0, 2, 34.0, 1.5, 700_000_000, FIDELITY),
    "openvino-int8": None,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "config" / "speeds"


def test_what_was_measured_is_known_again(folder: Path) -> None:
    assert FiguresHere(folder).of("clip-1") == {}
    FiguresHere(folder).keep("clip-1", FIGURES)
    assert FiguresHere(folder).of("clip-1") == FIGURES
    assert FiguresHere(folder).of("clip-2") == {}


@pytest.mark.parametrize(
    ("name", "answer"), [("machine", "another 8"), ("_features", "abc"), ("cores", 1), ("_version", "9.9")]
)
def test_it_is_measured_again_when_something_changes(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, answer: object
) -> None:
    FiguresHere(folder).keep("clip-1", FIGURES)
    with monkeypatch.context() as changed:
        changed.setattr(here, name, lambda *_: answer)
        assert FiguresHere(folder).of("clip-1") == {}
    assert FiguresHere(folder).of("clip-1") == FIGURES


def test_hidden_instructions_are_another_processor(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    FiguresHere(folder).keep("clip-1", FIGURES)
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", "AVX2")
    assert FiguresHere(folder).of("clip-1") == {}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"of": 1}', b'{"ways": {}}', b"\xff" * 30_000])
def test_a_file_that_makes_no_sense_says_nothing(folder: Path, content: bytes) -> None:
    FiguresHere(folder).keep("clip-1", FIGURES)
    (file,) = folder.iterdir()
    file.write_bytes(content)
    assert FiguresHere(folder).of("clip-1") == {}


def test_the_oldest_are_forgotten(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(here, "_MOST_FILES", 2)
    for number in range(4):
        FiguresHere(folder).keep(f"clip-{number}", FIGURES)
        for file in folder.iterdir():
            used_ns = file.stat().st_mtime_ns - 10**9
            os.utime(file, ns=(used_ns, used_ns))
    assert [bool(FiguresHere(folder).of(f"clip-{number}")) for number in range(4)] == [
        False,
        False,
        True,
        True,
    ]


def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here")
    figures = FiguresHere(tmp_path / "file" / "speeds")
    figures.keep("clip-1", FIGURES)
    assert figures.of("clip-1") == {}
    assert not FiguresHere().remembers
    FiguresHere().keep("clip-1", FIGURES)
    assert FiguresHere().of("clip-1") == {}


@pytest.mark.skipif(os.name != "posix", reason="needs links that anybody may make")
def test_nothing_is_written_or_read_through_a_link(folder: Path, tmp_path: Path) -> None:
    FiguresHere(tmp_path / "elsewhere" / "speeds").keep("clip-1", FIGURES)
    (tmp_path / "config").mkdir()
    folder.symlink_to(tmp_path / "elsewhere" / "speeds")
    assert FiguresHere(folder).of("clip-1") == {}
    FiguresHere(folder).keep("clip-2", FIGURES)
    assert len(list((tmp_path / "elsewhere" / "speeds").iterdir())) == 1
