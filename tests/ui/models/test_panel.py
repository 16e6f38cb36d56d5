"""Models as cards, and the strip that offers the better one."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QScrollArea, QToolButton, QWidget

from desktop_app.library import DownloadProgress, Figure, ModelChoice, Phase, Progress, SpaceUse
from desktop_app.ui.models.card import ModelCard
from desktop_app.ui.models.panel import ModelPanel
from desktop_app.ui.models.strip import ModelStrip
from desktop_app.ui.models.values import FasterWay, Shelf, Speed
from desktop_app.ui.models.words import facts, faster, figures, languages

BUILT_IN = ModelChoice(
    "built-in",
    "Built in",
    "Quick.",
    "Apache-2.0",
    42_600_000,
    Path("/r"),
    ready=True,
    built_in=True,
    languages=("en",),
    tier="built-in",
)
BETTER = ModelChoice(
    "better",
    "ViT-B-32-256",
    "Knows more.",
    "MIT",
    605_000_000,
    None,
    ready=False,
    recommended=True,
    file_names=("open_clip_model.safetensors",),
    tier="balanced",
    page="https://example.org/vit",
    can_fetch=True,
)
BETTER_HERE = replace(BETTER, folder=Path("/m"), ready=True)
MINE = ModelChoice("/m/mine", "mine", "From a file.", "", 0, Path("/m/mine"), ready=True)
HALF = DownloadProgress("ViT-B-32-256", 302_500_000, 605_000_000, 9_100_000, 33)


def shelf(*choices, in_use=None, **more) -> Shelf:
    return Shelf(choices, in_use, more.pop("answering", in_use), **more)


@pytest.fixture
def panel(qtbot):
    one = ModelPanel()
    qtbot.addWidget(one)
    one.show()
    one.show_models(shelf(BUILT_IN, BETTER, MINE, in_use=BUILT_IN))
    return one


@pytest.fixture
def strip(qtbot):
    one = ModelStrip()
    qtbot.addWidget(one)
    return one


def test_the_folder_of_a_model_of_ones_own_is_told_below_its_card(qtbot, panel):
    mine = panel.cards()[2]
    assert mine._more.isVisible()
    assert not any("/m/mine" in label.text() for label in mine.findChildren(QLabel))
    mine.unfold()
    assert any(label.toolTip() == "/m/mine" for label in mine.findChildren(QLabel))
    assert not panel.cards()[0]._more.isVisible()


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


class StrayWindows(QObject):
    """Takes down every window that is shown while it listens."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(f"{type(watched).__name__} {watched.accessibleName()}")
        return False


def test_no_part_of_a_card_is_a_window_for_a_moment(qapp, panel):
    stray = StrayWindows()
    qapp.installEventFilter(stray)
    try:
        panel.show_models(
            shelf(BUILT_IN, BETTER_HERE, in_use=BETTER_HERE, answering=BUILT_IN, switching=True)
        )
        panel.show_models(shelf(BUILT_IN, replace(BETTER, can_fetch=False), MINE, in_use=MINE))
        for card in panel.cards():
            card.unfold()
        panel.cards()[1]._unfold_bringing()
        panel.show_download(HALF)
        panel.allow_network(False)
    finally:
        qapp.removeEventFilter(stray)
    assert stray.seen == []


def test_licence_size_and_place_are_said(panel):
    assert [facts(card.choice).replace("\N{NO-BREAK SPACE}", " ") for card in panel.cards()] == [
        "Built in  ·  43 MB  ·  English  ·  Apache-2.0",
        "To be downloaded once  ·  605 MB  ·  MIT",
        "On this computer",
    ]
    assert "605\N{NO-BREAK SPACE}MB" in panel.cards()[1].accessibleName()


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
    panel.show_models(shelf(BUILT_IN, BETTER, in_use=BUILT_IN))
    assert not panel.cards()[1]._download.isHidden()


def test_the_same_list_makes_no_new_cards(panel):
    before = panel.cards()
    panel.show_models(shelf(BUILT_IN, BETTER, MINE, in_use=BUILT_IN))
    assert panel.cards() == before


