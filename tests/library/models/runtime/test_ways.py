"""The ways to run a model: which can be taken here, and how their spaces are called."""

import pytest

from desktop_app.library.models.runtime import ways
from desktop_app.library.models.runtime.ways import (
    ONNXRUNTIME,
    OPENVINO,
    OPENVINO_BFLOAT16,
    TORCH,
    WAYS,
    default_way,
    model_of_space,
    way_named,
    way_of_space,
    why_not,
)


def test_exact_ways_share_the_models_space_and_others_have_their_own():
    assert {way.space_of("clip-1") for way in WAYS if way.is_exact} == {"clip-1"}
    others = [way.space_of("clip-1") for way in WAYS if not way.is_exact]
    assert len(set(others)) == len(others)
    assert "clip-1" not in others


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_space_tells_model_and_way(way: ways.Way):
    space = way.space_of("clip-0123456789abcdef")
    assert model_of_space(space) == "clip-0123456789abcdef"
    assert way_of_space(space) == (None if way.is_exact else way)
    assert way_named(way.name) == way


def test_a_name_that_is_none_is_no_way():
    assert way_named("faster") is None


def test_bfloat16_is_never_taken_on_a_processor_without_it():
    assert why_not(OPENVINO_BFLOAT16, lambda: True) == ""
    assert "bfloat16" in why_not(OPENVINO_BFLOAT16, lambda: False)
    assert why_not(OPENVINO, lambda: False) == ""


def test_a_way_whose_package_is_not_there_says_so(monkeypatch):
    monkeypatch.setattr(ways, "_is_installed", lambda package: package != "openvino")
    assert why_not(OPENVINO) == "needs the package openvino, which is not installed"
    assert why_not(ONNXRUNTIME) == ""


@pytest.mark.parametrize(
    ("machine", "there", "taken"),
    [
        ("x86_64", {"openvino", "onnxruntime", "open_clip"}, OPENVINO),
        ("AMD64", {"openvino"}, OPENVINO),
        ("arm64", {"openvino", "onnxruntime"}, ONNXRUNTIME),
        ("aarch64", {"openvino"}, OPENVINO),
        ("x86_64", {"onnxruntime"}, ONNXRUNTIME),
        ("x86_64", {"open_clip"}, TORCH),
    ],
)
def test_the_exact_way_where_nothing_was_measured(
    monkeypatch, machine: str, there: set[str], taken: ways.Way
):
    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setattr(ways, "_is_installed", there.__contains__)
    assert default_way() == taken


def test_the_names_of_all_ways_fit_into_the_table_that_is_printed():
    from desktop_app.cli import bench_output

    assert max(len(way.name) for way in WAYS) <= bench_output._WAY
