import re

import pytest

from steps import freeze, project

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)\s*(?:;\s*([^\\]+?))?\s*\\?$")
_HASHED = ["requirements.txt", "requirements-build.txt", "requirements-sbom.txt"]


def _pins(text: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Return the version of each package and the parts of its condition, by its name as an index spells it."""
    pins = {}
    for line in text.splitlines():
        if found := _PIN.match(line):
            name, version, condition = found.groups()
            parts = (condition or "").replace('"', "'")
            pins[re.sub(r"[-_.]+", "-", name).lower()] = (
                version,
                frozenset(re.split(r"\s+(?:and|or)\s+", parts)),
            )
    return pins


def _text(name: str) -> str:
    return (project.PACKAGING / name).read_text(encoding="utf-8")


def test_what_has_hashes_are_all_lists_that_a_release_is_made_from():
    assert sorted(path.name for path in (project.PACKAGING / "hashed").iterdir()) == sorted(_HASHED)


@pytest.mark.parametrize("name", _HASHED)
def test_a_release_is_built_from_the_versions_that_are_tested(name):
    written = _pins(_text(name))
    assert len(written) == len(
        [line for line in _text(name).splitlines() if line.strip() and not line.startswith("#")]
    )
    assert _pins(_text(f"hashed/{name}")) == written, "after a change of a pin: make pins"


@pytest.mark.parametrize("name", _HASHED)
def test_every_input_of_a_release_has_hashes(name):
    entries = [
        entry
        for entry in re.split(r"\n(?=[A-Za-z0-9])", _text(f"hashed/{name}"))
        if _PIN.match(entry.split("\n")[0])
    ]
    assert len(entries) == len(_pins(_text(name)))
    assert [
        entry.split()[0] for entry in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry)
    ] == []
    # An option like --index-url would take effect for all.
    strays = [
        word
        for entry in entries
        for word in entry.split()
        if word.startswith("-") and not word.startswith("--hash=sha256:")
    ]
    assert strays == []


def test_the_program_is_frozen_from_what_has_hashes():
    assert [path.relative_to(project.PACKAGING).as_posix() for path in freeze.PINS] == [
        "hashed/requirements.txt",
        "hashed/requirements-build.txt",
    ]


def test_the_same_package_has_one_version_in_all_lists():
    versions: dict[str, set[str]] = {}
    for path in project.PACKAGING.glob("requirements*.txt"):
        for name, (version, _condition) in _pins(path.read_text(encoding="utf-8")).items():
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_nothing_under_the_gpl_is_pinned_for_the_program():
    assert not {"av", "pillow-jxl-plugin", "pillow-heif", "pyside6-addons"} & set(
        _pins(_text("requirements.txt"))
    )
