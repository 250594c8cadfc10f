"""The loss of a student: its teacher's softened answers, the true labels, and where wanted the teacher's states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from engine.devices import autocast
from engine.models.modules import FeatureModule, LayersModule, hidden_states, mean_pool
from engine.models.text_model import TorchModel
from engine.transfer.criteria import Criterion
from engine.transfer.objective import Moment
from engine.transfer.supervised import TextData, TextObjective


@dataclass(frozen=True)
class Lessons:
    """What is known of each training row (R,): the teacher's ``logits`` (R, C), or None where labels alone teach.

    Of tagged words ``logits`` are those of all words (W, C), in the order of the texts.
    ``labelled`` (R,): which rows have a true target. ``states`` (R, K, H): the teacher's mean-pooled layers that
    the student's layers 1 to K are to match. ``hard_share`` is the weight of the true target, 0 to 1.
    """

    logits: NDArray[np.float32] | None
    labelled: NDArray[np.bool_]
    states: NDArray[np.float32] | None
    temperature: float
    hard_share: float


class DistilObjective(TextObjective):
    """A student's, judged on validation by the true labels as every other training."""

    def __init__(self, model: TorchModel, data: TextData, criterion: Criterion, lessons: Lessons) -> None:
        super().__init__(model, data, criterion)
        self.lessons = lessons
        self._matching: Matching | None = None
        if lessons.states is not None:
            assert isinstance(model.module, FeatureModule)
            self._matching = Matching(model.module, lessons.states).to(self.device)
            self.module = self._matching

    def loss(self, rows: NDArray[np.int64], moment: Moment, precision: str) -> Tensor:
        batch = self.batch(rows, moment)
        if self._matching is None:
            return self._answers(self.logits(batch, precision), rows).sum()
        module = self.model.module
        assert isinstance(module, FeatureModule)
        with autocast(self.device, precision):
            states = [mean_pool(s, batch["attention_mask"]) for s in hidden_states(module.encoder, batch)]
            logits = module.head(module.dropout(torch.cat([states[k] for k in module.layers], -1)))
            matched = self._matching.projected(states)
        return (self._answers(logits.float(), rows) + self._matching.losses(matched, rows)).sum()

    def _answers(self, logits: Tensor, rows: NDArray[np.int64]) -> Tensor:
        """Losses (B,) of logits (B, C)."""
        lessons = self.lessons
        true = self.criterion(logits, self.targets(rows))
        if lessons.logits is None:
            return true
        said = torch.from_numpy(lessons.logits[rows]).to(self.device)
        soft = soft_losses(self.model.task, logits, said, lessons.temperature)
        share = lessons.hard_share * torch.from_numpy(lessons.labelled[rows]).to(self.device).float()
        return (1 - share) * soft + share * true


class Matching(nn.Module):
    """The student with projections that are learnt beside it and thrown away.

    ``wanted`` (R, K, H): the teacher's mean-pooled layers of each row that the student's layers 1 to K are to match.
    """

    def __init__(self, student: LayersModule, wanted: NDArray[np.float32]) -> None:
        super().__init__()
        pairs, width = wanted.shape[1:]
        own = int(student.encoder.config.hidden_size)
        self.student = student
        self.projections = nn.ModuleList(nn.Linear(own, width) for _ in range(pairs))
        self._wanted = wanted

    def projected(self, states: Sequence[Tensor]) -> Tensor:
        """Mean-pooled states, embeddings first, each (B, own width) -> (B, K, H)."""
        return torch.stack([p(s) for p, s in zip(self.projections, states[1:], strict=True)], 1)

    def losses(self, projected: Tensor, rows: NDArray[np.int64]) -> Tensor:
        """Squared distances (B,) of unit vectors, the mean over the layers (Sun et al. 2019, equation 7)."""
        wanted = torch.from_numpy(self._wanted[rows]).to(projected.device)
        own = projected.float()
        distances = (functional.normalize(own, dim=-1) - functional.normalize(wanted, dim=-1)) ** 2
        return distances.sum(-1).mean(-1)


def soft_losses(task: str, logits: Tensor, said: Tensor, temperature: float) -> Tensor:
    """Losses (B,) of logits (B, C) against a teacher's ``said`` (B, C); for a score the squared difference.

    One label: T^2 KL(teacher / T || student / T); several: the same of each label's two outcomes, summed.
    """
    if task == "score":
        return (logits[:, 0] - said[:, 0]) ** 2
    if task == "multi":
        wanted = (said / temperature).sigmoid()
        given = functional.binary_cross_entropy_with_logits(logits / temperature, wanted, reduction="none")
        least = functional.binary_cross_entropy(wanted, wanted, reduction="none")
        return (given - least).sum(-1) * temperature**2
    given = functional.kl_div(
        functional.log_softmax(logits / temperature, -1),
        functional.log_softmax(said / temperature, -1),
        reduction="none",
        log_target=True,
    )
    return given.sum(-1) * temperature**2
