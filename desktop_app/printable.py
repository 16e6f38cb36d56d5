r"""Texts and paths as they can be printed: nothing in them acts in a terminal, and a path can be given back.

A name may hold any byte but two. Those that are no UTF-8 are written `\xff`, in a terminal so are control characters
(`\x1b`, `\x0a`) and signs that turn the direction of writing. In a path with such an escape, and only there, a backslash of
its own is written twice; `meant` reads both forms.
"""

import argparse
import difflib
import logging
import os
import re
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Final, NoReturn

# Control characters, ends of lines and paragraphs, what turns the direction of writing, and halves of signs.
_ACTS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# Letters that are enough of a beginning, and how many names with that are told.
_LEAST_BEGINNING: Final = 3
_MOST_NEAR: Final = 3
_LONGEST_LINE: Final = 300
_NO_UTF_8: Final = re.compile("[\ud800-\udfff]")
_ESCAPED: Final = re.compile(rb"\\(?:x([0-9a-f]{2})|(\\))")
_IS_ESCAPED: Final = re.compile(
    r"(?:[^\\]|\\x[0-9a-f]{2}|\\\\)*\\x[0-9a-f]{2}(?:[^\\]|\\x[0-9a-f]{2}|\\\\)*", re.DOTALL
)


def safe(text: str) -> str:
    """Return a text as one line in which nothing acts in a terminal."""
    return _ACTS.sub(_escape, text)


def last_line(words: bytes) -> str:
    """Return the last line of what a child process said, for a sentence: short, and acting in no terminal; empty for nothing.

    Of a traceback that is the error itself.
    """
    lines = [line for line in words.decode(errors="replace").splitlines() if line.strip()]
    return safe(lines[-1].strip())[:_LONGEST_LINE] if lines else ""


class WrongUse(SystemExit):
    """The arguments cannot be understood, which was said.

    Attributes:
        why: What is wrong with them.
    """

    def __init__(self, why: str, code: "str | int | None") -> None:
        """Keep why."""
        super().__init__(code)
        self.why = why


class SafeParser(argparse.ArgumentParser):
    """Says what cannot be understood so that nothing of it acts in the terminal: a shell may have put names there."""

    def error(self, message: str) -> NoReturn:
        """Say why and end, as argparse does.

        Raises:
            WrongUse: Always.
        """
        try:
            super().error(safe(message))
        except SystemExit as end:
            raise WrongUse(safe(message), end.code) from None


class LogFormatter(logging.Formatter):
    """Writes the log so that it can be shown in a terminal: of what it names, nothing acts there or makes a line of its own."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is the standard library's
        """Return the line of a record."""
        record.message = safe(record.message)
        return super().formatMessage(record)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record, and those of its error."""
        return "\n".join(map(safe, super().format(record).split("\n")))


def say_bug(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """Print an error nobody caught on the error stream, as Python does, but nothing in it acts; for `sys.excepthook`."""
    lines = "".join(traceback.format_exception(kind, error, trace)).rstrip("\n").split("\n")
    if sys.stderr is not None:
        sys.stderr.write("".join(f"{safe(line)}\n" for line in lines))


def sent(path: Path) -> str:
    """Return a path as it can be sent in UTF-8."""
    return _written(str(path), _NO_UTF_8)


def shown(path: Path) -> str:
    """Return a path as one line in which nothing acts in a terminal."""
    return _written(str(path), _ACTS)


def meant(text: str) -> Path | None:
    """Return the path that `sent` or `shown` wrote as this text; None for a text without an escape of theirs."""
    if os.sep == "\\" or not _IS_ESCAPED.fullmatch(text):
        return None
    content = _ESCAPED.sub(
        lambda found: bytes.fromhex(found[1].decode()) if found[1] else b"\\", os.fsencode(text)
    )
    # A name may hold a backslash, an x and two digits itself: only what is written so is read so.
    path = Path(os.fsdecode(content)) if b"\0" not in content else None
    return path if path is not None and text in (sent(path), shown(path)) else None


def _written(path: str, escaped: re.Pattern[str]) -> str:
    if not escaped.search(path):
        return path
    # On Windows it stands between names.
    doubled = path if os.sep == "\\" else path.replace("\\", "\\\\")
    return escaped.sub(_escape, doubled)


def _escape(sign: re.Match[str]) -> str:
    try:
        content = sign[0].encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        # Half of a sign, as names of Windows may have.
        return f"\\u{ord(sign[0]):04x}"
    return "".join(f"\\x{byte:02x}" for byte in content)


def did_you_mean(wanted: str, known: Iterable[str]) -> str:
    """Return a question about the names that are nearest to a mistyped one, with a space behind it; empty for none."""
    names = {name.lower(): name for name in known}
    word = wanted.lower()
    longer = [name for name in names if len(word) >= _LEAST_BEGINNING and name.startswith(word)]
    near = longer or difflib.get_close_matches(word, names, n=1)
    *meant, last = ["", *(f"“{names[name]}”" for name in near[:_MOST_NEAR])]
    before = ", ".join(meant[1:])
    return f"Did you mean {f'{before} or ' if before else ''}{last}? " if last else ""


def counted(count: int, noun: str) -> str:
    """Return a number with its noun: "1 photo", "2,345 photos"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def size_of(size_bytes: int) -> str:
    """Return a size as shops and file managers give it: "605 MB", "1.5 GB"."""
    if size_bytes >= 1e9:
        return f"{size_bytes / 1e9:,.1f} GB"
    return f"{size_bytes / 1e6:,.0f} MB" if size_bytes >= 1e6 else f"{size_bytes / 1e3:,.0f} kB"
