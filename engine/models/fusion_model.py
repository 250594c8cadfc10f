"""Two encoders behind one linear head: its logits are the sum of what each encoder's half of the head gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import torch

from engine.models.text_model import Logits, TorchModel
from engine.progress import Progressed, Work, finish, retold


@dataclass
class FusionModel:
    """Logits W1 f1 + W2 f2 + b: ``parts`` are models of their own, the first with W1 and b, the second with W2.

    So each part reads with its own tokenizer, and whatever is linear in the logits (word scores of an
    explanation) is the sum over the parts. ``source_folders`` are where the parts' encoders lie, to share their files.
    """

    parts: tuple[TorchModel, ...]
    thresholds: tuple[float, ...] = ()
    source_folders: tuple[Path | None, ...] = ()
    labels: tuple[str, ...] = field(init=False)
    task: str = field(init=False)
    model_hash: str = field(init=False)
    device: torch.device = field(init=False)

    def __post_init__(self) -> None:
        first = self.parts[0]
        self.labels, self.task, self.device = first.labels, first.task, first.device
        self.model_hash = "+".join(part.model_hash for part in self.parts)

    @property
    def outputs(self) -> int:
        """C: how many logits a text has."""
        return self.parts[0].outputs

    def logits(self, texts: Sequence[str]) -> Logits:
        return finish(self.score(texts))

    def score(self, texts: Sequence[str], precision: str = "fp32", stage: str = "score") -> Work[Logits]:
        """Logits (N, C), in fp32 whatever is asked: where bf16 is too coarse only the sum could tell."""
        total = yield from self._scored(0, texts, stage)
        for part in range(1, len(self.parts)):
            total = total + (yield from self._scored(part, texts, stage))
        return total

    def _scored(self, part: int, texts: Sequence[str], stage: str) -> Work[Logits]:
        def tell(step: Progressed) -> Progressed:
            done, parts = part * step.total + step.done, len(self.parts)
            return replace(step, done=done, total=step.total * parts)

        return retold(self.parts[part].score(texts, "fp32", stage), tell)

    def read_to(self, text: str) -> int:
        """The code point where the last of the parts stops reading."""
        return max(part.read_to(text) for part in self.parts)
