"""One question about the newest release, and no answer of any kind that does harm."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app import __version__
from desktop_app.library import ConnectionLog, LibraryError, Outcome, Release, look_for_release
from desktop_app.library.models.net import new_version
from desktop_app.library.models.net.release import PAGES
from steps import project
from tests.releases import ETAG, NOW, Releases, releases

LONGEST_S = 0.5


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[Releases]:
    with releases(monkeypatch) as made:
        yield made


@pytest.fixture
def log(tmp_path: Path) -> ConnectionLog:
    return ConnectionLog(tmp_path)


def test_the_addresses_are_those_of_the_project() -> None:
    place = project.HOMEPAGE.removeprefix("https://github.com/")
    assert f"https://api.github.com/repos/{place}/releases/latest" == new_version.ADDRESS
    assert f"{project.HOMEPAGE}/releases/tag/" == PAGES


def test_the_newest_release_is_told_and_the_connection_is_noted(github: Releases, log: ConnectionLog) -> None:
    release = look_for_release(log)
    # Whatever page the answer names, it is not followed.
    assert release == Release("9.8.0", f"{PAGES}v9.8.0", ETAG)
    assert release.is_newer
    (asked,) = github.asked
    assert (asked["user-agent"], asked["accept"]) == ("Vislumbre", "application/vnd.github+json")
    assert not {"cookie", "authorization", "referer", "if-none-match"} & set(asked)
    (one,) = log.all()
    assert (one.host, one.path, one.why, one.outcome) == (
        "127.0.0.1",
        "/latest",
        "is there a newer Vislumbre",
        Outcome.COMPLETE,
    )
    assert (one.bytes_in or 0) > len(github.said)
    assert (one.bytes_out or 0) > 100


def test_an_unchanged_answer_is_not_sent_again(github: Releases, log: ConnectionLog) -> None:
    known = Release("9.1.0", f"{PAGES}9.1.0", ETAG)
    assert look_for_release(log, known) == known
    assert github.asked[0]["if-none-match"] == ETAG
    assert log.all()[0].outcome is Outcome.COMPLETE


@pytest.mark.parametrize(
    ("version", "newer"),
    [
        (__version__, False),
        ("0.0.9", False),
        ("0.1", False),
        ("0.10.0", True),
        ("1.0", True),
        ("0.1.0.1", True),
    ],
)
def test_versions_are_compared_by_their_numbers(version: str, newer: bool) -> None:
    release = Release.of_tag(version)
    assert release is not None
    assert release.is_newer is newer


@pytest.mark.parametrize(
    "said",
    [
        {**NOW, "tag_name": "nightly"},
        {**NOW, "tag_name": "v1.0/../../evil"},
        {**NOW, "tag_name": "v1.0\n"},
        {**NOW, "tag_name": 7},
        {**NOW, "tag_name": "1" * 5000},
        {**NOW, "draft": True},
        {**NOW, "prerelease": True},
        {**NOW, "prerelease": 0},
        {"tag_name": "v9.9.9"},
        [NOW],
        None,
    ],
)
def test_an_answer_that_names_no_release_gives_none(
    github: Releases, log: ConnectionLog, said: object
) -> None:
    github.said = json.dumps(said).encode()
    with pytest.raises(LibraryError, match="The answer names no release"):
        look_for_release(log)
    assert log.all()[0].outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("fault", "said", "words"),
    [
        ("hang up", b"", "127.0.0.1 does not answer as a web server does|broke off|failed"),
        ("stall", b"", "127.0.0.1"),
        ("drip", b"", "broke off"),
        ("garbage", b"", "does not answer as a web server does"),
        ("cut", b"{}", "broke off"),
        ("403", b"", "answered 403 .* it does not give it to us"),
        ("429", b"", "answered 429 .* it was asked too often"),
        ("500", b"", "answered 500 .* it is in trouble itself"),
        ("304", b"", "answered 304"),
        ("", b"", "is no JSON"),
        ("", b"\xff\xfe{", "is no JSON"),
        ("", b"[" * 5000, "is nested too deep|is no JSON"),
        ("", b'{"tag_name": NaN}', "says NaN where a number belongs"),
        ("", b" " * 600_000, "longer than any about a release"),
    ],
)
def test_bad_answers_get_a_sentence(
    github: Releases, log: ConnectionLog, fault: str, said: bytes, words: str
) -> None:
    github.fault, github.said = fault, said
    with pytest.raises(LibraryError, match=words):
        look_for_release(log, longest_s=LONGEST_S)
    (one,) = log.all()
    assert one.outcome is Outcome.FAILED


def test_a_login_page_and_a_packed_answer_are_told(github: Releases, log: ConnectionLog) -> None:
    github.headers = {"Content-Type": "text/html"}
    with pytest.raises(LibraryError, match="perhaps this network wants a login first"):
        look_for_release(log)
    github.headers = {"Content-Encoding": "gzip"}
    with pytest.raises(LibraryError, match="packed"):
        look_for_release(log)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("ftp://example.org/x", "it sends on to an unprotected address"),
        ("file:///etc/passwd", "sends on without saying where to"),
        ("http://me:secret@127.0.0.1/x", "it sends on to an address with a name or a password"),
    ],
)
def test_it_is_not_sent_astray(github: Releases, log: ConnectionLog, target: str, words: str) -> None:
    github.fault, github.headers = "302", {"Location": target}
    with pytest.raises(LibraryError, match=words):
        look_for_release(log)


def test_a_circle_ends(github: Releases, log: ConnectionLog) -> None:
    github.fault, github.headers = "302", {"Location": new_version.ADDRESS}
    with pytest.raises(LibraryError, match="in a circle"):
        look_for_release(log)
    assert len(github.asked) < 20


def test_an_etag_that_is_none_is_not_told_again(github: Releases, log: ConnectionLog) -> None:
    for etag in ("no quotes", '"' + "x" * 500 + '"'):
        github.headers = {"ETag": etag}
        # The last one counts, as with any server.
        assert look_for_release(log).etag in {"", ETAG}


def test_without_the_network_nobody_is_asked(github: Releases, log: ConnectionLog) -> None:
    with pytest.raises(
        LibraryError, match="The network is switched off, so nobody was asked for a new version"
    ):
        look_for_release(log, network=False)
    assert github.asked == []
    (one,) = log.all()
    assert (one.outcome, one.ended) == (Outcome.REFUSED, "the network is switched off")