def test_the_path_of_a_model_may_hold_any_bytes(qtbot, panel):
    odd = ModelChoice("/m/\udcff", "odd", "", "", 0, Path("/m/\udcff"), ready=True)
    panel.show_models(shelf(odd, in_use=None))
    with qtbot.waitSignal(panel.use_wanted) as asked:
        panel.cards()[0]._button.click()
    assert asked.args == ["/m/\udcff"]


def test_a_model_that_arrived_can_be_used(panel):
    panel.show_models(shelf(BUILT_IN, BETTER_HERE, in_use=BUILT_IN))
    assert panel.cards()[1]._button.text() == "Use"


def test_with_the_network_forbidden_only_files_remain(qtbot, panel, tmp_path):
    panel.allow_network(False)
    _, better, mine = panel.cards()
    assert better._button.text() == "Bring its file…"
    assert mine._button.isEnabled()
    assert panel._offline.isVisible()
    with qtbot.waitSignal(panel.privacy_wanted):
        panel._offline.findChild(QPushButton).click()
    panel.allow_network(True)
    assert panel.cards()[1]._button.text() == "Get (605 MB)"
    assert not panel._offline.isVisible()


def test_a_file_is_asked_for_without_stopping_anything(qtbot, panel, tmp_path):
    panel.adding.ask_for_file()
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


def test_models_stand_below_the_names_of_their_kinds(panel):
    fast = replace(BETTER, key="fast", tier="fast", recommended=False)
    strange = replace(BETTER, key="strange", tier="of another version", recommended=False)
    panel.show_models(shelf(BUILT_IN, BETTER, MINE, fast, strange, in_use=BUILT_IN))
    assert panel.headings() == ["Built in", "Fast", "Balanced – recommended", "Your own"]
    assert [card.choice.key for card in panel.cards()] == ["built-in", "fast", "better", "/m/mine", "strange"]


def test_what_cannot_be_fetched_names_its_page_and_files(qtbot, panel, tmp_path):
    files = ("open_clip_model.safetensors", "tokenizer.json")
    panel.show_models(shelf(replace(BETTER, can_fetch=False, file_names=files)))
    (card,) = panel.cards()
    assert card._button.text() == "Bring its files…"
    card._button.click()
    texts = [label.text() for label in card._bring.findChildren(QLabel)]
    assert any("open_clip_model.safetensors and tokenizer.json" in text for text in texts)
    assert "https://example.org/vit" in texts
    copy, choose = card._bring.findChild(QToolButton), card._bring.findChild(QPushButton)
    copy.click()
    assert QGuiApplication.clipboard().text() == "https://example.org/vit"
    choose.click()
    dialog = card._bring.findChild(QFileDialog)
    with qtbot.waitSignal(panel.import_wanted) as asked:
        dialog.fileSelected.emit(str(tmp_path / "open_clip_model.safetensors"))
    assert asked.args == [tmp_path / "open_clip_model.safetensors"]
    dialog.close()
    card._button.click()
    assert card._bring.isHidden()


def test_figures_and_names_are_shown_on_demand_and_stay_shown(panel):
    figure = Figure("The right photo comes first", "39.9 %", "https://example.org/results.csv")
    better = replace(BETTER, figures=(figure,), dimension=512, open_clip_name="ViT-B-32-256/x")
    panel.show_models(shelf(BUILT_IN, better, MINE, in_use=BUILT_IN))
    built_in, card, _mine = panel.cards()
    assert not card._more.isHidden()
    assert built_in._more.isHidden(), "there is no more to say of it"
    card._more.click()
    texts = {label.text() for label in card._details.findChildren(QLabel)}
    assert {"39.9 %", figure.name, figure.source, "512 numbers for each photo", "ViT-B-32-256/x"} <= texts
    panel.show_models(shelf(built_in.choice, better, in_use=None))
    assert panel.cards()[1].is_unfolded()
    assert panel.cards()[1]._more.accessibleName() == "Less about ViT-B-32-256"
    panel.cards()[1]._more.click()
    assert not panel.cards()[1].is_unfolded()


