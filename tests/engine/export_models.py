"""Runs with small random models, finished without a training: what an export starts from."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification

from engine.api.messages import Train
from engine.api.messages_transfer import ExportModel, ModelExported
from engine.api.project import Project
from engine.export.exporting import export_model
from engine.models.fusion_model import FusionModel
from engine.models.linear_model import LinearModel
from engine.models.modules import FeatureModule, SequenceModule, TaggingModule
from engine.models.run_model import RunModel
from engine.models.source import load_tokenizer
from engine.models.store import load_encoder, load_run
from engine.models.tagging_model import TaggingModel, tag_names
from engine.models.text_model import TorchModel
from engine.models.text_tokens import TextTokenizer
from engine.progress import Control, finish
from engine.transfer.training import train
from tests.engine.tiny import bert_folder

CPU = torch.device("cpu")
LABELS = ("down", "up")
TYPES = ("DOWN", "UP")


def finished_run(project: Project, method: str = "fine-tune") -> str:
    """A run in the store alone."""
    with project.transaction():
        run = project.runs.add(method, "", {"seed": 13})
        project.runs.finish(run, 1.0, 1.0, "epochs")
    return run


def words_model(project: Project) -> tuple[str, LinearModel]:
    """A trained bag of words: (run, model)."""
    run = finish(train(project, Train(method="bag-of-words"), Control())).run
    model = load_run(project, run)
    assert isinstance(model, LinearModel)
    return run, model


def tokenizer(
    folder: Path, max_tokens: int, overlap: float | None, cleaning: tuple[str, ...]
) -> TextTokenizer:
    return TextTokenizer(load_tokenizer(folder), max_tokens, overlap, cleaning)


def text_model(
    folder: Path,
    *,
    max_tokens: int = 12,
    overlap: float | None = None,
    cleaning: tuple[str, ...] = (),
    pooling: str = "mean",
) -> TorchModel:
    """One label, one layer, a random head whose answers differ from text to text."""
    bert_folder(folder, layers=1)
    torch.manual_seed(3)
    inner = AutoModelForSequenceClassification.from_pretrained(folder, num_labels=2)
    for parameter in inner.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    module = SequenceModule(inner).eval().requires_grad_(False)
    read = tokenizer(folder, max_tokens, overlap, cleaning)
    return TorchModel(module, read, LABELS, "hash", CPU, pooling=pooling)


def features_model(folder: Path, layers: tuple[int, ...]) -> TorchModel:
    bert_folder(folder, layers=1)
    torch.manual_seed(3)
    head = torch.nn.Linear(32 * len(layers), 2)
    module = FeatureModule(load_encoder(folder), layers, head).eval().requires_grad_(False)
    return TorchModel(module, tokenizer(folder, 12, None, ()), LABELS, "hash", CPU)


def fusion_model(folder: Path) -> FusionModel:
    """Two encoders that read texts differently: other lengths, windows, cleaning and pooling."""
    first = text_model(folder / "first", overlap=0.25, cleaning=("links", "spaces"), pooling="max")
    return FusionModel((first, features_model(folder / "second", (0, 1))))


def tagging_model(folder: Path) -> TaggingModel:
    bert_folder(folder, layers=1)
    torch.manual_seed(3)
    inner = AutoModelForTokenClassification.from_pretrained(folder, num_labels=len(tag_names(TYPES)))
    for parameter in inner.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    module = TaggingModule(inner).eval().requires_grad_(False)
    return TaggingModel(module, tokenizer(folder, 10, 0.25, ("spaces", "mentions")), TYPES, "hash", CPU)


def export(project: Project, run: str, model: RunModel, format: str, out: Path) -> ModelExported:
    return finish(export_model(project, ExportModel(run=run, format=format, out=str(out)), model))
