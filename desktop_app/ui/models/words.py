"""What is said of models: kinds, languages, where they are, and how far a download is."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLocale

from desktop_app.library import DownloadProgress
from desktop_app.ui.look import wording
from desktop_app.ui.models.values import FasterWay, Speed

if TYPE_CHECKING:
    from desktop_app.library import ModelChoice

TIERS: Final = {
    "built-in": "Built in",
    "fast": "Fast",
    "balanced": "Balanced – recommended",
    "best": "Best",
    "languages": "Many languages",
    "own": "Your own",
}
"""What each kind of model is called, in the order of the list."""

_FEW_LANGUAGES: Final = 3
# What Qt does not know by its two letters, or calls by another name than most people do.
_LANGUAGES: Final = {"no": "Norwegian", "zh": "Chinese", "fil": "Filipino", "quz": "Quechua"}


def figures(progress: DownloadProgress) -> str:
    """Return how much has arrived, how fast, and how long still: "120 MB of 605 MB · 9 MB/s · About 1 min left"."""
    done = wording.size(progress.done_bytes)
    arrived = f"{done} of {wording.size(progress.total_bytes)}" if progress.total_bytes > 0 else done
    pace = f"{wording.size(round(progress.bytes_per_s))}/s" if progress.bytes_per_s >= 1 else ""
    return joined(arrived, pace, wording.time_left(progress.seconds_left))


def facts(choice: "ModelChoice") -> str:
    """Return where a model is, its size, languages and licence, in a line."""
    size = wording.size(choice.size_bytes) if choice.size_bytes else ""
    # A figure and its unit stay on one line.
    figures_ = (part.replace(" ", "\N{NO-BREAK SPACE}") for part in (size, languages(choice.languages)))
    return joined(_place(choice), *figures_, choice.licence)


def languages(codes: Sequence[str]) -> str:
    """Return the languages of a model in words: "English", "English and German", "27 languages"."""
    if len(codes) > _FEW_LANGUAGES:
        return wording.counted(len(codes), "language")
    return listed([language(code) for code in codes])


def language(code: str) -> str:
    """Return the English name of a language; its code where there is no name for it."""
    found = QLocale.codeToLanguage(code.partition("-")[0])
    name = "" if found is QLocale.Language.AnyLanguage else QLocale.languageToString(found)
    return _LANGUAGES.get(code) or name or code


def measured(speed: Speed) -> str:
    """Return how fast a model is here: "41 photos/s here, with OpenVINO bfloat16, in 620 MB of memory"."""
    memory = f", in {wording.size(speed.memory_mb * 10**6)} of memory" if speed.memory_mb else ""
    way = f", with {speed.way}" if speed.way else ""
    return f"{wording.rate(speed.photos_per_s)} here{way}{memory}"


def run_by(way: str, speed: Speed | None) -> str:
    """Return what runs a model, as a sentence; empty where that is not known, or `measured` says it."""
    is_said = speed is not None and speed.way == way.replace(", ", " ")
    return f"Run by {way}." if way and not is_said else ""


def faster(way: FasterWay) -> str:
    """Return what another way of running a model would bring, and what it costs."""
    costs = "nothing else changes" if way.exact else "photos are embedded again in the background"
    return f"{wording.decimal(way.times)} times as fast with {way.title}; {costs}."


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence has them: "a", "a and b", "a, b and c"."""
    *most, last = names or ("",)
    return f"{', '.join(most)} and {last}" if most else last


def joined(*parts: str) -> str:
    """Return parts of a line, the empty ones left out."""
    return "  ·  ".join(part for part in parts if part)


def _place(choice: "ModelChoice") -> str:
    if choice.built_in:
        return "Built in" if choice.ready else "Missing"
    if choice.ready:
        return "On this computer"
    return "To be downloaded once" if choice.can_fetch else "You bring its files"
