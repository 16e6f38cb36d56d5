"""Questions: what shows what words or photos say, what the library holds, and what failed."""

import os
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.cli.arguments import query_of
from desktop_app.cli.output import (
    answer_json,
    failed_json,
    print_answer,
    print_error,
    print_json,
    print_status,
    say,
    status_json,
)
from desktop_app.cli.paths import path_of
from desktop_app.cli.session import DONE, WRONG_USE, NotThereError, Session
from desktop_app.cli.space import space_json, space_line
from desktop_app.library import Answer, LibraryError, parse
from desktop_app.printable import shown

if TYPE_CHECKING:
    from desktop_app.library import PhotoLibrary


def search(session: Session) -> int:
    """Find photos that show what words say."""
    words = query_of(session.arguments.words)
    if not words:
        error = LibraryError(
            "Say what to search for, for example: vislumbre search “a white dog in the snow”."
        )
        print_error(error, as_json=session.as_json)
        return WRONG_USE
    return _answer(
        session,
        lambda library: library.searching.search(
            words, session.arguments.limit, session.arguments.strictness / 100
        ),
        in_words=any(part.photo is None for part in parse(words).parts),
    )


def similar(session: Session) -> int:
    """Find photos that look like others."""

    def ask(library: "PhotoLibrary") -> "Future[Answer]":
        def is_known(photo: Path) -> bool:
            return library.browsing.photo_at(photo) is not None

        photos = [path_of(photo, is_known) for photo in session.arguments.photos]
        for photo in photos:
            if not is_known(photo) and not os.path.lexists(photo):
                raise NotThereError(
                    f"{shown(photo)} is not there.", "Name a photo of the library, or any picture."
                )
        return library.searching.similar(photos, session.arguments.limit)

    return _answer(session, ask)


def _answer(
    session: Session, ask: "Callable[[PhotoLibrary], Future[Answer]]", *, in_words: bool = False
) -> int:
    answer = session.answer(lambda library: ask(library).result(), in_words=in_words)
    if session.as_json:
        print_json(answer_json(answer))
    else:
        print_answer(answer)
    return DONE


def status(session: Session) -> int:
    """Say what the library holds."""
    status, uses = session.answer(lambda library: (library.browsing.status(), library.space.uses()))
    if session.as_json:
        print_json({**status_json(status), "space": space_json(uses)})
    else:
        print_status(status)
        say(space_line(uses))
    return DONE


def failures(session: Session) -> int:
    """Say which photos failed, and why."""
    failures = session.answer(lambda library: library.browsing.failures())
    if session.as_json:
        print_json([failed_json(failure) for failure in failures])
    else:
        for failure in failures:
            say(f"{shown(failure.path)}: {failure.reason}")
        if not failures:
            say("No photo failed.")
    return DONE
