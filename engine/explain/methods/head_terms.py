"""The exact terms of a linear head on the mean of the tokens' states: each token's share of what the head adds up.

The margin is a sum over tokens of w . h_t / T, so that no approximation is needed to divide it. A state of the empty
text (every token masked) is taken away from each: what all texts have in common is no reason. A state knows its
neighbours, so that a word's term may hold what stands beside it; how far that matters, the erasure test tells.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from engine.explain.attribution import Scores, relative_delta, to_word_scores
from engine.explain.contrast import Contrast
from engine.explain.embedded import explicit_positions
from engine.explain.method import no_rule
from engine.explain.windows import pooled_outputs, whole_text, window_weights
from engine.models.frozen import frozen
from engine.models.modules import FeatureModule, hidden_states
from engine.models.text_model import TorchModel
from engine.models.text_tokens import EncodedText


def explain(model: TorchModel, text: str, asked: Contrast) -> Scores:
    """Each word's term of the margin over the masked text's; the terms, markers' included, add up exactly.

    Raises EXPLAINER_NO_RULE for a head that does not read the mean of the states.
    """
    module = model.module
    if not isinstance(module, FeatureModule):
        raise no_rule(module, "head")
    windows = model.tokenizer.encode_windows(text)
    scores, logits, difference = [], [], 0.0
    for window, weights in zip(windows, window_weights(model, windows, asked), strict=True):
        terms, ends = _terms(model, module, window)
        scores.append(terms @ weights)
        logits.append(ends[0])
        difference += float(weights @ (ends[0].astype(np.float64) - ends[1]))
    words, share = to_word_scores(*whole_text(windows, scores))
    return Scores(
        words=words,
        logits=pooled_outputs(model, windows, logits, asked),
        baseline="mask",
        relative_delta=relative_delta(float(sum(each.sum() for each in scores)), difference),
        special_share=share,
    )


def _terms(
    model: TorchModel, module: FeatureModule, window: EncodedText
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Terms (T, C) of the logits, and the logits (2, C) of the window and of the same one masked."""
    batch = model.tokenizer.batch([window], model.device)
    ids = batch["input_ids"]
    masked = torch.where(torch.tensor([window.special], device=ids.device), ids, model.tokenizer.mask_id)
    rest = {name: value for name, value in batch.items() if name != "input_ids"}
    rest |= explicit_positions(module, ids)
    both = {name: torch.cat([value, value]) for name, value in rest.items()}
    with frozen(module), torch.inference_mode():
        states = hidden_states(module.encoder, {"input_ids": torch.cat([ids, masked]), **both})
        read = torch.cat([states[layer] for layer in module.layers], dim=-1)  # (2, T, F)
        logits = module.head(read.mean(1))
        terms = (read[0] - read[1]).double() @ module.head.weight.double().T / read.shape[1]
    return terms.cpu().numpy(), logits.float().cpu().numpy()
