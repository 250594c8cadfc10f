"""LoRA: small low-rank matrices beside the encoder's projections learn in their place (Hu et al. 2021, by peft).

Attention and feed-forward projections alike, as "LoRA without regret" and the QLoRA paper find best. At the end
they are added to the weights that they stood beside, so that the model which is kept is an ordinary one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from torch import nn

from engine.models.modules import TextModule

if TYPE_CHECKING:
    from peft import LoraModel

_ALPHA_PER_RANK = 2  # what is added is scaled by alpha / rank


@dataclass(frozen=True)
class LowRank:
    """The adapters of a module whose encoder has them."""

    adapters: LoraModel

    def merge(self) -> None:
        """Add them to the weights and take them away; the module is then as it was, with other weights."""
        self.adapters.merge_and_unload()


def add_low_rank(module: TextModule, rank: int) -> LowRank | None:
    """Give the trained projections of the encoder adapters of ``rank``; the head (with its pooler) learns whole.

    Where only the top layers are trained only theirs get adapters; None where no layer is. The draw is torch's,
    so seed it before.
    """
    from peft import LoraConfig, LoraModel  # seconds to import: only when it is asked for

    encoder = module.encoder
    targets = [name for name, part in encoder.named_modules() if _is_projection(name, part)]
    if not targets:
        return None
    head = [
        p
        for name, p in module.named_parameters()
        if p.requires_grad and (id(p) not in _ids(encoder) or ".pooler." in f".{name}.")
    ]
    config = LoraConfig(r=rank, lora_alpha=_ALPHA_PER_RANK * rank, target_modules=targets, lora_dropout=0.0)
    adapters = LoraModel(encoder, config, "default")
    for parameter in head:
        parameter.requires_grad_(True)
    return LowRank(adapters)


def _is_projection(name: str, part: nn.Module) -> bool:
    return isinstance(part, nn.Linear) and part.weight.requires_grad and "pooler" not in name.split(".")


def _ids(module: nn.Module) -> set[int]:
    return {id(p) for p in module.parameters()}
