"""Models in the window: what a switch shows, and the click that brings a model for another language."""

from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton

from desktop_app.library import (
    BenchReport,
    Folder,
    FolderState,
    IndexReport,
    LibraryError,
    ModelMissingError,
    ModelOffer,
    ModelReady,
    ModelUnavailable,
    Phase,
    Progress,
    RefreshFinished,
    SpaceUse,
    WayFigures,
    WayResult,
    way_here,
)
from desktop_app.library.models.from_hub.offer import OfferedFile
from tests.ui.desk import BETTER, BUILT_IN, Desk, desk_on, texts_of
from tests.ui.fake_library import FakeLibrary, an_answer

BETTER_HERE = replace(BETTER, ready=True, folder=Path("/m"))
MANY = replace(BETTER, key="many", title="Many", recommended=False, tier="languages", languages=("en", "de"))
NOTE = "This looks like German; the model in use reads English only. Many reads German."


@pytest.fixture
def german(desk: Desk) -> Desk:
    desk.library.shelf, desk.library.in_use = [BUILT_IN, BETTER, MANY], BUILT_IN
    looks(desk)
    desk.waits(lambda: len(desk.session._settings_flow.panel().cards()) == 3)
    return desk


def looks(desk: Desk) -> None:
    """Have the window read again which models there are."""
    assert desk.session.library is not None
    desk.session.library._models.look()


def asks_in_german(desk: Desk) -> str:
    desk.asks("ein weißer Hund")
    desk.library.asked[-1][1].set_result(replace(an_answer("ein weißer Hund", note=NOTE), offer="many"))
    desk.notice("note on the answer")
    return next(one.action for one in desk.window.notices.notices() if one.key == "note on the answer")


def test_that_there_is_no_model_is_said_though_the_refresh_ends_at_once(desk: Desk) -> None:
    for _ in range(20):
        desk.library.tell(ModelUnavailable(ModelMissingError("There is no model to understand photos with.")))
        desk.library.tell(RefreshFinished(IndexReport()))
        desk.notice("model missing")
        desk.window.notices.dismiss("model missing")


def test_a_model_for_another_language_is_got_with_one_click(german: Desk) -> None:
    assert asks_in_german(german) == "Get it (605 MB)"
    german.press("note on the answer")
    assert ("fetch_model", "many") in german.library.did


def test_a_model_for_another_language_that_is_here_is_used_with_one_click(german: Desk) -> None:
    german.library.shelf[2] = replace(MANY, ready=True)
    looks(german)
    german.waits(lambda: german.session._settings_flow.panel().cards()[1].choice.ready)
    assert asks_in_german(german) == "Use it"
    german.press("note on the answer")
    assert ("use_model", "many") in german.library.did


def test_without_the_network_the_click_shows_how_to_bring_it(german: Desk) -> None:
    german.settings.change("network", False)
    assert asks_in_german(german) == "Bring its files…"
    german.press("note on the answer")
    assert german.session._settings_flow.panel().isVisible()
    assert ("fetch_model", "many") not in german.library.did
    german.session._settings_flow.dialog().close()


def test_a_press_on_use_is_answered_at_once(desk: Desk) -> None:
    panel, library = desk.session._settings_flow.panel(), desk.library
    library.shelf, library.in_use = [BUILT_IN, BETTER_HERE], BUILT_IN
    looks(desk)
    desk.waits(lambda: len(panel.cards()) == 2)
    opening: Future[IndexReport] = Future()
    library.using = opening
    panel.cards()[1]._button.click()
    assert panel.cards()[1]._button.text() == "Opening…"
    opening.set_exception(LibraryError("It is damaged.", "Get it again."))
    desk.waits(lambda: panel.cards()[1]._button.text() == "Use")


def test_a_switch_shows_how_far_it_is_and_ends(desk: Desk) -> None:
    panel, library = desk.session._settings_flow.panel(), desk.library
    library.shelf, library.in_use, library.answering = [BUILT_IN, BETTER_HERE], BETTER_HERE, BUILT_IN
    library.tell(ModelReady("The better one", False, switching=True))
    desk.waits(lambda: any("Being built" in texts_of(card) for card in panel.cards()))
    library.tell(Progress(Phase.INDEXING, 1, 3))
    desk.waits(lambda: any(text.startswith("1 of 3 photos looked at again") for text in texts_of(panel)))
    library.answering = None
    library.tell(RefreshFinished(IndexReport()))
    desk.waits(lambda: any("In use" in texts_of(card) for card in panel.cards()))
    assert not any("Being built" in texts_of(card) for card in panel.cards())


