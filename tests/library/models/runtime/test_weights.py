"""Tensors over a file that is mapped, not read."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from desktop_app.library.errors import ModelDamagedError, ModelMissingError
from desktop_app.library.models.runtime.weights import Weights


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "weights.safetensors"
    random = np.random.default_rng(1)
    save_file(
        {
            "single": random.random((3, 4), dtype=np.float32),
            "half": random.random((5,)).astype(np.float16),
            "number": np.arange(3),
            "scalar": np.array(2.5, dtype=np.float32),
        },
        path,
    )
    return path


def test_tensors_are_those_of_the_file_as_they_are_stored(file: Path):
    random = np.random.default_rng(1)
    tensors = Weights(file).tensors(["single", "half", "scalar"])
    assert np.array_equal(tensors["single"], random.random((3, 4), dtype=np.float32))
    assert tensors["half"].dtype == np.float16
    assert np.array_equal(tensors["half"], random.random((5,)).astype(np.float16))
    assert tensors["scalar"].shape == ()
    assert tensors["scalar"] == 2.5


def test_bfloat16_becomes_float32(tmp_path: Path):
    values = np.array([[1.0, -2.5], [0.15625, 3.0]], dtype=np.float32)
    halves = (values.view(np.uint32) >> 16).astype(np.uint16)
    header = json.dumps({"w": {"dtype": "BF16", "shape": [2, 2], "data_offsets": [0, 8]}}).encode()
    path = tmp_path / "w.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header + halves.tobytes())
    assert np.array_equal(Weights(path).tensors(["w"])["w"], values)


def test_on_a_drive_that_may_go_away_they_are_read(file: Path, monkeypatch: pytest.MonkeyPatch):
    mapped = Weights(file).tensors(["single", "half", "scalar"])
    monkeypatch.setattr("desktop_app.library.models.runtime.weights.may_be_pulled", lambda _path: True)
    weights = Weights(file)
    with weights.sparingly():
        read = weights.tensors(["single", "half", "scalar"])
    before = {name: tensor.copy() for name, tensor in mapped.items()}
    file.write_bytes(b"")
    assert all(np.array_equal(read[name], before[name]) for name in before)
    assert read["half"].dtype == np.float16
    with pytest.raises(ModelMissingError):
        weights.tensors(["single"])
    file.unlink()
    with pytest.raises(ModelMissingError):
        weights.tensors(["single"])


def test_what_is_written_to_a_tensor_never_reaches_the_file(file: Path):
    before = file.read_bytes()
    weights = Weights(file)
    weights.tensors(["single"])["single"][:] = 0
    del weights
    assert file.read_bytes() == before


def test_tensors_are_the_same_after_their_memory_was_given_back(file: Path):
    weights = Weights(file)
    single = weights.tensors(["single"])["single"]
    before = single.copy()
    with weights.sparingly():
        assert np.array_equal(single, before)
    weights.rest()
    assert np.array_equal(single, before)


@pytest.mark.parametrize("name", ["absent", "number"])
def test_a_part_that_is_not_there_or_no_number_with_a_point_is_damage(file: Path, name: str):
    with pytest.raises(ModelDamagedError) as caught:
        Weights(file).tensors([name])
    assert str(file) in caught.value.sentence
    assert name in caught.value.sentence


def test_a_file_that_is_cut_short_is_damage(file: Path):
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(ModelDamagedError, match="is damaged"):
        Weights(file)


def test_a_file_that_is_not_there_is_missing(tmp_path: Path):
    with pytest.raises(ModelMissingError):
        Weights(tmp_path / "none.safetensors")
