import json
import sys

import pytest
from PySide6.QtWidgets import QWidget

from desktop_app.ui.window.help_card import show_about
from desktop_app.ui.window.licences import LicencesDialog
from desktop_app.ui.window.third_party import terms, third_parties


@pytest.fixture
def release(tmp_path, monkeypatch):
    """A folder of a frozen program with a list of licences."""
    rows = [
        {"name": "Qt", "version": "6.11.3", "licence": "LGPL-3.0-only", "home": "https://www.qt.io", "note": "A note.",
         "replace": "By your own build.", "texts": ["texts/LGPL.txt", "texts/GPL.txt"]},
        {"name": "bzip2", "version": "", "licence": "bzip2-1.0.6", "home": "", "note": "", "replace": "", "texts": ["texts/gone.txt"]},
    ]  # fmt: skip
    folder = tmp_path / "licences"
    (folder / "texts").mkdir(parents=True)
    (folder / "texts" / "LGPL.txt").write_text("Lesser ©", encoding="utf-8")
    (folder / "texts" / "GPL.txt").write_text("General")
    (folder / "licences.json").write_text(json.dumps({"parts": rows}))
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    return tmp_path


def _names(dialog: LicencesDialog) -> list[str]:
    return [dialog.parts.item(row).text() for row in range(dialog.parts.count())]


def test_a_release_lists_what_is_inside_it(release):
    assert [(part.name, part.licence) for part in third_parties()] == [
        ("bzip2", "bzip2-1.0.6"),
        ("Qt", "LGPL-3.0-only"),
    ]
    assert terms(third_parties()[1]) == "Lesser ©\n\n\nGeneral\n"


def test_a_bundle_for_macos_has_its_list_among_the_resources(release, monkeypatch):
    (release / "Frameworks").mkdir()
    (release / "licences").rename(release / "moved")
    (release / "Resources").mkdir()
    (release / "moved").rename(release / "Resources" / "licences")
    monkeypatch.setattr(sys, "_MEIPASS", str(release / "Frameworks"))
    assert len(third_parties()) == 2


def test_a_checkout_lists_the_packages_that_the_program_needs():
    parts = {part.name: part for part in third_parties()}
    assert parts["numpy"].licence.startswith("BSD-3-Clause")
    assert "NumPy Developers" in terms(parts["numpy"])
    assert "replaced" in parts["PySide6_Essentials"].remarks
    # Extras and tools of testing are no part of the program, though they are installed here.
    assert not {"vislumbre", "torch", "av", "pillow-jxl-plugin", "pytest", "ruff"} & set(parts)


def test_about_leads_to_the_licences(qtbot, release):
    window = QWidget()
    qtbot.addWidget(window)
    box = show_about(window)
    button = next(button for button in box.buttons() if button.text() == "Third-party licences")
    button.click()
    dialog = box.findChild(LicencesDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: _names(dialog) == ["bzip2", "Qt 6.11.3"])
    assert box.isVisible()
    dialog.parts.setCurrentRow(1)
    qtbot.waitUntil(lambda: dialog.text.toPlainText().startswith("Lesser ©"))
    dialog.parts.setCurrentRow(0)
    qtbot.waitUntil(lambda: "brings no text" in dialog.text.toPlainText())
    dialog.close()
    next(button for button in box.buttons() if button.text() == "OK").click()
    qtbot.waitUntil(lambda: not box.isVisible())


def test_closing_while_it_is_read_leaves_nothing_behind(qtbot):
    dialog = LicencesDialog()
    dialog.open()
    dialog.close()
