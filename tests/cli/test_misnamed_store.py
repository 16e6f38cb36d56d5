"""A vector database that is misnamed is wrong use, also for commands that would never ask it."""

from pathlib import Path

import pytest

from tests import commands
from tests.milvus_server import certificates

_KEY = "-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n"


def said(tmp_path: Path, *words: object, command: str = "search") -> str:
    done = commands.run(
        "--base-dir", tmp_path / "library", *words, command, *(["dog"] * (command == "search"))
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert not (tmp_path / "library").exists()
    return done.stderr


@pytest.mark.parametrize("command", ["search", "status", "store"])
def test_a_certificate_that_is_none_is_named_with_what_it_is(tmp_path: Path, command: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.pem").touch()
    (tmp_path / "broken.pem").write_text(_KEY, encoding="ascii")
    for name, reason in (
        ("nothere.pem", "is not there"),
        ("folder", "is a folder"),
        ("empty.pem", "holds no certificate that can be read"),
        ("broken.pem", "holds no certificate that can be read"),
    ):
        told = said(tmp_path, "--store-certificate", tmp_path / name, command=command)
        assert f"{tmp_path / name} for the vector database {reason}." in told


def test_a_certificate_that_may_not_be_read_is_called_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desktop_app.library import LibraryError
    from desktop_app.named_store import NamedStore, refuse_misnamed

    file = tmp_path / "forbidden.pem"
    file.touch()

    def refuse(*_: object) -> None:
        # Root may read whatever there is.
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(LibraryError, match=r"cannot be read \(Permission denied\)"):
        refuse_misnamed(NamedStore(authority=file))


def test_a_certificate_is_taken(tmp_path: Path) -> None:
    made = certificates(tmp_path)
    file = next(path for path in made.iterdir() if path.suffix == ".crt")
    done = commands.run("--base-dir", tmp_path / "library", "--store-certificate", file, "status")
    assert done.returncode == 0, done.stderr


def test_an_address_or_a_database_that_cannot_be_one_is_refused(tmp_path: Path) -> None:
    assert "“nonsense” must be an address" in said(tmp_path, "--store", "nonsense")
    told = said(tmp_path, "--store", "http://localhost:1", "--store-database", "no name")
    assert "“no name” must be letters, digits and underscores" in told
