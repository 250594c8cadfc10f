"""Adversarial training: every batch is learnt once more with its word embeddings moved where they hurt most.

``fgm``: one step along the gradient (Miyato et al. 2017). ``pgd``: several steps, drawn back into the ball after
each (Madry et al. 2018), the first from the text itself, whose gradient is there already. ``virtual``: towards
where the answer itself changes most, without the label, and the change is what is learnt against (VAT, Miyato et
al. 2018). The perturbation is bounded in the L2 norm of a whole text's embeddings, as in Miyato et al. 2017;
``epsilon`` is that bound in units of the mean norm of a word embedding: at 1 a text may move as far as one word's
embedding is long.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from engine.models.modules import TextModule
from engine.progress import Progressed, Work
from engine.transfer.adapt import starting_source
from engine.transfer.criteria import IGNORED
from engine.transfer.method import Job, LoopWork, Outcome, supervised_work
from engine.transfer.objective import Judgement, Moment
from engine.transfer.preparing import Prepared
from engine.transfer.supervised import TagObjective, TextObjective
from engine.transfer.tuning import tune

_PURPOSE = 4  # of ``Moment.generator``
_STEP = (
    1.5  # of PGD: a step is this times epsilon / steps, so that the ball's edge can be reached from anywhere
)
_TINY = 1e-12


def train(job: Job) -> Work[Outcome]:
    """Train ``job.source`` against perturbed embeddings; goes on from the run's checkpoint where there is one."""
    yield Progressed("load", 0, 1)
    source = yield from starting_source(job)
    attack = _attack(job)

    def against(prepared: Prepared) -> AdversarialObjective:
        return AdversarialObjective(prepared.objective, attack)

    return (yield from tune(job, source, against))


def loop_work(job: Job) -> LoopWork:
    """The passes of ``AdversarialObjective.loss``; the clean one goes backward for the words and for the weights."""
    attack = _attack(job)
    if attack.kind == "virtual":
        forward, backward = attack.steps + 3, attack.steps + 2
    else:
        steps = attack.steps if attack.kind == "pgd" else 1
        forward, backward = steps + 1, steps + 2
    return supervised_work(job, (forward + 2 * backward) / 3)


@dataclass(frozen=True)
class Attack:
    """``kind``: fgm, pgd or virtual; ``steps`` of the latter two; ``weight`` of the perturbed loss."""

    kind: str
    epsilon: float
    steps: int
    weight: float


def _attack(job: Job) -> Attack:
    return Attack(
        job.option("attack", str),
        job.option("epsilon", float),
        job.option("attack_steps", int),
        job.option("adversarial_weight", float),
    )