def test_during_a_switch_no_folder_is_called_unready(desk: Desk) -> None:
    library = desk.library
    library.chosen = [Folder(Path("/photos"), 1000, 440, 0, FolderState.PRESENT)]
    library.shelf, library.in_use, library.answering = [BUILT_IN, BETTER_HERE], BETTER_HERE, BUILT_IN
    library.tell(ModelReady("The better one", False, switching=True))
    item = desk.window.folders._model.item(0)
    desk.waits(lambda: item.data(Qt.ItemDataRole.AccessibleTextRole).endswith("New model: 440 of 1,000"))
    assert "1,000 photos," in item.data(Qt.ItemDataRole.AccessibleTextRole)
    library.answering = None
    library.tell(RefreshFinished(IndexReport()))
    desk.waits(lambda: item.data(Qt.ItemDataRole.AccessibleTextRole).endswith("440 of 1,000 photos ready"))


def test_a_list_that_is_opened_during_a_switch_shows_how_far_it_is(desk: Desk) -> None:
    settings, library = desk.session._settings_flow, desk.library
    library.shelf, library.in_use, library.answering = [BUILT_IN, BETTER_HERE], BETTER_HERE, BUILT_IN
    library.tell(ModelReady("The better one", False, switching=True))
    desk.waits(lambda: "The better one" in "".join(texts_of(desk.window.notices)))
    library.tell(Progress(Phase.INDEXING, 1, 3))
    desk.waits(lambda: "1 of 3" in "".join(texts_of(desk.window.status)))
    assert settings.panel.made() is None, "nobody has looked at it"
    assert any(text.startswith("1 of 3 photos looked at again") for text in texts_of(settings.panel()))


def figures(way: str, photos_per_s: float) -> WayFigures:
    return WayFigures(way, photos_per_s, 8, 20.0, 1.0, 310_000_000)


def test_a_model_is_measured_and_run_the_faster_way(desk: Desk) -> None:
    panel, library = desk.session._settings_flow.panel(), desk.library
    library.shelf, library.in_use = [BUILT_IN], BUILT_IN
    looks(desk)
    desk.waits(lambda: len(panel.cards()) == 1)
    presses(desk, "Measure on this computer")
    assert ("measure", "built-in") in library.did
    desk.waits(lambda: "Being measured; that takes a minute or two." in texts_of(panel))
    slow, fast = figures("openvino", 100.0), figures("openvino-bf16", 310.0)
    ways = tuple(WayResult(way_here(one.way), one) for one in (slow, fast))
    report = BenchReport("built-in", "Built-in model", ways, "openvino-bf16", "openvino", "It is.")
    library.speeds, library.measured = {"built-in": slow}, {"built-in": report}
    library.measuring.set_result(report)
    desk.waits(lambda: "100 photos/s here, with OpenVINO float32, in 310 MB of memory" in texts_of(panel))
    offer = "3.1 times as fast with OpenVINO, bfloat16; photos are embedded again in the background."
    assert offer in texts_of(panel)
    presses(desk, "Use OpenVINO, bfloat16")
    assert ("use_model", ("built-in", "openvino-bf16")) in library.did


def test_a_measurement_that_is_stopped_is_no_fault_and_one_that_fails_is_told(desk: Desk) -> None:
    panel, library = desk.session._settings_flow.panel(), desk.library
    library.shelf, library.in_use = [BUILT_IN], BUILT_IN
    looks(desk)
    desk.waits(lambda: len(panel.cards()) == 1)
    presses(desk, "Measure on this computer")
    presses(desk, "Stop measuring")
    presses(desk, "Measure on this computer")
    assert not desk.window.notices.notices()
    library.measuring.set_exception(LibraryError("Photos are being indexed.", "Measure later."))
    assert desk.notice("Photos are being indexed.") == "Photos are being indexed. Measure later."


