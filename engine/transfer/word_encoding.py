"""What an encoder says of words: the states of the first token of each; a frozen one's are kept in the cache."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from transformers import PreTrainedModel

from engine.data.batches import scoring_batches
from engine.models.modules import hidden_states, token_states
from engine.models.source import SourceModel
from engine.models.store import load_encoder
from engine.models.tagging_model import WordTable, word_table
from engine.models.text_model import BATCH_TOKENS
from engine.models.text_tokens import TextTokenizer
from engine.progress import Progressed, Work
from engine.transfer.encoding import CACHE, keep_states, kept_states
from engine.transfer.examples import Examples
from engine.transfer.method import Job
from engine.transfer.preparing import long_texts_notice, new_tokenizer, read_words_at

States = NDArray[np.float32]  # (W, len(layers) * H)


@dataclass(frozen=True)
class ReadWords:
    """The words of some texts: their states, which of them the tokenizer kept and reading reached (W,), their tags.

    ``tokens`` counts what was read.
    """

    states: States
    read: NDArray[np.bool_]
    examples: Examples
    tokens: int


@dataclass(frozen=True)
class WordReader:
    """An encoder that reads words, in texts of the tokenizer's length. ``cache`` None: what it says is not kept."""

    encoder: PreTrainedModel
    tokenizer: TextTokenizer
    source: SourceModel
    cache: Path | None
    device: torch.device

    def read(self, examples: Examples, layers: tuple[int, ...]) -> Work[ReadWords]:
        """The states of some layers, from the project's cache where a training has read these texts."""
        table = word_table(self.tokenizer, examples.texts, examples.words)
        if self.cache is None:
            states = yield from self._encode(table, layers)
            return ReadWords(states, table.read, examples, len(table.table.flat))
        words = int(table.firsts[-1])
        digest = hashlib.sha256(f"{self.source.hash} {self.tokenizer.max_tokens} {layers}".encode())
        for part in (table.table.flat, table.table.starts, table.words):
            digest.update(part.tobytes())
        path = self.cache / CACHE / f"{digest.hexdigest()[:32]}.npy"
        kept = kept_states(path, words)
        if kept is None:
            kept = yield from self._encode(table, layers)
            keep_states(path, kept)
        return ReadWords(kept, table.read, examples, len(table.table.flat))

    def _encode(self, table: WordTable, layers: tuple[int, ...]) -> Work[States]:
        return (yield from encode_words(self.encoder, self.tokenizer, table, layers, self.device))


def encode_words(
    encoder: PreTrainedModel,
    tokenizer: TextTokenizer,
    table: WordTable,
    layers: tuple[int, ...],
    device: torch.device,
) -> Work[States]:
    """The states of some layers, without the cache.

    A word that several windows show gets their mean, so that a linear head's logits are the mean of theirs.
    """
    width = len(layers) * int(encoder.config.hidden_size)
    states = np.zeros((int(table.firsts[-1]), width), np.float32)
    seen = np.zeros(len(states), np.int64)
    done = 0
    starts = table.table.starts
    for rows in scoring_batches(table.table.lengths, BATCH_TOKENS):
        batch = tokenizer.table_batch(table.table, rows, device)
        with torch.inference_mode():
            found = token_states(hidden_states(encoder, batch), layers).float().cpu().numpy()
        for row, tokens in zip(rows, found, strict=True):  # (T, width)
            begun = table.words[starts[row] : starts[row + 1]]
            at = np.flatnonzero(begun >= 0)
            states[begun[at]] += tokens[at]
            seen[begun[at]] += 1
        done += len(rows)
        yield Progressed("encode", done, len(table.table))
    states /= np.maximum(seen, 1)[:, None].astype(np.float32)
    return states


def word_reader(job: Job, source: SourceModel) -> Work[WordReader]:
    """A source model as it is, reading at a length that fits the training texts."""
    encoder = load_encoder(source.folder)
    device = job.device.torch_device
    nn.Module.to(encoder, device)
    encoder.requires_grad_(False)
    tokenizer = new_tokenizer(job, source)
    share_long = yield from read_words_at(job, tokenizer, job.optional("max_tokens", int))
    notice = long_texts_notice(tokenizer, share_long)
    if notice:
        yield notice
    return WordReader(encoder, tokenizer, source, job.cache, device)
