"""``vislumbre evaluate --absent``: the list of texts that fit none of the photos."""

import json
from pathlib import Path

import pytest

from desktop_app.cli.labels import Absent, Labels, LabelsError, read_absent, read_labels
from tests.cli.test_evaluate import FakeLibrary, Run, write
from tests.pictures import save_colour

NO_LABELS = Labels((), (), frozenset())


@pytest.fixture
def table(tmp_path: Path) -> Path:
    save_colour(tmp_path / "red.jpg")
    return write(tmp_path / "t.csv", "path,caption\nred.jpg,one\nred.jpg,A dog\nnowhere.jpg,grey\n")


@pytest.mark.parametrize(
    "content",
    [
        b"fog\na grey  whale\n",
        b"\xef\xbb\xbffog\r\n\r\n  a grey whale \r\nFog",
        b"\n\nfog\ra grey whale\r \rfog\r",
    ],
)
def test_each_line_is_a_text_and_empty_ones_mean_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "absent.txt").write_bytes(content)
    assert read_absent(tmp_path / "absent.txt", NO_LABELS) == Absent(("fog", "a grey whale"), ())


def test_a_text_of_the_table_is_named_and_not_counted(tmp_path: Path, table: Path) -> None:
    absent = write(tmp_path / "absent.txt", "fog\n\na  DOG\nbog\ngrey\n")
    assert read_absent(absent, read_labels(table)) == Absent(
        ("fog", "bog"),
        (
            f"Line 3 of {absent} (a DOG) is in the table too, so it does not count as absent.",
            # Nobody knows where the photo is that the table names for this one.
            f"Line 5 of {absent} (grey) is in the table too, so it does not count as absent.",
        ),
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "absent.txt holds no text"),
        (b"\xef\xbb\xbf\n \r\n\t\n", "absent.txt holds no text"),
        ("größer\n".encode("latin-1"), "absent.txt is not UTF-8 text"),
        ("fog\n".encode("utf-16"), "absent.txt is not UTF-8 text"),
        (None, "There is no file .*absent.txt"),
    ],
)
def test_a_file_that_is_no_list_is_wrong_use_in_a_sentence(
    tmp_path: Path, table: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, said: str
) -> None:
    absent = tmp_path / "absent.txt"
    if content is not None:
        absent.write_bytes(content)
    with pytest.raises(LabelsError, match=said) as refused:
        read_absent(absent, NO_LABELS)
    run = Run(FakeLibrary(), tmp_path / "base")
    assert run(table, absent=absent) == 2
    assert json.loads(capsys.readouterr().out) == {
        "error": refused.value.sentence,
        "hint": refused.value.hint,
    }
    assert run.opened == []


def test_a_folder_is_no_list(tmp_path: Path) -> None:
    with pytest.raises(LabelsError, match="cannot be read"):
        read_absent(tmp_path, NO_LABELS)


@pytest.mark.parametrize(
    ("content", "searched", "said"),
    [
        ("fog\nbog\n", ("fog", "bog"), ""),
        ("One\nbog\n", ("bog",), "(One) is in the table too"),
        ("one\n", (), "(one) is in the table too"),
        (None, (), ""),
    ],
)
def test_the_texts_are_searched_for_and_one_that_cannot_be_used_is_code_1(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: str | None,
    searched: tuple[str, ...],
    said: str,
) -> None:
    save_colour(tmp_path / "red.jpg")
    table = write(tmp_path / "t.csv", "path,caption\nred.jpg,one\n")
    absent = None if content is None else write(tmp_path / "absent.txt", content)
    library = FakeLibrary()
    assert Run(library, tmp_path / "base")(table, absent=absent) == (1 if said else 0)
    assert library.searched[0] == ["one"]
    assert library.absent == searched
    complaints = capsys.readouterr().err
    assert said in complaints
    assert bool(complaints) is bool(said)
