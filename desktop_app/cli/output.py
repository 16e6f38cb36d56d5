"""What the command line prints: tables for people, JSON for machines, progress on the error stream."""

import json
import re
import sys
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from desktop_app.cli.answers import answer_lines
from desktop_app.library import (
    HOW_TO_ALLOW,
    NEEDS_FOR_VIDEOS,
    NOT_ALLOWED,
    Answer,
    DownloadProgress,
    Event,
    FailedPhoto,
    Filter,
    Folder,
    FolderMissing,
    FolderMoved,
    FolderState,
    Hit,
    IndexReport,
    LibraryError,
    LibraryStatus,
    ModelChoice,
    ModelLoading,
    ModelUnavailable,
    Part,
    Phase,
    Progress,
    Trouble,
)
from desktop_app.printable import safe, sent, shown
from desktop_app.streams import takes_escapes, takes_everything
from desktop_app.trust import UnknownLibraryError

Json = Mapping[str, object] | Sequence[Mapping[str, object]]

# What JSON may hold as it is and a terminal acts on.
_ACTS_IN_JSON = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def text_of(path: Path) -> str:
    """Return a path that can be sent as JSON, whatever bytes its name holds, and given back as an argument."""
    return sent(path)


def _sendable(text: str) -> str:
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode("utf-8")


def failed_json(failed: FailedPhoto) -> dict[str, object]:
    """Return a failed photo as JSON."""
    return {"path": text_of(failed.path), "reason": failed.reason}


def report_json(report: IndexReport) -> dict[str, object]:
    """Return what an index run did as JSON; the fields are described in help, json.md."""
    return {
        "found": report.found,
        "indexed": report.indexed,
        "embedded": report.embedded,
        "unchanged": report.unchanged,
        "moved": report.moved,
        "removed": report.removed,
        "pending": report.pending,
        "failed": [failed_json(failure) for failure in report.failed],
        "unreadable_folders": [failed_json(failure) for failure in report.unreadable_folders],
        "left_out": report.left_out,
        "videos_left_out": report.videos_left_out,
        "unlisted": report.unlisted,
        "ignore_problems": [failed_json(failure) for failure in report.ignore_problems],
        "seconds": round(report.seconds, 3),
        "photos_per_second": round(report.photos_per_second, 2),
    }


def hit_json(hit: Hit) -> dict[str, object]:
    """Return a hit as JSON."""
    taken_at = hit.photo.taken_at
    return {
        "rank": hit.rank,
        "path": text_of(hit.photo.path),
        "score": None if hit.score is None else round(hit.score, 6),
        "taken_at": taken_at.isoformat() if taken_at else None,
        "by_name": hit.by_name,
        "why": [reason.value for reason in hit.why],
        "band": hit.band.value,
        "confidence": None if hit.confidence is None else round(hit.confidence, 1),
        "offline": hit.photo.offline,
        "stack": hit.stack,
        "duration_s": hit.photo.duration_s,
        "at_s": hit.at_s,
    }


def part_json(part: Part | Filter) -> dict[str, object]:
    """Return what was understood of a query as JSON: words, an example photo, or a filter."""
    where = {"start": part.start, "end": part.end}
    if isinstance(part, Filter):
        return {
            "kind": "filter",
            "key": part.key,
            "text": _sendable(part.value),
            "negated": part.negated,
            **where,
        }
    asked = {"kind": part.kind, "text": _sendable(part.text), "weight": part.weight, **where}
    if part.region is not None:
        region = part.region
        asked["region"] = [region.left, region.top, region.width, region.height]
    return asked


def answer_json(answer: Answer) -> dict[str, object]:
    """Return an answer as JSON."""
    understood: list[Part | Filter] = [*answer.parts, *answer.filters]
    return {
        "query": _sendable(answer.query),
        "model": answer.model,
        "hits": [hit_json(hit) for hit in answer.hits],
        "milliseconds": round(answer.milliseconds, 1),
        "note": answer.note,
        "parts": [part_json(part) for part in sorted(understood, key=lambda part: (part.start, part.end))],
        "problems": [
            {"start": problem.start, "end": problem.end, "sentence": _sendable(problem.sentence)}
            for problem in answer.problems
        ],
        "filtered": answer.filtered,
        "compared": answer.compared,
        "looser": answer.looser,
        "offer": answer.offer or None,
    }


