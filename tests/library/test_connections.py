"""The list of connections: complete after a crash, bounded, and safe to show whatever somebody wrote into it."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop_app.library.connections import NO_LOG, ConnectionLog, Outcome

NAME = "connections.jsonl"


def test_without_any_connection_the_list_is_empty_and_nothing_is_written(tmp_path: Path) -> None:
    assert ConnectionLog(tmp_path).all() == ()
    assert list(tmp_path.iterdir()) == []


def test_a_connection_is_kept_with_all_that_is_known_of_it(tmp_path: Path) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    entry = ConnectionLog(tmp_path).begin("https://example.org/a/b?key=secret#x", "model x")
    entry.sent(100)
    entry.received(2000)
    entry.received(5)
    entry.end(Outcome.COMPLETE, "all arrived")
    (one,) = ConnectionLog(tmp_path).all()
    assert before < one.when <= datetime.now(UTC)
    assert (one.host, one.port, one.path, one.via) == ("example.org", 443, "/a/b", "")
    assert (one.why, one.outcome, one.ended) == ("model x", Outcome.COMPLETE, "all arrived")
    assert (one.bytes_in, one.bytes_out) == (2005, 100)
    assert one.seconds is not None
    assert one.seconds >= 0
    assert "secret" not in (tmp_path / NAME).read_text()


def test_name_and_password_of_an_address_are_not_kept(tmp_path: Path) -> None:
    ConnectionLog(tmp_path).begin("http://person:se/cret@example.org:8080/x", "model x")
    (one,) = ConnectionLog(tmp_path).all()
    assert (one.host, one.port) == ("example.org", 8080)
    assert not any(word in (tmp_path / NAME).read_text() for word in ("person", "cret"))


def test_only_the_first_end_of_a_connection_counts(tmp_path: Path) -> None:
    log = ConnectionLog(tmp_path)
    entry = log.begin("http://example.org", "model x")
    entry.end(Outcome.FAILED, "it broke")
    entry.end(Outcome.COMPLETE, "all arrived")
    assert [one.ended for one in log.all()] == ["it broke"]


def test_what_was_refused_is_kept_too(tmp_path: Path) -> None:
    log = ConnectionLog(tmp_path)
    log.refused("http://example.org:19530", "Milvus server", "the network is switched off")
    (one,) = log.all()
    assert (one.port, one.outcome, one.ended) == (19530, Outcome.REFUSED, "the network is switched off")
    assert one.bytes_in is None


def test_the_newest_is_the_last(tmp_path: Path) -> None:
    log = ConnectionLog(tmp_path)
    entries = [log.begin(f"http://example.org/{number}", "x") for number in range(3)]
    for entry in reversed(entries):
        entry.end(Outcome.COMPLETE, "done")
    assert [one.path for one in log.all()] == ["/0", "/1", "/2"]


def test_a_connection_that_never_ended_is_in_the_list(tmp_path: Path) -> None:
    """As after a power cut."""
    ConnectionLog(tmp_path).begin("http://example.org/x", "model x")
    (one,) = ConnectionLog(tmp_path).all()
    assert (one.host, one.outcome) == ("example.org", Outcome.UNKNOWN)
    assert "Vislumbre was ended" in one.ended


def test_the_list_takes_a_megabyte_at_most_and_forgets_the_oldest(tmp_path: Path) -> None:
    log = ConnectionLog(tmp_path)
    for number in range(4500):
        log.refused(f"http://example.org/{number}/{'x' * 200}", "model x", "off")
    kept = log.all()
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 1024 * 1024
    assert len(list(tmp_path.iterdir())) == 2
    numbers = [int(one.path.split("/")[1]) for one in kept]
    assert numbers == list(range(numbers[0], 4500))
    assert numbers[0] > 0


@pytest.mark.parametrize(
    "line",
    [
        b"no json",
        b"[]",
        b'{"key": 5, "when": 5}',
        b'{"key": "a", "when": "yesterday", "host": "h"}',
        b'{"key": "a", "when": "2026-01-01T00:00:00", "host": "without a zone"}',
        b'{"key": "a", "when": "9999-12-31T23:59:59+00:00", "host": "h"}',
        b'{"key": "a", "when": "0001-01-01T00:00:00+23:00", "host": "h"}',
        b'{"key": "a", "outcome": "complete", "ended": "an end without a beginning"}',
        b"[" * 5000,
        b"\xff\xfe",
    ],
)
def test_a_line_that_somebody_else_wrote_is_left_out(tmp_path: Path, line: bytes) -> None:
    log = ConnectionLog(tmp_path)
    log.refused("http://example.org", "model x", "off")
    with (tmp_path / NAME).open("ab") as file:
        file.write(line + b"\n")
    log.refused("http://example.org", "model y", "off")
    assert [one.why for one in log.all()] == ["model x", "model y"]


def test_values_that_are_none_say_nothing(tmp_path: Path) -> None:
    line = {
        "key": "a", "when": "2026-01-01T00:00:00+00:00", "host": 5, "port": "x", "path": None, "why": ["x"],
        "outcome": "complete", "ended": 1, "bytes_in": -1, "bytes_out": True, "seconds": "long",
    }  # fmt: skip
    (tmp_path / NAME).write_text(json.dumps(line) + "\n")
    (one,) = ConnectionLog(tmp_path).all()
    assert (one.host, one.port, one.path, one.why, one.ended) == ("", 0, "", "", "")
    assert (one.bytes_in, one.bytes_out, one.seconds) == (None, None, None)


def test_nothing_in_the_list_acts_in_a_terminal(tmp_path: Path) -> None:
    log = ConnectionLog(tmp_path)
    log.refused("http://example.org/\x1b[2J", "model \x1b]0;x\x07", "a\nb" + "x" * 1000)
    line = json.dumps({"key": "b", "when": "2030-01-01T00:00:00+00:00", "host": "\x1b[2J", "why": "\u202e"})
    with (tmp_path / NAME).open("a") as file:
        file.write(line + "\n")
    for one in log.all():
        texts = (one.host, one.path, one.why, one.ended)
        assert not any(sign in text for text in texts for sign in "\x1b\x07\n\u202e")
        assert all(len(text) <= 300 for text in texts)


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_in_place_of_the_list_is_not_written_through(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("precious")
    folder = tmp_path / "library"
    folder.mkdir()
    (folder / NAME).symlink_to(precious)
    log = ConnectionLog(folder)
    log.begin("http://example.org", "model x").end(Outcome.COMPLETE, "done")
    assert precious.read_text() == "precious"
    assert log.all() == ()


def test_the_list_is_its_owners_alone(tmp_path: Path) -> None:
    ConnectionLog(tmp_path).refused("http://example.org", "x", "off")
    if os.name == "posix":
        assert (tmp_path / NAME).stat().st_mode & 0o077 == 0


def test_nothing_is_kept_where_no_list_is_wanted() -> None:
    NO_LOG.begin("http://example.org", "x").end(Outcome.COMPLETE, "done")
    assert NO_LOG.all() == ()
