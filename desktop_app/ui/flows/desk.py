"""What every flow works with: library, window, settings, and what is known of the moment."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_app.settings import Settings
from desktop_app.ui.background.runner import Background
from desktop_app.ui.flows.situation import EmptyStates, Situation
from desktop_app.ui.window.main_window import MainWindow

if TYPE_CHECKING:
    from desktop_app.library import PhotoLibrary


@dataclass(frozen=True, slots=True)
class Desk:
    """One open library, one window, and what lies between them. For the GUI thread.

    Attributes:
        library: Who is asked and who does the work; its maker closes it.
        background: Brings answers to the GUI thread.
        window: Where everything is shown.
        settings: The person's choices.
        situation: What is known of the library just now.
        states: Says why there is nothing to show.
    """

    library: "PhotoLibrary"
    background: Background
    window: MainWindow
    settings: Settings
    situation: Situation
    states: EmptyStates
