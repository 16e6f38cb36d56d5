"""Writes a network's attention as the few operators that it is.

What torch 2.13 writes of its `MultiheadAttention` turns every batch to tokens first and back, and packs and unpacks what it
multiplies: 32 operators a layer in place of 18. The vectors are the same. Measured for the half for words of ViT-B-32-256
with OpenVINO, which looks through all of them again and again: compiled in 0.38 s in place of 0.59, and a query of 7 tokens in
20 ms in place of 23, in int8 5.6 in place of 7.4.
"""

import contextlib
import math
from collections.abc import Iterator
from typing import Any

import torch

_Attention = torch.nn.MultiheadAttention


@contextlib.contextmanager
def plain_attention() -> Iterator[None]:
    """Have every network calculate attention of a sequence to itself plainly, in this block; for the process as a whole."""
    usual = _Attention.forward

    def forward(self: torch.nn.MultiheadAttention, *given: Any, **named: Any) -> Any:
        if _is_plain(self, *given, **named):
            return _attended(self, given[0] if given else named["query"], named.get("attn_mask")), None
        return usual(self, *given, **named)

    _Attention.forward = forward  # type: ignore[method-assign]
    try:
        yield
    finally:
        _Attention.forward = usual  # type: ignore[method-assign]


def _is_plain(
    attention: torch.nn.MultiheadAttention,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    key_padding_mask: torch.Tensor | None = None,
    *,
    need_weights: bool = True,
    attn_mask: torch.Tensor | None = None,
    **_: bool,
) -> bool:
    """Whether nothing is asked for but a batch's own sequences, with at most a mask to be added."""
    is_itself = query is key and key is value and query.dim() == 3
    has_more = attention.bias_k is not None or attention.add_zero_attn or key_padding_mask is not None
    adds_mask = attn_mask is None or (attn_mask.dim() == 2 and attn_mask.is_floating_point())
    is_packed = attention.in_proj_weight is not None and attention.batch_first
    return is_itself and is_packed and adds_mask and not need_weights and not has_more


def _attended(
    attention: torch.nn.MultiheadAttention, tokens: torch.Tensor, mask: torch.Tensor | None
) -> torch.Tensor:
    """Return what each token gathers from the others, ``(batch, tokens, width)`` as given."""
    count, length, width = tokens.shape
    each = width // attention.num_heads
    packed = torch.nn.functional.linear(tokens, attention.in_proj_weight, attention.in_proj_bias)
    asked, offered, said = (
        part.reshape(count, length, attention.num_heads, each)
        for part in packed.split(width, dim=-1)  # type: ignore[no-untyped-call]
    )
    fits = (asked.permute(0, 2, 1, 3) * (1 / math.sqrt(each))) @ offered.permute(0, 2, 3, 1)
    shares = (fits if mask is None else fits + mask).softmax(-1)
    gathered = (shares @ said.permute(0, 2, 1, 3)).permute(0, 2, 1, 3).reshape(count, length, width)
    out: torch.Tensor = attention.out_proj(gathered)
    return out
