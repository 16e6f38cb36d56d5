"""Adding a model that is not on the list: what is said before it comes, and that it takes a yes."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton

from desktop_app.library import DownloadProgress, ModelOffer
from desktop_app.library.models.from_hub.offer import OfferedFile
from desktop_app.ui.models.adding import AddModel, said_of, sums_of

SUM = "a" * 64
OFFER = ModelOffer(
    repository="someone/tiny",
    revision="0" * 40,
    title="tiny",
    licence="mit",
    page="https://huggingface.co/someone/tiny",
    files=(
        OfferedFile("open_clip_config.json", 500),
        OfferedFile("open_clip_model.safetensors", 600_000_000, SUM),
    ),
)


@pytest.fixture
def adding(qtbot):
    one = AddModel()
    qtbot.addWidget(one)
    one.show()
    return one


def button(adding: AddModel, text: str) -> QPushButton:
    return next(one for one in adding.findChildren(QPushButton) if one.text().strip() == text)


def texts(adding: AddModel) -> str:
    return "\n".join(label.text() for label in adding.findChildren(QLabel) if label.isVisible())


def test_a_repository_is_asked_for_by_the_button_or_the_enter_key(qtbot, adding):
    assert not button(adding, "Look it up").isEnabled()
    adding._words.setText(" hf:someone/tiny ")
    with qtbot.waitSignal(adding.look_up_wanted) as asked:
        button(adding, "Look it up").click()
    assert asked.args == ["hf:someone/tiny"]
    with qtbot.waitSignal(adding.look_up_wanted):
        qtbot.keyClick(adding._words, Qt.Key.Key_Return)
    adding.show_looking()
    assert "Looking it up…" in texts(adding)


def test_what_is_offered_is_shown_and_fetched_after_a_yes(qtbot, adding):
    adding.show_offer(OFFER)
    assert "600 MB in 2 files, as weights of open_clip. Its licence is “mit”" in texts(adding)
    assert "https://huggingface.co/someone/tiny" in texts(adding)
    with qtbot.waitSignal(adding.fetch_wanted) as asked:
        button(adding, "Accept the licence and get it").click()
    assert asked.args == [OFFER]
    assert not adding._card.isVisible()
    assert adding.show_download(DownloadProgress("tiny", 1, 600_000_500))
    with qtbot.waitSignal(adding.cancel_wanted):
        button(adding, "Cancel").click()
    adding.show_offer(None)
    assert not adding.show_download(None)
    assert not adding._download.isVisible()


def test_a_no_takes_it_away_and_a_problem_is_said(adding):
    adding.show_offer(OFFER)
    button(adding, "No").click()
    assert not adding._card.isVisible()
    adding.show_problem("There is no model in it.")
    assert "There is no model in it." in texts(adding)


def test_other_downloads_are_not_shown_here(adding):
    adding.show_offer(OFFER)
    assert not adding.show_download(DownloadProgress("another", 1, 2))
    assert adding._card.isVisible()


def test_without_the_network_files_and_folders_remain(qtbot, adding, tmp_path: Path):
    adding._words.setText("hf:someone/tiny")
    adding.allow_network(False)
    assert not button(adding, "Look it up").isEnabled()
    assert not adding._words.isEnabled()
    button(adding, "Choose a folder…").click()
    dialog = adding.findChild(QFileDialog)
    with qtbot.waitSignal(adding.import_wanted) as asked:
        dialog.fileSelected.emit(str(tmp_path))
    assert asked.args == [tmp_path]
    dialog.close()


def test_licence_and_sums_are_said_as_they_are():
    bare = ModelOffer(
        "a/b",
        "0" * 40,
        "b",
        "",
        "https://huggingface.co/a/b",
        (OfferedFile("config.json", 500),),
        as_onnx=True,
    )
    assert (
        said_of(bare)
        == "500 bytes in 1 file, as ONNX. Its page names no licence: look there whether you may use it."
    )
    assert "No SHA-256 is known" in sums_of(bare)
    assert sums_of(OFFER) == (
        "The SHA-256 of the large files is known and checked; that of 1 small file (500 bytes) is not known."
    )
