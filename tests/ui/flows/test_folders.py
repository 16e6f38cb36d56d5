"""Choosing folders in the window."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog

from desktop_app.ui.flows import folders
from tests.ui.desk import Desk


@pytest.mark.parametrize(
    ("pictures", "begins"),
    [("home/Pictures", "home/Pictures"), ("home/Images/mine", "home"), ("away/Pictures", "")],
)
def test_the_dialog_begins_in_pictures_or_the_nearest_folder_that_is_there(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pictures: str, begins: str
) -> None:
    (tmp_path / "home" / "Pictures").mkdir(parents=True)
    said = SimpleNamespace(
        StandardLocation=QStandardPaths.StandardLocation,
        standardLocations=lambda _which: [str(tmp_path / pictures)],
    )
    monkeypatch.setattr(folders, "QStandardPaths", said)
    desk.window.menus.add_folder.trigger()
    dialog = desk.window.findChild(QFileDialog)
    assert dialog is not None
    assert Path(dialog.directory().absolutePath()) == tmp_path / begins
    assert dialog.selectedFiles() in ([], [str(tmp_path / begins)])
    dialog.close()
