"""The person's choices: each declared once with default, bounds, label and help, kept in one TOML file.

The settings form, the file and the checks all come from the fields of `Values`.
A setting that is renamed or changes its meaning raises `VERSION` and gets a function in `UPGRADES`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar, cast

import tomlkit

from desktop_app.settings_file import Content, SettingsFile, Upgrade

VERSION = 1
FILE_NAME = "settings.toml"
HISTORY_LIMIT = 50
TEXT_LIMIT = 4000

Value = bool | int | str
Observer = Callable[[str, Value], None]
T = TypeVar("T", bool, int, str)

UPGRADES: Mapping[int, Upgrade] = MappingProxyType({})
"""By the version they start from: functions that bring the file's plain content one version further, in place."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What there is to know about one setting.

    Attributes:
        name: Key in the file and field of `Values`.
        default: Value when nothing is chosen; its type is the setting's type.
        group: Page of the settings window; empty for a setting that is chosen elsewhere.
        label: A few words for the form.
        help: One sentence that says what changes.
        choices: Allowed texts and what they are called; empty when not a choice.
        least: Smallest allowed number.
        most: Largest allowed number.
        unit: Word after the number.
        least_text: What the form shows instead of the smallest number; empty for the number itself.
        example: Shown in an empty text field.
        pattern: What a text that is not empty must match; empty for any text.
        pattern_text: What is wrong with a text that does not match, to be read after its label.
        restart: Whether a change counts only from the next start on.
    """

    name: str
    default: Value
    group: str = ""
    label: str = ""
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    least: int = 0
    most: int = 0
    unit: str = ""
    least_text: str = ""
    example: str = ""
    pattern: str = ""
    pattern_text: str = ""
    restart: bool = False

    def complaint(self, value: object) -> str:
        """Return what is wrong with a value in words that fit after the label; empty when it is fine."""
        if type(value) is not type(self.default):
            return {bool: "must be true or false", int: "must be a whole number", str: "must be a text"}[
                type(self.default)
            ]
        if isinstance(value, bool):
            return ""
        if isinstance(value, int):
            fits = self.least <= value <= self.most
            return "" if fits else f"must be between {self.least} and {self.most}"
        return self._text_complaint(str(value))

    def _text_complaint(self, text: str) -> str:
        if self.choices:
            names = [name for name, _ in self.choices]
            return "" if text in names else f"must be one of {', '.join(names)}"
        if not _can_be_kept(text):
            return "cannot be kept: it is too long or has characters that no file can hold"
        if text and self.pattern and not re.fullmatch(self.pattern, text):
            return self.pattern_text
        return ""


def _setting(default: T, *, label: str, group: str = "", **more: object) -> T:
    """Declare one setting as a field of `Values`; the arguments are those of `Declaration`."""
    return field(default=default, metadata={"default": default, "label": label, "group": group, **more})


@dataclass(frozen=True, slots=True)
class Values:
    """One value for every setting; what each means is said in its declaration."""

    scheme: str = _setting(
        "system",
        group="Appearance",
        label="Colours",
        help="Light, dark, or as the rest of your computer.",
        choices=(("system", "Like the system"), ("light", "Light"), ("dark", "Dark")),
    )
    cell_px: int = _setting(
        192,
        group="Appearance",
        label="Size of photos",
        help="Width of a photo in the grid. Ctrl and the mouse wheel change it too.",
        least=96,
        most=512,
        unit="px",
    )
    grouping: str = _setting(
        "month",
        group="Appearance",
        label="Group photos by",
        help="Headings between photos that are sorted by date.",
        choices=(("none", "Nothing"), ("day", "Day"), ("month", "Month")),
    )
    as_one: bool = _setting(
        True,
        group="Appearance",
        label="Show similar photos as one",
        help="Bursts, duplicates and edited copies take one place in the grid; a number says how many there are.",
    )
    watch: bool = _setting(
        True,
        group="Indexing",
        label="Notice changes by itself",
        help="New, changed and removed photos are picked up while Vislumbre is open.",
    )
    threads: int = _setting(
        0,
        group="Indexing",
        label="Processor cores",
        help="How many cores indexing may use. Fewer leave more for other programs.",
        least=0,
        most=64,
        least_text="All but one",
        restart=True,
    )
    not_on_battery: bool = _setting(
        True,
        group="Indexing",
        label="Wait while on battery",
        help="New photos are indexed once the computer is plugged in. Searching always works.",
    )
    not_full_screen: bool = _setting(
        True,
        group="Indexing",
        label="Wait while another program fills the screen",
        help="A film, a game or a presentation has the computer to itself.",
    )
    only_idle: bool = _setting(
        False,
        group="Indexing",
        label="Index only while I am away",
        help="Waits until nobody has used mouse or keyboard for two minutes, in Vislumbre or elsewhere.",
    )
    network: bool = _setting(
        True,
        group="Privacy",
        label="Allow the network",
        help="For a model, when you press “Get”, a vector database on another computer, if you name one, and the look for "
        "a new version, if you switch it on. Nothing else ever uses it.",
    )
    new_version: bool = _setting(
        False,
        group="Privacy",
        label="Look for a new version",
        help="Once a day GitHub is asked which Vislumbre is the newest, and a line says so if it is newer than this one. "
        "Nothing is fetched or installed by itself.",
    )
    keep_history: bool = _setting(
        True,
        group="Privacy",
        label="Remember what I searched for",
        help=f"The last {HISTORY_LIMIT} searches, on this computer only, for the arrow keys in the search field.",
    )
    thumbnails_gb: int = _setting(
        0,
        group="Advanced",
        label="Space for thumbnails",
        help="The small copies of photos take no more than this; those not looked at for longest are made again when they are.",
        least=0,
        most=10_000,
        unit="GB",
        least_text="Half of what is free",
        restart=True,
    )
    store_address: str = _setting(
        "",
        group="Advanced",
        label="Vector database",
        help="Address of a Milvus server for very large libraries. Empty uses the one built in.",
        example="Built in",
        pattern=r"https?://[^\s/@]+(:\d{1,5})?(/\S*)?",
        pattern_text="must be an address such as http://localhost:19530, or empty",
        restart=True,
    )
    store_database: str = _setting(
        "",
        group="Advanced",
        label="Database on that server",
        help="Its name, where the server has several. Empty uses the one that every server has.",
        example="Default",
        pattern=r"[A-Za-z_][A-Za-z0-9_]{0,254}",
        pattern_text="must be letters, digits and underscores, and must not begin with a digit",
        restart=True,
    )
    store_certificate: str = _setting(
        "",
        group="Advanced",
        label="Certificate of that server’s authority",
        help="A PEM file, for a server whose https certificate comes from an authority of your own.",
        example="Those of well-known authorities",
        pattern=r"(~|/|[A-Za-z]:[\\/]|\\\\).+",
        pattern_text="must be the whole path of a file, or empty",
        restart=True,
    )


def _declaration(name: str, metadata: Mapping[str, object]) -> Declaration:
    return Declaration(name=name, **metadata)  # type: ignore[arg-type]  # checked by the class when it is made


DECLARATIONS: tuple[Declaration, ...] = tuple(
    _declaration(field.name, field.metadata) for field in fields(Values)
)
"""Every setting, in the order of the form."""


def declaration(name: str) -> Declaration:
    """Return the declaration of one setting.

    Raises:
        KeyError: There is no such setting.
    """
    return {setting.name: setting for setting in DECLARATIONS}[name]


class Settings:
    """The person's choices, read once and written at every change. For one thread, the window's.

    Attributes:
        values: All present values, frozen; a change puts another in its place.
    """

    def __init__(self, file: SettingsFile, content: Content) -> None:
        self._file = file
        self._observers: list[Observer] = []
        self.values = self._good_values(_mapping(content.get("settings")))
        for name in sorted(content.keys() & {setting.name for setting in DECLARATIONS}):
            self._file.note(
                f"In {FILE_NAME}, “{name}” does not count where it is: it belongs below [settings]."
            )
        self._history = _texts(_mapping(content.get("history")).get("queries"))
        state = _mapping(content.get("state"))
        self._state = {name: text for name, text in state.items() if isinstance(text, str)}

    @classmethod
    def load(
        cls, folder: Path, *, upgrades: Mapping[int, Upgrade] = UPGRADES, version: int = VERSION
    ) -> "Settings":
        """Read the settings in a folder; whatever is wrong with them, settings come back and `problems` says it.

        Args:
            folder: The configuration folder.
            upgrades: As `UPGRADES`; others only in tests.
            version: As `VERSION`; another only in tests.
        """
        file = SettingsFile(folder / FILE_NAME)
        return cls(file, file.read(version, upgrades))

    @property
    def problems(self) -> list[str]:
        """Return sentences for the person about what could not be read or written, oldest first."""
        return list(self._file.problems)

    def change(self, name: str, value: Value, *, later: bool = False) -> None:
        """Take one new value, write the file, and tell the observers.

        Args:
            name: The setting.
            value: Its new value.
            later: Leave writing to the next `save`, for values that change many times a second.

        Raises:
            KeyError: There is no such setting.
            ValueError: The value is not allowed; the words are the declaration's complaint.
        """
        setting = declaration(name)
        if complaint := setting.complaint(value):
            raise ValueError(f"{setting.label} {complaint}.")
        if getattr(self.values, name) == value:
            return
        self.values = _replaced(self.values, {name: value})
        if not self.values.keep_history:
            self._history = []
        if not later:
            self.save()
        for observer in tuple(self._observers):
            observer(name, value)

    def observe(self, observer: Observer) -> Callable[[], None]:
        """Call `observer(name, value)` after every change, on the thread that changes; returns what ends it."""
        self._observers.append(observer)

        def end() -> None:
            if observer in self._observers:
                self._observers.remove(observer)

        return end

    @property
    def history(self) -> list[str]:
        """Return the remembered queries, newest first."""
        return list(self._history)

    def remember_query(self, query: str, *, instead_of: str = "") -> None:
        """Put a query first in the history, unless the person wants none kept. Written with the next `save`.

        Args:
            query: What was asked.
            instead_of: What it was the beginning of, which is forgotten.
        """
        query = query.strip()
        if query and self.values.keep_history and _can_be_kept(query):
            earlier = [past for past in self._history if past not in {query, instead_of}]
            self._history = [query, *earlier][:HISTORY_LIMIT]

    def clear_history(self) -> None:
        """Forget all queries, also in the file."""
        self._history = []
        self.save()

    def state(self, name: str) -> str:
        """Return what a part of the window asked to remember under a name; empty when nothing."""
        return self._state.get(name, "")

    def remember_state(self, name: str, text: str) -> None:
        """Keep an opaque text for a part of the window. Written with the next `save`."""
        self._state[name] = text

    def save(self) -> None:
        """Write the file, whole or not at all. A failure is a sentence in `problems`; the values count all the same."""
        chosen = self._file.table("settings")
        for setting in DECLARATIONS:
            value = getattr(self.values, setting.name)
            if setting.name in chosen:
                chosen[setting.name] = value
            elif value != setting.default:
                chosen.add(tomlkit.comment(f"{setting.label}: {setting.help}"))
                chosen.add(setting.name, value)
        self._file.table("history")["queries"] = self._history
        state = self._file.table("state")
        for name, text in self._state.items():
            state[name] = text
        self._file.write()

    def _good_values(self, found: Mapping[str, object]) -> Values:
        """Take the values that are allowed and say which are not."""
        good: dict[str, object] = {}
        for setting in DECLARATIONS:
            if setting.name not in found:
                continue
            if complaint := setting.complaint(found[setting.name]):
                self._file.note(f"In the settings, “{setting.label}” {complaint}; the usual value applies.")
            else:
                good[setting.name] = found[setting.name]
        return _replaced(Values(), good)


def _replaced(values: Values, new: Mapping[str, object]) -> Values:
    """Return values with some of them changed; the types were checked by `Declaration.complaint`."""
    return replace(values, **new)  # type: ignore[arg-type]  # mypy cannot know which field a name is


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}


def _texts(value: object) -> list[str]:
    """Return the queries that a file may hold; anything else in it is left out."""
    found = [query for query in value if isinstance(query, str)] if isinstance(value, list) else []
    return [query for query in found if query and _can_be_kept(query)][:HISTORY_LIMIT]


def _can_be_kept(text: str) -> bool:
    """Say whether a text is of sane length and valid Unicode without control characters, as TOML asks."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return len(text) <= TEXT_LIMIT and not re.search(r"[\x00-\x1f\x7f]", text)
