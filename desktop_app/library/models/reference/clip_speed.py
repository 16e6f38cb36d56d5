"""Makes a convolutional image tower twice as fast on a CPU without changing what it says."""

import copy
import itertools
import logging
from typing import Any

_log = logging.getLogger(__name__)

# Folding the normalisation into the weights rounds differently, no more: measured 1 − 1e-7.
_SAME = 0.9999


def speed_up(tower: Any, side: int) -> tuple[Any, bool]:
    """Return an image tower that gives the same vectors, and whether it wants its pictures channels last.

    Folds every batch normalisation into the convolution before it and lays the weights out channels last, which
    suits a CPU's cache: the built-in model went from 53 to 116 photos a second on 2 cores (batch 2 to 4), and no
    longer collapses at large batches. A tower without such pairs, or one that gives other vectors afterwards (its
    parts run in another order than they are listed), is returned as it was.

    Args:
        tower: In evaluation mode; left as it is.
        side: Of its pictures, in pixels.
    """
    import torch

    faster = (
        copy.deepcopy(tower)
        if any(isinstance(part, torch.nn.BatchNorm2d) for part in tower.modules())
        else None
    )
    if faster is None or not _fold(faster):
        return tower, False
    faster = faster.to(memory_format=torch.channels_last)
    picture = torch.rand((1, 3, side, side), generator=torch.Generator().manual_seed(0)) * 4 - 2
    with torch.inference_mode():
        before = tower(picture)
        after = faster(picture.to(memory_format=torch.channels_last))
        alike = torch.nn.functional.cosine_similarity(before, after).min().item()
    if alike >= _SAME:  # also False for a tower that gives no numbers
        return faster, True
    _log.warning("the image tower is not made faster: its vectors would change (cosine %.5f)", alike)
    return tower, False


def _fold(tower: Any) -> int:
    """Fold each batch normalisation that follows a convolution into it, in place; return how many."""
    import torch

    count = 0
    for parent in list(tower.modules()):
        children = list(parent.named_children())
        for (name, convolution), (next_name, norm) in itertools.pairwise(children):
            pair = isinstance(convolution, torch.nn.Conv2d) and isinstance(norm, torch.nn.BatchNorm2d)
            if pair and norm.num_features == convolution.out_channels:
                setattr(parent, name, torch.nn.utils.fusion.fuse_conv_bn_eval(convolution, norm))
                # timm's normalisation carries the activation inside it.
                setattr(parent, next_name, getattr(norm, "act", None) or torch.nn.Identity())
                count += 1
    return count
