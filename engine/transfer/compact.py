"""Train only the word embeddings that the texts use: exactly the same result for less than half the optimiser's work.

A row that no text names has a zero gradient at every step, so AdamW without decay never moves it. Leaving
those rows out changes nothing but time and memory (for MiniLM the table is half of all weights).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.models.modules import FeatureModule, SequenceModule
from engine.models.text_tokens import TextTokenizer, TokenTable


@dataclass
class CompactVocabulary:
    """``rows`` are the kept ids, sorted; ``full`` (V, H) is the untouched table."""

    rows: NDArray[np.int64]
    full: Tensor

    @classmethod
    def shrink(
        cls, module: SequenceModule | FeatureModule, tokenizer: TextTokenizer, tables: tuple[TokenTable, ...]
    ) -> CompactVocabulary | None:
        """Replace the module's embedding by the rows that ``tables`` use; None where it cannot be done.

        Tied or very small tables stay whole.
        """
        embedding = module.embeddings
        shared = sum(p is embedding.weight for p in module.parameters()) != 1
        # ids up to the padding's keep their numbers: RoBERTa counts positions from where the padding id is not
        kept = np.arange(tokenizer.pad_id + 1)
        used = np.unique(np.concatenate([*(t.flat for t in tables), kept])).astype(np.int64)
        if shared or len(used) >= embedding.num_embeddings or type(embedding) is not nn.Embedding:
            return None
        made = cls(used, embedding.weight.detach().clone())
        made._put(embedding, made.full[torch.from_numpy(used)])
        return made

    def renumber(self, table: TokenTable) -> TokenTable:
        """The same texts in the kept rows' numbers."""
        return TokenTable(np.searchsorted(self.rows, table.flat).astype(np.int32), table.starts)

    def restore(self, module: SequenceModule | FeatureModule) -> None:
        """Put the trained rows back into the full table and the table back into the module."""
        full = self.full
        full[torch.from_numpy(self.rows)] = module.embeddings.weight.detach().to(full.device)
        self._put(module.embeddings, full)

    @staticmethod
    def _put(embedding: nn.Embedding, weight: Tensor) -> None:
        trained = embedding.weight.requires_grad
        embedding.weight = nn.Parameter(weight.clone(), requires_grad=trained)
        embedding.num_embeddings = weight.shape[0]
