"""Names, cameras, captions and searches that look like HTML are shown as they are written, and no file is opened for them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QRect
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLabel,
    QMessageBox,
    QToolTip,
    QWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from desktop_app.library import (
    Connection,
    Exclusions,
    Figure,
    Folder,
    FolderState,
    LibraryError,
    ModelChoice,
    Trouble,
)
from desktop_app.ui.look import theme
from desktop_app.ui.models.values import Shelf
from desktop_app.ui.search.question import Words
from desktop_app.ui.search.saved import SavedSearch
from desktop_app.ui.window.help_card import show_about
from desktop_app.ui.window.pages import Page
from tests.journeys.window import WAIT_MS, Person, window_on
from tests.opened import opened_in
from tests.pictures import save_colour

_SAID = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 xmlns:ext="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" photoshop:City="{0}" photoshop:Country="{0}">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{0}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{0}</rdf:li></rdf:Alt></dc:description>
<dc:subject><rdf:Bag><rdf:li>{0}</rdf:li></rdf:Bag></dc:subject>
<ext:PersonInImage><rdf:Bag><rdf:li>{0}</rdf:li></rdf:Bag></ext:PersonInImage>
</rdf:Description></rdf:RDF></x:xmpmeta>"""
_MAKE, _MODEL, _EXIF, _LENS = 0x010F, 0x0110, 0x8769, 0xA434


@pytest.fixture
def themed(qapp: QApplication) -> Iterator[None]:
    """The application as it is when it runs."""
    before = qapp.styleSheet()
    theme.apply(qapp, "light")
    yield
    qapp.setStyleSheet(before)


