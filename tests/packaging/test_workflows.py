import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from steps import project

_WORKFLOWS = sorted((project.ROOT / ".github" / "workflows").glob("*.yml"))
_PINNED = re.compile(r"^[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
_SECRET = re.compile(r"secrets\.(\w+)")


@pytest.fixture(params=_WORKFLOWS, ids=lambda path: path.stem)
def workflow(request) -> Path:
    return Path(request.param)


def _read(path: Path) -> dict[Any, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def _jobs(path: Path) -> dict[str, Any]:
    return dict(_read(path)["jobs"])


def _steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in _jobs(path).values() for step in job["steps"]]


def test_there_are_workflows_for_tests_and_releases():
    assert [path.stem for path in _WORKFLOWS] == ["ci", "release"]


def test_every_action_is_pinned_by_its_commit_and_says_its_version(workflow):
    uses = re.findall(r"uses:\s*(.+)", workflow.read_text(encoding="utf-8"))
    assert uses
    assert [line for line in uses if not _PINNED.match(line.strip())] == []


def test_a_version_of_an_action_is_the_same_everywhere():
    pins = {
        tuple(re.split("[@ ]", line)[:2])
        for path in _WORKFLOWS
        for line in re.findall(r"uses: (.+)", path.read_text("utf-8"))
    }
    assert len({name for name, _commit in pins}) == len(pins)


def test_nothing_is_allowed_that_a_job_does_not_name(workflow):
    assert _read(workflow)["permissions"] == {}
    for name, job in _jobs(workflow).items():
        assert "permissions" in job, name
        writes = {what for what, right in job["permissions"].items() if right == "write"}
        assert name == "draft" or not writes, name


def test_every_job_ends_at_some_time_and_does_not_run_beside_itself(workflow):
    assert "group" in _read(workflow)["concurrency"]
    assert all(0 < job["timeout-minutes"] <= 120 for job in _jobs(workflow).values())


def test_a_checkout_leaves_no_credentials_behind(workflow):
    checkouts = [
        step for step in _steps(workflow) if str(step.get("uses", "")).startswith("actions/checkout@")
    ]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_a_release_takes_nothing_in_whose_hash_is_not_written_down():
    installs = [run for run in _runs_of(_WORKFLOWS[1]) if "pip install" in run]
    assert installs
    assert all("--require-hashes" in run and "--no-deps" in run for run in installs)
    words = set(re.findall(r"requirements[a-z-]*", " ".join(installs)))
    assert {f"{word}.txt" for word in words} == {
        path.name for path in (project.PACKAGING / "hashed").iterdir()
    }


def test_systems_are_named_by_version_so_that_no_release_changes_by_itself(workflow):
    named = set()
    for job in _jobs(workflow).values():
        matrix = job.get("strategy", {}).get("matrix", {})
        named |= {
            job["runs-on"],
            *matrix.get("runner", []),
            *(row["runner"] for row in matrix.get("include", [])),
        }
    assert named - {"${{ matrix.runner }}"} == {"ubuntu-22.04", "windows-2022", "macos-15"}


def test_nothing_of_a_run_is_pasted_into_a_script(workflow):
    assert [step["run"] for step in _steps(workflow) if "${{" in step.get("run", "")] == []


def test_secrets_are_only_in_the_release_and_explained():
    named = {path.stem: set(_SECRET.findall(path.read_text(encoding="utf-8"))) for path in _WORKFLOWS}
    assert named["ci"] == set()
    explained = (project.PACKAGING / "RELEASING.md").read_text(encoding="utf-8")
    assert [name for name in sorted(named["release"]) if f"`{name}`" not in explained] == []
    with_secrets = [job for job in _jobs(_WORKFLOWS[1]).values() if "secrets." in str(job)]
    assert all(job["environment"] == "release" for job in with_secrets)


def test_the_release_calls_only_what_there_is():
    build = {name for run in _runs() for name in re.findall(r"build\.py ((?:[a-z]+ ?)+)", run)}
    words = {word for line in build for word in line.split()}
    matrix = _jobs(_WORKFLOWS[1])["build"]["strategy"]["matrix"]["include"]
    words |= {word for row in matrix for word in row["packages"].split()}
    driver = (project.PACKAGING / "build.py").read_text(encoding="utf-8")
    assert [word for word in sorted(words) if f'"{word}": ' not in driver] == []
    scripts = {script for run in _runs() for script in re.findall(r"packaging/[\w/.-]+", run)}
    assert [script for script in sorted(scripts) if not (project.ROOT / script).exists()] == []


def test_what_is_frozen_is_run_before_it_is_packed_and_packed_before_it_is_uploaded():
    names = [step.get("name", step.get("uses", "")) for step in _jobs(_WORKFLOWS[1])["build"]["steps"]]
    order = [
        "Freeze",
        "Run the frozen",
        "Hold it",
        "Sign the program",
        "List what",
        "Package",
        "Install, run",
    ]
    places = [next(place for place, name in enumerate(names) if name.startswith(start)) for start in order]
    assert places == sorted(places)
    assert any("upload-artifact" in name for name in names[places[-1] :])


def test_a_release_is_a_draft_made_from_a_tag_alone():
    draft = _jobs(_WORKFLOWS[1])["draft"]
    assert draft["if"] == "github.ref_type == 'tag'"
    assert "--draft" in str(draft["steps"])
    assert "--verify-tag" in str(draft["steps"])


def test_other_systems_are_tested_with_the_same_pins_as_the_makefile():
    makefile = (project.ROOT / "Makefile").read_text(encoding="utf-8")
    files = set(re.findall(r"-r (packaging/[\w.-]+)", makefile))
    assert len(files) == 4
    elsewhere = " ".join(step.get("run", "") for step in _jobs(_WORKFLOWS[0])["elsewhere"]["steps"])
    assert set(re.findall(r"-r (packaging/[\w.-]+)", elsewhere)) == files


def _runs() -> list[str]:
    return [run for path in _WORKFLOWS for run in _runs_of(path)]


def _runs_of(path: Path) -> list[str]:
    return [step["run"] for step in _steps(path) if "run" in step]
