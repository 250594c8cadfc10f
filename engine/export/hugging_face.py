"""``huggingface``: an ordinary folder that transformers loads without us, and the model loaded back from it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification

from engine.export.capture import NetworkModel
from engine.export.files import write_parts
from engine.export.settings import output_names, settings_of, write_settings
from engine.models.linear_model import LinearModel
from engine.models.linear_tagging_model import LinearTaggingModel
from engine.models.modules import (
    FeatureModule,
    LayersModule,
    SequenceModule,
    TagFeatureModule,
    TaggingModule,
    TagModule,
)
from engine.models.run_model import BagOfWords
from engine.models.source import load_tokenizer
from engine.models.store import load_encoder, load_head
from engine.models.tagging_model import TaggingModel
from engine.models.text_model import TorchModel
from engine.models.text_tokens import TextTokenizer
from engine.progress import Progressed, Work

HEAD = "head.safetensors"
_PROBLEMS = {
    "single": "single_label_classification",
    "multi": "multi_label_classification",
    "score": "regression",
}


def write_words_folder(model: BagOfWords, folder: Path) -> Work[BagOfWords]:
    """The weights and vocabulary of a bag of words; gives the model that was loaded from them."""
    yield Progressed("convert", 0, 1)
    write_settings(model, folder)
    model.save(folder)
    write_parts(model, folder)
    return _read_words(model, folder)


def write_folder(model: NetworkModel, folder: Path) -> Work[NetworkModel]:
    """Write a network's folder; gives the model that was loaded from it, on the CPU."""
    yield Progressed("convert", 0, 1)
    write_settings(model, folder)
    if isinstance(model.module, LayersModule):
        model.module.encoder.save_pretrained(folder, safe_serialization=True)
        save_file({k: v.contiguous() for k, v in model.module.head.state_dict().items()}, folder / HEAD)
    else:
        model.module.model.save_pretrained(folder, safe_serialization=True)
        _patch(folder / "config.json", _classes(model))
    model.tokenizer.tokenizer.save_pretrained(folder)
    # whoever loads the folder shall read as far as the model was trained to
    _patch(folder / "tokenizer_config.json", {"model_max_length": model.tokenizer.max_tokens})
    if is_sentence_encoder(model):
        _write_sentence_encoder(model, folder)
    yield Progressed("convert", 1, 1)
    return _read_network(model, folder)


def is_sentence_encoder(model: NetworkModel) -> bool:
    """Whether the head reads the mean of the last layer alone: what sentence-transformers calls mean pooling."""
    if not isinstance(model, TorchModel) or not isinstance(model.module, FeatureModule):
        return False
    encoder: Any = model.module.encoder
    if model.module.layers != (int(encoder.config.num_hidden_layers),):
        return False
    # some families normalise once more after the last layer
    ids = torch.full((1, 4), model.tokenizer.mask_id, device=model.device)
    with torch.inference_mode():
        found = encoder(input_ids=ids, output_hidden_states=True)
    return torch.equal(found.hidden_states[-1], found.last_hidden_state)


def _classes(model: NetworkModel) -> dict[str, Any]:
    names = output_names(model)
    changed: dict[str, Any] = {
        "id2label": {str(index): name for index, name in enumerate(names)},
        "label2id": {name: index for index, name in enumerate(names)},
    }
    if not isinstance(model, TaggingModel):
        changed["problem_type"] = _PROBLEMS[model.task]
    return changed


def _patch(path: Path, changes: dict[str, Any]) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    content.update(changes)
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _write_sentence_encoder(model: NetworkModel, folder: Path) -> None:
    """The layout of sentence-transformers: a Transformer module at the root, then mean pooling."""
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    ]
    assert isinstance(model.module, FeatureModule)
    pooling = {
        "word_embedding_dimension": model.module.head.in_features,
        "pooling_mode_mean_tokens": True,
        "pooling_mode_cls_token": False,
        "pooling_mode_max_tokens": False,
    }
    settings = {"max_seq_length": model.tokenizer.max_tokens, "do_lower_case": False}
    (folder / "1_Pooling").mkdir()
    for name, content in (
        ("modules.json", modules),
        ("sentence_bert_config.json", settings),
        ("1_Pooling/config.json", pooling),
    ):
        (folder / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _read_words(model: BagOfWords, folder: Path) -> BagOfWords:
    said = settings_of(model)
    if isinstance(model, LinearTaggingModel):
        return LinearTaggingModel.load(folder, said.labels, said.longest_ngram, said.cleaning)
    return LinearModel.load(
        folder,
        said.labels,
        said.longest_ngram,
        task=said.task,
        thresholds=said.thresholds,
        cleaning=said.cleaning,
        word_rule=said.word_rule,
    )


def _read_network(model: NetworkModel, folder: Path) -> NetworkModel:
    said = settings_of(model)
    tokenizer = TextTokenizer(load_tokenizer(folder), said.max_tokens, said.overlap, said.cleaning)
    if isinstance(model, TaggingModel):
        tagger: TagModule
        if isinstance(model.module, TagFeatureModule):
            tagger = TagFeatureModule(load_encoder(folder), model.module.layers, load_head(folder / HEAD))
        else:
            tagger = TaggingModule(_loaded(AutoModelForTokenClassification, folder))
        return replace(model, module=tagger.eval(), tokenizer=tokenizer, device=torch.device("cpu"))
    module: SequenceModule | FeatureModule
    if isinstance(model.module, FeatureModule):
        module = FeatureModule(load_encoder(folder), model.module.layers, load_head(folder / HEAD))
    else:
        module = SequenceModule(_loaded(AutoModelForSequenceClassification, folder))
    return replace(model, module=module.eval(), tokenizer=tokenizer, device=torch.device("cpu"))


def _loaded(family: Any, folder: Path) -> Any:
    return family.from_pretrained(folder, local_files_only=True, use_safetensors=True, dtype=torch.float32)
