"""Train only the word embeddings that the texts use: exactly the same result for less than half the optimiser's work.

A row that no text names has a zero gradient at every step, so AdamW without decay never moves it. Leaving
those rows out changes nothing but time and memory (for MiniLM the table is half of all weights).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.models.modules import TextModule
from engine.models.text_tokens import TextTokenizer, TokenTable


@dataclass
class CompactVocabulary:
    """``rows`` are the kept ids, sorted; ``full`` (V, H) is the untouched table."""

    rows: NDArray[np.int64]
    full: Tensor

    @classmethod
    def shrink(
        cls, module: TextModule, tokenizer: TextTokenizer, tables: tuple[TokenTable, ...]
    ) -> CompactVocabulary | None:
        """Replace the module's embedding by the rows that ``tables`` use; None where it cannot be done.

        Tied or very small tables stay whole.
        """
        embedding = module.embeddings
        shared = sum(p is embedding.weight for p in module.parameters()) != 1
        # ids up to the padding's keep their numbers: RoBERTa counts positions from where the padding id is not
        kept = np.arange(tokenizer.pad_id + 1)
        if tokenizer.mask_id < embedding.num_embeddings:
            kept = np.append(kept, tokenizer.mask_id)  # words are masked on the fly
        used = np.unique(np.concatenate([*(t.flat for t in tables), kept])).astype(np.int64)
        if shared or len(used) >= embedding.num_embeddings or type(embedding) is not nn.Embedding:
            return None
        made = cls(used, embedding.weight.detach().clone())
        made._put(embedding, made.full[torch.from_numpy(used)])
        return made

    def renumber(self, table: TokenTable) -> TokenTable:
        """The same texts in the kept rows' numbers."""
        return replace(table, flat=self.numbers(table.flat))

    def numbers(self, ids: NDArray[np.int32]) -> NDArray[np.int32]:
        """Token ids, all of them kept ones, as numbers of the kept rows."""
        return np.searchsorted(self.rows, ids).astype(np.int32)

    def restore(self, module: TextModule) -> None:
        """Put the trained rows back into the full table and the table back into the module."""
        full = self.full
        full[torch.from_numpy(self.rows)] = module.embeddings.weight.detach().to(full.device)
        self._put(module.embeddings, full)

    @staticmethod
    def _put(embedding: nn.Embedding, weight: Tensor) -> None:
        trained = embedding.weight.requires_grad
        embedding.weight = nn.Parameter(weight.clone(), requires_grad=trained)
        embedding.num_embeddings = weight.shape[0]
