"""Brings rows to the grid that were worked out away from the window's thread."""

from collections.abc import Callable

from desktop_app.library import LibraryError
from desktop_app.ui.background.runner import Background
from desktop_app.ui.grid.ahead import Ahead, Plan
from desktop_app.ui.grid.model import PhotosModel


class ComingRows:
    """Reads and works out on a pool thread, and lets the model take what comes of it. GUI thread."""

    def __init__(self, model: PhotosModel, background: Background) -> None:
        """Take the model and what runs work."""
        self._model = model
        self._background = background

    def bring(
        self,
        plan: Callable[[Ahead], Plan],
        shown: Callable[[Plan], None],
        failed: Callable[[LibraryError], None] | None = None,
        *,
        channel: str,
    ) -> None:
        """Work rows out and show them; again where the rows have become others meanwhile.

        Args:
            plan: Reads what is needed and works it out; runs on a pool thread.
            shown: Called when the model shows it.
            failed: As for `Background.run`.
            channel: As for `Background.run`: a newer call there takes the place of this one.
        """
        ahead = self._model.ahead()

        def take(made: Plan) -> None:
            if self._model.take(made):
                shown(made)
            else:
                self.bring(made.again, shown, failed, channel=channel)

        self._background.run(lambda: plan(ahead), take, failed, channel=channel)
