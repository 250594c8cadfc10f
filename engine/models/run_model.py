"""Any run's model: of whole texts, or of tagged words."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any, TypeVar

from engine.api.words import CHARACTER
from engine.models.fusion_model import FusionModel
from engine.models.linear_model import LinearModel
from engine.models.linear_tagging_model import LinearTaggingModel
from engine.models.tag_fusion_model import TagFusionModel
from engine.models.tagging_model import TaggingModel
from engine.models.text_model import TorchModel

ModelT = TypeVar("ModelT", bound=TorchModel | TaggingModel)

AnyTaggingModel = TaggingModel | TagFusionModel | LinearTaggingModel  # answers for every word of a text
BagOfWords = LinearModel | LinearTaggingModel  # has no network, so no tokens
FusedModel = FusionModel | TagFusionModel  # of two encoders, whose logits add up
RunModel = LinearModel | TorchModel | FusionModel | AnyTaggingModel


def parts_of(model: FusedModel) -> tuple[TorchModel | TaggingModel, ...]:
    """The two encoders of a fusion, each a model of its own."""
    return model.parts


def in_units(model: RunModel, word_unit: str) -> RunModel:
    """The same model, its weights shared, whose explanations give each ``word_unit`` a score (``WORD_UNITS``)."""
    if isinstance(model, LinearModel):
        return replace(model, word_unit=word_unit)
    if isinstance(model, FusedModel):
        parts: Any = tuple(_reading(part, word_unit) for part in parts_of(model))
        return replace(model, parts=parts)
    if isinstance(model, LinearTaggingModel):
        return model  # its words are those that are tagged
    return _reading(model, word_unit)


def word_unit_of(model: RunModel) -> str:
    """What its explanations give a score in scripts without spaces."""
    if isinstance(model, LinearModel):
        return model.word_unit
    if isinstance(model, LinearTaggingModel):
        return CHARACTER
    return (parts_of(model)[0] if isinstance(model, FusedModel) else model).tokenizer.word_unit


def _reading(model: ModelT, word_unit: str) -> ModelT:
    tokenizer = copy.copy(model.tokenizer)
    tokenizer.word_unit = word_unit
    return replace(model, tokenizer=tokenizer)
