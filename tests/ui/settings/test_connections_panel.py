"""Every connection that was made, as a table."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QPushButton

from desktop_app.library import Connection, Outcome
from desktop_app.ui.settings.connections_model import AMOUNT, END, WHEN, WHERE, WHY, as_text
from desktop_app.ui.settings.connections_panel import ConnectionsPanel
from tests.ui.desk import Desk, texts_of

THEN = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
FETCHED = Connection(
    THEN,
    "huggingface.co",
    443,
    "/laion/model.safetensors",
    "proxy.home:3128",
    "the model ViT, file model.safetensors",
    Outcome.COMPLETE,
    "complete",
    605_189_364,
    312,
    63.2,
)
BROKEN = Connection(
    THEN + timedelta(hours=1),
    "hf.co",
    443,
    "/model.safetensors",
    "",
    "the model ViT, file model.safetensors",
    Outcome.FAILED,
    "The connection broke after 302 of 605 bytes",
    302,
    300,
    2.0,
)
REFUSED = Connection(
    THEN + timedelta(hours=2),
    "milvus.example.org",
    19530,
    "",
    "",
    "vector database",
    Outcome.REFUSED,
    "the network is switched off",
)
OPEN = Connection(
    THEN - timedelta(days=1), "hf.co", 443, "/x", "", "the model ViT", ended="not known: it is open"
)


@pytest.fixture
def panel(qtbot):
    one = ConnectionsPanel()
    qtbot.addWidget(one)
    one.resize(700, 600)
    one.show()
    return one


def cells(panel, column) -> list[str]:
    model = panel._tree.model()
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_nothing_is_said_where_nothing_was_connected_to(panel):
    assert "Nothing was ever connected to." in texts_of(panel)
    assert not panel._tree.isVisible()
    assert not panel._copy.isVisible()


def test_the_newest_stands_first_with_all_that_is_known(panel):
    panel.show_connections([OPEN, FETCHED, BROKEN, REFUSED])
    assert panel._tree.isVisible()
    assert "4 connections." in texts_of(panel)
    assert cells(panel, WHERE) == ["milvus.example.org:19530", "hf.co", "huggingface.co", "hf.co"]
    assert cells(panel, WHY)[0] == "vector database"
    assert cells(panel, AMOUNT) == ["", "302 bytes", "605 MB", ""]
    assert cells(panel, END) == [
        "Not opened: the network is switched off",
        "Failed: the connection broke after 302 of 605 bytes",
        "Complete",
        "Not known: it is open",
    ]


def test_any_column_sorts(panel):
    panel.show_connections([FETCHED, BROKEN, REFUSED])
    for column, order, first in (
        (WHEN, Qt.SortOrder.AscendingOrder, "huggingface.co"),
        (WHERE, Qt.SortOrder.AscendingOrder, "hf.co"),
        (AMOUNT, Qt.SortOrder.DescendingOrder, "huggingface.co"),
        (WHY, Qt.SortOrder.DescendingOrder, "milvus.example.org:19530"),
        (END, Qt.SortOrder.AscendingOrder, "huggingface.co"),
    ):
        panel._tree.sortByColumn(column, order)
        assert cells(panel, WHERE)[0] == first
    panel.show_connections([FETCHED, BROKEN, REFUSED, OPEN])
    assert cells(panel, WHERE)[0] == "huggingface.co", "the order stays when the list is read again"


def test_the_chosen_one_is_told_in_full_and_stays_chosen_when_sorted(panel):
    panel.show_connections([FETCHED, BROKEN, REFUSED])
    panel._tree.setCurrentIndex(panel._tree.model().index(2, 0))
    for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        panel._tree.sortByColumn(WHEN, order)
        (row,) = {index.row() for index in panel._tree.selectionModel().selectedRows()}
        assert cells(panel, WHERE)[row] == "huggingface.co"
    full = panel._full.text()
    for part in (
        "huggingface.co/laion/model.safetensors",
        "By way of proxy.home:3128",
        "For: the model ViT, file model.safetensors",
        "Received 605 MB, sent 312 bytes",
        "Took 1 minute 3 seconds",
        "Complete",
    ):
        assert part in full.splitlines() or part in full.splitlines()[0]


def test_the_list_or_what_is_selected_of_it_is_copied_as_text(panel):
    panel.show_connections([FETCHED, REFUSED])
    panel._copy.click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [line.split("\t")[1] for line in lines] == ["where", "milvus.example.org:19530", "huggingface.co"]
    assert lines[2].split("\t") == [
        "2026-11-29T12:00:00+00:00",
        "huggingface.co",
        "/laion/model.safetensors",
        "proxy.home:3128",
        "the model ViT, file model.safetensors",
        "605 MB",
        "312 bytes",
        "Complete",
    ]
    panel._tree.setCurrentIndex(panel._tree.model().index(0, 0))
    assert panel._copy.accessibleName() == "Copy the selected connections as text"
    panel._copy.click()
    assert QGuiApplication.clipboard().text() == as_text([REFUSED])


def test_a_long_list_makes_no_widget_for_a_row(panel):
    many = [FETCHED] * 20_000
    panel.show_connections(many)
    assert panel._tree.model().rowCount() == len(many)
    assert panel._tree.uniformRowHeights()
    assert panel._tree.editTriggers() == QAbstractItemView.EditTrigger.NoEditTriggers


def test_the_page_reads_the_list_when_it_is_looked_at(desk: Desk) -> None:
    desk.library.connected = [FETCHED]
    settings = desk.session._settings_flow
    settings.dialog().show_page("Privacy")
    settings.show_settings()
    button = next(
        one
        for one in settings.dialog().findChildren(QPushButton)
        if one.accessibleName() == "Connections: Show"
    )
    button.click()
    desk.waits(lambda: "1 connection." in texts_of(settings.connections()))
    settings.dialog().close()
