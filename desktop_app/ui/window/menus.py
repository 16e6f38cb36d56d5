"""Every action of the window with its keys, and the menu that lists them."""

import sys

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from desktop_app.ui.look import icons

KEYS = (
    ("Type", "Search; an empty field shows all photos by date"),
    ("/  or  Ctrl+F", "To the search field"),
    ("Shift+F1", "What can be typed there: minus, plus, filters"),
    ("Ctrl+L", "Filters: date, folder, type, camera, shape, rating"),
    ("↓", "From the search field to the photos; ↑ brings earlier searches back"),
    ("Space", "Look at a photo; again, or Esc, to go back"),
    ("Enter", "Open it in another application"),
    ("E", "Show all photos of a stack, or one for all again"),
    ("M", "Find photos like this one, or like all that are selected"),
    ("U  ·  D", "More like this  ·  Less like this: refine the search"),
    ("R", "In the photo view: draw a rectangle and find what is in it"),
    ("Ctrl+C", "Copy the selected files;  Ctrl+Shift+C: their paths"),
    ("Ctrl+V", "Search with a picture from the clipboard"),
    ("Ctrl and wheel", "Larger or smaller photos"),
    ("F1", "Help on where you are;  Ctrl+F1: these keys"),
    ("F5", "Look through the folders again"),
    ("F9  ·  F11", "Folders  ·  Full screen; F too, while one photo is shown"),
    ("Ctrl+,", "Settings"),
)
"""What the keys do, for people."""


class Menus(QObject):
    """Actions, ready to be connected; all of them work by their keys wherever the focus is.

    Attributes:
        menu: Lists them.
        add_folder, refresh, failures, panel, larger, smaller, full_screen, settings, help, language, keys, about, quit:
            Shown there.
        search, filters, paste, open_menu, back: Heard by their keys only.
    """

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.menu = QMenu(window)
        control = "Meta" if sys.platform == "darwin" else "Ctrl"
        self.add_folder = self._listed("Add folder…", "folder-add", "Ctrl+Shift+O")
        self.refresh = self._listed("Look for changes", "refresh", "F5", "Ctrl+R")
        self.failures = self._listed("Photos that could not be used", "warning")
        self.menu.addSeparator()
        self.panel = self._listed("Show or hide folders", "panel", "F9")
        self.larger = self._listed("Larger photos", "zoom-in", "Ctrl++", "Ctrl+=")
        self.smaller = self._listed("Smaller photos", "zoom-out", "Ctrl+-")
        self.as_one = self._switch("Show similar photos as one")
        self.full_screen = self._listed("Full screen", "fit", "F11", *_full_screen_keys(control))
        self.menu.addSeparator()
        self.settings = self._listed("Settings…", "settings", "Ctrl+,")
        self.help = self._listed("Help", "help", "F1", "Ctrl+?")
        self.language = self._listed("What can be searched for", "search", "Shift+F1")
        self.keys = self._listed("Keys", "info", "Ctrl+F1")
        self.about = self._listed("About Vislumbre", "sparkles")
        self.menu.addSeparator()
        self.quit = self._listed("Quit", "close", "Ctrl+Q", "Ctrl+W")
        # macOS moves these to where people look for them.
        self.settings.setMenuRole(QAction.MenuRole.PreferencesRole)
        self.about.setMenuRole(QAction.MenuRole.AboutRole)
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)
        self.search = self._action("Search", "Ctrl+F", "/")
        self.filters = self._action("Filters", "Ctrl+L")
        self.paste = self._action("Search with the picture on the clipboard", "Ctrl+V")
        self.open_menu = self._action("Menu", "F10")
        if sys.platform == "darwin":
            window.menuBar().addMenu(self.menu).setText("Vislumbre")

    def _listed(self, text: str, icon: str, *keys: str) -> QAction:
        action = self._action(text, *keys)
        icons.set_icon(action, icon)
        self.menu.addAction(action)
        return action

    def _switch(self, text: str) -> QAction:
        # Without a drawing, for that would take the place of the check mark.
        action = self._action(text)
        action.setCheckable(True)
        self.menu.addAction(action)
        return action

    def _action(self, text: str, *keys: str) -> QAction:
        action = QAction(text, self)
        action.setShortcuts([QKeySequence(key) for key in keys])
        # On the window too, for a menu's own keys sleep until it was opened.
        self._window.addAction(action)
        return action


def _full_screen_keys(control: str) -> tuple[str, ...]:
    return ("Ctrl+Meta+F",) if control == "Meta" else ()
