"""A run's model on disk: saved in one piece, loaded with every fault named."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import msgspec
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import AutoModel, AutoModelForSequenceClassification, PreTrainedModel

from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import JobState
from engine.api.project import Project
from engine.devices import choose
from engine.models.linear_model import LinearModel
from engine.models.modules import FeatureModule, SequenceModule
from engine.models.source import file_hash, load_tokenizer, verify
from engine.models.text_model import RunModel, TorchModel
from engine.models.text_tokens import TextTokenizer

CARD = "lexplain.json"
_HEAD = "head.safetensors"


class ModelCard(msgspec.Struct, frozen=True, kw_only=True):
    """Beside the weights: what they are. ``kind``: sequence, features or linear."""

    kind: str
    labels: tuple[str, ...]
    max_tokens: int = 0
    layers: tuple[int, ...] = ()
    longest_ngram: int = 0
    version: int = 1


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
        return ModelCard(kind="linear", labels=model.labels, longest_ngram=model.longest_ngram)
    assert isinstance(model, TorchModel)
    if isinstance(model.module, SequenceModule):
        model.module.model.save_pretrained(folder, safe_serialization=True)
        model.tokenizer.tokenizer.save_pretrained(folder)
        return ModelCard(kind="sequence", labels=model.labels, max_tokens=model.tokenizer.max_tokens)
    assert source_folder is not None
    for file in source_folder.iterdir():
        if file.is_file() and file.suffix in (".json", ".txt", ".safetensors", ".model"):
            _link_or_copy(file, folder / file.name)
    save_file(dict(model.module.head.state_dict()), folder / _HEAD)
    return ModelCard(
        kind="features",
        labels=model.labels,
        max_tokens=model.tokenizer.max_tokens,
        layers=model.module.layers,
    )


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
    folder = project.run_folder(run_id) / "model"
    try:
        card = msgspec.json.decode((folder / CARD).read_bytes(), type=ModelCard)
        return _load(folder, card)
    except FileNotFoundError as error:
        raise KnownError(ErrorKind.RUN_FILES_MISSING, run=run_id, path=str(folder)) from error
    except (msgspec.MsgspecError, SafetensorError, ValueError, KeyError, RuntimeError) as error:
        raise KnownError(ErrorKind.MODEL_DAMAGED, path=str(folder)) from error


def _load(folder: Path, card: ModelCard) -> RunModel:
    if card.kind == "linear":
        return LinearModel.load(folder, card.labels, card.longest_ngram)
    if not (folder / "model.safetensors").is_file():
        raise FileNotFoundError(folder / "model.safetensors")
    verify(folder)
    device = choose().torch_device
    model_hash = file_hash(folder / "model.safetensors")
    module: SequenceModule | FeatureModule
    if card.kind == "sequence":
        module = SequenceModule(
            AutoModelForSequenceClassification.from_pretrained(
                folder, local_files_only=True, use_safetensors=True
            )
        )
    else:
        head_hash = file_hash(folder / _HEAD)
        model_hash = f"{model_hash}+{head_hash}"
        tensors = load_file(folder / _HEAD)
        head = nn.Linear(tensors["weight"].shape[1], tensors["weight"].shape[0])
        head.load_state_dict(tensors)
        module = FeatureModule(load_encoder(folder), card.layers, head)
    module.to(device).eval().requires_grad_(False)
    tokenizer = TextTokenizer(load_tokenizer(folder), card.max_tokens)
    return TorchModel(module, tokenizer, card.labels, model_hash, torch.device(device))


def load_encoder(folder: Path) -> PreTrainedModel:
    """The bare encoder of a folder, fp32, evaluation mode."""
    encoder: PreTrainedModel = AutoModel.from_pretrained(
        folder, local_files_only=True, use_safetensors=True, dtype=torch.float32
    )
    encoder.train(False)
    return encoder
