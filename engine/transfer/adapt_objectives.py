"""What a source model learns from texts without labels: masked words, or to know a text by what is left of it.

Masked words: 15 % of the tokens, as in BERT (Devlin et al. 2019), drawn anew at every reading (RoBERTa). Denoising:
a sentence encoder has no head for words; the mean state of a text that lost 30 to 60 % of its tokens (deletion,
as TSDAE, Wang et al. 2021, found best) must be nearest to the whole text's among the batch (InfoNCE at
temperature 0.05, as SimCSE, Gao et al. 2021; ConSERT, Yan et al. 2021, with corrupted tokens).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from math import exp
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import safe_open
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoModelForMaskedLM, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutput

from engine.devices import autocast
from engine.models.modules import mean_pool
from engine.models.source import WEIGHTS, SourceModel
from engine.models.store import load_encoder
from engine.models.text_tokens import TextTokenizer, TokenTable
from engine.progress import Progressed, Work
from engine.transfer.objective import Judgement, Moment

_MASKED = 0.15
_DELETED = (0.3, 0.6)
_TEMPERATURE = 0.05
_CORRUPTION = 5  # a purpose of ``Moment.generator``
_JUDGED_AT_ONCE = 32
_OLD_NAMES = (("LayerNorm.weight", "LayerNorm.gamma"), ("LayerNorm.bias", "LayerNorm.beta"))


def has_masked_head(source: SourceModel) -> bool:
    """Whether the checkpoint holds the weights of the family's masked-word head, as its header says."""
    try:
        with torch.device("meta"):
            model = AutoModelForMaskedLM.from_config(source.config)  # type: ignore[no-untyped-call]
    except ValueError:  # a family without such a head
        return False
    with safe_open(source.folder / WEIGHTS, "pt") as file:
        stored = set(file.keys())
    names: dict[int, list[str]] = {}
    for name, parameter in model.named_parameters(remove_duplicate=False):
        names.setdefault(id(parameter), []).append(name)
    inner = f"{model.base_model_prefix}."
    head = [same for same in names.values() if not any(name.startswith(inner) for name in same)]
    return bool(head) and all(any(_stored(name, stored) for name in same) for same in head)


def _stored(name: str, stored: set[str]) -> bool:
    return name in stored or any(name.replace(new, old) in stored for new, old in _OLD_NAMES)


class AdaptObjective(ABC):
    """An ``Objective`` on texts alone: ``losses`` of what a corrupted text does not give back.

    ``encoder`` is what is adapted; it has the trained weights after ``finish``. Judged on held-out texts by the
    loss, whose ``figure`` is exp(-loss).
    """

    readings = 1

    def __init__(
        self, encoder: PreTrainedModel, tokenizer: TextTokenizer, train: TokenTable, held_out: TokenTable
    ) -> None:
        self.encoder = encoder
        self.module: PreTrainedModel = encoder
        self.tokenizer = tokenizer
        self.device: torch.device = encoder.device
        self.lengths = train.lengths
        self._train = train
        self._held_out = held_out
        self._special = np.array(sorted(tokenizer.tokenizer.all_special_ids))

    def loss(self, rows: NDArray[np.int64], moment: Moment, precision: str) -> Tensor:
        return self.losses(self._train, rows, moment, precision).sum()

    @abstractmethod
    def losses(self, table: TokenTable, rows: NDArray[np.int64], moment: Moment, precision: str) -> Tensor:
        """(B,), with their graph."""

    def judge(self, precision: str) -> Work[Judgement]:
        order = np.argsort(self._held_out.lengths, kind="stable")
        total = 0.0
        self.module.train(False)
        try:
            for start in range(0, len(order), _JUDGED_AT_ONCE):
                rows = order[start : start + _JUDGED_AT_ONCE]
                with torch.no_grad():
                    # always the same moment for the same texts, so that they are always corrupted alike
                    total += float(self.losses(self._held_out, rows, Moment(0, 0, start, 0), precision).sum())
                yield Progressed("validate", start + len(rows), len(order))
        finally:
            self.module.train()
        loss = total / len(order)
        return Judgement(loss, exp(-loss))

    def finish(self) -> None:
        """Put the trained weights into ``encoder``, where they are not there already."""
        return

    def _able(self, ids: NDArray[Any]) -> NDArray[np.bool_]:
        """Which tokens may be corrupted: all but the markers."""
        return ~np.isin(ids, self._special)


