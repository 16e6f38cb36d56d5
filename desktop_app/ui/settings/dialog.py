"""The settings window: made from the declarations, applied at once, open beside the photos."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.settings import DECLARATIONS, Value, Values
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.enter_key import press_with_enter
from desktop_app.ui.settings.fields import ActionRow, Field, Hairline, field_for

MODEL_PAGE = "Models"
PRIVACY_PAGE = "Privacy"
CONNECTIONS_PAGE = "Connections"
LEAVE_OUT_PAGE = "Leave out"
SPACE_PAGE = "Space"
PAGES = {
    "Appearance": "sun",
    "Indexing": "folder",
    LEAVE_OUT_PAGE: "folder-off",
    MODEL_PAGE: "sparkles",
    SPACE_PAGE: "stack",
    PRIVACY_PAGE: "check",
    CONNECTIONS_PAGE: "external",
    "Advanced": "settings",
}
NAVIGATION_WIDTH_PX = 168
# The drawing, and what the style leaves free around it and the words.
_BESIDE_TITLE_PX = 84

# A window as large as the screen leaves no room for its frame.
_MOST_OF_SCREEN = 0.92


class SettingsDialog(QDialog):
    """A page for each group of settings; what is chosen counts at once, and there is nothing to confirm.

    Signals:
        changed(str, object): The person chose an allowed value; carries the setting's name and the value.
        history_clear_wanted(): The remembered searches shall be forgotten.
        help_wanted(str): The person wants to read about the page of this title.
    """

    changed = Signal(str, object)
    history_clear_wanted = Signal()
    help_wanted = Signal(str)

    def __init__(
        self,
        values: Values,
        model_panel: QWidget | None = None,
        parent: QWidget | None = None,
        *,
        leave_out_panel: QWidget | None = None,
        space_panel: QWidget | None = None,
        connections_panel: QWidget | None = None,
    ) -> None:
        """Show values.

        Args:
            values: What is chosen now.
            model_panel: What the page "Models" shows; the dialog takes it over.
            parent: The window it belongs to.
            leave_out_panel: What the page "Leave out" shows; the dialog takes it over, too.
            space_panel: What the page "Space" shows, the same.
            connections_panel: What the page "Connections" shows, the same.
        """
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self.setModal(False)
        press_with_enter(self)
        self._fit_screen()
        self._fields: dict[str, Field] = {}
        self._cards: dict[str, QVBoxLayout] = {}
        self._navigation = QListWidget()
        self._pages = QStackedWidget()
        panels = {
            MODEL_PAGE: model_panel,
            LEAVE_OUT_PAGE: leave_out_panel,
            SPACE_PAGE: space_panel,
            CONNECTIONS_PAGE: connections_panel,
        }
        for title in PAGES:
            self._add_page(title, panels.get(title))
        for declaration in DECLARATIONS:
            if declaration.group:
                self._add_field(field_for(declaration), declaration.group)
        self.add_action(
            PRIVACY_PAGE,
            CONNECTIONS_PAGE,
            "Every connection that was ever made, with its reason.",
            "Show",
            lambda: self.show_page(CONNECTIONS_PAGE),
        )
        self.add_action(
            PRIVACY_PAGE,
            "Search history",
            "Forgets the searches so far.",
            "Clear",
            self.history_clear_wanted.emit,
        )
        self.show_values(values)
        self._lay_out()
        theme.current().changed.connect(self._dress)

    def _fit_screen(self) -> None:
        """Take the size that shows every page whole, or what the screen has."""
        room = self.screen().availableSize() * _MOST_OF_SCREEN
        self.resize(QSize(780, 540).boundedTo(room))

    def show_values(self, values: Values) -> None:
        """Show all values as they are now."""
        for name, field in self._fields.items():
            field.show_value(getattr(values, name))

    def show_value(self, name: str, value: Value) -> None:
        """Show one value that changed elsewhere; made to be given to `Settings.observe`."""
        if name in self._fields:
            self._fields[name].show_value(value)

    def show_page(self, title: str) -> None:
        """Turn to a page.

        Raises:
            ValueError: There is no such page.
        """
        self._navigation.setCurrentRow(list(PAGES).index(title))

    def add_action(self, page: str, label: str, says: str, action: str, run: Callable[[], object]) -> None:
        """Add a row with a button to a page, such as "Open the log folder"."""
        self._add_row(ActionRow(label, says, action, run), page)

    def restore_defaults(self) -> None:
        """Choose the default of every setting on these pages."""
        for name, field in self._fields.items():
            default = field.declaration.default
            field.show_value(default)
            self.changed.emit(name, default)

    def _add_page(self, title: str, content: QWidget | None) -> None:
        item = QListWidgetItem(title)
        item.setSizeHint(QSize(0, 36))
        self._navigation.addItem(item)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(theme.SPACE.huge, theme.SPACE.large, theme.SPACE.huge, theme.SPACE.huge)
        column.setSpacing(theme.SPACE.large)
        column.addWidget(theme.set_title(QLabel(title), 1.4))
        if content is not None and content.sizePolicy().verticalPolicy() is QSizePolicy.Policy.Expanding:
            column.addWidget(content, 1)
            self._pages.addWidget(_scrolling(page))
            return
        if content is not None:
            column.addWidget(content)
        else:
            card = QFrame()
            theme.set_card(card)
            self._cards[title] = QVBoxLayout(card)
            self._cards[title].setContentsMargins(0, 0, 0, 0)
            self._cards[title].setSpacing(0)
            column.addWidget(card)
        column.addStretch(1)
        self._pages.addWidget(_scrolling(page))

    def _add_field(self, field: Field, page: str) -> None:
        self._fields[field.declaration.name] = field
        field.changed.connect(self.changed)
        self._add_row(field, page)

    def _add_row(self, row: QWidget, page: str) -> None:
        card = self._cards[page]
        if card.count():
            card.addWidget(Hairline())
        card.addWidget(row)

    def _lay_out(self) -> None:
        self._navigation.setAccessibleName("Pages of the settings")
        self._navigation.ensurePolished()
        widest = max(self._navigation.fontMetrics().horizontalAdvance(title) for title in PAGES)
        self._navigation.setFixedWidth(max(NAVIGATION_WIDTH_PX, widest + _BESIDE_TITLE_PX))
        self._navigation.setIconSize(QSize(18, 18))
        self._navigation.setFrameShape(QFrame.Shape.NoFrame)
        self._navigation.currentRowChanged.connect(self._pages.setCurrentIndex)
        self._navigation.setCurrentRow(0)
        self._dress()
        top = QHBoxLayout()
        top.setSpacing(0)
        top.addWidget(self._navigation)
        top.addWidget(self._pages, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top, 1)
        column.addWidget(Hairline())
        column.addLayout(self._bottom())
        QShortcut(QKeySequence(QKeySequence.StandardKey.Close), self, self.close)
        QShortcut(QKeySequence("F1"), self, self._ask_for_help)

    def _bottom(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(theme.SPACE.medium, theme.SPACE.small, theme.SPACE.large, theme.SPACE.small)
        restore = QPushButton("Restore defaults")
        restore.setFlat(True)
        restore.clicked.connect(self.restore_defaults)
        about = QPushButton("Help")
        about.setFlat(True)
        about.setToolTip("What is said about this page (F1)")
        about.clicked.connect(self._ask_for_help)
        close = QPushButton("Close")
        close.clicked.connect(self.close)
        # Enter in a field finishes the field, and must not press a button.
        for button in (restore, about, close):
            button.setAutoDefault(False)
        row.addWidget(restore)
        row.addWidget(about)
        row.addStretch(1)
        row.addWidget(close)
        return row

    def _ask_for_help(self) -> None:
        self.help_wanted.emit(list(PAGES)[self._navigation.currentRow()])

    def _dress(self) -> None:
        """Tint the navigation for the colours of now."""
        colours = theme.colours()
        self._navigation.setStyleSheet(
            f"QListWidget {{ background: {colours.window}; padding: {theme.SPACE.medium}px {theme.SPACE.small}px; }}"
            f"QListWidget::item {{ border-radius: {theme.RADIUS}px; padding-left: {theme.SPACE.small}px; }}"
            f"QListWidget::item:hover {{ background: {colours.hover}; }}"
            f"QListWidget::item:selected {{ background: {colours.wash}; color: {colours.text}; }}"
            f"QListWidget::item:focus {{ border: 2px solid {colours.accent}; padding-left: {theme.SPACE.small - 2}px; }}"
        )
        for row, icon in enumerate(PAGES.values()):
            self._navigation.item(row).setIcon(_steady(icon))


def _scrolling(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(page)
    # Where it is nothing would be seen to have the keys; what has them in it is scrolled to, and hands on the rest.
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


def _steady(name: str) -> QIcon:
    """Return a drawing that keeps its colour when its row is chosen, for the row's ground stays pale."""
    found = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        for side in (18, 36):
            found.addPixmap(icons.pixmap(name, side, "text"), mode)
    return found