class AdversarialObjective:
    """The supervised loss plus ``weight`` times the loss of the perturbed texts."""

    readings = 2

    def __init__(self, supervised: TextObjective | TagObjective, attack: Attack) -> None:
        self._supervised = supervised
        self._attack = attack
        self.module: TextModule = supervised.model.module
        self.device = supervised.device
        self.lengths = supervised.lengths
        norms = self.module.embeddings.weight.detach().norm(dim=1)
        # of the words that were there at the start: a resumed training measures with the same rod
        self._radius = attack.epsilon * float(norms[norms > 0].mean())

    def loss(self, rows: NDArray[np.int64], moment: Moment, precision: str) -> Tensor:
        batch, targets = self._supervised.learnt(rows, moment)
        if self._attack.kind == "virtual":
            return self._virtual(batch, targets, moment, precision)
        zero = self._zero(batch)
        with perturbed(self.module, zero):
            clean = self._supervised.batch_loss(batch, targets, moment, precision)
        (slope,) = torch.autograd.grad(clean, zero, retain_graph=True)
        steps = self._attack.steps if self._attack.kind == "pgd" else 1
        size = self._radius * (_STEP / steps if steps > 1 else 1.0)
        moved = self._within(_along(slope, size))
        for _ in range(steps - 1):
            here = moved.requires_grad_()
            with perturbed(self.module, here):
                found = self._supervised.batch_loss(batch, targets, moment, precision)
            (slope,) = torch.autograd.grad(found, here)
            moved = self._within(here.detach() + _along(slope, size))
        with perturbed(self.module, moved.detach()):
            worst = self._supervised.batch_loss(batch, targets, moment, precision)
        return clean + self._attack.weight * worst

    def _virtual(self, batch: dict[str, Tensor], targets: Tensor, moment: Moment, precision: str) -> Tensor:
        """The clean loss and the divergence of the perturbed answer from the clean one."""
        clean = self._supervised.batch_loss(batch, targets, moment, precision)
        self.module.eval()  # dropout would change the answer more than the perturbation does
        try:
            with torch.no_grad():
                said = self._supervised.logits(batch, precision)
            moved = self._random(batch, moment)
            for _ in range(self._attack.steps):
                # a finite step of the power method: an infinitesimal one is lost in bf16
                here = (moved / 2).requires_grad_()
                with perturbed(self.module, here):
                    found = self._divergence(said, self._supervised.logits(batch, precision), targets)
                (slope,) = torch.autograd.grad(found, here)
                moved = _along(slope, self._radius)
        finally:
            self.module.train()
        with perturbed(self.module, moved):
            changed = self._supervised.logits(batch, precision)
        return clean + self._attack.weight * self._divergence(said, changed, targets)

    def judge(self, precision: str) -> Work[Judgement]:
        return (yield from self._supervised.judge(precision))

    def _divergence(self, said: Tensor, changed: Tensor, targets: Tensor) -> Tensor:
        """The sum over the batch of KL(said || changed) of the task's answers; of a score the squared difference."""
        task = self._supervised.model.task
        if task == "score":
            return (said - changed).square().sum()
        if task == "multi":
            wanted = said.sigmoid()
            given = functional.binary_cross_entropy_with_logits(changed, wanted, reduction="sum")
            return given - functional.binary_cross_entropy(wanted, wanted, reduction="sum")
        if task == "tagging":
            begun = targets != IGNORED
            words_per_text = max(1.0, float(begun.sum()) / len(targets))
            return _kl(said[begun], changed[begun]) / words_per_text
        return _kl(said, changed)

    def _zero(self, batch: dict[str, Tensor]) -> Tensor:
        """A perturbation (B, T, E) that is none yet."""
        shape = (*batch["input_ids"].shape, self.module.embeddings.embedding_dim)
        return torch.zeros(shape, device=self.device, requires_grad=True)

    def _random(self, batch: dict[str, Tensor], moment: Moment) -> Tensor:
        """A perturbation as long as it may be, in a random direction; padding stays."""
        shape = (*batch["input_ids"].shape, self.module.embeddings.embedding_dim)
        drawn = moment.generator(_PURPOSE).standard_normal(shape, np.float32)
        kept = torch.from_numpy(drawn).to(self.device) * batch["attention_mask"].unsqueeze(-1)
        return _along(kept, self._radius)

    def _within(self, moved: Tensor) -> Tensor:
        """Drawn back to the ball's edge where a text (of B, T, E) lies outside."""
        share: Tensor = self._radius / moved.flatten(1).norm(dim=1).clamp_min(_TINY)
        return moved * share.clamp_max(1.0)[:, None, None]


def _along(slope: Tensor, length: float) -> Tensor:
    """The direction (B, T, E) of each text's gradient, ``length`` long."""
    moved: Tensor = length * slope / slope.flatten(1).norm(dim=1).clamp_min(_TINY)[:, None, None]
    return moved


def _kl(said: Tensor, changed: Tensor) -> Tensor:
    return functional.kl_div(changed.log_softmax(-1), said.log_softmax(-1), reduction="sum", log_target=True)


@contextmanager
def perturbed(module: TextModule, moved: Tensor) -> Iterator[None]:
    """Within the context the word embeddings of a forward pass (B, T, E) are those of the texts plus ``moved``."""

    def add(_module: nn.Module, _inputs: Any, output: Tensor) -> Tensor:
        return output + moved

    handle = module.embeddings.register_forward_hook(add)
    try:
        yield
    finally:
        handle.remove()
