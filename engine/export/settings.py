"""``model.json``: what a program must know beside the weights to read texts and name answers as we do."""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.models.linear_model import LinearModel
from engine.models.linear_tagging_model import LinearTaggingModel
from engine.models.run_model import AnyTaggingModel, FusedModel, RunModel

SETTINGS = "model.json"
PARTS = ("first", "second")  # folders of a fusion's encoders


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """``kind``: encoder, words, tagged-words, or sum: of the logits of ``parts``, folders with settings of their own.

    ``outputs``: logits a text (or a word) has, ``labels`` in the order of the logits.

    ``overlap`` of the windows of texts longer than ``max_tokens`` tokens; None: they are cut. ``cleaning`` are the
    steps that change a text before it is read. ``word_rule``: how ``ngrams.py`` cuts words.
    """

    kind: str
    task: str
    labels: tuple[str, ...]
    outputs: int
    thresholds: tuple[float, ...] = ()
    cleaning: tuple[str, ...] = ()
    max_tokens: int = 0
    overlap: float | None = None
    pooling: str = "mean"
    pad_id: int = 0
    longest_ngram: int = 0
    word_rule: int = 0
    parts: tuple[str, ...] = ()
    version: int = 1


def settings_of(model: RunModel) -> Settings:
    """The settings under which ``model`` answers."""
    if isinstance(model, LinearModel):
        return Settings(
            kind="words",
            task=model.task,
            labels=model.labels,
            outputs=len(model.intercept),
            thresholds=model.thresholds,
            cleaning=model.cleaning,
            longest_ngram=model.longest_ngram,
            word_rule=model.word_rule,
        )
    if isinstance(model, LinearTaggingModel):
        return Settings(
            kind="tagged-words",
            task=model.task,
            labels=model.labels,
            outputs=model.outputs,
            cleaning=model.cleaning,
            longest_ngram=model.longest_ngram,
        )
    if isinstance(model, FusedModel):
        return Settings(
            kind="sum",
            task=model.task,
            labels=model.labels,
            outputs=model.outputs,
            thresholds=() if isinstance(model, AnyTaggingModel) else model.thresholds,
            parts=PARTS,
        )
    return Settings(
        kind="encoder",
        task=model.task,
        labels=model.labels,
        outputs=model.outputs,
        thresholds=() if isinstance(model, AnyTaggingModel) else model.thresholds,
        cleaning=model.tokenizer.cleaning,
        max_tokens=model.tokenizer.max_tokens,
        overlap=model.tokenizer.overlap,
        pooling="mean" if isinstance(model, AnyTaggingModel) else model.pooling,
        pad_id=model.tokenizer.pad_id,
    )


def write_settings(model: RunModel, folder: Path) -> None:
    (folder / SETTINGS).write_bytes(msgspec.json.format(msgspec.json.encode(settings_of(model))))


def output_names(model: RunModel) -> tuple[str, ...]:
    """The name of each logit: a label, a BIO tag, or ``score``."""
    if isinstance(model, AnyTaggingModel):
        return model.tags
    return ("score",) if model.task == "score" else model.labels
