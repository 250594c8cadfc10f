"""What a tagging model's last linear layer reads of words, and the logits of the tags that it makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from torch import Tensor, nn

from engine.models.states import STAGE, LastStates
from engine.models.tagging_model import Spans, TaggingModel, outside_where, word_table
from engine.models.text_model import forward_batches
from engine.progress import Progressed, Work


def read_word_states(
    model: TaggingModel, texts: Sequence[str], words: Sequence[Spans], stage: str = STAGE
) -> Work[LastStates]:
    """The states (W, H) and logits (W, C) of the first token of each word of all texts, in fp32.

    A word that several windows show has the mean of their states; one that no window shows has a state of zeros.
    """
    table = word_table(model.tokenizer, texts, words)
    last = model.module.last_linear
    states = np.zeros((int(table.firsts[-1]), last.in_features), np.float32)
    logits = np.zeros((len(states), model.outputs), np.float32)
    seen = np.zeros(len(states), np.int64)
    heard: list[Tensor] = []

    def keep(_: nn.Module, inputs: tuple[Any, ...]) -> None:
        heard[:] = [inputs[0]]

    handle = last.register_forward_pre_hook(keep)
    done = 0
    try:
        batches = forward_batches(model.module, model.tokenizer, table.table, "fp32", model.device)
        for rows, found in batches:
            read = heard[0].float().cpu().numpy()  # (B, T, H)
            for at, row in enumerate(rows):
                begun = table.words[table.table.starts[row] : table.table.starts[row + 1]]
                places = np.flatnonzero(begun >= 0)
                states[begun[places]] += read[at, places]
                logits[begun[places]] += found[at, places].numpy()
                seen[begun[places]] += 1
            done += len(rows)
            yield Progressed(stage, done, len(table.table))
    finally:
        handle.remove()
    often = np.maximum(seen, 1)[:, None].astype(np.float32)
    return LastStates(states / often, outside_where(logits / often, seen == 0))


def word_reading_of(model: TaggingModel) -> str:
    """What besides a text and its words decides their states: the weights, and how texts are read."""
    reader = model.tokenizer
    return f"{model.model_hash} {reader.max_tokens} {reader.overlap} {reader.cleaning} words"
