"""Writes the two towers of a model of open_clip as graphs without weights.

A graph template is an ONNX file whose weights are named as the checkpoint's tensors and lie elsewhere: any weights of
that architecture fit it. Needs torch, open_clip and onnx.
"""

import contextlib
import hashlib
import io
import json
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import onnx
import torch
from onnx import numpy_helper

from desktop_app.library.errors import ModelError
from desktop_app.library.models.export.attention import plain_attention
from desktop_app.library.models.export.simplify import simplify
from desktop_app.library.models.reference.clip_import import import_open_clip
from desktop_app.library.models.runtime.architecture import architecture_of
from desktop_app.library.models.runtime.graph import IMAGE_NAME, TEXT_NAME
from desktop_app.library.models.runtime.graphs import EXPORTER_VERSION

ABOUT_NAME = "graphs.json"
"""Says beside the graphs what they are of, and what made them."""

# The lowest with LayerNormalization as one operator, which every runtime has.
_OPSET, _IR = 17, 8
_EXTERNAL = onnx.TensorProto.EXTERNAL
_MODULE = "network"


class _Tower(torch.nn.Module):
    """One tower of a model; its network is found under a name that is cut off again."""

    def __init__(self, network: Any, method: str) -> None:
        super().__init__()
        setattr(self, _MODULE, network)
        self._method = method

    def forward(self, given: torch.Tensor) -> Any:
        return getattr(getattr(self, _MODULE), self._method)(given)


def export_templates(network: Any, config: Mapping[str, object], folder: Path) -> None:
    """Write `image.onnx`, `text.onnx` and `graphs.json` of a network into an empty folder.

    The graphs take `pictures` ``(n, 3, side, side)`` float32 or `tokens` ``(n, context_length)`` int64, and give
    `vectors` ``(n, dimension)`` float32 of any length. Takes seconds; the network stays as it is.

    Args:
        network: As open_clip made it, in float32 and frozen; its weights may be anything.
        config: Its `open_clip_config.json`.
        folder: Of the caller.

    Raises:
        ModelError: This architecture cannot be written as a graph.
        OSError: The folder cannot be written.
    """
    side, length = side_of(network), network.context_length
    dimension = cast("Mapping[str, int]", config["model_cfg"])["embed_dim"]
    pictures = torch.zeros(2, 3, side, side)
    tokens = torch.zeros(2, length, dtype=torch.int64)
    image = _template(network, "encode_image", "pictures", pictures, dimension)
    text = _template(network, "encode_text", "tokens", tokens, dimension)
    (folder / IMAGE_NAME).write_bytes(image)
    (folder / TEXT_NAME).write_bytes(text)
    about = {
        "exporter": EXPORTER_VERSION,
        "architecture": architecture_of(config),
        "opset": _OPSET,
        "torch": torch.__version__,
        "open_clip": import_open_clip().__version__,
        "side": side,
        "context_length": length,
        "dimension": dimension,
        "sha256": {
            IMAGE_NAME: hashlib.sha256(image).hexdigest(),
            TEXT_NAME: hashlib.sha256(text).hexdigest(),
        },
    }
    (folder / ABOUT_NAME).write_text(json.dumps(about, indent=2) + "\n", "utf-8")


def side_of(network: Any) -> int:
    """Return the side in pixels of the pictures that a network reads.

    Raises:
        ModelError: They are no squares.
    """
    size = network.visual.image_size
    sides = set(size) if isinstance(size, tuple | list) else {size}
    if len(sides) != 1:
        raise ModelError(
            f"This model reads pictures of {size[0]} by {size[1]} pixels, which cannot be exported.",
            "Choose a model that reads squares.",
        )
    return int(sides.pop())


