"""The commands about chosen folders and what is left out of them: exclude, include, forget.

Each takes its `Session`, prints its result and returns the exit code.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from desktop_app.cli.output import failed_json, print_error, print_failed, print_json, say, text_of
from desktop_app.cli.paths import path_of
from desktop_app.cli.session import DONE, SOME_FAILED, WRONG_USE, Session, until_done, wait
from desktop_app.library import (
    KEPT_DAYS,
    MOST_PATTERNS,
    Exclusions,
    IndexReport,
    LibraryError,
    is_folder,
    pattern_problem,
)
from desktop_app.printable import counted, shown

_Changed = Callable[[Exclusions], Exclusions]


def exclude(session: Session) -> int:
    """Leave folders, patterns, screenshots, videos or small photos out; without any of these, list what is left out."""
    arguments = session.arguments
    kinds = (arguments.screenshots, arguments.videos, arguments.unlisted)
    sizes = (arguments.least_px, arguments.least_kb)
    if arguments.list or not (arguments.what or any(kinds) or any(size is not None for size in sizes)):
        _print(session, session.answer(lambda library: library.folders.left_out.exclusions()), None)
        return DONE
    return _change(session, lambda now: _with(_kinds_and_sizes(session, now), arguments.what))


def include(session: Session) -> int:
    """Take back what was left out."""
    arguments = session.arguments
    return _change(session, lambda now: _without(_without_kinds(session, now), arguments.what))


def _change(session: Session, changed: _Changed) -> int:
    with session.library() as (library, line):
        now = library.folders.left_out.exclusions()
        try:
            wanted = changed(now)
            _refuse_chosen(wanted, now, [folder.path for folder in library.browsing.folders()])
        except LibraryError as error:
            print_error(error, as_json=session.as_json)
            return WRONG_USE
        report = (
            until_done(library, line, library.folders.left_out.replace(wanted)) if wanted != now else None
        )
        line.end()
    _print(session, wanted, report)
    return SOME_FAILED if report is not None and report.failed else DONE


def _kinds_and_sizes(session: Session, now: Exclusions) -> Exclusions:
    arguments = session.arguments
    return replace(
        now,
        screenshots=now.screenshots or arguments.screenshots,
        videos=now.videos or arguments.videos,
        unlisted=now.unlisted and not arguments.unlisted,
        least_px=now.least_px if arguments.least_px is None else arguments.least_px,
        least_kb=now.least_kb if arguments.least_kb is None else arguments.least_kb,
    )


def _with(begun: Exclusions, what: Sequence[str]) -> Exclusions:
    """Return exclusions with some more.

    Raises:
        LibraryError: A pattern cannot be used.
    """
    for word in what:
        folder = _folder_of(word)
        if folder is not None:
            begun = begun.with_folder(folder)
        elif reason := pattern_problem(word) or ("" if word.strip() else "is empty"):
            raise LibraryError(f"“{word}” {reason}.", "Name a folder, or a pattern such as “*.gif”.")
        elif word not in begun.patterns:
            begun = replace(begun, patterns=(*begun.patterns, word))
    if len(begun.patterns) > MOST_PATTERNS:
        raise LibraryError(f"More than {MOST_PATTERNS} patterns are not kept.", "Take some back.")
    return begun


def _without_kinds(session: Session, now: Exclusions) -> Exclusions:
    arguments = session.arguments
    return replace(
        now,
        screenshots=now.screenshots and not arguments.screenshots,
        videos=now.videos and not arguments.videos,
        unlisted=now.unlisted or arguments.unlisted,
    )


def _without(now: Exclusions, what: Sequence[str]) -> Exclusions:
    """Return exclusions with some fewer.

    Raises:
        LibraryError: One is not among them.
    """
    for word in what:
        if word in now.patterns:
            now = replace(now, patterns=tuple(pattern for pattern in now.patterns if pattern != word))
        elif (folder := path_of(word, now.folders.__contains__)) in now.folders:
            now = now.without_folder(folder)
        else:
            raise LibraryError(f"“{word}” is not left out.", "`vislumbre exclude --list` says what is.")
    return now


def _folder_of(word: str) -> Path | None:
    """Return the folder that a word means: one that is there, or any whole path."""
    folder = path_of(word)
    return folder if os.path.isabs(word) or is_folder(folder) else None  # noqa: PTH117 - of the text


def _refuse_chosen(wanted: Exclusions, now: Exclusions, chosen: Sequence[Path]) -> None:
    for folder in wanted.folders:
        if folder in chosen and folder not in now.folders:
            raise LibraryError(
                f"{text_of(folder)} is one of the folders you chose.", "Take it out with `vislumbre forget`."
            )


def _print(session: Session, wanted: Exclusions, report: IndexReport | None) -> None:
    if session.as_json:
        print_json(_json(wanted, report))
        return
    lines = [*(f"  the folder {shown(folder)}" for folder in wanted.folders)]
    lines += [f"  what fits {pattern}" for pattern in wanted.patterns]
    lines += ["  screenshots"] * wanted.screenshots
    lines += ["  videos"] * wanted.videos
    lines += [f"  photos smaller than {wanted.least_px} pixels"] * bool(wanted.least_px)
    lines += [f"  files smaller than {wanted.least_kb} KB"] * bool(wanted.least_kb)
    say("Left out, beside what .nomedia and .vislumbreignore say:" if lines else "Nothing is left out.")
    for line in lines:
        say(line)
    if wanted.unlisted:
        say("Photos that are not named like ones are taken in.")
    if report is not None:
        say(f"{counted(report.removed, 'photo')} removed, {report.indexed:,} indexed.")
        print_failed(report)


def _json(wanted: Exclusions, report: IndexReport | None) -> dict[str, object]:
    said: dict[str, object] = {
        "folders": [text_of(folder) for folder in wanted.folders],
        "patterns": list(wanted.patterns),
        "screenshots": wanted.screenshots,
        "videos": wanted.videos,
        "unlisted": wanted.unlisted,
        "least_px": wanted.least_px,
        "least_kb": wanted.least_kb,
    }
    if report is not None:
        said |= {
            "removed": report.removed,
            "indexed": report.indexed,
            "left_out": report.left_out,
            "failed": [failed_json(failure) for failure in report.failed],
        }
    return said


def forget(session: Session) -> int:
    """Take a folder out of the library, whether its drive is there or not; nothing on the disk is touched.

    Raises:
        FolderUnknownError: It is not in the library.
    """
    with session.library() as (library, _):
        chosen = [folder.path for folder in library.browsing.folders()]
        folder = path_of(session.arguments.folder, chosen.__contains__)
        photos = wait(library.folders.forget(folder, at_once=session.arguments.now))
    kept_days = 0 if session.arguments.now else KEPT_DAYS
    if session.as_json:
        print_json({"folder": text_of(folder), "photos": photos, "kept_days": kept_days})
        return DONE
    back = (
        f"Index the folder again within {kept_days} days to have them back; nothing has to be embedded again."
        if kept_days
        else "Nothing of what was known of them is kept."
    )
    say(f"Forgot {shown(folder)} with {counted(photos, 'photo')}. The files are where they were. {back}")
    return DONE
