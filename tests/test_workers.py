"""Tests keep together what belongs together when several processes share them, and a crash costs one test."""

from types import SimpleNamespace

import pytest

from tests.workers import ByFile, fitting, sendable

TESTS = ["a.py::one", "a.py::two", "a.py::three[x@y]", "b.py::one", "b.py::two@drives", "c.py::one@drives"]


class Worker:
    """Notes what it is told to run."""

    def __init__(self, name: str) -> None:
        self.gateway = SimpleNamespace(id=name)
        self.told: list[str] = []
        self.shutting_down = False

    def send_runtest_some(self, places: list[int]) -> None:
        self.told += [TESTS[place] for place in places]

    def shutdown(self) -> None:
        pass


@pytest.fixture
def workers() -> list[Worker]:
    return [Worker("gw0"), Worker("gw1")]


@pytest.fixture
def sharing(workers: list[Worker]) -> ByFile:
    options = SimpleNamespace(loadscopereorder=False, maxprocesses=None)
    sharing = ByFile(SimpleNamespace(getvalue=lambda _: ["popen"] * len(workers), option=options))
    for worker in workers:
        sharing.add_node(worker)
        sharing.add_node_collection(worker, TESTS)
    sharing.schedule()
    return sharing


def test_a_file_stays_together_and_so_does_a_group_of_several_files(
    sharing: ByFile, workers: list[Worker]
) -> None:
    first, second = workers
    assert first.told == ["a.py::one", "a.py::two", "a.py::three[x@y]"]
    assert second.told == ["b.py::one", "b.py::two@drives", "c.py::one@drives"]


def test_a_test_that_ends_its_worker_is_not_given_to_another(sharing: ByFile, workers: list[Worker]) -> None:
    first, second = workers
    sharing.mark_test_complete(first, TESTS.index("a.py::one"))
    assert sharing.remove_node(first) == "a.py::two"
    for test in list(second.told):
        sharing.mark_test_complete(second, TESTS.index(test))
    assert second.told[3:] == ["a.py::three[x@y]"]


def test_a_worker_that_ends_with_all_done_leaves_nothing(sharing: ByFile, workers: list[Worker]) -> None:
    first, second = workers
    for test in list(first.told):
        sharing.mark_test_complete(first, TESTS.index(test))
    assert sharing.remove_node(first) is None
    assert len(second.told) == 3


@pytest.mark.parametrize("named", ["tests/test_settings.py", "tests/test_settings.py::test_one"])
def test_a_single_file_starts_no_workers(named: str) -> None:
    assert fitting([named]) == 0
    assert fitting([named, "tests/test_logs.py"]) > 0
    assert fitting(["tests"]) > 0


def test_what_is_no_utf_8_is_escaped_wherever_it_stands_in_a_report() -> None:
    report = {"sections": [("log", "a\udcff.jpg")], "when": None, "\udcff": 1.5}
    assert sendable(report) == {"sections": [("log", "a\\udcff.jpg")], "when": None, "\\udcff": 1.5}