def _template(network: Any, method: str, name: str, example: torch.Tensor, dimension: int) -> bytes:
    """Return one tower as the bytes of a graph template, equal for equal architectures."""
    model = onnx.ModelProto.FromString(_traced(_Tower(network, method).eval(), name, example))
    graph = model.graph
    for node in graph.node:
        if node.domain:
            raise ModelError(f"This model needs {node.domain}.{node.op_type}, which no runtime has.")
        node.ClearField("doc_string")
    _take_in_buffers(graph, network)
    simplify(graph, _OPSET)
    _leave_weights_outside(graph, network)
    del graph.value_info[:]
    graph.name = f"{name} to vectors"
    graph.output[0].CopyFrom(
        onnx.helper.make_tensor_value_info("vectors", onnx.TensorProto.FLOAT, ["n", dimension])
    )
    finished = onnx.helper.make_model(
        graph,
        producer_name="vislumbre",
        producer_version=str(EXPORTER_VERSION),
        ir_version=_IR,
        opset_imports=[onnx.helper.make_opsetid("", _OPSET)],
    )
    content: bytes = finished.SerializeToString(deterministic=True)
    return content


def _traced(tower: torch.nn.Module, name: str, example: torch.Tensor) -> bytes:
    """Return what torch writes of a tower: all weights are inputs, under their own names."""
    file: Any = io.BytesIO()
    with _true_to_the_network(), plain_attention(), warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter(
            "ignore"
        )  # of the tracer, about shapes that it takes as they are, which is wanted
        torch.onnx.export(
            tower,
            (example,),
            file,
            dynamo=False,
            export_params=False,
            do_constant_folding=False,
            opset_version=_OPSET,
            input_names=[name],
            output_names=["vectors"],
            dynamic_axes={name: {0: "n"}, "vectors": {0: "n"}},
        )
    content: bytes = file.getvalue()
    return content


@contextlib.contextmanager
def _true_to_the_network() -> Iterator[None]:
    """Keep torch from its fused attention, which has no operator in ONNX, and from merging weights that are equal.

    Two tensors that are equal in this network are not in another one of its architecture. On one thread, for several
    wait busily for each other, which took ten times as long beside other work.
    """
    fused, threads = torch.backends.mha.get_fastpath_enabled(), torch.get_num_threads()
    passes: Any = torch._C  # noqa: SLF001 - there is no switch for this pass
    merge = passes._jit_pass_onnx_deduplicate_initializers  # noqa: SLF001
    torch.backends.mha.set_fastpath_enabled(False)
    torch.set_num_threads(1)
    passes._jit_pass_onnx_deduplicate_initializers = lambda _, tensors, __: tensors  # noqa: SLF001
    try:
        yield
    finally:
        passes._jit_pass_onnx_deduplicate_initializers = merge  # noqa: SLF001
        torch.backends.mha.set_fastpath_enabled(fused)
        torch.set_num_threads(threads)


def _take_in_buffers(graph: onnx.GraphProto, network: Any) -> None:
    """Write into the graph what the network has beside its checkpoint, like the mask of a text tower."""
    tensors = dict(network.named_parameters()) | dict(network.named_buffers())
    stored = set(network.state_dict())
    kept = [graph.input[0]]
    for given in list(graph.input)[1:]:
        name = given.name.removeprefix(f"{_MODULE}.")
        if name in stored:
            kept.append(given)
        else:
            graph.initializer.append(numpy_helper.from_array(tensors[name].detach().numpy(), given.name))
    inputs = [onnx.ValueInfoProto.FromString(given.SerializeToString()) for given in kept]
    del graph.input[:]
    graph.input.extend(inputs)


def _leave_weights_outside(graph: onnx.GraphProto, network: Any) -> None:
    """Turn the inputs that are weights into initialisers without content, named as the checkpoint's tensors."""
    read = {name for node in graph.node for name in node.input}
    weights = [given.name for given in list(graph.input)[1:] if given.name in read]
    del graph.input[1:]
    tensors = network.state_dict()
    for node in graph.node:
        for at, name in enumerate(node.input):
            if name in weights:
                node.input[at] = name.removeprefix(f"{_MODULE}.")
    for full in weights:
        name = full.removeprefix(f"{_MODULE}.")
        tensor = graph.initializer.add(name=name, data_type=onnx.TensorProto.FLOAT, data_location=_EXTERNAL)
        tensor.dims.extend(tensors[name].shape)
        tensor.external_data.add(key="location", value="weights")
