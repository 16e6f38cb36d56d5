"""The window: asks the engine, shows what it says, decides nothing."""

import PySide6.QtCore  # noqa: F401  # what the next line changes comes with it

from desktop_app.importing import no_sources_are_read

# Before any module of the window is imported, and those of the engine that come with it.
no_sources_are_read()
