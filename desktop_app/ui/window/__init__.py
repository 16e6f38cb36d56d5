"""The main window: pages, top bar, menus, notices, what it remembers."""
