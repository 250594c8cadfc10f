"""Any run's model: of whole texts, or of tagged words."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TypeVar

from engine.models.fusion_model import FusionModel
from engine.models.linear_model import LinearModel
from engine.models.tagging_model import TaggingModel
from engine.models.text_model import TorchModel

ModelT = TypeVar("ModelT", bound=TorchModel | TaggingModel)

RunModel = LinearModel | TorchModel | FusionModel | TaggingModel


def in_units(model: RunModel, word_unit: str) -> RunModel:
    """The same model, its weights shared, whose explanations give each ``word_unit`` a score (``WORD_UNITS``)."""
    if isinstance(model, LinearModel):
        return replace(model, word_unit=word_unit)
    if isinstance(model, FusionModel):
        return replace(model, parts=tuple(_reading(part, word_unit) for part in model.parts))
    return _reading(model, word_unit)


def word_unit_of(model: RunModel) -> str:
    """What its explanations give a score in scripts without spaces."""
    if isinstance(model, LinearModel):
        return model.word_unit
    return (model.parts[0] if isinstance(model, FusionModel) else model).tokenizer.word_unit


def _reading(model: ModelT, word_unit: str) -> ModelT:
    tokenizer = copy.copy(model.tokenizer)
    tokenizer.word_unit = word_unit
    return replace(model, tokenizer=tokenizer)
