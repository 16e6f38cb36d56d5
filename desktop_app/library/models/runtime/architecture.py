"""Names the shape of a model: two models of one architecture have one graph, whatever their weights are."""

import hashlib
import json
from collections.abc import Mapping

# Of `model_cfg`, what no graph depends on: where a tokenizer or first weights come from, and what only training reads.
_NOT_OF_THE_GRAPH = frozenset(
    {
        "cast_dtype",
        "hf_model_pretrained",
        "hf_tokenizer_name",
        "hf_tokenizer_revision",
        "init_logit_bias",
        "init_logit_scale",
        "nonscalar_logit_scale",
        "output_dict",
        "patch_dropout",
        "timm_drop",
        "timm_drop_path",
        "timm_model_pretrained",
        "tokenizer_kwargs",
        "tokenizer_mode",
    }
)
_DIGITS = 16


def architecture_of(config: Mapping[str, object]) -> str:
    """Return the id of a model's architecture, 16 hex digits: equal where the same graphs fit.

    Args:
        config: An `open_clip_config.json`, with its part `model_cfg`.
    """
    model = config.get("model_cfg")
    text = json.dumps(_shaping(model), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def _shaping(value: object) -> object:
    """Return a part of a configuration without what shapes no graph."""
    if isinstance(value, Mapping):
        return {str(key): _shaping(inner) for key, inner in value.items() if key not in _NOT_OF_THE_GRAPH}
    if isinstance(value, list | tuple):
        return [_shaping(inner) for inner in value]
    return value