def test_a_model_that_is_being_built_says_how_far_and_offers_the_way_back(qtbot, panel):
    panel.show_models(shelf(BUILT_IN, BETTER_HERE, in_use=BETTER_HERE, answering=BUILT_IN, switching=True))
    built_in, better = panel.cards()
    assert badges(built_in, better) == ["Answers until then", "Being built"]
    assert better._building.text() == "Looking at your photos again. Until then, “Built in” answers."
    panel.show_building(Progress(Phase.INDEXING, 412, 1100, 13.0, 53.0))
    assert better._building.text() == (
        "412 of 1,100 photos looked at again  ·  About 1 min left. Until then, “Built in” answers."
    )
    panel.show_building(Progress(Phase.INDEXING, 412, 1100, held="while on battery"))
    assert "Waits while on battery" in better._building.text()
    with qtbot.waitSignal(panel.use_wanted) as asked:
        better._building._button.click()
    assert asked.args == ["built-in"]
    panel.show_models(shelf(BUILT_IN, BETTER_HERE, in_use=BETTER_HERE))
    assert badges(*panel.cards()) == ["", "In use"]
    assert panel.cards()[1]._building is None


def test_a_model_that_is_run_in_another_way_answers_meanwhile(panel):
    panel.show_models(shelf(BETTER_HERE, in_use=BETTER_HERE, switching=True))
    (better,) = panel.cards()
    assert badges(better) == ["Being built"]
    assert better._building.text() == "Looking at your photos again. Until then, it answers as before."
    assert better._building._button.isHidden()


def test_a_way_that_changes_no_vectors_costs_nothing():
    assert faster(FasterWay("onnx", "ONNX Runtime", 1.9, exact=True)) == (
        "1.9 times as fast with ONNX Runtime; nothing else changes."
    )


def test_a_model_that_is_being_opened_says_so_until_it_is(panel):
    panel.show_opening("/m/mine")
    mine = panel.cards()[2]
    assert (mine._button.text(), mine._button.isEnabled()) == ("Opening…", False)
    assert panel.cards()[1]._button.isEnabled()
    panel.show_models(shelf(BUILT_IN, BETTER_HERE, MINE, in_use=BUILT_IN))
    mine = panel.cards()[2]
    assert mine._button.text() == "Opening…", "other cards were made meanwhile"
    panel.show_opening("")
    assert (mine._button.text(), mine._button.isEnabled()) == ("Use", True)


def test_what_was_measured_here_and_what_is_faster_is_offered(qtbot, panel):
    measured = {
        "speeds": {"better": Speed(41.2, "OpenVINO float32", 620)},
        "faster": {"better": FasterWay("bf16", "bfloat16", 3.1)},
    }
    panel.show_models(shelf(BUILT_IN, BETTER_HERE, BETTER, in_use=BUILT_IN, **measured))
    assert not [one for one in panel.findChildren(QPushButton) if "Measure" in one.text()], (
        "nobody would hear"
    )
    panel.allow_measuring()
    built_in, better, missing = panel.cards()
    texts = [label.text() for label in better.findChildren(QLabel)]
    assert "41 photos/s here, with OpenVINO float32, in 620 MB of memory" in texts
    assert "3.1 times as fast with bfloat16; photos are embedded again in the background." in texts
    assert not [one for one in missing.findChildren(QPushButton) if "Measure" in one.text()]
    with qtbot.waitSignal(panel.way_wanted) as asked:
        button(better, "Use bfloat16").click()
    assert asked.args == ["better", "bf16"]
    with qtbot.waitSignal(panel.measure_wanted) as asked:
        button(built_in, "Measure on this computer").click()
    assert asked.args == ["built-in"]
    panel.show_models(shelf(BUILT_IN, BETTER_HERE, in_use=BUILT_IN, measuring="built-in", **measured))
    built_in, better = panel.cards()
    assert "Being measured; that takes a minute or two." in [
        one.text() for one in built_in.findChildren(QLabel)
    ]
    assert not button(better, "Measure again").isEnabled()
    with qtbot.waitSignal(panel.measure_wanted):
        button(built_in, "Stop measuring").click()