def presses(desk: Desk, title: str) -> None:
    """Wait for a button among the cards, and press it."""

    def found() -> QPushButton | None:
        cards = desk.session._settings_flow.panel().cards()
        buttons = [one for card in cards for one in card.findChildren(QPushButton)]
        return next((one for one in buttons if one.text() == title), None)

    desk.waits(lambda: found() is not None)
    button = found()
    assert button is not None
    button.click()


def test_vectors_of_earlier_models_are_dropped_from_the_list_of_models(desk: Desk) -> None:
    old = SpaceUse("vectors:a", "Vectors of “A”", "Kept.", 3, 12_000_000, "Embedded again.")
    desk.library.taken = [old]
    flow = desk.session._settings_flow
    flow.show_models()
    desk.waits(lambda: bool(flow.panel().kept.findChildren(QPushButton)))
    flow.panel().kept.findChildren(QPushButton)[0].click()
    box = flow.dialog().findChild(QMessageBox)
    assert box is not None
    next(one for one in box.buttons() if one.text() == "Drop").click()
    ((keys, future),) = desk.library.drops
    assert keys == ["vectors:a"]
    desk.library.taken = []
    future.set_result(12_000_000)
    desk.waits(lambda: "12 MB given back." in texts_of(flow.panel().kept))
    flow.dialog().close()


def test_the_first_page_says_which_model_it_begins_with(qtbot, tmp_path: Path) -> None:
    library = FakeLibrary(folders=())
    library.shelf, library.in_use = [BUILT_IN, BETTER], BUILT_IN
    with desk_on(qtbot, tmp_path, library) as desk:
        library.tell(ModelReady("Built-in model", True))
        said = "You start at once with a small built-in model. A better one, 605 MB, can come in the background later."
        desk.waits(lambda: said in texts_of(desk.pages.welcome))
        assert not desk.window.model_strip.isVisible(), "folders come first"


def test_a_repository_is_looked_up_and_what_it_offers_fetched(desk: Desk) -> None:
    adding = desk.session._settings_flow.panel().adding
    files = (OfferedFile("open_clip_model.safetensors", 5_000_000, "a" * 64),)
    offer = ModelOffer("a/b", "0" * 40, "b", "mit", "https://huggingface.co/a/b", files)
    adding.look_up_wanted.emit("hf:a/b")
    assert ("look_up", "hf:a/b") in desk.library.did
    desk.library.looking_up.set_result(offer)
    desk.waits(lambda: not adding._card.isHidden())
    adding.fetch_wanted.emit(offer)
    assert ("fetch_model", offer) in desk.library.did
    desk.library.fetching = True
    adding.fetch_wanted.emit(offer)
    assert "Another model is being downloaded" in adding._says.text()
    assert desk.library.did.count(("fetch_model", offer)) == 1


def test_why_a_repository_offers_nothing_is_said_beside_its_name(desk: Desk) -> None:
    adding = desk.session._settings_flow.panel().adding
    adding.look_up_wanted.emit("hf:a/b")
    desk.library.looking_up.set_exception(ModelMissingError("There is no model in a/b.", "Try another."))
    desk.waits(lambda: adding._says.text() == "There is no model in a/b. Try another.")


def test_what_runs_the_model_its_way_back_and_how_long_a_switch_takes_are_read(desk: Desk) -> None:
    library = desk.library
    library.shelf, library.in_use, library.answering = [BUILT_IN, BETTER], BUILT_IN, BUILT_IN
    library.ways = (way_here("openvino"), way_here("onnxruntime"))
    library.speeds = {BETTER.key: WayFigures("openvino", 2.0, 2, 10.0, 1.0, 300_000_000)}
    library.ids = list(range(7200))
    looks(desk)
    assert desk.session.library is not None
    models = desk.session.library._models
    desk.waits(lambda: models._shelf.way == "OpenVINO, float32")
    known = models._shelf
    assert (known.way_before, known.photos) == ("onnxruntime", 7200)
    library.answering = None
    looks(desk)
    desk.waits(lambda: desk.window.model_strip._afterwards.endswith("takes about 1 h here"))
