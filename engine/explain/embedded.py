"""A model as a function of its word embeddings, whatever its file looks like."""

from __future__ import annotations

from inspect import signature
from typing import Any

from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode


class Embedded:
    """``embeddings`` (1, T, H) are the text's; calling with others (B, T, H) gives their logits.

    Positions, token types and the attention mask are the text's own, whatever the embeddings are. ``batch`` holds
    tensors (1, T); of several texts (B, T) the embeddings are as many.
    """

    _table: Any

    def __init__(self, module: nn.Module, batch: dict[str, Tensor]) -> None:
        self._module = module
        self._table = module.embeddings
        self._batch = batch | explicit_positions(module, batch["input_ids"])
        self.embeddings: Tensor = self._table(batch["input_ids"]).detach()

    def blank(self, token: int, keep: Tensor) -> Tensor:
        """The embeddings with every token but those of ``keep`` (1, T) replaced by ``token``."""
        ids = self._batch["input_ids"]
        return self._table(ids.where(keep, ids.new_tensor(token))).detach()  # type: ignore[no-any-return]

    def mean(self, keep: Tensor) -> Tensor:
        """The embeddings with every token but those of ``keep`` (1, T) replaced by the mean of the table."""
        return self.embeddings.where(keep.unsqueeze(-1), self._table.weight.detach().mean(0))

    def __call__(self, embeddings: Tensor) -> Tensor:
        batch = {name: value.expand(len(embeddings), -1) for name, value in self._batch.items()}
        with _Instead(self._table.weight, embeddings):
            return self._module(**batch)  # type: ignore[no-any-return]


class _Instead(TorchFunctionMode):
    """The first look-up in the word embeddings' table gives ``embeddings``."""

    def __init__(self, table: Tensor, embeddings: Tensor) -> None:
        super().__init__()
        self._table = table
        self._embeddings: Tensor | None = embeddings

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if func is functional.embedding and self._embeddings is not None and args[1] is self._table:
            found, self._embeddings = self._embeddings, None
            return found
        return func(*args, **(kwargs or {}))


def explicit_positions(module: nn.Module, ids: Tensor) -> dict[str, Tensor]:
    """``position_ids`` (B, T) of the real input, for families that else derive them from the ids.

    RoBERTa-like models count the tokens that are no padding: a baseline must not move the others.
    """
    encoder: Any = module.encoder
    embeddings: Any = getattr(encoder, "embeddings", None)
    derive = getattr(embeddings, "create_position_ids_from_input_ids", None)
    if derive is None or "position_ids" not in signature(encoder.forward).parameters:
        return {}
    return {"position_ids": derive(ids, embeddings.padding_idx)}
