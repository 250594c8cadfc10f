"""A run's model on disk: saved in one piece, loaded with every fault named."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import (
    AutoModel,
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
    PreTrainedModel,
)

from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import JobState
from engine.api.project import FUSED_PARTS, Project
from engine.devices import choose
from engine.models.fusion_model import FusionModel
from engine.models.linear_model import LinearModel
from engine.models.linear_tagging_model import LinearTaggingModel
from engine.models.modules import (
    FeatureModule,
    LayersModule,
    SequenceModule,
    TagFeatureModule,
    TaggingModule,
    TagModule,
    TextModule,
)
from engine.models.run_model import FusedModel, RunModel, parts_of
from engine.models.source import file_hash, load_tokenizer, verify
from engine.models.tag_fusion_model import TagFusionModel
from engine.models.tagging_model import TaggingModel
from engine.models.text_model import TorchModel
from engine.models.text_tokens import TextTokenizer

PartT = TypeVar("PartT", TorchModel, TaggingModel)

CARD = "lexplain.json"
_HEAD = "head.safetensors"


class ModelCard(msgspec.Struct, frozen=True, kw_only=True):
    """Beside the weights: what they are and how texts are read.

    ``kind``: sequence, tagging, features, tag-features, linear, tag-linear or fusion. ``overlap``: of the windows of
    long texts; None: they are cut. ``word_rule``: by which of ``ngrams`` a linear model cuts words; older cards do not
    name it.
    """

    kind: str
    labels: tuple[str, ...]
    max_tokens: int = 0
    layers: tuple[int, ...] = ()
    longest_ngram: int = 0
    task: str = "single"
    thresholds: tuple[float, ...] = ()
    cleaning: tuple[str, ...] = ()
    overlap: float | None = None
    pooling: str = "mean"
    word_rule: int = 1
    version: int = 2


def save(model: RunModel, folder: Path, source_folder: Path | None) -> None:
    """Write a model folder beside and rename it into place; an older one is replaced.

    ``source_folder`` is the encoder that a features model shares; its files are linked where the disk can.
    """
    beside = folder.with_name(folder.name + ".writing")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    card = _write(model, beside, source_folder)
    (beside / CARD).write_bytes(msgspec.json.format(msgspec.json.encode(card)))
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(beside, folder)


def _write(model: RunModel, folder: Path, source_folder: Path | None) -> ModelCard:
    if isinstance(model, LinearModel):
        model.save(folder)
        return ModelCard(
            kind="linear",
            labels=model.labels,
            longest_ngram=model.longest_ngram,
            task=model.task,
            thresholds=model.thresholds,
            cleaning=model.cleaning,
            word_rule=model.word_rule,
        )
    if isinstance(model, LinearTaggingModel):
        model.save(folder)
        return ModelCard(
            kind="tag-linear",
            labels=model.labels,
            longest_ngram=model.longest_ngram,
            task=model.task,
            cleaning=model.cleaning,
        )
    if isinstance(model, FusedModel):
        folders = model.source_folders or (None,) * len(model.parts)
        for name, part, shared in zip(FUSED_PARTS, parts_of(model), folders, strict=True):
            inside = folder / name
            inside.mkdir()
            (inside / CARD).write_bytes(
                msgspec.json.format(msgspec.json.encode(_write(part, inside, shared)))
            )
        limits = model.thresholds if isinstance(model, FusionModel) else ()
        return ModelCard(kind="fusion", labels=model.labels, task=model.task, thresholds=limits)
    layers: tuple[int, ...] = ()
    if isinstance(model.module, LayersModule):
        kind = "tag-features" if isinstance(model, TaggingModel) else "features"
        layers = model.module.layers
        save_encoder(model.module.encoder, model.tokenizer, folder, source_folder)
        save_file(dict(model.module.head.state_dict()), folder / _HEAD)
    else:
        kind = "tagging" if isinstance(model, TaggingModel) else "sequence"
        model.module.model.save_pretrained(folder, safe_serialization=True)
        model.tokenizer.tokenizer.save_pretrained(folder)
    return ModelCard(
        kind=kind,
        labels=model.labels,
        layers=layers,
        max_tokens=model.tokenizer.max_tokens,
        task=model.task,
        thresholds=model.thresholds if isinstance(model, TorchModel) else (),
        cleaning=model.tokenizer.cleaning,
        overlap=model.tokenizer.overlap,
        pooling=model.pooling if isinstance(model, TorchModel) else "mean",
    )


def save_encoder(
    encoder: PreTrainedModel, tokenizer: TextTokenizer, folder: Path, source_folder: Path | None
) -> None:
    """An encoder with its tokenizer; the files of ``source_folder`` where its weights are unchanged."""
    if source_folder is None:
        encoder.save_pretrained(folder, safe_serialization=True)
        tokenizer.tokenizer.save_pretrained(folder)
        return
    for file in source_folder.iterdir():
        if file.is_file() and file.suffix in (".json", ".txt", ".safetensors", ".model"):
            _link_or_copy(file, folder / file.name)


def weights_hash(folder: Path) -> str:
    """sha256 of the weights in a model folder; several files' hashes are joined by +."""
    return "+".join(file_hash(file) for file in sorted(folder.rglob("*.safetensors"), reverse=True))


