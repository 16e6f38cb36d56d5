"""What changed of a list by date since it was read, so that only that is asked for."""

from desktop_app.library import PhotosChanged
from desktop_app.ui.search.question import Question


class ListedChanges:
    """Remembers whose list is shown, and which photos it may be wrong about.

    Changes may be heard at any time: before a list, while it is on its way, while changes of it are. None is forgotten
    before an answer that was asked for later has arrived.
    """

    def __init__(self) -> None:
        self._shown: Question | None = None
        # Heard since they were last asked about; being asked about.
        self._heard: set[int] = set()
        self._asked: set[int] = set()
        # More changed than was named, since a whole list was last asked for.
        self._is_everything = False

    def hear(self, event: PhotosChanged) -> None:
        """Take what the engine says."""
        self._is_everything |= event.everything
        self._heard |= event.added | event.removed | event.changed

    def begin(self) -> None:
        """Say that a whole list is asked for, or none is shown any more: what was heard until now is of no account."""
        self._shown = None
        self._heard.clear()
        self._asked.clear()
        self._is_everything = False

    def show(self, question: Question) -> None:
        """Say that the whole list of this question has arrived and is shown."""
        self._shown = question

    def to_ask(self, question: Question) -> frozenset[int] | None:
        """Return the photos to ask about, and note that they are; None where the whole list has to be asked for.

        What was asked about before and has not been answered is among them: who asks gives up the earlier answer.
        """
        if self._is_everything or self._shown != question:
            return None
        self._asked |= self._heard
        self._heard.clear()
        return frozenset(self._asked)

    def answered(self) -> None:
        """Say that what was last asked about is shown."""
        self._asked.clear()
