"""A tiny random BERT folder and a small labelled project, made at run time."""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from engine.api.messages import ColumnMapping
from engine.api.project import Project

WORDS = tuple("good great fine bad awful poor the a film food was very day place and we it not".split())  # noqa: SIM905
_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def bert_folder(folder: Path, layers: int = 2, dropout: float = 0.1) -> Path:
    """A model folder with random weights that reads ``WORDS``."""
    vocabulary = {
        token: id for id, token in enumerate([*_SPECIAL, *WORDS, *(f"unused{i}" for i in range(40))])
    }
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        pad_token="[PAD]",
        mask_token="[MASK]",
        model_max_length=64,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )
    fast.save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=layers,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=64,
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=dropout,
        pad_token_id=0,
    )
    BertModel(config).save_pretrained(folder, safe_serialization=True)
    return folder


def blind_folder(folder: Path) -> Path:
    """A model that sees how long a text is, and none of its words."""
    bert_folder(folder, layers=1)
    model = BertModel.from_pretrained(folder)
    with torch.no_grad():
        model.embeddings.word_embeddings.weight.zero_()
    model.save_pretrained(folder, safe_serialization=True)
    return folder


def texts(count: int, seed: int = 0) -> list[tuple[str, str]]:
    """(text, label): a text is ``up`` if it holds a good word and ``down`` if it holds a bad one."""
    random = torch.Generator().manual_seed(seed)
    found = []
    for number in range(count):
        length = 3 + int(torch.randint(0, 9, (1,), generator=random))
        words = [WORDS[6 + int(i)] for i in torch.randint(0, 12, (length,), generator=random)]
        label = "up" if number % 2 else "down"
        mood = int(torch.randint(0, 3, (1,), generator=random)) + (0 if label == "up" else 3)
        words[int(torch.randint(0, length, (1,), generator=random))] = WORDS[mood]
        found.append((" ".join(words), label))
    return found


def project(path: Path, train: int = 96, validation: int = 32, test: int = 32) -> Project:
    """A project with such texts in their splits."""
    opened = Project.create(path)
    splits = ["train"] * train + ["validation"] * validation + ["test"] * test
    rows = [
        (line, text, label, split)
        for line, ((text, label), split) in enumerate(zip(texts(len(splits)), splits, strict=True), start=2)
    ]
    with opened.transaction():
        source = opened.documents.add_source(
            path, "csv", "utf-8", ",", ColumnMapping(text="text", label="label")
        )
        opened.documents.add_rows(source, rows)
        opened.documents.finish_source(source)
    return opened
