"""GradientSHAP (Lundberg, Lee 2017; expected gradients, Erion et al. 2021) through Captum.

Gradients at random points between the text and a baseline drawn from several: the text with every word replaced by
the mask token, by the padding token, and by the mean of all embeddings.
"""

from __future__ import annotations

import numpy as np
import torch
from captum.attr import GradientShap
from torch import Tensor

from engine.explain.attribution import Scores, relative_delta, to_word_scores
from engine.explain.contrast import Asked
from engine.explain.embedded import Embedded
from engine.explain.seeds import seed_of, seeded
from engine.explain.windows import Model, padded, pooled_outputs, whole_text, window_weights
from engine.models.frozen import frozen

SAMPLES = 60


def explain(model: Model, text: str, asked: Asked) -> Scores:
    """Word scores that add up, but for chance, to the margin over the mean of the baselines'."""
    windows = model.tokenizer.encode_windows(text)
    seed = seed_of(text)
    scores, logits = [], []
    difference = 0.0
    for window, weights in zip(windows, window_weights(model, windows, asked), strict=True):
        on = Embedded(model.module, model.tokenizer.batch([window], model.device))
        keep = torch.tensor([window.special], device=model.device)
        baselines = _baselines(on, model, keep)

        def quantity(embeddings: Tensor, on: Embedded = on, weights: np.ndarray = weights) -> Tensor:
            outputs = on(embeddings)
            return (outputs * padded([weights] * len(outputs), outputs)).flatten(1).sum(1)

        with frozen(model.module):
            with torch.inference_mode():
                outputs = on(on.embeddings)
                ends = quantity(torch.cat([on.embeddings, baselines])).double()
            with seeded(seed):
                found = GradientShap(quantity).attribute(
                    on.embeddings,
                    baselines=baselines,
                    n_samples=SAMPLES,
                    stdevs=0.0,
                )
        difference += float(ends[0] - ends[1:].mean())
        scores.append(found[0].detach().double().sum(-1).cpu().numpy())
        logits.append(outputs[0].float().cpu().numpy())
    words, share = to_word_scores(*whole_text(windows, scores))
    return Scores(
        words=words,
        logits=pooled_outputs(model, windows, logits, asked),
        baseline="mask-pad-mean",
        steps=SAMPLES,
        relative_delta=relative_delta(float(sum(each.sum() for each in scores)), difference),
        special_share=share,
        seed=seed,
    )


def _baselines(on: Embedded, model: Model, keep: Tensor) -> Tensor:
    """(3, T, H): mask, padding, mean embedding; markers stay."""
    return torch.cat(
        [
            on.blank(model.tokenizer.mask_id, keep),
            on.blank(model.tokenizer.pad_id, keep),
            on.mean(keep),
        ]
    )
