"""What weights that somebody trained may look like inside, and brings them into the shape that open_clip saves."""

import json
import os
from pathlib import Path

from desktop_app.library.errors import ModelDamagedError
from desktop_app.library.models.files import Shapes, read_shapes

# Before each name, where a model was trained on several cards, compiled, or was a part of something else.
_BEGINNINGS = ("module.", "_orig_mod.", "model.", "clip.")
_LAYERS_BESIDE = (".lora_A.", ".lora_B.", ".lora_down.", ".lora_up.", "lora_te_", "lora_unet_")


def without_beginnings(weights: Path) -> Shapes:
    """Take from all names what training put before them, in place, and return name and shape of every tensor.

    The file is the caller's own copy; its tensors stay where they are.

    Raises:
        ModelDamagedError: It is no whole safetensors file, or holds what was trained beside a model without the model.
    """
    shapes = read_shapes(weights)
    if any(sign in name for name in shapes for sign in _LAYERS_BESIDE):
        raise ModelDamagedError(
            "These weights are a LoRA, which is nothing without the model it was trained on.",
            "Merge it into that model and save all of it, then import that.",
        )
    beginning = _common_beginning(shapes)
    if not beginning:
        return shapes
    with weights.open("r+b") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
        shorter = {
            name if name == "__metadata__" else name.removeprefix(beginning): entry
            for name, entry in header.items()
        }
        text = json.dumps(shorter, separators=(",", ":"), ensure_ascii=False).encode()
        if len(text) > length:  # it was written even denser
            raise ModelDamagedError("The names in these weights cannot be read.", "Save them again.")
        file.seek(8)
        file.write(text.ljust(length))
        file.flush()
        os.fsync(file.fileno())
    return read_shapes(weights)


def _common_beginning(shapes: Shapes) -> str:
    """Return what stands before all names; one beginning may stand before another."""
    found = ""
    while True:
        rest = [name.removeprefix(found) for name in shapes]
        more = next((one for one in _BEGINNINGS if rest and all(name.startswith(one) for name in rest)), "")
        if not more:
            return found
        found += more
