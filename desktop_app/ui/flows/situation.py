"""What the window knows of the library just now, and the pages that follow from it when there are no photos."""

from collections.abc import Callable
from dataclasses import dataclass

from desktop_app.library import Answer, LibraryError
from desktop_app.ui.look import wording
from desktop_app.ui.search.example_tokens import readable
from desktop_app.ui.search.question import Like, Question, Words
from desktop_app.ui.window.pages import Page, Pages


@dataclass(frozen=True, slots=True)
class Remedy:
    """What helps, as a button.

    Attributes:
        action: What the button says.
        run: What it does.
    """

    action: str
    run: Callable[[], None]


@dataclass(slots=True)
class Situation:
    """The state of affairs, as told by the engine's events. Written by the flows, on the GUI thread.

    Attributes:
        folders: How many folders are chosen.
        usable: How many photos and videos of theirs are known, without those that could not be used.
        failed: How many could not be used.
        expecting: How many folders were added that the engine has not come to yet.
        working: Whether photos are being looked for or indexed.
        looked: Whether the folders were looked through since the start; until then nobody knows what is in them.
        held: What indexing waits for by itself, to be read after “waits”; empty when for nothing.
        model_loading: Whether searching by meaning has to wait for its model.
        remedy_of: Returns the button that brings the model of a key into use; None where there is none.
    """

    folders: int = 0
    usable: int = 0
    failed: int = 0
    expecting: int = 0
    working: bool = False
    looked: bool = False
    held: str = ""
    model_loading: bool = True
    remedy_of: Callable[[str], Remedy | None] = lambda _key: None


class EmptyStates:
    """The pages shown in place of photos: why there are none, with one button that may help."""

    def __init__(
        self,
        pages: Pages,
        situation: Situation,
        *,
        add_folder: Callable[[], None],
        choose_model: Callable[[], None],
        clear_search: Callable[[], None],
        go_on: Callable[[], None],
        show_failures: Callable[[], None],
    ) -> None:
        """Remember where to say it, and what the buttons do."""
        self._pages = pages
        self._situation = situation
        self._add_folder = add_folder
        self._choose_model = choose_model
        self._clear_search = clear_search
        self._go_on = go_on
        self._show_failures = show_failures

    def say_no_photos(self) -> None:
        """Say why the library is empty: nothing chosen, nothing read yet, nothing that can be used, or nothing there."""
        if not self._situation.folders:
            self._pages.show_page(Page.WELCOME)
        elif self._situation.working or not self._situation.looked:
            self._say_just_begun()
        elif self._situation.failed:
            number = self._situation.failed
            self._pages.say(
                "warning",
                "None of your photos could be used",
                f"{wording.counted(number, 'file')} {'was' if number == 1 else 'were'} found, unchanged on your disk.",
                action="Show why…",
                run=self._show_failures,
                tone="warning",
            )
        else:
            self._pages.say(
                "image-off",
                "There are no photos in your folders",
                "Vislumbre shows JPEG, PNG, HEIC, RAW, WebP, AVIF, TIFF, GIF and BMP pictures as soon as there are some.",
                action="Add another folder…",
                run=self._add_folder,
            )

    def say_nothing_found(self, question: Question, answer: Answer) -> None:
        """Say that nothing was found."""
        if not self._situation.folders:
            self._pages.show_page(Page.WELCOME)
        elif self._situation.working:
            self._say_just_begun()
        elif answer.filtered == 0:
            self.say_nothing_kept()
        elif answer.model is None and isinstance(question, Words):
            self._pages.say(
                "search",
                "Nothing found by name",
                f"No photo or folder is called “{_short(readable(question.text))}”. Without a model, only names can be searched.",
                action="Choose a model…",
                run=self._choose_model,
            )
        elif isinstance(question, Like):
            self._pages.say(
                "image-off", "No other photo is like this one", "There is nothing to compare it with yet."
            )
        else:
            self._pages.say(
                "search",
                "Nothing found",
                "No photo fits. Try other words, or fewer of them.",
                action="Show all photos",
                run=self._clear_search,
            )

    def say_nothing_kept(self) -> None:
        """Say that the filters keep none of the photos, or that there are none."""
        if not self._situation.folders:
            self._pages.show_page(Page.WELCOME)
        elif self._situation.working:
            self._say_just_begun()
        elif self._situation.looked and not self._situation.usable:
            self.say_no_photos()
        else:
            self._pages.say(
                "filter",
                "No photo passes these filters",
                "Take one out below the search field, or make it wider.",
                action="Show all photos",
                run=self._clear_search,
            )

    def say_wait(self) -> None:
        """Say why the answer takes long, where that is known."""
        if self._situation.model_loading:
            self._pages.say_busy(
                "sparkles",
                "The model is being loaded",
                "That takes a few seconds after the start. Your answer comes as soon as it is there.",
            )

    def say_failed(self, error: LibraryError, again: Callable[[], None]) -> None:
        """Say that the question could not be answered, with a button that runs `again`."""
        self._pages.say(
            "warning",
            "That did not work",
            f"{error.sentence} {error.hint}".strip(),
            action="Try again",
            run=again,
            tone="warning",
        )

    def _say_just_begun(self) -> None:
        if self._situation.held:
            self._pages.say(
                "image",
                "Your photos are not indexed yet",
                f"Indexing waits {self._situation.held}, as chosen in the settings.",
                action="Go on anyway",
                run=self._go_on,
            )
            return
        self._pages.say_busy(
            "image",
            "Looking through your photos",
            "The first ones appear here in a moment. You can search while the rest is being read.",
        )


def _short(text: str) -> str:
    shown = wording.shown(text)
    return shown if len(shown) <= 40 else f"{shown[:40]}…"