@pytest.fixture
def canary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture that nothing has a reason to open; its path is short, for what cameras say is cut."""
    return save_colour(tmp_path_factory.mktemp("c") / "canary.png")


def photos_with(tag: str, canary: Path, folder: Path) -> Path:
    """Make photos that say the tag wherever a photo can, and one whose path is a tag. Returns their folder."""
    chosen = folder / "<b>mine</b> & <img src='file:"
    named = Path(f"{chosen}{canary}'>.jpg")
    save_colour(named, "red")
    exif = Image.Exif()
    exif[_MAKE], exif[_MODEL] = "<b>Make</b>", tag
    exif.get_ifd(_EXIF)[_LENS] = tag
    written = tag.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;")
    save_colour(chosen / "told.jpg", "blue", exif=exif, xmp=_SAID.format(written).encode())
    (chosen / "<b>broken<b>.jpg").write_bytes(b"no photo")
    return chosen


def point_at(widget: QWidget, at: QPoint) -> str:
    """Rest the pointer on a widget, and return what is said in the tool tip."""
    QToolTip.hideText()
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, at, widget.mapToGlobal(at)))
    QApplication.processEvents()
    return QToolTip.text()


def tips_in(window: QWidget) -> list[str]:
    """Rest the pointer on everything that is to be seen."""
    said = []
    for widget in window.findChildren(QWidget):
        if not isValid(widget) or not widget.isVisible():
            continue
        if isinstance(widget, QAbstractItemView) and (model := widget.model()) is not None:
            for row in range(model.rowCount()):
                place: QRect = widget.visualRect(model.index(row, 0))
                said.append(point_at(widget.viewport(), place.center()))
        said.append(point_at(widget, widget.rect().center()))
    return said


def labels_with(words: str) -> list[QLabel]:
    return [
        one
        for one in QApplication.allWidgets()
        if isinstance(one, QLabel) and words in one.text().replace("\u200b", "")
    ]


def test_what_looks_like_html_is_shown_as_it_is_written_and_opens_nothing(
    qtbot: QtBot, tmp_path: Path, canary: Path, themed: None
) -> None:
    tag = f"<img src='{canary.as_uri()}'><b>&</b>"
    chosen = photos_with(tag, canary, tmp_path / "photos")
    with opened_in(canary.parent) as opened, window_on(qtbot, tmp_path / "base") as person:
        person.sees_page(Page.WELCOME)
        person.pages.welcome.suggest(chosen)
        assert person.pages.welcome._zone._take.text() == "Use b> && <img src='file:"
        person.pages.welcome.folder_chosen.emit(chosen)
        qtbot.waitUntil(lambda: len(person.names()) == 2, timeout=WAIT_MS)
        person.waits_for_rest()
        tips = tips_in(person.window)
        assert any(f"<img src='file:{canary}'>.jpg" in tip for tip in tips), tips
        look_at_photos(person, tag)
        search_for(person, tag)
        hear_of(person, tag, chosen)
        choose_from(person, tag, chosen)
        plain = labels_with(canary.name)
        assert len(plain) > 5
        assert {label.textFormat().name for label in plain} == {"PlainText"}
    assert opened == []


def look_at_photos(person: Person, tag: str) -> None:
    """Look at each photo large, and at what is known of it."""
    view, model = person.window.photo_view, person.pages.photos.model
    photo = model.photo_at_row(0)
    assert photo is not None
    person.grid.preview_wanted.emit(photo)
    facts: dict[str, str] = {}
    for _ in range(2):
        person.qtbot.waitUntil(view.canvas().is_sharp, timeout=WAIT_MS)
        facts |= dict(view.details().facts())
        tips_in(view)
        view.next()
    assert tag in facts["Camera"]
    assert tag in facts["Caption"]
    assert tag in facts["Tags"]
    assert labels_with("<b>Make</b>")
    view.leave()


def search_for(person: Person, tag: str) -> None:
    """Search for the tag, keep the search, and come back to it."""
    person.types(tag)
    person.qtbot.waitUntil(lambda: person.field.text() == tag, timeout=WAIT_MS)
    saved = person.session.library
    assert saved is not None
    saved.search.ask_words(tag)
    person.qtbot.waitUntil(lambda: saved.search.answered() == Words(tag), timeout=WAIT_MS)
    person.window.searches.show_recent([tag])
    person.window.searches.show_saved([SavedSearch(tag, tag)])
    tips_in(person.window)
    person.types("")
    saved.search.ask_words("")
    person.qtbot.waitUntil(lambda: len(person.names()) == 2, timeout=WAIT_MS)


def hear_of(person: Person, tag: str, chosen: Path) -> None:
    """Look at failures, notices and questions that name what is there."""
    window = person.window
    window.notices.show_notice(tag, kind="error", action=tag, run=lambda: None, key="tag")
    person.pages.message.show_message("image", tag, tag, action=tag, run=lambda: None)
    window.statusBar().showMessage(tag)
    person.pages.open_failures()
    tips_in(window)
    person.pages.close_failures()
    window.folders.forget_wanted.emit(Folder(chosen, 1, 1, 0, FolderState.MISSING, drive=tag))
    QApplication.processEvents()
    box = window.findChild(QMessageBox)
    assert box is not None
    assert tag in box.text()
    box.close()
    show_about(window).close()
    library = person.session.library
    assert library is not None
    library.work.hear(Trouble(LibraryError(tag, tag)))
    tips_in(window)


def tagged_model(tag: str) -> ModelChoice:
    """A model whose words are all this."""
    return ModelChoice(
        tag,
        tag,
        tag,
        tag,
        1000,
        None,
        ready=False,
        recommended=True,
        file_names=(tag,),
        languages=(tag,) * 4,
        figures=(Figure(tag, tag, tag),),
        page=tag,
        open_clip_name=tag,
    )


def choose_from(person: Person, tag: str, chosen: Path) -> None:
    """Open what offers cameras, folders, models and what is left out."""
    library, settings = person.session.library, person.session._settings_flow
    assert library is not None
    library.query.open_filters()
    person.qtbot.waitUntil(library.query.panel().isVisible, timeout=WAIT_MS)
    tips_in(library.query.panel())
    library.query.panel().close()
    shelf = Shelf((tagged_model(tag),))
    person.window.model_strip.show_models(shelf)
    settings.panel().show_models(shelf)
    settings.panel().cards()[0].unfold()
    settings.panel().cards()[0]._unfold_bringing()
    settings.connections().show_connections([Connection(datetime.now(UTC), tag, 1, tag, tag, tag, ended=tag)])
    settings.exclusions().show_exclusions(
        Exclusions(folders=(chosen / tag.replace("/", ""),), patterns=(tag,))
    )
    settings.show_settings()
    for page in range(settings.dialog()._navigation.count()):
        settings.dialog()._navigation.setCurrentRow(page)
        tips_in(settings.dialog())
    settings.dialog().close()
