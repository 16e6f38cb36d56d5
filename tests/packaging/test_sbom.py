import hashlib
import json
from importlib import metadata
from pathlib import PurePosixPath
from typing import Any

import pytest

pytest.importorskip("cyclonedx", reason="packaging/requirements-sbom.txt is not installed")

from steps import inside, licences, project
from steps.errors import CannotBuildError
from steps.inside import Inside
from steps.policy import Policy


@pytest.fixture(scope="module")
def sbom():
    """The step itself, imported by whoever runs these tests only: what checks the list takes three seconds to be there."""
    from steps import sbom

    return sbom


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    packages = {name: metadata.distribution(name) for name in ("numpy", "orjson")}
    found = Inside(packages, packages, (PurePosixPath("libheif.so.1"),), "3.11.7", None)
    return licences.collect(found, Policy.read(licences.POLICY), tmp_path_factory.mktemp("frozen"))


def _listed(text: str) -> dict[str, Any]:
    return {component["name"]: component for component in json.loads(text)["components"]}


def test_the_list_says_what_is_inside_and_under_which_licence(sbom, parts, tmp_path):
    (tmp_path / "libheif.so.1").write_bytes(b"library")
    text = sbom.sbom(parts, tmp_path, sbom.pinned(sbom.PINS.read_text("utf-8")))
    said, listed = json.loads(text), _listed(text)
    assert (said["bomFormat"], said["specVersion"]) == ("CycloneDX", "1.6")
    assert said["metadata"]["component"]["version"] == project.VERSION
    numpy = listed["numpy"]
    assert numpy["purl"] == f"pkg:pypi/numpy@{metadata.version('numpy')}"
    assert listed["orjson"]["licenses"] == [
        {"acknowledgement": "concluded", "expression": "MPL-2.0 AND (Apache-2.0 OR MIT)"}
    ]
    sums = {
        one["content"] for reference in numpy["externalReferences"] for one in reference.get("hashes", ())
    }
    pins = sbom.PINS.read_text("utf-8")
    assert len(sums) > 3
    assert all(one in pins for one in sums)
    file = listed["libheif"]["components"][0]
    assert file["hashes"] == [{"alg": "SHA-256", "content": hashlib.sha256(b"library").hexdigest()}]
    assert "replaced" in str(listed["libheif"]["properties"])


def test_the_same_program_gives_the_same_list(sbom, parts, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    pins = sbom.pinned(sbom.PINS.read_text("utf-8"))
    first = sbom.sbom(parts, tmp_path, pins)
    assert sbom.sbom(list(reversed(parts)), tmp_path, pins) == first
    assert json.loads(first)["metadata"]["timestamp"] == "2026-09-21T14:13:20+00:00"


def test_a_program_that_was_frozen_from_other_versions_is_refused(sbom, parts, tmp_path):
    with pytest.raises(CannotBuildError, match=r"numpy .* pins name 1\.0"):
        sbom.sbom(parts, tmp_path, {"numpy": ("1.0", []), "orjson": (metadata.version("orjson"), [])})


def test_pins_are_read_with_their_sums(sbom):
    pins = sbom.pinned(
        "# c\na_b==1.0 ; x == 'y' \\\n    --hash=sha256:"
        + "a" * 64
        + "\nc==2 \\\n    --hash=sha256:"
        + "b" * 64
        + "\n"
    )
    assert pins == {"a-b": ("1.0", ["a" * 64]), "c": ("2", ["b" * 64])}
    assert set(pins) == {inside.spelled("A.b"), "c"}
