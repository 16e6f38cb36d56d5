"""rclip, another program that finds photos by words: its own code from the index, with the weights that are measured here."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from tests.benchmarks.process_tree import Ran, ran
from tests.benchmarks.processes import answer_of

VERSION = "3.3.0"
_INSTALL_S = 600
# Where rclip looks below its data folder for what it would fetch from its hub.
_MODEL = "ViT-B-32-256-datacomp_s34b_b86k"
_VOCABULARY = "bpe_simple_vocab_16e6.txt.gz"

_RUNNING = """
import json, os, sys, time
from rclip.main import init_rclip
program, model, database = init_rclip(os.getcwd(), 8, no_indexing=True)
taken = []
for number in range(int(sys.argv[1]) + 3):
    started = time.perf_counter()
    program.search(f"{number} dogs on the beach", os.getcwd(), 10)
    taken.append(time.perf_counter() - started)
program.close(); model.close(); database.close()
print(json.dumps(taken[3:]))
"""


class PeerMissingError(Exception):
    """The peer cannot be had; the text says why, in one sentence."""


class Rclip:
    """rclip with models of our own making."""

    name = f"rclip {VERSION}"

    def __init__(self, model: Path, place: Path) -> None:
        """Install rclip, and give it a model.

        Args:
            model: Folder of a model of the shape ViT-B-32-256, as open_clip has it.
            place: An empty folder for all of it.

        Raises:
            PeerMissingError: It cannot be installed.
        """
        self._home = place / "environment"
        self._data = place / "data"
        _install(self._home)
        _write_model(model, self._data)

    def renewed(self) -> None:
        """Forget all photos."""
        for file in self._data.glob("db.sqlite3*"):
            file.unlink()

    def index(self, photos: Path) -> Ran:
        """Look through a folder, as before every search; rclip has no command for that alone, so one search is in it."""
        return self._ran(photos, "a dog on the beach")

    def search(self, photos: Path, words: str, limit: int = 10) -> Ran:
        """Search without looking through the folder."""
        return self._ran(photos, "--no-indexing", "--top", str(limit), words)

    def neighbours(self, photos: Path, example: Path, limit: int) -> list[str]:
        """Return the names of the photos nearest to an example, which is not among them."""
        words = ("--no-indexing", "--filepath-only", "--top", str(limit), f"./{example.name}")
        return [Path(line).name for line in self._ran(photos, *words).said.splitlines()]

    def running(self, photos: Path, searches: int) -> Ran:
        """Open it once and search again and again; says the seconds of each as JSON."""
        return ran(
            [self._home / "bin" / "python", "-c", _RUNNING, str(searches)],
            cwd=photos,
            environment=self._environment,
        )

    @property
    def _environment(self) -> Mapping[str, str]:
        # Its ONNX Runtime would tell Microsoft of every run.
        return {"RCLIP_DATADIR": str(self._data), "ORT_DISABLE_TELEMETRY": "1"}

    def _ran(self, photos: Path, *words: str) -> Ran:
        return ran([self._home / "bin" / "rclip", *words], cwd=photos, environment=self._environment)


def _install(home: Path) -> None:
    """Make an environment with rclip in it.

    Raises:
        PeerMissingError: It cannot be made.
    """
    steps = (
        [sys.executable, "-m", "venv", str(home)],
        [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", f"rclip=={VERSION}"],
    )
    for step in steps:
        try:
            done = subprocess.run(step, capture_output=True, text=True, timeout=_INSTALL_S, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PeerMissingError(f"rclip {VERSION} cannot be installed here: {error}") from error
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["pip failed"])[-1]
            raise PeerMissingError(f"rclip {VERSION} cannot be installed here: {last}")


def _write_model(model: Path, data: Path) -> None:
    """Write a model's two towers where rclip finds them, as its own converter does: whole, float32, opset 18."""
    place = data / _MODEL
    place.mkdir(parents=True)
    (data / "tokenizer").mkdir()
    package = find_spec("open_clip")
    if package is None or package.origin is None:
        raise PeerMissingError("rclip's model cannot be made without open_clip.")
    shutil.copyfile(Path(package.origin).parent / _VOCABULARY, data / "tokenizer" / _VOCABULARY)
    # In a process of its own, for it keeps two gigabytes.
    answer_of(_EXPORT, str(model), str(place))


_EXPORT = """
import sys
from pathlib import Path
from desktop_app.library.models.reference.clip_import import import_open_clip
open_clip = import_open_clip()
import torch
torch.backends.mha.set_fastpath_enabled(False)  # ONNX has no such operator
network = open_clip.create_model(f"local-dir:{sys.argv[1]}", precision="fp32", device="cpu").eval()

class Words(torch.nn.Module):
    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, tokens):
        return self.network.encode_text(tokens)

side = network.visual.image_size
side = side if isinstance(side, tuple) else (side, side)
towers = {
    "visual": (network.visual, torch.rand(1, 3, *side)),
    "textual": (Words(network).eval(), torch.zeros(1, network.context_length, dtype=torch.int64)),
}
for name, (tower, example) in towers.items():
    torch.onnx.export(
        tower, (example,), str(Path(sys.argv[2]) / f"{name}.onnx"), dynamo=False, opset_version=18,
        input_names=["input"], output_names=["output"], dynamic_axes={"input": {0: "n"}, "output": {0: "n"}},
    )
print([])
"""
