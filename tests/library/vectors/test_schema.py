"""The index of a collection on a server follows the number of its rows, upwards and not at once."""

import pytest

from desktop_app.library.vectors.schema import (
    DISK,
    GRAPH,
    MOST_GRAPH,
    MOST_PLAIN,
    PLAIN,
    IndexProfile,
    server_profile,
)


@pytest.mark.parametrize(
    ("rows", "present", "profile"),
    [
        (0, "", PLAIN),
        (MOST_PLAIN, "", PLAIN),
        (MOST_PLAIN + 1, "", GRAPH),
        (MOST_GRAPH, "", GRAPH),
        (MOST_GRAPH + 1, "", DISK),
        (2 * MOST_PLAIN, "FLAT", PLAIN),
        (2 * MOST_PLAIN + 1, "FLAT", GRAPH),
        (10, "HNSW", GRAPH),
        (2 * MOST_GRAPH, "HNSW", GRAPH),
        (2 * MOST_GRAPH + 1, "HNSW", DISK),
        (2 * MOST_GRAPH + 1, "FLAT", DISK),
        (10, "DISKANN", DISK),
    ],
)
def test_an_index_is_chosen_by_rows_and_changed_late(rows: int, present: str, profile: IndexProfile) -> None:
    assert server_profile(rows, present) is profile


def test_an_index_that_somebody_else_built_is_searched_and_stays() -> None:
    assert server_profile(10**9, "GPU_CAGRA") == IndexProfile("GPU_CAGRA", {}, {})


@pytest.mark.parametrize(("profile", "name"), [(GRAPH, "ef"), (DISK, "search_list")])
def test_a_search_looks_wider_than_its_limit_and_no_wider_than_allowed(
    profile: IndexProfile, name: str
) -> None:
    for limit, wide in ((10, 512), (400, 800), (16_384, 32_768)):
        assert profile.search_params(limit) == {"metric_type": "IP", "params": {name: wide}}
    assert profile.search_params(10, share=0.25)["params"] == {name: 2_048}
