"""Models as cards, and the strip that offers the better one."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from desktop_app.library import DownloadProgress, ModelChoice
from desktop_app.ui.models.card import figures
from desktop_app.ui.models.panel import ModelPanel
from desktop_app.ui.models.strip import ModelStrip

BUILT_IN = ModelChoice(
    "built-in", "Built in", "Quick.", "Apache-2.0", 42_600_000, Path("/r"), ready=True, built_in=True
)
BETTER = ModelChoice(
    "better", "ViT-B-32-256", "Knows more.", "MIT", 605_000_000, None, ready=False, recommended=True
)
BETTER_HERE = ModelChoice(
    "better", "ViT-B-32-256", "Knows more.", "MIT", 605_000_000, Path("/m"), ready=True, recommended=True
)
MINE = ModelChoice("/m/mine", "mine", "From a file.", "", 0, Path("/m/mine"), ready=True)
HALF = DownloadProgress("ViT-B-32-256", 302_500_000, 605_000_000, 9_100_000, 33)


@pytest.fixture
def panel(qtbot):
    one = ModelPanel()
    qtbot.addWidget(one)
    one.show()
    one.show_models([BUILT_IN, BETTER, MINE], BUILT_IN)
    return one


@pytest.fixture
def strip(qtbot):
    one = ModelStrip()
    qtbot.addWidget(one)
    return one


def test_each_model_offers_the_one_thing_that_can_be_done(qtbot, panel):
    built_in, better, mine = panel.cards()
    assert not built_in._button.isVisible(), "it is in use"
    assert better._button.text() == "Get (605 MB)"
    assert better._button.accessibleName() == "Get ViT-B-32-256, 605 MB"
    assert mine._button.text() == "Use"
    with qtbot.waitSignal(panel.fetch_wanted) as asked:
        qtbot.mouseClick(better._button, Qt.MouseButton.LeftButton)
    assert asked.args == ["better"]
    with qtbot.waitSignal(panel.use_wanted) as asked:
        qtbot.mouseClick(mine._button, Qt.MouseButton.LeftButton)
    assert asked.args == ["/m/mine"]


def test_licence_size_and_place_are_said(panel):
    facts = [card._facts() for card in panel.cards()]
    assert facts == [
        "Built in  ·  43 MB  ·  Apache-2.0",
        "To be downloaded once  ·  605 MB  ·  MIT",
        "On this computer",
    ]
    assert "605 MB" in panel.cards()[1].accessibleName()


def test_a_download_shows_on_its_own_card_and_can_be_cancelled(qtbot, panel):
    panel.show_download(HALF)
    built_in, better, mine = panel.cards()
    assert better._download.isVisible()
    assert not better._button.isVisible()
    assert not built_in._download.isVisible()
    assert not mine._download.isVisible()
    with qtbot.waitSignal(panel.cancel_wanted):
        better._download.cancel_wanted.emit()
    panel.show_download(None)
    assert not better._download.isVisible()
    assert better._button.isVisible()


def test_a_download_under_another_name_shows_on_the_model_that_is_missing(panel):
    panel.show_download(DownloadProgress("some other name", 1, 2))
    assert panel.cards()[1]._download.isVisible()


def test_a_download_goes_on_being_shown_when_the_models_are_listed_again(panel):
    panel.show_download(HALF)
    panel.show_models([BUILT_IN, BETTER], BUILT_IN)
    assert not panel.cards()[1]._download.isHidden()


def test_the_same_list_makes_no_new_cards(panel):
    before = panel.cards()
    panel.show_models([BUILT_IN, BETTER, MINE], BUILT_IN)
    assert panel.cards() == before


def test_the_path_of_a_model_may_hold_any_bytes(qtbot, panel):
    odd = ModelChoice("/m/\udcff", "odd", "", "", 0, Path("/m/\udcff"), ready=True)
    panel.show_models([odd], None)
    with qtbot.waitSignal(panel.use_wanted) as asked:
        panel.cards()[0]._button.click()
    assert asked.args == ["/m/\udcff"]


def test_a_model_that_arrived_can_be_used(panel):
    panel.show_models([BUILT_IN, BETTER_HERE], BUILT_IN)
    assert panel.cards()[1]._button.text() == "Use"


def test_with_the_network_forbidden_only_files_remain(panel):
    panel.allow_network(False)
    _, better, mine = panel.cards()
    assert not better._button.isEnabled()
    assert "Privacy" in better._button.toolTip()
    assert mine._button.isEnabled()
    assert panel._offline.isVisible()
    panel.allow_network(True)
    assert panel.cards()[1]._button.isEnabled()


def test_a_file_is_asked_for_without_stopping_anything(qtbot, panel, tmp_path):
    panel._ask_for_file()
    dialog = panel.findChild(QFileDialog)
    with qtbot.waitSignal(panel.import_wanted) as asked:
        dialog.fileSelected.emit(str(tmp_path / "m.safetensors"))
    assert asked.args == [tmp_path / "m.safetensors"]
    dialog.close()


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (HALF, "303 MB of 605 MB  ·  9 MB/s  ·  Less than a minute left"),
        (DownloadProgress("m", 1_000_000, 0), "1 MB"),
        (
            DownloadProgress("m", 0, 605_000_000, 1_000_000, 605),
            "0 bytes of 605 MB  ·  1 MB/s  ·  About 10 min left",
        ),
    ],
)
def test_a_download_is_said_in_figures(progress, text):
    assert figures(progress) == text


def test_the_strip_offers_the_recommended_model(qtbot, strip):
    strip.show_models([BUILT_IN, BETTER], BUILT_IN)
    assert not strip.isHidden()
    assert "knows far more" in strip._text.text()
    assert strip._get.text() == "Get it (605 MB)"
    with qtbot.waitSignal(strip.fetch_wanted) as asked:
        strip._get.click()
    assert asked.args == ["better"]
    with qtbot.waitSignal(strip.choose_wanted):
        strip._choose.click()


def test_the_strip_offers_to_use_what_is_there(qtbot, strip):
    strip.show_models([BUILT_IN, BETTER_HERE], BUILT_IN)
    with qtbot.waitSignal(strip.use_wanted) as asked:
        strip._get.click()
    assert asked.args == ["better"]


def test_the_strip_is_silent_when_there_is_nothing_to_offer(strip):
    for choices, in_use in (([BUILT_IN, BETTER_HERE], BETTER_HERE), ([BUILT_IN], BUILT_IN), ([], None)):
        strip.show_models(choices, in_use)
        assert strip.isHidden()


def test_without_a_model_the_strip_says_what_is_missing(strip):
    strip.show_models([BETTER], None)
    assert "by name only" in strip._text.text()


def test_the_strip_stays_away_once_dismissed(qtbot, strip):
    strip.show_models([BUILT_IN, BETTER], BUILT_IN)
    with qtbot.waitSignal(strip.dismissed):
        strip._cross.click()
    assert strip.isHidden()
    strip.show_models([BUILT_IN, BETTER], BUILT_IN)
    assert strip.isHidden()
    strip.show_download(HALF)
    assert not strip.isHidden(), "a running download is worth a line"
    strip.show_download(None)
    assert strip.isHidden()


def test_the_strip_shows_a_download_in_place_of_the_offer(qtbot, strip):
    strip.show_models([BUILT_IN, BETTER], BUILT_IN)
    strip.show_download(HALF)
    assert strip._get.isHidden()
    assert not strip._download.isHidden()
    assert "go on searching" in strip._text.text()
    with qtbot.waitSignal(strip.cancel_wanted):
        strip._download.cancel_wanted.emit()
    strip.show_download(None)
    assert not strip._get.isHidden()
    assert "knows far more" in strip._text.text()


def test_with_large_letters_the_buttons_say_less_and_nothing_is_cut(qtbot, strip):
    strip.setStyleSheet("font-size: 30px")
    strip.setMinimumSize(1, 1)
    strip.show_models([BUILT_IN, BETTER], BUILT_IN)
    strip.resize(2000, 200)
    strip.show()
    buttons = [strip._choose, strip._get]
    said = []
    for width_px in range(1400, 380, -20):
        strip.resize(width_px, 200)
        if [button.text() for button in buttons] not in said:
            said.append([button.text() for button in buttons])
            qtbot.waitUntil(lambda: all(one.width() >= one.sizeHint().width() for one in buttons))
    assert said == [
        ["Other models…", "Get it (605 MB)"],
        ["Others…", "Get it (605 MB)"],
        ["Others…", "Get it"],
    ]
    assert strip._get.toolTip() == "Get it (605 MB)"
    strip.resize(2000, 200)
    assert [button.text() for button in buttons] == said[0]
