"""The settings window: opened when first wanted; what is chosen there counts at once."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from desktop_app.settings import Settings, Value
from desktop_app.ui.look import theme
from desktop_app.ui.look.late import Late
from desktop_app.ui.window.main_window import MainWindow

# What the settings window shows is imported and made with it: that takes a tenth of a second, and more of a start.
if TYPE_CHECKING:
    from desktop_app.ui.folders.exclusions_panel import ExclusionsPanel
    from desktop_app.ui.models.panel import ModelPanel
    from desktop_app.ui.settings.connections_panel import ConnectionsPanel
    from desktop_app.ui.settings.dialog import SettingsDialog
    from desktop_app.ui.settings.space_panel import SpacePanel


class SettingsFlow(QObject):
    """Connects the person's choices with the window.

    Attributes:
        settings: The choices.
        panel: The list of models, part of the settings window.
        exclusions: What is left out, the same.
        space: What takes space, the same.
        connections: What was connected to, the same.

    Signals:
        help_wanted(str): The person wants to read about the page of the settings with this title.
    """

    help_wanted = Signal(str)

    def __init__(self, settings: Settings, window: MainWindow, log_folder: Path) -> None:
        """Dress the window as the person chose.

        Args:
            settings: The choices.
            window: What they apply to.
            log_folder: Can be opened from the settings.
        """
        super().__init__(window)
        self.settings = settings
        self._window = window
        self._log_folder = log_folder
        self.panel = Late(self._make_panel)
        self.exclusions = Late(_make_exclusions)
        self.space = Late(_make_space)
        self.connections = Late(_make_connections)
        self._made: SettingsDialog | None = None
        self._stop_observing = settings.observe(self._apply)
        window.menus.settings.triggered.connect(self.show_settings)
        view = window.pages.photos.view
        view.zoom_changed.connect(self._remember_zoom)
        window.top.zoom_wanted.connect(view.set_cell_px)
        self._apply("cell_px", settings.values.cell_px)
        window.top.show_zoom(view.cell_px())

    def show_settings(self) -> None:
        """Open the settings."""
        dialog = self.dialog()
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def show_models(self) -> None:
        """Open the settings at the list of models."""
        from desktop_app.ui.settings.dialog import MODEL_PAGE

        self.dialog().show_page(MODEL_PAGE)
        self.show_settings()

    def dialog(self) -> "SettingsDialog":
        """Return the settings window, made when it is first wanted: that takes a tenth of a second of the start."""
        if self._made is None:
            self._made = self._make_dialog()
        return self._made

    def close(self) -> None:
        """Close the settings window and stop observing."""
        self._stop_observing()
        if self._made is not None:
            self._made.close()

    def _make_panel(self) -> "ModelPanel":
        from desktop_app.ui.models.panel import ModelPanel

        made = ModelPanel()
        made.allow_network(self.settings.values.network)
        made.privacy_wanted.connect(self._show_privacy)
        return made

    def _show_privacy(self) -> None:
        from desktop_app.ui.settings.dialog import PRIVACY_PAGE

        self.dialog().show_page(PRIVACY_PAGE)

    def _make_dialog(self) -> "SettingsDialog":
        from desktop_app.ui.settings.dialog import SettingsDialog

        dialog = SettingsDialog(
            self.settings.values,
            self.panel(),
            self._window,
            leave_out_panel=self.exclusions(),
            space_panel=self.space(),
            connections_panel=self.connections(),
        )
        dialog.add_action(
            "Advanced",
            "Log files",
            "What happened lately, for a report of a problem. They stay on this computer.",
            "Open folder",
            lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._log_folder))),
        )
        dialog.changed.connect(self._take)
        dialog.history_clear_wanted.connect(self._clear_history)
        dialog.help_wanted.connect(self.help_wanted)
        return dialog

    def _take(self, name: str, value: Value) -> None:
        self.settings.change(name, value)
        if self.settings.problems:
            self._window.notices.show_notice(self.settings.problems[-1], kind="warning", key="settings")

    def _apply(self, name: str, value: Value) -> None:
        """Let one choice count."""
        if name == "scheme":
            app = QApplication.instance()
            if isinstance(app, QApplication):
                theme.apply(app, cast("theme.Scheme", value))
        elif name == "cell_px" and isinstance(value, int):
            self._window.pages.photos.view.set_cell_px(value)
        elif name == "network":
            if (panel := self.panel.made()) is not None:
                panel.allow_network(bool(value))
        elif name == "keep_history" and not value:
            self._window.top.search.set_history([])

    def _remember_zoom(self, cell_px: int) -> None:
        self._window.top.show_zoom(cell_px)
        self.settings.change("cell_px", cell_px, later=True)
        if self._made is not None:
            self._made.show_value("cell_px", cell_px)

    def _clear_history(self) -> None:
        self.settings.clear_history()
        self._window.top.search.set_history([])


def _make_exclusions() -> "ExclusionsPanel":
    from desktop_app.ui.folders.exclusions_panel import ExclusionsPanel

    return ExclusionsPanel()


def _make_space() -> "SpacePanel":
    from desktop_app.ui.settings.space_panel import SpacePanel

    return SpacePanel()


def _make_connections() -> "ConnectionsPanel":
    from desktop_app.ui.settings.connections_panel import ConnectionsPanel

    return ConnectionsPanel()
