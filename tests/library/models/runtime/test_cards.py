"""Graphics cards are seen without torch, and whoever has one is told how it is used."""

import sys
from pathlib import Path

import pytest

from desktop_app.library.models.runtime import cards, ways
from desktop_app.library.models.runtime.cards import advice, devices
from desktop_app.library.models.runtime.ways import cpu_has_bfloat16


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "dev").mkdir()
    return tmp_path


def test_cards_are_seen_by_what_the_system_shows(bare: Path) -> None:
    assert "cuda" not in devices(bare)
    (bare / "dev" / "kfd").touch()
    vendor = bare / "sys" / "class" / "drm" / "renderD128" / "device" / "vendor"
    vendor.parent.mkdir(parents=True)
    vendor.write_text("0x8086\n")
    devices.cache_clear()
    assert {"cuda", "xpu"} <= devices(bare)
    devices.cache_clear()


@pytest.mark.parametrize(
    ("seen", "torch", "is_amd", "says"),
    [
        ((), "", False, ""),
        (("cuda",), "2.13.0+cu126", False, ""),
        (("cuda",), "", False, "/whl/cu126"),
        (("cuda",), "2.13.0+cpu", False, "/whl/cu126"),
        (("cuda",), "", True, "/whl/rocm"),
        (("xpu",), "2.13.0+cpu", False, "/whl/xpu"),
        (("mps",), "", False, "pip install torch torchvision”"),
        (("mps",), "2.13.0", False, ""),
    ],
)
def test_an_idle_card_comes_with_advice(seen: tuple[str, ...], torch: str, is_amd: bool, says: str) -> None:
    told = advice(frozenset(seen), torch, is_amd=is_amd)
    assert says in told
    assert bool(told) == bool(says)


def test_the_installed_program_does_not_tell_to_install_what_it_cannot_take_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    told = advice(frozenset({"cuda"}), "", is_amd=False)
    assert "the installed program calculates on the processor" in told
    assert "pip install" not in told


@pytest.mark.parametrize(
    ("limit", "has"),
    [("", True), ("ALL", True), ("avx512_core_bf16", True), ("AVX512_CORE_AMX", True)]
    + [(limit, False) for limit in ("AVX2", "avx2", "SSE41", "AVX512_CORE", "AVX512_CORE_VNNI", "nonsense")],
)
def test_hidden_instructions_are_not_there(monkeypatch: pytest.MonkeyPatch, limit: str, has: bool) -> None:
    monkeypatch.setattr(ways, "_system_says_bfloat16", lambda: True)
    for name in ("ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA"):
        monkeypatch.delenv(name, raising=False)
    assert cpu_has_bfloat16()
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", limit)
    assert cpu_has_bfloat16() is has


@pytest.mark.parametrize(
    ("way", "here", "says"),
    [
        (ways.ONNXRUNTIME_COREML, ({"mps"}, "Darwin", ()), ""),
        (ways.ONNXRUNTIME_COREML, (set(), "Linux", ()), "needs Apple silicon, and none is seen"),
        (ways.ONNXRUNTIME_CUDA, ({"cuda"}, "Linux", ("onnxruntime-gpu",)), ""),
        (ways.ONNXRUNTIME_CUDA, ({"cuda"}, "Linux", ()), "needs the package onnxruntime-gpu, which is not installed"),
        (ways.ONNXRUNTIME_CUDA, (set(), "Linux", ("onnxruntime-gpu",)), "needs a graphics card that it can use"),
        (ways.ONNXRUNTIME_DIRECTML, (set(), "Windows", ("onnxruntime-directml",)), ""),
        (ways.ONNXRUNTIME_DIRECTML, (set(), "Windows", ()), "needs the package onnxruntime-directml"),
        (ways.ONNXRUNTIME_DIRECTML, (set(), "Linux", ("onnxruntime-directml",)), "needs a graphics card"),
    ],
)  # fmt: skip
def test_cards_that_onnx_runtime_uses_are_ways_where_they_are_installed(
    way: ways.Way, here: tuple[set[str], str, tuple[str, ...]], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, system, installed = here
    monkeypatch.setattr(cards, "devices", lambda: frozenset(seen))
    monkeypatch.setattr("platform.system", lambda: system)
    monkeypatch.setattr(cards, "_version", lambda package: "1.22" if package in installed else "")
    monkeypatch.setattr(ways, "_is_installed", lambda _package: True)
    assert ways.why_not(way).startswith(says)
    assert bool(ways.why_not(way)) == bool(says)