def test_new_cards_leave_the_page_and_the_focus_where_they_are(qtbot):
    area, panel = QScrollArea(), ModelPanel()
    qtbot.addWidget(area)
    panel.show_models(shelf(BUILT_IN, BETTER, MINE, in_use=BUILT_IN))
    area.setWidgetResizable(True)
    area.setWidget(panel)
    area.resize(500, 200)
    area.show()
    area.activateWindow()
    qtbot.waitUntil(area.isActiveWindow)
    panel.allow_measuring()
    measure = button(panel.cards()[0], "Measure on this computer")
    measure.setFocus()
    qtbot.waitUntil(measure.hasFocus)
    panel.show_models(shelf(BUILT_IN, BETTER, MINE, in_use=BUILT_IN, measuring="built-in"))
    qtbot.waitUntil(button(panel.cards()[0], "Stop measuring").hasFocus)
    assert area.verticalScrollBar().value() == 0
    panel.show_models(shelf(replace(BUILT_IN, ready=False), BETTER, MINE, in_use=MINE))
    assert not panel.cards()[1]._button.hasFocus(), "a key pressed again must begin nothing else"


def test_the_vectors_of_earlier_models_can_be_dropped(qtbot, panel):
    assert panel.kept.isHidden()
    old = SpaceUse("vectors:a", "Vectors of “A”", "Kept.", 3, 12_000_000, "Embedded again.")
    used = SpaceUse("vectors:b", "Vectors of “B”", "In use.", 3, 12_000_000)
    other = SpaceUse("thumbnails", "Thumbnails", "Small.", 3, 12_000_000, "Made again.")
    panel.kept.show_uses([other, used, old])
    (drop,) = panel.kept.findChildren(QPushButton)
    assert drop.accessibleName() == "Drop Vectors of “A”, 12 MB"
    assert "3 vectors, 12 MB. Kept." in [label.text() for label in panel.kept.findChildren(QLabel)]
    with qtbot.waitSignal(panel.kept.drop_wanted) as asked:
        drop.click()
    assert asked.args == [old]
    panel.kept.show_dropping(old.key)
    assert (drop.text(), drop.isEnabled()) == ("Dropping…", False)
    panel.kept.tell("12 MB given back.")
    panel.kept.show_uses([other, used])
    assert not panel.kept.isHidden(), "what was done is to be read"
    panel.kept.tell("")
    panel.kept.show_uses([other, used])
    assert panel.kept.isHidden()


def test_in_a_narrow_card_with_large_letters_nothing_is_cut(qtbot, panel):
    panel.setStyleSheet("font-size: 24px")
    panel.resize(360, 3000)
    card = panel.cards()[1]

    def fits(part) -> bool:
        inside = part.mapTo(card, part.rect().topRight()).x() <= card.width()
        return bool(inside and part.height() >= part.heightForWidth(part.width()))

    for part in (card._button, *card.findChildren(QLabel)):
        qtbot.waitUntil(lambda part=part: not part.isVisible() or fits(part))


@pytest.mark.parametrize(
    ("codes", "text"),
    [
        ((), ""),
        (("en",), "English"),
        (("en", "de"), "English and German"),
        (("no", "zh", "en"), "Norwegian, Chinese and English"),
        (("xx",), "xx"),
        (("en", "de", "fr", "it"), "4 languages"),
    ],
)
def test_languages_are_said_in_words(codes, text):
    assert languages(codes) == text


def badges(*cards) -> list[str]:
    known = {"In use", "Being built", "Answers until then", "Recommended"}
    return [
        next((label.text() for label in card.findChildren(QLabel) if label.text() in known), "")
        for card in cards
    ]


def button(card: ModelCard, text: str) -> QPushButton:
    return next(one for one in card.findChildren(QPushButton) if one.text() == text)


def test_the_strip_offers_the_recommended_model(qtbot, strip):
    strip.show_models(shelf(BUILT_IN, BETTER, in_use=BUILT_IN))
    assert not strip.isHidden()
    assert "the recommended one far more" in strip._text.text()
    assert strip._get.text() == "Get it (605 MB)"
    with qtbot.waitSignal(strip.fetch_wanted) as asked:
        strip._get.click()
    assert asked.args == ["better"]
    with qtbot.waitSignal(strip.choose_wanted):
        strip._choose.click()


def test_the_strip_offers_to_use_what_is_there(qtbot, strip):
    strip.show_models(shelf(BUILT_IN, BETTER_HERE, in_use=BUILT_IN))
    with qtbot.waitSignal(strip.use_wanted) as asked:
        strip._get.click()
    assert asked.args == ["better"]


@pytest.mark.parametrize("better", [BETTER, BETTER_HERE])
def test_the_offer_leaves_a_small_window_to_the_photos(strip, better):
    strip.show_models(shelf(BUILT_IN, better, in_use=BUILT_IN))
    label = strip._text
    assert label.heightForWidth(460) <= 2 * label.fontMetrics().lineSpacing()


