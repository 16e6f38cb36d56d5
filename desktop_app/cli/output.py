"""What the command line prints: tables for people, JSON for machines, complaints on the error stream."""

import json
import re
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.cli.answers import answer_lines
from desktop_app.library import (
    HOW_TO_ALLOW,
    NEEDS_FOR_VIDEOS,
    NOT_ALLOWED,
    Answer,
    FailedPhoto,
    Filter,
    Folder,
    FolderState,
    Hit,
    IndexReport,
    LibraryError,
    LibraryStatus,
    Part,
)
from desktop_app.printable import counted, safe, sent, shown
from desktop_app.streams import is_reader_gone, takes_everything
from desktop_app.trust import UnknownLibraryError

if TYPE_CHECKING:
    from desktop_app.library import ModelChoice


class OutputError(OSError):
    """What is printed cannot be written where it was led to."""


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


def model_json(choice: "ModelChoice", in_use: str | None) -> dict[str, object]:
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
    with _said_of_output():
        print(safe(text))


def complain(text: str) -> None:
    """Print a line on the error stream, where programs do not look for answers."""
    print(safe(text), file=sys.stderr, flush=True)


def print_json(value: Json) -> None:
    """Print one JSON value on a line of the output stream."""
    text = json.dumps(_sendable_all(value), ensure_ascii=not takes_everything(sys.stdout))
    with _said_of_output():
        print(_ACTS_IN_JSON.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text), flush=True)


def end_output() -> None:
    """Write what was printed and not yet written.

    Raises:
        OutputError: It cannot be.
    """
    with _said_of_output():
        sys.stdout.flush()


@contextmanager
def _said_of_output() -> Iterator[None]:
    """Tell that it is the output that cannot be written, for a full disk there is none of the library's."""
    try:
        yield
    except OSError as error:
        if is_reader_gone(error):
            raise
        raise OutputError(error.errno, error.strerror) from error


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
        f"{counted(report.found, 'photo')} found: {report.indexed:,} indexed, {report.unchanged:,} unchanged, "
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
    print_failed(report)


def print_failed(report: IndexReport) -> None:
    """Name what could not be used or listed, with the reason, for people."""
    for failed in (*report.failed, *report.unreadable_folders, *report.ignore_problems):
        say(f"  {shown(failed.path)}: {failed.reason}")


def print_answer(answer: Answer) -> None:
    """Print an answer, best first, for people."""
    for line in answer_lines(answer):
        say(line)


def print_status(status: LibraryStatus) -> None:
    """Print the library's figures, for people."""
    say(
        f"{counted(status.photos, 'photo')}: {status.indexed:,} indexed, {status.pending:,} pending, {status.failed:,} failed"
    )
    if status.videos:
        say(f"{_of_them(status.videos)} {'a video' if status.videos == 1 else 'videos'}.")
    if status.offline:
        drives = "its drive is" if status.offline == 1 else "their drives are"
        is_forbidden = any(folder.forbidden for folder in status.folders)
        why = "see below" if is_forbidden else f"{drives} not connected"
        say(f"{_of_them(status.offline)} offline: {why}.")
    for folder in status.folders:
        say(f"  {shown(folder.path)}: {counted(folder.photos, 'photo')}, {_state_of(folder)}")
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