def status_json(status: LibraryStatus) -> dict[str, object]:
    """Return the library's figures as JSON."""
    return {
        "photos": status.photos,
        "indexed": status.indexed,
        "failed": status.failed,
        "pending": status.pending,
        "offline": status.offline,
        "videos": status.videos,
        "folders": [
            {
                "path": text_of(folder.path),
                "photos": folder.photos,
                "indexed": folder.indexed,
                "failed": folder.failed,
                "state": folder.state.value,
                "drive": folder.drive,
                "forbidden": folder.forbidden,
                "offline_since": folder.offline_since.isoformat() if folder.offline_since else None,
            }
            for folder in status.folders
        ],
        "model": status.model,
        "dimension": status.dimension,
        "way": status.way.name if status.way else None,
        "precision": status.way.precision if status.way else None,
        "store": status.store,
        "copied": status.copied,
        "copied_bytes": status.copied_bytes,
    }


def model_json(choice: ModelChoice, in_use: str | None) -> dict[str, object]:
    """Return a model that can be chosen as JSON."""
    return {
        "key": choice.key,
        "title": choice.title,
        "sentence": choice.sentence,
        "licence": choice.licence,
        "size_bytes": choice.size_bytes,
        "ready": choice.ready,
        "built_in": choice.built_in,
        "recommended": choice.recommended,
        "tier": choice.tier,
        "languages": list(choice.languages),
        "dimension": choice.dimension,
        "open_clip_name": choice.open_clip_name,
        "page": choice.page,
        "can_fetch": choice.can_fetch,
        "figures": [
            {"name": figure.name, "value": figure.value, "source": figure.source} for figure in choice.figures
        ],
        "in_use": choice.title == in_use,
    }


def say(text: str) -> None:
    """Print a line for a person; nothing in it acts in the terminal."""
    print(safe(text))


def complain(text: str) -> None:
    """Print a line on the error stream, where programs do not look for answers."""
    print(safe(text), file=sys.stderr, flush=True)


def print_json(value: Json) -> None:
    """Print one JSON value on a line of the output stream."""
    text = json.dumps(_sendable_all(value), ensure_ascii=not takes_everything(sys.stdout))
    print(_ACTS_IN_JSON.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text), flush=True)


def _sendable_all(value: object) -> object:
    if isinstance(value, str):
        return _sendable(value)
    if isinstance(value, Mapping):
        return {key: _sendable_all(one) for key, one in value.items()}
    return [_sendable_all(one) for one in value] if isinstance(value, Sequence) else value


def print_error(error: LibraryError, *, as_json: bool, told: Collection[str] = ()) -> None:
    """Say what went wrong on the error stream, unless that was `told` already, and to machines as JSON too."""
    if str(error) not in told:
        complain(str(error))
    if as_json:
        print_json({"error": error.sentence, "hint": error.hint, **_looked_at(error)})


def _looked_at(error: LibraryError) -> dict[str, object]:
    """Return what an unknown library names, as JSON; nothing for every other error."""
    if not isinstance(error, UnknownLibraryError):
        return {}
    seen = error.glance
    return {
        "library": {
            "path": text_of(error.data),
            "folders": [text_of(folder) for folder in seen.folders],
            "photos": seen.photos,
            "model": seen.model or None,
            "store": error.store or None,
            "problem": seen.problem or None,
        }
    }


def print_report(report: IndexReport, *, as_json: bool) -> None:
    """Print what an index run did."""
    if as_json:
        print_json(report_json(report))
        return
    say(
        f"{report.found:,} photos found: {report.indexed:,} indexed, {report.unchanged:,} unchanged, "
        f"{report.moved:,} moved, {report.pending:,} pending, {len(report.failed):,} failed; "
        f"{report.removed:,} removed. {report.seconds:.1f} s."
    )
    if wished := report.left_out - report.videos_left_out:
        say(f"{wished:,} more were left out, as you wished.")
    if report.videos_left_out:
        say(f"{report.videos_left_out:,} videos were left out; each {NEEDS_FOR_VIDEOS}.")
    if report.unlisted:
        these = "file looks like a photo and is not named like one"
        many = "files look like photos and are not named like ones"
        say(
            f"{report.unlisted:,} more {these if report.unlisted == 1 else many}; "
            "`vislumbre include --unlisted` takes in what is a photo by its bytes."
        )
    for failed in (*report.failed, *report.unreadable_folders, *report.ignore_problems):
        say(f"  {shown(failed.path)}: {failed.reason}")


