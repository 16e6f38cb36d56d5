"""From which day to which: two fields to type in, a calendar for each, and the years there are."""

from datetime import datetime
from typing import Final

from PySide6.QtCore import QDate, QLocale, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCalendarWidget,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.popover import Popover
from desktop_app.ui.search import query_edit

_MOST_YEARS: Final = 5
_DAY: Final = "yyyy-MM-dd"


class DayRange(QWidget):
    """Fields for the first and the last day that photos were taken on: what the filter `date:` shall say.

    Attributes:
        first: The first day, as it is typed: a day, a month or a year.
        last: The last one, included.
        years: Buttons for the newest years.
        calendar: The month below a field, while one is open.

    Signals:
        typed(): A field is being edited.
        chosen(): A day or a year was chosen with the mouse or a key.
        done(): Enter was pressed.
    """

    typed = Signal()
    chosen = Signal()
    done = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.calendar = _Calendar(self)
        self.calendar.day_chosen.connect(self._take_day)
        self._to = QLineEdit()
        self.first = self._made_field("First day", "first day")
        self.last = self._made_field("Last day", "last day")
        self.years: list[QPushButton] = []
        self._row = QWidget()
        chips = QHBoxLayout(self._row)
        chips.setContentsMargins(0, 0, 0, 0)
        chips.setSpacing(theme.SPACE.tiny)
        chips.addStretch(1)
        fields = QHBoxLayout()
        fields.setSpacing(theme.SPACE.small)
        fields.addWidget(self.first)
        fields.addWidget(theme.set_subtle(QLabel("to")))
        fields.addWidget(self.last)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE.tiny)
        column.addLayout(fields)
        column.addWidget(self._row)

    def show_bounds(self, oldest: datetime | None, newest: datetime | None) -> None:
        """Offer the years of the photos, the newest first, and keep the calendars within them."""
        for button in self.years:
            button.deleteLater()
        self.years = []
        chips = self._row.layout()
        newest_year = newest.year if newest else 0
        first_year = max(oldest.year, newest_year - _MOST_YEARS + 1) if oldest else 1
        for year in range(newest_year, first_year - 1, -1) if oldest and newest else ():
            button = QPushButton(str(year))
            button.setProperty("kind", "chip")
            button.setAccessibleName(f"Photos of {year}")
            button.clicked.connect(self._take_year)
            self.years.append(button)
            if isinstance(chips, QHBoxLayout):
                chips.insertWidget(chips.count() - 1, button)
        self._row.setVisible(bool(self.years))
        if oldest and newest:
            self.calendar.show_bounds(_date(oldest), _date(newest))

    def show_span(self, said: str) -> None:
        """Show what `date:` says now, without a signal."""
        first, dots, last = said.partition("..")
        self.first.setText(first)
        self.last.setText(last.lstrip(".") if dots else first)

    def span(self) -> str:
        """Return what `date:` shall say of these two days; one of them may be missing."""
        first, last = query_edit.one_line(self.first.text()), query_edit.one_line(self.last.text())
        return first if first == last else f"{first}..{last}"

    def open_calendar(self, field: QLineEdit) -> None:
        """Open the calendar below a field, at the day it says if it says one."""
        self._to = field
        self.calendar.show_day(QDate.fromString(query_edit.one_line(field.text()), _DAY))
        self.calendar.show_below(field)

    def _made_field(self, name: str, hint: str) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName(name)
        field.setPlaceholderText(hint)
        field.setToolTip("A day, a month or a year: 2023-06-15, 2023-06, 2023")
        action = QAction("Calendar", field)
        icons.set_icon(action, "calendar", "subtle")
        action.triggered.connect(lambda: self.open_calendar(field))
        field.addAction(action, QLineEdit.ActionPosition.TrailingPosition)
        field.textEdited.connect(lambda _text: self.typed.emit())
        field.returnPressed.connect(self.done)
        return field

    def _take_day(self, day: QDate) -> None:
        self._to.setText(day.toString(_DAY))
        self.chosen.emit()

    def _take_year(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            is_same = self.span() == button.text()
            self.show_span("" if is_same else button.text())
            self.chosen.emit()


class _Calendar(Popover):
    """A month to choose a day from.

    Signals:
        day_chosen(QDate): This one.
    """

    day_chosen = Signal(QDate)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Calendar", parent)
        self.month = QCalendarWidget()
        self.month.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.month.setFirstDayOfWeek(QLocale().firstDayOfWeek())
        plain = self.month.weekdayTextFormat(Qt.DayOfWeek.Monday)
        for weekend in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.month.setWeekdayTextFormat(weekend, plain)
        for name, icon in (("qt_calendar_prevmonth", "previous"), ("qt_calendar_nextmonth", "next")):
            arrow = self.month.findChild(QToolButton, name)
            if arrow is not None:
                icons.set_icon(arrow, icon)
        self.month.clicked.connect(self._choose)
        self.month.activated.connect(self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE.small, theme.SPACE.small, theme.SPACE.small, theme.SPACE.small)
        column.addWidget(self.month)
        self.setFocusProxy(self.month)

    def show_bounds(self, oldest: QDate, newest: QDate) -> None:
        self.month.setDateRange(oldest, newest)
        self.month.setSelectedDate(newest)

    def show_day(self, day: QDate) -> None:
        if day.isValid():
            self.month.setSelectedDate(day)

    def _choose(self, day: QDate) -> None:
        if self.isVisible():
            self.hide()
            self.day_chosen.emit(day)


def _date(moment: datetime) -> QDate:
    return QDate(moment.year, moment.month, moment.day)
