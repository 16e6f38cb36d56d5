"""The settings window is made from the declarations and applies at once."""

from typing import cast

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFont, QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QSpinBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from desktop_app.settings import DECLARATIONS, Settings, Values
from desktop_app.ui.settings.dialog import PAGES, SettingsDialog


@pytest.fixture
def panel():
    return QLabel("models")


@pytest.fixture
def dialog(qtbot, panel):
    one = SettingsDialog(Values(), panel)
    qtbot.addWidget(one)
    one.show()
    return one


@pytest.fixture
def changes(dialog):
    heard: list[tuple[str, object]] = []
    dialog.changed.connect(lambda name, value: heard.append((name, value)))
    return heard


def test_it_does_not_block_the_window(dialog):
    assert not dialog.isModal()


def test_every_setting_with_a_page_has_a_field_with_label_and_help(dialog):
    for declaration in DECLARATIONS:
        if not declaration.group:
            assert declaration.name not in dialog._fields
            continue
        assert declaration.group in PAGES
        field = dialog._fields[declaration.name]
        assert field.label.text() == declaration.label
        assert declaration.help in field.help.text()
        assert field.label.buddy().accessibleName() == declaration.label


def test_a_switch_counts_at_once(dialog, changes):
    dialog._fields["watch"].findChild(QCheckBox).click()
    assert changes == [("watch", False)]


def test_a_choice_counts_at_once(qtbot, dialog, changes):
    dialog.show_page("Appearance")
    choice = dialog._fields["scheme"].findChild(QComboBox)
    choice.setFocus()
    qtbot.keyClick(choice, Qt.Key.Key_Down)
    assert changes == [("scheme", "light")]


def test_a_number_counts_when_it_is_complete(qtbot, dialog, changes):
    number = dialog._fields["cell_px"].findChild(QSpinBox)
    number.selectAll()
    qtbot.keyClicks(number, "256")
    assert changes == []
    qtbot.keyClick(number, Qt.Key.Key_Return)
    assert changes == [("cell_px", 256)]


def test_a_number_stays_in_its_bounds_and_says_what_zero_means(dialog):
    number = dialog._fields["threads"].findChild(QSpinBox)
    assert (number.minimum(), number.maximum()) == (0, 64)
    assert number.text() == "All but one"


def test_a_text_counts_when_it_is_finished(qtbot, dialog, changes):
    text = dialog._fields["store_address"].findChild(QLineEdit)
    qtbot.keyClicks(text, " http://milvus:19530 ")
    assert changes == []
    qtbot.keyClick(text, Qt.Key.Key_Return)
    text.editingFinished.emit()
    assert changes == [("store_address", "http://milvus:19530")]


def test_a_text_that_is_not_allowed_is_explained_and_does_not_count(qtbot, dialog, changes):
    dialog.show_page("Advanced")
    field = dialog._fields["store_address"]
    text = field.findChild(QLineEdit)
    qtbot.keyClicks(text, "nonsense")
    qtbot.keyClick(text, Qt.Key.Key_Return)
    assert changes == []
    assert field._complaint.isVisible()
    assert "http://localhost:19530" in field._complaint.text()
    qtbot.keyClicks(text, "x")
    assert not field._complaint.isVisible()
    assert dialog.isVisible(), "Enter closes nothing"


def test_values_that_change_elsewhere_are_shown_without_an_echo(dialog, changes, tmp_path):
    settings = Settings.load(tmp_path)
    settings.observe(dialog.show_value)
    settings.change("cell_px", 300)
    settings.change("scheme", "dark")
    settings.change("watch", False)
    settings.change("store_address", "http://a")
    assert dialog._fields["cell_px"].findChild(QSpinBox).value() == 300
    assert dialog._fields["scheme"].findChild(QComboBox).currentData() == "dark"
    assert not dialog._fields["watch"].findChild(QCheckBox).isChecked()
    assert dialog._fields["store_address"].findChild(QLineEdit).text() == "http://a"
    assert changes == []


def test_dialog_and_settings_together_do_not_go_in_circles(dialog, tmp_path):
    settings = Settings.load(tmp_path)
    settings.observe(dialog.show_value)
    dialog.changed.connect(settings.change)
    dialog._fields["cell_px"].findChild(QSpinBox).setValue(208)
    assert settings.values.cell_px == 208
    assert Settings.load(tmp_path).values.cell_px == 208


def test_the_defaults_can_be_restored(dialog, tmp_path):
    settings = Settings.load(tmp_path)
    settings.change("scheme", "dark")
    settings.change("watch", False)
    dialog.show_values(settings.values)
    dialog.changed.connect(settings.change)
    dialog.restore_defaults()
    assert settings.values == Values()
    assert dialog._fields["watch"].findChild(QCheckBox).isChecked()


def test_the_wheel_over_a_control_scrolls_the_page_and_changes_nothing(dialog, changes):
    for name, kind in (("cell_px", QSpinBox), ("scheme", QComboBox)):
        control = dialog._fields[name].findChild(kind)
        control.clearFocus()
        middle = QPointF(control.rect().center())
        wheel = QWheelEvent(
            middle,
            QPointF(control.mapToGlobal(middle.toPoint())),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(control, wheel)
    assert changes == []


def test_pages_can_be_turned_to(dialog, panel):
    for title in PAGES:
        dialog.show_page(title)
        assert dialog._pages.currentIndex() == list(PAGES).index(title)
    dialog.show_page("Models")
    assert panel.isVisible()
    with pytest.raises(ValueError, match="Nowhere"):
        dialog.show_page("Nowhere")


def test_the_search_history_can_be_forgotten(qtbot, dialog):
    button = next(
        one for one in dialog.findChildren(QPushButton) if one.accessibleName() == "Search history: Clear"
    )
    with qtbot.waitSignal(dialog.history_clear_wanted):
        button.click()


def test_tab_leads_from_the_pages_to_what_can_be_chosen_there(qtbot, dialog):
    dialog.show()
    navigation = dialog.findChild(QListWidget)
    navigation.setFocus()
    names = []
    for _ in range(5):
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
        here = dialog.focusWidget()
        names.append(here.accessibleName() or here.text())
    assert names == [
        "Colours", "Size of photos", "Group photos by", "Show similar photos as one", "Restore defaults",
    ]  # fmt: skip


def test_an_action_can_be_added(qtbot, dialog):
    done: list[str] = []
    dialog.add_action("Advanced", "Log", "For a report.", "Open folder", lambda: done.append("opened"))
    next(one for one in dialog.findChildren(QPushButton) if one.text() == "Open folder").click()
    assert done == ["opened"]


def test_escape_closes(qtbot, dialog):
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


@pytest.mark.parametrize("points", [9, 24])
def test_no_name_of_a_page_is_cut_with_large_letters(qtbot, qapp, panel, points):
    before = qapp.font()
    large = QFont(before)
    large.setPointSize(points)
    qapp.setFont(large)
    try:
        dialog = SettingsDialog(Values(), panel)
        qtbot.addWidget(dialog)
        dialog.show()
        navigation = dialog.findChild(QListWidget)
        assert navigation is not None
        delegate, option = cast("QStyledItemDelegate", navigation.itemDelegate()), QStyleOptionViewItem()
        for row in range(navigation.count()):
            index = navigation.model().index(row, 0)
            delegate.initStyleOption(option, index)
            option.rect = navigation.visualRect(index)
            option.widget = navigation
            room = navigation.style().subElementRect(
                QStyle.SubElement.SE_ItemViewItemText, option, navigation
            )
            assert navigation.fontMetrics().horizontalAdvance(index.data()) <= room.width()
    finally:
        qapp.setFont(before)