def print_answer(answer: Answer) -> None:
    """Print an answer, best first, for people."""
    for line in answer_lines(answer):
        say(line)


def print_status(status: LibraryStatus) -> None:
    """Print the library's figures, for people."""
    say(
        f"{status.photos:,} photos: {status.indexed:,} indexed, {status.pending:,} pending, {status.failed:,} failed"
    )
    if status.videos:
        say(f"{_of_them(status.videos)} {'a video' if status.videos == 1 else 'videos'}.")
    if status.offline:
        drives = "its drive is" if status.offline == 1 else "their drives are"
        is_forbidden = any(folder.forbidden for folder in status.folders)
        why = "see below" if is_forbidden else f"{drives} not connected"
        say(f"{_of_them(status.offline)} offline: {why}.")
    for folder in status.folders:
        say(f"  {shown(folder.path)}: {folder.photos:,} photos, {_state_of(folder)}")
    way = f", run by {status.way.title}" if status.model and status.way else ""
    say(f"Model: {status.model or 'none'}{way}. Vectors: {status.store}.")


def _of_them(count: int) -> str:
    return f"{count:,} of them {'is' if count == 1 else 'are'}"


def _state_of(folder: Folder) -> str:
    """Return in words whether a folder is there, and on which drive it is when it is not."""
    if folder.state is FolderState.PRESENT:
        return folder.state.value
    if folder.forbidden:
        return f"{NOT_ALLOWED}; its photos are kept. {HOW_TO_ALLOW}"
    drive = f" (drive: {folder.drive})" if folder.drive else ""
    since = f" since {folder.offline_since.astimezone():%Y-%m-%d %H:%M}" if folder.offline_since else ""
    return f"not there{since}{drive}; its photos are kept"


class ProgressLine:
    """Tells a person at a terminal how far the work is, on one line of the error stream.

    Hears the library's events on its threads. Sentences are printed also where there is no terminal.

    Attributes:
        told: What went wrong and was said.
    """

    def __init__(self) -> None:
        self.told: set[str] = set()
        self._live = takes_escapes(sys.stderr)
        self._shown = False

    def hear(self, event: Event) -> None:
        """Show one event."""
        if isinstance(event, Progress | DownloadProgress):
            self._show(event)
        elif isinstance(event, ModelLoading):
            self._replace(f"Loading the model {event.name}…")
        elif isinstance(event, ModelUnavailable | Trouble):
            self.told.add(str(event.error))
            self._say(str(event.error))
        elif isinstance(event, FolderMissing):
            why = (
                f"{NOT_ALLOWED} {shown(event.folder)}"
                if event.forbidden
                else f"The folder {shown(event.folder)} is not there"
            )
            self._say(f"{why}; its photos are kept.")
        elif isinstance(event, FolderMoved):
            self._say(f"The folder {shown(event.old)} is at {shown(event.new)} now and was followed there.")

    def show(self, doing: str, done: int, total: int) -> None:
        """Show how far other work is, "Sending" for one."""
        self._replace(f"{doing} {done:,} of {total:,}")

    def end(self) -> None:
        """Take the line away, before the result is printed."""
        if self._shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
            self._shown = False

    def _show(self, event: Progress | DownloadProgress) -> None:
        if isinstance(event, DownloadProgress):
            done = f"{event.done_bytes / 1e6:,.0f} of {event.total_bytes / 1e6:,.0f} MB"
            rate = f", {event.bytes_per_s / 1e6:,.1f} MB a second" if event.bytes_per_s else ""
            self._replace(f"Downloading {event.name}: {done}{rate}{_left(event.seconds_left)}")
        elif event.phase is Phase.SCANNING:
            self._replace(f"Looking for photos: {event.done:,}")
        elif event.phase is Phase.INDEXING:
            rate = f", {event.rate_per_s:.1f} a second" if event.rate_per_s else ""
            self._replace(f"Indexing {event.done:,} of {event.total:,}{rate}{_left(event.seconds_left)}")

    def _replace(self, text: str) -> None:
        if self._live:
            print(f"\r\033[K{safe(text)}", end="", file=sys.stderr, flush=True)
            self._shown = True

    def _say(self, text: str) -> None:
        self.end()
        complain(text)


def _left(seconds: float | None) -> str:
    return "" if seconds is None else f", {timedelta(seconds=round(seconds))} left"
