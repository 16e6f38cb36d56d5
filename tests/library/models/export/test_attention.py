"""Attention that is written plainly is the attention that torch calculates, and where it is more than that, torch's own."""

from contextlib import suppress
from typing import Any

import pytest
import torch

from desktop_app.library.models.export.attention import plain_attention

COUNT, LENGTH, WIDTH = 3, 7, 32


@pytest.fixture
def tokens() -> torch.Tensor:
    return torch.randn(COUNT, LENGTH, WIDTH, generator=torch.Generator().manual_seed(1))


def attention_of(**named: Any) -> torch.nn.MultiheadAttention:
    torch.manual_seed(2)
    attention = torch.nn.MultiheadAttention(WIDTH, 4, **{"batch_first": True, **named})
    for tensor in attention.parameters():
        torch.nn.init.normal_(tensor, std=0.3)
    return attention.eval().requires_grad_(requires_grad=False)


def looking_back() -> torch.Tensor:
    return torch.full((LENGTH, LENGTH), -torch.inf).triu(1)


@pytest.mark.parametrize("mask", [None, looking_back()], ids=["all", "looking back"])
@pytest.mark.parametrize("bias", [True, False], ids=["bias", "no bias"])
def test_it_is_what_torch_calculates(tokens: torch.Tensor, mask: torch.Tensor | None, *, bias: bool) -> None:
    attention = attention_of(bias=bias)
    usual, _ = attention(tokens, tokens, tokens, need_weights=False, attn_mask=mask)
    with plain_attention():
        plain, weights = attention(tokens, tokens, tokens, need_weights=False, attn_mask=mask)
    torch.testing.assert_close(plain, usual, rtol=1e-5, atol=1e-5)
    assert weights is None


@pytest.mark.parametrize(
    ("made", "named"),
    [
        ({}, {"need_weights": True}),
        ({}, {"key_padding_mask": torch.tensor([[False] * 5 + [True] * 2] * COUNT)}),
        ({}, {"attn_mask": torch.ones(LENGTH, LENGTH, dtype=torch.bool).triu(1)}),
        ({}, {"attn_mask": looking_back().repeat(COUNT * 4, 1, 1)}),
        ({"batch_first": False}, {}),
        ({"add_zero_attn": True}, {}),
        ({"add_bias_kv": True}, {}),
        ({"kdim": WIDTH, "vdim": WIDTH}, {}),
    ],
)
def test_more_than_that_is_left_to_torch(
    tokens: torch.Tensor, made: dict[str, Any], named: dict[str, Any]
) -> None:
    attention = attention_of(**made)
    given = {"need_weights": False, **named}
    usual = attention(tokens, tokens, tokens, **given)
    with plain_attention():
        other = attention(tokens, tokens, tokens, **given)
    assert other[0].equal(usual[0])
    assert (other[1] is None) == (usual[1] is None)


def test_what_looks_at_something_else_is_left_to_torch(tokens: torch.Tensor) -> None:
    attention = attention_of()
    asked = tokens[:, :1]
    usual, _ = attention(asked, tokens, tokens, need_weights=False)
    with plain_attention():
        other, _ = attention(asked, tokens, tokens, need_weights=False)
    assert other.equal(usual)


def test_torchs_own_is_back_afterwards() -> None:
    usual = torch.nn.MultiheadAttention.forward
    with suppress(KeyboardInterrupt), plain_attention():
        assert torch.nn.MultiheadAttention.forward is not usual
        raise KeyboardInterrupt
    assert torch.nn.MultiheadAttention.forward is usual