def test_the_strip_is_silent_when_there_is_nothing_to_offer(strip):
    for choices, in_use in (([BUILT_IN, BETTER_HERE], BETTER_HERE), ([BUILT_IN], BUILT_IN), ([], None)):
        strip.show_models(shelf(*choices, in_use=in_use))
        assert strip.isHidden()


def test_the_strip_is_silent_while_another_model_is_being_built(strip):
    strip.show_models(shelf(BUILT_IN, BETTER, MINE, in_use=MINE, answering=BUILT_IN, switching=True))
    assert strip.isHidden()
    strip.show_models(shelf(BUILT_IN, BETTER, MINE, in_use=MINE))
    assert not strip.isHidden()


def test_without_a_model_the_strip_says_what_is_missing(strip):
    strip.show_models(shelf(BETTER, in_use=None))
    assert "by name only" in strip._text.text()


def test_the_strip_stays_away_once_dismissed(qtbot, strip):
    strip.show_models(shelf(BUILT_IN, BETTER, in_use=BUILT_IN))
    with qtbot.waitSignal(strip.dismissed):
        strip._cross.click()
    assert strip.isHidden()
    strip.show_models(shelf(BUILT_IN, BETTER, in_use=BUILT_IN))
    assert strip.isHidden()
    strip.show_download(HALF)
    assert not strip.isHidden(), "a running download is worth a line"
    strip.show_download(None)
    assert strip.isHidden()


def test_the_strip_shows_a_download_in_place_of_the_offer(qtbot, strip):
    strip.show_models(shelf(BUILT_IN, BETTER, in_use=BUILT_IN))
    strip.show_download(HALF)
    assert strip._get.isHidden()
    assert not strip._download.isHidden()
    assert "go on searching" in strip._text.text()
    with qtbot.waitSignal(strip.cancel_wanted):
        strip._download.cancel_wanted.emit()
    strip.show_download(None)
    assert not strip._get.isHidden()
    assert "the recommended one far more" in strip._text.text()


def test_the_strip_says_what_comes_after_the_download_and_how_long_that_takes(strip):
    strip.show_models(shelf(BUILT_IN, BETTER, in_use=BUILT_IN))
    strip.show_download(HALF)
    assert strip._text.text().endswith(
        "afterwards your photos are looked at again with it, in the background."
    )
    speeds = {"better": Speed(10.0, "OpenVINO float32")}
    strip.show_models(shelf(BUILT_IN, BETTER, in_use=BUILT_IN, speeds=speeds, photos=12_000))
    strip.show_download(HALF)
    assert strip._text.text().endswith("looked at again with it, which takes about 20 min here.")


def test_with_large_letters_the_buttons_say_less_and_nothing_is_cut(qtbot, strip):
    strip.setStyleSheet("font-size: 30px")
    strip.setMinimumSize(1, 1)
    strip.show_models(shelf(BUILT_IN, BETTER, in_use=BUILT_IN))
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


def test_the_card_in_use_says_what_runs_it_once(panel):
    panel.show_models(shelf(BUILT_IN, MINE, in_use=BUILT_IN, way="OpenVINO, float32"))
    said = [label.text() for card in panel.cards() for label in card.findChildren(QLabel)]
    assert said.count("Run by OpenVINO, float32.") == 1
    speeds = {"built-in": Speed(41, "OpenVINO float32")}
    panel.show_models(shelf(BUILT_IN, MINE, in_use=BUILT_IN, way="OpenVINO, float32", speeds=speeds))
    said = [label.text() for card in panel.cards() for label in card.findChildren(QLabel)]
    assert not any("Run by" in text for text in said)
    assert any("with OpenVINO float32" in text for text in said)


def test_a_change_of_way_can_be_taken_back_while_photos_are_looked_at_again(qtbot, panel):
    panel.show_models(shelf(BUILT_IN, MINE, in_use=BUILT_IN, switching=True, way_before="openvino"))
    card = panel.cards()[0]
    assert card._building._button.accessibleName() == "Go back to how it was run before"
    with qtbot.waitSignal(panel.way_wanted) as asked:
        card._building._button.click()
    assert asked.args == ["built-in", "openvino"]
