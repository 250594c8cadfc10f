"""The length of the gradient at each token's embedding (Simonyan et al. 2014): how much it matters, not which way."""

from __future__ import annotations

import numpy as np
import torch

from engine.explain.attribution import Scores, to_word_scores
from engine.explain.contrast import Asked
from engine.explain.embedded import Embedded
from engine.explain.windows import Model, padded, pooled_outputs, whole_text, window_weights
from engine.models.frozen import frozen


def explain(model: Model, text: str, asked: Asked) -> Scores:
    """Unsigned scores: the L2 norm of what is explained by each token's embedding, summed over a word's tokens."""
    windows = model.tokenizer.encode_windows(text)
    scores, logits = [], []
    for window, weights in zip(windows, window_weights(model, windows, asked), strict=True):
        on = Embedded(model.module, model.tokenizer.batch([window], model.device))
        with frozen(model.module), torch.enable_grad():
            given = on.embeddings.requires_grad_(True)
            outputs = on(given)
            (gradient,) = torch.autograd.grad((outputs * padded([weights], outputs)).sum(), given)
        scores.append(gradient[0].norm(dim=-1).double().cpu().numpy())
        logits.append(outputs[0].detach().float().cpu().numpy())
    words, share = to_word_scores(*whole_text(windows, [np.asarray(each) for each in scores]))
    return Scores(words=words, logits=pooled_outputs(model, windows, logits, asked), special_share=share)
