"""Tiny random model folders of every family that the product takes, as a hub would hold them, made at run time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import BPE, Unigram, WordPiece
from tokenizers.trainers import BpeTrainer
from transformers import AutoConfig, AutoModel, AutoModelForMaskedLM

from tests.engine.tiny import WORDS

_WORDPIECE = {"pad": "[PAD]", "unk": "[UNK]", "cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]"}
_ROBERTA = {"cls": "<s>", "pad": "<pad>", "sep": "</s>", "unk": "<unk>", "mask": "<mask>"}
_MPNET = {"cls": "<s>", "pad": "<pad>", "sep": "</s>", "unk": "[UNK]", "mask": "<mask>"}
_DEBERTA = {"pad": "[PAD]", "cls": "[CLS]", "sep": "[SEP]", "unk": "[UNK]", "mask": "[MASK]"}

# family -> (kind of tokenizer, its class in tokenizer_config.json, special tokens in the order of their ids)
FAMILIES: dict[str, tuple[str, str, dict[str, str]]] = {
    "bert": ("wordpiece", "BertTokenizer", _WORDPIECE),
    "distilbert": ("wordpiece", "DistilBertTokenizer", _WORDPIECE),
    "electra": ("wordpiece", "ElectraTokenizer", _WORDPIECE),
    "ernie": ("wordpiece", "BertTokenizer", _WORDPIECE),
    "mpnet": ("wordpiece", "MPNetTokenizer", _MPNET),
    "roberta": ("bytes", "RobertaTokenizer", _ROBERTA),
    "deberta": ("bytes", "DebertaTokenizer", _DEBERTA),
    "modernbert": ("bytes", "PreTrainedTokenizerFast", _DEBERTA),
    "xlm-roberta": ("unigram", "XLMRobertaTokenizer", _ROBERTA),
    "camembert": ("unigram", "CamembertTokenizer", _ROBERTA),
    "deberta-v2": ("unigram", "DebertaV2Tokenizer", _DEBERTA),
    "albert": ("unigram", "AlbertTokenizer", _WORDPIECE | {"pad": "<pad>", "unk": "<unk>"}),
}
LENGTH = 32  # tokens that each of them reads


def family_folder(folder: Path, family: str, *, masked_head: bool = False) -> Path:
    """A folder with random weights that reads ``tiny.WORDS``; ``masked_head``: saved as from pretraining."""
    kind, tokenizer_class, special = FAMILIES[family]
    folder.mkdir(parents=True)
    tokenizer = {"wordpiece": _wordpiece, "bytes": _bytes, "unigram": _unigram}[kind](special)
    ends = [(token, tokenizer.token_to_id(token)) for token in (special["cls"], special["sep"])]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{special['cls']} $A {special['sep']}",
        pair=f"{special['cls']} $A {special['sep']} $B:1 {special['sep']}:1",
        special_tokens=ends,
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    facts: dict[str, Any] = {f"{role}_token": token for role, token in special.items()}
    facts |= {"tokenizer_class": tokenizer_class, "model_max_length": LENGTH}
    (folder / "tokenizer_config.json").write_text(json.dumps(facts))
    torch.manual_seed(0)
    auto: Any = AutoModelForMaskedLM if masked_head else AutoModel
    auto.from_config(_config(family, tokenizer, special)).save_pretrained(folder)
    return folder


def _wordpiece(special: dict[str, str]) -> Tokenizer:
    pieces = [
        *special.values(),
        *WORDS,
        *"abcdefghijklmnopqrstuvwxyz",
        *(f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz"),
    ]
    vocabulary = {piece: id for id, piece in enumerate(dict.fromkeys(pieces))}
    made = Tokenizer(WordPiece(vocabulary, unk_token=special["unk"]))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.decoder = decoders.WordPiece()
    made.add_special_tokens(list(special.values()))
    return made


def _bytes(special: dict[str, str]) -> Tokenizer:
    made = Tokenizer(BPE(unk_token=None))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = BpeTrainer(
        vocab_size=320,
        special_tokens=list(special.values()),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    made.train_from_iterator([" ".join(WORDS)] * 4, trainer)
    return made


def _unigram(special: dict[str, str]) -> Tokenizer:
    pieces = [(token, 0.0) for token in special.values()]
    pieces += [(f"▁{word}", -3.0) for word in WORDS]
    pieces += [(letter, -8.0) for letter in "▁abcdefghijklmnopqrstuvwxyz" if f"▁{letter}" not in dict(pieces)]
    pieces = list(dict(pieces).items())
    made = Tokenizer(Unigram(pieces, unk_id=list(special).index("unk")))
    made.normalizer = normalizers.NFKC()
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.decoder = decoders.Metaspace()
    made.add_special_tokens(list(special.values()))
    return made


def _config(family: str, tokenizer: Tokenizer, special: dict[str, str]) -> Any:
    ids: dict[str, Any] = {role: tokenizer.token_to_id(token) for role, token in special.items()}
    options: dict[str, Any] = {
        "vocab_size": tokenizer.get_vocab_size(),
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 64,
        "max_position_embeddings": LENGTH,
        "pad_token_id": ids["pad"],
        "bos_token_id": ids["cls"],
        "eos_token_id": ids["sep"],
        "cls_token_id": ids["cls"],
        "sep_token_id": ids["sep"],
    }
    if family in ("camembert", "mpnet", "roberta", "xlm-roberta"):  # they count from behind the padding id
        options["max_position_embeddings"] += ids["pad"] + 1
    if family == "distilbert":
        options |= {"dim": 32, "hidden_dim": 64, "n_layers": 2, "n_heads": 4}
        for name in ("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size"):
            del options[name]
    if family in ("albert", "electra"):
        options |= {"embedding_size": 16}
    if family.startswith("deberta"):
        options |= {
            "relative_attention": True,
            "pos_att_type": ["c2p", "p2c"],
            "position_biased_input": False,
        }
    if family == "deberta-v2":
        options |= {"position_buckets": 8, "norm_rel_ebd": "layer_norm", "share_att_key": True}
    if family == "modernbert":
        options |= {"local_attention": 8, "global_attn_every_n_layers": 2}
    return AutoConfig.for_model(family, **options)