def folder_bytes(folder: Path) -> int:
    """The size of a model folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)  # weights are never changed in place, so one copy on disk is enough
    except OSError:
        shutil.copyfile(source, target)


def load_run(project: Project, run_id: str) -> RunModel:
    """The model of a finished run, on the chosen device, ready to read.

    Raises RUN_UNKNOWN, RUN_NOT_FINISHED, RUN_FILES_MISSING, MODEL_DAMAGED.
    """
    run = project.runs.get(run_id)
    if run.state is not JobState.DONE:
        raise KnownError(ErrorKind.RUN_NOT_FINISHED, run=run_id, state=run.state)
    return load_model(project.run_folder(run_id) / "model", run_id)


def load_model(folder: Path, run_id: str) -> RunModel:
    """The model in a folder that ``save`` has written, of a run. Raises RUN_FILES_MISSING, MODEL_DAMAGED."""
    try:
        card = msgspec.json.decode((folder / CARD).read_bytes(), type=ModelCard)
        return _load(folder, card)
    except FileNotFoundError as error:
        raise KnownError(ErrorKind.RUN_FILES_MISSING, run=run_id, path=str(folder)) from error
    except (msgspec.MsgspecError, SafetensorError, ValueError, KeyError, RuntimeError) as error:
        raise KnownError(ErrorKind.MODEL_DAMAGED, path=str(folder)) from error


def _load(folder: Path, card: ModelCard) -> RunModel:
    if card.kind == "linear":
        return LinearModel.load(
            folder,
            card.labels,
            card.longest_ngram,
            task=card.task,
            thresholds=card.thresholds,
            cleaning=card.cleaning,
            word_rule=card.word_rule,
        )
    if card.kind == "tag-linear":
        return LinearTaggingModel.load(folder, card.labels, card.longest_ngram, card.cleaning)
    if card.kind == "fusion":
        return _load_fusion(folder, card)
    if not (folder / "model.safetensors").is_file():
        raise FileNotFoundError(folder / "model.safetensors")
    verify(folder)
    device = choose().torch_device
    model_hash = file_hash(folder / "model.safetensors")
    tokenizer = TextTokenizer(load_tokenizer(folder), card.max_tokens, card.overlap, card.cleaning)
    head = folder / _HEAD
    if card.kind in ("features", "tag-features"):
        model_hash = f"{model_hash}+{file_hash(head)}"
    if card.kind in ("tagging", "tag-features"):
        tagger: TagModule
        if card.kind == "tagging":
            tagger = TaggingModule(_family_model(AutoModelForTokenClassification, folder))
        else:
            tagger = TagFeatureModule(load_encoder(folder), card.layers, load_head(head))
        tagger.to(device).eval().requires_grad_(False)
        return TaggingModel(tagger, tokenizer, card.labels, model_hash, torch.device(device))
    module: TextModule
    if card.kind == "sequence":
        module = SequenceModule(_family_model(AutoModelForSequenceClassification, folder))
    else:
        module = FeatureModule(load_encoder(folder), card.layers, load_head(head))
    module.to(device).eval().requires_grad_(False)
    return TorchModel(
        module,
        tokenizer,
        card.labels,
        model_hash,
        torch.device(device),
        task=card.task,
        thresholds=card.thresholds,
        pooling=card.pooling,
    )


def _family_model(family: Any, folder: Path) -> PreTrainedModel:
    """A folder's model with the head of a task."""
    found: PreTrainedModel = family.from_pretrained(folder, local_files_only=True, use_safetensors=True)
    return found


def _load_fusion(folder: Path, card: ModelCard) -> FusedModel:
    parts = [_load_part(folder / name) for name in FUSED_PARTS]
    if card.task == "tagging":
        return TagFusionModel(tuple(_of_kind(part, TaggingModel) for part in parts))
    return FusionModel(tuple(_of_kind(part, TorchModel) for part in parts), card.thresholds)


def _load_part(folder: Path) -> RunModel:
    return _load(folder, msgspec.json.decode((folder / CARD).read_bytes(), type=ModelCard))


def _of_kind(part: RunModel, kind: type[PartT]) -> PartT:
    """Raises ValueError, which the loader words."""
    if not isinstance(part, kind):
        raise ValueError(type(part).__name__)
    return part


def load_head(path: Path) -> nn.Linear:
    """A linear layer from its safetensors file."""
    tensors = load_file(path)
    head = nn.Linear(tensors["weight"].shape[1], tensors["weight"].shape[0])
    head.load_state_dict(tensors)
    return head


def load_encoder(folder: Path) -> PreTrainedModel:
    """The bare encoder of a folder, fp32, evaluation mode."""
    encoder: PreTrainedModel = AutoModel.from_pretrained(
        folder, local_files_only=True, use_safetensors=True, dtype=torch.float32
    )
    encoder.train(False)
    return encoder
