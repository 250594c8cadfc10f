"""Features: the frozen source model read once, mean-pooled, and logistic regression on what it says.

The last layer is rarely the best one, so the layer (or layers 2 to last together) is chosen by validation.
"""

from __future__ import annotations

import hashlib
import os
import time

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engine.data.batches import scoring_batches
from engine.models.modules import FeatureModule, hidden_states, mean_pool
from engine.models.source import SourceModel, find, load_tokenizer
from engine.models.store import load_encoder
from engine.models.text_model import BATCH_TOKENS, TorchModel
from engine.models.text_tokens import TextTokenizer, TokenTable, longest
from engine.progress import Noticed, Progressed, Work
from engine.transfer.fine_tune import tokenise, usual_length
from engine.transfer.method import Job, Outcome
from engine.transfer.regression import Fit, fit_best

Pooled = NDArray[np.float32]  # (N, L + 1, H)

_STRENGTHS = (0.003, 0.01, 0.03, 0.1)
_PROBE_STRENGTH = 0.01
_PROBE_TEXTS = 4000


def train(job: Job) -> Work[Outcome]:
    """Encode (or read from the project's cache), choose the layer, fit the head, fold the scaling into it."""
    started = time.monotonic()
    yield Progressed("load", 0, 1)
    source = find(job.source)
    encoder = load_encoder(source.folder)
    nn.Module.to(encoder, job.device.torch_device)
    encoder.requires_grad_(False)
    raw = load_tokenizer(source.folder)
    tokenizer = TextTokenizer(raw, longest(raw, getattr(source.config, "max_position_embeddings", None)))
    table = yield from tokenise(tokenizer, job.data.train.texts)
    limit = min(tokenizer.max_tokens, job.optional("max_tokens", int) or usual_length(table))
    share_cut = float((table.lengths > limit).mean())
    tokenizer.max_tokens = limit
    if share_cut:
        yield Noticed("texts-cut", {"share": share_cut, "max_tokens": limit})
    tokens = 0
    pooled = []
    for examples in (job.data.train, job.data.validation):
        table = yield from tokenise(tokenizer, examples.texts)
        tokens += len(table.flat)
        pooled.append((yield from _cached(encoder, tokenizer, table, job, source)))
    train_states, validation_states = pooled
    layers = yield from _choose_layers(job, train_states, validation_states)
    wanted = job.optional("regularisation", float)
    fit, mean, scale = yield from _fit(
        job, train_states, validation_states, layers, (wanted,) if wanted else _STRENGTHS
    )
    model = TorchModel(
        FeatureModule(encoder, layers, _head(fit, mean, scale)).to(job.device.torch_device).eval(),
        tokenizer,
        job.data.labels,
        "",
        job.device.torch_device,
    )
    return Outcome(model, source.folder, time.monotonic() - started, tokens)


def _candidates(layers: int) -> list[tuple[int, ...]]:
    single = [(layer,) for layer in range(layers + 1)]
    return [*single, tuple(range(min(2, layers), layers + 1))]


def _choose_layers(job: Job, train: Pooled, validation: Pooled) -> Work[tuple[int, ...]]:
    """The hidden states whose probe has the best validation macro-F1; a large set is probed on a part."""
    wanted = job.optional("layer", int)
    last = train.shape[1] - 1
    if wanted is not None:
        return (min(wanted, last),)
    best: tuple[int, ...] = (last,)
    best_f1 = -1.0
    candidates = _candidates(last)
    part = np.random.default_rng(job.option("seed", int)).permutation(len(train))[:_PROBE_TEXTS]
    for done, layers in enumerate(candidates):
        yield Progressed("fit", done, len(candidates))
        fit, _, _ = yield from _fit(job, train, validation, layers, (_PROBE_STRENGTH,), np.sort(part))
        if fit.macro_f1 > best_f1:
            best, best_f1 = layers, fit.macro_f1
    return best


def _fit(
    job: Job,
    train: Pooled,
    validation: Pooled,
    layers: tuple[int, ...],
    strengths: tuple[float, ...],
    part: NDArray[np.int64] | None = None,
) -> Work[tuple[Fit, NDArray[np.float32], NDArray[np.float32]]]:
    """The head on standardised states, with the mean and scale that standardised them, each (F,)."""
    chosen, targets = _flat(train, layers), job.data.train.targets
    if part is not None and len(part) < len(chosen):
        kept = np.unique(np.concatenate([part, np.unique(targets, return_index=True)[1]]))  # no class is lost
        chosen, targets = chosen[kept], targets[kept]
    mean, scale = chosen.mean(0), chosen.std(0) + 1e-6
    fit = yield from fit_best(
        (chosen - mean) / scale,
        targets,
        (_flat(validation, layers) - mean) / scale,
        job.data.validation.targets,
        strengths,
        len(job.data.labels),
    )
    return fit, mean, scale


def _flat(states: Pooled, layers: tuple[int, ...]) -> NDArray[np.float32]:
    """(N, len(layers) * H)."""
    return np.ascontiguousarray(states[:, list(layers)].reshape(len(states), -1).astype(np.float32))


def _head(fit: Fit, mean: NDArray[np.float32], scale: NDArray[np.float32]) -> nn.Linear:
    """One linear layer that standardises and decides: W' = W / scale, b' = b - W' mean."""
    weights = fit.weights / scale
    head = nn.Linear(weights.shape[1], weights.shape[0])
    with torch.no_grad():
        head.weight.copy_(torch.from_numpy(weights))
        head.bias.copy_(torch.from_numpy(fit.intercept - weights @ mean))
    return head


def _cached(
    encoder: nn.Module, tokenizer: TextTokenizer, table: TokenTable, job: Job, source: SourceModel
) -> Work[Pooled]:
    """Pooled states from the project's cache, computed where no training has read these texts yet."""
    digest = hashlib.sha256(f"{source.hash} {tokenizer.max_tokens}".encode())
    digest.update(table.flat.tobytes())
    digest.update(table.starts.tobytes())
    path = job.cache / "features" / f"{digest.hexdigest()[:32]}.npy"
    if path.is_file():
        try:
            found: Pooled = np.load(path, mmap_mode="r", allow_pickle=False)
            if len(found) == len(table):
                return found
        except ValueError:
            path.unlink()  # damaged: it can be computed again
    states = yield from _encode(encoder, tokenizer, table, job.device.torch_device)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".writing")
    with beside.open("wb") as file:
        np.save(file, states, allow_pickle=False)
    os.replace(beside, path)
    return states


def _encode(
    encoder: nn.Module, tokenizer: TextTokenizer, table: TokenTable, device: torch.device
) -> Work[Pooled]:
    pooled: Pooled | None = None
    done = 0
    for rows in scoring_batches(table.lengths, BATCH_TOKENS):
        batch = tokenizer.table_batch(table, rows, device)
        with torch.inference_mode():
            states = hidden_states(encoder, batch)
            layers = torch.stack([mean_pool(state, batch["attention_mask"]) for state in states], dim=1)
        if pooled is None:
            pooled = np.zeros((len(table), *layers.shape[1:]), np.float32)
        pooled[rows] = layers.float().cpu().numpy()
        done += len(rows)
        yield Progressed("encode", done, len(table))
    assert pooled is not None
    return pooled
