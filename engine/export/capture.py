"""A torch model as one graph (``torch.export``), and a graph from elsewhere in the place of a module.

TorchScript is deprecated since torch 2.9 and warns at every call; ``torch.export`` is its successor, and what
``torch.onnx`` starts from.
"""

from __future__ import annotations

import copy
import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.export import Dim, ExportedProgram

from engine.api.errors import ErrorKind, KnownError
from engine.models.run_model import BagOfWords, FusedModel, RunModel
from engine.models.tagging_model import TaggingModel
from engine.models.text_model import TorchModel

_ROWS, _TOKENS = 3, 12  # of the example; 0 and 1 would be taken for constants

NetworkModel = TorchModel | TaggingModel


def networks(model: RunModel) -> tuple[NetworkModel, ...]:
    """The networks of a model, each with a tokenizer of its own: none, one, or the two of a fusion."""
    if isinstance(model, BagOfWords):
        return ()
    return model.parts if isinstance(model, FusedModel) else (model,)


def input_names(model: NetworkModel) -> tuple[str, ...]:
    names = ("input_ids", "attention_mask")
    return (*names, "token_type_ids") if model.tokenizer.takes_type_ids else names


def capture(model: NetworkModel, format: str) -> ExportedProgram:
    """The module's graph in fp32 on the CPU, for any number of rows and tokens.

    Raises EXPORT_FAILED where the architecture does things that no graph can say.
    """
    module = _Positional(model.module if model.device.type == "cpu" else copy.deepcopy(model.module).cpu())
    module.eval()
    width = min(_TOKENS, model.tokenizer.max_tokens)
    ids = torch.full((_ROWS, width), model.tokenizer.mask_id)
    mask = torch.ones_like(ids)
    mask[0, width // 2 :] = 0
    given = (ids, mask, torch.zeros_like(ids))[: len(input_names(model))]
    axes = {0: Dim.DYNAMIC, 1: Dim.DYNAMIC}
    with quiet(), said_plainly(model, format), torch.no_grad():
        program = torch.export.export(module, given, dynamic_shapes=tuple(axes for _ in given))
    # the example is pickled into a saved program, and the places in our source files with it
    program.example_inputs = None
    for node in program.graph.nodes:
        for key in ("stack_trace", "nn_module_stack", "source_fn_stack"):
            node.meta.pop(key, None)
    return program


def in_place_of_module(model: NetworkModel, forward: Callable[[dict[str, Tensor]], Tensor]) -> NetworkModel:
    """A model that tokenises and pools as ``model`` does but computes by ``forward``, on the CPU."""
    outside: Any = _Outside(forward)
    return replace(model, module=outside, device=torch.device("cpu"))


@contextmanager
def quiet() -> Iterator[None]:
    """What the exporters warn of concerns their own insides; what comes out is checked instead."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


@contextmanager
def said_plainly(model: NetworkModel, format: str) -> Iterator[None]:
    """An architecture that cannot be written is the world's fault, not ours: EXPORT_FAILED."""
    try:
        yield
    except (RuntimeError, NotImplementedError, TypeError, ValueError) as error:
        family = family_of(model)
        detail = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        raise KnownError(ErrorKind.EXPORT_FAILED, format=format, family=family, detail=detail) from error


def family_of(model: NetworkModel) -> str:
    """The transformers family of the encoder: ``bert``."""
    return str(getattr(getattr(model.module.encoder, "config", None), "model_type", "?"))


class _Positional(nn.Module):
    """A graph has inputs in an order; our modules take them by name."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor | None = None
    ) -> Tensor:
        batch = {"input_ids": input_ids, "attention_mask": attention_mask}
        if token_type_ids is not None:
            batch["token_type_ids"] = token_type_ids
        return self.module(**batch)  # type: ignore[no-any-return]


class _Outside(nn.Module):
    def __init__(self, compute: Callable[[dict[str, Tensor]], Tensor]) -> None:
        super().__init__()
        self._compute = compute

    def forward(self, **batch: Tensor) -> Tensor:
        return self._compute(batch)