class MaskedWordsObjective(AdaptObjective):
    """The words under the masks. A text's loss is the mean over its masked tokens."""

    def __init__(
        self,
        source: SourceModel,
        tokenizer: TextTokenizer,
        train: TokenTable,
        held_out: TokenTable,
        device: torch.device,
    ) -> None:
        encoder = load_encoder(source.folder)  # with its pooler, which a masked-word model leaves out
        super().__init__(encoder, tokenizer, train, held_out)
        self.module = AutoModelForMaskedLM.from_pretrained(
            source.folder, local_files_only=True, use_safetensors=True, dtype=torch.float32
        )
        nn.Module.to(self.module, device)
        self.device = device

    def losses(self, table: TokenTable, rows: NDArray[np.int64], moment: Moment, precision: str) -> Tensor:
        batch = self.tokenizer.table_batch(table, rows, torch.device("cpu"))
        ids = batch["input_ids"].numpy()
        hidden, chosen = self._corrupted(ids, moment.generator(_CORRUPTION))
        wanted = torch.from_numpy(ids[chosen]).to(self.device)
        batch["input_ids"] = torch.from_numpy(hidden)
        batch = {name: value.to(self.device) for name, value in batch.items()}
        at = torch.from_numpy(chosen).to(self.device)
        with autocast(self.device, precision):
            logits = self._words(batch, at)
        losses = functional.cross_entropy(logits.float(), wanted, reduction="none")
        owners = at.nonzero()[:, 0]
        counts = torch.bincount(owners, minlength=len(rows)).clamp_min(1)
        return torch.zeros(len(rows), device=self.device).index_add(0, owners, losses) / counts

    def _corrupted(
        self, ids: NDArray[np.int64], random: np.random.Generator
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """(B, T) ids with masks, and where: 8 of 10 chosen tokens masked, 1 another token, 1 as it was."""
        able = self._able(ids)
        chance = np.where(able, random.random(ids.shape), 2.0)
        # one token at least, so that every text teaches something
        chosen = able & ((chance < _MASKED) | (chance == chance.min(1, keepdims=True)))
        how = random.random(ids.shape)
        others = random.integers(0, self.module.config.vocab_size, ids.shape)
        hidden = np.where(chosen & (how < 0.8), self.tokenizer.mask_id, ids)
        return np.where(chosen & (how >= 0.9), others, hidden), chosen

    def _words(self, batch: dict[str, Tensor], at: Tensor) -> Tensor:
        """Logits (M, V) of the words where ``at`` (B, T): the head reads nothing else, V numbers a token are many."""
        states = self.module.base_model(**batch)[0][at].unsqueeze(0)  # (1, M, H)
        with _saying(self.module.base_model, states):
            logits: Tensor = self.module(input_ids=batch["input_ids"][:1, :1]).logits[0]
        return logits

    def finish(self) -> None:
        self.encoder.load_state_dict(self.module.base_model.state_dict(), strict=False)


@contextmanager
def _saying(base: nn.Module, states: Tensor) -> Iterator[None]:
    """Within the context the encoder answers with ``states``, whatever it is asked."""
    base.forward = lambda *_, **__: BaseModelOutput(last_hidden_state=states)
    try:
        yield
    finally:
        del base.forward


class DenoisingObjective(AdaptObjective):
    """The whole text among the batch's by what is left of it."""

    def __init__(
        self,
        source: SourceModel,
        tokenizer: TextTokenizer,
        train: TokenTable,
        held_out: TokenTable,
        device: torch.device,
    ) -> None:
        encoder = load_encoder(source.folder)
        nn.Module.to(encoder, device)
        super().__init__(encoder, tokenizer, train, held_out)
        pooler = getattr(encoder, "pooler", None)
        if isinstance(pooler, nn.Module):
            pooler.requires_grad_(False)  # nothing reads it here

    def losses(self, table: TokenTable, rows: NDArray[np.int64], moment: Moment, precision: str) -> Tensor:
        random = moment.generator(_CORRUPTION)
        whole = [table.ids(int(row)) for row in rows]
        left = [self._deleted(ids, random) for ids in whole]
        found = functional.normalize(self._pooled(left, precision), dim=-1)
        sought = functional.normalize(self._pooled(whole, precision), dim=-1)
        likeness = found @ sought.T / _TEMPERATURE  # (B, B)
        # a text that is twice in the batch must not count as a wrong answer
        keys = [ids.tobytes() for ids in whole]
        same = torch.tensor([[a == b and i != j for j, b in enumerate(keys)] for i, a in enumerate(keys)])
        likeness = likeness.masked_fill(same.to(self.device), float("-inf"))
        return functional.cross_entropy(
            likeness, torch.arange(len(rows), device=self.device), reduction="none"
        )

    def _deleted(self, ids: NDArray[np.int32], random: np.random.Generator) -> NDArray[np.int32]:
        """Without 30 to 60 % of its tokens; markers stay, and one token at least."""
        able = np.flatnonzero(self._able(ids))
        count = min(len(able) - 1, round(float(random.uniform(*_DELETED)) * len(able)))
        return np.delete(ids, random.permutation(able)[: max(0, count)])

    def _pooled(self, pieces: list[NDArray[np.int32]], precision: str) -> Tensor:
        """Mean states (B, H) in fp32."""
        starts = np.concatenate([[0], np.cumsum([len(piece) for piece in pieces], dtype=np.int64)])
        table = TokenTable(np.concatenate(pieces), starts)
        batch = self.tokenizer.table_batch(table, np.arange(len(pieces)), self.device)
        encoder: Any = self.encoder
        with autocast(self.device, precision):
            states = encoder(**batch)[0]
        return mean_pool(states.float(), batch["attention_mask"])
