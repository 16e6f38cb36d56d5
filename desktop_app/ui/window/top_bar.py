"""The row above everything: folders on and off, the search field, the size of the photos, the menu."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSlider, QToolButton, QWidget

from desktop_app.ui.grid.photos_view import LEAST_CELL_PX, MOST_CELL_PX
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import tool_button
from desktop_app.ui.search.bar import SearchBar

FIELD_WIDTH_PX = 760
_SLIDER_WIDTH_PX = 120
# A field in the middle leaves room unused beside it; one narrower than this needs that.
_LEAST_CENTRED_PX = 360
# Below this the two buttons must do for the size of the photos.
_NARROW_PX = 800
_ZOOM_STEP_PX = 32


class TopBar(QWidget):
    """Holds the search field in the middle and the tools at both ends.

    Attributes:
        search: The field.
        panel: The button that shows and hides the folders; checked while they are shown.

    Signals:
        zoom_wanted(int): The photos shall have this width, in device-independent pixels.
    """

    zoom_wanted = Signal(int)

    def __init__(self, menu: QMenu, parent: QWidget | None = None) -> None:
        """Lay the row out.

        Args:
            menu: What the button at the end opens.
            parent: Owner, as for any widget.
        """
        super().__init__(parent)
        self.search = SearchBar()
        self.panel = tool_button("panel", "Show or hide the folders (F9)")
        self.panel.setCheckable(True)
        self._zoom = self._made_zoom()
        self._menu = tool_button("more", "Menu (F10)")
        self._menu.setMenu(menu)
        self._menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._lay_out()

    def show_zoom(self, cell_px: int) -> None:
        """Put the slider where the photos' width is, without a signal."""
        blocked = self._slider.blockSignals(True)
        self._slider.setValue(cell_px)
        self._slider.blockSignals(blocked)

    def show_tools(self, *, shown: bool) -> None:
        """Show what only makes sense while there are photos."""
        for tool in (self._zoom, self.panel, self.search):
            tool.setVisible(shown)
        self._place_field()

    def open_menu(self) -> None:
        """Open the menu below its button."""
        self._menu.showMenu()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the field in the middle, and leave it its room in a narrow window."""
        super().resizeEvent(event)
        self._place_field()

    def event(self, event: QEvent) -> bool:
        """Place the field anew when the tools want another room, as with another font."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._place_field()
        return super().event(event)

    def _made_zoom(self) -> QWidget:
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(LEAST_CELL_PX, MOST_CELL_PX)
        self._slider.setSingleStep(_ZOOM_STEP_PX // 2)
        self._slider.setPageStep(_ZOOM_STEP_PX)
        self._slider.setFixedWidth(_SLIDER_WIDTH_PX)
        self._slider.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._slider.setAccessibleName("Size of the photos")
        self._slider.setToolTip("Size of the photos (Ctrl and the mouse wheel)")
        self._slider.valueChanged.connect(self.zoom_wanted)
        smaller, larger = tool_button("zoom-out", "Smaller photos"), tool_button("zoom-in", "Larger photos")
        smaller.clicked.connect(lambda: self._slider.setValue(self._slider.value() - _ZOOM_STEP_PX))
        larger.clicked.connect(lambda: self._slider.setValue(self._slider.value() + _ZOOM_STEP_PX))
        zoom = QWidget()
        row = QHBoxLayout(zoom)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE.tiny)
        for part in (smaller, self._slider, larger):
            row.addWidget(part)
        return zoom

    def _lay_out(self) -> None:
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE.small, theme.SPACE.small, theme.SPACE.small, theme.SPACE.small)
        row.setSpacing(theme.SPACE.small)
        end = QWidget()
        tools = QHBoxLayout(end)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(theme.SPACE.small)
        tools.addStretch(1)
        tools.addWidget(self._zoom)
        tools.addWidget(self._menu)
        self._beginning, self._end = QWidget(), end
        self._front = front = QHBoxLayout(self._beginning)
        front.setContentsMargins(0, 0, 0, 0)
        front.addWidget(self.panel)
        front.addStretch(1)
        # Chips below the field make the row higher; the tools stay beside the field.
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(self._beginning, 0, top)
        row.addWidget(self.search)
        row.addWidget(end, 1, top)
        self.setTabOrder(self.panel, self.search)
        self._place_field()

    def _place_field(self) -> None:
        """Put the field in the middle of the window, where there is room for that.

        Its place follows from the width of the window alone: whatever comes and goes below it, it does not move.
        """
        self._slider.setVisible(self.width() >= _NARROW_PX)
        beside = self.search.beside_px()
        margins, gap = self._row.contentsMargins(), theme.SPACE.small
        left = margins.left() + self._front.sizeHint().width() + gap
        right = self.width() - margins.right() - self._end.sizeHint().width() - gap
        centred = min(FIELD_WIDTH_PX, 2 * (right - beside - self.width() // 2))
        if centred >= _LEAST_CENTRED_PX:
            field, left = centred, (self.width() - centred) // 2
        else:
            field = min(FIELD_WIDTH_PX, right - left - beside)
        self._beginning.setFixedWidth(max(0, left - gap - margins.left()))
        self.search.setFixedWidth(max(0, field + beside))
