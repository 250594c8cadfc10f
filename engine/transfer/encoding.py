"""What a frozen source model says of the texts: its mean-pooled hidden states, kept in the project's cache."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from transformers import PreTrainedModel

from engine.data.batches import scoring_batches
from engine.models.modules import hidden_states, mean_pool
from engine.models.source import SourceModel
from engine.models.store import load_encoder
from engine.models.text_model import BATCH_TOKENS
from engine.models.text_tokens import TextTokenizer, TokenTable
from engine.progress import Progressed, Work
from engine.transfer.method import Job
from engine.transfer.preparing import long_texts_notice, new_tokenizer, tokenise, tokenise_splits

CACHE = "features"  # a folder of the project's cache

Pooled = NDArray[np.float32]  # (N, L + 1, H): the embeddings and every layer


@dataclass(frozen=True)
class Encoded:
    """The states of the training and validation texts. ``tokens`` counts what was read."""

    encoder: PreTrainedModel
    tokenizer: TextTokenizer
    train: Pooled
    validation: Pooled
    tokens: int


def encode_splits(job: Job, source: SourceModel) -> Work[Encoded]:
    """Read the training and validation texts with a source model as it is."""
    encoder = load_encoder(source.folder)
    nn.Module.to(encoder, job.device.torch_device)
    encoder.requires_grad_(False)
    tokenizer = new_tokenizer(job, source)
    share_long, train, validation = yield from tokenise_splits(
        job, tokenizer, job.optional("max_tokens", int)
    )
    notice = long_texts_notice(tokenizer, share_long)
    if notice:
        yield notice
    states = []
    device = job.device.torch_device
    for table in (train, validation):
        found = yield from pooled_states(encoder, tokenizer, table, source.hash, job.cache, device)
        states.append(found)
    return Encoded(encoder, tokenizer, states[0], states[1], len(train.flat) + len(validation.flat))


def encode_texts(
    encoder: nn.Module, tokenizer: TextTokenizer, texts: list[str], source: SourceModel, job: Job
) -> Work[Pooled]:
    """The states (N, L + 1, H) of other texts, read at the tokenizer's length."""
    table = tokenizer.fit((yield from tokenise(tokenizer, texts)))
    return (
        yield from pooled_states(encoder, tokenizer, table, source.hash, job.cache, job.device.torch_device)
    )


def pooled_states(
    encoder: nn.Module,
    tokenizer: TextTokenizer,
    table: TokenTable,
    source_hash: str,
    cache: Path,
    device: torch.device,
) -> Work[Pooled]:
    """States from the project's cache, computed where no training has read these texts yet.

    A text in windows gets the mean of their states, so that a linear head's logits are the mean of theirs.
    """
    digest = hashlib.sha256(f"{source_hash} {tokenizer.max_tokens}".encode())
    for part in (table.flat, table.starts, table.owners):
        digest.update(b"" if part is None else part.tobytes())
    path = cache / CACHE / f"{digest.hexdigest()[:32]}.npy"
    found = kept_states(path, table.texts)
    if found is not None:
        return found
    states = yield from encode_table(encoder, tokenizer, table, device)
    keep_states(path, states)
    return states


def kept_states(path: Path, rows: int) -> NDArray[np.float32] | None:
    """States that were kept in a file, memory-mapped; None where they have to be computed."""
    if path.is_file():
        try:
            found: NDArray[np.float32] = np.load(path, mmap_mode="r", allow_pickle=False)
            if len(found) == rows:
                return found
        except ValueError:
            path.unlink()  # damaged: it can be computed again
    return None


def keep_states(path: Path, states: NDArray[np.float32]) -> None:
    """Write a file of states in one piece."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".writing")
    with beside.open("wb") as file:
        np.save(file, states, allow_pickle=False)
    os.replace(beside, path)


def encode_table(
    encoder: nn.Module, tokenizer: TextTokenizer, table: TokenTable, device: torch.device
) -> Work[Pooled]:
    """The states (N, L + 1, H) of a token table, without the cache; a text in windows gets the mean of theirs."""
    pooled: Pooled | None = None
    windows = np.bincount(table.owners) if table.owners is not None else None
    done = 0
    for rows in scoring_batches(table.lengths, BATCH_TOKENS):
        batch = tokenizer.table_batch(table, rows, device)
        with torch.inference_mode():
            states = hidden_states(encoder, batch)
            layers = torch.stack([mean_pool(state, batch["attention_mask"]) for state in states], dim=1)
        found = layers.float().cpu().numpy()
        if pooled is None:
            pooled = np.zeros((table.texts, *layers.shape[1:]), np.float32)
        if table.owners is None or windows is None:
            pooled[rows] = found
        else:
            owners = table.owners[rows]
            np.add.at(pooled, owners, found / windows[owners][:, None, None].astype(np.float32))
        done += len(rows)
        yield Progressed("encode", done, len(table))
    assert pooled is not None
    return pooled
